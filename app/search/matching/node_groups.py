"""Groups of nodes whose entries stand before or after others: read from the code database at the first search."""

import sqlite3
from collections.abc import Iterable

from app.codes.systems import System
from app.library.ids import id_range


class NodeGroups:
    """Reads the ids of groups of nodes over a connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def headings_of_procedures(self) -> frozenset[int]:
        """Return the ids of the sections, body systems and operations of ICD-10-PCS, which no body part is part of, and
        of families whose title lacks the operation (`… of Lung`)."""
        rows = self._connection.execute(
            "SELECT id FROM node WHERE level IN ('body_system', 'operation') AND last > id"
            " UNION SELECT id FROM node WHERE level = 'family' AND last > id AND title LIKE '… of %' AND system = ?"
            " UNION SELECT id FROM node WHERE parent IS NULL AND level = 'pcs_section'",
            (System.ICD10PCS,),
        )
        return frozenset(key for (key,) in rows)

    def without_codes(self) -> frozenset[int]:
        """Return the ids of sections and ranges below which no code is loaded."""
        rows = self._connection.execute(
            "SELECT id FROM node WHERE id > ? AND level = 'group' AND variants = 0 AND status = 'heading'"
            " UNION SELECT id FROM node WHERE parent IS NULL AND level = 'pcs_section' AND variants = 0",
            (id_range(System.ICD10PCS)[1],),
        )
        return frozenset(key for (key,) in rows)

    def unlisted(self, system: System) -> frozenset[int]:
        """Return the ids of the codes of a code set for what has no code of its own, but not of drugs of any
        maker."""
        rows = self._connection.execute(
            "SELECT id FROM node WHERE id BETWEEN ? AND ? AND (title LIKE '%unlisted%' OR title LIKE '%unclassified%'"
            " OR title LIKE '%not otherwise classified%' OR title LIKE '%miscellaneous%')"
            " AND title NOT LIKE '%unlisted make%'",
            id_range(system),
        )
        return frozenset(key for (key,) in rows)

    def between(self, system: System, ranges: Iterable[tuple[str, str]]) -> frozenset[int]:
        """Return the ids of the codes of a code set in ranges of plain codes, both ends included."""
        ids: set[int] = set()
        for first, last in ranges:
            rows = self._connection.execute(
                "SELECT id FROM node WHERE plain BETWEEN ? AND ? AND system = ?", (first, last, system.value)
            )
            ids.update(key for (key,) in rows)
        return frozenset(ids)
