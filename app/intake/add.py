"""Adding official files to the person's library, and taking them away again."""

import errno
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.codes.cpt_terms import CPT_TERMS
from app.codes.systems import System
from app.intake.install import change_library
from app.intake.kept_files import (
    OF_NCCI,
    READING,
    but_for_edits,
    left_of,
    no_longer_read,
    read_again,
    read_with_kept,
    recognize_kept,
    replaced_by,
)
from app.intake.merge import merge
from app.intake.ncci import edits_beside
from app.intake.read_files import AMA, Found
from app.intake.user_library import UserLibrary
from app.library.compiling.read_back import HeldLibrary
from app.library.open import LibraryError, open_library
from app.library.progress import Progress, ignore_progress
from app.paths import EDITS
from app.releases.formats import Format
from app.releases.recognize import Recognized, Unread, recognize
from app.releases.records import ReleaseError


class ConsentError(Exception):
    """The person must accept the terms of some files first, see CPT_TERMS; the text is what is to be accepted.

    `kinds` are all whose terms are lacking, `kind` the first of them.
    """

    def __init__(self, kinds: Sequence[str]) -> None:
        super().__init__(" ".join(CPT_TERMS[kind].text for kind in kinds))
        self.kinds = tuple(kinds)
        self.kind = self.kinds[0]


OF_CONSENT = {"ama": AMA, "cms": frozenset({Format.PPRRVU})}


@dataclass(slots=True)
class Report:
    """What came of adding or removing: sentences for the person, and the library to use from now on."""

    library: Path
    added: list[str] = field(default_factory=list[str])
    unchanged: list[str] = field(default_factory=list[str])
    unread: list[str] = field(default_factory=list[str])
    companions: int = 0
    """How many files there were that need not be read."""

    def tell_unread(self, unread: Iterable[Unread]) -> None:
        """Files that were not read: those that should have been by name, companions by their number."""
        for one in unread:
            if one.companion:
                self.companions += 1
            else:
                self.unread.append(f"{one.member.name}: {one.reason}")


def add_files(
    paths: Sequence[Path],
    person: Path,
    bundled: Path,
    *,
    accepted: bool | Collection[str] = False,
    progress: Progress = ignore_progress,
) -> Report:
    """Adds files, zips or folders to the library in the person's folder.

    `accepted` are the kinds of CPT_TERMS whose terms the person has accepted; True stands for all of them.
    Raises ConsentError for CPT before anything is done, ReleaseError with one sentence when nothing can be read or a
    file is damaged, OSError and sqlite3.Error when the disk is full. The library is then as it was.
    """
    keeping = UserLibrary(person)
    with keeping.lock():
        progress("recognizing files", 0.0)
        recognized, unread = recognize_all(paths)
        if not recognized:
            raise ReleaseError(_nothing(paths, unread))
        check_consent(recognized, accepted)
        names = _names(paths, recognized)
        library = usable_library(keeping, bundled)
        behind = keeping.is_stale(bundled) or keeping.generations()[:1] not in ([], [library])
        companions = read_again(recognized)
        every = [one.path for one in keeping.kept()]
        called_so = [path for path in every if keeping.relative(path) in names.values()]
        kept, lost = recognize_kept(keeping, every if behind or companions else called_so)
        lost |= read_with_kept(keeping, [one for one in kept if one.member.path in called_so], (), ignore_progress)[1]
        replaced = replaced_by(keeping, kept, lost, recognized, names)
        kept = [one for one in kept if one.member.path not in replaced]
        # What is lost a library that opens still has, so that it is added to as it is.
        anew = behind and (library == bundled or not lost)
        if anew:
            library, kept = bundled, but_for_edits(keeping, kept)
        else:
            kept = [one for one in kept if one.format in companions]
        found, damaged = read_with_kept(keeping, kept, recognized, progress)
        with keeping.keep(names, replaced) as place:
            report = _put_in_place(keeping, library, found, progress, place)
        report.tell_unread(unread)
        if anew or damaged:
            report.unread += [no_longer_read(path, reason) for path, reason in (lost | damaged).items()]
        if anew or not behind:
            keeping.note_bundle(bundled)
        keeping.drop_older()
        return report


def remove_files(system: System, person: Path, bundled: Path, progress: Progress = ignore_progress) -> Report:
    """Takes away the files that the person has added to a code set: the library is made anew without them."""
    keeping = UserLibrary(person)
    with keeping.lock():
        # With CPT goes all else that is the AMA's.
        gone, rest = _apart(keeping, lambda one: one.system is system or (system is System.CPT and one.format in AMA))
        left = left_of(system, usable_library(keeping, bundled), bundled, rest)
        unreadable = [path for path in recognize_kept(keeping, rest)[1] if path.name in left]
        gone, rest = [*gone, *unreadable], [path for path in rest if path not in unreadable]
        if not gone and not left:
            raise ReleaseError(f"No file has been added to {system.label}; there is nothing to remove.")
        with keeping.set_aside(gone) as place:
            report = _remake(keeping, rest, bundled, progress, place)
        report.added = [f"Removed from {system.label}: {', '.join([path.name for path in gone] or left)}"]
        return report


def remove_edits(person: Path, bundled: Path, progress: Progress = ignore_progress) -> Report:
    """Takes away the NCCI edits and the files that they were read from."""
    keeping = UserLibrary(person)
    with keeping.lock():
        edits = keeping.folder / EDITS
        gone, rest = _apart(keeping, lambda one: one.format in OF_NCCI)
        if not gone and not edits.exists():
            raise ReleaseError("No NCCI file has been added; there is nothing to remove.")
        behind = keeping.is_stale(bundled)
        with keeping.set_aside(gone) as place:
            if any(one.format not in OF_NCCI for one in recognize_kept(keeping, gone)[0]):
                # What else is in such a file goes with it.
                report = _remake(keeping, rest, bundled, progress, place)
            else:
                report = Report(usable_library(keeping, bundled))
                place()
        edits.unlink(missing_ok=True)
        if not behind:
            keeping.note_bundle(bundled)
        report.added = [f"Removed the NCCI edits: {', '.join(path.name for path in gone) or EDITS}"]
        return report


def remake(person: Path, bundled: Path, progress: Progress = ignore_progress) -> Report:
    """Makes the person's library again from the bundle and the files that were added: after an update of the program,
    or when the library is damaged.

    Raises ReleaseError where one of the files cannot be read any more, as long as there is a library that has it.
    """
    keeping = UserLibrary(person)
    with keeping.lock():
        spare = usable_library(keeping, bundled) == bundled
        return _remake(keeping, [kept.path for kept in keeping.kept()], bundled, progress, tolerant=spare)


def usable_library(keeping: UserLibrary, bundled: Path) -> Path:
    """The newest of the person's libraries that opens, else the bundled one."""
    for path in keeping.generations():
        with suppress(LibraryError):
            open_library(path).close()
            return path
    return bundled


def recognize_all(paths: Iterable[Path]) -> tuple[list[Recognized], list[Unread]]:
    """What is in several files, zips and folders."""
    read: list[Recognized] = []
    unread: list[Unread] = []
    for path in paths:
        recognized, left = recognize(path)
        read += recognized
        unread += left
    return read, unread


def check_consent(recognized: Iterable[Recognized], accepted: bool | Collection[str]) -> None:
    """Raises ConsentError when files hold CPT and the person has not accepted the terms of every kind of them."""
    formats = {one.format for one in recognized}
    check_accepted((kind for kind, of_kind in OF_CONSENT.items() if formats & of_kind), accepted)


def check_accepted(kinds: Iterable[str], accepted: bool | Collection[str]) -> None:
    """Raises ConsentError unless all these kinds of CPT_TERMS are among those that the person has accepted."""
    known = CPT_TERMS.keys() if accepted is True else accepted or ()
    lacking = [kind for kind in kinds if kind not in known]
    if lacking:
        raise ConsentError(lacking)


def _nothing(paths: Sequence[Path], unread: Sequence[Unread]) -> str:
    if len(unread) == 1:
        return f"{unread[0].member.name}: {unread[0].reason}"
    names = ", ".join(path.name for path in paths)
    told = "; ".join(f"{one.member.name}: {one.reason}" for one in unread[:3])
    return f"{names}: nothing in it is read. {told}" if told else f"{names}: there is no file in it."


def _names(paths: Sequence[Path], recognized: Sequence[Recognized]) -> dict[Path, Path]:
    """The names under which files are kept: below the folders up to what was given, where these tell the release."""
    names: dict[Path, Path] = {}
    for one in recognized:
        path = one.member.path
        if one.needs_folder:
            given = next(given for given in paths if path.is_relative_to(given))
            top = path.parent if given == path else given
            names[path] = Path(top.name) / path.relative_to(top)
        names.setdefault(path, Path(path.name))
    return names


def _put_in_place(
    keeping: UserLibrary, library: Path, found: Found, progress: Progress, place: Callable[[], None] = lambda: None
) -> Report:
    """Makes the library that follows from `library`; `place` is called when it is about to take its place."""
    with closing(open_library(library)) as opened:
        held = HeldLibrary(opened.connect())
        merged = merge(held.contents, held.maps(), found)
    out = keeping.next_generation()
    try:
        # The edits are put in place last, when nothing can go wrong any more with the library.
        with edits_beside(keeping.folder / EDITS, found.pairs, found.limits, progress) as (added, unchanged):
            if merged.contents or merged.maps is not None:
                contents = merged.contents.values()
                change_library(library, out, contents, merged.maps, _after(READING, progress), place)
                library = out
            else:
                place()
    except BaseException:
        out.unlink(missing_ok=True)
        raise
    return Report(library, [*merged.added, *added], [*merged.unchanged, *unchanged])


def _remake(
    keeping: UserLibrary,
    paths: Sequence[Path],
    bundled: Path,
    progress: Progress,
    place: Callable[[], None] = lambda: None,
    *,
    tolerant: bool = True,
) -> Report:
    """Makes the library of the bundle and some kept files; `tolerant`: of those that can still be read."""
    recognized, lost = recognize_kept(keeping, paths)
    found, damaged = read_with_kept(keeping, recognized, (), progress)
    lost |= damaged
    if lost and not tolerant:
        path, reason = next(iter(lost.items()))
        raise ReleaseError(
            f"{path.name}, which you have added before, cannot be read any more; add it again. Until then your library "
            f"stays as it is. {reason}"
        )
    report = _put_in_place(keeping, bundled, found, progress, place)
    report.unread = [no_longer_read(path, reason) for path, reason in lost.items()]
    if not found.pairs and not found.limits:
        (keeping.folder / EDITS).unlink(missing_ok=True)
    if report.library == bundled:
        report.library = keeping.use_bundle(bundled)
    keeping.note_bundle(bundled)
    keeping.drop_older()
    return report


def _apart(keeping: UserLibrary, is_one: Callable[[Recognized], bool]) -> tuple[list[Path], list[Path]]:
    """The kept files with something in them that is meant, and the others."""
    gone: list[Path] = []
    rest: list[Path] = []
    for kept in keeping.kept():
        recognized, _ = recognize(kept.path, keeping.files)
        (gone if any(map(is_one, recognized)) else rest).append(kept.path)
    return gone, rest


def _after(begin: float, progress: Progress) -> Progress:
    return lambda step, share: progress(step, begin + (1 - begin) * share)


def broken(error: Exception) -> str:
    """What to say of an error of the disk or the database while a library is made."""
    # SQLite says `disk I/O error` of a quota, and of a disk that fills up while it writes through its cache.
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    if full or (isinstance(error, sqlite3.OperationalError) and "full" in str(error)):
        return "The disk is full: nothing was changed. Make room, about 300 MB, and try again."
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'}: {error.strerror or error}. Nothing was changed."
    if isinstance(error, sqlite3.Error):
        return f"The library could not be made ({error}). Nothing was changed."
    return f"Unexpected error ({type(error).__name__}: {error}); please report it. Nothing was changed."
