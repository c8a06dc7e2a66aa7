"""A query: the value that typed text is parsed into, with each way in which its parts may be read.

| typed                       | read                                                                     |
|-----------------------------|--------------------------------------------------------------------------|
| `cm: neuropathy`            | confined to ICD-10-CM                                                    |
| `pos 11`, `modifier 25`     | confined to that code set, as by a scope prefix                          |
| `femur fracture`            | entries with a word that begins with femur and one with fracture         |
| `chf`                       | chf..., or congestive heart failure                                      |
| `heart attack`              | heart... and attack..., or myocardial infarction                         |
| `haemorrhage`               | hemorrhage...                                                            |
| `"with coma"`               | the words together, in this order                                        |
| `diabetes -pregnancy`       | without entries that hold a word which begins with pregnancy             |
"""

from enum import Enum, StrEnum
from typing import NamedTuple

from app.codes.systems import System

NO_FAMILY = ("family",)
"""What the codes for a patient's own history never hold."""

NO_PATIENT = ("personal",)
"""What the codes for a family history never hold."""


class MatchKind(StrEnum):
    """The reason for a hit, as `lookup --json` names it."""

    CODE = "code"
    TITLE = "title"
    INDEX = "index"
    INCLUSION = "inclusion"
    ABBREVIATION = "abbreviation"
    EVERYDAY = "everyday"
    SPELLING = "spelling"
    PARTIAL = "partial"


class PartKind(StrEnum):
    """The kinds of parts that a text with several codes has."""

    CODE = "code"
    MODIFIER = "modifier"
    PLACE = "place"
    WORDS = "words"
    """Words beside codes that are neither a label nor the description of a code."""


class Use(Enum):
    """The part that a typed word plays in the text.

    ASIDE words may be lacking: they only say how the rest is meant (`r/o MI`). APART words are no phrase of the
    lexicon with others. PAST words are an operation or a disease that the patient had, RELATIVE ones the disease of a
    relative. BESIDE words may be lacking too, but are a finding of their own (a cancer that has spread elsewhere).
    """

    PLAIN = 0
    ASIDE = 1
    BESIDE = 5
    APART = 2
    PAST = 3
    RELATIVE = 4


class Polarity(Enum):
    """The statement of a text on a word: that it is there, that it is not, or either, since the scope of a denial may
    have ended before it (`without aura intractable`)."""

    AFFIRMED = 0
    DENIED = 1
    EITHER = 2


class Reading(NamedTuple):
    """One way to read a part of the text: words that an entry must all hold.

    With `begins` a word of the entry need only begin with one of these. `is_word` says that the index has the words in
    full, or that the lexicon explains them. `kind` is TITLE for a part that is read as it was typed.
    `quality`, 0 to 1, is the worth of an entry found by this reading, compared with one that holds the typed words.
    `corrected` says that the part was misspelled, and is read so with another spelling, which `text` has.
    """

    words: tuple[str, ...]
    kind: MatchKind = MatchKind.TITLE
    begins: bool = True
    quality: float = 1.0
    text: str = ""
    is_word: bool = False
    corrected: bool = False


class Slot(NamedTuple):
    """A part of the text, as typed, with its readings; an entry holds the slot when it holds one of them.

    `free` marks a joining word (`to`), which an entry may lack and still hold all words. `wider` are readings by the
    region or group that takes in what was typed, for when no entry names that itself. `number_of` is the word that a
    number belongs to (`stage`), empty if it stands by itself. `is_site` marks a part of the body,
    `is_side` a side of it. `polarity` says whether the text affirms or denies it.
    """

    typed: str
    readings: tuple[Reading, ...]
    weight: float = 1.0
    free: bool = False
    wider: tuple[Reading, ...] = ()
    number_of: str = ""
    is_site: bool = False
    is_side: bool = False
    polarity: Polarity = Polarity.AFFIRMED


class TypedWord(NamedTuple):
    """A typed word: `raw` as it was written, folded; `text` in the singular, as the index has it.

    `last` says that it ends the text and may still grow; `gap` is what stands before it. Of a corrected word `text` is
    the correction, `uncorrected` the singular of what was typed, and `alternatives` are further corrections. Of a
    number, `number_of` is the word that it belongs to.
    """

    raw: str
    text: str
    last: bool
    gap: str
    uncorrected: str = ""
    alternatives: tuple[str, ...] = ()
    use: Use = Use.PLAIN
    number_of: str = ""

    @property
    def plural(self) -> bool:
        """True if a plural ending was removed, so that the index has the word in another form than it is typed."""
        return not self.uncorrected and self.raw != self.text


class Measured(NamedTuple):
    """A measured value of a text: what was measured, the number as typed, and the usual values.

    `sign` are words for what the value may be a sign of, empty for none. `is_scale` says that no value outside of `low`
    and `high` exists, `is_plausible` that the value may be of this measurement and unit.
    """

    name: str
    typed: str
    unit: str
    low: float
    high: float
    sign: str = ""
    is_scale: bool = False
    is_plausible: bool = True


class Offer(NamedTuple):
    """A typed word to which no entry leads, and the words of the index that may be meant, likeliest first."""

    typed: str
    words: tuple[str, ...]


class Query(NamedTuple):
    """Parsed text. `text` is what follows the scope prefix; `systems` are the code sets of that prefix.

    `phrases` are words that must stand together, `without` words that must not occur. `reduced` is the query for the
    text without the words that only say how the rest is meant, None if there are no such words. `beside` is the query
    for what is coded beside the rest: the cancer itself of a text that says it has spread, the supervision of a
    pregnancy of some weeks. `denies` says that words were left out because the text denies them; `affirmed` is the
    query without what the text denies in words that titles have too (`without aura`), for when no title holds it.
    `uncertain` says that the text names a diagnosis that is not established. `history` is the query of a disease that
    the patient had, if no status stands for it in the lexicon, or that a relative has. `is_history` and `is_of_family`
    say that the text is on the patient's own history, or on a relative's disease. `measured` are values that were left
    out; with `only_measured` they are all that the text says, and the query is that of what they may be a sign of.
    `nonspecific` is the reason for which the text has no code, though it may mean some. `is_person` says that it is the
    name of a person, and the slots are for diseases that are called by it.
    """

    text: str
    slots: tuple[Slot, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    systems: frozenset[System] = frozenset()
    words: tuple[TypedWord, ...] = ()
    reduced: "Query | None" = None
    beside: "Query | None" = None
    denies: bool = False
    affirmed: "Query | None" = None
    uncertain: bool = False
    history: "Query | None" = None
    is_history: bool = False
    is_of_family: bool = False
    measured: tuple[Measured, ...] = ()
    only_measured: bool = False
    nonspecific: str = ""
    is_person: bool = False

    @property
    def excluded(self) -> tuple[str, ...]:
        """The words that no row may hold: those typed so, and those of the other kind of history."""
        other_kind = NO_FAMILY if self.is_history else NO_PATIENT if self.is_of_family else ()
        return (*self.without, *other_kind)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The readings of all slots."""
        return tuple(reading for slot in self.slots for reading in slot.readings)
