"""The transfer of one file from one address: resumed where it was interrupted, and checked when it is complete."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote, urlsplit

from app.durable_files import flush_file, replace_file
from app.intake.call_thread import stop_if_canceled
from app.intake.download_errors import BrokenConnectionError, RefusedError, UnusableFileError
from app.intake.download_urls import Download
from app.intake.http_client import (
    Client,
    Limits,
    check_status,
    content_length,
    is_web_page,
    pause,
    send_request,
    unreachable,
)
from app.library.progress import Canceled
from app.releases.errors import ReleaseError
from app.releases.files.containers import HEAD_BYTES, Member
from app.releases.recognition.recognize import recognize

if TYPE_CHECKING:
    import httpx

ByteProgress = Callable[[int, int | None], None]
"""Called with the number of bytes received and the size of the file, None if that is not known."""


@dataclass(frozen=True, slots=True)
class _PartialFile:
    """The facts on a partial file: its URL, and the headers by which the server recognizes the file."""

    url: str
    etag: str
    modified: str

    @property
    def validator(self) -> str:
        """The value of the header If-Range. A weak ETag does not promise the same bytes."""
        value = self.etag if self.etag and not self.etag.startswith("W/") else self.modified
        # A value that could not be sent back as it came is no validator.
        return value if value.isascii() and value.isprintable() else ""


_ENOUGH_PROGRESS = 1 << 20
_LONGEST_NAME = 120
_LONGEST_NOTE = 10_000
_HTML = (b"<!doctype html", b"<html")
_CONTENT_RANGE = re.compile(r"bytes\s+([0-9]{1,15})-[0-9]{1,15}/([0-9]{1,15}|\*)")
_RESTART = (412, 416)


class FileTransfer:
    """One file from one address, tried until it is complete or no further attempt can help.

    The bytes received so far stay beside the file as `.part`, with a note in `.part.json`.
    """

    def __init__(
        self,
        client: Client,
        download: Download,
        folder: Path,
        url: str,
        progress: ByteProgress,
        canceled: Canceled,
        limits: Limits,
    ) -> None:
        self._client = client
        self._download = download
        self._url = url
        self._progress = progress
        self._canceled = canceled
        self._limits = limits
        self._file = folder / _file_name(url, download)
        self._part = folder / f"{self._file.name}.part"
        self._note = folder / f"{self._file.name}.part.json"

    def run(self) -> Path:
        """Return the path of the complete file.

        Raises NotFoundError, RefusedError, UnreachableError, DownloadCanceledError or OSError.
        """
        failures = 0
        while True:
            before = self._size_so_far()
            stop_if_canceled(self._canceled, self._url)
            try:
                self._attempt()
                return self._check_and_rename()
            except UnusableFileError:
                self._discard_part()
                raise
            except BrokenConnectionError as error:
                # A poor connection that brings something each time gets there in the end.
                progressed = self._size_so_far() >= before + _ENOUGH_PROGRESS
                failures = 1 if progressed else failures + 1
                if failures >= self._limits.tries:
                    raise unreachable(self._url, error, self._limits) from error
            pause(self._limits.pause * 2 ** (failures - 1), self._canceled, self._url)

    def _attempt(self) -> None:
        """Make one request; at its end the part is complete."""
        size = self._size_so_far()
        partial = self._read_note()
        headers: dict[str, str] = {}
        if size and partial is not None and partial.validator:
            headers = {"Range": f"bytes={size}-", "If-Range": partial.validator}
        with send_request(self._client, "GET", self._url, headers, self._canceled, self._limits) as response:
            if response.status_code == 416 and response.headers.get("Content-Range", "") == f"bytes */{size}":
                # The file was complete when the program was stopped.
                return
            if headers and response.status_code in _RESTART:
                self._discard_part()
                raise BrokenConnectionError("the file has changed since the download began")
            self._check_answer(response)
            answered = _PartialFile(
                self._url, response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
            )
            if response.status_code == 206:
                start, total = self._resumed_at(response, size, partial if headers else None, answered)
            else:
                start, total = 0, content_length(response)
            if total is not None and total > self._limits.largest:
                raise RefusedError(self._describe_too_large())
            with self._part.open("ab" if start else "wb") as out:
                if not start:
                    # After the old part is emptied, so that the note never describes other bytes.
                    note = {"url": answered.url, "etag": answered.etag, "modified": answered.modified}
                    self._note.write_text(json.dumps(note), encoding="utf-8")
                size = self._copy(response, out, start, total)
        if total is not None and size != total:
            raise BrokenConnectionError(f"{size:,} of {total:,} bytes were received")

    def _check_answer(self, response: "httpx.Response") -> None:
        """Raise an error if an answer is no file that can be received as it is."""
        check_status(response)
        if is_web_page(response):
            raise RefusedError(_describe_web_page(self._url))
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise RefusedError(
                f"{self._url} compresses the file although it was not asked to; open the page in a browser"
            )

    def _resumed_at(
        self, response: "httpx.Response", size: int, partial: _PartialFile | None, answered: _PartialFile
    ) -> tuple[int, int | None]:
        """Return the byte at which a partial answer goes on, and the size of the file.

        `partial` is None if no range was asked for. Raises BrokenConnectionError if the answer does not fit the part.
        """
        match = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        fits = (
            partial is not None and answered.etag in ("", partial.etag) and answered.modified in ("", partial.modified)
        )
        if match is None or int(match[1]) != size or not fits:
            self._discard_part()
            raise BrokenConnectionError("it does not go on with the same file")
        return size, None if match[2] == "*" else int(match[2])

    def _copy(self, response: "httpx.Response", out: BinaryIO, size: int, total: int | None) -> int:
        """Write the bytes of an answer behind the first `size`, and return the size then."""
        self._progress(size, total)
        since, size_then = time.monotonic(), size
        # Without a chunk size it gives what has been received, and does not wait for more.
        stream = response.iter_raw()
        for block in self._client.thread.blocks(stream, self._limits.stall, self._canceled, self._url):
            if size == 0 and block[:HEAD_BYTES].lstrip().lower().startswith(_HTML):
                raise UnusableFileError(_describe_web_page(self._url))
            size += len(block)
            if size > self._limits.largest or (total is not None and size > total):
                raise UnusableFileError(self._describe_too_large())
            out.write(block)
            self._progress(size, total)
            stop_if_canceled(self._canceled, self._url)
            now = time.monotonic()
            if now - since > self._limits.stall:
                if size - size_then < self._limits.rate * (now - since):
                    raise BrokenConnectionError("hardly any data is received")
                since, size_then = now, size
        return size

    def _check_and_rename(self) -> Path:
        """Move the part to its name if it is, to the last byte, a file that Codarium reads."""
        try:
            recognized, unread = recognize(self._part)
            for file in recognized:
                _read_through(file.member)
        except ReleaseError as error:
            raise UnusableFileError(f"the file from {self._url} is damaged ({_without_name(error)})") from error
        system = self._download.system
        if not any(system is None or file.system in (None, system) for file in recognized):
            reason = next((file.reason for file in unread), "it belongs to another code set")
            if recognized:
                reason = f"it is {recognized[0].format}"
            raise UnusableFileError(
                f"the file from {self._url} is not the expected one ({reason.rstrip('.')}); open {self._download.page} "
                "in a browser and add the file by hand"
            )
        flush_file(self._part)
        replace_file(self._part, self._file)
        self._note.unlink(missing_ok=True)
        return self._file

    def _size_so_far(self) -> int:
        try:
            return self._part.stat().st_size
        except FileNotFoundError:
            return 0

    def _read_note(self) -> _PartialFile | None:
        """The note on the part, None if it is of another address or cannot be read."""
        try:
            with self._note.open(encoding="utf-8") as stream:
                note: object = json.loads(stream.read(_LONGEST_NOTE))
        except (OSError, ValueError, RecursionError):
            return None
        match note:
            case {"url": str(url), "etag": str(etag), "modified": str(modified)} if url == self._url:
                return _PartialFile(url, etag, modified)
            case _:
                return None

    def _discard_part(self) -> None:
        self._part.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def _describe_too_large(self) -> str:
        return (
            f"{self._url} gives more than it announced or than {self._limits.largest >> 20} MB, "
            "which no official file has; it is not kept"
        )


def _read_through(member: Member) -> None:
    """Read a file to its end, so that the checksums in a zip are checked."""
    with member.open() as stream:
        while stream.read(HEAD_BYTES):
            pass


def _describe_web_page(url: str) -> str:
    return f"{url} gives a web page instead of the file; open it in a browser and add the file by hand"


def _without_name(error: Exception) -> str:
    """The text of an error, without the name of the part."""
    return str(error).rpartition(".part: ")[2].rstrip(".")


def _file_name(url: str, download: Download) -> str:
    """The name of a file on the disk: the publisher's, since that may tell the release.

    Some names of CMS contain slashes: `/files/zip/rvu24a-updated-04/01/2024.zip`.
    """
    path = unquote(urlsplit(url).path)
    name = path.partition("/files/zip/")[2] or path.rpartition("/")[2]
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-")[-_LONGEST_NAME:]
    if name.rpartition(".")[2].lower() in ("zip", "xlsx", "xml", "txt", "csv"):
        return name
    return f"{download.key}-{name}.zip" if name else f"{download.key}.zip"
