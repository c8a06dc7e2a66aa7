"""Contents of code sets, taken back out of a library: what a new release is merged with."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from app.codes.code_sets import Source
from app.codes.detail import Change, ChangeKind, NoteKind, VisualRange
from app.codes.node import CodeStatus, Level
from app.codes.parts import PART_OF_BOOK, Book, Part
from app.codes.systems import System
from app.library.code_history import CodeHistory, Snapshot, snapshot_before
from app.library.compiling.hcpcs import NO_DAY, OF_THE_CODE, older_codes
from app.library.contents import Contents, Cpt, Hcpcs, Icd10cm, Icd10pcs, IndexBook, Modifiers, PcsLabels, Places
from app.library.ids import id_range
from app.releases.records import (
    Convention,
    Conversion,
    HcpcsCode,
    IndexEntry,
    OrderCode,
    PcsDefinition,
    ProcessingNote,
    Release,
    Tabular,
    TabularNode,
)

CODE_LEVELS = (
    Level.CATEGORY,
    Level.SUBCATEGORY,
    Level.CODE,
    Level.SEVENTH,
    Level.PCS_CODE,
    Level.ITEM,
)
"""Levels of codes that have a history; the tables, which the order file of ICD-10-PCS lists too, follow from them."""


class HeldLibrary:
    """A library by the contents of its code sets. `connection` is only read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def contents(self, system: System) -> Contents:
        """What a code set was compiled of, as far as it is still known: nothing that a person sees gets lost.

        Of imported CPT, codes and modifiers, only the releases are told: the rest is read from their files anew, and
        goes with them.
        """
        match system:
            case System.ICD10CM:
                return self.icd10cm()
            case System.ICD10PCS:
                return self.icd10pcs()
            case System.HCPCS:
                return self.hcpcs()
            case System.MODIFIER:
                return self.modifiers()
            case System.POS:
                return Places()
            case System.CPT:
                return self.cpt()

    def maps(self) -> dict[str, Release]:
        """The releases of equivalence maps and of titles of ICD-9-CM, by what they are called: their remark."""
        found = [
            release
            for system in (System.ICD10CM, System.ICD10PCS)
            for part in (Part.MAPS, Part.ICD9)
            for release in self._releases(system, part)
        ]
        return {release.remark: release for release in found}

    # Releases

    def _releases(self, system: System, part: Part) -> list[Release]:
        """Releases of a part, oldest first."""
        rows = self._db.execute(
            "SELECT id, name, effective_from, effective_to, remark FROM release"
            " WHERE system = ? AND part = ? ORDER BY effective_from, id",
            (system.value, part.value),
        ).fetchall()
        found: list[Release] = []
        for key, name, start, end, remark in rows:
            sources = self._db.execute("SELECT file, sha256 FROM source WHERE release = ? ORDER BY id", (key,))
            listed = tuple(Source(file, sha256) for file, sha256 in sources)
            found.append(Release(system, name, date.fromisoformat(start), date.fromisoformat(end), listed, remark))
        return found

    def _newest(self, system: System, part: Part) -> Release | None:
        found = self._releases(system, part)
        return found[-1] if found else None

    # Codes through the years

    def _snapshots(self, system: System) -> tuple[Snapshot, ...]:
        known = self._histories(system)
        return tuple(
            Snapshot(release, snapshot_before(known, release.effective_from))
            for release in self._releases(system, Part.CODES)
        )

    def _histories(self, system: System) -> dict[str, CodeHistory]:
        changes: dict[int, list[Change]] = {}
        rows = self._db.execute(
            'SELECT node, kind, "on", text, after FROM change WHERE node BETWEEN ? AND ? ORDER BY node, position',
            id_range(system),
        )
        for node, kind, on, text, after in rows:
            since = date.fromisoformat(after) if after else None
            changes.setdefault(node, []).append(Change(ChangeKind(kind), date.fromisoformat(on), text, since))
        marks = ",".join("?" * len(CODE_LEVELS))
        nodes = self._db.execute(
            f"SELECT id, plain, title, status, valid_from, valid_to, level FROM node"
            f" WHERE system = ? AND level IN ({marks})",
            (system.value, *CODE_LEVELS),
        )
        found: dict[str, CodeHistory] = {}
        for key, code, title, status, start, end, level in nodes:
            told = tuple(changes.get(key, ()))
            order = OrderCode(code, _was_valid(CodeStatus(status), Level(level), told), title)
            ended = date.fromisoformat(end) if end else None
            found[code] = CodeHistory(order, date.fromisoformat(start) if start else None, ended, told)
        return found

    # ICD-10-CM

    def icd10cm(self) -> Icd10cm:
        """The contents of ICD-10-CM."""
        system = System.ICD10CM
        tabular = self._newest(system, Part.TABULAR)
        assert tabular is not None
        conventions = tuple(
            Convention(title, tuple(text.split("\n")))
            for title, text in self._db.execute("SELECT title, text FROM convention ORDER BY id")
        )
        return Icd10cm(
            tabular_release=tabular,
            tabular=Tabular("", conventions, tuple(self._tabular_nodes())),
            snapshots=self._snapshots(system),
            books=self._books(system),
            conversions=tuple(self._conversions()),
            conversions_release=self._newest(system, Part.CONVERSIONS),
        )

    def _tabular_nodes(self) -> Iterator[TabularNode]:
        """The nodes that the Tabular List writes out: those of the book that are neither finished codes nor of another
        year's order file."""
        notes: dict[int, list[tuple[NoteKind, str]]] = {}
        for node, kind, text in self._db.execute("SELECT node, kind, text FROM note ORDER BY id"):
            notes.setdefault(node, []).append((NoteKind(kind), text))
        seventh: dict[int, list[tuple[str, str]]] = {}
        for node, char, meaning in self._db.execute("SELECT node, char, meaning FROM seventh ORDER BY node, position"):
            seventh.setdefault(node, []).append((char, meaning))
        visual: dict[int, list[VisualRange]] = {}
        rows = self._db.execute("SELECT node, category, less_than, at_least FROM visual_range ORDER BY node, position")
        for node, category, less, least in rows:
            row = VisualRange(category, tuple(less.split("\n")), tuple(least.split("\n")) if least else ())
            visual.setdefault(node, []).append(row)
        written = self._db.execute(
            "SELECT n.id, n.plain, coalesce(t.title, n.title), coalesce(t.level, n.level), p.plain"
            " FROM node n JOIN tabular_node t ON t.node = n.id"
            " LEFT JOIN node p ON p.id = n.parent ORDER BY n.id"
        )
        for key, code, title, level, parent in written:
            yield TabularNode(
                code,
                title,
                Level(level),
                parent,
                tuple(notes.get(key, ())),
                tuple(seventh.get(key, ())),
                tuple(visual.get(key, ())),
            )

    def _conversions(self) -> Iterator[Conversion]:
        rows = self._db.execute("SELECT code, since, previous FROM conversion ORDER BY code, position").fetchall()
        found: dict[tuple[str, str], list[str]] = {}
        for code, since, previous in rows:
            found.setdefault((code, since), []).extend([previous] if previous else [])
        for (code, since), previous in found.items():
            yield Conversion(code, date.fromisoformat(since), tuple(previous))

    def _books(self, system: System) -> tuple[IndexBook, ...]:
        low, high = id_range(system)
        codes: dict[int, list[str]] = {}
        rows = self._db.execute(
            "SELECT entry, code FROM index_target WHERE entry BETWEEN ? AND ? ORDER BY entry, position", (low, high)
        )
        for entry, code in rows:
            codes.setdefault(entry, []).append(code)
        lines: dict[Book, list[IndexEntry]] = {}
        rows = self._db.execute(
            "SELECT id, book, path, kind, see, manifestation FROM index_entry WHERE id BETWEEN ? AND ? ORDER BY id",
            (low, high),
        )
        for entry, book, path, kind, see, manifestation in rows:
            line = IndexEntry(tuple(path.split("\n")), kind, see, tuple(codes.get(entry, ())), manifestation)
            lines.setdefault(Book(book), []).append(line)
        found: list[IndexBook] = []
        for book, listed in lines.items():
            release = self._newest(system, PART_OF_BOOK[book])
            assert release is not None
            found.append(IndexBook(release, book, tuple(listed)))
        return tuple(found)

    # ICD-10-PCS

    def icd10pcs(self) -> Icd10pcs:
        """The contents of ICD-10-PCS."""
        system = System.ICD10PCS
        tables = self._newest(system, Part.TABLES)
        assert tables is not None
        labels: PcsLabels = {
            (table, position, value): label
            for table, position, value, label in self._db.execute(
                'SELECT "table", position, value, label FROM pcs_value'
            )
        }
        definitions = tuple(
            PcsDefinition(*row)
            for row in self._db.execute(
                "SELECT section, position, label, definition, explanation, examples FROM pcs_definition"
            )
        )
        return Icd10pcs(
            snapshots=self._snapshots(system),
            tables_release=tables,
            labels=labels,
            definitions_release=self._newest(system, Part.DEFINITIONS),
            definitions=definitions,
            books=self._books(system),
        )

    # HCPCS, modifiers, CPT

    def hcpcs(self) -> Hcpcs:
        """The contents of HCPCS Level II."""
        releases = self._releases(System.HCPCS, Part.CODES)
        if not releases:
            return Hcpcs()
        *older, newest = releases
        notes = tuple(
            ProcessingNote(*row) for row in self._db.execute("SELECT number, text FROM processing_note ORDER BY number")
        )
        return Hcpcs(
            release=newest,
            codes=tuple(self._hcpcs_codes(System.HCPCS)),
            older=tuple(self._older_hcpcs(older)),
            notes_release=self._newest(System.HCPCS, Part.NOTES),
            notes=notes,
        )

    def _older_hcpcs(self, releases: Iterable[Release]) -> Iterator[Snapshot]:
        """Older releases, which lie there as lists of codes with their dates; titles are taken back by the changes."""
        known = {code: replace(history, valid_to=None) for code, history in self._histories(System.HCPCS).items()}
        for release in releases:
            day = release.effective_from
            titles = snapshot_before(known, day)
            lists = self._db.execute(
                "SELECT data FROM packed WHERE system = ? AND name = ?", (System.HCPCS.value, older_codes(day))
            )
            rows = [row.split(" ") for (data,) in lists for row in data.decode().split("\n") if row]
            codes = {
                code: replace(titles[code], valid=valid == "1", added=_day(added), ended=_day(ended))
                for code, valid, added, ended in rows
            }
            yield Snapshot(release, codes)

    def modifiers(self) -> Modifiers:
        """The modifiers of HCPCS Level II, and the release of the AMA's."""
        release = self._newest(System.MODIFIER, Part.CODES)
        official = tuple(self._hcpcs_codes(System.MODIFIER)) if release is not None else ()
        return Modifiers(release, official, self._newest(System.MODIFIER, Part.MODIFIERS))

    def cpt(self) -> Cpt:
        """The release of CPT, without its codes."""
        return Cpt(self._newest(System.CPT, Part.CODES))

    def _hcpcs_codes(self, system: System) -> Iterator[HcpcsCode]:
        """The codes of the newest official file, in the order of their codes."""
        fields: dict[int, list[tuple[str, str]]] = {}
        rows = self._db.execute(
            "SELECT node, name, value FROM field WHERE node BETWEEN ? AND ? ORDER BY node, position", id_range(system)
        )
        for node, name, value in rows:
            fields.setdefault(node, []).append((name, value))
        rows = self._db.execute(
            "SELECT n.id, n.plain, n.title, h.short, n.valid_from, h.effective, h.ended, h.action"
            " FROM node n JOIN hcpcs_code h ON h.node = n.id WHERE n.system = ? ORDER BY n.plain",
            (system.value,),
        )
        for key, code, title, short, added, effective, ended, action in rows:
            yield HcpcsCode(
                code=code,
                modifier=system is System.MODIFIER,
                title=title,
                short=short,
                fields=tuple(pair for pair in fields.get(key, ()) if pair[0] not in OF_THE_CODE),
                added=date.fromisoformat(added) if added else None,
                effective=date.fromisoformat(effective) if effective else None,
                ended=date.fromisoformat(ended) if ended else None,
                action=action,
            )


def _day(text: str) -> date | None:
    return None if text == NO_DAY else date.fromisoformat(text)


def _was_valid(status: CodeStatus, level: Level, changes: tuple[Change, ...]) -> bool:
    """Whether a code is valid in the newest release that has it; of one that has ended its changes tell."""
    if status is not CodeStatus.ENDED:
        return status.billable
    told = [change.kind for change in changes if change.kind in (ChangeKind.NOW_VALID, ChangeKind.NOW_HEADING)]
    if told:
        return told[-1] is ChangeKind.NOW_VALID
    return level in (Level.CODE, Level.SEVENTH, Level.PCS_CODE)
