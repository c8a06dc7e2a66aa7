"""Candidates for rows: entries that match a query, each with its score and its tier."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from app.codes.systems import System
from app.library.ids import first_id
from app.search.answer import MOST_COUNTED
from app.search.matching.index import IndexedEntry
from app.search.matching.scoring import Score
from app.search.parsing.query import Offer, Query

FEW_ROWS = 10
"""Looser tiers run only while there are fewer rows than this: strict matches are never diluted."""

CLASSIFICATIONS = frozenset({System.ICD10CM, System.ICD10PCS})
"""The code sets of diagnoses and procedures, whose blocks of ids are the first ones."""

MEANT_VALUE = 0.75
"""The value of a row that says little more than was typed."""

_AFTER_CLASSIFICATIONS = first_id(System.HCPCS)

MOST_SCORED = 100
"""Entries that are scored in a tier. They come best first already; to reorder more costs more than a frame and moves
nothing upwards."""


class Tier(IntEnum):
    """The tiers, strictest first; a row of a looser tier never stands before a row of a stricter one.

    WHOLE: a text says what was typed and no more. PROCEDURE: the text asks for a procedure or a supply, and this is a
    good one.
    WORDS: a text holds all words. VARIANTS: some stand in its 7th characters or axes. FORMS: some stand in it with
    another ending. SPELLING: some are corrected, because no entry holds them as typed. UNLOADED: it holds all words,
    but no code below it is loaded. NEARLY: it holds most of the words. REPORTING: it holds all or most of them by
    chance, as a long descriptor for the reporting of quality does.
    """

    WHOLE = 1
    PROCEDURE = 2
    WORDS = 3
    VARIANTS = 4
    FORMS = 5
    SPELLING = 6
    UNLOADED = 7
    NEARLY = 8
    REPORTING = 9

    @property
    def is_loose(self) -> bool:
        """True if an entry of the tier is an offer, not an answer to all that was typed."""
        return self >= Tier.NEARLY


class Candidate(NamedTuple):
    """An entry that matches the query, with its score, its tier, and the query that found it.

    A tuple for the same reason as `Score`.
    """

    tier: Tier
    value: float
    entry: IndexedEntry
    score: Score
    query: Query

    @property
    def order(self) -> tuple[int, float, int]:
        """The sort key of the rows."""
        return (self.tier, -self.value, self.entry.id)


AFTER_BEST = 0.975
"""The share of the best row's value that what was typed beside it has, which stands right after it though both an Index
line and a title may lead to it."""


def right_after(best: Candidate, candidate: Candidate) -> Candidate:
    """Return a candidate for another part of the text than the best one, which stands right after that."""
    return candidate._replace(tier=best.tier, value=best.value * AFTER_BEST)


@dataclass(slots=True)
class Matches:
    """Candidates in no order, and every node that counts towards the total, scored or not; the tiers add to them.

    `systems` are the code sets that are searched and `excluded` nodes that must not be found. In each tier
    `score_limit` entries are read and scored, more only where they lead to fewer than `row_limit` rows. `strict` says
    that only the tiers for all words as typed have run. `entries_read` are the entries that hold all words, by code set
    and best first. Of code sets that are `crowded` more rows exist than are counted, and only their best entries are
    read. `several_words` were typed. `offers` are words that may be meant by words to which no entry leads;
    `only_offered` says that all candidates are found by these alone, and answer nothing. `corrected` is the query that
    they answer instead, if the text is misspelled. With `explains` scores carry
    their figures.
    """

    systems: tuple[System, ...] = ()

    score_limit: int = MOST_SCORED
    row_limit: int = 0
    excluded: frozenset[int] = frozenset()
    strict: bool = True
    candidates: list[Candidate] = field(default_factory=list[Candidate])
    nodes: set[int] = field(default_factory=set[int])
    entries_read: list[list[int]] = field(default_factory=list[list[int]])
    crowded: frozenset[System] = frozenset()
    at_least: bool = False
    several_words: bool = False
    offers: tuple[Offer, ...] = ()
    only_offered: bool = False
    corrected: Query | None = None
    explains: bool = False

    def with_same_limits(self) -> "Matches":
        """Return empty matches with the same limits."""
        return Matches(self.systems, self.score_limit, self.row_limit, self.excluded, explains=self.explains)

    def add_nodes(self, nodes: Iterable[int]) -> None:
        """Count nodes towards the total."""
        self.nodes.update(nodes)
        self.at_least = self.at_least or len(self.nodes) > MOST_COUNTED

    def add_crowded(self, systems: frozenset[System]) -> None:
        """Count code sets of which more rows exist than are counted."""
        self.crowded |= systems
        self.at_least = self.at_least or bool(systems)

    def are_enough(self) -> bool:
        """Return whether no looser tier is needed.

        Rows that hold the words only in parentheses are not counted. Long descriptors of HCPCS hold several words by
        chance: unless a row says little more than these, only diagnoses and procedures are counted.
        """
        rows = self._counted_nodes()
        if len(rows) < FEW_ROWS:
            return False
        loose = {candidate.entry.node for candidate in self.candidates if candidate.tier >= Tier.UNLOADED}
        if loose:
            loose -= {candidate.entry.node for candidate in self.candidates if candidate.tier < Tier.UNLOADED}
        return len(rows) - len(loose & rows) >= FEW_ROWS

    def systems_with_few_rows(self) -> tuple[System, ...]:
        """Return the code sets that looser tiers search, if the rows are not enough: all if all have few together."""
        if len(self.nodes) < FEW_ROWS:
            return self.systems
        return tuple(system for system in self.systems if system in CLASSIFICATIONS) or self.systems

    def _counted_nodes(self) -> set[int]:
        if len(self.nodes) < FEW_ROWS or not self.several_words or CLASSIFICATIONS.isdisjoint(self.systems):
            return self.nodes
        if any(candidate.value >= MEANT_VALUE for candidate in self.candidates):
            return self.nodes
        return set(filter(_AFTER_CLASSIFICATIONS.__gt__, self.nodes))
