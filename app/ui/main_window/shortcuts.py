"""Keys that must go elsewhere than Qt would send them."""

import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QMenuBar, QWidget

from app.ui.results.results_panel import ResultsPanel
from app.ui.widgets.menu_keys import choose_first_item


class BoxKeys(QObject):
    """Sends Up, Down, Page Up, Page Down, Enter, Right and Left to the results while the search box has the focus.

    The keys that lead to a row wait for the answer to the text, by `when_answered`: pressed right after a letter, they
    would lead to a row of the answer before.
    """

    def __init__(
        self,
        box: QLineEdit,
        results: ResultsPanel,
        enter: Callable[[], None],
        when_answered: Callable[[Callable[[], object]], None],
    ) -> None:
        super().__init__(box)
        self._box, self._results, self._enter, self._when_answered = box, results, enter, when_answered
        box.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QContextMenuEvent) and event.reason() is QContextMenuEvent.Reason.Keyboard:
            return open_row_menu(self._results)
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
                self._when_answered(self._enter)
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
        self._when_answered(step)

    def _caret_at_end(self) -> bool:
        return not self._box.hasSelectedText() and self._box.cursorPosition() == len(self._box.text())


def open_row_menu(results: ResultsPanel) -> bool:
    """Open the context menu of the current row; return False if there is no such row, and the box has its own menu."""
    view = results.list
    if not view.currentIndex().isValid() or not view.isVisible():
        return False
    view.customContextMenuRequested.emit(view.visualRect(view.currentIndex()).center())
    choose_first_item(QApplication.activePopupWidget())
    return True


class WindowKeys(QObject):
    """Gives the window's shortcuts precedence over the focused widget's own use of the same keys.

    A line edit takes Ctrl+K to cut to its end, and a page takes Ctrl+C even if nothing is selected. Only while Qt asks
    whether a shortcut is to be overridden can these be told from the window's own keys.

    In all windows, Alt with a letter that is no key of a menu types nothing, and the menu key and Shift+F10 open the
    context menu of the widget with the focus: Qt leaves the first to the text field, and the second to Windows.
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
        if now is not None:
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(watched, QMenuBar):
            # Esc leaves the menus, and does not lead from there to the search box.
            event.accept()
            return True
        if event.type() is QEvent.Type.ShortcutOverride and watched.window() is self._window:
            keys = QKeySequence(event.keyCombination())
            if self._has_key(keys):
                event.ignore()
                return True
        if event.type() is QEvent.Type.KeyPress:
            if is_menu_key(event):
                return open_context_menu(watched)
            return is_unused_mnemonic(event)
        return False


def is_menu_key(event: QKeyEvent) -> bool:
    """Return whether a key is one of the two that open a context menu."""
    shift_only = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
    return event.key() == Qt.Key.Key_Menu or (event.key() == Qt.Key.Key_F10 and shift_only)


def open_context_menu(widget: QWidget) -> bool:
    """Ask a widget for its context menu, as the menu key does; return whether it had one or one is open already."""
    if QApplication.activePopupWidget() is not None:
        return True
    caret: object = widget.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
    area = caret.toRect() if isinstance(caret, QRectF) else caret if isinstance(caret, QRect) else widget.rect()
    place = area.center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    choose_first_item(QApplication.activePopupWidget())
    return event.isAccepted()


def is_unused_mnemonic(event: QKeyEvent) -> bool:
    """Return whether a key is Alt with a character: no menu has taken it, or it would not have come this far.

    On a Mac the key types other letters; the right Alt key of European keyboards is another key, or Ctrl and Alt.
    """
    alt_only = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier == Qt.KeyboardModifier.AltModifier
    return alt_only and event.text().isprintable() and bool(event.text()) and sys.platform != "darwin"
