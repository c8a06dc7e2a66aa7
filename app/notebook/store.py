"""Opens the person's notebook, brings it up to date, and sets a damaged one aside instead of failing."""

import re
import sqlite3
from contextlib import suppress
from datetime import datetime
from pathlib import Path

APPLICATION_ID = 0x434F444E
"""`CODN`: tells a notebook from any other database."""

FILE_NAME = "notebook.db"

_SCHEMA = Path(__file__).with_name("schema.sql")
_VERSION_LINE = re.compile(r"^-- version (\d+)$", re.MULTILINE)


class NotebookError(Exception):
    """A notebook that cannot be used; the text is one sentence for the person."""


def migrations() -> list[str]:
    """The SQL that leads from each version to the next; the first leads from an empty file to version 1."""
    pieces = _VERSION_LINE.split(_SCHEMA.read_text(encoding="utf-8"))
    numbers = [int(number) for number in pieces[1::2]]
    if numbers != list(range(1, len(numbers) + 1)):
        raise ValueError(f"{_SCHEMA.name}: versions must count 1, 2, 3 ..., not {numbers}")
    return pieces[2::2]


def connect(folder: Path | None) -> tuple[sqlite3.Connection, str]:
    """The notebook's connection, and a sentence on what went wrong with it, empty when nothing did.

    Without a folder that can be written to, or beside a notebook that this program is too old for, it is kept in
    memory and lasts as long as the window.
    """
    if folder is None:
        return _in_memory(), ""
    path = folder / FILE_NAME
    try:
        return _open(path), ""
    except NotebookError as error:
        return _in_memory(), str(error)
    except sqlite3.OperationalError as error:
        return _in_memory(), f"Your notebook cannot be opened ({error}), so this session's history will not be kept."
    except sqlite3.DatabaseError:
        pass
    try:
        aside = _set_aside(path)
        return _open(path), f"Your notebook was damaged. It was set aside as {aside.name} and a new one begun."
    except (OSError, sqlite3.Error) as error:
        return _in_memory(), f"Your notebook is damaged and cannot be replaced ({error}); history will not be kept."


def _open(path: Path) -> sqlite3.Connection:
    # Two windows may write at once; each write is one row, so half a second is a long wait.
    connection = sqlite3.connect(path, timeout=0.5, isolation_level=None)
    try:
        # Reads the header and the whole file: SQLite opens anything, and would fail at the first write instead.
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        _migrate(connection)
        # A process that is killed loses nothing that was committed; where the file system cannot do WAL, or another
        # window is at work just now, SQLite stays with the rollback journal, which is as safe.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
    except BaseException:
        connection.close()
        raise
    return connection


def _in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _migrate(connection)
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    steps = migrations()
    # One transaction, so that what is read is not half of what another program is just writing.
    connection.execute("BEGIN")
    try:
        version = _version(connection)
    finally:
        connection.execute("ROLLBACK")
    if version == len(steps):
        return
    # Two programs may start at the same moment: whoever comes second finds the work done.
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)
        if version > len(steps):
            raise NotebookError(
                "Your notebook was written by a newer Codarium, so this session's history will not be kept."
            )
        for step in steps[version:]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    if owner != APPLICATION_ID and (version or tables):
        raise sqlite3.DatabaseError("not a notebook")
    return version


def _statements(script: str) -> list[str]:
    """The statements of a script, one by one: `executescript` would commit before each."""
    statements: list[str] = []
    gathered = ""
    for line in script.splitlines(keepends=True):
        gathered += line
        if sqlite3.complete_statement(gathered):
            statements.append(gathered)
            gathered = ""
    return statements


def _set_aside(path: Path) -> Path:
    """Renames a damaged notebook, with its journals, so that nothing in it is lost."""
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    aside = path.with_name(f"notebook-damaged-{stamp}.db")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"notebook-damaged-{stamp}-{number}.db")
    for suffix in ("", "-wal", "-shm", "-journal"):
        piece = path.with_name(path.name + suffix)
        if piece.exists():
            piece.rename(aside.with_name(aside.name + suffix))
    return aside
