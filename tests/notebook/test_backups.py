"""Backups of the notebook: one file a day of use, seven kept, the newest good one instead of a damaged notebook."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.codes.systems import System
from app.notebook.backups import MOST_BACKUPS, find_backups, restore_newest
from app.notebook.notebook import Notebook
from app.notebook.store import BACKUPS_FOLDER, NOTEBOOK_FILE

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CM = System.ICD10CM
DAMAGE = b"SQLite format 3\x00" + b"\xff" * 4000


def use(folder: Path, day: int, *codes: str) -> None:
    """Open some codes on a day, in a window that is then closed."""
    notebook = Notebook(folder)
    for second, code in enumerate(codes):
        notebook.history.record(CM, code, f"Title of {code}", NOON + timedelta(days=day, seconds=second))
    notebook.close()


def codes_in(folder: Path) -> set[str]:
    notebook = Notebook(folder)
    assert notebook.problem == ""
    codes = {opened.code for opened in notebook.history.recent(100)}
    notebook.close()
    return codes


def days_in(folder: Path) -> list[date]:
    return [day for day, _ in find_backups(folder)]


def damaged(folder: Path) -> list[Path]:
    return list(folder.glob("notebook-damaged-*"))


def test_each_day_of_use_has_one_file_and_seven_are_kept(tmp_path: Path) -> None:
    for day in (0, 0, 1, 1, 3):
        use(tmp_path, day, f"A{day:02}")
    assert days_in(tmp_path) == [date(2026, 3, 4), date(2026, 3, 2), date(2026, 3, 1)]
    for day in range(4, 12):
        use(tmp_path, day, f"A{day:02}")
    assert days_in(tmp_path) == [date(2026, 3, 12) - timedelta(days=number) for number in range(MOST_BACKUPS)]
    assert {path.name for path in (tmp_path / BACKUPS_FOLDER).iterdir()} == {
        f"notebook-{day.isoformat()}.db" for day in days_in(tmp_path)
    }


def test_a_window_that_is_open_for_days_makes_one_each_day(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    for day in range(3):
        notebook.history.record(CM, f"A{day:02}", "title", NOON + timedelta(days=day))
    notebook.close()
    assert len(days_in(tmp_path)) == 3


def test_a_start_without_use_makes_none(tmp_path: Path) -> None:
    Notebook(tmp_path).close()
    assert not (tmp_path / BACKUPS_FOLDER).exists()


@pytest.mark.parametrize("damage", [DAMAGE, b"no database at all, but of some length " * 50, b""])
def test_a_damaged_notebook_is_restored_and_the_user_is_told(tmp_path: Path, damage: bytes) -> None:
    use(tmp_path, 0, "E11.9")
    use(tmp_path, 1, "I10", "J45.909")
    (tmp_path / NOTEBOOK_FILE).write_bytes(damage)
    notebook = Notebook(tmp_path)
    assert notebook.is_persistent
    (aside,) = damaged(tmp_path)
    assert notebook.problem == (
        f"Your notebook was damaged. It was renamed to {aside.name}, and restored from the backup of 2 Mar 2026."
    )
    assert aside.read_bytes() == damage
    # The day's backup is made with its first code.
    assert {"E11.9"} < {opened.code for opened in notebook.history.recent()} <= {"E11.9", "I10", "J45.909"}
    notebook.history.record(CM, "K35.80", "title", NOON + timedelta(days=2))
    notebook.close()
    assert "K35.80" in codes_in(tmp_path)


def test_the_journal_of_a_damaged_notebook_does_not_get_into_the_restored_one(tmp_path: Path) -> None:
    use(tmp_path, 0, "E11.9")
    path, saved = tmp_path / NOTEBOOK_FILE, tmp_path / "saved"
    saved.mkdir()
    notebook = Notebook(tmp_path)
    notebook.history.record(CM, "Z99.89", "title", NOON)
    for suffix in ("-wal", "-shm"):
        shutil.copy(f"{path}{suffix}", saved)
    notebook.close()
    shutil.copytree(saved, tmp_path, dirs_exist_ok=True)
    # SQLite itself deletes the journal with the last connection that is closed, if the disk lets it.
    assert restore_newest(tmp_path) == NOON.date()
    assert codes_in(tmp_path) == {"E11.9"}


def test_a_damaged_backup_is_passed_over(tmp_path: Path) -> None:
    use(tmp_path, 0, "E11.9")
    use(tmp_path, 1, "I10")
    use(tmp_path, 2, "J45.909")
    (_, newest), (_, middle), _ = find_backups(tmp_path)
    newest.write_bytes(DAMAGE)
    middle.write_bytes(middle.read_bytes()[:5000])
    (tmp_path / NOTEBOOK_FILE).write_bytes(DAMAGE)
    notebook = Notebook(tmp_path)
    assert "from the backup of 1 Mar 2026" in notebook.problem
    assert [opened.code for opened in notebook.history.recent()] == ["E11.9"]
    notebook.close()


def test_without_a_good_backup_a_new_notebook_is_made(tmp_path: Path) -> None:
    use(tmp_path, 0, "E11.9")
    for _, path in find_backups(tmp_path):
        path.write_bytes(b"")
    (tmp_path / NOTEBOOK_FILE).write_bytes(DAMAGE)
    notebook = Notebook(tmp_path)
    assert "a new one was created" in notebook.problem
    assert notebook.history.recent() == ()
    notebook.close()


def test_what_is_cleared_is_in_no_backup(tmp_path: Path) -> None:
    use(tmp_path, 0, "E11.9")
    (tmp_path / NOTEBOOK_FILE).write_bytes(DAMAGE + b"E11.9")
    notebook = Notebook(tmp_path)
    notebook.history.clear()
    notebook.close()
    assert damaged(tmp_path) == []
    assert len(days_in(tmp_path)) == 1
    assert not [path for path in tmp_path.rglob("*.db") if b"E11.9" in path.read_bytes()]


def test_a_folder_without_room_for_backups_disturbs_nobody(tmp_path: Path) -> None:
    (tmp_path / BACKUPS_FOLDER).write_text("in the way", encoding="utf-8")
    use(tmp_path, 0, "E11.9")
    assert codes_in(tmp_path) == {"E11.9"}
    (tmp_path / NOTEBOOK_FILE).write_bytes(DAMAGE)
    notebook = Notebook(tmp_path)
    assert "a new one was created" in notebook.problem
    notebook.close()
