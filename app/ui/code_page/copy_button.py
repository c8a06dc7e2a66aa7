"""The button beside a code that copies it, with its keyboard shortcut on it."""

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.ui.code_page.page_style import PageStyle
from app.ui.widgets.copied_note import COPIED, COPIED_MS
from app.ui.widgets.symbols import draw_focus_ring

BUTTON_HEIGHT, TEXT_INSET, KEY_INSET = 25, 9, 5
"""The height of the button, from its edge to its text, and from the edge of the shortcut's cap to its text."""


class CopyButton(QAbstractButton):
    """A rounded outline with `Copy` and the keyboard shortcut on a small cap; for a moment after copying, `Copied`."""

    def __init__(self, style: PageStyle, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style, self._key = style, key
        self.setText("Copy")
        self.setAccessibleName("Copy code")
        self.setAccessibleDescription(f"Key: {key}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        # Tab comes here through the page; a click does not move the focus.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._copied_timer = QTimer(self)
        self._copied_timer.setSingleShot(True)
        self._copied_timer.setInterval(COPIED_MS)
        self._copied_timer.timeout.connect(self.update)

    def set_style(self, style: PageStyle) -> None:
        """Use another scheme or zoom."""
        self._style = style
        self.resize(self.sizeHint())
        self.update()

    def show_copied(self) -> None:
        """Say for a moment that the code was copied."""
        self._copied_timer.start()
        self.update()

    def end_copied(self) -> None:
        """Say it no more, as the page shows another code."""
        self._copied_timer.stop()
        self.update()

    @property
    def shown_text(self) -> str:
        """The word on the button."""
        return COPIED if self._copied_timer.isActive() else self.text()

    def sizeHint(self) -> QSize:
        px = self._style.px
        return QSize(int(2 * px(TEXT_INSET) + self._text_width() + px(6) + self._key_width()), int(px(BUTTON_HEIGHT)))

    def paintEvent(self, e: QPaintEvent) -> None:
        scheme, px = self._style.scheme, self._style.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_copied = self.shown_text == COPIED
        edge = scheme.accent if self.hasFocus() or self.underMouse() or is_copied else scheme.hairline
        painter.setPen(QPen(QColor(edge), 1))
        painter.setBrush(QColor(scheme.accent_ground if self.isDown() or is_copied else scheme.panel))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), px(6), px(6))
        painter.setFont(self._style.font())
        if is_copied:
            painter.setPen(QColor(scheme.accent))
            painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, COPIED)
        else:
            self._paint_label(painter)
        if self.hasFocus():
            draw_focus_ring(painter, QRectF(self.rect()), scheme, px(6))

    def _paint_label(self, painter: QPainter) -> None:
        scheme, px = self._style.scheme, self._style.px
        painter.setPen(QColor(scheme.muted))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(QRectF(px(TEXT_INSET), 0, self.width(), self.height()), middle, self.text())
        cap_height = px(18)
        left = px(TEXT_INSET) + self._text_width() + px(6)
        cap = QRectF(left, (self.height() - cap_height) / 2, self._key_width(), cap_height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(scheme.chip))
        painter.drawRoundedRect(cap, px(4), px(4))
        painter.setPen(QColor(scheme.muted))
        painter.setFont(self._style.key_font())
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)

    def _text_width(self) -> float:
        return QFontMetricsF(self._style.font()).horizontalAdvance(self.text())

    def _key_width(self) -> float:
        return QFontMetricsF(self._style.key_font()).horizontalAdvance(self._key) + 2 * self._style.px(KEY_INSET)
