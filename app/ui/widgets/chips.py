"""Chips and check boxes, drawn in the colors of the scheme."""

from enum import IntEnum

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QCheckBox, QRadioButton, QSizePolicy, QWidget

from app.codes.systems import System
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.plain_text import menu_text
from app.ui.widgets.symbols import draw_focus_ring

SHORT_NAMES = {System.ICD10CM: "CM", System.ICD10PCS: "PCS", System.MODIFIER: "Mod"}
"""Short names of code sets, which may also be typed before a colon."""


class FilterLayout(IntEnum):
    """Layouts of the filters, from the widest to the narrowest."""

    BESIDE = 0
    """Beside the box, with names and counts."""
    BESIDE_SHORT = 1
    BELOW = 2
    BELOW_SHORT = 3
    BELOW_COMPACT = 4
    """Below the box, with short names, and counts in small figures."""
    TWO_ROWS = 5
    """The same, with branch and validity beside the box."""
    TWO_ROWS_BARE = 6
    """The same without counts."""

    @property
    def beside(self) -> bool:
        return self <= FilterLayout.BESIDE_SHORT

    @property
    def in_two_rows(self) -> bool:
        return self >= FilterLayout.TWO_ROWS

    @property
    def short(self) -> bool:
        return self not in (FilterLayout.BESIDE, FilterLayout.BELOW)

    @property
    def compact(self) -> bool:
        return self >= FilterLayout.BELOW_COMPACT

    @property
    def counted(self) -> bool:
        return self is not FilterLayout.TWO_ROWS_BARE


WIDEST_COUNT = "1,000"
"""Few counts have more characters, `1,000+` and `1,234+`: these use up the margin."""
SMALL_COUNT_PIXELS = 11


class Chip(QRadioButton):
    """A rounded button that can be on, with a count. It is wide enough for every count, so that nothing moves.

    Of the chips side by side one is on: together they are one stop of the Tab key, and arrow keys choose among them.
    """

    def __init__(
        self, text: str, short: str = "", widest_count: str = WIDEST_COUNT, parent: QWidget | None = None
    ) -> None:
        """`widest_count` is a count as wide as any; empty for a chip without counts."""
        super().__init__(parent)
        self._text = text
        self._short = short or text
        self._widest_count = widest_count
        self._filter_layout = FilterLayout.BESIDE
        self._count = ""
        self._scheme = LIGHT
        self._factor = 1.0
        self.setText(menu_text(text))
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def count(self) -> str:
        return self._count

    def set_label(self, text: str, short: str = "") -> None:
        """Change the text of the chip and its short form."""
        self._text, self._short = text, short or text
        self.setText(menu_text(text))
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def set_count(self, count: str) -> None:
        """Show a count; the empty text removes it."""
        if count != self._count:
            self._count = count
            self.setAccessibleName(f"{self._text} {count}".strip())
            self.update()

    def set_filter_layout(self, layout: FilterLayout) -> None:
        """Show the full or the short text, with or without a count. The accessible name is always complete."""
        if layout is not self._filter_layout:
            self._filter_layout = layout
            self.updateGeometry()
            self.update()

    def width_in(self, layout: FilterLayout) -> int:
        """Return the width of the chip in a layout."""
        bold = QFontMetricsF(style.text_font(self._factor, bold=True))
        width = bold.horizontalAdvance(self._short if layout.short else self._text)
        width += (12 if layout.compact else 20) * self._factor
        if self._widest_count and layout.counted:
            width += QFontMetricsF(self._count_font(layout)).horizontalAdvance(f" {self._widest_count}")
        return round(width)

    def set_scheme(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self.update()

    def set_zoom(self, factor: float) -> None:
        self._factor = factor
        self.setFont(style.text_font(factor))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self.width_in(self._filter_layout), round(28 * self._factor))

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        scheme, on = self._scheme, self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        # Without results there is nothing to choose: the text has no background.
        if on or self._count != "0" or self.underMouse():
            painter.setBrush(QColor(scheme.accent_ground if on else scheme.chip))
        painter.drawRoundedRect(outline, 6 * self._factor, 6 * self._factor)
        label_font = style.text_font(self._factor, bold=on)
        count_font = self._count_font(self._filter_layout)
        count = f" {self._count}" if self._count and self._filter_layout.counted else ""
        text = self._short if self._filter_layout.short else self._text
        text_width = QFontMetricsF(label_font).horizontalAdvance(text)
        count_width = QFontMetricsF(count_font).horizontalAdvance(count)
        left = (self.width() - text_width - count_width) / 2
        color = QColor(scheme.accent if on else scheme.ink if self.underMouse() else scheme.muted)
        painter.setPen(color)
        painter.setFont(label_font)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(left, 0, text_width + 1, self.height()), middle, text)
        painter.setFont(count_font)
        painter.drawText(QRectF(left + text_width, 0, count_width + 1, self.height()), middle, count)
        if self.hasFocus():
            draw_focus_ring(painter, QRectF(self.rect()), scheme, 6 * self._factor)

    def _count_font(self, layout: FilterLayout) -> QFont:
        return style.text_font((SMALL_COUNT_PIXELS / style.BASE_PIXELS if layout.compact else 1) * self._factor)


class ChipRow(QWidget):
    """The place of the chips of which one is on, a group for screen readers."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)

    def make_accessible(self) -> QAccessibleInterface:
        from app.ui.widgets.accessible import RoleInterface

        return RoleInterface(self, QAccessible.Role.Grouping)


class MenuChip(Chip):
    """A chip that opens a menu, and is on while what was chosen there limits the search."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, widest_count="", parent=parent)
        self.setAutoExclusive(False)

    def make_accessible(self) -> QAccessibleInterface:
        from app.ui.widgets.accessible import RoleInterface

        return RoleInterface(self, QAccessible.Role.ButtonMenu, self.click, opens_menu=True)


class CheckBox(QCheckBox):
    """A check box whose square is drawn in the colors of the scheme: a style sheet would need images for it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(menu_text(text), parent)
        self._text = text
        self._scheme = LIGHT
        self._factor = 1.0
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_words(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self.setText(menu_text(text))
        self.updateGeometry()

    def set_scheme(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self.update()

    def set_zoom(self, factor: float) -> None:
        self._factor = factor
        self.setFont(style.text_font(factor))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self.width_of(self._text), round(28 * self._factor))

    def width_of(self, text: str) -> int:
        """Return the width of the box with a text."""
        width = QFontMetricsF(style.text_font(self._factor)).horizontalAdvance(text)
        return round(width + 28 * self._factor)

    def hitButton(self, position: QPoint) -> bool:
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        scheme, factor = self._scheme, self._factor
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = round(10 * factor)
        square = QRectF(6.5, round((self.height() - side) / 2) + 0.5, side, side)
        is_strong = self.isChecked() or self.underMouse() or self.hasFocus()
        is_accented = self.isChecked() or self.hasFocus()
        color = QColor(scheme.accent if is_accented else scheme.ink if is_strong else scheme.muted)
        painter.setPen(QPen(color, 1))
        painter.setBrush(color if self.isChecked() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(square, 2, 2)
        if self.isChecked():
            painter.setPen(QPen(QColor(scheme.ground), 1.6 * factor, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            origin, unit = square.topLeft(), square.width() / 10
            tick = (QPointF(2.2, 5.2), QPointF(4.3, 7.3), QPointF(7.9, 2.9))
            painter.drawPolyline(QPolygonF([origin + point * unit for point in tick]))
        painter.setPen(QColor(scheme.ink if is_strong else scheme.muted))
        painter.setFont(style.text_font(factor))
        text_area = QRectF(square.right() + 7 * factor, 0, self.width(), self.height())
        painter.drawText(text_area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._text)
        if self.hasFocus():
            draw_focus_ring(painter, QRectF(self.rect()), scheme, 4 * factor)


def count_text(number: int, exact: bool) -> str:
    """Return a count as it is shown: `214`, or `1,000+` for a lower bound."""
    return f"{number:,}" if exact else f"{number:,}+"
