"""Changes to the code sets, each made by a process of its own: the program's own command line, whose output is read.

The window goes on searching meanwhile, and canceling ends the process, which leaves the library unchanged.
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
"""Added to the niceness of the window for the process, so that searching comes first."""

LARGEST_NICENESS = 19

TERMINATE_MS = 2000
"""Time for a process that was told to terminate, before it is killed."""

LONGEST_COMPLAINT = 20_000
"""Characters of a process's standard error that are kept for the log; the last ones."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run of the command line: `add`, `remove`, `fetch` or `remake` with its arguments.

    `description` is shown to the user: `Adding icd10cm.zip`. `accepted_terms` are the kinds of CPT files whose terms
    the user has accepted: `ama`, `cms`.
    """

    command: str
    arguments: tuple[str, ...]
    description: str
    accepted_terms: tuple[str, ...] = ()

    def command_line(self) -> list[str]:
        """Return the command with its options and arguments."""
        options = ["--json", *(f"--accept-cpt={kind}" for kind in self.accepted_terms)]
        return [self.command, *options, *self.arguments]


@dataclass(frozen=True, slots=True)
class RequiredConsent:
    """Terms that a job needs accepted first. `kinds` name the publishers of the files: `ama`, `cms` or both."""

    kinds: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class PlannedDownload:
    """A file that would be downloaded.

    `size` is in bytes, None where it is unknown; `is_estimate` is True where it is only about right. `problem` is the
    reason why the file cannot be downloaded now, empty where it can; `terms` is the kind of terms that go with it:
    `cms`, `ama` or `none`.
    """

    system: str
    title: str
    url: str
    size: int | None
    is_estimate: bool = False
    problem: str = ""
    terms: str = "none"


@dataclass(frozen=True, slots=True)
class JobResult:
    """The result of a job, in sentences: files that were added, left unread with the reason, or there already."""

    added: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


class JobQueue(QObject):
    """Runs one job at a time; further ones wait for their turn. Every signal but `changed` carries the job first.

    `progressed`: the step in words, and the share that is done, from 0 to 1. `consent_required`: a RequiredConsent; the
    job has ended without changing anything. `planned`: a tuple of PlannedDownload. `done`: a JobResult. `failed`: one
    sentence, and the end of the process's standard error. `changed`: a job was started or added, or none is left.
    """

    changed = Signal()
    progressed = Signal(object, str, float)
    consent_required = Signal(object, object)
    planned = Signal(object, object)
    done = Signal(object, object)
    failed = Signal(object, str, str)
    canceled = Signal(object)

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._waiting: deque[Job] = deque()
        self._job: Job | None = None
        self._process: QProcess | None = None
        self._is_canceled = False
        self._incomplete_line = b""
        self._complaint = ""
        self._messages: dict[str, object] = {}
        self._kill_timer = QTimer(self)
        self._kill_timer.setSingleShot(True)
        self._kill_timer.setInterval(TERMINATE_MS)
        self._kill_timer.timeout.connect(self._kill)

    @property
    def job(self) -> Job | None:
        """The job that is running."""
        return self._job

    @property
    def waiting(self) -> int:
        """The number of jobs that wait for their turn."""
        return len(self._waiting)

    def submit(self, job: Job, first: bool = False) -> None:
        """Run a job as soon as those before it are done; `first` puts it before those that wait."""
        if first:
            self._waiting.appendleft(job)
        else:
            self._waiting.append(job)
        if self._job is None:
            self._start_next()
        else:
            self.changed.emit()

    def cancel(self) -> None:
        """End the job that runs, and drop those that wait."""
        self._waiting.clear()
        if self._process is not None and not self._is_canceled:
            self._is_canceled = True
            self._process.terminate()
            self._kill_timer.start()

    def close(self) -> None:
        """End the job that runs and wait for its end. No signal is emitted any more."""
        self._waiting.clear()
        self._kill_timer.stop()
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
        self._is_canceled, self._incomplete_line, self._complaint, self._messages = False, b"", "", {}
        process = self._process = QProcess(self)
        # `-m` looks for the program in the working directory, which may be any folder in which the window was started.
        process.setWorkingDirectory(str(Path(app.__file__).parents[1]))
        process.readyReadStandardOutput.connect(self._read_output)
        process.readyReadStandardError.connect(self._read_complaint)
        process.started.connect(self._lower_priority)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._report_failed_start)
        program, *arguments = (*self._command, *self._job.command_line())
        process.start(program, arguments)
        self.changed.emit()

    def _lower_priority(self) -> None:
        if self._process is not None and sys.platform != "win32":
            with suppress(OSError):
                niceness = min(os.getpriority(os.PRIO_PROCESS, 0) + NICENESS, LARGEST_NICENESS)
                os.setpriority(os.PRIO_PROCESS, self._process.processId(), niceness)

    def _read_output(self) -> None:
        if self._process is None or self._job is None:
            return
        output = bytes(self._process.readAllStandardOutput().data())
        *lines, self._incomplete_line = (self._incomplete_line + output).split(b"\n")
        for line in lines:
            message = parse_message(line)
            self._messages |= message
            if "progress" in message and not self._is_canceled:
                self.progressed.emit(self._job, *progress_of(message["progress"]))

    def _read_complaint(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
            self._complaint = (self._complaint + text)[-LONGEST_COMPLAINT:]

    def _report_failed_start(self, error: QProcess.ProcessError) -> None:
        # After any other error `finished` is emitted too.
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            reason = self._process.errorString()
            self._messages = {"error": f"Codarium could not start its own command line ({reason})."}
            self._finish()

    def _finish(self) -> None:
        self._read_output()
        self._read_complaint()
        self._kill_timer.stop()
        job, process, messages = self._job, self._process, self._messages
        self._job, self._process = None, None
        if job is None or process is None:
            return
        exit_status = process.exitCode()
        process.deleteLater()
        # A job that was done before it could be canceled is done.
        if "done" in messages:
            self.done.emit(job, result_of(messages["done"]))
        elif self._is_canceled:
            self.canceled.emit(job)
        elif "plan" in messages:
            self.planned.emit(job, plan_of(messages["plan"]))
        elif "needs" in messages:
            self.consent_required.emit(job, required_consent_of(messages["needs"]))
        else:
            sentence = messages.get("error")
            if not isinstance(sentence, str):
                last_line = self._complaint.strip().rpartition("\n")[2]
                sentence = f"The work ended before it was done: {last_line or f'exit status {exit_status}'}."
            self.failed.emit(job, sentence, self._complaint)
        if self._job is None:
            self._start_next()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()


def with_accepted(job: Job, kinds: Sequence[str]) -> Job:
    """Return the same job with the terms of more kinds of files accepted."""
    return replace(job, accepted_terms=tuple(dict.fromkeys((*job.accepted_terms, *kinds))))


# Lines of the command line. They come from this same program; a field of another type counts as absent.


def parse_message(line: bytes) -> dict[str, object]:
    """Return a line as a JSON object, empty where it is not one."""
    try:
        value: object = json.loads(line)
    except ValueError:
        return {}
    return _object(value)


def progress_of(value: object) -> tuple[str, float]:
    """Return the step in words, and the share that is done, from 0 to 1."""
    fields = _object(value)
    share = fields.get("share")
    return _text(fields, "step"), min(1.0, max(0.0, float(share))) if isinstance(share, int | float) else 0.0


def required_consent_of(value: object) -> RequiredConsent:
    """Return the terms that must be accepted first."""
    fields = _object(value)
    return RequiredConsent(tuple(str(kind) for kind in _list(fields.get("kinds"))), _text(fields, "sentence"))


def plan_of(value: object) -> tuple[PlannedDownload, ...]:
    """Return the files that would be downloaded."""
    downloads: list[PlannedDownload] = []
    for item in _list(value):
        fields = _object(item)
        exact, estimate = fields.get("bytes"), fields.get("about_bytes")
        size = exact if isinstance(exact, int) else estimate if isinstance(estimate, int) else None
        downloads.append(
            PlannedDownload(
                _text(fields, "system"),
                _text(fields, "title"),
                _text(fields, "url"),
                size,
                size is not None and not isinstance(exact, int),
                _text(fields, "trouble"),
                _text(fields, "terms") or "none",
            )
        )
    return tuple(downloads)


def result_of(value: object) -> JobResult:
    """Return the result of a job that is done."""
    fields = _object(value)
    added, unread, unchanged = (
        tuple(str(sentence) for sentence in _list(fields.get(name))) for name in ("added", "unread", "unchanged")
    )
    return JobResult(added, unread, unchanged)


def _object(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _text(fields: dict[str, object], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
