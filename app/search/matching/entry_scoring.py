"""Score entries of the index as candidates of a tier."""

from collections.abc import Iterable
from itertools import islice

from app.codes.systems import System
from app.library.ids import BLOCK_BITS, first_id
from app.search.matching.candidates import Candidate, Matches, Tier
from app.search.matching.entry_weights import Weigher
from app.search.matching.expressions import Expressions, all_parts
from app.search.matching.index import IndexedEntry, SearchIndex
from app.search.matching.scoring import Scorer
from app.search.matching.standing import Standing
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.query import Query, Slot
from app.search.parsing.vocabulary import Vocabulary

SYSTEM_FACTOR = {System.ICD10PCS: 0.95}
"""A word that fits a diagnosis and a procedure equally well more often means the diagnosis. The meanings of the lexicon
are of one or the other, and need no such guess."""
FACTOR_OF_BLOCK = {first_id(system) >> BLOCK_BITS: factor for system, factor in SYSTEM_FACTOR.items()}

NEW_TECHNOLOGY_FACTOR = 0.95
"""A code of New Technology is for a device or substance of one maker: without its name the usual procedure is meant."""

OF_PART_READ = 60
"""Entries that are read for a part of a text, best first."""


class EntryScorer:
    """Scores entries for queries, with weights that all queries share."""

    def __init__(self, index: SearchIndex, vocabulary: Vocabulary, lexicon: Lexicon, standing: Standing) -> None:
        self._index = index
        self._standing = standing
        self._weigher = Weigher(vocabulary, lexicon)
        self._scorer = Scorer(Query(""))

    def new_entries(self, entries: Iterable[int], matches: Matches, number: int) -> list[IndexedEntry]:
        """Return the first entries that are not candidates yet and lead to no excluded node."""
        candidate_ids = {candidate.entry.id for candidate in matches.candidates}
        new = (entry for entry in entries if entry not in candidate_ids)
        if matches.excluded:
            new = (entry for entry in new if self._index.node_of(entry) not in matches.excluded)
        return self._index.entries(islice(new, number))

    def score(self, query: Query, tier: Tier, entries: list[tuple[IndexedEntry, int]], matches: Matches) -> set[int]:
        """Add entries as candidates of a tier; each is given with a bit set for each slot that it holds. An entry that
        says the opposite of the text is no candidate: return the nodes of such entries."""
        # The next tier mostly scores for the same query, and meets the same words.
        scorer = self._scorer if self._scorer.query is query else Scorer(query)
        self._scorer = scorer
        scorer.explains = matches.explains
        weights = self._weigher.weigh([entry for entry, _ in entries])
        scorer.expect(weights)
        whole_tier = Tier.WHOLE if tier is Tier.WORDS else None
        special_nodes = self._standing.special_nodes
        new_technology = self._standing.new_technology
        among_others = matches.systems != (System.ICD10PCS,)
        opposite: set[int] = set()
        for (entry, slot_bits), entry_weights in zip(entries, weights, strict=True):
            score = scorer.score(entry, entry_weights, slot_bits)
            if score.says_opposite:
                opposite.add(entry.node)
                continue
            value = score.value
            if among_others and not score.by_lexicon:
                value *= FACTOR_OF_BLOCK.get(entry.node >> BLOCK_BITS, 1.0)
            if entry.node in new_technology:
                value *= NEW_TECHNOLOGY_FACTOR
            entry_tier = whole_tier if whole_tier and score.is_whole else tier if score.firm else Tier.NEARLY
            if entry.node in special_nodes:
                entry_tier = self._standing.tier(entry, entry_tier, value, query)
            matches.candidates.append(Candidate(entry_tier, value, entry, score, query))
        return opposite

    def holding_all(
        self, query: Query, expressions: Expressions, filter_part: str, systems: tuple[System, ...], matches: Matches
    ) -> list[Candidate]:
        """Return candidates of some code sets for the entries that hold all words of a part of a text, best first."""
        required = required_slots(query)
        holding = self._index.holding(required, systems)
        if not required or not holding:
            return []
        parts = expressions.parts_of(required, filter_part)
        by_system = self._index.entries_matching(all_parts(parts), OF_PART_READ, holding)
        entries = self._index.entries(self._index.best_first(by_system, OF_PART_READ))
        found = Matches(explains=matches.explains)
        slot_bits = sum(1 << place for place, slot in enumerate(query.slots) if slot in required)
        self.score(query, Tier.WORDS, [(entry, slot_bits) for entry in entries], found)
        return found.candidates


def required_slots(query: Query) -> tuple[Slot, ...]:
    """Return the slots that an entry must hold; all of them if they are all joining words."""
    return tuple(slot for slot in query.slots if not slot.free) or query.slots
