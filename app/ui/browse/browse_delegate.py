"""Paint a row of the browse tree: arrow, code in the monospaced font, title, and its range or count, muted."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.codes.names import is_unloaded
from app.codes.node import CodeStatus, Level, Node
from app.ui.browse.browse_model import BrowseRole
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.line_delegate import LEFT_CENTERED
from app.ui.widgets.symbols import draw_branch_arrow, draw_focus_ring, draw_mark

TREE_ROW_HEIGHT = 24
TREE_INDENT = 16
"""From a row's arrow to those of its children."""

ARROW_LEFT, ARROW_SIZE, TEXT_LEFT, RIGHT_MARGIN, CODE_GAP = 8, 8, 18, 12, 5
"""Left edge and side of the arrow, left edge of the text, right margin, gap between code and title."""

MAX_CACHED_ROWS = 1024
"""The number of cached rows and of cached elided texts: some thirty screens."""

SELECTED, HOVERED = QStyle.StateFlag.State_Selected.value, QStyle.StateFlag.State_MouseOver.value
FOCUSED = QStyle.StateFlag.State_HasFocus.value
BRANCH, OPEN = QStyle.StateFlag.State_Children.value, QStyle.StateFlag.State_Open.value
"""As numbers: Python's flags take a microsecond each to combine, and a row asks for five."""


@dataclass(frozen=True, slots=True)
class RowText:
    """The text of a row, and its depth in the tree. It never changes, and takes the model as long as painting it."""

    code: str
    title: str
    aside: str
    is_set: bool
    is_ended: bool
    is_quiet: bool
    """Ended, or not loaded: it can be found, but not used."""
    depth: int


class BrowseDelegate(QStyledItemDelegate):
    """Paints into the rectangle of the whole row; `depth_of` counts the indent in it."""

    def __init__(self) -> None:
        super().__init__()
        self._scheme = LIGHT
        self._zoom = 1.0
        self._fonts: dict[tuple[bool, bool], tuple[QFont, QFontMetricsF]] = {}
        self._small_font_metrics: tuple[QFont, QFontMetricsF] | None = None
        self._row_texts: dict[int, RowText] = {}
        self._elided: dict[tuple[str, int, float], tuple[str, float]] = {}
        self._ink, self._muted = QColor(LIGHT.ink), QColor(LIGHT.muted)
        self.ancestor_ids: set[int] = set()
        """Internal ids of the rows above the current one, which are bold."""

    def restyle(self, scheme: Scheme, zoom: float) -> None:
        """Use another scheme or zoom."""
        self._scheme, self._zoom = scheme, zoom
        self._ink, self._muted = QColor(scheme.ink), QColor(scheme.muted)
        self._fonts.clear()
        self._small_font_metrics = None
        self._elided.clear()

    @property
    def indent(self) -> int:
        """The indent of a level."""
        return self._px(TREE_INDENT)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._px(120), self._px(TREE_ROW_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: QRect = option.rect  # type: ignore[attr-defined]
        state: int = option.state.value  # type: ignore[attr-defined]
        row_text = self._row_text(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, row, state)
        left = float(row.left() + row_text.depth * self.indent)
        if state & BRANCH:
            side = self._px(ARROW_SIZE)
            box = QRectF(left + self._px(ARROW_LEFT), row.top() + (row.height() - side) / 2, side, side)
            draw_branch_arrow(painter, box, self._scheme.ink, is_open=bool(state & OPEN))
        elif row_text.is_ended:
            # In place of an arrow.
            side = self._px(ARROW_SIZE)
            box = QRectF(left + self._px(ARROW_LEFT), row.top() + (row.height() - side) / 2, side, side)
            draw_mark(painter, box, CodeStatus.ENDED, self._scheme)
        words = QRectF(row)
        words.setLeft(left + self._px(TEXT_LEFT))
        words.setRight(row.right() - self._px(RIGHT_MARGIN))
        self._paint_text(painter, words, row_text, index.internalId() in self.ancestor_ids)
        painter.restore()

    def _paint_ground(self, painter: QPainter, row: QRect, state: int) -> None:
        ground = QRectF(row).adjusted(0, 0.5, 0, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if state & SELECTED:
            painter.setBrush(QColor(self._scheme.selected))
            painter.drawRoundedRect(ground, self._px(5), self._px(5))
        elif state & HOVERED:
            painter.setBrush(QColor(self._scheme.chip))
            painter.drawRoundedRect(ground, self._px(5), self._px(5))
        if state & FOCUSED:
            draw_focus_ring(painter, ground, self._scheme, self._px(5))

    def _row_text(self, index: QModelIndex | QPersistentModelIndex) -> RowText:
        """Return the text of a row, asked of the model once: an internal id stays that of its row."""
        row_text = self._row_texts.get(index.internalId())
        if row_text is None:
            if len(self._row_texts) >= MAX_CACHED_ROWS:
                self._row_texts.clear()
            code, title, aside = (
                str(index.data(role)) for role in (BrowseRole.CODE, BrowseRole.LABEL, BrowseRole.ASIDE)
            )
            node: Node | None = index.data(BrowseRole.NODE)
            # A chapter's number is not a code: it is set in the text font, as in the book.
            if node is not None and node.level is Level.CHAPTER:
                code, title = "", f"{code} {title}"
            is_ended = node is not None and node.status is CodeStatus.ENDED
            is_quiet = is_ended or (node is not None and is_unloaded(node))
            row_text = RowText(code, title, aside, node is None, is_ended, is_quiet, depth_of(index))
            self._row_texts[index.internalId()] = row_text
        return row_text

    def _paint_text(self, painter: QPainter, box: QRectF, row_text: RowText, is_bold: bool) -> None:
        ink = self._muted if row_text.is_quiet else self._ink
        if row_text.code:
            # The code is never bold, even above the current row, or its column would shift.
            end = self._draw(painter, box, row_text.code, self._font(mono=True, bold=False), ink)
            box.setLeft(end + self._px(CODE_GAP))
        font_and_metrics = self._font(mono=False, bold=is_bold or row_text.is_set)
        if not row_text.aside:
            self._draw(painter, box, row_text.title, font_and_metrics, ink)
            return
        small = self._small_font()
        _, aside_width = self._elide(row_text.aside, small, 1e6)
        aside_width += self._px(8)
        # The range stays whole and the title is elided, unless little would be left of the title.
        if box.width() - aside_width >= self._px(90):
            title_box = QRectF(box)
            title_box.setRight(box.right() - aside_width)
            box.setLeft(self._draw(painter, title_box, row_text.title, font_and_metrics, ink) + self._px(8))
            self._draw(painter, box, row_text.aside, small, self._muted)
        else:
            self._draw(painter, box, row_text.title, font_and_metrics, ink)

    def _draw(
        self, painter: QPainter, box: QRectF, text: str, font_and_metrics: tuple[QFont, QFontMetricsF], color: QColor
    ) -> float:
        """Draw one run of text, elided at the right edge; return its end."""
        elided, width = self._elide(text, font_and_metrics, max(0.0, box.width()))
        painter.setFont(font_and_metrics[0])
        painter.setPen(color)
        painter.drawText(box, LEFT_CENTERED, elided)
        return box.left() + width

    def _elide(self, text: str, font_and_metrics: tuple[QFont, QFontMetricsF], width: float) -> tuple[str, float]:
        """Return the text as far as it fits into the width, and how wide that is."""
        # A font lives as long as the texts measured in it: both are dropped when the tree is restyled.
        key = (text, id(font_and_metrics), width)
        elided_and_width = self._elided.get(key)
        if elided_and_width is None:
            if len(self._elided) >= MAX_CACHED_ROWS:
                self._elided.clear()
            elided = font_and_metrics[1].elidedText(text, Qt.TextElideMode.ElideRight, width)
            elided_and_width = self._elided[key] = elided, font_and_metrics[1].horizontalAdvance(elided)
        return elided_and_width

    def _font(self, *, mono: bool, bold: bool) -> tuple[QFont, QFontMetricsF]:
        font_and_metrics = self._fonts.get((mono, bold))
        if font_and_metrics is None:
            font = style.mono_font(self._zoom, bold) if mono else style.text_font(self._zoom)
            if bold and not mono:
                font.setWeight(QFont.Weight.Medium)
            font_and_metrics = self._fonts[(mono, bold)] = font, QFontMetricsF(font)
        return font_and_metrics

    def _small_font(self) -> tuple[QFont, QFontMetricsF]:
        if self._small_font_metrics is None:
            font = style.text_font(0.92 * self._zoom)
            self._small_font_metrics = font, QFontMetricsF(font)
        return self._small_font_metrics

    def _px(self, length: float) -> int:
        return round(length * self._zoom)


def depth_of(index: QModelIndex | QPersistentModelIndex) -> int:
    """Return the number of rows above a row in the tree."""
    depth, above = 0, index.parent()
    while above.isValid():
        depth, above = depth + 1, above.parent()
    return depth
