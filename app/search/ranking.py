"""The third step of a search: put codes and candidates in the order of their rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from app.codes.node import CodeStatus, Node
from app.library.entries import EntryKind
from app.library.reading.catalogue import Catalogue
from app.library.tokens import bare
from app.search import texts
from app.search.code_search import UNLOADED_READINGS, CodeReading, CodeRows, CodeSearch, Icd9Rows, padding_reason
from app.search.finding import Findings
from app.search.matching.candidates import Candidate, Tier
from app.search.matching.entry_weights import RESIDUAL_WORDS
from app.search.matching.index import SearchIndex
from app.search.parsing.query import MatchKind, Query
from app.search.parsing.roles import HISTORY

AGREEMENT = 0.02
"""The gain of a node that both an Index line and a title lead to: enough to decide between rows that are otherwise
alike, and no more."""

HEADING_SHARE = 0.9
"""A heading with at least this share of its detail's value stands before it."""

ENDED_FACTOR = 0.8
"""The factor for an ended code: it is worth as much as a valid one whose text is half unsaid. Official descriptors
of drugs change by a word or a dose, so that with a higher factor the old code would win by its shorter text; with a
lower one a code whose old title was typed would stand too far down."""

LEAST_RANKED = 60
"""Rows that are put in order even if fewer are asked for, so that the first ones do not depend on the limit."""

MANIFESTATION_FACTOR = 0.8
"""The factor for a manifestation found by an inclusion term, in which the words `in diseases classified elsewhere` of
its title are not said: `Glomerulonephritis` under N08 is that of a disease coded before it."""

SECONDARY = "secondary"
SAME_VALUE = 0.01
"""Two siblings whose values differ by less are found alike."""

METASTATIC = "metastatic "
SECONDARY_FACTOR = 0.9
"""The factor for a secondary neoplasm where the lexicon reads the text as the primary: `metastatic breast cancer` has
come from the breast."""

UNSPECIFIED = "unspecified"
OTHER = "other"
WORDS_OF_REST = frozenset({UNSPECIFIED, "specified"})
"""Words of titles for what is not divided further."""

KINDS_OF_MEANINGS = (MatchKind.ABBREVIATION, MatchKind.EVERYDAY)
"""The kinds of readings by a meaning that the lexicon gives for a phrase."""

EXACT_READINGS = 6
"""One for each code set: at most so many of the first rows are the typed code itself."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The rows in order. `code_rows` are the rows found by code, with their reasons by id, and `best` the others.

    `shown_codes` are those of `code_rows` that the question's limit admits. `word_code` is a code that is spelled like
    the word that was typed. `ordered` are the best candidates before headings were put before their details. `nodes`
    are those of all rows.
    """

    code_rows: list[int]
    shown_codes: list[int]
    code_reasons: Mapping[int, str]
    word_code: int | None
    ordered: list[Candidate]
    best: list[Candidate]
    nodes: dict[int, Node]


class Ranker:
    """Puts findings in order."""

    def __init__(self, catalogue: Catalogue, index: SearchIndex, codes: CodeSearch) -> None:
        self._catalogue = catalogue
        self._index = index
        self._codes = codes

    def rank(self, findings: Findings) -> Ranking:
        """Return the rows of findings in order."""
        question, query, candidates = findings.question, findings.query, findings.matches.candidates
        # A shortened code, or a section, is offered only if no words match. Rows are folded before they are counted: a
        # family of one and its only code are one.
        superseded = findings.codes.reading in UNLOADED_READINGS and candidates
        reasons = findings.icd9.rows if superseded else self._code_reasons(findings.codes, findings.icd9)
        code_rows = self._index.rows_for(reasons)
        if _names_primary(query):
            candidates = [c._replace(value=c.value * SECONDARY_FACTOR) if _is_secondary(c) else c for c in candidates]
        candidates = self._with_manifestations_later(candidates)
        ranked = _best_of_each_node(candidates, set(code_rows), max(question.limit, LEAST_RANKED))
        word_code = None
        if not code_rows:
            word_code = self._codes.code_of_word(query.text, findings.systems, question.filters)
        shown_codes = code_rows[: question.limit]
        word_codes = () if word_code is None else (word_code,)
        nodes = self._catalogue.nodes([*shown_codes, *(c.entry.node for c in ranked), *word_codes])
        ordered = _ended_last(ranked, nodes)
        asks = any(reading.words == (UNSPECIFIED,) for slot in query.slots for reading in slot.readings)
        return Ranking(
            code_rows,
            shown_codes,
            reasons,
            word_code,
            ordered,
            self._headings_first(ordered, asks_for_unspecified=asks),
            nodes,
        )

    def _with_manifestations_later(self, candidates: list[Candidate]) -> list[Candidate]:
        """Return candidates with manifestations that are found by no more than an inclusion term further down: they are
        never listed first, and the term, which says the disease by itself, means that of another disease."""
        whole = {c.entry.node for c in candidates if c.tier is Tier.WHOLE and c.entry.kind is EntryKind.INCLUSION}
        if not whole:
            return candidates
        later = {key for key, node in self._catalogue.nodes(whole).items() if node.status is CodeStatus.MANIFESTATION}
        return [_after_diseases(c) if c.entry.node in later else c for c in candidates] if later else candidates

    def _code_reasons(self, codes: CodeRows, icd9: Icd9Rows) -> dict[int, str]:
        """Return the rows that are found by code, in order, each with its reason."""
        reasons: dict[int, str] = {}
        for key in codes.rows:
            if codes.padded is not None and key == codes.padded.id:
                reasons[key] = padding_reason(codes.typed, codes.padded)
            elif codes.reading is CodeReading.SHORTENED:
                is_section = codes.node is None or key != codes.node.id
                reasons[key] = texts.would_hold(codes.typed) if is_section else texts.closest_code(codes.typed)
            elif codes.reading in UNLOADED_READINGS:
                reasons[key] = texts.would_hold(codes.typed)
            else:
                reasons[key] = ""
        if codes.reading is CodeReading.CODE or codes.reading is CodeReading.CODE_ONLY:
            for key, code in self._index.replacements(codes.rows[:EXACT_READINGS]):
                reasons.setdefault(key, texts.replaces(code))
        if codes.reading is CodeReading.SECTION and not icd9.is_offer:
            # A code of ICD-9-CM that exists is meant rather than a range into which an unknown code would fall.
            return {**icd9.rows, **reasons}
        return {**reasons, **{key: reason for key, reason in icd9.rows.items() if key not in reasons}}

    def _headings_first(self, rows: list[Candidate], *, asks_for_unspecified: bool) -> list[Candidate]:
        """Put each heading before its own details, if it answers nearly as well and in the same tier; but after one
        that says no more, which is a code, or that is meant."""
        by_node = {row.entry.node: row for row in rows}
        parent_of = self._index.parents(by_node)
        rows = _unspecified_before_others(rows, parent_of)
        ordered: dict[int, Candidate] = {}
        before = _codes_before_headings(rows, by_node, parent_of, asks_for_unspecified=asks_for_unspecified)
        for row in rows:
            if row.entry.node in before:
                detail = before[row.entry.node]
                ordered.setdefault(detail.entry.node, detail)
            headings: list[Candidate] = []
            node = parent_of.get(row.entry.node)
            while node is not None:
                heading = by_node.get(node)
                is_after = asks_for_unspecified and before.get(node) is row
                if heading is not None and not is_after and _answers_as_well(heading, row):
                    headings.append(heading)
                node = parent_of.get(node)
            for earlier in [*reversed(headings), row]:
                ordered.setdefault(earlier.entry.node, earlier)
        return list(ordered.values())


def worth(candidate: Candidate, nodes: Mapping[int, Node]) -> float:
    """Return the value of a candidate beside others of its tier, which is less for an ended code."""
    ended = nodes[candidate.entry.node].status is CodeStatus.ENDED
    return candidate.value * (ENDED_FACTOR if ended else 1.0)


def _after_diseases(candidate: Candidate) -> Candidate:
    """Return a candidate for a manifestation, in the tier of texts that say more than was typed."""
    if candidate.tier is not Tier.WHOLE or candidate.entry.kind is EntryKind.TITLE:
        return candidate
    return candidate._replace(tier=Tier.WORDS, value=candidate.value * MANIFESTATION_FACTOR)


def _names_primary(query: Query) -> bool:
    """Return whether a text says that a cancer is metastatic which the lexicon reads as the primary."""
    return any(
        slot.typed.startswith(METASTATIC) and SECONDARY not in reading.words
        for slot in query.slots
        for reading in islice((r for r in slot.readings if r.kind in KINDS_OF_MEANINGS), 1)
    )


def _is_secondary(candidate: Candidate) -> bool:
    return SECONDARY in candidate.entry.words


def _best_of_each_node(candidates: list[Candidate], code_rows: set[int], limit: int) -> list[Candidate]:
    """Return the best candidate of each node, in order, without nodes that have a row by code.

    A node to which both Index line and title lead stands before one to which only the line does: `Appendectomy` leads
    to excisions and resections, and means a resection.
    """
    by_line: set[int] = set()
    otherwise: set[int] = set()
    for candidate in candidates:
        (by_line if candidate.entry.kind is EntryKind.INDEX else otherwise).add(candidate.entry.node)
    agreed = by_line & otherwise
    # The number of the candidate decides at last, so that nothing else of it is compared.
    keyed = [
        (c.tier, -c.value - AGREEMENT if c.entry.node in agreed else -c.value, c.entry.id, number)
        for number, c in enumerate(candidates)
    ]
    keyed.sort()
    best: dict[int, Candidate] = {}
    for _, negative_value, _, number in keyed:
        candidate = candidates[number]
        node = candidate.entry.node
        if node not in best and node not in code_rows:
            best[node] = candidate._replace(value=-negative_value) if node in agreed else candidate
        if len(best) >= limit:
            break
    return list(best.values())


def _answers_as_well(heading: Candidate, detail: Candidate) -> bool:
    """Return whether a heading goes before its detail. A heading found only by an Index line does not if the detail's
    own text is what was typed: an older Index names the heading under which the code was before it was divided."""
    by_index = heading.entry.kind is EntryKind.INDEX and detail.entry.kind is not EntryKind.INDEX
    if by_index and detail.tier is Tier.WHOLE:
        return False
    if _is_meant(detail, heading) or (heading.value < detail.value and _says_less(heading, detail)):
        return False
    return heading.tier <= detail.tier and heading.value >= HEADING_SHARE * detail.value


def _codes_before_headings(
    rows: Iterable[Candidate],
    by_node: Mapping[int, Candidate],
    parent_of: Mapping[int, int | None],
    *,
    asks_for_unspecified: bool,
) -> dict[int, Candidate]:
    """Return the details that stand before their headings, by the headings' ids: J18.9 and Z90.49 say just what J18
    and Z90.4 say, and nothing can be more unspecified; and where `nos` was typed, the codes that say so."""
    before: dict[int, Candidate] = {}
    for row in rows:
        node = parent_of.get(row.entry.node)
        heading = None if node is None else by_node.get(node)
        if heading is None or (row.tier is not heading.tier and (row.tier.is_loose or not asks_for_unspecified)):
            continue
        if _says_as_much(row, heading, asks_for_unspecified=asks_for_unspecified):
            before.setdefault(heading.entry.node, row)
    return before


def _unspecified_before_others(rows: list[Candidate], parent_of: Mapping[int, int | None]) -> list[Candidate]:
    """Return rows with a code for what is not specified before its sibling for what is specified otherwise, where the
    text has led to both alike: `Family history of other colon polyps` are those of a named kind."""
    ordered = list(rows)
    for row in rows:
        if UNSPECIFIED not in row.entry.words:
            continue
        parent, place = parent_of.get(row.entry.node), ordered.index(row)
        earlier = [
            number
            for number, other in enumerate(ordered[:place])
            if OTHER in other.entry.words and UNSPECIFIED not in other.entry.words
            if other.tier is row.tier and parent_of.get(other.entry.node) == parent
            if other.value - row.value < SAME_VALUE and HISTORY in row.entry.words
        ]
        if earlier:
            ordered.insert(earlier[0], ordered.pop(place))
    return ordered


def _says_as_much(detail: Candidate, heading: Candidate, *, asks_for_unspecified: bool) -> bool:
    """Return whether a code says no more than its heading, or is the meaning of what was typed."""
    if asks_for_unspecified and UNSPECIFIED in (detail.entry.words[0], detail.entry.words[-1]):
        # `rosacea nos` asks for the code that says so.
        return UNSPECIFIED not in heading.entry.words or detail.entry.words == heading.entry.words
    if UNSPECIFIED in detail.entry.words and UNSPECIFIED not in heading.entry.words:
        return False
    is_same = heading.entry.kind is EntryKind.TITLE and detail.entry.words == heading.entry.words
    is_same = is_same and not WORDS_OF_REST.isdisjoint(detail.entry.words)
    return (is_same and detail.value >= heading.value) or _is_meant(detail, heading)


def _is_meant(detail: Candidate, heading: Candidate) -> bool:
    """Return whether the first meaning of the typed phrase is the detail's text in full, and not the heading's: `mi` is
    an infarction that is not specified."""
    if len(detail.query.slots) != 1 or heading.value > detail.value:
        return False
    readings = detail.query.slots[0].readings
    meaning = next((reading.words for reading in readings if reading.kind in KINDS_OF_MEANINGS), ())
    if len(meaning) != len(detail.entry.words) or len(meaning) == len(heading.entry.words):
        return False
    return meaning == tuple(map(bare, detail.entry.words))


def _says_less(heading: Candidate, detail: Candidate) -> bool:
    """Return whether a heading lacks a side or number that its detail holds, or holds a number only within a wider
    range: `weeks 10-19` does not stand before week 10. Nor does `Other ...` before a detail that the Index has under
    what was typed."""
    if not RESIDUAL_WORDS.isdisjoint(heading.entry.words) and RESIDUAL_WORDS.isdisjoint(detail.entry.words):
        return detail.entry.kind is EntryKind.INDEX
    if heading.query is not detail.query:
        return False
    # A heading to which the Index leads for a stage is that of all stages.
    by_index = heading.entry.kind is EntryKind.INDEX and detail.entry.kind is EntryKind.TITLE
    pairs = zip(heading.query.slots, heading.score.readings, detail.score.readings, strict=True)
    return any(
        of_heading is None or (slot.number_of and (by_index or of_heading.quality < of_detail.quality))
        for slot, of_heading, of_detail in pairs
        if (slot.number_of or slot.is_side) and of_detail is not None
    )


def _ended_last(ranked: list[Candidate], nodes: Mapping[int, Node]) -> list[Candidate]:
    """Return candidates with ended codes after valid ones that match as well."""
    if not any(nodes[candidate.entry.node].status is CodeStatus.ENDED for candidate in ranked):
        return ranked
    return sorted(ranked, key=lambda candidate: (candidate.tier, -worth(candidate, nodes), candidate.entry.id))
