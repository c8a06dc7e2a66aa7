"""Keys pressed right after a letter: they act on the answer to the text, not on the rows of the text before."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.search.answer import Answer
from app.ui.main_window.window import Window

Ask = Callable[[Window, str], Answer]
Key = Qt.Key


@pytest.mark.parametrize(
    ("typed", "keys", "number"),
    [
        ("e11.621", (Key.Key_Return,), 0),
        ("diabetic foot ulcer", (Key.Key_Down, Key.Key_Return), 1),
        ("gout", (Key.Key_Down, Key.Key_Down, Key.Key_Up, Key.Key_Return), 1),
    ],
)
def test_keys_wait_for_the_answer(
    qtbot: QtBot, window: Window, ask: Ask, typed: str, keys: tuple[Qt.Key, ...], number: int
) -> None:
    ask(window, "I10")
    box = window.search_bar.box
    box.selectAll()
    QTest.keyClicks(box, typed)
    for key in keys:
        QTest.keyClick(box, key)
    assert window.search_controller.is_waiting, "the answer came before the keys: nothing is tested"
    assert not window.panels.code_panel.page.hasFocus()
    qtbot.waitUntil(lambda: not window.search_controller.is_waiting)
    row = window.results.model.row(number)
    assert row is not None
    assert window.results.current_row() == row
    assert window.panels.code_panel.current() == row.node
    assert window.panels.code_panel.page.hasFocus()


def test_the_next_letter_calls_them_off(qtbot: QtBot, window: Window, ask: Ask) -> None:
    ask(window, "I10")
    box = window.search_bar.box
    box.selectAll()
    QTest.keyClicks(box, "e11.62")
    QTest.keyClick(box, Key.Key_Return)
    QTest.keyClicks(box, "1")
    qtbot.waitUntil(lambda: not window.search_controller.is_waiting)
    assert window.search_bar.box.hasFocus()
