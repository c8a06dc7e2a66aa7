"""Response of the window when the library cannot be read, has changed or is damaged: nothing of it stays on the
screen."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.library.open import UNREADABLE, LibraryError
from app.ui.main_window.damage_check import DamageCheck
from app.ui.main_window.library_switch import LibrarySwitch
from app.ui.main_window.search_controller import SearchController
from app.ui.main_window.search_worker import SearchWorker
from app.ui.main_window.status_bar import StatusBar

if TYPE_CHECKING:
    from app.intake.damage import CheckedDatabase

OPEN_AGAIN, MAKE_AGAIN = "open_again", "make_again"

MAKING_AGAIN = "Making your code sets again"

OTHER_FILE = "If it stays so, start Codarium with another file, or without --db."


class LibraryFailures(QObject):
    """Shows a sentence in place of what failed, opens the library again if its file has changed, and has a damaged one
    made again.

    `make_again` starts the job that makes the user's library again, named by its argument.
    """

    failed = Signal(object)
    """Carries every error of a search or of a page, for the log."""

    def __init__(
        self,
        search_worker: SearchWorker,
        search_controller: SearchController,
        library_switch: LibrarySwitch,
        check: DamageCheck,
        status_bar: StatusBar,
        make_again: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._search_controller, self._library_switch, self._check = search_controller, library_switch, check
        self._status_bar, self._make_again = status_bar, make_again
        self._warnings: list[str] = []
        self._was_made_again = False
        search_worker.failed.connect(self.read_failed)
        search_controller.remedy_chosen.connect(self.follow)
        library_switch.lost.connect(self.show)
        library_switch.switched.connect(self._use_other)
        check.damaged.connect(self._report_damage)

    def read_failed(self, error: Exception) -> None:
        """Show the error of a search or of a page, and have it logged."""
        self.failed.emit(error)
        self.library_failed(error)

    def library_failed(self, error: Exception) -> None:
        """Show the error, and open the library again if its file is another one by now."""
        self.show(error)
        self._library_switch.check()
        if isinstance(error, UNREADABLE):
            self._check.start()

    def show(self, error: Exception) -> None:
        """Show the sentence on an error in place of all results."""
        remedies = [(OPEN_AGAIN, "Open the code sets again")]
        if self._library_switch.can_switch:
            remedies.append((MAKE_AGAIN, "Make them again from the added files"))
        self._search_controller.show_failure(self._sentence(error), remedies)

    def follow(self, remedy: str) -> None:
        """Do what a link below the sentence offers."""
        if remedy == MAKE_AGAIN:
            self._make_again(MAKING_AGAIN)
        else:
            self._library_switch.open_again()

    def _sentence(self, error: Exception) -> str:
        if isinstance(error, LibraryError):
            return str(error)
        if isinstance(error, UNREADABLE):
            sentence = f"The code database {self._library_switch.current.path} cannot be read ({error})."
            # A file that was named by --db is not Codarium's to make again.
            return sentence if self._library_switch.can_switch else f"{sentence} {OTHER_FILE}"
        return f"This search failed ({type(error).__name__}: {error}). The next letter starts another one."

    def _report_damage(self, database: "CheckedDatabase", error: LibraryError) -> None:
        sentence = str(error)
        # Cut behind the path, which may have a colon or a parenthesis itself.
        before, _, after = sentence.partition(str(database.path))
        warning = f"{before}{database.path.name}{after.partition(': ')[0].partition(' (')[0]}"
        if warning not in self._warnings:
            self._warnings.append(warning)
            self._status_bar.show_warning(warning, tip=sentence)
        # Once: where the disk is failing, what is made would be damaged again.
        if database.is_remade and not self._was_made_again:
            self._was_made_again = True
            self._make_again(MAKING_AGAIN)

    def _use_other(self) -> None:
        """Forget what was found in the library before, and check the one that is in use now."""
        for warning in self._warnings:
            self._status_bar.end_warning(warning)
        self._warnings.clear()
        self._check.start_later()
