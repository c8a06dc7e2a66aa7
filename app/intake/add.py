"""Official files added to the user library: recognize, ask for consent, read, keep, merge, compile, verify, install."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.intake.apply import Report, apply_records, usable_library
from app.intake.consent import check_consent
from app.intake.kept_files import (
    NCCI_FORMATS,
    KeptContents,
    describe_unreadable,
    edits_are_intact,
    formats_to_read_again,
    read_with_kept,
    recognize_kept,
    replaced_files,
    without_readable_edits,
)
from app.intake.read_files import FileReader
from app.intake.user_library import UserLibrary
from app.library.checksums import refuse_damaged
from app.library.open import CODE_DATABASE
from app.library.progress import Progress, ignore_progress
from app.paths import EDITS
from app.releases.errors import ReleaseError
from app.releases.recognition.recognize import Recognized, Unread, recognize


@dataclass(frozen=True, slots=True)
class NewFiles:
    """The files to be added: those that are recognized, with the names under which they are kept, and the others."""

    recognized: list[Recognized]
    unread: list[Unread]
    names: dict[Path, Path]


@dataclass(frozen=True, slots=True)
class Start:
    """The library that new files are added to, and the kept files that are read with them.

    `from_bundle`: the library is the bundled one, and all kept files are read again. `complete`: what is made of it
    has the contents of all kept files. `replaced` are kept files whose names new ones take, `unreadable` those that
    cannot be read, with the reason.
    """

    library: Path
    kept: list[Recognized]
    replaced: set[Path]
    unreadable: dict[Path, str]
    from_bundle: bool
    complete: bool


def add_files(
    paths: Sequence[Path],
    user_folder: Path,
    bundled: Path,
    *,
    accepted: bool | Collection[str] = False,
    progress: Progress = ignore_progress,
) -> Report:
    """Add files, zips or folders to the user library in the user's folder.

    `accepted` are the kinds of CPT_TERMS whose terms the user has accepted; True stands for all of them.
    Raises ConsentError for CPT before anything is done, ReleaseError with one sentence when one of the paths has
    nothing that can be read or releases contradict each other, LibraryError if the bundle is damaged, OSError and
    sqlite3.Error when the disk is full. The library is then as it was.
    """
    user_library = UserLibrary(user_folder)
    with user_library.lock():
        progress("recognizing files", 0.0)
        new = _recognize_new(paths)
        check_consent(new.recognized, accepted)
        reader = FileReader()
        start = _choose_start(user_library, bundled, new, reader)
        reading = read_with_kept(user_library, start.kept, new.recognized, reader, start.library, progress, paths)
        read_paths = {file.member.path for file in reading.read}
        names = {path: name for path, name in new.names.items() if path in read_paths}
        with user_library.keep_files(names, start.replaced) as move_files:
            report = apply_records(user_library, start.library, reading, progress, move_files)
        report.unread += reading.skipped_sentences(new.names)
        report.add_unread(new.unread)
        if start.from_bundle or reading.damaged:
            unreadable = start.unreadable | reading.damaged
            report.unread += [describe_unreadable(path, reason) for path, reason in unreadable.items()]
        if start.complete:
            user_library.write_made_from(bundled)
        user_library.delete_older()
        return report


def recognize_all(paths: Iterable[Path]) -> tuple[list[Recognized], list[Unread]]:
    """The contents of several files, zips and folders: what is recognized, and the rest."""
    recognized: list[Recognized] = []
    unread: list[Unread] = []
    for path in paths:
        recognized_here, unread_here = recognize(path)
        recognized += recognized_here
        unread += unread_here
    return recognized, unread


def _recognize_new(paths: Sequence[Path]) -> NewFiles:
    recognized, unread = recognize_all(paths)
    if not recognized:
        raise ReleaseError(_describe_nothing_read(paths, unread))
    return NewFiles(recognized, unread, _names(paths, recognized))


def _describe_nothing_read(paths: Sequence[Path], unread: Sequence[Unread]) -> str:
    if len(unread) == 1:
        return f"{unread[0].member.name}: {unread[0].reason}"
    names = ", ".join(path.name for path in paths)
    reasons = " ".join(f"{file.member.name}: {file.reason}" for file in unread[:3])
    return f"{names}: no file in it can be read. {reasons}" if reasons else f"{names}: there is no file in it."


def _names(paths: Sequence[Path], recognized: Sequence[Recognized]) -> dict[Path, Path]:
    """The names under which files are kept: with the folders from the given one on, where these tell the release."""
    names: dict[Path, Path] = {}
    for file in recognized:
        path = file.member.path
        if file.needs_folder:
            root = next(root for root in paths if path.is_relative_to(root))
            top = path.parent if root == path else root
            names[path] = Path(top.name) / path.relative_to(top)
        names.setdefault(path, Path(path.name))
    return names


def _choose_start(user_library: UserLibrary, bundled: Path, new: NewFiles, reader: FileReader) -> Start:
    """Choose the library to add to, and the kept files to be read with the new ones.

    A library that was made from another bundle or other files, does not open, or is not as it was made, is made again
    from the bundle and all kept files; damaged NCCI edits are made again from theirs. But contents of a kept file that
    can no longer be read would be lost by that: while a library that opens still has them, it is added to as it is.
    """
    library = usable_library(user_library, bundled)
    is_stale = user_library.is_stale(bundled) or user_library.libraries()[:1] not in ([], [library])
    formats = formats_to_read_again(new.recognized)
    if (user_library.folder / EDITS).exists() and not edits_are_intact(user_library):
        formats |= NCCI_FORMATS
    contents = _inspect_kept(user_library, new, reader, every=is_stale or bool(formats))
    replaced = replaced_files(user_library, contents, new.recognized, new.names)
    remaining = [file for file in contents.recognized if file.member.path not in replaced]
    from_bundle = is_stale and (library == bundled or not contents.unreadable)
    if from_bundle:
        library, remaining = bundled, without_readable_edits(user_library, remaining)
    else:
        remaining = [file for file in remaining if file.format in formats]
    if library == bundled:
        refuse_damaged(bundled, CODE_DATABASE)
    return Start(library, remaining, replaced, contents.unreadable, from_bundle, complete=from_bundle or not is_stale)


def _inspect_kept(user_library: UserLibrary, new: NewFiles, reader: FileReader, *, every: bool) -> KeptContents:
    """Recognize the kept files, `every` one or those whose names new files have; read the latter, to see any damage.

    Copies of new files are left out: the new ones are read.
    """
    copies = {user_library.find_copy(path) for path in new.names}
    paths = [file.path for file in user_library.kept_files() if file.path not in copies]
    same_name = {path for path in paths if user_library.relative_name(path) in new.names.values()}
    contents = recognize_kept(user_library, paths if every else same_name)
    to_read = [file for file in contents.recognized if file.member.path in same_name]
    contents.unreadable |= read_with_kept(user_library, to_read, (), reader).damaged
    return contents
