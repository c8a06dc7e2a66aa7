"""Jobs in processes of their own: one at a time, each ends with one word, and cancelling ends the process."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from pytestqt.qtbot import QtBot

from app.ui.code_sets.library_jobs import (
    Job,
    JobQueue,
    JobResult,
    PlannedDownload,
    RequiredConsent,
    parse_message,
    progress_of,
    result_of,
    with_accepted,
)

FAKE_COMMAND_LINE = (sys.executable, str(Path(__file__).with_name("fake_command_line.py")))


class Heard:
    """Everything that a job has said: how far it was, and how each one ended with what."""

    def __init__(self, jobs: JobQueue) -> None:
        self.steps: list[tuple[str, float]] = []
        self.ends: list[tuple[str, object]] = []
        self.complaints: list[str] = []
        jobs.progressed.connect(self._step)
        jobs.done.connect(self._done)
        jobs.failed.connect(self._failed)
        jobs.canceled.connect(self._canceled)
        jobs.consent_required.connect(self._consent_required)
        jobs.planned.connect(self._planned)

    def _step(self, job: Job, step: str, share: float) -> None:
        self.steps.append((step, share))

    def _done(self, job: Job, outcome: JobResult) -> None:
        self.ends.append(("done", outcome))

    def _failed(self, job: Job, sentence: str, complaint: str) -> None:
        self.ends.append(("failed", sentence))
        self.complaints.append(complaint)

    def _canceled(self, job: Job) -> None:
        self.ends.append(("canceled", job.description))

    def _consent_required(self, job: Job, needs: RequiredConsent) -> None:
        self.ends.append(("consent_required", needs))

    def _planned(self, job: Job, plan: tuple[PlannedDownload, ...]) -> None:
        self.ends.append(("planned", plan))


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[JobQueue]:
    queue = JobQueue(FAKE_COMMAND_LINE)
    yield queue
    queue.close()


@pytest.fixture
def heard(jobs: JobQueue) -> Heard:
    return Heard(jobs)


def add(name: str) -> Job:
    return Job("add", (f"/somewhere/{name}",), f"Adding {name}")


def test_job_reports_progress_and_result(jobs: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    jobs.submit(add("codes.zip"))
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert heard.steps == [("ICD-10-CM", 0.25), ("verifying", 0.95)]
    assert heard.ends == [("done", JobResult(("codes.zip: 79,115 codes",), ("readme.pdf: not a file of codes",), ()))]
    assert jobs.job is None


def test_further_jobs_wait_for_their_turn(jobs: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    for name in ("a.zip", "b.zip", "c.zip"):
        jobs.submit(add(name))
    assert jobs.waiting == 2
    qtbot.waitUntil(lambda: len(heard.ends) == 3)
    assert [outcome.added[0][0] for _, outcome in heard.ends if isinstance(outcome, JobResult)] == ["a", "b", "c"]


def test_canceling_ends_the_process_and_drops_waiting_jobs(jobs: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    with qtbot.waitSignal(jobs.progressed):
        jobs.submit(add("slow.zip"))
    jobs.submit(add("b.zip"))
    jobs.cancel()
    qtbot.waitUntil(lambda: jobs.job is None)
    assert heard.ends == [("canceled", "Adding slow.zip")]
    assert jobs.waiting == 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there no process can refuse to end")
def test_process_that_ignores_sigterm_is_killed(jobs: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    jobs.submit(add("stubborn.zip"))
    qtbot.waitUntil(lambda: ("will not end", 0.5) in heard.steps)
    jobs.cancel()
    qtbot.waitUntil(lambda: bool(heard.ends), timeout=8000)
    assert heard.ends == [("canceled", "Adding stubborn.zip")]


@pytest.mark.skipif(sys.platform == "win32", reason="niceness is of Unix")
def test_process_runs_at_low_priority(jobs: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    jobs.submit(add("slow.zip"))
    qtbot.waitUntil(lambda: any("niceness" in step for step, _ in heard.steps))
    assert heard.steps[-1][0] == f"niceness {min(os.nice(0) + 10, 19)}"


def test_closing_ends_the_process_without_a_signal(jobs: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    with qtbot.waitSignal(jobs.progressed):
        jobs.submit(add("slow.zip"))
    started = time.monotonic()
    jobs.close()
    assert time.monotonic() - started < 1.5
    qtbot.waitUntil(lambda: not jobs.findChildren(QProcess))
    assert heard.ends == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("wrong.zip", "wrong.zip, line 3: expected a code, found '????'."),
        ("broken.zip", "The work ended before it was done: MemoryError."),
    ],
)
def test_failure_is_one_sentence(jobs: JobQueue, heard: Heard, qtbot: QtBot, name: str, expected: str) -> None:
    jobs.submit(add(name))
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert heard.ends == [("failed", expected)]


def test_missing_program_is_reported(qtbot: QtBot) -> None:
    jobs = JobQueue(["/no/such/program"])
    heard = Heard(jobs)
    jobs.submit(add("a.zip"))
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert "could not start" in str(heard.ends[0][1])
    assert jobs.job is None


def test_cpt_requires_consent(jobs: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    jobs.submit(add("cpt.zip"))
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert heard.ends == [("consent_required", RequiredConsent(("ama",), "These are CPT files."))]
    jobs.submit(with_accepted(add("cpt.zip"), ["ama"]))
    qtbot.waitUntil(lambda: len(heard.ends) == 2)
    assert heard.ends[1][0] == "done"


def test_plan_lists_downloads(jobs: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    jobs.submit(Job("fetch", ("--plan", "icd10cm", "hcpcs"), "Looking"))
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert heard.ends == [
        (
            "planned",
            (
                PlannedDownload("icd10cm", "Files of icd10cm", "https://www.cms.gov/icd10cm.zip", 12_400_000),
                PlannedDownload("hcpcs", "Files of hcpcs", "https://www.cms.gov/hcpcs.zip", 310_000),
            ),
        )
    ]


def test_own_command_line_runs_from_any_working_directory(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__main__.py").write_text("raise SystemExit('another program called app')")
    monkeypatch.chdir(tmp_path)
    jobs = JobQueue([sys.executable, "-m", "app"])
    heard = Heard(jobs)
    jobs.submit(Job("lookup", ("--no-such-option",), "SearchController"))
    qtbot.waitUntil(lambda: bool(heard.ends), timeout=10_000)
    assert "codarium" in heard.complaints[0]
    assert "another program" not in heard.complaints[0]


@pytest.mark.parametrize("line", [b"", b"nonsense", b"[1, 2]", b"12", b"\xff\xfe", b'{"progress": '])
def test_line_that_is_not_an_object_is_ignored(line: bytes) -> None:
    assert parse_message(line) == {}


def test_fields_of_wrong_types_count_as_absent() -> None:
    assert progress_of({"share": "much"}) == ("", 0.0)
    assert progress_of({"step": 3, "share": 7}) == ("", 1.0)
    assert result_of(["added"]) == JobResult()
    assert result_of({"added": "all", "unread": [1]}) == JobResult((), ("1",), ())
