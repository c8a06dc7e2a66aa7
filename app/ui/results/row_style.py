"""The fonts and colors of the rows of the results list, made once for a zoom factor and for a scheme."""

from dataclasses import dataclass, field

from PySide6.QtGui import QColor, QFont, QFontMetricsF

from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.marked_line import bold_font

RANGE_PIXELS = 11
"""The size of a code with more characters than fit."""

MAX_CACHED_LINES = 512
"""The number of cached line layouts: several screens of rows, a few kilobytes each."""

MAX_CACHED_WIDTHS = 8192
"""The number of cached text widths, and of places where titles are broken: a list asks for those of all its rows, more
than once, and a category may have thousands (S82 has 3,345). With fewer each was forgotten before it was asked for
again."""


@dataclass(frozen=True, slots=True)
class RowFonts:
    """The fonts of one zoom factor, with the metrics that painting needs."""

    code: QFont
    range: QFont
    title: QFont
    title_metrics: QFontMetricsF
    marked_title: QFont
    marked_metrics: QFontMetricsF
    second_line: QFont
    badge: QFont
    badge_metrics: QFontMetricsF
    opener_metrics: QFontMetricsF
    code_metrics: QFontMetricsF
    widths: dict[str, float] = field(default_factory=dict[str, float])
    """Of badges and of `6 codes`, which are few and are asked for three times a row."""
    title_widths: dict[tuple[str, bool], float] = field(default_factory=dict[tuple[str, bool], float])
    """Widths of titles: half of these are in the answer to the next keystroke too."""

    @classmethod
    def at(cls, zoom: float) -> "RowFonts":
        title, marked = style.text_font(zoom), bold_font(style.text_font(zoom))
        badge = style.text_font(10.5 / style.BASE_PIXELS * zoom)
        second_line = style.text_font(12 / style.BASE_PIXELS * zoom)
        code = style.mono_font(13.5 / style.BASE_PIXELS * zoom, bold=True)
        return cls(
            code=code,
            range=style.mono_font(RANGE_PIXELS / style.BASE_PIXELS * zoom, bold=True),
            title=title,
            title_metrics=QFontMetricsF(title),
            marked_title=marked,
            marked_metrics=QFontMetricsF(marked),
            second_line=second_line,
            badge=badge,
            badge_metrics=QFontMetricsF(badge),
            opener_metrics=QFontMetricsF(second_line),
            code_metrics=QFontMetricsF(code),
        )

    def badge_width(self, words: str) -> float:
        """Return the width of a badge's text."""
        return self._width(words, self.badge_metrics)

    def opener_width(self, words: str) -> float:
        """Return the width of the text that opens a row."""
        return self._width(words, self.opener_metrics)

    def title_width(self, title: str, *, bold: bool) -> float:
        """Return the width of a title without marked words, or with nothing but these."""
        key = title, bold
        width = self.title_widths.get(key)
        if width is None:
            if len(self.title_widths) >= MAX_CACHED_WIDTHS:
                self.title_widths.clear()
            metrics = self.marked_metrics if bold else self.title_metrics
            width = self.title_widths[key] = metrics.horizontalAdvance(title)
        return width

    def _width(self, words: str, metrics: QFontMetricsF) -> float:
        # One cache for both: a badge never has the text of an opener, `6 codes`.
        width = self.widths.get(words)
        if width is None:
            if len(self.widths) >= MAX_CACHED_WIDTHS:
                self.widths.clear()
            width = self.widths[words] = metrics.horizontalAdvance(words)
        return width


class RowColors:
    """The colors of a scheme as QColor: made from text a dozen times a row, they took a twentieth of its time."""

    def __init__(self, scheme: Scheme) -> None:
        self.ink = QColor(scheme.ink)
        self.muted = QColor(scheme.muted)
        self.accent = QColor(scheme.accent)
        self.chip = QColor(scheme.chip)
        self.matched = QColor(scheme.matched)
        self.hairline = QColor(scheme.hairline)
        self.selected = QColor(scheme.selected)
        self.hovered = QColor(scheme.selected)
        self.hovered.setAlphaF(0.45)
