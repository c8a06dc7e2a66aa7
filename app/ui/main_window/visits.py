"""Visits: when a code on the page counts as visited, so that Back leads to it, and when as opened, so that it is listed
among the recent codes."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.codes.node import Level, Node
from app.codes.shapes import plain
from app.notebook.history import History
from app.notebook.store import NotebookError
from app.ui.main_window.back_forward import BackForward, code_key

VISIT_MS = 1500
"""A code that stays on the page this long was looked at, not passed over: it is visited. It is also opened if the user
has gone to its row, or has typed the code itself."""

READING_MS = 10_000
"""The first row of an answer is shown without being chosen. It is opened if it stays on the page this long, in the
window that the user works in, without a change of the text: half a word stands for seconds whenever the user looks at
the chart."""

UNRECORDED_LEVELS = (Level.CHAPTER, Level.SECTION, Level.PCS_SECTION, Level.BODY_SYSTEM, Level.GROUP)
"""Levels that are not listed among the recent codes."""


class Visits(QObject):
    """Counts visits for `trail`, which Back and Forward follow, and records opened codes in the history.

    `visited` carries a node that has just been added to the trail, `failed` a sentence on what could not be recorded.
    """

    visited = Signal(object)
    failed = Signal(str)

    def __init__(self, history: History, page: QWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.trail = BackForward()
        self._history, self._page = history, page
        self._node: Node | None = None
        self._is_chosen = False
        self._visit_timer = self._timer(VISIT_MS, self._count_visit)
        self._reading_timer = self._timer(READING_MS, self._count_reading)

    def wait_for(self, node: Node, text: str | None) -> None:
        """Count a visit to a node once it has been on the page for long enough.

        `text` is what was typed where the node is the first row of the answer to it, None if the user chose the row.
        """
        self._node = node
        self._is_chosen = text is None or (node.billable and plain(text) == plain(node.code))
        self._visit_timer.start()
        self._reading_timer.start()

    def record_opened(self, node: Node) -> None:
        """Record a code that the user has opened or copied: it is visited, and the first of the recent codes."""
        self.stop()
        self._visit(node)
        newest = self._history.recent(1)
        is_newest = bool(newest) and (newest[0].system, newest[0].code) == code_key(node)
        if is_newest or node.level in UNRECORDED_LEVELS:
            return
        try:
            self._history.record(node.system, node.code, node.title)
        except NotebookError as error:
            self.failed.emit(str(error))

    def stop(self) -> None:
        """Count no visit to the node that is waited for."""
        self._visit_timer.stop()
        self._reading_timer.stop()

    def _count_visit(self) -> None:
        if self._node is not None and self._is_chosen:
            self.record_opened(self._node)
        elif self._node is not None:
            self._visit(self._node)

    def _count_reading(self) -> None:
        if self._node is not None and self._page.isActiveWindow():
            self.record_opened(self._node)

    def _visit(self, node: Node) -> None:
        if self.trail.current != code_key(node):
            self.trail.visit((node.system, node.code))
            self.visited.emit(node)

    def _timer(self, milliseconds: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer
