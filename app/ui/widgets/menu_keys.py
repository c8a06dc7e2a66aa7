"""Menus that are opened by key."""

from PySide6.QtWidgets import QMenu


def choose_first_item(menu: object) -> None:
    """Choose the first item of a menu that a key has just opened, since it will be used by key; nothing but a menu has
    one, and none is chosen where all are disabled."""
    if isinstance(menu, QMenu):
        items = (action for action in menu.actions() if action.isVisible() and action.isEnabled())
        first = next((action for action in items if not action.isSeparator()), None)
        if first is not None:
            menu.setActiveAction(first)
