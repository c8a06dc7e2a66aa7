"""Labels that end in an ellipsis where their text does not fit."""

from html import escape, unescape

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.widgets.plain_text import PlainLabel, RichLabel, set_tooltip


class SummaryLine(RichLabel):
    """Rich text whose italic part, between `<i>` and `</i>`, is shortened to fit; it never makes its panel wider.

    Where even the text before the italic part does not fit, that is shortened, and the rest left out.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._html = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_html(self, html: str) -> None:
        """Show escaped text with one italic part or none."""
        self._html = html
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        before, _, rest = self._html.partition("<i>")
        italic, _, after = rest.partition("</i>")
        upright = QFontMetricsF(self.font())
        italic_font = QFont(self.font())
        italic_font.setItalic(True)
        width = self.width() - upright.horizontalAdvance(unescape(before)) - upright.horizontalAdvance(unescape(after))
        full_text = unescape(italic)
        plain = f"{unescape(before)}{full_text}{unescape(after)}"
        # The parts, measured one by one, may be two pixels narrower than side by side.
        text = QFontMetricsF(italic_font).elidedText(full_text, Qt.TextElideMode.ElideRight, max(0.0, width - 2))
        if width < upright.horizontalAdvance("…") + 2 and (italic or width < 0):
            shortened = upright.elidedText(plain, Qt.TextElideMode.ElideRight, self.width())
            self.setText(escape(shortened, quote=False))
            set_tooltip(self, plain)
            return
        self.setText(f"{before}<i>{escape(text, quote=False)}</i>{after}" if italic else before)
        set_tooltip(self, plain if text != full_text else "")


class ElidedLabel(PlainLabel):
    """Plain text that ends in an ellipsis where it does not fit."""

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter, area = QPainter(self), self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(area, self.alignment(), text)
