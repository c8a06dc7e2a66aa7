"""Another library in the place of the one that is open: what was typed, read and visited stays as it was."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.library.open import LibraryError
from app.search.answer import Answer
from app.ui.main_window.back_forward import code_key
from app.ui.main_window.open_library import OpenLibrary, SwitchableCatalogue
from app.ui.main_window.search_bar import SearchBar
from app.ui.main_window.search_controller import SearchController
from app.ui.main_window.search_worker import SearchWorker
from app.ui.results.results_model import RowKind
from app.ui.results.results_panel import ResultsPanel

if TYPE_CHECKING:
    from app.ui.main_window.navigation import Navigation


class LibrarySwitch(QObject):
    """Looks for a newer library, opens it beside the old one, and goes over to it once its engine answers.

    `find` opens the library that is to be read now; it is given the path of the one that is open, and gives None where
    that is the one. `switched` says that the catalogue speaks of the new one: panels are to find again what
    they show. `failed` carries a sentence.
    """

    switched = Signal()
    failed = Signal(str)

    def __init__(
        self,
        opened: OpenLibrary,
        catalogue: SwitchableCatalogue,
        runner: SearchWorker,
        find: Callable[[Path], OpenLibrary | None] | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.opened = opened
        self._catalogue, self._runner, self._find = catalogue, runner, find
        self._coming: OpenLibrary | None = None
        runner.changed.connect(self._go_over)

    @property
    def can_switch(self) -> bool:
        """Whether the window follows the person's library."""
        return self._find is not None

    def check(self) -> None:
        """Goes over to the library that is to be read now, if that is another one. Cheap where it is not."""
        if self._find is None or self._coming is not None:
            return
        try:
            self._coming = self._find(self.opened.path)
        except LibraryError as error:
            self.failed.emit(str(error))
        if self._coming is not None:
            self._runner.change(self._coming.make_engine)

    def close(self) -> None:
        """Ends all connections. The search thread must have ended."""
        for opened in (self._coming, self.opened):
            if opened is not None:
                opened.close()
        self._coming = None

    def _go_over(self, failure: Exception | None) -> None:
        coming, self._coming = self._coming, None
        if coming is None:
            return
        if failure is not None:
            coming.close()
            self.failed.emit(f"The new codes cannot be searched ({failure}), so the old ones stay")
            return
        old, self.opened = self.opened, coming
        self._catalogue.switch_to(coming.connection)
        for notice in coming.notices:
            self.failed.emit(notice)
        self.switched.emit()
        old.close()
        # Something may have come while the engine was made.
        self.check()


def find_filters(bar: SearchBar, catalogue: SwitchableCatalogue) -> None:
    """Confines searches to the same branch of another library, without asking anything."""
    within = bar.within
    found = catalogue.find(within.system, within.code) if within is not None else None
    bar.set_filters(bar.system, found, bar.valid_only.isChecked())


def ask_again(bar: SearchBar, asking: SearchController, results: ResultsPanel, reading: "Navigation | None") -> None:
    """Shows in the list what it showed of the old library: rows stay open, the same one is current, in its place."""
    scrolled = results.list.verticalScrollBar().value()
    rows = [row for number in range(results.model.rowCount()) if (row := results.model.row(number)) is not None]
    opened = {code_key(row.node) for row in rows if row.is_open}
    current = results.current_row()
    chosen = code_key(current.node) if current is not None else None
    text, read = bar.text(), reading.node if reading is not None else None
    # The page had gone on from its row, by a link or the tree: then it stays, whatever the new rows are.
    had_gone_on = code_key(read) != chosen

    def find_place() -> None:
        number = 0
        while (row := results.model.row(number)) is not None:
            if row.kind is RowKind.HIT and code_key(row.node) in opened:
                results.model.open(number)
            if row.node is not None and chosen is not None and code_key(row.node) == chosen:
                results.select_node(row.node.id)
            number += 1
        results.list.verticalScrollBar().setValue(scrolled)

    def land(answer: Answer) -> None:
        asking.answered.disconnect(land)
        # Whoever has typed on meanwhile is somewhere else already.
        if answer.question.text == text:
            find_place()
            if reading is not None and read is not None and (had_gone_on or results.model.find(read.id) >= 0):
                reading.stay_with(read)
                find_place()

    of_branch = results.answer is None and bool(rows) and rows[0].kind is RowKind.HIT
    if of_branch and reading is not None and reading.show_branch_again():
        find_place()
    elif text.strip():
        asking.answered.connect(land)
        asking.ask()
    else:
        asking.ask()
        find_place()
