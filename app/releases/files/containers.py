"""Official files as they are delivered, alone, in a folder or in a zip, opened within limits of size and path.

Nothing is unpacked to the disk. A zip may contain further zips one level deep, as some of CMS's do.
"""

import gzip
import io
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import IO, BinaryIO

from app.releases.errors import ReleaseError

LARGEST_MEMBER = 1 << 30
LARGEST_ZIP = 2 << 30
"""Bytes after unpacking. The largest official file is one of NCCI's, about 100 MB."""

LARGEST_NESTED = 64 << 20
"""Bytes of a zip within a zip, which is kept in memory while it is read."""

LARGEST_RATIO = 200
"""Times that a member may be larger than its packed form; official text files pack to a tenth."""

MOST_MEMBERS = 2_000
MOST_FILES = 20_000

HEAD_BYTES = 1 << 16
"""Bytes from the beginning of a file by which its format is recognized."""

# Smaller members may pack better than LARGEST_RATIO, since unpacking them does no harm.
_RATIO_CHECKED_FROM = 8 << 20
# 2,000 members of 46 bytes with long names; the module zipfile keeps the whole directory in memory.
_LARGEST_DIRECTORY = 1 << 20
_ZIP_DIRECTORY_END = b"PK\x05\x06"
_GZIP_START = b"\x1f\x8b\x08"
_ZIP_STARTS = (b"PK\x03\x04", _ZIP_DIRECTORY_END)
_DOCUMENT_STARTS = (b"[Content_Types].xml", b"_rels/", b"xl/", b"docProps/", b"customXml/", b"word/", b"mimetype")
_PATH_OUTSIDE = re.compile(r"/|[A-Za-z]:|(?:.*/)?\.\.(?:/|$)", re.DOTALL)
# Files that operating systems put beside a user's own, and those that Excel keeps while a workbook is open.
_SYSTEM_FILES = re.compile(r"(?:.*/)?(?:\.(?!/)|~\$|__MACOSX/|Thumbs\.db$|desktop\.ini$).*", re.DOTALL | re.IGNORECASE)

_READ_ERRORS = (
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
    """A file to read: one on the disk (`inside` empty), or one inside the zip `path`.

    `size` is the number of bytes that `open` gives. `nested` is the file's name within the zip `inside`, empty where
    `inside` is the file itself.
    """

    path: Path
    inside: str
    size: int
    nested: str = ""
    sheet_rows: list[tuple[str, int, list[str]]] = field(
        default_factory=list[tuple[str, int, list[str]]], compare=False, repr=False
    )
    """The rows of a workbook of moderate size after it was read, so that it is parsed once; empty otherwise."""

    @property
    def name(self) -> str:
        """The name in messages and in the list of code sets: `2026-tables.zip › icd10cm_order_2026.txt`."""
        return " › ".join(part for part in (self.path.name, self.inside, self.nested) if part)

    def open(self) -> BinaryIO:
        """Return the bytes from the beginning, of a gzip file the unpacked ones, as a stream that the caller closes.

        Raises ReleaseError for a file that cannot be read. Every read of the stream raises it too, for a damaged
        member and for one that is larger than LARGEST_MEMBER.
        """
        resources = ExitStack()
        try:
            if not self.inside:
                source: IO[bytes] = resources.enter_context(self.path.open("rb"))
            else:
                archive = resources.enter_context(zipfile.ZipFile(self.path))
                if self.nested:
                    nested_zip = io.BytesIO(_nested_zip_bytes(Member(self.path, self.inside, 0), archive))
                    archive = resources.enter_context(zipfile.ZipFile(nested_zip))
                source = resources.enter_context(archive.open(self.nested or self.inside))
            if source.read(len(_GZIP_START)) == _GZIP_START:
                source.seek(0)
                source = resources.enter_context(io.BufferedReader(gzip.GzipFile(fileobj=source)))
            else:
                source.seek(0)
        except KeyError as error:
            resources.close()
            raise ReleaseError(f"{self.name}: it was removed from the zip; add the zip again.") from error
        except _READ_ERRORS as error:
            resources.close()
            raise ReleaseError(f"{self.name}: {_reason(error)}.") from error
        except ReleaseError:
            resources.close()
            raise
        return io.BufferedReader(_BoundedStream(self.name, source, resources), HEAD_BYTES)


class _BoundedStream(io.RawIOBase):
    """A stream that turns every failure into a ReleaseError and that ends at LARGEST_MEMBER.

    The bytes are counted here, since the size that a zip declares may be wrong.
    """

    def __init__(self, name: str, source: IO[bytes], resources: ExitStack) -> None:
        self._name = name
        self._source = source
        self._resources = resources
        self._bytes_read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # pyright: ignore[reportIncompatibleMethodOverride]
        # The type of the base, Buffer, has no length before Python 3.12.
        try:
            block = self._source.read(len(buffer))
        except _READ_ERRORS as error:
            raise ReleaseError(f"{self._name}: {_reason(error)}.") from error
        self._bytes_read += len(block)
        if self._bytes_read > LARGEST_MEMBER:
            raise ReleaseError(
                f"{self._name}: unpacked it is larger than {_size_text(LARGEST_MEMBER)}; it is not read."
            )
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._resources.close()
        super().close()


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """A member with its first HEAD_BYTES, or with the sentence that says why it cannot be read."""

    member: Member
    head: bytes
    problem: str = ""


def single_file(path: Path) -> Member:
    """Return the member for a file on the disk that is not a zip. Raises ReleaseError when the file is missing."""
    try:
        return Member(path, "", path.stat().st_size)
    except OSError as error:
        raise ReleaseError(f"{path.name}: {_reason(error)}.") from error


def members(path: Path) -> Iterator[Member]:
    """Return every file of a folder or zip, or the file itself, ordered by name.

    Raises ReleaseError for the first one that cannot be read. System files (`.DS_Store`) are skipped.
    """
    for file in inspected_files(path):
        if file.problem:
            raise ReleaseError(file.problem)
        yield file.member


def inspected_files(path: Path) -> Iterator[InspectedFile]:
    """Return every file of a folder or zip, or the file itself, with its first bytes or the reason it is unreadable."""
    if not path.is_dir():
        yield from _inspect_file(path)
        return
    files = list(islice(_files_in_folder(path), MOST_FILES + 1))
    if len(files) > MOST_FILES:
        # Told before any is read, which would take minutes and say something of each.
        reason = f"it holds more than {MOST_FILES:,} files, the most that are read; choose the folder with the releases"
        yield _unreadable(Member(path, "", 0), reason)
        return
    for file in files:
        if isinstance(file, OSError):
            yield _unreadable(Member(Path(file.filename or path), "", 0), _reason(file))
        else:
            yield from _inspect_file(file)


def is_document(head: bytes) -> bool:
    """Return whether a file that starts like a zip is a workbook or another document, by the name of its first part."""
    return head.startswith(_ZIP_STARTS[0]) and head[30:].startswith(_DOCUMENT_STARTS)


def _files_in_folder(folder: Path) -> Iterator[Path | OSError]:
    """Return the files of a folder and its subfolders. Links to folders are not followed: they may form a circle."""
    errors: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=errors.append):
        yield from errors
        errors.clear()
        folders[:] = sorted(name for name in folders if not _SYSTEM_FILES.fullmatch(name + "/"))
        yield from (Path(parent, name) for name in sorted(files) if not _SYSTEM_FILES.fullmatch(name))
    yield from errors


def _inspect_file(path: Path) -> Iterator[InspectedFile]:
    """Return a file of the disk or, if it is a zip, its members."""
    try:
        status = path.stat()
        member = Member(path, "", status.st_size)
        if not stat.S_ISREG(status.st_mode):
            yield _unreadable(member, "it is not an ordinary file")
            return
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except (OSError, ValueError) as error:
        yield _unreadable(Member(path, "", 0), _reason(error))
        return
    if not head:
        yield _unreadable(member, "the file is empty")
    elif head.startswith(_ZIP_STARTS) and not is_document(head):
        yield from _inspect_zip(member, path)
    elif head.startswith(_GZIP_START):
        yield _inspect_gzip(member)
    elif member.size > LARGEST_MEMBER:
        yield _unreadable(member, f"it is larger than {_size_text(LARGEST_MEMBER)}")
    else:
        yield InspectedFile(member, head)


def _inspect_zip(outer: Member, source: Path | io.BytesIO) -> Iterator[InspectedFile]:
    """Return the members of a zip on the disk, or of one in memory that is inside another."""
    try:
        _check_directory_size(source)
        with zipfile.ZipFile(source) as archive:
            infos = sorted(archive.infolist(), key=lambda info: info.filename)
            if any(info.filename == "[Content_Types].xml" for info in infos):
                head = _first_bytes(archive, infos[0]) if outer.inside else _first_bytes_of_file(outer.path)
                yield InspectedFile(outer, head)
                return
            problem = _directory_problem(infos)
            if problem:
                yield _unreadable(outer, problem)
                return
            for info in infos:
                if not info.is_dir() and not _SYSTEM_FILES.fullmatch(info.filename):
                    yield from _inspect_member(outer, archive, info)
    except ReleaseError as error:
        yield InspectedFile(outer, b"", str(error))
    except _READ_ERRORS as error:
        yield _unreadable(outer, f"the zip is damaged or incomplete, download it again ({_reason(error)})")


def _directory_problem(infos: list[zipfile.ZipInfo]) -> str:
    """Return the reason why a zip is not read at all, by its directory; empty if it is read."""
    if not all(info.filename for info in infos):
        # ZipInfo.is_dir fails for such a member.
        return "the zip is damaged or incomplete, download it again (a file in it has no name)"
    if not any(not info.is_dir() for info in infos):
        return "the zip holds no files"
    if len(infos) > MOST_MEMBERS:
        return f"the zip holds more than {MOST_MEMBERS:,} files, more than any official one; choose another"
    names: set[str] = set()
    for info in infos:
        if _PATH_OUTSIDE.match(info.filename.replace("\\", "/")):
            return (
                f"{info.filename!r} leads out of the zip, which no official file does; get the zip from its publisher"
            )
        if info.filename in names:
            return f"{info.filename!r} stands in it twice; unpack it and add the folder"
        names.add(info.filename)
    if sum(info.file_size for info in infos) > LARGEST_ZIP:
        return f"unpacked it is larger than {_size_text(LARGEST_ZIP)}"
    return ""


def _inspect_member(outer: Member, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[InspectedFile]:
    """Return a member of a zip or, if it is a zip itself, its members."""
    nested = bool(outer.inside)
    member = Member(
        outer.path, outer.inside if nested else info.filename, info.file_size, info.filename if nested else ""
    )
    if info.flag_bits & 0x1:
        yield _unreadable(member, "it is encrypted; unpack it with its password and add the folder")
    elif info.file_size == 0:
        yield _unreadable(member, "the file is empty")
    elif info.file_size > LARGEST_MEMBER:
        yield _unreadable(member, f"unpacked it is larger than {_size_text(LARGEST_MEMBER)}")
    elif info.file_size > _RATIO_CHECKED_FROM and info.file_size > LARGEST_RATIO * max(info.compress_size, 1):
        yield _unreadable(member, f"unpacked it is more than {LARGEST_RATIO} times its size, as in a zip bomb")
    else:
        try:
            head = _first_bytes(archive, info)
        except _READ_ERRORS as error:
            yield _unreadable(member, _reason(error))
            return
        if head.startswith(_GZIP_START):
            yield _inspect_gzip(member)
        elif not head.startswith(_ZIP_STARTS) or is_document(head):
            yield InspectedFile(member, head)
        elif nested:
            yield _unreadable(member, "a zip in a zip in a zip is not opened; unpack it and add the folder")
        else:
            try:
                nested_zip = io.BytesIO(_nested_zip_bytes(member, archive))
            except ReleaseError as error:
                yield InspectedFile(member, b"", str(error))
            else:
                yield from _inspect_zip(member, nested_zip)


def _inspect_gzip(packed: Member) -> InspectedFile:
    """Return a file that is packed alone (`icd10cm_order_2026.txt.gz`) with its first bytes and size unpacked."""
    try:
        with packed.open() as stream:
            head = stream.read(HEAD_BYTES)
            size = len(head)
            while block := stream.read(HEAD_BYTES):
                size += len(block)
                if size > max(_RATIO_CHECKED_FROM, LARGEST_RATIO * packed.size):
                    reason = f"unpacked it is more than {LARGEST_RATIO} times its size, as in a zip bomb"
                    return _unreadable(packed, reason)
    except ReleaseError as error:
        return InspectedFile(packed, b"", str(error))
    return InspectedFile(replace(packed, size=size), head) if head else _unreadable(packed, "the file is empty")


def _nested_zip_bytes(member: Member, archive: zipfile.ZipFile) -> bytes:
    """Return the bytes of a zip within a zip, all of them, since its directory stands at its end."""
    try:
        with archive.open(member.inside) as stream:
            content = stream.read(LARGEST_NESTED + 1)
    except _READ_ERRORS as error:
        raise ReleaseError(f"{member.name}: {_reason(error)}.") from error
    if len(content) > LARGEST_NESTED:
        raise ReleaseError(f"{member.name}: a zip in a zip of more than {_size_text(LARGEST_NESTED)}; unpack it first.")
    return content


def _check_directory_size(source: Path | io.BytesIO) -> None:
    """Raise ReleaseError if a zip declares a directory that would fill the memory. A ZIP64 record takes precedence."""
    with ExitStack() as resources:
        stream = resources.enter_context(source.open("rb")) if isinstance(source, Path) else source
        end = stream.seek(0, io.SEEK_END)
        start = max(0, end - (1 << 16) - 100)
        stream.seek(start)
        tail = stream.read()
    at = tail.rfind(_ZIP_DIRECTORY_END)
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile("its end is missing")
    (size,) = struct.unpack_from("<L", tail, at + 12)
    if at >= 76 and tail[at - 76 : at - 72] == b"PK\x06\x06":
        (size,) = struct.unpack_from("<Q", tail, at - 36)
    if size > _LARGEST_DIRECTORY:
        name = source.name if isinstance(source, Path) else "the zip"
        raise ReleaseError(f"{name}: the zip holds more than {MOST_MEMBERS:,} files, more than any official one.")


def _first_bytes(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as stream:
        return stream.read(HEAD_BYTES)


def _first_bytes_of_file(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(HEAD_BYTES)


def _unreadable(member: Member, reason: str) -> InspectedFile:
    return InspectedFile(member, b"", f"{member.name}: {reason}.")


def _reason(error: Exception) -> str:
    """Return what went wrong and what to do, in words for the user."""
    if isinstance(error, zipfile.BadZipFile | gzip.BadGzipFile | zlib.error | EOFError | struct.error):
        return f"the packed data is damaged ({error or 'it ends too early'}); download it again"
    if isinstance(error, NotImplementedError):
        return f"packed in a way that is not supported ({error}); unpack it and add the folder"
    if isinstance(error, RuntimeError) and "encrypted" in str(error):
        return "it is encrypted; unpack it with its password and add the folder"
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be read ({error.strerror})"
    return f"it cannot be read ({error})"


def _size_text(count: int) -> str:
    return f"{count >> 30} GB" if count >= 1 << 30 else f"{count >> 20} MB"
