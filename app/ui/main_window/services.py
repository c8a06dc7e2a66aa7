"""The services that the program gives to its window: libraries, the user's files, NCCI edits."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtWidgets import QApplication

from app.codes.code_sets import CodeSet
from app.codes.systems import System
from app.notebook.notebook import Notebook
from app.ui.main_window.open_library import OpenLibrary
from app.ui.settings import Settings

if TYPE_CHECKING:
    from app.intake.damage import CheckedDatabase
    from app.library.ncci.edits_of_code import CodeEdits, LoadedEdits


class Program(NamedTuple):
    """The running program: its Qt application, its version, and the command that starts its command line."""

    application: QApplication
    version: str
    command: Sequence[str]


class LibraryAccess(NamedTuple):
    """The library to read first, and how the window follows the user's library.

    `find_other` opens the library to switch to, if another than the one at the given path is in use; it is None for a
    window that stays with the library that it was given. `open_again` opens the library to read from its file as it is
    now, and may raise LibraryError. `added_to` returns those of the loaded code sets to which the user has added files.
    `databases` returns the databases that are compared with their checksums. `needs_remake` returns whether the user's
    library is to be made again from the user's files.
    """

    opened: OpenLibrary
    find_other: Callable[[Path], OpenLibrary | None] | None
    open_again: Callable[[], OpenLibrary]
    added_to: Callable[[Sequence[CodeSet]], frozenset[System]]
    needs_remake: Callable[[], bool]
    databases: "Callable[[], Sequence[CheckedDatabase]]"


class UserFiles(NamedTuple):
    """The user's own data. `folder` is None where none can be written; `write_log` adds a line to the log there."""

    folder: Path | None
    notebook: Notebook
    settings: Settings
    write_log: Callable[[str], None]


class EditsAccess(NamedTuple):
    """The NCCI edits: of one code with at most a number of pairs, and the files they were read from.

    `edits_of` is None for a window that shows no edits; `path` is their database, which need not exist.
    """

    edits_of: "Callable[[str, int], CodeEdits | None] | None"
    loaded: "Callable[[], LoadedEdits]"
    path: Path | None = None
