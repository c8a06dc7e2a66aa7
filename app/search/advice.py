"""What to say and to offer when little or nothing was found: a search never answers with silence."""

from typing import TypedDict

from app.codes.pcs_sections import SECTIONS
from app.codes.records import Node
from app.codes.shapes import recognise
from app.codes.systems import System
from app.search.code_rows import CodeReading, CodeRows
from app.search.index import SearchIndex
from app.search.ladder import Candidate, Tier
from app.search.query import Query
from app.search.records import Filters, Hit, Question

FEW_HITS = 3

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
    hits: list[Hit],
    best: list[Candidate],
    systems: frozenset[System],
    index: SearchIndex,
    elsewhere: tuple[Node, ...],
) -> Advice:
    """Advice for an answer; empty when there is nothing that a person needs to be told.

    `elsewhere` are codes that the text is when scope and filters are left aside.
    """
    said: list[str] = []
    offered: list[tuple[str, str]] = []
    text = query.text.strip() if codes.reading is not CodeReading.BELOW else question.text.strip()
    if not text:
        scope = ", ".join(system.label for system in query.systems)
        return Advice(advice=(f"Type what to look for in {scope}.",) if scope else (), suggestions=())
    missing = [system.label for system in systems if system not in index.systems]
    if missing:
        verb = "are" if len(missing) > 1 or missing == [System.MODIFIER.label] else "is"
        said.append(f"{', '.join(missing)} {verb} not loaded yet.")
    shape = recognise(text)
    if elsewhere:
        said += [f"{node.code} is an {node.system.label} code, which is not searched." for node in elsewhere]
    elif shape is not None and (not hits or (not _is_a_code(codes) and shape.name != "icd10cm")):
        said.append(shape.sentence)
    if codes.reading is CodeReading.CUT and codes.node is not None:
        said.append(f"{text} is no code; {codes.node.code} is the longest beginning of it that is one.")
    if not query.slots and not hits:
        said.append(
            "Type a word to look for beside the one that is left out."
            if query.without
            else "Type a code, or words of a title; punctuation alone finds nothing."
        )
    if codes.reading is CodeReading.BELOW and codes.node is not None and codes.node.has_children and not best:
        said.append(f"Nothing below {codes.node.code} holds “{codes.words}”; this is the code itself.")
    if len(hits) < FEW_HITS and len(query.slots) > 1 and not codes.rows:
        offered += _without_each(query, best)
    unloaded = _in_unloaded_section(query, index) if not hits and query.slots else ""
    if unloaded:
        said.append(unloaded)
    if not hits and query.slots:
        if not unloaded and not elsewhere and shape is None and not missing:
            said.append(
                f"Nothing holds “{text}”, neither as typed nor with its spelling corrected; try fewer or shorter words."
            )
        said += _wider(question.filters, systems, missing)
        if systems and text != question.text.strip():
            offered.append(("look in every code set", text))
    elif best and all(candidate.tier is Tier.NEARLY for candidate in best) and len(query.slots) > 1:
        said.append("Nothing holds all words; these hold most of them.")
    return Advice(advice=tuple(dict.fromkeys(said)), suggestions=tuple(dict.fromkeys(offered)))


def _is_a_code(codes: CodeRows) -> bool:
    return bool(codes.rows) and codes.reading is not CodeReading.CUT


def _in_unloaded_section(query: Query, index: SearchIndex) -> str:
    """Where the ICD-10-PCS Index leads for the words as typed, or as the lexicon reads them, if it is not loaded."""
    for which in (0, -1):
        line = index.unloaded_index_line(word for slot in query.slots for word in slot.readings[which].words)
        if line is not None:
            path, code = line
            section = SECTIONS.get(code[0], code[0])
            return f"The ICD-10-PCS Index has “{path}” at {code}, in the section {section}, which is not loaded."
    return ""


def _wider(filters: Filters, systems: frozenset[System], missing: list[str]) -> list[str]:
    found: list[str] = []
    if filters.within is not None:
        found.append("Only one chapter or section is searched; remove that filter to look everywhere.")
    if filters.valid_only:
        found.append("Headings are left out; untick “valid only” to see them.")
    if systems and not missing:
        found.append(
            f"Only {', '.join(system.label for system in systems)} is searched; choose All to look everywhere."
        )
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
