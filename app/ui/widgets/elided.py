"""The line over the results: rich text with one slanted part, which is cut with an ellipsis where there is no room."""

from html import escape, unescape

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class SummaryLine(QLabel):
    """Shows words of which those between `<i>` and `</i>` give way; it never makes its panel wider."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ""
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, words: str) -> None:
        """Shows other words: escaped, with one slanted part or none."""
        self._words = words
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        before, _, rest = self._words.partition("<i>")
        inside, _, behind = rest.partition("</i>")
        upright = QFontMetricsF(self.font())
        slanted = QFont(self.font())
        slanted.setItalic(True)
        room = self.width() - upright.horizontalAdvance(unescape(before)) - upright.horizontalAdvance(unescape(behind))
        whole = unescape(inside)
        # Two pixels are what the parts, measured one by one, may be narrower than side by side.
        shown = QFontMetricsF(slanted).elidedText(whole, Qt.TextElideMode.ElideRight, max(0.0, room - 2))
        self.setText(f"{before}<i>{escape(shown, quote=False)}</i>{behind}" if inside else before)
        self.setToolTip(f"<p>{self._words}</p>" if shown != whole else "")


class ElidedLabel(QLabel):
    """Plain words that end in an ellipsis where they do not fit."""

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter, room = QPainter(self), self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, self.alignment(), shown)
