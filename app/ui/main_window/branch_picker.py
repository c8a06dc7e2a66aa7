"""The list from which the branch filter is chosen: chapters, sections and body systems, found by typing."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QWidget

from app.codes.node import Level, Node
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.filter_popup import SIDE_INSET, FilterModel, FilterPopup
from app.ui.widgets.line_delegate import Index, LineDelegate, draw_line

BRANCH_ROLE = int(Qt.ItemDataRole.UserRole)
BRANCH_HEIGHT, BELOW_INDENT = 28, 20
"""The height of a row, and the indent of a body system below its section, at zoom 1.0."""

PICKER_WIDTH, PICKER_HEIGHT = 520, 460
LEAST_MARGIN = 8
"""Pixels between the picker and the edges of the window."""


class Branch(NamedTuple):
    """A row: a caption, or a heading with its name (`chapter 4`, `0D`). `within` is the row that it stands below."""

    name: str
    title: str = ""
    node: Node | None = None
    within: "Branch | None" = None

    @property
    def text(self) -> str:
        """The whole text of the row."""
        name = self.name[:1].upper() + self.name[1:]
        return f"{name}  {self.title}" if self.title and self.title != self.name else name


def matches_words(branch: Branch, words: Sequence[str]) -> bool:
    """Return whether each word is the beginning of a word of a row's text."""
    beginnings = _words(branch.text)
    return all(any(beginning.startswith(word) for beginning in beginnings) for word in words)


def _words(text: str) -> list[str]:
    # A range is written `22–99` in a title, and typed `22-99`.
    return text.casefold().replace("-", " ").replace("\N{EN DASH}", " ").split()


class BranchModel(FilterModel):
    """The headings that match the typed text, under the captions of their code sets, below their sections."""

    def __init__(self, branches: Sequence[Branch], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all = tuple(branches)
        self._rows = self._all

    def filter(self, typed: str) -> None:
        words = _words(typed)
        wanted: set[Branch] = set()
        for branch in self._all:
            if branch.node is not None and (not words or matches_words(branch, words)):
                above: Branch | None = branch
                while above is not None:
                    wanted.add(above)
                    above = above.within
        self.beginResetModel()
        self._rows = tuple(branch for branch in self._all if branch in wanted)
        self.endResetModel()

    def best_row(self, typed: str) -> int:
        # A section is listed too where only a body system below it has the typed words.
        words = _words(typed)
        numbers = (
            number for number, row in enumerate(self._rows) if row.node is not None and matches_words(row, words)
        )
        return next(numbers, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        is_heading = index.isValid() and self._rows[index.row()].node is not None
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if is_heading else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        branch = self._rows[index.row()]
        if role == BRANCH_ROLE:
            return branch
        return branch.text if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None


class BranchDelegate(LineDelegate):
    """Paints a caption muted, and a heading as its name and its title, cut where it does not fit."""

    def paint_line(self, painter: QPainter, area: QRectF, state: QStyle.StateFlag, index: Index) -> None:
        branch = index.data(BRANCH_ROLE)
        if not isinstance(branch, Branch):
            return
        if state & QStyle.StateFlag.State_Selected and branch.node is not None:
            painter.fillRect(area, QColor(self.scheme.selected))
        inner = area.adjusted(SIDE_INSET, 0, -SIDE_INSET, 0)
        if branch.node is None:
            painter.setPen(QColor(self.scheme.muted))
            draw_line(painter, style.text_font(12 / style.BASE_PIXELS * self.zoom), inner, branch.text)
            return
        if branch.node.level is Level.BODY_SYSTEM:
            inner.setLeft(inner.left() + BELOW_INDENT * self.zoom)
        font = style.text_font(self.zoom)
        text = QFontMetricsF(font).elidedText(branch.text, Qt.TextElideMode.ElideRight, inner.width())
        painter.setPen(QColor(self.scheme.ink))
        draw_line(painter, font, inner, text)


class BranchPicker(FilterPopup):
    """Opens below the button that it belongs to, and never over the whole window."""

    branch_taken = Signal(object)

    def __init__(self, branches: Sequence[Branch], scheme: Scheme, zoom: float, button: QWidget) -> None:
        delegate = BranchDelegate(BRANCH_HEIGHT)
        super().__init__(BranchModel(branches), delegate, scheme, zoom, button, "No chapter or section matches")
        delegate.setParent(self)
        self.model.setParent(self)
        self.setAccessibleName("Chapters and sections")
        self.box.setPlaceholderText("Type the number or words of a chapter or section")
        self.box.setAccessibleName("Chapter or section")
        self.list.setAccessibleName("Chapters and sections")
        self.taken.connect(self._take)
        self._place(button, zoom)

    def _place(self, button: QWidget, zoom: float) -> None:
        """Set size and place: below the button, as high as its rows, within the window."""
        window = button.window()
        rows = self.model.rowCount() * round(BRANCH_HEIGHT * zoom)
        top = button.mapTo(window, QPoint(0, button.height() + 2)).y()
        # Half of the results stay in view.
        height = min(
            rows + self.box.sizeHint().height() + 4, round(PICKER_HEIGHT * zoom), (window.height() - top) * 3 // 4
        )
        width = min(round(PICKER_WIDTH * zoom), window.width() - 2 * LEAST_MARGIN)
        self.resize(width, height)
        right = button.mapTo(window, QPoint(button.width(), 0)).x()
        left = max(LEAST_MARGIN, min(right - button.width(), window.width() - LEAST_MARGIN - width))
        self.move(window.mapToGlobal(QPoint(left, top)))

    def _take(self, index: QModelIndex) -> None:
        branch = index.data(BRANCH_ROLE)
        if isinstance(branch, Branch) and branch.node is not None:
            self.branch_taken.emit(branch.node)
