"""Records of files applied to the user library: merge, compile, verify and install, or rebuild it from all files."""

import errno
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.codes.systems import System
from app.durable_files import delete_file
from app.intake.install import change_library
from app.intake.kept_files import READING_SHARE, Reading, describe_unreadable, read_with_kept, recognize_kept
from app.intake.ncci import changed_edits
from app.intake.pending_removal import end_removal, read_pending_removal
from app.intake.read_files import FileReader
from app.intake.user_library import UserLibrary
from app.library.checksums import refuse_damaged
from app.library.open import CODE_DATABASE, LibraryError, open_library
from app.library.progress import Progress, ignore_progress
from app.paths import EDITS, LIBRARY_FOLDER, opening_problem, user_folder
from app.releases.errors import ReleaseError
from app.releases.recognition.recognize import Unread

UNFINISHED_LIBRARY = ".library-1.db.12345678/library-1.db"
"""The name of a library while it is made, as long as such names are."""


@dataclass(slots=True)
class Report:
    """The outcome of adding or removing files: sentences for the user, and the library to use from now on."""

    library: Path
    added: list[str] = field(default_factory=list[str])
    unchanged: list[str] = field(default_factory=list[str])
    unread: list[str] = field(default_factory=list[str])
    companions: int = 0
    """The number of files that need not be read."""

    def add_unread(self, unread: Iterable[Unread]) -> None:
        """Add files that were not read: companions to their number, the others by name."""
        for file in unread:
            if file.companion:
                self.companions += 1
            else:
                self.unread.append(f"{file.member.name}: {file.reason}")


WhenRemoved = Callable[[System | None, Report], bool]
"""Called when the contents of a code set, or the NCCI edits (None), are out of the library, before that is final.

It returns whether everything else of them is gone too, or will be; if not, the removal is finished at the next start.
"""


def usable_library(user_library: UserLibrary, bundled: Path) -> Path:
    """The newest of the user's libraries that opens and is as it was made, else the bundled one."""
    for path in user_library.libraries():
        with suppress(LibraryError):
            open_library(path).close()
            refuse_damaged(path, CODE_DATABASE)
            return path
    return bundled


def apply_records(
    user_library: UserLibrary,
    base: Path,
    reading: Reading,
    progress: Progress,
    move_files: Callable[[], None] = lambda: None,
) -> Report:
    """Make the next library from `base`, with which the files were merged; without new contents that remains in use.

    `move_files` is called right before the library is moved into place.
    """
    records, merged = reading.records, reading.merged
    library, out = base, user_library.next_library()
    try:
        # The edits are moved into place last, when nothing can go wrong with the library any more.
        with changed_edits(user_library.folder / EDITS, records.pairs, records.limits, progress) as edits:
            if merged.changes or merged.maps is not None or not merged.payment.is_empty:
                compiling = _after_reading(progress)
                change_library(base, out, merged.changes, merged.maps, compiling, move_files, merged.payment)
                library = out
            else:
                move_files()
    except BaseException:
        delete_file(out)
        raise
    return Report(library, [*merged.sentences.added, *edits.added], [*merged.sentences.unchanged, *edits.unchanged])


def rebuild(
    user_library: UserLibrary,
    paths: Sequence[Path],
    bundled: Path,
    progress: Progress,
    move_files: Callable[[], None] = lambda: None,
    *,
    tolerant: bool = True,
) -> Report:
    """Make the library again from the bundle and some kept files; those that cannot be read are left out and reported.

    Raises ReleaseError for the first of those unless `tolerant`, and LibraryError if the bundle is damaged.
    """
    refuse_damaged(bundled, CODE_DATABASE)
    contents = recognize_kept(user_library, paths)
    reading = read_with_kept(user_library, contents.recognized, (), FileReader(), bundled, progress)
    records, unreadable = reading.records, contents.unreadable | reading.damaged
    if unreadable and not tolerant:
        path, reason = next(iter(unreadable.items()))
        raise ReleaseError(
            f"{path.name}, which was added before, can no longer be read; add it again. Until then your library stays "
            f"as it is. {reason}"
        )
    report = apply_records(user_library, bundled, reading, progress, move_files)
    report.unread = [describe_unreadable(path, reason) for path, reason in unreadable.items()]
    report.unread += reading.skipped.values()
    if not records.pairs and not records.limits:
        delete_file(user_library.folder / EDITS)
    if report.library == bundled:
        report.library = user_library.return_to_bundle(bundled)
    user_library.write_made_from(bundled)
    user_library.delete_older()
    return report


def remake(
    user_folder: Path,
    bundled: Path,
    progress: Progress = ignore_progress,
    when_removed: WhenRemoved = lambda _system, _report: True,
) -> Report:
    """Make the user's library again from the bundle and all added files: after an update of the program, or a damage.

    A removal that was interrupted is finished. Raises ReleaseError if one of the files can no longer be read, as long
    as there is a library that has its contents.
    """
    user_library = UserLibrary(user_folder)
    with user_library.lock():
        removal = read_pending_removal(user_library)
        for path in removal.files if removal else ():
            user_library.delete(path)
        tolerant = removal is not None or usable_library(user_library, bundled) == bundled
        paths = [file.path for file in user_library.kept_files()]
        report = rebuild(user_library, paths, bundled, progress, tolerant=tolerant)
        if removal is not None and when_removed(removal.system, report):
            end_removal(user_library)
        return report


def describe_failure(error: Exception) -> str:
    """The sentence on an error of the disk or the database while a library was made; the library is as it was."""
    # SQLite says `disk I/O error` of a quota, and of a disk that fills up while it writes through its cache.
    disk_full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    if disk_full or (isinstance(error, sqlite3.OperationalError) and "full" in str(error)):
        return "The disk is full. Free about 300 MB and try again."
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'}: {error.strerror or error}."
    # The longest path below the folder is that of a library's unfinished copy.
    problem = opening_problem(user_folder() / LIBRARY_FOLDER / UNFINISHED_LIBRARY, error)
    if isinstance(error, sqlite3.OperationalError) and problem != str(error):
        return f"The library in {user_folder()} cannot be made: {problem}. Name a shorter one in CODARIUM_HOME."
    if isinstance(error, sqlite3.Error):
        return f"The library could not be made ({error})."
    return f"Unexpected error ({type(error).__name__}: {error}); please report it."


def _after_reading(progress: Progress) -> Progress:
    return lambda step, share: progress(step, READING_SHARE + (1 - READING_SHARE) * share)
