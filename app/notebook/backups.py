"""Backups of the notebook: a file for each day of use, the newest seven, from which a damaged notebook is restored."""

import re
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

from app.codes.systems import System
from app.durable_files import delete_abandoned, delete_file, written_beside
from app.library.open import read_only_uri
from app.notebook.store import BACKUPS_FOLDER, DAMAGED_PREFIX, JOURNALS, NOTEBOOK_FILE, NOTEBOOK_ID, migrations

MOST_BACKUPS = 7

_NAME = re.compile(r"notebook-([0-9]{4}-[0-9]{2}-[0-9]{2})\.db", re.ASCII)


def find_backups(folder: Path) -> list[tuple[date, Path]]:
    """Return the backups in the user's folder with their days, the newest first; one may be damaged."""
    backups: list[tuple[date, Path]] = []
    with suppress(OSError):
        for path in (folder / BACKUPS_FOLDER).iterdir():
            if match := _NAME.fullmatch(path.name):
                with suppress(ValueError):
                    backups.append((date.fromisoformat(match[1]), path))
    return sorted(backups, reverse=True)


def back_up(folder: Path, day: date) -> None:
    """Make the backup of a day unless there is one, and delete those that are too many.

    Whatever keeps it from being made, such as a full disk, is no reason to disturb the user: the next day makes one.
    """
    with suppress(OSError, sqlite3.Error):
        if all(made != day for made, _ in find_backups(folder)):
            _copy_notebook(folder, folder / BACKUPS_FOLDER / f"notebook-{day.isoformat()}.db")
        for _, path in find_backups(folder)[MOST_BACKUPS:]:
            delete_file(path)
        for parent in (folder, folder / BACKUPS_FOLDER):
            delete_abandoned(parent, ".notebook")


def back_up_anew(folder: Path, day: date) -> None:
    """Make the backup of a day in place of the one there is, as before a newer program changes the notebook's form."""
    with suppress(OSError, sqlite3.Error):
        _copy_notebook(folder, folder / BACKUPS_FOLDER / f"notebook-{day.isoformat()}.db")


def restore_newest(folder: Path) -> date | None:
    """Put the newest good backup in the place of the notebook; return its day, None if there is none.

    The journals of the damaged notebook are deleted before: SQLite would write them into the restored one.
    """
    path = folder / NOTEBOOK_FILE
    good = next(((day, backup) for day, backup in find_backups(folder) if is_good(backup)), None)
    if good is None:
        _delete_journals(path)
        delete_file(path)
        return None
    day, backup = good
    with written_beside(path) as restored:
        shutil.copyfile(backup, restored)
        _delete_journals(path)
    return day


def _delete_journals(path: Path) -> None:
    for suffix in JOURNALS:
        delete_file(path.with_name(path.name + suffix))


def delete_backups(folder: Path) -> None:
    """Delete every backup, since they hold what is to be gone. Raises OSError for one that stays."""
    for _, path in find_backups(folder):
        delete_file(path)


def delete_unfinished_backups(folder: Path) -> None:
    """Delete the copies that a killed run has left, which hold it too. No other run may be making one."""
    delete_abandoned(folder / BACKUPS_FOLDER, ".notebook", after=0)


def delete_damaged(folder: Path) -> None:
    """Delete the damaged notebooks that were set aside. Raises OSError for one that stays."""
    for path in folder.glob(f"{DAMAGED_PREFIX}*"):
        delete_file(path)


def delete_damaged_with(folder: Path, systems: Iterable[System]) -> None:
    """Delete the damaged notebooks, with their journals, that may hold titles of some code sets. The others stay, since
    the user may want them. Raises OSError for one that can be neither read nor deleted.

    What is damaged is not read by SQLite. In its files a row begins with the name of the code set and the code.
    """
    names = "|".join(system.value for system in systems)
    row = re.compile(rf"(?:{names})[0-9A-Z]".encode())
    pieces = list(folder.glob(f"{DAMAGED_PREFIX}*"))
    marked = {_damaged_notebook(piece) for piece in pieces if row.search(piece.read_bytes())}
    for piece in pieces:
        if _damaged_notebook(piece) in marked:
            delete_file(piece)


def _damaged_notebook(piece: Path) -> str:
    """Return the name of the damaged notebook that a file, which may be a journal, belongs to."""
    return next((piece.name.removesuffix(suffix) for suffix in JOURNALS if piece.name.endswith(suffix)), piece.name)


def _copy_notebook(folder: Path, destination: Path) -> None:
    path = folder / NOTEBOOK_FILE
    with (
        closing(sqlite3.connect(path, timeout=0.5, isolation_level=None)) as reader,
        written_beside(destination) as copy,
    ):
        # What is deleted while the copy is made could come back with it. A window that deletes empties the journal,
        # which this reading does not allow until the copy is at its place, where that window deletes it.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM opened").fetchone()
        # For the user alone, which SQLite leaves as it is.
        copy.touch(mode=0o600)
        with closing(sqlite3.connect(path, timeout=0.5, isolation_level=None)) as notebook:
            # Without what was deleted, which is still in the notebook's free pages.
            notebook.execute("VACUUM INTO ?", (str(copy),))
        if not is_good(copy):
            raise sqlite3.DatabaseError("the notebook is damaged")


def is_good(path: Path) -> bool:
    """Return whether a backup is a whole notebook that this program can open."""
    try:
        with closing(sqlite3.connect(read_only_uri(path.resolve()), uri=True)) as backup:
            verdict = backup.execute("PRAGMA integrity_check(1)").fetchone()[0]
            owner = backup.execute("PRAGMA application_id").fetchone()[0]
            version = backup.execute("PRAGMA user_version").fetchone()[0]
            backup.execute("SELECT count(*) FROM opened").fetchone()
    except sqlite3.Error:
        return False
    return verdict == "ok" and owner == NOTEBOOK_ID and version <= len(migrations())
