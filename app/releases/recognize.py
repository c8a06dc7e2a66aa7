"""Which official file a file is, by what stands in it, and which release of which code set it belongs to."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.codes.systems import System
from app.releases.containers import HEAD_BYTES, InspectedFile, Member, inspected_files
from app.releases.edition import Edition, edition_by_names
from app.releases.formats import COMPANIONS, SYSTEMS, Format, format_of
from app.releases.records import ReleaseError
from app.releases.spreadsheet import MOST_KEPT_CELLS

__all__ = ["Format", "Recognized", "Unread", "recognize"]


@dataclass(frozen=True, slots=True)
class Recognized:
    """A file that Codarium reads. `name` is that of its release: `FY2026`, `FY2026 (April 2026)`, `October 2025`,
    `2018`, `CPT 2026`, `2026 Q3`. `system` is None for what belongs to no code set of its own. `needs_folder` is True
    where neither the file nor the zip it is in tells this release, but only the name of a folder."""

    member: Member
    format: Format
    system: System | None
    name: str
    effective_from: date
    effective_to: date
    needs_folder: bool = False


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that is not read; `reason` is one sentence, without the name of the file.

    A `companion` need not be read: it stands beside the data, or says the same once more.
    """

    member: Member
    reason: str
    companion: bool = False


def recognize(path: Path, given: Path | None = None) -> tuple[list[Recognized], list[Unread]]:
    """What is in a file, zip or folder: the files that are read, and the others with the reason why not.

    The format is told by the content alone. So is the release where the content tells it; else by the names of the
    file, of what it is in and of the zip. A file that stands there twice, byte for byte, is given once. Nothing is
    raised: what is damaged, encrypted or missing is among the unread.

    `given` is a folder that the path is somewhere in, and up to which folders may name the release.
    """
    read: list[Recognized] = []
    unread: list[Unread] = []
    for found in inspected_files(path):
        try:
            result = _recognized(given or path, found)
            if isinstance(result, Recognized) and (twin := _twin(read, result)):
                result = Unread(found.member, f"The same file, byte for byte, as {twin.member.name}.", companion=True)
        except ReleaseError as error:
            result = Unread(found.member, _sentence(found.member, str(error)))
        if isinstance(result, Recognized):
            read.append(result)
            _bound_kept_rows(read)
        else:
            found.member.sheet_rows.clear()
            unread.append(result)
    return read, unread


def _recognized(path: Path, found: InspectedFile) -> Recognized | Unread:
    member = found.member
    if found.problem:
        return Unread(member, _sentence(member, found.problem))
    format_ = format_of(member, found.head)
    if not isinstance(format_, Format):
        return Unread(member, format_)
    if format_ in COMPANIONS:
        return Unread(member, COMPANIONS[format_], companion=True)
    editions = edition_by_names(format_, member, found.head)
    edition = editions(_names(path, member))
    if not isinstance(edition, Edition):
        return Unread(member, edition)
    return Recognized(
        member,
        format_,
        SYSTEMS.get(format_),
        edition.name,
        edition.effective_from,
        edition.effective_to,
        needs_folder=editions(_own_names(member)) != edition,
    )


def _names(path: Path, member: Member) -> tuple[str, ...]:
    """What may name the year, the nearest first: the file, the folders and zips it is in, up to what was given."""

    def folders() -> Iterator[str]:
        for folder in member.path.parents:
            # Above what was given, only the folder of a single file speaks of it.
            if member.path != path and not folder.is_relative_to(path):
                return
            yield folder.name
            if member.path == path:
                return

    return (*_own_names(member), *filter(None, folders()))


def _own_names(member: Member) -> tuple[str, ...]:
    """The names of a file, and of the zip and the folders in it that it is in, the nearest first."""
    inside = (part for name in (member.nested, member.inside) for part in reversed(name.replace("\\", "/").split("/")))
    return tuple(filter(None, (*inside, member.path.name)))


def _bound_kept_rows(read: list[Recognized]) -> None:
    """Drop the rows of the workbooks that were recognized first, until the others are few enough to be kept."""
    cells = 0
    for recognized in reversed(read):
        cells += sum(len(row) for _, _, row in recognized.member.sheet_rows)
        if cells > MOST_KEPT_CELLS:
            recognized.member.sheet_rows.clear()


def _twin(read: list[Recognized], new: Recognized) -> Recognized | None:
    """The same bytes under another name, among what was found before."""
    alike = [old for old in read if old.format is new.format and old.member.size == new.member.size]
    if not alike:
        return None
    digest = _digest(new.member)
    return next((old for old in alike if _digest(old.member) == digest), None)


def _digest(member: Member) -> bytes:
    digest = hashlib.sha256()
    with member.open() as stream:
        while block := stream.read(HEAD_BYTES):
            digest.update(block)
    return digest.digest()


def _sentence(member: Member, text: str) -> str:
    """An error's text as a sentence of its own."""
    bare = text.removeprefix(f"{member.name}: ").removeprefix(f"{member.name}, ")
    return bare[:1].upper() + bare[1:]
