"""What files and our own tables say of one node beside its title: dates, changes, fields, passages, links, notice."""

import sqlite3
from datetime import date

from app.codes.detail import Change, ChangeKind, Field, Link, Passage
from app.codes.node import CodeStatus, Node
from app.codes.shapes import written
from app.library.reading.node_rows import SYSTEMS

SAY_NOTHING = frozenset({("ANEST_BU", "0")})
"""Fields that stand at nearly every code of the HCPCS file with a value that means none."""

DAY_LENGTH = 8


def dates(db: sqlite3.Connection, node: Node) -> tuple[date | None, date | None]:
    """First and last day on which the code is valid, as far as a file gives them; a heading ended with its codes.

    A day that is only known to lie between two releases is none.
    """
    first, last = db.execute("SELECT valid_from, valid_to FROM node WHERE id = ?", (node.id,)).fetchone()
    if last is None and node.status is CodeStatus.ENDED:
        (last,) = db.execute(
            "SELECT max(valid_to) FROM node WHERE id BETWEEN ? AND (SELECT last FROM node WHERE id = ?)",
            (node.id, node.id),
        ).fetchone()
    unsure = {
        kind for (kind,) in db.execute("SELECT kind FROM change WHERE node = ? AND after IS NOT NULL", (node.id,))
    }
    if ChangeKind.NEW in unsure:
        first = None
    if ChangeKind.ENDED in unsure:
        last = None
    return date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None


def changes(db: sqlite3.Connection, node: Node) -> tuple[Change, ...]:
    """What releases did to the code, oldest first."""
    rows = db.execute('SELECT kind, "on", text, after FROM change WHERE node = ? ORDER BY position', (node.id,))
    return tuple(
        Change(ChangeKind(kind), date.fromisoformat(on), text, date.fromisoformat(after) if after else None)
        for kind, on, text, after in rows
    )


def fields(db: sqlite3.Connection, node: Node) -> tuple[Field, ...]:
    """The coded fields that say something, in the order of their file."""
    rows = db.execute("SELECT name, value, label, meaning FROM field WHERE node = ? ORDER BY position", (node.id,))
    return tuple(
        Field(name, value, label, meaning or _day(name, value))
        for name, value, label, meaning in rows
        if (name, value) not in SAY_NOTHING
    )


def _day(name: str, value: str) -> str:
    """The value of a date field (`ASC_DT`, YYYYMMDD) as ISO 8601; empty for anything else."""
    if name.endswith("_DT") and len(value) == DAY_LENGTH and value.isascii() and value.isdigit():
        return f"{value[:4]}-{value[4:6]}-{value[6:]}"
    return ""


def passages(db: sqlite3.Connection, node: Node) -> tuple[Passage, ...]:
    """Texts about the node, in the order in which they are read."""
    rows = db.execute("SELECT heading, text, ours FROM passage WHERE node = ? ORDER BY position", (node.id,))
    return tuple(Passage(heading, text, bool(ours)) for heading, text, ours in rows)


def links(db: sqlite3.Connection, node: Node) -> tuple[Link, ...]:
    """Codes that the node is connected with, those that replaced it first."""
    rows = db.execute(
        "SELECT l.label, l.system, l.plain, n.title, n.id FROM link l"
        " LEFT JOIN node n ON n.plain = l.plain AND n.system = l.system WHERE l.node = ? ORDER BY l.position",
        (node.id,),
    )
    return tuple(
        Link(label, SYSTEMS[system], written(SYSTEMS[system], code), title or "", target)
        for label, system, code, title, target in rows
    )


def notice(db: sqlite3.Connection, node: Node) -> str:
    """The copyright line of the node's code set; empty where there is none."""
    row = db.execute("SELECT text FROM notice WHERE system = ?", (node.system.value,)).fetchone()
    return row[0] if row else ""
