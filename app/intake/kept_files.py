"""The files that were added before, read again: with those that are given now, or to make the library anew."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from app.codes.code_sets import Source
from app.codes.systems import System
from app.intake.read_files import CPT_FORMATS, DamagedError, Digests, Found, read_files
from app.intake.user_library import UserLibrary
from app.library.ncci.database import open_edits
from app.library.open import LibraryError, open_library
from app.library.progress import Progress
from app.library.reading.catalogue import Catalogue
from app.paths import EDITS
from app.releases.formats import Format
from app.releases.recognize import Recognized, recognize

READING = 0.25
"""The share of the whole that reading takes."""

OF_NCCI = frozenset({Format.PTP, Format.MUE})
ORDERS_OF_PCS = frozenset({Format.PCS_ORDER, Format.PCS_ADDENDA})
"""What may have been waiting for the tables of its year."""


def recognize_kept(keeping: UserLibrary, paths: Iterable[Path]) -> tuple[list[Recognized], dict[Path, str]]:
    """What is in kept files, and those in which nothing is recognized any more, with the reason."""
    found: list[Recognized] = []
    lost: dict[Path, str] = {}
    for path in paths:
        recognized, unread = recognize(path, keeping.files)
        found += recognized
        if not recognized:
            lost[path] = next((one.reason for one in unread if not one.companion), "Nothing in it is read.")
    return found, lost


def no_longer_read(path: Path, reason: str) -> str:
    """What to say of a kept file that has been left out."""
    return (
        f"{path.name}, which you have added before, cannot be read any more, and what it said is no longer in the "
        f"library; add it again. {reason}"
    )


def read_with_kept(
    keeping: UserLibrary, kept: Sequence[Recognized], given: Sequence[Recognized], progress: Progress
) -> tuple[Found, dict[Path, str]]:
    """The records of kept files and of those that are given on top of them.

    Kept files that turn out to be damaged are left out and told. Raises ReleaseError for a given one that is.
    """
    twins = {keeping.twin(path) for path in {one.member.path for one in given}}
    kept = [one for one in kept if one.member.path not in twins]
    added = {one.path: one.time for one in keeping.kept()}
    damaged: dict[Path, str] = {}
    while True:
        quiet = {one.member.path for one in kept} if given else ()
        try:
            found = read_files([*kept, *given], lambda step, share: progress(step, READING * share), added, quiet)
        except DamagedError as error:
            if all(one.member.path != error.path for one in kept):
                raise
            damaged[error.path] = str(error)
            kept = [one for one in kept if one.member.path != error.path]
        else:
            return found, damaged


def read_again(given: Sequence[Recognized]) -> set[Format]:
    """What of the kept files is read again with those that are given.

    CPT and the modifiers are made of their files alone; an order file of procedures may be waiting for its tables.
    """
    formats: set[Format] = set()
    if any(one.system in (System.CPT, System.MODIFIER, System.HCPCS) for one in given):
        formats |= CPT_FORMATS
    if any(one.format in (Format.PCS_ORDER, Format.PCS_TABLES) for one in given):
        formats |= ORDERS_OF_PCS
    return formats


def replaced_by(
    keeping: UserLibrary,
    kept: Iterable[Recognized],
    lost: Iterable[Path],
    given: Iterable[Recognized],
    names: Mapping[Path, Path],
) -> set[Path]:
    """The kept files whose place one of their name takes: damaged ones, and of CPT those of no later edition."""
    damaged = {path for path in lost if keeping.relative(path) in names.values()}
    editions = {names[one.member.path]: one.effective_from for one in given if one.format in CPT_FORMATS}
    return damaged | {
        one.member.path
        for one in kept
        if one.format in CPT_FORMATS and one.effective_from <= editions.get(keeping.relative(one.member.path), date.min)
    }


def but_for_edits(keeping: UserLibrary, kept: list[Recognized]) -> list[Recognized]:
    """Without the NCCI files, unless the edits have to be made again: they do not come from the bundle."""
    try:
        open_edits(keeping.folder / EDITS).close()
    except LibraryError:
        return kept
    return [one for one in kept if one.format not in OF_NCCI]


def left_of(system: System, library: Path, bundled: Path, kept: Iterable[Path]) -> list[str]:
    """The names of files that a code set has something of, and that neither the bundle nor a kept file accounts for."""
    known = {Digests().source(path).sha256 for path in kept}
    came = {source.sha256 for source in _sources(system, bundled)}
    return [one.file for one in _sources(system, library) if one.sha256 not in known | came]


def _sources(system: System, library: Path) -> list[Source]:
    with closing(open_library(library)) as opened:
        code_sets = Catalogue(opened.connect()).code_sets()
        parts = [part for one in code_sets if one.system is system for part in one.parts]
    return list(dict.fromkeys(source for part in parts for source in part.sources))
