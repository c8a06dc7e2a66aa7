"""A verified library at its place: compile beside the destination, verify, put there in one step."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from app.library.compiling.compile import compile_library, replace_in_library
from app.library.compiling.lexicon_tables import read_lexicon
from app.library.compiling.verify import verify
from app.library.contents import Contents, Cpt, Hcpcs, Maps, Modifiers, Places
from app.library.own_words.tables import read_own_tables
from app.library.progress import Progress, ignore_progress
from app.paths import resource

ABANDONED_AFTER = 3600.0
"""Seconds after which an unfinished database is nobody's any more; making one takes less than two minutes."""


def own_words() -> tuple[Contents, ...]:
    """The code sets of which nothing but our own words is there."""
    return Hcpcs(), Modifiers(), Places(), Cpt()


def make_library(
    out: Path, contents: Iterable[Contents], maps: Maps | None = None, progress: Progress = ignore_progress
) -> None:
    """Compile code sets into the library `out`, which appears, or is replaced, only when it has been verified.

    Raises ReleaseError when the contents contradict each other or the result is not what it must be; `out` is then
    as it was and nothing is left beside it.
    """
    with beside(out) as unfinished:
        own, lexicon = read_own_tables(resource("tables")), read_lexicon(resource("lexicon"))
        compile_library(unfinished, contents, own, lexicon, maps, progress)
        _check(unfinished, progress)
    progress("done", 1.0)


def change_library(
    before: Path,
    out: Path,
    contents: Iterable[Contents],
    maps: Maps | None = None,
    progress: Progress = ignore_progress,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Make `out` of the library `before` with some code sets in place of those it has; likewise whole or not at all.

    `ready` is called when it has been verified, and is about to take its place.
    """
    with beside(out) as unfinished:
        shutil.copyfile(before, unfinished)
        replace_in_library(unfinished, contents, read_own_tables(resource("tables")), maps, progress)
        _check(unfinished, progress)
        ready()
    progress("done", 1.0)


@contextmanager
def beside(out: Path) -> Generator[Path, None, None]:
    """A file in a folder of its own beside `out`, which it takes the place of when all has gone well."""
    out.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{out.name}."
    clear_away(out.parent, lambda folder: time.time() - folder.stat().st_mtime > ABANDONED_AFTER, prefix)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=out.parent) as folder:
        unfinished = Path(folder) / out.name
        yield unfinished
        os.replace(unfinished, out)  # noqa: PTH105 - the one call that replaces in a single step everywhere


def clear_away(folder: Path, abandoned: Callable[[Path], bool], prefix: str = ".") -> None:
    """Remove what a run that was killed has left; one that may still be running is let alone."""
    for left in folder.glob(f"{prefix}*"):
        if left.is_dir() and abandoned(left):
            shutil.rmtree(left, ignore_errors=True)


def _check(unfinished: Path, progress: Progress) -> None:
    progress("verifying", 0.95)
    verify(unfinished)
    flush(unfinished)


def flush(path: Path) -> None:
    """Bytes on the disk before the name points to them: a power cut must not leave an empty library."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
