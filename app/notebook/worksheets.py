"""The user's worksheets, the codes of one chart each; every SQL statement on them is here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from sqlite3 import Connection

from app.codes.systems import System
from app.notebook.notebook_file import NotebookFile
from app.notebook.store import NotebookError, named

MOST_LINES = 1000
"""Lines of a worksheet."""

LONGEST_REMARK = 500
MOST_UNITS = 99_999

FIRST_NAME = "Worksheet"
"""Name of the worksheet that the first added code makes; the next unnamed ones are `Worksheet 2`, `Worksheet 3`."""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A named list of codes. A template is one that is copied for a new chart."""

    id: int
    name: str
    is_template: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One code of a worksheet.

    `code` is in its written form (`E11.40`); `system` is None where it is a text that was no known code when it was
    added. `modifiers` are in the order of the claim, `units` is 0 where none are given. `id` is 0 for a line that is
    not in a worksheet yet.
    """

    system: System | None
    code: str
    modifiers: tuple[str, ...] = ()
    units: int = 0
    remark: str = ""
    id: int = 0


class Worksheets:
    """The user's worksheets. Reading raises sqlite3.Error; changing raises NotebookError.

    Each change is of single lines, so that two windows may change one worksheet at the same time.
    """

    def __init__(self, file: NotebookFile) -> None:
        self._file = file

    def all(self) -> tuple[Worksheet, ...]:
        """Return all worksheets, the one opened last first, then the templates by name."""
        return self._read(" ORDER BY is_template, iif(is_template, 0, -opened), name, worksheet")

    def last_opened(self) -> Worksheet | None:
        """Return the worksheet that was opened last, None if there is none."""
        found = self._read(" WHERE NOT is_template ORDER BY opened DESC, worksheet DESC LIMIT 1")
        return found[0] if found else None

    def find(self, worksheet: int) -> Worksheet | None:
        """Return the worksheet of an id, None if it was deleted."""
        found = self._read(" WHERE worksheet = ?", worksheet)
        return found[0] if found else None

    def lines(self, worksheet: Worksheet) -> tuple[Line, ...]:
        """Return the lines of a worksheet in order."""
        known = {system.value for system in System}
        rows = self._file.connection.execute(
            "SELECT system, code, modifiers, units, remark, line FROM worksheet_line"
            " WHERE worksheet = ? ORDER BY position, line",
            (worksheet.id,),
        )
        return tuple(
            Line(System(system) if system in known else None, code, tuple(modifiers.split()), units, remark, line)
            for system, code, modifiers, units, remark, line in rows
        )

    def create(self, name: str = "", lines: Iterable[Line] = (), *, is_template: bool = False) -> Worksheet:
        """Make a worksheet with these lines, and open it unless it is a template.

        Without a name it gets the next free one: `Worksheet`, `Worksheet 2`. Raises NotebookError for a name that is
        too long or taken.
        """
        with self._file.writing("List") as connection:
            name = named("List", name) if name.strip() else _free_name(connection, FIRST_NAME)
            _refuse_taken(connection, name, 0)
            created = connection.execute(
                "INSERT INTO worksheet (name, is_template, opened) VALUES (?, ?, ?)",
                (name, int(is_template), _next_moment(connection)),
            ).lastrowid
            worksheet = Worksheet(created or 0, name, is_template)
            _insert(connection, worksheet.id, tuple(lines), 0)
        return worksheet

    def copy(self, worksheet: Worksheet, name: str = "", *, is_template: bool = False) -> Worksheet:
        """Make another worksheet with the same lines: a chart from a template, or a template from a chart."""
        if not name.strip() and not is_template:
            with self._file.writing("List") as connection:
                name = _free_name(connection, worksheet.name)
        return self.create(name, self.lines(worksheet), is_template=is_template)

    def mark_opened(self, worksheet: Worksheet) -> None:
        """Make a worksheet the one that was opened last."""
        with self._file.writing("List") as connection:
            connection.execute(
                "UPDATE worksheet SET opened = ? WHERE worksheet = ?", (_next_moment(connection), worksheet.id)
            )

    def rename(self, worksheet: Worksheet, name: str) -> Worksheet:
        """Give a worksheet another name. Raises NotebookError for a name that is empty, too long or taken."""
        name = named("List", name)
        with self._file.writing("List") as connection:
            _refuse_taken(connection, name, worksheet.id)
            connection.execute("UPDATE worksheet SET name = ? WHERE worksheet = ?", (name, worksheet.id))
        return replace(worksheet, name=name)

    def delete(self, worksheet: Worksheet) -> None:
        """Delete a worksheet with its lines."""
        with self._file.writing("List") as connection:
            connection.execute("DELETE FROM worksheet_line WHERE worksheet = ?", (worksheet.id,))
            connection.execute("DELETE FROM worksheet WHERE worksheet = ?", (worksheet.id,))

    def insert(self, worksheet: Worksheet, lines: Sequence[Line], position: int | None = None) -> tuple[Line, ...]:
        """Insert lines before the one at a position, at the end without one; return them with their ids.

        Raises NotebookError if the worksheet would have too many lines, or was deleted meanwhile.
        """
        with self._file.writing("List") as connection:
            if not connection.execute("SELECT 1 FROM worksheet WHERE worksheet = ?", (worksheet.id,)).fetchone():
                raise NotebookError(f"The list {worksheet.name} was deleted in another window.")
            return _insert(connection, worksheet.id, lines, position)

    def put_back(self, worksheet: Worksheet, line: Line, position: int) -> None:
        """Insert a line that was removed where it was, under the id that it had."""
        with self._file.writing("List") as connection:
            _insert(connection, worksheet.id, (line,), position, keep_ids=True)

    def change(self, line: Line) -> None:
        """Write modifiers, units, remark and code of a line anew. Raises NotebookError if its remark is too long."""
        with self._file.writing("List") as connection:
            connection.execute(
                "UPDATE worksheet_line SET system = ?, code = ?, modifiers = ?, units = ?, remark = ? WHERE line = ?",
                (*_values(line), line.id),
            )

    def remove(self, worksheet: Worksheet, lines: Iterable[Line]) -> None:
        """Remove lines from a worksheet."""
        with self._file.writing("List") as connection:
            connection.executemany("DELETE FROM worksheet_line WHERE line = ?", [(line.id,) for line in lines])
            _renumber(connection, worksheet.id)

    def move(self, worksheet: Worksheet, line: Line, position: int) -> None:
        """Move a line to a position, counted from 0 without the line itself."""
        with self._file.writing("List") as connection:
            rows = connection.execute(
                "SELECT line FROM worksheet_line WHERE worksheet = ? AND line <> ? ORDER BY position, line",
                (worksheet.id, line.id),
            )
            order = [number for (number,) in rows]
            order.insert(max(0, min(position, len(order))), line.id)
            _write_order(connection, order)

    def _read(self, condition: str, *values: object) -> tuple[Worksheet, ...]:
        rows = self._file.connection.execute(f"SELECT worksheet, name, is_template FROM worksheet{condition}", values)
        return tuple(Worksheet(worksheet, name, bool(is_template)) for worksheet, name, is_template in rows)


def _insert(
    connection: Connection, worksheet: int, lines: Sequence[Line], position: int | None, *, keep_ids: bool = False
) -> tuple[Line, ...]:
    count = connection.execute("SELECT count(*) FROM worksheet_line WHERE worksheet = ?", (worksheet,)).fetchone()[0]
    if count + len(lines) > MOST_LINES:
        raise NotebookError(f"A list may have {MOST_LINES:,} codes; this would make {count + len(lines):,}.")
    first = count if position is None else max(0, min(position, count))
    connection.execute(
        "UPDATE worksheet_line SET position = position + ? WHERE worksheet = ? AND position >= ?",
        (len(lines), worksheet, first),
    )
    inserted: list[Line] = []
    for number, line in enumerate(lines, first):
        made = connection.execute(
            "INSERT INTO worksheet_line (line, worksheet, position, system, code, modifiers, units, remark)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (line.id if keep_ids else None, worksheet, number, *_values(line)),
        ).lastrowid
        inserted.append(replace(line, id=made or 0))
    _renumber(connection, worksheet)
    return tuple(inserted)


def _values(line: Line) -> tuple[str | None, str, str, int, str]:
    remark = " ".join(line.remark.split())
    if len(remark) > LONGEST_REMARK:
        raise NotebookError(f"A remark may have {LONGEST_REMARK} characters; this one has {len(remark):,}.")
    if not 0 <= line.units <= MOST_UNITS:
        raise NotebookError(f"Units are a number from 1 to {MOST_UNITS:,}, not {line.units:,}.")
    return line.system.value if line.system else None, line.code, " ".join(line.modifiers), line.units, remark


def _renumber(connection: Connection, worksheet: int) -> None:
    rows = connection.execute(
        "SELECT line FROM worksheet_line WHERE worksheet = ? ORDER BY position, line", (worksheet,)
    )
    _write_order(connection, [line for (line,) in rows])


def _write_order(connection: Connection, order: Iterable[int]) -> None:
    connection.executemany(
        "UPDATE worksheet_line SET position = ? WHERE line = ? AND position <> ?",
        [(position, line, position) for position, line in enumerate(order)],
    )


def _refuse_taken(connection: Connection, name: str, own: int) -> None:
    taken = connection.execute("SELECT worksheet FROM worksheet WHERE name = ?", (name,)).fetchone()
    if taken is not None and taken[0] != own:
        raise NotebookError(f"There is a list named {name} already.")


def _free_name(connection: Connection, name: str) -> str:
    names = {taken.casefold() for (taken,) in connection.execute("SELECT name FROM worksheet")}
    number, free = 1, name
    while free.casefold() in names:
        number += 1
        free = f"{name} {number}"
    return free


def _next_moment(connection: Connection) -> int:
    """Return the present moment, but later than any worksheet was opened before, whatever the clock says."""
    latest = connection.execute("SELECT ifnull(max(opened), 0) FROM worksheet").fetchone()[0]
    return max(round(datetime.now(UTC).timestamp() * 1000), latest + 1)
