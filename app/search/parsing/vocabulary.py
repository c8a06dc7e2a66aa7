"""The words of the index: the number of entries that hold each, and those that begin with a typed text."""

import math
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from app.codes.systems import System
from app.search.parsing.packed import packed_lines, packed_numbers, packed_rows, packed_text

PREFIX_END = "\x7f"

WORDS_CACHED = 8192
"""Words whose code sets are remembered: from one keystroke to the next most are the same."""


class Vocabulary:
    """Every word of the index with the number of entries that hold it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._sorted = packed_text(connection, "words").split("\n")
        self._counts: dict[str, int] = dict(zip(self._sorted, packed_numbers(connection, "word_counts"), strict=True))
        nodes = connection.execute(
            "SELECT CASE status WHEN 'manifestation' THEN status ELSE level END, id FROM node"
            " WHERE level IN ('group', 'pcs_section', 'chapter', 'section') OR status = 'manifestation'"
        ).fetchall()
        self._groups = frozenset(key for kind, key in nodes if kind in ("group", "pcs_section"))
        self._sections = frozenset(key for kind, key in nodes if kind in ("chapter", "section"))
        self._manifestations = frozenset(key for kind, key in nodes if kind == "manifestation")
        self.entries: int = connection.execute("SELECT count(*) FROM entry").fetchone()[0] or 1
        self.rarest = math.log(self.entries)

    def __contains__(self, word: str) -> bool:
        return word in self._counts

    def count(self, word: str) -> int:
        """Return the number of entries that hold a word."""
        return self._counts.get(word, 0)

    def is_group(self, node: int) -> bool:
        """Return whether a node is a section or range of HCPCS, CPT, the modifiers or ICD-10-PCS, not a code."""
        return node in self._groups

    def is_section(self, node: int) -> bool:
        """Return whether a node is a chapter or section of ICD-10-CM."""
        return node in self._sections

    def is_manifestation(self, node: int) -> bool:
        """Return whether a node is a code of ICD-10-CM that is never first-listed."""
        return node in self._manifestations

    def begins(self, prefix: str) -> bool:
        """Return whether any word begins with a text."""
        place = bisect_left(self._sorted, prefix)
        return place < len(self._sorted) and self._sorted[place].startswith(prefix)

    def prefix_count(self, prefix: str) -> int:
        """Return an upper bound of the entries that hold a word which begins with a text."""
        return sum(self._counts[word] for word in self.beginning(prefix))

    def weight(self, word: str) -> float:
        """Return the weight of a word by its rarity: 0 if it is in every entry, about 11 if it is in a single one."""
        return math.log(self.entries / max(1, self._counts.get(word, 1)))

    def weight_of_beginning(self, word: str) -> float:
        """Return the weight of a word that may only begin others: that of the words that `bilat` begins."""
        count = self.count(word) or self.prefix_count(word)
        return max(0.0, math.log(self.entries / max(1, count)))

    @property
    def words(self) -> list[str]:
        """Every word, sorted."""
        return self._sorted

    def spelled_words(self) -> tuple[list[str], list[str]]:
        """Return the words that a misspelling may mean, in the order of their sounds, and these sounds."""
        return packed_lines(self._connection, "spelled_words"), packed_lines(self._connection, "spelled_sounds")

    def right_words(self) -> dict[str, str]:
        """Return words that are spelled right whether the index has them or not, each with its kind: `word`, `company`,
        or `name` of a person."""
        return {row[0]: row[1] for row in packed_rows(self._connection, "right_words")}

    def beginning(self, prefix: str) -> list[str]:
        """Return the words that begin with a text, sorted."""
        return self._sorted[bisect_left(self._sorted, prefix) : bisect_left(self._sorted, prefix + PREFIX_END)]


class WordsBySystem:
    """The words of each code set by itself: a code set that lacks a word need not be searched for it."""

    def __init__(self, connection: sqlite3.Connection, systems: Iterable[System]) -> None:
        self._sorted = {system: packed_text(connection, "words", system.value).split("\n") for system in systems}
        self.holds = lru_cache(maxsize=WORDS_CACHED)(self._holds)

    def _holds(self, system: System, word: str, begins: bool) -> bool:
        """Return whether an entry of a code set holds a word, or with `begins` one that begins with it."""
        words = self._sorted[system]
        place = bisect_left(words, word)
        if place == len(words):
            return False
        return words[place].startswith(word) if begins else words[place] == word
