"""Official files in, verified library out: compile beside the destination, verify, put in place in one step."""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from app.codes.records import Source
from app.library.compile import Progress, compile_library
from app.library.contents import Contents, Cpt, Hcpcs, Maps, Modifiers, Places
from app.library.lexicon_tables import read_lexicon
from app.library.own_tables import read_own_tables
from app.library.verify import verify
from app.paths import resource

ABANDONED_AFTER = 3600.0
"""Seconds after which an unfinished database is nobody's any more; making one takes less than two minutes."""


def source(path: Path) -> Source:
    """A file as a source: its name and the SHA-256 of its bytes."""
    with path.open("rb") as file:
        return Source(path.name, hashlib.file_digest(file, "sha256").hexdigest())


def own_words() -> tuple[Contents, ...]:
    """The code sets of which nothing but our own words is there."""
    return Hcpcs(), Modifiers(), Places(), Cpt()


def make_library(
    out: Path,
    contents: Iterable[Contents],
    maps: Maps | None = None,
    progress: Progress = lambda _step, _share: None,
) -> None:
    """Compile code sets into the library `out`, which appears, or is replaced, only when it has been verified.

    Raises ReleaseError when the contents contradict each other or the result is not what it must be; `out` is then
    as it was and nothing is left beside it.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{out.name}."
    _clear_away(out.parent, prefix)
    with tempfile.TemporaryDirectory(prefix=prefix, dir=out.parent) as folder:
        unfinished = Path(folder) / out.name
        own, lexicon = read_own_tables(resource("tables")), read_lexicon(resource("lexicon"))
        compile_library(unfinished, contents, own, lexicon, maps, progress)
        progress("verifying", 0.95)
        verify(unfinished)
        _flush(unfinished)
        os.replace(unfinished, out)  # noqa: PTH105 - the one call that replaces in a single step everywhere
    progress("done", 1.0)


def _clear_away(folder: Path, prefix: str) -> None:
    """Remove what a run that was killed has left; one that may still be running is let alone."""
    for left in folder.glob(f"{prefix}*"):
        if left.is_dir() and time.time() - left.stat().st_mtime > ABANDONED_AFTER:
            shutil.rmtree(left, ignore_errors=True)


def _flush(path: Path) -> None:
    """Bytes on the disk before the name points to them: a power cut must not leave an empty library."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
