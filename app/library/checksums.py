"""Checksums of a database that is only read: one for each block, appended to the file when it is made.

A bit that flips on a disk leaves a page that SQLite reads without an error: a valid code for a heading, type 1 for
type 2. `PRAGMA integrity_check` compares the structure of a file, not its texts. SQLite's own answer, the extension
cksumvfs, cannot be had from Python's `sqlite3`: no registry brings it, the module can be built without the loading of
extensions (it is on macOS, and here), and it has no call to reserve the bytes that the extension needs on each page.
It would also be asked at every keystroke.

The checksums stand behind the last page that the header of the database counts, where SQLite does not read. So a
database is one file still: what copies, moves or replaces it takes them along. Layout, numbers big-endian:

    8 bytes for each block     BLAKE2b of its bytes
    4, 8 bytes                 bytes in a block; bytes of the database without what follows it
    16 bytes                   BLAKE2b of all this
    15 bytes                   TAG
"""

import hashlib
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from app.library.open import DatabaseKind, LibraryError, check_header, database_bytes

BLOCK_BYTES = 65536
"""Bytes that share a checksum. Read in less than a millisecond, so that a check can pause often."""

TAG = b"codarium sums 1"

_SIZES = struct.Struct(">IQ")
_DIGEST, _SEAL = 8, 16
# An odd number, however many blocks there are: no wrong size of page or number of pages, which are multiples of 512,
# makes a file with checksums look like one without.
_TAIL = _SIZES.size + _SEAL + len(TAG)


class UncheckedError(LibraryError):
    """A database without checksums: whether it is damaged cannot be told."""


def add_checksums(path: Path) -> None:
    """Append the checksums of a database to its file, in place of any that it has."""
    with path.open("rb+") as file:
        length = database_bytes(file.read(100))
        digests = b"".join(map(_digest, _blocks(file, length)))
        checked = digests + _SIZES.pack(BLOCK_BYTES, length)
        file.seek(length)
        file.write(checked + _seal(checked) + TAG)
        file.truncate()


def remove_checksums(path: Path) -> None:
    """Leave only the database in a file: before it is changed, since its checksums are wrong then."""
    with path.open("rb+") as file:
        file.truncate(database_bytes(file.read(100)))


def check_blocks(path: Path, kind: DatabaseKind) -> Iterator[int]:
    """Compare a database with its checksums; give the number of each block that is as it was written.

    Raises LibraryError for the first that is not, and UncheckedError for a file without checksums. Who is in no hurry
    can pause between two blocks.
    """
    check_header(path, kind)
    try:
        with path.open("rb") as file:
            length, digests = _read_digests(file, path, kind)
            for number, block in enumerate(_blocks(file, length)):
                if _digest(block) != digests[number]:
                    start = number * BLOCK_BYTES
                    place = f"bytes {start:,} to {start + BLOCK_BYTES - 1:,}"
                    raise _damage(path, kind, f"{place} are not as they were written")
                yield number
    except OSError as error:
        raise kind.refusal(f"The {kind.name} {path} cannot be read ({error.strerror})") from error


def check_checksums(path: Path, kind: DatabaseKind) -> int:
    """Compare all of a database with its checksums, and return the number of blocks; raises as `check_blocks` does."""
    return sum(1 for _ in check_blocks(path, kind))


def refuse_damaged(path: Path, kind: DatabaseKind) -> None:
    """Raise LibraryError if a database is not as it was written; one without checksums is taken as it is."""
    with suppress(UncheckedError):
        check_checksums(path, kind)


def _read_digests(file: BinaryIO, path: Path, kind: DatabaseKind) -> tuple[int, list[bytes]]:
    """Return the bytes of the database in a file, and the checksum of each block."""
    length = database_bytes(file.read(100))
    file.seek(length)
    tail = file.read()
    if not tail:
        raise UncheckedError(
            f"The {kind.name} {path} has no checksums: another version of Codarium has made it, or it was cut off. "
            f"{kind.remedy}"
        )
    checked, seal, tag = tail[: -_SEAL - len(TAG)], tail[-_SEAL - len(TAG) : -len(TAG)], tail[-len(TAG) :]
    count = -(-length // BLOCK_BYTES)
    is_whole = len(tail) == count * _DIGEST + _TAIL and tag == TAG and seal == _seal(checked)
    if not is_whole or checked[-_SIZES.size :] != _SIZES.pack(BLOCK_BYTES, length):
        raise _damage(path, kind, "its checksums are not as they were written")
    return length, [checked[start : start + _DIGEST] for start in range(0, count * _DIGEST, _DIGEST)]


def _blocks(file: BinaryIO, length: int) -> Iterator[bytes]:
    """Give the first `length` bytes of a file in blocks; the last may be shorter."""
    for start in range(0, length, BLOCK_BYTES):
        # Again for each block: the file may be in use for something else between two of them.
        file.seek(start)
        yield file.read(min(BLOCK_BYTES, length - start))


def _damage(path: Path, kind: DatabaseKind, problem: str) -> LibraryError:
    return kind.refusal(f"The {kind.name} {path} is damaged: {problem}")


def _digest(block: bytes) -> bytes:
    return hashlib.blake2b(block, digest_size=_DIGEST).digest()


def _seal(checked: bytes) -> bytes:
    return hashlib.blake2b(checked, digest_size=_SEAL).digest()
