"""Opening a code database: read-only, and only if it is one, whole, and of the version that this program reads."""

import os
import sqlite3
from pathlib import Path, PurePath
from urllib.parse import quote

APPLICATION_ID = 0x434F4449
"""Written into the header of every Codarium code database: CODI."""

SCHEMA_VERSION = 5

REMEDY = "Reinstall Codarium, or run `make data` in a checkout, to get it back."


class LibraryError(Exception):
    """A code database that cannot be used; the text is one sentence on why, and one on what to do."""


class Library:
    """A code database on disk that has been checked. Connections are read-only; each thread takes its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections: list[sqlite3.Connection] = []

    def connect(self) -> sqlite3.Connection:
        """A fresh connection, closed with the library at the latest. It may be used in one thread at a time."""
        connection = _connect(self.path)
        self._connections.append(connection)
        return connection

    def close(self) -> None:
        while self._connections:
            self._connections.pop().close()


def open_library(path: Path) -> Library:
    """The code database at `path`, checked. Raises LibraryError, which says what is wrong with it and what to do.

    The check reads the header and the tables that every answer needs, not the whole file: a start cannot spare that.
    """
    _check_file(path)
    try:
        connection = _connect(path)
    except sqlite3.Error as error:
        raise LibraryError(f"The code database {path} cannot be opened ({error}). {REMEDY}") from error
    try:
        _check_contents(path, connection)
    # A name whose bytes are no UTF-8 any more is not an error of SQLite's.
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise LibraryError(f"The code database {path} is damaged ({error}). {REMEDY}") from error
    finally:
        connection.close()
    return Library(path)


def read_only_uri(path: PurePath) -> str:
    """The URI by which SQLite opens a database that nobody writes to; `path` is absolute.

    `PurePath.as_uri` would make the server of a Windows share the authority of the URI, which SQLite refuses: a share
    is `file:////server/share/codes.db`, a drive `file:///C%3A/codes.db`.
    """
    posix = path.as_posix()
    root = "" if posix.startswith("/") else "/"
    # By its bytes, since a name on Linux need not be UTF-8.
    return f"file://{root}{quote(os.fsencode(posix))}?mode=ro&immutable=1"


def _connect(path: Path) -> sqlite3.Connection:
    uri = read_only_uri(path.resolve())
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
    # 64 MB of address space, not of memory: pages are shared with the file cache instead of copied.
    connection.execute("PRAGMA mmap_size = 67108864")
    connection.execute("PRAGMA query_only = 1")
    return connection


def _check_file(path: Path) -> None:
    try:
        if not path.exists():
            raise LibraryError(f"There is no code database at {path}. {REMEDY}")
        if not path.is_file():
            raise LibraryError(f"{path} is not a file, so it cannot be the code database. {REMEDY}")
        if path.stat().st_size == 0:
            raise LibraryError(f"The code database {path} is empty. {REMEDY}")
        with path.open("rb") as file:
            header = file.read(100)
    except OSError as error:
        raise LibraryError(f"The code database {path} cannot be read ({error.strerror}). {REMEDY}") from error
    if not header.startswith(b"SQLite format 3\0") or len(header) < 100:
        raise LibraryError(f"{path} is not a database. {REMEDY}")
    # SQLite file format, header: page size at 16, pages at 28, user version at 60, application id at 68; big-endian.
    page_size = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise LibraryError(f"{path} is a database, but not one of Codarium's. {REMEDY}")
    version = int.from_bytes(header[60:64], "big")
    if version != SCHEMA_VERSION:
        raise LibraryError(
            f"The code database {path} has version {version}, this program reads version {SCHEMA_VERSION}. {REMEDY}"
        )
    if path.stat().st_size < (65536 if page_size == 1 else page_size) * pages:
        raise LibraryError(f"The code database {path} is cut short. {REMEDY}")


def _check_contents(path: Path, connection: sqlite3.Connection) -> None:
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    missing = {"release", "node", "note", "entry", "entry_words_icd10cm", "packed", "meaning"} - names
    if missing:
        raise LibraryError(f"The code database {path} lacks the table {min(missing)}. {REMEDY}")
    if connection.execute("SELECT 1 FROM release LIMIT 1").fetchone() is None:
        raise LibraryError(f"The code database {path} holds no code set. {REMEDY}")
