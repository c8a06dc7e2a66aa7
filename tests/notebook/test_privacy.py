"""Nobody's business: what was cleared is in no file, and no other account reads the user's files."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app import durable_files
from app.codes.systems import System
from app.notebook import backups
from app.notebook.notebook import Notebook, are_titles_to_delete
from app.notebook.store import NOTEBOOK_FILE, NotebookError
from app.private_files import close_files
from tests.intake import made_up_releases

ROOT = Path(__file__).parents[2]
DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "Conspicuous"

posix = pytest.mark.skipif(os.name == "nt", reason="Windows closes a user's folder by itself")


def files_with(folder: Path, text: str) -> set[str]:
    """The names of the files in a folder, at any depth, in whose bytes a text stands."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.name for path in files if text.encode() in path.read_bytes()}


def fill(notebook: Notebook, codes: int = 300, system: System = System.ICD10CM) -> None:
    for number in range(codes):
        title = f"{SECRET} disease number {number} " + "with a long title " * (number % 9)
        notebook.history.record(system, f"Z{number:03}", title, DAY + timedelta(days=number // 50, seconds=number))


def test_what_was_cleared_is_in_no_file(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    fill(notebook)
    assert {f"{NOTEBOOK_FILE}-wal", "notebook-2026-03-02.db"} & files_with(tmp_path, SECRET)
    notebook.history.clear()
    assert files_with(tmp_path, SECRET) == files_with(tmp_path, "Z123") == set()
    notebook.history.record(System.ICD10CM, "I10", "Essential hypertension", DAY)
    assert [opened.code for opened in notebook.history.recent()] == ["I10"]
    notebook.close()
    assert files_with(tmp_path, SECRET) == set()


def test_so_is_what_an_older_version_left_in_free_pages(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    fill(notebook)
    notebook.close()
    with closing(sqlite3.connect(tmp_path / NOTEBOOK_FILE)) as older:
        older.execute("PRAGMA secure_delete = OFF")
        older.execute("DELETE FROM opened")
        older.commit()
    assert NOTEBOOK_FILE in files_with(tmp_path, SECRET)
    notebook = Notebook(tmp_path)
    notebook.history.clear()
    assert files_with(tmp_path, SECRET) == set()
    notebook.close()


def test_so_it_is_while_other_windows_are_open(tmp_path: Path) -> None:
    notebooks = [Notebook(tmp_path) for _ in range(3)]
    for notebook in notebooks:
        fill(notebook, 50)
    notebooks[0].history.clear()
    assert all(notebook.history.recent() == () for notebook in notebooks)
    # A window that is just making its backup does so to the end.
    for notebook in notebooks[1:]:
        notebook.close()
    assert files_with(tmp_path, SECRET) == set()
    notebooks[0].close()


def test_a_backup_that_is_under_way_while_codes_are_cleared_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = Notebook(tmp_path)
    fill(notebook, 50)
    # Its own backup is done then.
    notebook.close()
    notebook = Notebook(tmp_path)
    replace_file = durable_files.replace_file
    replaced_late: list[str] = []

    def replace_late(path: Path, destination: Path) -> None:
        """Another window clears its codes when the copy is finished and not yet in its place."""
        monkeypatch.setattr(durable_files, "replace_file", replace_file)
        with pytest.raises(NotebookError, match="another window"):
            notebook.history.clear()
        replace_file(path, destination)
        replaced_late.append(destination.name)

    monkeypatch.setattr(durable_files, "replace_file", replace_late)
    backups.back_up(tmp_path, (DAY + timedelta(days=40)).date())
    assert replaced_late == ["notebook-2026-04-10.db"]
    notebook.history.clear()
    assert files_with(tmp_path, SECRET) == set()
    notebook.close()


def test_a_backup_that_was_killed_is_cleared_too(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    fill(notebook, 50)
    unfinished = tmp_path / "notebook backups" / ".notebook-2026-11-30.db.killed"
    unfinished.mkdir(parents=True)
    (unfinished / "notebook-2026-11-30.db").write_text(SECRET)
    notebook.history.clear()
    assert files_with(tmp_path, SECRET) == set()
    notebook.close()


def test_a_journal_that_cannot_be_emptied_is_told(tmp_path: Path) -> None:
    notebook, other = Notebook(tmp_path), sqlite3.connect(tmp_path / NOTEBOOK_FILE, isolation_level=None)
    fill(notebook, 50)
    other.execute("BEGIN")
    other.execute("SELECT * FROM opened").fetchone()
    with pytest.raises(NotebookError, match="another window"):
        notebook.history.clear()
    assert notebook.history.recent() == ()
    other.close()
    notebook.history.clear()
    assert files_with(tmp_path, SECRET) == set()
    notebook.close()


def test_deleted_titles_are_in_no_file(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    fill(notebook, system=System.MODIFIER)
    notebook.delete_ama_titles()
    assert files_with(tmp_path, SECRET) == set()
    assert len(notebook.history.recent(1000)) == 300
    notebook.close()


def test_deleted_titles_are_in_no_damaged_notebook_either(tmp_path: Path) -> None:
    for system, name in ((System.CPT, "with"), (System.ICD10CM, "without")):
        (folder := tmp_path / name).mkdir()
        notebook = Notebook(folder)
        fill(notebook, 50, system)
        notebook.close()
        path = folder / NOTEBOOK_FILE
        # Its second page is gone, so that SQLite does not read it any more.
        path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 4096 + path.read_bytes()[8192:])
        again = Notebook(folder)
        assert "damaged" in again.problem
        aside = {path.name for path in folder.glob("notebook-damaged-*")}
        assert aside & files_with(folder, SECRET)
        again.delete_ama_titles()
        again.close()
        # What has no titles of the AMA stays, since the user may get something out of it.
        left = {path.name for path in folder.glob("notebook-damaged-*")}
        assert left == (set() if system is System.CPT else aside)
    assert files_with(tmp_path / "with", SECRET) == set()


def test_titles_that_cannot_be_deleted_are_when_the_notebook_is_opened_next(tmp_path: Path) -> None:
    notebook, other = Notebook(tmp_path), sqlite3.connect(tmp_path / NOTEBOOK_FILE, isolation_level=None)
    fill(notebook, 50, System.CPT)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(NotebookError, match="cannot be deleted"):
        notebook.delete_ama_titles()
    assert are_titles_to_delete(tmp_path)
    notebook.close()
    # And not given up while that window is still in the way.
    Notebook(tmp_path).close()
    assert files_with(tmp_path, SECRET)
    other.close()
    again = Notebook(tmp_path)
    assert len(again.history.recent(1000)) == 50
    again.close()
    assert files_with(tmp_path, SECRET) == set()
    assert not are_titles_to_delete(tmp_path)


def modes(folder: Path) -> dict[str, int]:
    return {
        str(path.relative_to(folder.parent)): stat.S_IMODE(path.lstat().st_mode)
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink()
    }


def open_to_others(folder: Path) -> set[str]:
    """The files and folders on which others have any right, and those on which the owner has not the usual ones."""
    return {
        name
        for name, mode in modes(folder).items()
        if mode & 0o077 or mode not in (0o600, 0o700) or (mode == 0o600) is (folder.parent / name).is_dir()
    }


def run(script: str, home: Path) -> None:
    """Run a script as a user whose new files are open to all, as on most systems."""
    done = subprocess.run(
        [sys.executable, "-c", f"import os\nos.umask(0o022)\n{script}"],
        cwd=ROOT,
        env=os.environ | {"CODARIUM_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


ADD = "import sys\nfrom app.main import main\nsys.exit(main(['codarium', 'add', {file!r}]))"

WINDOW = """
import stat
import sys
import time

from PySide6.QtCore import QTimer

from app.main import main
from app.paths import user_folder
from app.ui.main_window.window import Window

wrong = ['not checked']
deadline = time.monotonic() + 60
start = Window.start

def start_and_look(window, query=''):
    start(window, query)
    timer = QTimer(window)
    opened = []

    def look():
        # An exception in a slot is only logged and would not end the program.
        try:
            wrong[:] = open_and_check()
        except FileNotFoundError:
            # The backup's unfinished file, which has just got its name.
            wrong[:] = ['no journal']
        except BaseException as error:
            wrong[:] = [repr(error)]
        if wrong != ['no journal'] or time.monotonic() > deadline:
            timer.stop()
            window.close()

    def open_and_check():
        navigation = window.panels.navigation
        if not opened and navigation.node is not None and navigation.node.code == 'E11.9':
            opened.append(navigation.node.code)
            navigation.record_visit()
            window.search_bar.box.setText('heart attack')
        paths = [path for path in user_folder().rglob('*') if path.is_file()]
        if not opened or not any(path.name == 'notebook.db-wal' and path.stat().st_size for path in paths):
            return ['no journal']
        return [path.name for path in paths if stat.S_IMODE(path.lstat().st_mode) != 0o600]

    timer.timeout.connect(look)
    timer.start(50)

Window.start = start_and_look
status = main(['codarium', 'E11.9'])
sys.exit(status or ', '.join(wrong) or 0)
"""


@posix
@pytest.mark.slow
def test_added_files_and_databases_are_made_for_the_user_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run(ADD.format(file=str(made_up_releases.mue(tmp_path))), home)
    assert {"home/code sets", "home/code sets/edits.db"} < modes(home).keys()
    assert open_to_others(home) == set()


@posix
@pytest.mark.slow
def test_the_window_makes_its_files_for_the_user_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    run(WINDOW, home)
    assert {"home/notebook.db", "home/codarium.ini", "home/notebook backups"} < modes(home).keys()
    assert open_to_others(home) == set()


def make_open_folder(home: Path) -> None:
    """Make a user's folder as versions before this one did."""
    for folder in (home, home / "code sets" / "files" / "2026", home / "notebook backups"):
        folder.mkdir(parents=True)
        folder.chmod(0o755)
    for name in (
        "notebook.db",
        "notebook.db-wal",
        "notebook.db-shm",
        "notebook-damaged-2026-03-01-120000.db",
        "notebook backups/notebook-2026-03-01.db",
        "codarium.ini",
        "codarium.log.1",
        "code sets/library-3.db",
        "code sets/.lock",
        "code sets/files/2026/icd10cm.zip",
    ):
        (home / name).touch()
        (home / name).chmod(0o664)


@posix
def test_existing_files_are_closed_to_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_open_folder(home)
    assert len(open_to_others(home)) > 10
    close_files(home)
    assert open_to_others(home) == set()


@posix
@pytest.mark.slow
def test_the_next_start_closes_them(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    (home / "codarium.ini").touch(mode=0o644)
    (home / "codarium.log").touch(mode=0o644)
    run(ADD.format(file=str(made_up_releases.mue(tmp_path))), home)
    assert open_to_others(home) == set()


@posix
def test_files_that_are_not_ours_stay_as_they_are(tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "elsewhere.txt"
    make_open_folder(home)
    elsewhere.touch()
    # The home folder itself may be named, with all that is hidden in it.
    letters = [home / "letters" / "letter.txt", home / ".config" / "other.ini", home / "notebooks" / "trip.txt"]
    for letter in letters:
        letter.parent.mkdir(mode=0o755)
        letter.touch()
    for path in (elsewhere, *letters):
        path.chmod(0o644)
    (home / "code sets" / "link.txt").symlink_to(elsewhere)
    close_files(home)
    foreign = {str(path.relative_to(tmp_path)) for letter in letters for path in (letter, letter.parent)}
    assert open_to_others(home) == {"home", *foreign}
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o644
