"""The command palette (Ctrl+K): every action with its key, found by typing."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QAccessible, QAction, QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QDialog, QLineEdit, QListView, QStyle, QVBoxLayout, QWidget

from app.ui.actions import action_key, action_label
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.accessible import say
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.line_delegate import RIGHT_CENTERED, Index, LineDelegate, draw_line
from app.ui.widgets.plain_text import PlainLabel

ACTION_ROLE = int(Qt.ItemDataRole.UserRole)
ACTION_HEIGHT = 32
"""The height of a row, at zoom 1.0."""

SIDE_INSET = 14
"""From the edge of the list to the label at the left and the key at the right."""

CLOSING_ACTIONS = ("close_window", "quit")
"""Names of the actions that are listed last."""


def matching_actions(actions: Sequence[QAction], typed: str) -> list[QAction]:
    """Return the actions whose label matches the typed text, best first.

    Equal labels come first, then those that begin with the text, have a word that does, contain it, or have its letters
    in order. The key of an action matches too.
    """
    letters = "".join(typed.casefold().split())
    if not letters:
        return list(actions)
    ranked: list[tuple[int, int, int, QAction]] = []
    for position, action in enumerate(actions):
        label = action_label(action).casefold()
        joined = "".join(label.split())
        if joined == letters:
            rank = 0
        elif joined.startswith(letters):
            rank = 1
        elif any(word.startswith(letters) for word in label.split()):
            rank = 2
        elif letters in joined or action_key(action).casefold() == typed.strip().casefold():
            rank = 3
        elif _has_letters_in_order(joined, letters):
            rank = 4
        else:
            continue
        # Letters that are only in order count more for a short label than for a long one.
        ranked.append((rank, len(joined) if rank == 4 else 0, position, action))
    return [action for *_, action in sorted(ranked, key=lambda entry: entry[:3])]


def _closes(action: QAction) -> bool:
    return action.objectName() in CLOSING_ACTIONS


def _has_letters_in_order(text: str, letters: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


class PaletteModel(QAbstractListModel):
    """The actions that match the typed text."""

    def __init__(self, actions: Sequence[QAction], parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Enter in an empty box must not close the window.
        self._all = sorted((action for action in actions if action.isEnabled()), key=_closes)
        self._matches = list(self._all)

    def filter(self, typed: str) -> None:
        """List the actions that match the typed text."""
        self.beginResetModel()
        self._matches = matching_actions(self._all, typed)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._matches)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._matches):
            return None
        action = self._matches[index.row()]
        if role == ACTION_ROLE:
            return action
        if role == Qt.ItemDataRole.DisplayRole:
            return action_label(action)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{action_label(action)} {action_key(action)}".strip()
        return None


class PaletteDelegate(LineDelegate):
    """Paints an action's label at the left and its key at the right."""

    def paint_line(self, painter: QPainter, area: QRectF, state: QStyle.StateFlag, index: Index) -> None:
        action = index.data(ACTION_ROLE)
        if not isinstance(action, QAction):
            return
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(self.scheme.selected))
        inner = area.adjusted(SIDE_INSET, 0, -SIDE_INSET, 0)
        painter.setPen(QColor(self.scheme.ink))
        label = action_label(action) + ("  ✓" if action.isCheckable() and action.isChecked() else "")
        draw_line(painter, style.text_font(self.zoom), inner, label)
        painter.setPen(QColor(self.scheme.muted))
        key_font = style.mono_font(12 / style.BASE_PIXELS * self.zoom)
        draw_line(painter, key_font, inner, action_key(action), RIGHT_CENTERED)


class CommandPalette(QDialog):
    """A popup over the window: type to filter, Up and Down choose, Enter runs the action."""

    def __init__(self, actions: Sequence[QAction], scheme: Scheme, zoom: float, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self.setAccessibleName("Every action with its key")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.box = QLineEdit()
        self.box.setPlaceholderText("Type the name of an action")
        self.box.setAccessibleName("Action")
        self.model = PaletteModel(actions, self)
        self.list = QListView()
        self.list.setModel(self.model)
        delegate = PaletteDelegate(ACTION_HEIGHT, self)
        delegate.set_scheme(scheme)
        delegate.set_zoom(zoom)
        self.list.setItemDelegate(delegate)
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Actions")
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
        self.resize(round(520 * zoom), round(420 * zoom))
        self.move(parent.mapToGlobal(QPoint((parent.width() - self.width()) // 2, round(72 * zoom))))
        self.box.textChanged.connect(self._filter)
        self.box.returnPressed.connect(self._run_current)
        self.list.clicked.connect(self._run_current)
        self.box.installEventFilter(self)
        self._go_to(0)
        self.box.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
            step = next((rows for key, rows in steps.items() if key == event.key()), None)
            if step is not None:
                last = self.model.rowCount() - 1
                self._go_to(max(0, min(last, self.list.currentIndex().row() + step)))
                return True
        return super().eventFilter(watched, event)

    def _filter(self, typed: str) -> None:
        self.model.filter(typed)
        self.no_match.setText(f"No action matches “{typed.strip()}”.")
        self.no_match.setVisible(self.model.rowCount() == 0)
        self._go_to(0)

    def _go_to(self, number: int) -> None:
        index = self.model.index(number)
        self.list.setCurrentIndex(index)
        if QAccessible.isActive():
            # The box keeps the focus, so that Qt says nothing of the list.
            say(self, str(index.data(Qt.ItemDataRole.AccessibleTextRole) or self.no_match.text()), now=True)

    def _run_current(self) -> None:
        action = self.list.currentIndex().data(ACTION_ROLE)
        self.close()
        if isinstance(action, QAction):
            action.trigger()
