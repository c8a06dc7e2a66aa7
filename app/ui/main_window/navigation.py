"""Which code is being read: the three panels follow it, and what was really read is remembered."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from app.codes.names import set_name
from app.codes.node import CodeStatus, Level, Node
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.notebook.history import History
from app.notebook.store import NotebookError
from app.search.answer import Answer
from app.ui.browse.browse_panel import BrowsePanel
from app.ui.code_page.code_panel import CodePanel
from app.ui.main_window.back_forward import BackForward, CodeKey, code_key
from app.ui.results.results_model import Row
from app.ui.results.results_panel import ResultsPanel

DWELL_MS = 1500
"""A code that stays in view for so long was read, not passed over; then it counts as opened."""

READ_MS = 30
"""While rows are passed over faster than this allows, the page waits so long for the next: a page takes 5 to 12 ms,
as much as the list, which a held key would wait for. So it does after an answer, behind which the next key may come."""

HURRY_MS = 60
"""Two rows passed within this time are not both read: a held key repeats every 30 ms, a fast typist's every 100."""

EMPTY_MS = 150
"""An answer without a row takes the page away once the typing pauses for this long: the next letter may find again
what the page shows, and a fast typist's come every 100 ms."""

REVEAL_MS = 60
"""The tree follows once the arrow key or the typing pauses for this long: opening branches is its slowest part."""

MOST_IN_PLACE = 150
"""A heading with more codes than this opens to what stands directly below it: thousands of rows help nobody."""

CODE_LEVELS = (Level.CODE, Level.SEVENTH, Level.FAMILY, Level.PCS_CODE, Level.ITEM)
"""Levels that are codes or families of them: a search is confined to what stands above."""


class Navigation(QObject):
    """Shows a node in every panel, and keeps where the person has been.

    `shown` carries the node that is read now; `left` says that none is any more. `failed` carries a sentence on what
    could not be remembered.
    """

    shown = Signal(object)
    left = Signal()
    failed = Signal(str)

    def __init__(
        self,
        catalogue: Catalogue,
        history: History,
        tree: BrowsePanel,
        results: ResultsPanel,
        detail: CodePanel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue, self._history = catalogue, history
        self._tree, self._results, self._detail = tree, results, detail
        self._visits = BackForward()
        self._node: Node | None = None
        self._not_found: Answer | None = None
        self._followed: Answer | None = None
        self._branch: tuple[CodeKey, CodeKey] | None = None
        self._due = self._timer(0, self._read)
        self._hurry = QTimer(self)
        self._hurry.setSingleShot(True)
        self._hurry.setInterval(HURRY_MS)
        self._empty = self._timer(EMPTY_MS, self._show_not_found)
        self._reveal = self._timer(REVEAL_MS, self._reveal_now)
        self._dwell = self._timer(DWELL_MS, self.remember)
        results.row_shown.connect(self._follow_row)
        results.row_chosen.connect(self._choose_row)
        results.nothing_shown.connect(self._follow_nothing)
        self.follow_tree(tree)
        detail.node_chosen.connect(self.go_on)
        if results.answer is not None and not results.answer.hits:
            self._follow_nothing(results.answer)

    @property
    def node(self) -> Node | None:
        """The node that is read."""
        return self._node

    def follow_tree(self, tree: BrowsePanel) -> None:
        """Follows a tree, and shows in it what is read, in the place of the one before."""
        self._tree = tree
        tree.node_chosen.connect(self.open_branch)

    def find_again(self) -> None:
        """Goes on with the same code in another library, which the catalogue speaks of from now on.

        The page stays where it was scrolled to. A code that is not there any more is said, and its page taken away.
        """
        self.stop()
        node = self._node
        if node is None:
            return
        place, shown = self._detail.page.verticalScrollBar().value(), self._detail.current()
        self._node = self._catalogue.find(node.system, node.code)
        if self._node is None:
            self._detail.show_nothing()
            self.failed.emit(f"{node.code} is not among the codes that are loaded now")
        elif shown is not None:
            self._detail.show_node(self._node.id)
            self._detail.page.verticalScrollBar().setValue(place)

    def stay_with(self, node: Node) -> None:
        """Goes on with a node that is shown already, although the list has just gone to another row."""
        self.stop()
        self._node = node
        self._read()
        self._results.select_node(node.id)

    def show_branch_again(self) -> bool:
        """Shows the branch of the tree that was chosen last in the list again; says whether it is there."""
        if self._branch is None:
            return False
        (system, code), place = self._branch
        chosen = self._catalogue.find(*place)
        if not code:
            self._list_set(system, chosen)
            return True
        heading = self._catalogue.find(system, code)
        if heading is not None:
            self._results.show_branch(heading, self._catalogue.children(heading.id), chosen.id if chosen else -1)
        return heading is not None

    def find(self, system: System, code: str) -> Node | None:
        """The node of a code, None where it is not loaded."""
        return self._catalogue.find(system, code)

    def pass_over(self, node: Node) -> None:
        """Shows a node that the person may only be passing on the way to another.

        The page is written when the events at hand are done, so that the list is painted first and a held arrow key
        does not queue up pages.
        """
        self._node = node
        self._empty.stop()
        # The first of a row of arrow keys, and every one at a person's own pace, is followed at once.
        answered, self._followed = self._followed is not self._results.answer, self._results.answer
        self._due.start(READ_MS if answered or self._hurry.isActive() else 0)
        self._hurry.start()
        self._reveal.start()
        self._dwell.start()

    def open(self, node_id: int) -> None:
        """Shows a node that the person chose, and remembers it."""
        self._show(self._catalogue.node(node_id))
        self._results.select_node(node_id)
        self.remember()

    def go_on(self, node_id: int) -> None:
        """Shows a node that the page led to; that something was chosen on it proves that the page was read."""
        if self._node is not None and self._detail.current() == self._node:
            self.remember()
        self.open(node_id)

    def open_branch(self, node_id: int) -> None:
        """Shows a node chosen in the tree: its page, and the codes in it as results."""
        node = self._catalogue.node(node_id)
        self._show(node, reveal=False)
        heading = node
        if not node.has_children and node.parent is not None:
            heading = self._catalogue.node(node.parent)
        self._branch = (heading.system, heading.code), (node.system, node.code)
        self._results.show_branch(heading, self._catalogue.children(heading.id), node.id)
        self.remember()

    def open_set(self, system: System) -> None:
        """Shows what a code set is divided into as results, and the page of the first of it."""
        roots = self._catalogue.roots(system)
        if roots:
            self._branch = (system, ""), (system, roots[0].code)
            self._show(roots[0])
            self._list_set(system, roots[0])
            self.remember()

    def back(self) -> None:
        """Goes back to the node visited before."""
        self._revisit(self._visits.back)

    def forward(self) -> None:
        """Goes forward again."""
        self._revisit(lambda _shown: self._visits.forward())

    def can_go(self) -> tuple[bool, bool]:
        """Whether there is anything to go back to, and forward to."""
        return self._visits.can_go_back(code_key(self._node)), self._visits.can_go_forward()

    def next_code(self) -> None:
        """Opens the code after this one in the order of the book."""
        if self._node is not None:
            following = self._catalogue.detail(self._node.id).next
            if following is not None:
                self.go_on(following.id)

    def previous_code(self) -> None:
        """Opens the code before this one in the order of the book."""
        if self._node is not None:
            preceding = self._catalogue.detail(self._node.id).previous
            if preceding is not None:
                self.go_on(preceding.id)

    def counterpart(self) -> None:
        """Opens the same code for the next side, in the order of the book, and after the last the first again."""
        if self._node is None:
            return
        sides = [node for _, node in self._catalogue.counterparts(self._node)]
        ring = sorted({node.id for node in sides} | {self._node.id})
        following = ring[(ring.index(self._node.id) + 1) % len(ring)]
        if following != self._node.id:
            self.go_on(following)

    def has_counterparts(self) -> bool:
        """Return whether the code on the page exists for another side of the body too."""
        return self._node is not None and bool(self._catalogue.counterparts(self._node))

    def remember(self) -> None:
        """Counts the node that is read as opened: for going back, and in the history of codes."""
        self._dwell.stop()
        node = self._node
        if node is None or self._visits.current == (node.system, node.code):
            return
        self._visits.visit((node.system, node.code))
        self.shown.emit(node)
        if node.level in (Level.CHAPTER, Level.SECTION, Level.PCS_SECTION, Level.BODY_SYSTEM, Level.GROUP):
            return
        try:
            self._history.record(node.system, node.code, node.title)
        except NotebookError as error:
            self.failed.emit(str(error))

    def restore(self, place: tuple[System, str] | None) -> None:
        """Shows the code that was read last time, if there still is one."""
        node = self._catalogue.find(*place) if place else None
        if node is not None:
            self._show(node)
            self._visits.visit((node.system, node.code))
            self._dwell.stop()

    def reveal(self, node: Node) -> None:
        """Opens a node's branch in the tree."""
        self._tree.reveal(node.id)

    def flush(self) -> None:
        """Does at once what waits for a pause."""
        if self._due.isActive():
            self._due.stop()
            self._read()
        if self._empty.isActive():
            self._empty.stop()
            self._show_not_found()

    def stop(self) -> None:
        """Ends what waits for its time; the window is closing."""
        for timer in (self._due, self._hurry, self._empty, self._reveal, self._dwell):
            timer.stop()

    def branch(self) -> Node | None:
        """The branch that is read: the node itself or, for a code or family, the nearest heading above it."""
        node = self._node
        if node is None or node.level not in CODE_LEVELS:
            return node
        above = [heading for heading in self._catalogue.ancestors(node.id) if heading.level not in CODE_LEVELS]
        return above[-1] if above else None

    def codes_in(self, node: Node) -> Sequence[Node]:
        """What a row of results holds: its codes or, where those are too many, what stands directly below it."""
        if node.is_family or node.variants <= MOST_IN_PLACE:
            found = self._catalogue.variants(node.id)
            return tuple(code for code in found if code.id != node.id)
        return self._catalogue.children(node.id)

    def _list_set(self, system: System, chosen: Node | None) -> None:
        roots = self._catalogue.roots(system)
        codes = sum(root.variants for root in roots)
        # A code set has no node: it stands over the list by its name.
        heading = Node(-1, system, set_name(system), "", Level.GROUP, CodeStatus.HEADING, None, codes, True)
        self._results.show_branch(heading, roots, chosen.id if chosen else -1)

    def _follow_row(self, row: Row) -> None:
        if row.node is not None:
            self.pass_over(row.node)

    def _follow_nothing(self, answer: Answer | None) -> None:
        stood, self._not_found = self._not_found, answer
        if answer is not None:
            # At once, so that nobody copies a code that is no answer; only its picture stays a moment longer.
            self.stop()
            self._node = None
            self._empty.start()
        elif stood is not None and self._node is None:
            self._empty.stop()
            self._detail.show_nothing()

    def _show_not_found(self) -> None:
        if self._not_found is not None and self._node is None:
            self._detail.show_not_found(self._not_found)
            self.left.emit()

    def _choose_row(self, row: Row) -> None:
        if row.node is not None:
            self._show(row.node)
            self.remember()

    def _revisit(self, go: Callable[[CodeKey | None], CodeKey | None]) -> None:
        """Goes to the next visit whose code is still there."""
        place = go(code_key(self._node))
        while place is not None:
            node = self._catalogue.find(*place)
            if node is not None:
                self._show(node)
                self._results.select_node(node.id)
                self._dwell.stop()
                return
            place = go(place)

    def _show(self, node: Node, reveal: bool = True) -> None:
        self._node = node
        self._due.stop()
        self._empty.stop()
        self._read()
        if reveal:
            self._reveal.start()
        else:
            self._reveal.stop()

    def _read(self) -> None:
        if self._node is not None and self._detail.current() != self._node:
            self._detail.show_node(self._node.id)
            self.shown.emit(self._node)

    def _reveal_now(self) -> None:
        if self._node is not None:
            self._tree.reveal(self._node.id)

    def _timer(self, milliseconds: int, done: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(done)
        return timer
