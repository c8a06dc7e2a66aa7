"""A publisher of official files on this machine, which serves real files and misbehaves in every way."""

import html
import io
import threading
import zipfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar

import pytest

from app.codes.systems import System
from app.intake.download import download_file
from app.intake.download_errors import DownloadError
from app.intake.download_urls import Address, Download, Terms
from app.intake.http_client import Limits
from app.paths import resource

URL_TABLE = resource("tables", "downloads.tsv")
QUICK = Limits(connect=5, stall=5, tries=3, pause=0.01)
# Only for servers that stall: on a busy machine a good one may take as long.
IMPATIENT = replace(QUICK, stall=0.4)
ZIP_NAME = "2026-code-descriptions-tabular-order.zip"
ZIP_PATH = f"/files/zip/{ZIP_NAME}"

Behavior = Callable[["Handler"], None]
Served = TypeVar("Served", bound="Publisher")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Publisher"  # pyright: ignore[reportIncompatibleVariableOverride] - it is never another

    def do_GET(self) -> None:
        self.server.calls.append((self.command, self.path, dict(self.headers.items())))
        self.server.answers.get(self.path, status(404))(self)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base's
        """Log nothing."""

    def start(self, code: int, **headers: object) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        if "Content_Length" not in headers:
            self.send_header("Connection", "close")
        self.end_headers()

    def body(self, content: bytes) -> None:
        if self.command != "HEAD":
            self.wfile.write(content)

    def hang_up(self) -> None:
        self.close_connection = True

    def hang(self) -> None:
        """Send no more until the test is over."""
        self.hang_up()
        self.server.over.wait(10)


class Publisher(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Behavior] = {}
        self.calls: list[tuple[str, str, dict[str, str]]] = []
        self.over = threading.Event()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore the error: clients hang up in some tests on purpose."""

    def ranges(self) -> list[str]:
        return [headers.get("Range", "") for _, _, headers in self.calls]

    def download(self, *paths: str, **changes: object) -> Download:
        icd10cm_codes = Download(
            "icd10cm-codes",
            System.ICD10CM,
            "ICD-10-CM codes",
            "FY2026",
            date(2025, 10, 1),
            tuple(Address(self.root + path, f"{self.root}/page") for path in paths or (ZIP_PATH,)),
            "https://www.cms.gov/medicare/coding-billing/icd-10-codes",
            2.2,
            Terms.NONE,
        )
        return replace(icd10cm_codes, **changes)  # pyright: ignore[reportArgumentType]


@contextmanager
def serving(publisher: Served) -> Generator[Served]:
    """Let a publisher serve in a thread of its own until the block ends."""
    thread = threading.Thread(target=publisher.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield publisher
    finally:
        publisher.over.set()
        publisher.shutdown()
        publisher.server_close()
        thread.join()


@dataclass
class ServedFile:
    """A file as a well-behaved publisher serves it: with length, ETag, and ranges while it is unchanged."""

    content: bytes
    etag: str = '"one"'
    kind: str = "application/zip"
    stops: list[int] = field(default_factory=list[int])
    """The numbers of bytes after which an answer breaks off, one for each answer until none remain."""
    headers: dict[str, object] = field(default_factory=dict[str, object])

    def __call__(self, handler: Handler) -> None:
        start = 0
        requested = handler.headers.get("Range", "")
        if requested and handler.headers.get("If-Range") == self.etag:
            start = int(requested.removeprefix("bytes=").removesuffix("-"))
        headers: dict[str, object] = {"Content_Type": self.kind, "ETag": self.etag, **self.headers}
        size = len(self.content)
        if requested and start >= size:
            handler.start(416, Content_Length=0, Content_Range=f"bytes */{size}")
            return
        if start:
            headers["Content_Range"] = f"bytes {start}-{size - 1}/{size}"
        handler.start(206 if start else 200, Content_Length=size - start, **headers)
        if self.stops:
            stop = self.stops.pop(0)
            handler.body(self.content[start : start + stop])
            handler.hang_up()
        else:
            handler.body(self.content[start:])


def status(code: int) -> Behavior:
    return lambda handler: handler.start(code, Content_Length=0)


def redirect_to(url: str) -> Behavior:
    return lambda handler: handler.start(302, Content_Length=0, Location=url)


def page(*links: str, kind: str = "text/html; charset=utf-8") -> Behavior:
    content = "<!DOCTYPE html>\n<title>Made up</title>" + "".join(f'<a href="{html.escape(link)}">' for link in links)
    return lambda handler: (
        handler.start(200, Content_Length=len(content), Content_Type=kind),
        handler.body(content.encode()),
    )[1]


def in_turn(*behaviors: Behavior) -> Behavior:
    """Answer with one behavior after the other, and with the last for all further requests."""
    remaining = list(behaviors)
    return lambda handler: (remaining.pop(0) if len(remaining) > 1 else remaining[0])(handler)


def order_zip(codes: int = 1500, year: int = 2026) -> bytes:
    """Return a zip with a made-up order file, not packed, so that it has some size (140 bytes a code)."""
    rows = "".join(
        f"{n:05} A{n // 100:02}{n % 100:02}   1 {'Made-up disease ' + str(n):60} Made-up disease, number {n}\r\n"
        for n in range(codes)
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # With a fixed date: the same bytes at any time.
        archive.writestr(zipfile.ZipInfo(f"icd10cm_order_{year}.txt", (2025, 10, 1, 0, 0, 0)), rows)
    return buffer.getvalue()


def not_canceled() -> bool:
    return False


def ignore_progress(done: int, total: int | None) -> None:
    """Show no progress."""


def fetch(download: Download, into: Path, limits: Limits = QUICK) -> Path:
    return download_file(download, into, ignore_progress, not_canceled, limits)


def file_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refusal(download: Download, into: Path, limits: Limits = QUICK) -> str:
    """Return the sentence with which a download fails; assert that it names the file and is one sentence."""
    with pytest.raises(DownloadError) as caught:
        fetch(download, into, limits)
    text = str(caught.value)
    assert text.startswith(f"{download.title}: ")
    assert text.endswith(".")
    assert "\n" not in text
    return text
