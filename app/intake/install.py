"""Verified libraries at their places: compile beside the destination, verify, move into place in one step."""

import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from app.durable_files import flush_file, make_folder, replace_file
from app.library.checksums import add_checksums, remove_checksums
from app.library.compiling.compile import compile_library, replace_in_library
from app.library.compiling.lexicon_tables import read_lexicon
from app.library.compiling.verify import verify
from app.library.contents import Contents, Maps
from app.library.own_words.tables import read_own_tables
from app.library.progress import Progress, ignore_progress
from app.paths import resource

ABANDONED_AFTER = 3600.0
"""Seconds after which no run can still be working on an unfinished database; making one takes under two minutes."""


def make_library(
    out: Path, contents: Iterable[Contents], maps: Maps | None = None, progress: Progress = ignore_progress
) -> None:
    """Compile code sets into the library `out`, which appears, or is replaced, only when it has been verified.

    Raises ReleaseError when the contents contradict each other or the result does not pass verification; `out` is then
    as it was and no other file is left.
    """
    with written_beside(out) as unfinished:
        own, lexicon = read_own_tables(resource("tables")), read_lexicon(resource("lexicon"))
        compile_library(unfinished, contents, own, lexicon, maps, progress)
        _verify(unfinished, progress)
    progress("done", 1.0)


def change_library(
    base: Path,
    out: Path,
    contents: Iterable[Contents],
    maps: Maps | None = None,
    progress: Progress = ignore_progress,
    when_verified: Callable[[], None] = lambda: None,
) -> None:
    """Make `out` from the library `base`, with some code sets replaced; completely or not at all, as `make_library`.

    `when_verified` is called right before the library is moved into place.
    """
    with written_beside(out) as unfinished:
        shutil.copyfile(base, unfinished)
        remove_checksums(unfinished)
        replace_in_library(unfinished, contents, read_own_tables(resource("tables")), maps, progress)
        _verify(unfinished, progress)
        when_verified()
    progress("done", 1.0)


@contextmanager
def written_beside(out: Path) -> Generator[Path, None, None]:
    """Give the path of a file to be written, in a folder of its own beside `out`; replace `out` with it at the end.

    What was written, and its name, are then on the disk: a power cut leaves the old file or the new one.
    """
    make_folder(out.parent)
    prefix = f".{out.name}."
    _delete_abandoned(out.parent, prefix)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=out.parent) as folder:
        unfinished = Path(folder) / out.name
        yield unfinished
        flush_file(unfinished)
        replace_file(unfinished, out)


def _delete_abandoned(parent: Path, prefix: str) -> None:
    """Delete the folders that a killed run has left; one that a run may still use stays."""
    for folder in parent.glob(f"{prefix}*"):
        if folder.is_dir() and time.time() - folder.stat().st_mtime > ABANDONED_AFTER:
            shutil.rmtree(folder, ignore_errors=True)


def _verify(unfinished: Path, progress: Progress) -> None:
    progress("verifying", 0.95)
    verify(unfinished)
    add_checksums(unfinished)
