"""Make the rows of an answer from codes and candidates in order: each with its reason and its place in the code set."""

from collections.abc import Callable, Collection, Mapping
from functools import partial

from app.codes.names import printed_code
from app.codes.node import Level, Node
from app.codes.systems import System
from app.library.entries import EntryKind
from app.library.reading.catalogue import Catalogue
from app.search import texts
from app.search.answer import Explanation, Filters, Hit
from app.search.code_search import CodeReading, CodeSearch
from app.search.drug_search import DrugRows
from app.search.finding import Findings
from app.search.matching.candidates import Candidate, Tier
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.query import MatchKind, Reading
from app.search.presenting.axis_words import AxisWords
from app.search.presenting.family_variant import determined_variant, holds_all
from app.search.presenting.reasons import kind_and_reason, quoted_part, stated_corrections
from app.search.ranking import Ranking
from app.search.row_filter import RowFilter

INDEX_LINES_EXPANDED = 40
"""Candidates whose Index lines are searched for body parts."""

RESECTION = "T"
"""The third character of the Medical and Surgical tables of resections."""

MOST_BODY_PARTS = 6
"""A line that leads to more body parts than these is too vague."""

CHOICES = frozenset({Level.CATEGORY, Level.SUBCATEGORY, Level.CODE})
"""Levels of ICD-10-CM whose codes are a choice for a coder, not a list to browse."""

FIRST_ROWS = 10
"""Rows among which a heading is not offered again."""

HEADING_POSITION = 3
"""The position at which a heading is offered, after the rows found by code."""

WORD_CODE_POSITION = 2
"""The lowest position of a code that is an abbreviation as well (`ms`, `dm2`): below the two best meanings of that."""

WITH_VARIANT_ROWS = (Tier.PROCEDURE, Tier.VARIANTS, Tier.SPELLING)
"""Tiers in which a family's codes are searched for one that the words determine."""

FAMILIES_SEARCHED = 3
"""Families among so many first rows are searched for a variant that the words determine."""


class RowBuilder:
    """Makes rows; `words_of` gives the words of a title."""

    def __init__(
        self,
        catalogue: Catalogue,
        codes: CodeSearch,
        lexicon: Lexicon,
        axis_words: AxisWords,
        words_of: Callable[[str], list[str]],
    ) -> None:
        self._catalogue = catalogue
        self._codes = codes
        self._lexicon = lexicon
        self._axis_words = axis_words
        self._words_of = words_of

    def rows(self, findings: Findings, ranking: Ranking) -> list[Hit]:
        """Return the rows of an answer that count towards its total."""
        nodes, best = ranking.nodes, ranking.best
        parents = self._catalogue.nodes({node.parent for node in nodes.values() if node.parent is not None})
        code_rows = _code_rows(findings, ranking, parents)
        row_filter = self._codes.row_filter(findings.systems, findings.question.filters)
        rows = [*code_rows, *self._word_rows(ranking, parents, row_filter)]
        if not code_rows:
            body_parts = [row for row in self._body_parts(best, nodes) if row_filter.allows(row.node)]
            seen = {row.node.id for row in body_parts}
            rows = [*body_parts, *(row for row in rows if row.node.id not in seen)]
        if ranking.word_code is not None:
            rows = self._with_word_code(nodes[ranking.word_code], rows, best)
        drugs = findings.drugs
        return self._with_drugs(drugs, rows) if drugs.rows or drugs.drugs else rows

    def _word_rows(self, ranking: Ranking, parents: Mapping[int, Node], row_filter: RowFilter) -> list[Hit]:
        """Return the rows of candidates; a variant that the words determine stands before its family, if it passes the
        filters as well: not every code of a family is a CC."""
        rows: list[Hit] = []
        seen = set(ranking.shown_codes)
        # The line above all rows states how the first one is read, unless rows by code stand before it.
        stated = stated_corrections(ranking.best[:1]) if not ranking.code_rows else frozenset[tuple[str, str]]()
        if any(None in candidate.score.readings for candidate in ranking.best):
            # Explanations are made later, perhaps in a thread that may not read the library.
            self._axis_words.load()
        for rank, candidate in enumerate(ranking.best):
            node = ranking.nodes[candidate.entry.node]
            if rank < FAMILIES_SEARCHED and node.is_family and candidate.tier in WITH_VARIANT_ROWS:
                variant = determined_variant(
                    self._catalogue.children(node.id), candidate, self._lexicon, self._words_of
                )
                if variant is not None and variant.id not in seen and row_filter.allows(variant):
                    seen.add(variant.id)
                    kind, reason = kind_and_reason(candidate, node, stated)
                    explanation = Explanation(kind, reason, location=location_of(node, parents))
                    rows.append(Hit(variant, explanation, _readings_in_variant(candidate)))
            if node.id not in seen:
                seen.add(node.id)
                explain = partial(self._explanation, candidate, node, parents, stated)
                rows.append(Hit(node, explain, candidate.score.readings))
        return rows

    def _explanation(
        self, candidate: Candidate, node: Node, parents: Mapping[int, Node], stated: Collection[tuple[str, str]]
    ) -> Explanation:
        """Return the explanation of a row that was found by words. Reads nothing from the library."""
        kind, reason = kind_and_reason(candidate, node, stated)
        # Only a reason that quotes an entry has words to mark; the others name what was typed anyway.
        is_quote = candidate.entry.kind is not EntryKind.TITLE
        reason_matches = ((0, len(quoted_part(reason)), candidate.score.readings),) if is_quote else ()
        axes = self._axis_words.reason(candidate, node)
        if axes:
            start = len(reason) + len(texts.REASON_SEPARATOR) if reason else 0
            reason = f"{reason}{texts.REASON_SEPARATOR}{axes}" if reason else axes
            reason_matches += ((start, len(reason), candidate.query.readings),)
        return Explanation(kind, reason, reason_matches, location_of(node, parents))

    def _body_parts(self, best: list[Candidate], nodes: Mapping[int, Node]) -> list[Hit]:
        """Return the body parts that were typed, in the tables to which lines of the PCS Index lead: `Lobectomy` leads
        to resections of the respiratory system, and `right upper lobectomy` is one of these.

        Only if no entry holds all words, since a line does not name the body parts.
        """
        rows: list[Hit] = []
        if not best or not best[0].tier.is_loose:
            return rows
        for candidate in best[:INDEX_LINES_EXPANDED]:
            node = nodes[candidate.entry.node]
            if candidate.entry.kind is not EntryKind.INDEX or node.level is not Level.OPERATION:
                continue
            slots = candidate.query.slots
            missing = [slots[number].readings for number in candidate.score.missing]
            families = [f for f in self._catalogue.children(node.id) if holds_all(self._words_of(f.title), missing)]
            if len(families) <= MOST_BODY_PARTS:
                kind, reason = kind_and_reason(candidate, node)
                reason = quoted_part(reason)
                readings = tuple(reading for slot in missing for reading in slot)
                explanation = Explanation(kind, reason, location=texts.below(printed_code(node), node.title))
                rows += [Hit(family, explanation, readings) for family in families]
        # A line that leads to both excisions and resections means the whole body part.
        return sorted(rows, key=lambda row: not row.node.code.startswith(RESECTION, 2))[:MOST_BODY_PARTS]

    def _with_word_code(self, node: Node, rows: list[Hit], best: list[Candidate]) -> list[Hit]:
        """Return rows with the code that is spelled like the typed word: first, or after the meanings of an
        abbreviation with that spelling."""
        meanings = {candidate.entry.node for candidate in best if candidate.score.by_lexicon}
        position = next((rank for rank, row in enumerate(rows) if row.node.id == node.id), WORD_CODE_POSITION)
        before = rows[: min(position, WORD_CODE_POSITION)]
        position = max((rank for rank, row in enumerate(before, 1) if row.node.id in meanings), default=0)
        parents = self._catalogue.nodes({node.parent} if node.parent is not None else ())
        others = [row for row in rows if row.node.id != node.id]
        word_code = Hit(node, Explanation(MatchKind.CODE, location=location_of(node, parents)))
        return [*others[:position], word_code, *others[position:]]

    def _with_drugs(self, drugs: DrugRows, rows: list[Hit]) -> list[Hit]:
        """Return rows with those of the drugs that the text names: first, or after the best rows of a text that says
        more than their names. What contradicts them is last."""
        found = {node.id for node, _ in drugs.rows}
        parents = self._catalogue.nodes({node.parent for node, _ in drugs.rows if node.parent is not None})
        drug_rows = [
            Hit(node, Explanation(MatchKind.EVERYDAY, reason, location=location_of(node, parents)))
            for node, reason in drugs.rows
        ]
        last = [row for row in rows if drugs.contradicts(row.node)]
        if last:
            strange = {row.node.id for row in last}
            rows = [*(row for row in rows if row.node.id not in strange), *last]
        position = drugs.position
        # A row that the words put higher stays there.
        before = rows[:position]
        earlier = {row.node.id for row in before}
        drug_rows = [row for row in drug_rows if row.node.id not in earlier]
        return [*before, *drug_rows, *(row for row in rows[position:] if row.node.id not in found)]

    def with_heading(self, rows: list[Hit], filters: Filters) -> list[Hit]:
        """Return rows with the parent of the first one after the first few, unless it is there: the words may lead to a
        code where its parent offers a choice. The parent is not counted."""
        first = next((row for row in rows if row.kind is not MatchKind.CODE), None)
        if first is None or first.node.parent is None or filters.valid_only or filters.cc_only:
            return rows
        if filters.within is not None and not filters.within < first.node.parent:
            return rows
        parent = next(iter(self._catalogue.nodes({first.node.parent}).values()))
        if parent.level not in CHOICES or parent.id in {row.node.id for row in rows[:FIRST_ROWS]}:
            return rows
        parents = self._catalogue.nodes({parent.parent} if parent.parent is not None else ())
        location = location_of(parent, parents)
        explanation = Explanation(first.kind, texts.parent_of(first.node.code), location=location)
        heading = Hit(parent, explanation, uncounted=True)
        others = [row for row in rows if row.node.id != parent.id]
        position = min(HEADING_POSITION, len(others))
        while position < len(others) and others[position].kind is MatchKind.CODE:
            position += 1
        return [*others[:position], heading, *others[position:]]


def _code_rows(findings: Findings, ranking: Ranking, parents: Mapping[int, Node]) -> list[Hit]:
    """Return the rows that were found by code."""
    codes = findings.codes
    kind = MatchKind.PARTIAL if codes.reading is CodeReading.SECTION else MatchKind.CODE
    return [
        Hit(
            ranking.nodes[key],
            Explanation(
                kind if key in codes.rows else MatchKind.CODE,
                ranking.code_reasons.get(key, ""),
                location=location_of(ranking.nodes[key], parents),
            ),
        )
        for key in ranking.shown_codes
    ]


def _readings_in_variant(candidate: Candidate) -> tuple[Reading, ...]:
    """Return the readings to mark in the title of a variant: those that matched its family, else the first ones."""
    if candidate.entry.kind is EntryKind.INDEX:
        return candidate.query.readings
    return tuple(
        reading or slot.readings[0]
        for reading, slot in zip(candidate.score.readings, candidate.query.slots, strict=True)
    )


def location_of(node: Node, parents: Mapping[int, Node]) -> str:
    """Return the code and title of a node's parent, or the name of its code set or level at the top."""
    parent = parents.get(node.parent) if node.parent is not None else None
    if parent is None:
        return texts.TOP_LOCATIONS.get(node.system) or (texts.CHAPTER if node.level is Level.CHAPTER else texts.SECTION)
    if parent.level is Level.CHAPTER:
        return texts.in_chapter(parent.code, parent.title)
    if parent.system is System.MODIFIER:
        # `A1-XU` are the first and the last modifier that are loaded, not a name.
        return parent.title
    return texts.below(printed_code(parent), parent.title)
