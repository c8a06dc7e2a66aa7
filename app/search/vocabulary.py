"""The words of the index: how rare each is, which begin with what was typed, and which a misspelling may mean."""

import math
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from app.codes.systems import System
from app.search.packed import packed_numbers, packed_text

SHORTEST_CORRECTED = 4
"""Shorter words are within one letter of dozens of others."""

MOST_CORRECTIONS = 3

PREFIX_END = "\x7f"

LENGTHS_KEPT = 16
BEGINNINGS_KEPT = 32
"""Lists of words that a misspelling is compared with: while it is typed it is compared at every letter."""

CORRECTIONS_KEPT = 256

KEPT = 8192
"""Words whose code sets are remembered: from one keystroke to the next most are the same."""


class Vocabulary:
    """Every word of the index with the number of entries that hold it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sorted = packed_text(connection, "words").split("\n")
        self._counts: dict[str, int] = dict(zip(self._sorted, packed_numbers(connection, "word_counts"), strict=True))
        self._by_length: dict[int, list[str]] = {}
        self._near = lru_cache(maxsize=LENGTHS_KEPT)(self._of_about)
        self._beginnings = lru_cache(maxsize=BEGINNINGS_KEPT)(self._beginnings_of)
        self._corrected = lru_cache(maxsize=CORRECTIONS_KEPT)(self._corrections)
        levels = "SELECT id FROM node WHERE level IN ('group', 'pcs_section')"
        self._groups = frozenset(key for (key,) in connection.execute(levels))
        self.entries: int = connection.execute("SELECT count(*) FROM entry").fetchone()[0] or 1
        self.rarest = math.log(self.entries)

    def __contains__(self, word: str) -> bool:
        return word in self._counts

    def count(self, word: str) -> int:
        """In how many entries the word stands."""
        return self._counts.get(word, 0)

    def is_group(self, node: int) -> bool:
        """Whether a node is a section or range of HCPCS, CPT, the modifiers or ICD-10-PCS, and no code."""
        return node in self._groups

    def begins(self, prefix: str) -> bool:
        """Whether any word begins so."""
        place = bisect_left(self._sorted, prefix)
        return place < len(self._sorted) and self._sorted[place].startswith(prefix)

    def prefix_count(self, prefix: str) -> int:
        """An upper bound of the entries that hold a word which begins so."""
        low, high = bisect_left(self._sorted, prefix), bisect_left(self._sorted, prefix + PREFIX_END)
        return sum(self._counts[word] for word in self._sorted[low:high])

    def weight(self, word: str) -> float:
        """How much a word tells, by its rarity: 0 in every entry, about 11 in a single one."""
        return math.log(self.entries / max(1, self._counts.get(word, 1)))

    def weight_of_beginning(self, word: str) -> float:
        """The same for a word that may only begin others: `bilat` tells as much as the words that it begins."""
        count = self.count(word) or self.prefix_count(word)
        return max(0.0, math.log(self.entries / max(1, count)))

    def corrections(self, word: str, *, unfinished: bool) -> list[str]:
        """Words that a misspelling may mean, nearest first, commoner first at equal distance.

        A transposition counts as one mistake; one is allowed in four letters, three at most. An unfinished word is
        compared with the beginnings of words.
        """
        if len(word) < SHORTEST_CORRECTED or not word.isalpha():
            return []
        return list(self._corrected(word, unfinished))

    def _corrections(self, word: str, unfinished: bool) -> tuple[str, ...]:
        # Imported here: a start without a misspelling need not wait for it.
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        mistakes = min(3, max(1, len(word) // 4))
        # The distance beyond which the library stops comparing, and to which a lower cutoff is no cheaper.
        found: dict[str, tuple[float, int]] = {}
        for text, distance, _ in process.extract(
            word, self._near(len(word), mistakes), scorer=OSA.distance, processor=None, score_cutoff=mistakes, limit=25
        ):
            found[text] = (self._cost(word, text, distance), -self._counts[text])
        if unfinished and not found:
            beginnings = self._beginnings(word[0], len(word))
            near = process.extract(
                word,
                list(beginnings),
                scorer=OSA.distance,
                processor=None,
                score_cutoff=max(1, mistakes - 1),
                limit=None,
            )
            distances = {text: distance for beginning, distance, _ in near for text in beginnings[beginning]}
            for text in sorted(distances):
                found[text] = (self._cost(word, text, distances[text]), -self._counts[text])
        return tuple(sorted(found, key=lambda text: found[text])[:MOST_CORRECTIONS])

    @staticmethod
    def _cost(word: str, text: str, distance: float) -> float:
        """People seldom miss the first letter, except silent ones (`nuemonia` for pneumonia)."""
        return distance if text[0] == word[0] else distance + 0.5

    def _of_about(self, length: int, mistakes: int) -> list[str]:
        """Words whose length differs by no more than the mistakes that are allowed."""
        if not self._by_length:
            for word in self._sorted:
                if word.isalpha():
                    self._by_length.setdefault(len(word), []).append(word)
        lengths = range(max(3, length - mistakes), length + mistakes + 1)
        return [word for near in lengths for word in self._by_length.get(near, ())]

    def _beginnings_of(self, letter: str, length: int) -> dict[str, list[str]]:
        """The first so many letters of the words with a first letter, each with the words that begin so: hundreds of
        words have a beginning in common, which is compared once."""
        found: dict[str, list[str]] = {}
        low, high = bisect_left(self._sorted, letter), bisect_left(self._sorted, letter + PREFIX_END)
        for text in self._sorted[low:high]:
            if len(text) >= length and text.isalpha():
                found.setdefault(text[:length], []).append(text)
        return found


class WordsOfEach:
    """The words of each code set by itself: a code set that lacks one need not be asked."""

    def __init__(self, connection: sqlite3.Connection, systems: Iterable[System]) -> None:
        self._sorted = {system: packed_text(connection, "words", system.value).split("\n") for system in systems}
        self.holds = lru_cache(maxsize=KEPT)(self._holds)

    def _holds(self, system: System, word: str, begins: bool) -> bool:
        """Whether an entry of the code set holds the word, or with `begins` one that begins so."""
        words = self._sorted[system]
        place = bisect_left(words, word)
        if place == len(words):
            return False
        return words[place].startswith(word) if begins else words[place] == word
