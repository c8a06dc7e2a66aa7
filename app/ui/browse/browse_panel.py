"""The browse tree on the left; it reports the node that the user chooses."""

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QMenu,
    QStyle,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.codes.node import Node
from app.library.reading.catalogue import Catalogue
from app.ui.browse.browse_delegate import BrowseDelegate
from app.ui.browse.browse_model import MOST_CLOSED_ROWS, BrowseModel
from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.node_menu import add_copies, add_counterparts, add_open
from app.ui.widgets.overlay_scroll_bar import OverlayScrollBar

TREE_MARGIN = 6
"""Beside the rows, so that the background of a selected one is seen to be round."""


class BrowseTree(QTreeView):
    """A tree view whose rows are painted by the delegate, arrow included."""

    current_row_chosen = Signal(QModelIndex)
    """The row that was already current was clicked, or Enter was pressed on it."""
    width_changed = Signal(int)
    """Carries the width of the rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hovered = QPersistentModelIndex()
        self._before_press = QPersistentModelIndex()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHeaderHidden(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.overlay_bar = OverlayScrollBar(self)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName("Browse code sets")
        self.entered.connect(self._hover)
        self.clicked.connect(self._clicked)

    def drawRow(
        self, painter: QPainter, options: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = QStyleOptionViewItem(options)
        at = self.model().index(index.row(), 0, index.parent())
        top = self.visualRect(at)
        row.rect = QRect(0, top.top(), self.viewport().width(), top.height())  # type: ignore[attr-defined]
        flag = QStyle.StateFlag
        state = flag.State_Enabled
        if self.model().hasChildren(index):
            state |= flag.State_Children
        if self.isExpanded(at):
            state |= flag.State_Open
        if self.selectionModel().isSelected(index):
            state |= flag.State_Selected
        if index == self._hovered:
            state |= flag.State_MouseOver
        if self.hasFocus() and index == self.currentIndex():
            state |= flag.State_HasFocus
        row.state = state  # type: ignore[attr-defined]
        self.itemDelegate().paint(painter, row, index)

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        """Paint nothing: the delegate has painted the arrow."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.width_changed.emit(event.size().width())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(QModelIndex())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._before_press = QPersistentModelIndex(self.currentIndex())
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.current_row_chosen.emit(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _clicked(self, index: QModelIndex) -> None:
        if index == self._before_press:
            self.current_row_chosen.emit(index)

    def _hover(self, index: QModelIndex) -> None:
        self._hovered = QPersistentModelIndex(index)
        self.viewport().update()


class BrowsePanel(QWidget):
    """Emits `node_chosen` for choices of the user, never for a node that the window reveals."""

    node_chosen = Signal(int)
    copy_requested = Signal(str)

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("browse_panel")
        self._catalogue = catalogue
        self.model = BrowseModel(catalogue, self)
        self.tree = BrowseTree(self)
        self._delegate = BrowseDelegate()
        self._scheme, self._zoom = LIGHT, 1.0
        self._is_revealing = False
        self._menu_row = QPersistentModelIndex()
        self._auto_expanded: dict[int, QPersistentModelIndex] = {}
        """Rows that were expanded to reveal a node, by their ids: they collapse again unless the user uses them."""
        self.tree.setModel(self.model)
        self.tree.setItemDelegate(self._delegate)
        self.tree.setIndentation(self._delegate.indent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(TREE_MARGIN, TREE_MARGIN, TREE_MARGIN, 0)
        layout.addWidget(self.tree)
        self.setFocusProxy(self.tree)
        self.tree.selectionModel().currentChanged.connect(self._current_changed)
        self.tree.width_changed.connect(self._fit)
        self.tree.clicked.connect(self._toggle_set)
        self.tree.expanded.connect(self._keep_open)
        self.tree.collapsed.connect(self._keep_open)
        self.tree.current_row_chosen.connect(self._choose)
        self.tree.customContextMenuRequested.connect(self._open_menu)
        # A tree of nothing but closed lines would tell a new user nothing.
        self.tree.expand(self.model.index(0, 0))

    def reveal(self, node_id: int) -> None:
        """Expand the rows above a node to select it, scrolling just far enough to show it and its parent.

        Emits no signal. Rows that an earlier call expanded, and that the user has not used since, collapse again:
        otherwise the tree would fill with the paths to all nodes that were shown.
        """
        index = self.model.index_of(node_id)
        if not index.isValid():
            return
        self._is_revealing = True
        try:
            ancestors = _ancestors(index)
            for branch in ancestors:
                if not self.tree.isExpanded(branch):
                    self.tree.expand(branch)
                    self._auto_expanded[branch.internalId()] = QPersistentModelIndex(branch)
            choose = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.tree.selectionModel().setCurrentIndex(index, choose)
            self._fold_all_but({branch.internalId() for branch in ancestors})
            if self.model.count > MOST_CLOSED_ROWS:
                self._forget_closed_rows(ancestors)
            for visible_index in (index.parent(), index):
                self.tree.scrollTo(visible_index, QAbstractItemView.ScrollHint.EnsureVisible)
        finally:
            self._is_revealing = False

    def deselect(self) -> None:
        """Select no row, since no code is shown. The tree keeps its place, and its keys go on from there."""
        self.tree.clearSelection()

    def set_scheme(self, scheme: Scheme) -> None:
        """Paint the tree in another scheme."""
        self._restyle(scheme, self._zoom)

    def set_zoom(self, factor: float) -> None:
        """Set the size of the tree; 1.0 is 100 %."""
        self._restyle(self._scheme, factor)

    def current(self) -> Node | None:
        """Return the node of the selected row."""
        return self.model.node(self.tree.currentIndex())

    def row_menu(self, index: QModelIndex) -> QMenu | None:
        """Return the context menu of a row; None if it has no node."""
        node = self.model.node(index)
        if node is None:
            return None
        self._menu_row = QPersistentModelIndex(index)
        menu = QMenu(self)
        add_open(menu, node, self.node_chosen.emit)
        add_copies(menu, node, self.copy_requested.emit)
        add_counterparts(menu, self._catalogue.counterparts(node), self.node_chosen.emit)
        return menu

    def menu_area(self) -> QRect:
        """Return the place on the screen of the row whose context menu was opened last."""
        menu_row = self._menu_row
        row = self.tree.visualRect(self.model.index(menu_row.row(), menu_row.column(), menu_row.parent()))
        return QRect(self.tree.viewport().mapToGlobal(row.topLeft()), row.size())

    def _restyle(self, scheme: Scheme, zoom: float) -> None:
        self._scheme, self._zoom = scheme, zoom
        self._delegate.restyle(scheme, zoom)
        self.tree.setIndentation(self._delegate.indent)
        self.tree.doItemsLayout()
        if self.tree.currentIndex().isValid():
            self.tree.scrollTo(self.tree.currentIndex())
        self.tree.viewport().update()

    def _fit(self, width: int) -> None:
        """Lay the rows out again in another width, in which some may need more lines, or fewer."""
        self._delegate.set_width(width)
        self.tree.setIndentation(self._delegate.indent)
        self.tree.scheduleDelayedItemsLayout()

    def _current_changed(self, current: QModelIndex) -> None:
        self._delegate.ancestor_ids = {branch.internalId() for branch in _ancestors(current)}
        self.tree.viewport().update()
        if not self._is_revealing:
            self._choose(current)

    def _fold_all_but(self, ids: set[int]) -> None:
        for row_id, branch in list(self._auto_expanded.items()):
            if row_id not in ids:
                del self._auto_expanded[row_id]
                self.tree.collapse(self.model.index(branch.row(), branch.column(), branch.parent()))

    def _forget_closed_rows(self, in_use: list[QModelIndex]) -> None:
        """Have the model forget rows of closed branches, but not of those above the current row."""
        # Half of them, so that it is not done again at the next node.
        self.model.forget_rows(
            lambda branch: branch not in in_use and not self.tree.isExpanded(branch), MOST_CLOSED_ROWS // 2
        )
        for row_id, branch in list(self._auto_expanded.items()):
            if not branch.isValid():
                del self._auto_expanded[row_id]

    def _keep_open(self, index: QModelIndex) -> None:
        """Keep the path to a row expanded, since the user has used the row."""
        if not self._is_revealing:
            for branch in (index, *_ancestors(index)):
                self._auto_expanded.pop(branch.internalId(), None)

    def _toggle_set(self, index: QModelIndex) -> None:
        """Expand or collapse a code set by a click on its name, as it has no page of its own."""
        if self.model.node(index) is None:
            self.tree.setExpanded(index, not self.tree.isExpanded(index))

    def _choose(self, index: QModelIndex) -> None:
        self._keep_open(index)
        node = self.model.node(index)
        if node is not None:
            self.node_chosen.emit(node.id)

    def _open_menu(self, position: QPoint) -> None:
        menu = self.row_menu(self.tree.indexAt(position))
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.tree.viewport().mapToGlobal(position))


def _ancestors(index: QModelIndex) -> list[QModelIndex]:
    """Return the rows above a row in the tree, nearest first."""
    ancestors: list[QModelIndex] = []
    above = index.parent()
    while above.isValid():
        ancestors.append(above)
        above = above.parent()
    return ancestors
