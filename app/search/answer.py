"""What a search is asked and what it answers: small values that can cross a thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from app.codes.node import Node
from app.codes.systems import System
from app.library.entries import EntryKind
from app.search.parsing.query import MatchKind

if TYPE_CHECKING:
    from app.search.parsing.query import Reading

COUNTED = 1000
"""Rows are counted exactly up to here."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is confined to. `within` is the id of a chapter, section or table whose codes alone count."""

    systems: frozenset[System] = frozenset()
    within: int | None = None
    valid_only: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One keystroke's question. `as_typed` asks for no abbreviation, everyday word or spelling to be read into it.

    `explain` asks for the figures behind the order too.
    """

    text: str
    filters: Filters = Filters()
    limit: int = 60
    as_typed: bool = False
    explain: bool = False


class Hit(NamedTuple):
    """One row: the node, why it is there, and what was found in its title. A tuple, since an answer has 60, and a
    frozen record takes four times as long to make.

    `reason` is empty where the title itself says it, else one line such as `abbreviation: CHF` or
    `includes: Charcôt's joints`. `found` are the readings that the title was found by, and `found_in_reason` the parts
    of the reason in which some were, each as its start, its end and these. `place` says where the row stands:
    `E11.4 › Diabetes with neurological complications`. `beside` says that it is offered beside what was found, and not
    counted.
    """

    node: Node
    kind: MatchKind
    reason: str = ""
    found: "tuple[Reading | None, ...]" = ()
    found_in_reason: "tuple[tuple[int, int, tuple[Reading | None, ...]], ...]" = ()
    place: str = ""
    beside: bool = False

    @property
    def marks(self) -> tuple[tuple[int, int], ...]:
        """What to mark of the title, as (start, end) offsets: worked out when it is asked for, since of the rows of an
        answer a third are seen, and of most answers none before the next keystroke."""
        # Readings are made of what stands here.
        from app.search.highlight import marks

        return marks(self.node.title, self.found)

    @property
    def reason_marks(self) -> tuple[tuple[int, int], ...]:
        """What to mark of the reason, likewise."""
        from app.search.highlight import marks

        return tuple(
            (first + start, first + end)
            for first, last, found in self.found_in_reason
            for start, end in marks(self.reason[first:last], found)
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for a question, which it carries so that a stale one can be told.

    `total` counts rows after filters and folding; with `at_least` it is a lower bound. `by_system` likewise, for each
    code set that could be counted; `is_lower_bound` says which of these counts are no more than that. `read_as` tells
    what the text was read as (`"dm2" read as type 2 diabetes mellitus`), empty when as typed.
    `advice` is what to do when little or nothing was found, one sentence each; `suggestions` are (label, text to
    search for instead) pairs that the window offers as links. `explained` is there where the question asks for it.
    """

    question: Question
    hits: tuple[Hit, ...] = ()
    total: int = 0
    at_least: bool = False
    by_system: dict[System, int] = field(default_factory=dict[System, int])
    read_as: str = ""
    advice: tuple[str, ...] = ()
    suggestions: tuple[tuple[str, str], ...] = ()
    elapsed_ms: float = 0.0
    explained: "Explained | None" = None

    def is_lower_bound(self, system: System) -> bool:
        """Whether a code set may have more rows than are counted."""
        count = self.by_system.get(system, 0)
        if self.question.filters.systems and system not in self.question.filters.systems:
            return count >= COUNTED
        # A set that holds fewer than are counted holds just these, unless reading was ended for another reason.
        return self.at_least and (count >= COUNTED or max(self.by_system.values(), default=0) < COUNTED)


class Aspect(StrEnum):
    """What a word tells of a code, as it stands over the words of its kind."""

    BODY = "body part"
    SIDE = "side"
    WITH = "with, without"
    SEVENTH = "7th character"
    APPROACH = "approach, device, qualifier"
    KIND = "other words"


@dataclass(frozen=True, slots=True)
class NarrowingWord:
    """A word, or a few that stand together, with how many rows stay when it is added.

    `typed` is the form in which the box understands it: `"with coma"` in quotes. `rows` is the total of the answer
    that it leads to, which with `at_least` is a lower bound; None for a word that chooses within the rows and leaves
    all of them.
    """

    text: str
    typed: str
    aspect: Aspect
    rows: int | None = None
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What to narrow a question's rows with, best first, words of an aspect together."""

    question: Question
    words: tuple[NarrowingWord, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadAs:
    """One way in which a part of the text was read: the words looked for, and what is found by it is worth."""

    words: str
    kind: MatchKind
    quality: float
    begins: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the text as typed, how much it tells, and its readings; `free`: it may be missing at no cost."""

    typed: str
    weight: float
    free: bool
    readings: tuple[ReadAs, ...]


@dataclass(frozen=True, slots=True)
class RowFigures:
    """What put a row where it stands. `worth` orders the rows of a tier; it is the product of all that stands here:

    worth = (text · the `factors` + `agreement`) · `ended`, and text = held · what coverage leaves of it.

    `held` is the share of the query that the entry holds, `coverage` the share of the entry that the query says.
    `factors` are by name, those that are 1 left out; `agreement` is what it gains because Index and title agree.
    `read_by` says for each part of the text by which words it was found, empty where the entry's text does not hold
    it. `before` is the code of the detail that a heading was put before though that is worth more. `variant_of` is
    the family whose figures these are, for the one code of it that the text determines. `order` settles what is
    worth the same: the place of the entry among all, code set after code set.
    """

    tier: str
    worth: float
    text: float
    held: float
    coverage: float
    factors: tuple[tuple[str, float], ...]
    agreement: float
    ended: float
    entry_kind: EntryKind
    entry_text: str
    read_by: tuple[str, ...]
    missing: tuple[str, ...]
    before: str
    variant_of: str
    order: int


@dataclass(frozen=True, slots=True)
class Explained:
    """How the text was read, and the figures of the hits.

    `by_node` has the figures of the rows that were scored; `figures` tells which of them are a hit's.
    """

    parts: tuple[Part, ...]
    phrases: tuple[str, ...]
    without: tuple[str, ...]
    by_node: Mapping[int, RowFigures]

    def figures(self, hit: Hit) -> RowFigures | None:
        """What put a hit where it stands; None for one that was found by its code, or is offered beside the others."""
        return None if hit.beside else self.by_node.get(hit.node.id)
