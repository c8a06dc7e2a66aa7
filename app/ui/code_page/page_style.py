"""The faces, sizes and lengths of the reading page, for one scheme and one zoom."""

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
"""A longer line makes the eye lose the next one's beginning."""

SAMPLE = "The patient may have both conditions at the same time, and then both are coded."
"""Running text to measure a face by: the average width that a face states of itself counts signs that nobody uses."""


SMALL_MONO = 0.92
"""A monospaced face of this factor looks as large as the text around it."""

CAPITALS_APART = 104.0
"""Percent of the usual distance between letters: capitals in a row stand too close for reading."""


class Size(Enum):
    """The three sizes of the page, as factors of running text."""

    BODY = 1.0
    TITLE = 1.385
    CODE = 2.3


@dataclass(slots=True)
class PageStyle:
    """Hands out faces and character formats; asks the font database once for each, since that is slow."""

    scheme: Scheme
    zoom: float = 1.0
    _faces: dict[tuple[float, bool, bool], QFont] = field(default_factory=dict[tuple[float, bool, bool], QFont])
    _formats: dict[tuple[str, bool, bool, Size], QTextCharFormat] = field(
        default_factory=dict[tuple[str, bool, bool, Size], QTextCharFormat]
    )

    def px(self, length: float) -> float:
        """A length at zoom 1.0 in pixels at this zoom, whole so that hairlines stay crisp."""
        return float(round(length * self.zoom))

    def font(self, *, mono: bool = False, bold: bool = False, size: Size = Size.BODY) -> QFont:
        """A face at this zoom."""
        return self._face(size.value, mono, bold)

    def key_font(self) -> QFont:
        """The face of a key's name on its cap: a monospaced face looks larger than text of its size."""
        return self._face(SMALL_MONO, True, False)

    def value_ink(self) -> QTextCharFormat:
        """How the bare value of a coded field is set behind its meaning."""
        ink = QTextCharFormat(self.ink("muted"))
        ink.setFont(self.key_font())
        return ink

    def capitals_ink(self) -> QTextCharFormat:
        """How official text is set that is printed in capitals throughout."""
        ink = QTextCharFormat(self.ink())
        spaced = QFont(self.font())
        spaced.setLetterSpacing(QFont.SpacingType.PercentageSpacing, CAPITALS_APART)
        ink.setFont(spaced)
        return ink

    def column(self) -> float:
        """The widest that the reading column may be, in pixels: its notes stand in from both edges."""
        character = QFontMetricsF(self.font()).horizontalAdvance(SAMPLE) / len(SAMPLE)
        return float(round(character * COLUMN_CHARACTERS)) + 2 * self.px(BAR_INSET)

    def sink(self) -> float:
        """How far below the middle of a line the text stands: Qt puts what a line has to spare above it."""
        spare = self.px(BODY_LINE) - QFontMetricsF(self.font()).height()
        return float(round(max(0.0, spare) / 2))

    def _face(self, factor: float, mono: bool, bold: bool) -> QFont:
        key = (factor, mono, bold)
        if key not in self._faces:
            self._faces[key] = (style.mono_font if mono else style.text_font)(factor * self.zoom, bold)
        return self._faces[key]

    def ink(
        self, role: str = "ink", *, mono: bool = False, bold: bool = False, size: Size = Size.BODY
    ) -> QTextCharFormat:
        """How text of a role of the scheme is set. The format is shared: copy it before changing it."""
        key = (role, mono, bold, size)
        found = self._formats.get(key)
        if found is None:
            found = QTextCharFormat()
            found.setFont(self.font(mono=mono, bold=bold, size=size))
            found.setForeground(QBrush(QColor(getattr(self.scheme, role))))
            self._formats[key] = found
        return found
