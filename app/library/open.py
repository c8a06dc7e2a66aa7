"""Opening the databases that the program reads: read-only, and only when they are whole and of the right version."""

import os
import sqlite3
from pathlib import Path, PurePath
from typing import NamedTuple
from urllib.parse import quote

from app.paths import opening_problem


class LibraryError(Exception):
    """A database that cannot be used; the text is one sentence on why, and one on what to do."""


UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
"""Errors that say that a database cannot be read: a text whose bytes are not UTF-8 any more is no error of SQLite's."""


class DatabaseKind(NamedTuple):
    """A kind of database that Codarium compiles and then only reads: its header, its tables, and its name in messages.

    `name` is its name in messages (`code database`), `remedy` the sentence on what to do when a file cannot be used.
    `application_id` and `schema_version` are in the header of every file; `required` has the names of the tables and
    indexes that every file must have.
    """

    name: str
    application_id: int
    schema_version: int
    required: frozenset[str]
    remedy: str

    def refusal(self, problem: str) -> LibraryError:
        """Return the error that states a problem (`The code database x is empty`) and what to do about it."""
        return LibraryError(f"{problem}. {self.remedy}")

    def damage(self, path: Path, error: Exception) -> LibraryError:
        """Return the error for a file that SQLite could open but not read."""
        return self.refusal(f"The {self.name} {path} is damaged ({error})")


CODE_DATABASE = DatabaseKind(
    name="code database",
    # CODI
    application_id=0x434F4449,
    schema_version=9,
    required=frozenset({"release", "node", "note", "entry", "entry_words_icd10cm", "packed", "meaning"}),
    remedy="Reinstall Codarium, or run `make data` in a checkout, to get it back.",
)


class FileState(NamedTuple):
    """The marks of a changed or replaced file: its place on the disk, size in bytes, time in nanoseconds."""

    device: int
    inode: int
    size: int
    time: int


def file_state(path: Path) -> FileState | None:
    """Return the state of a file; None if there is none, or it cannot be asked for."""
    try:
        status = path.stat()
    except OSError:
        return None
    return FileState(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


class Library:
    """A code database on disk that has been checked. Connections are read-only; each thread takes its own.

    `state` is that of the file before it was checked.
    """

    def __init__(self, path: Path, state: FileState | None = None) -> None:
        self.path = path
        self._state = state or file_state(path)
        self._connections: list[sqlite3.Connection] = []

    def again(self) -> "Library":
        """Return the same library without connections."""
        return Library(self.path, self._state)

    def has_changed(self) -> bool:
        """Return whether the file was rewritten, replaced or deleted since it was opened.

        SQLite does not look, as the file is opened as one that never changes: pages read before are answered with, and
        pages of two files are mixed.
        """
        return file_state(self.path) != self._state

    def connect(self) -> sqlite3.Connection:
        """Return a new connection, closed with the library at the latest. It may be used in one thread at a time."""
        connection = _connect(self.path)
        self._connections.append(connection)
        return connection

    def end(self, connection: sqlite3.Connection) -> None:
        """End one connection."""
        self._connections.remove(connection)
        connection.close()

    def close(self) -> None:
        """End all connections."""
        while self._connections:
            self._connections.pop().close()


def open_library(path: Path) -> Library:
    """Open and check the code database at `path`. Raises LibraryError, with the problem and the remedy.

    The check reads the header and the names of the tables, not the whole file, which would delay the start.
    """
    state = file_state(path)
    check_header(path, CODE_DATABASE)
    try:
        connection = _connect(path)
    except sqlite3.OperationalError as error:
        raise CODE_DATABASE.refusal(
            f"The code database {path} cannot be opened ({opening_problem(path, error)})"
        ) from error
    except UNREADABLE as error:
        raise CODE_DATABASE.damage(path, error) from error
    try:
        check_required(connection, path, CODE_DATABASE)
        if connection.execute("SELECT 1 FROM release LIMIT 1").fetchone() is None:
            raise CODE_DATABASE.refusal(f"The code database {path} holds no code set")
    except UNREADABLE as error:
        raise CODE_DATABASE.damage(path, error) from error
    finally:
        connection.close()
    return Library(path, state)


def read_only_uri(path: PurePath) -> str:
    """Return the URI by which SQLite opens a database that is never written to; `path` is absolute.

    `PurePath.as_uri` would make the server of a Windows share the authority of the URI, which SQLite refuses: a share
    is `file:////server/share/codes.db`, a drive `file:///C%3A/codes.db`.
    """
    posix = path.as_posix()
    root = "" if posix.startswith("/") else "/"
    # By its bytes, since a name on Linux need not be UTF-8.
    return f"file://{root}{quote(os.fsencode(posix))}?mode=ro&immutable=1"


def check_header(path: Path, kind: DatabaseKind) -> None:
    """Raise LibraryError unless the file at `path` has the header and the size of a whole database of this kind."""
    try:
        if not path.exists():
            raise kind.refusal(f"There is no {kind.name} at {path}")
        if not path.is_file():
            raise kind.refusal(f"{path} is not a file, so it cannot be the {kind.name}")
        size = path.stat().st_size
        if size == 0:
            raise kind.refusal(f"The {kind.name} {path} is empty")
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise kind.refusal(f"The {kind.name} {path} cannot be read ({error.strerror})") from error
    if not header.startswith(b"SQLite format 3\0") or len(header) < 100:
        raise kind.refusal(f"{path} is not a database")
    # SQLite file format, header: user version at 60, application id at 68; big-endian.
    if int.from_bytes(header[68:72], "big") != kind.application_id:
        raise kind.refusal(f"{path} is a database, but not a Codarium {kind.name}")
    version = int.from_bytes(header[60:64], "big")
    if version != kind.schema_version:
        raise kind.refusal(
            f"The {kind.name} {path} has version {version}, this program reads version {kind.schema_version}"
        )
    if size < database_bytes(header):
        raise kind.refusal(f"The {kind.name} {path} is incomplete")


def database_bytes(header: bytes) -> int:
    """Return the size of a database by its header; its file may go on behind it (app.library.checksums)."""
    # SQLite file format, header: page size at 16, where 1 stands for 65536, pages at 28; big-endian.
    page_size, pages = int.from_bytes(header[16:18], "big"), int.from_bytes(header[28:32], "big")
    return (65536 if page_size == 1 else page_size) * pages


def check_required(connection: sqlite3.Connection, path: Path, kind: DatabaseKind) -> None:
    """Raise LibraryError if a table or index that a database of this kind must have is missing."""
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if missing := kind.required - names:
        raise kind.refusal(f"The {kind.name} {path} lacks {min(missing)}")


def _connect(path: Path) -> sqlite3.Connection:
    uri = read_only_uri(path.resolve())
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
    # Nothing is mapped into memory: where a mapped file is cut off or lost, reading it ends the process (SIGBUS), and
    # no library is a file to which that cannot happen. The user's folder may be restored or synchronized, --db may
    # name a share, and even the bundle may be unpacked again in place, or be run from a share. SQLite's own cache,
    # which a file opened as immutable keeps between statements, saves the reading again; it holds 16 MB at most.
    try:
        connection.execute("PRAGMA mmap_size = 0")
        # Reads the schema, and fails where that is damaged.
        connection.execute("PRAGMA cache_size = -16384")
        connection.execute("PRAGMA query_only = 1")
    except BaseException:
        connection.close()
        raise
    return connection
