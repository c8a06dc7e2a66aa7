"""Questions to a search and its answers: small values that can cross a thread."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from app.codes.node import Node
from app.codes.systems import System
from app.library.entries import MOST_COUNTED, EntryKind
from app.search.parsing.query import MatchKind, PartKind, Reading


class Filters(NamedTuple):
    """Limits of a search. `within` is the id of a chapter, section or table to whose codes it is confined; `cc_only`
    leaves diagnoses that are a CC or an MCC, and codes without their 7th character if some finished code is."""

    systems: frozenset[System] = frozenset()
    within: int | None = None
    valid_only: bool = False
    cc_only: bool = False


class Question(NamedTuple):
    """The question of one keystroke. `as_typed` turns off abbreviations, everyday words and corrected spelling.

    `explain` asks for the figures that put the rows in order.
    """

    text: str
    filters: Filters = Filters()
    limit: int = 60
    as_typed: bool = False
    explain: bool = False


class Explanation(NamedTuple):
    """The second line of a row, and the kind of match that led to it.

    `reason` is empty if the title itself shows it, else one line such as `abbreviation: CHF` or
    `includes: Charcôt's joints`. `reason_matches` are the parts of the reason in which some readings matched, each as
    its start, its end and these readings. `location` is the place in the code set: `E11.4 › Diabetes with neurological
    complications`.
    """

    kind: MatchKind
    reason: str = ""
    reason_matches: tuple[tuple[int, int, tuple[Reading | None, ...]], ...] = ()
    location: str = ""


class Hit:
    """One row: the node, its explanation, and the readings that matched its title.

    The explanation may be given as a function, which is called when it is first asked for, in any thread: of the 60
    rows of an answer ten are seen, and of most answers none before the next keystroke. `uncounted` marks a row that is
    offered in addition to the matches and is not in the total.
    """

    __slots__ = ("_explanation", "matched_by", "node", "uncounted")

    def __init__(
        self,
        node: Node,
        explanation: Explanation | Callable[[], Explanation],
        matched_by: tuple[Reading | None, ...] = (),
        *,
        uncounted: bool = False,
    ) -> None:
        self.node = node
        self.matched_by = matched_by
        self.uncounted = uncounted
        self._explanation = explanation

    def __repr__(self) -> str:
        return f"Hit({self.node.code}: {self.explanation}{', uncounted' if self.uncounted else ''})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hit) and self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash(self.node)

    def _compared(self) -> tuple[object, ...]:
        return self.node, self.explanation, self.matched_by, self.uncounted

    @property
    def explanation(self) -> Explanation:
        """The kind of match, the reason and the place."""
        explanation = self._explanation
        if not isinstance(explanation, Explanation):
            explanation = self._explanation = explanation()
        return explanation

    @property
    def kind(self) -> MatchKind:
        """The kind of match."""
        return self.explanation.kind

    @property
    def reason(self) -> str:
        """The reason in one line, empty if the title itself shows it."""
        return self.explanation.reason

    @property
    def location(self) -> str:
        """The place in the code set."""
        return self.explanation.location

    @property
    def marks(self) -> tuple[tuple[int, int], ...]:
        """The parts of the title to mark, as (start, end) offsets. Computed on request, since of the rows of an answer
        a third are seen, and of most answers none before the next keystroke."""
        # Imported here, since the start of the window imports this module and marks nothing.
        from app.search.highlight import marks

        return marks(self.node.title, self.matched_by)

    @property
    def reason_marks(self) -> tuple[tuple[int, int], ...]:
        """The parts of the reason to mark, as (start, end) offsets."""
        from app.search.highlight import marks

        return tuple(
            (first + start, first + end)
            for first, last, readings in self.explanation.reason_matches
            for start, end in marks(self.reason[first:last], readings)
        )


class CodeState(StrEnum):
    """The state of one of several codes, as the line on all of them counts it."""

    VALID = "valid"
    UNFINISHED = "unfinished"
    """A heading or family: the code needs more characters."""
    ENDED = "ended"
    NOT_LOADED = "not loaded"
    """In the form of a code of a set that is not loaded, or only in part."""
    UNKNOWN = "unknown"
    """In no loaded code set."""
    HIDDEN = "hidden"
    """Loaded, but outside the code sets or the filters of the search."""


class TypedCode(NamedTuple):
    """One of several codes in a text: as typed, and its row, None if it is not a code that can be shown.

    `statement` says what the code is, or what it is not; `units` are those of a claim line, 0 without any. Words beside
    the codes have a `kind` of their own, and no row: what they may mean is among the offers of the answer.
    """

    typed: str
    hit: Hit | None
    state: CodeState
    statement: str
    units: int = 0
    kind: PartKind = PartKind.CODE


MOST_NEAR = 10
"""Offers beside a text that nothing answers."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a question, which it carries so that an outdated answer can be recognized.

    `total` counts rows after filters and folding; with `at_least` it is a lower bound. `by_system` is the same for each
    code set that could be counted; `is_lower_bound` says which of these counts are lower bounds. `read_as` says how the
    text was read (`"dm2" read as type 2 diabetes mellitus`), empty if as typed.
    `advice` are sentences on what to do when little or nothing matches; `suggestions` are (label, text to search for
    instead) pairs that the window offers as links. `explained` is there if the question asks for it.
    `near` are offers that do not answer what was typed, for an answer without hits: codes near one that does not
    exist, rows of a far spelling. They are not in the total, and none is selected or copied before the user chooses it.
    `typed_codes` are the codes of a text with several, in the order typed, and `hits` those of them that are loaded;
    the first sentence of `advice` sums them up, and `near` has the codes that words beside them may mean.
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
    near: tuple[Hit, ...] = ()
    typed_codes: tuple[TypedCode, ...] = ()
    explained: "Explained | None" = None

    def is_lower_bound(self, system: System) -> bool:
        """Return whether a code set may have more rows than are counted."""
        count = self.by_system.get(system, 0)
        if self.question.filters.systems and system not in self.question.filters.systems:
            return count >= MOST_COUNTED
        # A count below the limit is exact, unless counting ended for another reason.
        return self.at_least and (count >= MOST_COUNTED or max(self.by_system.values(), default=0) < MOST_COUNTED)


class Aspect(StrEnum):
    """A kind of words to narrow with, as its heading in the window names it."""

    BODY = "body part"
    SIDE = "side"
    WITH = "with, without"
    SEVENTH = "7th character"
    APPROACH = "approach, device, qualifier"
    OTHER = "other words"


class NarrowingWord(NamedTuple):
    """A word, or a few that stand together, with the number of rows that remain when it is added.

    `typed` is the form in which the search box understands it: `"with coma"` in quotes. `rows` is the total of the
    answer that it leads to, which with `at_least` is a lower bound; None for a word that chooses within the rows and
    keeps all of them.
    """

    text: str
    typed: str
    aspect: Aspect
    rows: int | None = None
    at_least: bool = False


class Narrowing(NamedTuple):
    """Words with which to narrow the rows of a question, best first, words of an aspect together."""

    question: Question
    words: tuple[NarrowingWord, ...] = ()


class ExplainedReading(NamedTuple):
    """One reading of a slot: the words that were searched for, and the quality of a match with them."""

    words: str
    kind: MatchKind
    quality: float
    begins: bool


class ExplainedSlot(NamedTuple):
    """A slot as typed, with its weight and readings; `free`: an entry may lack it at no cost."""

    typed: str
    weight: float
    free: bool
    readings: tuple[ExplainedReading, ...]


class RowFigures(NamedTuple):
    """The figures that put a row where it stands. `worth` orders the rows of a tier; it is made of the others:

    worth = (text · the `factors` + `agreement`) · `ended`, and text = held_share, reduced by low coverage.

    `held_share` is the share of the query that the entry holds, `coverage` the share of the entry that the query says.
    `factors` are by name, without those that are 1; `agreement` is the gain of a node to which both Index and title
    lead. `read_by` has for each slot the words that matched, empty if the entry's text does not hold it. `before` is
    the code of the detail before which a heading stands though the detail is worth more. `variant_of` is the family to
    which the figures belong, for the one code of it that the text determines. `order` decides between rows of the same
    worth: the id of the entry, which grows code set by code set.
    """

    tier: str
    worth: float
    text: float
    held_share: float
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


class Explained(NamedTuple):
    """The readings of the text, and the figures of the hits.

    `by_node` has the figures of all rows that were scored; `figures` returns those of a hit.
    """

    slots: tuple[ExplainedSlot, ...]
    phrases: tuple[str, ...]
    without: tuple[str, ...]
    by_node: Mapping[int, RowFigures]

    def figures(self, hit: Hit) -> RowFigures | None:
        """Return the figures of a hit; None for one that was found by its code, or that is not counted."""
        return None if hit.uncounted else self.by_node.get(hit.node.id)
