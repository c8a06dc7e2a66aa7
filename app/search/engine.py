"""The search engine: rows for a question, with the reason for each, the honest total, and advice when there are few."""

import sqlite3
import time
from dataclasses import replace

from app.codes.records import Level, Node
from app.codes.systems import System
from app.library.catalogue import Catalogue
from app.library.entries import EntryKind
from app.search.advice import advise
from app.search.code_rows import CodeRows, CodeSearch
from app.search.highlight import marks
from app.search.index import SearchIndex
from app.search.ladder import COUNTED, Candidate, Found, Ladder, Tier
from app.search.lexicon import Lexicon
from app.search.query import Parser, Query, split_scope
from app.search.reasons import kind_and_reason, read_as
from app.search.records import Answer, Hit, MatchKind, Question
from app.search.variants import determined
from app.search.vocabulary import Vocabulary

NEARLY_AS_WELL = 0.9
"""A heading that answers at least so well, compared with its detail, is put before it."""

VARIANTS_SOUGHT = 3
"""Families among the first so many rows are searched for a variant that the words determine."""


class Engine:
    """Answers questions over one connection, in one thread; only `interrupt` may be called from another."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._index = SearchIndex(connection)
        self._codes = CodeSearch(Catalogue(connection), self._index)
        self._lexicon = lexicon = Lexicon(connection)
        vocabulary = Vocabulary(connection)
        self._parser = Parser(lexicon, vocabulary)
        self._ladder = Ladder(self._index, vocabulary, lexicon, self._parser)

    def warm(self) -> None:
        """Does once what the first misspelling would otherwise wait for: loads the library that corrects it."""
        self.search(Question("nuemonia"))

    def interrupt(self) -> None:
        """Ends the search that is running, which then raises sqlite3.OperationalError."""
        self._connection.interrupt()

    def search(self, question: Question) -> Answer:
        """The best rows for a question, with the honest total. Never raises for what was typed."""
        started = time.perf_counter()
        answer = self._search(question)
        return replace(answer, elapsed_ms=(time.perf_counter() - started) * 1000)

    def _search(self, question: Question) -> Answer:
        filters = question.filters
        query = self._parser.parse(question.text, as_typed=question.as_typed)
        systems = _both(query.systems, filters.systems)
        if systems is None:
            return Answer(question, advice=(_nowhere(query, filters.systems),))
        codes = self._codes.rows(split_scope(question.text)[1], systems, filters)
        if codes.within is not None:
            query = self._parser.parse(codes.words, as_typed=question.as_typed)
            found = self._below(codes.within, query, question, systems)
        elif codes.pasted or (codes.rows and not codes.cut_to and _only_a_code(query)):
            found = Found()
        else:
            found = self._ladder.climb(query, question, filters, systems)
            if codes.cut_to and _only_a_code(query) and all(c.tier is Tier.NEARLY for c in found.candidates):
                # `E11.45` is meant as a code: what holds a 45 somewhere is no answer to it.
                found = Found()
        # Before they are counted: a family of one and its only code are one row.
        code_rows = self._index.rows_for(codes.rows if codes.cut_to == "" or not found.candidates else ())
        best = self._headings_first(_best_of_each_node(found.candidates, set(code_rows), question.limit))
        hits = self._hits(code_rows[: question.limit], codes, best)
        total = len(found.nodes.union(code_rows, (hit.node.id for hit in hits)))
        return Answer(
            question=question,
            hits=tuple(hits[: question.limit]),
            total=min(total, COUNTED),
            at_least=found.at_least or total > COUNTED,
            by_system=self._by_system(query, question, found, code_rows),
            read_as=read_as(best[0]) if best and not code_rows else "",
            **advise(question, query, codes, hits, best, systems, self._index),
        )

    def _below(self, node: Node, query: Query, question: Question, systems: frozenset[System]) -> Found:
        """What holds the words below a code; nothing when the code has nothing below it but its finished codes."""
        if not node.has_children or node.is_family:
            return Found()
        filters = replace(question.filters, within=node.id)
        return self._ladder.climb(query, question, filters, systems)

    # Rows

    def _hits(self, code_rows: list[int], codes: CodeRows, best: list[Candidate]) -> list[Hit]:
        ids = [*code_rows, *(candidate.entry.node for candidate in best)]
        nodes = self._index.nodes(ids)
        parents = self._index.nodes({node.parent for node in nodes.values() if node.parent is not None})
        hits = [
            Hit(nodes[key], MatchKind.CODE, _code_reason(codes), place=_place(nodes[key], parents)) for key in code_rows
        ]
        shown = set(code_rows)
        for rank, candidate in enumerate(best):
            node = nodes[candidate.entry.node]
            place = _place(node, parents)
            kind, reason = kind_and_reason(candidate)
            readings = candidate.score.readings
            if rank < VARIANTS_SOUGHT and node.is_family and candidate.tier in (Tier.VARIANTS, Tier.SPELLING):
                variant = determined(self._index.variants(node), candidate, self._lexicon)
                if variant is not None and variant.id not in shown:
                    shown.add(variant.id)
                    asked = [slot.readings[0] for slot in candidate.query.slots]
                    hits.append(Hit(variant, kind, reason, marks(variant.title, asked), place=place))
            # Only a line that quotes an entry holds words to mark; the others name what was typed anyway.
            quoted = marks(reason, readings) if candidate.entry.kind is not EntryKind.TITLE else ()
            hits.append(Hit(node, kind, reason, marks(node.title, readings), quoted, place))
        return hits

    def _headings_first(self, rows: list[Candidate]) -> list[Candidate]:
        """A heading comes before its own details, where it answers nearly as well and on the same rung."""
        by_node = {row.entry.node: row for row in rows}
        above = self._index.parents(by_node)
        ordered: dict[int, Candidate] = {}
        for row in rows:
            chain: list[Candidate] = []
            node = above.get(row.entry.node)
            while node is not None:
                heading = by_node.get(node)
                if heading is not None and _answers_as_well(heading, row):
                    chain.append(heading)
                node = above.get(node)
            for earlier in [*reversed(chain), row]:
                ordered.setdefault(earlier.entry.node, earlier)
        return list(ordered.values())

    # Counts

    def _by_system(self, query: Query, question: Question, found: Found, code_rows: list[int]) -> dict[System, int]:
        """Rows of each code set, 1,000 standing for 1,000 and more; those outside a filter are counted as well."""
        counts = dict.fromkeys(self._index.systems, 0)
        for node in found.nodes.union(code_rows):
            counts[self._index.system_of(node)] += 1
        for system in counts:
            outside = bool(question.filters.systems) and system not in question.filters.systems
            if query.slots and not query.systems and (found.at_least or outside) and not _only_a_code(query):
                counts[system] = self._ladder.count(query, question.filters, system)[0]
        return {system: min(count, COUNTED) for system, count in counts.items()}


def _both(scope: frozenset[System], chosen: frozenset[System]) -> frozenset[System] | None:
    """The code sets that a scope prefix and a filter leave, empty for all; None when they exclude each other."""
    if scope and chosen:
        return scope & chosen or None
    return scope or chosen


def _nowhere(query: Query, chosen: frozenset[System]) -> str:
    wanted = ", ".join(system.label for system in query.systems)
    return (
        f"The text asks for {wanted}, the filter for {', '.join(system.label for system in chosen)}: drop one of them."
    )


def _only_a_code(query: Query) -> bool:
    """Whether the text is one word with a digit in it, which as a code it is likelier than as a word."""
    return len(query.slots) <= 2 and any(c.isdigit() for c in query.text) and len(query.text.split()) == 1


def _best_of_each_node(candidates: list[Candidate], shown: set[int], limit: int) -> list[Candidate]:
    best: dict[int, Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: c.order):
        if candidate.entry.node not in shown:
            best.setdefault(candidate.entry.node, candidate)
        if len(best) >= limit:
            break
    return list(best.values())


def _answers_as_well(heading: Candidate, detail: Candidate) -> bool:
    return heading.tier <= detail.tier and heading.value >= NEARLY_AS_WELL * detail.value


def _code_reason(codes: CodeRows) -> str:
    return f"the longest beginning of {codes.typed} that is a code" if codes.cut_to else ""


def _place(node: Node, parents: dict[int, Node]) -> str:
    """Where a row stands: the code and title above it."""
    parent = parents.get(node.parent) if node.parent is not None else None
    if parent is None:
        return "Chapter" if node.level is Level.CHAPTER else "Section"
    if parent.level is Level.CHAPTER:
        return f"Chapter {parent.code} › {parent.title}"
    return f"{parent.code} › {parent.title}"
