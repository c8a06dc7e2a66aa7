"""Files as they come, alone, in a folder or in a zip: what a reader opens, without a way out of its bounds."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.releases.records import ReleaseError


@dataclass(frozen=True, slots=True)
class Member:
    """A file that is to be read: one on the disk (`inside` empty), or one inside the zip `path`.

    `size` is that of the bytes that `open` gives.
    """

    path: Path
    inside: str
    size: int

    @property
    def name(self) -> str:
        """How messages and `sets` name it: `2026-tables.zip › icd10cm_order_2026.txt`."""
        return f"{self.path.name} › {self.inside}" if self.inside else self.path.name

    def open(self) -> BinaryIO:
        """The bytes from the beginning, to be closed by the caller. Raises ReleaseError for what cannot be read."""
        if not self.inside:
            return self.path.open("rb")
        with zipfile.ZipFile(self.path) as archive:
            return io.BytesIO(archive.read(self.inside))


def single(path: Path) -> Member:
    """A file on the disk that is no container."""
    return Member(path, "", path.stat().st_size)


def members(path: Path) -> Iterator[Member]:
    """Every file of a folder or zip, or the file itself, in the order of their names."""
    if path.is_dir():
        for below in sorted(path.rglob("*")):
            if below.is_file():
                yield from members(below)
    elif zipfile.is_zipfile(path) and path.suffix.lower() != ".xlsx":
        try:
            with zipfile.ZipFile(path) as archive:
                infos = sorted(archive.infolist(), key=lambda info: info.filename)
        except zipfile.BadZipFile as error:
            raise ReleaseError(f"{path.name}: not a zip that can be read ({error}).") from error
        for info in infos:
            if not info.is_dir():
                yield Member(path, info.filename, info.file_size)
    else:
        yield single(path)
