"""Files that outlast a power cut: contents written before the name that points to them, and names before what follows.

A rename is in memory first, and a disk may write it after everything that came later. So each step that a later one
builds on is made here, and is on the disk when the function returns.
"""

import os
from contextlib import suppress
from pathlib import Path


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
