"""Rules on codes together that notes of the Tabular List give: Excludes1, code first, use additional code."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.checking.records import CheckedCode, Finding, Rule, Severity
from app.codes.detail import NoteKind
from app.codes.node import Level, Node
from app.codes.shapes import CATEGORY_LENGTH, plain
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.library.reading.notes_of_codes import CodeNote, PrintedRange

KINDS = (NoteKind.EXCLUDES1, NoteKind.CODE_FIRST, NoteKind.USE_ADDITIONAL)

LEVELS_OF_INSTRUCTIONS = (Level.CATEGORY, Level.SUBCATEGORY, Level.CODE, Level.SEVENTH)
"""An instruction to use an additional code at a section or chapter (`to identify the infectious agent`) is for few of
its codes, and is not reported."""

PREGNANCY = "O"
"""The first character of Chapter 15, whose codes come first in a pregnancy and are named for no other reason."""

MOST_QUOTED = 160
"""Characters of a note in a finding."""
MOST_NAMED = 6
"""Partners that a finding names."""

_WITH_SUBCLASS = re.compile(r"\s*with \.(?P<digits>[0-9A-Z]{1,4})")
_WITH_CHARACTER = re.compile(
    r"\s*with (?P<positions>(?:fourth|fifth|sixth)(?: or (?:fourth|fifth|sixth))*) characters? "
    r"(?P<values>[0-9A-Z](?:(?:, ?(?:or )?| or |-)[0-9A-Z](?![0-9A-Za-z]))*)"
)
_POSITIONS = {"fourth": 3, "fifth": 4, "sixth": 5}
_VALUES = re.compile(r"([0-9A-Z])(?:-([0-9A-Z]))?")
_CONDITIONAL = re.compile(r"\bif (?:applicable|known|present|desired)\b|\bany\b", re.IGNORECASE)
_WITH = re.compile(r"\b(?:with|due to)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Listed:
    """A code of the list that notes may name: its place, and its plain form."""

    place: int
    code: CheckedCode
    node: Node
    plain: str


class _Index:
    """The codes of a list in the order of their plain forms, so that those of a range are found at once."""

    def __init__(self, listed: Iterable[_Listed]) -> None:
        self._listed = sorted(listed, key=lambda one: (one.plain, one.place))
        self._keys = [one.plain for one in self._listed]

    def within(self, text: str, range_: PrintedRange) -> Iterator[_Listed]:
        """Yield the codes that a range printed in a text covers, with what the text adds to it: `with .42`."""
        allowed = _condition(text, range_)
        for one in self._listed[bisect_left(self._keys, range_.low) :]:
            if one.plain[: len(range_.high)] > range_.high:
                break
            if range_.covers(one.plain) and allowed(one.plain):
                yield one


def _condition(text: str, range_: PrintedRange) -> "_Allowed":
    after = text[range_.start + len(range_.printed) :]
    if match := _WITH_SUBCLASS.match(after):
        return _Allowed((CATEGORY_LENGTH,), (match["digits"],))
    if match := _WITH_CHARACTER.match(after):
        positions = tuple(_POSITIONS[name] for name in match["positions"].split(" or "))
        values = [
            chr(value)
            for low, high in _VALUES.findall(match["values"])
            for value in range(ord(low), ord(high or low) + 1)
        ]
        return _Allowed(positions, tuple(values))
    return _Allowed((0,), ("",))


@dataclass(frozen=True, slots=True)
class _Allowed:
    """A condition on the characters of a plain code: one of some values at one of some positions."""

    positions: tuple[int, ...]
    values: tuple[str, ...]

    def __call__(self, code: str) -> bool:
        return any(code.startswith(value, position) for value in self.values for position in self.positions)


class NoteRules:
    """Compares the codes of a list by the notes at them and above them. `release` is that of the Tabular List."""

    def __init__(self, catalogue: Catalogue, codes: Sequence[CheckedCode], release: str) -> None:
        self._release = f"{release} Tabular List".strip()
        self._listed = [
            _Listed(place, code, code.node, plain(code.node.code))
            for place, code in enumerate(codes)
            if code.node is not None and code.node.system is System.ICD10CM
        ]
        self._index = _Index(self._listed)
        nodes = {one.node.id: one.node for one in self._listed}
        self._levels = catalogue.levels(nodes.values())
        above = {level.id for node in nodes for level in self._levels[node]}
        self._notes = catalogue.notes_of(above, KINDS)
        self._children: Mapping[int, tuple[Node, ...]] = {}

    def findings(self) -> list[Finding]:
        """Return the findings, in the order of the list."""
        excluded = self._excluded()
        findings = list(excluded.values())
        first, ordered = self._code_first(set(excluded))
        findings += first
        findings += self._use_additional(ordered)
        return sorted(findings, key=lambda finding: (finding.places[0], list(Rule).index(finding.rule)))

    # Excludes1

    def _excluded(self) -> dict[frozenset[int], Finding]:
        exclusions: dict[frozenset[int], Finding] = {}
        for one in self._listed:
            for level in self._levels[one.node.id]:
                for note in self._notes.get(level.id, ()):
                    if note.kind is not NoteKind.EXCLUDES1:
                        continue
                    for range_ in note.ranges:
                        if range_.covers(one.plain):
                            # The note is for the other codes of its level.
                            continue
                        for other in self._index.within(note.text, range_):
                            pair = frozenset((one.place, other.place))
                            if other.plain != one.plain and pair not in exclusions:
                                exclusions[pair] = self._exclusion(one, other, level, note, range_)
        return exclusions

    def _exclusion(self, one: _Listed, other: _Listed, level: Node, note: CodeNote, range_: PrintedRange) -> Finding:
        # `intestinal obstruction with hernia (K40-K46)` does not mean every hernia.
        is_broad = (
            len(range_.high) <= CATEGORY_LENGTH
            and other.plain != range_.high
            and bool(_WITH.search(note.text[: range_.start]))
        )
        severity = Severity.WARNING if is_broad else Severity.ERROR
        places = tuple(sorted((one.place, other.place)))
        codes = tuple(entry.node.code for entry in sorted((one, other), key=lambda entry: entry.place))
        remedy = "Remove one of them; keep both only where the two conditions are unrelated (guideline I.A.12.a)"
        if is_broad:
            remedy = "If the note is meant, remove one of them"
        text = f"{one.node.code} is not coded with {other.node.code}"
        return Finding(
            severity, Rule.EXCLUDES1, codes, places, text, remedy, self._release, _quoted(note.text), level.code
        )

    # Code first

    def _code_first(self, excluded: set[frozenset[int]]) -> tuple[list[Finding], set[frozenset[int]]]:
        """Return the findings, and the pairs whose order they are about or agree with."""
        findings: list[Finding] = []
        ordered: set[frozenset[int]] = set()
        for one in self._listed:
            instructions = [
                (level, notes)
                for level in self._levels[one.node.id]
                if (notes := self._of_kind(level, NoteKind.CODE_FIRST))
            ]
            if not instructions:
                continue
            partners = [other for _, notes in instructions for other in self._partners(one, notes)]
            before = [other for other in partners if other.place < one.place]
            ordered |= {frozenset((one.place, other.place)) for other in partners}
            if before:
                continue
            if partners:
                level, notes = next(
                    (level, notes) for level, notes in instructions if partners[0] in self._partners(one, notes)
                )
                findings.append(self._wrong_order(one, partners[0], level, notes))
                continue
            level, notes = instructions[0]
            finding = self._missing_first(one, level, notes, excluded)
            if finding is not None and level.level in LEVELS_OF_INSTRUCTIONS:
                findings.append(finding)
        return findings, ordered

    def _wrong_order(self, one: _Listed, other: _Listed, level: Node, notes: Sequence[CodeNote]) -> Finding:
        severity = Severity.ERROR if one.code.is_manifestation else Severity.WARNING
        text = f"{one.node.code} stands before {other.node.code}"
        codes, places = (one.node.code, other.node.code), (one.place, other.place)
        note = _naming(notes, other.plain)
        remedy = f"Put {other.node.code} before {one.node.code}"
        return Finding(severity, Rule.CODE_FIRST, codes, places, text, remedy, self._release, _quoted(note), level.code)

    def _missing_first(
        self, one: _Listed, level: Node, notes: Sequence[CodeNote], excluded: set[frozenset[int]]
    ) -> Finding | None:
        ranges = [range_ for note in notes for range_ in note.ranges]
        related = [
            other
            for other in self._listed
            if other.place != one.place
            and frozenset((one.place, other.place)) not in excluded
            and any(other.plain[:CATEGORY_LENGTH] == range_.low[:CATEGORY_LENGTH] for range_ in ranges)
        ]
        has_other_before = any(other.place < one.place for other in self._listed)
        if one.code.is_manifestation:
            # The list of a manifestation is one of examples: any other disease before it may be the one.
            severity = Severity.HINT if has_other_before and not related else Severity.WARNING
            if not ranges and has_other_before:
                return None
        elif related:
            if _has_more_than_nos(one, related, notes):
                return None
            severity = Severity.WARNING
        elif _is_conditional(notes) or all(range_.low.startswith(PREGNANCY) for range_ in ranges):
            return None
        else:
            severity = Severity.HINT
        named = _names(range_ for range_ in ranges if not related or _is_of(range_, related))
        remedy = f"Put the underlying condition before {one.node.code}"
        if named:
            remedy = f"Put {', '.join(named)} before {one.node.code} where the record says so"
        text = f"{one.node.code} has no code first"
        note = next((note.text for note in notes if not related or any(_is_of(r, related) for r in note.ranges)), "")
        return self._of_one(severity, Rule.CODE_FIRST, one, text, remedy, note, level, named)

    # Use additional code

    def _use_additional(self, ordered: set[frozenset[int]]) -> list[Finding]:
        findings: list[Finding] = []
        for one in self._listed:
            for level in self._levels[one.node.id]:
                if level.level in LEVELS_OF_INSTRUCTIONS:
                    for notes in _instructions(self._of_kind(level, NoteKind.USE_ADDITIONAL)):
                        finding = self._additional(one, level, notes, ordered)
                        if finding is not None:
                            findings.append(finding)
        return findings

    def _additional(
        self, one: _Listed, level: Node, notes: Sequence[CodeNote], ordered: set[frozenset[int]]
    ) -> Finding | None:
        ranges = [range_ for note in notes for range_ in note.ranges if not range_.covers(one.plain)]
        if not ranges:
            return None
        partners = self._partners(one, notes)
        if not partners:
            return None if _is_conditional(notes) else self._missing_additional(one, level, notes, ranges)
        is_ordered = any(frozenset((one.place, other.place)) in ordered for other in partners)
        if is_ordered or any(other.place > one.place for other in partners):
            return None
        return self._early_additional(one, partners[0], level, notes)

    def _missing_additional(
        self, one: _Listed, level: Node, notes: Sequence[CodeNote], ranges: Sequence[PrintedRange]
    ) -> Finding:
        is_own = level.id == one.node.id or level.level in (Level.CODE, Level.SEVENTH)
        severity = Severity.WARNING if is_own and _is_demanded(notes, ranges) else Severity.HINT
        named = _names(ranges)
        remedy = f"Add a code of {', '.join(named)} where the record says so"
        text = f"{one.node.code} asks for an additional code"
        note = " ".join(note.text for note in notes[:2])
        return self._of_one(severity, Rule.USE_ADDITIONAL, one, text, remedy, note, level, named)

    def _early_additional(self, one: _Listed, other: _Listed, level: Node, notes: Sequence[CodeNote]) -> Finding:
        text = f"{other.node.code} is the additional code to {one.node.code}"
        remedy = f"Put {other.node.code} after {one.node.code}"
        return Finding(
            Severity.HINT,
            Rule.USE_ADDITIONAL,
            (other.node.code, one.node.code),
            (other.place, one.place),
            text,
            remedy,
            self._release,
            _quoted(_naming(notes, other.plain)),
            level.code,
        )

    def _of_one(
        self,
        severity: Severity,
        rule: Rule,
        one: _Listed,
        text: str,
        remedy: str,
        note: str,
        level: Node,
        choices: Sequence[str],
    ) -> Finding:
        """Return a finding on one code, whose partner is missing."""
        codes, places = (one.node.code,), (one.place,)
        return Finding(
            severity, rule, codes, places, text, remedy, self._release, _quoted(note), level.code, tuple(choices)
        )

    def _of_kind(self, level: Node, kind: NoteKind) -> tuple[CodeNote, ...]:
        return tuple(note for note in self._notes.get(level.id, ()) if note.kind is kind)

    def _partners(self, one: _Listed, notes: Sequence[CodeNote]) -> list[_Listed]:
        """Return the codes of the list that notes name, in its order."""
        partners = {
            other.place: other
            for note in notes
            for range_ in note.ranges
            for other in self._index.within(note.text, range_)
            if other.place != one.place
        }
        return [partners[place] for place in sorted(partners)]


def _is_demanded(notes: Sequence[CodeNote], ranges: Sequence[PrintedRange]) -> bool:
    """Return whether an instruction asks for codes of one category, which say more of the same condition; others, such
    as the organism, may not be known."""
    categories = {end[:CATEGORY_LENGTH] for range_ in ranges for end in (range_.low, range_.high)}
    return len(categories) == 1 and not any("such as" in note.text for note in notes)


def _instructions(notes: Sequence[CodeNote]) -> Iterator[Sequence[CodeNote]]:
    """Yield the notes of each instruction: it begins with `code ...`, and its examples follow as notes of their own."""
    group: list[CodeNote] = []
    for note in notes:
        if group and note.text.startswith("code"):
            yield group
            group = []
        group.append(note)
    if group:
        yield group


def _is_conditional(notes: Sequence[CodeNote]) -> bool:
    return any(_CONDITIONAL.search(note.text) for note in notes)


def _has_more_than_nos(one: _Listed, related: Sequence[_Listed], notes: Sequence[CodeNote]) -> bool:
    """Return whether a code before one of the list says more than what a note names: `sepsis NOS (A41.9)`."""
    ranges = [range_ for note in notes if "NOS" in note.text for range_ in note.ranges]
    return any(other.place < one.place and _is_of(range_, [other]) for other in related for range_ in ranges)


def _is_of(range_: PrintedRange, listed: Sequence[_Listed]) -> bool:
    return any(range_.low[:CATEGORY_LENGTH] == one.plain[:CATEGORY_LENGTH] for one in listed)


def _naming(notes: Sequence[CodeNote], code: str) -> str:
    """Return the note that names a code."""
    return next((note.text for note in notes if any(range_.covers(code) for range_ in note.ranges)), notes[0].text)


def _names(ranges: Iterable[PrintedRange]) -> list[str]:
    return list(dict.fromkeys(range_.printed for range_ in ranges))[:MOST_NAMED]


def _quoted(text: str) -> str:
    """Return a note for a sentence: without its end if it is long."""
    text = text.rstrip(": ")
    return text if len(text) <= MOST_QUOTED else f"{text[: MOST_QUOTED - 1].rstrip()}…"
