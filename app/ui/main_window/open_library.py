"""The library that the window reads from, as a value that another library can replace."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from app.library.reading.catalogue import Catalogue
from app.ui.main_window.search_worker import SearchEngine


class OpenLibrary(NamedTuple):
    """A library with its own connections: one for the window, and one for each engine that is made.

    `make_engine` is called in the search thread. `close` ends all connections; nothing may read from them afterwards.
    `notices` are sentences on newer libraries that could not be used.
    """

    path: Path
    connection: sqlite3.Connection
    make_engine: Callable[[], SearchEngine]
    close: Callable[[], None]
    notices: tuple[str, ...] = ()


class SwitchableCatalogue(Catalogue):
    """A catalogue that can change to another library while panels keep asking the same object."""

    def switch_to(self, connection: sqlite3.Connection) -> None:
        """Answer from another library from now on. Node ids of the old library are invalid afterwards."""
        # Everything cached from the old library is dropped with it.
        Catalogue.__init__(self, connection)
