"""Which codes the person opened, newest first: every statement about `opened` is here."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.codes.systems import System
from app.notebook.store import NotebookError, connect

KEPT = 2000
"""How many codes are remembered; a coder opens some three hundred a day, so about a week of distinct ones."""


@dataclass(frozen=True, slots=True)
class OpenedCode:
    """A code that was opened, under the title that it had then; empty where that had to be deleted."""

    system: System
    code: str
    title: str
    last_opened: datetime
    times: int


class History:
    """The person's history of opened codes.

    `trouble` is a sentence for the person on a notebook that had to be set aside or could not be used; `lasting` says
    whether what is remembered outlives the window.
    """

    def __init__(self, folder: Path | None) -> None:
        self._connection, self.trouble = connect(folder)
        self.lasting = bool(self._connection.execute("PRAGMA database_list").fetchone()[2])

    def record(self, system: System, code: str, title: str, when: datetime | None = None) -> None:
        """Remembers that a code was opened; raises NotebookError where that cannot be written."""
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
                (KEPT - 1,),
            )
        except sqlite3.Error as error:
            raise NotebookError(f"History cannot be written ({error}).") from error

    def recent(self, limit: int = 12) -> tuple[OpenedCode, ...]:
        """The codes opened last, newest first. Code sets that this program does not know are passed over."""
        known = {system.value for system in System}
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
            if system in known
        )

    def forget_titles(self, system: System) -> None:
        """Deletes the titles of a code set's codes, which were those of files that the person has removed.

        The codes stay. What is deleted is overwritten, in the journal too as far as no other window is reading it.
        """
        try:
            self._connection.execute("PRAGMA secure_delete = ON")
            self._connection.execute("UPDATE opened SET title = '' WHERE system = ?", (system.value,))
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            raise NotebookError(f"Titles in the history cannot be deleted ({error}).") from error

    def clear(self) -> None:
        """Forgets every opened code."""
        try:
            self._connection.execute("DELETE FROM opened")
        except sqlite3.Error as error:
            raise NotebookError(f"History cannot be cleared ({error}).") from error

    def close(self) -> None:
        """Closes the notebook; nothing is lost without it."""
        self._connection.close()
