"""The user library: its numbered databases, the added files, and the lock of the process that changes it."""

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

from app.durable_files import delete_file, flush_file, make_folder, replace_file, written_beside
from app.paths import LIBRARY_FOLDER, library_number, numbered_libraries, numbered_library
from app.releases.errors import ReleaseError

FILES_FOLDER = "files"
DOWNLOADS_FOLDER = "downloads"
"""Downloaded files, perhaps partial, until they are added."""

MADE_FROM = "made-from.json"
UNFINISHED_PREFIX = "."
"""How the names of unfinished files begin. Under the lock, whatever is named so was left by a run that was killed."""

LOCK_FILE = ".lock"

PARTIAL_SUFFIXES = (".part", ".part.json")
"""How the names of partial downloads end, and of the notes on them, with which a later fetch goes on."""

DOWNLOAD_ABANDONED_AFTER = 24 * 3600
"""Seconds after which a complete download that was not added is deleted: a later fetch receives it again."""

TIME_STEP = 1_000_000
"""Nanoseconds by which a file added later is younger at least; some disks store times no finer than 100 ns."""

SAMPLES, SAMPLE_BYTES = 256, 4096
"""How many pieces of a bundle, and of how many bytes, are read to tell it from another one: 1 MB of 300."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that the user has added, and the time: `time` in nanoseconds, the same for all that were added at once."""

    path: Path
    size: int
    time: int

    @property
    def added(self) -> date:
        """The day on which it was added."""
        return datetime.fromtimestamp(self.time / 1e9).date()


class UserLibrary:
    """The user library, a folder within the user's folder. No file or folder is made before it is needed."""

    def __init__(self, user_folder: Path) -> None:
        self.folder = user_folder / LIBRARY_FOLDER
        self.files = self.folder / FILES_FOLDER
        self.downloads = self.folder / DOWNLOADS_FOLDER

    # Libraries

    def libraries(self) -> list[Path]:
        """The libraries of the user, newest first; a file of that name need not be one that opens."""
        return numbered_libraries(self.folder)

    def next_library(self) -> Path:
        """The path of the next library."""
        newest = self.libraries()[:1]
        return numbered_library(self.folder, library_number(newest[0]) + 1 if newest else 1)

    def delete_older(self) -> None:
        """Delete the libraries that a newer one replaces; one that is open on Windows stays."""
        for path in self.libraries()[1:]:
            with suppress(OSError):
                delete_file(path)

    def return_to_bundle(self, bundled: Path) -> Path:
        """Delete every library, so that the bundled one is used again; return the one to open.

        Windows deletes no library that is open in a window. Then a copy of the bundled one becomes the newest, and the
        open one is deleted with the next change.
        """
        for path in self.libraries():
            with suppress(OSError):
                delete_file(path)
        if not self.libraries():
            return bundled
        library = self.next_library()
        with written_beside(library) as unfinished:
            shutil.copyfile(bundled, unfinished)
        return library

    def is_stale(self, bundled: Path) -> bool:
        """Return whether the newest library was made from another bundle, or from other files than those that are kept.

        A run may have been killed between moving the files and the library.
        """
        if not self.libraries() and not self.kept_files():
            return False
        made_from = self._read_made_from()
        try:
            return made_from is None or made_from != self._describe_state(bundled)
        except OSError:
            return True

    def is_copy_of_bundle(self) -> bool:
        """Return whether the newest library is a copy of a bundle, see `return_to_bundle`: nothing is lost with it."""
        made_from, newest = self._read_made_from(), self.libraries()[:1]
        return (
            made_from is not None
            and [made_from["library"]] == [path.name for path in newest]
            and not made_from["files"]
        )

    def write_made_from(self, bundled: Path) -> None:
        """Write down which bundle and which files the library was made from: all that are kept.

        Where it cannot be written the library counts as stale, and is made again with the next change.
        """
        with suppress(OSError), written_beside(self.folder / MADE_FROM) as unfinished:
            unfinished.write_text(json.dumps(self._describe_state(bundled)), encoding="utf-8")

    def included_files(self) -> set[Path]:
        """The kept files that the library, and the NCCI edits, were made from."""
        made_from = self._read_made_from()
        return {file.path for file in self.kept_files() if made_from and self._description(file) in made_from["files"]}

    def _description(self, file: KeptFile) -> list[str | int]:
        return [os.fsencode(self.relative_name(file.path)).hex(), file.size]

    def _read_made_from(self) -> dict[str, Any] | None:
        """The content of MADE_FROM; None if there is none, or none of this version of the program."""
        try:
            content = json.loads((self.folder / MADE_FROM).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(content, dict):
            return None
        made_from = cast("dict[str, Any]", content)
        return made_from if made_from.keys() == {"bundle", "files", "library"} else None

    def _describe_state(self, bundled: Path) -> dict[str, Any]:
        newest = self.libraries()[:1]
        files = [self._description(file) for file in self.kept_files()]
        return {
            "bundle": _fingerprint(bundled),
            "files": sorted(files),
            "library": newest[0].name if newest else None,
        }

    # Files

    def kept_files(self) -> list[KeptFile]:
        """The files that were added, by the time when they were, and by name."""
        files: list[KeptFile] = []
        for folder, subfolders, names in os.walk(self.files):
            subfolders[:] = [name for name in subfolders if not name.startswith(UNFINISHED_PREFIX)]
            for path in (Path(folder, name) for name in names if not name.startswith(UNFINISHED_PREFIX)):
                if path.is_file():
                    status = path.stat()
                    files.append(KeptFile(path, status.st_size, status.st_mtime_ns))
        return sorted(files, key=lambda file: (file.time, file.path))

    def relative_name(self, path: Path) -> Path:
        """The name of a kept file, with the folders that tell its release."""
        return path.relative_to(self.files)

    def find_copy(self, path: Path) -> Path | None:
        """The kept file with the same content as another file, byte for byte, or that file itself."""
        size = path.stat().st_size
        candidates = (file.path for file in self.kept_files() if file.size == size)
        return next((candidate for candidate in candidates if filecmp.cmp(candidate, path, shallow=False)), None)

    @contextmanager
    def keep_files(
        self, names: Mapping[Path, Path], replaced: Collection[Path] = ()
    ) -> Generator[Callable[[], None], None, None]:
        """Copy files into the user library, under a name for each; give a function that moves the copies into place.

        The function is to be called right before the library is moved into place: a file that is kept and not in the
        library is read with the next change, but content that is only in the library could not be removed. Everything
        is undone if what is done meanwhile fails. A file that is kept already is not copied again, but counts as added
        now. `replaced` are kept files that are deleted when another comes under their name.
        """
        with self._temporary_folder() as folder, ExitStack() as undo:
            now = max([time.time_ns(), *(file.time + TIME_STEP for file in self.kept_files())])
            copies: list[tuple[Path, Path]] = []
            kept_already: list[Path] = []
            for number, (path, name) in enumerate(names.items()):
                if copy := self.find_copy(path):
                    kept_already.append(copy)
                else:
                    copy = Path(shutil.copyfile(path, folder / str(number)))
                    flush_file(copy)
                    copies.append((copy, name))

            def move_into_place() -> None:
                for path in kept_already:
                    before = path.stat()
                    undo.callback(os.utime, path, ns=(before.st_atime_ns, before.st_mtime_ns))
                    os.utime(path, ns=(before.st_atime_ns, now))
                for copy, name in copies:
                    os.utime(copy, ns=(now, now))
                    old = self.files / name
                    if old in replaced:
                        undo.callback(replace_file, Path(shutil.copy2(old, copy.with_suffix(".old"))), old)
                        replace_file(copy, old)
                    else:
                        new = self._unused_path(name)
                        make_folder(new.parent)
                        undo.callback(self.delete, new)
                        replace_file(copy, new)

            yield move_into_place
            undo.pop_all()

    @contextmanager
    def remove_files(self, paths: Collection[Path]) -> Generator[Callable[[], None], None, None]:
        """Give a function that takes kept files away, to be called when that of `keep_files` is.

        The files come back if what is done meanwhile fails.
        """
        with self._temporary_folder() as temporary, ExitStack() as undo:

            def move_away() -> None:
                for number, path in enumerate(paths):
                    aside = temporary / str(number)
                    replace_file(path, aside)
                    undo.callback(replace_file, aside, path)

            yield move_away
            undo.pop_all()
            for path in paths:
                self._delete_empty_folders(path.parent)

    @contextmanager
    def _temporary_folder(self) -> Generator[Path, None, None]:
        """Give a folder beside the kept files; where it cannot be deleted, it is when the lock is released."""
        make_folder(self.files)
        with tempfile.TemporaryDirectory(
            dir=self.files, prefix=UNFINISHED_PREFIX, ignore_cleanup_errors=True
        ) as temporary:
            yield Path(temporary)

    def delete(self, path: Path) -> None:
        """Delete a kept file, and the folders that held nothing else."""
        delete_file(path)
        self._delete_empty_folders(path.parent)

    def _delete_empty_folders(self, folder: Path) -> None:
        with suppress(OSError):
            while folder != self.files:
                folder.rmdir()
                folder = folder.parent

    def _unused_path(self, name: Path) -> Path:
        """The path of a new kept file: its name, with a number where that is taken."""
        # Names that begin with a dot are those of unfinished files.
        name = Path(*(part.lstrip(".") or "file" for part in name.parts))
        path, number = self.files / name, 1
        while path.exists():
            number += 1
            path = self.files / name.with_name(f"{name.stem}-{number}{name.suffix}")
        return path

    # One process at a time

    @contextmanager
    def lock(self) -> Generator[None, None, None]:
        """Keep other processes from changing the library. Raises ReleaseError while another one does.

        What a killed run has left is deleted, and so is at the end what a signal has kept from being deleted.
        """
        with _locked(
            self.folder, "The code sets are being changed by another window or command; try again when that is done."
        ):
            try:
                self._delete_unfinished()
                yield
            finally:
                self._delete_unfinished()

    @contextmanager
    def downloads_lock(self) -> Generator[None, None, None]:
        """Keep other processes from the downloads until they are added. Raises ReleaseError if one has them."""
        with _locked(
            self.downloads, "Code sets are being fetched by another window or command; try again when that is done."
        ):
            yield

    def delete_leftovers(self) -> None:
        """Delete what a killed run has left, if anything; not while another process changes the library."""
        with suppress(OSError, ReleaseError):
            if self._unfinished() or self._added_downloads():
                with self.lock():
                    pass

    def _delete_unfinished(self) -> None:
        """Delete what a killed run has left; only to be called under the lock."""
        for path in self._unfinished():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):
                    path.unlink()
        # Not an error either if another process, which has fetched them, deletes them in the meantime.
        with suppress(ReleaseError, OSError):
            if self._added_downloads():
                with self.downloads_lock():
                    for path in self._added_downloads():
                        path.unlink()

    def _unfinished(self) -> list[Path]:
        entries = (path for folder in (self.folder, self.files) for path in _entries(folder))
        return [path for path in entries if path.name.startswith(UNFINISHED_PREFIX) and path.name != LOCK_FILE]

    def _added_downloads(self) -> list[Path]:
        """Return the complete downloads that were added, and those that were not within DOWNLOAD_ABANDONED_AFTER."""
        files = (path for path in _entries(self.downloads) if path.is_file() and path.name != LOCK_FILE)
        return [
            path
            for path in files
            if not path.name.endswith(PARTIAL_SUFFIXES)
            and (time.time() - path.stat().st_mtime > DOWNLOAD_ABANDONED_AFTER or self.find_copy(path) is not None)
        ]


@contextmanager
def _locked(folder: Path, refusal: str) -> Generator[None, None, None]:
    """Hold the lock of a folder, which is made; raise ReleaseError while another process holds it."""
    from filelock import FileLock, Timeout

    make_folder(folder)
    lock = FileLock(folder / LOCK_FILE, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise ReleaseError(refusal) from error
    try:
        yield
    finally:
        lock.release()


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _fingerprint(bundled: Path) -> dict[str, int | str]:
    """A value that tells one bundle from another without reading all of it.

    Its time is no part of it: a copy has another one, and what an installer unpacks may have the same.
    """
    size = bundled.stat().st_size
    digest = hashlib.sha256()
    with bundled.open("rb", buffering=0) as file:
        for number in range(SAMPLES):
            file.seek(number * max(size - SAMPLE_BYTES, 0) // (SAMPLES - 1))
            digest.update(file.read(SAMPLE_BYTES))
    return {"size": size, "samples": digest.hexdigest()}
