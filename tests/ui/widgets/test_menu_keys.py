"""The item that is chosen in a menu opened by key."""

from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.ui.widgets.menu_keys import choose_first_item


def menu_of(qtbot: QtBot, *texts: str) -> QMenu:
    """A menu of these items: `-` is a separator, and what begins with `!` is disabled."""
    menu = QMenu()
    qtbot.addWidget(menu)
    for text in texts:
        if text == "-":
            menu.addSeparator()
        elif text.startswith("!"):
            menu.addAction("Disabled").setEnabled(False)
        else:
            menu.addAction("Enabled")
    menu.popup(menu.pos())
    return menu


def test_the_first_item_that_can_be_chosen_is_chosen(qtbot: QtBot) -> None:
    menu = menu_of(qtbot, "-", "!", "-", "item", "item")
    choose_first_item(menu)
    assert menu.activeAction() is menu.actions()[3]


def test_a_hidden_item_is_not_chosen(qtbot: QtBot) -> None:
    menu = menu_of(qtbot, "item", "item")
    menu.actions()[0].setVisible(False)
    choose_first_item(menu)
    assert menu.activeAction() is menu.actions()[1]


def test_nothing_is_chosen_where_nothing_can_be(qtbot: QtBot) -> None:
    for menu in (menu_of(qtbot), menu_of(qtbot, "!", "-", "!")):
        choose_first_item(menu)
        assert menu.activeAction() is None


def test_what_is_no_menu_has_no_item(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    choose_first_item(widget)
    choose_first_item(None)
