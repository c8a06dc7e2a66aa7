"""The command palette (Ctrl+K): every action with its key, found by typing."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QAction, QColor, QPainter
from PySide6.QtWidgets import QStyle, QWidget

from app.ui.actions import action_key, action_label
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.filter_popup import SIDE_INSET, FilterModel, FilterPopup
from app.ui.widgets.line_delegate import RIGHT_CENTERED, Index, LineDelegate, draw_line

ACTION_ROLE = int(Qt.ItemDataRole.UserRole)
ACTION_HEIGHT = 32
"""The height of a row, at zoom 1.0."""

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


class PaletteModel(FilterModel):
    """The actions that match the typed text."""

    def __init__(self, actions: Sequence[QAction], parent: QObject | None = None) -> None:
        super().__init__(parent)
        # Enter in an empty box must not close the window.
        self._all = sorted((action for action in actions if action.isEnabled()), key=_closes)
        self._matches = list(self._all)

    def filter(self, typed: str) -> None:
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


class CommandPalette(FilterPopup):
    """A popup over the window: type to filter, Up and Down choose, Enter runs the action."""

    def __init__(self, actions: Sequence[QAction], scheme: Scheme, zoom: float, parent: QWidget) -> None:
        delegate = PaletteDelegate(ACTION_HEIGHT)
        super().__init__(PaletteModel(actions), delegate, scheme, zoom, parent, "No action matches")
        delegate.setParent(self)
        self.model.setParent(self)
        self.setAccessibleName("Every action with its key")
        self.box.setPlaceholderText("Type the name of an action")
        self.box.setAccessibleName("Action")
        self.list.setAccessibleName("Actions")
        self.resize(round(520 * zoom), round(420 * zoom))
        self.move(parent.mapToGlobal(QPoint((parent.width() - self.width()) // 2, round(72 * zoom))))
        self.taken.connect(_run)


def _run(index: QModelIndex) -> None:
    action = index.data(ACTION_ROLE)
    if isinstance(action, QAction):
        action.trigger()
