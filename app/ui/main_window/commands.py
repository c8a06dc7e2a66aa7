"""The functions behind the actions."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QRect, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from app.codes.node import Node
from app.codes.systems import System
from app.ui.browse.left_column import BROWSE_TAB, RECENT_TAB
from app.ui.code_page.code_panel import CodePanel
from app.ui.main_window.navigation import Navigation
from app.ui.main_window.shortcuts import open_row_menu
from app.ui.main_window.window_parts import WindowParts
from app.ui.main_window.worksheet_desk import WorksheetDesk
from app.ui.widgets.copied_note import CopiedNote
from app.ui.widgets.node_menu import code_and_title, texts_of_code

CPT_OVERVIEW_GROUP = "I"
"""The group of CPT whose page explains the structure of CPT: Category I."""

NOTHING_CHOSEN = "Nothing copied: choose a row first"
NOTHING_SHOWN = "Nothing copied: no code is shown"

LONGEST_COPIED_TEXT = 60
"""Characters of copied text that the status bar shows."""


class Commands(QObject):
    """Connects every action to its function, and keeps the actions enabled and checked according to the state."""

    def __init__(
        self,
        parts: WindowParts,
        code_panel: CodePanel,
        navigation: Navigation,
        desk: WorksheetDesk,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._actions, self._search_bar, self._results = parts.actions, parts.search_bar, parts.results
        self._left_column, self._status_bar = parts.left_column, parts.status_bar
        self._search_controller, self._column_folding = parts.search_controller, parts.column_folding
        self._appearance = parts.appearance
        self._code_panel, self._navigation = code_panel, navigation
        self._copied_note = CopiedNote(parts.results.window())
        # A disabled action leaves its key unanswered, and a key that does nothing looks broken. The shortcut is the
        # window's: one of the page would be silent while the results take its place in a narrow window.
        self._no_other_side = QShortcut(self._actions["counterpart"].shortcut(), parts.results.window())
        self._no_other_side.activated.connect(self._say_no_other_side)
        for name, function in self._functions().items():
            self._actions.connect_action(name, function)
        navigation.node_shown.connect(lambda: self.refresh())
        navigation.cleared.connect(self.refresh)
        parts.results.copy_requested.connect(self._copy_of_row)
        parts.results.reveal_requested.connect(self.reveal)
        parts.results.within_requested.connect(parts.search_bar.set_within)
        code_panel.copy_requested.connect(self.copier(lambda: code_panel.menu_area))
        code_panel.search_requested.connect(parts.search_controller.search)
        parts.search_bar.filters_changed.connect(self.refresh)
        desk.copied.connect(self.copy)
        desk.changed.connect(self.refresh)

    def _functions(self) -> dict[str, Callable[[], object]]:
        """Return the function of each action by the action's name."""
        return {
            **self._search_functions(),
            **self._view_functions(),
            **self._page_functions(),
            "learn_cpt": lambda: self.show_code_set(System.CPT, CPT_OVERVIEW_GROUP),
            "learn_modifiers": lambda: self.show_code_set(System.MODIFIER),
            "learn_places": lambda: self.show_code_set(System.POS),
            "learn_pcs": lambda: self.show_code_set(System.ICD10PCS),
            "learn_hcpcs": lambda: self.show_code_set(System.HCPCS),
        }

    def _search_functions(self) -> dict[str, Callable[[], object]]:
        bar, results = self._search_bar, self._results
        functions: dict[str, Callable[[], object]] = {
            "focus_box": self.focus_box,
            "clear_box": self.escape,
            "as_typed": self._search_controller.toggle_as_typed,
            "narrow": self.narrow,
            "drop_word": results.narrowing_strip.remove_last,
            "next_result": lambda: results.step(1),
            "previous_result": lambda: results.step(-1),
            "page_down": lambda: results.page(1),
            "page_up": lambda: results.page(-1),
            "enter_detail": lambda: self._search_controller.when_answered(self.enter),
            "open_row": results.open_current,
            "close_row": results.close_current,
            "search_within": self.search_within,
            "search_everywhere": lambda: bar.set_within(None),
            "valid_only": bar.valid_only.toggle,
            "cc_only": bar.cc_only.toggle,
            "all_systems": lambda: bar.set_system(None),
            "choose_branch": bar.branch_chip.click,
            "back_to_results": self._search_controller.back_to_results,
            "row_menu": lambda: self._search_controller.when_answered(lambda: open_row_menu(results)),
        }
        for system in bar.chips:
            functions[f"system_{system.value}"] = self._toggle_of(system)
        return functions

    def _view_functions(self) -> dict[str, Callable[[], object]]:
        appearance = self._appearance
        return {
            "toggle_tree": self.toggle_tree,
            "show_browse": lambda: self.show_left(BROWSE_TAB),
            "show_recent": lambda: self.show_left(RECENT_TAB),
            "next_pane": lambda: self.go_to_pane(1),
            "previous_pane": lambda: self.go_to_pane(-1),
            "zoom_in": lambda: appearance.zoom_by(1),
            "zoom_out": lambda: appearance.zoom_by(-1),
            "zoom_reset": lambda: appearance.zoom_by(0),
            "scheme_system": lambda: appearance.choose_scheme("system"),
            "scheme_light": lambda: appearance.choose_scheme("light"),
            "scheme_dark": lambda: appearance.choose_scheme("dark"),
        }

    def _page_functions(self) -> dict[str, Callable[[], object]]:
        navigation = self._navigation
        return {
            "copy_code": self.copy_selection,
            "copy_code_and_title": self.copy_code_and_title,
            "back": self.back,
            "forward": navigation.forward,
            "previous_code": navigation.previous_code,
            "next_code": navigation.next_code,
            "counterpart": navigation.next_counterpart,
            "reveal": lambda: self.reveal(navigation.node),
            "conventions": lambda: self._show_learned(self._code_panel.show_conventions),
            "payment_terms": lambda: self._show_learned(self._code_panel.show_payment_terms),
        }

    def run(self, name: str) -> None:
        """Run an action by its name, for links of the page."""
        self._actions[name].trigger()

    def refresh(self) -> None:
        """Disable the actions that have nothing to act on, and check those that are on."""
        actions, bar, node = self._actions, self._search_bar, self._navigation.node
        actions["back"].setEnabled(self._navigation.can_go_back() or self._is_covered(node))
        actions["forward"].setEnabled(self._navigation.can_go_forward())
        for name in ("previous_code", "next_code", "reveal", "search_within"):
            actions[name].setEnabled(node is not None)
        has_counterparts = self._navigation.has_counterparts()
        actions["counterpart"].setEnabled(has_counterparts)
        self._no_other_side.setEnabled(not has_counterparts)
        # With rows and none of them chosen it says that nothing is copied, and why.
        actions["copy_code_and_title"].setEnabled(node is not None or self._has_rows_to_choose())
        actions["search_everywhere"].setEnabled(bar.within is not None)
        actions["valid_only"].setChecked(bar.valid_only.isChecked())
        actions["cc_only"].setChecked(bar.cc_only.isChecked())
        actions["all_systems"].setChecked(bar.system is None)
        for system in bar.chips:
            actions[f"system_{system.value}"].setChecked(bar.system is system)
        actions["toggle_worksheet"].setChecked(self._desk.is_shown)
        actions["toggle_tree"].setChecked(self._column_folding.tree_shown)
        actions[f"scheme_{self._appearance.scheme_choice}"].setChecked(True)

    def copy(self, text: str, area: QRect | None = None) -> None:
        """Put text on the clipboard, and tell so in the status bar and at the place that it was copied from: `area` on
        the screen or, without one, the code's button or row."""
        QApplication.clipboard().setText(text)
        shortened = text if len(text) <= LONGEST_COPIED_TEXT else f"{text[: LONGEST_COPIED_TEXT - 1].rstrip()}…"
        self._status_bar.show_notice(f"Copied {' '.join(shortened.split())}", answers=1)
        button, shown = self._code_panel.copy_button, self._code_panel.current()
        is_on_page = shown is not None and text in texts_of_code(shown) and not button.visibleRegion().isEmpty()
        if not area and is_on_page:
            button.show_copied()
        else:
            self._copied_note.show_in(area or self._area_of_row(text) or self._area_of_focus())

    def copier(self, area_of: Callable[[], QRect]) -> Callable[[str], None]:
        """Return the function that copies from a place on the screen, which is asked for when something is copied."""

        def copy(text: str) -> None:
            self.copy(text, area_of())

        return copy

    def _copy_of_row(self, text: str) -> None:
        self.copy(text, self._area_of_row(text))

    def _area_of_row(self, text: str) -> QRect | None:
        """Return the place on the screen of the row whose code was copied, None if it is not shown."""
        view, model = self._results.list, self._results.model
        for number in range(model.rowCount()):
            row = model.row(number)
            if row is not None and row.node is not None and text in texts_of_code(row.node):
                area = view.visualRect(model.index(number)).intersected(view.viewport().rect())
                return screen_area(view.viewport(), area) if view.isVisible() and not area.isEmpty() else None
        return None

    def _area_of_focus(self) -> QRect:
        """Return the place on the screen of the box or, if the page has the focus, of its caret."""
        page, box = self._code_panel.page, self._search_bar.box
        return screen_area(page.viewport(), page.cursorRect()) if page.hasFocus() else screen_area(box, box.rect())

    def copy_selection(self) -> None:
        """Copy selected text of the search box, if it has the focus, or of the page; without any, the code."""
        box = self._search_bar.box
        selected = box.selectedText() if box.hasFocus() else ""
        selected = selected or self._code_panel.selected_text()
        if selected:
            self.copy(selected)
        else:
            # The code of the last answer does not belong to a text that was typed since.
            self._search_controller.when_answered(self._copy_code)

    def _copy_code(self) -> None:
        if self._navigation.node is not None:
            # If its page cannot be read, no code is chosen afterwards.
            self._navigation.show_pending()
        node = self._navigation.node
        if node is not None:
            self.copy(node.code)
            self._navigation.record_visit()
        else:
            self._say_nothing_copied()

    def copy_code_and_title(self) -> None:
        """Copy the code and its title."""
        self._search_controller.when_answered(self._copy_code_and_title)

    def _copy_code_and_title(self) -> None:
        node = self._navigation.node
        if node is not None:
            self.copy(code_and_title(node))
            self._navigation.record_visit()
        else:
            self._say_nothing_copied()

    def _say_no_other_side(self) -> None:
        node = self._navigation.node
        text = f"{node.code} has no code for another side" if node is not None else "No code is shown"
        self._status_bar.show_notice(text, answers=0)

    def _say_nothing_copied(self) -> None:
        text = NOTHING_CHOSEN if self._has_rows_to_choose() else NOTHING_SHOWN
        self._status_bar.show_notice(text, answers=0)

    def _has_rows_to_choose(self) -> bool:
        answer = self._results.answer
        return answer is not None and bool(answer.near or answer.typed_codes)

    def back(self) -> None:
        """Go back to the code visited before; from the conventions, to the code whose page they replaced."""
        node = self._navigation.node
        if node is not None and self._is_covered(node):
            self._navigation.open(node.id)
        else:
            self._navigation.back()

    def focus_box(self) -> None:
        """Go to the search box and select its text, so that typing starts a new search."""
        self._column_folding.show_page(False)
        self._search_bar.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search_bar.box.selectAll()

    def narrow(self) -> None:
        """Go to the words that narrow the results."""
        if self._results.answer is not None:
            self._column_folding.show_page(False)
        self._results.narrowing_strip.enter()

    def escape(self) -> None:
        """Go to the search box; in the search box, clear it."""
        box = self._search_bar.box
        if box.hasFocus() and not self._page_hides_results():
            box.clear()
            return
        # For another reason the box would select its text, and Ctrl+C would copy that from then on. The same would
        # happen if the page were hidden first, which moves the focus as Tab does.
        box.setFocus(Qt.FocusReason.OtherFocusReason)
        self._column_folding.show_page(False)

    def enter(self) -> None:
        """Go into the page of the current result; an example is searched instead.

        If the page has moved on from the current result, to the other side or the next code, it stays as it is.
        """
        if not self._has_moved_on():
            self._results.enter()
        if self._navigation.node is not None and self._results.current_row() is not None:
            self.go_to_page()

    def go_to_page(self) -> None:
        """Move the focus into the page."""
        row = self._results.current_row()
        if row is not None and row.node is None:
            return
        self._column_folding.show_page(True)
        self._code_panel.page.setFocus()

    def go_to_pane(self, step: int) -> None:
        """Move the focus to the next of search box, results, page and left column, or to the one before."""
        panes: tuple[tuple[QWidget, QWidget], ...] = (
            (self._search_bar, self._search_bar.box),
            (self._results, self._results.list),
            (self._code_panel, self._code_panel.page),
            (self._desk.strip, self._desk.strip.table),
            (self._left_column, self._left_column.page()),
        )
        visible = [(pane, widget) for pane, widget in panes if widget.isVisible()]
        focused = QApplication.focusWidget() or self._search_bar.box
        current = next((number for number, (pane, _) in enumerate(visible) if pane.isAncestorOf(focused)), 0)
        visible[(current + step) % len(visible)][1].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def toggle_tree(self) -> None:
        """Hide the tree or show it again."""
        self._column_folding.toggle_tree()
        self.refresh()

    def show_left(self, tab: int) -> None:
        """Show a tab of the left column, and move the focus there."""
        self._column_folding.show_tree()
        self._left_column.show_page(tab, focus=True)
        self.refresh()

    def reveal(self, node: Node | None) -> None:
        """Show a node in the tree, even if the tree was hidden."""
        if node is not None:
            self._column_folding.show_tree()
            self._left_column.show_page(BROWSE_TAB)
            self._navigation.reveal(node)
            self.refresh()

    def search_within(self) -> None:
        """Limit searches to the current branch; for a code, to the heading above it."""
        branch = self._navigation.current_branch()
        if branch is not None:
            self._search_bar.set_within(branch)
            self.focus_box()

    def _show_learned(self, show: Callable[[], None]) -> None:
        """Show a page of the Learn menu in place of the code's."""
        show()
        self._column_folding.show_page(True)
        self._code_panel.page.setFocus()
        self.refresh()

    def show_code_set(self, system: System, group: str = "") -> None:
        """Show the divisions of a code set as results, in the tree and as a page; with `group`, the page of a group."""
        node = self._navigation.find(system, group) if group else None
        if node is not None:
            self._navigation.open_branch(node.id)
        else:
            self._navigation.open_code_set(system)
        self._left_column.show_page(BROWSE_TAB)
        if self._navigation.node is not None:
            self._navigation.reveal(self._navigation.node)
        self._column_folding.show_page(node is not None)
        (self._code_panel.page if node is not None else self._results.list).setFocus()
        self.refresh()

    def _toggle_of(self, system: System) -> Callable[[], None]:
        return lambda: self._search_bar.toggle_system(system)

    def _has_moved_on(self) -> bool:
        """Return whether the page beside the results shows another code than the current row's."""
        row, on_page = self._results.current_row(), self._code_panel.current()
        if self._column_folding.one_column or row is None or row.node is None or on_page is None:
            return False
        return self._navigation.node == on_page != row.node

    def _is_covered(self, node: Node | None) -> bool:
        """Return whether a page without a code is shown in place of the node's page."""
        return node is not None and self._code_panel.current() is None

    def _page_hides_results(self) -> bool:
        return self._column_folding.one_column and not self._results.isVisible()


def screen_area(widget: QWidget, area: QRect) -> QRect:
    """Return the place on the screen of an area of a widget."""
    return QRect(widget.mapToGlobal(area.topLeft()), area.size())
