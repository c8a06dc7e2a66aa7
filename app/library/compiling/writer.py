"""The writer of rows of a code database: releases, nodes, and the other tables of a code set."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import chain
from typing import Any

from app.codes.detail import Passage
from app.codes.node import CodeStatus, Level
from app.codes.parts import PAYMENT_PARTS, Part
from app.codes.shapes import written
from app.codes.systems import System
from app.library.compiling.nodes import PlacedNodes
from app.library.ids import id_range
from app.releases.records import HcpcsCode, Release

Row = dict[str, Any]

COUNTED_LEVELS = frozenset({Level.CATEGORY, Level.SUBCATEGORY, Level.CODE, Level.SEVENTH, Level.PCS_CODE, Level.ITEM})
"""Levels that the order files count as codes: headings of ICD-10-CM, but not families of ICD-10-PCS."""

TABLES_OF_NODES = (
    "note",
    "change",
    "link",
    "field",
    "passage",
    "seventh",
    "visual_range",
    "modifier_use",
    "hcpcs_code",
    "tabular_node",
)
"""Tables whose rows belong to a node, by their column `node`."""


PARTS_IN_OWN_TABLES = (Part.MAPS, Part.ICD9, *PAYMENT_PARTS)
"""Parts in tables of their own, which stay when a code set is replaced."""


class Writer:
    """Writes through sqlite-utils, and directly where that has no function."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def insert(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows of one table, each with the columns of the first one.

        sqlite-utils looks at each value, which took a third of the time of making a library.
        """
        remaining = iter(rows)
        first = next(remaining, None)
        if first is None:
            return
        columns = list(first)
        names = ", ".join(f'"{column}"' for column in columns)
        self._db.conn.executemany(
            f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})',
            ([row[column] for column in columns] for row in chain((first,), remaining)),
        )

    def insert_full_text(self, system: System, rows: Iterable[tuple[int, str]]) -> None:
        """Insert rows of a full-text index, whose rowid is their order; sqlite-utils would need a column for it."""
        self._db.conn.executemany(f"INSERT INTO entry_words_{system.value} (rowid, words) VALUES (?, ?)", rows)

    def execute(self, statement: str, *values: object) -> None:
        """Run a statement that returns no rows."""
        self._db.conn.execute(statement, values)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return rows of the database."""
        return self._db.conn.execute(query, values).fetchall()

    def clear(self, system: System) -> None:
        """Delete everything that belongs to a code set."""
        execute = self._db.conn.execute
        block = id_range(system)
        execute("DELETE FROM reference WHERE note IN (SELECT id FROM note WHERE node BETWEEN ? AND ?)", block)
        execute("DELETE FROM index_target WHERE entry BETWEEN ? AND ?", block)
        execute("DELETE FROM index_entry WHERE id BETWEEN ? AND ?", block)
        for table in TABLES_OF_NODES:
            execute(f"DELETE FROM {table} WHERE node BETWEEN ? AND ?", block)
        for table in ("entry", "node"):
            execute(f"DELETE FROM {table} WHERE id BETWEEN ? AND ?", block)
        own_tables = ", ".join(f"'{part.value}'" for part in PARTS_IN_OWN_TABLES)
        of_codes = f"system = ? AND part NOT IN ({own_tables})"
        execute(f"DELETE FROM source WHERE release IN (SELECT id FROM release WHERE {of_codes})", (system.value,))
        execute(f"DELETE FROM release WHERE {of_codes}", (system.value,))
        for table in ("packed", "notice"):
            execute(f"DELETE FROM {table} WHERE system = ?", (system.value,))
        own = {
            System.ICD10CM: ("convention", "conversion"),
            System.ICD10PCS: ("pcs_value", "pcs_definition", "pcs_axis"),
            System.HCPCS: ("processing_note",),
        }
        for table in own.get(system, ()):
            execute(f"DELETE FROM {table}")
        words = f"entry_words_{system.value}"
        execute(f"INSERT INTO {words} ({words}) VALUES ('delete-all')")

    def clear_release(self, system: System, part: Part) -> None:
        """Delete the release of one part of a code set."""
        execute = self._db.conn.execute
        releases = "SELECT id FROM release WHERE system = ? AND part = ?"
        execute(f"DELETE FROM source WHERE release IN ({releases})", (system.value, part.value))
        execute("DELETE FROM release WHERE system = ? AND part = ?", (system.value, part.value))

    def add_release(
        self,
        system: System,
        part: Part,
        release: Release,
        *,
        codes: int,
        valid: int = 0,
        current: bool = True,
    ) -> None:
        """Add a release of a part of a code set."""
        dates = release.effective_from, release.effective_to
        key = self._add_release(
            system, part, release.name, dates, release.remark, codes, valid, current, release.sections
        )
        self.insert("source", ({"release": key, "file": s.file, "sha256": s.sha256} for s in release.sources))

    def add_own_words(self, system: System, name: str, remark: str, *, codes: int, valid: int) -> None:
        """Add the release of our own words on a code set, which has no source file and does not end."""
        self._add_release(system, Part.OURS, name, (None, None), remark, codes, valid, True, "")

    def _add_release(
        self,
        system: System,
        part: Part,
        name: str,
        dates: tuple[date | None, date | None],
        remark: str,
        codes: int,
        valid: int,
        current: bool,
        sections: str,
    ) -> object:
        """Add a release without its sources. Returns its key."""
        row = {
            "system": system.value,
            "part": part.value,
            "name": name,
            "effective_from": dates[0].isoformat() if dates[0] else None,
            "effective_to": dates[1].isoformat() if dates[1] else None,
            "remark": remark,
            "codes": codes,
            "valid": valid,
            "current": int(current),
            "sections": sections,
        }
        return self._db["release"].insert(row).last_pk

    def add_nodes(self, placed: PlacedNodes) -> None:
        """Add the nodes of a code set, with their changes."""
        ids = placed.ids
        last = {key: key for key in ids.values()}
        variants: Counter[int] = Counter()
        for node in reversed(placed.planned):
            key = ids[node.plain]
            if node.status.billable:
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
                    "system": placed.system.value,
                    "code": written(placed.system, node.plain),
                    "plain": node.plain,
                    "title": node.title,
                    "level": node.level.value,
                    "status": node.status.value,
                    "parent": ids[node.parent] if node.parent is not None else None,
                    "last": last[ids[node.plain]],
                    "variants": variants[ids[node.plain]],
                    "valid_from": node.valid_from.isoformat() if node.valid_from else None,
                    "valid_to": node.valid_to.isoformat() if node.valid_to else None,
                }
                for node in placed.planned
            ),
        )
        self.insert(
            "change",
            (
                {
                    "node": ids[node.plain],
                    "position": position,
                    "kind": change.kind.value,
                    "on": change.on.isoformat(),
                    "text": change.text,
                    "after": change.after.isoformat() if change.after else None,
                }
                for node in placed.planned
                for position, change in enumerate(node.changes)
            ),
        )

    def add_hcpcs(self, placed: PlacedNodes, codes: Iterable[HcpcsCode]) -> None:
        """Add the facts of the HCPCS file on its codes beside their fields."""
        self.insert(
            "hcpcs_code",
            (
                {
                    "node": placed.ids[code.code],
                    "short": code.short,
                    "effective": code.effective.isoformat() if code.effective else None,
                    "ended": code.ended.isoformat() if code.ended else None,
                    "action": code.action,
                }
                for code in codes
            ),
        )

    def add_passages(self, passages: Iterable[tuple[int, Iterable[Passage]]]) -> None:
        """Add texts about nodes, those of a node in the order of its page."""
        self.insert(
            "passage",
            (
                {
                    "node": node,
                    "position": position,
                    "heading": passage.heading,
                    "text": passage.text,
                    "ours": int(passage.ours),
                }
                for node, texts in passages
                for position, passage in enumerate(texts)
            ),
        )

    def add_links(self, links: Iterable[tuple[int, str, System, str]]) -> None:
        """Add links as (node, label, code set, plain code); those of a node in the order of its page."""
        positions: Counter[int] = Counter()

        def rows() -> Iterable[Row]:
            for node, label, system, plain in links:
                positions[node] += 1
                yield {
                    "node": node,
                    "position": positions[node],
                    "label": label,
                    "system": system.value,
                    "plain": plain,
                }

        self.insert("link", rows())


def counts(placed: PlacedNodes) -> dict[str, int]:
    """Return the number of codes of the newest release, and of those that are valid for submission."""
    current = [node for node in placed.planned if node.level in COUNTED_LEVELS and node.status is not CodeStatus.ENDED]
    return {"codes": len(current), "valid": sum(node.status.billable for node in current)}
