"""Rules on a list that need no notes: order, repetition, sides, encounters, codes that say less than others."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from app.checking.records import PROCEDURE_SYSTEMS, CheckedCode, Finding, Rule, Severity
from app.checking.side_rules import side_findings
from app.checking.specificity import specificity_findings
from app.codes.node import Level, Node
from app.codes.shapes import CATEGORY_LENGTH, plain
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue

GUIDELINES = "ICD-10-CM Official Guidelines"

MALE_ONLY = (("C60", "C63"), ("D29", "D29"), ("D40", "D40"), ("N40", "N53"), ("Q53", "Q55"))
"""Categories of ICD-10-CM that name male organs."""

PREGNANCY = ("O00", "O9A")
EXTERNAL_CAUSES = ("V00", "Y99")


_Diagnosis = tuple[int, CheckedCode, Node]


def list_findings(catalogue: Catalogue, codes: Sequence[CheckedCode]) -> list[Finding]:
    """Return the findings of all rules of this module."""
    diagnoses = [
        (place, code, code.node)
        for place, code in enumerate(codes)
        if code.node is not None and code.node.system is System.ICD10CM
    ]
    return [
        *_first_listed(diagnoses),
        *_duplicates(codes),
        *_encounters(diagnoses),
        *side_findings(catalogue, codes),
        *specificity_findings(catalogue, codes),
        *_sexes(diagnoses),
    ]


def _first_listed(diagnoses: Sequence[_Diagnosis]) -> Iterator[Finding]:
    if not diagnoses:
        return
    place, code, node = diagnoses[0]
    if code.is_manifestation:
        text = f"{node.code} is a manifestation and never first-listed"
        remedy = "Put the underlying disease before it"
        yield Finding(
            Severity.ERROR,
            Rule.MANIFESTATION_FIRST,
            (node.code,),
            (place,),
            text,
            remedy,
            f"{GUIDELINES}, I.A.13",
        )
    if EXTERNAL_CAUSES[0] <= node.code[:CATEGORY_LENGTH] <= EXTERNAL_CAUSES[1]:
        text = f"{node.code} is an external cause and never first-listed"
        remedy = "Put the injury or condition before it"
        yield Finding(
            Severity.ERROR,
            Rule.EXTERNAL_CAUSE_FIRST,
            (node.code,),
            (place,),
            text,
            remedy,
            f"{GUIDELINES}, I.C.20.a",
        )


def _duplicates(codes: Sequence[CheckedCode]) -> Iterator[Finding]:
    places: dict[tuple[System, str, tuple[str, ...]], list[int]] = defaultdict(list)
    for place, code in enumerate(codes):
        if code.node is not None and code.node.system is not System.ICD10PCS:
            places[code.node.system, code.node.code, code.entry.modifiers].append(place)
    for (system, code, modifiers), lines in places.items():
        if len(lines) < 2:
            continue
        if system is System.ICD10CM:
            remedy = "Remove all but one; a diagnosis is reported once for an encounter"
            yield Finding(
                Severity.ERROR,
                Rule.DUPLICATE,
                (code,),
                tuple(lines),
                f"{code} is listed {len(lines)} times",
                remedy,
                f"{GUIDELINES}, I.B.12",
            )
        elif system in PROCEDURE_SYSTEMS:
            with_modifiers = "-".join((code, *modifiers))
            remedy = "Give the units on one line, or the modifier that tells the lines apart"
            text = f"{with_modifiers} is listed {len(lines)} times"
            yield Finding(Severity.WARNING, Rule.DUPLICATE, (code,), tuple(lines), text, remedy, "")


def _encounters(diagnoses: Sequence[_Diagnosis]) -> Iterator[Finding]:
    by_stem: dict[int, list[_Diagnosis]] = defaultdict(list)
    for diagnosis in diagnoses:
        node = diagnosis[2]
        if node.level is Level.SEVENTH and node.parent is not None:
            by_stem[node.parent].append(diagnosis)
    for group in by_stem.values():
        codes = tuple(dict.fromkeys(node.code for _, _, node in group))
        if len(codes) > 1 and not any(code[-1].isdigit() for code in codes):
            # A digit is the fetus or the eye.
            places = tuple(place for place, _, _ in group)
            text = f"{' and '.join(codes)} are one injury in different encounters or courses"
            remedy = "Keep the one whose 7th character is that of this encounter"
            yield Finding(Severity.WARNING, Rule.ENCOUNTER_MIX, codes, places, text, remedy, f"{GUIDELINES}, I.C.19.a")


def _sexes(diagnoses: Sequence[_Diagnosis]) -> Iterator[Finding]:
    pregnancy = next((one for one in diagnoses if _is_in(one[2], PREGNANCY)), None)
    if pregnancy is None:
        return
    for place, _, node in diagnoses:
        if any(_is_in(node, range_) for range_ in MALE_ONLY):
            text = f"{node.code} names a male organ, {pregnancy[2].code} is a code of pregnancy"
            remedy = "Check that both belong to one patient"
            yield Finding(
                Severity.WARNING,
                Rule.INVALID,
                (pregnancy[2].code, node.code),
                (pregnancy[0], place),
                text,
                remedy,
                f"{GUIDELINES}, I.C.15",
            )


def _is_in(node: Node, range_: tuple[str, str]) -> bool:
    return range_[0] <= plain(node.code)[:CATEGORY_LENGTH] <= range_[1]
