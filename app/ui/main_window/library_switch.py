"""The switch to another library: typed text, results, page and visits stay as they were."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal

from app.library.open import LibraryError
from app.search.answer import Answer
from app.ui.main_window.back_forward import CodeKey, code_key
from app.ui.main_window.open_library import OpenLibrary, SwitchableCatalogue
from app.ui.main_window.search_bar import SearchBar
from app.ui.main_window.search_controller import SearchController
from app.ui.main_window.search_worker import SearchWorker
from app.ui.results.results_model import Row, RowKind
from app.ui.results.results_panel import ResultsPanel

if TYPE_CHECKING:
    from app.ui.main_window.navigation import Navigation


class LibrarySwitch(QObject):
    """Opens a newer library beside the current one, and switches to it as soon as its engine answers.

    `find_other` is given the path of the current library, and opens the one to read instead, None if there is none.
    `open_again` opens the current one from its file as it is now.
    `switched` is sent when the catalogue reads from the new library: panels have to read again what they show.
    `failed` carries a sentence, `lost` the error if the file of the current library has changed and cannot be used.
    """

    switched = Signal()
    failed = Signal(str)
    lost = Signal(object)

    def __init__(
        self,
        opened: OpenLibrary,
        catalogue: SwitchableCatalogue,
        search_worker: SearchWorker,
        find_other: Callable[[Path], OpenLibrary | None] | None,
        open_again: Callable[[], OpenLibrary],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.current = opened
        self._catalogue, self._search_worker, self._find_other = catalogue, search_worker, find_other
        self._open_again = open_again
        self._next: OpenLibrary | None = None
        search_worker.engine_changed.connect(self._switch)

    @property
    def can_switch(self) -> bool:
        """True if the window follows the user's library."""
        return self._find_other is not None

    @property
    def is_switching(self) -> bool:
        """True while the engine of another library is made."""
        return self._next is not None

    def check(self) -> None:
        """Switch to another library if there is one, and to the current one's file if that was changed or replaced.

        Costs next to nothing if nothing has changed.
        """
        if self._next is not None:
            return
        if self._find_other is not None:
            try:
                self._next = self._find_other(self.current.path)
            except LibraryError as error:
                self.failed.emit(str(error))
        if self._next is None and self.current.has_changed():
            self.open_again()
        elif self._next is not None:
            self._search_worker.change_engine(self._next.make_engine)

    def open_again(self) -> None:
        """Read from the file of the current library as it is now, with new connections."""
        if self._next is not None:
            return
        try:
            self._next = self._open_again()
        except LibraryError as error:
            self.lost.emit(error)
        else:
            self._search_worker.change_engine(self._next.make_engine)

    def close(self) -> None:
        """End all connections. The search thread must have ended."""
        for library in (self._next, self.current):
            if library is not None:
                library.close()
        self._next = None

    def _switch(self, failure: Exception | None) -> None:
        library, self._next = self._next, None
        if library is None:
            return
        if failure is not None:
            library.close()
            if self.current.has_changed():
                # The previous codes are gone too.
                self.lost.emit(failure)
                return
            self.failed.emit(f"The new codes cannot be searched ({failure}); the previous codes stay in use")
            return
        old, self.current = self.current, library
        self._catalogue.switch_to(library.connection)
        for notice in library.notices:
            self.failed.emit(notice)
        self.switched.emit()
        old.close()
        # The library may have been replaced again while the engine was made.
        self.check()


class ListState(NamedTuple):
    """The state of the results list by codes, which are the same in every library."""

    open_rows: frozenset[CodeKey | None]
    current: CodeKey | None
    scroll_position: int


def list_state(results: ResultsPanel) -> ListState:
    """Return the open rows, the current row and the scroll position of the results list."""
    open_rows = frozenset(code_key(row.node) for row in _rows(results) if row.is_open)
    current = results.current_row()
    current_key = code_key(current.node) if current is not None else None
    return ListState(open_rows, current_key, results.list.verticalScrollBar().value())


def restore_list(results: ResultsPanel, state: ListState) -> None:
    """Open the same rows of the results list, and select and scroll to the same row."""
    number = 0
    # Opening a row inserts the rows below it, so the rows are counted anew on every pass.
    while (row := results.model.row(number)) is not None:
        key = code_key(row.node)
        if row.kind is RowKind.HIT and key in state.open_rows:
            results.model.open(number)
        if row.node is not None and key == state.current:
            results.select_node(row.node.id)
        number += 1
    results.list.verticalScrollBar().setValue(state.scroll_position)


def reload_filters(bar: SearchBar, catalogue: SwitchableCatalogue) -> None:
    """Limit searches to the same branch of another library, without searching."""
    within = bar.within
    node = catalogue.find(within.system, within.code) if within is not None else None
    bar.set_filters(bar.system, node, bar.valid_only.isChecked(), bar.cc_only.isChecked())


def reload_results(
    bar: SearchBar, search_controller: SearchController, results: ResultsPanel, navigation: "Navigation | None"
) -> None:
    """List the results of the same search or branch from another library, in the same state."""
    state, text = list_state(results), bar.text()
    node = navigation.node if navigation is not None else None
    # If the page had moved on from the current row, by a link or the tree, it stays, whatever the new rows are.
    had_moved_on = code_key(node) != state.current

    def restore_with_page(answer: Answer) -> None:
        search_controller.answered.disconnect(restore_with_page)
        # A user who has typed on meanwhile has left this state.
        if answer.question.text == text:
            restore_list(results, state)
            if navigation is not None and node is not None and (had_moved_on or results.model.find(node.id) >= 0):
                navigation.keep_node(node)
                restore_list(results, state)

    rows = _rows(results)
    lists_branch = results.answer is None and bool(rows) and rows[0].kind is RowKind.HIT
    if lists_branch and navigation is not None and navigation.reload_branch():
        restore_list(results, state)
    elif text.strip():
        search_controller.answered.connect(restore_with_page)
        search_controller.ask()
    else:
        search_controller.ask()
        restore_list(results, state)


def _rows(results: ResultsPanel) -> list[Row]:
    rows = (results.model.row(number) for number in range(results.model.rowCount()))
    return [row for row in rows if row is not None]
