"""Changes to the code sets, each made by a process of its own: the program's own command line, whose lines are read.

The window goes on searching meanwhile, and to cancel is to end the process: the library is as it was.
"""

import json
import os
import sys
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

import app

NICENESS = 10
"""The process takes what searching leaves of the processor."""

TERMINATE_MS = 2000
"""How long a process that was asked to end may take over it."""

LONGEST_COMPLAINT = 20_000
"""How many characters of what a process complains of are kept for the log."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run of the command line: `add`, `remove`, `fetch` or `remake`, and what follows it.

    `words` say what it does, for the person: `Adding icd10cm.zip`.
    """

    command: str
    arguments: tuple[str, ...]
    words: str
    accepted: tuple[str, ...] = ()
    """The kinds of CPT files to whose terms the person has agreed: `ama`, `cms`."""

    def line(self) -> list[str]:
        """The command with its arguments."""
        options = ["--json", *(f"--accept-cpt={kind}" for kind in self.accepted)]
        return [self.command, *options, *self.arguments]


@dataclass(frozen=True, slots=True)
class RequiredConsent:
    """What a job cannot go on without. `kinds` are whose files they are: `ama`, `cms` or both."""

    kinds: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class PlannedDownload:
    """A file that would be downloaded; `size` in bytes, None where it is not known, and whether it is but about so.

    `trouble` says why the address cannot be used now, empty where it can; `terms` whose terms go with it: `cms`, `ama`
    or `none`.
    """

    system: str
    title: str
    url: str
    size: int | None
    is_about: bool = False
    trouble: str = ""
    terms: str = "none"


@dataclass(frozen=True, slots=True)
class JobResult:
    """What a job has done, as sentences: what was added, what was left unread and why, what was there already."""

    added: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


class JobQueue(QObject):
    """Runs one job at a time; further ones wait for their turn. Every signal but `changed` carries the job first.

    `progressed`: the step in words, and the share of all that is done, from 0 to 1. `needed`: a Needs; the job has
    ended without doing anything. `planned`: what `fetch` would download, as Planned. `done`: an Outcome. `failed`: one
    sentence, and what the process has complained of besides. `changed`: a job began, or none is left.
    """

    changed = Signal()
    progressed = Signal(object, str, float)
    consent_required = Signal(object, object)
    planned = Signal(object, object)
    done = Signal(object, object)
    failed = Signal(object, str, str)
    cancelled = Signal(object)

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._waiting: deque[Job] = deque()
        self._job: Job | None = None
        self._process: QProcess | None = None
        self._cancelled = False
        self._unread = b""
        self._complaint = ""
        self._said: dict[str, object] = {}
        self._killing = QTimer(self)
        self._killing.setSingleShot(True)
        self._killing.setInterval(TERMINATE_MS)
        self._killing.timeout.connect(self._kill)

    @property
    def job(self) -> Job | None:
        """The job that is running."""
        return self._job

    @property
    def waiting(self) -> int:
        """How many jobs wait for their turn."""
        return len(self._waiting)

    def run(self, job: Job, first: bool = False) -> None:
        """Runs a job as soon as those before it are done; `first` puts it before those that wait."""
        if first:
            self._waiting.appendleft(job)
        else:
            self._waiting.append(job)
        if self._job is None:
            self._start_next()
        else:
            self.changed.emit()

    def cancel(self) -> None:
        """Ends the job that runs, and drops those that wait."""
        self._waiting.clear()
        if self._process is not None and not self._cancelled:
            self._cancelled = True
            self._process.terminate()
            self._killing.start()

    def close(self) -> None:
        """Ends what runs and waits for its end. Nothing is said afterwards."""
        self._waiting.clear()
        self._killing.stop()
        process, self._process, self._job = self._process, None, None
        if process is not None:
            process.blockSignals(True)
            process.terminate()
            if not process.waitForFinished(TERMINATE_MS):
                process.kill()
                process.waitForFinished(TERMINATE_MS)
            process.deleteLater()

    def _start_next(self) -> None:
        if not self._waiting:
            self.changed.emit()
            return
        self._job = self._waiting.popleft()
        self._cancelled, self._unread, self._complaint, self._said = False, b"", "", {}
        process = self._process = QProcess(self)
        # `-m` looks for the program in the folder where it is run, wherever the window was started.
        process.setWorkingDirectory(str(Path(app.__file__).parents[1]))
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_complaint)
        process.started.connect(self._be_nice)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._could_not)
        program, *arguments = (*self._command, *self._job.line())
        process.start(program, arguments)
        self.changed.emit()

    def _be_nice(self) -> None:
        if self._process is not None and sys.platform != "win32":
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, self._process.processId(), NICENESS)

    def _read(self) -> None:
        if self._process is None or self._job is None:
            return
        *lines, self._unread = (self._unread + bytes(self._process.readAllStandardOutput().data())).split(b"\n")
        for line in lines:
            said = message(line)
            self._said |= said
            if "progress" in said and not self._cancelled:
                self.progressed.emit(self._job, *progress_of(said["progress"]))

    def _read_complaint(self) -> None:
        if self._process is not None:
            said = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
            self._complaint = (self._complaint + said)[-LONGEST_COMPLAINT:]

    def _could_not(self, error: QProcess.ProcessError) -> None:
        # Of every other error `finished` comes too.
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self._said = {"error": f"Codarium could not start its own command line ({self._process.errorString()})."}
            self._finish()

    def _finish(self) -> None:
        self._read()
        self._read_complaint()
        self._killing.stop()
        job, process, said = self._job, self._process, self._said
        self._job, self._process = None, None
        if job is None or process is None:
            return
        status = process.exitCode()
        process.deleteLater()
        # A job that was done before the cancelling reached it is done.
        if "done" in said:
            self.done.emit(job, result_of(said["done"]))
        elif self._cancelled:
            self.cancelled.emit(job)
        elif "plan" in said:
            self.planned.emit(job, plan_of(said["plan"]))
        elif "needs" in said:
            self.consent_required.emit(job, required_consent_of(said["needs"]))
        else:
            sentence = said.get("error")
            if not isinstance(sentence, str):
                last = self._complaint.strip().rpartition("\n")[2]
                sentence = f"The work ended before it was done: {last or f'exit status {status}'}."
            self.failed.emit(job, sentence, self._complaint)
        if self._job is None:
            self._start_next()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()


def accepted(job: Job, kinds: Sequence[str]) -> Job:
    """The same job with the person's agreement to the terms of some kinds of files."""
    return replace(job, accepted=tuple(dict.fromkeys((*job.accepted, *kinds))))


# What the lines say. They come from this same program; one that says something else says nothing.


def message(line: bytes) -> dict[str, object]:
    """A line as a JSON object; empty where it is none."""
    try:
        said: object = json.loads(line)
    except ValueError:
        return {}
    return _object(said)


def progress_of(said: object) -> tuple[str, float]:
    """The step in words, and the share that is done."""
    told = _object(said)
    share = told.get("share")
    return _text(told, "step"), min(1.0, max(0.0, float(share))) if isinstance(share, int | float) else 0.0


def required_consent_of(said: object) -> RequiredConsent:
    told = _object(said)
    return RequiredConsent(tuple(str(kind) for kind in _list(told.get("kinds"))), _text(told, "sentence"))


def plan_of(said: object) -> tuple[PlannedDownload, ...]:
    found: list[PlannedDownload] = []
    for one in _list(said):
        told = _object(one)
        size, about = told.get("bytes"), told.get("about_bytes")
        known = size if isinstance(size, int) else about if isinstance(about, int) else None
        found.append(
            PlannedDownload(
                _text(told, "system"),
                _text(told, "title"),
                _text(told, "url"),
                known,
                known is not None and not isinstance(size, int),
                _text(told, "trouble"),
                _text(told, "terms") or "none",
            )
        )
    return tuple(found)


def result_of(said: object) -> JobResult:
    told = _object(said)
    added, unread, unchanged = (
        tuple(str(one) for one in _list(told.get(name))) for name in ("added", "unread", "unchanged")
    )
    return JobResult(added, unread, unchanged)


def _object(said: object) -> dict[str, object]:
    return cast("dict[str, object]", said) if isinstance(said, dict) else {}


def _list(said: object) -> list[object]:
    return cast("list[object]", said) if isinstance(said, list) else []


def _text(told: dict[str, object], name: str) -> str:
    said = told.get(name)
    return said if isinstance(said, str) else ""
