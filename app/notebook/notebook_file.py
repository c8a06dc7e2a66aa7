"""The open notebook as a file: how its parts write into it, its daily backup, and the erasing of what was deleted."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Thread

from app.notebook.store import NotebookError, connect


class NotebookFile:
    """One connection to the notebook, which its parts share.

    `problem` is a sentence for the user about a notebook that was replaced or cannot be used, empty if there is none;
    `is_persistent` is True if the notebook is stored on disk, `is_open` until it is closed.
    """

    def __init__(self, folder: Path | None) -> None:
        self.connection, self.problem = connect(folder)
        self.is_persistent = bool(self.connection.execute("PRAGMA database_list").fetchone()[2])
        self.folder = folder if self.is_persistent else None
        self.is_open = True
        self._last_backup: date | None = None
        self._backup: Thread | None = None

    @contextmanager
    def writing(self, what: str) -> Generator[sqlite3.Connection]:
        """Write in one transaction: all of it is on the disk afterwards, a power cut included, or nothing is.

        Raises NotebookError with a sentence that begins with `what`, such as `List`, if that cannot be written.
        """
        connection = self.connection
        try:
            # Of the history, a power cut may take the last codes; of lists and notes it may not.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error as error:
            raise NotebookError(f"{what} cannot be saved ({error}).") from error
        self.back_up_once(date.today())

    def version(self) -> int:
        """Return a number that differs after another window or process has written into the notebook."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close the notebook; nothing is lost without closing."""
        self.is_open = False
        self._await_backup()
        self.connection.close()

    def back_up_once(self, day: date) -> None:
        """Have the notebook backed up if this is the first change of a day, by a thread: it waits for the disk."""
        if self.folder is None or day == self._last_backup:
            return
        from app.notebook.backups import back_up

        self._await_backup()
        self._last_backup = day
        self._backup = Thread(target=back_up, args=(self.folder, day))
        self._backup.start()

    def erase(self) -> None:
        """Overwrite what was deleted: in free pages, which versions before this one did not clear, and in the journal.

        The backups are replaced by one of the notebook as it is now. Raises NotebookError where another window keeps
        the journal from being emptied.
        """
        if self.folder is None:
            return
        from app.notebook.backups import back_up, delete_backups, delete_unfinished_backups

        self._await_backup()
        delete_backups(self.folder)
        self.connection.execute("PRAGMA temp_store = MEMORY")
        self.connection.execute("VACUUM")
        is_busy = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if is_busy:
            raise NotebookError(
                "The history was deleted, but traces stay in its journal while another window uses it. "
                "Close the other window and clear once more."
            )
        # Again, since another window may have made one meanwhile; one that still does keeps the journal.
        delete_backups(self.folder)
        delete_unfinished_backups(self.folder)
        back_up(self.folder, date.today())

    def _await_backup(self) -> None:
        if self._backup is not None:
            self._backup.join()
            self._backup = None
