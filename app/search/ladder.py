"""The ladder of tiers: candidates for rows, from entries that say just what was typed down to corrected spelling."""

from dataclasses import dataclass, field
from enum import IntEnum

from app.codes.systems import System
from app.search.index import FoundEntry, SearchIndex, all_of, filter_expression
from app.search.lexicon import Lexicon
from app.search.query import Parser, Query
from app.search.records import Filters
from app.search.scoring import Score, Scorer
from app.search.vocabulary import Vocabulary

FEW = 10
"""Looser tiers run only while there are fewer rows than this: strict matches are never diluted."""

COUNTED = 1000
"""Rows are counted exactly up to here."""

MOST_READ = 5 * COUNTED
"""Entries read to count rows; a node has fewer than five on average, so this reaches 1,000 rows."""

MOST_SCORED = 250
"""Entries come best first already; reordering more than this costs more than a frame and moves nothing upwards."""

RARE = 2500
"""Words in fewer entries than this lead to candidates when not all words are found; commoner ones only rank them."""

ENOUGH_HELD = 0.4
"""What an entry must hold of the query's weight to count as nearly all words."""

SYSTEM_FACTOR = {System.ICD10PCS: 0.95}
"""A word that fits a diagnosis and a procedure equally well is more often meant as the diagnosis."""


class Tier(IntEnum):
    """The rungs; a row of a lower one never stands before a row of a higher one.

    WHOLE: a text says what was typed and no more. WORDS: it holds all words. VARIANTS: some stand in its 7th characters
    or axes. SPELLING: all words, some corrected because no entry holds them as typed. NEARLY: all but some words.
    """

    WHOLE = 1
    WORDS = 2
    VARIANTS = 3
    SPELLING = 4
    NEARLY = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that answers the query, with its score, the rung that it stands on, and the query that found it."""

    tier: Tier
    value: float
    entry: FoundEntry
    score: Score
    query: Query

    @property
    def order(self) -> tuple[int, float, int]:
        """Ascending, this is the order of the rows."""
        return (self.tier, -self.value, self.entry.id)


@dataclass(slots=True)
class Found:
    """Candidates in no order, and every node that counts towards the total, scored or not."""

    candidates: list[Candidate] = field(default_factory=list[Candidate])
    nodes: set[int] = field(default_factory=set[int])
    at_least: bool = False


class Ladder:
    """Runs the tiers for queries; what they share is made once."""

    def __init__(self, index: SearchIndex, vocabulary: Vocabulary, lexicon: Lexicon, parser: Parser) -> None:
        self._index = index
        self._vocabulary = vocabulary
        self._lexicon = lexicon
        self._parser = parser

    def climb(self, query: Query, filters: Filters, systems: frozenset[System], *, as_typed: bool) -> Found:
        """Candidates for a query, strictest tier first, looser ones only while there are few rows."""
        found = Found()
        if not query.slots:
            return found
        confined = filter_expression(systems, filters)
        self._all_words(query, Tier.WORDS, confined, found)
        if len(found.nodes) < FEW:
            self._all_words(query, Tier.VARIANTS, confined, found)
        if len(found.nodes) >= FEW or query.phrases:
            return found
        corrected = None if as_typed else self._parser.corrected(query)
        if corrected is not None:
            self._all_words(corrected, Tier.SPELLING, confined, found)
        if len(found.nodes) < FEW and len(query.slots) > 1:
            self._nearly_all_words(corrected or query, confined, found)
        return found

    def count(self, query: Query, filters: Filters, system: System) -> tuple[int, bool]:
        """How many rows hold all words in one code set, and whether that is a lower bound."""
        nodes: set[int] = set()
        confined = filter_expression(frozenset({system}), filters)
        for entry in self._index.entries_matching(all_of(query.slots, confined, query), MOST_READ):
            nodes.add(self._index.node_of_entry[entry])
            if len(nodes) > COUNTED:
                return COUNTED, True
        return len(nodes), False

    def _all_words(self, query: Query, tier: Tier, confined: str, found: Found) -> None:
        expression = all_of(query.slots, confined, query, variants=tier is Tier.VARIANTS)
        best: list[int] = []
        known = {candidate.entry.id for candidate in found.candidates}
        for entry in self._index.entries_matching(expression, MOST_READ):
            if query.phrases:
                best.append(entry)
                continue
            if len(found.nodes) >= COUNTED:
                node = self._index.node_of_entry[entry]
                if node not in found.nodes:
                    found.at_least = True
                    break
                continue
            found.nodes.add(self._index.node_of_entry[entry])
            if len(best) < MOST_SCORED and entry not in known:
                best.append(entry)
        entries = self._index.entries(best)
        if query.phrases:
            entries = [entry for entry in entries if _holds_phrases(entry.words, query.phrases)]
            found.nodes.update(entry.node for entry in entries)
            entries = entries[:MOST_SCORED]
        held = (1 << len(query.slots)) - 1
        self._score(query, tier, [(entry, held) for entry in entries], found)

    def _nearly_all_words(self, query: Query, confined: str, found: Found) -> None:
        """Entries that hold most of what was typed, reached through its rarer words."""
        weights: dict[int, float] = {}
        held: dict[int, int] = {}
        total = sum(slot.weight for slot in query.slots)
        rarest_first = sorted(range(len(query.slots)), key=lambda number: -query.slots[number].weight)
        reached = 0.0
        for number in rarest_first:
            slot = query.slots[number]
            # What does not hold one of the words read so far cannot reach the threshold with the rest.
            if reached and total - reached < ENOUGH_HELD * total:
                break
            reached += slot.weight
            for entry in self._index.entries_matching(all_of([slot], confined, query), RARE):
                weights[entry] = weights.get(entry, 0.0) + slot.weight
                held[entry] = held.get(entry, 0) | 1 << number
        best = sorted(weights, key=lambda entry: (-weights[entry], entry))[:MOST_SCORED]
        known = {candidate.entry.id for candidate in found.candidates}
        entries = self._index.entries(entry for entry in best if entry not in known)
        self._score(query, Tier.NEARLY, [(entry, held[entry.id]) for entry in entries], found)

    def _score(self, query: Query, tier: Tier, entries: list[tuple[FoundEntry, int]], found: Found) -> None:
        scorer = Scorer(query, self._vocabulary, self._lexicon)
        total = sum(slot.weight for slot in query.slots)
        for entry, held in entries:
            score = scorer.score(entry, held)
            if tier is Tier.NEARLY:
                left_out = sum(query.slots[number].weight for number in score.missing)
                if total - left_out < ENOUGH_HELD * total:
                    continue
                found.nodes.add(entry.node)
            value = score.value * SYSTEM_FACTOR.get(self._index.system_of(entry.node), 1.0)
            rung = Tier.WHOLE if tier is Tier.WORDS and score.whole else tier
            found.candidates.append(Candidate(rung, value, entry, score, query))


def _holds_phrases(words: list[str], phrases: tuple[tuple[str, ...], ...]) -> bool:
    """Whether the words of every phrase stand together, in order; the last one may go on."""

    def holds(phrase: tuple[str, ...]) -> bool:
        length = len(phrase)
        for start in range(len(words) - length + 1):
            part = words[start : start + length]
            if tuple(part[:-1]) == phrase[:-1] and part[-1].startswith(phrase[-1]):
                return True
        return False

    return all(holds(phrase) for phrase in phrases)
