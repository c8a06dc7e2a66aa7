"""Jobs in processes of their own: one at a time, each ends with one word, and cancelling ends the process."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.ui.code_sets.library_jobs import (
    Job,
    JobQueue,
    Needs,
    Outcome,
    Planned,
    accepted,
    message,
    outcome_of,
    progress_of,
)

PRETENDED = (sys.executable, str(Path(__file__).with_name("pretended.py")))


class Heard:
    """Everything that a job has said: how far it was, and how each one ended with what."""

    def __init__(self, adding: JobQueue) -> None:
        self.steps: list[tuple[str, float]] = []
        self.ends: list[tuple[str, object]] = []
        self.complaints: list[str] = []
        adding.progressed.connect(self._step)
        adding.done.connect(self._done)
        adding.failed.connect(self._failed)
        adding.cancelled.connect(self._cancelled)
        adding.needed.connect(self._needed)
        adding.planned.connect(self._planned)

    def _step(self, job: Job, step: str, share: float) -> None:
        self.steps.append((step, share))

    def _done(self, job: Job, outcome: Outcome) -> None:
        self.ends.append(("done", outcome))

    def _failed(self, job: Job, sentence: str, complaint: str) -> None:
        self.ends.append(("failed", sentence))
        self.complaints.append(complaint)

    def _cancelled(self, job: Job) -> None:
        self.ends.append(("cancelled", job.words))

    def _needed(self, job: Job, needs: Needs) -> None:
        self.ends.append(("needed", needs))

    def _planned(self, job: Job, plan: tuple[Planned, ...]) -> None:
        self.ends.append(("planned", plan))


@pytest.fixture
def adding(qtbot: QtBot) -> Iterator[JobQueue]:
    made = JobQueue(PRETENDED)
    yield made
    made.close()


@pytest.fixture
def heard(adding: JobQueue) -> Heard:
    return Heard(adding)


def add(name: str) -> Job:
    return Job("add", (f"/somewhere/{name}",), f"Adding {name}")


def test_a_job_tells_how_far_it_is_and_what_it_did(adding: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    adding.run(add("codes.zip"))
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert heard.steps == [("ICD-10-CM", 0.25), ("verifying", 0.95)]
    assert heard.ends == [("done", Outcome(("codes.zip: 79,115 codes",), ("readme.pdf: not a file of codes",), ()))]
    assert adding.job is None


def test_further_jobs_wait_for_their_turn(adding: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    for name in ("a.zip", "b.zip", "c.zip"):
        adding.run(add(name))
    assert adding.waiting == 2
    qtbot.waitUntil(lambda: len(heard.ends) == 3)
    assert [outcome.added[0][0] for _, outcome in heard.ends if isinstance(outcome, Outcome)] == ["a", "b", "c"]


def test_cancelling_ends_the_process_and_drops_what_waits(adding: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    with qtbot.waitSignal(adding.progressed):
        adding.run(add("slow.zip"))
    adding.run(add("b.zip"))
    adding.cancel()
    qtbot.waitUntil(lambda: bool(heard.ends))
    qtbot.wait(100)
    assert heard.ends == [("cancelled", "Adding slow.zip")]
    assert adding.waiting == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there no process can refuse to end")
def test_a_process_that_will_not_end_is_killed(adding: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    adding.run(add("stubborn.zip"))
    qtbot.waitUntil(lambda: ("will not end", 0.5) in heard.steps)
    adding.cancel()
    qtbot.waitUntil(lambda: bool(heard.ends), timeout=8000)
    assert heard.ends == [("cancelled", "Adding stubborn.zip")]


@pytest.mark.skipif(sys.platform == "win32", reason="niceness is of Unix")
def test_the_process_takes_what_searching_leaves(adding: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    adding.run(add("slow.zip"))
    qtbot.waitUntil(lambda: any("niceness" in step for step, _ in heard.steps))
    assert heard.steps[-1][0] == f"niceness {os.nice(0) + 10}"


def test_closing_ends_the_process_without_a_word(adding: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    with qtbot.waitSignal(adding.progressed):
        adding.run(add("slow.zip"))
    started = time.monotonic()
    adding.close()
    assert time.monotonic() - started < 1.5
    qtbot.wait(50)
    assert heard.ends == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("wrong.zip", "wrong.zip, line 3: expected a code, found '????'."),
        ("broken.zip", "The work ended before it was done: MemoryError."),
    ],
)
def test_what_went_wrong_is_one_sentence(adding: JobQueue, heard: Heard, qtbot: QtBot, name: str, said: str) -> None:
    adding.run(add(name))
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert heard.ends == [("failed", said)]


def test_a_program_that_is_not_there_is_said(qtbot: QtBot) -> None:
    adding = JobQueue(["/no/such/program"])
    heard = Heard(adding)
    adding.run(add("a.zip"))
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert "could not start" in str(heard.ends[0][1])
    assert adding.job is None


def test_cpt_needs_agreement_and_goes_on_with_it(adding: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    adding.run(add("cpt.zip"))
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert heard.ends == [("needed", Needs(("ama",), "These are CPT files."))]
    adding.run(accepted(add("cpt.zip"), ["ama"]))
    qtbot.waitUntil(lambda: len(heard.ends) == 2)
    assert heard.ends[1][0] == "done"


def test_a_plan_names_what_would_be_downloaded(adding: JobQueue, heard: Heard, qtbot: QtBot) -> None:
    adding.run(Job("fetch", ("--plan", "icd10cm", "hcpcs"), "Looking"))
    qtbot.waitUntil(lambda: bool(heard.ends))
    assert heard.ends == [
        (
            "planned",
            (
                Planned("icd10cm", "Files of icd10cm", "https://www.cms.gov/icd10cm.zip", 12_400_000),
                Planned("hcpcs", "Files of hcpcs", "https://www.cms.gov/hcpcs.zip", 310_000),
            ),
        )
    ]


def test_the_programs_own_command_line_runs_wherever_the_window_was_started(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__main__.py").write_text("raise SystemExit('another program called app')")
    monkeypatch.chdir(tmp_path)
    adding = JobQueue([sys.executable, "-m", "app"])
    heard = Heard(adding)
    adding.run(Job("lookup", ("--no-such-option",), "SearchController"))
    qtbot.waitUntil(lambda: bool(heard.ends), timeout=10_000)
    assert "codarium" in heard.complaints[0]
    assert "another program" not in heard.complaints[0]


@pytest.mark.parametrize("line", [b"", b"nonsense", b"[1, 2]", b"12", b"\xff\xfe", b'{"progress": '])
def test_a_line_that_is_no_object_says_nothing(line: bytes) -> None:
    assert message(line) == {}


def test_what_is_said_amiss_does_no_harm() -> None:
    assert progress_of({"share": "much"}) == ("", 0.0)
    assert progress_of({"step": 3, "share": 7}) == ("", 1.0)
    assert outcome_of(["added"]) == Outcome()
    assert outcome_of({"added": "all", "unread": [1]}) == Outcome((), ("1",), ())
