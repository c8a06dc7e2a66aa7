"""The code sets as one tree; the children of a row are fetched when it is first opened."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt

from app.codes.code_sets import CodeSet
from app.codes.names import (
    NOT_LOADED,
    count_words,
    full_name,
    is_lettered,
    is_range,
    is_unloaded,
    printed_code,
    set_name,
    status_words,
    with_status,
)
from app.codes.node import CodeStatus, Level, Node
from app.codes.short_titles import shortened_rows
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.ui.widgets.line_delegate import Index
from app.ui.widgets.plain_text import tooltip


class BrowseRole(IntEnum):
    """The roles of the tree's delegate, in addition to the standard ones."""

    NODE = Qt.ItemDataRole.UserRole + 1
    """The `Node`, None for a code set."""
    CODE = Qt.ItemDataRole.UserRole + 2
    """The code in the monospaced font; empty if the title says it all."""
    LABEL = Qt.ItemDataRole.UserRole + 3
    """The title without the words of the headings above it."""
    ASIDE = Qt.ItemDataRole.UserRole + 4
    """The muted range or count after the title."""


@dataclass(slots=True, eq=False)
class TreeItem:
    """One row of the tree: a code set or a node. `children` is None until they are fetched.

    `child_labels` are their titles without the words above them, made when the first of them is painted.
    """

    key: int
    row: int
    parent: "TreeItem | None"
    node: Node | None
    code_set: CodeSet | None
    children: "list[TreeItem] | None" = field(default=None)
    child_labels: list[str] | None = None


STRUCTURE_ONLY = "structure only"
WORDS_OF_CODARIUM = "Codarium's words"

MOST_CLOSED_ROWS = 4096
"""Rows that are kept for the next opening of their branch, some 2 MB: the branches of the last thirty codes. All rows
of all code sets would take 60 MB, and whoever looks up codes all day comes by most of them."""

TREE_HEADER = "Code, title and status"
"""The name of the only column, for screen readers."""


class BrowseModel(QAbstractItemModel):
    """Code set > chapter > section > category > code; PCS section > body system > operation > body part > code;
    section > range > code elsewhere; places of service directly below their code set.

    Fetched rows stay until `forget_rows` is called.
    """

    def __init__(self, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        # Indexes carry a key of this table, not a pointer: Qt may keep an index longer than Python keeps an object. No
        # key is used twice, so that what others keep by it never becomes that of another row.
        self._items: dict[int, TreeItem] = {}
        self._next_key = 0
        self._sets = [self._add(row, None, None, code_set) for row, code_set in enumerate(catalogue.code_sets())]

    def node(self, index: Index) -> Node | None:
        """Return the node of a row, None for a code set or for no row."""
        return self._items[index.internalId()].node if index.isValid() else None

    def index_of(self, node_id: int) -> QModelIndex:
        """Return the index of a node; fetch the rows above it. Not valid if its code set is not loaded."""
        node = self._catalogue.node(node_id)
        index = self.index_of_set(node.system)
        for step in (*self._catalogue.ancestors(node_id), node):
            index = self._child_with(index, step.id) if index.isValid() else index
        return index

    def index_of_set(self, system: System) -> QModelIndex:
        """Return the index of a code set."""
        for item in self._sets:
            if item.code_set is not None and item.code_set.system is system:
                return self.createIndex(item.row, 0, item.key)
        return QModelIndex()

    def _child_with(self, parent: QModelIndex, node_id: int) -> QModelIndex:
        if self.canFetchMore(parent):
            self.fetchMore(parent)
        for item in self._items[parent.internalId()].children or ():
            if item.node is not None and item.node.id == node_id:
                return self.createIndex(item.row, 0, item.key)
        return QModelIndex()

    def _add(self, row: int, parent: TreeItem | None, node: Node | None, code_set: CodeSet | None) -> TreeItem:
        item = TreeItem(self._next_key, row, parent, node, code_set)
        self._items[item.key] = item
        self._next_key += 1
        return item

    @property
    def count(self) -> int:
        """The number of rows that are fetched."""
        return len(self._items)

    def forget_rows(self, may_forget: Callable[[QModelIndex], bool], most: int) -> None:
        """Forget the rows below branches, those fetched first before others, until there are no more than `most`.

        `may_forget` tells of a branch whether its rows are neither shown nor in use. They are fetched again if it is
        opened.
        """
        # Rows are in the order of their fetching, so a branch comes before those in it, which are forgotten with it.
        for key in list(self._items):
            if len(self._items) <= most:
                return
            item = self._items.get(key)
            if item is not None and item.children:
                branch = self.createIndex(item.row, 0, key)
                if may_forget(branch):
                    self._forget(branch, item)

    def _forget(self, branch: QModelIndex, item: TreeItem) -> None:
        below = list(item.children or ())
        self.beginRemoveRows(branch, 0, len(below) - 1)
        item.children, item.child_labels = [], None
        while below:
            forgotten = below.pop()
            below += forgotten.children or ()
            # Without the circle of parent and children, rows are freed at once: while a user types, the collector
            # does not come by those that have been there for long.
            forgotten.parent = forgotten.children = None
            del self._items[forgotten.key]
        self.endRemoveRows()
        # Only now, so that nothing which hears of the removal fetches them again meanwhile.
        item.children = None

    # Overrides of QAbstractItemModel

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        rows = self._items[parent.internalId()].children if parent.isValid() else self._sets
        if column != 0 or rows is None or not 0 <= row < len(rows) or (parent.isValid() and parent.column() != 0):
            return QModelIndex()
        return self.createIndex(row, 0, rows[row].key)

    def parent(self, child: Index) -> QModelIndex:  # type: ignore[override]
        above = self._items[child.internalId()].parent if child.isValid() else None
        return QModelIndex() if above is None else self.createIndex(above.row, 0, above.key)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self._sets)
        return len(self._items[parent.internalId()].children or ()) if parent.column() == 0 else 0

    def hasChildren(self, parent: Index = QModelIndex()) -> bool:  # noqa: B008
        if not parent.isValid():
            return bool(self._sets)
        node = self._items[parent.internalId()].node
        return parent.column() == 0 and (node is None or node.has_children)

    def canFetchMore(self, parent: Index) -> bool:
        return parent.isValid() and self._items[parent.internalId()].children is None and self.hasChildren(parent)

    def fetchMore(self, parent: Index) -> None:
        if not self.canFetchMore(parent):
            return
        item = self._items[parent.internalId()]
        if item.node is not None:
            below = self._catalogue.children(item.node.id)
        else:
            assert item.code_set is not None
            below = self._catalogue.roots(item.code_set.system)
        if below:
            at = self.createIndex(item.row, 0, item.key)
            self.beginInsertRows(at, 0, len(below) - 1)
            item.children = [self._add(row, item, node, None) for row, node in enumerate(below)]
            self.endInsertRows()
        else:
            item.children = []

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self._items[index.internalId()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._accessible_text(item)
            case Qt.ItemDataRole.ToolTipRole:
                return tooltip(self._tooltip(item))
            case BrowseRole.NODE:
                return item.node
            case BrowseRole.CODE:
                return self._code(item)
            case BrowseRole.LABEL:
                return self._label(item)
            case BrowseRole.ASIDE:
                return self._aside(item)
            case _:
                return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        # The header is hidden, but screen readers read it.
        return TREE_HEADER if role == Qt.ItemDataRole.DisplayRole else None

    # The texts of a row

    def _code(self, item: TreeItem) -> str:
        if item.node is None or item.node.level is Level.SECTION:
            return ""
        if item.node.level is Level.GROUP:
            return item.node.code if is_lettered(item.node) else ""
        return item.node.code

    def _label(self, item: TreeItem) -> str:
        if item.node is None:
            assert item.code_set is not None
            return set_name(item.code_set.system)
        parent = item.parent
        if parent is None or parent.children is None:
            return item.node.title
        if parent.child_labels is None:
            titles = [child.node.title for child in parent.children if child.node is not None]
            parent.child_labels = shortened_rows(titles, titles_above(item))
        return parent.child_labels[item.row]

    def _aside(self, item: TreeItem) -> str:
        if item.node is None:
            assert item.code_set is not None
            return code_set_count(item.code_set)
        if item.node.level is Level.SECTION or is_range(item.node):
            return printed_code(item.node)
        if is_unloaded(item.node):
            return NOT_LOADED
        if item.node.level is Level.CHAPTER:
            return chapter_range(self._catalogue.children(item.node.id))
        return ""

    def _tooltip(self, item: TreeItem) -> str:
        if item.node is not None:
            return with_status(item.node, full_name(item.node))
        assert item.code_set is not None
        code_set = item.code_set
        if code_set.ours:
            count = count_words(code_set.valid, "code")
            return f"{set_name(code_set.system)}, in Codarium's words: {count}. {code_set.remark}".strip()
        return f"{code_set.system.label} {code_set.release}: {count_words(code_set.valid, 'code')} valid for submission"

    def _accessible_text(self, item: TreeItem) -> str:
        """Return the accessible text of a row, also used when typing ahead; it includes the meaning of the mark."""
        if item.node is None:
            assert item.code_set is not None
            if item.code_set.ours:
                return f"{set_name(item.code_set.system)}, {code_set_count(item.code_set)}"
            return f"{set_name(item.code_set.system)}, {item.code_set.valid:,} valid codes"
        # What is valid is not said of every row.
        meaning = "" if item.node.status is CodeStatus.VALID else f", {status_words(item.node)}"
        return f"{full_name(item.node, ' ')}{meaning}"


def code_set_count(code_set: CodeSet) -> str:
    """Return the number of valid codes of a code set, and whether it has Codarium's descriptions only."""
    if not code_set.ours:
        return f"{code_set.valid:,}"
    # The bundle has the structure of CPT and a few examples, not its codes.
    if code_set.system is System.CPT:
        return f"structure · {count_words(code_set.valid, 'example')}" if code_set.valid else STRUCTURE_ONLY
    return f"{code_set.valid:,} · {WORDS_OF_CODARIUM}"


def titles_above(item: TreeItem) -> list[str]:
    """Return the titles of the headings above a row, nearest first."""
    titles: list[str] = []
    above = item.parent
    while above is not None and above.node is not None:
        titles.append(above.node.title)
        above = above.parent
    return titles


def chapter_range(sections: tuple[Node, ...]) -> str:
    """Return first and last category of a chapter, from its sections, with an en dash."""
    if not sections or sections[0].level is not Level.SECTION:
        return ""
    first, last = sections[0].code.split("-")[0], sections[-1].code.split("-")[-1]
    return f"{first}–{last}"
