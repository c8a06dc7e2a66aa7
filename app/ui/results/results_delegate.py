"""Paints the rows of the results list: code, title with marked words, badge and mark; below, where and why."""

from dataclasses import dataclass, field

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.codes.node import Node
from app.ui.results.results_model import RECORD, Row, RowKind, codes_held
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.chips import SHORT_NAMES
from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.marked_line import Line, Marks, lay_out
from app.ui.widgets.symbols import draw_branch_arrow, draw_mark

ROW_HEIGHT = 55
"""54 pixels and the hairline below them, at zoom 1.0."""
VARIANT_HEIGHT = 35
CAPTION_HEIGHT = 36

SIDE = 16
"""From the panel's edge to the code, and from the mark to the other edge."""
TITLE_LEFT = 105
"""Where titles and second lines begin: room for the longest code, `S72.301A` or `01HY0MZ`, and a gap."""
LONGEST_CODE, RANGE_PIXELS = 9, 11
"""A range of HCPCS or CPT (`J0120–J1094`) has more characters than the room holds, and is set smaller."""
VARIANT_INDENT = 18
NARROW = 520
"""In a list narrower than this badges are short and what opens a row is a bare count: the title needs the room."""
BAR = 3
MARK = 9.5
MOST_LAID_OUT = 512
"""Lines kept laid out: several screens of rows, a few kilobytes each. Also widths kept of words."""

# What is combined or converted for every row otherwise: Python's flags take a microsecond each.
LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
SELECTED = QStyle.StateFlag.State_Selected.value
HOVERED = QStyle.StateFlag.State_MouseOver.value
NO_PEN = Qt.PenStyle.NoPen


@dataclass(frozen=True, slots=True)
class Faces:
    """The fonts of one zoom factor, with the measures that painting needs."""

    code: QFont
    range: QFont
    title: QFont
    second: QFont
    badge: QFont
    badge_metrics: QFontMetricsF
    held_metrics: QFontMetricsF
    code_metrics: QFontMetricsF
    widths: dict[str, float] = field(default_factory=dict[str, float])
    """Of badges and of `6 codes`, which are few and are asked for three times a row."""

    @classmethod
    def at(cls, zoom: float) -> "Faces":
        title, badge = style.text_font(zoom), style.text_font(10.5 / style.BASE_PIXELS * zoom)
        second = style.text_font(12 / style.BASE_PIXELS * zoom)
        code = style.mono_font(13.5 / style.BASE_PIXELS * zoom, bold=True)
        return cls(
            code=code,
            range=style.mono_font(RANGE_PIXELS / style.BASE_PIXELS * zoom, bold=True),
            title=title,
            second=second,
            badge=badge,
            badge_metrics=QFontMetricsF(badge),
            held_metrics=QFontMetricsF(second),
            code_metrics=QFontMetricsF(code),
        )

    def badge_width(self, words: str) -> float:
        """How wide the words of a badge are."""
        return self._width(words, self.badge_metrics)

    def held_width(self, words: str) -> float:
        """How wide the words are that open a row."""
        return self._width(words, self.held_metrics)

    def _width(self, words: str, metrics: QFontMetricsF) -> float:
        # The words of badges are never those that open a row: `6 codes`.
        width = self.widths.get(words)
        if width is None:
            if len(self.widths) >= MOST_LAID_OUT:
                self.widths.clear()
            width = self.widths[words] = metrics.horizontalAdvance(words)
        return width


class Inks:
    """The colors of a scheme as Qt takes them: made from text a dozen times a row, they took a twentieth of it."""

    def __init__(self, scheme: Scheme) -> None:
        self.ink = QColor(scheme.ink)
        self.muted = QColor(scheme.muted)
        self.accent = QColor(scheme.accent)
        self.chip = QColor(scheme.chip)
        self.matched = QColor(scheme.matched)
        self.hairline = QColor(scheme.hairline)
        self.selected = QColor(scheme.selected)
        self.hovered = QColor(scheme.selected)
        self.hovered.setAlphaF(0.45)


class ResultsDelegate(QStyledItemDelegate):
    """Paints a Row. Every text is measured once for a width and kept until the rows, the zoom or the width change."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scheme = LIGHT
        self._inks = Inks(LIGHT)
        self._zoom = 1.0
        self._faces: Faces | None = None
        self._sizes: dict[RowKind, QSize] = {}
        self._lines: dict[tuple[str, Marks, int, int, bool], Line] = {}
        self._view: QWidget | None = None

    def fit_to(self, view: QWidget) -> None:
        """Lays rows out in the view's whole width, whether its scroll bar shows or not: the bar has room in the
        margin, and rows stay as they are when it comes and goes."""
        self._view = view

    def set_scheme(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._inks = Inks(scheme)
        self._lines.clear()

    def set_zoom(self, factor: float) -> None:
        self._zoom = factor
        self._faces = None
        self._sizes.clear()
        self._lines.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row = index.data(RECORD)
        if not isinstance(row, Row):
            return QSize(0, 0)
        # Asked of every row at every answer.
        size = self._sizes.get(row.kind)
        if size is None:
            size = self._sizes[row.kind] = QSize(0, self.height_of(row))
        return size

    def height_of(self, row: Row) -> int:
        """A row's height in pixels, its hairline included."""
        match row.kind:
            case RowKind.VARIANT:
                height = VARIANT_HEIGHT
            case RowKind.CAPTION:
                height = CAPTION_HEIGHT
            case _:
                height = ROW_HEIGHT
        return round(height * self._zoom)

    def opener_extent(self, row: Row, width: int) -> tuple[float, float]:
        """Where, from the row's left edge, the words stand that open it; an empty extent where there are none."""
        if not row.opens or row.node is None:
            return 0.0, 0.0
        right = self._badge_left(row, width) - 8 * self._zoom
        return right - self._held_width(self._held(row.node, width)), right

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(RECORD)
        if not isinstance(row, Row):
            return
        # The stubs know the option's rectangle and state only by Any.
        area = QRectF(option.rect)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
        state: int = option.state.value  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.kind is RowKind.CAPTION:
            self._paint_caption(painter, area, row)
        else:
            self._paint_ground(painter, area, bool(state & SELECTED), bool(state & HOVERED))
            self._paint_row(painter, area, row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, area: QRectF, selected: bool, hovered: bool) -> None:
        inks = self._inks
        if selected or hovered:
            painter.fillRect(area, inks.selected if selected else inks.hovered)
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), inks.hairline)
        if selected:
            bar = QRectF(area.left(), area.top(), BAR * self._zoom, area.height() - 1)
            painter.fillRect(bar, inks.accent)

    def _paint_caption(self, painter: QPainter, area: QRectF, row: Row) -> None:
        painter.setFont(self._face().second)
        painter.setPen(self._inks.muted)
        words = area.adjusted(SIDE * self._zoom, 0, 0, -6 * self._zoom)
        painter.drawText(words, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, row.title)

    def _paint_row(self, painter: QPainter, area: QRectF, row: Row) -> None:
        zoom, inks, faces = self._zoom, self._inks, self._face()
        if self._view is not None:
            area.setWidth(self._view.width())
        width = int(area.width())
        one_line = row.kind is RowKind.VARIANT
        indent = VARIANT_INDENT * zoom if one_line else 0.0
        # The middle of the first line, on which code, title, badge and mark are all centerd.
        axis = area.top() + (area.height() - 1) / 2 if one_line else area.top() + 18 * zoom
        left = area.left() + TITLE_LEFT * zoom + indent
        if row.kind is RowKind.EXAMPLE:
            left = area.left() + SIDE * zoom
        else:
            painter.setPen(inks.ink)
            painter.setFont(faces.code if len(row.code) <= LONGEST_CODE else faces.range)
            code = QRectF(area.left() + SIDE * zoom + indent, axis - 12 * zoom, TITLE_LEFT * zoom, 24 * zoom)
            painter.drawText(code, LEFT, row.code)
            if row.kind_of_code:
                code.setLeft(code.left() + faces.code_metrics.horizontalAdvance(row.code) + 6 * zoom)
                painter.setPen(inks.muted)
                painter.setFont(faces.badge)
                painter.drawText(code, LEFT, row.kind_of_code)

        right = area.left() + self._badge_left(row, width)
        if row.node is not None:
            center = QPointF(area.right() - (SIDE + 6) * zoom, axis)
            square = QRectF(center.x() - MARK * zoom / 2, center.y() - MARK * zoom / 2, MARK * zoom, MARK * zoom)
            draw_mark(painter, square, row.node.status, self._scheme)
            if not one_line:
                self._paint_badge(painter, right, axis, self._badge(row.node, width))
        if row.opens and row.node is not None:
            held = self._held(row.node, width)
            self._paint_opener(painter, right - 8 * zoom, axis, held, row.is_open)
            right -= 8 * zoom + self._held_width(held)
        right -= 10 * zoom

        title = self._line(row.title, row.marks, int(right - left), False)
        self._draw_line(painter, title, QPointF(left, axis - title.height / 2), inks.ink)
        if not one_line:
            self._paint_second_line(painter, row, left, area.top() + 38 * zoom, area.right() - SIDE * zoom)

    def _paint_second_line(self, painter: QPainter, row: Row, left: float, axis: float, right: float) -> None:
        """The reason comes first, as it is what the title does not say, then where the row stands."""
        words, marks = row.reason, row.reason_marks
        if row.place:
            words = f"{words}  ·  {row.place}" if words else row.place
        line = self._line(words, marks, int(right - left), True, len(row.reason))
        self._draw_line(painter, line, QPointF(left, axis - line.height / 2), self._inks.muted)

    def _paint_badge(self, painter: QPainter, left: float, axis: float, words: str) -> None:
        faces, zoom = self._face(), self._zoom
        width = faces.badge_width(words) + 12 * zoom
        outline = QRectF(left, axis - 8.5 * zoom, width, 17 * zoom)
        painter.setPen(NO_PEN)
        painter.setBrush(self._inks.chip)
        painter.drawRoundedRect(outline, 4 * zoom, 4 * zoom)
        painter.setPen(self._inks.muted)
        painter.setFont(faces.badge)
        painter.drawText(outline, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_opener(self, painter: QPainter, right: float, axis: float, held: str, is_open: bool) -> None:
        zoom = self._zoom
        width = self._held_width(held)
        left = right - width
        arrow = QRectF(left, axis - 4 * zoom, 8 * zoom, 8 * zoom)
        draw_branch_arrow(painter, arrow, self._scheme.accent, is_open=is_open)
        painter.setPen(self._inks.accent)
        painter.setFont(self._face().second)
        words = QRectF(left + 12 * zoom, axis - 10 * zoom, width, 20 * zoom)
        painter.drawText(words, LEFT, held)

    def _held(self, node: Node, width: int) -> str:
        """The words that open a row: `6 codes`, or in little room `6`."""
        return f"{node.variants:,}" if self._is_narrow(width) else codes_held(node)

    def _badge(self, node: Node, width: int) -> str:
        """The name of a row's code set, in little room the short one."""
        label = node.system.label
        return SHORT_NAMES.get(node.system, label) if self._is_narrow(width) else label

    def _is_narrow(self, width: int) -> bool:
        return width < NARROW * self._zoom

    def _held_width(self, held: str) -> float:
        return self._face().held_width(held) + 12 * self._zoom

    def _badge_left(self, row: Row, width: int) -> float:
        """Where the badge begins, from the row's left edge; without one, where the mark or the margin does."""
        zoom = self._zoom
        if row.node is None:
            return width - SIDE * zoom
        if row.kind is RowKind.VARIANT:
            return width - (SIDE + 20) * zoom
        badge = self._face().badge_width(self._badge(row.node, width)) + 12 * zoom
        return width - (SIDE + 22) * zoom - badge

    def _draw_line(self, painter: QPainter, line: Line, at: QPointF, ink: QColor) -> None:
        if line.extents:
            left, top, corner = at.x(), at.y(), 2 * self._zoom
            painter.setPen(NO_PEN)
            painter.setBrush(self._inks.matched)
            for start, end in line.extents:
                painter.drawRoundedRect(QRectF(left + start - 1, top, end - start + 2, line.height), corner, corner)
        painter.setPen(ink)
        line.layout.draw(painter, at)

    def _line(self, text: str, marks: Marks, width: int, second: bool, slanted: int = 0) -> Line:
        key = (text, marks, width, slanted, second)
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) >= MOST_LAID_OUT:
                # One at a time: all at once take 2 ms of one keystroke, and among them is what is shown.
                del self._lines[next(iter(self._lines))]
            faces = self._face()
            font = faces.second if second else faces.title
            line = self._lines[key] = lay_out(text, marks, width, font, slanted, self._scheme.ink if second else "")
        return line

    def _face(self) -> Faces:
        if self._faces is None:
            self._faces = Faces.at(self._zoom)
        return self._faces
