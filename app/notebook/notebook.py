"""The user's notebook: its parts, over one file."""

import sqlite3
from contextlib import suppress
from pathlib import Path

from app.codes.systems import AMA_SYSTEMS
from app.notebook.code_notes import CodeNotes
from app.notebook.favorites import Favorites
from app.notebook.history import History
from app.notebook.notebook_file import NotebookFile
from app.notebook.store import TITLES_NOTE, NotebookError
from app.notebook.worksheets import Worksheets


class Notebook:
    """Everything of the user's own: opened codes, favorites, notes on codes, and worksheets.

    `problem` is a sentence for the user about a notebook that was replaced or cannot be used, empty if there is none;
    `is_persistent` is True if it is stored on disk. Without a folder it lasts as long as the window.
    """

    def __init__(self, folder: Path | None) -> None:
        self.file = NotebookFile(folder)
        self.problem, self.is_persistent = self.file.problem, self.file.is_persistent
        self.history = History(self.file)
        self.favorites = Favorites(self.file)
        self.notes = CodeNotes(self.file)
        self.worksheets = Worksheets(self.file)
        self._titles_note = folder / TITLES_NOTE if folder is not None else None
        if folder is not None and are_titles_to_delete(folder):
            with suppress(NotebookError):
                self.delete_ama_titles()

    def delete_ama_titles(self) -> None:
        """Delete the titles that came from files of the AMA, since the user has removed these.

        The codes stay; titles in our own words are read from the library. No trace of the titles is left in the
        notebook, its backups, and the damaged notebooks that were set aside. A note says so meanwhile: where it fails,
        or is interrupted, it is done again when the notebook is opened next.
        """
        from app.durable_files import delete_file, written_beside

        if self._titles_note is not None:
            with suppress(OSError), written_beside(self._titles_note) as unfinished:
                unfinished.touch()
        try:
            self.history.delete_ama_titles()
            if self.file.folder is not None:
                from app.notebook.backups import delete_damaged_with

                delete_damaged_with(self.file.folder, AMA_SYSTEMS)
            self.file.erase()
            if self._titles_note is not None and self.is_persistent:
                delete_file(self._titles_note)
        except (OSError, sqlite3.Error) as error:
            raise NotebookError(f"Titles in the history cannot be deleted ({error}).") from error

    def close(self) -> None:
        """Close the notebook; nothing is lost without closing."""
        self.file.close()


def are_titles_to_delete(folder: Path) -> bool:
    """Return whether titles of the AMA could not be deleted when their files were removed."""
    return (folder / TITLES_NOTE).exists()
