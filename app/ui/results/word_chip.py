"""The chips of the strip above the results: a word that narrows them, or a typed word that can be removed."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.plain_text import menu_text, set_tooltip
from app.ui.widgets.symbols import draw_focus_ring

CHIP_HEIGHT = 25
CHIP_PADDING = 9
FONT_PIXELS = 12.5


class WordChip(QAbstractButton):
    """A word with its count that a click adds, or a typed word with a cross that a click removes."""

    def __init__(self, parent: QWidget, is_removable: bool = False, is_quiet: bool = False) -> None:
        super().__init__(parent)
        self._is_removable, self._is_quiet = is_removable, is_quiet
        self._words, self._count = "", ""
        self._scheme = LIGHT
        self._factor = 1.0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def count(self) -> str:
        """The count as it is shown, empty for none."""
        return self._count

    def show_word(self, words: str, count: str, accessible_name: str, tip: str = "") -> None:
        """Change the text, the count, the accessible name and the tooltip."""
        self._words, self._count = words, count
        self.setText(menu_text(words))
        self.setAccessibleName(accessible_name)
        set_tooltip(self, tip)
        self.update()

    def set_scheme(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self.update()

    def set_zoom(self, factor: float) -> None:
        self._factor = factor
        self.setFont(style.text_font(FONT_PIXELS / style.BASE_PIXELS * factor))

    def sizeHint(self) -> QSize:
        measure = QFontMetricsF(self.font())
        width = measure.horizontalAdvance(self._words) + 2 * CHIP_PADDING * self._factor
        if self._count:
            width += measure.horizontalAdvance(f" {self._count}")
        if self._is_removable:
            width += measure.horizontalAdvance("  ×")
        return QSize(round(width), round(CHIP_HEIGHT * self._factor))

    def paintEvent(self, event: QPaintEvent) -> None:
        scheme, is_highlighted = self._scheme, self.underMouse() or self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        background = scheme.accent_ground if self._is_removable else scheme.ground if self._is_quiet else scheme.panel
        edge = (
            scheme.accent if is_highlighted else background if self._is_removable or self._is_quiet else scheme.hairline
        )
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(background))
        painter.drawRoundedRect(outline, 6 * self._factor, 6 * self._factor)
        painter.setFont(self.font())
        measure = QFontMetricsF(self.font())
        left = CHIP_PADDING * self._factor
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        suffix = "  ×" if self._is_removable else f" {self._count}" if self._count else ""
        for words, ink in (
            (self._words, scheme.accent if self._is_removable else scheme.muted if self._is_quiet else scheme.ink),
            (suffix, scheme.accent if is_highlighted else scheme.muted),
        ):
            width = measure.horizontalAdvance(words)
            painter.setPen(QColor(ink))
            painter.drawText(QRectF(left, 0, width + 1, self.height()), middle, words)
            left += width
        if self.hasFocus():
            draw_focus_ring(painter, QRectF(self.rect()), scheme, 6 * self._factor)
