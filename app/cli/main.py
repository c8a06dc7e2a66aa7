"""The command line: runs one command and reports what goes wrong in one line. Imports no Qt."""

import argparse
import sqlite3
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from app.cli.arguments import parse_arguments
from app.cli.commands import CHANGE_COMMANDS
from app.cli.output import FOUND, WRONG, complain, flush_output
from app.intake.current_library import DATABASE_REMEDY, open_current_library, open_named_library, with_remedy
from app.library.open import CODE_DATABASE, Library, LibraryError
from app.paths import library_folder

INTERRUPTED = 130
"""The exit status that shells give a program ended by Ctrl+C: 128 and the number of the signal."""


def main(argv: list[str]) -> int:
    """Run one command (`argv` without the program's name) and return its exit status.

    0: found or done; 1: nothing found; 2: wrong use or no usable database; 3: terms must be accepted first.
    """
    try:
        arguments = parse_arguments(argv)
        _replace_unprintable(sys.stdout)
        status = _run(arguments)
        # Here, while a failure can still be reported in one line; without a standard output this does nothing.
        flush_output()
        return status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of the answers has read enough; the stream must not complain again when Python closes it.
        sys.stdout = None
        return FOUND
    except OSError as error:
        sys.stdout = None
        complain(f"The answer cannot be written ({error.strerror or error}).")
        return WRONG


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command in CHANGE_COMMANDS:
        from app.cli.change import change

        return change(arguments)
    if arguments.command == "verify":
        # Before a library is opened: it may be one that does not open.
        from app.cli.verify import verify

        return verify(arguments)
    try:
        library = _open(arguments.db)
    except LibraryError as error:
        complain(str(error))
        return WRONG
    try:
        return _read(library, arguments)
    except OSError:
        raise
    except Exception as error:
        if isinstance(error, sqlite3.DatabaseError) or not _is_intact(library):
            damage = CODE_DATABASE.damage(library.path, error)
            complain(with_remedy(damage, DATABASE_REMEDY) if arguments.db else str(damage))
        else:
            complain(f"unexpected error ({type(error).__name__}: {error}); please report it")
        return WRONG
    finally:
        library.close()


def _open(database: Path | None) -> Library:
    """Open the database that --db names, or the newest library that can be used. Raises LibraryError."""
    if database:
        return open_named_library(database)
    newest = open_current_library()
    for sentence in newest.unusable[:1]:
        complain(f"{sentence} Until then {_described(newest.library.path)} is used.")
    return newest.library


def _described(path: Path) -> str:
    """Return words for a library that is used in place of a newer one."""
    return "the previous one" if path.parent == library_folder() else "the library that came with Codarium"


def _read(library: Library, arguments: argparse.Namespace) -> int:
    # Each command imports only what it needs: a look-up does not wait for the modules of `show`.
    match arguments.command:
        case "lookup":
            from app.cli.lookup import lookup

            return lookup(library, arguments)
        case "show":
            from app.cli.show import show

            return show(library, arguments)
        case "check":
            from app.cli.check import check

            return check(library, arguments)
        case _:
            from app.cli.sets import sets

            return sets(library, arguments)


def _is_intact(library: Library) -> bool:
    """Return whether SQLite finds the file sound. It takes half a second, which only a failure waits for."""
    try:
        return library.connect().execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.Error:
        return False


def _replace_unprintable(stream: TextIO) -> None:
    """Let a terminal or pipe print `?` for a letter that its encoding lacks, such as `é` in ASCII."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")
