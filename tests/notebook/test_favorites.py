"""Favorites in their folders, and notes on codes."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.codes.systems import System
from app.notebook.backups import find_backups
from app.notebook.code_notes import LONGEST_NOTE
from app.notebook.favorites import NO_FOLDER, Favorite
from app.notebook.notebook import Notebook
from app.notebook.store import NOTEBOOK_FILE, NotebookError, migrations

CM = System.ICD10CM
DAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_favorites_keep_folders_and_order(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    wounds = notebook.favorites.add_folder("Wounds")
    for code in ("L97.412", "E11.621"):
        notebook.favorites.add(CM, code, wounds)
    notebook.favorites.add(CM, "I10")
    notebook.favorites.add(System.MODIFIER, "25")
    assert notebook.favorites.has(CM, "I10")
    assert not notebook.favorites.has(System.POS, "25")
    assert [one.code for one in notebook.favorites.all()] == ["I10", "25", "L97.412", "E11.621"]
    notebook.favorites.order((Favorite(CM, "E11.621", wounds.id), Favorite(CM, "L97.412", wounds.id)))
    notebook.favorites.add(CM, "I10", wounds)
    assert [one.code for one in notebook.favorites.all()] == ["25", "E11.621", "L97.412", "I10"]
    notebook.favorites.remove(System.MODIFIER, "25")
    notebook.favorites.remove_folder(wounds)
    assert [(one.code, one.folder) for one in notebook.favorites.all()] == [
        ("E11.621", NO_FOLDER.id),
        ("L97.412", NO_FOLDER.id),
        ("I10", NO_FOLDER.id),
    ]
    assert notebook.favorites.folders() == ()
    notebook.close()


def test_folders_have_names_of_their_own(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    first = notebook.favorites.add_folder("Wounds")
    second = notebook.favorites.add_folder("Eyes")
    for name in ("wounds", " ", "x" * 101):
        with pytest.raises(NotebookError):
            notebook.favorites.rename_folder(second, name)
    assert notebook.favorites.folders() == (first, second)
    notebook.close()


def test_a_note_is_written_found_and_deleted(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    notebook.notes.write(CM, "E11.621", "Ask for laterality\nand depth. ", DAY)
    notebook.notes.write(CM, "I10", "Ask nothing", DAY.replace(hour=13))
    note = notebook.notes.find(CM, "E11.621")
    assert note is not None
    assert (note.text, note.changed) == ("Ask for laterality\nand depth.", DAY)
    assert [found.code for found in notebook.notes.containing("DEPTH ask")] == ["E11.621"]
    assert notebook.notes.containing("") == ()
    assert [found.code for found in notebook.notes.all()] == ["I10", "E11.621"]
    with pytest.raises(NotebookError, match="4,001"):
        notebook.notes.write(CM, "I10", "x" * (LONGEST_NOTE + 1))
    notebook.notes.write(CM, "E11.621", " ")
    assert notebook.notes.find(CM, "E11.621") is None
    notebook.close()


def test_clearing_recent_codes_leaves_what_the_user_keeps(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    notebook.history.record(CM, "E11.9", "title")
    notebook.notes.write(CM, "E11.9", "mine")
    notebook.favorites.add(CM, "E11.9")
    notebook.history.clear()
    assert notebook.history.recent() == ()
    assert notebook.favorites.has(CM, "E11.9")
    assert notebook.notes.find(CM, "E11.9") is not None
    notebook.close()


def test_an_older_notebook_is_backed_up_before_it_is_changed(tmp_path: Path) -> None:
    path = tmp_path / NOTEBOOK_FILE
    Notebook(tmp_path).close()
    path.unlink()
    with closing(sqlite3.connect(path)) as older:
        older.executescript(migrations()[0])
        older.execute("PRAGMA user_version = 1")
        older.execute(f"PRAGMA application_id = {0x434F444E}")
        older.execute("INSERT INTO opened VALUES ('icd10cm', 'E11.9', 'title', 1, 1)")
        older.commit()
    notebook = Notebook(tmp_path)
    assert notebook.problem == ""
    assert [opened.code for opened in notebook.history.recent()] == ["E11.9"]
    notebook.favorites.add(CM, "E11.9")
    notebook.close()
    ((day, backup),) = find_backups(tmp_path)
    assert day == date.today()
    with closing(sqlite3.connect(backup)) as kept:
        assert kept.execute("PRAGMA user_version").fetchone() == (1,)
        assert kept.execute("SELECT code FROM opened").fetchall() == [("E11.9",)]
    # The backup of the older form can be restored.
    shutil.copyfile(backup, path)
    restored = Notebook(tmp_path)
    assert (restored.problem, restored.favorites.all()) == ("", ())
    restored.close()


def test_a_change_that_fails_halfway_leaves_the_notebook_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / NOTEBOOK_FILE
    with closing(sqlite3.connect(path)) as older:
        older.executescript(migrations()[0])
        older.execute("PRAGMA user_version = 1")
        older.execute(f"PRAGMA application_id = {0x434F444E}")
        # In the way of a table of the next version.
        older.execute("CREATE TABLE worksheet_line (x)")
        older.commit()
    before = path.read_bytes()
    notebook = Notebook(tmp_path)
    assert not notebook.is_persistent
    assert "cannot be opened" in notebook.problem
    notebook.close()
    assert path.read_bytes() == before
