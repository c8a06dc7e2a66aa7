"""A day's work in the real window: texts typed letter by letter, codes opened, everything else opened and closed."""

import gc
import random
from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from shiboken6 import Shiboken

from app.ui.code_page.accessible_page import links_of
from app.ui.main_window.window import Window

ANSWER_MS = 10_000
PAUSE_MS = 200
"""A pause in which words to narrow with are found, and the tree opens to the code on the page."""


class WorkingDay:
    """Works in a window as a user does; the same texts and the same seed give the same keys and the same choices."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._panels = window.panels
        self.keystrokes = self.openings = 0

    def work(self, texts: Sequence[str], seed: int) -> None:
        """Type the texts, open codes from their answers, and now and then something else."""
        choices = random.Random(seed)
        for number, text in enumerate(texts):
            for character in text:
                self.type_character(character)
            for _ in range(choices.choice((0, 0, 3))):
                self.press(Qt.Key.Key_Backspace)
            if choices.random() < 0.3:
                QTest.qWait(PAUSE_MS)
            self._open_codes(choices)
            if number % 12 == 11:
                self._choose_in_tree(choices)
                self._window.actions_by_name["scheme_dark" if number % 24 == 11 else "scheme_light"].trigger()
            self._window.search_bar.box.selectAll()
            self.press(Qt.Key.Key_Delete)

    def open_everything(self) -> None:
        """Open and close each dialog, the Code sets view, the list of branches and the context menus, some codes on the
        page and in the list."""
        window = self._window
        for name in ("keys", "about", "command_palette", "lexicon", "code_sets"):
            window.actions_by_name[name].trigger()
            self._close_others()
        window.search_bar.branch_chip.click()
        self._close_others()
        for character in "gout":
            self.type_character(character)
        navigation = self._panels.navigation
        navigation.show_pending()
        assert navigation.node is not None
        navigation.reveal(navigation.node)
        menus = (
            window.results.row_menu(0),
            self._panels.code_panel.page_menu(),
            self._panels.code_panel.link_menu(self._links()[0]),
            self._panels.browse.row_menu(self._panels.browse.tree.currentIndex()),
        )
        for menu in menus:
            self._open_and_close(menu)
        window.results.open_current()
        window.results.close_current()
        window.search_bar.box.clear()
        self._settle()

    def type_character(self, character: str) -> None:
        """Type a character into the search box, and wait for its answer."""
        # QTest types ASCII only.
        box = self._window.search_bar.box
        QCoreApplication.sendEvent(box, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, character))
        self._count_key()

    def press(self, key: Qt.Key) -> None:
        """Press a key in the search box, and wait for the answer if it changes the text."""
        QTest.keyClick(self._window.search_bar.box, key)
        self._count_key()

    def qt_objects(self) -> Counter[str]:
        """Return the number of Qt's objects that are in use from Python, by class, and that of all widgets."""
        self._settle()
        gc.collect()
        counts = Counter(type(used).__name__ for used in gc.get_objects() if isinstance(used, Shiboken.Object))
        counts["all widgets"] = len(QApplication.allWidgets())
        return counts

    def _open_codes(self, choices: random.Random) -> None:
        """Open the first row, sometimes the second, the codes below it, a link on the page, and go back."""
        window, navigation = self._window, self._panels.navigation
        if window.results.current_row() is None:
            return
        self.press(Qt.Key.Key_Return)
        self.openings += 1
        if choices.random() < 0.5:
            self.press(Qt.Key.Key_Down)
            navigation.record_visit()
            self.openings += 1
        if choices.random() < 0.3:
            window.results.open_current()
        links = self._links()
        if links and choices.random() < 0.5:
            self._panels.code_panel.page.link_followed.emit(choices.choice(links))
            self.openings += 1
        if choices.random() < 0.2:
            window.actions_by_name["back"].trigger()
        window.search_bar.box.setFocus()

    def _choose_in_tree(self, choices: random.Random) -> None:
        tree, model = self._panels.browse.tree, self._panels.browse.model
        index = QModelIndex()
        for _ in range(3):
            tree.expand(index)
            rows = model.rowCount(index)
            if rows:
                index = model.index(choices.randrange(rows), 0, index)
        tree.setCurrentIndex(index)
        self.openings += 1

    def _links(self) -> list[str]:
        """Return the addresses of the codes that the page links to."""
        addresses: list[str] = []
        block = self._panels.code_panel.page.document().firstBlock()
        while block.isValid():
            if links_of(block):
                fragments = block.begin()
                while not fragments.atEnd():
                    addresses.append(fragments.fragment().charFormat().anchorHref())
                    fragments += 1
            block = block.next()
        return [address for address in addresses if address.startswith("node:")]

    def _count_key(self) -> None:
        deadline = QDeadlineTimer(ANSWER_MS)
        while self._window.search_controller.is_waiting and not deadline.hasExpired():
            # More often than qtbot looks, which would make a long day twice as long.
            QTest.qWait(1)
        assert not self._window.search_controller.is_waiting
        self.keystrokes += 1

    def _close_others(self) -> None:
        QApplication.processEvents()
        for widget in QApplication.topLevelWidgets():
            if widget is not self._window and widget.isVisible():
                widget.close()
        self._settle()

    def _open_and_close(self, menu: QMenu | None) -> None:
        assert menu is not None
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._window.mapToGlobal(self._window.rect().center()))
        menu.close()
        self._settle()

    def _settle(self) -> None:
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
