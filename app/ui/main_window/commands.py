"""What each action does."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from app.codes.node import Node
from app.codes.systems import System
from app.ui.actions import Actions
from app.ui.browse.left_column import BROWSE_TAB, RECENT_TAB, LeftColumn
from app.ui.code_page.code_panel import CodePanel
from app.ui.main_window.columns import ColumnFolding
from app.ui.main_window.navigation import Navigation
from app.ui.main_window.search_bar import SearchBar
from app.ui.main_window.search_controller import SearchController
from app.ui.main_window.status_bar import StatusBar
from app.ui.results.results_panel import ResultsPanel
from app.ui.widgets.appearance import Appearance

CPT_LESSONS = "I"
"""The group of CPT on whose page stands how CPT is built: Category I."""


class Commands(QObject):
    """Wires every action to the room that carries it out, and keeps what can be done now up to date."""

    def __init__(
        self,
        actions: Actions,
        bar: SearchBar,
        results: ResultsPanel,
        detail: CodePanel,
        left: LeftColumn,
        status: StatusBar,
        reading: Navigation,
        asking: SearchController,
        folding: ColumnFolding,
        look: Appearance,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._actions, self._bar, self._results, self._detail = actions, bar, results, detail
        self._left, self._status = left, status
        self._reading, self._search_controller, self._folding, self._look = reading, asking, folding, look
        self._wire()
        reading.shown.connect(lambda: self.refresh())
        reading.left.connect(self.refresh)
        results.copy_requested.connect(self.copy)
        results.reveal_requested.connect(self.reveal)
        results.within_requested.connect(bar.set_within)
        detail.copy_requested.connect(self.copy)
        detail.search_requested.connect(asking.search)
        bar.filters_changed.connect(self.refresh)

    def _wire(self) -> None:
        does: dict[str, Callable[[], object]] = {
            "copy_code": self.copy_selection,
            "copy_code_and_title": self.copy_code_and_title,
            "focus_box": self.focus_box,
            "clear_box": self.escape,
            "as_typed": self._search_controller.as_typed,
            "narrow": self.narrow,
            "drop_word": self._results.narrowing_strip.remove_last,
            "toggle_tree": self.toggle_tree,
            "zoom_in": lambda: self._look.zoom_by(1),
            "zoom_out": lambda: self._look.zoom_by(-1),
            "zoom_reset": lambda: self._look.zoom_by(0),
            "scheme_system": lambda: self._look.choose("system"),
            "scheme_light": lambda: self._look.choose("light"),
            "scheme_dark": lambda: self._look.choose("dark"),
            "back": self.back,
            "forward": self._reading.forward,
            "previous_code": self._reading.previous_code,
            "next_code": self._reading.next_code,
            "next_result": lambda: self._results.step(1),
            "previous_result": lambda: self._results.step(-1),
            "page_down": lambda: self._results.page(1),
            "page_up": lambda: self._results.page(-1),
            "enter_detail": self.enter,
            "open_row": self._results.open_current,
            "close_row": self._results.close_current,
            "show_browse": lambda: self.show_left(BROWSE_TAB),
            "show_recent": lambda: self.show_left(RECENT_TAB),
            "counterpart": self._reading.counterpart,
            "reveal": lambda: self.reveal(self._reading.node),
            "search_within": self.search_within,
            "search_everywhere": lambda: self._bar.set_within(None),
            "valid_only": self._bar.valid_only.toggle,
            "all_systems": lambda: self._bar.set_system(None),
            "conventions": self.show_conventions,
            "learn_cpt": lambda: self.learn(System.CPT, CPT_LESSONS),
            "learn_modifiers": lambda: self.learn(System.MODIFIER),
            "learn_places": lambda: self.learn(System.POS),
            "learn_pcs": lambda: self.learn(System.ICD10PCS),
            "learn_hcpcs": lambda: self.learn(System.HCPCS),
        }
        for system in self._bar.chips:
            does[f"system_{system.value}"] = self._toggles(system)
        for name, do in does.items():
            self._actions.wire(name, do)

    def run(self, name: str) -> None:
        """Runs an action by its name, as a link of the page asks for it."""
        self._actions[name].trigger()

    def refresh(self) -> None:
        """Greys what cannot be done now, and ticks what is on."""
        actions, node = self._actions, self._reading.node
        can_back, can_forward = self._reading.can_go()
        actions["back"].setEnabled(can_back or self._is_behind(node))
        actions["forward"].setEnabled(can_forward)
        for name in ("previous_code", "next_code", "copy_code_and_title", "reveal", "search_within"):
            actions[name].setEnabled(node is not None)
        actions["counterpart"].setEnabled(self._reading.has_counterparts())
        actions["search_everywhere"].setEnabled(self._bar.within is not None)
        actions["valid_only"].setChecked(self._bar.valid_only.isChecked())
        actions["all_systems"].setChecked(self._bar.system is None)
        for system in self._bar.chips:
            actions[f"system_{system.value}"].setChecked(self._bar.system is system)
        actions["toggle_tree"].setChecked(self._folding.tree_shown)
        actions[f"scheme_{self._look.choice}"].setChecked(True)

    def copy(self, words: str) -> None:
        """Puts words on the clipboard and says so."""
        QApplication.clipboard().setText(words)
        shown = words if len(words) <= 60 else f"{words[:59].rstrip()}…"
        self._status.say(f"Copied {' '.join(shown.split())}")

    def copy_selection(self) -> None:
        """Copies selected text: the box's if it has the focus, else the page's; without any, the code."""
        box = self._bar.box
        selected = box.selectedText() if box.hasFocus() else ""
        selected = selected or self._detail.selected_text()
        if selected:
            self.copy(selected)
        elif self._reading.node is not None:
            self._reading.flush()
            self.copy(self._reading.node.code)
            self._reading.remember()

    def copy_code_and_title(self) -> None:
        """Copies the code and its title."""
        node = self._reading.node
        if node is not None:
            self.copy(f"{node.code} {node.title}")
            self._reading.remember()

    def back(self) -> None:
        """Goes back to the code visited before; from the conventions to the code that they took the place of."""
        node = self._reading.node
        if node is not None and self._is_behind(node):
            self._reading.open(node.id)
        else:
            self._reading.back()

    def focus_box(self) -> None:
        """Goes to the box and selects what is in it, so that typing begins anew."""
        self._folding.read(False)
        self._bar.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._bar.box.selectAll()

    def narrow(self) -> None:
        """Goes to the words to narrow the results with."""
        if self._results.answer is not None:
            self._folding.read(False)
        self._results.narrowing_strip.enter()

    def escape(self) -> None:
        """Comes back to the box; in the box, clears it."""
        box = self._bar.box
        if box.hasFocus() and not self._page_hides_results():
            box.clear()
            return
        # For another reason the box would select its text, and that is what Ctrl+C would copy from then on. So it would
        # if the page were hidden first, which hands the focus on as Tab does.
        box.setFocus(Qt.FocusReason.OtherFocusReason)
        self._folding.read(False)

    def enter(self) -> None:
        """Goes into the page of the current result; an example is searched instead.

        Where the page beside the results has gone on from the result, to the other side or the next code, it is entered
        as it stands.
        """
        if not self._has_gone_on():
            self._results.enter()
        if self._reading.node is not None and self._results.current_row() is not None:
            self.go_to_page()

    def go_to_page(self) -> None:
        """Goes into the page."""
        row = self._results.current_row()
        if row is not None and row.node is None:
            return
        self._folding.read(True)
        self._detail.setFocus()

    def toggle_tree(self) -> None:
        """Folds the tree away or brings it back."""
        self._folding.toggle_tree()
        self.refresh()

    def show_left(self, page: int) -> None:
        """Brings a page of the left column up and goes there."""
        self._folding.show_tree()
        self._left.show_page(page, focus=True)
        self.refresh()

    def reveal(self, node: Node | None) -> None:
        """Shows a node in the tree, which is brought back if it was folded away."""
        if node is not None:
            self._folding.show_tree()
            self._left.show_page(BROWSE_TAB)
            self._reading.reveal(node)
            self.refresh()

    def search_within(self) -> None:
        """Confines searches to the branch that is read; for a code, to the heading that it stands under."""
        branch = self._reading.branch()
        if branch is not None:
            self._bar.set_within(branch)
            self.focus_box()

    def _toggles(self, system: System) -> Callable[[], None]:
        return lambda: self._bar.toggle_system(system)

    def show_conventions(self) -> None:
        """Shows what the introduction of the Tabular List says."""
        self._detail.show_conventions()
        self._folding.read(True)
        self._detail.setFocus()
        self.refresh()

    def learn(self, system: System, code: str = "") -> None:
        """Shows how a code set is divided: its parts as results, in the tree, and a page; or a group's own page."""
        node = self._reading.find(system, code) if code else None
        if node is not None:
            self._reading.open_branch(node.id)
        else:
            self._reading.open_set(system)
        self._left.show_page(BROWSE_TAB)
        if self._reading.node is not None:
            self._reading.reveal(self._reading.node)
        self._folding.read(node is not None)
        (self._detail if node is not None else self._results.list).setFocus()
        self.refresh()

    def _has_gone_on(self) -> bool:
        """Whether the page that stands beside the results shows another code than the current one's."""
        row, shown = self._results.current_row(), self._detail.current()
        if self._folding.one_column or row is None or row.node is None or shown is None:
            return False
        return self._reading.node == shown != row.node

    def _is_behind(self, node: Node | None) -> bool:
        """Whether a page without a code stands before the node."""
        return node is not None and self._detail.current() is None

    def _page_hides_results(self) -> bool:
        return self._folding.one_column and not self._results.isVisible()
