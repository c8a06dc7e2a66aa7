"""Records into a code database: nodes, notes, axes, Index lines, and what the search engine needs, in one file."""

import sqlite3
import sys
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.codes.records import Level, NoteKind, Standing
from app.codes.references import Named, named_codes
from app.codes.shapes import plain, written
from app.codes.systems import System
from app.library import icd10cm, icd10pcs
from app.library.entries import (
    VALID_FILTER,
    VARIANT_MARK,
    Entry,
    EntryKind,
    branch_filter,
    in_reading_order,
    indexed_words,
    system_filter,
    vocabulary,
)
from app.library.icd10cm import PlannedNode
from app.library.lexicon import LexiconTables
from app.library.words import Compounds, word_list
from app.releases.records import PcsCode, PcsIndexEntry, PcsRelease, Release, Tabular

Progress = Callable[[str, float], None]
"""Told the step that runs and the share of the whole that is done, 0 to 1."""

Row = dict[str, Any]

SCHEMA = Path(__file__).with_name("schema.sql")

CODE_LEVELS = frozenset({Level.CATEGORY, Level.SUBCATEGORY, Level.CODE, Level.SEVENTH, Level.PCS_CODE})
"""What the order files count as codes: headings of ICD-10-CM are, families of ICD-10-PCS are not."""


@dataclass(frozen=True, slots=True)
class Icd10cmPart:
    """ICD-10-CM: the Tabular List, and the plain codes that exist according to the order file or code list."""

    release: Release
    tabular: Tabular
    existing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Icd10pcsPart:
    """ICD-10-PCS: codes in ascending order, definitions and Index."""

    release: Release
    pcs: PcsRelease


Part = Icd10cmPart | Icd10pcsPart


def compile_library(
    out: Path, parts: Iterable[Part], lexicon: LexiconTables, progress: Progress = lambda _step, _share: None
) -> None:
    """Write a code database to `out`, a file that must not exist yet. The same parts give the same bytes.

    Nothing is verified here, see app.library.verify. Raises ReleaseError when parts contradict each other.
    """
    # Imported here because a start of the program cannot spare the tenth of a second that it takes.
    from sqlite_utils import Database

    connection = sqlite3.connect(out)
    try:
        connection.executescript("PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        connection.executescript(SCHEMA.read_text(encoding="utf-8"))
        compiler = _Compiler(Database(connection), progress)
        for part in parts:
            match part:
                case Icd10cmPart():
                    compiler.add_icd10cm(part)
                case Icd10pcsPart():
                    compiler.add_icd10pcs(part)
        compiler.write_search()
        compiler.write_lexicon(lexicon)
        progress("tidying up", 0.92)
        connection.executescript("INSERT INTO entry_words (entry_words) VALUES ('optimize'); ANALYZE;")
        connection.commit()
        connection.execute("VACUUM")
    finally:
        connection.close()


class _Compiler:
    """What grows while parts are added: ids, the codes they stand for, and the entries to be found."""

    def __init__(self, db: Any, progress: Progress) -> None:
        self.db = db
        self.progress = progress
        self.next_id = 1
        self.ids: dict[tuple[System, str], int] = {}
        self.entries: list[Entry] = []
        self.note_id = 0
        self.index_id = 0

    def insert(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        self.db[table].insert_all(rows, batch_size=500)

    def add_release(self, release: Release, planned: list[PlannedNode]) -> int:
        row = {
            "system": release.system.value,
            "name": release.name,
            "effective_from": release.effective_from.isoformat(),
            "effective_to": release.effective_to.isoformat(),
            "remark": release.remark,
            "codes": sum(node.level in CODE_LEVELS for node in planned),
            "valid": sum(node.standing is not Standing.HEADING for node in planned),
        }
        key = self.db["release"].insert(row).last_pk
        self.insert("source", ({"release": key, "file": s.file, "sha256": s.sha256} for s in release.sources))
        return int(key)

    def add_nodes(self, release: int, system: System, planned: list[PlannedNode]) -> dict[str, int]:
        """Write nodes in the order given, parents first, and return the ids by plain code."""
        ids: dict[str, int] = {}
        for offset, node in enumerate(planned):
            ids[node.plain] = self.next_id + offset
        last = {key: key for key in ids.values()}
        variants: Counter[int] = Counter()
        for node in reversed(planned):
            key = ids[node.plain]
            if node.standing is not Standing.HEADING:
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
                    "system": system.value,
                    "code": written(system, node.plain),
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
                for node in planned
            ),
        )
        self.next_id += len(planned)
        self.ids.update({(system, code): key for code, key in ids.items()})
        return ids

    @staticmethod
    def rows_of(planned: list[PlannedNode], ids: dict[str, int]) -> dict[str, int]:
        """The node that stands in results for each plain code: itself, but for a family of one that one code."""
        families = Counter(node.parent for node in planned if node.level in (Level.SEVENTH, Level.PCS_CODE))
        sole = {node.parent: node.plain for node in planned if families[node.parent] == 1 and node.parent in families}
        return {code: ids[sole.get(code, code)] for code in ids}

    # ICD-10-CM

    def add_icd10cm(self, part: Icd10cmPart) -> None:
        self.progress("ICD-10-CM codes", 0.02)
        planned = list(icd10cm.plan(part.tabular.nodes, part.existing))
        ids = self.add_nodes(self.add_release(part.release, planned), System.ICD10CM, planned)
        self.progress("ICD-10-CM notes", 0.20)
        self.add_notes(planned, ids)
        self.insert(
            "convention",
            ({"title": c.title, "text": "\n".join(c.paragraphs)} for c in part.tabular.conventions),
        )
        self.entries.extend(_icd10cm_entries(planned, ids, self.rows_of(planned, ids)))

    def add_notes(self, planned: list[PlannedNode], ids: dict[str, int]) -> None:
        resolve = _Targets(planned, ids)
        notes: list[Row] = []
        references: list[Row] = []
        seventh: list[Row] = []
        visual: list[Row] = []
        for node in planned:
            if node.tabular is None:
                continue
            key = ids[node.plain]
            for kind, text in node.tabular.notes:
                self.note_id += 1
                notes.append({"id": self.note_id, "node": key, "kind": kind.value, "text": text})
                references += [
                    {
                        "note": self.note_id,
                        "start": named.start,
                        "end": named.end,
                        "printed": named.printed,
                        "low": named.low,
                        "high": named.high,
                        "target": resolve(named),
                    }
                    for named in named_codes(text)
                ]
            for position, (char, meaning) in enumerate(node.tabular.seventh):
                seventh.append({"node": key, "position": position, "char": char, "meaning": meaning})
            for position, row in enumerate(node.tabular.visual):
                limits = {"less_than": "\n".join(row.less_than), "at_least": "\n".join(row.at_least)}
                visual.append({"node": key, "position": position, "category": row.category, **limits})
        self.insert("note", notes)
        self.insert("reference", references)
        self.insert("seventh", seventh)
        self.insert("visual_range", visual)

    # ICD-10-PCS

    def add_icd10pcs(self, part: Icd10pcsPart) -> None:
        self.progress("ICD-10-PCS codes", 0.30)
        codes = list(part.pcs.codes)
        planned = list(icd10pcs.plan(codes))
        ids = self.add_nodes(self.add_release(part.release, planned), System.ICD10PCS, planned)
        self.progress("ICD-10-PCS axes and Index", 0.60)
        self.insert("pcs_value", _pcs_values(codes))
        self.insert(
            "pcs_definition",
            (
                {
                    "section": d.section,
                    "position": d.position,
                    "label": d.label,
                    "definition": d.definition,
                    "explanation": d.explanation,
                    "examples": d.examples,
                }
                for d in part.pcs.definitions
            ),
        )
        index = list(part.pcs.index)
        self.add_index(System.ICD10PCS, index)
        rows = self.rows_of(planned, ids)
        self.entries.extend(_icd10pcs_entries(codes, planned, ids, rows))
        self.entries.extend(self.index_entries(System.ICD10PCS, index, planned, rows))

    def add_index(self, system: System, lines: list[PcsIndexEntry]) -> None:
        entries: list[Row] = []
        targets: list[Row] = []
        for line in lines:
            self.index_id += 1
            path = "\n".join(line.path)
            entries.append(
                {"id": self.index_id, "system": system.value, "path": path, "kind": line.kind, "see": line.see}
            )
            for code in dict.fromkeys(line.codes):
                targets.append({"entry": self.index_id, "code": code, "node": self.node_of(system, code)})
        self.insert("index_entry", entries)
        self.insert("index_target", targets)

    def node_of(self, system: System, code: str) -> int | None:
        """The node that a beginning of codes names; between family and code (`03160`) it is the family."""
        family = code[: icd10pcs.FAMILY_LENGTH]
        return self.ids.get((system, code)) or (self.ids.get((system, family)) if len(code) > len(family) else None)

    def index_entries(
        self, system: System, lines: list[PcsIndexEntry], planned: list[PlannedNode], rows: dict[str, int]
    ) -> Iterator[Entry]:
        filters = _Filters(system, planned, self.ids_of(system, planned))
        seen: set[tuple[int, str]] = set()
        for line in lines:
            if line.kind == "use":
                continue
            text = ", ".join(line.path)
            for code in line.codes:
                shown = code if code in rows else code[: icd10pcs.FAMILY_LENGTH]
                if shown in rows and (rows[shown], text) not in seen:
                    seen.add((rows[shown], text))
                    yield Entry(rows[shown], EntryKind.INDEX, text, frozenset(), filters(shown))

    def ids_of(self, system: System, planned: list[PlannedNode]) -> dict[str, int]:
        return {node.plain: self.ids[system, node.plain] for node in planned}

    # What is found

    def write_search(self) -> None:
        self.progress("search index", 0.70)
        entries = in_reading_order(self.entries)
        compounds = Compounds(vocabulary(entries))
        counts: Counter[str] = Counter()
        variant_counts: Counter[str] = Counter()

        def rows() -> Iterator[tuple[int, str]]:
            for key, entry in enumerate(entries, start=1):
                found = list(indexed_words(entry, compounds))
                counts.update(found)
                more = sorted(entry.more.difference(found))
                variant_counts.update(more)
                yield key, " ".join([*found, *(VARIANT_MARK + word for word in more), *entry.filters])

        self.insert(
            "entry",
            (
                {
                    "id": key,
                    "node": entry.node,
                    "kind": entry.kind.value,
                    "text": entry.text,
                    "words": " ".join(word_list(entry.text)),
                }
                for key, entry in enumerate(entries, start=1)
            ),
        )
        self.progress("search index", 0.80)
        # sqlite-utils writes rows of named columns; the rowid of a full-text table, which carries the order, is none.
        self.db.conn.executemany("INSERT INTO entry_words (rowid, words) VALUES (?, ?)", rows())
        # A word that no text holds, only 7th characters or axes, counts by those.
        counts |= Counter({word: number for word, number in variant_counts.items() if word not in counts})
        words = sorted(counts)
        self.insert(
            "packed",
            [
                {"name": "node_of_entry", "data": packed([0, *(entry.node for entry in entries)])},
                {"name": "word_counts", "data": packed([counts[word] for word in words])},
                {"name": "words", "data": "\n".join(words).encode()},
            ],
        )

    def write_lexicon(self, tables: LexiconTables) -> None:
        positions: Counter[str] = Counter()

        def meanings() -> Iterator[Row]:
            for meaning in tables.meanings:
                phrase = " ".join(meaning.phrase)
                positions[phrase] += 1
                yield {
                    "phrase": phrase,
                    "position": positions[phrase],
                    "words": " ".join(meaning.words),
                    "text": meaning.text,
                    "kind": meaning.kind.value,
                }

        self.insert("meaning", meanings())
        self.insert("little_word", ({"word": word, "weight": weight} for word, weight in tables.little.items()))
        self.insert(
            "spelling_rule",
            (
                {"position": position, "british": rule.british, "american": rule.american, "place": rule.place}
                for position, rule in enumerate(tables.spelling, start=1)
            ),
        )


def packed(numbers: list[int]) -> bytes:
    """Numbers as little-endian unsigned 32-bit."""
    values = array("I", numbers)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


class _Targets:
    """Finds the node that a code or range printed in a note opens."""

    def __init__(self, planned: list[PlannedNode], ids: dict[str, int]) -> None:
        self.ids = ids
        self.chapters: dict[str, int] = {}
        spans: dict[str, list[str]] = {}
        for node in planned:
            if node.level is Level.SECTION and node.parent is not None:
                spans.setdefault(node.parent, []).append(node.plain)
        for chapter, ranges in spans.items():
            self.chapters[f"{ranges[0].split('-')[0]}-{ranges[-1].split('-')[1]}"] = ids[chapter]

    def __call__(self, named: Named) -> int | None:
        low, high = plain(named.low), plain(named.high)
        if low != high:
            range_ = f"{low}-{high}"
            return self.ids.get(range_) or self.chapters.get(range_) or self.ids.get(low)
        return self.ids.get(low)


class _Filters:
    """The filter words of a node: its code set, the branches it stands on, and whether it is kept by "valid only"."""

    def __init__(self, system: System, planned: list[PlannedNode], ids: dict[str, int]) -> None:
        self.system = system_filter(system.value)
        self.nodes = {node.plain: node for node in planned}
        self.stems = {node.parent for node in planned if node.level in (Level.SEVENTH, Level.PCS_CODE)}
        self.ids = ids

    def __call__(self, code: str) -> tuple[str, ...]:
        found = [self.system]
        node = self.nodes[code]
        if node.standing is not Standing.HEADING or code in self.stems:
            found.append(VALID_FILTER)
        above: str | None = code
        while above is not None:
            if self.nodes[above].level not in (Level.CODE, Level.SEVENTH, Level.FAMILY, Level.PCS_CODE):
                found.append(branch_filter(self.ids[above]))
            above = self.nodes[above].parent
        return tuple(found)


def _icd10cm_entries(planned: list[PlannedNode], ids: dict[str, int], rows: dict[str, int]) -> Iterator[Entry]:
    filters = _Filters(System.ICD10CM, planned, ids)
    meanings: dict[str, set[str]] = {}
    stem_titles = {node.plain: node.title for node in planned if node.level is Level.CODE}
    for node in planned:
        if node.level is Level.SEVENTH and node.parent is not None:
            meaning = node.title[len(stem_titles[node.parent]) :]
            meanings.setdefault(node.parent, set()).update(word_list(meaning))
    for node in planned:
        if node.tabular is None:
            continue
        key, confined = rows[node.plain], filters(node.plain)
        more = frozenset(meanings.get(node.plain, ()))
        yield Entry(key, EntryKind.TITLE, node.title, more, confined)
        texts = (text for kind, text in node.tabular.notes if kind in (NoteKind.INCLUSION, NoteKind.INCLUDES))
        for text in dict.fromkeys(texts):
            yield Entry(key, EntryKind.INCLUSION, text, more, confined)


def _icd10pcs_entries(
    codes: list[PcsCode], planned: list[PlannedNode], ids: dict[str, int], rows: dict[str, int]
) -> Iterator[Entry]:
    filters = _Filters(System.ICD10PCS, planned, ids)
    varying: dict[str, set[str]] = {}
    for code in codes:
        stem = code.code[: icd10pcs.FAMILY_LENGTH]
        varying.setdefault(stem, set()).update(word for label in code.labels[3:] for word in word_list(label))
    for node in planned:
        if node.level is not Level.PCS_CODE:
            more = frozenset(varying.get(node.plain, ()))
            yield Entry(rows[node.plain], EntryKind.TITLE, node.title, more, filters(node.plain))


def _pcs_values(codes: list[PcsCode]) -> Iterator[Row]:
    seen: set[tuple[str, int, str]] = set()
    for code in codes:
        for position, (value, label) in enumerate(zip(code.code, code.labels, strict=True), start=1):
            table = code.code[: min(position - 1, 3)]
            if (table, position, value) not in seen:
                seen.add((table, position, value))
                yield {"table": table, "position": position, "value": value, "label": label}
