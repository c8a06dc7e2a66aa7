"""Every action is in a menu with its key, and in the command palette."""

import re
from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QDialog, QMenu
from pytestqt.qtbot import QtBot

from app.ui.actions import MENUS, Actions, action_key, action_label
from app.ui.dialogs.command_palette import ACTION_ROLE, CommandPalette, PaletteModel, matching_actions
from app.ui.dialogs.info_pages import about_html, keys_html, source_files_html
from app.ui.main_window.window import Window
from app.ui.widgets.color_scheme import LIGHT

KEYS = {
    "focus_box": "Ctrl+L",
    "copy_code": "Ctrl+C",
    "copy_code_and_title": "Ctrl+Shift+C",
    "back": "Alt+Left",
    "forward": "Alt+Right",
    "previous_code": "Alt+Up",
    "next_code": "Alt+Down",
    "system_icd10cm": "Ctrl+1",
    "system_icd10pcs": "Ctrl+2",
    "system_hcpcs": "Ctrl+3",
    "system_cpt": "Ctrl+4",
    "system_modifier": "Ctrl+5",
    "system_pos": "Ctrl+6",
    "code_sets": "Ctrl+D",
    "command_palette": "Ctrl+K",
    "zoom_in": "Ctrl++",
    "zoom_out": "Ctrl+-",
    "next_result": "Down",
    "previous_result": "Up",
    "enter_detail": "Enter",
    "clear_box": "Esc",
    "open_row": "Right",
    "close_row": "Left",
}
"""The documented keys of actions."""


@pytest.fixture
def actions(window: Window) -> Actions:
    return window.actions_by_name


def menus_of(window: Window) -> list[QMenu]:
    """The menus of the menu bar."""
    return [menu for menu in window.menuBar().findChildren(QMenu) if menu.title().removeprefix("&") in MENUS]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "key"), KEYS.items())
def test_actions_have_their_documented_keys(actions: Actions, name: str, key: str) -> None:
    assert action_key(actions[name]) == key


def test_every_action_is_in_exactly_one_menu(window: Window, actions: Actions) -> None:
    shown = Counter(action for menu in menus_of(window) for action in menu.actions() if not action.isSeparator())
    assert set(shown) == set(actions.all())
    assert set(shown.values()) == {1}
    assert [action_label(action) for action in window.menuBar().actions()] == list(MENUS)


def test_every_menu_and_item_has_a_letter_of_its_own(window: Window) -> None:
    texts = {"menu bar": [action.text() for action in window.menuBar().actions()]}
    for menu in menus_of(window):
        texts[menu.title()] = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert len(texts) == len(MENUS) + 1
    for name, items in texts.items():
        letters = [re.findall("&(.)", text) for text in items]
        assert all(len(letter) == 1 for letter in letters), (name, items)
        repeated = [letter for letter, times in Counter(key.upper() for (key,) in letters).items() if times > 1]
        assert repeated == [], (name, items)


def test_the_letters_of_menus_are_not_shown_elsewhere(window: Window, actions: Actions) -> None:
    assert "&" not in "".join(action_label(action) + action.toolTip() for action in actions.all())
    assert "&" not in keys_html(actions.by_menu(), LIGHT)


@pytest.mark.slow
def test_no_key_has_two_actions(actions: Actions) -> None:
    keys = Counter(keys.toString() for action in actions.all() for keys in action.shortcuts())
    assert [key for key, times in keys.items() if times > 1] == []


def test_only_shortcuts_of_actions_are_keys_of_the_window(actions: Actions) -> None:
    assert actions.has_key(QKeySequence("Ctrl+K"))
    assert not actions.has_key(QKeySequence("Ctrl+Z"))
    assert not actions.has_key(QKeySequence("Down"))


def test_the_list_of_shortcuts_has_every_action_with_a_key(actions: Actions) -> None:
    html = keys_html(actions.by_menu(), LIGHT)
    for action in actions.all():
        assert (action_label(action) in html) == bool(action_key(action)), action_label(action)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("zoom in", "zoom_in"),
        ("dark", "scheme_dark"),
        ("light", "scheme_light"),
        ("bck", "back"),
        ("copy title", "copy_code_and_title"),
        ("recent", "show_recent"),
        ("ctrl+k", "command_palette"),
    ],
)
def test_an_action_is_found_by_typing(actions: Actions, typed: str, first: str) -> None:
    assert matching_actions(actions.all(), typed)[0].objectName() == first


def test_text_that_matches_no_action_lists_none(actions: Actions) -> None:
    assert matching_actions(actions.all(), "xqzzt") == []


def test_the_model_of_the_palette_passes_qts_tester(actions: Actions, qtbot: QtBot) -> None:
    model = PaletteModel(actions.all())
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    before = model.rowCount()
    model.filter("zoom")
    assert 0 < model.rowCount() < before
    model.filter("")
    assert model.rowCount() == before
    assert tester is not None


def test_enter_runs_the_action_that_was_typed(window: Window, qtbot: QtBot) -> None:
    window.actions_by_name["command_palette"].trigger()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    QTest.keyClicks(palette.box, "dark")
    with qtbot.waitSignal(window.actions_by_name["scheme_dark"].triggered):
        QTest.keyClick(palette.box, Qt.Key.Key_Return)
    assert window.appearance.scheme.is_dark


def test_enter_on_an_empty_palette_does_not_close_the_window(actions: Actions) -> None:
    model = PaletteModel(actions.all())
    shown = [action_label(model.index(row).data(ACTION_ROLE)) for row in range(model.rowCount())]
    assert shown[-2:] == ["Close window", "Quit"]
    assert shown[0] == "Code sets"


def test_a_palette_without_a_match_says_so(window: Window) -> None:
    window.actions_by_name["command_palette"].trigger()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    assert not palette.no_match.isVisible()
    palette.box.setText(" xq<b>zzt ")
    assert palette.no_match.isVisible()
    assert palette.no_match.text() == "No action matches “xq<b>zzt”."
    palette.box.setText("zoom")
    assert not palette.no_match.isVisible()
    palette.close()


def test_arrow_keys_move_in_the_palette(window: Window) -> None:
    window.actions_by_name["command_palette"].trigger()
    palette = window.findChild(CommandPalette)
    assert palette is not None
    QTest.keyClick(palette.box, Qt.Key.Key_Down)
    assert palette.list.currentIndex().row() == 1
    QTest.keyClick(palette.box, Qt.Key.Key_Up)
    QTest.keyClick(palette.box, Qt.Key.Key_Up)
    assert palette.list.currentIndex().row() == 0
    palette.close()


def test_source_files_are_named_with_their_sha256_and_about_leaves_that_to_them(window: Window) -> None:
    code_sets = window.catalogue.code_sets()
    html = about_html(code_sets, "1", "codes.db", "home", LIGHT)
    files = source_files_html(code_sets, LIGHT)
    sources = [source for code_set in code_sets for source in code_set.sources]
    assert sources
    for source in sources:
        assert source.file in files
        assert source.sha256 in files
        assert source.sha256 not in html
    for code_set in code_sets:
        assert f"<b>{code_set.system.label} {code_set.release}</b>" in html
    # A place of service is submitted with a code, not for one.
    places = html.partition("<b>POS ")[2].partition("</p>")[0]
    assert "52 codes" in places
    assert "submission" not in places


@pytest.mark.parametrize(
    ("name", "dialog"), [("keys", "keys_dialog"), ("about", "about_dialog"), ("source_files", "source_files_dialog")]
)
def test_pages_open_and_close(window: Window, qtbot: QtBot, name: str, dialog: str) -> None:
    window.actions_by_name[name].trigger()
    opened = window.findChild(QDialog, dialog)
    assert opened is not None
    assert opened.isVisible()
    opened.close()


def test_actions_without_a_code_are_disabled(window: Window) -> None:
    actions = window.actions_by_name
    assert not actions["back"].isEnabled()
    assert not actions["next_code"].isEnabled()
    assert isinstance(actions["copy_code"], QAction)
    assert actions["copy_code"].isEnabled()
