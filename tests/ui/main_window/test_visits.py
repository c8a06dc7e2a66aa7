"""Recent codes are those that were opened; what stands on the page while somebody types is not.

Most tests are about what does not happen, so time must pass: longer than it would take to happen.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.notebook.notebook import Notebook
from app.search.answer import Answer
from app.ui.main_window import visits
from app.ui.main_window.window import Window

Ask = Callable[[Window, str], Answer]
Recent = Callable[[], list[str]]

VISIT_MS, READING_MS = 150, 900
"""The times in these tests, in about the same relation as the real ones."""


pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def short_times(monkeypatch: pytest.MonkeyPatch) -> None:
    assert READING_MS / VISIT_MS < visits.READING_MS / visits.VISIT_MS
    monkeypatch.setattr(visits, "VISIT_MS", VISIT_MS)
    monkeypatch.setattr(visits, "READING_MS", READING_MS)


@pytest.fixture
def no_reading(short_times: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is opened by being read for long, so that only a visit can be what opens it."""
    monkeypatch.setattr(visits, "READING_MS", 3_600_000)


@pytest.fixture
def recent(short_times: None, own_home: Path) -> Recent:
    """Return a function that reads the recent codes as another window does, newest first."""

    def read() -> list[str]:
        notebook = Notebook(own_home)
        codes = [opened.code for opened in notebook.history.recent()]
        notebook.close()
        return codes

    return read


def press(window: Window, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.focusWidget() or window, key, modifiers)


def code_on_page(window: Window) -> str:
    node = window.panels.navigation.node
    assert node is not None
    return node.code


def test_half_a_word_that_stands_for_a_while_is_not_recent(
    recent: Recent, window: Window, ask: Ask, qtbot: QtBot
) -> None:
    for text in ("dia", "diab"):
        ask(window, text)
        qtbot.wait(3 * VISIT_MS)
    assert recent() == []
    # Back leads to it all the same, since it was seen.
    first = code_on_page(window)
    ask(window, "i21.4")
    press(window, Qt.Key.Key_Return)
    window.panels.navigation.back()
    assert code_on_page(window) == first
    assert recent() == ["I21.4"]


def test_a_first_row_that_is_read_for_long_is_recent(recent: Recent, window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "heart attack")
    code = code_on_page(window)
    qtbot.waitUntil(lambda: recent() == [code], timeout=5000)


def test_not_while_the_user_goes_on_typing(recent: Recent, window: Window, ask: Ask, qtbot: QtBot) -> None:
    for length in range(5, 13):
        ask(window, "heart attack"[:length])
        qtbot.wait(READING_MS // 4)
    assert recent() == []
    window.search_bar.box.clear()
    qtbot.wait(2 * READING_MS)
    assert recent() == []


def test_not_while_the_user_is_in_another_window(recent: Recent, window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "heart attack")
    chart = QDialog()
    qtbot.addWidget(chart)
    chart.show()
    chart.activateWindow()
    qtbot.waitUntil(lambda: not window.isActiveWindow())
    qtbot.wait(2 * READING_MS)
    assert recent() == []


def test_a_row_that_the_user_has_gone_to_is_recent_after_a_moment(
    no_reading: None, recent: Recent, window: Window, ask: Ask, qtbot: QtBot
) -> None:
    ask(window, "dm2 neuropathy")
    passed = code_on_page(window)
    press(window, Qt.Key.Key_Down)
    press(window, Qt.Key.Key_Down)
    code = code_on_page(window)
    assert code != passed
    qtbot.waitUntil(lambda: recent() == [code])


@pytest.mark.parametrize("typed", ["I21.4", "i214"])
def test_so_is_a_code_that_was_typed_in_full(
    no_reading: None, recent: Recent, window: Window, ask: Ask, qtbot: QtBot, typed: str
) -> None:
    ask(window, typed)
    qtbot.waitUntil(lambda: recent() == ["I21.4"])


def test_but_not_the_beginning_of_a_code(recent: Recent, window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "E11")
    qtbot.wait(3 * VISIT_MS)
    assert recent() == []


def test_enter_copying_and_links_open_at_once(recent: Recent, window: Window, ask: Ask) -> None:
    ask(window, "heart attack")
    first = code_on_page(window)
    press(window, Qt.Key.Key_Return)
    assert recent() == [first]
    ask(window, "gout")
    copied = code_on_page(window)
    press(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == copied
    assert recent() == [copied, first]
    window.panels.navigation.next_code()
    following = code_on_page(window)
    assert recent() == [following, copied, first]
    # A code that was opened before comes to the front again.
    window.panels.navigation.back()
    assert code_on_page(window) == copied
    press(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert recent() == [copied, following, first]
