"""Rows into a code database that is being compiled: releases, nodes, and whatever tables a code set fills."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from app.codes.records import Level
from app.codes.shapes import written
from app.codes.systems import System
from app.library.nodes import PlacedNodes, PlannedNode
from app.releases.records import Release

Row = dict[str, Any]

CODE_LEVELS = frozenset({Level.CATEGORY, Level.SUBCATEGORY, Level.CODE, Level.SEVENTH, Level.PCS_CODE})
"""What the order files count as codes: headings of ICD-10-CM are, families of ICD-10-PCS are not."""


class Writer:
    """Writes through sqlite-utils, but for what it has no words for."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def insert(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Rows of one table, each with all of its columns."""
        self._db[table].insert_all(rows, batch_size=500)

    def insert_full_text(self, system: System, rows: Iterable[tuple[int, str]]) -> None:
        """Rows of a full-text index, whose rowid carries the order: no column, as sqlite-utils would need."""
        self._db.conn.executemany(f"INSERT INTO entry_words_{system.value} (rowid, words) VALUES (?, ?)", rows)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What is in the database already."""
        return self._db.conn.execute(query, values).fetchall()

    def add_code_set(self, release: Release, planned: list[PlannedNode]) -> PlacedNodes:
        """A release with its sources and nodes; `planned` in the order of the book, parents first."""
        placed = PlacedNodes(release.system, planned)
        self._add_nodes(self._add_release(release, planned), placed)
        return placed

    def _add_release(self, release: Release, planned: list[PlannedNode]) -> int:
        row = {
            "system": release.system.value,
            "name": release.name,
            "effective_from": release.effective_from.isoformat(),
            "effective_to": release.effective_to.isoformat(),
            "remark": release.remark,
            "codes": sum(node.level in CODE_LEVELS for node in planned),
            "valid": sum(node.standing.billable for node in planned),
        }
        key = self._db["release"].insert(row).last_pk
        self.insert("source", ({"release": key, "file": s.file, "sha256": s.sha256} for s in release.sources))
        return int(key)

    def _add_nodes(self, release: int, placed: PlacedNodes) -> None:
        ids = placed.ids
        last = {key: key for key in ids.values()}
        variants: Counter[int] = Counter()
        for node in reversed(placed.planned):
            key = ids[node.plain]
            if node.standing.billable:
                variants[key] += 1
            if node.parent is not None:
                above = ids[node.parent]
                variants[above] += variants[key]
                last[above] = max(last[above], last[key])
        self.insert(
            "node",
            (
                {
                    "id": ids[node.plain],
                    "release": release,
                    "system": placed.system.value,
                    "code": written(placed.system, node.plain),
                    "plain": node.plain,
                    "title": node.title,
                    "level": node.level.value,
                    "standing": node.standing.value,
                    "parent": ids[node.parent] if node.parent is not None else None,
                    "last": last[ids[node.plain]],
                    "variants": variants[ids[node.plain]],
                    "valid_from": None,
                    "valid_to": None,
                }
                for node in placed.planned
            ),
        )
