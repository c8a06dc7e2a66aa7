"""Opening the user's notebook: migrates it, and replaces a damaged one instead of failing."""

import re
import sqlite3
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from app.paths import opening_problem

NOTEBOOK_ID = 0x434F444E
"""`CODN`, the mark of a notebook in the header of the database."""

NOTEBOOK_FILE = "notebook.db"

BACKUPS_FOLDER = "notebook backups"
"""Folder in the user's folder."""

TITLES_NOTE = "deleting titles"
"""File in the user's folder while titles in the history are to be deleted, as they may not outlive the files
that they came from."""

DAMAGED_PREFIX = "notebook-damaged-"
"""How the names of damaged notebooks begin that were replaced."""

JOURNALS = ("-wal", "-shm", "-journal")
"""Endings of the files that SQLite puts beside the notebook."""

_SCHEMA = Path(__file__).with_name("schema.sql")
_VERSION_LINE = re.compile(r"^-- version (\d+)$", re.MULTILINE)


LONGEST_NAME = 100
"""Characters of the name of a folder or a list."""


class NotebookError(Exception):
    """A notebook that cannot be used, or a change that it refuses; the text is one sentence for the user."""


def named(what: str, name: str) -> str:
    """Return a name that the user gave, without spaces that show nothing. Raises NotebookError if it is none."""
    name = " ".join(name.split())
    if not name:
        raise NotebookError(f"{what} needs a name.")
    if len(name) > LONGEST_NAME:
        raise NotebookError(f"{what} may have a name of {LONGEST_NAME} characters; this one has {len(name)}.")
    return name


def migrations() -> list[str]:
    """Return the SQL from each version to the next; the first is from an empty file to version 1."""
    pieces = _VERSION_LINE.split(_SCHEMA.read_text(encoding="utf-8"))
    numbers = [int(number) for number in pieces[1::2]]
    if numbers != list(range(1, len(numbers) + 1)):
        raise ValueError(f"{_SCHEMA.name}: versions must count 1, 2, 3 ..., not {numbers}")
    return pieces[2::2]


def connect(folder: Path | None) -> tuple[sqlite3.Connection, str]:
    """Return the connection to the notebook, and a sentence on a problem with it, empty if there is none.

    Without a writable folder, or if the notebook is of a newer program, the notebook is in memory and lasts as long as
    the window.
    """
    if folder is None:
        return _in_memory(), ""
    path = folder / NOTEBOOK_FILE
    try:
        return _open(path), ""
    except NotebookError as error:
        return _in_memory(), str(error)
    except sqlite3.OperationalError as error:
        return (
            _in_memory(),
            f"Your notebook cannot be opened ({opening_problem(path, error)}); nothing of this session will be saved.",
        )
    except sqlite3.DatabaseError:
        pass
    try:
        # Imported here because a notebook is hardly ever damaged.
        from app.codes.dates import day_in_words
        from app.notebook.backups import restore_newest

        aside = _set_aside(path)
        day = restore_newest(folder)
        replacement = f"restored from the backup of {day_in_words(day)}" if day else "a new one was created"
        return _open(path), f"Your notebook was damaged. It was renamed to {aside.name}, and {replacement}."
    except (OSError, sqlite3.Error) as error:
        return (
            _in_memory(),
            f"Your notebook is damaged and cannot be replaced ({error}); nothing of this session will be saved.",
        )


def _open(path: Path) -> sqlite3.Connection:
    if path.exists() and not path.stat().st_size and (path.parent / BACKUPS_FOLDER).exists():
        # SQLite takes it for a new one. So a power cut leaves it on some file systems.
        raise sqlite3.DatabaseError("it is empty")
    # Two windows may write at once; each write is one row, so half a second is a long wait.
    connection = sqlite3.connect(path, timeout=0.5, isolation_level=None)
    try:
        # Reads the header and the whole file, since SQLite opens any file and would fail only at the first write.
        verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        if _is_older(connection):
            from app.notebook.backups import back_up_anew

            back_up_anew(path.parent, date.today())
        _migrate(connection)
        # A process that is killed loses nothing that was committed. If the file system does not support WAL, or another
        # window is writing just now, SQLite stays with the rollback journal, which is as safe.
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        # What is deleted or written anew is overwritten with zeros.
        connection.execute("PRAGMA secure_delete = ON").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _migrate(connection)
    return connection


def _is_older(connection: sqlite3.Connection) -> bool:
    return 0 < _stored_version(connection) < len(migrations())


def _stored_version(connection: sqlite3.Connection) -> int:
    # One transaction, so that both values are read from the same state.
    connection.execute("BEGIN")
    try:
        return _version(connection)
    finally:
        connection.execute("ROLLBACK")


def _migrate(connection: sqlite3.Connection) -> None:
    steps = migrations()
    if _stored_version(connection) == len(steps):
        return
    # Two programs may start at the same moment; the second one finds the work done.
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)
        if version > len(steps):
            raise NotebookError(
                "Your notebook was written by a newer Codarium, so nothing of this session will be saved in it."
            )
        for step in steps[version:]:
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(steps)}")
        connection.execute(f"PRAGMA application_id = {NOTEBOOK_ID}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0])
    if owner != NOTEBOOK_ID and (version or tables):
        raise sqlite3.DatabaseError("not a notebook")
    return version


def _statements(script: str) -> list[str]:
    """Return the statements of a script one by one, since `executescript` would commit before each."""
    statements: list[str] = []
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            statements.append(statement)
            statement = ""
    return statements


def _set_aside(path: Path) -> Path:
    """Copy a damaged notebook, with its journals, under another name, so that nothing in it is lost.

    It is replaced only then: a run that is killed in between leaves a notebook that the next one finds damaged.
    """
    import shutil

    from app.durable_files import flush_file, flush_folder

    stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    aside = path.with_name(f"{DAMAGED_PREFIX}{stamp}.db")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{DAMAGED_PREFIX}{stamp}-{number}.db")
    for suffix in ("", *JOURNALS):
        piece = path.with_name(path.name + suffix)
        if piece.exists():
            flush_file(Path(shutil.copy(piece, aside.with_name(aside.name + suffix))))
    flush_folder(path.parent)
    return aside
