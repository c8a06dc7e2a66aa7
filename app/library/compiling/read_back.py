"""Contents of code sets, read back from a library, for merging with a new release."""

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
from app.library.compiling.hcpcs import ACTION_FIELDS, NO_DAY, older_codes
from app.library.contents import (
    Contents,
    Cpt,
    Hcpcs,
    Icd10cm,
    Icd10pcs,
    IndexBook,
    Modifiers,
    PcsLabels,
    Places,
    PresentPayment,
)
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

HISTORY_LEVELS = (
    Level.CATEGORY,
    Level.SUBCATEGORY,
    Level.CODE,
    Level.SEVENTH,
    Level.PCS_CODE,
    Level.ITEM,
)
"""Levels of codes that have a history; the tables, which the order file of ICD-10-PCS also lists, follow from them."""


class LoadedContents:
    """Reads the contents of the code sets of a library back. `connection` is only read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def contents(self, system: System) -> Contents:
        """Return the contents of a code set as far as the library has them: everything that users see is there.

        Imported CPT codes and modifiers have only their releases: the rest is read from their files again, and removed
        with them.
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
        """Return the releases of equivalence maps and of titles of ICD-9-CM, by their remark, which names them."""
        releases = [
            release
            for system in (System.ICD10CM, System.ICD10PCS)
            for part in (Part.MAPS, Part.ICD9)
            for release in self._releases(system, part)
        ]
        return {release.remark: release for release in releases}

    def payment(self) -> PresentPayment:
        """Return the releases of the facts on payment, and the hospital-acquired condition of each code."""
        parts = (Part.CC, Part.MS_DRG, Part.DRG_WEIGHTS, Part.HCC, Part.POA)
        releases = {part: release for part in parts if (release := self._newest(System.ICD10CM, part)) is not None}
        return PresentPayment(releases, dict(self._db.execute("SELECT code, hac FROM cc WHERE hac != ''")))

    # Releases

    def _releases(self, system: System, part: Part) -> list[Release]:
        """Return the releases of a part, oldest first, without those of some sections beside a newer one."""
        return [release for release in self._all_releases(system, part) if not release.sections]

    def _other_sections(self, part: Part) -> Release | None:
        """Return the release of the sections of ICD-10-PCS that the newest release of a part lacks."""
        return next((release for release in self._all_releases(System.ICD10PCS, part) if release.sections), None)

    def _all_releases(self, system: System, part: Part) -> list[Release]:
        rows = self._db.execute(
            "SELECT id, name, effective_from, effective_to, remark, sections FROM release"
            " WHERE system = ? AND part = ? ORDER BY effective_from, id",
            (system.value, part.value),
        ).fetchall()
        releases: list[Release] = []
        for key, name, start, end, remark, sections in rows:
            sources = self._db.execute("SELECT file, sha256 FROM source WHERE release = ? ORDER BY id", (key,))
            listed = tuple(Source(file, sha256) for file, sha256 in sources)
            days = date.fromisoformat(start), date.fromisoformat(end)
            releases.append(Release(system, name, *days, listed, remark, sections))
        return releases

    def _newest(self, system: System, part: Part) -> Release | None:
        releases = self._releases(system, part)
        return releases[-1] if releases else None

    # Codes through the years

    def _snapshots(self, system: System) -> tuple[Snapshot, ...]:
        code_histories = self._histories(system)
        return tuple(
            Snapshot(release, snapshot_before(code_histories, release.effective_from))
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
        marks = ",".join("?" * len(HISTORY_LEVELS))
        nodes = self._db.execute(
            f"SELECT id, plain, title, status, valid_from, valid_to, level, last > id FROM node"
            f" WHERE system = ? AND level IN ({marks})",
            (system.value, *HISTORY_LEVELS),
        )
        code_histories: dict[str, CodeHistory] = {}
        for key, code, title, status, start, end, level, is_divided in nodes:
            code_changes = tuple(changes.get(key, ()))
            order = OrderCode(
                code, _was_valid(CodeStatus(status), Level(level), code_changes, is_divided=is_divided), title
            )
            ended = date.fromisoformat(end) if end else None
            code_histories[code] = CodeHistory(order, date.fromisoformat(start) if start else None, ended, code_changes)
        return code_histories

    # ICD-10-CM

    def icd10cm(self) -> Icd10cm:
        """Return the contents of ICD-10-CM."""
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
        """Yield the nodes that the Tabular List prints: no finished codes and none of another year's order file."""
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
        assignments: dict[tuple[str, str], list[str]] = {}
        for code, since, previous in rows:
            assignments.setdefault((code, since), []).extend([previous] if previous else [])
        for (code, since), previous in assignments.items():
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
        books: list[IndexBook] = []
        for book, listed in lines.items():
            release = self._newest(system, PART_OF_BOOK[book])
            assert release is not None
            books.append(IndexBook(release, book, tuple(listed)))
        return tuple(books)

    # ICD-10-PCS

    def icd10pcs(self) -> Icd10pcs:
        """Return the contents of ICD-10-PCS."""
        system = System.ICD10PCS
        tables = self._newest(system, Part.TABLES)
        assert tables is not None
        labels, title_labels = (self._pcs_labels(from_titles) for from_titles in (False, True))
        *older, newest = self._snapshots(system)
        definitions = tuple(
            PcsDefinition(*row)
            for row in self._db.execute(
                "SELECT section, position, label, definition, explanation, examples FROM pcs_definition"
            )
        )
        return Icd10pcs(
            snapshots=(*older, replace(newest, others=self._other_sections(Part.CODES))),
            tables_release=tables,
            labels=labels,
            definitions_release=self._newest(system, Part.DEFINITIONS),
            definitions=definitions,
            books=self._books(system),
            titles_release=self._other_sections(Part.TABLES),
            title_labels=title_labels,
        )

    def _pcs_labels(self, from_titles: bool) -> PcsLabels:
        rows = self._db.execute(
            'SELECT "table", position, value, label FROM pcs_value WHERE from_titles = ?', (int(from_titles),)
        )
        return {(table, position, value): label for table, position, value, label in rows}

    # HCPCS, modifiers, CPT

    def hcpcs(self) -> Hcpcs:
        """Return the contents of HCPCS Level II."""
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
        """Yield older releases, which the library has as lists of codes with dates; titles come from the changes."""
        code_histories = {
            code: replace(history, valid_to=None) for code, history in self._histories(System.HCPCS).items()
        }
        for release in releases:
            day = release.effective_from
            titles = snapshot_before(code_histories, day)
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
        """Return the modifiers of HCPCS Level II, and the release of the AMA's."""
        release = self._newest(System.MODIFIER, Part.CODES)
        official = tuple(self._hcpcs_codes(System.MODIFIER)) if release is not None else ()
        return Modifiers(release, official, self._newest(System.MODIFIER, Part.MODIFIERS))

    def cpt(self) -> Cpt:
        """Return the release of CPT, without its codes."""
        return Cpt(self._newest(System.CPT, Part.CODES))

    def _hcpcs_codes(self, system: System) -> Iterator[HcpcsCode]:
        """Yield the codes of the newest official file, in the order of their codes."""
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
                fields=tuple(pair for pair in fields.get(key, ()) if pair[0] not in ACTION_FIELDS),
                added=date.fromisoformat(added) if added else None,
                effective=date.fromisoformat(effective) if effective else None,
                ended=date.fromisoformat(ended) if ended else None,
                action=action,
            )


def _day(text: str) -> date | None:
    return None if text == NO_DAY else date.fromisoformat(text)


def _was_valid(status: CodeStatus, level: Level, changes: tuple[Change, ...], *, is_divided: bool) -> bool:
    """Return whether a code is valid in the newest release that has it; for an ended one by its changes.

    A stem whose 7th characters have ended with it is at the level of a code, and was a heading (`is_divided`).
    """
    if status is not CodeStatus.ENDED:
        return status.billable
    code_changes = [change.kind for change in changes if change.kind in (ChangeKind.NOW_VALID, ChangeKind.NOW_HEADING)]
    if code_changes:
        return code_changes[-1] is ChangeKind.NOW_VALID
    return level in (Level.CODE, Level.SEVENTH, Level.PCS_CODE) and not is_divided
