"""Nodes of the code database, read by id, by branch or by code."""

import sqlite3
from collections.abc import Iterable

from app.codes.node import CodeStatus, Level, Node
from app.codes.shapes import plain
from app.codes.systems import System
from app.library.reading.cache import TwoGenerationCache, pad_to_power_of_two

NODE_QUERY = (
    "SELECT n.id, n.system, n.code, n.title, n.level, n.status, n.parent, n.variants, n.last > n.id FROM node n"
)

# Looked up, which for the hundred nodes of an answer takes a tenth of the time of calling the enumerations.
SYSTEMS_BY_NAME = {system.value: system for system in System}
LEVELS = {level.value: level for level in Level}
CODE_STATUSES = {status.value: status for status in CodeStatus}

BILLABLE = f"status IN ({', '.join(repr(status.value) for status in CodeStatus if status.billable)})"
"""The condition for `Node.billable`; the alias of a table may precede it: `n.{BILLABLE}`."""

CACHED_NODES = 1024
"""Enough for the nodes of some answers and their ancestors; half a megabyte."""


def node_from_row(row: tuple[int, str, str, str, str, str, int | None, int, int]) -> Node:
    """Return a node from a row of the columns of NODE_QUERY."""
    key, system, code, title, level, status, parent, variants, below = row
    return Node(
        key, SYSTEMS_BY_NAME[system], code, title, LEVELS[level], CODE_STATUSES[status], parent, variants, bool(below)
    )


class NodeRows:
    """Nodes by id, by branch and by code."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._cache: TwoGenerationCache[Node] = TwoGenerationCache(CACHED_NODES)

    def select(self, where: str, *values: object) -> tuple[Node, ...]:
        """Return the nodes `n` that a clause after `FROM node n` selects."""
        return tuple(node_from_row(row) for row in self._db.execute(f"{NODE_QUERY} {where}", values))

    def node(self, key: int) -> Node:
        """Return the node of an id. Raises KeyError for an id that does not exist."""
        row = self._db.execute(f"{NODE_QUERY} WHERE n.id = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return node_from_row(row)

    def nodes(self, ids: Iterable[int]) -> dict[int, Node]:
        """Return many nodes at once, by id. Those of the last questions are cached."""
        return self._cache.all_of(ids, self._read)

    def _read(self, ids: list[int]) -> list[tuple[int, Node]]:
        padded = pad_to_power_of_two(ids)
        marks = ",".join("?" * len(padded))
        return [(node.id, node) for node in self.select(f"WHERE n.id IN ({marks})", *padded)]

    def roots(self, system: System) -> tuple[Node, ...]:
        """Return the top of a code set: chapters (ICD-10-CM), sections (ICD-10-PCS, HCPCS) or all codes (POS)."""
        return self.select("WHERE n.parent IS NULL AND n.system = ? ORDER BY n.id", system.value)

    def children(self, key: int) -> tuple[Node, ...]:
        """Return the nodes directly below a node, in the order of the book."""
        return self.select("WHERE n.parent = ? ORDER BY n.id", key)

    def variants(self, key: int) -> tuple[Node, ...]:
        """Return the valid codes at and below a node, in the order of the book."""
        return self.select(
            f"WHERE n.id BETWEEN ? AND (SELECT last FROM node WHERE id = ?) AND n.{BILLABLE} ORDER BY n.id",
            key,
            key,
        )

    def ancestors(self, key: int) -> tuple[Node, ...]:
        """Return the ancestors of a node, root first."""
        rows = self._db.execute(
            "WITH RECURSIVE above (id) AS (SELECT parent FROM node WHERE id = ?"
            " UNION ALL SELECT node.parent FROM node JOIN above ON node.id = above.id WHERE above.id IS NOT NULL)"
            f" {NODE_QUERY} JOIN above ON above.id = n.id ORDER BY n.id",
            (key,),
        )
        return tuple(node_from_row(row) for row in rows)

    def find(self, system: System, code: str) -> Node | None:
        """Return the node of a code, with or without its dot, of a chapter's number or of a section's range."""
        nodes = self.select("WHERE n.plain = ? AND n.system = ?", plain(code), system.value)
        return nodes[0] if nodes else None
