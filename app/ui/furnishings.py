"""What the window gets right after its first picture: tree, recent codes, page, and what joins them to the rest."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.library.catalogue import Catalogue
from app.notebook.history import History
from app.ui.browse_panel import BrowsePanel
from app.ui.commands import Commands
from app.ui.detail_panel import DetailPanel
from app.ui.keys import BoxKeys, WindowKeys
from app.ui.left_column import BROWSE, RECENT
from app.ui.reading import Reading
from app.ui.recent_panel import RecentPanel

if TYPE_CHECKING:
    from app.ui.window import Window


@dataclass(frozen=True, slots=True)
class Furnishings:
    """The panels that need the catalogue, and the rooms that need all panels."""

    tree: BrowsePanel
    recent: RecentPanel
    detail: DetailPanel
    reading: Reading
    commands: Commands


def furnish(window: "Window", catalogue: Catalogue, history: History) -> Furnishings:
    """Makes what is missing, puts it into the window, and wires it."""
    tree, recent, detail = BrowsePanel(catalogue), RecentPanel(), DetailPanel(catalogue)
    tree.tree.setObjectName("browse_tree")
    window.look.dress((tree, recent, detail), (tree, recent, detail))
    reading = Reading(catalogue, history, tree, window.results, detail, window)
    reading.failed.connect(window.status.say)
    recent.node_chosen.connect(reading.open)
    commands = Commands(
        window.actions_by_name,
        window.bar,
        window.results,
        detail,
        window.left,
        window.status,
        reading,
        window.asking,
        window.folding,
        window.look,
        window,
    )
    window.look.changed.connect(commands.refresh)
    tree.copy_requested.connect(commands.copy)
    BoxKeys(window.bar.box, window.results, commands.enter)
    WindowKeys(window, window.actions_by_name.takes)
    window.left.put(BROWSE, tree)
    window.left.put(RECENT, recent)
    room = window.page_room.layout()
    if room is not None:
        room.addWidget(detail)
    order = (*window.bar.in_tab_order(), window.results.list, detail.page, window.left.tabs, tree, recent)
    for before, after in pairwise(order):
        QWidget.setTabOrder(before, after)
    return Furnishings(tree, recent, detail, reading, commands)
