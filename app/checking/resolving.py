"""Entries of a list into codes on a date, with the findings on each code by itself."""

from collections.abc import Sequence
from datetime import date

from app.checking.records import PROCEDURE_SYSTEMS, CheckedCode, Entry, Finding, Rule, Severity
from app.codes.dates import day_in_words
from app.codes.detail import ChangeKind
from app.codes.names import count_words
from app.codes.node import CodeStatus, Level, Node
from app.codes.shapes import bare_code, may_be_procedure, shape_of, without_slip, written
from app.codes.systems import System
from app.library.reading.catalogue import LEVELS_WITHOUT_CODES, Catalogue
from app.library.reading.dated_codes import DatedCode

MOST_CHOICES = 12

IN_FORCE_REMEDY = "Take a code that was in force on the date of service"
TYPING_REMEDY = "Check it for a typing error"

_VALID_WORDS = {
    System.MODIFIER: "Active modifier",
    System.POS: "Active place of service",
}


def nodes_of(catalogue: Catalogue, entries: Sequence[Entry]) -> list[Node | None]:
    """Return the code of each entry, None for a text that is none.

    A text that is a code of two code sets is one of a procedure or supply if it has modifiers or units, else the one
    that is written exactly so (`J1100` is no J11.00), then the first in the order of reading, ICD-10-CM.
    """
    known: dict[tuple[str, System | None, bool], Node | None] = {}
    nodes: list[Node | None] = []
    for entry in entries:
        is_claimed = bool(entry.modifiers or entry.units)
        key = entry.typed, entry.system, is_claimed
        if key not in known:
            known[key] = _node_of(catalogue, entry, is_claimed=is_claimed)
        nodes.append(known[key])
    return nodes


def _node_of(catalogue: Catalogue, entry: Entry, *, is_claimed: bool) -> Node | None:
    text = bare_code(entry.typed)
    if entry.system is not None:
        return catalogue.find(entry.system, text)
    nodes = [
        node
        for node in (catalogue.readings(text) or catalogue.readings(without_slip(text)))
        if node.level not in LEVELS_WITHOUT_CODES
    ]
    nodes.sort(key=lambda node: (is_claimed and node.system not in PROCEDURE_SYSTEMS, node.code != text.upper()))
    return nodes[0] if nodes else None


def check_codes(
    catalogue: Catalogue, entries: Sequence[Entry], day: date
) -> tuple[tuple[CheckedCode, ...], list[Finding]]:
    """Return the codes of a list on a day, and what is wrong with each by itself."""
    nodes = nodes_of(catalogue, entries)
    dated = catalogue.dated(node for node in nodes if node is not None)
    codes: list[CheckedCode] = []
    findings: list[Finding] = []
    for place, (entry, node) in enumerate(zip(entries, nodes, strict=True)):
        code, finding = (
            _unknown(catalogue, entry, place)
            if node is None
            else _on_day(catalogue, entry, node, dated.get(node.id, DatedCode()), day, place)
        )
        codes.append(code)
        if finding is not None:
            findings.append(finding)
    return tuple(codes), findings


def _on_day(
    catalogue: Catalogue, entry: Entry, node: Node, dated: DatedCode, day: date, place: int
) -> tuple[CheckedCode, Finding | None]:
    status = dated.status_on(node, day)
    release = _release(catalogue, node)
    match status:
        case CodeStatus.VALID | CodeStatus.MANIFESTATION:
            return CheckedCode(entry, node, _valid_words(node, dated, day), is_valid=True), None
        case CodeStatus.HEADING:
            return _not_specific(catalogue, entry, node, place, release)
        case CodeStatus.ENDED:
            return _ended(entry, node, dated, place, release)
        case None:
            return _not_yet(entry, node, dated, day, place, release)


def _not_yet(
    entry: Entry, node: Node, dated: DatedCode, day: date, place: int, release: str
) -> tuple[CheckedCode, Finding]:
    new = next((change for change in dated.changes if change.kind is ChangeKind.NEW), None)
    severity, when = Severity.ERROR, ""
    if new is not None:
        when = f"; it became valid {new.when}"
        # Releases between the two are missing, and one of them may have it.
        severity = Severity.WARNING if new.after is not None and day > new.after else Severity.ERROR
    elif dated.valid_from is not None:
        when = f"; it is valid from {day_in_words(dated.valid_from)}"
    text = f"{node.code} was not valid on {day_in_words(day)}{when}"
    if severity is Severity.WARNING:
        text = f"{node.code} may not have been valid on {day_in_words(day)}{when}"
    finding = Finding(severity, Rule.NOT_YET, (node.code,), (place,), text, IN_FORCE_REMEDY, release)
    status_text = f"Not yet valid on {day_in_words(day)}"
    return CheckedCode(entry, node, status_text, is_valid=False, advice=IN_FORCE_REMEDY), finding


def _valid_words(node: Node, dated: DatedCode, day: date) -> str:
    if node.status is CodeStatus.ENDED and dated.valid_to is not None:
        return f"Valid on {day_in_words(day)}; ended on {day_in_words(dated.valid_to)}"
    if node.status is CodeStatus.MANIFESTATION:
        return "Valid for submission, but never first-listed"
    return _VALID_WORDS.get(node.system, "Valid for submission")


def _not_specific(
    catalogue: Catalogue, entry: Entry, node: Node, place: int, release: str
) -> tuple[CheckedCode, Finding]:
    below = [child for child in catalogue.children(node.id) if child.variants]
    needs_seventh = node.level is Level.CODE and any(child.level is Level.SEVENTH for child in below)
    words = "Needs a 7th character" if needs_seventh else "Needs more characters"
    choices = tuple(child.code for child in below[:MOST_CHOICES])
    remedy = "Choose one of its codes"
    if choices:
        more = f" and {len(below) - len(choices)} more" if len(below) > len(choices) else ""
        remedy = f"Choose one of {', '.join(choices)}{more}"
    text = f"{node.code} {node.title} is a heading with {count_words(node.variants, 'code')}"
    if needs_seventh:
        text = f"{node.code} lacks its 7th character"
    finding = Finding(Severity.ERROR, Rule.NOT_SPECIFIC, (node.code,), (place,), text, remedy, release, choices=choices)
    return CheckedCode(entry, node, f"Not valid: {words[0].lower()}{words[1:]}", is_valid=False, advice=remedy), finding


def _ended(entry: Entry, node: Node, dated: DatedCode, place: int, release: str) -> tuple[CheckedCode, Finding]:
    ended = next((change for change in reversed(dated.changes) if change.kind is ChangeKind.ENDED), None)
    when = f" on {day_in_words(dated.valid_to)}" if dated.valid_to else f" {ended.when}" if ended else ""
    choices = tuple(written(node.system, code) for code in dated.replaced_by)
    remedy = f"Take {' or '.join(choices)} instead" if choices else IN_FORCE_REMEDY
    finding = Finding(
        Severity.ERROR, Rule.ENDED, (node.code,), (place,), f"{node.code} ended{when}", remedy, release, choices=choices
    )
    return CheckedCode(entry, node, f"Ended{when}", is_valid=False, advice=remedy), finding


def _unknown(catalogue: Catalogue, entry: Entry, place: int) -> tuple[CheckedCode, Finding]:
    """Return an entry that is no loaded code: of ICD-9-CM, a range, a code of a set that is not loaded, or none."""
    text = bare_code(entry.typed)
    severity, rule, choices = Severity.ERROR, Rule.UNKNOWN, tuple[str, ...]()
    section = catalogue.find_range(text) if "-" in text or "–" in text else None
    icd9 = () if may_be_procedure(text) else catalogue.icd9(text)
    shape = shape_of(text)
    if section is not None:
        rule, sentence = Rule.INVALID, f"{entry.typed} is a range of codes"
        remedy = "Choose one of its codes"
    elif icd9:
        rule = Rule.INVALID
        sentence = f"{icd9[0].code} is a code of ICD-9-CM, which ended on 30 Sep 2015"
        choices = tuple(dict.fromkeys(row.code for row in icd9[0].equivalents if row.code))[:MOST_CHOICES]
        remedy = f"By the equivalence map it may be {', '.join(choices)}" if choices else "Take a code of ICD-10-CM"
    else:
        sentence = f"{entry.typed} is in no loaded code set"
        remedy = TYPING_REMEDY
        if shape is not None and shape.name == "icd9":
            rule = Rule.INVALID
        if shape is not None:
            # What the sentence advises is said once.
            sentence = catalogue.missing_code_sentence(shape).rstrip(".").removesuffix("; check for a typing error")
            if rule is Rule.UNKNOWN and not (shape.system and catalogue.complete_release(shape.system)):
                # It may be a code of a release that is not loaded, and a number of no section of CPT hardly is one.
                severity = Severity.HINT if shape.system else Severity.WARNING
        choices = _near(catalogue, text)
        if choices:
            remedy = f"Near it: {', '.join(choices)}"
    finding = Finding(severity, rule, (entry.typed,), (place,), sentence, remedy, "", choices=choices)
    return CheckedCode(entry, None, sentence, is_valid=False, advice=remedy), finding


def _near(catalogue: Catalogue, text: str) -> tuple[str, ...]:
    """Return codes near one that does not exist: with its placeholders put right, else below its longest beginning."""
    padded = catalogue.without_placeholders(text)
    if padded is not None:
        return (padded.code,)
    beginning = catalogue.longest_beginning(text)
    if beginning is None:
        return ()
    below = [child.code for child in catalogue.children(beginning.id) if child.variants]
    return (beginning.code, *below[: MOST_CHOICES - 1])


def _release(catalogue: Catalogue, node: Node) -> str:
    code_sets = {code_set.system: code_set for code_set in catalogue.code_sets()}
    code_set = code_sets.get(node.system)
    return f"{node.system.label} {code_set.release_of(node.code)}" if code_set is not None else node.system.label
