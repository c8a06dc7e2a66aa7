"""The person's own library: its generations, the files that were added, and the one process that may change it."""

import filecmp
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from app.paths import LIBRARY_FOLDER, generation, generations, number_of
from app.releases.records import ReleaseError

FILES = "files"
MADE_FROM = "made-from.json"
UNFINISHED = "."
"""How the names of what is being made begin; with the lock in hand, whatever is called so was left by a killed run."""

LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that the person has added, and the day on which that was."""

    path: Path
    size: int
    added: date


class Keeping:
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

    def drop_all(self) -> None:
        """Takes away every library: the bundled one is used again."""
        for path in self.generations():
            path.unlink()

    def is_stale(self, bundled: Path) -> bool:
        """Whether the newest library was made from another bundle than the program has now."""
        try:
            told = json.loads((self.folder / MADE_FROM).read_text(encoding="utf-8"))
            return bool(self.generations()) and told != _identity(bundled)
        except (OSError, ValueError):
            return bool(self.generations())

    def note_bundle(self, bundled: Path) -> None:
        """Writes down which bundle the library was made from."""
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=UNFINISHED)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(_identity(bundled), file)
        os.replace(name, self.folder / MADE_FROM)  # noqa: PTH105 - replaces in a single step everywhere

    # Files

    def kept(self) -> list[KeptFile]:
        """The files that were added, by name."""
        found: list[KeptFile] = []
        for path in sorted(_listed(self.files)):
            if path.is_file() and not path.name.startswith(UNFINISHED):
                told = path.stat()
                found.append(KeptFile(path, told.st_size, datetime.fromtimestamp(told.st_mtime).date()))
        return found

    @contextmanager
    def keep(self, paths: Iterable[Path], in_place_of: Collection[Path] = ()) -> Generator[None, None, None]:
        """Copies files, which appear under their names when all that is done meanwhile has gone well.

        A file that is kept already, byte for byte or because it lies there, is not copied again. `in_place_of` are kept
        files that go when one of their name comes.
        """
        self.files.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.files, prefix=UNFINISHED) as folder:
            copies: list[tuple[Path, str]] = []
            for number, path in enumerate(paths):
                if path.parent != self.files and not self._has(path):
                    copies.append((Path(shutil.copyfile(path, Path(folder) / str(number))), path.name))
            yield
            for copy, name in copies:
                old = self.files / name
                os.replace(copy, old if old in in_place_of else self._free(name))  # noqa: PTH105

    def _has(self, path: Path) -> bool:
        size = path.stat().st_size
        return any(kept.size == size and filecmp.cmp(kept.path, path, shallow=False) for kept in self.kept())

    def _free(self, name: str) -> Path:
        # A name that begins with a dot is one of what is unfinished.
        name = name.lstrip(".") or "file"
        path, number = self.files / name, 1
        while path.exists():
            number += 1
            path = self.files / f"{Path(name).stem}-{number}{Path(name).suffix}"
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


def _identity(bundled: Path) -> dict[str, int]:
    """What tells one bundle from another without reading it: size and time."""
    told = bundled.stat()
    return {"size": told.st_size, "modified": told.st_mtime_ns}
