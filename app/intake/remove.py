"""Added files taken away again: those of a code set, or of the NCCI edits, with everything that was read from them."""

from collections.abc import Callable
from pathlib import Path

from app.codes.systems import System
from app.durable_files import delete_file
from app.intake.apply import Report, WhenRemoved, rebuild, usable_library
from app.intake.kept_files import NCCI_FORMATS, files_in_library_alone, recognize_kept
from app.intake.pending_removal import end_removal, noted_removal
from app.intake.read_files import AMA_FORMATS
from app.intake.user_library import UserLibrary
from app.library.progress import Progress, ignore_progress
from app.paths import EDITS
from app.releases.errors import ReleaseError
from app.releases.recognition.recognize import Recognized, recognize


def remove_files(
    system: System,
    user_folder: Path,
    bundled: Path,
    progress: Progress = ignore_progress,
    when_removed: WhenRemoved = lambda _system, _report: True,
) -> Report:
    """Remove the files that the user has added to a code set; the library is made again without them.

    Raises ReleaseError if there are none.
    """

    def is_removed(file: Recognized) -> bool:
        # With CPT all other files of the AMA are removed.
        return file.system is system or (system is System.CPT and file.format in AMA_FORMATS)

    user_library = UserLibrary(user_folder)
    with user_library.lock():
        removed, rest = _divide_kept(user_library, is_removed)
        unexplained = files_in_library_alone(system, usable_library(user_library, bundled), bundled, rest)
        unreadable = [path for path in recognize_kept(user_library, rest).unreadable if path.name in unexplained]
        removed, rest = [*removed, *unreadable], [path for path in rest if path not in unreadable]
        if not removed and not unexplained:
            raise ReleaseError(f"No file has been added to {system.label}; there is nothing to remove.")
        with noted_removal(user_library, system, removed), user_library.remove_files(removed) as move_files:
            report = rebuild(user_library, rest, bundled, progress, move_files)
        if when_removed(system, report):
            end_removal(user_library)
        report.added = [f"Removed from {system.label}: {', '.join([path.name for path in removed] or unexplained)}"]
        return report


def remove_edits(user_folder: Path, bundled: Path, progress: Progress = ignore_progress) -> Report:
    """Remove the NCCI edits and the files that they were read from. Raises ReleaseError if there are none."""
    user_library = UserLibrary(user_folder)
    with user_library.lock():
        edits = user_library.folder / EDITS
        removed, rest = _divide_kept(user_library, lambda file: file.format in NCCI_FORMATS)
        if not removed and not edits.exists():
            raise ReleaseError("No NCCI file has been added; there is nothing to remove.")
        is_stale = user_library.is_stale(bundled)
        with noted_removal(user_library, None, removed), user_library.remove_files(removed) as move_files:
            if any(file.format not in NCCI_FORMATS for file in recognize_kept(user_library, removed).recognized):
                # Other contents of such a file are removed with it.
                report = rebuild(user_library, rest, bundled, progress, move_files)
            else:
                report = Report(usable_library(user_library, bundled))
                move_files()
            # Before the files are gone for good: they come back if it cannot be deleted.
            delete_file(edits)
        if not is_stale:
            user_library.write_made_from(bundled)
        end_removal(user_library)
        report.added = [f"Removed the NCCI edits: {', '.join(path.name for path in removed) or EDITS}"]
        return report


def _divide_kept(user_library: UserLibrary, is_removed: Callable[[Recognized], bool]) -> tuple[list[Path], list[Path]]:
    """The kept files with contents that are to be removed, and the others."""
    removed: list[Path] = []
    rest: list[Path] = []
    for file in user_library.kept_files():
        recognized, _ = recognize(file.path, user_library.files)
        (removed if any(map(is_removed, recognized)) else rest).append(file.path)
    return removed, rest
