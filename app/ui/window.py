"""The window: makes the panels, lays them out, joins them, and remembers how it stood."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QIcon, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter, QVBoxLayout, QWidget

from app.codes.records import Level, Node
from app.codes.systems import System
from app.library.catalogue import Catalogue
from app.notebook.history import History
from app.notebook.store import NotebookError
from app.paths import resource
from app.ui.actions import Actions
from app.ui.asking import Asking
from app.ui.beginning import beginning, recent_row
from app.ui.folding import Folding
from app.ui.left_column import RECENT, LeftColumn
from app.ui.look import Look
from app.ui.results_model import Row
from app.ui.results_panel import ResultsPanel
from app.ui.runner import Searches, SearchRunner
from app.ui.search_bar import SearchBar
from app.ui.settings import Settings
from app.ui.status_bar import StatusBar

if TYPE_CHECKING:
    from app.ui.furnishings import Furnishings

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

    `make_engine` is called in the search thread. `folder` is where the person's files can be kept, None for nowhere.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        make_engine: Callable[[], Searches],
        history: History,
        settings: Settings,
        application: QApplication,
        database: Path,
        folder: Path | None,
        version: str,
        today: date | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setWindowTitle("Codarium")
        self.catalogue, self._history, self._settings = catalogue, history, settings
        self._database, self._folder, self._version = database, folder, version
        self._settled = False
        self._furnishings: Furnishings | None = None
        # First, since a menu bar takes the face that the application has when it is made.
        self.look = Look(application, settings, self)
        code_sets = catalogue.code_sets()
        systems = tuple(code_set.system for code_set in code_sets)
        self.bar = SearchBar(systems, self._branches)
        self.left = LeftColumn()
        self.results = ResultsPanel(self._codes_in)
        self.page_room = QWidget()
        self.status = StatusBar(code_sets, today or date.today())
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self._lay_out()
        self.actions_by_name = Actions(self, systems)
        self.actions_by_name.fill(self.menuBar())
        self.runner = SearchRunner(make_engine, self)
        self.asking = Asking(self.bar, self.runner, self.results, self.status, self._beginning, self)
        self.folding = Folding(self.splitter, settings.tree_folded, self)
        self._saving = QTimer(self)
        self._saving.setSingleShot(True)
        self._saving.setInterval(SAVE_MS)
        self._saving.timeout.connect(self._save)
        self._join()
        self._restore()

    @property
    def furnishings(self) -> "Furnishings":
        """Tree, recent codes and page, and what joins them to the rest; made at first use."""
        if self._furnishings is None:
            from app.ui.furnishings import furnish

            self._furnishings = furnish(self, self.catalogue, self._history)
            self._furnishings.reading.shown.connect(self._reading_moved)
            self._furnishings.reading.restore(self._settings.last_code)
            self._furnishings.commands.refresh()
        return self._furnishings

    def start(self, query: str = "") -> None:
        """Shows the window, on a search if there is one to begin with."""
        self.show()
        # Shortcuts work in the active window alone, and where no window manager runs nobody makes it that.
        self.activateWindow()
        self.bar.box.setFocus()
        if query:
            self.asking.search(query)
        else:
            self.asking.begin()

    def finish(self) -> None:
        """Ends the search thread and lets go of the notebook. Closing the window again does no harm."""
        self.runner.close()
        self._history.close()

    def _settle(self) -> None:
        if not self.isVisible():
            return
        self.furnishings.reading.flush()
        self.runner.warm()
        QApplication.setWindowIcon(QIcon(str(resource("icons", "codarium.svg"))))

    def _lay_out(self) -> None:
        self.page_room.setObjectName("page_room")
        room = QVBoxLayout(self.page_room)
        room.setContentsMargins(0, 0, 0, 0)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        for place, (column, least, stretch) in enumerate(
            ((self.left, 200, 0), (self.results, 280, 1), (self.page_room, 320, 1))
        ):
            column.setMinimumWidth(least)
            self.splitter.addWidget(column)
            self.splitter.setStretchFactor(place, stretch)
        self.splitter.setSizes(list(FIRST_COLUMNS))
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.status)
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
        ):
            actions.wire(name, does)
        self.left.page_shown.connect(self._fill_recent)
        self.bar.filters_changed.connect(self._keep_filters)
        self.splitter.splitterMoved.connect(lambda: self._saving.start())

    def _restore(self) -> None:
        settings = self._settings
        within = self.catalogue.find(*settings.within) if settings.within else None
        system = settings.system if settings.system in self.bar.chips else None
        self.bar.set_filters(system, within, settings.valid_only)
        room = self.screen().availableSize()
        self.resize(min(FIRST_SIZE[0], room.width()), min(FIRST_SIZE[1], room.height()))
        if not settings.geometry.isEmpty():
            self.restoreGeometry(settings.geometry)
        elif room.width() < FIRST_SIZE[0] + FRAME[0] or room.height() < FIRST_SIZE[1] + FRAME[1]:
            # How thick a frame is, one learns only once it stands there; filling the screen is asked of its owner.
            self.setWindowState(Qt.WindowState.WindowMaximized)
        if not settings.splitter.isEmpty():
            self.splitter.restoreState(settings.splitter)
        self.look.dress((self.bar, self.results), (self.bar, self.left, self.results, self.status))
        if not settings.lasting or not self._history.lasting:
            self._warn_of_forgetting()
        if self._history.trouble:
            self.status.warn(self._history.trouble)

    def _warn_of_forgetting(self) -> None:
        forgotten = "window, filters, zoom and opened codes"
        if self._settings.lasting:
            forgotten = "opened codes"
        self.status.warn(f"Not remembered: {forgotten}", tip="Your folder cannot be written to.")

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
        return tuple(self.furnishings.reading.codes_in(node))

    def _beginning(self) -> list[Row]:
        return beginning(self._history.recent(RECENT_SHOWN), self.catalogue.find, datetime.now().astimezone())

    def _fill_recent(self) -> None:
        if self.left.tabs.currentIndex() == RECENT:
            now = datetime.now().astimezone()
            opened = self._history.recent(RECENT_LISTED)
            rows = [recent_row(one, self.catalogue.find(one.system, one.code), now) for one in opened]
            self.furnishings.recent.set_rows(rows)

    def _reading_moved(self, node: Node) -> None:
        named = f"Chapter {node.code}" if node.level is Level.CHAPTER else node.code
        self.setWindowTitle(f"{named} · Codarium")
        self._fill_recent()
        self._saving.start()

    def _keep_filters(self) -> None:
        within = self.bar.within
        self._settings.system = self.bar.system
        self._settings.within = (within.system, within.code) if within else None
        self._settings.valid_only = self.bar.valid_only.isChecked()

    def _forget_history(self) -> None:
        try:
            self._history.clear()
        except NotebookError as error:
            self.status.say(str(error))
            return
        self.status.say("Opened codes are forgotten")
        self._fill_recent()
        if not self.bar.text().strip():
            self.asking.begin()

    def _show_keys(self) -> None:
        from app.ui.pages import keys_html, page_dialog

        html = keys_html(self.actions_by_name.by_menu(), self.look.scheme)
        page_dialog("Keys", html, "keys_dialog", self).open()

    def _show_about(self) -> None:
        from app.ui.pages import about_html, page_dialog

        personal = str(self._folder) if self._folder else "none: nothing is kept"
        html = about_html(self.catalogue.code_sets(), self._version, str(self._database), personal, self.look.scheme)
        page_dialog("About Codarium", html, "about_dialog", self).open()

    def _show_palette(self) -> None:
        from app.ui.palette import Palette

        Palette(self.actions_by_name.all(), self.look.scheme, self.look.zoom, self).show()

    def _save(self) -> None:
        settings = self._settings
        settings.geometry = self.saveGeometry()
        settings.splitter = self.splitter.saveState()
        settings.tree_folded = self.folding.folded
        node = self._furnishings.reading.node if self._furnishings else None
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
        self.folding.fit(self.width())
        self.actions_by_name["toggle_tree"].setChecked(self.folding.tree_shown)
        self._saving.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._saving.stop()
        if self._furnishings is not None:
            self._furnishings.reading.stop()
        self._settled = True
        self._save()
        self.runner.close()
        super().closeEvent(event)
