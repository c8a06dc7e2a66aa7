"""The words of the index: how rare each is, and which begin with what was typed."""

import math
import sqlite3
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from app.codes.systems import System

PREFIX_END = "\x7f"

KEPT = 8192
"""Words whose code sets are remembered: from one keystroke to the next most are the same."""


class Vocabulary:
    """Every word of the index with the number of entries that hold it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sorted = packed_text(connection, "words").split("\n")
        self._counts: dict[str, int] = dict(zip(self._sorted, packed_numbers(connection, "word_counts"), strict=True))
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
        return sum(self._counts[word] for word in self.beginning(prefix))

    def weight(self, word: str) -> float:
        """How much a word tells, by its rarity: 0 in every entry, about 11 in a single one."""
        return math.log(self.entries / max(1, self._counts.get(word, 1)))

    def weight_of_beginning(self, word: str) -> float:
        """The same for a word that may only begin others: `bilat` tells as much as the words that it begins."""
        count = self.count(word) or self.prefix_count(word)
        return max(0.0, math.log(self.entries / max(1, count)))

    @property
    def words(self) -> list[str]:
        """Every word, sorted."""
        return self._sorted

    def beginning(self, prefix: str) -> list[str]:
        """The words that begin so, sorted."""
        return self._sorted[bisect_left(self._sorted, prefix) : bisect_left(self._sorted, prefix + PREFIX_END)]


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


def packed_numbers(connection: sqlite3.Connection, name: str, system: str = "") -> "array[int]":
    """An array of unsigned 32-bit numbers, of one code set or of all together."""
    numbers = array("I")
    numbers.frombytes(_data(connection, name, system))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def packed_text(connection: sqlite3.Connection, name: str, system: str = "") -> str:
    """A text."""
    return _data(connection, name, system).decode()


def _data(connection: sqlite3.Connection, name: str, system: str) -> bytes:
    row = connection.execute("SELECT data FROM packed WHERE system = ? AND name = ?", (system, name)).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"{name} is missing")
    return row[0]
