"""The panels made right after the first picture: tree, recent codes and page, and the objects that join them."""

from dataclasses import dataclass, replace
from itertools import pairwise

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QWidget

from app.library.reading.catalogue import Catalogue
from app.notebook.notebook import Notebook
from app.ui.browse.browse_panel import BrowsePanel
from app.ui.browse.left_column import BROWSE_TAB, RECENT_TAB
from app.ui.code_page.code_panel import CodePanel
from app.ui.main_window.announcements import Announcements
from app.ui.main_window.back_forward import CodeKey
from app.ui.main_window.commands import Commands
from app.ui.main_window.navigation import Navigation
from app.ui.main_window.services import EditsAccess
from app.ui.main_window.shortcuts import BoxKeys, WindowKeys
from app.ui.main_window.window_parts import WindowParts
from app.ui.main_window.worksheet_commands import connect_worksheet
from app.ui.main_window.worksheet_desk import WorksheetDesk
from app.ui.results.recent_panel import RecentPanel


@dataclass(frozen=True, slots=True)
class Panels:
    """The panels that need the catalogue, and the objects that need all panels."""

    browse: BrowsePanel
    recent: RecentPanel
    code_panel: CodePanel
    navigation: Navigation
    commands: Commands
    announcements: Announcements
    desk: WorksheetDesk


def build_panels(
    parts: WindowParts, catalogue: Catalogue, notebook: Notebook, edits: EditsAccess, window: QWidget
) -> Panels:
    """Make the panels, place them in the columns of `window`, and connect them to its parts."""
    browse, recent, code_panel = _browse_panel(catalogue), RecentPanel(), CodePanel(catalogue, edits.edits_of)
    parts.appearance.register((browse, recent, code_panel), (browse, recent, code_panel))
    navigation = Navigation(catalogue, notebook.history, browse, parts.results, code_panel, window)
    navigation.failed.connect(parts.status_bar.show_notice)
    recent.node_chosen.connect(navigation.open)
    desk = WorksheetDesk(notebook, catalogue, parts.splitters, parts.appearance, parts.settings, edits.path, window)
    commands = Commands(parts, code_panel, navigation, desk, window)
    parts.appearance.changed.connect(commands.refresh)
    browse.copy_requested.connect(commands.copier(browse.menu_area))
    code_panel.action_asked.connect(commands.run)
    code_panel.edits_failed.connect(parts.status_bar.show_notice)
    BoxKeys(parts.search_bar.box, parts.results, commands.enter, parts.search_controller.when_answered)
    WindowKeys(window, parts.actions.has_key)
    parts.left_column.set_page(BROWSE_TAB, browse)
    parts.left_column.set_page(RECENT_TAB, recent)
    parts.splitters.page_layout.addWidget(code_panel)
    announcements = Announcements(parts, code_panel, browse, window)
    connect_worksheet(parts, navigation, desk, announcements.say)
    panels = Panels(browse, recent, code_panel, navigation, commands, announcements, desk)
    _set_tab_order(parts, panels)
    return panels


def replace_tree(parts: WindowParts, panels: Panels, catalogue: Catalogue) -> Panels:
    """Replace the tree by one of another library, with the same branches open and the same scroll position."""
    old, browse = panels.browse, _browse_panel(catalogue)
    opened, current, had_focus = open_branches(old), old.current(), old.tree.hasFocus()
    position = old.tree.verticalScrollBar().value()
    parts.appearance.unregister(old)
    parts.appearance.register((browse,), (browse,))
    browse.copy_requested.connect(panels.commands.copier(browse.menu_area))
    # Before the old one goes, so that the focus goes to the new one and nowhere else.
    parts.left_column.set_page(BROWSE_TAB, browse)
    open_again(browse, opened, catalogue)
    panels.navigation.follow_tree(browse)
    panels.announcements.follow_tree(browse)
    node = catalogue.find(current.system, current.code) if current is not None else None
    if node is not None:
        browse.reveal(node.id)
    browse.tree.verticalScrollBar().setValue(position)
    if had_focus:
        browse.setFocus()
    panels = replace(panels, browse=browse)
    _set_tab_order(parts, panels)
    return panels


def open_branches(panel: BrowsePanel) -> list[CodeKey]:
    """Return the open branches of a tree from the top; a code set itself has the empty code."""
    branches: list[CodeKey] = []

    def collect(parent: QModelIndex) -> None:
        for row in range(panel.model.rowCount(parent)):
            index = panel.model.index(row, 0, parent)
            first_child = panel.model.node(panel.model.index(0, 0, index))
            if first_child is not None and panel.tree.isExpanded(index):
                node = panel.model.node(index)
                branches.append((first_child.system, node.code if node is not None else ""))
                collect(index)

    collect(QModelIndex())
    return branches


def open_again(panel: BrowsePanel, branches: list[CodeKey], catalogue: Catalogue) -> None:
    """Open exactly those of the branches that are in the tree's library."""
    panel.tree.collapseAll()
    for system, code in branches:
        node = catalogue.find(system, code) if code else None
        if node is not None or not code:
            index = panel.model.index_of(node.id) if node is not None else panel.model.index_of_set(system)
            panel.tree.expand(index)


def _browse_panel(catalogue: Catalogue) -> BrowsePanel:
    panel = BrowsePanel(catalogue)
    panel.tree.setObjectName("browse_tree")
    return panel


def _set_tab_order(parts: WindowParts, panels: Panels) -> None:
    order = (
        *parts.search_bar.in_tab_order(),
        *parts.results.in_tab_order(),
        panels.code_panel.page,
        *panels.desk.strip.in_tab_order(),
        parts.left_column.tabs,
        panels.browse,
        panels.recent,
    )
    for before, after in pairwise(order):
        QWidget.setTabOrder(before, after)
