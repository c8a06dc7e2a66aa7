"""Everything that is known about one code, read from the tables of the database."""

import sqlite3
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from app.codes.code_sets import CodeSet
from app.codes.detail import Detail, IndexLine
from app.codes.node import CodeStatus, Node
from app.codes.parts import PART_OF_BOOK, Book, Part
from app.codes.systems import System
from app.library.reading import node_facts
from app.library.reading.equivalents import icd9_equivalents
from app.library.reading.fitting_modifiers import fitting_modifiers
from app.library.reading.index_lines import index_lines
from app.library.reading.neighbors import counterparts, neighbor
from app.library.reading.node_rows import NodeRows
from app.library.reading.payment import payment
from app.library.reading.pcs_axes import axes
from app.library.reading.statuses import StatusFacts, status_text
from app.library.reading.tabular_notes import notes, seventh_characters, visual_ranges

if TYPE_CHECKING:
    from app.library.own_words.modifier_rules import ModifierRules


def read_detail(
    db: sqlite3.Connection,
    nodes: NodeRows,
    key: int,
    code_sets: Iterable[CodeSet],
    read_rules: Callable[[], "ModifierRules"],
) -> Detail:
    """Return everything that is known about one node. Raises KeyError for an id that does not exist."""
    node = nodes.node(key)
    ancestors = nodes.ancestors(key)
    code_set = next((loaded for loaded in code_sets if loaded.system is node.system), None)
    seventh = seventh_characters(db, node, ancestors)
    lines, total = index_lines(db, node)
    valid_from, valid_to = node_facts.dates(db, node)
    changes, links = node_facts.changes(db, node), node_facts.links(db, node)
    facts = StatusFacts(
        needs_seventh=bool(seventh),
        valid_to=valid_to,
        changes=changes,
        links=links,
        ours=code_set is not None and code_set.ours,
        indexed=_books(code_set, lines) if node.status is CodeStatus.ENDED else (),
    )
    return Detail(
        node=node,
        status_text=status_text(node, facts),
        ancestors=ancestors,
        notes=notes(db, node, ancestors),
        seventh=seventh,
        children=nodes.children(key),
        axes=axes(db, node) if node.system is System.ICD10PCS else (),
        index=_with_releases(lines, code_set),
        visual=visual_ranges(db, node, ancestors),
        previous=neighbor(nodes, node, -1),
        next=neighbor(nodes, node, +1),
        counterparts=counterparts(nodes, node, ancestors),
        release=_release(db, node, code_set),
        notes_release=code_set.release_apart(Part.TABULAR) if code_set is not None else "",
        tables_release=code_set.release_apart(Part.TABLES) if code_set is not None else "",
        definitions_release=code_set.release_apart(Part.DEFINITIONS) if code_set is not None else "",
        valid_from=valid_from,
        valid_to=valid_to,
        changes=changes,
        fields=node_facts.fields(db, node),
        passages=node_facts.passages(db, node),
        links=links,
        equivalents=icd9_equivalents(db, node),
        modifiers=fitting_modifiers(db, nodes, node, ancestors, read_rules),
        notice=node_facts.notice(db, node),
        index_total=total,
        payment=payment(db, node, code_set, valid_from),
    )


def _books(code_set: CodeSet | None, lines: Iterable[IndexLine]) -> tuple[str, ...]:
    """Return the Indexes and tables that name a code, each with its release: `Index of FY2017`."""
    parts = code_set.parts if code_set is not None else ()
    releases = {part.part: part.release for part in parts if part.current}
    books = dict.fromkeys(line.book for line in lines)
    return tuple(f"{book} of {releases.get(PART_OF_BOOK[Book(book)], '')}" for book in books)


def _with_releases(lines: Iterable[IndexLine], code_set: CodeSet | None) -> tuple[IndexLine, ...]:
    """Return lines with the release of their book, where it is of another year than the codes."""
    if code_set is None:
        return tuple(lines)
    releases = {book.value: code_set.release_apart(part) for book, part in PART_OF_BOOK.items()}
    return tuple(line._replace(release=releases[line.book]) if releases[line.book] else line for line in lines)


OWN_WORDS = "in Codarium's words"


def _release(db: sqlite3.Connection, node: Node, code_set: CodeSet | None) -> str:
    """Return the release that a node belongs to; modifiers that no file has are in our own words."""
    if code_set is None:
        return ""
    if node.system is System.MODIFIER and not code_set.ours:
        listed = db.execute("SELECT 1 FROM hcpcs_code WHERE node = ?", (node.id,)).fetchone()
        return code_set.release if listed else OWN_WORDS
    return code_set.release_of(node.code) if node.system is System.ICD10PCS else code_set.release
