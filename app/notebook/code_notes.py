"""The user's own notes on codes; every SQL statement on the table `code_note` is here."""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.codes.systems import System
from app.notebook.notebook_file import NotebookFile
from app.notebook.store import NotebookError

LONGEST_NOTE = 4000
"""Characters; more is a document and not a note."""


@dataclass(frozen=True, slots=True)
class CodeNote:
    """A note on a code: plain text, of several lines where the user wrote several."""

    system: System
    code: str
    text: str
    changed: datetime


class CodeNotes:
    """The user's notes on codes, one for each code. Reading raises sqlite3.Error."""

    def __init__(self, file: NotebookFile) -> None:
        self._file = file

    def find(self, system: System, code: str) -> CodeNote | None:
        """Return the note on a code, None if there is none."""
        rows = self._read(" WHERE system = ? AND code = ?", system.value, code)
        return rows[0] if rows else None

    def all(self) -> tuple[CodeNote, ...]:
        """Return all notes, the one changed last first."""
        return self._read(" ORDER BY changed DESC, system, code")

    def containing(self, text: str) -> tuple[CodeNote, ...]:
        """Return the notes that hold every word of a text, in any case, the one changed last first."""
        words = text.casefold().split()
        return tuple(note for note in self.all() if words and all(word in note.text.casefold() for word in words))

    def write(self, system: System, code: str, text: str, when: datetime | None = None) -> None:
        """Write the note on a code in place of the one before; an empty text deletes it.

        Raises NotebookError if it is too long or cannot be saved.
        """
        text = text.strip()
        if len(text) > LONGEST_NOTE:
            raise NotebookError(f"A note may have {LONGEST_NOTE:,} characters; this one has {len(text):,}.")
        moment = round((when or datetime.now(UTC)).timestamp() * 1000)
        with self._file.writing("Note") as connection:
            if text:
                connection.execute(
                    "INSERT OR REPLACE INTO code_note (system, code, text, changed) VALUES (?, ?, ?, ?)",
                    (system.value, code, text, moment),
                )
            else:
                connection.execute("DELETE FROM code_note WHERE system = ? AND code = ?", (system.value, code))

    def _read(self, condition: str, *values: object) -> tuple[CodeNote, ...]:
        known = {system.value for system in System}
        rows = self._file.connection.execute(f"SELECT system, code, text, changed FROM code_note{condition}", values)
        return tuple(
            CodeNote(System(system), code, text, datetime.fromtimestamp(changed / 1000, UTC))
            for system, code, text, changed in rows
            if system in known
        )
