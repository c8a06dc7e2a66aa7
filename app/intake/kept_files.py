"""The files that were added before: recognized again, read together with new ones, and replaced by them."""

from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from app.codes.code_sets import Source
from app.codes.systems import System
from app.intake.file_records import DamagedError, FileRecords, UnusableError
from app.intake.merge import Merged, merge
from app.intake.read_files import CPT_FORMATS, Digests, FileReader, read_files
from app.intake.user_library import UserLibrary
from app.library.checksums import refuse_damaged
from app.library.compiling.read_back import LoadedContents
from app.library.ncci.database import EDITS_DATABASE, open_edits
from app.library.open import LibraryError, open_library
from app.library.progress import Progress, ignore_progress
from app.library.reading.catalogue import Catalogue
from app.paths import EDITS
from app.releases.files.containers import Member
from app.releases.recognition.format_kinds import Format
from app.releases.recognition.recognize import Recognized, recognize

READING_SHARE = 0.25
"""The share of all work that reading takes."""

NCCI_FORMATS = frozenset({Format.PTP, Format.MUE})
HCPCS_CODE_FORMATS = frozenset({Format.HCPCS_TXT, Format.HCPCS_XLSX})
CM_CODE_FORMATS = frozenset({Format.CM_ORDER, Format.CM_ORDER_ADDENDA, Format.CM_TABULAR})
"""Formats of files that bring the codes which order addenda of the year after may be waiting for."""
PCS_ORDER_FORMATS = frozenset({Format.PCS_ORDER, Format.PCS_ADDENDA})
"""Formats of files that may be waiting for the tables of their year."""


@dataclass(slots=True)
class KeptContents:
    """The contents of kept files: what is recognized in them, and the reason for each file that cannot be read."""

    recognized: list[Recognized] = field(default_factory=list[Recognized])
    unreadable: dict[Path, str] = field(default_factory=dict[Path, str])


def recognize_kept(user_library: UserLibrary, paths: Iterable[Path]) -> KeptContents:
    """Recognize the contents of kept files."""
    contents = KeptContents()
    for path in paths:
        recognized, unread = recognize(path, user_library.files)
        contents.recognized += recognized
        if not recognized:
            reasons = (file.reason for file in unread if not file.companion)
            contents.unreadable[path] = next(reasons, "Nothing in it is read.")
    return contents


def describe_unreadable(path: Path, reason: str) -> str:
    """The sentence on a kept file that was left out."""
    return (
        f"{path.name}, which was added before, can no longer be read, so its content is not in the library; add the "
        f"file again. {reason}"
    )


@dataclass(slots=True)
class Reading:
    """The records of kept files and of those that are being added, and what they make of a library.

    `damaged` are files on the disk that were left out, with the reason. `skipped` are parts of other files that cannot
    be read or used, likewise. `read` are the files that the records are of.
    """

    records: FileRecords
    merged: Merged
    damaged: dict[Path, str]
    skipped: dict[Member, str]
    read: list[Recognized]

    def skipped_sentences(self, paths: Container[Path]) -> list[str]:
        """Return a sentence for each part of some files that was skipped; it names the part."""
        return [reason for member, reason in self.skipped.items() if member.path in paths]


def read_with_kept(
    user_library: UserLibrary,
    kept: Sequence[Recognized],
    added: Sequence[Recognized],
    reader: FileReader,
    base: Path | None = None,
    progress: Progress = ignore_progress,
    roots: Sequence[Path] = (),
) -> Reading:
    """Read kept files and those that are being added, and merge them with the contents of the library `base`, if any.

    Damaged kept files are left out, and so is a part of a zip that cannot be read or used, as long as others in it can.
    So is such a file in one of the folders `roots`, which are being added. Raises DamagedError for any other file that
    is being added.
    """
    times = {file.path: file.time for file in user_library.kept_files()}

    def reading_progress(step: str, share: float) -> None:
        progress(step, READING_SHARE * share)

    def others_of(error: DamagedError) -> list[Recognized]:
        """Return the files that are being added in one zip or folder with the damaged one."""
        root = next((root for root in roots if error.path.is_relative_to(root)), error.path)
        return [file for file in adding if file.member.path.is_relative_to(root)]

    readable, adding = list(kept), list(added)
    damaged: dict[Path, str] = {}
    skipped: dict[Member, str] = {}
    while True:
        unreported = {file.member.path for file in readable} if added else ()
        try:
            records = read_files([*readable, *adding], reading_progress, times, unreported, reader)
            merged = _merge_with(base, records, reader) if base is not None else Merged()
        except DamagedError as error:
            is_kept = any(file.member.path == error.path for file in readable)
            alone = [file for file in (*readable, *adding) if file.member.path == error.path][1:] == []
            if error.is_part and not alone:
                skipped[error.member] = str(error)
                readable, adding = (_without(files, error.member) for files in (readable, adding))
            elif is_kept:
                damaged[error.path] = str(error)
                readable = [file for file in readable if file.member.path != error.path]
            elif all(file.member.path == error.path for file in others_of(error)):
                raise
            else:
                skipped[error.member] = str(error)
                adding = [file for file in adding if file.member.path != error.path]
        else:
            return Reading(records, merged, damaged, skipped, [*readable, *adding])


def _merge_with(base: Path, records: FileRecords, reader: FileReader) -> Merged:
    """Merge records with the contents of a library. Raises DamagedError for the file whose records cannot be used."""
    try:
        with closing(open_library(base)) as opened:
            return merge(LoadedContents(opened.connect()), records)
    except UnusableError as error:
        member = reader.member_of(error.record)
        if member is None:
            raise
        # The records know the file on the disk alone, which may be a zip.
        text = str(error).removeprefix(f"{reader.source(member).file}: ")
        raise DamagedError(member, f"{member.name}: {text}", is_part=bool(member.inside)) from error


def _without(files: Iterable[Recognized], member: Member) -> list[Recognized]:
    return [file for file in files if file.member != member]


def formats_to_read_again(added: Sequence[Recognized]) -> set[Format]:
    """The formats of the kept files that are read together with those that are being added.

    CPT and the modifiers are made from all their files; an order file of ICD-10-PCS may be waiting for its tables or a
    newer one, addenda for the codes that they change, and a file of HCPCS for a newer one.
    """
    formats: set[Format] = set()
    if any(file.system in (System.CPT, System.MODIFIER, System.HCPCS) for file in added):
        formats |= CPT_FORMATS
    if any(file.format in (Format.PCS_ORDER, Format.PCS_TABLES) for file in added):
        formats |= PCS_ORDER_FORMATS
    if any(file.format in CM_CODE_FORMATS for file in added):
        formats.add(Format.CM_ORDER_ADDENDA)
    if any(file.format in HCPCS_CODE_FORMATS for file in added):
        formats |= HCPCS_CODE_FORMATS | {Format.HCPCS_NOTES}
    return formats


def replaced_files(
    user_library: UserLibrary,
    kept: KeptContents,
    added: Iterable[Recognized],
    names: Mapping[Path, Path],
) -> set[Path]:
    """The kept files that a new file of the same name replaces: damaged ones, and those of CPT of no later edition.

    `names` are the names under which the new files will be kept.
    """
    damaged = {path for path in kept.unreadable if user_library.relative_name(path) in names.values()}
    editions = {names[file.member.path]: file.effective_from for file in added if file.format in CPT_FORMATS}
    return damaged | {
        file.member.path
        for file in kept.recognized
        if file.format in CPT_FORMATS
        and file.effective_from <= editions.get(user_library.relative_name(file.member.path), date.min)
    }


def without_readable_edits(user_library: UserLibrary, kept: list[Recognized]) -> list[Recognized]:
    """Leave out the NCCI files that the edits were made from, if these can be read; they do not come from the bundle.

    A run that was killed may have kept a file and not made the edits from it.
    """
    if not edits_are_intact(user_library):
        return kept
    included = user_library.included_files()
    return [file for file in kept if file.format not in NCCI_FORMATS or file.member.path not in included]


def edits_are_intact(user_library: UserLibrary) -> bool:
    """True if the database of edits opens and is as it was made; False if there is none."""
    path = user_library.folder / EDITS
    try:
        open_edits(path).close()
        refuse_damaged(path, EDITS_DATABASE)
    except LibraryError:
        return False
    return True


def files_in_library_alone(system: System, library: Path, bundled: Path, kept: Iterable[Path]) -> list[str]:
    """The names of files with contents of a code set that came neither with the bundle nor with a kept file."""
    digests = Digests()
    explained = {digests.source(path).sha256 for path in kept}
    explained |= {source.sha256 for source in _sources(system, bundled)}
    return [source.file for source in _sources(system, library) if source.sha256 not in explained]


def _sources(system: System, library: Path) -> list[Source]:
    with closing(open_library(library)) as opened:
        code_sets = Catalogue(opened.connect()).code_sets()
        parts = [part for code_set in code_sets if code_set.system is system for part in code_set.parts]
    return list(dict.fromkeys(source for part in parts for source in part.sources))
