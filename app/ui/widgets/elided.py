"""Labels that end in an ellipsis where their text does not fit."""

from html import escape, unescape

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.widgets.plain_text import PlainLabel, RichLabel, set_tooltip

LEAST_ITALIC = 12
"""Letters of the italic part that must fit, or a shorter form of the line is used."""


class SummaryLine(RichLabel):
    """Rich text whose italic part, between `<i>` and `</i>`, is shortened to fit; it never makes its panel wider.

    Where hardly any of the italic part fits, a shorter form of the text is shown. Where even the text before it does
    not fit, that is shortened, and the rest left out. What is not shown stands in the tooltip.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._forms: tuple[str, ...] = ("",)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_html(self, *forms: str) -> None:
        """Show escaped text with one italic part or none; further forms say the same with less."""
        self._forms = forms
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        full, html = _plain(self._forms[0]), next(filter(self._has_room, self._forms), self._forms[-1])
        before, italic, after = _parts(html)
        width = self._italic_width(html)
        # The parts, measured one by one, may be two pixels narrower than side by side.
        text = self._italic_metrics().elidedText(italic, Qt.TextElideMode.ElideRight, max(0.0, width - 2))
        if width < QFontMetricsF(self.font()).horizontalAdvance("…") + 2 and (italic or width < 0):
            plain = _plain(html)
            shortened = QFontMetricsF(self.font()).elidedText(plain, Qt.TextElideMode.ElideRight, self.width())
            self.setText(escape(shortened, quote=False))
            set_tooltip(self, full)
            return
        parts = [escape(before, quote=False)]
        parts += [f"<i>{escape(text, quote=False)}</i>", escape(after, quote=False)] if italic else []
        self.setText("".join(parts))
        set_tooltip(self, full if text != italic or html is not self._forms[0] else "")

    def _has_room(self, html: str) -> bool:
        """Return whether a form fits, with enough of its italic part to tell what it says."""
        italic, metrics = _parts(html)[1], self._italic_metrics()
        beginning = italic if len(italic) <= LEAST_ITALIC else f"{italic[:LEAST_ITALIC]}…"
        return metrics.horizontalAdvance(beginning) + 2 * bool(italic) <= self._italic_width(html)

    def _italic_width(self, html: str) -> float:
        """Return the width that the upright parts of a form leave to its italic part; less than none if too wide."""
        before, _, after = _parts(html)
        upright = QFontMetricsF(self.font())
        return self.width() - upright.horizontalAdvance(before) - upright.horizontalAdvance(after)

    def _italic_metrics(self) -> QFontMetricsF:
        font = QFont(self.font())
        font.setItalic(True)
        return QFontMetricsF(font)


def _parts(html: str) -> tuple[str, str, str]:
    """Return the text before the italic part of a line, that part, and the text after it."""
    before, _, rest = html.partition("<i>")
    italic, _, after = rest.partition("</i>")
    return unescape(before), unescape(italic), unescape(after)


def _plain(html: str) -> str:
    return "".join(_parts(html))


class ElidedLabel(PlainLabel):
    """Plain text that ends in an ellipsis where it does not fit."""

    def paintEvent(self, arg__1: QPaintEvent) -> None:
        painter, area = QPainter(self), self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(area, self.alignment(), text)
