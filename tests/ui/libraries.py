"""Two newer libraries to switch to, like the real one except for a few codes."""

import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

GONE = "E11.41"
"""A code that the newer libraries lack."""

MOVED = "E11.42"
"""A code with another id there: it has exchanged ids with E11.40."""

RENAMED = "A made-up title of another release"
"""The title of E11.43 there."""

RELEASE = "FY2027 (made up)"


@dataclass(frozen=True, slots=True)
class Libraries:
    """The files of the libraries. Both newer ones differ from the bundled one in the same way."""

    bundled: Path
    newer: Path
    newest: Path


def make_newer(bundled: Path, folder: Path) -> Libraries:
    """Make the newer libraries in a folder."""
    newer, newest = folder / "newer.db", folder / "newest.db"
    shutil.copy(bundled, newer)
    db = sqlite3.connect(newer)
    (moved, moved_title), (other, other_title) = (
        db.execute("SELECT id, title FROM node WHERE plain = ? AND system = 'icd10cm'", (plain,)).fetchone()
        for plain in ("E1142", "E1140")
    )
    db.execute("UPDATE node SET code = '-', plain = '-' WHERE id = ?", (moved,))
    db.execute("UPDATE node SET code = 'E11.42', plain = 'E1142', title = ? WHERE id = ?", (moved_title, other))
    db.execute("UPDATE node SET code = 'E11.40', plain = 'E1140', title = ? WHERE id = ?", (other_title, moved))
    db.execute("DELETE FROM node WHERE plain = 'E1141' AND system = 'icd10cm'")
    db.execute("UPDATE node SET title = ? WHERE plain = 'E1143' AND system = 'icd10cm'", (RENAMED,))
    db.execute("UPDATE release SET name = ?, effective_to = '2099-09-30' WHERE system = 'icd10cm'", (RELEASE,))
    db.execute("UPDATE source SET sha256 = 'added'")
    db.commit()
    db.close()
    shutil.copy(newer, newest)
    return Libraries(bundled, newer, newest)
