"""The search index in the code database: every statement that the engine asks, and what it keeps of the answers."""

import sqlite3
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from app.codes.systems import System
from app.library.entries import VALID_FILTER, VARIANT_MARK, EntryKind, branch_filter
from app.library.ids import BLOCK, BLOCK_BITS, first_id, id_range
from app.library.standings import BILLABLE
from app.search.packed import packed_numbers
from app.search.query import Reading, Slot
from app.search.records import Filters
from app.search.vocabulary import WordsOfEach

MATCHING = {
    system: f"SELECT rowid FROM entry_words_{system.value} WHERE entry_words_{system.value} MATCH ? LIMIT ?"
    for system in System
}

KINDS = {kind.value: kind for kind in EntryKind}
"""Looked up, which for the hundreds of entries of a search takes a tenth of what calling the enumeration does."""


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """A row of the index: a text that leads to a node. A lower id answers better, see app.library.entries."""

    id: int
    node: int
    kind: EntryKind
    text: str
    words: list[str]


class SearchIndex:
    """Questions to the index by words and by beginnings of codes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        # SQLite opens the full-text table when it is first asked. Interrupted in that moment, it would say `vtable
        # constructor failed`, which is not to be told from a damaged file.
        held = connection.execute("SELECT DISTINCT system FROM packed WHERE system != ''").fetchall()
        self._systems = tuple(sorted((System(system) for (system,) in held), key=lambda system: system.rank))
        self._words = WordsOfEach(connection, self._systems)
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
        wanted = [
            [[(word, reading.begins and not whole) for word in reading.words] for reading in slot.readings]
            for slot in slots
        ]
        holds = self._words.holds
        return [
            system
            for system in systems
            if all(any(all(holds(system, *word) for word in words) for words in readings) for readings in wanted)
        ]

    def entries_matching(self, expression: str, limit: int, systems: Iterable[System]) -> list[list[int]]:
        """Ids of entries that an expression finds: a list for each code set, best first, at most `limit` long."""
        found: list[list[int]] = []
        for system in systems:
            rows = self._db.execute(MATCHING[system], (expression, limit)).fetchall()
            if rows:
                found.append([row[0] for row in rows])
        return found

    def best_first(self, found: list[list[int]], number: int) -> list[int]:
        """The first entries of several code sets in one list, best first; each set gives so many at most."""
        filled = [entries[:number] for entries in found if entries]
        if len(filled) == 1:
            return filled[0]
        return sorted((entry for entries in filled for entry in entries), key=self._order)

    def _order(self, entry: int) -> tuple[int, int]:
        return self._order_of_entry[entry >> BLOCK_BITS][entry & (BLOCK - 1)], entry

    def node_of(self, entry: int) -> int:
        """The node that an entry leads to."""
        return self._node_of_entry[entry >> BLOCK_BITS][entry & (BLOCK - 1)]

    def nodes_of(self, entries: list[int]) -> set[int]:
        """The nodes that entries of one code set lead to."""
        if not entries:
            return set()
        nodes = self._node_of_entry[entries[0] >> BLOCK_BITS]
        return {nodes[entry & (BLOCK - 1)] for entry in entries}

    def entries(self, ids: Iterable[int]) -> list[FoundEntry]:
        """The rows of these ids, in ascending order."""
        wanted = _filled_up(tuple(ids))
        marks = ",".join("?" * len(wanted))
        rows = self._db.execute(
            "SELECT e.id, e.node, e.kind, CASE e.text WHEN '' THEN n.title ELSE e.text END, e.words"
            f" FROM entry e JOIN node n ON n.id = e.node WHERE e.id IN ({marks}) ORDER BY e.id",
            wanted,
        )
        return [FoundEntry(key, node, KINDS[kind], text, words.split(" ")) for key, node, kind, text, words in rows]

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
            " AND n.standing = 'ended' ORDER BY l.node, l.position",
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
            asked = _filled_up(tuple(wanted))
            marks = ",".join("?" * len(asked))
            sql = f"SELECT id, parent FROM node WHERE id IN ({marks}) AND parent IS NOT NULL"
            level: dict[int, int] = dict(self._db.execute(sql, asked))
            found |= level
            wanted = set(level.values()) - found.keys()
        return found

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


def _filled_up(ids: tuple[int, ...]) -> tuple[int, ...]:
    """Ids with the last one again and again, to a power of two: few statements then serve all numbers of them.

    A statement that is new is parsed first, which for a hundred ids takes longer than finding them.
    """
    return ids + ids[-1:] * ((1 << (len(ids) - 1).bit_length()) - len(ids)) if ids else ids


# Expressions of the full-text index. Words are ASCII letters and digits only, or filter words of our own, and always
# quoted: no typed text can become syntax.


def _word_expression(reading: Reading, *, variants: bool, whole: bool) -> str:
    star = "*" if reading.begins and not whole else ""
    if not variants:
        return " AND ".join(f'"{word}"{star}' for word in reading.words)
    return " AND ".join(f'("{word}"{star} OR "{VARIANT_MARK}{word}"{star})' for word in reading.words)


def slot_expression(slot: Slot, *, variants: bool = False, whole: bool = False) -> str:
    """Any reading of a slot; `variants` also looks in 7th characters and axes, `whole` for whole words alone."""
    return " OR ".join(f"({_word_expression(reading, variants=variants, whole=whole)})" for reading in slot.readings)


def all_of(slots: Iterable[Slot], confined: str, *, variants: bool = False, whole: bool = False) -> str:
    """Entries that hold every slot and pass the filters."""
    parts = [f"({slot_expression(slot, variants=variants, whole=whole)})" for slot in slots]
    if confined:
        parts.append(confined)
    return " AND ".join(parts)


def any_of(words: Iterable[str]) -> str:
    """Entries that hold a word which begins with one of these."""
    return " OR ".join(f'"{word}"*' for word in words)


def filter_expression(filters: Filters) -> str:
    """The filter words that entries must hold, code sets aside; empty when everything is wanted."""
    parts: list[str] = []
    if filters.within is not None:
        parts.append(f'"{branch_filter(filters.within)}"')
    if filters.valid_only:
        parts.append(f'"{VALID_FILTER}"')
    return " AND ".join(parts)
