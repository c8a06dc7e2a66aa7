"""Files as they come, alone, in a folder or in a zip: what a reader opens, without a way out of its bounds.

Nothing is ever unpacked to the disk. A zip may stand in a zip or folder, one level deep, as CMS does now and then.
"""

import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

from app.releases.records import ReleaseError

LARGEST_MEMBER = 1 << 30
LARGEST_ZIP = 2 << 30
"""Bytes unpacked. The largest official file is one of NCCI's with some 100 MB."""

LARGEST_NESTED = 64 << 20
"""Bytes of a zip within a zip, which is held in memory while it is read."""

STEEPEST = 200
"""How many times larger than its packed form a member may be; official text files pack to a tenth."""

MOST_MEMBERS = 2_000
MOST_FILES = 20_000
HEAD_BYTES = 1 << 16

_STEEP_FROM = 8 << 20
# 2,000 entries of 46 bytes with names of the longest kind; the module zipfile holds the whole directory in memory.
_LARGEST_DIRECTORY = 1 << 20
_END = b"PK\x05\x06"
_ZIP_STARTS = (b"PK\x03\x04", _END)
_DOCUMENT_STARTS = (b"[Content_Types].xml", b"_rels/", b"xl/", b"docProps/", b"customXml/", b"word/", b"mimetype")
_CLIMBING = re.compile(r"/|[A-Za-z]:|(?:.*/)?\.\.(?:/|$)", re.DOTALL)
# What systems leave beside a person's files, and what Excel keeps while a workbook is open.
_LEFT_BEHIND = re.compile(r"(?:.*/)?(?:\.(?!/)|~\$|__MACOSX/|Thumbs\.db$|desktop\.ini$).*", re.DOTALL | re.IGNORECASE)

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file that is to be read: one on the disk (`inside` empty), or one inside the zip `path`.

    `size` is that of the bytes that `open` gives. `nested` is the name within the zip `inside`, empty where that is
    the file itself.
    """

    path: Path
    inside: str
    size: int
    nested: str = ""
    sheet_rows: list[tuple[str, int, list[str]]] = field(
        default_factory=list[tuple[str, int, list[str]]], compare=False, repr=False
    )
    """The rows of a workbook of moderate size once it was read, so that one run parses it once; empty otherwise."""

    @property
    def name(self) -> str:
        """How messages and `sets` name it: `2026-tables.zip › icd10cm_order_2026.txt`."""
        return " › ".join(part for part in (self.path.name, self.inside, self.nested) if part)

    def open(self) -> BinaryIO:
        """The bytes from the beginning, as a stream to be closed by the caller.

        Raises ReleaseError for what cannot be read, and so does every read of the stream: a damaged member, or one
        that turns out larger than the bounds.
        """
        opened = ExitStack()
        try:
            if not self.inside:
                source: IO[bytes] = opened.enter_context(self.path.open("rb"))
            else:
                archive = opened.enter_context(zipfile.ZipFile(self.path))
                if self.nested:
                    held = io.BytesIO(_held(Member(self.path, self.inside, 0), archive))
                    archive = opened.enter_context(zipfile.ZipFile(held))
                source = opened.enter_context(archive.open(self.nested or self.inside))
        except KeyError as error:
            opened.close()
            raise ReleaseError(f"{self.name}: it is no longer in the zip.") from error
        except _UNREADABLE as error:
            opened.close()
            raise ReleaseError(f"{self.name}: {_reason(error)}.") from error
        except ReleaseError:
            opened.close()
            raise
        return io.BufferedReader(_Guarded(self.name, source, opened), HEAD_BYTES)


class _Guarded(io.RawIOBase):
    """A stream whose every failure is a ReleaseError, and which ends at the bounds: declared sizes may lie."""

    def __init__(self, name: str, source: IO[bytes], opened: ExitStack) -> None:
        self._member = name
        self._source = source
        self._opened = opened
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        # The type of the base, Buffer, has no length before Python 3.12.
        try:
            found = self._source.read(len(buffer))
        except _UNREADABLE as error:
            raise ReleaseError(f"{self._member}: {_reason(error)}.") from error
        self._given += len(found)
        if self._given > LARGEST_MEMBER:
            raise ReleaseError(f"{self._member}: unpacked it is larger than {_size(LARGEST_MEMBER)}; it is not read.")
        buffer[: len(found)] = found
        return len(found)

    def close(self) -> None:
        self._opened.close()
        super().close()


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """A member with its first bytes (up to HEAD), or the sentence that says why it cannot be read."""

    member: Member
    head: bytes
    problem: str = ""


def single_file(path: Path) -> Member:
    """A file on the disk that is no container. Raises ReleaseError when it is not there."""
    try:
        return Member(path, "", path.stat().st_size)
    except OSError as error:
        raise ReleaseError(f"{path.name}: {_reason(error)}.") from error


def members(path: Path) -> Iterator[Member]:
    """Every file of a folder or zip, or the file itself, in the order of their names.

    Raises ReleaseError for the first that cannot be read. What systems leave behind (`.DS_Store`) is passed over.
    """
    for found in inspected_files(path):
        if found.problem:
            raise ReleaseError(found.problem)
        yield found.member


def inspected_files(path: Path) -> Iterator[InspectedFile]:
    """Every file of a folder or zip, or the file itself, with its beginning; what cannot be read says why."""
    if not path.is_dir():
        yield from _file(path)
        return
    for count, below in enumerate(_below(path)):
        if count == MOST_FILES:
            yield _trouble(Member(path, "", 0), f"it holds more than {MOST_FILES:,} files; give the folder of releases")
            return
        if isinstance(below, OSError):
            yield _trouble(Member(Path(below.filename or path), "", 0), _reason(below))
        else:
            yield from _file(below)


def is_document(head: bytes) -> bool:
    """Whether a file that starts like a zip is a workbook or another document, by the name of its first part."""
    return head.startswith(_ZIP_STARTS[0]) and head[30:].startswith(_DOCUMENT_STARTS)


def _below(folder: Path) -> Iterator[Path | OSError]:
    """The files of a folder; links to folders are not followed, since they may lead round in a circle."""
    problems: list[OSError] = []
    for where, folders, files in os.walk(folder, onerror=problems.append):
        yield from problems
        problems.clear()
        folders[:] = sorted(name for name in folders if not _LEFT_BEHIND.fullmatch(name + "/"))
        yield from (Path(where, name) for name in sorted(files) if not _LEFT_BEHIND.fullmatch(name))
    yield from problems


def _file(path: Path) -> Iterator[InspectedFile]:
    """A file of the disk, or what is in it if it is a zip."""
    try:
        status = path.stat()
        member = Member(path, "", status.st_size)
        if not stat.S_ISREG(status.st_mode):
            yield _trouble(member, "it is no ordinary file")
            return
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except (OSError, ValueError) as error:
        yield _trouble(Member(path, "", 0), _reason(error))
        return
    if not head:
        yield _trouble(member, "the file is empty")
    elif head.startswith(_ZIP_STARTS) and not is_document(head):
        yield from _zip(member, path)
    elif member.size > LARGEST_MEMBER:
        yield _trouble(member, f"it is larger than {_size(LARGEST_MEMBER)}")
    else:
        yield InspectedFile(member, head)


def _zip(outer: Member, source: Path | io.BytesIO) -> Iterator[InspectedFile]:
    """The members of a zip on the disk, or of one in memory that stands inside it."""
    try:
        _directory_within_bounds(source)
        with zipfile.ZipFile(source) as archive:
            infos = sorted(archive.infolist(), key=lambda info: info.filename)
            if any(info.filename == "[Content_Types].xml" for info in infos):
                head = _head(archive, infos[0]) if outer.inside else _start(outer.path)
                yield InspectedFile(outer, head)
                return
            problem = _problem(infos)
            if problem:
                yield _trouble(outer, problem)
                return
            for info in infos:
                if not info.is_dir() and not _LEFT_BEHIND.fullmatch(info.filename):
                    yield from _inside(outer, archive, info)
    except ReleaseError as error:
        yield InspectedFile(outer, b"", str(error))
    except _UNREADABLE as error:
        yield _trouble(outer, f"the zip is damaged or incomplete, download it again ({_reason(error)})")


def _problem(infos: list[zipfile.ZipInfo]) -> str:
    """Why a zip is not read at all, judged by its directory; empty if it is."""
    if not any(not info.is_dir() for info in infos):
        return "the zip holds no files"
    if len(infos) > MOST_MEMBERS:
        return f"the zip holds more than {MOST_MEMBERS:,} files, which no official one does"
    names: set[str] = set()
    for info in infos:
        if _CLIMBING.match(info.filename.replace("\\", "/")):
            return f"{info.filename!r} leads out of the zip, which no official file does"
        if info.filename in names:
            return f"{info.filename!r} stands in it twice, and which one counts cannot be told"
        names.add(info.filename)
    if sum(info.file_size for info in infos) > LARGEST_ZIP:
        return f"unpacked it is larger than {_size(LARGEST_ZIP)}"
    return ""


def _inside(outer: Member, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[InspectedFile]:
    """A member of a zip, or what is in it if it is a zip itself."""
    nested = bool(outer.inside)
    member = Member(
        outer.path, outer.inside if nested else info.filename, info.file_size, info.filename if nested else ""
    )
    if info.flag_bits & 0x1:
        yield _trouble(member, "it is encrypted; unpack it with its password and add the folder")
    elif info.file_size == 0:
        yield _trouble(member, "the file is empty")
    elif info.file_size > LARGEST_MEMBER:
        yield _trouble(member, f"unpacked it is larger than {_size(LARGEST_MEMBER)}")
    elif info.file_size > _STEEP_FROM and info.file_size > STEEPEST * max(info.compress_size, 1):
        yield _trouble(member, f"unpacked it is more than {STEEPEST} times its size, as in a zip bomb")
    else:
        try:
            head = _head(archive, info)
        except _UNREADABLE as error:
            yield _trouble(member, _reason(error))
            return
        if not head.startswith(_ZIP_STARTS) or is_document(head):
            yield InspectedFile(member, head)
        elif nested:
            yield _trouble(member, "a zip in a zip in a zip is not opened; unpack it and add the folder")
        else:
            try:
                held = io.BytesIO(_held(member, archive))
            except ReleaseError as error:
                yield InspectedFile(member, b"", str(error))
            else:
                yield from _zip(member, held)


def _held(member: Member, archive: zipfile.ZipFile) -> bytes:
    """A zip within a zip. It is read as a whole, since its directory stands at its end."""
    try:
        with archive.open(member.inside) as stream:
            found = stream.read(LARGEST_NESTED + 1)
    except _UNREADABLE as error:
        raise ReleaseError(f"{member.name}: {_reason(error)}.") from error
    if len(found) > LARGEST_NESTED:
        raise ReleaseError(f"{member.name}: a zip in a zip of more than {_size(LARGEST_NESTED)}; unpack it first.")
    return found


def _directory_within_bounds(source: Path | io.BytesIO) -> None:
    """Raises ReleaseError where a zip announces a directory that would fill the memory. ZIP64 records count first."""
    with ExitStack() as opened:
        stream = opened.enter_context(source.open("rb")) if isinstance(source, Path) else source
        end = stream.seek(0, io.SEEK_END)
        start = max(0, end - (1 << 16) - 100)
        stream.seek(start)
        tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile("its end is missing")
    (size,) = struct.unpack_from("<L", tail, at + 12)
    if at >= 76 and tail[at - 76 : at - 72] == b"PK\x06\x06":
        (size,) = struct.unpack_from("<Q", tail, at - 36)
    if size > _LARGEST_DIRECTORY:
        name = source.name if isinstance(source, Path) else "the zip"
        raise ReleaseError(f"{name}: the zip holds more than {MOST_MEMBERS:,} files, which no official one does.")


def _head(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as stream:
        return stream.read(HEAD_BYTES)


def _start(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(HEAD_BYTES)


def _trouble(member: Member, reason: str) -> InspectedFile:
    return InspectedFile(member, b"", f"{member.name}: {reason}.")


def _reason(error: Exception) -> str:
    """What went wrong, for a person."""
    if isinstance(error, zipfile.BadZipFile | zlib.error | EOFError | struct.error):
        return f"the packed data is damaged ({error or 'it ends too early'}); download it again"
    if isinstance(error, NotImplementedError):
        return f"packed in a way that is not supported ({error}); unpack it and add the folder"
    if isinstance(error, RuntimeError) and "encrypted" in str(error):
        return "it is encrypted; unpack it with its password and add the folder"
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be read ({error.strerror})"
    return f"it cannot be read ({error})"


def _size(count: int) -> str:
    return f"{count >> 30} GB" if count >= 1 << 30 else f"{count >> 20} MB"
