"""The fonts, sizes and lengths of a code's page, for one scheme and one zoom."""

from dataclasses import dataclass, field
from enum import Enum

from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QTextCharFormat

from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import Scheme

BODY_LINE = 20
"""Running text is 13 px; 20 px is 1.5 of it, a whole number of pixels and of the 4 px grid."""

BAR_INSET = 14
"""From the bar at the left of a note to its text."""

COLUMN_CHARACTERS = 75
"""After a longer line the eye does not find the beginning of the next one."""

SAMPLE_TEXT = "The patient may have both conditions at the same time, and then both are coded."
"""Running text to measure a font by: the average width that a font states counts characters that are never used."""


SMALL_MONO_FACTOR = 0.92
"""A monospaced font scaled by this factor looks as large as the text around it."""

CAPITALS_SPACING = 104.0
"""Percent of the usual distance between letters: capitals in a row stand too close for reading."""


class TextSize(Enum):
    """The four text sizes of the page, as factors of running text."""

    SMALL = 0.923
    BODY = 1.0
    TITLE = 1.385
    CODE = 2.3


@dataclass(slots=True)
class PageStyle:
    """The fonts and character formats; each is made only once, since the font database is slow."""

    scheme: Scheme
    zoom: float = 1.0
    _fonts: dict[tuple[float, bool, bool], QFont] = field(default_factory=dict[tuple[float, bool, bool], QFont])
    _formats: dict[tuple[str, bool, bool, TextSize], QTextCharFormat] = field(
        default_factory=dict[tuple[str, bool, bool, TextSize], QTextCharFormat]
    )

    def px(self, length: float) -> float:
        """Return a length at zoom 1.0 in pixels at this zoom, whole so that hairlines stay crisp."""
        return float(round(length * self.zoom))

    def font(self, *, mono: bool = False, bold: bool = False, size: TextSize = TextSize.BODY) -> QFont:
        """Return a font at this zoom."""
        return self._font(size.value, mono, bold)

    def key_font(self) -> QFont:
        """Return the font of a keyboard shortcut on its cap: a monospaced font looks larger than text of its size."""
        return self._font(SMALL_MONO_FACTOR, True, False)

    def value_format(self) -> QTextCharFormat:
        """Return the format of the bare value of a coded field, after its meaning."""
        value_format = QTextCharFormat(self.text_format("muted"))
        value_format.setFont(self.key_font())
        return value_format

    def capitals_format(self) -> QTextCharFormat:
        """Return the format of official text that is printed in capitals throughout."""
        capitals_format = QTextCharFormat(self.text_format())
        spaced = QFont(self.font())
        spaced.setLetterSpacing(QFont.SpacingType.PercentageSpacing, CAPITALS_SPACING)
        capitals_format.setFont(spaced)
        return capitals_format

    def max_column_width(self) -> float:
        """Return the largest width of the reading column, in pixels: its notes are indented from both edges."""
        character = QFontMetricsF(self.font()).horizontalAdvance(SAMPLE_TEXT) / len(SAMPLE_TEXT)
        return float(round(character * COLUMN_CHARACTERS)) + 2 * self.px(BAR_INSET)

    def text_offset(self) -> float:
        """Return the distance from the middle of a line to its text: Qt puts spare height of a line above the text."""
        spare = self.px(BODY_LINE) - QFontMetricsF(self.font()).height()
        return float(round(max(0.0, spare) / 2))

    def _font(self, factor: float, mono: bool, bold: bool) -> QFont:
        key = (factor, mono, bold)
        if key not in self._fonts:
            self._fonts[key] = (style.mono_font if mono else style.text_font)(factor * self.zoom, bold)
        return self._fonts[key]

    def text_format(
        self, role: str = "ink", *, mono: bool = False, bold: bool = False, size: TextSize = TextSize.BODY
    ) -> QTextCharFormat:
        """Return the format of text in a color role of the scheme. The format is shared: copy it before changing it."""
        key = (role, mono, bold, size)
        text_format = self._formats.get(key)
        if text_format is None:
            text_format = QTextCharFormat()
            text_format.setFont(self.font(mono=mono, bold=bold, size=size))
            text_format.setForeground(QBrush(QColor(getattr(self.scheme, role))))
            self._formats[key] = text_format
        return text_format
