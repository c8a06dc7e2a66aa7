"""Recognize official files: their format by their content, and the release and code set that they belong to."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.codes.systems import System
from app.releases.errors import ReleaseError
from app.releases.files.containers import HEAD_BYTES, InspectedFile, Member, inspected_files
from app.releases.files.spreadsheet import MOST_KEPT_CELLS
from app.releases.recognition.edition import Edition, edition_by_names
from app.releases.recognition.format_kinds import COMPANIONS, SYSTEMS_BY_FORMAT, Format
from app.releases.recognition.formats import format_of


@dataclass(frozen=True, slots=True)
class Recognized:
    """A file that Codarium reads.

    `name` is the name of its release: `FY2026`, `FY2026 (April 2026)`, `October 2025`, `2018`, `CPT 2026`, `2026 Q3`.
    `system` is None for a file that does not belong to one code set. `needs_folder` is True if only the name of a
    folder gives this release, and neither the file nor its zip.
    """

    member: Member
    format: Format
    system: System | None
    name: str
    effective_from: date
    effective_to: date
    needs_folder: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that is not read; `reason` is one sentence without the name of the file.

    A `companion` is a file that does not have to be read: it accompanies the data or repeats it.
    """

    member: Member
    reason: str
    companion: bool = False


def recognize(path: Path, top: Path | None = None) -> tuple[list[Recognized], list[Unread]]:
    """Return the files of a file, zip or folder that are read, and the others with the reason why they are not.

    The format is recognized by the content alone. So is the release if the content gives it; else by the names of the
    file, its folders and its zip. Of two identical files, byte for byte, only the first is returned as read. Nothing is
    raised: damaged, encrypted and missing files are among the unread.

    `top` is a folder that contains the path: the folders between them, and `top` itself, may name the release.
    """
    read: list[Recognized] = []
    unread: list[Unread] = []
    for file in inspected_files(path):
        try:
            result = _recognized(top or path, file)
            if isinstance(result, Recognized) and (duplicate := _duplicate(read, result)):
                reason = f"The same file, byte for byte, as {duplicate.member.name}."
                result = Unread(file.member, reason, companion=True)
        except ReleaseError as error:
            result = Unread(file.member, _sentence(file.member, str(error)))
        if isinstance(result, Recognized):
            read.append(result)
            _limit_kept_rows(read)
        else:
            file.member.sheet_rows.clear()
            unread.append(result)
    return read, unread


def _recognized(top: Path, file: InspectedFile) -> Recognized | Unread:
    member = file.member
    if file.problem:
        return Unread(member, _sentence(member, file.problem))
    format_ = format_of(member, file.head)
    if not isinstance(format_, Format):
        return Unread(member, format_)
    if format_ in COMPANIONS:
        return Unread(member, COMPANIONS[format_], companion=True)
    edition_for = edition_by_names(format_, member, file.head)
    edition = edition_for(_names(top, member))
    if not isinstance(edition, Edition):
        return Unread(member, edition)
    return Recognized(
        member,
        format_,
        SYSTEMS_BY_FORMAT.get(format_),
        edition.name,
        edition.effective_from,
        edition.effective_to,
        needs_folder=edition_for(_own_names(member)) != edition,
    )


def _names(top: Path, member: Member) -> tuple[str, ...]:
    """Return the names that may give the year, the nearest first: of the file and its folders and zips, up to `top`."""

    def folders() -> Iterator[str]:
        for folder in member.path.parents:
            # Folders above `top` may hold anything, except that a single file's own folder describes it.
            if member.path != top and not folder.is_relative_to(top):
                return
            yield folder.name
            if member.path == top:
                return

    return (*_own_names(member), *filter(None, folders()))


def _own_names(member: Member) -> tuple[str, ...]:
    """Return the names of a file, of its folders inside the zip and of the zip, the nearest first."""
    inside = (part for name in (member.nested, member.inside) for part in reversed(name.replace("\\", "/").split("/")))
    return tuple(filter(None, (*inside, member.path.name)))


def _limit_kept_rows(read: list[Recognized]) -> None:
    """Drop the rows of the workbooks that were recognized first, until the others have at most MOST_KEPT_CELLS."""
    cells = 0
    for file in reversed(read):
        cells += sum(len(row) for _, _, row in file.member.sheet_rows)
        if cells > MOST_KEPT_CELLS:
            file.member.sheet_rows.clear()


def _duplicate(read: list[Recognized], new: Recognized) -> Recognized | None:
    """Return the file with the same bytes among those read before."""
    same_size = [file for file in read if file.format is new.format and file.member.size == new.member.size]
    if not same_size:
        return None
    digest = _digest(new.member)
    return next((file for file in same_size if _digest(file.member) == digest), None)


def _digest(member: Member) -> bytes:
    digest = hashlib.sha256()
    with member.open() as stream:
        while block := stream.read(HEAD_BYTES):
            digest.update(block)
    return digest.digest()


def _sentence(member: Member, text: str) -> str:
    """Return an error's sentence without the name of the file."""
    bare = text.removeprefix(f"{member.name}: ").removeprefix(f"{member.name}, ")
    return bare[:1].upper() + bare[1:]
