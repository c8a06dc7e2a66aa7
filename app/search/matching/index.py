"""The search index in the code database: every SQL statement of the engine, and the caches of their results."""

import json
import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import chain
from sys import intern
from typing import NamedTuple

from app.codes.systems import System
from app.library.entries import CC_GROUPS, EntryKind
from app.library.ids import BLOCK_BITS, BLOCK_SIZE, first_id, id_range
from app.library.reading.cache import TwoGenerationCache, pad_to_power_of_two
from app.library.reading.node_rows import BILLABLE
from app.search.matching.expressions import all_parts
from app.search.parsing.packed import packed_ids, packed_lines_if_any, packed_numbers
from app.search.parsing.query import Slot
from app.search.parsing.vocabulary import WordsBySystem

MATCHING_SQL = {
    system: "SELECT json_group_array(rowid) FROM"
    f" (SELECT rowid FROM entry_words_{system.value} WHERE entry_words_{system.value} MATCH ? LIMIT ?)"
    for system in System
}
"""One JSON text instead of a row for each entry, which for thousands of entries takes two thirds of the time."""

KIND_OF_VALUE = {kind.value: kind for kind in EntryKind}
"""A lookup here takes a tenth of the time of a call of the enumeration, which counts for hundreds of entries."""

OFFSET_IN_BLOCK = (BLOCK_SIZE - 1).__and__
"""The position of an entry in the block of its code set. A built-in method, since it is called for thousands."""

ENTRIES_CACHED = 1024
"""Entries that are cached with their words: some keystrokes' worth, a megabyte."""

MATCHES_CACHED = 8
"""Results of the full-text index that are cached, up to 2,000 entries or some 200 kB each."""

SLOT_ENTRIES_CACHED = 16
"""Parts of the text whose entries are cached as a set, at most 9,000 each."""

SLOT_SYSTEMS_CACHED = 256
"""Parts of the text for which the code sets that hold them are cached."""

TOGETHER_CACHED = 1024
"""Beginnings of texts for which it is cached whether any entry holds them."""


class IndexedEntry(NamedTuple):
    """An entry as the index has it: a text that leads to a node. A lower id answers better, see app.library.entries.

    A tuple, since a keystroke reads dozens: a frozen record takes four times as long to make.
    """

    id: int
    node: int
    kind: EntryKind
    text: str
    words: tuple[str, ...]


class SearchIndex:
    """Searches the index by words and by beginnings of codes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        # SQLite opens a full-text table at its first query. An interrupt at that moment would raise `vtable constructor
        # failed`, which looks the same as a damaged file: each table is queried once below.
        loaded = connection.execute("SELECT DISTINCT system FROM packed WHERE system != ''").fetchall()
        self._systems = tuple(sorted((System(system) for (system,) in loaded), key=lambda system: system.rank))
        self._words = WordsBySystem(connection, self._systems)
        self._entries: TwoGenerationCache[IndexedEntry] = TwoGenerationCache(ENTRIES_CACHED)
        self.matching = lru_cache(maxsize=MATCHES_CACHED)(self._matching)
        self.entries_of_slot = lru_cache(maxsize=SLOT_ENTRIES_CACHED)(self._entries_of_slot)
        self._systems_of = lru_cache(maxsize=SLOT_SYSTEMS_CACHED)(self._systems_of_slot)
        self.together = lru_cache(maxsize=TOGETHER_CACHED)(self._together)
        self._node_of_entry: dict[int, array[int]] = {}
        self._order_of_entry: dict[int, array[int]] = {}
        self._parent_of_node: dict[int, array[int]] = {}
        self._crowded = {
            system: frozenset(packed_lines_if_any(connection, "crowded_beginnings", system.value))
            for system in self._systems
        }
        for system in self._systems:
            connection.execute(MATCHING_SQL[system], ("a", 1)).fetchall()
            block = first_id(system) >> BLOCK_BITS
            self._node_of_entry[block] = packed_numbers(connection, "node_of_entry", system.value)
            self._order_of_entry[block] = packed_numbers(connection, "order_of_entry", system.value)
            self._parent_of_node[block] = packed_numbers(connection, "parent_of_node", system.value)

    @property
    def systems(self) -> tuple[System, ...]:
        """The code sets that are loaded, in the order in which they are shown."""
        return self._systems

    # By words

    def loaded(self, systems: frozenset[System]) -> tuple[System, ...]:
        """Return the given code sets that are loaded, in the order in which they are shown; without any, all loaded
        ones."""
        return tuple(system for system in self._systems if not systems or system in systems)

    def holding(self, slots: Iterable[Slot], systems: Iterable[System], *, whole_words: bool = False) -> list[System]:
        """Return the code sets that have a word for every slot: the others have no entry for them. `whole_words`
        allows no longer words that begin with one of the slot."""
        remaining = list(systems)
        for slot in slots:
            with_slot = self._systems_of(slot, whole_words)
            remaining = [system for system in remaining if system in with_slot]
        return remaining

    def _systems_of_slot(self, slot: Slot, whole_words: bool) -> frozenset[System]:
        holds = self._words.holds
        readings = [[(word, reading.begins and not whole_words) for word in reading.words] for reading in slot.readings]
        return frozenset(
            system for system in self._systems if any(all(holds(system, *word) for word in words) for words in readings)
        )

    def crowded(self, slot: Slot, systems: Iterable[System]) -> frozenset[System]:
        """Return the code sets of which a slot of one or two letters is known to lead to more rows than are counted."""
        begun = {reading.words[0] for reading in slot.readings if reading.begins and len(reading.words) == 1}
        return frozenset(system for system in systems if not begun.isdisjoint(self._crowded[system]))

    def entries_matching(self, expression: str, limit: int, systems: Iterable[System]) -> list[list[int]]:
        """Return the ids of entries that match an expression: a list for each code set, best first, at most `limit`
        long."""
        by_system: list[list[int]] = []
        for system in systems:
            entries = self._ids_matching(system, expression, limit)
            if entries:
                by_system.append(entries)
        return by_system

    def _ids_matching(self, system: System, expression: str, limit: int) -> list[int]:
        (ids,) = self._connection.execute(MATCHING_SQL[system], (expression, limit)).fetchone()
        return json.loads(ids)

    def _matching(self, system: System, expression: str, limit: int) -> tuple[list[int], frozenset[int]]:
        """Return the entries of a code set that match an expression, best first, and the nodes that they lead to."""
        entries = self._ids_matching(system, expression, limit)
        nodes = self._node_of_entry[first_id(system) >> BLOCK_BITS]
        return entries, frozenset(map(nodes.__getitem__, map(OFFSET_IN_BLOCK, entries)))

    def _entries_of_slot(self, expression: str, limit: int, systems: tuple[System, ...]) -> frozenset[int]:
        """Return the entries of several code sets that hold a part of the text, in no order; they stay the same while
        other parts are typed."""
        return frozenset(chain.from_iterable(self.entries_matching(expression, limit, systems)))

    def _together(self, system: System, parts: tuple[str, ...]) -> bool:
        """Return whether an entry of a code set matches all of some expressions.

        Often no entry holds the first words of a text together: then the others need not be searched.
        """
        if len(parts) > 1 and not self.together(system, parts[:-1]):
            return False
        return bool(self._ids_matching(system, all_parts(parts), 1))

    def best_first(self, by_system: list[list[int]], number: int) -> list[int]:
        """Merge the entries of several code sets into one list, best first, with at most `number` of each set."""
        first = [entries[:number] for entries in by_system if entries]
        return first[0] if len(first) == 1 else self._merged(first)

    def best_of(self, entries: Iterable[int], number: int) -> list[int]:
        """Return some of the entries of several code sets, best first, without looking at the order of all of them: in
        each code set lower ids are better."""
        ids = sorted(entries)
        by_system: list[list[int]] = []
        start = 0
        while start < len(ids):
            end = bisect_left(ids, (ids[start] >> BLOCK_BITS) + 1 << BLOCK_BITS, start)
            by_system.append(ids[start : min(end, start + number)])
            start = end
        return self._merged(by_system)[:number]

    def _merged(self, by_system: list[list[int]]) -> list[int]:
        """Merge lists of entries, each of one code set and best first: the shortest texts come first.

        Built-in functions make the keys, since thousands are merged.
        """
        keyed: list[tuple[int, int]] = []
        for entries in by_system:
            orders = self._order_of_entry[entries[0] >> BLOCK_BITS]
            keyed += zip(map(orders.__getitem__, map(OFFSET_IN_BLOCK, entries)), entries, strict=True)
        if len(by_system) > 1:
            keyed.sort()
        return [entry for _, entry in keyed]

    def node_of(self, entry: int) -> int:
        """Return the node that an entry leads to."""
        return self._node_of_entry[entry >> BLOCK_BITS][entry & (BLOCK_SIZE - 1)]

    def nodes_of(self, entries: list[int]) -> Iterator[int]:
        """Return the nodes that entries of one code set lead to, entry by entry."""
        nodes = self._node_of_entry[entries[0] >> BLOCK_BITS] if entries else array("I")
        return map(nodes.__getitem__, map(OFFSET_IN_BLOCK, entries))

    def entries(self, ids: Iterable[int]) -> list[IndexedEntry]:
        """Return the entries with these ids, in ascending order."""
        return self._entries.each_of(sorted(ids), self._read_entries)

    def _read_entries(self, ids: list[int]) -> list[tuple[int, IndexedEntry]]:
        padded = pad_to_power_of_two(ids)
        marks = ",".join("?" * len(padded))
        rows = self._connection.execute(
            "SELECT e.id, e.node, e.kind, CASE e.text WHEN '' THEN n.title ELSE e.text END, e.words"
            f" FROM entry e JOIN node n ON n.id = e.node WHERE e.id IN ({marks})",
            padded,
        )
        return [
            # All entries are made of a few thousand words: interned, a dictionary finds them without a comparison.
            (key, IndexedEntry(key, node, KIND_OF_VALUE[kind], text, tuple(map(intern, words.split(" ")))))
            for key, node, kind, text, words in rows
        ]

    def unloaded_index_line(self, words: Iterable[str]) -> tuple[str, str] | None:
        """Return an Index line that holds all words and leads to codes that are not loaded: its path and the beginning
        of those codes; None if there is none."""
        patterns = [f"%{word}%" for word in words]
        like = " AND ".join(["e.path LIKE ?"] * len(patterns))
        row = self._connection.execute(
            "SELECT e.path, t.code FROM index_target t JOIN index_entry e ON e.id = t.entry"
            f" WHERE t.node IS NULL AND {like} ORDER BY length(e.path), e.id LIMIT 1",
            patterns,
        ).fetchone()
        return (row[0].replace("\n", ", "), row[1]) if row else None

    # By code

    def nodes_beginning(self, code: str, *, finished: bool, limit: int, valid_only: bool) -> list[int]:
        """Return the ids of nodes whose plain code begins with `code`, in the order of the book (of more than `limit`,
        the lowest codes).

        `finished` selects the codes that complete a family instead of all others; `valid_only` leaves out headings, but
        not families. A section of one category is left out in favor of the category. `25000-25999` is a range, not a
        code that begins with 25.
        """
        level = "IN" if finished else "NOT IN"
        valid = f" AND ({BILLABLE} OR (level IN ('code', 'family') AND variants > 0))" if valid_only else ""
        rows = self._connection.execute(
            f"SELECT id FROM node WHERE plain >= ? AND plain < ? AND level {level} ('seventh', 'pcs_code'){valid}"
            " AND level != 'group' AND NOT (level = 'section' AND substr(plain, 1, 3) = substr(plain, 5))"
            " ORDER BY plain LIMIT ?",
            (code, code + "\x7f", limit),
        )
        return sorted(row[0] for row in rows)

    def nodes_between(self, first: str, last: str, systems: Iterable[System], limit: int) -> list[int]:
        """Return the ids of the codes from one plain code to another of the same length, in the order of the book."""
        names = [system.value for system in systems]
        rows = self._connection.execute(
            "SELECT id FROM node WHERE plain BETWEEN ? AND ? AND length(plain) = ?"
            f" AND level NOT IN ('group', 'section') AND system IN ({','.join('?' * len(names))})"
            " ORDER BY plain, id LIMIT ?",
            (first, last, len(first), *names, limit),
        )
        return [row[0] for row in rows]

    def groups(self, system: System) -> list[tuple[int, str]]:
        """Return the sections and ranges of HCPCS, CPT or the modifiers: id and plain code, in book order."""
        rows = self._connection.execute(
            "SELECT id, plain FROM node WHERE id BETWEEN ? AND ? AND level = 'group' ORDER BY id", id_range(system)
        )
        return rows.fetchall()

    def group(self, plain_range: str) -> int | None:
        """Return the id of the section or range that is written so: `J0120-J3591`; None if there is none."""
        row = self._connection.execute(
            "SELECT id FROM node WHERE plain = ? AND level = 'group'", (plain_range,)
        ).fetchone()
        return row[0] if row else None

    def replacements(self, ids: Iterable[int]) -> list[tuple[int, str]]:
        """Return the replacements of those codes that have ended: the id of the new node and the code that it
        replaces."""
        node_ids = tuple(ids)
        marks = ",".join("?" * len(node_ids))
        rows = self._connection.execute(
            "SELECT r.id, n.code FROM link l JOIN node n ON n.id = l.node JOIN node r ON r.plain = l.plain"
            f" AND r.system = l.system WHERE l.node IN ({marks}) AND l.label = 'Replaced by'"
            " AND n.status = 'ended' ORDER BY l.node, l.position",
            node_ids,
        )
        return rows.fetchall()

    def has_maps(self) -> bool:
        """Return whether the General Equivalence Maps, to and from ICD-9-CM, are loaded."""
        return self._connection.execute("SELECT 1 FROM equivalence LIMIT 1").fetchone() is not None

    # Nodes

    def parents(self, ids: Iterable[int]) -> dict[int, int]:
        """Return the parent of each node and of all nodes above it; a root has none."""
        parent_of: dict[int, int] = {}
        for node in ids:
            while node not in parent_of:
                parent = self._parent_of_node[node >> BLOCK_BITS][node & (BLOCK_SIZE - 1)]
                if not parent:
                    break
                parent_of[node] = parent
                node = parent
        return parent_of

    def node_group(self, name: str) -> frozenset[int]:
        """Return the nodes of a group, see app.library.compiling.node_groups."""
        return packed_ids(self._connection, name)

    @cached_property
    def cc_nodes(self) -> frozenset[int]:
        """The nodes that pass the filter of CC and MCC; uniting their groups takes 12 ms, too much for a keystroke."""
        return frozenset[int]().union(*map(self.node_group, CC_GROUPS))

    def children_with(self, ids: Iterable[int], word: str) -> list[tuple[int, int, str]]:
        """Return the children of some nodes whose titles have a word somewhere, without the codes of families: the
        node, the child and its title."""
        padded = pad_to_power_of_two(list(ids))
        marks = ",".join("?" * len(padded))
        return self._connection.execute(
            f"SELECT parent, id, title FROM node WHERE parent IN ({marks})"
            " AND level NOT IN ('seventh', 'pcs_code') AND title LIKE ?",
            (*padded, f"%{word}%"),
        ).fetchall()

    def siblings_with(self, ids: Iterable[int], word: str) -> list[tuple[int, str, int, str]]:
        """Return the siblings of some nodes for `unspecified` parts whose titles have a word somewhere: the node, its
        title, the sibling and its title."""
        padded = pad_to_power_of_two(list(ids))
        marks = ",".join("?" * len(padded))
        return self._connection.execute(
            "SELECT n.id, n.title, s.id, s.title FROM node n JOIN node s ON s.parent = n.parent"
            f" WHERE n.id IN ({marks}) AND n.title LIKE '%unspecified%' AND s.title LIKE ?"
            " AND s.level NOT IN ('seventh', 'pcs_code')",
            (*padded, f"%{word}%"),
        ).fetchall()

    def rows_for(self, ids: Iterable[int]) -> list[int]:
        """Return the ids of the rows that show these nodes: for a family of one, that of its only code."""
        node_ids = tuple(ids)
        marks = ",".join("?" * len(node_ids))
        sole = dict(
            self._connection.execute(
                "SELECT f.id, v.id FROM node f JOIN node v ON v.parent = f.id"
                f" WHERE f.id IN ({marks}) AND f.variants = 1 AND f.level IN ('code', 'family') AND v.{BILLABLE}",
                node_ids,
            )
        )
        return list(dict.fromkeys(sole.get(key, key) for key in node_ids))

    def finished_titles(self, families: Iterable[int], limit: int) -> list[tuple[int, str]]:
        """Return the codes that finish some families: the family's id and the code's title, `limit` at most."""
        family_ids = tuple(families)
        marks = ",".join("?" * len(family_ids))
        rows = self._connection.execute(
            f"SELECT parent, title FROM node WHERE parent IN ({marks}) AND level IN ('seventh', 'pcs_code') LIMIT ?",
            (*family_ids, limit),
        )
        return rows.fetchall()

    def seventh_meanings(self) -> list[str]:
        """Return the meanings of the 7th characters of ICD-10-CM."""
        return [
            meaning for (meaning,) in self._connection.execute("SELECT DISTINCT meaning FROM seventh ORDER BY meaning")
        ]

    def axis_labels(self) -> list[tuple[str, str, str]]:
        """Return the section, axis and label of every value of the last three axes of ICD-10-PCS, in the order of the
        code."""
        rows = self._connection.execute(
            "SELECT DISTINCT a.section, lower(a.title), v.label FROM pcs_value v"
            ' JOIN pcs_axis a ON a.section = substr(v."table", 1, 1) AND a.position = v.position'
            " WHERE v.position > 4 ORDER BY a.section, v.position, v.label"
        )
        return rows.fetchall()

    def body_parts(self) -> list[str]:
        """Return the names of body parts in the Medical and Surgical section of ICD-10-PCS."""
        rows = self._connection.execute(
            "SELECT DISTINCT label FROM pcs_value WHERE position = 4 AND \"table\" LIKE '0%'"
        )
        return [label for (label,) in rows]

    def last_below(self, node: int) -> int:
        """Return the id of the last node below a node."""
        row = self._connection.execute("SELECT last FROM node WHERE id = ?", (node,)).fetchone()
        return row[0] if row else node
