"""The ladder of tiers: candidates for rows, from entries that say just what was typed down to corrected spelling."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple

from app.codes.systems import System
from app.library.ids import BLOCK_BITS, first_id
from app.library.tokens import bare
from app.search.answer import COUNTED, Filters, Question
from app.search.matching.expressions import Expressions, all_parts, filter_expression
from app.search.matching.index import FoundEntry, SearchIndex
from app.search.matching.scoring import Score, Scorer, Weigher
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.parser import Parser
from app.search.parsing.query import Query, Slot
from app.search.parsing.vocabulary import Vocabulary

FEW = 10
"""Looser tiers run only while there are fewer rows than this: strict matches are never diluted."""

READ_AT_FIRST = 2 * COUNTED
"""Entries read to count rows: a node has fewer than two on average, so this mostly reaches 1,000 rows."""

MORE_READ = 3
"""So many times more are read when it does not, as of the Table of Drugs, which has fifty lines for a code: reading all
that hold `un...` at once takes longer than a frame."""

EVERYTHING = -1

PHRASES_READ = 600
"""Entries whose text is read to see whether quoted words stand together; more would take longer than a frame."""

MOST_SCORED = 100
"""Entries come best first already; reordering more than this costs more than a frame and moves nothing upwards."""

ENTRIES_A_ROW = 2
MOST_ASKED_FOR = 2 * COUNTED
"""A script that asks for more rows than a window shows gets them, up to what is counted."""

RARE = 1500
"""Words in fewer entries than this lead to candidates when not all words are found; commoner ones only rank them."""

WITH_VARIANTS = frozenset({System.ICD10CM, System.ICD10PCS})
"""The code sets whose entries hold words of 7th characters and axes beside their own."""

ENOUGH_HELD = 0.15
"""What an entry must hold of the query's weight to be offered when no entry holds all words. In phrases that others
coded, the right code is among the first ten 4 % more often than with 0.4; with less it is chance."""

NEARLY_SCORED = 80
"""Entries that are scored for them: heaviest first, so that later ones are hardly ever among the rows."""

MOST_NEARLY = 30
"""Rows that hold not all words are an offer, not an answer: beyond these nobody reads on."""

SYSTEM_FACTOR = {System.ICD10PCS: 0.95}
"""A word that fits a diagnosis and a procedure equally well is more often meant as the diagnosis. The lexicon's
meanings are of one or the other, and need no such guess."""
BLOCK_FACTOR = {first_id(system) >> BLOCK_BITS: factor for system, factor in SYSTEM_FACTOR.items()}


class Tier(IntEnum):
    """The rungs; a row of a lower one never stands before a row of a higher one.

    WHOLE: a text says what was typed and no more. WORDS: it holds all words. VARIANTS: some stand in its 7th characters
    or axes. FORMS: some stand in it with another ending. SPELLING: some are corrected, because no entry holds them as
    typed. NEARLY: all but some words.
    """

    WHOLE = 1
    WORDS = 2
    VARIANTS = 3
    FORMS = 4
    SPELLING = 5
    NEARLY = 6


class Candidate(NamedTuple):
    """An entry that answers the query, with its score, the rung that it stands on, and the query that found it.

    A tuple for the reason that `Score` is one.
    """

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
    """Candidates in no order, and every node that counts towards the total, scored or not.

    `scored` is the number of entries that are read and scored in a tier, more only where they lead to fewer `rows`;
    `left_out` are nodes that must not be found, `strict` says that no tier ran but those for all words as typed;
    `systems` are the code sets asked. `read` are the entries that hold all words, by code set and best first.
    `explains` has scores say what they were made of.
    """

    systems: tuple[System, ...] = ()

    scored: int = MOST_SCORED
    rows: int = 0
    left_out: frozenset[int] = frozenset()
    strict: bool = True
    candidates: list[Candidate] = field(default_factory=list[Candidate])
    nodes: set[int] = field(default_factory=set[int])
    read: list[list[int]] = field(default_factory=list[list[int]])
    at_least: bool = False
    explains: bool = False


class TieredSearch:
    """Runs the tiers for queries; what they share is made once."""

    def __init__(self, index: SearchIndex, vocabulary: Vocabulary, lexicon: Lexicon, parser: Parser) -> None:
        self._index = index
        self._expressions = Expressions(vocabulary)
        self._weigher = Weigher(vocabulary, lexicon)
        self._parser = parser
        self._scorer = Scorer(Query(""))
        # Tens of thousands of nodes, which stay while the rest of the text is typed; those of one text are kept.
        self._nodes_with = lru_cache(maxsize=1)(self._read_nodes_with)

    def run(self, query: Query, question: Question, filters: Filters, systems: frozenset[System]) -> Found:
        """Candidates for a query, strictest tier first, looser ones only while there are few rows."""
        found = Found(scored=min(MOST_ASKED_FOR, max(MOST_SCORED, ENTRIES_A_ROW * question.limit)), rows=question.limit)
        found.explains = question.explain
        if not query.slots:
            return found
        found.left_out = self._left_out(query)
        found.systems = self._index.asked(systems)
        confined = filter_expression(filters)
        self._all_words(query, Tier.WORDS, confined, found)
        if _enough(found):
            return found
        found.strict = False
        self._all_words(query, Tier.VARIANTS, confined, found)
        if _enough(found) or query.phrases:
            return found
        loosest = query
        if not question.as_typed:
            formed = self._parser.with_forms(query)
            if formed is not None:
                self._all_words(formed, Tier.FORMS, confined, found)
            loosest = formed or query
            corrected = None if _enough(found) else self._parser.corrected(query)
            if corrected is not None:
                self._all_words(corrected, Tier.SPELLING, confined, found)
                loosest = self._parser.with_forms(corrected) or corrected
                if loosest is not corrected and not _enough(found):
                    self._all_words(loosest, Tier.SPELLING, confined, found)
        if not _enough(found) and len(query.slots) > 1:
            self._nearly_all_words(loosest, confined, found)
        if _only_begins(query, found):
            return self.run(replace(query, slots=query.slots[:-1]), question, filters, systems)
        return found

    def count(self, query: Query, filters: Filters, system: System, left_out: frozenset[int]) -> int:
        """How many rows hold all words in one code set, 1,000 meaning 1,000 or more; quotes are not looked at."""
        return min(len(self.rows(query, filters, (system,), left_out)), COUNTED)

    def rows(self, query: Query, filters: Filters, systems: Iterable[System], left_out: frozenset[int]) -> set[int]:
        """The rows that hold all words in some code sets: all of them, or of one set more than are counted; quotes are
        not looked at."""
        asked = _asked_for(query)
        holding = self._index.holding(asked, systems)
        _, nodes = self._read(self._expressions.parts_of(asked, filter_expression(filters)), holding, left_out)
        return nodes

    def _read(
        self, parts: tuple[str, ...], systems: Iterable[System], left_out: frozenset[int]
    ) -> tuple[list[list[int]], set[int]]:
        """The entries that match all of some expressions, by code set and best first, and their nodes.

        Of each code set they are all nodes, or more than are counted.
        """
        expression = all_parts(parts)
        read: list[list[int]] = []
        nodes: set[int] = set()
        for system in systems:
            if len(parts) > 2 and not self._index.together(system, parts[:-1]):
                continue
            limit = READ_AT_FIRST
            entries, below = self._index.matching(system, expression, limit)
            while len(entries) == limit and len(below - left_out if left_out else below) <= COUNTED:
                limit *= MORE_READ
                entries, below = self._index.matching(system, expression, limit)
            if entries:
                read.append(entries)
                nodes |= below
        return read, nodes - left_out if left_out else nodes

    def _all_words(self, query: Query, tier: Tier, confined: str, found: Found) -> None:
        variants = tier is Tier.VARIANTS
        asked = _asked_for(query)
        parts = self._expressions.parts_of(asked, confined, variants=variants)
        systems = self._index.holding(asked, found.systems)
        if variants:
            systems = [system for system in systems if system in WITH_VARIANTS]
        if query.phrases:
            entries, nodes = self._with_phrases(all_parts(parts), query, systems, found)
        else:
            read, nodes = self._read(parts, systems, found.left_out)
            found.read += read
            exact: list[list[int]] = []
            # Entries with the whole words come first: a short text whose word only begins with what was typed
            # (`mi`: miosis) must not keep the meaning of an abbreviation from being scored at all.
            if sum(map(len, read)) > found.scored:
                whole = all_parts(self._expressions.parts_of(asked, confined, variants=variants, whole=True))
                holding = self._index.holding(asked, systems, whole=True)
                exact = self._index.entries_matching(whole, found.scored, holding)
            # All that may be needed: entries that are candidates already, or left out, are passed over.
            enough = READ_AT_FIRST if found.left_out else 2 * found.scored + len(found.candidates)
            ordered = dict.fromkeys(self._index.best_first(exact, found.scored) + self._index.best_first(read, enough))
            entries = self._unseen(ordered, found, self._enough_for(ordered, found.scored, found.rows))
        found.nodes |= nodes
        found.at_least = found.at_least or len(found.nodes) > COUNTED
        if not entries:
            return
        held = sum(1 << number for number, slot in enumerate(query.slots) if slot in asked)
        self._score(query, tier, [(entry, held) for entry in entries], found)

    def _with_phrases(
        self, expression: str, query: Query, systems: Iterable[System], found: Found
    ) -> tuple[list[FoundEntry], set[int]]:
        """Of the entries that hold the words, those in which the phrases stand: the index knows no places."""
        matching = self._index.entries_matching(expression, PHRASES_READ, systems)
        read = self._index.entries(self._index.best_first(matching, PHRASES_READ)[:PHRASES_READ])
        found.at_least = found.at_least or len(read) == PHRASES_READ
        wanted = (entry for entry in read if entry.node not in found.left_out)
        entries = [entry for entry in wanted if _holds_phrases(entry.words, query.phrases)]
        return entries[: found.scored], {entry.node for entry in entries}

    def _unseen(self, entries: Iterable[int], found: Found, number: int) -> list[FoundEntry]:
        """The first entries that are not candidates yet and lead to no node that is left out."""
        known = {candidate.entry.id for candidate in found.candidates}
        wanted = (entry for entry in entries if entry not in known)
        if found.left_out:
            wanted = (entry for entry in wanted if self._index.node_of(entry) not in found.left_out)
        return self._index.entries(islice(wanted, number))

    def _enough_for(self, entries: Iterable[int], number: int, rows: int) -> int:
        """How many of some entries, `number` at least, lead to so many rows; no more than twice the number."""
        nodes: set[int] = set()
        count = 0
        for entry in entries:
            if count >= number and (len(nodes) >= rows or count >= 2 * number):
                break
            nodes.add(self._index.node_of(entry))
            count += 1
        return count

    def _left_out(self, query: Query) -> frozenset[int]:
        """Nodes that an entry with a word to be left out leads to: the row goes, not one reason for it."""
        return self._nodes_with(query.without) if query.without else frozenset()

    def _read_nodes_with(self, words: tuple[str, ...]) -> frozenset[int]:
        every = self._index.asked(frozenset())
        matching = self._index.entries_matching(self._expressions.any_of(words), EVERYTHING, every)
        return frozenset(chain.from_iterable(map(self._index.nodes_of, matching)))

    def _nearly_all_words(self, query: Query, confined: str, found: Found) -> None:
        """Entries that hold most of what was typed, reached through its rarer words."""
        holding: dict[int, frozenset[int]] = {}
        weights = [slot.weight for slot in query.slots]
        # What no entry holds says nothing about which entry is meant.
        systems_of = {
            n: held for n, slot in enumerate(query.slots) if (held := self._index.holding((slot,), found.systems))
        }
        total = sum(weights[number] for number in systems_of)
        reached = 0.0
        for number in sorted(systems_of, key=lambda number: -weights[number]):
            # What does not hold one of the words read so far cannot reach the threshold with the rest.
            if reached and total - reached < ENOUGH_HELD * total:
                break
            reached += weights[number]
            expression = all_parts(self._expressions.parts_of((query.slots[number],), confined))
            holding[number] = self._index.holding_one(expression, RARE, tuple(systems_of[number]))
        slots_of: dict[int, int] = {}

        def heaviest() -> Iterator[int]:
            for slots, group in _heaviest(holding, weights):
                # Among those that hold the same, the best come first.
                for entry in sorted(group, key=self._index.order):
                    slots_of[entry] = slots
                    yield entry

        entries = self._unseen(heaviest(), found, NEARLY_SCORED)
        nearly = Found(explains=found.explains)
        self._score(query, Tier.NEARLY, [(entry, slots_of[entry.id]) for entry in entries], nearly)
        for candidate in sorted(nearly.candidates, key=lambda c: c.order):
            if len(found.nodes) >= FEW + MOST_NEARLY:
                break
            missing = candidate.score.missing
            reached = sum(weight for number, weight in enumerate(weights) if number not in missing)
            if reached >= ENOUGH_HELD * total:
                found.nodes.add(candidate.entry.node)
                found.candidates.append(candidate)

    def _score(self, query: Query, tier: Tier, entries: list[tuple[FoundEntry, int]], found: Found) -> None:
        # The next rung mostly scores for the same query, and comes upon the same words.
        scorer = self._scorer if self._scorer.query is query else Scorer(query)
        self._scorer = scorer
        scorer.explains = found.explains
        weighed = self._weigher.weigh(entry for entry, _ in entries)
        scorer.expect(weighed.values())
        whole, loose = Tier.WHOLE if tier is Tier.WORDS else None, Tier.NEARLY
        for entry, held in entries:
            score = scorer.score(entry, weighed[entry.id], held)
            value = score.value
            if not score.by_lexicon:
                value *= BLOCK_FACTOR.get(entry.node >> BLOCK_BITS, 1.0)
            rung = whole if whole and score.whole else tier if score.firm else loose
            found.candidates.append(Candidate(rung, value, entry, score, query))


def _asked_for(query: Query) -> tuple[Slot, ...]:
    """The slots that an entry must hold; of little words alone, all."""
    return tuple(slot for slot in query.slots if not slot.free) or query.slots


def _enough(found: Found) -> bool:
    """Whether no looser tier is needed; rows that hold the words in parentheses only are not counted."""
    if len(found.nodes) < FEW:
        return False
    loose = {candidate.entry.node for candidate in found.candidates if candidate.tier is Tier.NEARLY}
    if loose:
        loose -= {candidate.entry.node for candidate in found.candidates if candidate.tier is not Tier.NEARLY}
    return len(found.nodes) - len(loose) >= FEW


def _only_begins(query: Query, found: Found) -> bool:
    """Whether nothing but the last word is held anywhere, which is one letter so far: `lap chole x`."""
    last = query.slots[-1]
    if len(query.slots) == 1 or len(last.typed) > 1 or not last.typed.isalpha() or not last.readings[0].begins:
        return False
    return all(len(candidate.score.missing) == len(query.slots) - 1 for candidate in found.candidates)


def _heaviest(holding: Mapping[int, frozenset[int]], weights: list[float]) -> Iterator[tuple[int, Iterable[int]]]:
    """Slots and the entries that hold just these, heaviest first; slots are a number with a bit for each.

    Of thousands of entries nearly all hold one slot, and most of these are never asked for: only the others are looked
    at one by one.
    """
    seen: set[int] = set()
    several: set[int] = set()
    for entries in holding.values():
        several |= entries & seen
        seen |= entries
    held = dict.fromkeys(several, 0)
    for number, entries in holding.items():
        bit = 1 << number
        for entry in entries & several:
            held[entry] |= bit
    by_slots: defaultdict[int, set[int]] = defaultdict(set)
    for entry, slots in held.items():
        by_slots[slots].add(entry)
    alone = {1 << number: entries for number, entries in holding.items()}

    def weight(slots: int) -> float:
        return sum(weight for number, weight in enumerate(weights) if slots >> number & 1)

    for slots in sorted([*by_slots, *alone], key=weight, reverse=True):
        yield slots, by_slots[slots] if slots in by_slots else alone[slots] - several


def _holds_phrases(entry: tuple[str, ...], phrases: tuple[tuple[str, ...], ...]) -> bool:
    """Whether the words of every phrase stand together in those of an entry, in order; the last one may go on."""
    words = list(map(bare, entry))

    def holds(phrase: tuple[str, ...]) -> bool:
        length = len(phrase)
        for start in range(len(words) - length + 1):
            part = words[start : start + length]
            if tuple(part[:-1]) == phrase[:-1] and part[-1].startswith(phrase[-1]):
                return True
        return False

    return all(holds(phrase) for phrase in phrases)
