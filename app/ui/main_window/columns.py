"""What is shown in how much room: three columns, two, or one at a time."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSplitter, QWidget

FOLDS_TREE_BELOW = 1100
ONE_COLUMN_BELOW = 800


class ColumnFolding(QObject):
    """Hides and shows the columns of a splitter (tree, results, page) by the window's width and the person's wish."""

    def __init__(self, splitter: QSplitter, folded: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tree, self._results, self._page = (self._column(splitter, number) for number in range(3))
        self.folded = folded
        """Whether the person folded the tree away where there is room for it."""
        self._unfolded_narrow = False
        self._reading = False
        self._width = 0

    @property
    def one_column(self) -> bool:
        """Whether results and page take turns."""
        return self._width < ONE_COLUMN_BELOW

    @property
    def tree_shown(self) -> bool:
        return not self._tree.isHidden()

    def fit(self, width: int) -> None:
        """Fits the columns into a window of that width."""
        if width >= FOLDS_TREE_BELOW or self._width >= FOLDS_TREE_BELOW:
            self._unfolded_narrow = False
        self._width = width
        self._apply()

    def toggle_tree(self) -> None:
        """Folds the tree away or brings it back. In a narrow window that lasts only until it is wide again."""
        if self._width >= FOLDS_TREE_BELOW:
            self.folded = not self.folded
        else:
            self._unfolded_narrow = not self._unfolded_narrow
        self._apply()

    def show_tree(self) -> None:
        """Brings the tree back if it is folded away."""
        if not self.tree_shown:
            self.toggle_tree()

    def read(self, reading: bool) -> None:
        """In one column: shows the page, or the results again."""
        self._reading = reading
        self._apply()

    def _apply(self) -> None:
        roomy = self._width >= FOLDS_TREE_BELOW
        self._tree.setVisible(not self.folded if roomy else self._unfolded_narrow)
        self._results.setVisible(not self.one_column or not self._reading)
        self._page.setVisible(not self.one_column or self._reading)

    def _column(self, splitter: QSplitter, number: int) -> QWidget:
        column = splitter.widget(number)
        if column is None:
            raise ValueError(f"the splitter has no column {number}")
        return column
