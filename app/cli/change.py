"""The commands that change the user's library: add, remove, fetch, remake."""

import argparse
import errno
import signal
import sqlite3
import sys
from collections.abc import Collection
from datetime import date
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from app.cli.arguments import ALL_TERMS
from app.cli.output import FOUND, WRONG, complain, json_line, print_aside, print_json, print_line
from app.codes.names import count_words
from app.codes.systems import System
from app.intake.add import add_files
from app.intake.apply import Report, describe_failure, remake
from app.intake.consent import ConsentError
from app.intake.pending_removal import read_pending_removal
from app.intake.remove import remove_edits, remove_files
from app.intake.user_library import UserLibrary
from app.library.open import LibraryError, open_library
from app.library.reading.catalogue import Catalogue
from app.notebook.notebook import Notebook, are_titles_to_delete
from app.notebook.store import NOTEBOOK_FILE, NotebookError
from app.paths import bundled_library, library_folder, make_user_folder, numbered_libraries, user_folder
from app.private_files import close_files, create_private_files
from app.releases.errors import ReleaseError

CONSENT_REQUIRED = 3
"""The exit status where terms must be accepted first."""

TERMINATED = 143
"""The exit status that shells give a program ended by SIGTERM: 128 and the number of the signal."""

NO_FOLDER = "Your Codarium folder cannot be written to, so nothing can be added."


class Reporter:
    """Prints progress and results, as text or as one JSON object on a line. Its methods return exit statuses."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._step = ""

    def progress(self, step: str, share: float) -> None:
        """Print the step, and the share of the work that is done, from 0 to 1."""
        if self._as_json:
            self._print_json({"progress": {"step": step, "share": round(share, 3)}})
        elif step != self._step:
            self._step = step
            print_aside(f"{share:4.0%}  {step}")

    def done(self, report: Report) -> int:
        """Print the result of a change."""
        if self._as_json:
            result = {
                "added": report.added,
                "unchanged": report.unchanged,
                "unread": report.unread,
                "companions": report.companions,
                "library": str(report.library),
            }
            self._print_json({"done": result})
            return FOUND
        for sentence in report.added or ["Nothing new."]:
            print_line(sentence, 0)
        for sentence in report.unchanged:
            print_line(sentence, 0)
        for sentence in report.unread:
            print_line(f"Skipped: {sentence}", 0)
        if report.companions:
            print_line(f"Also skipped: {count_words(report.companions, 'companion file')} without codes.")
        return FOUND

    def consent_required(self, consent: ConsentError) -> int:
        """Print the terms that the user must accept first."""
        if self._as_json:
            needs = {"what": "cpt", "kinds": consent.kinds, "kind": consent.kind, "sentence": str(consent)}
            self._print_json({"needs": needs})
        else:
            options = " ".join(f"--accept-cpt {kind}" for kind in consent.kinds)
            complain(f"{consent} If you agree, run this command again with {options}.")
        return CONSENT_REQUIRED

    def error(self, sentence: str) -> int:
        """Print the reason why nothing was changed, in one line whatever the name of a file contains."""
        if self._as_json:
            self._print_json({"error": " ".join(sentence.split())})
        else:
            complain(sentence)
        return WRONG

    def unchanged(self, sentence: str) -> int:
        """Print an error of the disk or the database; a window says in its own words that nothing was changed."""
        return self.error(sentence if self._as_json else f"{sentence} Nothing was changed.")

    def plan(self, rows: list[dict[str, Any]]) -> int:
        """Print the files that would be downloaded."""
        if self._as_json:
            self._print_json({"plan": rows})
            return FOUND
        for row in rows:
            size = f"{row['bytes'] / 1e6:.1f} MB" if row["bytes"] else f"about {row['about_bytes'] / 1e6:.1f} MB"
            print_line(f"{row['title']} ({size})")
            print_line(f"  {row['url'] or row['page']}")
            if row["trouble"]:
                print_line(f"  {row['trouble']}")
        return FOUND

    def _print_json(self, message: dict[str, Any]) -> None:
        print_json(json_line(message))


DESTRUCTOR_SECONDS = 0.01
"""Time after which a destructor has returned."""


class _TerminatedError(BaseException):
    """SIGTERM has come. As an exception it runs every `finally`, so that no temporary file is left behind."""


def _raise_again(unraisable: "sys.UnraisableHookArgs") -> None:
    """Raise once more a signal's exception that came while a destructor ran, where Python drops exceptions."""
    signaled = unraisable.exc_type
    if not issubclass(signaled, _TerminatedError | KeyboardInterrupt) or not hasattr(signal, "setitimer"):
        sys.__unraisablehook__(unraisable)
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        raise signaled

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, DESTRUCTOR_SECONDS)


def change(arguments: argparse.Namespace) -> int:
    """Run the command `arguments.command`; return the exit status.

    A failure is reported in one sentence, and leaves the library unchanged.
    """
    is_terminated = False

    def terminate(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_terminated
        is_terminated = True
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise _TerminatedError

    previous = signal.signal(signal.SIGTERM, terminate)
    sys.unraisablehook = _raise_again
    try:
        status = _change(arguments)
        # An exception in the middle of a statement of SQLite becomes an error of that statement.
        return TERMINATED if is_terminated and status == WRONG else status
    except _TerminatedError:
        return TERMINATED
    except BrokenPipeError:
        # The reader has gone; the stream must not complain again when Python closes it.
        sys.stdout = None
        return WRONG
    finally:
        sys.unraisablehook = sys.__unraisablehook__
        signal.signal(signal.SIGTERM, previous)


def _change(arguments: argparse.Namespace) -> int:
    reporter = Reporter(arguments.json)
    if arguments.db is not None:
        return reporter.error("A database given with --db is only read. Leave out --db to change your own library.")
    create_private_files()
    folder = make_user_folder()
    if folder is None:
        return reporter.error(_describe_no_folder())
    close_files(folder)
    if are_titles_to_delete(folder):
        # Opening the notebook deletes them.
        Notebook(folder).close()
    try:
        if arguments.command == "fetch" and arguments.plan:
            return reporter.plan(_plan(arguments, folder))
        return reporter.done(COMMANDS[arguments.command](arguments, folder, reporter))
    except ConsentError as consent:
        return reporter.consent_required(consent)
    except (LibraryError, ReleaseError) as error:
        return reporter.error(str(error))
    except BrokenPipeError:
        raise
    except Exception as error:
        return reporter.unchanged(describe_failure(error))


def _describe_no_folder() -> str:
    """Return the sentence on a folder of the user that cannot be made or written to."""
    try:
        user_folder().exists()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return f"{NO_FOLDER} Its path is too long: {user_folder()}. Name a shorter one in CODARIUM_HOME."
    return NO_FOLDER


def _add(arguments: argparse.Namespace, folder: Path, reporter: Reporter) -> Report:
    paths: list[Path] = arguments.files
    for path in paths:
        if not path.exists():
            raise ReleaseError(f"{path}: no such file.")
    _finish_removal(folder, reporter)
    bundled = bundled_library()
    return add_files(paths, folder, bundled, accepted=_accepted(arguments), progress=reporter.progress)


def _accepted(arguments: argparse.Namespace) -> bool | Collection[str]:
    """Return the kinds of terms that the user accepts, True for all."""
    kinds: list[str] = arguments.accept_cpt
    return ALL_TERMS in kinds or kinds


def _remove(arguments: argparse.Namespace, folder: Path, reporter: Reporter) -> Report:
    system: System | None = arguments.system
    interrupted = read_pending_removal(UserLibrary(folder))
    report = _finish_removal(folder, reporter)
    if report is not None and interrupted is not None and interrupted.system is system:
        report.added = [f"Removed {'the NCCI edits' if system is None else f'from {system.label}'}."]
        return report
    if system is None:
        return remove_edits(folder, bundled_library(), reporter.progress)
    return remove_files(system, folder, bundled_library(), reporter.progress, partial(_delete_ama_titles, folder))


def _finish_removal(folder: Path, reporter: Reporter) -> Report | None:
    """Finish a removal that was interrupted, if there is one, before anything else is changed."""
    if read_pending_removal(UserLibrary(folder)) is None:
        return None
    return remake(folder, bundled_library(), reporter.progress, partial(_delete_ama_titles, folder))


def _delete_ama_titles(folder: Path, removed: System | None, report: Report) -> bool:
    return removed is not System.CPT or _delete_titles(folder, report)


def _fetch(arguments: argparse.Namespace, folder: Path, reporter: Reporter) -> Report:
    from app.intake.fetch import fetch_files

    systems: list[System] = arguments.systems
    _finish_removal(folder, reporter)
    return fetch_files(
        systems,
        folder,
        bundled_library(),
        date.today(),
        accepted=_accepted(arguments),
        progress=reporter.progress,
    )


def _plan(arguments: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    """Return the files that would be downloaded, as JSON objects; `trouble` is a sentence where one cannot be."""
    from app.intake.fetch import plan_fetch

    return [
        {
            "system": planned.download.system.value if planned.download.system else None,
            "title": planned.download.title,
            "url": planned.url,
            "page": planned.download.page,
            "bytes": planned.size,
            "about_bytes": round(planned.download.megabytes * 1e6),
            "terms": planned.download.terms.value,
            "trouble": planned.problem,
        }
        for planned in plan_fetch(folder, arguments.systems, date.today())
    ]


def _remake(_arguments: argparse.Namespace, folder: Path, reporter: Reporter) -> Report:
    had_cpt = _may_have_cpt()
    report = remake(folder, bundled_library(), reporter.progress, partial(_delete_ama_titles, folder))
    if had_cpt and not _has_cpt(report.library):
        _delete_titles(folder, report)
    return report


def _has_cpt(path: Path) -> bool:
    """Return whether a library has CPT beyond our own words."""
    library = open_library(path)
    try:
        return any(
            code_set.system is System.CPT and not code_set.ours for code_set in Catalogue(library.connect()).code_sets()
        )
    finally:
        library.close()


def _may_have_cpt() -> bool:
    """Return whether the user's library has CPT, True where it cannot be read."""
    try:
        newest = numbered_libraries(library_folder())[:1]
        return any(map(_has_cpt, newest))
    except (LibraryError, sqlite3.Error):
        return True


def _delete_titles(folder: Path, report: Report) -> bool:
    """Delete the titles in the history that came from files of the AMA; return False if it is not even noted."""
    if not (folder / NOTEBOOK_FILE).exists():
        return True
    notebook = Notebook(folder)
    try:
        notebook.delete_ama_titles()
        if notebook.is_persistent:
            return True
        problem = f"CPT titles in your history were not deleted. {notebook.problem}"
    except NotebookError as error:
        problem = str(error)
    finally:
        notebook.close()
    report.unchanged.append(f"{problem} It is done when Codarium starts next.")
    return are_titles_to_delete(folder)


COMMANDS = {"add": _add, "remove": _remove, "fetch": _fetch, "remake": _remake}
