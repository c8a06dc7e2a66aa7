"""The list of results: where it was clicked, as rows that are chosen or opened."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.ui.results.results_delegate import ResultsDelegate
from app.ui.results.results_model import ROW_ROLE, Row


class ResultsList(QListView):
    """The list. A click anywhere on a row chooses it, except on the text that opens the row."""

    opener_clicked = Signal(int)
    chosen = Signal(int)

    def __init__(self, delegate: ResultsDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._delegate = delegate
        self.setObjectName("results_list")
        self.setAccessibleName("Results")
        self.setItemDelegate(delegate)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        delegate.set_view(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setTabKeyNavigation(False)

    def resizeEvent(self, e: QResizeEvent) -> None:
        super().resizeEvent(e)
        # The first row of an answer without a match, and any of several codes, may be a sentence that wraps.
        if e.size().width() != e.oldSize().width():
            self.scheduleDelayedItemsLayout()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        position = event.position().toPoint()
        index = self.indexAt(position)
        row = index.data(ROW_ROLE) if index.isValid() else None
        if not isinstance(row, Row):
            return
        area = self.visualRect(index)
        start, end = self._delegate.opener_span(row, self.width())
        if row.can_open and start <= position.x() - area.left() <= end:
            self.opener_clicked.emit(index.row())
        else:
            self.chosen.emit(index.row())
