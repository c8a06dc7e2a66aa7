"""The composition root: decides between command line and window, and makes everything that the window is made of."""

import gc
import os
import signal
import sys
from datetime import date
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from app import __version__
from app.cli.commands import is_for_command_line, split_database

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.library.ncci.edits_of_code import CodeEdits, LoadedEdits
    from app.library.open import Library
    from app.search.engine import Engine
    from app.ui.main_window.open_library import OpenLibrary
    from app.ui.main_window.window import Window

IMPORTED_BEFORE_QT = (
    "concurrent.futures.thread",
    "html",
    "app.intake.current_library",
    "app.library.reading.catalogue",
    "app.library.open",
    "app.notebook.history",
    "app.search.parsing.pieces",
    "app.search.answer",
)
"""What the window needs and knows no Qt: PySide reads the source of every module that is imported after it."""

START_IS_OVER_MS = 500
"""By then the window is painted and the engine made."""

COLLECTOR_THRESHOLDS = (20_000, 20, 50)
"""Objects made before a collection, and collections before one that goes deeper."""


def main(argv: list[str]) -> int:
    """Runs the program with the arguments of the process, its name first; returns the exit status."""
    arguments = argv[1:]
    if is_for_command_line(arguments):
        # Without Qt, which takes longer to import than a look-up takes to answer.
        from app.cli.main import main as command_line

        keep_collector_off_the_keystroke()

        return command_line(arguments)
    from app.display import display_problem

    problem = display_problem(os.environ, sys.platform)
    if problem:
        print(problem, file=sys.stderr)
        return 2
    database, words = split_database(arguments)
    return open_window(database, " ".join(words))


def run() -> int:
    """The entry of the console script."""
    return main(sys.argv)


def open_window(database: Path | None, query: str) -> int:
    """Opens the window on a query, and runs it until it is closed."""
    # A start makes far more objects than it drops: the collector would only walk them again and again.
    gc.disable()
    for name in IMPORTED_BEFORE_QT:
        import_module(name)
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from app.intake.current_library import CurrentLibrary, open_current_library
    from app.library.open import LibraryError, open_library
    from app.paths import make_user_folder
    from app.ui.dialogs.error_reporter import ErrorLog, ErrorReporter

    folder = make_user_folder()
    application = QApplication(["codarium"])
    application.setApplicationName("codarium")
    application.setApplicationDisplayName("Codarium")
    application.setDesktopFileName("org.codarium.Codarium")
    application.setStyle("Fusion")
    error_reporter = ErrorReporter(ErrorLog(folder))
    error_reporter.install()
    # Python would see Ctrl+C in the terminal only at the next event; nothing is lost by ending at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        newest = open_current_library() if database is None else CurrentLibrary(open_library(database))
    except LibraryError as error:
        from app.ui.dialogs.error_dialog import show_refusal

        print(error, file=sys.stderr)
        show_refusal(str(error))
        error_reporter.uninstall()
        return 2
    window = None
    try:
        window = make_window(application, newest.library, folder, database is None, newest.unusable)
        error_reporter.set_window(window)
        window.search_worker.failed.connect(error_reporter.report)
        window.start(query)
        QTimer.singleShot(START_IS_OVER_MS, settle)
        return application.exec()
    finally:
        # The window goes before the application and the connections that it reads from.
        if window is not None:
            window.finish()
        error_reporter.uninstall()


def settle() -> None:
    """Lets the collector work again, and loads what only the first misspelling needs, in a thread of its own."""
    keep_collector_off_the_keystroke()
    Thread(target=import_module, args=("rapidfuzz.process",), daemon=True).start()


def keep_collector_off_the_keystroke() -> None:
    """What the start has made stays as long as the program, and is not walked again.

    A search makes some thousand short-lived tuples, which go without the collector's help. At its usual threshold of
    700 it would run several times in every search, and every few seconds for 20 ms, more than a frame.
    """
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)
    gc.enable()


def opened(library: "Library", notices: tuple[str, ...] = ()) -> "OpenLibrary":
    """A library with connections of its own, which end when it is closed. `notices` are for the person."""
    from app.library.open import Library
    from app.ui.main_window.open_library import OpenLibrary

    own = Library(library.path)

    def make_engine() -> "Engine":
        # Called in the thread that searches, while the window is painted already.
        from app.search.engine import Engine

        return Engine(own.connect())

    return OpenLibrary(own.path, own.connect(), make_engine, own.close, notices)


def find_other(current: Path) -> "OpenLibrary | None":
    """The person's library that is to be read now, if it is another than the one that is open."""
    from app.intake.current_library import open_changed_library

    found = open_changed_library(current)
    return opened(found.library, found.unusable) if found else None


def make_window(
    application: "QApplication",
    library: "Library",
    folder: Path | None,
    personal: bool = True,
    notices: tuple[str, ...] = (),
) -> "Window":
    """The window with everything that it is made of; `personal`: it follows the person's library from then on."""
    from app.intake.current_library import needs_remake, systems_with_added_files
    from app.notebook.history import History
    from app.ui.dialogs.error_reporter import ErrorLog
    from app.ui.main_window.services import EditsAccess, LibraryAccess, Program, UserFiles
    from app.ui.main_window.window import Window
    from app.ui.settings import Settings

    return Window(
        Program(application, __version__, own_command()),
        LibraryAccess(
            opened=opened(library, notices),
            find_other=find_other if personal else None,
            added_to=systems_with_added_files,
            needs_remake=needs_remake if personal else lambda: False,
        ),
        UserFiles(folder, History(folder), Settings(folder), ErrorLog(folder).write),
        EditsAccess(ask_edits, loaded_edits) if personal else EditsAccess(None, no_edits),
    )


def ask_edits(code: str, most: int) -> "CodeEdits | None":
    """The NCCI edits of a code that are in force today, with at most so many pairs."""
    from app.library.ncci.edits_of_code import edits_of
    from app.paths import edits_path

    return edits_of(edits_path(), code, date.today(), most)


def loaded_edits() -> "LoadedEdits":
    """The files of the NCCI edits that the person has added."""
    from app.library.ncci import edits_of_code
    from app.paths import edits_path

    return edits_of_code.loaded_edits(edits_path())


def no_edits() -> "LoadedEdits":
    """A window on a database of its own has none."""
    from app.library.ncci.edits_of_code import LoadedEdits

    return LoadedEdits()


def own_command() -> tuple[str, ...]:
    """How this program is started as a command line, in a process of its own."""
    return (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, "-m", "app")
