"""The commands that change the person's library: add, remove, fetch, remake. What they say others can read as JSON."""

import argparse
import json
import signal
import sqlite3
import sys
from collections.abc import Collection
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

from app.codes.systems import System
from app.intake.add import add_files
from app.intake.apply import Report, describe_failure, remake
from app.intake.consent import ConsentError
from app.intake.remove import remove_edits, remove_files
from app.library.open import LibraryError, open_library
from app.library.reading.catalogue import Catalogue
from app.notebook.history import History
from app.notebook.store import FILE_NAME, NotebookError
from app.paths import bundled_library, generations, library_folder, make_user_folder
from app.releases.records import ReleaseError

DONE, WRONG, CONSENT = 0, 2, 3

TERMINATED = 143
"""What a shell says of a program that was asked to end: 128 and the number of the signal."""

NOWHERE = "Your own folder cannot be written to, so nothing can be added."


class Reporter:
    """Tells the progress and the outcome, as lines for people or as one JSON object a line."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._step = ""

    def progress(self, step: str, share: float) -> None:
        """What is being done and how much of the whole is done, 0 to 1."""
        if self._as_json:
            self._say({"progress": {"step": step, "share": round(share, 3)}})
        elif step != self._step and sys.stderr:
            self._step = step
            print(f"{share:4.0%}  {step}", file=sys.stderr)

    def done(self, report: Report) -> int:
        """What came of it."""
        if self._as_json:
            told = {
                "added": report.added,
                "unchanged": report.unchanged,
                "unread": report.unread,
                "companions": report.companions,
                "library": str(report.library),
            }
            self._say({"done": told})
            return DONE
        for sentence in report.added or ["Nothing new."]:
            print(sentence)
        for sentence in report.unchanged:
            print(sentence)
        for sentence in report.unread:
            print(f"Not read: {sentence}")
        if report.companions == 1:
            print("And 1 companion that need not be read.")
        elif report.companions:
            print(f"And {report.companions} companions that need not be read.")
        return DONE

    def needs(self, consent: ConsentError) -> int:
        """What the person must accept first."""
        if self._as_json:
            needs = {"what": "cpt", "kinds": consent.kinds, "kind": consent.kind, "sentence": str(consent)}
            self._say({"needs": needs})
        elif sys.stderr:
            options = " ".join(f"--accept-cpt {kind}" for kind in consent.kinds)
            print(f"codarium: {consent} If you agree, run this command again with {options}.", file=sys.stderr)
        return CONSENT

    def error(self, sentence: str) -> int:
        """Why nothing was done; one line, whatever stands in the name of a file."""
        sentence = " ".join(sentence.split())
        if self._as_json:
            self._say({"error": sentence})
        elif sys.stderr:
            print("codarium:", sentence, file=sys.stderr)
        return WRONG

    def plan(self, rows: list[dict[str, Any]]) -> int:
        """What would be downloaded."""
        if self._as_json:
            self._say({"plan": rows})
            return DONE
        for row in rows:
            size = f"{row['bytes'] / 1e6:.1f} MB" if row["bytes"] else f"about {row['about_bytes'] / 1e6:.1f} MB"
            print(f"{row['title']} ({size})\n  {row['url'] or row['page']}")
            if row["trouble"]:
                print(f"  {row['trouble']}")
        return DONE

    def _say(self, told: dict[str, Any]) -> None:
        print(json.dumps(told), flush=True)


A_MOMENT = 0.01
"""Seconds after which the destructor is over."""


class _TerminatedError(BaseException):
    """The process was asked to end; it does so by way of every `finally`, so that nothing is left behind."""


def _raise_again(unraisable: "sys.UnraisableHookArgs") -> None:
    """What asks the process to end may come while a destructor runs, where Python drops it: it is raised once more."""
    asked = unraisable.exc_type
    if not issubclass(asked, _TerminatedError | KeyboardInterrupt) or not hasattr(signal, "setitimer"):
        sys.__unraisablehook__(unraisable)
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        raise asked

    signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, A_MOMENT)


def change(arguments: argparse.Namespace) -> int:
    """Runs the command `arguments.command`; whatever goes wrong is one sentence, and the library is as it was."""
    asked = False

    def terminate(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        asked = True
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise _TerminatedError

    before = signal.signal(signal.SIGTERM, terminate)
    sys.unraisablehook = _raise_again
    try:
        status = _change(arguments)
        # What comes in the middle of a statement of SQLite is an error of that statement.
        return TERMINATED if asked and status == WRONG else status
    except _TerminatedError:
        return TERMINATED
    except BrokenPipeError:
        # Whoever wanted to hear of it has gone; the stream must not complain again when Python closes it.
        sys.stdout = None
        return WRONG
    finally:
        sys.unraisablehook = sys.__unraisablehook__
        signal.signal(signal.SIGTERM, before)


def _change(arguments: argparse.Namespace) -> int:
    reporter = Reporter(arguments.json)
    if arguments.db is not None:
        return reporter.error("--db names a database that is only read; leave it out to change your own library.")
    person = make_user_folder()
    if person is None:
        return reporter.error(NOWHERE)
    try:
        if arguments.command == "fetch" and arguments.plan:
            return reporter.plan(_plan(arguments, person))
        return reporter.done(CHANGES[arguments.command](arguments, person, reporter))
    except ConsentError as consent:
        return reporter.needs(consent)
    except ReleaseError as error:
        return reporter.error(str(error))
    except BrokenPipeError:
        raise
    except Exception as error:
        return reporter.error(describe_failure(error))


def _add(arguments: argparse.Namespace, person: Path, reporter: Reporter) -> Report:
    paths: list[Path] = arguments.files
    for path in paths:
        if not path.exists():
            raise ReleaseError(f"{path}: there is no such file.")
    bundled = bundled_library()
    return add_files(paths, person, bundled, accepted=_accepted(arguments), progress=reporter.progress)


def _accepted(arguments: argparse.Namespace) -> bool | Collection[str]:
    """The kinds of terms that the person says to have accepted, True for all."""
    kinds: list[str] = arguments.accept_cpt
    return "all" in kinds or kinds


def _remove(arguments: argparse.Namespace, person: Path, reporter: Reporter) -> Report:
    system: System | None = arguments.system
    if system is None:
        return remove_edits(person, bundled_library(), reporter.progress)
    report = remove_files(system, person, bundled_library(), reporter.progress)
    if system is System.CPT:
        _forget_titles(person, report)
    return report


def _fetch(arguments: argparse.Namespace, person: Path, reporter: Reporter) -> Report:
    from app.intake.fetch import fetch_files

    systems: list[System] = arguments.systems
    return fetch_files(
        systems,
        person,
        bundled_library(),
        date.today(),
        accepted=_accepted(arguments),
        progress=reporter.progress,
    )


def _plan(arguments: argparse.Namespace, person: Path) -> list[dict[str, Any]]:
    """What a fetch would bring, one object for each file; `trouble` is a sentence where it cannot be told."""
    from app.intake.fetch import plan_fetch

    return [
        {
            "system": one.download.system.value if one.download.system else None,
            "title": one.download.title,
            "url": one.url,
            "page": one.download.page,
            "bytes": one.size,
            "about_bytes": round(one.download.megabytes * 1e6),
            "terms": one.download.terms.value,
            "trouble": one.problem,
        }
        for one in plan_fetch(person, arguments.systems, date.today())
    ]


def _remake(_arguments: argparse.Namespace, person: Path, reporter: Reporter) -> Report:
    had_cpt = _may_have_cpt()
    report = remake(person, bundled_library(), reporter.progress)
    if had_cpt and not _has_cpt(report.library):
        _forget_titles(person, report)
    return report


def _has_cpt(path: Path) -> bool:
    """Whether a library has CPT in more than our own words."""
    library = open_library(path)
    try:
        return any(one.system is System.CPT and not one.ours for one in Catalogue(library.connect()).code_sets())
    finally:
        library.close()


def _may_have_cpt() -> bool:
    """Whether the person's library has CPT, or cannot be asked."""
    try:
        newest = generations(library_folder())[:1]
        return any(map(_has_cpt, newest))
    except (LibraryError, sqlite3.Error):
        return True


OF_THE_AMA = (System.CPT, System.MODIFIER)
"""Code sets whose titles may be the AMA's."""


def _forget_titles(person: Path, report: Report) -> None:
    """Deletes the titles in the history that came with files of the AMA's. The codes stay, and so do titles of ours,
    which are those of the library."""
    if not (person / FILE_NAME).exists():
        return
    history = History(person)
    try:
        for system in OF_THE_AMA:
            history.forget_titles(system)
        if not history.lasting:
            report.unchanged.append(f"Titles in the history stay. {history.trouble}")
    except NotebookError as error:
        report.unchanged.append(str(error))
    finally:
        history.close()


CHANGES = {"add": _add, "remove": _remove, "fetch": _fetch, "remake": _remake}
