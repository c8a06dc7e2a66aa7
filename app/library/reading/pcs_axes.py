"""The characters of an ICD-10-PCS code: the name of each axis, the label of its value, and its definition."""

import sqlite3

from app.codes.detail import Axis
from app.codes.node import Node
from app.codes.pcs import definition_headings

AXIS_NAMES = {"Operation": "Root operation", "Type": "Root type"}
"""Longer names of two axes, from the reference manual."""

POSITIONS_WITH_TERMS = (4, 6)
"""Body parts and devices, which the Index explains by `use`."""


def axes(db: sqlite3.Connection, node: Node) -> tuple[Axis, ...]:
    """Return the characters of a node in order, each with its meaning in its table."""
    section = node.code[0]
    names = dict(db.execute("SELECT position, title FROM pcs_axis WHERE section = ?", (section,)).fetchall())
    result: list[Axis] = []
    for position, value in enumerate(node.code, start=1):
        table = node.code[: min(position - 1, 3)]
        # A row under the whole code goes before that of its table: in New Technology one character of one table may
        # mean several things, depending on the other characters (XW033B3 and XW033B6).
        row = db.execute(
            'SELECT label FROM pcs_value WHERE "table" IN (?, ?) AND position = ? AND value = ?'
            ' ORDER BY length("table") DESC LIMIT 1',
            (table, node.code, position, value),
        ).fetchone()
        # A section that is not loaded has a name and no labels.
        label: str = row[0] if row else node.title if len(node.code) == 1 else ""
        above = [axis.label for axis in result]
        texts = _definition(db, section, position, label, above)
        terms = _terms(db, label, above[1]) if position in POSITIONS_WITH_TERMS else ()
        result.append(Axis(position, _name(names.get(position, "")), value, label, *texts, terms))
    return tuple(result)


def _name(title: str) -> str:
    """Return the name of an axis on the page: `Body System / Region` -> `Body system / region`."""
    return AXIS_NAMES.get(title) or title.capitalize()


def _definition(
    db: sqlite3.Connection, section: str, position: int, label: str, above: list[str]
) -> tuple[str, str, str]:
    """Return definition, explanation and examples of a label, under itself or a longer heading that begins with it."""
    headings = (label,) if position <= 3 else definition_headings(label, *above[:3])
    marks = ",".join("?" * len(headings))
    rows = db.execute(
        "SELECT label, definition, explanation, examples FROM pcs_definition"
        f" WHERE section = ? AND position = ? AND label IN ({marks})",
        (section, position, *headings),
    )
    texts = {row[0]: (row[1], row[2], row[3]) for row in rows}
    return next((texts[heading] for heading in headings if heading in texts), ("", "", ""))


def _terms(db: sqlite3.Connection, label: str, body_system: str) -> tuple[str, ...]:
    """Return the Index terms that refer to a value: `Vermiform appendix`, `use Appendix`.

    A term that refers to it in one body system only names that: `use Autologous Venous Tissue in Upper Veins`.
    """
    rows = db.execute(
        "SELECT DISTINCT path FROM index_entry WHERE kind = 'use' AND see IN (?, ?) ORDER BY path",
        (label, f"{label} in {body_system}"),
    )
    return tuple(path.replace("\n", ", ") for (path,) in rows)
