"""Drugs of the code database: what a name of a drug means, and the codes that have to do with it."""

import sqlite3
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

WORDS_CACHED = 1024
"""Words whose drugs are remembered: from one keystroke to the next all but the last are the same."""


class DrugKind(StrEnum):
    """The kind of a drug's name."""

    BRAND = "brand"
    CLASS = "class"
    """An everyday name of a class of drugs: blood thinner."""
    GENERIC = "generic"
    SHORT = "short"
    """An abbreviation or another name, which means the drug only where other words say so: asa, mtx, weed."""


class Drug(NamedTuple):
    """A name of a drug and one substance that it stands for; the name of a combination has several of these.

    `substance` is the generic name, `group` its class in plain words. `stem` is the code of the Table of Drugs without
    its last character, which tells poisoning, adverse effect and underdosing apart: `T45.51`. `long_term` is the code
    for long-term use, empty for a drug of abuse, and `supplies` are codes of HCPCS, the likeliest first.
    """

    name: str
    kind: DrugKind
    substance: str
    group: str
    stem: str
    long_term: str
    supplies: tuple[str, ...]

    @property
    def meaning(self) -> str:
        """The substance and its class, as results print them: `apixaban, anticoagulant`."""
        return f"{self.substance}, {self.group}" if self.substance != self.group else self.group


class Drugs:
    """Looks up names of drugs one by one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._named_from = lru_cache(maxsize=WORDS_CACHED)(self._read_named_from)
        self.beginning = lru_cache(maxsize=WORDS_CACHED)(self._beginning)

    def named(self, words: tuple[str, ...]) -> tuple[Drug, ...]:
        """Return what a phrase of folded, singular words means as the name of a drug; nothing if it is none."""
        # One question for all phrases that begin with the same word: a long text would take hundreds.
        return self._named_from(words[0]).get(words, ()) if words else ()

    def _read_named_from(self, word: str) -> dict[tuple[str, ...], tuple[Drug, ...]]:
        """Return the drugs whose names begin with a word, by the words of their names."""
        where = "phrase = ? OR (phrase > ? AND phrase < ?) ORDER BY phrase, position"
        named: dict[tuple[str, ...], tuple[Drug, ...]] = {}
        for phrase, drug in self._select_with_phrases(where, word, f"{word} ", f"{word}!"):
            words = tuple(phrase.split(" "))
            named[words] = (*named.get(words, ()), drug)
        return named

    def _beginning(self, text: str, limit: int) -> tuple[Drug, ...]:
        """Return the drugs whose names begin with a text, by name; of a combination its first substance."""
        return self._select(
            "phrase >= ? AND phrase < ? AND position = 1 ORDER BY phrase LIMIT ?", text, f"{text}~", limit
        )

    def all(self) -> tuple[Drug, ...]:
        """Return all drugs, by name."""
        return self._select("1 ORDER BY phrase, position")

    def _select(self, where: str, *values: object) -> tuple[Drug, ...]:
        return tuple(drug for _, drug in self._select_with_phrases(where, *values))

    def _select_with_phrases(self, where: str, *values: object) -> Iterator[tuple[str, Drug]]:
        rows = self._connection.execute(
            f'SELECT phrase, name, kind, substance, "group", stem, long_term, supplies FROM drug WHERE {where}', values
        )
        for phrase, name, kind, substance, group, stem, long_term, supplies in rows:
            yield phrase, Drug(name, DrugKind(kind), substance, group, stem, long_term, tuple(supplies.split()))
