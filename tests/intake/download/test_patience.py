"""Servers that keep a caller waiting: deadlines for headers, pages and files, and a cancel within a second."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.intake.call_thread import CallThread
from app.intake.download import download_file, plan_downloads
from app.intake.download_errors import BrokenConnectionError, DownloadCanceledError
from tests.intake.download.publisher import (
    QUICK,
    ZIP_PATH,
    Handler,
    Publisher,
    ServedFile,
    fetch,
    ignore_progress,
    not_canceled,
    order_zip,
    refusal,
)

SHORT = replace(QUICK, answer=0.5, page_time=0.5, stall=5, tries=2)


def drip(handler: Handler, piece: bytes) -> None:
    """Send a piece again and again, each well before a timeout of the socket, until the test is over."""
    handler.hang_up()
    while not handler.server.over.wait(0.05):
        handler.wfile.write(piece)


def drip_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    drip(handler, b"x")


def drip_page(handler: Handler) -> None:
    handler.start(200, Content_Type="application/octet-stream")
    drip(handler, b" ")


def drip_chunk_size(handler: Handler) -> None:
    """An extension of a chunk's size has no end, so that no block is ever complete."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=")
    drip(handler, b"x")


def drip_redirect(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: " + ZIP_PATH.encode() + b"\r\nContent-Length: 100000\r\n\r\n")
    drip(handler, b"x")


def silence(handler: Handler) -> None:
    handler.hang()


@pytest.mark.slow
def test_headers_that_trickle_end_at_a_deadline(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers[ZIP_PATH] = drip_headers
    began = time.monotonic()
    assert "failed after 2 attempts (it does not answer in time)" in refusal(publisher.download(), tmp_path, SHORT)
    assert time.monotonic() - began < 5
    assert len(publisher.calls) == 2


@pytest.mark.slow
def test_a_page_that_trickles_ends_at_a_deadline(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers["/page"] = drip_page
    began = time.monotonic()
    assert "in time" in refusal(publisher.download("/files/zip/2026*.zip"), tmp_path, SHORT)
    assert time.monotonic() - began < 5


@pytest.mark.slow
def test_a_block_that_is_never_complete_ends_at_a_deadline(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers[ZIP_PATH] = drip_chunk_size
    began = time.monotonic()
    assert "in time" in refusal(publisher.download(), tmp_path, replace(SHORT, answer=5, stall=0.5))
    assert time.monotonic() - began < 5


def test_the_body_of_a_redirect_is_not_waited_for(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers["/old.zip"] = drip_redirect
    publisher.answers[ZIP_PATH] = ServedFile(order_zip())
    assert fetch(publisher.download("/old.zip"), tmp_path, SHORT).name == "old.zip"


@pytest.mark.slow
def test_a_file_must_come_at_a_least_rate_over_the_whole(publisher: Publisher, tmp_path: Path) -> None:
    """It begins at full speed, and goes on with 2,000 bytes a second, where ten thousand are asked for."""
    content = order_zip()

    def slows_down(handler: Handler) -> None:
        handler.start(200, Content_Length=len(content), ETag='"one"')
        handler.body(content[:100_000])
        drip(handler, content[:100])

    publisher.answers[ZIP_PATH] = slows_down
    began = time.monotonic()
    limits = replace(QUICK, stall=0.5, rate=10_000, tries=1)
    assert "hardly any data" in refusal(publisher.download(), tmp_path, limits)
    assert time.monotonic() - began < 5


@pytest.mark.slow
@pytest.mark.parametrize("path", [ZIP_PATH, "/files/zip/2026*.zip"], ids=["file", "page"])
@pytest.mark.parametrize("behavior", [silence, drip_headers, drip_page, drip_chunk_size])
def test_a_cancel_is_noticed_within_a_second(
    publisher: Publisher, tmp_path: Path, path: str, behavior: Callable[[Handler], None]
) -> None:
    publisher.answers[ZIP_PATH] = publisher.answers["/page"] = behavior
    asked = time.monotonic() + 0.3

    def canceled() -> bool:
        return time.monotonic() > asked

    with pytest.raises(DownloadCanceledError):
        download_file(publisher.download(path), tmp_path, ignore_progress, canceled, replace(QUICK, stall=30))
    assert time.monotonic() - asked < 1
    with pytest.raises(DownloadCanceledError):
        plan_downloads([publisher.download(path)], canceled)
    assert time.monotonic() - asked < 1


@pytest.mark.slow
def test_a_server_that_begins_no_encryption_is_left_as_soon(tmp_path: Path) -> None:
    """A connection that is made and not answered is no request yet, to which the timeouts would apply."""
    publisher = Publisher()
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"https://127.0.0.1:{server.getsockname()[1]}/a.zip"
        download = publisher.download()
        download = replace(download, addresses=(replace(download.addresses[0], url=url),))
        asked = time.monotonic() + 0.3
        with pytest.raises(DownloadCanceledError):
            download_file(download, tmp_path, ignore_progress, lambda: time.monotonic() > asked)
        assert time.monotonic() - asked < 1
    publisher.server_close()


def test_a_thread_that_hangs_is_left_and_another_takes_the_next_call() -> None:
    thread, over = CallThread(), threading.Event()
    with pytest.raises(BrokenConnectionError, match="in time"):
        thread.call(lambda: over.wait(10), 0.1, not_canceled, "https://example.org")
    assert thread.call(lambda: 7, 5, not_canceled, "https://example.org") == 7
    over.set()
    thread.close()
