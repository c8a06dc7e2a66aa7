"""The search engine: rows for a question, with the reason for each, the honest total, and advice when there are few."""

import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from app.codes.node import CodeStatus, Level, Node
from app.codes.shapes import AROUND_CODES, shape_of
from app.codes.systems import System
from app.library.entries import EntryKind
from app.library.ids import BLOCK_BITS, system_of
from app.library.reading.catalogue import Catalogue
from app.library.tokens import word_list
from app.search.answer import COUNTED, Answer, Filters, Hit, Narrowing, Question
from app.search.code_search import NO_CODE, CodeReading, CodeRows, CodeSearch, Icd9Rows
from app.search.matching.index import SearchIndex
from app.search.matching.tiers import FEW, Candidate, Found, Tier, TieredSearch
from app.search.narrowing.narrower import Latest, Narrower
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.parser import Parser
from app.search.parsing.query import MatchKind, Query
from app.search.parsing.vocabulary import Vocabulary
from app.search.presenting.advice import advise, labels
from app.search.presenting.axis_words import AxisWords
from app.search.presenting.family_variant import determined, holds_all
from app.search.presenting.reasons import kind_and_reason, read_as, said

AGREEMENT = 0.02
"""What a node gains that an Index line and a title lead to: enough to part what is otherwise alike, and no more."""

NEARLY_AS_WELL = 0.9
"""A heading that answers at least so well, compared with its detail, is put before it."""

ENDED_FACTOR = 0.8
"""What an ended code is worth beside a valid one that fits alike: as much as a valid one of which half is left unsaid.
Official descriptors of drugs change by a word or a dose, so that less would let the old code win by its shorter text;
with more, a code that somebody asks for by its old title would drown."""

PLACE_OF_ASIDE = 3
"""Where the code stands that is an abbreviation as well (`ms`, `dm2`): below the best readings of that, and yet on the
first screen."""

RANKED = 60
"""Rows that are put in order even if fewer are asked for, lest the first ones depend on how many these are."""

TABLES_SOUGHT = 40
RESECTION = "T"
"""The third character of the Medical and Surgical tables of resections."""
MOST_BODY_PARTS = 6
"""A line that leads to more parts of the body than these says too little."""

CHOICES = frozenset({Level.CATEGORY, Level.SUBCATEGORY, Level.CODE})
"""Levels of ICD-10-CM whose codes are a choice of a coder, and not a list to browse."""

FIRST_ROWS = 10
PLACE_OF_HEADING = 3

TITLES_KEPT = 4096

VARIANTS_SOUGHT = 3
"""Families among the first so many rows are searched for a variant that the words determine."""

EXACT_READINGS = 6
"""One for each code set: so many of the first rows may be the code itself."""

_ICD9_LABEL = re.compile(r"^(?:icd-?9(?:-?cm)?|dx|code)\s*[:#]?\s*(?=\S*[0-9])", re.IGNORECASE)

TOPS = {
    System.HCPCS: "HCPCS Level II",
    System.MODIFIER: "Modifiers",
    System.POS: "Place of Service",
    System.CPT: "CPT",
}
"""What stands at the top of a code set without chapters."""


class Engine:
    """Answers questions over one connection, in one thread; only `interrupt` may be called from another."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._catalogue = Catalogue(connection)
        self._index = SearchIndex(connection)
        self._lexicon = Lexicon(connection)
        self._codes = CodeSearch(self._catalogue, self._index, self._lexicon)
        # From one keystroke to the next the same families are looked through, some with hundreds of titles.
        self._title_words = lru_cache(maxsize=TITLES_KEPT)(word_list)
        self._vocabulary = Vocabulary(connection)
        self._parser = Parser(self._lexicon, self._vocabulary)
        self._ladder = TieredSearch(self._index, self._vocabulary, self._lexicon, self._parser)
        self._narrower = Narrower(
            self._index, self._catalogue, self._lexicon, self._parser, self._ladder, self._title_words
        )
        self._latest: Latest | None = None
        self._axis_words = AxisWords(self._index)

    def warm(self) -> None:
        """Does once what the first searches would otherwise wait for: loads the library that corrects misspellings, and
        the words of 7th characters."""
        self.search(Question("nuemonia"))
        self._axis_words.warm()

    def interrupt(self) -> None:
        """Ends the search that is running, which then raises sqlite3.OperationalError."""
        self._connection.interrupt()

    def search(self, question: Question) -> Answer:
        """The best rows for a question, with the honest total. Never raises for what was typed."""
        started = time.perf_counter()
        answer = self._search(question)
        return replace(answer, elapsed_ms=(time.perf_counter() - started) * 1000)

    def narrow(self, question: Question, stop: Callable[[], bool] = lambda: False) -> Narrowing:
        """Words to narrow the question's rows with, best first, each with the total that it leads to.

        Costs as much as a dozen searches, hence is for a pause in typing; `stop` is asked between them, and ends it
        with the words that are known by then.
        """
        if self._latest is None or self._latest.question != question:
            self.search(question)
        latest = self._latest
        if latest is None:
            return Narrowing(question)
        try:
            return self._narrower.narrow(latest, self._search, stop)
        finally:
            self._latest = latest

    def _search(self, question: Question) -> Answer:
        self._latest = None
        query = self._parser.parse(question.text, as_typed=question.as_typed)
        systems = _both(query.systems, question.filters.systems)
        if systems is None:
            return Answer(question, advice=(_nowhere(query, question.filters.systems),))
        codes = self._codes.rows(query.text, systems, question.filters)
        typed = query
        if codes.reading is CodeReading.BELOW:
            query = self._parser.parse(codes.words, as_typed=question.as_typed)
        icd9 = self._icd9(query, codes, question.filters, systems)
        found = Found() if icd9.rows and "." in query.text else self._find(question, query, codes, systems)
        if _nothing_below(codes, found):
            # `DM2 neurop` is no table of procedures: what it says as a whole, if it says anything.
            whole = self._find(question, typed, CodeRows(), systems)
            if any(candidate.tier < Tier.NEARLY for candidate in whole.candidates):
                query, codes, found = typed, CodeRows(), whole
        # A code that was cut back is an offer, for when no words are found. Rows are folded before they are counted:
        # a family of one and its only code are one.
        offered = codes.reading in NO_CODE and found.candidates
        reasons = {} if offered else self._code_reasons(codes, icd9)
        code_rows = self._index.rows_for(reasons)
        ranked = _best_of_each_node(found.candidates, set(code_rows), max(question.limit, RANKED))
        aside = None if code_rows else self._codes.aside(query.text, systems, question.filters)
        shown = code_rows[: question.limit]
        seen = self._catalogue.nodes([*shown, *(c.entry.node for c in ranked), *((aside,) if aside else ())])
        ordered = _ended_last(ranked, seen)
        best = self._headings_first(ordered)
        hits = self._hits(shown, reasons, best, seen, codes)
        if not shown:
            parts = self._body_parts(best, seen)
            named = {part.node.id for part in parts}
            hits = [*parts, *(hit for hit in hits if hit.node.id not in named)]
        if aside is not None:
            hits = self._with_aside(seen[aside], hits, best)
        explained = None
        if question.explain:
            from app.search.presenting.explain import explain

            worth = {candidate.entry.id: _worth(candidate, seen) for candidate in best}
            explained = explain(
                query,
                hits[: question.limit],
                found.candidates,
                ordered,
                best,
                worth,
                {*code_rows, *(() if aside is None else (aside,))},
            )
        nodes = found.nodes.union(code_rows, (hit.node.id for hit in hits))
        hits = self._with_heading(hits, question.filters)
        elsewhere = () if hits else self._elsewhere(query.text)
        self._latest = Latest(question, query, hits, nodes, found, code_rows)
        return Answer(
            question=question,
            hits=tuple(hits[: question.limit]),
            total=min(len(nodes), COUNTED),
            at_least=found.at_least or len(nodes) > COUNTED,
            by_system=self._by_system(question, query, codes, found, nodes),
            read_as=read_as(best[0]) if best and not code_rows else "",
            explained=explained,
            **advise(question, query, codes, icd9, hits, best, systems, self._index, self._catalogue, elsewhere),
        )

    def _icd9(self, query: Query, codes: CodeRows, filters: Filters, systems: frozenset[System]) -> Icd9Rows:
        """The ICD-10 codes that stand for a code of ICD-9-CM, unless the text is a code that words follow.

        Without its dot it is one only where it is nothing else that is loaded.
        """
        text = query.text.strip(AROUND_CODES)
        if codes.reading is CodeReading.BELOW or not any(c.isdigit() for c in text):
            return Icd9Rows()
        allowed = self._codes.allowed(systems, filters)
        rows: dict[int, str] = {}
        readings = self._catalogue.icd9(_ICD9_LABEL.sub("", text))
        for reading in readings:
            for equivalent in reading.equivalents:
                if equivalent.target is not None and allowed.within(equivalent.target):
                    reason = f"{reading.system_label} {reading.code} → {equivalent.remark}"
                    rows.setdefault(equivalent.target, reason)
        return Icd9Rows(readings, rows)

    def _code_reasons(self, codes: CodeRows, icd9: Icd9Rows) -> dict[int, str]:
        """The rows that are found by code, in order, each with the line that says why."""
        reasons: dict[int, str] = {}
        for key in codes.rows:
            if codes.reading is CodeReading.CUT and codes.node is not None and key == codes.node.id:
                reasons[key] = f"the longest beginning of {codes.typed} that is a code"
            elif codes.reading in NO_CODE:
                reasons[key] = f"where {codes.typed} would stand"
            else:
                reasons[key] = ""
        if codes.reading is CodeReading.CODE or codes.reading is CodeReading.ALONE:
            for key, code in self._index.replacements(codes.rows[:EXACT_READINGS]):
                reasons.setdefault(key, f"replaces {code}, which has ended")
        if codes.reading is CodeReading.WITHIN and codes.node is not None and codes.node.system is not System.CPT:
            return {**icd9.rows, **reasons}
        return {**reasons, **{key: why for key, why in icd9.rows.items() if key not in reasons}}

    def _with_aside(self, node: Node, hits: list[Hit], best: list[Candidate]) -> list[Hit]:
        """Rows with the code that the text is beside being a word: first, or behind what an abbreviation of that
        spelling stands for."""
        stands_for = {candidate.entry.node for candidate in best if candidate.score.by_lexicon}
        found = next((rank for rank, hit in enumerate(hits) if hit.node.id == node.id), PLACE_OF_ASIDE)
        before = hits[: min(found, PLACE_OF_ASIDE)]
        behind = [rank for rank, hit in enumerate(before, 1) if hit.node.id in stands_for]
        place = max(behind, default=0)
        parents = self._catalogue.nodes({node.parent} if node.parent is not None else ())
        others = [hit for hit in hits if hit.node.id != node.id]
        return [*others[:place], Hit(node, MatchKind.CODE, place=_place(node, parents)), *others[place:]]

    def _elsewhere(self, text: str) -> tuple[Node, ...]:
        """Codes that a text is when scope and filters are left aside."""
        section = self._catalogue.find_range(text)
        return (section,) if section is not None else self._catalogue.readings(text)

    def _find(self, question: Question, query: Query, codes: CodeRows, systems: frozenset[System]) -> Found:
        """What is found by words, as far as the text is not a code and nothing else."""
        match codes.reading:
            case CodeReading.ALONE:
                return Found()
            case CodeReading.BELOW if codes.node is not None:
                # A finished code, or a family of them, has no headings of its own to look through.
                if not codes.node.has_children or codes.node.is_family:
                    return Found()
                filters = replace(question.filters, within=codes.node.id)
                return self._ladder.run(query, question, filters, systems)
            case CodeReading.CODE if _only_a_code(query):
                return Found()
            case _:
                found = self._ladder.run(query, question, question.filters, systems)
        # `E11.45` is meant as a code: what holds a 45 somewhere is no answer to it.
        code_meant = _only_a_code(query) and (codes.reading in NO_CODE or shape_of(query.text) is not None)
        if code_meant and all(candidate.tier is Tier.NEARLY for candidate in found.candidates):
            return Found()
        return found

    # Rows

    def _hits(
        self,
        code_rows: list[int],
        reasons: dict[int, str],
        best: list[Candidate],
        nodes: dict[int, Node],
        codes: CodeRows,
    ) -> list[Hit]:
        parents = self._catalogue.nodes({node.parent for node in nodes.values() if node.parent is not None})
        kind = MatchKind.PARTIAL if codes.reading is CodeReading.WITHIN else MatchKind.CODE
        hits = [
            Hit(
                nodes[key],
                kind if key in codes.rows else MatchKind.CODE,
                reasons.get(key, ""),
                place=_place(nodes[key], parents),
            )
            for key in code_rows
        ]
        shown = set(code_rows)
        for rank, candidate in enumerate(best):
            node = nodes[candidate.entry.node]
            place = _place(node, parents)
            kind, reason = kind_and_reason(candidate, node)
            readings = candidate.score.readings
            if rank < VARIANTS_SOUGHT and node.is_family and candidate.tier in (Tier.VARIANTS, Tier.SPELLING):
                variant = determined(self._catalogue.children(node.id), candidate, self._lexicon, self._title_words)
                if variant is not None and variant.id not in shown:
                    shown.add(variant.id)
                    asked = tuple(
                        by or slot.readings[0] for by, slot in zip(readings, candidate.query.slots, strict=True)
                    )
                    if candidate.entry.kind is EntryKind.INDEX:
                        asked = candidate.query.readings
                    hits.append(Hit(variant, kind, reason, asked, place=place))
            if node.id not in shown:
                shown.add(node.id)
                # Only a line that quotes an entry holds words to mark; the others name what was typed anyway.
                is_quote = candidate.entry.kind is not EntryKind.TITLE
                quoted = ((0, len(said(reason)), readings),) if is_quote else ()
                axes = self._axis_words.said(candidate, node)
                if axes:
                    start = len(reason) + 3 if reason else 0
                    reason = f"{reason} · {axes}" if reason else axes
                    quoted += ((start, len(reason), candidate.query.readings),)
                hits.append(Hit(node, kind, reason, readings, quoted, place))
        return hits

    def _body_parts(self, best: list[Candidate], nodes: dict[int, Node]) -> list[Hit]:
        """What lines of the PCS Index lead to in the tables that they name: `Lobectomy` leads to resections of the
        respiratory system, of which `right upper lobectomy` is one.

        Only where nothing holds all words, since a line does not name the parts of the body.
        """
        hits: list[Hit] = []
        if not best or best[0].tier is not Tier.NEARLY:
            return hits
        for candidate in best[:TABLES_SOUGHT]:
            node = nodes[candidate.entry.node]
            if candidate.entry.kind is not EntryKind.INDEX or node.level is not Level.OPERATION:
                continue
            slots = candidate.query.slots
            asked = [slots[number].readings for number in candidate.score.missing]
            families = [f for f in self._catalogue.children(node.id) if holds_all(self._title_words(f.title), asked)]
            if len(families) <= MOST_BODY_PARTS:
                kind, reason = kind_and_reason(candidate, node)
                reason = said(reason)
                readings = tuple(reading for slot in asked for reading in slot)
                place = f"{node.code} › {node.title}"
                hits += [Hit(f, kind, reason, readings, place=place) for f in families]
        # A line that leads to excisions and to resections means what is taken out whole.
        return sorted(hits, key=lambda hit: not hit.node.code.startswith(RESECTION, 2))[:MOST_BODY_PARTS]

    def _with_heading(self, hits: list[Hit], filters: Filters) -> list[Hit]:
        """Rows with the heading above the first one behind the first few, unless it is there: the words may lead to a
        code that leaves unsaid what its heading lets one choose. It is offered beside what was found, not counted."""
        first = next((hit for hit in hits if hit.kind is not MatchKind.CODE), None)
        if first is None or first.node.parent is None or filters.valid_only:
            return hits
        if filters.within is not None and not filters.within < first.node.parent:
            return hits
        above = next(iter(self._catalogue.nodes({first.node.parent}).values()))
        if above.level not in CHOICES or above.id in {hit.node.id for hit in hits[:FIRST_ROWS]}:
            return hits
        parents = self._catalogue.nodes({above.parent} if above.parent is not None else ())
        reason = f"the heading of {first.node.code}"
        place_of = _place(above, parents)
        heading = Hit(above, first.kind, reason, place=place_of, beside=True)
        others = [hit for hit in hits if hit.node.id != above.id]
        place = min(PLACE_OF_HEADING, len(others))
        while place < len(others) and others[place].kind is MatchKind.CODE:
            place += 1
        return [*others[:place], heading, *others[place:]]

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

    def _by_system(
        self, question: Question, query: Query, codes: CodeRows, found: Found, nodes: set[int]
    ) -> dict[System, int]:
        """Rows of each code set, 1,000 meaning 1,000 or more. A code set outside the filter is counted as if it
        alone were asked for; it is left out where that would take a whole search more."""
        counts = dict.fromkeys(self._index.systems, 0)
        # Of tens of thousands of rows: counted by block, without a call of ours for each.
        for block, count in Counter(map(BLOCK_BITS.__rrshift__, nodes)).items():
            counts[system_of(block << BLOCK_BITS)] += count
        if query.systems:
            return {system: min(count, COUNTED) for system, count in counts.items()}
        chosen = question.filters.systems
        for system in tuple(counts):
            if chosen and system not in chosen:
                count = self._count_outside(system, question, query, codes, found)
                if count is None:
                    del counts[system]
                else:
                    counts[system] = count
        return {system: min(count, COUNTED) for system, count in counts.items()}

    def _count_outside(
        self, system: System, question: Question, query: Query, codes: CodeRows, found: Found
    ) -> int | None:
        alone = frozenset({system})
        if codes.reading is not CodeReading.BELOW:
            rows = self._codes.rows(query.text, alone, question.filters)
            if rows.reading is not CodeReading.NONE:
                only = rows.reading is CodeReading.ALONE or (rows.reading is CodeReading.CODE and _only_a_code(query))
                return len(self._index.rows_for(rows.rows[:COUNTED])) if only else None
        if not query.slots:
            return 0
        if not found.strict or query.phrases or codes.reading is not CodeReading.NONE:
            return None
        count = self._ladder.count(query, question.filters, system, found.left_out)
        return count if count >= FEW else None


def _both(scope: frozenset[System], chosen: frozenset[System]) -> frozenset[System] | None:
    """The code sets that a scope prefix and a filter leave, empty for all; None when they exclude each other."""
    if scope and chosen:
        return scope & chosen or None
    return scope or chosen


def _nowhere(query: Query, chosen: frozenset[System]) -> str:
    return f"The text asks for {labels(query.systems)}, the filter for {labels(chosen)}: drop one of them."


def _only_a_code(query: Query) -> bool:
    """Whether the text is one word with a digit in it, which as a code it is likelier than as a word."""
    return len(query.slots) <= 2 and any(c.isdigit() for c in query.text) and len(query.text.split()) == 1


def _nothing_below(codes: CodeRows, found: Found) -> bool:
    """Whether words follow the beginning of a code of ICD-10-PCS below which nothing holds them all."""
    node = codes.node
    if codes.reading is not CodeReading.BELOW or node is None or node.system is not System.ICD10PCS or node.billable:
        return False
    return all(candidate.tier is Tier.NEARLY for candidate in found.candidates)


def _best_of_each_node(candidates: list[Candidate], shown: set[int], limit: int) -> list[Candidate]:
    """The best candidate of each node, in order. Where Index line and title agree on a node, it stands before one that
    the line alone leads to: `Appendectomy` leads to excisions and resections, and means a resection."""
    by_line = {c.entry.node for c in candidates if c.entry.kind is EntryKind.INDEX}
    agreed = by_line & {c.entry.node for c in candidates if c.entry.kind is not EntryKind.INDEX}

    best: dict[int, Candidate] = {}
    candidates = [c._replace(value=c.value + AGREEMENT) if c.entry.node in agreed else c for c in candidates]
    for candidate in sorted(candidates, key=lambda c: c.order):
        if candidate.entry.node not in shown:
            best.setdefault(candidate.entry.node, candidate)
        if len(best) >= limit:
            break
    return list(best.values())


def _answers_as_well(heading: Candidate, detail: Candidate) -> bool:
    """Whether a heading goes before its detail. One that only an Index line leads to does not where the detail's own
    text is what was typed: an older Index names the heading that the code was before it was divided."""
    by_index = heading.entry.kind is EntryKind.INDEX and detail.entry.kind is not EntryKind.INDEX
    if by_index and detail.tier is Tier.WHOLE:
        return False
    return heading.tier <= detail.tier and heading.value >= NEARLY_AS_WELL * detail.value


def _ended_last(ranked: list[Candidate], nodes: dict[int, Node]) -> list[Candidate]:
    """Candidates with those of ended codes behind valid ones that fit alike."""
    if not any(nodes[candidate.entry.node].status is CodeStatus.ENDED for candidate in ranked):
        return ranked
    return sorted(ranked, key=lambda candidate: (candidate.tier, -_worth(candidate, nodes), candidate.entry.id))


def _worth(candidate: Candidate, nodes: dict[int, Node]) -> float:
    """What a candidate counts for beside others of its tier."""
    ended = nodes[candidate.entry.node].status is CodeStatus.ENDED
    return candidate.value * (ENDED_FACTOR if ended else 1.0)


def _place(node: Node, parents: dict[int, Node]) -> str:
    """Where a row stands: the code and title above it; at the top of a code set, what that is."""
    parent = parents.get(node.parent) if node.parent is not None else None
    if parent is None:
        return TOPS.get(node.system) or ("Chapter" if node.level is Level.CHAPTER else "Section")
    if parent.level is Level.CHAPTER:
        return f"Chapter {parent.code} › {parent.title}"
    if parent.system is System.MODIFIER:
        # `A1-XU` is the first and the last that are loaded, which is no name.
        return parent.title
    return f"{parent.code} › {parent.title}"
