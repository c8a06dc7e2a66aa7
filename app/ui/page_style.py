"""The faces, sizes and lengths of the reading page, for one scheme and one zoom."""

from dataclasses import dataclass, field
from enum import Enum

from PySide6.QtGui import QBrush, QColor, QFont, QTextCharFormat

from app.ui import style
from app.ui.theme import Scheme

BODY_LINE = 20
"""Running text is 13 px; 20 px is 1.5 of it, a whole number of pixels and of the 4 px grid."""

COLUMN_CHARACTERS = 75
"""A longer line makes the eye lose the next one's beginning."""


class Size(Enum):
    """The three sizes of the page, as factors of running text."""

    BODY = 1.0
    TITLE = 1.385
    CODE = 2.3


@dataclass(slots=True)
class PageStyle:
    """Hands out character formats by role; asks the font database once for each, since that is slow."""

    scheme: Scheme
    zoom: float = 1.0
    _formats: dict[tuple[str, bool, bool, Size], QTextCharFormat] = field(
        default_factory=dict[tuple[str, bool, bool, Size], QTextCharFormat]
    )

    def px(self, length: float) -> float:
        """A length at zoom 1.0 in pixels at this zoom, whole so that hairlines stay crisp."""
        return float(round(length * self.zoom))

    def font(self, *, mono: bool = False, bold: bool = False, size: Size = Size.BODY) -> QFont:
        """A face at this zoom."""
        factor = size.value * self.zoom
        return style.mono(factor, bold) if mono else style.text(factor, bold)

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
