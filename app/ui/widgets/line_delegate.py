"""A delegate for lists of one-line rows, and what the stubs of PySide leave untyped in a delegate."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.symbols import draw_focus_ring

Index = QModelIndex | QPersistentModelIndex

LEFT_CENTERED = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
RIGHT_CENTERED = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class LineDelegate(QStyledItemDelegate):
    """Paints rows of one line. `line_height` is in pixels at zoom 1.0; a subclass paints the line itself."""

    def __init__(self, line_height: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._line_height = line_height
        self.scheme, self.zoom = LIGHT, 1.0

    def set_scheme(self, scheme: Scheme) -> None:
        self.scheme = scheme

    def set_zoom(self, factor: float) -> None:
        self.zoom = factor

    def paint_line(self, painter: QPainter, area: QRectF, state: QStyle.StateFlag, index: Index) -> None:
        """Paint a row into its rectangle; the painter is restored afterwards."""
        raise NotImplementedError

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, round(self._line_height * self.zoom))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area = QRectF(option.rect)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        painter.save()
        self.paint_line(painter, area, state, index)
        painter.restore()
        if state & QStyle.StateFlag.State_HasFocus:
            draw_focus_ring(painter, area, self.scheme, 4 * self.zoom)


def draw_line(
    painter: QPainter, font: QFont, area: QRectF, text: str, alignment: Qt.AlignmentFlag = LEFT_CENTERED
) -> None:
    """Draw a text in a font, centered vertically."""
    painter.setFont(font)
    painter.drawText(area, alignment, text)
