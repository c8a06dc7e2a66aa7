"""The history of opened codes, newest first; every SQL statement on the table `opened` is here."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from app.codes.systems import AMA_SYSTEMS, System
from app.notebook.notebook_file import NotebookFile
from app.notebook.store import NotebookError

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
    """The user's history of opened codes."""

    def __init__(self, file: NotebookFile) -> None:
        self._file, self._connection = file, file.connection

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
        self._file.back_up_once(moment.astimezone().date())

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
        """Delete the titles that came from files of the AMA; the codes stay. Raises sqlite3.Error."""
        for system in AMA_SYSTEMS:
            self._connection.execute("UPDATE opened SET title = '' WHERE system = ?", (system.value,))

    def clear(self) -> None:
        """Delete the whole history, in its backups and in damaged notebooks too, without a trace in any file."""
        try:
            self._connection.execute("DELETE FROM opened")
            if self._file.folder is not None:
                from app.notebook.backups import delete_damaged

                delete_damaged(self._file.folder)
            self._file.erase()
        except (OSError, sqlite3.Error) as error:
            raise NotebookError(f"History cannot be cleared ({error}).") from error
