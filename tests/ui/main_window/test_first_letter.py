"""The page below the first letter of a text: it stays as it is until the text says more, or a row is chosen."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.search.answer import Answer
from app.ui.main_window.window import Window

Ask = Callable[[Window, str], Answer]
Key = Qt.Key


def page_code(window: Window) -> str | None:
    node = window.panels.code_panel.current()
    return node.code if node is not None else None


@pytest.mark.parametrize("letter", ["g", "E", "4", " g "])
def test_one_letter_shows_rows_and_leaves_the_page(window: Window, ask: Ask, letter: str) -> None:
    ask(window, "E11.9")
    assert page_code(window) == "E11.9"
    answer = ask(window, letter)
    assert answer.hits
    assert window.results.model.rowCount() == len(answer.hits)
    assert window.results.current_row() is None
    assert page_code(window) == "E11.9"


def test_the_second_letter_chooses_the_first_row(window: Window, ask: Ask) -> None:
    ask(window, "g")
    assert page_code(window) is None
    answer = ask(window, "go")
    assert page_code(window) == answer.hits[0].node.code


def test_the_arrow_key_goes_to_the_first_row_of_a_letter(window: Window, ask: Ask) -> None:
    answer = ask(window, "g")
    QTest.keyClick(window.search_bar.box, Key.Key_Down)
    window.panels.navigation.show_pending()
    assert page_code(window) == answer.hits[0].node.code


def test_enter_chooses_the_first_row_of_a_letter(window: Window, ask: Ask) -> None:
    answer = ask(window, "g")
    QTest.keyClick(window.search_bar.box, Key.Key_Return)
    assert window.results.current_row() == window.results.model.row(0)
    assert page_code(window) == answer.hits[0].node.code


def test_a_letter_after_a_text_without_a_match_takes_its_page_away(window: Window, ask: Ask) -> None:
    ask(window, "zqxv")
    ask(window, "g")
    assert window.panels.navigation.node is None
    assert page_code(window) is None
    assert not window.panels.code_panel.page.toPlainText().startswith("“zqxv”")


def test_a_text_without_a_match_of_one_letter_says_so(window: Window, ask: Ask) -> None:
    answer = ask(window, "?")
    assert not answer.hits
    assert window.results.current_row() is None
