"""Candidates for rows: entries that match a query, each with its score and its tier."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from app.codes.systems import System
from app.search.answer import MOST_COUNTED
from app.search.matching.index import IndexedEntry
from app.search.matching.scoring import Score
from app.search.parsing.query import Query

FEW_ROWS = 10
"""Looser tiers run only while there are fewer rows than this: strict matches are never diluted."""

MOST_SCORED = 100
"""Entries that are scored in a tier. They come best first already; to reorder more costs more than a frame and moves
nothing upwards."""


class Tier(IntEnum):
    """The tiers, strictest first; a row of a looser tier never stands before a row of a stricter one.

    WHOLE: a text says what was typed and no more. WORDS: it holds all words. VARIANTS: some stand in its 7th characters
    or axes. FORMS: some stand in it with another ending. SPELLING: some are corrected, because no entry holds them as
    typed. NEARLY: it holds most of the words.
    """

    WHOLE = 1
    WORDS = 2
    VARIANTS = 3
    FORMS = 4
    SPELLING = 5
    NEARLY = 6


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


@dataclass(slots=True)
class Matches:
    """Candidates in no order, and every node that counts towards the total, scored or not; the tiers add to them.

    `systems` are the code sets that are searched and `excluded` nodes that must not be found. In each tier
    `score_limit` entries are read and scored, more only where they lead to fewer than `row_limit` rows. `strict` says
    that only the tiers for all words as typed have run. `entries_read` are the entries that hold all words, by code set
    and best first. With `explains` scores carry their figures.
    """

    systems: tuple[System, ...] = ()

    score_limit: int = MOST_SCORED
    row_limit: int = 0
    excluded: frozenset[int] = frozenset()
    strict: bool = True
    candidates: list[Candidate] = field(default_factory=list[Candidate])
    nodes: set[int] = field(default_factory=set[int])
    entries_read: list[list[int]] = field(default_factory=list[list[int]])
    at_least: bool = False
    explains: bool = False

    def with_same_limits(self) -> "Matches":
        """Return empty matches with the same limits."""
        return Matches(self.systems, self.score_limit, self.row_limit, self.excluded, explains=self.explains)

    def add_nodes(self, nodes: Iterable[int]) -> None:
        """Count nodes towards the total."""
        self.nodes.update(nodes)
        self.at_least = self.at_least or len(self.nodes) > MOST_COUNTED

    def are_enough(self) -> bool:
        """Return whether no looser tier is needed; rows that hold the words only in parentheses are not counted."""
        if len(self.nodes) < FEW_ROWS:
            return False
        loose = {candidate.entry.node for candidate in self.candidates if candidate.tier is Tier.NEARLY}
        if loose:
            loose -= {candidate.entry.node for candidate in self.candidates if candidate.tier is not Tier.NEARLY}
        return len(self.nodes) - len(loose) >= FEW_ROWS
