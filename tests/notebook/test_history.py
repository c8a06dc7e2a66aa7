"""The person's history: kept, bounded, and never a reason not to start."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.codes.systems import System
from app.notebook import history as history_module
from app.notebook.notebook import Notebook
from app.notebook.store import NOTEBOOK_FILE, NOTEBOOK_ID, migrations

DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
CM = System.ICD10CM


def codes(notebook: Notebook) -> list[str]:
    return [opened.code for opened in notebook.history.recent(100)]


def test_the_newest_comes_first_and_each_code_once(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    for minute, code in enumerate(("E11.9", "I10", "E11.9", "J45.909")):
        notebook.history.record(CM, code, f"title at {minute}", DAY + timedelta(minutes=minute))
    assert codes(notebook) == ["J45.909", "E11.9", "I10"]
    again = notebook.history.recent()[1]
    assert (again.title, again.times, again.last_opened) == ("title at 2", 2, DAY + timedelta(minutes=2))
    notebook.close()


def test_one_text_is_another_code_in_another_code_set(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    notebook.history.record(System.MODIFIER, "25", "a modifier", DAY)
    notebook.history.record(System.POS, "25", "a place of service", DAY)
    assert len(notebook.history.recent()) == 2
    notebook.close()


def test_what_was_opened_is_there_the_next_time(tmp_path: Path) -> None:
    first = Notebook(tmp_path)
    first.history.record(CM, "E11.40", "Type 2 diabetes", DAY)
    first.close()
    again = Notebook(tmp_path)
    assert codes(again) == ["E11.40"]
    assert again.is_persistent
    assert again.problem == ""
    again.close()


def test_the_oldest_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_module, "MOST_OPENED", 3)
    notebook = Notebook(tmp_path)
    for number in range(6):
        notebook.history.record(CM, f"A0{number}", "title", DAY + timedelta(seconds=number))
    assert codes(notebook) == ["A05", "A04", "A03"]
    notebook.close()


def test_forgetting_forgets_all(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    notebook.history.record(CM, "E11.9", "title")
    notebook.history.clear()
    assert notebook.history.recent() == ()
    notebook.close()


def test_a_code_set_that_this_program_does_not_know_is_passed_over(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    notebook.history.record(CM, "E11.9", "title", DAY)
    with sqlite3.connect(tmp_path / NOTEBOOK_FILE) as other:
        other.execute("INSERT INTO opened VALUES ('icd12', 'X', 'from the future', 9999999999999, 1)")
    other.close()
    assert codes(notebook) == ["E11.9"]
    notebook.close()


def test_without_a_folder_it_lasts_as_long_as_the_window() -> None:
    notebook = Notebook(None)
    notebook.history.record(CM, "E11.9", "title")
    assert codes(notebook) == ["E11.9"]
    assert not notebook.is_persistent
    notebook.close()


@pytest.mark.parametrize(
    "damage",
    [
        b"this is no database, and it is long enough to have a header of one" * 20,
        b"SQLite format 3\x00" + b"\xff" * 4000,
        b"SQLite format 3\x00",
    ],
)
def test_a_damaged_notebook_is_set_aside_and_said_to_be(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / NOTEBOOK_FILE).write_bytes(damage)
    notebook = Notebook(tmp_path)
    notebook.history.record(CM, "E11.9", "title")
    assert codes(notebook) == ["E11.9"]
    assert notebook.is_persistent
    aside = [path for path in tmp_path.iterdir() if path.name.startswith("notebook-damaged-")]
    assert len(aside) == 1
    assert aside[0].read_bytes() == damage
    assert aside[0].name in notebook.problem
    notebook.close()


def test_a_notebook_cut_short_is_set_aside(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    for number in range(300):
        notebook.history.record(CM, f"A{number}", "a title long enough to fill some pages " * 5)
    notebook.close()
    whole = (tmp_path / NOTEBOOK_FILE).read_bytes()
    (tmp_path / NOTEBOOK_FILE).write_bytes(whole[: len(whole) // 2])
    again = Notebook(tmp_path)
    assert "renamed to" in again.problem
    again.history.record(CM, "E11.9", "title")
    again.close()


def test_another_programs_database_is_set_aside_unharmed(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / NOTEBOOK_FILE) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    notebook = Notebook(tmp_path)
    assert "renamed to" in notebook.problem
    notebook.close()
    aside = next(path for path in tmp_path.iterdir() if path.name.startswith("notebook-damaged-"))
    with sqlite3.connect(aside) as kept:
        assert kept.execute("SELECT count(*) FROM theirs").fetchone() == (0,)
    kept.close()


def test_a_newer_programs_notebook_is_left_alone(tmp_path: Path) -> None:
    Notebook(tmp_path).close()
    with sqlite3.connect(tmp_path / NOTEBOOK_FILE) as newer:
        newer.execute(f"PRAGMA user_version = {len(migrations()) + 1}")
    newer.close()
    before = (tmp_path / NOTEBOOK_FILE).read_bytes()
    notebook = Notebook(tmp_path)
    assert "newer Codarium" in notebook.problem
    assert not notebook.is_persistent
    notebook.history.record(CM, "E11.9", "title")
    notebook.close()
    assert (tmp_path / NOTEBOOK_FILE).read_bytes() == before


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    Notebook(tmp_path).close()
    with sqlite3.connect(tmp_path / NOTEBOOK_FILE) as notebook:
        assert notebook.execute("PRAGMA application_id").fetchone() == (NOTEBOOK_ID,)
        assert notebook.execute("PRAGMA user_version").fetchone() == (len(migrations()),)
    notebook.close()


def test_two_windows_write_into_one_notebook(tmp_path: Path) -> None:
    one, two = Notebook(tmp_path), Notebook(tmp_path)
    for number in range(20):
        (one if number % 2 else two).history.record(CM, f"A{number:02}", "title", DAY + timedelta(seconds=number))
    assert len(one.history.recent(100)) == len(two.history.recent(100)) == 20
    one.close()
    two.close()


def test_many_programs_may_start_at_once(tmp_path: Path) -> None:
    problems: list[str] = []

    def start() -> None:
        notebook = Notebook(tmp_path)
        problems.append(notebook.problem)
        notebook.close()

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == [""] * 8


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_killed_program_loses_nothing_that_it_recorded(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from app.codes.systems import System\n"
        "from app.notebook.notebook import Notebook\n"
        f"notebook = Notebook(Path({str(tmp_path)!r}))\n"
        "for number in range(100000):\n"
        "    notebook.history.record(System.ICD10CM, f'A{number % 50}', f'title {number}')\n"
        "    print(number, flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    last = -1
    for line in process.stdout:
        last = int(line)
        if last == 200:
            os.kill(process.pid, signal.SIGKILL)
            break
    process.communicate()
    notebook = Notebook(tmp_path)
    assert notebook.problem == ""
    written = max(int(opened.title.split()[1]) for opened in notebook.history.recent(100))
    assert written >= last
    notebook.close()


def test_a_folder_that_cannot_be_written_is_no_reason_not_to_start(tmp_path: Path) -> None:
    # A folder that is a file cannot be written to even by root.
    (tmp_path / "file").write_text("x", encoding="utf-8")
    notebook = Notebook(tmp_path / "file")
    assert not notebook.is_persistent
    assert "cannot be opened" in notebook.problem
    notebook.history.record(CM, "E11.9", "title")
    notebook.close()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_titles_of_a_removed_code_set_leave_no_trace(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    title = "Made-up procedure, first"
    for number in range(200):
        notebook.history.record(System.CPT, f"{number:05}", f"{title} {number}")
    notebook.history.record(System.ICD10CM, "E11.9", "Type 2 diabetes mellitus without complications")
    notebook.delete_ama_titles()
    assert {(one.title, one.times) for one in notebook.history.recent(300) if one.system is System.CPT} == {("", 1)}
    kept = [one.title for one in notebook.history.recent(300) if one.system is System.ICD10CM]
    assert kept == ["Type 2 diabetes mellitus without complications"]
    assert not [path.name for path in files_in(tmp_path) if title.encode() in path.read_bytes()]
    notebook.close()
    assert not [path.name for path in files_in(tmp_path) if title.encode() in path.read_bytes()]
