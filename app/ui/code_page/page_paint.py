"""Paint the decorations around the text of a code's page: hairlines, bars, backgrounds and signs."""

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.ui.code_page.page_style import BAR_INSET, BODY_LINE, PageStyle
from app.ui.code_page.page_writer import PADDING, DecorationKind
from app.ui.widgets.symbols import draw_excludes_sign

NOTE_BAR_WIDTH = 3
"""Width of the bar beside a note."""

SIGN_SIZE = 10
"""Side of the sign in front of an Excludes heading."""

PAGE_MARK_SIZE = 10
"""Side of a status mark in running text."""


def paint_decoration(painter: QPainter, kind: DecorationKind, text: QRectF, column: QRectF, style: PageStyle) -> None:
    """Paint a decoration around the lines of text in `text`, from edge to edge of the `column`."""
    scheme, px = style.scheme, style.px
    pad = px(PADDING)
    box = QRectF(column.left(), text.top() - pad, column.width(), text.height() + 2 * pad)
    match kind:
        case DecorationKind.RULE:
            _hairline(painter, column, text.bottom() + px(1), scheme.hairline)
        case DecorationKind.FAINT_RULE:
            _hairline(painter, column, text.bottom() + px(4), scheme.hairline)
        case DecorationKind.RULE_ABOVE:
            _hairline(painter, column, text.top() - px(5), scheme.hairline)
        case DecorationKind.PLAIN_BAR:
            _bar(painter, box, scheme.hairline, px(NOTE_BAR_WIDTH))
        case DecorationKind.ACCENT_BAR:
            _bar(painter, box, scheme.accent, px(NOTE_BAR_WIDTH))
        case DecorationKind.EXCLUDES1:
            painter.fillRect(box, QColor(scheme.excludes1_ground))
            _bar(painter, box, scheme.excludes1, px(NOTE_BAR_WIDTH))
            _sign(painter, text, column, style, scheme.excludes1, never=True)
        case DecorationKind.EXCLUDES2:
            painter.fillRect(box, QColor(scheme.warning_ground))
            _dashed_bar(painter, box, scheme.warning, px(NOTE_BAR_WIDTH))
            _sign(painter, text, column, style, scheme.warning, never=False)
        case DecorationKind.CHOSEN:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(scheme.selected))
            painter.drawRoundedRect(text.adjusted(-px(6), -px(1), px(6), px(1)), px(4), px(4))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _hairline(painter: QPainter, column: QRectF, y: float, color: str) -> None:
    """Paint a line over the width of the column, in whole pixels: at a scale of 1.5 some would be twice as thick."""
    to_screen = painter.deviceTransform()
    ratio = to_screen.m22()
    on_screen = y * ratio + to_screen.dy()
    top = y + (round(on_screen) - on_screen) / ratio
    painter.fillRect(QRectF(column.left(), top, column.width(), max(1, int(ratio)) / ratio), QColor(color))


def _bar(painter: QPainter, box: QRectF, color: str, width: float) -> None:
    painter.fillRect(QRectF(box.left(), box.top(), width, box.height()), QColor(color))


def _dashed_bar(painter: QPainter, box: QRectF, color: str, width: float) -> None:
    pen = QPen(QColor(color), width, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap)
    # In units of the pen's width: a dash of 7 px and a gap of 3 px still look like one bar.
    pen.setDashPattern([7 / 3, 1.0])
    painter.setPen(pen)
    middle = box.left() + width / 2
    painter.drawLine(QLineF(middle, box.top(), middle, box.bottom()))


def _sign(painter: QPainter, text: QRectF, column: QRectF, style: PageStyle, color: str, *, never: bool) -> None:
    side, line = style.px(SIGN_SIZE), style.px(BODY_LINE)
    top = text.top() + (line - side) / 2
    draw_excludes_sign(painter, QRectF(column.left() + style.px(BAR_INSET), top, side, side), color, never=never)
