"""The worksheet in the window: codes go in by key, what is changed there is saved at once, and can be undone."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.checking.records import Entry, Finding, Report, Rule, Severity
from app.codes.names import count_words
from app.codes.node import Node
from app.codes.systems import System
from app.library.open import LibraryError
from app.library.reading.catalogue import Catalogue
from app.notebook.notebook import Notebook
from app.notebook.store import NotebookError
from app.notebook.worksheets import Line, Worksheet
from app.search.answer import TypedCode
from app.ui.desk.worksheet_model import WorksheetRow
from app.ui.desk.worksheet_strip import WorksheetStrip
from app.ui.main_window.column_splitters import ColumnSplitters
from app.ui.main_window.worksheet_export import ListToExport, ask_and_export
from app.ui.main_window.worksheet_lists import WorksheetLists
from app.ui.settings import Settings
from app.ui.widgets.appearance import Appearance
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.plain_text import menu_text

MOST_UNDONE = 100
"""Changes that can be undone."""


MOST_SHOWN = 3
"""Findings below one code; the page of findings has all."""

RULES_OF_LATER_CODE = frozenset({Rule.EXCLUDES1, Rule.DUPLICATE, Rule.ENCOUNTER_MIX, Rule.LATERALITY, Rule.PTP})
"""Rules that the later of two codes breaks: what was added last is looked at."""


def findings_by_row(findings: Sequence[Finding]) -> Mapping[int, Sequence[Finding]]:
    """Return the findings that are shown below each code, the gravest first, by the place of the code in the list."""
    by_row: dict[int, list[Finding]] = {}
    for severity in Severity:
        for finding in findings:
            if finding.severity is severity:
                place = max(finding.places) if finding.rule in RULES_OF_LATER_CODE else finding.places[0]
                by_row.setdefault(place, []).append(finding)
    return {place: found[:MOST_SHOWN] for place, found in by_row.items()}


class WorksheetDesk(QObject):
    """Joins the strip with the notebook.

    `node_chosen` carries the id of a code that was opened, `told` a sentence for the status bar, `copied` a text to
    copy. `changed` is sent when the worksheet was folded or shown.
    """

    node_chosen = Signal(int)
    told = Signal(str)
    copied = Signal(str)
    changed = Signal()

    def __init__(
        self,
        notebook: Notebook,
        catalogue: Catalogue,
        splitters: ColumnSplitters,
        appearance: Appearance,
        settings: Settings,
        edits: Path | None,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._notebook, self._catalogue = notebook, catalogue
        self._splitters, self._settings, self._window = splitters, settings, parent
        self._edits = edits
        self._worksheet: Worksheet | None = None
        self._seen_version = -1
        self._undo: list[Callable[[], object]] = []
        self._report: Report | None = None
        self._height_chosen = 0
        strip = self.strip = WorksheetStrip()
        self.lists = WorksheetLists(self, notebook.worksheets, self.told.emit, parent)
        appearance.register((strip,), (strip,))
        self._scheme: Callable[[], Scheme] = lambda: appearance.scheme
        splitters.strip_layout.addWidget(strip)
        splitters.right.splitterMoved.connect(self._keep_height)
        appearance.changed.connect(self._fit_later)
        table = strip.table
        table.opened.connect(self._open)
        table.moved.connect(self._move)
        table.removed.connect(self._remove)
        table.undo_asked.connect(self.undo)
        table.rows.line_edited.connect(self._change)
        table.rows.refused.connect(self.told)
        table.add_to_menu = self._add_to_menu
        strip.fold_asked.connect(self.toggle)
        strip.copy_all_asked.connect(self.copy_all)
        strip.findings_asked.connect(self.show_findings)
        strip.export_asked.connect(lambda: ask_and_export(self._listed(), parent, settings, self.told.emit))
        strip.list_menu_asked.connect(self.lists.open_menu)

    def restore(self) -> None:
        """Show the list that was open when the program was closed, as it was: open, folded, or not at all."""
        self.read(lambda: self.use(self._notebook.worksheets.last_opened()))
        if self._settings.worksheet_shown:
            self.show()

    @property
    def worksheet(self) -> Worksheet | None:
        """The list that is shown, None without one."""
        return self._worksheet

    @property
    def is_shown(self) -> bool:
        """True if the rows of the worksheet can be seen."""
        return not self._splitters.strip_place.isHidden() and not self.strip.is_folded

    def show(self) -> None:
        """Show the worksheet, unfolded."""
        self._splitters.strip_place.show()
        self.strip.fold(False)
        self._fit_later()
        self._settings.worksheet_shown = True
        self.changed.emit()

    def toggle(self) -> None:
        """Fold the worksheet to its header, or show it."""
        if self.is_shown:
            had_focus = self.strip.table.hasFocus()
            self.strip.fold(True)
            self._fit_later()
            self._settings.worksheet_shown = False
            if had_focus:
                self._window.setFocus()
            self.changed.emit()
        else:
            self.show()

    def add(self, node: Node) -> None:
        """Add a code at the end of the list; a diagnosis that is in it already is only shown there."""
        present = [row for row in self.strip.table.rows.rows if row.line.code == node.code]
        if node.system in (System.ICD10CM, System.ICD10PCS) and present:
            self.show()
            self.strip.table.select_line(present[0].line.id)
            self.told.emit(f"{node.code} is in the list already")
            return
        if not node.billable and not self._is_line(node):
            self.told.emit(f"{node.code} is a heading: choose one of its codes")
            return
        self._add((Line(node.system, node.code),), f"{node.code} added")

    def add_typed(self, codes: Sequence[TypedCode]) -> None:
        """Add all codes of a text, in its order, with the modifiers and units of a claim."""
        lines: list[Line] = []
        for typed in codes:
            node = typed.hit.node if typed.hit is not None else None
            if node is not None and node.system is System.MODIFIER and lines and lines[-1].system is not None:
                lines[-1] = replace(lines[-1], modifiers=(*lines[-1].modifiers, node.code))
            elif node is not None and node.system is not System.POS:
                lines.append(Line(node.system, node.code, (), typed.units))
        if lines:
            self._add(lines, f"{count_words(len(lines), 'code')} added")
        else:
            self.told.emit("No code of the text is loaded, so none was added")

    def copy_all(self) -> None:
        """Copy the codes of the list, one a line."""
        rows = self.strip.table.rows.rows
        if rows:
            self.copied.emit("\n".join(row.line.code for row in rows))

    def next_finding(self) -> None:
        """Go to the next code of the list with a finding."""
        if not self.is_shown:
            self.show()
        if not self.strip.table.go_to_finding():
            self.told.emit("Nothing found in the list")

    def show_findings(self) -> None:
        """Open the findings as a page to read and copy."""
        if self._report is None:
            return
        from app.ui.desk.findings_page import findings_html
        from app.ui.widgets.page_dialog import page_dialog

        name = self._worksheet.name if self._worksheet is not None else ""
        html = findings_html(self._report, self._scheme())
        page_dialog(f"Findings: {name}", html, "findings_dialog", self._window).open()

    def undo(self) -> None:
        """Take back the last change of the list."""
        if not self._undo:
            self.told.emit("Nothing to undo in the list")
            return
        if self.write(self._undo.pop()):
            self.refresh()

    def refresh(self) -> None:
        """Show the list anew, from the notebook and the library as they are now."""
        worksheet = self._worksheet
        if worksheet is not None:
            self.read(lambda: self.use(self._notebook.worksheets.find(worksheet.id)))

    def follow_other_windows(self) -> None:
        """Show what another window has changed in the list."""
        file = self._notebook.file
        # A window that is closing becomes inactive last.
        if file.is_open and file.version() != self._seen_version:
            self.refresh()

    def _listed(self) -> ListToExport:
        rows = self.strip.table.rows.rows
        systems = {row.line.system for row in rows}
        releases = tuple(
            f"{code_set.system.label} {code_set.release}"
            for code_set in self._catalogue.code_sets()
            if code_set.system in systems
        )
        name = self._worksheet.name if self._worksheet is not None else ""
        return ListToExport(name, tuple((row.line, row.title) for row in rows), releases)

    # Its lines

    def _add(self, lines: Sequence[Line], told: str) -> None:
        worksheets = self._notebook.worksheets
        added: list[Line] = []

        def add() -> None:
            worksheet = self._worksheet
            if worksheet is None or worksheets.find(worksheet.id) is None:
                worksheet = worksheets.create()
                self.use(worksheet)
            added.extend(worksheets.insert(worksheet, lines))

        if self.write(add) and self._worksheet is not None:
            worksheet = self._worksheet
            self.remember(lambda: worksheets.remove(worksheet, added))
            self.refresh()
            self.show()
            self.strip.table.select_line(added[-1].id)
            self.told.emit(f"{told} to {worksheet.name}")

    def _change(self, line: Line) -> None:
        before = next((row.line for row in self.strip.table.rows.rows if row.line.id == line.id), None)
        worksheets = self._notebook.worksheets
        if before is not None and self.write(lambda: worksheets.change(line)):
            self.remember(lambda: worksheets.change(before))
            # The editor that is closing still refers to the rows.
            QTimer.singleShot(0, self, lambda: self._refresh_at(line.id))

    def _move(self, number: int, place: int) -> None:
        row, worksheet, worksheets = self.strip.table.rows.row(number), self._worksheet, self._notebook.worksheets
        if row is None or worksheet is None:
            return
        if self.write(lambda: worksheets.move(worksheet, row.line, place)):
            self.remember(lambda: worksheets.move(worksheet, row.line, number))
            self._refresh_at(row.line.id)

    def _remove(self, numbers: Sequence[int]) -> None:
        rows, worksheet, worksheets = self.strip.table.rows.rows, self._worksheet, self._notebook.worksheets
        removed = [(number, rows[number].line) for number in numbers if number < len(rows)]
        if worksheet is None or not removed:
            return

        def put_back() -> None:
            for number, line in removed:
                worksheets.put_back(worksheet, line, number)

        if self.write(lambda: worksheets.remove(worksheet, [line for _, line in removed])):
            self.remember(put_back)
            self.refresh()
            left = self.strip.table.rows.rowCount()
            if left:
                self.strip.table.selectRow(min(removed[0][0], left - 1))
            what = removed[0][1].code if len(removed) == 1 else count_words(len(removed), "code")
            self.told.emit(f"{what} removed; Ctrl+Z in the list brings it back")

    def _refresh_at(self, line_id: int) -> None:
        self.refresh()
        self.strip.table.select_line(line_id)

    def forget_changes(self) -> None:
        """Leave nothing to undo, as for another list."""
        self._undo.clear()

    def remember(self, undo: Callable[[], object]) -> None:
        """Have a change taken back by the next Ctrl+Z in the list."""
        self._undo.append(undo)
        del self._undo[:-MOST_UNDONE]

    def use(self, worksheet: Worksheet | None) -> None:
        """Show a worksheet as it is in the notebook, or none. Raises sqlite3.Error."""
        self._worksheet = worksheet
        self._seen_version = self._notebook.file.version()
        lines = self._notebook.worksheets.lines(worksheet) if worksheet is not None else ()
        first = next((line.id for line in lines if line.system is System.ICD10CM), 0)
        table = self.strip.table
        current = table.current_row()
        self._report = self._check(lines)
        findings = self._report.findings if self._report is not None else ()
        found = findings_by_row(findings)
        table.show_rows([self._row(line, line.id == first, found.get(at, ())) for at, line in enumerate(lines)])
        name = worksheet.name if worksheet is not None else ""
        self.strip.show_summary(name, len(lines), findings)
        if current is not None:
            table.select_line(current.line.id)
        self._fit_later()

    def _row(self, line: Line, is_first_listed: bool, findings: Sequence[Finding]) -> WorksheetRow:
        node = self._catalogue.find(line.system, line.code) if line.system is not None else None
        title = node.title if node is not None else "not in the code sets loaded now"
        return WorksheetRow(line, node, title, is_first_listed, tuple(findings))

    def _check(self, lines: Sequence[Line]) -> Report | None:
        """Return what the check of the list finds, None for an empty list."""
        if not lines:
            return None
        # Imported here: a window without a list starts without the rules.
        from app.checking.check import Checker

        entries = [Entry(line.code, line.modifiers, line.units, line.system) for line in lines]
        try:
            return Checker(self._catalogue, self._edits).check(entries, date.today())
        except LibraryError:
            # Damaged edits are told where they are shown; the rest of the list is checked without them.
            return Checker(self._catalogue).check(entries, date.today())

    @staticmethod
    def _is_line(node: Node) -> bool:
        """Return whether a code that is not valid stands on a claim all the same: one that has ended may be of the day
        of the service."""
        return not node.has_children

    def _open(self, row: WorksheetRow) -> None:
        if row.node is not None:
            self.node_chosen.emit(row.node.id)

    def _add_to_menu(self, menu: QMenu, row: WorksheetRow) -> None:
        node = row.node
        if node is not None:
            menu.addAction(menu_text(f"Open {node.code}"), lambda: self.node_chosen.emit(node.id))
            menu.addAction(menu_text(f"Copy {node.code}"), lambda: self.copied.emit(node.code))
            menu.addSeparator()

    # Reading, writing, and the place

    def write(self, change: Callable[[], object]) -> bool:
        """Make a change of the notebook; return False, after telling why, if it cannot be saved."""
        try:
            change()
        except NotebookError as error:
            self.told.emit(str(error).rstrip("."))
            return False
        except sqlite3.Error as error:
            self.told.emit(f"List cannot be saved ({error})")
            return False
        self._seen_version = self._notebook.file.version()
        return True

    def read(self, read: Callable[[], object]) -> None:
        """Read from the notebook; tell why if that fails."""
        try:
            read()
        except sqlite3.Error as error:
            self.told.emit(f"List cannot be read ({error})")

    def _keep_height(self) -> None:
        self._height_chosen = self.strip.height() if self.is_shown else self._height_chosen

    def _fit_later(self) -> None:
        # The layout is done by then.
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        if self._splitters.strip_place.isHidden():
            return
        height = self.strip.header_height() if self.strip.is_folded else self.strip.wished_height()
        if self._height_chosen and not self.strip.is_folded:
            height = self._height_chosen
        self._splitters.set_strip_height(height)
