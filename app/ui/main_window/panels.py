"""What the window gets right after its first picture: tree, recent codes, page, and what joins them to the rest."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QWidget

from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.notebook.history import History
from app.ui.browse.browse_panel import BrowsePanel
from app.ui.browse.left_column import BROWSE_TAB, RECENT_TAB
from app.ui.code_page.code_panel import CodePanel
from app.ui.main_window.commands import Commands
from app.ui.main_window.navigation import Navigation
from app.ui.main_window.shortcuts import BoxKeys, WindowKeys
from app.ui.results.recent_panel import RecentPanel

if TYPE_CHECKING:
    from app.ui.main_window.window import Window


@dataclass(frozen=True, slots=True)
class Panels:
    """The panels that need the catalogue, and the rooms that need all panels."""

    browse: BrowsePanel
    recent: RecentPanel
    code_panel: CodePanel
    navigation: Navigation
    commands: Commands


def build_panels(window: "Window", catalogue: Catalogue, history: History) -> Panels:
    """Makes what is missing, puts it into the window, and wires it."""
    tree, recent, detail = _tree(catalogue), RecentPanel(), CodePanel(catalogue, window.ask_edits)
    window.appearance.register((tree, recent, detail), (tree, recent, detail))
    reading = Navigation(catalogue, history, tree, window.results, detail, window)
    reading.failed.connect(window.status_bar.say)
    recent.node_chosen.connect(reading.open)
    commands = Commands(
        window.actions_by_name,
        window.search_bar,
        window.results,
        detail,
        window.left_column,
        window.status_bar,
        reading,
        window.search_controller,
        window.column_folding,
        window.appearance,
        window,
    )
    window.appearance.changed.connect(commands.refresh)
    tree.copy_requested.connect(commands.copy)
    detail.action_asked.connect(commands.run)
    detail.edits_failed.connect(window.status_bar.say)
    BoxKeys(window.search_bar.box, window.results, commands.enter)
    WindowKeys(window, window.actions_by_name.takes)
    window.left_column.set_page(BROWSE_TAB, tree)
    window.left_column.set_page(RECENT_TAB, recent)
    room = window.page_column.layout()
    if room is not None:
        room.addWidget(detail)
    made = Panels(tree, recent, detail, reading, commands)
    _order_tabs(window, made)
    return made


def replace_tree(window: "Window", furnishings: Panels, catalogue: Catalogue) -> Panels:
    """A new tree in the place of one that shows another library: the same branches are open, at the same place."""
    old, tree = furnishings.browse, _tree(catalogue)
    opened, current, focused = open_branches(old), old.current(), old.tree.hasFocus()
    place = old.tree.verticalScrollBar().value()
    window.appearance.unregister(old)
    window.appearance.register((tree,), (tree,))
    tree.copy_requested.connect(furnishings.commands.copy)
    # Before the old one goes, so that the focus goes to the new one and nowhere else.
    window.left_column.set_page(BROWSE_TAB, tree)
    open_again(tree, opened, catalogue)
    furnishings.navigation.follow_tree(tree)
    found = catalogue.find(current.system, current.code) if current is not None else None
    if found is not None:
        tree.reveal(found.id)
    tree.tree.verticalScrollBar().setValue(place)
    if focused:
        tree.setFocus()
    made = replace(furnishings, browse=tree)
    _order_tabs(window, made)
    return made


def open_branches(panel: BrowsePanel) -> list[tuple[System, str]]:
    """The open branches of a tree, from above, by code set and code; a code set itself has the code `''`."""
    found: list[tuple[System, str]] = []

    def walk(parent: QModelIndex) -> None:
        for row in range(panel.model.rowCount(parent)):
            index = panel.model.index(row, 0, parent)
            below = panel.model.node(panel.model.index(0, 0, index))
            if below is not None and panel.tree.isExpanded(index):
                node = panel.model.node(index)
                found.append((below.system, node.code if node is not None else ""))
                walk(index)

    walk(QModelIndex())
    return found


def open_again(panel: BrowsePanel, opened: list[tuple[System, str]], catalogue: Catalogue) -> None:
    """Opens the branches of a tree that are still there, and no others."""
    panel.tree.collapseAll()
    for system, code in opened:
        node = catalogue.find(system, code) if code else None
        if node is not None or not code:
            index = panel.model.index_of(node.id) if node is not None else panel.model.index_of_set(system)
            panel.tree.expand(index)


def _tree(catalogue: Catalogue) -> BrowsePanel:
    panel = BrowsePanel(catalogue)
    panel.tree.setObjectName("browse_tree")
    return panel


def _order_tabs(window: "Window", made: Panels) -> None:
    order = (
        *window.search_bar.in_tab_order(),
        *window.results.narrowing_strip.in_tab_order(),
        window.results.list,
        made.code_panel.page,
        window.left_column.tabs,
        made.browse,
        made.recent,
    )
    for before, after in pairwise(order):
        QWidget.setTabOrder(before, after)
