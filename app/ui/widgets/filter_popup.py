"""A popup with a box and a list: typing filters the list, Up and Down choose, Enter takes the current row."""

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListView, QVBoxLayout, QWidget

from app.ui.widgets.accessible import say
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.line_delegate import LineDelegate
from app.ui.widgets.plain_text import PlainLabel

SIDE_INSET = 14
"""From the edge of the list to its texts."""

STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
"""Rows that a key in the box moves by."""


class FilterModel(QAbstractListModel):
    """Rows that can be filtered."""

    def filter(self, typed: str) -> None:
        """List the rows that match the typed text."""
        raise NotImplementedError

    def best_row(self, typed: str) -> int:
        """Return the number of the row that becomes current."""
        return 0


class FilterPopup(QDialog):
    """The box keeps the focus. `taken` carries the index of the row that is taken; the popup has closed then."""

    taken = Signal(QModelIndex)

    def __init__(
        self, model: FilterModel, delegate: LineDelegate, scheme: Scheme, zoom: float, parent: QWidget, no_match: str
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._no_match_words = no_match
        self.model = model
        self.box = QLineEdit()
        self.list = QListView()
        self.list.setModel(model)
        delegate.set_scheme(scheme)
        delegate.set_zoom(zoom)
        self.list.setItemDelegate(delegate)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.no_match = PlainLabel()
        self.no_match.setObjectName("dialog_lead")
        self.no_match.setWordWrap(True)
        self.no_match.hide()
        # Inside the list, so that the box keeps its place.
        empty = QVBoxLayout(self.list.viewport())
        empty.setContentsMargins(SIDE_INSET, 10, SIDE_INSET, 0)
        empty.addWidget(self.no_match)
        empty.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.box)
        column.addWidget(self.list)
        self.box.textChanged.connect(self._filter)
        self.box.returnPressed.connect(self._take_current)
        self.list.clicked.connect(self._take_current)
        self.box.installEventFilter(self)
        self.go_to(0)
        self.box.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = next((rows for key, rows in STEPS.items() if key == event.key()), None)
            if step is not None:
                self.go_to(self.list.currentIndex().row() + step, 1 if step > 0 else -1)
                return True
        return super().eventFilter(watched, event)

    def go_to(self, number: int, direction: int = 1) -> None:
        """Make a row current, the nearest in a direction that can be chosen; the row stays where there is none."""
        number = max(0, min(self.model.rowCount() - 1, number))
        index = self.model.index(number)
        while index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsSelectable:
            index = self.model.index(index.row() + direction)
        if index.isValid():
            self.list.setCurrentIndex(index)
            if number == 0 or (index.row() == 1 and direction < 0):
                # A caption above the first row comes into view with it.
                self.list.scrollToTop()
        if QAccessible.isActive():
            # The box keeps the focus, so that Qt says nothing of the list.
            say(self, str(index.data(Qt.ItemDataRole.AccessibleTextRole) or self.no_match.text()), now=True)

    def _filter(self, typed: str) -> None:
        self.model.filter(typed)
        self.no_match.setText(f"{self._no_match_words} “{typed.strip()}”.")
        self.no_match.setVisible(self.model.rowCount() == 0)
        self.go_to(self.model.best_row(typed))

    def _take_current(self) -> None:
        index = self.list.currentIndex()
        self.close()
        if index.isValid():
            self.taken.emit(index)
