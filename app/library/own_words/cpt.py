"""Our own texts on CPT: the outline of the code set, worked examples, lessons.

Nothing here is from the AMA: number ranges are facts, every title and sentence in the tables is ours.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from app.codes.cpt_sections import LETTER_RANGES
from app.library.own_words.table_rows import NONE, PARAGRAPH, parts, table_rows
from app.releases.errors import ReleaseError

OUTLINE_KINDS = ("category", "section", "subsection")
"""From the outermost inward; a subsection may also be in a subsection, or in a category without sections."""

PARENT_KINDS = {"category": (), "section": ("category",), "subsection": OUTLINE_KINDS}

_CPT_CODE = re.compile(rf"[0-9]{{4}}[0-9{''.join(LETTER_RANGES)}]")
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class CptSection:
    """A category, section or subsection of CPT.

    `ranges` are (first code, last code) pairs in order, as printed (`99202`, `0042T`). Most have one; if codes
    have numbers far from the others of their section, there are several. A last code of 9999 and a letter means a range
    that still grows. `parent` is the key of the record above, None at the top. `everyday` are words that users type for
    it, lower case.
    """

    kind: str
    key: str
    parent: str | None
    ranges: tuple[tuple[str, str], ...]
    title: str
    text: str
    everyday: tuple[str, ...]

    def holds(self, code: str) -> bool:
        """Return whether a code as printed, upper case, is in one of the ranges; False for other texts."""
        if not _CPT_CODE.fullmatch(code):
            return False
        return any(_order(first) <= _order(code) <= _order(last) for first, last in self.ranges)


@dataclass(frozen=True, slots=True)
class CptOutline:
    """The outline of CPT: every parent before its children, siblings in the order of their first codes."""

    records: tuple[CptSection, ...]

    def section_of(self, code: str) -> tuple[CptSection, ...]:
        """Return the records whose ranges contain a code, root first; empty for a text that is in no range of CPT."""
        # Siblings do not overlap and parents come first, so that these records are one line of descent.
        return tuple(record for record in self.records if record.holds(code))


@dataclass(frozen=True, slots=True)
class CptExample:
    """A code explained in our words. The tuples are sentences or steps, in order."""

    code: str
    name: str
    stands_for: str
    steps: tuple[str, ...]
    confused_with: tuple[str, ...]
    modifiers: tuple[str, ...]
    pitfalls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CptLesson:
    """A lesson on CPT, as paragraphs."""

    key: str
    title: str
    paragraphs: tuple[str, ...]


def read_cpt_sections(path: Path) -> CptOutline:
    """Read the outline in `cpt_sections.tsv`. Raises ReleaseError, naming file and line, for a wrong row."""
    records: list[CptSection] = []
    earlier: dict[str, CptSection] = {}
    for place, cells in table_rows(path, 8):
        kind, firsts, lasts, parent, key, title, text, everyday = cells
        if kind not in OUTLINE_KINDS:
            raise ReleaseError(f"{place}: expected {', '.join(OUTLINE_KINDS)} as the kind, found {kind!r}.")
        _check_key(place, key, earlier)
        record = CptSection(
            kind=kind,
            key=key,
            parent=None if parent == NONE else parent,
            ranges=_ranges(place, firsts, lasts),
            title=title,
            text=text,
            everyday=parts(place, everyday, "; "),
        )
        _check_place(place, record, earlier)
        earlier[key] = record
        records.append(record)
    return CptOutline(tuple(records))


def read_cpt_examples(path: Path) -> tuple[CptExample, ...]:
    """Read the worked examples in `cpt_examples.tsv`. Raises ReleaseError, naming file and line, for a wrong row."""
    by_key: dict[str, CptExample] = {}
    for place, (code, name, stands_for, *lists) in table_rows(path, 7):
        if not _CPT_CODE.fullmatch(code):
            raise ReleaseError(f"{place}: expected a CPT code, five characters, found {code!r}.")
        if code in by_key:
            raise ReleaseError(f"{place}: {code} is explained already.")
        steps, confused_with, modifiers, pitfalls = (parts(place, cell, PARAGRAPH) for cell in lists)
        by_key[code] = CptExample(code, name, stands_for, steps, confused_with, modifiers, pitfalls)
    return tuple(by_key.values())


def read_cpt_lessons(path: Path) -> tuple[CptLesson, ...]:
    """Read the lessons in `cpt_lessons.tsv`, in order. Raises ReleaseError, naming file and line, for a wrong row."""
    by_key: dict[str, CptLesson] = {}
    for place, (key, title, text) in table_rows(path, 3):
        _check_key(place, key, by_key)
        by_key[key] = CptLesson(key, title, parts(place, text, PARAGRAPH))
    return tuple(by_key.values())


def _check_key(place: str, key: str, earlier: dict[str, CptSection] | dict[str, CptLesson]) -> None:
    if not KEY.fullmatch(key):
        raise ReleaseError(f"{place}: expected a key such as em-office, found {key!r}.")
    if key in earlier:
        raise ReleaseError(f"{place}: the key {key!r} is there already.")


def _order(code: str) -> tuple[int, str]:
    """Return the sort key of a code in CPT: the five digits of Category I first, then letter by letter."""
    return ("", *LETTER_RANGES).index("" if code[-1].isdigit() else code[-1]), code


def _ranges(place: str, firsts: str, lasts: str) -> tuple[tuple[str, str], ...]:
    """Return the ranges of two cells: `98000 99202`, `98016 99499` -> ((`98000`, `98016`), (`99202`, `99499`))."""
    first_codes, last_codes = firsts.split(" "), lasts.split(" ")
    for code in first_codes + last_codes:
        if not _CPT_CODE.fullmatch(code):
            raise ReleaseError(f"{place}: expected CPT codes with one space between them, found {code!r}.")
    if len(first_codes) != len(last_codes):
        raise ReleaseError(
            f"{place}: expected as many last codes as first ones, found {len(last_codes)} and {len(first_codes)}."
        )
    ranges = tuple(zip(first_codes, last_codes, strict=True))
    for first, last in ranges:
        if _order(first) > _order(last) or _order(first)[0] != _order(last)[0]:
            raise ReleaseError(f"{place}: expected a range from its lower end to its upper, found {first} to {last}.")
    for (_, last), (first, _) in pairwise(ranges):
        if _order(first) <= _order(last):
            raise ReleaseError(f"{place}: expected ranges in order and apart, found {first} after {last}.")
    return ranges


def _check_place(place: str, record: CptSection, earlier: dict[str, CptSection]) -> None:
    """Raise ReleaseError unless a record is within its parent, which comes first, and apart from its siblings."""
    allowed = PARENT_KINDS[record.kind]
    if record.parent is None:
        if allowed:
            raise ReleaseError(f"{place}: expected a {record.kind} to stand in another record, found none named.")
    elif record.parent not in earlier:
        raise ReleaseError(f"{place}: expected the key of an earlier row as parent, found {record.parent!r}.")
    elif earlier[record.parent].kind not in allowed:
        raise ReleaseError(
            f"{place}: a {record.kind} does not stand in the {earlier[record.parent].kind} {record.parent!r}."
        )
    else:
        above = earlier[record.parent].ranges
        for first, last in record.ranges:
            if not any(_order(low) <= _order(first) and _order(last) <= _order(high) for low, high in above):
                raise ReleaseError(f"{place}: {first} to {last} is not within its parent {record.parent!r}.")
    siblings = [other for other in earlier.values() if other.parent == record.parent]
    if siblings and _order(siblings[-1].ranges[0][0]) > _order(record.ranges[0][0]):
        raise ReleaseError(
            f"{place}: expected a first code behind {siblings[-1].ranges[0][0]}, found {record.ranges[0][0]}."
        )
    for other in siblings:
        for first, last in record.ranges:
            if any(_order(first) <= _order(end) and _order(start) <= _order(last) for start, end in other.ranges):
                raise ReleaseError(f"{place}: {first} to {last} overlaps {other.key!r}.")
