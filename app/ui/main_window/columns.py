"""Visibility of the three columns (tree, results, page) by the width of the window."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSplitter, QWidget

HIDE_TREE_BELOW = 1100
ONE_COLUMN_BELOW = 800
"""Pixels at zoom 1.0."""


class ColumnFolding(QObject):
    """Hides and shows the columns of a splitter (tree, results, page) by the window's width and the user's choice."""

    def __init__(self, splitter: QSplitter, tree_hidden: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tree, self._results, self._page = (self._column(splitter, number) for number in range(3))
        self.tree_hidden = tree_hidden
        """True if the user has hidden the tree in a window that is wide enough for it."""
        self._tree_shown_narrow = False
        self._shows_page = False
        self._width = 0

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

    def _apply(self) -> None:
        is_wide = self._width >= HIDE_TREE_BELOW
        self._tree.setVisible(not self.tree_hidden if is_wide else self._tree_shown_narrow)
        self._results.setVisible(not self.one_column or not self._shows_page)
        self._page.setVisible(not self.one_column or self._shows_page)

    def _column(self, splitter: QSplitter, number: int) -> QWidget:
        column = splitter.widget(number)
        if column is None:
            raise ValueError(f"the splitter has no column {number}")
        return column
