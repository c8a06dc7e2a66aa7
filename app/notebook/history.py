"""The history of opened codes, newest first; every SQL statement on the table `opened` is here."""

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread

from app.codes.systems import AMA_SYSTEMS, System
from app.notebook.store import TITLES_NOTE, NotebookError, connect

MOST_OPENED = 2000
"""Number of codes in the history; a coder opens some three hundred a day, so about a week of distinct ones."""


@dataclass(frozen=True, slots=True)
class OpenedCode:
    """A code that was opened, with its title at that time; empty if the title had to be deleted."""

    system: System
    code: str
    title: str
    last_opened: datetime
    times: int


class History:
    """The user's history of opened codes.

    `problem` is a sentence for the user about a notebook that was replaced or cannot be used, empty if there is none;
    `is_persistent` is True if the history is stored on disk.
    """

    def __init__(self, folder: Path | None) -> None:
        self._connection, self.problem = connect(folder)
        self.is_persistent = bool(self._connection.execute("PRAGMA database_list").fetchone()[2])
        self._folder = folder if self.is_persistent else None
        self._last_backup: date | None = None
        self._backup: Thread | None = None
        self._titles_note = folder / TITLES_NOTE if folder is not None else None
        if folder is not None and are_titles_to_delete(folder):
            with suppress(NotebookError):
                self.delete_ama_titles()

    def record(self, system: System, code: str, title: str, when: datetime | None = None) -> None:
        """Add a code to the history, or move it to the front. Raises NotebookError if that cannot be written."""
        moment = when or datetime.now(UTC)
        try:
            self._connection.execute(
                "INSERT INTO opened (system, code, title, last_opened) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (system, code) DO UPDATE SET"
                " title = excluded.title, last_opened = excluded.last_opened, times = times + 1",
                (system.value, code, title, round(moment.timestamp() * 1000)),
            )
            self._connection.execute(
                "DELETE FROM opened WHERE last_opened < (SELECT last_opened FROM opened"
                " ORDER BY last_opened DESC LIMIT 1 OFFSET ?)",
                (MOST_OPENED - 1,),
            )
        except sqlite3.Error as error:
            raise NotebookError(f"History cannot be written ({error}).") from error
        self._back_up(moment.astimezone().date())

    def recent(self, limit: int = 12) -> tuple[OpenedCode, ...]:
        """Return the codes opened last, newest first, without code sets that this program does not know."""
        systems = {system.value for system in System}
        try:
            rows = self._connection.execute(
                "SELECT system, code, title, last_opened, times FROM opened"
                " ORDER BY last_opened DESC, system, code LIMIT ?",
                (limit,),
            ).fetchall()
        except sqlite3.Error:
            return ()
        return tuple(
            OpenedCode(System(system), code, title, datetime.fromtimestamp(moment / 1000, UTC), times)
            for system, code, title, moment, times in rows
            if system in systems
        )

    def delete_ama_titles(self) -> None:
        """Delete the titles that came from files of the AMA, since the user has removed these.

        The codes stay; titles in our own words are read from the library. No trace of the titles is left in the
        notebook and its backups. A note says so meanwhile: where it fails, or is interrupted, it is done again when the
        notebook is opened next.
        """
        from app.durable_files import delete_file, written_beside

        if self._titles_note is not None:
            with suppress(OSError), written_beside(self._titles_note) as unfinished:
                unfinished.touch()
        try:
            for system in AMA_SYSTEMS:
                self._connection.execute("UPDATE opened SET title = '' WHERE system = ?", (system.value,))
            self._erase()
            if self._titles_note is not None and self.is_persistent:
                delete_file(self._titles_note)
        except (OSError, sqlite3.Error) as error:
            raise NotebookError(f"Titles in the history cannot be deleted ({error}).") from error

    def clear(self) -> None:
        """Delete the whole history, in its backups and in damaged notebooks too, without a trace in any file."""
        try:
            self._connection.execute("DELETE FROM opened")
            if self._folder is not None:
                from app.notebook.backups import delete_damaged

                delete_damaged(self._folder)
            self._erase()
        except (OSError, sqlite3.Error) as error:
            raise NotebookError(f"History cannot be cleared ({error}).") from error

    def close(self) -> None:
        """Close the notebook; nothing is lost without closing."""
        self._await_backup()
        self._connection.close()

    def _back_up(self, day: date) -> None:
        """Have the notebook backed up if this is the first code of a day, by a thread: it waits for the disk."""
        if self._folder is None or day == self._last_backup:
            return
        from app.notebook.backups import back_up

        self._await_backup()
        self._last_backup = day
        self._backup = Thread(target=back_up, args=(self._folder, day))
        self._backup.start()

    def _await_backup(self) -> None:
        if self._backup is not None:
            self._backup.join()
            self._backup = None

    def _erase(self) -> None:
        """Overwrite what was deleted: in free pages, which versions before this one did not clear, and in the journal.

        The backups are replaced by one of the notebook as it is now. Raises NotebookError where another window keeps
        the journal from being emptied.
        """
        if self._folder is None:
            return
        from app.notebook.backups import back_up, delete_backups, delete_unfinished_backups

        self._await_backup()
        delete_backups(self._folder)
        self._connection.execute("PRAGMA temp_store = MEMORY")
        self._connection.execute("VACUUM")
        is_busy = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if is_busy:
            raise NotebookError(
                "The history was deleted, but traces stay in its journal while another window uses it. "
                "Close the other window and clear once more."
            )
        # Again, since another window may have made one meanwhile; one that still does keeps the journal.
        delete_backups(self._folder)
        delete_unfinished_backups(self._folder)
        back_up(self._folder, date.today())


def are_titles_to_delete(folder: Path) -> bool:
    """Return whether titles of the AMA could not be deleted when their files were removed."""
    return (folder / TITLES_NOTE).exists()
