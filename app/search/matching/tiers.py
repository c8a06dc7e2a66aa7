"""Tiered search: candidates for rows, from entries that say just what was typed down to corrected spelling."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, islice

from app.codes.systems import System
from app.library.tokens import bare
from app.search.answer import MOST_COUNTED, Filters, Question
from app.search.matching.candidates import MOST_SCORED, Matches, Tier, right_after
from app.search.matching.entry_scoring import EntryScorer, required_slots
from app.search.matching.expressions import Expressions, all_parts, filter_expression
from app.search.matching.index import IndexedEntry, SearchIndex
from app.search.matching.nearest import LEAST_HELD_SHARE, NearestSearch
from app.search.matching.sided_codes import SidedCodes
from app.search.matching.standing import Standing
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.parser import Parser
from app.search.parsing.procedures import Procedure, ProcedureReader
from app.search.parsing.query import Query
from app.search.parsing.vocabulary import Vocabulary

FIRST_READ = 2 * MOST_COUNTED
"""Entries that are read at first to count rows: a node has fewer than two on average, so that they mostly lead to 1,000
rows."""

READ_FACTOR = 3
"""The factor by which more are read if they do not, as of the Table of Drugs, which has fifty lines for a code: to read
all entries with `un...` at once takes longer than a frame."""

NO_LIMIT = -1

PHRASES_READ = 600
"""Entries whose text is read to check that quoted words stand together; more would take longer than a frame."""

ENTRIES_PER_ROW = 2
MOST_SCORED_ON_REQUEST = 2 * MOST_COUNTED
"""A script that asks for more rows than a window shows gets them, up to the number that is counted."""

WITH_VARIANTS = frozenset({System.ICD10CM, System.ICD10PCS})
"""The code sets whose entries hold the words of 7th characters and axes too."""

PROCEDURES_SCORED = 60
"""Entries that are scored for a procedure, shortest first: more than there are first rows, since some are of tissues
that are not meant."""


class TieredSearch:
    """Runs the tiers for queries, with an index, expressions and weights that all queries share."""

    def __init__(
        self,
        index: SearchIndex,
        vocabulary: Vocabulary,
        lexicon: Lexicon,
        parser: Parser,
        procedures: ProcedureReader,
    ) -> None:
        self._index = index
        self._lexicon = lexicon
        self._procedures = procedures
        self._standing = Standing(index)
        self._expressions = Expressions(vocabulary)
        self._scoring = EntryScorer(index, vocabulary, lexicon, self._standing)
        self._sided = SidedCodes(index, self._expressions, self._scoring)
        self._nearest = NearestSearch(index, self._expressions, self._scoring)
        self._parser = parser
        # Tens of thousands of nodes, the same while the rest of the text is typed; those of one text are cached.
        self._nodes_with = lru_cache(maxsize=1)(self._read_nodes_with)

    def run(self, query: Query, question: Question, filters: Filters, systems: frozenset[System]) -> Matches:
        """Return the candidates for a query, strictest tier first, looser ones only while there are few rows."""
        score_limit = min(MOST_SCORED_ON_REQUEST, max(MOST_SCORED, ENTRIES_PER_ROW * question.limit))
        matches = Matches(
            score_limit=score_limit,
            row_limit=question.limit,
            several_words=len(query.slots) > 1,
            explains=question.explain,
        )
        if not query.slots:
            return matches
        matches.excluded = self._excluded(query)
        matches.systems = self._index.loaded(systems)
        filter_part = filter_expression(filters)
        self._add_all_words(query, Tier.WORDS, filter_part, matches)
        procedure = None if question.as_typed or query.phrases else self._procedures.read(query)
        beside = query.beside
        if query.reduced is not None and not any(c.tier is Tier.WHOLE for c in matches.candidates):
            # The words that say how the rest is meant are in few texts, and those that lack them are meant too.
            query = query.reduced
            self._add_all_words(query, Tier.WORDS, filter_part, matches)
        self._sided.add(query, filter_part, matches)
        if not matches.are_enough():
            instead = self._add_looser(query, question, filter_part, matches)
            if instead is not None:
                matches = self.run(instead, question, filters, systems)
                matches.strict = False
                matches.corrected = matches.corrected or instead
                return matches
        # An operation alone leads to hundreds of body parts: the text as it was typed does as much. Last, so that
        # diagnoses are searched as if there were no procedures.
        if procedure is not None and System.ICD10PCS in matches.systems:
            if len(procedure.query.slots) > 1:
                self._add_procedures(procedure, filter_part, matches)
            if procedure.is_asked_for and not self._standing.has_procedure(matches.candidates):
                if procedure.section is not None:
                    self._add_section(procedure.section, filter_part, matches)
                matches.candidates = self._standing.with_sections_of_procedures_first(matches.candidates)
        # `Urinary catheter insertion` is a procedure, and `urinary catheter` a supply.
        asks_for_procedure = (
            procedure is not None and procedure.is_asked_for and self._standing.has_procedure(matches.candidates)
        )
        names_supply = not (question.as_typed or asks_for_procedure) and self._names_supply(query)
        if System.HCPCS in matches.systems and names_supply:
            matches.candidates = self._standing.with_supplies_first(matches.candidates)
        if beside is not None and matches.candidates:
            self._add_beside(beside, filter_part, matches)
        if not (question.as_typed or query.phrases) and all(c.tier.is_loose for c in matches.candidates):
            self._add_offers(query, filter_part, matches)
        return matches

    def _names_supply(self, query: Query) -> bool:
        return self._lexicon.names_supply(tuple(word.text for word in query.words))

    def _add_looser(self, query: Query, question: Question, filter_part: str, matches: Matches) -> Query | None:
        """Run the looser tiers; return the query to run instead, if the text is misspelled or ends in a letter that
        should be ignored."""
        matches.strict = False
        searched = matches.systems
        # Where only diagnoses and procedures are few, the other code sets need no looser rows.
        matches.systems = matches.systems_with_few_rows()
        self._add_all_words(query, Tier.VARIANTS, filter_part, matches)
        if not (matches.are_enough() or query.phrases):
            # A name of an operation is spelled right even if no entry holds it: thoracoscopy.
            as_it_is = question.as_typed or matches.candidates or self._procedures.read(query)
            corrected = None if as_it_is else self._parser.corrected(query)
            if corrected is not None:
                # No entry holds the words as they are typed, so that the text is answered as if it were spelled right.
                return corrected
            loosest = query if question.as_typed else self._add_loose_readings(query, filter_part, matches)
            if not matches.are_enough() and len(query.slots) > 1:
                # A phrase of the lexicon must not hide what its words say each by itself: `dog bite` of a hand.
                by_word = None if question.as_typed else self._parser.word_by_word(query)
                self._nearest.add(loosest, by_word, filter_part, matches)
            if _ends_in_lone_letter(query, matches):
                return query._replace(slots=query.slots[:-1], words=query.words[:-1])
        matches.systems = searched
        return None

    def _add_beside(self, query: Query, filter_part: str, matches: Matches) -> None:
        """Add what is coded beside the rest, right after the best row: the cancer after the place where it went."""
        found = matches.with_same_limits()
        found.systems = tuple(system for system in matches.systems if system is System.ICD10CM)
        self._add_all_words(query, Tier.WORDS, filter_part, found)
        if found.candidates:
            best = min(matches.candidates, key=lambda candidate: candidate.order)
            other = min(found.candidates, key=lambda candidate: candidate.order)
            matches.candidates.append(right_after(best, other))
            matches.add_nodes((other.entry.node,))

    def _add_offers(self, query: Query, filter_part: str, matches: Matches) -> None:
        """Add the words that may be meant by unknown ones, and if nothing is found, the entries that hold these."""
        matches.offers = self._parser.offers(query)
        if matches.candidates or not matches.offers:
            return
        offered = self._parser.offered(query)
        if offered is not None:
            self._add_all_words(offered, Tier.SPELLING, filter_part, matches)
            matches.only_offered = True

    def _add_procedures(self, procedure: Procedure, filter_part: str, matches: Matches) -> None:
        """Add the entries of ICD-10-PCS that hold what a text asks for in its own words, and put the best first."""
        matches.strict = False
        found = Matches(
            systems=(System.ICD10PCS,),
            score_limit=PROCEDURES_SCORED,
            excluded=matches.excluded,
            explains=matches.explains,
        )
        query = procedure.query
        self._add_all_words(query, Tier.VARIANTS, filter_part, found)
        if not found.candidates:
            query = self._parser.with_forms(query) or query
            self._add_all_words(query, Tier.VARIANTS, filter_part, found)
        if not found.candidates:
            found.candidates = self._nearest.find(query, LEAST_HELD_SHARE, filter_part, found)
        found.candidates = [
            candidate
            for candidate in found.candidates
            if procedure.is_named_by(candidate.score.readings, candidate.score.missing)
        ]
        if procedure.is_asked_for:
            matches.candidates = self._standing.with_procedures_first(matches.candidates, found.candidates)
        else:
            matches.candidates += found.candidates
        matches.add_nodes(candidate.entry.node for candidate in found.candidates)

    def _add_section(self, section: Query, filter_part: str, matches: Matches) -> None:
        """Add the section of ICD-10-PCS that a query names, if no code of it is loaded, unless its own words have led
        to one."""
        if self._standing.has_section_of_procedures(matches.candidates):
            return
        found = Matches(systems=(System.ICD10PCS,), score_limit=PROCEDURES_SCORED, explains=matches.explains)
        self._add_all_words(section, Tier.WORDS, filter_part, found)
        sections = [candidate for candidate in found.candidates if candidate.tier is Tier.UNLOADED]
        matches.candidates += sections
        matches.add_nodes(candidate.entry.node for candidate in sections)

    def _add_loose_readings(self, query: Query, filter_part: str, matches: Matches) -> Query:
        """Run the tiers for other forms and corrected spelling; return the loosest query that was made for them."""
        # Without candidates the text itself has been corrected already, as far as that is certain.
        is_right = not matches.candidates
        with_forms = self._parser.with_forms(query)
        if with_forms is not None:
            self._add_all_words(with_forms, Tier.FORMS, filter_part, matches)
        loosest = with_forms or query
        corrected = None if is_right or matches.are_enough() else self._parser.corrected(query)
        if corrected is not None:
            self._add_all_words(corrected, Tier.SPELLING, filter_part, matches)
            loosest = self._parser.with_forms(corrected) or corrected
            if loosest is not corrected and not matches.are_enough():
                self._add_all_words(loosest, Tier.SPELLING, filter_part, matches)
        # What may be meant is read so only where other words agree.
        needed = len(query.slots) > 1 and all(candidate.tier.is_loose for candidate in matches.candidates)
        supposed = self._parser.supposed(query) if needed else None
        if supposed is not None and supposed != corrected:
            self._add_all_words(supposed, Tier.SPELLING, filter_part, matches)
        return loosest

    def count(self, query: Query, filters: Filters, system: System, excluded: frozenset[int]) -> int:
        """Return how many rows of one code set hold all words, 1,000 meaning 1,000 or more; quotes are ignored."""
        return min(len(self.rows(query, filters, (system,), excluded)), MOST_COUNTED)

    def rows(self, query: Query, filters: Filters, systems: Iterable[System], excluded: frozenset[int]) -> set[int]:
        """Return the rows of some code sets that hold all words: all of them, or of one set more than are counted;
        quotes are ignored."""
        _, nodes = self.entries_and_rows(query, filters, systems, excluded)
        return nodes

    def entries_and_rows(
        self, query: Query, filters: Filters, systems: Iterable[System], excluded: frozenset[int]
    ) -> tuple[list[list[int]], set[int]]:
        """Return the entries that lead to `rows`, by code set and best first, and these rows."""
        required = required_slots(query)
        with_slots = self._index.holding(required, systems)
        return self._read(self._expressions.parts_of(required, filter_expression(filters)), with_slots, excluded)

    def _read(
        self,
        parts: tuple[str, ...],
        systems: Iterable[System],
        excluded: frozenset[int],
        crowded: frozenset[System] = frozenset(),
        number: int = FIRST_READ,
    ) -> tuple[list[list[int]], set[int]]:
        """Return the entries that match all of some expressions, by code set and best first, and their nodes.

        Of each code set these are all nodes, or more than are counted; but of those that are `crowded` only the nodes
        of the best entries, so many, since nothing else of them is shown.
        """
        expression = all_parts(parts)
        by_system: list[list[int]] = []
        nodes: set[int] = set()
        for system in systems:
            if len(parts) > 2 and not self._index.together(system, parts[:-1]):
                continue
            is_crowded = system in crowded
            limit = number if is_crowded else FIRST_READ
            entries, leading_to = self._index.matching(system, expression, limit)
            while len(entries) == limit and not is_crowded and len(leading_to - excluded) <= MOST_COUNTED:
                limit *= READ_FACTOR
                entries, leading_to = self._index.matching(system, expression, limit)
            if entries:
                by_system.append(entries)
                nodes |= leading_to
        return by_system, nodes - excluded if excluded else nodes

    def _add_all_words(self, query: Query, tier: Tier, filter_part: str, matches: Matches) -> None:
        """Add the entries that hold all words of a query."""
        variants = tier is Tier.VARIANTS
        required = required_slots(query)
        parts = self._expressions.parts_of(required, filter_part, variants=variants)
        systems = self._index.holding(required, matches.systems)
        if variants:
            systems = [system for system in systems if system in WITH_VARIANTS]
        if query.phrases:
            entries, nodes = self._read_with_phrases(all_parts(parts), query, systems, matches)
        else:
            # Enough to choose from: entries that are candidates already, or excluded, are skipped.
            number = FIRST_READ if matches.excluded else 2 * matches.score_limit + len(matches.candidates)
            crowded = frozenset[System]()
            if len(parts) == 1 and not matches.excluded:
                crowded = self._index.crowded(required[0], systems)
                matches.add_crowded(crowded)
            by_system, nodes = self._read(parts, systems, matches.excluded, crowded, number)
            matches.entries_read += by_system
            exact: list[list[int]] = []
            # Entries with the whole words come first: a short text whose word only begins with what was typed
            # (`mi`: miosis) must not keep the meaning of an abbreviation from being scored at all.
            if sum(map(len, by_system)) > matches.score_limit:
                exact_parts = self._expressions.parts_of(required, filter_part, variants=variants, whole_words=True)
                exact_systems = self._index.holding(required, systems, whole_words=True)
                exact = self._index.entries_matching(all_parts(exact_parts), matches.score_limit, exact_systems)
            ordered = dict.fromkeys(
                self._index.best_first(exact, matches.score_limit) + self._index.best_first(by_system, number)
            )
            scored = self._number_to_score(ordered, matches.score_limit, matches.row_limit)
            entries = self._scoring.new_entries(ordered, matches, scored)
        if not entries:
            matches.add_nodes(nodes)
            return
        slot_bits = sum(1 << number for number, slot in enumerate(query.slots) if slot in required)
        found = matches.with_same_limits() if variants else matches
        opposite = self._scoring.score(query, tier, [(entry, slot_bits) for entry in entries], found)
        # Of more rows than are scored it is not known of each, so that they all count.
        if opposite and len(nodes) <= MOST_SCORED:
            nodes = nodes - opposite.difference(candidate.entry.node for candidate in found.candidates)
        if variants:
            # What holds the words only in the parentheses after a main term is no row, nor are the worse ones after it.
            firm = [candidate for candidate in found.candidates if candidate.tier is not Tier.NEARLY]
            if len(firm) < len(found.candidates):
                nodes = {candidate.entry.node for candidate in firm}
            matches.candidates += firm
        matches.add_nodes(nodes)

    def _read_with_phrases(
        self, expression: str, query: Query, systems: Iterable[System], matches: Matches
    ) -> tuple[list[IndexedEntry], set[int]]:
        """Return the entries that hold the words in the order of the phrases, which the index does not know."""
        by_system = self._index.entries_matching(expression, PHRASES_READ, systems)
        entries = self._index.entries(self._index.best_first(by_system, PHRASES_READ)[:PHRASES_READ])
        matches.at_least = matches.at_least or len(entries) == PHRASES_READ
        allowed = (entry for entry in entries if entry.node not in matches.excluded)
        entries = [entry for entry in allowed if _holds_phrases(entry.words, query.phrases)]
        return entries[: matches.score_limit], {entry.node for entry in entries}

    def _number_to_score(self, entries: Iterable[int], number: int, rows: int) -> int:
        """Return how many entries, at least `number`, lead to so many rows; at most twice the number."""
        several = list(islice(entries, 2 * number))
        nodes = set(map(self._index.node_of, several[:number]))
        while number < len(several) and len(nodes) < rows:
            nodes.add(self._index.node_of(several[number]))
            number += 1
        return number

    def _excluded(self, query: Query) -> frozenset[int]:
        """Return the nodes that an entry with an excluded word leads to: the whole row goes, not one reason for it."""
        return self._nodes_with(query.excluded) if query.excluded else frozenset()

    def _read_nodes_with(self, words: tuple[str, ...]) -> frozenset[int]:
        by_system = self._index.entries_matching(self._expressions.any_of(words), NO_LIMIT, self._index.systems)
        return frozenset(chain.from_iterable(map(self._index.nodes_of, by_system)))


def _ends_in_lone_letter(query: Query, matches: Matches) -> bool:
    """Return whether the last slot is a single letter so far, and candidates hold nothing else: `lap chole x`."""
    last = query.slots[-1]
    if len(query.slots) == 1 or len(last.typed) > 1 or not last.typed.isalpha() or not last.readings[0].begins:
        return False
    return all(len(candidate.score.missing) == len(query.slots) - 1 for candidate in matches.candidates)


def _holds_phrases(entry: tuple[str, ...], phrases: tuple[tuple[str, ...], ...]) -> bool:
    """Return whether the words of every phrase stand together in those of an entry, in order; the last word of a phrase
    may be the beginning of a longer one."""
    words = list(map(bare, entry))

    def holds(phrase: tuple[str, ...]) -> bool:
        length = len(phrase)
        for start in range(len(words) - length + 1):
            part = words[start : start + length]
            if tuple(part[:-1]) == phrase[:-1] and part[-1].startswith(phrase[-1]):
                return True
        return False

    return all(holds(phrase) for phrase in phrases)
