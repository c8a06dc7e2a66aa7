"""Advice and links to other searches when little or nothing matches: a search never answers with silence."""

import re

from app.codes.node import Level, Node
from app.codes.pcs import PCS_SECTIONS
from app.codes.shapes import AROUND_CODES, CodeShape, of_another_set, shape_of, unassigned_place
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.library.tokens import bare, fold, words
from app.search import texts
from app.search.answer import Filters, Hit
from app.search.code_search import UNLOADED_READINGS, CodeReading, CodeRows, Icd9Rows
from app.search.drug_search import Context, DrugRows
from app.search.finding import Findings
from app.search.matching.candidates import Candidate
from app.search.matching.index import SearchIndex
from app.search.parsing.query import Offer, Query

FEW_HITS = 3
"""With fewer rows than this, searches without one of the words are suggested."""

LONG_TEXT = 8
"""Words; most titles have fewer."""

MOST_SUGGESTIONS = 3

LENGTHS_OF_ICD9_NUMBERS = (3, 4)
"""Digits of a code of ICD-9-CM without its dot that is no longer than a category, or a procedure or short diagnosis."""

SUSPECTED = "suspected"
"""A word of titles whose codes are for what is not established."""

Suggestion = tuple[str, str]
"""The label of a link, and the text to search for instead."""


class Adviser:
    """Writes advice for answers."""

    def __init__(self, catalogue: Catalogue, index: SearchIndex) -> None:
        self._catalogue = catalogue
        self._index = index

    def advise(
        self, findings: Findings, rows: list[Hit], near: list[Hit], best: list[Candidate]
    ) -> tuple[tuple[str, ...], tuple[Suggestion, ...]]:
        """Return sentences of advice, and suggestions; none if the rows answer the question."""
        query, codes = findings.query, findings.codes
        typed = findings.question.text.strip()
        text = typed if codes.reading is CodeReading.CODE_AND_WORDS else query.text.strip()
        if not text:
            scope = code_set_labels(query.systems)
            return ((texts.type_to_search(scope),) if scope else ()), ()
        # Words that only without their spaces have the form of a code are words: `htn ckd 4`.
        is_answered_by_words = " " in text and bool(best) and not best[0].tier.is_loose
        has_words = is_answered_by_words or any(len(w) > 2 and w.isalpha() for w in text.split())
        shape = shape_of(text)
        if not codes.rows and (query.only_measured or (has_words and not (shape and shape.name == "number"))):
            shape = None
        outside_filters = () if rows else self._readings_outside_filters(query.text)
        on_meaning = _on_meaning(findings, best)
        of_short_code = _on_short_code(findings, rows)
        if of_short_code:
            return (of_short_code,), ((texts.SEARCH_ALL, text),) if not rows and text != typed else ()
        advice = [
            *on_meaning,
            *self._on_shape(findings, shape, rows, outside_filters),
            *self._on_code(findings, shape, rows, near, best, outside_filters, text),
        ]
        suggestions: list[Suggestion] = []
        offers = [] if findings.only_denies or query.only_measured else _offers(findings, rows, best)
        for offer in offers:
            advice.append(texts.did_you_mean(offer.typed, offer.words))
            suggestions += [(word, _with_word(findings.question.text, offer.typed, word)) for word in offer.words]
        # A text that only denies is not searched without one of its words: the other half would be a text of its own.
        # The words of a measured value are those of the sign that it may be.
        has_fewer = len(query.slots) > 1 and not findings.only_denies and not query.only_measured
        is_short = len(rows) < FEW_HITS and has_fewer
        if is_short and not codes.rows and shape is None:
            suggestions += _with_fewer_words(query, best)
        is_answered = bool(near or offers)
        advice += self._on_words(findings, shape, rows, best, outside_filters, "" if is_answered else text)
        if not rows and query.slots and findings.systems and text != typed:
            suggestions.append((texts.SEARCH_ALL, text))
        return tuple(dict.fromkeys(advice)), tuple(dict.fromkeys(suggestions))

    def _readings_outside_filters(self, text: str) -> tuple[Node, ...]:
        """Return the codes that a text is when scope and filters are ignored."""
        section = self._catalogue.find_range(text)
        return (section,) if section is not None else self._catalogue.readings(text)

    def _on_shape(
        self, findings: Findings, shape: CodeShape | None, rows: list[Hit], outside_filters: tuple[Node, ...]
    ) -> list[str]:
        """Return advice on a text with the form of a code: of ICD-9-CM, of a set that is not searched, or of none."""
        codes = findings.codes
        if findings.icd9.readings and not findings.icd9.is_offer and not _is_a_code(codes):
            return _on_icd9(findings.icd9)
        if outside_filters:
            return [of_another_set(node.code, node.system) for node in outside_filters]
        if shape is None or (rows and (_is_a_code(codes) or shape.name == "icd10cm")):
            return []
        if shape.name == "icd9" and self._index.has_maps():
            return [texts.not_icd9(findings.query.text.strip(AROUND_CODES))]
        advice = [self._catalogue.missing_code_sentence(shape)]
        return [*advice, texts.NO_MAPS] if shape.name == "icd9" else advice

    def _on_code(
        self,
        findings: Findings,
        shape: CodeShape | None,
        rows: list[Hit],
        near: list[Hit],
        best: list[Candidate],
        outside_filters: tuple[Node, ...],
        text: str,
    ) -> list[str]:
        """Return advice on a code that is not loaded, and on words after a code."""
        query, codes, node = findings.query, findings.codes, findings.codes.node
        advice: list[str] = []
        # The form of the text says what it is not, and the offers which codes are near.
        is_shortened = codes.reading is CodeReading.SHORTENED and shape is None
        if is_shortened and node is not None and near and near[0].node.id == node.id:
            advice.append(texts.not_a_code(text, node.code))
        if codes.reading is CodeReading.SECTION and node is not None and shape is None and not best:
            advice.append(texts.would_fall_in(codes.typed, node.code, node.title))
            may_be_icd9 = codes.typed.isdigit() and len(codes.typed) in LENGTHS_OF_ICD9_NUMBERS
            if may_be_icd9 and not self._index.has_maps():
                advice += [texts.may_be_icd9(codes.typed), texts.NO_MAPS]
        if shape is not None and shape.name == "hcpcs" and not _is_a_code(codes) and not outside_filters:
            advice += self._on_partly_loaded(System.HCPCS)
        if codes.reading is CodeReading.SECTION and node is not None and node.level is Level.PCS_SECTION:
            advice += _on_sections_not_loaded([node])
        if findings.only_denies:
            advice.append(texts.ALL_DENIED)
        elif query.is_person or (query.words and not query.slots and not rows):
            advice.append(texts.ONLY_A_NAME)
        elif not query.slots and not rows and not query.only_measured:
            advice.append(texts.ONLY_EXCLUDED_WORDS if query.without else texts.NO_WORDS)
        if codes.reading is CodeReading.CODE_AND_WORDS and node is not None and node.has_children and not best:
            advice.append(texts.no_match_below(node.code, codes.words))
        return advice

    def _on_words(
        self,
        findings: Findings,
        shape: CodeShape | None,
        rows: list[Hit],
        best: list[Candidate],
        outside_filters: tuple[Node, ...],
        text: str,
    ) -> list[str]:
        """Return advice on words that nothing matches, or only codes that are not loaded, or only partly. `text` is
        empty if something is offered instead."""
        query, systems = findings.query, findings.systems
        advice: list[str] = []
        if findings.only_denies or query.only_measured:
            return advice
        # A section whose codes are not loaded matches by its name, and has nothing to choose.
        empty = [row.node for row in rows if row.node.level is Level.PCS_SECTION and not row.node.variants]
        only_empty = len(empty) == len(rows)
        unloaded_line = self._unloaded_index_line(query) if query.slots and only_empty else ""
        if unloaded_line:
            advice.append(unloaded_line)
        if empty and only_empty:
            advice += _on_sections_not_loaded(empty)
        if not rows and query.slots:
            if not unloaded_line and not outside_filters and shape is None and text:
                advice.append(texts.no_match(text))
            if not outside_filters:
                for system in System:
                    advice += self._on_partly_loaded(system) if system in systems else ()
            advice += _on_filters(findings.question.filters, systems)
        elif findings.drugs.rows and not findings.drugs.others:
            advice += self._on_drugs(findings.drugs)
        elif len(query.slots) > 1 and _lacks_words(rows, best):
            advice.append(texts.NOT_ALL_WORDS)
        return advice

    def _on_drugs(self, drugs: DrugRows) -> list[str]:
        """Return advice on a drug by its name alone for which no supply is loaded."""
        if drugs.context is not Context.BARE or any(node.system is System.HCPCS for node, _ in drugs.rows):
            return []
        return [texts.no_supply(drugs.name), *self._on_partly_loaded(System.HCPCS)]

    def _on_partly_loaded(self, system: System) -> list[str]:
        """Return advice on a code set that is not loaded in full: the loaded part, and the file with the rest."""
        loaded = next((code_set for code_set in self._catalogue.code_sets() if code_set.system is system), None)
        if loaded is None:
            return []
        match system:
            case System.HCPCS if loaded.ours:
                return [texts.hcpcs_starter_set(loaded.codes)]
            case System.CPT if loaded.ours:
                return [texts.CPT_SECTIONS_ONLY]
            case System.ICD10PCS if loaded.remark:
                return [texts.pcs_remark(loaded.remark)]
            case _:
                return []

    def _unloaded_index_line(self, query: Query) -> str:
        """Return advice on a line of the ICD-10-PCS Index for the words as typed, or by the lexicon, if it leads to
        codes that are not loaded."""
        for reading in (0, -1):
            line = self._index.unloaded_index_line(
                word for slot in query.slots for word in slot.readings[reading].words
            )
            if line is not None:
                path, code = line
                return texts.index_line_not_loaded(path, code, PCS_SECTIONS.get(code[0], code[0]))
        return ""


def _on_meaning(findings: Findings, best: list[Candidate]) -> list[str]:
    """Return advice on a diagnosis that is not established, a history, a term without a code, and measured values."""
    query = findings.query
    advice: list[str] = []
    if query.uncertain and not (best and SUSPECTED in map(bare, best[0].entry.words)):
        advice.append(texts.UNCERTAIN)
    if findings.is_history:
        advice.append(texts.HISTORY)
    if query.nonspecific:
        advice.append(texts.nonspecific(query.text.strip(), query.nonspecific))
    for value in query.measured:
        if value.is_scale:
            advice.append(texts.not_on_scale(value.name, value.typed, value.low, value.high))
        elif value.is_plausible:
            advice.append(texts.measured(value.name, value.typed, value.unit, value.low, value.high, value.sign))
    if any(not value.is_scale for value in query.measured):
        advice.append(texts.VALUE_ALONE)
    return advice


def _offers(findings: Findings, rows: list[Hit], best: list[Candidate]) -> list[Offer]:
    """Return the words that may be meant by unknown ones, as the best entries write them, if no row holds all words."""
    offers = findings.matches.offers[:MOST_SUGGESTIONS]
    if not offers or findings.only_denies or (rows and not _lacks_words(rows, best)):
        return []
    written: dict[str, str] = {}
    for candidate in best:
        text = candidate.entry.text
        for word in words(text):
            written.setdefault(word.text, text[word.start : word.end].lower())
    return [offer._replace(words=tuple(written.get(word, word) for word in offer.words)) for offer in offers]


def _with_word(text: str, typed: str, word: str) -> str:
    """Return a text with one of its words replaced."""
    return re.sub(rf"\b{re.escape(typed)}\b", word, fold(text))


def contradiction(query: Query, filters: Filters) -> str:
    """Return the advice for a scope prefix and a filter that exclude each other."""
    return texts.scope_against_filter(code_set_labels(query.systems), code_set_labels(filters.systems))


def code_set_labels(systems: frozenset[System]) -> str:
    """Return the names of code sets, in the order in which they are shown."""
    return ", ".join(system.label for system in sorted(systems, key=lambda system: system.rank))


def _on_short_code(findings: Findings, rows: list[Hit]) -> str:
    """Return advice on a modifier or a place of service that does not exist; empty for any other text."""
    text = findings.query.text.strip(AROUND_CODES)
    if findings.systems == frozenset({System.POS}) and text.isdecimal() and not rows:
        return unassigned_place(text)
    if findings.systems != frozenset({System.MODIFIER}) or not text.isalnum() or not text.isascii():
        return ""
    if len(text) == 1 and text.isdecimal() and rows:
        return texts.begins_modifiers(text)
    return texts.not_a_modifier(text) if len(text) == 2 and not rows else ""


def _lacks_words(rows: list[Hit], best: list[Candidate]) -> bool:
    """Return whether no row holds all words; a body part of an Index line does, and is not a candidate."""
    nodes = {candidate.entry.node for candidate in best}
    return bool(best) and all(c.tier.is_loose for c in best) and bool(rows) and rows[0].node.id in nodes


def _is_a_code(codes: CodeRows) -> bool:
    return bool(codes.rows) and codes.reading not in UNLOADED_READINGS


def _on_icd9(icd9: Icd9Rows) -> list[str]:
    """Return a sentence on each reading of a text in ICD-9-CM, with the number of equivalent codes."""
    return [
        texts.icd9_code(
            reading.code,
            reading.title,
            reading.system_label,
            reading.total,
            len({equivalent.code for equivalent in reading.equivalents if equivalent.code}),
            reading.codes,
        )
        for reading in icd9.readings
    ]


def _on_sections_not_loaded(sections: list[Node]) -> list[str]:
    return [texts.pcs_section_not_loaded(node.title) for node in sections if not node.variants]


def _on_filters(filters: Filters, systems: frozenset[System]) -> list[str]:
    """Return advice on the filters that limit a search without rows."""
    advice: list[str] = []
    if filters.within is not None:
        advice.append(texts.ONLY_ONE_SECTION)
    if filters.valid_only:
        advice.append(texts.ONLY_VALID)
    if filters.cc_only:
        advice.append(texts.ONLY_CC)
    if systems:
        advice.append(texts.only_searched(code_set_labels(systems)))
    return advice


def _with_fewer_words(query: Query, best: list[Candidate]) -> list[Suggestion]:
    """Return the query without one of its words: first without words that the best row lacks, then without those of
    least weight.

    A long text without one word matches no more: of such a text the words of most weight are offered alone.
    """
    if len(query.slots) > LONG_TEXT:
        heaviest = sorted(query.slots, key=lambda slot: -slot.weight)[:MOST_SUGGESTIONS]
        text = " ".join(slot.typed for slot in query.slots if slot in heaviest)
        return [(texts.only_words(text), text)]
    lacking = set(best[0].score.missing) if best else set[int]()
    numbers = sorted(range(len(query.slots)), key=lambda n: (n not in lacking, query.slots[n].weight))
    return [
        (
            texts.without_word(query.slots[number].typed),
            " ".join(slot.typed for n, slot in enumerate(query.slots) if n != number),
        )
        for number in numbers[:MOST_SUGGESTIONS]
    ]
