"""`Copied` is said where the eyes are: at the button, the row or the link that was used."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.codes.systems import System
from app.search.answer import Answer
from app.ui.main_window.window import Window
from app.ui.widgets import copied_note

Ask = Callable[[Window, str], Answer]


def note(window: Window) -> QLabel:
    label = window.findChild(QLabel, "copied_note")
    assert label is not None
    return label


def in_window(window: Window, widget: QWidget, area: QRect) -> QRect:
    return QRect(widget.mapTo(window, area.topLeft()), area.size())


@pytest.mark.parametrize("action", ["copy_code", "copy_code_and_title"])
def test_the_button_beside_the_code_says_it(window: Window, ask: Ask, qtbot: QtBot, action: str) -> None:
    button = window.panels.code_panel.copy_button
    ask(window, "gout")
    assert button.shown_text == "Copy"
    width = button.width()
    window.actions_by_name[action].trigger()
    assert button.shown_text == "Copied"
    assert button.width() == width
    assert not note(window).isVisible()
    qtbot.waitUntil(lambda: button.shown_text == "Copy", timeout=2 * copied_note.COPIED_MS)


def test_the_button_says_it_when_it_is_pressed_and_not_for_the_next_code(window: Window, ask: Ask) -> None:
    button = window.panels.code_panel.copy_button
    ask(window, "gout")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.shown_text == "Copied"
    window.actions_by_name["next_code"].trigger()
    assert button.shown_text == "Copy"


def test_a_row_of_the_results_says_it(window: Window, ask: Ask) -> None:
    ask(window, "gout")
    menu = window.results.row_menu(2)
    assert menu is not None
    menu.actions()[0].trigger()
    view = window.results.list
    row = in_window(window, view.viewport(), view.visualRect(window.results.model.index(2)))
    assert note(window).isVisible()
    assert row.contains(note(window).geometry())
    assert window.panels.code_panel.copy_button.shown_text == "Copy"


def test_a_row_of_the_tree_says_it(window: Window, ask: Ask) -> None:
    ask(window, "gout")
    browse = window.panels.browse
    index = browse.model.index(2, 0, browse.model.index(0, 0))
    menu = browse.row_menu(index)
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "Copy code and title").trigger()
    row = in_window(window, browse.tree.viewport(), browse.tree.visualRect(index))
    assert note(window).isVisible()
    assert row.contains(note(window).geometry())


def test_a_link_of_the_page_says_it_at_its_menu(window: Window, ask: Ask) -> None:
    ask(window, "E11.9")
    page = window.panels.code_panel.page
    node = window.catalogue.find(System.ICD10CM, "E11")
    assert node is not None
    place = page.viewport().mapToGlobal(QPoint(100, 100))
    page.menu_requested.emit(f"node:{node.id}", place)
    menu = window.panels.code_panel.link_menu(f"node:{node.id}")
    assert menu is not None
    menu.actions()[1].trigger()
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    assert note(window).isVisible()
    assert (note(window).geometry().center() - window.mapFromGlobal(place)).manhattanLength() < 100


def test_a_selected_text_of_the_box_is_copied_at_the_box(window: Window, ask: Ask) -> None:
    ask(window, "gout")
    window.search_bar.box.selectAll()
    window.actions_by_name["copy_code"].trigger()
    box = in_window(window, window.search_bar.box, window.search_bar.box.rect())
    assert box.contains(note(window).geometry())
