"""Rules on which modifiers fit a code, from `code_kinds.tsv` and `modifier_conditions.tsv` under resources/tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.library.own_words.table_rows import NONE, parts, table_rows
from app.releases.errors import ReleaseError

ANY_TITLE = "*"
SPACE = "_"
"""A space at the end of a word, which a table cannot show."""


@dataclass(frozen=True, slots=True)
class CodeKind:
    """A kind of codes that modifiers are made for: parts of words in titles, and ranges of codes, both ends included.

    The empty word is a part of every title.
    """

    words: tuple[str, ...]
    ranges: tuple[tuple[str, str], ...]

    def applies_to(self, code: str, text: str) -> bool:
        """Return whether a code as printed, or the text of its titles in lower case, is of the kind."""
        return any(word in text for word in self.words) or any(first <= code <= last for first, last in self.ranges)


@dataclass(frozen=True, slots=True)
class ModifierCondition:
    """A condition for a modifier at a code of HCPCS; an empty field is no condition.

    `letters` are first letters of the codes that it is for; the code must have one of the `kinds`, its title one of the
    `words`, which are parts of words.
    """

    letters: str
    kinds: tuple[str, ...]
    words: tuple[str, ...]

    def allows(self, code: str, text: str, kinds: frozenset[str]) -> bool:
        """Return whether a code as printed, with its title in lower case and its kinds, meets the condition."""
        if self.letters and code[0] not in self.letters:
            return True
        if self.kinds and kinds.isdisjoint(self.kinds):
            return False
        return not self.words or any(word in text for word in self.words)


@dataclass(frozen=True, slots=True)
class ModifierRules:
    """The kinds of codes by name, and the conditions by modifier."""

    kinds: Mapping[str, CodeKind]
    conditions: Mapping[str, tuple[ModifierCondition, ...]]

    def kinds_of(self, code: str, text: str) -> frozenset[str]:
        """Return the kinds of a code as printed; `text` has its titles in lower case."""
        return frozenset(name for name, kind in self.kinds.items() if kind.applies_to(code, text))

    def allow(self, modifier: str, code: str, text: str, kinds: frozenset[str]) -> bool:
        """Return whether a code of HCPCS meets every condition of a modifier."""
        return all(condition.allows(code, text, kinds) for condition in self.conditions.get(modifier, ()))


def read_modifier_rules(folder: Path) -> ModifierRules:
    """Read the two tables of a folder. Raises ReleaseError, naming file and line, for a row with an error."""
    kinds = _read_kinds(folder / "code_kinds.tsv")
    return ModifierRules(kinds, _read_conditions(folder / "modifier_conditions.tsv", kinds))


def _read_kinds(path: Path) -> dict[str, CodeKind]:
    kinds: dict[str, CodeKind] = {}
    for place, (name, words, ranges) in table_rows(path, 3):
        if name in kinds:
            raise ReleaseError(f"{place}: the kind {name!r} is there already.")
        kinds[name] = CodeKind(_words(place, words), tuple(_range(place, cell) for cell in _cells(place, ranges)))
    return kinds


def _read_conditions(path: Path, kinds: Mapping[str, CodeKind]) -> dict[str, tuple[ModifierCondition, ...]]:
    conditions: dict[str, tuple[ModifierCondition, ...]] = {}
    for place, (modifiers, letters, names, words) in table_rows(path, 4):
        condition = ModifierCondition("" if letters == NONE else letters, _cells(place, names), _words(place, words))
        for name in condition.kinds:
            if name not in kinds:
                raise ReleaseError(f"{place}: expected a kind of code_kinds.tsv, found {name!r}.")
        for modifier in parts(place, modifiers, "; "):
            conditions[modifier] = (*conditions.get(modifier, ()), condition)
    return conditions


def _cells(place: str, cell: str) -> tuple[str, ...]:
    return () if cell == NONE else parts(place, cell, "; ")


def _words(place: str, cell: str) -> tuple[str, ...]:
    """Return the words of a cell; the sign for every title becomes the empty word."""
    return tuple("" if word == ANY_TITLE else word.replace(SPACE, " ") for word in _cells(place, cell))


def _range(place: str, cell: str) -> tuple[str, str]:
    """Return the ends of a range: `G0017-G0018`; a single code is both of them."""
    first, _, last = cell.partition("-")
    last = last or first
    if len(first) != len(last) or first > last:
        raise ReleaseError(f"{place}: expected a range from its lower end to its upper, found {cell!r}.")
    return first, last
