"""Facts about one node from the files and our own tables: dates, changes, fields, passages, links, notice."""

import sqlite3
from datetime import date

from app.codes.dates import day_in_words, day_of_field
from app.codes.detail import Change, ChangeKind, Field, Link, Passage
from app.codes.node import CodeStatus, Node
from app.codes.parts import Part
from app.codes.shapes import written
from app.library.reading.node_rows import SYSTEMS_BY_NAME

FIELDS_WITHOUT_MEANING = frozenset({("ANEST_BU", "0")})
"""Fields that nearly every code of the HCPCS file has, with a value that means that nothing applies."""


def dates(db: sqlite3.Connection, node: Node) -> tuple[date | None, date | None]:
    """Return the first and last day on which the code is valid, if a file has them; a heading ended with its codes.

    A day that is only known to be between two releases is None.
    """
    first, last = db.execute("SELECT valid_from, valid_to FROM node WHERE id = ?", (node.id,)).fetchone()
    if last is None and node.status is CodeStatus.ENDED:
        (last,) = db.execute(
            "SELECT max(valid_to) FROM node WHERE id BETWEEN ? AND (SELECT last FROM node WHERE id = ?)",
            (node.id, node.id),
        ).fetchone()
    uncertain = {
        kind for (kind,) in db.execute("SELECT kind FROM change WHERE node = ? AND after IS NOT NULL", (node.id,))
    }
    if ChangeKind.NEW in uncertain:
        first = None
    if ChangeKind.ENDED in uncertain:
        last = None
    return date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None


def changes(db: sqlite3.Connection, node: Node) -> tuple[Change, ...]:
    """Return the changes that releases made to the code, oldest first."""
    rows = db.execute('SELECT kind, "on", text, after FROM change WHERE node = ? ORDER BY position', (node.id,))
    return tuple(
        Change(ChangeKind(kind), date.fromisoformat(on), text, date.fromisoformat(after) if after else None)
        for kind, on, text, after in rows
    )


def fields(db: sqlite3.Connection, node: Node) -> tuple[Field, ...]:
    """Return the coded fields that have a meaning, in the order of their file."""
    rows = db.execute("SELECT name, value, label, meaning FROM field WHERE node = ? ORDER BY position", (node.id,))
    return tuple(
        Field(name, value, label, meaning or _day(name, value))
        for name, value, label, meaning in rows
        if (name, value) not in FIELDS_WITHOUT_MEANING
    )


def _day(name: str, value: str) -> str:
    """Return the value of a date field in words: `1 Jan 2025`; empty for anything else."""
    day = day_of_field(name, value)
    return "" if day is None else day_in_words(day)


def passages(db: sqlite3.Connection, node: Node) -> tuple[Passage, ...]:
    """Return the texts about the node, in the order of its page."""
    rows = db.execute("SELECT heading, text, ours FROM passage WHERE node = ? ORDER BY position", (node.id,))
    return tuple(Passage(heading, text, bool(ours)) for heading, text, ours in rows)


def links(db: sqlite3.Connection, node: Node) -> tuple[Link, ...]:
    """Return the codes that the node is connected with, those that replaced it first."""
    rows = db.execute(
        "SELECT l.label, l.system, l.plain, n.title, n.id,"
        " EXISTS (SELECT 1 FROM release r WHERE r.system = l.system AND r.part = ?) FROM link l"
        " LEFT JOIN node n ON n.plain = l.plain AND n.system = l.system WHERE l.node = ? ORDER BY l.position",
        (Part.CODES.value, node.id),
    )
    return tuple(
        Link(label, SYSTEMS_BY_NAME[system], written(SYSTEMS_BY_NAME[system], code), title or "", target, bool(has_set))
        for label, system, code, title, target, has_set in rows
    )


def notice(db: sqlite3.Connection, node: Node) -> str:
    """Return the copyright line of the node's code set; empty if there is none."""
    row = db.execute("SELECT text FROM notice WHERE system = ?", (node.system.value,)).fetchone()
    return row[0] if row else ""
