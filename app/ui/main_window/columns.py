"""Visibility and width of the three columns (tree, results, page) by the width of the window."""

from PySide6.QtCore import QObject

from app.ui.main_window.column_splitters import ColumnSplitters

HIDE_TREE_BELOW = 1100
ONE_COLUMN_BELOW = 800
"""Pixels at zoom 1.0."""

TREE_WIDTH, WIDEST_TREE = 318, 520
TREE_SHARE, ZOOMED_TREE_SHARE = 0.22, 0.28
"""Width of the tree in pixels at zoom 1.0, at least and at most, and its share of the window between; in a larger zoom
it has at most the other share, as results and page need more too."""


def tree_width(window_width: int, zoom: float) -> int:
    """Return the width of the tree while the user has not moved a divider."""
    width = min(max(TREE_WIDTH, TREE_SHARE * window_width), WIDEST_TREE)
    return round(min(width * zoom, max(width, ZOOMED_TREE_SHARE * window_width)))


class ColumnFolding(QObject):
    """Hides and shows the columns (tree, results, page) by the window's width and the user's choice."""

    def __init__(self, splitters: ColumnSplitters, tree_hidden: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tree, self._results, self._page = splitters.tree, splitters.results, splitters.page_column
        self.tree_hidden = tree_hidden
        """True if the user has hidden the tree in a window that is wide enough for it."""
        self._tree_shown_narrow = False
        self._shows_page = False
        self._width, self._zoom = 0, 1.0
        self._splitters = splitters
        self.keeps_widths = False
        """True once the user has moved a divider, now or in an earlier window: the widths are the user's own."""
        splitters.moved.connect(self._keep_widths)

    @property
    def one_column(self) -> bool:
        """True if the window is so narrow that results and page take turns."""
        return self._width < ONE_COLUMN_BELOW

    @property
    def tree_shown(self) -> bool:
        return not self._tree.isHidden()

    def fit(self, width: int) -> None:
        """Fit the columns into a window as wide as `width` pixels are at zoom 1.0."""
        if width >= HIDE_TREE_BELOW or self._width >= HIDE_TREE_BELOW:
            self._tree_shown_narrow = False
        self._width = width
        self._apply()
        self._set_widths()

    def set_zoom(self, factor: float) -> None:
        """Fit the columns to texts of another size; 1.0 is 100 %."""
        self._zoom = factor
        self._set_widths()

    def toggle_tree(self) -> None:
        """Hide the tree or show it again. In a narrow window the choice lasts only until the window is wide again."""
        if self._width >= HIDE_TREE_BELOW:
            self.tree_hidden = not self.tree_hidden
        else:
            self._tree_shown_narrow = not self._tree_shown_narrow
        self._apply()

    def show_tree(self) -> None:
        """Show the tree if it is hidden."""
        if not self.tree_shown:
            self.toggle_tree()

    def show_page(self, on: bool) -> None:
        """Show the page instead of the results, or the results again, where there is only one column."""
        self._shows_page = on
        self._apply()

    def _set_widths(self) -> None:
        if self._width and not self.keeps_widths:
            width = round(self._width * self._zoom)
            tree = tree_width(width, self._zoom)
            half = (width - tree) // 2
            self._splitters.set_widths(tree, half, width - tree - half)

    def _keep_widths(self) -> None:
        self.keeps_widths = True

    def _apply(self) -> None:
        is_wide = self._width >= HIDE_TREE_BELOW
        self._tree.setVisible(not self.tree_hidden if is_wide else self._tree_shown_narrow)
        self._results.setVisible(not self.one_column or not self._shows_page)
        self._page.setVisible(not self.one_column or self._shows_page)
