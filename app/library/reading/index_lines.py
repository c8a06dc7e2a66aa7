"""The lines of Indexes and tables that lead to a code."""

import sqlite3

from app.codes.detail import IndexLine
from app.codes.node import Level, Node
from app.codes.systems import System

MOST_LINES = 200
"""Lines that are read of a code; C79.89 has 530, most of them cells of the Neoplasm Table."""


def index_lines(db: sqlite3.Connection, node: Node) -> tuple[tuple[IndexLine, ...], int]:
    """The first lines that lead to a node, in the order of the books, and how many there are.

    A finished code takes those of its stem or family, and a PCS code of its own beginnings. Headings take only lines
    that name them: what leads to a code below them is read there.
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
    read = [entry for (entry,) in leading[:MOST_LINES]]
    marks = ",".join("?" * len(read))
    rows = db.execute(
        f"SELECT book, path, kind, see, manifestation FROM index_entry WHERE id IN ({marks}) AND kind != 'use'"
        " ORDER BY id",
        read,
    )
    # Some lines of a book are there twice.
    lines = tuple(
        dict.fromkeys(
            IndexLine(tuple(path.split("\n")), _see(kind, see, second), book) for book, path, kind, see, second in rows
        )
    )
    return lines, len(leading) if len(leading) > MOST_LINES else len(lines)


def _see(kind: str, see: str, manifestation: str) -> str:
    """`see Resection, Appendix`; of a code that another one follows, which: `with G63 as the second code`."""
    if kind != "code":
        return f"{kind} {see}"
    return f"with {manifestation} as the second code" if manifestation else ""
