"""The composition root: decides between command line and window, and builds the parts of the window."""

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
    from sqlite3 import Connection

    from PySide6.QtWidgets import QApplication

    from app.intake.damage import CheckedDatabase
    from app.library.ncci.edits_of_code import CodeEdits, LoadedEdits
    from app.library.open import Library
    from app.ui.main_window.open_library import OpenLibrary, WatchedEngine
    from app.ui.main_window.window import Window

STARTED_MS = 500
"""Time after which the window is painted and the engine is ready."""

COLLECTOR_THRESHOLDS = (20_000, 20, 50)
"""Objects allocated before a collection, and collections before one of the next generation.

The first is run every 170 keystrokes, the second every 3,500, the last hardly ever. No memory is lost by that, as
searches and pages make no cycles: after 500 keystrokes and 50 opened codes a full collection found nothing to free.
"""


def main(argv: list[str]) -> int:
    """Run the program with the arguments of the process, its name first; return the exit status."""
    arguments = argv[1:]
    if is_for_command_line(arguments):
        # Without Qt, which takes longer to import than a look-up takes to answer.
        from app.cli.main import main as command_line

        tune_collector()

        return command_line(arguments)
    from app.display import display_problem

    problem = display_problem(os.environ, sys.platform)
    if problem:
        from app.cli.output import print_aside

        print_aside(problem)
        return 2
    from app.codes.visible_text import decoded_text

    database, words = split_database(arguments)
    # A byte that is not UTF-8 is half a character to Python, which neither Qt nor SQLite takes.
    return open_window(database, decoded_text(" ".join(words)))


def run() -> int:
    """Run the console script."""
    return main(sys.argv)


def open_window(database: Path | None, query: str) -> int:
    """Open the window on a query, and run it until it is closed; return the exit status."""
    # A start allocates far more objects than it frees: the collector would only traverse them repeatedly.
    gc.disable()
    from PySide6.QtCore import QTimer

    skip_feature_scan()
    from PySide6.QtWidgets import QApplication

    from app.intake.current_library import CurrentLibrary, open_current_library, open_named_library
    from app.library.open import LibraryError
    from app.paths import make_user_folder
    from app.private_files import create_private_files
    from app.ui.dialogs.error_reporter import ErrorLog, ErrorReporter

    create_private_files()
    folder = make_user_folder()
    application = QApplication(["codarium"])
    application.setApplicationName("codarium")
    application.setApplicationDisplayName("Codarium")
    application.setDesktopFileName("org.codarium.Codarium")
    application.setStyle("Fusion")
    error_reporter = ErrorReporter(ErrorLog(folder))
    error_reporter.install()
    # Python would handle Ctrl+C in the terminal only at the next event; nothing is lost by ending at once.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        newest = open_current_library() if database is None else CurrentLibrary(open_named_library(database))
    except LibraryError as error:
        from app.cli.output import print_aside
        from app.ui.dialogs.error_dialog import show_refusal

        print_aside(str(error))
        show_refusal(str(error))
        error_reporter.uninstall()
        return 2
    window = None
    try:
        window = make_window(application, newest.library, folder, database is None, newest.unusable)
        error_reporter.set_window(window)
        window.library_failures.failed.connect(error_reporter.report)
        error_reporter.database_failed.connect(window.library_failures.library_failed)
        window.start(query)
        QTimer.singleShot(STARTED_MS, lambda: finish_start(folder))
        return application.exec()
    finally:
        # The window is closed before the application and the connections that it reads from.
        if window is not None:
            window.finish()
        error_reporter.uninstall()


def skip_feature_scan() -> None:
    """Keep PySide from reading the source of every module that is imported from now on.

    It looks there for its own name, to tell which modules may use `from __feature__ import snake_case`. None of ours
    does, and the reading would take a tenth of the start. PySide has no switch for it: where its function has another
    name, the start is only slower.
    """

    def never(_module: object) -> bool:
        return False

    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None and "_mod_uses_pyside" in vars(feature):
        vars(feature)["_mod_uses_pyside"] = never


def finish_start(folder: Path | None) -> None:
    """Turn the collector on again, and import in a thread the module that only misspellings need.

    Files in the user's folder that others can read, as versions before this one made them, are closed to them.
    """
    tune_collector()
    if folder is not None:
        from app.private_files import close_files

        Thread(target=close_files, args=(folder,), daemon=True).start()
    Thread(target=import_module, args=("rapidfuzz.process",), daemon=True).start()


def tune_collector() -> None:
    """Keep the garbage collector from running while a user types.

    The objects of the start live as long as the program, and are not traversed again. A search allocates some thousand
    short-lived tuples, which are freed without the collector. At its usual threshold of 700 it would run several times
    in every search, and every few seconds for 20 ms, more than a frame.
    """
    gc.freeze()
    gc.set_threshold(*COLLECTOR_THRESHOLDS)
    gc.enable()


def open_for_window(library: "Library", notices: tuple[str, ...] = ()) -> "OpenLibrary":
    """Return a library with connections of its own, which end when it is closed. `notices` are shown to the user."""
    from app.ui.main_window.open_library import OpenLibrary, WatchedEngine

    own_library = library.again()
    searched: list[Connection] = []

    def make_engine() -> "WatchedEngine":
        # Called in the thread that searches, after the window is painted.
        from app.search.engine import Engine

        # That of an engine that has failed: a search reads in one connection only.
        while searched:
            own_library.end(searched.pop())
        searched.append(own_library.connect())
        return WatchedEngine(Engine(searched[0]), own_library)

    return OpenLibrary(
        own_library.path, own_library.connect(), make_engine, own_library.close, notices, own_library.has_changed
    )


def open_again(named: Path | None) -> "OpenLibrary":
    """Open the library that is to be read, that of --db or the user's, from its file as it is now.

    Raises LibraryError if it cannot be used.
    """
    from app.intake.current_library import open_current_library, open_named_library

    if named is not None:
        return open_for_window(open_named_library(named))
    newest = open_current_library()
    return open_for_window(newest.library, newest.unusable)


def find_other(current: Path) -> "OpenLibrary | None":
    """Return the library that is to be read now, None if it is the one at `current`."""
    from app.intake.current_library import open_changed_library

    changed = open_changed_library(current)
    return open_for_window(changed.library, changed.unusable) if changed else None


def tidy_library() -> bool:
    """Delete what a command that was killed has left; return whether the user's library is to be made again."""
    from app.intake.current_library import delete_leftovers, needs_remake

    delete_leftovers()
    return needs_remake()


def databases(named: Path | None) -> "tuple[CheckedDatabase, ...]":
    """Return the databases that are compared with their checksums when the program is idle."""
    from app.intake.damage import databases_in_use

    return databases_in_use(named)


def make_window(
    application: "QApplication",
    library: "Library",
    folder: Path | None,
    personal: bool = True,
    notices: tuple[str, ...] = (),
) -> "Window":
    """Return the window with all its parts; `personal`: it switches to the user's library whenever that changes."""
    from app.intake.current_library import systems_with_added_files
    from app.notebook.notebook import Notebook
    from app.paths import edits_path
    from app.ui.dialogs.error_reporter import ErrorLog
    from app.ui.main_window.services import EditsAccess, LibraryAccess, Program, UserFiles
    from app.ui.main_window.window import Window
    from app.ui.settings import Settings

    install_roles(application)
    return Window(
        Program(application, __version__, own_command()),
        LibraryAccess(
            opened=open_for_window(library, notices),
            find_other=find_other if personal else None,
            open_again=lambda: open_again(None if personal else library.path),
            added_to=systems_with_added_files,
            needs_remake=tidy_library if personal else lambda: False,
            databases=lambda: databases(None if personal else library.path),
        ),
        UserFiles(folder, Notebook(folder), Settings(folder), ErrorLog(folder).write),
        EditsAccess(ask_edits, loaded_edits, edits_path()) if personal else EditsAccess(None, no_edits),
    )


def install_roles(application: "QApplication") -> None:
    """Have Qt ask our own widgets for their roles, which it does while a screen reader is running; once is enough."""
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QAccessible, QAccessibleInterface

    def make(_class_name: str, widget: QObject) -> QAccessibleInterface | None:
        make_accessible = getattr(widget, "make_accessible", None)
        return make_accessible() if make_accessible is not None else None

    if not application.property("roles_installed"):
        application.setProperty("roles_installed", True)
        QAccessible.installFactory(make)


def ask_edits(code: str, most: int) -> "CodeEdits | None":
    """Return the NCCI edits of a code that are in force today, with at most so many pairs."""
    from app.library.ncci.edits_of_code import edits_of
    from app.paths import edits_path

    return edits_of(edits_path(), code, date.today(), most)


def loaded_edits() -> "LoadedEdits":
    """Return the files of the NCCI edits that the user has added."""
    from app.library.ncci import edits_of_code
    from app.paths import edits_path

    return edits_of_code.loaded_edits(edits_path())


def no_edits() -> "LoadedEdits":
    """Return no files, for a window on a database that --db names."""
    from app.library.ncci.edits_of_code import LoadedEdits

    return LoadedEdits()


def own_command() -> tuple[str, ...]:
    """Return the command that runs this program in a process of its own."""
    return (sys.executable,) if getattr(sys, "frozen", False) else (sys.executable, "-m", "app")
