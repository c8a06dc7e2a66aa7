"""The main window: makes its parts, lays them out, and connects them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QCloseEvent, QIcon, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from app.codes.node import Level, Node
from app.codes.systems import System
from app.paths import resource
from app.ui.actions import Actions
from app.ui.browse.left_column import RECENT_TAB, LeftColumn
from app.ui.main_window.column_splitters import ColumnSplitters
from app.ui.main_window.columns import ColumnFolding
from app.ui.main_window.damage_check import DamageCheck
from app.ui.main_window.library_failures import LibraryFailures
from app.ui.main_window.library_switch import LibrarySwitch, reload_filters, reload_results
from app.ui.main_window.open_library import SwitchableCatalogue
from app.ui.main_window.recent_codes import RecentCodes
from app.ui.main_window.search_bar import SearchBar, filter_branches
from app.ui.main_window.search_controller import SearchController
from app.ui.main_window.search_worker import SearchWorker
from app.ui.main_window.services import EditsAccess, LibraryAccess, Program, UserFiles
from app.ui.main_window.status_bar import StatusBar
from app.ui.main_window.window_dialogs import AboutFacts, WindowDialogs
from app.ui.main_window.window_state import WindowState
from app.ui.results.opened_codes import codes_in
from app.ui.results.results_panel import ResultsPanel
from app.ui.widgets.appearance import Appearance
from app.ui.widgets.menu_keys import choose_first_item

if TYPE_CHECKING:
    from app.ui.code_sets.code_sets_controller import CodeSetsController
    from app.ui.code_sets.file_drop import FileDrop
    from app.ui.code_sets.library_jobs import Job
    from app.ui.main_window.panels import Panels
    from app.ui.main_window.window_parts import WindowParts

WINDOW_TITLE = "Codarium"
SMALLEST_WINDOW_SIZE = (560, 420)


class Window(QMainWindow):
    """The search bar on top; tree, results and page in columns below it; the status bar at the bottom.

    The search box takes text as soon as the window is painted. Tree and page, which take as long to make as all other
    parts, are made right after the first picture, or when they are first used. `today` decides which releases have
    ended.
    """

    def __init__(
        self,
        program: Program,
        library: LibraryAccess,
        user_files: UserFiles,
        edits: EditsAccess,
        today: date | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle(WINDOW_TITLE)
        self._program, self._library, self._user_files, self._edits = program, library, user_files, edits
        self._today = today or date.today()
        self.catalogue = SwitchableCatalogue(library.opened.connection)
        self._notices = library.opened.notices
        self._was_painted = False
        self._panels: Panels | None = None
        self._code_sets_controller: CodeSetsController | None = None
        self._file_drop: FileDrop | None = None
        # First, since a menu bar takes the font that the application has when it is made.
        self.appearance = Appearance(program.application, user_files.settings, self)
        code_sets = self.catalogue.code_sets()
        systems = tuple(code_set.system for code_set in code_sets)
        self.search_bar = SearchBar(systems, lambda system: filter_branches(self.catalogue, system))
        self.left_column = LeftColumn()
        self.results = ResultsPanel(self._codes_in, self.catalogue.counterparts)
        self.status_bar = StatusBar(code_sets, self._today)
        self.splitters, self._column = ColumnSplitters(self.left_column, self.results), QVBoxLayout()
        self._lay_out()
        self.actions_by_name = Actions(self, systems)
        self.actions_by_name.fill(self.menuBar())
        self._recent_codes = RecentCodes(user_files.notebook, self.catalogue, self.status_bar)
        self.search_worker = SearchWorker(library.opened.make_engine, self)
        self.library_switch = LibrarySwitch(
            library.opened, self.catalogue, self.search_worker, library.find_other, library.open_again, self
        )
        self.search_controller = SearchController(
            self.search_bar,
            self.search_worker,
            self.results,
            self.status_bar,
            self._recent_codes.start_rows,
            self,
        )
        self.damage_check = DamageCheck(library.databases, self)
        self.library_failures = LibraryFailures(
            self.search_worker,
            self.search_controller,
            self.library_switch,
            self.damage_check,
            self.status_bar,
            lambda description: self.code_sets_controller.remake(description),
            self,
        )
        self.column_folding = ColumnFolding(self.splitters, user_files.settings.tree_hidden, self)
        self._state = WindowState(self, self.splitters, self.column_folding, user_files.settings)
        about = AboutFacts(program.version, user_files.folder, lambda: self.library_switch.current.path)
        self._dialogs = WindowDialogs(self, self.actions_by_name, self.appearance, self.catalogue, about)
        self._connect()
        self._restore()

    @property
    def panels(self) -> "Panels":
        """Tree, recent codes and page, and the objects that join them to the other parts; made at first use."""
        if self._panels is None:
            from app.ui.main_window.panels import build_panels

            self._panels = build_panels(self._parts(), self.catalogue, self._user_files.notebook, self._edits, self)
            navigation = self._panels.navigation
            navigation.node_shown.connect(self._node_shown)
            navigation.library_failed.connect(self.library_failures.read_failed)
            navigation.cleared.connect(lambda: self.setWindowTitle(WINDOW_TITLE))
            self._state.current_node = lambda: navigation.node
            navigation.restore(self._user_files.settings.last_code)
            # From now on: the page of the last time is not what the user has just asked for.
            navigation.node_shown.connect(self._panels.announcements.say_node)
            self._panels.desk.restore()
            self._panels.commands.refresh()
        return self._panels

    @property
    def code_sets_controller(self) -> "CodeSetsController":
        """The part that adds, downloads and removes code sets; made at first use."""
        if self._code_sets_controller is None:
            from app.ui.code_sets.code_sets_controller import CodeSetsController, LibraryChanges, LibraryContents
            from app.ui.code_sets.library_jobs import JobQueue

            jobs = JobQueue(self._program.command, self)
            changes = LibraryChanges(jobs, self._refusal(), self._user_files.write_log)
            contents = LibraryContents(
                self.catalogue.code_sets, self._library.added_to, self._edits.loaded, self._today
            )
            controller = self._code_sets_controller = CodeSetsController(
                self, changes, contents, self._user_files.settings, self.appearance
            )
            controller.done.connect(self._code_sets_changed)
            controller.remake_failed.connect(self._show_notices)
            controller.job_bar.result_shown.connect(self.panels.announcements.say)
            self._column.insertWidget(self._column.indexOf(self.status_bar), controller.job_bar)
        return self._code_sets_controller

    def start(self, query: str = "") -> None:
        """Show the window, with the results of a query unless it is empty."""
        self.show()
        # Shortcuts work only in the active window, and without a window manager nothing else activates it.
        self.activateWindow()
        self.search_bar.box.setFocus()
        if query:
            self.search_controller.search(query)
        else:
            self.search_controller.show_start()

    def finish(self) -> None:
        """End all threads and processes, and close library and notebook. Closing the window again is allowed."""
        if self._code_sets_controller is not None:
            self._code_sets_controller.jobs.close()
        self.damage_check.close()
        self.search_worker.close()
        self.library_switch.close()
        self._user_files.notebook.close()

    def _parts(self) -> "WindowParts":
        from app.ui.main_window.window_parts import WindowParts

        return WindowParts(
            actions=self.actions_by_name,
            search_bar=self.search_bar,
            search_controller=self.search_controller,
            left_column=self.left_column,
            results=self.results,
            splitters=self.splitters,
            status_bar=self.status_bar,
            column_folding=self.column_folding,
            appearance=self.appearance,
            settings=self._user_files.settings,
        )

    def _lay_out(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.search_bar)
        self._column.addWidget(self.splitters, 1)
        self._column.addWidget(self.status_bar)
        content = QWidget()
        content.setLayout(self._column)
        self.setCentralWidget(content)
        self.setMinimumSize(*SMALLEST_WINDOW_SIZE)

    def _connect(self) -> None:
        actions = self.actions_by_name
        for name, function in (
            ("close_window", self.close),
            ("quit", self.close),
            ("menu_bar", self._open_first_menu),
            ("clear_recent_codes", self._clear_recent_codes),
            ("cc_marks", lambda: self._show_cc_marks(toggle=True)),
            ("code_sets", lambda: self.code_sets_controller.show_view()),
            ("add_files", lambda: self.code_sets_controller.choose_files()),
            ("add_folder", lambda: self.code_sets_controller.choose_folder()),
            ("fetch", lambda: self.code_sets_controller.fetch(None)),
        ):
            actions.connect_action(name, function)
        for name in ("add_files", "add_folder", "fetch"):
            actions[name].setEnabled(self.library_switch.can_switch)
        self.library_switch.switched.connect(self._reload)
        self.library_switch.failed.connect(self.status_bar.show_notice)
        self.status_bar.code_sets_requested.connect(lambda: self.code_sets_controller.show_view())
        self.appearance.changed.connect(self._fit_columns)
        self.left_column.page_shown.connect(self._fill_recent)
        self.search_bar.filters_changed.connect(lambda: self._state.keep_filters(self.search_bar))
        self._dialogs.search_requested.connect(self._search_again)

    def _open_first_menu(self) -> None:
        first = self.menuBar().actions()[0]
        self.menuBar().setActiveAction(first)
        choose_first_item(first.menu())

    def _restore(self) -> None:
        self._state.restore_filters(self.search_bar, self.catalogue)
        self._state.restore_size()
        self.appearance.register(
            (self.search_bar, self.results),
            (self.search_bar, self.left_column, self.results, self.status_bar, self.column_folding),
        )
        is_persistent, notebook = self._user_files.settings.is_persistent, self._user_files.notebook
        if not is_persistent or not notebook.is_persistent:
            unsaved = "recent codes" if is_persistent else "window, filters, zoom and recent codes"
            self.status_bar.show_warning(f"Not saved: {unsaved}", tip="Your folder cannot be written to.")
        if notebook.problem:
            self.status_bar.show_warning(notebook.problem)

    def _finish_start(self) -> None:
        """Make the parts that the first picture does without: tree and page, search engine, the task bar's icon."""
        if not self.isVisible():
            return
        panels = self.panels
        panels.navigation.show_pending()
        self._show_cc_marks()
        self.search_worker.prepare()
        self._accept_drops(panels)
        QApplication.setWindowIcon(QIcon(str(resource("icons", "codarium.svg"))))
        if self._library.needs_remake():
            self.code_sets_controller.remake()
        else:
            self._show_notices()
        self.damage_check.start_later()

    def _show_cc_marks(self, toggle: bool = False) -> None:
        settings = self._user_files.settings
        settings.shows_cc ^= toggle
        self.actions_by_name["cc_marks"].setChecked(settings.shows_cc)
        self.results.set_cc_marks(self.catalogue.cc_marks() if settings.shows_cc else {})

    def _show_notices(self) -> None:
        notices, self._notices = self._notices, ()
        for notice in notices:
            self.status_bar.show_warning(notice.partition(". ")[0], tip=notice)

    def _refusal(self) -> str:
        """Return the reason for which code sets cannot be changed, empty if they can."""
        from app.ui.code_sets.file_drop import REFUSAL

        return "" if self.library_switch.can_switch else REFUSAL

    def _accept_drops(self, panels: "Panels") -> None:
        from app.ui.code_sets.file_drop import FileDrop

        appearance = self.appearance
        self._file_drop = FileDrop(self, self._refusal, lambda: (appearance.scheme, appearance.zoom))
        self._file_drop.dropped.connect(self._add_dropped)
        self._file_drop.watch(self.search_bar, self.left_column, self.results, panels.code_panel)

    def _add_dropped(self, paths: tuple[Path, ...]) -> None:
        self.code_sets_controller.add(paths)

    def _codes_in(self, node: Node) -> Sequence[Node]:
        return codes_in(node, self.catalogue)

    def _fill_recent(self) -> None:
        if self.left_column.tabs.currentIndex() == RECENT_TAB:
            self.panels.recent.set_rows(self._recent_codes.rows())

    def _clear_recent_codes(self) -> None:
        self._recent_codes.clear()
        self._state.forget_code()
        self._fill_recent()
        if not self.search_bar.text().strip():
            self.search_controller.show_start()

    def _code_sets_changed(self, job: "Job") -> None:
        if job.command == "remove" and System.CPT.value in job.arguments:
            self._recent_codes.remove_cpt_titles()
        self._check_library()

    def _check_library(self) -> None:
        """Show changes that this window, another one or the command line has made to the user's code sets."""
        self.library_switch.check()
        if self._panels is not None:
            self._panels.code_panel.refresh_edits()
            self._panels.desk.follow_other_windows()

    def _reload(self) -> None:
        """Read again everything that the panels show, from the library that has replaced the one before."""
        self._recent_codes.follow_library()
        if self.library_switch.current.notices and self._library.needs_remake():
            # The newer one was damaged while the window was open.
            self.code_sets_controller.remake()
        self.setUpdatesEnabled(False)
        try:
            reload_filters(self.search_bar, self.catalogue)
            self.status_bar.show_code_sets(self.catalogue.code_sets(), self._today)
            self._show_cc_marks()
            navigation = None
            if self._panels is not None:
                from app.ui.main_window.panels import replace_tree

                self._panels = replace_tree(self._parts(), self._panels, self.catalogue)
                navigation = self._panels.navigation
                navigation.reload()
                self._fill_recent()
                self._panels.commands.refresh()
                self._panels.desk.refresh()
            reload_results(self.search_bar, self.search_controller, self.results, navigation)
            if self._code_sets_controller is not None:
                self._code_sets_controller.refresh()
            self._dialogs.reload()
        finally:
            self.setUpdatesEnabled(True)

    def _node_shown(self, node: Node) -> None:
        name = f"Chapter {node.code}" if node.level is Level.CHAPTER else node.code
        self.setWindowTitle(f"{name} · {WINDOW_TITLE}")
        self._fill_recent()
        self._state.save_later()

    def _search_again(self, text: str) -> None:
        # Needed without a window manager, which would otherwise give the keyboard back to this window.
        self.activateWindow()
        self.search_controller.search(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self._finish_start)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()
        self._state.save_later()

    def _fit_columns(self) -> None:
        # Large letters need as much more room: a window of 800 pixels has one column at twice the size.
        self.column_folding.fit(round(self.width() / self.appearance.zoom))
        self.actions_by_name["toggle_tree"].setChecked(self.column_folding.tree_shown)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self._was_painted and self.isActiveWindow():
            self._check_library()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._code_sets_controller is not None and self._code_sets_controller.must_confirm_end():
            event.ignore()
            self._code_sets_controller.confirm_end(self.close)
            return
        if self._panels is not None:
            self._panels.navigation.cancel_pending()
        self._was_painted = True
        self._state.save()
        self.damage_check.close()
        self.search_worker.close()
        super().closeEvent(event)
