"""Find words with which to narrow an answer: from the entries that were read for it, and from its families' codes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from app.codes.node import Node
from app.codes.systems import System
from app.library.entries import EntryKind
from app.library.reading.catalogue import Catalogue
from app.search.answer import MOST_COUNTED, Answer, Aspect, Hit, Narrowing, NarrowingWord, Question
from app.search.matching.candidates import FEW_ROWS, MOST_SCORED, Matches, Tier
from app.search.matching.index import IndexedEntry, SearchIndex
from app.search.matching.tiers import TieredSearch
from app.search.narrowing.split_terms import (
    Term,
    alternate_aspects,
    as_written,
    body_words,
    is_form_of,
    splitting_terms,
    variant_terms,
)
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.parser import Parser
from app.search.parsing.pieces import append_word
from app.search.parsing.query import MatchKind, Query

SAMPLE_SIZE = 256
"""Entries in the sample, which tells the share of rows that hold a word to a few hundredths."""

BEST_ENTRIES = 100
"""Entries of the first rows; a row has one or two, so that these are more rows than are shown."""

MOST_FAMILIES = 8
MOST_VARIANTS = 400
"""Families among the first rows whose codes are examined, and the number of these codes."""

LEAST_FAMILIES_SHARE = 0.3
"""If a smaller share of the first rows are families, the text means something else."""

SHORTEST_TEXT = 2
"""Characters; a single letter says too little of the word that is going to be typed."""

TIERS_WITH_VARIANT_ROWS = (Tier.PROCEDURE, Tier.VARIANTS, Tier.SPELLING)
"""In these tiers a code that the words determine within its family is counted as a row too."""

READABLE_ROWS = 15
"""Fewer rows are read as fast as words to narrow them with; only their 7th characters are worth choosing from."""

MOST_WORDS = 8
MOST_TRIED = 12
MOST_VARIANT_WORDS = 3

MOST_REMAINING = 0.7
"""A word that leaves a larger share of the rows does not narrow."""

SURELY_ENOUGH = MOST_SCORED + FEW_ROWS
"""With so many rows no looser tier runs, even if all scored entries hold the words only in parentheses."""


@dataclass(frozen=True, slots=True)
class LastSearch:
    """The last search: all its rows by node id, and the matches that led to them."""

    question: Question
    query: Query
    hits: Sequence[Hit]
    rows: set[int]
    matches: Matches
    code_rows: Sequence[int]


class Narrower:
    """Picks words for an answer, and searches with each: the number of rows that is shown is the real one."""

    def __init__(
        self,
        index: SearchIndex,
        catalogue: Catalogue,
        lexicon: Lexicon,
        parser: Parser,
        tiers: TieredSearch,
        words_of: Callable[[str], list[str]],
    ) -> None:
        self._index, self._catalogue, self._lexicon = index, catalogue, lexicon
        self._parser, self._tiers = parser, tiers
        self._words_of = words_of

    @cached_property
    def _body_words(self) -> frozenset[str]:
        return body_words(self._index.body_parts())

    def narrow(self, last: LastSearch, search: Callable[[Question], Answer], stop: Callable[[], bool]) -> Narrowing:
        """Return the words that narrow, each tried by a search. `stop` is asked before each."""
        best = last.hits[0] if last.hits else None
        is_code = best is not None and best.kind is MatchKind.CODE and best.node.billable
        if is_code or len(last.query.text.strip()) < SHORTEST_TEXT:
            return Narrowing(last.question)
        if last.matches.crowded:
            last = self._with_all_rows(last)
        within_rows = self.variant_terms(last)
        among_rows = self.row_terms(last)
        number_first = 0 if len(last.rows) < READABLE_ROWS else MOST_WORDS - len(within_rows)
        words: list[NarrowingWord] = []
        # With many rows, terms that split the rows come first, then those that choose within them.
        for term, text in (*among_rows[:number_first], *within_rows, *among_rows[number_first:]):
            if stop() or len(words) == MOST_WORDS:
                break
            word = self._try(last, term, text, search)
            if word is not None:
                words.append(word)
        return Narrowing(last.question, alternate_aspects(words))

    def row_terms(self, last: LastSearch) -> list[tuple[Term, str]]:
        """Return terms that split the rows, each as it is written."""
        best, sample = self._entries(last)
        terms = splitting_terms(
            list(_texts_by_row(best).values()),
            list(_texts_by_row(sample).values()),
            self._is_typed(last),
            self._lexicon.minor_words,
            self._body_words,
            MOST_TRIED,
        )
        return _written(self._without_synonyms(terms), [(entry.words, entry.text) for entry in (*best, *sample)])

    def _without_synonyms(self, terms: Iterable[Term]) -> Iterator[Term]:
        """Yield terms without those that the lexicon reads as an earlier one, and that lead to the same rows: `limb`
        after `extremity`."""
        meanings: set[tuple[str, ...]] = set()
        for term in terms:
            if term.words not in meanings:
                meanings.update(sense.words for sense in self._lexicon.senses(term.words))
                yield term

    def variant_terms(self, last: LastSearch) -> list[tuple[Term, str]]:
        """Return terms that split the codes of the first families among the rows, each as it is written."""
        first = [hit.node for hit in last.hits if hit.kind is not MatchKind.PARTIAL][: 2 * MOST_FAMILIES]
        families = {node.id: node for node in first if node.is_family}
        if not families or len(families) < len(first) * LEAST_FAMILIES_SHARE:
            return []
        families = dict(islice(families.items(), MOST_FAMILIES))
        is_typed = self._is_typed(last)
        variants: list[tuple[list[str], str]] = []
        for family, title in self._index.finished_titles(families, MOST_VARIANTS):
            family_title = families[family].title
            rest = title.removeprefix(family_title)
            words = self._words_of(rest)
            if rest == title:
                family_words = set(self._words_of(family_title))
                words = [word for word in words if word not in family_words]
            variants.append((words, rest))
        # If words of the 7th character are typed, only the variants with these are left to choose from.
        most_typed = max((sum(map(is_typed, words)) for words, _ in variants), default=0)
        variants = [(words, rest) for words, rest in variants if sum(map(is_typed, words)) == most_typed]
        aspect = Aspect.APPROACH if _system(families.values()) is System.ICD10PCS else Aspect.SEVENTH
        terms = variant_terms([words for words, _ in variants], is_typed, aspect, MOST_VARIANT_WORDS)
        return _written(terms, variants)

    def _entries(self, last: LastSearch) -> tuple[list[IndexedEntry], list[IndexedEntry]]:
        """Return the entries of the first rows, and a sample of the entries of all rows."""
        if last.code_rows:
            step = 1 + len(last.code_rows) // SAMPLE_SIZE
            nodes = self._catalogue.nodes(last.code_rows[::step]).values()
            titles = [IndexedEntry(n.id, n.id, EntryKind.TITLE, n.title, tuple(self._words_of(n.title))) for n in nodes]
            return titles, titles
        matches = last.matches
        loose = {candidate.entry.id for candidate in matches.candidates if candidate.tier.is_loose}
        firm = sorted((c for c in matches.candidates if not c.tier.is_loose), key=lambda c: c.order)
        best = [candidate.entry for candidate in firm[:BEST_ENTRIES]]
        number_read = sum(map(len, matches.entries_read))
        if number_read <= len(matches.candidates):
            return best, [candidate.entry for candidate in firm]
        step = 1 + number_read // SAMPLE_SIZE
        ids = [entry for entries in matches.entries_read for entry in entries[::step] if entry not in loose]
        return best, self._index.entries(ids)

    def _is_typed(self, last: LastSearch) -> Callable[[str], bool]:
        """Return a function that tells whether a word is typed already: as it is, in another form (`diabetic`), or as
        the only meaning of a typed abbreviation."""
        query = next((c.query for c in last.matches.candidates), last.query)
        typed_words: list[tuple[str, bool]] = []
        for slot in query.slots:
            senses = [reading for reading in slot.readings if reading.kind is not MatchKind.TITLE]
            for reading in slot.readings:
                if reading.kind is MatchKind.TITLE or len(senses) == 1:
                    typed_words += [(word, reading.begins) for word in reading.words]
        typed_before: dict[str, bool] = {}

        def is_typed(word: str) -> bool:
            typed = typed_before.get(word)
            if typed is None:
                typed = typed_before[word] = any(is_form_of(word, other, begins) for other, begins in typed_words)
            return typed

        return is_typed

    def _with_all_rows(self, last: LastSearch) -> LastSearch:
        """Return a search with the entries and rows that it left unread, since their number was known."""
        query, filters, matches = last.query, last.question.filters, last.matches
        entries_read, rows = self._tiers.entries_and_rows(query, filters, matches.systems, matches.excluded)
        return replace(last, rows=last.rows | rows, matches=replace(matches, entries_read=entries_read))

    def _try(
        self, last: LastSearch, term: Term, text: str, search: Callable[[Question], Answer]
    ) -> NarrowingWord | None:
        """Return a term in the form in which it narrows; None if it narrows in no form."""
        question, matches, before = last.question, last.matches, len(last.rows)
        within_rows = term.aspect in (Aspect.SEVENTH, Aspect.APPROACH)
        quoted = f'"{text}"'
        forms = (text,) if within_rows else (quoted,) if len(term.words) > 1 or term.is_part else (text, quoted)
        for form in forms:
            narrowed = question._replace(text=append_word(question.text, form))
            count = None if within_rows or not matches.strict else self._count_strictly(last, narrowed)
            if count is None:
                count = _count_in_answer(search(narrowed))
            rows, at_least, nearly = count
            # Rows that hold nearly all words would bring back those that the word was to remove; quotes prevent them.
            fewer = rows < before * MOST_REMAINING or (at_least and matches.at_least)
            narrows = rows and not nearly and fewer
            if within_rows:
                if narrows:
                    return NarrowingWord(text, form, term.aspect, rows, at_least)
                return NarrowingWord(text, form, term.aspect) if rows else None
            if narrows and (rows > 1 or before <= FEW_ROWS):
                return NarrowingWord(text, form, term.aspect, rows, at_least)
        return None

    def _count_strictly(self, last: LastSearch, narrowed: Question) -> tuple[int, bool, bool] | None:
        """Return the same as `_count_in_answer` without the work that a search does to show rows; None if a search
        would count differently."""
        query = self._parser.parse(narrowed.text, as_typed=narrowed.as_typed)
        matches = last.matches
        if last.code_rows:
            return None
        if not query.phrases:
            rows = len(self._tiers.rows(query, narrowed.filters, matches.systems, matches.excluded))
            if rows < FEW_ROWS:
                return rows, False, True
            if rows >= SURELY_ENOUGH:
                return min(rows, MOST_COUNTED), rows > MOST_COUNTED, False
        narrowed_matches = self._tiers.run(query, narrowed, narrowed.filters, frozenset(matches.systems))
        tiers = {candidate.tier for candidate in narrowed_matches.candidates}
        if not tiers.isdisjoint(TIERS_WITH_VARIANT_ROWS):
            return None
        rows = len(narrowed_matches.nodes)
        # Rows of the last tier still hold all words, some in parentheses, unless that tier itself was searched.
        nearly = Tier.NEARLY in tiers and not narrowed_matches.strict and not query.phrases
        return min(rows, MOST_COUNTED), narrowed_matches.at_least or rows > MOST_COUNTED, nearly


def _count_in_answer(answer: Answer) -> tuple[int, bool, bool]:
    """Return the number of rows of an answer, whether it is a lower bound, and whether some rows hold only nearly all
    words; an answer that begins with such rows counts as none."""
    nearly = [hit.kind is MatchKind.PARTIAL for hit in answer.hits]
    return (0 if nearly[:1] != [False] else answer.total), answer.at_least, any(nearly)


def _texts_by_row(entries: Iterable[IndexedEntry]) -> dict[int, list[list[str]]]:
    rows: dict[int, list[list[str]]] = {}
    for entry in entries:
        rows.setdefault(entry.node, []).append(list(entry.words))
    return rows


def _written(terms: Iterable[Term], texts: Sequence[tuple[Sequence[str], str]]) -> list[tuple[Term, str]]:
    """Return terms as the first text that holds each has it; each text is given with its words.

    Of two words with a comma between them only the first is returned.
    """
    written_terms: list[tuple[Term, str]] = []
    for term in terms:
        first = [replace(term, words=term.words[:1])] if len(term.words) > 1 and term.aspect is not Aspect.WITH else []
        for form in (term, *first):
            holding = (text for words, text in texts if all(word in words for word in form.words))
            written = next(filter(None, (as_written(form.words, text) for text in holding)), "")
            if written:
                written_terms.append((form, written))
                break
    return written_terms


def _system(nodes: Iterable[Node]) -> System | None:
    return next((node.system for node in nodes), None)
