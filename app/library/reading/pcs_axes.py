"""An ICD-10-PCS code character by character: what the axis is called, what the value means, how it is defined."""

import sqlite3

from app.codes.detail import Axis
from app.codes.node import Node
from app.codes.pcs import definition_headings

AXIS_NAMES = {"Operation": "Root operation", "Type": "Root type"}
"""Two axes under the names that the reference manual gives them; the tables say less."""

TERMS_AT = (4, 6)
"""Body parts and devices: what the Index explains by `use`."""


def axes(db: sqlite3.Connection, node: Node) -> tuple[Axis, ...]:
    """The characters that a node has, in order, each with what it means in its table."""
    section = node.code[0]
    names = dict(db.execute("SELECT position, title FROM pcs_axis WHERE section = ?", (section,)).fetchall())
    found: list[Axis] = []
    for position, value in enumerate(node.code, start=1):
        table = node.code[: min(position - 1, 3)]
        # A row under the whole code goes before that of its table: in New Technology one character of one table may
        # mean several things, told apart by the other characters (XW033B3 and XW033B6).
        row = db.execute(
            'SELECT label FROM pcs_value WHERE "table" IN (?, ?) AND position = ? AND value = ?'
            ' ORDER BY length("table") DESC LIMIT 1',
            (table, node.code, position, value),
        ).fetchone()
        # Of a section that is not loaded there is its name and nothing else.
        label: str = row[0] if row else node.title if len(node.code) == 1 else ""
        above = [axis.label for axis in found]
        texts = _definition(db, section, position, label, above)
        terms = _terms(db, label, above[1]) if position in TERMS_AT else ()
        found.append(Axis(position, _name(names.get(position, "")), value, label, *texts, terms))
    return tuple(found)


def _name(title: str) -> str:
    """`Body System / Region` -> `Body system / region`."""
    return AXIS_NAMES.get(title) or title.capitalize()


def _definition(
    db: sqlite3.Connection, section: str, position: int, label: str, above: list[str]
) -> tuple[str, str, str]:
    """Definition, explanation and examples: under the label itself, or under what the definitions add to it."""
    wanted = (label,) if position <= 3 else definition_headings(label, *above[:3])
    marks = ",".join("?" * len(wanted))
    rows = db.execute(
        "SELECT label, definition, explanation, examples FROM pcs_definition"
        f" WHERE section = ? AND position = ? AND label IN ({marks})",
        (section, position, *wanted),
    )
    texts = {row[0]: (row[1], row[2], row[3]) for row in rows}
    return next((texts[heading] for heading in wanted if heading in texts), ("", "", ""))


def _terms(db: sqlite3.Connection, label: str, body_system: str) -> tuple[str, ...]:
    """The Index terms that say to use a value: `Vermiform appendix` says `use Appendix`.

    What a term means in one body system only is told apart by it: `use Autologous Venous Tissue in Upper Veins`.
    """
    rows = db.execute(
        "SELECT DISTINCT path FROM index_entry WHERE kind = 'use' AND see IN (?, ?) ORDER BY path",
        (label, f"{label} in {body_system}"),
    )
    return tuple(path.replace("\n", ", ") for (path,) in rows)
