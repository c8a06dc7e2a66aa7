"""Keys that must go elsewhere than Qt would send them."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.ui.results.results_panel import ResultsPanel


class BoxKeys(QObject):
    """Sends Up, Down, Page Up, Page Down, Enter, Right and Left to the results while the search box has the focus."""

    def __init__(self, box: QLineEdit, results: ResultsPanel, enter: Callable[[], None]) -> None:
        super().__init__(box)
        self._box, self._results, self._enter = box, results, enter
        box.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        return self._handle(event.key())

    def _handle(self, key: int) -> bool:
        """Send a key to the results; return whether it was for them."""
        match key:
            case Qt.Key.Key_Down:
                self._move(lambda: self._results.step(1))
            case Qt.Key.Key_Up:
                self._move(lambda: self._results.step(-1))
            case Qt.Key.Key_PageDown:
                self._move(lambda: self._results.page(1))
            case Qt.Key.Key_PageUp:
                self._move(lambda: self._results.page(-1))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._enter()
            case Qt.Key.Key_Right:
                return self._caret_at_end() and self._results.open_current()
            case Qt.Key.Key_Left:
                return not self._box.hasSelectedText() and self._results.close_current()
            case _:
                return False
        return True

    def _move(self, step: Callable[[], None]) -> None:
        # Ctrl+C would copy text that is still selected in the box, although the user has moved on to a code.
        self._box.deselect()
        step()

    def _caret_at_end(self) -> bool:
        return not self._box.hasSelectedText() and self._box.cursorPosition() == len(self._box.text())


class WindowKeys(QObject):
    """Gives the window's shortcuts precedence over the focused widget's own use of the same keys.

    A line edit takes Ctrl+K to cut to its end, and a page takes Ctrl+C even if nothing is selected. Only while Qt asks
    whether a shortcut is to be overridden can these be told from the window's own keys.
    """

    def __init__(self, window: QWidget, has_key: Callable[[QKeySequence], bool]) -> None:
        super().__init__(window)
        self._window, self._has_key = window, has_key
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._watch)
            self._watch(None, application.focusWidget())

    def _watch(self, _old: QWidget | None, now: QWidget | None) -> None:
        # Installing the filter twice only moves it to the front.
        if now is not None and now.window() is self._window:
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = QKeySequence(event.keyCombination())
            if self._has_key(keys):
                event.ignore()
                return True
        return False
