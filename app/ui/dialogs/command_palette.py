"""Ctrl+K: every action with its key, found by typing."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QAction, QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.actions import action_key, action_label
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import Scheme

Index = QModelIndex | QPersistentModelIndex

ACTION = int(Qt.ItemDataRole.UserRole)
LINE_HEIGHT = 32
CLOSING = ("close_window", "quit")
"""Names of the actions that stand last."""


def matching(actions: Sequence[QAction], typed: str) -> list[QAction]:
    """The actions that what was typed can mean, best first: all words, their beginning, a word's, letters in order."""
    wanted = "".join(typed.casefold().split())
    if not wanted:
        return list(actions)
    ranked: list[tuple[int, int, int, QAction]] = []
    for place, action in enumerate(actions):
        words = action_label(action).casefold()
        joined = "".join(words.split())
        if joined == wanted:
            rank = 0
        elif joined.startswith(wanted):
            rank = 1
        elif any(word.startswith(wanted) for word in words.split()):
            rank = 2
        elif wanted in joined or action_key(action).casefold() == typed.strip().casefold():
            rank = 3
        elif _in_order(wanted, joined):
            rank = 4
        else:
            continue
        # Letters that are only in order say more about a short text than about a long one.
        ranked.append((rank, len(joined) if rank == 4 else 0, place, action))
    return [action for *_, action in sorted(ranked, key=lambda entry: entry[:3])]


def _closes(action: QAction) -> bool:
    return action.objectName() in CLOSING


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


class PaletteModel(QAbstractListModel):
    """The actions that match."""

    def __init__(self, actions: Sequence[QAction], parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Enter on a box where nothing was typed yet must not close the window.
        self._all = sorted((action for action in actions if action.isEnabled()), key=_closes)
        self._shown = list(self._all)

    def filter(self, typed: str) -> None:
        """Shows the actions that match what was typed."""
        self.beginResetModel()
        self._shown = matching(self._all, typed)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        action = self._shown[index.row()]
        if role == ACTION:
            return action
        if role == Qt.ItemDataRole.DisplayRole:
            return action_label(action)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{action_label(action)} {action_key(action)}".strip()
        return None


class PaletteDelegate(QStyledItemDelegate):
    """An action's words at the left, its key at the right."""

    def __init__(self, scheme: Scheme, zoom: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scheme, self._zoom = scheme, zoom

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, round(LINE_HEIGHT * self._zoom))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        action = index.data(ACTION)
        if not isinstance(action, QAction):
            return
        area = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(self._scheme.selected))
        inner = area.adjusted(14, 0, -14, 0)
        painter.setFont(style.text_font(self._zoom))
        painter.setPen(QColor(self._scheme.ink))
        words = action_label(action) + ("  ✓" if action.isCheckable() and action.isChecked() else "")
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.setFont(style.mono_font(12 / style.BASE_PIXELS * self._zoom))
        painter.setPen(QColor(self._scheme.muted))
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, action_key(action))
        painter.restore()


class CommandPalette(QDialog):
    """A small window before the window: type, go down, Enter runs."""

    def __init__(self, actions: Sequence[QAction], scheme: Scheme, zoom: float, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("palette")
        self.setAccessibleName("Every action with its key")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.box = QLineEdit()
        self.box.setPlaceholderText("Type what you want to do")
        self.box.setAccessibleName("Action")
        self.model = PaletteModel(actions, self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(PaletteDelegate(scheme, zoom, self))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName("Actions")
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
        self._go_to(0)

    def _go_to(self, number: int) -> None:
        self.list.setCurrentIndex(self.model.index(number))

    def _run_current(self) -> None:
        action = self.list.currentIndex().data(ACTION)
        self.close()
        if isinstance(action, QAction):
            action.trigger()
