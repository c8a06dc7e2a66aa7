"""Nodes as they are read from the code database: one by one, by branch, by code."""

import sqlite3
from collections.abc import Iterable

from app.codes.node import CodeStatus, Level, Node
from app.codes.shapes import plain
from app.codes.systems import System
from app.library.reading.cache import TwoGenerationCache, filled_up

NODE = "SELECT n.id, n.system, n.code, n.title, n.level, n.status, n.parent, n.variants, n.last > n.id FROM node n"

# Looked up, which for the hundred nodes of an answer takes a tenth of what calling the enumerations does.
SYSTEMS = {system.value: system for system in System}
LEVELS = {level.value: level for level in Level}
CODE_STATUSES = {status.value: status for status in CodeStatus}

BILLABLE = f"status IN ({', '.join(repr(status.value) for status in CodeStatus if status.billable)})"
"""The condition on a node that `Node.billable` is; a table's letter may stand before it: `n.{BILLABLE}`."""

KEPT = 1024
"""Nodes that are kept: those of some answers and what is above them, half a megabyte."""


def node_from_row(row: tuple[int, str, str, str, str, str, int | None, int, int]) -> Node:
    """A node from a row of the columns of NODE."""
    key, system, code, title, level, status, parent, variants, below = row
    return Node(key, SYSTEMS[system], code, title, LEVELS[level], CODE_STATUSES[status], parent, variants, bool(below))


class NodeRows:
    """Nodes by id, by branch and by code."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._kept: TwoGenerationCache[Node] = TwoGenerationCache(KEPT)

    def select(self, where: str, *values: object) -> tuple[Node, ...]:
        """The nodes `n` that what follows `FROM node n` leaves."""
        return tuple(node_from_row(row) for row in self._db.execute(f"{NODE} {where}", values))

    def node(self, key: int) -> Node:
        """The node of that id. Raises KeyError for an id that there is not."""
        row = self._db.execute(f"{NODE} WHERE n.id = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return node_from_row(row)

    def nodes(self, ids: Iterable[int]) -> dict[int, Node]:
        """Many nodes at once, by id. Those of the last questions are kept."""
        return self._kept.all_of(ids, self._read)

    def _read(self, ids: list[int]) -> list[tuple[int, Node]]:
        wanted = filled_up(ids)
        marks = ",".join("?" * len(wanted))
        return [(node.id, node) for node in self.select(f"WHERE n.id IN ({marks})", *wanted)]

    def roots(self, system: System) -> tuple[Node, ...]:
        """The top of a code set: chapters of ICD-10-CM, sections of ICD-10-PCS and HCPCS, all places of service."""
        return self.select("WHERE n.parent IS NULL AND n.system = ? ORDER BY n.id", system.value)

    def children(self, key: int) -> tuple[Node, ...]:
        """What stands directly below a node, in the order of the book."""
        return self.select("WHERE n.parent = ? ORDER BY n.id", key)

    def variants(self, key: int) -> tuple[Node, ...]:
        """The valid codes at and below a node, in the order of the book."""
        return self.select(
            f"WHERE n.id BETWEEN ? AND (SELECT last FROM node WHERE id = ?) AND n.{BILLABLE} ORDER BY n.id",
            key,
            key,
        )

    def ancestors(self, key: int) -> tuple[Node, ...]:
        """The nodes above, root first, without the node itself."""
        rows = self._db.execute(
            "WITH RECURSIVE above (id) AS (SELECT parent FROM node WHERE id = ?"
            " UNION ALL SELECT node.parent FROM node JOIN above ON node.id = above.id WHERE above.id IS NOT NULL)"
            f" {NODE} JOIN above ON above.id = n.id ORDER BY n.id",
            (key,),
        )
        return tuple(node_from_row(row) for row in rows)

    def find(self, system: System, code: str) -> Node | None:
        """Exactly this code of this code set, with or without its dot; also a chapter's number or a section's range."""
        found = self.select("WHERE n.plain = ? AND n.system = ?", plain(code), system.value)
        return found[0] if found else None
