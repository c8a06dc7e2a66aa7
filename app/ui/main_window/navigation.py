"""The code that the panels show: all panels follow it, and its visit is counted."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from app.codes.names import set_name
from app.codes.node import CodeStatus, Level, Node
from app.codes.systems import System
from app.library.open import UNREADABLE
from app.library.reading.catalogue import Catalogue
from app.notebook.history import History
from app.search.answer import Answer
from app.ui.browse.browse_panel import BrowsePanel
from app.ui.code_page.code_panel import CodePanel
from app.ui.main_window.back_forward import CodeKey, code_key
from app.ui.main_window.visits import Visits
from app.ui.results.results_model import Row
from app.ui.results.results_panel import ResultsPanel

PAGE_DELAY_MS = 30
"""While rows are passed over faster than this, the page waits this long for the next one: a page takes 5 to 12 ms, as
much as the list, and a held key would have to wait for both. The page also waits after an answer, since the next
keystroke may follow."""

REPEAT_MS = 60
"""Two rows passed within this time are not both read: a held key repeats every 30 ms, a fast typist's every 100."""

NO_MATCH_DELAY_MS = 150
"""An answer without a row clears the page once typing pauses for this long: the next letter may bring back what the
page shows, and a fast typist's letters come every 100 ms."""

REVEAL_DELAY_MS = 60
"""The tree follows once arrow keys or typing pause for this long: opening branches is the slowest part of the tree."""

CODE_OR_FAMILY_LEVELS = (Level.CODE, Level.SEVENTH, Level.FAMILY, Level.PCS_CODE, Level.ITEM)
"""Levels of codes and of families of codes: a search within one of them covers the heading above it."""


class Navigation(QObject):
    """Shows one node in all panels, and records the visited codes.

    `node_shown` carries the node that the page shows now; `cleared` is sent when it shows none any more. `failed`
    carries a sentence on what could not be recorded, `library_failed` the error of a page that could not be read.
    """

    node_shown = Signal(object)
    cleared = Signal()
    failed = Signal(str)
    library_failed = Signal(object)

    def __init__(
        self,
        catalogue: Catalogue,
        history: History,
        browse: BrowsePanel,
        results: ResultsPanel,
        code_panel: CodePanel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._browse, self._results, self._code_panel = browse, results, code_panel
        self._visits = Visits(history, code_panel, self)
        self._visits.visited.connect(self.node_shown)
        self._visits.failed.connect(self.failed)
        self._node: Node | None = None
        self._empty_answer: Answer | None = None
        self._previewed_answer: Answer | None = None
        self._branch: tuple[CodeKey, CodeKey] | None = None
        self._page_timer = self._timer(0, self._show_page)
        self._repeat_timer = self._timer(REPEAT_MS)
        self._no_match_timer = self._timer(NO_MATCH_DELAY_MS, self._show_no_match)
        self._reveal_timer = self._timer(REVEAL_DELAY_MS, self._reveal_node)
        results.row_shown.connect(self._preview_row)
        results.row_chosen.connect(self._open_row)
        results.node_chosen.connect(self.open)
        results.nothing_shown.connect(self._follow_no_row)
        results.failure_shown.connect(self._clear)
        self.follow_tree(browse)
        code_panel.node_chosen.connect(self.follow_link)
        if results.answer is not None and results.current_row() is None and not results.is_first_letter:
            self._follow_no_row(results.answer)

    @property
    def node(self) -> Node | None:
        """The current node, whose code is copied and whose page is shown."""
        return self._node

    def follow_tree(self, browse: BrowsePanel) -> None:
        """Follow this tree from now on, and show the current node in it."""
        self._browse = browse
        browse.node_chosen.connect(self.open_branch)

    def reload(self) -> None:
        """Show the same code from another library, to which the catalogue has switched.

        The page keeps its scroll position. If the code is not in that library, `failed` reports it and the page is
        cleared.
        """
        self.cancel_pending()
        node = self._node
        if node is None:
            return
        scroll_bar, on_page = self._code_panel.page.verticalScrollBar(), self._code_panel.current()
        position = scroll_bar.value()
        self._node = self._catalogue.find(node.system, node.code)
        if self._node is None:
            self._code_panel.show_nothing()
            self.cleared.emit()
            self.failed.emit(f"{node.code} is not in the code sets loaded now")
        elif on_page is not None:
            self._code_panel.show_node(self._node.id)
            scroll_bar.setValue(position)

    def keep_node(self, node: Node) -> None:
        """Keep showing a node although the list has just moved to another row."""
        self.cancel_pending()
        self._node = node
        self._show_page()
        self._results.select_node(node.id)

    def reload_branch(self) -> bool:
        """List the branch that was chosen last in the tree again; return whether it is in the library."""
        if self._branch is None:
            return False
        (system, code), chosen_key = self._branch
        chosen = self._catalogue.find(*chosen_key)
        if not code:
            self._list_code_set(system, chosen)
            return True
        heading = self._catalogue.find(system, code)
        if heading is not None:
            self._results.show_branch(heading, self._catalogue.children(heading.id), chosen.id if chosen else -1)
        return heading is not None

    def find(self, system: System, code: str) -> Node | None:
        """Return the node of a code, None if it is not loaded."""
        return self._catalogue.find(system, code)

    def _preview(self, node: Node, typed: str | None) -> None:
        """Show a node that the user may only be passing on the way to another.

        `typed` is the text whose answer has it as its first row, None if the user has gone to its row.

        The page is written when pending events are done, so that the list is painted first and a held arrow key does
        not queue up pages.
        """
        self._node = node
        self._no_match_timer.stop()
        # The first of several arrow keys, and each one pressed at leisure, is followed at once.
        is_new_answer = self._previewed_answer is not self._results.answer
        self._previewed_answer = self._results.answer
        self._page_timer.start(PAGE_DELAY_MS if is_new_answer or self._repeat_timer.isActive() else 0)
        self._repeat_timer.start()
        self._reveal_timer.start()
        self._visits.wait_for(node, typed)

    def open(self, node_id: int) -> None:
        """Show a node that the user chose, and record the visit."""
        self._show(self._catalogue.node(node_id))
        self._results.select_node(node_id)
        self.record_visit()

    def follow_link(self, node_id: int) -> None:
        """Show a node that the page links to; following a link proves that the page itself was read."""
        if self._node is not None and self._code_panel.current() == self._node:
            self.record_visit()
        self.open(node_id)

    def open_branch(self, node_id: int) -> None:
        """Show a node chosen in the tree: its page, and its children in the list of results."""
        node = self._catalogue.node(node_id)
        self._show(node, reveal=False)
        heading = node
        if not node.has_children and node.parent is not None:
            heading = self._catalogue.node(node.parent)
        if heading.has_children:
            self._branch = (heading.system, heading.code), (node.system, node.code)
            self._results.show_branch(heading, self._catalogue.children(heading.id), node.id)
        else:
            # A place of service stands right below its code set.
            self._branch = (node.system, ""), (node.system, node.code)
            self._list_code_set(node.system, node)
        self.record_visit()

    def open_code_set(self, system: System) -> None:
        """List the top divisions of a code set, and show the page of the first one."""
        roots = self._catalogue.roots(system)
        if roots:
            self._branch = (system, ""), (system, roots[0].code)
            self._show(roots[0])
            self._list_code_set(system, roots[0])
            self.record_visit()

    def back(self) -> None:
        """Go back to the node visited before."""
        self._revisit(self._visits.trail.back)

    def forward(self) -> None:
        """Go forward to the node from which back was used."""
        self._revisit(lambda _on_page: self._visits.trail.forward())

    def can_go_back(self) -> bool:
        """Return whether there is a node to go back to."""
        return self._visits.trail.can_go_back(code_key(self._node))

    def can_go_forward(self) -> bool:
        """Return whether there is a node to go forward to."""
        return self._visits.trail.can_go_forward()

    def next_code(self) -> None:
        """Open the next code in the order of the book."""
        if self._node is not None:
            following = self._catalogue.detail(self._node.id).next
            if following is not None:
                self.follow_link(following.id)

    def previous_code(self) -> None:
        """Open the previous code in the order of the book."""
        if self._node is not None:
            preceding = self._catalogue.detail(self._node.id).previous
            if preceding is not None:
                self.follow_link(preceding.id)

    def next_counterpart(self) -> None:
        """Open the same code for the next side in the order of the book; the first one follows the last."""
        if self._node is None:
            return
        ids = sorted({self._node.id, *(node.id for _side, node in self._counterparts())})
        following = ids[(ids.index(self._node.id) + 1) % len(ids)]
        if following != self._node.id:
            self.follow_link(following)

    def has_counterparts(self) -> bool:
        """Return whether the current code exists for another side too."""
        return bool(self._counterparts())

    def record_visit(self) -> None:
        """Record the current node as opened: for going back, and among the recent codes."""
        if self._node is not None:
            self._visits.record_opened(self._node)

    def restore(self, key: CodeKey | None) -> None:
        """Show the code that the page showed when the program was closed, if it is still loaded."""
        node = self._catalogue.find(*key) if key else None
        if node is not None and not self._results.has_failed:
            self._show(node)
            self._visits.trail.visit((node.system, node.code))
            self._visits.stop()

    def reveal(self, node: Node) -> None:
        """Open a node's branch in the tree."""
        self._browse.reveal(node.id)

    def show_pending(self) -> None:
        """Show at once a page that is waiting for a pause in the typing."""
        if self._page_timer.isActive():
            self._page_timer.stop()
            self._show_page()
        if self._no_match_timer.isActive():
            self._no_match_timer.stop()
            self._show_no_match()

    def cancel_pending(self) -> None:
        """Stop all timers, as when the window closes."""
        for timer in (
            self._page_timer,
            self._repeat_timer,
            self._no_match_timer,
            self._reveal_timer,
        ):
            timer.stop()
        self._visits.stop()

    def current_branch(self) -> Node | None:
        """Return the current node or, for a code or a family, the nearest heading above it."""
        node = self._node
        if node is None or node.level not in CODE_OR_FAMILY_LEVELS:
            return node
        ancestors = self._catalogue.ancestors(node.id)
        headings = [ancestor for ancestor in ancestors if ancestor.level not in CODE_OR_FAMILY_LEVELS]
        return headings[-1] if headings else None

    def _counterparts(self) -> tuple[tuple[str, Node], ...]:
        return self._catalogue.counterparts(self._node) if self._node is not None else ()

    def _list_code_set(self, system: System, chosen: Node | None) -> None:
        roots = self._catalogue.roots(system)
        codes = sum(root.variants for root in roots)
        # A code set has no node of its own: its name is the heading of the list.
        heading = Node(-1, system, set_name(system), "", Level.GROUP, CodeStatus.HEADING, None, codes, True)
        self._results.show_branch(heading, roots, chosen.id if chosen else -1)

    def _preview_row(self, row: Row) -> None:
        if row.node is not None:
            answer = self._results.answer
            typed = answer.question.text if answer is not None else ""
            self._preview(row.node, typed if self._results.is_selecting else None)

    def _follow_no_row(self, answer: Answer | None) -> None:
        previous, self._empty_answer = self._empty_answer, answer
        if answer is not None:
            # At once, so that a code that is not an answer cannot be copied; only its page stays a moment longer.
            self.cancel_pending()
            self._node = None
            self._no_match_timer.start()
            return
        # The text is gone, or begins anew; the page of the answer to it stays, and is not counted.
        self._visits.stop()
        if self._node is not None and self._results.is_first_letter:
            self._results.select_node(self._node.id)
        if previous is not None and self._node is None:
            self._no_match_timer.stop()
            self._code_panel.show_nothing()

    def _show_no_match(self) -> None:
        if self._empty_answer is not None and self._node is None:
            self._code_panel.show_not_found(self._empty_answer)
            self._browse.deselect()
            self.cleared.emit()

    def _open_row(self, row: Row) -> None:
        if row.node is not None:
            self._show(row.node)
            self.record_visit()

    def _revisit(self, step: Callable[[CodeKey | None], CodeKey | None]) -> None:
        """Go to the next visited code that is still loaded."""
        key = step(code_key(self._node))
        while key is not None:
            node = self._catalogue.find(*key)
            if node is not None:
                self._show(node)
                self._results.select_node(node.id)
                self._visits.stop()
                return
            key = step(key)

    def _show(self, node: Node, reveal: bool = True) -> None:
        self._node = node
        self._page_timer.stop()
        self._no_match_timer.stop()
        self._show_page()
        if reveal:
            self._reveal_timer.start()
        else:
            self._reveal_timer.stop()

    def _show_page(self) -> None:
        node = self._node
        if node is not None and self._code_panel.current() != node and self._is_shown(node, self._code_panel.show_node):
            self.node_shown.emit(node)

    def _is_shown(self, node: Node, show: Callable[[int], object]) -> bool:
        """Show a node by a function that reads the library; return False if that failed."""
        try:
            show(node.id)
        except UNREADABLE as error:
            # The page of another code would stay beside the row, whose code would be copied.
            self.library_failed.emit(error)
            return False
        return True

    def _clear(self) -> None:
        """Show no code: none that could be copied, and none on the page or in the tree."""
        self.cancel_pending()
        self._node = self._empty_answer = self._previewed_answer = None
        self._code_panel.show_blank()
        self._browse.deselect()
        self.cleared.emit()

    def _reveal_node(self) -> None:
        if self._node is not None:
            self._is_shown(self._node, self._browse.reveal)

    def _timer(self, milliseconds: int, slot: Callable[[], None] | None = None) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        if slot is not None:
            timer.timeout.connect(slot)
        return timer
