"""The parts of the window that its panels and commands work with."""

from dataclasses import dataclass

from app.ui.actions import Actions
from app.ui.browse.left_column import LeftColumn
from app.ui.main_window.column_splitters import ColumnSplitters
from app.ui.main_window.columns import ColumnFolding
from app.ui.main_window.search_bar import SearchBar
from app.ui.main_window.search_controller import SearchController
from app.ui.main_window.status_bar import StatusBar
from app.ui.results.results_panel import ResultsPanel
from app.ui.settings import Settings
from app.ui.widgets.appearance import Appearance


@dataclass(frozen=True, slots=True)
class WindowParts:
    """The parts made before the first picture of the window."""

    actions: Actions
    search_bar: SearchBar
    search_controller: SearchController
    left_column: LeftColumn
    results: ResultsPanel
    splitters: ColumnSplitters
    status_bar: StatusBar
    column_folding: ColumnFolding
    appearance: Appearance
    settings: Settings
