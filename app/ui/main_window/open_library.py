"""The library that the window reads from, as one thing that another can take the place of."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.library.reading.catalogue import Catalogue
from app.ui.main_window.search_worker import Searches


@dataclass(frozen=True, slots=True)
class OpenLibrary:
    """A library with connections of its own: one for the window, and those of the engines that are made.

    `make_engine` is called in the search thread. `close` ends all connections; whoever reads from them must be done.
    `notices` are sentences on newer libraries that could not be used.
    """

    path: Path
    connection: sqlite3.Connection
    make_engine: Callable[[], Searches]
    close: Callable[[], None]
    notices: tuple[str, ...] = ()


class SwitchableCatalogue(Catalogue):
    """A catalogue that can be turned to another library; the panels that ask it need not be told."""

    def switch_to(self, connection: sqlite3.Connection) -> None:
        """Answers from another library from now on. Ids of nodes are of the old one, and mean nothing any more."""
        # What is remembered of the old library goes with it, whatever that is.
        Catalogue.__init__(self, connection)
