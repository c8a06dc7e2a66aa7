"""The window: makes the panels, lays them out, joins them, and remembers how it stood."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QIcon, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QVBoxLayout, QWidget

from app.codes.code_sets import CodeSet
from app.codes.node import Level, Node
from app.codes.systems import System
from app.notebook.history import History
from app.notebook.store import NotebookError
from app.paths import resource
from app.ui.actions import Actions
from app.ui.browse.left_column import RECENT_TAB, LeftColumn
from app.ui.main_window.columns import ColumnFolding
from app.ui.main_window.library_switch import LibrarySwitch, ask_again, find_filters
from app.ui.main_window.open_library import OpenLibrary, SwitchableCatalogue
from app.ui.main_window.search_bar import SearchBar
from app.ui.main_window.search_controller import SearchController
from app.ui.main_window.search_worker import SearchWorker
from app.ui.main_window.status_bar import StatusBar
from app.ui.results.results_model import Row
from app.ui.results.results_panel import ResultsPanel
from app.ui.results.start_rows import recent_row, start_rows
from app.ui.settings import Settings
from app.ui.widgets.appearance import Appearance

if TYPE_CHECKING:
    from app.library.ncci.edits_of_code import CodeEdits, LoadedEdits
    from app.ui.code_sets.code_sets_controller import CodeSetsController
    from app.ui.code_sets.file_drop import FileDrop
    from app.ui.code_sets.library_jobs import Job
    from app.ui.dialogs.lexicon_view import LexiconView
    from app.ui.main_window.panels import Panels

FIRST_SIZE = (1440, 880)
FRAME = (8, 40)
"""What a window manager's frame takes of the screen's width and height, or somewhat more."""
FIRST_COLUMNS = (318, 560, 562)
SMALLEST_SIZE = (560, 420)

SAVE_MS = 1000
"""How long after the last change of size or columns it is written down: a killed window forgets at most that."""

RECENT_SHOWN = 8
RECENT_LISTED = 100

BRANCH_LEVELS = {System.ICD10CM: 1, System.ICD10PCS: 2}
"""How deep the branch filter lists a code set: the chapters; the sections of PCS with their body systems."""


class Window(QMainWindow):
    """Search box on top; tree, results and page below; the status bar at the foot.

    The box is there to be typed into as soon as the window is painted; tree and page, which take as long to make as
    all the rest, come right after the first picture, or when they are first asked for.

    `opened` is the library to read, and `find_other` gives the one to go over to, if there is another (see Switching);
    None where the window keeps to the one that it was given. `folder` is where the person's files can be kept, None for
    nowhere. `command` starts the program as a command line, `added_to` gives those of the loaded code sets to which the
    person has added files, and `log` takes what can be read again later. `ask_edits` gives the NCCI edits of a code
    (see DetailPanel), `edits` the files that they come from; None where it has
    none. `needs_remake` says whether the person's library is to be
    made again from their files.
    """

    def __init__(
        self,
        opened: OpenLibrary,
        find_other: Callable[[Path], OpenLibrary | None] | None,
        history: History,
        settings: Settings,
        application: QApplication,
        folder: Path | None,
        version: str,
        command: Sequence[str],
        added_to: Callable[[Sequence[CodeSet]], frozenset[System]],
        log: Callable[[str], None],
        ask_edits: "Callable[[str, int], CodeEdits | None] | None",
        edits: "Callable[[], LoadedEdits]",
        needs_remake: Callable[[], bool],
        today: date | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("Codarium")
        self.catalogue = SwitchableCatalogue(opened.connection)
        self._history, self._settings = history, settings
        self._folder, self._version = folder, version
        self._command, self._added_to, self._log = command, added_to, log
        self.ask_edits, self._edits, self._needs_remake = ask_edits, edits, needs_remake
        self._notices = opened.notices
        self._today = today or date.today()
        self._had_cpt = self._has_cpt()
        self._settled = False
        self._panels: Panels | None = None
        self._code_sets_controller: CodeSetsController | None = None
        self._file_drop: FileDrop | None = None
        self._lexicon: LexiconView | None = None
        # First, since a menu bar takes the face that the application has when it is made.
        self.appearance = Appearance(application, settings, self)
        code_sets = self.catalogue.code_sets()
        systems = tuple(code_set.system for code_set in code_sets)
        self.search_bar = SearchBar(systems, self._branches)
        self.left_column = LeftColumn()
        self.results = ResultsPanel(self._codes_in)
        self.page_column = QWidget()
        self.status_bar = StatusBar(code_sets, self._today)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self.actions_by_name = Actions(self, systems)
        self.actions_by_name.fill(self.menuBar())
        self.search_worker = SearchWorker(opened.make_engine, self)
        self.library_switch = LibrarySwitch(opened, self.catalogue, self.search_worker, find_other, self)
        self.search_controller = SearchController(
            self.search_bar, self.search_worker, self.results, self.status_bar, self._start_rows, self
        )
        self.column_folding = ColumnFolding(self.splitter, settings.tree_folded, self)
        self._saving = QTimer(self)
        self._saving.setSingleShot(True)
        self._saving.setInterval(SAVE_MS)
        self._saving.timeout.connect(self._save)
        self._join()
        self._restore()

    @property
    def panels(self) -> "Panels":
        """Tree, recent codes and page, and what joins them to the rest; made at first use."""
        if self._panels is None:
            from app.ui.main_window.panels import build_panels

            self._panels = build_panels(self, self.catalogue, self._history)
            self._panels.navigation.shown.connect(self._reading_moved)
            self._panels.navigation.left.connect(lambda: self.setWindowTitle("Codarium"))
            self._panels.navigation.restore(self._settings.last_code)
            self._panels.commands.refresh()
        return self._panels

    @property
    def code_sets_controller(self) -> "CodeSetsController":
        """Where code sets are added, got and removed; made at first use."""
        if self._code_sets_controller is None:
            from app.ui.code_sets.code_sets_controller import CodeSetsController, LibraryChanges, LibraryContents
            from app.ui.code_sets.file_drop import REFUSAL
            from app.ui.code_sets.library_jobs import JobQueue

            refusal = "" if self.library_switch.can_switch else REFUSAL
            self._code_sets_controller = CodeSetsController(
                self,
                LibraryChanges(JobQueue(self._command, self), refusal, self._log),
                LibraryContents(self.catalogue.code_sets, self._added_to, self._edits, self._today),
                self._settings,
                self.appearance,
            )
            self._code_sets_controller.done.connect(self._code_sets_changed)
            self._code_sets_controller.remake_failed.connect(self._warn_of_passed_over)
            self._column.insertWidget(self._column.indexOf(self.status_bar), self._code_sets_controller.job_bar)
        return self._code_sets_controller

    def start(self, query: str = "") -> None:
        """Shows the window, on a search if there is one to begin with."""
        self.show()
        # Shortcuts work in the active window alone, and where no window manager runs nobody makes it that.
        self.activateWindow()
        self.search_bar.box.setFocus()
        if query:
            self.search_controller.search(query)
        else:
            self.search_controller.begin()

    def finish(self) -> None:
        """Ends all that runs, and lets go of library and notebook. Closing the window again does no harm."""
        if self._code_sets_controller is not None:
            self._code_sets_controller.jobs.close()
        self.search_worker.close()
        self.library_switch.close()
        self._history.close()

    def _settle(self) -> None:
        if not self.isVisible():
            return
        furnishings = self.panels
        furnishings.navigation.flush()
        self.search_worker.warm()
        self._take_drops(furnishings)
        QApplication.setWindowIcon(QIcon(str(resource("icons", "codarium.svg"))))
        if self._needs_remake():
            self.code_sets_controller.remake()
        else:
            self._warn_of_passed_over()

    def _warn_of_passed_over(self) -> None:
        notices, self._notices = self._notices, ()
        for notice in notices:
            self.status_bar.warn(notice.partition(". ")[0], tip=notice)

    def _take_drops(self, furnishings: "Panels") -> None:
        from app.ui.code_sets.file_drop import REFUSAL, FileDrop

        refusal = "" if self.library_switch.can_switch else REFUSAL
        self._file_drop = FileDrop(self, lambda: refusal, lambda: (self.appearance.scheme, self.appearance.zoom))
        self._file_drop.dropped.connect(self._add_dropped)
        self._file_drop.watch(self.search_bar, self.left_column, self.results, furnishings.code_panel)

    def _add_dropped(self, paths: tuple[Path, ...]) -> None:
        self.code_sets_controller.add(paths)

    def _lay_out(self) -> None:
        self.page_column.setObjectName("page_column")
        room = QVBoxLayout(self.page_column)
        room.setContentsMargins(0, 0, 0, 0)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for place, (column, least, stretch) in enumerate(
            ((self.left_column, 200, 0), (self.results, 280, 1), (self.page_column, 320, 1))
        ):
            column.setMinimumWidth(least)
            self.splitter.addWidget(column)
            self.splitter.setStretchFactor(place, stretch)
        self.splitter.setSizes(list(FIRST_COLUMNS))
        whole = QWidget()
        column = self._column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.search_bar)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.status_bar)
        self.setCentralWidget(whole)
        self.setMinimumSize(*SMALLEST_SIZE)

    def _join(self) -> None:
        actions = self.actions_by_name
        for name, does in (
            ("close_window", self.close),
            ("quit", self.close),
            ("forget_history", self._forget_history),
            ("keys", self._show_keys),
            ("command_palette", self._show_palette),
            ("about", self._show_about),
            ("lexicon", self._show_lexicon),
            ("code_sets", lambda: self.code_sets_controller.show_view()),
            ("add_files", lambda: self.code_sets_controller.choose_files()),
            ("add_folder", lambda: self.code_sets_controller.choose_folder()),
            ("fetch", lambda: self.code_sets_controller.fetch(None)),
        ):
            actions.wire(name, does)
        for name in ("add_files", "add_folder", "fetch"):
            actions[name].setEnabled(self.library_switch.can_switch)
        self.library_switch.switched.connect(self._find_again)
        self.library_switch.failed.connect(self.status_bar.say)
        self.status_bar.code_sets_requested.connect(lambda: self.code_sets_controller.show_view())
        self.left_column.page_shown.connect(self._fill_recent)
        self.search_bar.filters_changed.connect(self._keep_filters)
        self.splitter.splitterMoved.connect(lambda: self._saving.start())

    def _restore(self) -> None:
        settings = self._settings
        within = self.catalogue.find(*settings.within) if settings.within else None
        system = settings.system if settings.system in self.search_bar.chips else None
        self.search_bar.set_filters(system, within, settings.valid_only)
        room = self.screen().availableSize()
        self.resize(min(FIRST_SIZE[0], room.width()), min(FIRST_SIZE[1], room.height()))
        if not settings.geometry.isEmpty():
            self.restoreGeometry(settings.geometry)
        elif room.width() < FIRST_SIZE[0] + FRAME[0] or room.height() < FIRST_SIZE[1] + FRAME[1]:
            # How thick a frame is, one learns only once it stands there; filling the screen is asked of its owner.
            self.setWindowState(Qt.WindowState.WindowMaximized)
        if not settings.splitter.isEmpty():
            self.splitter.restoreState(settings.splitter)
        self.appearance.register(
            (self.search_bar, self.results), (self.search_bar, self.left_column, self.results, self.status_bar)
        )
        if not settings.lasting or not self._history.lasting:
            self._warn_of_forgetting()
        if self._history.trouble:
            self.status_bar.warn(self._history.trouble)

    def _warn_of_forgetting(self) -> None:
        forgotten = "window, filters, zoom and opened codes"
        if self._settings.lasting:
            forgotten = "opened codes"
        self.status_bar.warn(f"Not remembered: {forgotten}", tip="Your folder cannot be written to.")

    def _branches(self, system: System) -> tuple[Node, ...]:
        roots = self.catalogue.roots(system)
        if BRANCH_LEVELS.get(system, 1) == 1:
            return roots
        found: list[Node] = []
        for root in roots:
            found.append(root)
            found += (node for node in self.catalogue.children(root.id) if node.level is Level.BODY_SYSTEM)
        return tuple(found)

    def _codes_in(self, node: Node) -> tuple[Node, ...]:
        return tuple(self.panels.navigation.codes_in(node))

    def _start_rows(self) -> list[Row]:
        return start_rows(self._history.recent(RECENT_SHOWN), self.catalogue.find, datetime.now().astimezone())

    def _fill_recent(self) -> None:
        if self.left_column.tabs.currentIndex() == RECENT_TAB:
            now = datetime.now().astimezone()
            opened = self._history.recent(RECENT_LISTED)
            rows = [recent_row(one, self.catalogue.find(one.system, one.code), now) for one in opened]
            self.panels.recent.set_rows(rows)

    def _code_sets_changed(self, job: "Job") -> None:
        if job.command == "remove" and System.CPT.value in job.arguments:
            self._forget_titles_of_cpt()
        self._look_again()

    def _look_again(self) -> None:
        """Shows what this window, another one or the command line has added or removed."""
        self.library_switch.check()
        if self._panels is not None:
            self._panels.code_panel.refresh_edits()

    def _forget_titles_of_cpt(self) -> None:
        try:
            # The official wording of the numeric modifiers is the AMA's too.
            for system in (System.CPT, System.MODIFIER):
                self._history.forget_titles(system)
        except NotebookError as error:
            self.status_bar.warn(str(error))

    def _has_cpt(self) -> bool:
        """Whether CPT is there in more than our own words."""
        return any(one.system is System.CPT and not one.ours for one in self.catalogue.code_sets())

    def _find_again(self) -> None:
        """Shows in every panel what it shows, out of the library that has taken the place of the one before."""
        had_cpt, self._had_cpt = self._had_cpt, self._has_cpt()
        if had_cpt and not self._had_cpt:
            # Removed by another window or the command line: its titles go here too.
            self._forget_titles_of_cpt()
        self.setUpdatesEnabled(False)
        try:
            find_filters(self.search_bar, self.catalogue)
            self.status_bar.show_code_sets(self.catalogue.code_sets(), self._today)
            reading = None
            if self._panels is not None:
                from app.ui.main_window.panels import replace_tree

                self._panels = replace_tree(self, self._panels, self.catalogue)
                reading = self._panels.navigation
                reading.find_again()
                self._fill_recent()
                self._panels.commands.refresh()
            ask_again(self.search_bar, self.search_controller, self.results, reading)
            if self._code_sets_controller is not None:
                self._code_sets_controller.refresh()
            if self._lexicon is not None:
                self._lexicon.refresh()
        finally:
            self.setUpdatesEnabled(True)

    def _reading_moved(self, node: Node) -> None:
        named = f"Chapter {node.code}" if node.level is Level.CHAPTER else node.code
        self.setWindowTitle(f"{named} · Codarium")
        self._fill_recent()
        self._saving.start()

    def _keep_filters(self) -> None:
        within = self.search_bar.within
        self._settings.system = self.search_bar.system
        self._settings.within = (within.system, within.code) if within else None
        self._settings.valid_only = self.search_bar.valid_only.isChecked()

    def _forget_history(self) -> None:
        try:
            self._history.clear()
        except NotebookError as error:
            self.status_bar.say(str(error))
            return
        self.status_bar.say("Opened codes are forgotten")
        self._fill_recent()
        if not self.search_bar.text().strip():
            self.search_controller.begin()

    def _show_keys(self) -> None:
        from app.ui.dialogs.info_pages import keys_html
        from app.ui.widgets.page_dialog import page_dialog

        html = keys_html(self.actions_by_name.by_menu(), self.appearance.scheme)
        page_dialog("Keys", html, "keys_dialog", self).open()

    def _show_about(self) -> None:
        from app.ui.dialogs.info_pages import about_html
        from app.ui.widgets.page_dialog import page_dialog

        personal = str(self._folder) if self._folder else "none: nothing is kept"
        html = about_html(
            self.catalogue.code_sets(),
            self._version,
            str(self.library_switch.opened.path),
            personal,
            self.appearance.scheme,
        )
        page_dialog("About Codarium", html, "about_dialog", self).open()

    def _show_palette(self) -> None:
        from app.ui.dialogs.command_palette import CommandPalette

        CommandPalette(self.actions_by_name.all(), self.appearance.scheme, self.appearance.zoom, self).show()

    def _show_lexicon(self) -> None:
        if self._lexicon is None:
            from app.ui.dialogs.lexicon_view import LexiconView

            self._lexicon = LexiconView(self.catalogue.lexicon, self)
            self._lexicon.search_requested.connect(self._search_anew)
            self.appearance.register((self._lexicon,), (self._lexicon,))
        self._lexicon.show()
        self._lexicon.raise_()
        self._lexicon.activateWindow()

    def _search_anew(self, text: str) -> None:
        # Also where no window manager would give the keyboard back.
        self.activateWindow()
        self.search_controller.search(text)

    def _save(self) -> None:
        settings = self._settings
        settings.geometry = self.saveGeometry()
        settings.splitter = self.splitter.saveState()
        settings.tree_folded = self.column_folding.folded
        node = self._panels.navigation.node if self._panels else None
        if node is not None:
            settings.last_code = (node.system, node.code)
        settings.save()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._settled:
            self._settled = True
            # What the first picture does without: tree and page, the engine with its words, the task bar's icon.
            QTimer.singleShot(0, self._settle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.column_folding.fit(self.width())
        self.actions_by_name["toggle_tree"].setChecked(self.column_folding.tree_shown)
        self._saving.start()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self._settled and self.isActiveWindow():
            self._look_again()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._code_sets_controller is not None and self._code_sets_controller.must_confirm_end():
            event.ignore()
            self._code_sets_controller.confirm_end(self.close)
            return
        self._saving.stop()
        if self._panels is not None:
            self._panels.navigation.stop()
        self._settled = True
        self._save()
        self.search_worker.close()
        super().closeEvent(event)
