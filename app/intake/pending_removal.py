"""The note on a removal that is under way, by which the next start finishes one that was interrupted.

A removal takes several steps: files, library, edits, titles in the history. Whoever pulls the plug between two of them
has asked for all, and texts of the AMA may not stay because nobody gives a further command.
"""

import json
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from app.codes.systems import System
from app.durable_files import delete_file, written_beside
from app.intake.user_library import UserLibrary
from app.paths import REMOVAL_NOTE


@dataclass(frozen=True, slots=True)
class PendingRemoval:
    """A removal that was begun: of a code set, or of the NCCI edits (`system` None), with the kept files to delete."""

    system: System | None
    files: tuple[Path, ...]


@contextmanager
def noted_removal(
    user_library: UserLibrary, system: System | None, paths: Sequence[Path]
) -> Generator[None, None, None]:
    """Note what is removed meanwhile; `end_removal` is called when nothing is left to do.

    Where the removal fails and was undone, the note is deleted.
    """
    note = user_library.folder / REMOVAL_NOTE
    # By their bytes, since a name on Linux need not be UTF-8.
    names = [os.fsencode(user_library.relative_name(path)).hex() for path in paths]
    with written_beside(note) as unfinished:
        unfinished.write_text(json.dumps({"system": system and system.value, "files": names}), encoding="utf-8")
    try:
        yield
    except BaseException:
        end_removal(user_library)
        raise


def end_removal(user_library: UserLibrary) -> None:
    """Delete the note: everything that was asked for has been removed.

    Where it stays, the next start finds nothing more to remove, and deletes it.
    """
    with suppress(OSError):
        delete_file(user_library.folder / REMOVAL_NOTE)


def read_pending_removal(user_library: UserLibrary) -> PendingRemoval | None:
    """Return the removal that was interrupted; one of nothing if its note cannot be read, None if there is no note."""
    note = user_library.folder / REMOVAL_NOTE
    if not note.exists():
        return None
    try:
        content = cast("dict[str, Any]", json.loads(note.read_text(encoding="utf-8")))
        system = System(content["system"]) if content["system"] else None
        files = tuple(user_library.files / os.fsdecode(bytes.fromhex(name)) for name in content["files"])
    except (OSError, ValueError, TypeError, KeyError):
        return PendingRemoval(None, ())
    return PendingRemoval(system, files)
