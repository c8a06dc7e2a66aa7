"""Files that outlast a power cut: contents written before the name that points to them, and names before what follows.

A rename is in memory first, and a disk may write it after everything that came later. So each step that a later one
builds on is made here, and is on the disk when the function returns.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

ABANDONED_AFTER = 3600.0
"""Seconds after which no run can still be working on an unfinished file; making a library takes under two minutes."""


def flush_file(path: Path) -> None:
    """Write a file's contents to the disk, before a name points to it. Raises OSError if they cannot be written."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Write the names in a folder to the disk, where the system can be asked to.

    Windows opens no folder, and some file systems of a network refuse. What was renamed is in its place all the same,
    and undoing it for that would promise no more, so an error is not raised.
    """
    if os.name == "nt":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def replace_file(path: Path, destination: Path) -> None:
    """Move a file to its place in one step; a file that is there is replaced."""
    os.replace(path, destination)  # noqa: PTH105 - replaces in a single step on every system
    flush_folder(destination.parent)
    if path.parent != destination.parent:
        flush_folder(path.parent)


def delete_file(path: Path) -> None:
    """Delete a file, if there is one."""
    path.unlink(missing_ok=True)
    flush_folder(path.parent)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing."""
    missing: list[Path] = []
    for parent in (folder, *folder.parents):
        if parent.exists():
            break
        missing.append(parent)
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        flush_folder(made.parent)


@contextmanager
def written_beside(out: Path) -> Generator[Path, None, None]:
    """Give the path of a file to be written, in a folder of its own beside `out`; replace `out` with it at the end.

    What was written, and its name, are then on the disk: a power cut leaves the old file or the new one.
    """
    make_folder(out.parent)
    prefix = f".{out.name}."
    delete_abandoned(out.parent, prefix)
    # Its own folder may stay, when the file is in its place.
    with tempfile.TemporaryDirectory(prefix=prefix, dir=out.parent, ignore_cleanup_errors=True) as folder:
        unfinished = Path(folder) / out.name
        yield unfinished
        flush_file(unfinished)
        replace_file(unfinished, out)


def delete_abandoned(parent: Path, prefix: str, after: float = ABANDONED_AFTER) -> None:
    """Delete the folders of a prefix that a killed run has left; one that a run may still use stays: it is not `after`
    seconds old."""
    for folder in parent.glob(f"{prefix}*"):
        if folder.is_dir() and time.time() - folder.stat().st_mtime >= after:
            shutil.rmtree(folder, ignore_errors=True)
