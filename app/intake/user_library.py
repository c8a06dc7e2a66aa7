"""The person's own library: its generations, the files that were added, and the one process that may change it."""

import filecmp
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from app.intake.install import beside, flush
from app.paths import LIBRARY_FOLDER, generation, generations, number_of
from app.releases.records import ReleaseError

FILES = "files"
MADE_FROM = "made-from.json"
UNFINISHED = "."
"""How the names of what is being made begin; with the lock in hand, whatever is called so was left by a killed run."""

LOCK = ".lock"

LATER = 1_000_000
"""Nanoseconds by which what is added later is the younger at least; some disks keep times no finer than 100 ns."""

SAMPLES, SAMPLE = 256, 4096
"""How many pieces of a bundle, and of how many bytes, are looked at to tell it from another one: 1 MB of 300."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that the person has added, and when that was: `time` in nanoseconds, the same for all of one adding."""

    path: Path
    size: int
    time: int

    @property
    def added(self) -> date:
        """The day on which it was added."""
        return datetime.fromtimestamp(self.time / 1e9).date()


class UserLibrary:
    """The folder of the person's library within `person`, their folder. Nothing is made before it is needed."""

    def __init__(self, person: Path) -> None:
        self.folder = person / LIBRARY_FOLDER
        self.files = self.folder / FILES

    # Libraries

    def generations(self) -> list[Path]:
        """The person's libraries, newest first; a file of that name need not be one that opens."""
        return generations(self.folder)

    def next_generation(self) -> Path:
        """Where the next library goes."""
        last = self.generations()
        return generation(self.folder, number_of(last[0]) + 1 if last else 1)

    def drop_older(self) -> None:
        """Takes away libraries that a newer one has taken the place of; one that is open on Windows stays."""
        for path in self.generations()[1:]:
            with suppress(OSError):
                path.unlink()

    def use_bundle(self, bundled: Path) -> Path:
        """Takes away every library, so that the bundled one is used again; returns the one to open.

        Windows does not let go of a library that is open in a window. Then a copy of the bundled one is the newest, and
        the other goes with the next change.
        """
        for path in self.generations():
            with suppress(OSError):
                path.unlink()
        if not self.generations():
            return bundled
        out = self.next_generation()
        with beside(out) as unfinished:
            shutil.copyfile(bundled, unfinished)
            flush(unfinished)
        return out

    def is_stale(self, bundled: Path) -> bool:
        """Whether the newest library was made from another bundle than the program has now, or from other files than
        those that are kept: a run may have been killed between the two."""
        if not self.generations() and not self.kept():
            return False
        told = self._noted()
        try:
            return told is None or told != self._state(bundled)
        except OSError:
            return True

    def holds_bundle_alone(self) -> bool:
        """Whether the newest library is a copy of a bundle, see `use_bundle`: nothing is lost with it."""
        told, newest = self._noted(), self.generations()[:1]
        return told is not None and [told["library"]] == [path.name for path in newest] and not told["files"]

    def note_bundle(self, bundled: Path) -> None:
        """Writes down which bundle and which files the library was made from: all that are kept.

        Where it cannot be written the library counts as stale, and is made again with the next change.
        """
        with suppress(OSError), beside(self.folder / MADE_FROM) as unfinished:
            unfinished.write_text(json.dumps(self._state(bundled)), encoding="utf-8")

    def _noted(self) -> dict[str, Any] | None:
        """What was written down; None where nothing was, or not by this version of the program."""
        try:
            told = json.loads((self.folder / MADE_FROM).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(told, dict):
            return None
        found = cast("dict[str, Any]", told)
        return found if found.keys() == {"bundle", "files", "library"} else None

    def _state(self, bundled: Path) -> dict[str, Any]:
        newest = self.generations()[:1]
        files = [[os.fsencode(self.relative(kept.path)).hex(), kept.size] for kept in self.kept()]
        return {
            "bundle": _identity(bundled),
            "files": sorted(files),
            "library": newest[0].name if newest else None,
        }

    # Files

    def kept(self) -> list[KeptFile]:
        """The files that were added, in the order in which they were, and by name."""
        found: list[KeptFile] = []
        for where, folders, names in os.walk(self.files):
            folders[:] = [name for name in folders if not name.startswith(UNFINISHED)]
            for path in (Path(where, name) for name in names if not name.startswith(UNFINISHED)):
                if path.is_file():
                    told = path.stat()
                    found.append(KeptFile(path, told.st_size, told.st_mtime_ns))
        return sorted(found, key=lambda kept: (kept.time, kept.path))

    def relative(self, path: Path) -> Path:
        """The name of a kept file, with the folders that tell its release."""
        return path.relative_to(self.files)

    def twin(self, path: Path) -> Path | None:
        """The kept file that is the same as another one, byte for byte or because it is that file."""
        size = path.stat().st_size
        alike = (kept.path for kept in self.kept() if kept.size == size)
        return next((kept for kept in alike if filecmp.cmp(kept, path, shallow=False)), None)

    @contextmanager
    def keep(
        self, files: Mapping[Path, Path], in_place_of: Collection[Path] = ()
    ) -> Generator[Callable[[], None], None, None]:
        """Copies files to the names given for them; gives what puts the copies into their places.

        That is to be called right before the library takes its place: a file that is kept and not in the library is
        read with the next change, what is in a library alone could not be removed. All is taken back when what is done
        meanwhile fails. A file that is kept already is not copied again, but counts as added now. `in_place_of` are
        kept files that go when one of their name comes.
        """
        self.files.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.files, prefix=UNFINISHED) as name, ExitStack() as undo:
            folder, now = Path(name), max([time.time_ns(), *(kept.time + LATER for kept in self.kept())])
            copies: list[tuple[Path, Path]] = []
            again: list[Path] = []
            for number, (path, called) in enumerate(files.items()):
                if twin := self.twin(path):
                    again.append(twin)
                else:
                    copies.append((Path(shutil.copyfile(path, folder / str(number))), called))

            def place() -> None:
                for path in again:
                    before = path.stat()
                    undo.callback(os.utime, path, ns=(before.st_atime_ns, before.st_mtime_ns))
                    os.utime(path, ns=(before.st_atime_ns, now))
                for copy, called in copies:
                    os.utime(copy, ns=(now, now))
                    old = self.files / called
                    if old in in_place_of:
                        undo.callback(_put, Path(shutil.copy2(old, copy.with_suffix(".old"))), old)
                        _put(copy, old)
                    else:
                        new = self._free(called)
                        new.parent.mkdir(parents=True, exist_ok=True)
                        undo.callback(self.drop, new)
                        _put(copy, new)

            yield place
            undo.pop_all()

    @contextmanager
    def set_aside(self, paths: Collection[Path]) -> Generator[Callable[[], None], None, None]:
        """Gives what takes kept files away; it is to be called as that of `keep` is. They come back when what is done
        meanwhile fails."""
        self.files.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.files, prefix=UNFINISHED) as name, ExitStack() as undo:

            def place() -> None:
                for number, path in enumerate(paths):
                    aside = Path(name) / str(number)
                    _put(path, aside)
                    undo.callback(_put, aside, path)

            yield place
            undo.pop_all()
            for path in paths:
                self._drop_empty(path.parent)

    def drop(self, path: Path) -> None:
        """Takes away a kept file, and the folders that it was in alone."""
        path.unlink(missing_ok=True)
        self._drop_empty(path.parent)

    def _drop_empty(self, folder: Path) -> None:
        with suppress(OSError):
            while folder != self.files:
                folder.rmdir()
                folder = folder.parent

    def _free(self, called: Path) -> Path:
        # A name that begins with a dot is one of what is unfinished.
        called = Path(*(part.lstrip(".") or "file" for part in called.parts))
        path, number = self.files / called, 1
        while path.exists():
            number += 1
            path = self.files / called.with_name(f"{called.stem}-{number}{called.suffix}")
        return path

    # Order

    @contextmanager
    def lock(self) -> Generator[None, None, None]:
        """One process at a time changes the library. Raises ReleaseError while another one does.

        What a killed run has left is taken away.
        """
        from filelock import FileLock, Timeout

        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise ReleaseError(
                "Code sets are being changed by another window or command just now; wait until it is done."
            ) from error
        try:
            self.clear_away()
            yield
        finally:
            lock.release()

    def clear_away(self) -> None:
        """Takes away what a killed run has left; only for who holds the lock."""
        for folder in (self.folder, self.files):
            for left in _listed(folder):
                if left.name.startswith(UNFINISHED) and left.name != LOCK:
                    if left.is_dir():
                        shutil.rmtree(left, ignore_errors=True)
                    else:
                        left.unlink(missing_ok=True)


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _put(path: Path, into: Path) -> None:
    os.replace(path, into)  # noqa: PTH105 - replaces in a single step everywhere


def _identity(bundled: Path) -> dict[str, int | str]:
    """What tells one bundle from another without reading all of it.

    Its time does not: a copy has another one, and what an installer unpacks may have the same.
    """
    size = bundled.stat().st_size
    digest = hashlib.sha256()
    with bundled.open("rb", buffering=0) as file:
        for number in range(SAMPLES):
            file.seek(number * max(size - SAMPLE, 0) // (SAMPLES - 1))
            digest.update(file.read(SAMPLE))
    return {"size": size, "samples": digest.hexdigest()}
