"""The codes opened before: their rows in the window, and their removal from the notebook."""

from datetime import datetime

from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.notebook.notebook import Notebook
from app.notebook.store import NotebookError
from app.ui.main_window.status_bar import StatusBar
from app.ui.results.results_model import Row
from app.ui.results.start_rows import recent_row, start_rows

MAX_START_ROWS = 8
MAX_LISTED = 100


class RecentCodes:
    """The codes that the user has opened, as rows, with the current titles of the catalogue."""

    def __init__(self, notebook: Notebook, catalogue: Catalogue, status_bar: StatusBar) -> None:
        self._notebook, self._catalogue, self._status_bar = notebook, catalogue, status_bar
        self._had_cpt = self._has_cpt()

    def start_rows(self) -> list[Row]:
        """Return the rows under an empty search box: the codes opened last, and examples to try."""
        return start_rows(self._notebook.history.recent(MAX_START_ROWS), self._catalogue.find, _now())

    def rows(self) -> list[Row]:
        """Return the rows of the Recent tab, the code opened last first."""
        now = _now()
        opened_codes = self._notebook.history.recent(MAX_LISTED)
        return [recent_row(opened, self._catalogue.find(opened.system, opened.code), now) for opened in opened_codes]

    def clear(self) -> None:
        """Remove all codes; the status bar tells whether that could be written."""
        try:
            self._notebook.history.clear()
        except NotebookError as error:
            self._status_bar.show_notice(str(error))
        else:
            self._status_bar.show_notice("Recent codes cleared")

    def remove_cpt_titles(self) -> None:
        """Remove the titles of CPT codes and modifiers, which may not outlive the user's CPT files."""
        try:
            self._notebook.delete_ama_titles()
        except NotebookError as error:
            self._status_bar.show_warning(str(error))

    def follow_library(self) -> None:
        """Remove the titles of CPT if another window or the command line has removed CPT from the library."""
        had_cpt, self._had_cpt = self._had_cpt, self._has_cpt()
        if had_cpt and not self._had_cpt:
            self.remove_cpt_titles()

    def _has_cpt(self) -> bool:
        """Return whether CPT is loaded from the user's files, not only as our own outline."""
        return any(code_set.system is System.CPT and not code_set.ours for code_set in self._catalogue.code_sets())


def _now() -> datetime:
    return datetime.now().astimezone()
