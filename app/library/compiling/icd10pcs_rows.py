"""Rows of ICD-10-PCS beside its nodes: the values of its axes, their definitions, entries."""

from collections.abc import Iterable, Iterator, Mapping

from app.codes.detail import Passage
from app.codes.node import CodeStatus, Level
from app.library.compiling.icd10pcs import FAMILY_LENGTH, with_newer
from app.library.compiling.nodes import PlacedNodes
from app.library.compiling.writer import Writer
from app.library.contents import Icd10pcs
from app.library.entries import Entry, EntryKind
from app.library.own_words.pcs import HOW_TO_LOAD, PcsSection
from app.library.tokens import word_list
from app.releases.records import PcsCode, PcsDefinition


def write_definitions(writer: Writer, definitions: Iterable[PcsDefinition]) -> None:
    """Write the official definitions of values."""
    writer.insert(
        "pcs_definition",
        (
            {
                "section": d.section,
                "position": d.position,
                "label": d.label,
                "definition": d.definition,
                "explanation": d.explanation,
                "examples": d.examples,
            }
            for d in {(d.section, d.position, d.label): d for d in definitions}.values()
        ),
    )


def write_axes(writer: Writer, contents: Icd10pcs, axes: Iterable[PcsSection]) -> None:
    """Write the labels of values in their tables, the official definitions of values, and the names of axes."""
    # Also of values that no code has yet: the tables may be published before the order file of their year.
    writer.insert(
        "pcs_value",
        (
            {
                "table": table,
                "position": position,
                "value": value,
                "label": label,
                "from_titles": int((table, position, value) not in contents.labels),
            }
            for (table, position, value), label in with_newer(contents.title_labels, contents.labels).items()
        ),
    )
    write_definitions(writer, contents.definitions)
    writer.insert(
        "pcs_axis",
        (
            {"section": section.character, "position": position, "title": title}
            for section in axes
            for position, title in enumerate(section.axes, start=1)
        ),
    )


def variant_words(codes: list[PcsCode], placed: PlacedNodes) -> dict[str, frozenset[str]]:
    """Return the words of each family's codes, by which it is found too.

    Words of ended codes count only if none of the family's codes is in force.
    """
    varying: dict[str, set[str]] = {}
    ended = {node.plain for node in placed.planned if node.status is CodeStatus.ENDED}
    for code in codes:
        if code.code in ended and code.code[:FAMILY_LENGTH] not in ended:
            continue
        stem = code.code[:FAMILY_LENGTH]
        # Titles add `Approach` and inflect the labels; labels have words that titles leave out (`No Device`).
        for text in (code.title, *code.labels[3:]):
            varying.setdefault(stem, set()).update(word_list(text))
    return {stem: frozenset(words) for stem, words in varying.items()}


def title_entries(placed: PlacedNodes, more: Mapping[str, frozenset[str]]) -> Iterator[Entry]:
    """Yield the titles of all nodes above the codes."""
    for node in placed.planned:
        if node.level is not Level.PCS_CODE:
            key, filters = placed.rows[node.plain], placed.filters(node.plain)
            yield Entry(key, EntryKind.TITLE, node.title, more.get(node.plain, frozenset()), filters)


def passages(placed: PlacedNodes, sections: Iterable[PcsSection]) -> Iterator[tuple[str, list[Passage]]]:
    """Yield what the sections contain, and how to get the codes of those that are not loaded."""
    empty = {node.plain for node in placed.planned} - {(node.parent or "")[:1] for node in placed.planned}
    for section in sections:
        texts = [Passage("What it holds", section.holds, ours=True)]
        if section.character in empty:
            texts.append(Passage("How to get its codes", HOW_TO_LOAD, ours=True))
        yield section.character, texts


def section_entries(placed: PlacedNodes, sections: Iterable[PcsSection]) -> Iterator[Entry]:
    """Yield everyday words for the subjects of a section (`dialysis`, `x-ray`)."""
    for section in sections:
        key, filters = placed.rows[section.character], placed.filters(section.character)
        for words in section.everyday:
            yield Entry(key, EntryKind.PLAIN, words, frozenset(), filters)


def resolve_code(code: str, placed: PlacedNodes) -> str | None:
    """Return the node of a beginning of codes; one between family and code (`03160`) is that of the family."""
    if code in placed.ids:
        return code
    family = code[:FAMILY_LENGTH]
    return family if len(code) > FAMILY_LENGTH and family in placed.ids else None
