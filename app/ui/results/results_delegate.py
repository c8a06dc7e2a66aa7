"""Paint the rows of the results list: code, title with marked words, badge and mark; below, reason and place."""

from collections.abc import Mapping
from itertools import pairwise
from math import floor

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QStaticText, QTransform
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.codes.node import Node
from app.codes.systems import System
from app.ui.results.results_model import ROW_ROLE, Row, RowKind, count_of_codes
from app.ui.results.row_style import MAX_CACHED_LINES, MAX_CACHED_WIDTHS, RowColors, RowFonts
from app.ui.widgets.chips import SHORT_NAMES
from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.line_breaks import keep_numbers
from app.ui.widgets.marked_line import Line, Marks, break_lines, lay_out
from app.ui.widgets.symbols import draw_branch_arrow, draw_focus_ring, draw_mark

RESULT_HEIGHT = 55
"""54 pixels and the hairline below them, at zoom 1.0."""
VARIANT_HEIGHT = 35
CAPTION_HEIGHT = 36

ROW_MARGIN = 16
"""From the panel's edge to the code, and from the mark to the other edge."""
TITLE_LEFT = 105
"""The left edge of titles and second lines: room for the longest code, `S72.301A` or `01HY0MZ`, and a gap."""
MAX_CODE_LENGTH = 9
"""A range of HCPCS or CPT (`J0120–J1094`) has more characters than fit, and is set smaller."""
VARIANT_INDENT, NESTED_INDENT = 18, 12
"""Of the codes of an opened row, and in addition of those below a heading among them."""
TITLE_LINE = 18
"""What each further line of the title adds to the height of a row."""
MOST_TITLE_LINES, MOST_LINES_OF_ALIKE = 3, 40
"""Lines of a title, and of one that begins as another does: the longest descriptor of 800 characters is not cut."""
LIGHTER_FROM = 3
"""Descriptors of so many lines are lighter from their second line: what a service is stands in the first words."""
LONG_DESCRIPTORS = frozenset({System.HCPCS, System.CPT})
NARROW_LIST = 520
"""In a list narrower than this, badges are short and an opener is a bare count: the title needs the width."""
ACCENT_BAR_WIDTH = 3
ROW_MARK_SIZE = 9.5

# Combined and converted once instead of for every row: Python's flags take a microsecond each.
SELECTED = QStyle.StateFlag.State_Selected.value
HOVERED = QStyle.StateFlag.State_MouseOver.value
FOCUSED = QStyle.StateFlag.State_HasFocus.value
NO_PEN = Qt.PenStyle.NoPen
WRAPPED = Qt.TextFlag.TextWordWrap.value


class ResultsDelegate(QStyledItemDelegate):
    """Paints a Row. Every text is measured once for a width, and measured again if rows, zoom or width change."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scheme = LIGHT
        self._colors = RowColors(LIGHT)
        self._zoom = 1.0
        self._fonts: RowFonts | None = None
        self._sizes: dict[RowKind, QSize] = {}
        self._lines: dict[tuple[str, Marks, int, int, bool], Line] = {}
        self._short_texts: dict[tuple[str, int, int], QStaticText] = {}
        self._breaks: dict[tuple[str, int, int, bool, bool], tuple[int, ...]] = {}
        self._view: QWidget | None = None
        self.cc_marks: Mapping[int, str] = {}
        """What diagnoses are as secondary ones, by their nodes; empty if rows do not say it."""

    def set_view(self, view: QWidget) -> None:
        """Lay rows out in the whole width of the view, with or without a scroll bar: the bar has room in the margin,
        and rows stay in place when it comes and goes."""
        self._view = view

    def set_scheme(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._colors = RowColors(scheme)
        self._lines.clear()

    def set_zoom(self, factor: float) -> None:
        self._zoom = factor
        self._fonts = None
        self._sizes.clear()
        self._lines.clear()
        self._breaks.clear()
        self._short_texts.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return QSize(0, 0)
        if row.kind is RowKind.STATEMENT or self.title_breaks(row):
            return QSize(0, self.height_of(row))
        # Qt asks for it for every row of every answer.
        size = self._sizes.get(row.kind)
        if size is None:
            size = self._sizes[row.kind] = QSize(0, self.height_of(row))
        return size

    def height_of(self, row: Row) -> int:
        """Return a row's height in pixels, its hairline included. A statement is as high as its sentence needs; a title
        that does not fit has further lines."""
        match row.kind:
            case RowKind.VARIANT:
                height = VARIANT_HEIGHT
            case RowKind.CAPTION:
                height = CAPTION_HEIGHT
            case _:
                height = RESULT_HEIGHT
        if row.kind is RowKind.STATEMENT and self._view is not None:
            fonts, left = self._row_fonts(), self._title_left(row)
            sentence = QRectF(0, 0, self._view.width() - left - ROW_MARGIN * self._zoom, 1e6)
            needed = fonts.opener_metrics.boundingRect(sentence, WRAPPED, keep_numbers(row.place)).height()
            return round(height * self._zoom + max(0.0, needed - fonts.opener_metrics.lineSpacing()))
        return round(height * self._zoom) + len(self.title_breaks(row)) * self._title_line

    def opener_span(self, row: Row, width: int) -> tuple[float, float]:
        """Return left and right edge of the text that opens the row, from the row's left edge; empty if it has none."""
        if not row.can_open or row.node is None:
            return 0.0, 0.0
        right = self._badges_left(row, width) - 8 * self._zoom
        return right - self._opener_width(self._opener_text(row.node, width)), right

    @property
    def _title_line(self) -> int:
        return round(TITLE_LINE * self._zoom)

    def title_breaks(self, row: Row) -> tuple[int, ...]:
        """Return where the lines of a row's title begin that are needed after the first, in the width of the view:
        titles that are alike differ at their end."""
        if self._view is None or row.kind in (RowKind.CAPTION, RowKind.STATEMENT):
            return ()
        space, further_space = self._title_spaces(row, self._view.width())
        fonts, is_hit = self._row_fonts(), row.hit is not None
        # As if every word were marked, and bold: so a row keeps its height while one types, and the marks need not be
        # made of rows that nobody sees.
        if fonts.title_width(row.title, bold=is_hit) <= space:
            return ()
        key = row.title, space, further_space, is_hit, row.is_alike
        breaks = self._breaks.get(key)
        if breaks is None:
            if len(self._breaks) >= MAX_CACHED_WIDTHS:
                self._breaks.clear()
            most = MOST_LINES_OF_ALIKE if row.is_alike or row.kind is RowKind.VARIANT else MOST_TITLE_LINES
            font = fonts.marked_title if is_hit else fonts.title
            breaks = self._breaks[key] = break_lines(keep_numbers(row.title), space, further_space, font, most)
        return breaks

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        # The stubs type the rectangle and state of the option as Any.
        area = QRectF(option.rect)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
        state: int = option.state.value  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.kind is RowKind.CAPTION:
            self._paint_caption(painter, area, row)
        else:
            self._paint_ground(painter, area, bool(state & SELECTED), bool(state & HOVERED))
            ring = area.adjusted(0, 0, 0, -1) if state & FOCUSED else None
            self._paint_row(painter, area, row)
            if ring is not None:
                draw_focus_ring(painter, ring, self._scheme, 3 * self._zoom)
        painter.restore()

    def _paint_ground(self, painter: QPainter, area: QRectF, selected: bool, hovered: bool) -> None:
        colors = self._colors
        if selected or hovered:
            painter.fillRect(area, colors.selected if selected else colors.hovered)
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), colors.hairline)
        if selected:
            bar = QRectF(area.left(), area.top(), ACCENT_BAR_WIDTH * self._zoom, area.height() - 1)
            painter.fillRect(bar, colors.accent)

    def _paint_caption(self, painter: QPainter, area: QRectF, row: Row) -> None:
        painter.setFont(self._row_fonts().second_line)
        painter.setPen(self._colors.muted)
        words = area.adjusted(ROW_MARGIN * self._zoom, 0, 0, -6 * self._zoom)
        painter.drawText(words, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, row.title)

    def _paint_row(self, painter: QPainter, area: QRectF, row: Row) -> None:
        zoom, colors, fonts = self._zoom, self._colors, self._row_fonts()
        if self._view is not None:
            area.setWidth(self._view.width())
        width = int(area.width())
        is_one_line = row.kind is RowKind.VARIANT
        breaks = self.title_breaks(row)
        added = len(breaks) * self._title_line
        # The middle of the first line, where code, title, badge and mark are all centered.
        axis = area.top() + ((area.height() - added - 1) / 2 if is_one_line else 18 * zoom)
        left = area.left() + self._title_left(row)
        if row.kind is not RowKind.EXAMPLE and row.code:
            painter.setPen(colors.ink)
            code_left = area.left() + ROW_MARGIN * zoom + self._indent(row)
            code_font = fonts.code if len(row.code) <= MAX_CODE_LENGTH else fonts.range
            self._draw_short(painter, row.code, code_font, code_left, axis)
            if row.code_kind:
                painter.setPen(colors.muted)
                kind_left = code_left + fonts.code_metrics.horizontalAdvance(row.code) + 6 * zoom
                self._draw_short(painter, row.code_kind, fonts.badge, kind_left, axis)

        right = area.left() + self._badge_left(row, width)
        if row.node is not None:
            center = QPointF(area.right() - (ROW_MARGIN + 6) * zoom, axis)
            square = QRectF(
                center.x() - ROW_MARK_SIZE * zoom / 2,
                center.y() - ROW_MARK_SIZE * zoom / 2,
                ROW_MARK_SIZE * zoom,
                ROW_MARK_SIZE * zoom,
            )
            draw_mark(painter, square, row.node.status, self._scheme)
            if not is_one_line:
                self._paint_badge(painter, right, axis, self._badge(row.node, width))
            mark = self.cc_marks.get(row.node.id)
            if mark:
                right -= self._cc_width(mark)
                self._paint_badge(painter, right, axis, mark)
        if row.can_open and row.node is not None:
            opener_text = self._opener_text(row.node, width)
            self._paint_opener(painter, right - 8 * zoom, axis, opener_text, row.is_open)

        margin = area.right() - ROW_MARGIN * zoom
        lighter = colors.muted if is_long_descriptor(row, breaks) else colors.ink
        for number, title in enumerate(self.title_lines(row, breaks, width)):
            top = axis + number * self._title_line - title.height / 2
            self._draw_line(painter, title, QPointF(left, top), lighter if number else colors.ink)
        second_axis = area.top() + 38 * zoom + added
        if row.kind is RowKind.STATEMENT:
            first_line = second_axis - fonts.opener_metrics.height() / 2
            painter.setPen(colors.muted)
            painter.setFont(fonts.second_line)
            painter.drawText(QRectF(left, first_line, margin - left, area.height()), WRAPPED, keep_numbers(row.place))
        elif not is_one_line:
            self._paint_second_line(painter, row, left, second_axis, margin)

    def _title_left(self, row: Row) -> float:
        """Return the left edge of the title, from the row's left edge."""
        if row.kind is RowKind.EXAMPLE or (row.kind is RowKind.STATEMENT and not row.code):
            return ROW_MARGIN * self._zoom
        return (TITLE_LEFT + (VARIANT_INDENT if row.kind is RowKind.VARIANT else 0)) * self._zoom

    def _title_spaces(self, row: Row, width: int) -> tuple[int, int]:
        """Return the widths of the first line of the title and of its other lines, which nothing stands beside."""
        right = self._badges_left(row, width)
        if row.can_open and row.node is not None:
            right -= 8 * self._zoom + self._opener_width(self._opener_text(row.node, width))
        left = self._title_left(row)
        return int(right - 10 * self._zoom - left), int(width - ROW_MARGIN * self._zoom - left)

    def _indent(self, row: Row) -> float:
        if row.kind is not RowKind.VARIANT:
            return 0.0
        return (VARIANT_INDENT + (NESTED_INDENT if row.is_nested else 0)) * self._zoom

    def _paint_second_line(self, painter: QPainter, row: Row, left: float, axis: float, right: float) -> None:
        """Paint the reason, since the title does not contain it, then the place of the row."""
        words, marks = row.reason, row.reason_marks
        if row.place:
            words = f"{words}  ·  {row.place}" if words else row.place
        line = self._line(words, marks, int(right - left), True, len(row.reason))
        self._draw_line(painter, line, QPointF(left, axis - line.height / 2), self._colors.muted)

    def _paint_badge(self, painter: QPainter, left: float, axis: float, words: str) -> None:
        fonts, zoom = self._row_fonts(), self._zoom
        width = fonts.badge_width(words) + 12 * zoom
        outline = QRectF(left, axis - 8.5 * zoom, width, 17 * zoom)
        painter.setPen(NO_PEN)
        painter.setBrush(self._colors.chip)
        painter.drawRoundedRect(outline, 4 * zoom, 4 * zoom)
        painter.setPen(self._colors.muted)
        self._draw_short(painter, words, fonts.badge, left + 6 * zoom, axis)

    def _paint_opener(self, painter: QPainter, right: float, axis: float, opener_text: str, is_open: bool) -> None:
        zoom = self._zoom
        width = self._opener_width(opener_text)
        left = right - width
        arrow = QRectF(left, axis - 4 * zoom, 8 * zoom, 8 * zoom)
        draw_branch_arrow(painter, arrow, self._scheme.accent, is_open=is_open)
        painter.setPen(self._colors.accent)
        self._draw_short(painter, opener_text, self._row_fonts().second_line, left + 12 * zoom, axis)

    def _opener_text(self, node: Node, width: int) -> str:
        """Return the text that opens a row: `6 codes`, or `6` in a narrow list."""
        return f"{node.variants:,}" if self._is_narrow(width) else count_of_codes(node)

    def _badge(self, node: Node, width: int) -> str:
        """Return the name of a row's code set, the short one in a narrow list."""
        label = node.system.label
        return SHORT_NAMES.get(node.system, label) if self._is_narrow(width) else label

    def _is_narrow(self, width: int) -> bool:
        return width < NARROW_LIST * self._zoom

    def _opener_width(self, opener_text: str) -> float:
        return self._row_fonts().opener_width(opener_text) + 12 * self._zoom

    def _badge_left(self, row: Row, width: int) -> float:
        """Return the left edge of the badge, from the row's left edge; without a badge, of the mark or the margin."""
        zoom = self._zoom
        if row.node is None:
            return width - ROW_MARGIN * zoom
        if row.kind is RowKind.VARIANT:
            return width - (ROW_MARGIN + 20) * zoom
        badge = self._row_fonts().badge_width(self._badge(row.node, width)) + 12 * zoom
        return width - (ROW_MARGIN + 22) * zoom - badge

    def _badges_left(self, row: Row, width: int) -> float:
        """Return the left edge of all badges: what a diagnosis is as a secondary one stands before its code set."""
        mark = self.cc_marks.get(row.node.id) if row.node is not None else None
        return self._badge_left(row, width) - (self._cc_width(mark) if mark else 0.0)

    def _cc_width(self, mark: str) -> float:
        """Return the width of the badge of a CC or MCC with the gap after it."""
        return self._row_fonts().badge_width(mark) + (12 + 6) * self._zoom

    def _draw_short(self, painter: QPainter, text: str, font: QFont, left: float, axis: float) -> None:
        """Draw a code or a badge's text, centered on the axis. Its layout is kept: a third of all are on screen again
        after the next keystroke, and drawing takes a fifth of the time that laying out takes."""
        key = text, font.pixelSize(), font.weight()
        static = self._short_texts.get(key)
        if static is None:
            if len(self._short_texts) >= MAX_CACHED_LINES:
                self._short_texts.clear()
            static = self._short_texts[key] = QStaticText(text)
            # Otherwise Qt looks for markup in it.
            static.setTextFormat(Qt.TextFormat.PlainText)
            static.prepare(QTransform(), font)
        painter.setFont(font)
        # On a whole pixel, and halves always down: rounded to even, every other row would differ.
        top = floor(axis - static.size().height() / 2 + 0.5)
        painter.drawStaticText(QPointF(left, top), static)

    def _draw_line(self, painter: QPainter, line: Line, at: QPointF, ink: QColor) -> None:
        if line.extents:
            left, top, corner = at.x(), at.y(), 2 * self._zoom
            painter.setPen(NO_PEN)
            painter.setBrush(self._colors.matched)
            for start, end in line.extents:
                painter.drawRoundedRect(QRectF(left + start - 1, top, end - start + 2, line.height), corner, corner)
        painter.setPen(ink)
        line.layout.draw(painter, at)

    def title_lines(self, row: Row, breaks: tuple[int, ...], width: int) -> list[Line]:
        """Return the lines of a title, the last cut where even that is too long."""
        spaces = self._title_spaces(row, width)
        title, marks = row.title, row.marks
        if not breaks:
            return [self._line(title, marks, spaces[0], False)]
        lines: list[Line] = []
        for start, end in pairwise((0, *breaks, len(title))):
            text = title[start:end].rstrip()
            line_marks = tuple(
                (max(0, first - start), min(stop - start, len(text)))
                for first, stop in marks
                if first < start + len(text) and stop > start
            )
            lines.append(self._line(text, line_marks, spaces[bool(lines)], False))
        return lines

    def _line(self, text: str, marks: Marks, width: int, is_second: bool, slanted: int = 0) -> Line:
        key = (text, marks, width, slanted, is_second)
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) >= MAX_CACHED_LINES:
                # One at a time: clearing all takes 2 ms of one keystroke, and the visible lines are among them.
                del self._lines[next(iter(self._lines))]
            fonts = self._row_fonts()
            font = fonts.second_line if is_second else fonts.title
            line = self._lines[key] = lay_out(text, marks, width, font, slanted, self._scheme.ink if is_second else "")
        return line

    def _row_fonts(self) -> RowFonts:
        if self._fonts is None:
            self._fonts = RowFonts.at(self._zoom)
        return self._fonts


def is_long_descriptor(row: Row, breaks: tuple[int, ...]) -> bool:
    """Return whether a row has a descriptor of many lines, which `breaks` after the first begin."""
    return row.node is not None and row.node.system in LONG_DESCRIPTORS and len(breaks) + 1 >= LIGHTER_FROM
