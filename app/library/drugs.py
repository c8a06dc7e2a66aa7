"""Drugs of the code database: what a name of a drug means, and the codes that have to do with it."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from app.library.tokens import word_list

WORDS_CACHED = 1024
"""Words whose drugs are remembered: from one keystroke to the next all but the last are the same."""


DRUGS_IN_TABLE = ("T36", "T50")
"""The first and the last category of drugs in the Table of Drugs; what comes after them is only poison."""

USED_AND_ABUSED = ("T40", "T42.3", "T42.4", "T43.6")
"""Substances whose `use` may be a disorder (opioid use, cocaine use): only words like `chronic` mean a therapy."""

VACCINES = ("T50.A", "T50.B")

ALLERGY_CODES = (
    ("T36.0", "Z88.0"),
    ("T36", "Z88.1"),
    ("T37.0", "Z88.2"),
    ("T37", "Z88.3"),
    ("T39", "Z88.6"),
    ("T40.5", "Z88.4"),
    ("T40", "Z88.5"),
    ("T41", "Z88.4"),
    ("T50.8", "Z91.041"),
    ("T50.A", "Z88.7"),
    ("T50.B", "Z88.7"),
    ("T50.Z", "Z88.7"),
    ("T", "Z88.8"),
)
"""The code for having an allergy to a drug, by the beginning of its stem in the Table of Drugs; the first that fits."""

SULFA, SULFA_ALLERGY = "sulfonamide", "Z88.2"
"""The class whose combinations have another line in the Table of Drugs, and the code for an allergy to it."""

LONGEST_EFFECT = 4
"""Words of the longest phrase of drug_effects.tsv."""

EMPTY_CELL = "-"
"""The mark of an empty cell there."""

IF_CAUSED = "*"
"""The mark of an effect that any drug has that is said to cause it."""


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

    @property
    def is_poison(self) -> bool:
        """True for what is no drug: bleach."""
        return self.stem[:3] > DRUGS_IN_TABLE[1]

    @property
    def is_abused(self) -> bool:
        """True if its use may be a disorder."""
        return self.stem.startswith(USED_AND_ABUSED)

    @property
    def is_vaccine(self) -> bool:
        """True if it is given once, for an immunization."""
        return self.stem.startswith(VACCINES) and not self.long_term

    @property
    def allergy(self) -> str:
        """The code for having an allergy to it."""
        if self.group == SULFA:
            return SULFA_ALLERGY
        return next(code for beginning, code in ALLERGY_CODES if self.stem.startswith(beginning))


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


class DrugEffects:
    """The effects of drugs beside those they are taken for, and their codes: the rows of drug_effects.tsv."""

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        self._rows: defaultdict[tuple[str, ...], list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
        for phrase, codes, stems in rows:
            cell = () if codes == EMPTY_CELL else tuple(codes.split())
            self._rows[tuple(word_list(phrase))].append((cell, tuple(stems.split())))

    def codes(self, words: Sequence[str], stems: Sequence[str], caused: bool) -> tuple[str, ...] | None:
        """Return the codes for what words say that drugs did, likeliest first; none if the words themselves find them.

        `stems` are the drugs' codes in the Table of Drugs without the last character. None without an effect that such
        drugs are known for; with `caused` the text says that they caused it.
        """
        for length in range(min(LONGEST_EFFECT, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                for codes, known in self._rows.get(tuple(words[start : start + length]), ()):
                    if any(stem.startswith(known) for stem in stems) or (caused and IF_CAUSED in known):
                        return codes
        return () if caused else None
