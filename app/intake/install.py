"""Verified libraries at their places: compile beside the destination, verify, add checksums, move into place in one
step."""

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from app.durable_files import written_beside
from app.library.checksums import add_checksums, remove_checksums
from app.library.compiling.compile import compile_library, replace_in_library
from app.library.compiling.lexicon_tables import read_lexicon
from app.library.compiling.verify import verify
from app.library.contents import ChangedPart, Contents, Maps, Payment
from app.library.own_words.tables import read_own_tables
from app.library.progress import Progress, ignore_progress
from app.paths import resource


def make_library(
    out: Path,
    contents: Iterable[Contents],
    maps: Maps | None = None,
    progress: Progress = ignore_progress,
    payment: Payment | None = None,
) -> None:
    """Compile code sets into the library `out`, which appears, or is replaced, only when it has been verified.

    Raises ReleaseError when the contents contradict each other or the result does not pass verification; `out` is then
    as it was and no other file is left.
    """
    with written_beside(out) as unfinished:
        own, lexicon = read_own_tables(resource("tables")), read_lexicon(resource("lexicon"))
        compile_library(unfinished, contents, own, lexicon, maps, progress, payment)
        _verify_and_seal(unfinished, progress)
    progress("done", 1.0)


def change_library(
    base: Path,
    out: Path,
    contents: Iterable[Contents | ChangedPart],
    maps: Maps | None = None,
    progress: Progress = ignore_progress,
    when_verified: Callable[[], None] = lambda: None,
    payment: Payment | None = None,
) -> None:
    """Make `out` from the library `base`, with some code sets replaced; completely or not at all, as `make_library`.

    `when_verified` is called right before the library is moved into place.
    """
    with written_beside(out) as unfinished:
        shutil.copyfile(base, unfinished)
        remove_checksums(unfinished)
        replace_in_library(unfinished, contents, read_own_tables(resource("tables")), maps, progress, payment)
        _verify_and_seal(unfinished, progress)
        when_verified()
    progress("done", 1.0)


def _verify_and_seal(unfinished: Path, progress: Progress) -> None:
    """Verify a library, and append its checksums; last, since any change makes them wrong."""
    progress("verifying", 0.95)
    verify(unfinished)
    add_checksums(unfinished)
