"""Finds the words to narrow an answer with: from the entries that were read for it, and its families' codes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from app.codes.node import Node
from app.codes.systems import System
from app.library.entries import EntryKind
from app.library.reading.catalogue import Catalogue
from app.search.answer import COUNTED, Answer, Aspect, Hit, Narrowing, NarrowingWord, Question
from app.search.matching.index import FoundEntry, SearchIndex
from app.search.matching.tiers import FEW, MOST_SCORED, Found, Tier, TieredSearch
from app.search.narrowing.split_terms import (
    Term,
    as_written,
    body_words,
    by_turns,
    is_form_of,
    seventh_terms,
    splitting_terms,
)
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.parser import Parser
from app.search.parsing.pieces import append_word
from app.search.parsing.query import MatchKind, Query

SAMPLE = 256
"""Entries looked at: what share of the rows holds a word is known from them to a few hundredths."""

BEST = 100
"""Entries that make the first rows, more than are shown: a row has one or two."""

FAMILIES = 8
VARIANTS = 400
"""Families among the first rows whose codes are looked at, and their codes."""

FAMILIES_AMONG = 0.3
"""Where fewer of the first rows are families, it is something else that is looked for."""

SHORTEST_TEXT = 2
"""A single letter is the beginning of something that one knows only when it has been typed."""

CHOOSING = (Tier.VARIANTS, Tier.SPELLING)
"""Where rows stand on these rungs, codes that the words determine within families are counted too."""

FEW_ROWS = 15
"""Fewer rows are read as fast as words to narrow them with; what is left to choose then are their 7th characters."""

MOST_WORDS = 8
MOST_TRIED = 12
MOST_OF_VARIANTS = 3

MOST_LEFT = 0.7
"""Of the rows, a word that leaves more does not narrow."""

SURELY_ENOUGH = MOST_SCORED + FEW
"""With so many rows no looser tier runs, even if all that are scored should hold the words in parentheses only."""


@dataclass(frozen=True, slots=True)
class Latest:
    """What is kept of the last search: all its rows by id, and what they were found by."""

    question: Question
    query: Query
    hits: Sequence[Hit]
    rows: set[int]
    found: Found
    code_rows: Sequence[int]


class Narrower:
    """Picks words for an answer, and asks what total each of them leads to: what is said is what will be found."""

    def __init__(
        self,
        index: SearchIndex,
        catalogue: Catalogue,
        lexicon: Lexicon,
        parser: Parser,
        ladder: TieredSearch,
        words_of: Callable[[str], list[str]],
    ) -> None:
        self._index, self._catalogue, self._lexicon = index, catalogue, lexicon
        self._parser, self._ladder = parser, ladder
        self._words_of = words_of

    @cached_property
    def _body(self) -> frozenset[str]:
        return body_words(self._index.body_parts())

    def narrow(self, latest: Latest, search: Callable[[Question], Answer], stop: Callable[[], bool]) -> Narrowing:
        """The words, each tried. `stop` is asked before each."""
        best = latest.hits[0] if latest.hits else None
        is_code = best is not None and best.kind is MatchKind.CODE and best.node.billable
        if is_code or len(latest.query.text.strip()) < SHORTEST_TEXT:
            return Narrowing(latest.question)
        within = self.variant_terms(latest)
        among = self.row_terms(latest)
        room = 0 if len(latest.rows) < FEW_ROWS else MOST_WORDS - len(within)
        found: list[NarrowingWord] = []
        # Where there are many rows, what splits them comes first, then what chooses within them.
        for term, text in (*among[:room], *within, *among[room:]):
            if stop() or len(found) == MOST_WORDS:
                break
            word = self._tried(latest, term, text, search)
            if word is not None:
                found.append(word)
        return Narrowing(latest.question, by_turns(found))

    def row_terms(self, latest: Latest) -> list[tuple[Term, str]]:
        """What splits the rows, each as it is written."""
        best, sample = self._sampled(latest)
        terms = splitting_terms(
            list(_by_row(best).values()),
            list(_by_row(sample).values()),
            self._is_typed(latest),
            self._lexicon.minor_words,
            self._body,
            MOST_TRIED,
        )
        return _written(self._told_once(terms), [(one.words, one.text) for one in (*best, *sample)])

    def _told_once(self, terms: Iterable[Term]) -> Iterator[Term]:
        """Terms without those that the lexicon reads as an earlier one, and that lead to the same rows: `limb` behind
        `extremity`."""
        told: set[tuple[str, ...]] = set()
        for term in terms:
            if term.words not in told:
                told.update(sense.words for sense in self._lexicon.senses(term.words))
                yield term

    def variant_terms(self, latest: Latest) -> list[tuple[Term, str]]:
        """What splits the codes of the first families among the rows."""
        first = [hit.node for hit in latest.hits if hit.kind is not MatchKind.PARTIAL][: 2 * FAMILIES]
        families = {node.id: node for node in first if node.is_family}
        if not families or len(families) < len(first) * FAMILIES_AMONG:
            return []
        families = dict(islice(families.items(), FAMILIES))
        is_typed = self._is_typed(latest)
        variants: list[tuple[list[str], str]] = []
        for family, title in self._index.finished_titles(families, VARIANTS):
            said = families[family].title
            rest = title.removeprefix(said)
            held = self._words_of(rest)
            if rest == title:
                known = set(self._words_of(said))
                held = [word for word in held if word not in known]
            variants.append((held, rest))
        # What is typed of the 7th character leaves some of them: the others are not to be chosen any more.
        most = max((sum(map(is_typed, held)) for held, _ in variants), default=0)
        variants = [one for one in variants if sum(map(is_typed, one[0])) == most]
        aspect = Aspect.APPROACH if _system(families.values()) is System.ICD10PCS else Aspect.SEVENTH
        terms = seventh_terms([held for held, _ in variants], is_typed, aspect, MOST_OF_VARIANTS)
        return _written(terms, variants)

    def _sampled(self, latest: Latest) -> tuple[list[FoundEntry], list[FoundEntry]]:
        """Texts of the first rows, and some from all over them."""
        if latest.code_rows:
            step = 1 + len(latest.code_rows) // SAMPLE
            nodes = self._catalogue.nodes(latest.code_rows[::step]).values()
            titles = [FoundEntry(n.id, n.id, EntryKind.TITLE, n.title, tuple(self._words_of(n.title))) for n in nodes]
            return titles, titles
        found = latest.found
        loose = {candidate.entry.id for candidate in found.candidates if candidate.tier is Tier.NEARLY}
        firm = sorted((c for c in found.candidates if c.tier is not Tier.NEARLY), key=lambda c: c.order)
        best = [candidate.entry for candidate in firm[:BEST]]
        read = sum(map(len, found.read))
        if read <= len(found.candidates):
            return best, [candidate.entry for candidate in firm]
        step = 1 + read // SAMPLE
        ids = [entry for some in found.read for entry in some[::step] if entry not in loose]
        return best, self._index.entries(ids)

    def _is_typed(self, latest: Latest) -> Callable[[str], bool]:
        """Whether a word is in the box already: as it is or in another form (`diabetic`), or as what the only sense of
        an abbreviation there stands for."""
        query = next((c.query for c in latest.found.candidates), latest.query)
        sought: list[tuple[str, bool]] = []
        for slot in query.slots:
            senses = [reading for reading in slot.readings if reading.kind is not MatchKind.TITLE]
            for reading in slot.readings:
                if reading.kind is MatchKind.TITLE or len(senses) == 1:
                    sought += [(word, reading.begins) for word in reading.words]
        known: dict[str, bool] = {}

        def is_typed(word: str) -> bool:
            typed = known.get(word)
            if typed is None:
                typed = known[word] = any(is_form_of(word, wanted, begins) for wanted, begins in sought)
            return typed

        return is_typed

    def _tried(
        self, latest: Latest, term: Term, text: str, search: Callable[[Question], Answer]
    ) -> NarrowingWord | None:
        """The word in the form in which it narrows, None where it does in none."""
        question, found, before = latest.question, latest.found, len(latest.rows)
        inside = term.aspect in (Aspect.SEVENTH, Aspect.APPROACH)
        quoted = f'"{text}"'
        forms = (text,) if inside else (quoted,) if len(term.words) > 1 or term.is_part else (text, quoted)
        for form in forms:
            asked = replace(question, text=append_word(question.text, form))
            counted = None if inside or not found.strict else self._strictly(latest, asked)
            if counted is None:
                counted = self._as_found(search(asked))
            rows, at_least, nearly = counted
            if inside and rows and not nearly and (rows < before * MOST_LEFT or (at_least and found.at_least)):
                return NarrowingWord(text, form, term.aspect, rows, at_least)
            if inside:
                return NarrowingWord(text, form, term.aspect) if rows else None
            # Rows that hold only nearly all words bring back what the word was to take away; with quotes none come.
            narrows = rows and not nearly and (rows < before * MOST_LEFT or (at_least and found.at_least))
            if narrows and (rows > 1 or before <= FEW):
                return NarrowingWord(text, form, term.aspect, rows, at_least)
        return None

    def _as_found(self, answer: Answer) -> tuple[int, bool, bool]:
        """How many rows an answer has, whether that is a lower bound, and whether some hold only nearly all words; of
        an answer that begins with those, none."""
        nearly = [hit.kind is MatchKind.PARTIAL for hit in answer.hits]
        return (0 if nearly[:1] != [False] else answer.total), answer.at_least, any(nearly)

    def _strictly(self, latest: Latest, asked: Question) -> tuple[int, bool, bool] | None:
        """The same without what a search does for rows that are shown; None where it counts otherwise."""
        query = self._parser.parse(asked.text, as_typed=asked.as_typed)
        found = latest.found
        if latest.code_rows:
            return None
        if not query.phrases:
            rows = len(self._ladder.rows(query, asked.filters, found.systems, found.left_out))
            if rows < FEW:
                return rows, False, True
            if rows >= SURELY_ENOUGH:
                return min(rows, COUNTED), rows > COUNTED, False
        again = self._ladder.run(query, asked, asked.filters, frozenset(found.systems))
        tiers = {candidate.tier for candidate in again.candidates}
        if not tiers.isdisjoint(CHOOSING):
            return None
        rows = len(again.nodes)
        # Rows on the last rung hold all words nevertheless, some in parentheses, unless it was looked for rows there.
        nearly = Tier.NEARLY in tiers and not again.strict and not query.phrases
        return min(rows, COUNTED), again.at_least or rows > COUNTED, nearly


def _by_row(entries: Iterable[FoundEntry]) -> dict[int, list[list[str]]]:
    rows: dict[int, list[list[str]]] = {}
    for entry in entries:
        rows.setdefault(entry.node, []).append(list(entry.words))
    return rows


def _written(terms: Iterable[Term], texts: Sequence[tuple[Sequence[str], str]]) -> list[tuple[Term, str]]:
    """Terms as the first text that holds each has it; each text is given with its words.

    Two words that only a comma has made neighbors are none: the first of them stands alone.
    """
    found: list[tuple[Term, str]] = []
    for term in terms:
        alone = [replace(term, words=term.words[:1])] if len(term.words) > 1 and term.aspect is not Aspect.WITH else []
        for form in (term, *alone):
            holding = (text for held, text in texts if all(word in held for word in form.words))
            written = next((text for text in (as_written(form.words, one) for one in holding) if text), "")
            if written:
                found.append((form, written))
                break
    return found


def _system(nodes: Iterable[Node]) -> System | None:
    return next((node.system for node in nodes), None)
