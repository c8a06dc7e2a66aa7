"""Facts of the Tabular List at a code and above it: notes, 7th characters, the table of visual impairment."""

import sqlite3

from app.codes.detail import Note, NoteKind, Reference, SeventhCharacter, VisualRange
from app.codes.node import Level, Node
from app.codes.shapes import finished, plain, written


def notes(db: sqlite3.Connection, node: Node, ancestors: tuple[Node, ...]) -> tuple[Note, ...]:
    """Return the notes, nearest level first; inclusion terms only of the code itself and of its stem."""
    own = {node.id}
    if node.level is Level.SEVENTH and node.parent is not None:
        own.add(node.parent)
    levels = [node, *reversed(ancestors)]
    marks = ",".join("?" * len(levels))
    rows = db.execute(
        f"SELECT id, node, kind, text FROM note WHERE node IN ({marks}) ORDER BY node DESC, id",
        [level.id for level in levels],
    ).fetchall()
    applicable = [row for row in rows if row[1] in own or row[2] != NoteKind.INCLUSION]
    references = _references(db, [row[0] for row in applicable])
    codes = {level.id: level.code for level in levels}
    return tuple(
        Note(codes[level], NoteKind(kind), text, tuple(references.get(key, ())))
        for key, level, kind, text in applicable
    )


def _references(db: sqlite3.Connection, notes: list[int]) -> dict[int, list[Reference]]:
    marks = ",".join("?" * len(notes))
    references: dict[int, list[Reference]] = {}
    rows = db.execute(
        f"SELECT note, start, stop, printed, target FROM reference WHERE note IN ({marks}) ORDER BY note, start",
        notes,
    )
    for note, start, stop, printed, target in rows:
        references.setdefault(note, []).append(Reference(start, stop, printed, target))
    return references


def seventh_characters(db: sqlite3.Connection, node: Node, ancestors: tuple[Node, ...]) -> tuple[SeventhCharacter, ...]:
    """Return the 7th characters of a stem or finished code; only the nearest definitions apply."""
    if node.level is Level.SEVENTH and node.parent is not None:
        stem = plain(ancestors[-1].code)
    elif node.level is Level.CODE and node.has_children:
        stem = plain(node.code)
    else:
        return ()
    for level in (node, *reversed(ancestors)):
        rows = db.execute("SELECT char, meaning FROM seventh WHERE node = ? ORDER BY position", (level.id,))
        choices = rows.fetchall()
        if choices:
            break
    else:
        return ()
    strip: list[SeventhCharacter] = []
    for char, meaning in choices:
        code = finished(stem, char)
        row = db.execute("SELECT id FROM node WHERE plain = ? AND system = ?", (code, node.system.value)).fetchone()
        strip.append(SeventhCharacter(char, meaning, written(node.system, code), row[0] if row else None))
    return tuple(strip)


def visual_ranges(db: sqlite3.Connection, node: Node, ancestors: tuple[Node, ...]) -> tuple[VisualRange, ...]:
    """Return the table of visual impairment for every code of its category: it is at the last subcategory of H54,
    whose notes call it the table below."""
    category = next((level for level in (node, *ancestors) if level.level is Level.CATEGORY), None)
    if category is None:
        return ()
    rows = db.execute(
        "SELECT category, less_than, at_least FROM visual_range"
        " WHERE node BETWEEN ? AND (SELECT last FROM node WHERE id = ?) ORDER BY node, position",
        (category.id, category.id),
    )
    return tuple(
        VisualRange(name, tuple(less.split("\n")), tuple(least.split("\n")) if least else ())
        for name, less, least in rows
    )
