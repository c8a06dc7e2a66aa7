"""Interrupted downloads: they are resumed if the file is the same, and start over otherwise."""

import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from itertools import pairwise
from pathlib import Path

import pytest

from app.intake.download import download_file
from app.intake.download_errors import DownloadCanceledError
from tests.intake.download.publisher import (
    QUICK,
    ZIP_NAME,
    ZIP_PATH,
    Behavior,
    Handler,
    Publisher,
    ServedFile,
    fetch,
    file_names,
    in_turn,
    not_canceled,
    order_zip,
)


def test_an_interrupted_download_is_resumed(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()
    publisher.answers[ZIP_PATH] = ServedFile(content, stops=[100_000, 50_000])
    progress: list[tuple[int, int | None]] = []
    path = download_file(
        publisher.download(), tmp_path, lambda done, total: progress.append((done, total)), not_canceled, QUICK
    )
    assert path == tmp_path / ZIP_NAME
    assert path.read_bytes() == content
    assert file_names(tmp_path) == [ZIP_NAME]
    assert publisher.ranges() == ["", "bytes=100000-", "bytes=150000-"]
    assert progress[-1] == (len(content), len(content))
    assert all(before[0] <= after[0] for before, after in pairwise(progress))


def test_a_canceled_download_keeps_its_part_for_the_next_time(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()

    def slow(handler: Handler) -> None:
        handler.start(200, Content_Length=len(content), ETag='"one"')
        for start in range(0, len(content), 2_000):
            handler.body(content[start : start + 2_000])
            time.sleep(0.05)

    publisher.answers[ZIP_PATH] = in_turn(slow, ServedFile(content))
    received: list[int] = []
    began = time.monotonic()
    with pytest.raises(DownloadCanceledError, match="canceled"):
        download_file(
            publisher.download(),
            tmp_path,
            lambda done, total: received.append(done),
            lambda: bool(received) and received[-1] > 20_000,
            QUICK,
        )
    assert time.monotonic() - began < 3
    assert file_names(tmp_path) == [f"{ZIP_NAME}.part", f"{ZIP_NAME}.part.json"]
    part_size = (tmp_path / f"{ZIP_NAME}.part").stat().st_size
    assert 0 < part_size < len(content)
    assert fetch(publisher.download(), tmp_path).read_bytes() == content
    assert publisher.ranges() == ["", f"bytes={part_size}-"]
    assert file_names(tmp_path) == [ZIP_NAME]


def test_a_server_that_ignores_ranges_starts_over(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()

    def ignores(handler: Handler) -> None:
        del handler.headers["Range"]
        broken(handler)

    broken = ServedFile(content, stops=[100_000])
    publisher.answers[ZIP_PATH] = ignores
    assert fetch(publisher.download(), tmp_path).read_bytes() == content
    assert publisher.ranges() == ["", "bytes=100000-"]


@pytest.mark.parametrize("honest", [True, False], ids=["reports the change", "sends the rest of the new file"])
def test_a_file_that_changes_in_between_is_never_a_mix_of_both(
    publisher: Publisher, tmp_path: Path, honest: bool
) -> None:
    new = order_zip(1600)
    changed_file = ServedFile(new, etag='"two"')

    def careless(handler: Handler) -> None:
        # Ignores If-Range.
        if handler.headers.get("Range"):
            del handler.headers["If-Range"]
            handler.headers["If-Range"] = '"two"'
        changed_file(handler)

    publisher.answers[ZIP_PATH] = in_turn(
        ServedFile(order_zip(), stops=[100_000]), changed_file if honest else careless
    )
    assert fetch(publisher.download(), tmp_path).read_bytes() == new
    assert file_names(tmp_path) == [ZIP_NAME]


def test_only_the_bytes_that_follow_are_appended_to_a_part(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()

    def sends(start: int, stop: int) -> Behavior:
        span = f"bytes {start}-{stop - 1}/{len(content)}"
        return lambda handler: (
            handler.start(206, Content_Length=stop - start, ETag='"one"', Content_Range=span),
            handler.body(content[start:stop]),
        )[1]

    # Two answers with less than was requested, then one from a wrong position, which spoils the part.
    publisher.answers[ZIP_PATH] = in_turn(
        ServedFile(content, stops=[100_000]), sends(100_000, 120_000), sends(90_000, len(content)), ServedFile(content)
    )
    assert fetch(publisher.download(), tmp_path, replace(QUICK, tries=5)).read_bytes() == content
    assert publisher.ranges() == ["", "bytes=100000-", "bytes=120000-", ""]


def test_without_a_strong_etag_a_download_starts_over(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()
    publisher.answers[ZIP_PATH] = ServedFile(content, etag='W/"weak"', stops=[100_000])
    assert fetch(publisher.download(), tmp_path).read_bytes() == content
    assert publisher.ranges() == ["", ""]


def test_last_modified_replaces_a_missing_etag(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()
    changed = "Wed, 01 Oct 2025 00:00:00 GMT"
    served = ServedFile(content, etag=changed, stops=[100_000])

    def without_etag(handler: Handler) -> None:
        handler.send_header = lambda keyword, value: BaseHTTPRequestHandler.send_header(  # pyright: ignore[reportAttributeAccessIssue]
            handler, "Last-Modified" if keyword == "ETag" else keyword, value
        )
        served(handler)

    publisher.answers[ZIP_PATH] = without_etag
    assert fetch(publisher.download(), tmp_path).read_bytes() == content
    assert publisher.ranges() == ["", "bytes=100000-"]


def test_a_complete_part_is_only_checked(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()
    publisher.answers[ZIP_PATH] = ServedFile(content)
    (tmp_path / f"{ZIP_NAME}.part").write_bytes(content)
    note = f'{{"url": "{publisher.root}{ZIP_PATH}", "etag": "\\"one\\"", "modified": ""}}'
    (tmp_path / f"{ZIP_NAME}.part.json").write_text(note, encoding="utf-8")
    assert fetch(publisher.download(), tmp_path).read_bytes() == content
    assert publisher.ranges() == [f"bytes={len(content)}-"]


@pytest.mark.parametrize(
    "note", ["", "{", "[1]", '{"url": "https://elsewhere/", "etag": "a", "modified": ""}', "[" * 9999]
)
def test_a_part_of_unknown_origin_starts_over(publisher: Publisher, tmp_path: Path, note: str) -> None:
    publisher.answers[ZIP_PATH] = ServedFile(order_zip())
    (tmp_path / f"{ZIP_NAME}.part").write_bytes(b"something")
    (tmp_path / f"{ZIP_NAME}.part.json").write_text(note, encoding="utf-8")
    assert fetch(publisher.download(), tmp_path).read_bytes() == order_zip()
    assert publisher.ranges() == [""]
