"""A note that says `Copied` for a moment at the place where something was copied."""

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtWidgets import QWidget

from app.ui.widgets.plain_text import PlainLabel

COPIED = "Copied"
COPIED_MS = 1500
"""Long enough to be read on the way back to the other program, and over before the next code is looked at."""


class CopiedNote(PlainLabel):
    """Lies over its window, takes no click and no focus, and is not read by screen readers: the notice is said."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(COPIED, window)
        self.setObjectName("copied_note")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(COPIED_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show_in(self, area: QRect) -> None:
        """Show the note at the right end of an area of the screen: a row, a link, or the point of a click."""
        window = self.window()
        self.adjustSize()
        right = window.mapFromGlobal(area.topRight()).x()
        # Beside an area that is too small for it.
        left = right - self.width() if area.width() > self.width() else right
        top = window.mapFromGlobal(area.center()).y() - self.height() // 2
        self.move(max(0, min(left, window.width() - self.width())), max(0, min(top, window.height() - self.height())))
        self.show()
        self.raise_()
        self._timer.start()
