"""The whole window without a mouse: the focus can be seen, goes where the eye goes, and every key has one meaning."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu, QPushButton, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from app.codes.systems import System
from app.search.answer import Answer
from app.ui.actions import action_key
from app.ui.dialogs.command_palette import CommandPalette
from app.ui.dialogs.lexicon_view import LexiconView
from app.ui.main_window.window import Window
from app.ui.widgets.color_scheme import DARK, LIGHT, Scheme

Ask = Callable[[Window, str], Answer]
MakeWindow = Callable[..., Window]
Key = Qt.Key
Modifier = Qt.KeyboardModifier


def focus() -> QWidget:
    focused = QApplication.focusWidget()
    assert focused is not None
    return focused


def picture(widget: QWidget) -> QImage:
    """The widget as it is painted now."""
    QApplication.processEvents()
    return widget.grab().toImage()


def pixels_that_differ(before: QImage, after: QImage) -> int:
    assert before.size() == after.size()
    points = ((x, y) for x in range(before.width()) for y in range(before.height()))
    return sum(before.pixel(x, y) != after.pixel(x, y) for x, y in points)


def focusable(window: Window) -> dict[str, QWidget]:
    bar, panels = window.search_bar, window.panels
    return {
        "chip": bar.chips[System.ICD10CM],
        "chosen chip": bar.all_chip,
        "chapter": bar.branch_chip,
        "valid only": bar.valid_only,
        "CC or MCC": bar.cc_only,
        "word": window.results.narrowing_strip.in_tab_order()[6],
        "list": window.results.list,
        "page": panels.code_panel.page,
        "copy button": panels.code_panel.copy_button,
        "7th characters": panels.code_panel.seventh_strip,
        "tabs": window.left_column.tabs,
        "tree": panels.browse.tree,
    }


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_can_be_seen_wherever_it_is(window: Window, ask: Ask, qtbot: QtBot, scheme: str) -> None:
    window.actions_by_name[f"scheme_{scheme}"].trigger()
    ask(window, "s72.001")
    strip = window.results.narrowing_strip
    qtbot.waitUntil(lambda: bool(strip.words))
    qtbot.waitUntil(lambda: window.panels.browse.tree.currentIndex().isValid())
    unseen: list[str] = []
    for name, widget in focusable(window).items():
        window.search_bar.box.setFocus()
        assert widget.isVisible(), name
        before = picture(widget)
        widget.setFocus()
        assert focus() is widget, name
        # A ring around the smallest of them has more.
        if pixels_that_differ(before, picture(widget)) < 40:
            unseen.append(name)
    assert unseen == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_link_with_the_focus_can_be_seen(window: Window, ask: Ask, scheme: str) -> None:
    window.actions_by_name[f"scheme_{scheme}"].trigger()
    ask(window, "e11.9")
    page = window.panels.code_panel.page
    page.setFocus()
    QTest.keyClick(page, Key.Key_Tab)
    QTest.keyClick(focus(), Key.Key_Tab)
    first = picture(page)
    first_link = page.focused_link_position()
    QTest.keyClick(page, Key.Key_Tab)
    assert page.focused_link_position() > first_link >= 0
    # Both links have changed.
    assert pixels_that_differ(first, picture(page)) > 80


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_no_dotted_mark_stands_inside_the_ring_of_a_link(window: Window, ask: Ask, scheme: Scheme) -> None:
    window.actions_by_name[f"scheme_{'light' if scheme is LIGHT else 'dark'}"].trigger()
    ask(window, "e11.9")
    page = window.panels.code_panel.page
    before = picture(page)
    page.setFocus()
    QTest.keyClick(page, Key.Key_Tab)
    QTest.keyClick(focus(), Key.Key_Tab)
    assert page.focused_link_position() >= 0
    # Qt would draw the dots in the color of the text.
    ink = QColor(scheme.ink).rgb()
    after = picture(page)
    points = [(x, y) for x in range(after.width()) for y in range(after.height())]
    assert sum(after.pixel(x, y) == ink for x, y in points) == sum(before.pixel(x, y) == ink for x, y in points)


def tab_stops(window: Window, most: int = 60) -> list[QWidget]:
    """The widgets that Tab leads to, from the box until it is back there."""
    window.search_bar.box.setFocus()
    stops = [focus()]
    for _ in range(most):
        QTest.keyClick(focus(), Key.Key_Tab)
        if focus() is window.search_bar.box:
            return stops
        if focus() is not stops[-1]:
            stops.append(focus())
    raise AssertionError([stop.accessibleName() or stop.objectName() for stop in stops])


def test_tab_goes_as_the_eye_does(window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "dm2")
    qtbot.waitUntil(lambda: bool(window.results.narrowing_strip.words))
    stops = tab_stops(window)
    bar, results, panels = window.search_bar, window.results, window.panels
    expected = [bar.box, bar.all_chip, bar.branch_chip, bar.valid_only, bar.cc_only]
    assert stops[:5] == expected
    parts: list[QWidget] = [bar, results, panels.code_panel, window.left_column]
    order = [next(number for number, part in enumerate(parts) if part.isAncestorOf(stop)) for stop in stops]
    assert order == sorted(order)
    assert set(order) == {0, 1, 2, 3}
    # The link in the head of the results, the words below it, the list.
    tops = [stop.mapTo(window, stop.rect().topLeft()).y() for stop in stops if results.isAncestorOf(stop)]
    assert tops == sorted(tops)
    assert len(set(tops)) >= 3
    QTest.keyClick(bar.box, Key.Key_Tab, Modifier.ShiftModifier)
    assert focus() is panels.browse.tree


def test_tab_leads_to_the_links_of_a_failure_where_they_are(window: Window) -> None:
    window.search_controller.show_failure("The code database cannot be read.", [("open_again", "Open it again")])
    stops = tab_stops(window)
    bar, results, panels = window.search_bar, window.results, window.panels
    parts: list[QWidget] = [bar, results, panels.code_panel, window.left_column]
    order = [next(number for number, part in enumerate(parts) if part.isAncestorOf(stop)) for stop in stops]
    assert order == sorted(order)
    label = results.findChild(QLabel, "search_failure")
    assert label in stops
    tab_order = results.in_tab_order()
    names = [widget.objectName() for widget in tab_order[-3:]]
    assert names == ["no_results", "search_failure", "results_footer"]


def test_alt_with_a_letter_types_nothing(window: Window, ask: Ask) -> None:
    ask(window, "gout")
    box = window.search_bar.box
    for key in (Key.Key_X, Key.Key_1, Key.Key_Z):
        QTest.keyClick(box, key, Modifier.AltModifier)
    QTest.keyClick(box, Key.Key_X, Modifier.AltModifier | Modifier.ShiftModifier)
    assert box.text() == "gout"
    QTest.keyClick(box, Key.Key_X)
    assert box.text() == "goutx"


def test_alt_with_a_letter_types_nothing_in_the_palette(window: Window) -> None:
    window.actions_by_name["command_palette"].trigger()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    QTest.keyClick(palette.box, Key.Key_X, Modifier.AltModifier)
    assert palette.box.text() == ""
    palette.close()


def opened_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


@pytest.mark.parametrize(
    ("key", "modifier", "title"),
    [(Key.Key_F10, Modifier.NoModifier, "&File"), (Key.Key_C, Modifier.AltModifier, "&Code")],
)
def test_menus_open_by_key(window: Window, key: Key, modifier: Qt.KeyboardModifier, title: str) -> None:
    page = window.panels.code_panel.page
    page.setFocus()
    QTest.keyClick(page, key, modifier)
    menu = opened_menu()
    assert menu.title() == title
    assert menu.activeAction() is not None
    QTest.keyClick(menu, Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    QTest.keyClick(focus(), Key.Key_Escape)
    assert focus() is page


@pytest.mark.parametrize(
    ("key", "modifier"), [(Key.Key_F10, Modifier.ShiftModifier), (Key.Key_Menu, Modifier.NoModifier)]
)
def test_the_menu_of_the_row_opens_from_the_box(
    window: Window, ask: Ask, key: Key, modifier: Qt.KeyboardModifier
) -> None:
    ask(window, "gout")
    QTest.keyClick(window.search_bar.box, Key.Key_Down)
    QTest.keyClick(window.search_bar.box, key, modifier)
    menu = opened_menu()
    assert [action.text() for action in menu.actions()][:2] == ["Copy M10.9", "Copy code and title"]
    assert menu.activeAction() is menu.actions()[0]
    row = window.results.list.visualRect(window.results.list.currentIndex())
    assert row.contains(window.results.list.viewport().mapFromGlobal(menu.pos()))
    menu.close()
    assert focus() is window.search_bar.box


def test_the_menu_key_opens_the_menu_of_what_has_the_focus(window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "e11.9")
    tree, page = window.panels.browse.tree, window.panels.code_panel.page
    qtbot.waitUntil(lambda: "E11.9 " in str(tree.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)))
    for widget, expected in ((window.results.list, "Copy E11.9"), (tree, "Open E11.9"), (page, "Copy E11.9")):
        widget.setFocus()
        QTest.keyClick(widget, Key.Key_F10, Modifier.ShiftModifier)
        menu = opened_menu()
        assert menu.actions()[0].text() == expected
        menu.close()
    # On a link of the page it is the menu of the link.
    page.setFocus()
    QTest.keyClick(page, Key.Key_Tab)
    for _ in range(3):
        QTest.keyClick(focus(), Key.Key_Tab)
    QTest.keyClick(page, Key.Key_Menu)
    menu = opened_menu()
    assert menu.actions()[0].text() == "Open E11"
    menu.close()


def test_the_menu_of_a_line_opens_from_the_box_of_the_table(window: Window, qtbot: QtBot) -> None:
    window.actions_by_name["lexicon"].trigger()
    view = window.findChild(LexiconView)
    assert view is not None
    qtbot.waitUntil(view.box.hasFocus)
    QTest.keyClicks(view.box, "chf")
    QTest.keyClick(view.box, Key.Key_F10, Modifier.ShiftModifier)
    menu = opened_menu()
    assert menu.actions()[0].text() == "Search for “chf”"
    menu.close()


@pytest.mark.parametrize("name", ["keys", "about"])
def test_the_focus_can_be_seen_in_dialogs(window: Window, name: str, qtbot: QtBot) -> None:
    window.actions_by_name[name].trigger()
    dialog = window.findChild(QDialog, f"{name}_dialog")
    assert dialog is not None
    (page,) = dialog.findChildren(QTextBrowser)
    button = next(button for button in dialog.findChildren(QPushButton) if button.isVisible())
    button.setFocus()
    before = picture(page)
    page.setFocus()
    assert pixels_that_differ(before, picture(page)) > 40
    dialog.close()


def test_every_action_of_the_palette_has_a_key(window: Window) -> None:
    actions = window.actions_by_name.all()
    assert [action.objectName() for action in actions if not action_key(action)] == []


def test_f6_goes_round_the_panes(window: Window, ask: Ask) -> None:
    ask(window, "e11.9")
    panels = window.panels
    panes = [window.results.list, panels.code_panel.page, panels.browse.tree, window.search_bar.box]
    for pane in panes:
        QTest.keyClick(focus(), Key.Key_F6)
        assert focus() is pane
    for pane in (panes[2], panes[1], panes[0], panes[3]):
        QTest.keyClick(focus(), Key.Key_F6, Modifier.ShiftModifier)
        assert focus() is pane


def test_f6_leaves_out_what_is_hidden(open_window: MakeWindow, ask: Ask) -> None:
    window = open_window(size=QSize(900, 700))
    ask(window, "e11.9")
    stops = [window.results.list, window.panels.code_panel.page, window.search_bar.box]
    for stop in stops:
        QTest.keyClick(focus(), Key.Key_F6)
        assert focus() is stop


def test_the_results_that_a_branch_replaced_come_back_by_key(window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "gout")
    node = window.results.model.row(1)
    assert node is not None
    assert node.node is not None
    window.panels.browse.node_chosen.emit(node.node.id)
    assert window.results.answer is None
    QTest.keyClick(window.search_bar.box, Key.Key_R, Modifier.ControlModifier | Modifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.results.answer is not None)
    QTest.keyClick(window.search_bar.box, Key.Key_R, Modifier.ControlModifier | Modifier.ShiftModifier)
    assert "No results to go back to" in window.status_bar.text()


def test_the_chapter_filter_opens_by_key(window: Window, qtbot: QtBot) -> None:
    QTest.keyClick(window.search_bar.box, Key.Key_F4)
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()
