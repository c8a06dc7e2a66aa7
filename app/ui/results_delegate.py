"""Paints the rows of the results list: code, title with marked words, badge and mark; below, where and why."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui import style
from app.ui.results_model import RECORD, Row, RowKind, codes_held
from app.ui.shapes import draw_branch_arrow, draw_mark
from app.ui.theme import LIGHT, Scheme

ROW_HEIGHT = 55
"""54 pixels and the hairline below them, at zoom 1.0."""
VARIANT_HEIGHT = 35
CAPTION_HEIGHT = 36

SIDE = 16
"""From the panel's edge to the code, and from the mark to the other edge."""
TITLE_LEFT = 105
"""Where titles and second lines begin: room for the longest code, `S72.301A` or `01HY0MZ`, and a gap."""
VARIANT_INDENT = 18
BAR = 3
MARK = 9.5
MOST_LAID_OUT = 512
"""Lines kept laid out: several screens of rows, a few kilobytes each."""

Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text laid out once: what to draw, and the extents of its marked words, from its left end."""

    layout: QTextLayout
    text: str
    marks: Marks
    extents: tuple[tuple[float, float], ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Faces:
    """The fonts of one zoom factor, with the measures that painting needs."""

    code: QFont
    title: QFont
    second: QFont
    badge: QFont
    badge_metrics: QFontMetricsF
    held_metrics: QFontMetricsF

    @classmethod
    def at(cls, zoom: float) -> "Faces":
        title, badge = style.text(zoom), style.text(10.5 / style.BASE_PIXELS * zoom)
        second = style.text(12 / style.BASE_PIXELS * zoom)
        return cls(
            code=style.mono(13.5 / style.BASE_PIXELS * zoom, bold=True),
            title=title,
            second=second,
            badge=badge,
            badge_metrics=QFontMetricsF(badge),
            held_metrics=QFontMetricsF(second),
        )


class ResultsDelegate(QStyledItemDelegate):
    """Paints a Row. Every text is measured once for a width and kept until the rows, the zoom or the width change."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scheme = LIGHT
        self._zoom = 1.0
        self._faces: Faces | None = None
        self._lines: dict[tuple[str, Marks, int, int, bool], Line] = {}
        self._view: QWidget | None = None

    def fit_to(self, view: QWidget) -> None:
        """Lays rows out in the view's whole width, whether its scroll bar shows or not: the bar has room in the
        margin, and rows stay as they are when it comes and goes."""
        self._view = view

    def set_scheme(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._lines.clear()

    def set_zoom(self, factor: float) -> None:
        self._zoom = factor
        self._faces = None
        self._lines.clear()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row = index.data(RECORD)
        return QSize(0, self.height_of(row) if isinstance(row, Row) else 0)

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
        return right - self._held_width(row), right

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(RECORD)
        if not isinstance(row, Row):
            return
        # The stubs know the option's rectangle and state only by Any.
        area = QRectF(option.rect)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.kind is RowKind.CAPTION:
            self._paint_caption(painter, area, row)
        else:
            self._paint_ground(painter, area, selected, hovered)
            self._paint_row(painter, area, row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, area: QRectF, selected: bool, hovered: bool) -> None:
        scheme = self._scheme
        if selected or hovered:
            ground = QColor(scheme.selected)
            if not selected:
                ground.setAlphaF(0.45)
            painter.fillRect(area, ground)
        painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), QColor(scheme.hairline))
        if selected:
            bar = QRectF(area.left(), area.top(), BAR * self._zoom, area.height() - 1)
            painter.fillRect(bar, QColor(scheme.accent))

    def _paint_caption(self, painter: QPainter, area: QRectF, row: Row) -> None:
        painter.setFont(self._face().second)
        painter.setPen(QColor(self._scheme.muted))
        words = area.adjusted(SIDE * self._zoom, 0, 0, -6 * self._zoom)
        painter.drawText(words, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, row.title)

    def _paint_row(self, painter: QPainter, area: QRectF, row: Row) -> None:
        zoom, scheme, faces = self._zoom, self._scheme, self._face()
        if self._view is not None:
            area.setWidth(self._view.width())
        width = int(area.width())
        one_line = row.kind is RowKind.VARIANT
        indent = VARIANT_INDENT * zoom if one_line else 0.0
        # The middle of the first line, on which code, title, badge and mark are all centred.
        axis = area.top() + (area.height() - 1) / 2 if one_line else area.top() + 18 * zoom
        left = area.left() + TITLE_LEFT * zoom + indent
        if row.kind is RowKind.EXAMPLE:
            left = area.left() + SIDE * zoom
        else:
            painter.setPen(QColor(scheme.ink))
            painter.setFont(faces.code)
            code = QRectF(area.left() + SIDE * zoom + indent, axis - 12 * zoom, TITLE_LEFT * zoom, 24 * zoom)
            painter.drawText(code, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, row.code)

        right = area.left() + self._badge_left(row, width)
        if row.node is not None:
            centre = QPointF(area.right() - (SIDE + 6) * zoom, axis)
            square = QRectF(centre.x() - MARK * zoom / 2, centre.y() - MARK * zoom / 2, MARK * zoom, MARK * zoom)
            draw_mark(painter, square, row.node.standing, scheme)
            if not one_line:
                self._paint_badge(painter, right, axis, row.node.system.label)
        if row.opens and row.node is not None:
            self._paint_opener(painter, right - 8 * zoom, axis, row)
            right -= 8 * zoom + self._held_width(row)
        right -= 10 * zoom

        title = self._line(row.title, row.marks, int(right - left), False)
        self._draw_line(painter, title, QPointF(left, axis - title.height / 2), scheme.ink)
        if not one_line:
            self._paint_second_line(painter, row, left, area.top() + 38 * zoom, area.right() - SIDE * zoom)

    def _paint_second_line(self, painter: QPainter, row: Row, left: float, axis: float, right: float) -> None:
        """The reason comes first, as it is what the title does not say, then where the row stands."""
        words, marks = row.reason, row.reason_marks
        if row.place:
            words = f"{words}  ·  {row.place}" if words else row.place
        line = self._line(words, marks, int(right - left), True, len(row.reason))
        self._draw_line(painter, line, QPointF(left, axis - line.height / 2), self._scheme.muted)

    def _paint_badge(self, painter: QPainter, left: float, axis: float, words: str) -> None:
        faces, zoom = self._face(), self._zoom
        width = faces.badge_metrics.horizontalAdvance(words) + 12 * zoom
        outline = QRectF(left, axis - 8.5 * zoom, width, 17 * zoom)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._scheme.chip))
        painter.drawRoundedRect(outline, 4 * zoom, 4 * zoom)
        painter.setPen(QColor(self._scheme.muted))
        painter.setFont(faces.badge)
        painter.drawText(outline, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_opener(self, painter: QPainter, right: float, axis: float, row: Row) -> None:
        if row.node is None:
            return
        faces, zoom = self._face(), self._zoom
        width = self._held_width(row)
        left = right - width
        arrow = QRectF(left, axis - 4 * zoom, 8 * zoom, 8 * zoom)
        draw_branch_arrow(painter, arrow, self._scheme.accent, is_open=row.is_open)
        painter.setPen(QColor(self._scheme.accent))
        painter.setFont(faces.second)
        words = QRectF(left + 12 * zoom, axis - 10 * zoom, width, 20 * zoom)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, codes_held(row.node))

    def _held_width(self, row: Row) -> float:
        assert row.node is not None
        return self._face().held_metrics.horizontalAdvance(codes_held(row.node)) + 12 * self._zoom

    def _badge_left(self, row: Row, width: int) -> float:
        """Where the badge begins, from the row's left edge; without one, where the mark or the margin does."""
        zoom = self._zoom
        if row.node is None:
            return width - SIDE * zoom
        if row.kind is RowKind.VARIANT:
            return width - (SIDE + 20) * zoom
        badge = self._face().badge_metrics.horizontalAdvance(row.node.system.label) + 12 * zoom
        return width - (SIDE + 22) * zoom - badge

    def _draw_line(self, painter: QPainter, line: Line, at: QPointF, colour: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._scheme.matched))
        for start, end in line.extents:
            painter.drawRoundedRect(
                QRectF(at.x() + start - 1, at.y(), end - start + 2, line.height), 2 * self._zoom, 2 * self._zoom
            )
        painter.setPen(QColor(colour))
        line.layout.draw(painter, at)

    def _line(self, text: str, marks: Marks, width: int, second: bool, slanted: int = 0) -> Line:
        key = (text, marks, width, slanted, second)
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) >= MOST_LAID_OUT:
                self._lines.clear()
            faces = self._face()
            font = faces.second if second else faces.title
            line = self._lines[key] = lay_out(text, marks, width, font, slanted, self._scheme.ink if second else "")
        return line

    def _face(self) -> Faces:
        if self._faces is None:
            self._faces = Faces.at(self._zoom)
        return self._faces


def lay_out(text: str, marks: Marks, width: float, font: QFont, slanted: int = 0, marked_ink: str = "") -> Line:
    """Lays a line out in a width, cut with an ellipsis where it is too long.

    Marked words are bold on a ground of their own, or with `marked_ink` only of that colour. A mark that is cut
    covers the ellipsis too, so that it is seen to go on; marks beyond the cut are dropped. The first `slanted`
    characters after their label (`Index: `) are italic.
    """
    layout, line_width, height = _layout(text, marks, font, slanted, marked_ink)
    whole, whole_text, whole_marks = layout, text, marks
    room = width - QFontMetricsF(_bold(font)).horizontalAdvance("…")
    while line_width > width and text != "…":
        text, marks = cut(whole, whole_text, whole_marks, room)
        layout, line_width, height = _layout(text, marks, font, slanted, marked_ink)
        # The last letter and the ellipsis may together be wider than the two apart.
        room -= 1
    extents: list[tuple[float, float]] = []
    if not marked_ink and marks:
        line = layout.lineAt(0)
        extents = [(_cursor(layout, start), _cursor(layout, end)) for start, end in marks]
        del line
    return Line(layout, text, marks, tuple(extents), line_width, height)


def cut(layout: QTextLayout, text: str, marks: Marks, width: float) -> tuple[str, Marks]:
    """The text that fits into a width, with its ellipsis, and the marks that are left of it."""
    end = max(0, layout.lineAt(0).xToCursor(max(0.0, width)))
    # xToCursor goes to the nearest gap between characters, which may lie just beyond the width.
    while end > 0 and _cursor(layout, end) > width:
        end -= 1
    kept = text[:end].rstrip()
    if not kept:
        return "…", ()
    shown = f"{kept}…"
    left: list[tuple[int, int]] = []
    for start, stop in marks:
        if start >= len(kept):
            continue
        left.append((start, stop if stop <= len(kept) else len(shown)))
    return shown, tuple(left)


def _layout(text: str, marks: Marks, font: QFont, slanted: int, marked_ink: str) -> tuple[QTextLayout, float, float]:
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(option)
    formats: list[QTextLayout.FormatRange] = []
    label, colon, _ = text[:slanted].partition(": ")
    if slanted and colon:
        italic = QTextCharFormat()
        italic.setFontItalic(True)
        formats.append(_range(len(label) + 2, min(slanted, len(text)), italic))
    for start, end in marks:
        marked = QTextCharFormat()
        if marked_ink:
            marked.setForeground(QColor(marked_ink))
            if slanted and colon and start >= len(label) + 2:
                marked.setFontItalic(True)
        else:
            marked.setFontWeight(QFont.Weight.DemiBold)
        formats.append(_range(start, end, marked))
    layout.setFormats(formats)
    layout.setCacheEnabled(True)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(1e6)
    layout.endLayout()
    return layout, line.naturalTextWidth(), line.height()


def _range(start: int, end: int, style_of: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start = start  # pyright: ignore[reportAttributeAccessIssue]
    made.length = end - start  # pyright: ignore[reportAttributeAccessIssue]
    made.format = style_of  # pyright: ignore[reportAttributeAccessIssue]
    return made


def _cursor(layout: QTextLayout, position: int) -> float:
    """The x of a gap between characters; the stubs have it that Qt answers a pair, the x first."""
    found: tuple[float, int] = layout.lineAt(0).cursorToX(position)  # pyright: ignore[reportAssignmentType]
    return found[0]


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold
