"""Paints a row of the browse tree: arrow, code in the monospaced face, title, and its range or count in muted ink."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui import style
from app.ui.browse_model import BrowseRole
from app.ui.shapes import draw_branch_arrow
from app.ui.theme import LIGHT, Scheme

ROW = 24
INDENT = 16
"""From a branch's arrow to those of its children."""

ARROW_AT, ARROW, TEXT_AT, EDGE, GAP = 8, 8, 18, 12, 5
"""The arrow's place and side, where the text begins, the room at the right, the space between code and title."""


class BrowseDelegate(QStyledItemDelegate):
    """Gets the whole row as its rectangle, with the depth in it counted by `depth_of`."""

    def __init__(self) -> None:
        super().__init__()
        self._scheme = LIGHT
        self._zoom = 1.0
        self._faces: dict[tuple[bool, bool], QFont] = {}
        self.trail: set[int] = set()
        """Internal ids of the rows above the current one, which are set bold."""

    def restyle(self, scheme: Scheme, zoom: float) -> None:
        """Takes another scheme or zoom."""
        self._scheme, self._zoom = scheme, zoom
        self._faces.clear()

    @property
    def indent(self) -> int:
        """How far a level stands in."""
        return self._px(INDENT)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._px(120), self._px(ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        scheme = self._scheme
        row: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, row, state)
        left = float(row.left() + depth_of(index) * self.indent)
        if state & QStyle.StateFlag.State_Children:
            side = self._px(ARROW)
            box = QRectF(left + self._px(ARROW_AT), row.top() + (row.height() - side) / 2, side, side)
            is_open = bool(state & QStyle.StateFlag.State_Open)
            draw_branch_arrow(painter, box, scheme.ink, is_open=is_open)
        words = QRectF(row)
        words.setLeft(left + self._px(TEXT_AT))
        words.setRight(row.right() - self._px(EDGE))
        self._paint_words(painter, words, index)
        painter.restore()

    def _paint_ground(self, painter: QPainter, row: QRect, state: QStyle.StateFlag) -> None:
        ground = QRectF(row).adjusted(0, 0.5, 0, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(self._scheme.selected))
            painter.drawRoundedRect(ground, self._px(5), self._px(5))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(self._scheme.chip))
            painter.drawRoundedRect(ground, self._px(5), self._px(5))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(self._scheme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground.adjusted(0.5, 0, -0.5, 0), self._px(5), self._px(5))

    def _paint_words(self, painter: QPainter, box: QRectF, index: QModelIndex | QPersistentModelIndex) -> None:
        code, title, aside = (str(index.data(role)) for role in (BrowseRole.CODE, BrowseRole.LABEL, BrowseRole.ASIDE))
        is_set = index.data(BrowseRole.NODE) is None
        is_bold = index.internalId() in self.trail
        # A chapter's number is a number, not a code: it stands in the text face, as in the book.
        if code.isdigit() and index.data(BrowseRole.ASIDE):
            code, title = "", f"{code} {title}"
        if code:
            # The code keeps its weight even on the way to the current row, or its column would shift.
            end = self._draw(painter, box, code, self._face(mono=True, bold=False), self._scheme.ink)
            box.setLeft(end + self._px(GAP))
        face = self._face(mono=False, bold=is_bold or is_set)
        if not aside:
            self._draw(painter, box, title, face, self._scheme.ink)
            return
        small = self._small_face()
        aside_width = QFontMetricsF(small).horizontalAdvance(aside) + self._px(8)
        # The range stays whole and the title gives way, unless little would be left of the title.
        if box.width() - aside_width >= self._px(90):
            words = QRectF(box)
            words.setRight(box.right() - aside_width)
            box.setLeft(self._draw(painter, words, title, face, self._scheme.ink) + self._px(8))
            self._draw(painter, box, aside, small, self._scheme.muted)
        else:
            self._draw(painter, box, title, face, self._scheme.ink)

    def _draw(self, painter: QPainter, box: QRectF, words: str, face: QFont, colour: str) -> float:
        """Draws one run of text, cut at the right edge; returns where it ends."""
        metrics = QFontMetricsF(face)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0.0, box.width()))
        painter.setFont(face)
        painter.setPen(QColor(colour))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        return box.left() + metrics.horizontalAdvance(shown)

    def _face(self, *, mono: bool, bold: bool) -> QFont:
        found = self._faces.get((mono, bold))
        if found is None:
            found = style.mono(self._zoom, bold) if mono else style.text(self._zoom)
            if bold and not mono:
                found.setWeight(QFont.Weight.Medium)
            self._faces[(mono, bold)] = found
        return found

    def _small_face(self) -> QFont:
        return style.text(0.92 * self._zoom)

    def _px(self, length: float) -> int:
        return round(length * self._zoom)


def depth_of(index: QModelIndex | QPersistentModelIndex) -> int:
    """How many rows stand over a row."""
    depth, above = 0, index.parent()
    while above.isValid():
        depth, above = depth + 1, above.parent()
    return depth
