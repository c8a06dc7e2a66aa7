"""Adding official files to the person's library, and taking them away again."""

import errno
import sqlite3
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.codes.systems import System
from app.intake.edits import edits_beside
from app.intake.keep import Keeping
from app.intake.make import change_library, silent
from app.intake.merge import merge
from app.intake.reading import AMA, CPT_FORMATS, Found, read_files
from app.library.open import LibraryError, open_library
from app.library.read_back import HeldLibrary
from app.paths import EDITS
from app.releases.formats import Format
from app.releases.recognise import Recognised, Unread, recognise
from app.releases.records import ReleaseError

Progress = Callable[[str, float], None]

READING = 0.25
"""The share of the whole that reading takes."""


class ConsentError(Exception):
    """The person must accept the terms of some files first, see CONSENT; the text is what is to be accepted.

    `kinds` are all whose terms are lacking, `kind` the first of them.
    """

    def __init__(self, kinds: Sequence[str]) -> None:
        super().__init__(" ".join(CONSENT[kind] for kind in kinds))
        self.kinds = tuple(kinds)
        self.kind = self.kinds[0]


CONSENT = {
    "ama": "These files hold CPT, which belongs to the American Medical Association. Add them only if you hold a "
    "licence from the AMA that covers this computer.",
    "cms": "Medicare's fee schedule holds CPT codes and short descriptors, which belong to the American Medical "
    "Association. Add it only if you have accepted the terms under which CMS gives it out.",
}
"""Whose terms go with files that hold CPT, `ama` or `cms`, and what is to be accepted."""

OF_CONSENT = {"ama": AMA, "cms": frozenset({Format.PPRRVU})}
OF_NCCI = frozenset({Format.PTP, Format.MUE})


@dataclass(slots=True)
class Report:
    """What came of adding or removing: sentences for the person, and the library to use from now on."""

    library: Path
    added: list[str] = field(default_factory=list[str])
    unchanged: list[str] = field(default_factory=list[str])
    unread: list[str] = field(default_factory=list[str])


def add_files(
    paths: Sequence[Path],
    person: Path,
    bundled: Path,
    *,
    accepted: bool | Collection[str] = False,
    progress: Progress = silent,
) -> Report:
    """Adds files, zips or folders to the library in the person's folder.

    `accepted` are the kinds of CONSENT whose terms the person has accepted; True stands for all of them.
    Raises ConsentError for CPT before anything is done, ReleaseError with one sentence when nothing can be read or a
    file is damaged, OSError and sqlite3.Error when the disk is full. The library is then as it was.
    """
    keeping = Keeping(person)
    with keeping.lock():
        library = usable_library(keeping, bundled)
        progress("recognising files", 0.0)
        recognised, unread = recognise_all(paths)
        if not recognised:
            raise ReleaseError(_nothing(paths, unread))
        check_consent(recognised, accepted)
        companions, replaced = _companions(keeping, recognised)
        found = read_files([*recognised, *companions], lambda step, share: progress(step, READING * share))
        with keeping.keep(dict.fromkeys(one.member.path for one in recognised), replaced):
            report = _put_in_place(keeping, library, found, progress)
        report.unread = [f"{one.member.name}: {one.reason}" for one in unread]
        if library == bundled and report.library != bundled:
            keeping.note_bundle(bundled)
        keeping.drop_older()
        return report


def remove_files(system: System, person: Path, bundled: Path, progress: Progress = silent) -> Report:
    """Takes away the files that the person has added to a code set: the library is made anew without them."""
    keeping = Keeping(person)
    with keeping.lock():
        # With CPT goes all else that is the AMA's.
        gone, rest = _apart(keeping, lambda one: one.system is system or (system is System.CPT and one.format in AMA))
        if not gone:
            raise ReleaseError(f"No file has been added to {system.label}; there is nothing to remove.")
        report = _remake(keeping, rest, bundled, progress)
        for path in gone:
            path.unlink()
        report.added = [f"Removed from {system.label}: {', '.join(path.name for path in gone)}"]
        return report


def remove_edits(person: Path, bundled: Path, progress: Progress = silent) -> Report:
    """Takes away the NCCI edits and the files that they were read from."""
    keeping = Keeping(person)
    with keeping.lock():
        edits = keeping.folder / EDITS
        gone, rest = _apart(keeping, lambda one: one.format in OF_NCCI)
        if not gone and not edits.exists():
            raise ReleaseError("No NCCI file has been added; there is nothing to remove.")
        if any(one.format not in OF_NCCI for one in recognise_all(gone)[0]):
            # What else is in such a file goes with it.
            report = _remake(keeping, rest, bundled, progress)
        else:
            report = Report(usable_library(keeping, bundled))
        edits.unlink(missing_ok=True)
        for path in gone:
            path.unlink()
        report.added = [f"Removed the NCCI edits: {', '.join(path.name for path in gone) or EDITS}"]
        return report


def remake(person: Path, bundled: Path, progress: Progress = silent) -> Report:
    """Makes the person's library again from the bundle and the files that were added: after an update of the program,
    or when the library is damaged."""
    keeping = Keeping(person)
    with keeping.lock():
        return _remake(keeping, [kept.path for kept in keeping.kept()], bundled, progress)


def usable_library(keeping: Keeping, bundled: Path) -> Path:
    """The newest of the person's libraries that opens, else the bundled one."""
    for path in keeping.generations():
        with suppress(LibraryError):
            open_library(path).close()
            return path
    return bundled


def recognise_all(paths: Iterable[Path]) -> tuple[list[Recognised], list[Unread]]:
    """What is in several files, zips and folders."""
    read: list[Recognised] = []
    unread: list[Unread] = []
    for path in paths:
        recognised, left = recognise(path)
        read += recognised
        unread += left
    return read, unread


def check_consent(recognised: Iterable[Recognised], accepted: bool | Collection[str]) -> None:
    """Raises ConsentError when files hold CPT and the person has not accepted the terms of every kind of them."""
    formats = {one.format for one in recognised}
    check_accepted((kind for kind, of_kind in OF_CONSENT.items() if formats & of_kind), accepted)


def check_accepted(kinds: Iterable[str], accepted: bool | Collection[str]) -> None:
    """Raises ConsentError unless all these kinds of CONSENT are among those that the person has accepted."""
    known = CONSENT.keys() if accepted is True else accepted or ()
    lacking = [kind for kind in kinds if kind not in known]
    if lacking:
        raise ConsentError(lacking)


def _nothing(paths: Sequence[Path], unread: Sequence[Unread]) -> str:
    if len(unread) == 1:
        return f"{unread[0].member.name}: {unread[0].reason}"
    names = ", ".join(path.name for path in paths)
    told = "; ".join(f"{one.member.name}: {one.reason}" for one in unread[:3])
    return f"{names}: nothing in it is read. {told}" if told else f"{names}: there is no file in it."


def _companions(keeping: Keeping, recognised: Sequence[Recognised]) -> tuple[list[Recognised], list[Path]]:
    """The CPT files that are kept, where CPT or the modifiers are made anew: these are made of their files alone.

    Also those whose place is taken, since they have the name of one that is given.
    """
    anew = {System.CPT, System.MODIFIER, System.HCPCS}
    if not any(one.system in anew for one in recognised):
        return [], []
    given = {one.member.path.name for one in recognised if one.format in CPT_FORMATS}
    kept, _ = recognise_all(kept.path for kept in keeping.kept())
    of_cpt = [one for one in kept if one.format in CPT_FORMATS]
    replaced = [one.member.path for one in of_cpt if one.member.path.name in given]
    return [one for one in of_cpt if one.member.path not in replaced], replaced


def _put_in_place(keeping: Keeping, library: Path, found: Found, progress: Progress) -> Report:
    with closing(open_library(library)) as opened:
        held = HeldLibrary(opened.connect())
        merged = merge(held.contents, held.maps(), found)
    # The edits are put in place last, when nothing can go wrong any more with the library.
    with edits_beside(keeping.folder / EDITS, found.pairs, found.limits, progress) as (added, unchanged):
        if merged.contents or merged.maps is not None:
            out = keeping.next_generation()
            change_library(library, out, merged.contents.values(), merged.maps, _after(READING, progress))
            library = out
    return Report(library, [*merged.added, *added], [*merged.unchanged, *unchanged])


def _remake(keeping: Keeping, paths: Sequence[Path], bundled: Path, progress: Progress) -> Report:
    recognised, unread = recognise_all(paths)
    found = read_files(recognised, lambda step, share: progress(step, READING * share))
    report = _put_in_place(keeping, bundled, found, progress)
    report.unread = [f"{one.member.name}: {one.reason}" for one in unread]
    if not found.pairs and not found.limits:
        (keeping.folder / EDITS).unlink(missing_ok=True)
    if report.library == bundled:
        keeping.drop_all()
    else:
        keeping.note_bundle(bundled)
        keeping.drop_older()
    return report


def _apart(keeping: Keeping, is_one: Callable[[Recognised], bool]) -> tuple[list[Path], list[Path]]:
    """The kept files with something in them that is meant, and the others."""
    gone: list[Path] = []
    rest: list[Path] = []
    for kept in keeping.kept():
        recognised, _ = recognise(kept.path)
        (gone if any(map(is_one, recognised)) else rest).append(kept.path)
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
