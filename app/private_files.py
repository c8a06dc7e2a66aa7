"""The user's files for the user alone: which diagnoses somebody opened, and when, is read by no other account.

On Windows a user's folder is closed to other accounts by the system, and there is nothing to do.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import platformdirs

OTHERS = stat.S_IRWXG | stat.S_IRWXO
"""The rights of all but the owner."""

OUR_NAMES = (
    "notebook.db*",
    "notebook-damaged-*",
    "notebook backups",
    ".notebook*",
    "codarium.*",
    "code sets",
    "downloads.tsv",
)
"""Patterns of the names in the user's folder. `CODARIUM_HOME` may name a folder with other files, such as the home
folder with all its hidden ones; they stay as they are."""


def create_private_files() -> None:
    """Have this process make every file and folder for its user alone, those of SQLite and of libraries too."""
    if os.name != "nt":
        os.umask(OTHERS)


def close_folder(folder: Path) -> None:
    """Close the user's folder to others, unless it holds files that are not ours, or belongs to somebody else."""
    if os.name == "nt":
        return
    with suppress(OSError):
        is_default = folder == platformdirs.user_data_path("codarium", appauthor=False)
        if is_default or all(any(path.match(name) for name in OUR_NAMES) for path in folder.iterdir()):
            _close(folder)


def close_files(folder: Path) -> None:
    """Close to others what is in the user's folder, as versions before this one, or a copy, have left it."""
    if os.name == "nt":
        return
    close_folder(folder)
    for name in OUR_NAMES:
        for path in folder.glob(name):
            _close(path)
            if path.is_dir() and not path.is_symlink():
                for inner in _contents(path):
                    _close(inner)


def _contents(folder: Path) -> Iterator[Path]:
    """Yield all files and folders below a folder; a link to a folder is not followed."""
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            yield Path(parent, name)


def _close(path: Path) -> None:
    """Take the rights of others from a file or folder of this user; a link stays, and so does a folder for all."""
    with suppress(OSError):
        status = path.lstat()
        is_plain = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
        is_ours = status.st_uid == os.geteuid() and not status.st_mode & stat.S_ISVTX
        if is_plain and is_ours and status.st_mode & OTHERS:
            path.chmod(stat.S_IMODE(status.st_mode) & ~OTHERS)
