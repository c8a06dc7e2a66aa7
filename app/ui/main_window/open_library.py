"""The library that the window reads from, as a value that another library can replace."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from app.library.open import Library, LibraryError
from app.library.reading.catalogue import Catalogue
from app.search.answer import Answer, Narrowing, Question
from app.ui.main_window.search_worker import SearchEngine


class OpenLibrary(NamedTuple):
    """A library with its own connections: one for the window, and one for each engine that is made.

    `make_engine` is called in the search thread. `close` ends all connections; nothing may read from them afterwards.
    `notices` are sentences on newer libraries that could not be used. `has_changed` returns whether the file is no
    longer the one that was opened.
    """

    path: Path
    connection: sqlite3.Connection
    make_engine: Callable[[], SearchEngine]
    close: Callable[[], None]
    notices: tuple[str, ...] = ()
    has_changed: Callable[[], bool] = lambda: False


class WatchedEngine:
    """An engine that answers only from the file that was opened: raises LibraryError if that has changed since."""

    def __init__(self, engine: SearchEngine, library: Library) -> None:
        self._engine, self._library = engine, library

    def search(self, question: Question) -> Answer:
        answer = self._engine.search(question)
        self._refuse_change()
        return answer

    def narrow(self, question: Question, stop: Callable[[], bool]) -> Narrowing:
        narrowing = self._engine.narrow(question, stop)
        self._refuse_change()
        return narrowing

    def interrupt(self) -> None:
        self._engine.interrupt()

    def _refuse_change(self) -> None:
        # Afterwards, so that what was read while the file was being written is dropped too. One look takes 2 µs, and in
        # this thread nothing else waits for a share that is slow.
        if self._library.has_changed():
            raise LibraryError(f"The code database {self._library.path} has changed while it was open.")


class SwitchableCatalogue(Catalogue):
    """A catalogue that can change to another library while panels keep asking the same object."""

    def switch_to(self, connection: sqlite3.Connection) -> None:
        """Answer from another library from now on. Node ids of the old library are invalid afterwards."""
        # Everything cached from the old library is dropped with it.
        Catalogue.__init__(self, connection)
