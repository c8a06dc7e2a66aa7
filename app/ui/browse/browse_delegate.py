"""Paint a row of the browse tree: arrow, code in the monospaced font, title, and its range or count, muted.

A row has more than one line where it would read like its siblings.
"""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.codes.names import is_unloaded
from app.codes.node import CodeStatus, Level, Node
from app.ui.browse.browse_model import BrowseRole
from app.ui.browse.distinct_lines import Lines, distinct_lines
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.line_delegate import LEFT_CENTERED, RIGHT_CENTERED
from app.ui.widgets.symbols import draw_branch_arrow, draw_focus_ring, draw_mark

TREE_ROW_HEIGHT, FURTHER_LINE_HEIGHT = 24, 18
TREE_INDENT, NARROW_INDENT, NARROW_TREE = 16, 8, 280
"""From a row's arrow to those of its children; in a tree that is narrower than the last, half as much."""

ARROW_SIZE, ARROW_GAP, RIGHT_MARGIN, CODE_GAP, ASIDE_GAP = 8, 2, 12, 5, 8
"""Side of the arrow, gap between it and the text, right margin, gaps between code and title, and title and range. The
scroll bar lies within the right margin."""

LEAST_TITLE_WIDTH, LEAST_TITLE_BEFORE_RANGE = 120, 90
"""With less room beside it, a title stands below its code, and the range after it is left out."""

MAX_CACHED_ROWS, MAX_CACHED_GROUPS = 4096, 64
"""The number of cached rows, of cached elided texts, and of rows with the same parent: most of what is ever opened."""

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
        self._width = 0
        self._groups: dict[int, tuple[list[Lines], float]] = {}
        """The lines of all rows below a parent, by its internal id, and the width of their ranges."""
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
        self._groups.clear()

    def set_width(self, width: int) -> None:
        """Set the width of the rows, on which their heights depend."""
        self._width = width
        self._groups.clear()

    @property
    def indent(self) -> int:
        """The indent of a level."""
        return self._px(TREE_INDENT if self._width >= self._px(NARROW_TREE) else NARROW_INDENT)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        lines, _ = self._lines_of(index)
        return QSize(self._px(120), self._px(TREE_ROW_HEIGHT) + (len(lines) - 1) * self._px(FURTHER_LINE_HEIGHT))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: QRect = option.rect  # type: ignore[attr-defined]
        state: int = option.state.value  # type: ignore[attr-defined]
        row_text = self._row_text(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, row, state)
        side, height = self._px(ARROW_SIZE), self._px(TREE_ROW_HEIGHT)
        text_left = self._text_left(row_text)
        box = QRectF(row.left() + text_left - self._px(ARROW_GAP) - side, row.top() + (height - side) / 2, side, side)
        if state & BRANCH:
            draw_branch_arrow(painter, box, self._scheme.ink, is_open=bool(state & OPEN))
        elif row_text.is_ended:
            # In place of an arrow.
            draw_mark(painter, box, CodeStatus.ENDED, self._scheme)
        words = QRectF(row.left() + text_left, row.top(), 0, height)
        words.setRight(row.left() + row.width() - self._px(RIGHT_MARGIN))
        lines, aside_width = self._lines_of(index)
        self._paint_text(painter, words, row_text, lines, aside_width, index.internalId() in self.ancestor_ids)
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

    def shown_lines(self, index: QModelIndex) -> Lines:
        """Return the lines of a row's title as they are painted."""
        return self._lines_of(index)[0]

    def _text_left(self, row_text: RowText) -> int:
        return (row_text.depth + 1) * self.indent + self._px(ARROW_GAP)

    def _lines_of(self, index: QModelIndex | QPersistentModelIndex) -> tuple[Lines, float]:
        """Return the lines of a row's title, the first of them empty if it stands below the code, and the width that
        the ranges of the row and of its siblings take, 0 without any or without room for them."""
        parent = index.parent()
        key = parent.internalId() if parent.isValid() else -1
        group = self._groups.get(key)
        if group is None or len(group[0]) <= index.row():
            if len(self._groups) >= MAX_CACHED_GROUPS:
                self._groups.clear()
            rows = index.model().rowCount(parent)
            group = self._groups[key] = self._lines_of_rows(
                [self._row_text(index.sibling(row, 0)) for row in range(rows)]
            )
        return group[0][index.row()], group[1]

    def _lines_of_rows(self, rows: list[RowText]) -> tuple[list[Lines], float]:
        code_metrics, small = self._font(mono=True, bold=False)[1], self._small_font()[1]
        # In the wider of two fonts, so that no row gets another height with the way to the current one.
        metrics = self._font(mono=False, bold=True)[1]
        space = self._width - self._text_left(rows[0]) - self._px(RIGHT_MARGIN)
        codes = [code_metrics.horizontalAdvance(row.code) + self._px(CODE_GAP) if row.code else 0.0 for row in rows]
        asides = max(small.horizontalAdvance(row.aside) + self._px(ASIDE_GAP) if row.aside else 0.0 for row in rows)
        # The range stays whole and the title is elided, unless little would be left of the title.
        if space - asides - max(codes) < self._px(LEAST_TITLE_BEFORE_RANGE):
            asides = 0.0
        titles, is_below = [row.title for row in rows], space - asides - max(codes) < self._px(LEAST_TITLE_WIDTH)
        widths = [space - asides - (0.0 if is_below else code) for code in codes]
        lines = distinct_lines(titles, widths, metrics)
        if is_below:
            lines = [("", *row) if code else row for row, code in zip(lines, codes, strict=True)]
        return lines, asides

    def _paint_text(
        self, painter: QPainter, box: QRectF, row_text: RowText, lines: Lines, aside_width: float, is_bold: bool
    ) -> None:
        ink = self._muted if row_text.is_quiet else self._ink
        title_left = box.left()
        if row_text.code:
            # The code is never bold, even above the current row, or its column would shift.
            end = self._draw(painter, box, row_text.code, self._font(mono=True, bold=False), ink)
            if lines[0]:
                title_left = end + self._px(CODE_GAP)
        if aside_width and row_text.aside:
            self._draw(painter, box, row_text.aside, self._small_font(), self._muted, RIGHT_CENTERED)
        font_and_metrics = self._font(mono=False, bold=is_bold or row_text.is_set)
        height, further = self._px(TREE_ROW_HEIGHT), self._px(FURTHER_LINE_HEIGHT)
        line_box = QRectF(title_left, box.top(), box.right() - aside_width - title_left, height)
        for line in lines:
            self._draw(painter, line_box, line, font_and_metrics, ink)
            line_box.translate(0, further)

    def _draw(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        font_and_metrics: tuple[QFont, QFontMetricsF],
        color: QColor,
        side: Qt.AlignmentFlag = LEFT_CENTERED,
    ) -> float:
        """Draw one run of text, elided at the right edge; return its end if it begins at the left one."""
        elided, width = self._elide(text, font_and_metrics, max(0.0, box.width()))
        painter.setFont(font_and_metrics[0])
        painter.setPen(color)
        painter.drawText(box, side, elided)
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
