"""The numbers of errors, warnings and hints in a list, each by its sign and in words."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.checking.records import Severity
from app.codes.names import count_words
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.line_delegate import draw_line
from app.ui.widgets.symbols import draw_finding, finding_color

SIGN, GAP, BETWEEN = 11, 5, 14


class FindingCounts(QWidget):
    """`1 error  2 warnings  1 hint`, each after its sign; nothing for a list without findings."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scheme, self._zoom = LIGHT, 1.0
        self._texts: tuple[tuple[Severity, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_counts(self, counts: Mapping[Severity, int]) -> None:
        """Show how many findings there are of each severity."""
        self._texts = tuple(
            (severity, count_words(counts[severity], severity.value)) for severity in Severity if counts.get(severity)
        )
        self.setAccessibleName(self.text() or "No findings")
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """Return the counts in words, empty for none."""
        return ", ".join(words for _, words in self._texts)

    def set_scheme(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self.update()

    def set_zoom(self, factor: float) -> None:
        self._zoom = factor
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        widths = [self._width(words) for _, words in self._texts]
        between = BETWEEN * self._zoom * max(0, len(widths) - 1)
        return QSize(round(sum(widths) + between), round(20 * self._zoom))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, zoom, left = QPainter(self), self._zoom, 0.0
        for severity, words in self._texts:
            size = SIGN * zoom
            draw_finding(painter, QRectF(left, (self.height() - size) / 2, size, size), severity, self._scheme)
            painter.setPen(QColor(finding_color(severity, self._scheme)))
            start = left + size + GAP * zoom
            width = self._width(words)
            draw_line(painter, self._font(), QRectF(start, 0, width, self.height()), words)
            left += width + BETWEEN * zoom

    def _width(self, words: str) -> float:
        return (SIGN + GAP) * self._zoom + QFontMetricsF(self._font()).horizontalAdvance(words) + 1

    def _font(self) -> "style.QFont":
        return style.text_font(12 / style.BASE_PIXELS * self._zoom)
