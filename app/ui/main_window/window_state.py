"""The saved state of the window: size, columns, filters and the code on the page."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QMainWindow

from app.codes.node import Node
from app.library.reading.catalogue import Catalogue
from app.ui.main_window.column_splitters import ColumnSplitters
from app.ui.main_window.columns import ColumnFolding
from app.ui.main_window.search_bar import SearchBar
from app.ui.settings import Settings

DEFAULT_SIZE = (1440, 880)
FRAME_SIZE = (8, 40)
"""The width and height of a window manager's frame, or a little more."""

SAVE_DELAY_MS = 1000
"""Delay between the last change of size or columns and saving; a program that is killed loses no more than that."""


class WindowState(QObject):
    """Restores the window as it was when the program was closed, and saves changes after a short delay."""

    def __init__(
        self, window: QMainWindow, splitters: ColumnSplitters, column_folding: ColumnFolding, settings: Settings
    ) -> None:
        super().__init__(window)
        self._window, self._splitters = window, splitters
        self._column_folding, self._settings = column_folding, settings
        self.current_node: Callable[[], Node | None] = lambda: None
        """Returns the node on the page, which is shown again at the next start."""
        self._forgotten: Node | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_DELAY_MS)
        self._timer.timeout.connect(self.save)
        splitters.moved.connect(self.save_later)

    def restore_size(self) -> None:
        """Restore the sizes of window and columns; without saved ones, fit the window to the screen."""
        window, settings = self._window, self._settings
        screen = window.screen().availableSize()
        window.resize(min(DEFAULT_SIZE[0], screen.width()), min(DEFAULT_SIZE[1], screen.height()))
        if not settings.geometry.isEmpty():
            window.restoreGeometry(settings.geometry)
        elif screen.width() < DEFAULT_SIZE[0] + FRAME_SIZE[0] or screen.height() < DEFAULT_SIZE[1] + FRAME_SIZE[1]:
            # The size of the frame is known only when the window is shown; the window manager knows it.
            window.setWindowState(Qt.WindowState.WindowMaximized)
        self._column_folding.keeps_widths = self._splitters.restore(settings.dividers)

    def restore_filters(self, search_bar: SearchBar, catalogue: Catalogue) -> None:
        """Restore the filters, except for code sets and branches that are not loaded any more."""
        settings = self._settings
        within = catalogue.find(*settings.within) if settings.within else None
        system = settings.system if settings.system in search_bar.chips else None
        search_bar.set_filters(system, within, settings.valid_only, settings.cc_only)

    def keep_filters(self, search_bar: SearchBar) -> None:
        """Put the filters into the settings; they are written with everything else."""
        within = search_bar.within
        self._settings.system = search_bar.system
        self._settings.within = (within.system, within.code) if within else None
        self._settings.valid_only = search_bar.valid_only.isChecked()
        self._settings.cc_only = search_bar.cc_only.isChecked()

    def forget_code(self) -> None:
        """Delete the code on the page from the settings, and keep it out of them until another is shown."""
        self._forgotten = self.current_node()
        self._settings.last_code = None
        self._settings.save()

    def save_later(self) -> None:
        """Save after a short delay."""
        self._timer.start()

    def save(self) -> None:
        """Save now."""
        self._timer.stop()
        settings = self._settings
        settings.geometry = self._window.saveGeometry()
        if self._column_folding.keeps_widths:
            settings.dividers = self._splitters.states()
        settings.tree_hidden = self._column_folding.tree_hidden
        node = self.current_node()
        if node != self._forgotten:
            self._forgotten = None
        if node is not None and node != self._forgotten:
            settings.last_code = (node.system, node.code)
        settings.save()
