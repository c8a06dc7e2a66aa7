"""The search engine: a question in, rows out, with the reason for each, the honest total, and advice on few rows.

A search takes four steps, each with a value of its own: parse (`ParsedQuestion`), find (`Findings`), rank (`Ranking`)
and present (`Answer`).
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from app.codes.shapes import without_hidden_signs
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.library.tokens import word_list
from app.search import texts
from app.search.answer import MOST_COUNTED, MOST_NEAR, Answer, Explained, Filters, Hit, Narrowing, Question
from app.search.code_search import CodeSearch
from app.search.drug_search import DrugSearch
from app.search.finding import Finder, Findings
from app.search.history_search import HistorySearch
from app.search.matching.index import SearchIndex
from app.search.matching.tiers import TieredSearch
from app.search.narrowing.narrower import LastSearch, Narrower
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.measurements import Measurements
from app.search.parsing.parser import Parser
from app.search.parsing.procedures import ProcedureReader
from app.search.parsing.query import PartKind
from app.search.parsing.roles import Roles
from app.search.parsing.vocabulary import Vocabulary
from app.search.presenting.advice import Adviser, contradiction
from app.search.presenting.axis_words import AxisWords
from app.search.presenting.code_list import SHORT_WORDS, CodeListReader, ReadList, list_summary
from app.search.presenting.reasons import read_as
from app.search.presenting.row_counts import RowCounter
from app.search.presenting.rows import RowBuilder
from app.search.ranking import Ranker, Ranking, worth

LEAST_OFFERED = 0.8
"""The value of a row that is offered for words beside codes. What they may be is open (`active` in a table is no
rickets), so that a row must say hardly more than they do."""

TITLES_CACHED = 1024
"""Titles whose words are cached: from one keystroke to the next the same families are searched, some with hundreds.
Almost a megabyte; over 6,000 keystrokes four times as many save one title in fifty."""

ANSWERS_CACHED = 32
"""Answers that are kept: letters are deleted and typed again. With their candidates some 8 MB."""


class Engine:
    """Answers questions over one connection, in one thread; only `interrupt` may be called from another."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        catalogue = Catalogue(connection)
        index = SearchIndex(connection)
        lexicon = Lexicon(connection)
        vocabulary = Vocabulary(connection)
        roles = Roles(connection, lexicon)
        parser = Parser(lexicon, vocabulary, roles, Measurements(connection))
        codes = CodeSearch(catalogue, index, lexicon)
        procedures = ProcedureReader(connection, parser, lambda slot: bool(index.holding((slot,), (System.ICD10PCS,))))
        tiers = TieredSearch(index, vocabulary, lexicon, parser, procedures)
        title_words = lru_cache(maxsize=TITLES_CACHED)(word_list)
        self._axis_words = AxisWords(index)
        drugs = DrugSearch(connection, catalogue, index, lexicon, vocabulary)
        histories = HistorySearch(connection, catalogue, parser, tiers)
        self._finder = Finder(catalogue, codes, drugs, histories, lexicon, parser, tiers)
        self._ranker = Ranker(catalogue, index, codes)
        self._rows = RowBuilder(catalogue, codes, lexicon, self._axis_words, title_words)
        self._code_list = CodeListReader(catalogue, codes, self._best_match)
        self._counter = RowCounter(index, codes, tiers)
        self._adviser = Adviser(catalogue, index)
        self._narrower = Narrower(index, catalogue, lexicon, parser, tiers, title_words)
        self._answer = lru_cache(maxsize=ANSWERS_CACHED)(self._answer_uncached)

    def warm(self) -> None:
        """Load once what the first searches would otherwise wait for: the library that corrects misspellings, the
        reader of several codes, and the words of 7th characters."""
        self.search(Question("nuemonia"))
        self.search(Question("E11.9, I10"))
        self._axis_words.load()

    def interrupt(self) -> None:
        """End the search that is running, which then raises sqlite3.OperationalError."""
        self._connection.interrupt()

    def search(self, question: Question) -> Answer:
        """Return the best rows for a question, with the honest total. Never raises for any typed text."""
        started = time.perf_counter()
        answer, _ = self._answer(question)
        return replace(answer, question=question, elapsed_ms=(time.perf_counter() - started) * 1000)

    def narrow(self, question: Question, stop: Callable[[], bool] = lambda: False) -> Narrowing:
        """Return words with which to narrow the question's rows, best first, each with the total that it leads to.

        Costs as much as a dozen searches, so it is for a pause in typing; `stop` is asked between them, and ends it
        with the words that are known by then.
        """
        _, last = self._answer(question)
        if last is None:
            return Narrowing(question)
        narrowing = self._narrower.narrow(last, lambda narrowed: self._answer_uncached(narrowed)[0], stop)
        return narrowing._replace(question=question)

    def _answer_uncached(self, question: Question) -> tuple[Answer, LastSearch | None]:
        """Return the answer to a question, and what words to narrow it are found in; None if there is nothing."""
        seen_text = without_hidden_signs(question.text)
        if question.text.strip() and not seen_text.strip():
            return Answer(question, advice=(texts.NO_WORDS,)), None
        question = question._replace(text=seen_text)
        parsed = self._finder.parse(question)
        if parsed.systems is None:
            return Answer(question, advice=(contradiction(parsed.query, question.filters),)), None
        code_list = self._code_list.read(question, parsed.systems)
        if code_list.typed_codes:
            return _list_answer(question, code_list), None
        findings = self._finder.find(question, parsed.query, parsed.systems)
        if SHORT_WORDS.fullmatch(question.text) and all(c.tier.is_loose for c in findings.matches.candidates):
            code_list = self._code_list.read(question, parsed.systems, is_unanswered=True)
            if code_list.typed_codes:
                return _list_answer(question, code_list), None
        ranking = self._ranker.rank(findings)
        return self._present(findings, ranking)

    def _best_match(self, words: str, filters: Filters) -> Hit | None:
        """Return the first row for words beside codes, if it holds all of them and says little more."""
        question = Question(words, filters, limit=1)
        parsed = self._finder.parse(question)
        if parsed.systems is None or parsed.query.denies:
            return None
        findings = self._finder.find(question, parsed.query, parsed.systems)
        ranking = self._ranker.rank(findings)
        best = ranking.best[0] if ranking.best else None
        is_near = findings.only_near or (best is not None and (best.tier.is_loose or best.value < LEAST_OFFERED))
        rows = () if is_near else self._rows.rows(findings, ranking)
        return rows[0] if rows else None

    def _present(self, findings: Findings, ranking: Ranking) -> tuple[Answer, LastSearch]:
        question, matches, best = findings.question, findings.matches, ranking.best
        rows = self._rows.rows(findings, ranking)
        explained = _explain(findings, ranking, rows) if question.explain else None
        nodes = matches.nodes.union(ranking.code_rows, (row.node.id for row in rows))
        near: list[Hit] = []
        if findings.only_near:
            # Offers are not counted.
            rows, near, nodes, matches.crowded = [], rows[:MOST_NEAR], set[int](), frozenset()
        rows = self._rows.with_heading(rows, question.filters)
        advice, suggestions = self._adviser.advise(findings, rows, near, best)
        last = LastSearch(question, findings.query, rows, nodes, matches, ranking.code_rows)
        answer = Answer(
            question=question,
            hits=tuple(rows[: question.limit]),
            total=MOST_COUNTED if matches.crowded else min(len(nodes), MOST_COUNTED),
            at_least=not near and (matches.at_least or len(nodes) > MOST_COUNTED),
            by_system=self._counter.by_system(findings, nodes),
            read_as=read_as(best[0]) if best and not ranking.code_rows and not near else "",
            advice=advice,
            suggestions=suggestions,
            near=tuple(near),
            explained=explained,
        )
        return answer, last


def _list_answer(question: Question, code_list: ReadList) -> Answer:
    typed_codes = code_list.typed_codes
    hits = [typed.hit for typed in typed_codes if typed.hit is not None]
    advice = [list_summary(typed_codes)]
    if code_list.left_out:
        advice.append(texts.left_out_of_list(code_list.left_out))
    if code_list.is_cut:
        advice.append(texts.list_is_cut(sum(typed.kind is PartKind.CODE for typed in typed_codes)))
    return Answer(
        question=question,
        hits=tuple(hits[: question.limit]),
        total=len(hits),
        by_system=dict(Counter(hit.node.system for hit in hits)),
        advice=tuple(advice),
        near=code_list.offers,
        typed_codes=typed_codes[: question.limit],
        # Rows that are found by code have no figures.
        explained=Explained((), (), (), {}) if question.explain else None,
    )


def _explain(findings: Findings, ranking: Ranking, rows: list[Hit]) -> Explained:
    # Imported here: only a question of the command line asks for it.
    from app.search.presenting.explain import explain

    # Rows by a code, or by the name of a drug or supply, stand where they do whatever they are worth.
    by_code = set(ranking.code_rows).union(node.id for node, _ in findings.drugs.rows)
    if ranking.word_code is not None:
        by_code.add(ranking.word_code)
    worth_by_entry = {candidate.entry.id: worth(candidate, ranking.nodes) for candidate in ranking.best}
    shown_rows = rows[: findings.question.limit]
    candidates = findings.matches.candidates
    return explain(findings.query, shown_rows, candidates, ranking.ordered, ranking.best, worth_by_entry, by_code)
