"""The columns of the window: the tree, then results and page side by side, and below these two the worksheet."""

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

TREE_DIVIDER, PAGE_DIVIDER, WORKSHEET_DIVIDER = (
    "Divider between code tree and results",
    "Divider between results and code page",
    "Divider between code page and worksheet",
)
"""For screen readers."""


class ColumnSplitters(QSplitter):
    """Two splitters, one inside the other: tree and the rest, results and page; `strip_layout` is the place below
    results and page. `moved` is emitted when the user has moved a divider between columns."""

    moved = Signal()

    def __init__(self, tree: QWidget, results: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.tree, self.results = tree, results
        self.page_column = QWidget()
        self.page_column.setObjectName("page_column")
        self.page_layout = QVBoxLayout(self.page_column)
        self.page_layout.setContentsMargins(0, 0, 0, 0)
        self.inner = QSplitter(Qt.Orientation.Horizontal)
        self.right = QSplitter(Qt.Orientation.Vertical)
        self.strip_place = QWidget()
        self.strip_layout = QVBoxLayout(self.strip_place)
        self.strip_layout.setContentsMargins(0, 0, 0, 0)
        self.strip_place.hide()
        # Screen readers read results, page, worksheet, tree: what was put into a splitter last comes first.
        self.inner.addWidget(self.page_column)
        self.inner.insertWidget(0, results)
        self.right.addWidget(self.strip_place)
        self.right.insertWidget(0, self.inner)
        self.addWidget(tree)
        self.addWidget(self.right)
        for splitter in (self, self.inner, self.right):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        for column, width in ((tree, 200), (results, 280), (self.page_column, 320)):
            column.setMinimumWidth(width)
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)
        self.inner.setStretchFactor(0, 1)
        self.inner.setStretchFactor(1, 1)
        self.handle(1).setAccessibleName(TREE_DIVIDER)
        self.inner.handle(1).setAccessibleName(PAGE_DIVIDER)
        self.right.handle(1).setAccessibleName(WORKSHEET_DIVIDER)
        self.right.setStretchFactor(0, 1)
        self.right.setStretchFactor(1, 0)
        self.splitterMoved.connect(self.moved)
        self.inner.splitterMoved.connect(self.moved)

    def set_strip_height(self, height: int) -> None:
        """Give the worksheet a height in pixels, but at most half of the window's."""
        total = self.right.height()
        height = min(height, total // 2)
        self.right.setSizes([total - height, height])

    def set_widths(self, tree: int, results: int, page: int) -> None:
        """Set the widths of the columns, in pixels."""
        self.setSizes([tree, results + page])
        self.inner.setSizes([results, page])

    def widths(self) -> tuple[int, int, int]:
        """Return the widths of tree, results and page; 0 for one that is hidden."""
        return self.sizes()[0], self.inner.sizes()[0], self.inner.sizes()[1]

    def states(self) -> tuple[QByteArray, QByteArray]:
        """Return where the dividers stand, for `restore`."""
        return self.saveState(), self.inner.saveState()

    def restore(self, states: tuple[QByteArray, QByteArray]) -> bool:
        """Put the dividers where they stood; return False, with nothing changed, if there is no such place."""
        outer, inner = states
        return (
            not outer.isEmpty() and not inner.isEmpty() and self.restoreState(outer) and self.inner.restoreState(inner)
        )
