"""Typed text into a query: a value that says what is looked for, and each way in which it may be read.

| typed                       | read                                                                     |
|-----------------------------|--------------------------------------------------------------------------|
| `cm: neuropathy`            | confined to ICD-10-CM                                                    |
| `pos 11`, `modifier 25`     | confined to that code set, as a scope prefix does                        |
| `femur fracture`            | entries with a word that begins with femur and one with fracture         |
| `chf`                       | chf..., or congestive heart failure                                      |
| `heart attack`              | heart... and attack..., or myocardial infarction                         |
| `haemorrhage`               | hemorrhage...                                                            |
| `"with coma"`               | the words together, in this order                                        |
| `diabetes -pregnancy`       | without entries that hold a word which begins with pregnancy             |
"""

from dataclasses import dataclass
from enum import StrEnum

from app.codes.systems import System


class MatchKind(StrEnum):
    """Why a hit is there, as `lookup --json` names it."""

    CODE = "code"
    TITLE = "title"
    INDEX = "index"
    INCLUSION = "inclusion"
    ABBREVIATION = "abbreviation"
    EVERYDAY = "everyday"
    SPELLING = "spelling"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a part of the text: words that an entry must all hold.

    `begins` says that words of the entry need only begin with them, `known` that some hold them whole, or that the
    lexicon explains them. `kind` is TITLE for a part read as it was typed.
    `quality`, 0 to 1, is what an entry found by it is worth beside one that holds the typed words.
    """

    words: tuple[str, ...]
    kind: MatchKind = MatchKind.TITLE
    begins: bool = True
    quality: float = 1.0
    text: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of the text, as typed, with its readings; an entry holds it when it holds one of them.

    `free` is a little word (`to`) that an entry need not hold to hold all words.
    """

    typed: str
    readings: tuple[Reading, ...]
    weight: float = 1.0
    free: bool = False


@dataclass(frozen=True, slots=True)
class TypedWord:
    """A typed word: folded as it was written, singular as the index has it, whether it may still grow, and what stands
    before it. Of a corrected one `text` is the correction, `was` what had been there and `others` what else it may be.
    """

    raw: str
    text: str
    last: bool
    gap: str
    was: str = ""
    others: tuple[str, ...] = ()

    @property
    def plural(self) -> bool:
        """Whether an ending was taken back, so that the index has the word in another form than it is typed."""
        return not self.was and self.raw != self.text


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. `text` is what stands behind the scope prefix, which `systems` tells.

    `phrases` are words that must stand together, `without` words that must not occur.
    """

    text: str
    slots: tuple[Slot, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    systems: frozenset[System] = frozenset()
    words: tuple[TypedWord, ...] = ()

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Those of all slots."""
        return tuple(reading for slot in self.slots for reading in slot.readings)
