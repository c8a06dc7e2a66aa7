"""What to say and to offer when little or nothing was found: a search never answers with silence."""

from typing import TypedDict

from app.codes.node import Level, Node
from app.codes.pcs_sections import SECTIONS
from app.codes.shapes import of_another_set, shape_of
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.search.answer import Filters, Hit, Question
from app.search.code_search import NO_CODE, CodeReading, CodeRows, Icd9Rows
from app.search.matching.index import SearchIndex
from app.search.matching.tiers import Candidate, Tier
from app.search.parsing.query import Query

FEW_HITS = 3

NO_MAPS = (
    "The codes that stand for it now are in the General Equivalence Maps, which are not loaded; add CMS's files of "
    "2018 for ICD-10-CM and ICD-10-PCS under Code sets."
)

LONG = 8
"""Words; most titles have fewer."""


class Advice(TypedDict):
    """Sentences, and (label, text to search for instead) pairs."""

    advice: tuple[str, ...]
    suggestions: tuple[tuple[str, str], ...]


def advise(
    question: Question,
    query: Query,
    codes: CodeRows,
    icd9: Icd9Rows,
    hits: list[Hit],
    best: list[Candidate],
    systems: frozenset[System],
    index: SearchIndex,
    catalogue: Catalogue,
    elsewhere: tuple[Node, ...],
) -> Advice:
    """Advice for an answer; empty when there is nothing that a person needs to be told.

    `elsewhere` are codes that the text is when scope and filters are left aside.
    """
    said: list[str] = []
    offered: list[tuple[str, str]] = []
    text = query.text.strip() if codes.reading is not CodeReading.BELOW else question.text.strip()
    if not text:
        scope = labels(query.systems)
        return Advice(advice=(f"Type what to look for in {scope}.",) if scope else (), suggestions=())
    # Words that only when closed up have the shape of a code are words: `htn ckd 4`.
    shape = shape_of(text) if codes.rows or not any(len(w) > 2 and w.isalpha() for w in text.split()) else None
    if icd9.readings and not _is_a_code(codes):
        said += _icd9(icd9)
    elif elsewhere:
        said += [of_another_set(node.code, node.system) for node in elsewhere]
    elif shape is not None and (not hits or (not _is_a_code(codes) and shape.name != "icd10cm")):
        said.append(shape.sentence)
        if shape.name == "icd9" and not index.has_maps():
            said.append(NO_MAPS)
    if codes.reading is CodeReading.CUT and codes.node is not None and codes.node.id in {hit.node.id for hit in hits}:
        said.append(f"{text} is no code; {codes.node.code} is the longest beginning of it that is one.")
    if codes.reading is CodeReading.WITHIN and codes.node is not None and shape is None and not best:
        said.append(
            f"No code that begins with {codes.typed} is loaded; {codes.node.title} ({codes.node.code}) has its numbers."
        )
    if shape is not None and shape.name == "hcpcs" and not _is_a_code(codes) and not elsewhere:
        said += _partly_loaded(System.HCPCS, catalogue)
    if codes.reading is CodeReading.WITHIN and codes.node is not None and codes.node.level is Level.PCS_SECTION:
        said += _not_loaded([codes.node])
    if not query.slots and not hits:
        said.append(
            "Type a word to look for beside the one that is left out."
            if query.without
            else "Type a code, or words of a title; punctuation alone finds nothing."
        )
    if codes.reading is CodeReading.BELOW and codes.node is not None and codes.node.has_children and not best:
        said.append(f"Nothing below {codes.node.code} holds “{codes.words}”; this is the code itself.")
    if len(hits) < FEW_HITS and len(query.slots) > 1 and not codes.rows and shape is None:
        offered += _without_each(query, best)
    # A section whose codes are not there is found by its name, and holds nothing to choose.
    empty = [hit.node for hit in hits if hit.node.level is Level.PCS_SECTION and not hit.node.variants]
    unloaded = _in_unloaded_section(query, index) if query.slots and len(empty) == len(hits) else ""
    if unloaded:
        said.append(unloaded)
    if empty and len(empty) == len(hits):
        said += _not_loaded(empty)
    if not hits and query.slots:
        if not unloaded and not elsewhere and shape is None:
            said.append(
                f"Nothing holds “{text}”, neither as typed nor with its spelling corrected; try fewer or shorter words."
            )
        if not elsewhere:
            said += [
                sentence for system in System if system in systems for sentence in _partly_loaded(system, catalogue)
            ]
        said += _wider(question.filters, systems)
        if systems and text != question.text.strip():
            offered.append(("look in every code set", text))
    elif len(query.slots) > 1 and _nearly(hits, best):
        said.append("Nothing holds all words; these hold most of them.")
    return Advice(advice=tuple(dict.fromkeys(said)), suggestions=tuple(dict.fromkeys(offered)))


def labels(systems: frozenset[System]) -> str:
    """What code sets are called, in the order in which they are shown."""
    return ", ".join(system.label for system in sorted(systems, key=lambda system: system.rank))


def _nearly(hits: list[Hit], best: list[Candidate]) -> bool:
    """Whether no row holds all words; one that an Index line leads to by its part of the body does, and is no
    candidate."""
    nodes = {candidate.entry.node for candidate in best}
    return bool(best) and all(c.tier is Tier.NEARLY for c in best) and bool(hits) and hits[0].node.id in nodes


def _is_a_code(codes: CodeRows) -> bool:
    return bool(codes.rows) and codes.reading not in NO_CODE


def _icd9(icd9: Icd9Rows) -> list[str]:
    """What a text is in ICD-9-CM, and how many codes stand for it now."""
    said: list[str] = []
    for reading in icd9.readings:
        was = f"{reading.code} is “{reading.title}” in {reading.system_label}, which ended on 2015-09-30"
        shown = {equivalent.code for equivalent in reading.equivalents if equivalent.code}
        if not shown:
            said.append(f"{was}; its map gives no equivalent.")
        elif len(shown) < reading.total:
            said.append(f"{was}; the first {len(shown)} of {reading.total:,} codes that its map gives are shown.")
        else:
            said.append(f"{was}; its map gives the {'code' if reading.total == 1 else 'codes'} shown.")
    return said


def _partly_loaded(system: System, catalogue: Catalogue) -> list[str]:
    """What is there of a code set that is not there in full, and what brings the rest."""
    loaded = next((one for one in catalogue.code_sets() if one.system is system), None)
    if loaded is None:
        return []
    match system:
        case System.HCPCS if loaded.ours:
            return [
                f"Of HCPCS only the starter set is loaded: {loaded.codes:,} codes; the official file from CMS brings "
                "all of them."
            ]
        case System.CPT if loaded.ours:
            return [
                "Of CPT only its sections and worked examples are here; import your licensed file, or CMS's fee "
                "schedule, to search its codes."
            ]
        case System.ICD10PCS if loaded.remark:
            return [f"ICD-10-PCS: {loaded.remark}"]
        case _:
            return []


def _not_loaded(sections: list[Node]) -> list[str]:
    return [
        f"The codes of the ICD-10-PCS section {node.title} are not loaded; the official files from CMS bring them."
        for node in sections
        if not node.variants
    ]


def _in_unloaded_section(query: Query, index: SearchIndex) -> str:
    """Where the ICD-10-PCS Index leads for the words as typed, or as the lexicon reads them, if it is not loaded."""
    for which in (0, -1):
        line = index.unloaded_index_line(word for slot in query.slots for word in slot.readings[which].words)
        if line is not None:
            path, code = line
            section = SECTIONS.get(code[0], code[0])
            return f"The ICD-10-PCS Index has “{path}” at {code}, in the section {section}, which is not loaded."
    return ""


def _wider(filters: Filters, systems: frozenset[System]) -> list[str]:
    found: list[str] = []
    if filters.within is not None:
        found.append("Only one chapter or section is searched; remove that filter to look everywhere.")
    if filters.valid_only:
        found.append("Headings are left out; untick “valid only” to see them.")
    if systems:
        found.append(f"Only {labels(systems)} is searched; choose All to look everywhere.")
    return found


def _without_each(query: Query, best: list[Candidate]) -> list[tuple[str, str]]:
    """The query without one of its words, least telling first; the ones that the best row lacks before all others.

    Of a long text one word less finds no more: there the words that tell most are offered alone.
    """
    if len(query.slots) > LONG:
        telling = sorted(query.slots, key=lambda slot: -slot.weight)[:3]
        text = " ".join(slot.typed for slot in query.slots if slot in telling)
        return [(f"only “{text}”", text)]
    lacking = set(best[0].score.missing) if best else set[int]()
    numbers = sorted(range(len(query.slots)), key=lambda n: (n not in lacking, query.slots[n].weight))
    return [
        (f"without “{query.slots[number].typed}”", " ".join(s.typed for n, s in enumerate(query.slots) if n != number))
        for number in numbers[:3]
    ]
