"""Matches of single words: the words of a query that a word of an entry holds, and how well it holds them."""

import re
from typing import NamedTuple

from app.library.tokens import INFLECTED, OPTIONAL, bare
from app.search.matching.entry_weights import CLASSIFIED_MARK
from app.search.parsing.query import Polarity, Query
from app.search.parsing.ranges import ANY_NUMBER, OF_RANGE
from app.search.word_match import BEGINNING, SHORTEST_INNER, word_quality

INSIDE_WORD = 0.8
"""The factor for a match inside a longer word where the typed text is a word itself: `hip` in hippocampus."""

OPTIONAL_EXACT = 0.6
OPTIONAL_BEGUN = 0.3
"""The quality of a match in the parentheses of an Index line, typed in full or only begun: such a word may be there or
not, and is not the subject of the line. `Abscess (embolic) (metastatic) ..., liver` does not mean metastases."""

IN_PARENTHESES = 64
"""The shift of a slot's bit for a match in parentheses, beyond the numbers of slots."""

CONTRADICTED = 128
"""The shift of a slot's bit for a word that contradicts it: another stage, the other side."""

OPPOSITE = 192
"""The shift of a slot's bit for a word that the entry denies and the text affirms, or the other way round."""

SIDES = {
    "left": frozenset({"right", "bilateral"}),
    "right": frozenset({"left", "bilateral"}),
    "bilateral": frozenset({"left", "right", "unilateral"}),
    "unilateral": frozenset({"bilateral"}),
}
"""The sides of the body, each with those that contradict it."""

OPEN_QUALITY = 0.5
"""The factor for a match with a word that an entry leaves open: after `not specified as`."""

OPPOSITES = {"with": "without"}
"""Words that begin others which say the opposite."""

IMPLIED_IN_SERIES = frozenset({"congenital", "hereditary", "genetic", "familial"})
_SERIES_NUMBER = re.compile(r"[0-9]+[a-z]?")
"""A disease with a number after its name (`cataract 35`) is one of a series of inherited ones, so that people do not
say these words."""

NO_MATCH = 0
_IMPLIED_MATCH = 1


class QueryWord(NamedTuple):
    """A word of a reading: its number, that of its slot, and whether a word of an entry need only begin with it.

    `number_of` is the word that a number belongs to. An entry with one of the words
    `instead` contradicts this one: it has the other side.
    """

    key: int
    slot: int
    word: str
    begins: bool
    is_word: bool
    number_of: str = ""
    instead: frozenset[str] = frozenset()
    polarity: Polarity = Polarity.AFFIRMED


WordMatch = tuple[tuple[int, int, float], ...]
"""The query words that a word of an entry holds, as (number of the query word, slot, quality)."""


class WordMatcher:
    """Matches words of the index with the words of a query.

    Each different `WordMatch` has a number, by which `matches`, `best` (the best quality in it) and `uncovered` (1
    less that) are looked up.
    """

    def __init__(self, query: Query, query_words: list[QueryWord]) -> None:
        self._query_words = query_words
        self._last_slot = len(query.slots) - 1
        self._names_series = len(query.slots) > 1 and _SERIES_NUMBER.fullmatch(query.slots[-1].typed) is not None
        # A short word counts only where the entry's word begins with it, a longer one wherever it stands.
        short = {query_word.word for query_word in query_words if len(query_word.word) < SHORTEST_INNER}
        self._short = tuple(sign + word for word in short for sign in ("", OPTIONAL, INFLECTED))
        self._long = {query_word.word for query_word in query_words} - short
        self._may_contradict = any(query_word.number_of or query_word.instead for query_word in query_words)
        self._number_of: dict[WordMatch, int] = {(): NO_MATCH}
        # After the number for no match comes that for a word which matches nothing but is implied.
        self.matches: list[WordMatch] = [(), ()]
        self.best: list[float] = [0.0, 0.0]
        self.uncovered: list[float] = [1.0, 0.0]

    def possible(self, words: set[str]) -> set[str]:
        """Return the words of entries that may match: few do. To rule out the others together takes a tenth of the time
        that matching each of them does."""
        possible = {word for long_word in self._long for word in words if long_word in word}
        possible.update([word for word in words if word.startswith(self._short)])
        if self._may_contradict:
            possible.update([word for word in words if CLASSIFIED_MARK in word or word in SIDES])
        if self._names_series:
            possible.update([word for word in words if bare(word) in IMPLIED_IN_SERIES])
        return possible

    def number(self, word: str, *, in_line: bool) -> int:
        """Return the number of the match of an entry's word; `in_line` for words of an Index line."""
        unmarked, _, number_of = bare(word).partition(CLASSIFIED_MARK)
        match = tuple(
            (key, slot, quality)
            for key, slot, typed, begins, is_word, belongs_to, _, _ in self._query_words
            if typed in unmarked
            and (not number_of or _may_be(belongs_to, number_of))
            and (quality := self._quality(slot, unmarked, typed, begins, is_word))
        )
        if not match and self._may_contradict and (number_of not in ("", OF_RANGE) or unmarked in SIDES):
            match = tuple(
                (query_word.key, query_word.slot + CONTRADICTED, 0.0)
                for query_word in self._query_words
                if (query_word.number_of == number_of if number_of else unmarked in query_word.instead)
            )
            if match:
                return self._numbered(match)
        if not match and self._names_series and unmarked in IMPLIED_IN_SERIES:
            return _IMPLIED_MATCH
        if in_line and word.startswith(OPTIONAL) and match:
            match = tuple(
                (key, slot + IN_PARENTHESES, OPTIONAL_EXACT if quality == 1.0 else OPTIONAL_BEGUN)
                for key, slot, quality in match
            )
        return self._numbered(match)

    def _quality(self, slot: int, word: str, typed: str, begins: bool, is_word: bool) -> float:
        """Return how well an entry's word matches a typed one, 0 to 1. A finished word begins another by chance: motor,
        motorcycle."""
        quality = word_quality(word, typed, begins)
        if quality < 1.0:
            if slot < self._last_slot and OPPOSITES.get(typed) == word:
                return 0.0
            if slot < self._last_slot:
                quality = min(quality, BEGINNING)
            if is_word:
                quality *= INSIDE_WORD
        return quality

    def of_open(self, number: int) -> int:
        """Return the number of the same match for a word that an entry leaves open."""
        return self._numbered(tuple((key, slot, quality * OPEN_QUALITY) for key, slot, quality in self.matches[number]))

    def of_polarity(self, number: int, *, denied: bool) -> int:
        """Return the number of the same match for a word that an entry denies, or affirms: it is the opposite of the
        words of a query that do not."""
        opposite = Polarity.AFFIRMED if denied else Polarity.DENIED
        match = self.matches[number]
        keys = [key for key, _, _ in match if self._query_words[key].polarity is opposite]
        if not keys:
            return number
        return self._numbered(
            tuple(
                (key, slot % IN_PARENTHESES + OPPOSITE, 0.0) if key in keys else (key, slot, quality)
                for key, slot, quality in match
            )
        )

    def _numbered(self, match: WordMatch) -> int:
        number = self._number_of.setdefault(match, len(self.matches))
        if number == len(self.matches):
            best = max(quality for _, _, quality in match)
            self.matches.append(match)
            self.best.append(best)
            self.uncovered.append(1.0 - best)
        return number


def _may_be(typed_belongs_to: str, number_of: str) -> bool:
    """Return whether a typed number may mean one of an entry that belongs to a word: a 2 is that of no other stage or
    type than its own, and the end of a range only if a range was typed."""
    return typed_belongs_to in ("", number_of) or (typed_belongs_to == ANY_NUMBER and number_of != OF_RANGE)
