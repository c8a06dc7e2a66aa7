"""The search index in the code database: every statement that the engine asks, and what it keeps of the answers."""

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from sys import intern
from typing import NamedTuple

from app.codes.systems import System
from app.library.entries import EntryKind
from app.library.ids import BLOCK, BLOCK_BITS, first_id, id_range
from app.library.reading.cache import TwoGenerationCache, filled_up
from app.library.reading.node_rows import BILLABLE
from app.search.matching.expressions import all_parts
from app.search.parsing.query import Slot
from app.search.parsing.vocabulary import WordsBySystem, packed_numbers

MATCHING = {
    system: "SELECT json_group_array(rowid) FROM"
    f" (SELECT rowid FROM entry_words_{system.value} WHERE entry_words_{system.value} MATCH ? LIMIT ?)"
    for system in System
}
"""One text instead of a row for each entry: of thousands, two thirds of the time."""

KINDS = {kind.value: kind for kind in EntryKind}
"""Looked up, which for the hundreds of entries of a search takes a tenth of what calling the enumeration does."""

OFFSET = (BLOCK - 1).__and__
"""The place of an entry in the block of its code set: called for thousands, without a call of ours for each."""

ENTRIES_KEPT = 1024
"""Entries that are kept with their words: some keystrokes' worth, a megabyte."""

PARENTS_KEPT = 4096

MATCHES_KEPT = 8
"""Answers of the full-text index that are kept, up to 2,000 entries each, which are some 200 kB each."""

HELD_KEPT = 16
"""Parts of the text whose entries are kept as a set, at most 9,000 each."""

SLOTS_KEPT = 256
"""Parts of the text of which is remembered which code sets hold them."""

TOGETHER_KEPT = 1024
"""Beginnings of texts of which is remembered whether any entry holds them."""


class FoundEntry(NamedTuple):
    """A row of the index: a text that leads to a node. A lower id answers better, see app.library.entries.

    A tuple, since a keystroke reads dozens: a frozen record takes four times as long to make.
    """

    id: int
    node: int
    kind: EntryKind
    text: str
    words: tuple[str, ...]


class SearchIndex:
    """Questions to the index by words and by beginnings of codes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        # SQLite opens the full-text table when it is first asked. Interrupted in that moment, it would say `vtable
        # constructor failed`, which is not to be told from a damaged file.
        held = connection.execute("SELECT DISTINCT system FROM packed WHERE system != ''").fetchall()
        self._systems = tuple(sorted((System(system) for (system,) in held), key=lambda system: system.rank))
        self._words = WordsBySystem(connection, self._systems)
        self._entries: TwoGenerationCache[FoundEntry] = TwoGenerationCache(ENTRIES_KEPT)
        self._parents: TwoGenerationCache[int | None] = TwoGenerationCache(PARENTS_KEPT)
        self.matching = lru_cache(maxsize=MATCHES_KEPT)(self._matching)
        self.holding_one = lru_cache(maxsize=HELD_KEPT)(self._holding_one)
        self._systems_of = lru_cache(maxsize=SLOTS_KEPT)(self._holding_slot)
        self.together = lru_cache(maxsize=TOGETHER_KEPT)(self._together)
        self._node_of_entry: dict[int, array[int]] = {}
        self._order_of_entry: dict[int, array[int]] = {}
        for system in self._systems:
            connection.execute(MATCHING[system], ("a", 1)).fetchall()
            block = first_id(system) >> BLOCK_BITS
            self._node_of_entry[block] = packed_numbers(connection, "node_of_entry", system.value)
            self._order_of_entry[block] = packed_numbers(connection, "order_of_entry", system.value)

    @property
    def systems(self) -> tuple[System, ...]:
        """The code sets that are loaded, in the order in which they are shown."""
        return self._systems

    # By words

    def asked(self, systems: frozenset[System]) -> tuple[System, ...]:
        """Those of some code sets that are loaded, in the order in which they are shown; of none, all."""
        return tuple(system for system in self._systems if not systems or system in systems)

    def holding(self, slots: Iterable[Slot], systems: Iterable[System], *, whole: bool = False) -> list[System]:
        """Those code sets that hold a word for every slot: the others have no entry that does."""
        found = list(systems)
        for slot in slots:
            held = self._systems_of(slot, whole)
            found = [system for system in found if system in held]
        return found

    def _holding_slot(self, slot: Slot, whole: bool) -> frozenset[System]:
        holds = self._words.holds
        wanted = [[(word, reading.begins and not whole) for word in reading.words] for reading in slot.readings]
        return frozenset(
            system for system in self._systems if any(all(holds(system, *word) for word in words) for words in wanted)
        )

    def entries_matching(self, expression: str, limit: int, systems: Iterable[System]) -> list[list[int]]:
        """Ids of entries that an expression finds: a list for each code set, best first, at most `limit` long."""
        found: list[list[int]] = []
        for system in systems:
            entries = self._ids_matching(system, expression, limit)
            if entries:
                found.append(entries)
        return found

    def _ids_matching(self, system: System, expression: str, limit: int) -> list[int]:
        (found,) = self._db.execute(MATCHING[system], (expression, limit)).fetchone()
        return json.loads(found)

    def _matching(self, system: System, expression: str, limit: int) -> tuple[list[int], frozenset[int]]:
        """Entries of a code set that an expression finds, best first, and the nodes that they lead to."""
        entries = self._ids_matching(system, expression, limit)
        nodes = self._node_of_entry[first_id(system) >> BLOCK_BITS]
        return entries, frozenset(map(nodes.__getitem__, map(OFFSET, entries)))

    def _holding_one(self, expression: str, limit: int, systems: tuple[System, ...]) -> frozenset[int]:
        """The same of several code sets, in no order: what holds a part of the text, which stays while others are
        typed."""
        return frozenset(chain.from_iterable(self.entries_matching(expression, limit, systems)))

    def _together(self, system: System, parts: tuple[str, ...]) -> bool:
        """Whether an entry of a code set matches all of some expressions.

        What was typed so far is found nowhere together long before the last word is: then nothing need be looked for.
        """
        if len(parts) > 1 and not self.together(system, parts[:-1]):
            return False
        return bool(self._ids_matching(system, all_parts(parts), 1))

    def best_first(self, found: list[list[int]], number: int) -> list[int]:
        """The first entries of several code sets in one list, best first; each set gives so many at most."""
        filled = [entries[:number] for entries in found if entries]
        if len(filled) == 1:
            return filled[0]
        return sorted((entry for entries in filled for entry in entries), key=self.order)

    def order(self, entry: int) -> tuple[int, int]:
        """By which entries of several code sets are put in order, the shortest first."""
        return self._order_of_entry[entry >> BLOCK_BITS][entry & (BLOCK - 1)], entry

    def node_of(self, entry: int) -> int:
        """The node that an entry leads to."""
        return self._node_of_entry[entry >> BLOCK_BITS][entry & (BLOCK - 1)]

    def nodes_of(self, entries: list[int]) -> Iterator[int]:
        """The nodes that entries of one code set lead to, entry by entry."""
        nodes = self._node_of_entry[entries[0] >> BLOCK_BITS] if entries else array("I")
        return map(nodes.__getitem__, map(OFFSET, entries))

    def entries(self, ids: Iterable[int]) -> list[FoundEntry]:
        """The rows of these ids, in ascending order."""
        return list(self._entries.all_of(sorted(ids), self._read_entries).values())

    def _read_entries(self, ids: list[int]) -> list[tuple[int, FoundEntry]]:
        wanted = filled_up(ids)
        marks = ",".join("?" * len(wanted))
        rows = self._db.execute(
            "SELECT e.id, e.node, e.kind, CASE e.text WHEN '' THEN n.title ELSE e.text END, e.words"
            f" FROM entry e JOIN node n ON n.id = e.node WHERE e.id IN ({marks})",
            wanted,
        )
        return [
            # A few thousand words make up all entries: kept once, and found in a dictionary without being compared.
            (key, FoundEntry(key, node, KINDS[kind], text, tuple(map(intern, words.split(" ")))))
            for key, node, kind, text, words in rows
        ]

    def unloaded_index_line(self, words: Iterable[str]) -> tuple[str, str] | None:
        """An Index line that holds all words and leads to codes that are not loaded: its path and their beginning."""
        wanted = [f"%{word}%" for word in words]
        like = " AND ".join(["e.path LIKE ?"] * len(wanted))
        row = self._db.execute(
            "SELECT e.path, t.code FROM index_target t JOIN index_entry e ON e.id = t.entry"
            f" WHERE t.node IS NULL AND {like} ORDER BY length(e.path), e.id LIMIT 1",
            wanted,
        ).fetchone()
        return (row[0].replace("\n", ", "), row[1]) if row else None

    # By code

    def nodes_beginning(self, code: str, *, finished: bool, limit: int, valid_only: bool) -> list[int]:
        """Ids of nodes whose plain code begins so, in the order of the book (of more than `limit`, the lowest codes).

        `finished` asks for the codes that complete a family; `valid_only` leaves out headings, but not families. A
        section of one category is never there beside the category. `25000-25999` is a range, no code that begins with
        25.
        """
        level = "IN" if finished else "NOT IN"
        kept = f" AND ({BILLABLE} OR (level IN ('code', 'family') AND variants > 0))" if valid_only else ""
        rows = self._db.execute(
            f"SELECT id FROM node WHERE plain >= ? AND plain < ? AND level {level} ('seventh', 'pcs_code'){kept}"
            " AND level != 'group' AND NOT (level = 'section' AND substr(plain, 1, 3) = substr(plain, 5))"
            " ORDER BY plain LIMIT ?",
            (code, code + "\x7f", limit),
        )
        return sorted(row[0] for row in rows)

    def groups(self, system: System) -> list[tuple[int, str]]:
        """The sections and ranges of HCPCS, CPT or the modifiers: id and plain code, in the order of the book."""
        rows = self._db.execute(
            "SELECT id, plain FROM node WHERE id BETWEEN ? AND ? AND level = 'group' ORDER BY id", id_range(system)
        )
        return rows.fetchall()

    def group(self, range_: str) -> int | None:
        """The id of the section or range that is written so: `J0120-J3591`."""
        row = self._db.execute("SELECT id FROM node WHERE plain = ? AND level = 'group'", (range_,)).fetchone()
        return row[0] if row else None

    def replacements(self, ids: Iterable[int]) -> list[tuple[int, str]]:
        """What replaced those of some codes that have ended: the node's id and the code that it replaces."""
        wanted = tuple(ids)
        marks = ",".join("?" * len(wanted))
        rows = self._db.execute(
            "SELECT r.id, n.code FROM link l JOIN node n ON n.id = l.node JOIN node r ON r.plain = l.plain"
            f" AND r.system = l.system WHERE l.node IN ({marks}) AND l.label = 'Replaced by'"
            " AND n.status = 'ended' ORDER BY l.node, l.position",
            wanted,
        )
        return rows.fetchall()

    def has_maps(self) -> bool:
        """Whether the General Equivalence Maps are loaded, to and from ICD-9-CM."""
        return self._db.execute("SELECT 1 FROM equivalence LIMIT 1").fetchone() is not None

    # Nodes

    def parents(self, ids: Iterable[int]) -> dict[int, int]:
        """The parent of each node and of everything above it; a root has none."""
        found: dict[int, int] = {}
        wanted = set(ids)
        # Level by level: SQLite takes a recursive query over so many starting points for a scan of the table.
        while wanted:
            level = self._parents.all_of(wanted, self._read_parents)
            above = {key: parent for key, parent in level.items() if parent is not None}
            found |= above
            wanted = set(above.values()) - found.keys()
        return found

    def _read_parents(self, ids: list[int]) -> list[tuple[int, int | None]]:
        asked = filled_up(ids)
        marks = ",".join("?" * len(asked))
        return self._db.execute(f"SELECT id, parent FROM node WHERE id IN ({marks})", asked).fetchall()

    def rows_for(self, ids: Iterable[int]) -> list[int]:
        """The ids that stand in results for these: for a family of one, that of its only code."""
        wanted = tuple(ids)
        marks = ",".join("?" * len(wanted))
        sole = dict(
            self._db.execute(
                "SELECT f.id, v.id FROM node f JOIN node v ON v.parent = f.id"
                f" WHERE f.id IN ({marks}) AND f.variants = 1 AND f.level IN ('code', 'family') AND v.{BILLABLE}",
                wanted,
            )
        )
        return list(dict.fromkeys(sole.get(key, key) for key in wanted))

    def finished_titles(self, families: Iterable[int], limit: int) -> list[tuple[int, str]]:
        """The codes that finish some families: the family's id and the code's title, `limit` at most."""
        wanted = tuple(families)
        marks = ",".join("?" * len(wanted))
        rows = self._db.execute(
            f"SELECT parent, title FROM node WHERE parent IN ({marks}) AND level IN ('seventh', 'pcs_code') LIMIT ?",
            (*wanted, limit),
        )
        return rows.fetchall()

    def seventh_meanings(self) -> list[str]:
        """What the 7th characters of ICD-10-CM mean."""
        return [meaning for (meaning,) in self._db.execute("SELECT DISTINCT meaning FROM seventh ORDER BY meaning")]

    def axis_labels(self) -> list[tuple[str, str, str]]:
        """The section, axis and label of every value behind a family's of ICD-10-PCS, in the order of the code."""
        rows = self._db.execute(
            "SELECT DISTINCT a.section, lower(a.title), v.label FROM pcs_value v"
            ' JOIN pcs_axis a ON a.section = substr(v."table", 1, 1) AND a.position = v.position'
            " WHERE v.position > 4 ORDER BY a.section, v.position, v.label"
        )
        return rows.fetchall()

    def body_parts(self) -> list[str]:
        """What ICD-10-PCS calls the parts of the body, of the Medical and Surgical section."""
        rows = self._db.execute("SELECT DISTINCT label FROM pcs_value WHERE position = 4 AND \"table\" LIKE '0%'")
        return [label for (label,) in rows]

    def last_below(self, node: int) -> int:
        """The id of the last node below a node."""
        row = self._db.execute("SELECT last FROM node WHERE id = ?", (node,)).fetchone()
        return row[0] if row else node
