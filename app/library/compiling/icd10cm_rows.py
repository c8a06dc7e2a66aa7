"""Rows of ICD-10-CM beside its nodes: notes and their references, 7th characters, conventions, entries."""

from collections.abc import Iterable, Iterator

from app.codes.detail import NoteKind
from app.codes.node import Level
from app.codes.references import PrintedCode, printed_codes
from app.codes.shapes import covered, plain
from app.library.compiling.nodes import PlacedNodes
from app.library.compiling.writer import Row, Writer
from app.library.entries import Entry, EntryKind
from app.library.tokens import word_list
from app.releases.records import Convention


def write_conventions(writer: Writer, conventions: Iterable[Convention]) -> None:
    """Write the conventions in the introduction of the Tabular List."""
    writer.insert("convention", ({"title": c.title, "text": "\n".join(c.paragraphs)} for c in conventions))


def write_notes(writer: Writer, placed: PlacedNodes) -> None:
    """Write notes, references, 7th characters and the table of visual impairment, from the nodes' own records."""
    note_id = 0
    resolve = _ReferenceTargets(placed)
    notes: list[Row] = []
    references: list[Row] = []
    seventh: list[Row] = []
    visual: list[Row] = []
    for node in placed.planned:
        if node.tabular is None:
            continue
        key = placed.ids[node.plain]
        for kind, text in node.tabular.notes:
            note_id += 1
            notes.append({"id": note_id, "node": key, "kind": kind.value, "text": text})
            references += [
                {
                    "note": note_id,
                    "start": reference.start,
                    "stop": reference.end,
                    "printed": reference.printed,
                    "low": reference.low,
                    "high": reference.high,
                    "target": resolve(reference),
                }
                for reference in printed_codes(text)
            ]
        for position, (char, meaning) in enumerate(node.tabular.seventh):
            seventh.append({"node": key, "position": position, "char": char, "meaning": meaning})
        for position, row in enumerate(node.tabular.visual):
            limits = {"less_than": "\n".join(row.less_than), "at_least": "\n".join(row.at_least)}
            visual.append({"node": key, "position": position, "category": row.category, **limits})
    writer.insert("note", notes)
    writer.insert("reference", references)
    writer.insert("seventh", seventh)
    writer.insert("visual_range", visual)


class _ReferenceTargets:
    """Finds the node that a code or range printed in a note leads to."""

    def __init__(self, placed: PlacedNodes) -> None:
        self.ids = placed.ids
        sections: dict[str, list[str]] = {}
        for node in placed.planned:
            if node.level is Level.SECTION and node.parent is not None:
                sections.setdefault(node.parent, []).append(node.plain)
        self.chapters = {covered(ranges): placed.ids[chapter] for chapter, ranges in sections.items()}

    def __call__(self, reference: PrintedCode) -> int | None:
        low, high = plain(reference.low), plain(reference.high)
        if low != high:
            range_ = f"{low}-{high}"
            return self.ids.get(range_) or self.chapters.get(range_) or self.ids.get(low)
        return self.ids.get(low)


def write_tabular_nodes(writer: Writer, placed: PlacedNodes) -> None:
    """Write the nodes that the Tabular List prints, with its titles and levels if an order file has others."""
    writer.insert(
        "tabular_node",
        (
            {
                "node": placed.ids[node.plain],
                "title": node.tabular.title if node.tabular.title != node.title else None,
                "level": node.tabular.level.value if node.tabular.level != node.level else None,
            }
            for node in placed.planned
            if node.tabular is not None
        ),
    )


def entries(placed: PlacedNodes) -> Iterator[Entry]:
    """Yield titles, and the inclusion terms and Includes notes that lead to them."""
    meanings: dict[str, set[str]] = {}
    stem_titles = {node.plain: node.title for node in placed.planned if node.level is Level.CODE}
    for node in placed.planned:
        if node.level is Level.SEVENTH and node.parent is not None:
            meaning = node.title[len(stem_titles.get(node.parent, "")) :]
            meanings.setdefault(node.parent, set()).update(word_list(meaning))
    for node in placed.planned:
        if node.level is Level.SEVENTH:
            continue
        key, filters = placed.rows[node.plain], placed.filters(node.plain)
        more = frozenset(meanings.get(node.plain, ()))
        yield Entry(key, EntryKind.TITLE, node.title, more, filters)
        if node.tabular is None:
            continue
        texts = (text for kind, text in node.tabular.notes if kind in (NoteKind.INCLUSION, NoteKind.INCLUDES))
        for text in dict.fromkeys(texts):
            yield Entry(key, EntryKind.INCLUSION, text, more, filters)
