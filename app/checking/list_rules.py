"""Rules on a list that need no notes: order, repetition, sides, encounters, codes that say less than others."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from app.checking.records import PROCEDURE_SYSTEMS, CheckedCode, Finding, Rule, Severity
from app.codes.node import Level, Node
from app.codes.shapes import CATEGORY_LENGTH, plain
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue

GUIDELINES = "ICD-10-CM Official Guidelines"
MOST_NAMED = 3

MALE_ONLY = (("C60", "C63"), ("D29", "D29"), ("D40", "D40"), ("N40", "N53"), ("Q53", "Q55"))
"""Categories of ICD-10-CM that name male organs."""

PREGNANCY = ("O00", "O9A")
EXTERNAL_CAUSES = ("V00", "Y99")

UNSPECIFIED = "unspecified"
BILATERAL = "bilateral"
_IDLE_WORDS = frozenset({UNSPECIFIED, "other", "with", "without", "type", "part", "site", "disease", "disorder"})
_JOINING_WORDS = frozenset({"of", "the", "and", "in"})

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
        *_sides(catalogue, diagnoses),
        *_unspecified(catalogue, diagnoses),
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
    for (system, code, modifiers), found in places.items():
        if len(found) < 2:
            continue
        if system is System.ICD10CM:
            remedy = "Remove all but one; a diagnosis is reported once for an encounter"
            yield Finding(
                Severity.ERROR,
                Rule.DUPLICATE,
                (code,),
                tuple(found),
                f"{code} is listed {len(found)} times",
                remedy,
                f"{GUIDELINES}, I.B.12",
            )
        elif system in PROCEDURE_SYSTEMS:
            with_modifiers = "-".join((code, *modifiers))
            remedy = "Give the units on one line, or the modifier that tells the lines apart"
            text = f"{with_modifiers} is listed {len(found)} times"
            yield Finding(Severity.WARNING, Rule.DUPLICATE, (code,), tuple(found), text, remedy, "")


def _encounters(diagnoses: Sequence[_Diagnosis]) -> Iterator[Finding]:
    by_stem: dict[int, list[_Diagnosis]] = defaultdict(list)
    for diagnosis in diagnoses:
        node = diagnosis[2]
        if node.level is Level.SEVENTH and node.parent is not None:
            by_stem[node.parent].append(diagnosis)
    for group in by_stem.values():
        codes = tuple(dict.fromkeys(node.code for _, _, node in group))
        if len(codes) > 1:
            places = tuple(place for place, _, _ in group)
            text = f"{' and '.join(codes)} are one injury in different encounters or courses"
            remedy = "Keep the one whose 7th character is that of this encounter"
            yield Finding(Severity.WARNING, Rule.ENCOUNTER_MIX, codes, places, text, remedy, f"{GUIDELINES}, I.C.19.a")


def _sides(catalogue: Catalogue, diagnoses: Sequence[_Diagnosis]) -> Iterator[Finding]:
    by_category: dict[str, list[_Diagnosis]] = defaultdict(list)
    for diagnosis in diagnoses:
        by_category[diagnosis[2].code[:CATEGORY_LENGTH]].append(diagnosis)
    for group in by_category.values():
        if len(group) < 2:
            continue
        seen: set[frozenset[int]] = set()
        for place, _, node in group:
            others = dict(catalogue.counterparts(node))
            by_id = {other.id: side for side, other in others.items()}
            for other_place, _, other in group:
                pair = frozenset((place, other_place))
                if pair in seen or other.id == node.id:
                    continue
                if _is_both_and_one(node, other):
                    seen.add(pair)
                    yield _repeated_side((place, node), (other_place, other))
                    continue
                if other.id not in by_id:
                    continue
                seen.add(pair)
                finding = _of_sides((place, node), (other_place, other), by_id[other.id], others)
                if finding is not None:
                    yield finding


def _is_both_and_one(both: Node, one: Node) -> bool:
    """Return whether two codes are one condition of both sides and of one: `Bilateral primary osteoarthritis of knee`
    and `Unilateral primary osteoarthritis, right knee`."""
    words, others = (re.findall(r"\w+", node.title.casefold()) for node in (both, one))
    if words[:1] != [BILATERAL] or others[:1] != ["unilateral"]:
        return False
    return {*words[1:]} - _JOINING_WORDS == {*others[1:]} - _JOINING_WORDS - {"right", "left", UNSPECIFIED}


def _repeated_side(one: tuple[int, Node], other: tuple[int, Node]) -> Finding:
    (place, node), (other_place, other_node) = one, other
    return Finding(
        Severity.WARNING,
        Rule.LATERALITY,
        (node.code, other_node.code),
        (place, other_place),
        f"{node.code} and {other_node.code} repeat a side",
        "Keep the code for both sides alone",
        f"{GUIDELINES}, I.B.13",
    )


def _of_sides(
    one: tuple[int, Node], other: tuple[int, Node], other_side: str, others: dict[str, Node]
) -> Finding | None:
    """Return the finding on two codes that differ in their side alone; `others` are the counterparts of the first."""
    (place, node), (other_place, other_node) = one, other
    sides = set(others)
    own_side = next((side for side in ("right", "left", BILATERAL, UNSPECIFIED) if side not in sides), "")
    codes, places = (node.code, other_node.code), (place, other_place)
    both = {own_side, other_side}
    text = f"{node.code} and {other_node.code} are one condition on different sides"
    if both == {"right", "left"}:
        bilateral = others.get(BILATERAL)
        if bilateral is None:
            return None
        remedy = f"Take {bilateral.code}, which is for both sides"
        return Finding(
            Severity.WARNING,
            Rule.LATERALITY,
            codes,
            places,
            text,
            remedy,
            f"{GUIDELINES}, I.B.13",
            choices=(bilateral.code,),
        )
    if BILATERAL in both:
        return _repeated_side(one, other)
    if UNSPECIFIED in both:
        text = f"{node.code} and {other_node.code} contradict each other on the side"
        remedy = "Keep the code with the side"
    else:
        return None
    return Finding(Severity.WARNING, Rule.LATERALITY, codes, places, text, remedy, f"{GUIDELINES}, I.B.13")


def _unspecified(catalogue: Catalogue, diagnoses: Sequence[_Diagnosis]) -> Iterator[Finding]:
    listed: dict[int, list[tuple[int, Node]]] = defaultdict(list)
    for place, _, node in diagnoses:
        stem = _stem(catalogue, node)
        if stem.parent is not None:
            listed[stem.parent].append((place, stem))
    for place, code, node in diagnoses:
        stem = _stem(catalogue, node)
        if not code.is_valid or not _is_unspecified(stem) or stem.parent is None:
            continue
        others = [
            sibling
            for sibling in catalogue.children(stem.parent)
            if sibling.id != stem.id and not _is_unspecified(sibling) and _words(sibling) & _words(stem)
        ]
        specific = [sibling for sibling in others if "other" not in sibling.title.casefold().split()] or others
        if not specific:
            continue
        beside = [(where, sibling) for where, sibling in listed[stem.parent] if sibling in specific]
        choices = tuple(sibling.code for sibling in specific[:MOST_NAMED])
        release = "ICD-10-CM"
        if beside:
            where, sibling = beside[0]
            text = f"{node.code} says less than {sibling.code}, which is listed too"
            yield Finding(
                Severity.WARNING,
                Rule.UNSPECIFIED,
                (node.code, sibling.code),
                (place, where),
                text,
                f"Remove {node.code} unless it stands for another condition",
                release,
            )
        else:
            text = f"{node.code} is unspecified"
            remedy = f"More specific where the record says so: {', '.join(choices)}"
            yield Finding(
                Severity.HINT, Rule.UNSPECIFIED, (node.code,), (place,), text, remedy, release, choices=choices
            )


def _is_unspecified(node: Node) -> bool:
    """Return whether a title leaves something open; `stage 1 to 4, or unspecified` only names what it includes."""
    title = node.title.casefold()
    return UNSPECIFIED in title and f"or {UNSPECIFIED}" not in title


def _words(node: Node) -> set[str]:
    """Return the words of a title that name something: a sibling that shares none of them is another condition."""
    return {word for word in re.findall(r"[a-z]{4,}", node.title.casefold()) if word not in _IDLE_WORDS}


def _stem(catalogue: Catalogue, node: Node) -> Node:
    """Return the code without its 7th character."""
    return catalogue.node(node.parent) if node.level is Level.SEVENTH and node.parent is not None else node


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
