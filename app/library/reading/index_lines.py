"""The lines of Indexes and tables that lead to a code."""

import sqlite3

from app.codes.detail import IndexLine
from app.codes.node import Level, Node
from app.codes.systems import System

MOST_INDEX_LINES = 200
"""Lines that are read for a code; C79.89 has 530, most of them cells of the Neoplasm Table."""


def index_lines(db: sqlite3.Connection, node: Node) -> tuple[tuple[IndexLine, ...], int]:
    """Return the first lines that lead to a node, in the order of the books, and the number of all of them.

    A finished code has those of its stem or family too, and a PCS code those of its own beginnings. Headings have only
    lines that name them: lines that lead to a code below are on the page of that code.
    """
    if node.level in (Level.PCS_SECTION, Level.BODY_SYSTEM):
        return (), 0
    above = node.parent if node.level in (Level.PCS_CODE, Level.SEVENTH) else None
    begins = ""
    values: list[object] = [node.id, above or node.id]
    if node.system is System.ICD10PCS:
        begins = " AND substr(?, 1, length(t.code)) = t.code"
        values.append(node.code.ljust(7))
    leading = db.execute(
        f"SELECT DISTINCT t.entry FROM index_target t WHERE t.node IN (?, ?){begins} ORDER BY t.entry", values
    ).fetchall()
    entries = [entry for (entry,) in leading[:MOST_INDEX_LINES]]
    marks = ",".join("?" * len(entries))
    rows = db.execute(
        f"SELECT book, path, kind, see, manifestation FROM index_entry WHERE id IN ({marks}) AND kind != 'use'"
        " ORDER BY id",
        entries,
    )
    # Some lines of a book occur twice.
    lines = tuple(
        dict.fromkeys(
            IndexLine(tuple(path.split("\n")), _see(kind, see, second), book) for book, path, kind, see, second in rows
        )
    )
    return lines, len(leading) if len(leading) > MOST_INDEX_LINES else len(lines)


def _see(kind: str, see: str, manifestation: str) -> str:
    """Return the reference of a line, or an empty text: `see Resection, Appendix`, `with G63 as the second code`."""
    if kind != "code":
        return f"{kind} {see}"
    return f"with {manifestation} as the second code" if manifestation else ""
