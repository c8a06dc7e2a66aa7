"""Failed downloads: each ends with one sentence, and no damaged file is kept."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.codes.systems import System
from app.intake.download import plan_downloads
from app.intake.download_urls import Address, downloads_in_force, read_patterns
from tests.intake.download.publisher import (
    IMPATIENT,
    QUICK,
    URL_TABLE,
    ZIP_NAME,
    ZIP_PATH,
    Handler,
    Publisher,
    ServedFile,
    fetch,
    file_names,
    in_turn,
    not_canceled,
    order_zip,
    page,
    redirect_to,
    refusal,
    status,
)


def test_the_next_address_is_tried_if_the_first_has_no_file(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers[ZIP_PATH] = ServedFile(order_zip())
    publisher.answers["/gone.zip"] = status(410)
    assert fetch(publisher.download("/a.zip", "/gone.zip", ZIP_PATH), tmp_path).name == ZIP_NAME
    assert [path for _, path, _ in publisher.calls] == ["/a.zip", "/gone.zip", ZIP_PATH]


def test_the_message_for_a_missing_release_names_where_to_correct_the_address(
    publisher: Publisher, tmp_path: Path
) -> None:
    text = refusal(publisher.download("/a.zip", "/b.zip"), tmp_path)
    assert f"there is no file at {publisher.root}/a.zip" in text
    assert "downloads.tsv" in text
    assert "icd10cm-codes" in text
    assert "https://www.cms.gov/medicare/coding-billing/icd-10-codes" in text
    assert "not published yet" in refusal(publisher.download(upcoming=True), tmp_path)
    assert file_names(tmp_path) == []


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/zip"])
def test_a_web_page_instead_of_a_zip_is_reported_and_not_kept(publisher: Publisher, tmp_path: Path, kind: str) -> None:
    publisher.answers[ZIP_PATH] = page(kind=kind)
    text = refusal(publisher.download(), tmp_path)
    assert f"{publisher.root}{ZIP_PATH} gives a web page" in text
    assert "browser" in text
    assert file_names(tmp_path) == []
    publisher.answers["/b.zip"] = ServedFile(order_zip())
    assert fetch(publisher.download(ZIP_PATH, "/b.zip"), tmp_path).name == "b.zip"


def test_a_web_page_in_between_does_not_spoil_the_part(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()
    publisher.answers[ZIP_PATH] = in_turn(ServedFile(content, stops=[100_000]), page(), ServedFile(content))
    assert "web page" in refusal(publisher.download(), tmp_path)
    assert fetch(publisher.download(), tmp_path).read_bytes() == content
    assert publisher.ranges()[-1] == "bytes=100000-"


def test_a_failing_server_is_tried_again_and_then_another(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers[ZIP_PATH] = in_turn(status(503), status(500), ServedFile(order_zip()))
    assert fetch(publisher.download(), tmp_path).name == ZIP_NAME
    publisher.calls.clear()
    publisher.answers[ZIP_PATH] = status(500)
    text = refusal(publisher.download(ZIP_PATH, "/other.zip"), tmp_path)
    assert "failed after 3 attempts" in text
    assert "500" in text
    # The second address is of the same publisher, which does not answer.
    assert [path for _, path, _ in publisher.calls] == [ZIP_PATH] * 3
    publisher.answers["/cdc.zip"] = ServedFile(order_zip())
    elsewhere = Address(f"http://localhost:{publisher.server_port}/cdc.zip", "")
    download = publisher.download()
    assert fetch(replace(download, addresses=(*download.addresses, elsewhere)), tmp_path).name == "cdc.zip"


def test_a_refusal_of_programs_is_not_tried_again(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers[ZIP_PATH] = status(403)
    assert "refuses to answer a program (403); open the page in a browser" in refusal(publisher.download(), tmp_path)
    assert len(publisher.calls) == 1


def test_an_unreachable_server_is_reported_after_a_few_tries(publisher: Publisher, tmp_path: Path) -> None:
    download = publisher.download()
    publisher.server_close()
    text = refusal(download, tmp_path)
    assert "is online" in text
    assert "[Errno" not in text


def test_redirects_are_followed_within_limits(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers["/old.zip"] = redirect_to(ZIP_PATH)
    publisher.answers[ZIP_PATH] = ServedFile(order_zip())
    assert fetch(publisher.download("/old.zip"), tmp_path).name == "old.zip"
    publisher.answers["/round.zip"] = redirect_to("/round.zip")
    assert "in a circle" in refusal(publisher.download("/round.zip"), tmp_path)
    for target in ("http://www.cms.gov/a.zip", "ftp://ftp.cdc.gov/a.zip", "file:///etc/passwd"):
        publisher.answers["/out.zip"] = redirect_to(target)
        text = refusal(publisher.download("/out.zip"), tmp_path)
        assert "is not called" in text or "cannot be called" in text
    assert file_names(tmp_path) == ["old.zip"]


@pytest.mark.slow
@pytest.mark.parametrize("drips", [False, True], ids=["silent", "drips"])
def test_a_stalled_download_fails_and_keeps_its_part(publisher: Publisher, tmp_path: Path, drips: bool) -> None:
    content = order_zip()

    def stalls(handler: Handler) -> None:
        requested = handler.headers.get("Range", "")
        start = int(requested[6:-1]) if requested else 0
        span = {"Content_Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if requested else {}
        handler.start(206 if requested else 200, Content_Length=len(content) - start, ETag='"one"', **span)
        handler.body(content[start : start + 10_000])
        handler.hang_up()
        while drips and not handler.server.over.wait(0.05):
            handler.body(content[:1])
        handler.hang()

    publisher.answers[ZIP_PATH] = stalls
    began = time.monotonic()
    assert "failed after 3 attempts" in refusal(publisher.download(), tmp_path, IMPATIENT)
    assert time.monotonic() - began < 15
    assert (tmp_path / f"{ZIP_NAME}.part").stat().st_size >= 30_000


@pytest.mark.slow
def test_a_server_that_never_answers_fails_in_time(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers[ZIP_PATH] = lambda handler: handler.hang()
    began = time.monotonic()
    assert "in time" in refusal(publisher.download(), tmp_path, IMPATIENT)
    assert time.monotonic() - began < 15


def test_no_more_is_read_than_announced_or_allowed(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()

    def endless(handler: Handler) -> None:
        handler.start(200)
        handler.hang_up()
        while not handler.server.over.is_set():
            handler.body(content)

    small = replace(QUICK, largest=1 << 20)
    publisher.answers[ZIP_PATH] = endless
    assert "than 1 MB" in refusal(publisher.download(), tmp_path, small)
    publisher.answers[ZIP_PATH] = ServedFile(content, headers={"X": "y"})
    assert "more than" in refusal(publisher.download(), tmp_path, replace(QUICK, largest=1000))
    # Announces 1,000 bytes and sends all: the bytes beyond are not read, and the first ones are no complete zip.
    publisher.answers[ZIP_PATH] = lambda handler: (handler.start(200, Content_Length=1000), handler.body(content))[1]
    assert "damaged or incomplete" in refusal(publisher.download(), tmp_path)
    assert file_names(tmp_path) == []


def test_damaged_and_other_files_are_not_kept(publisher: Publisher, tmp_path: Path) -> None:
    before = order_zip(100)
    (tmp_path / ZIP_NAME).write_bytes(before)
    content = bytearray(order_zip())
    content[100_000] ^= 1
    publisher.answers[ZIP_PATH] = ServedFile(bytes(content))
    assert "damaged" in refusal(publisher.download(), tmp_path)
    publisher.answers[ZIP_PATH] = ServedFile(b"Nothing that anybody reads.\n" * 10, kind="text/plain")
    assert "Not a file that Codarium reads" in refusal(publisher.download(), tmp_path)
    publisher.answers[ZIP_PATH] = ServedFile(b"")
    assert "empty" in refusal(publisher.download(), tmp_path)
    publisher.answers[ZIP_PATH] = ServedFile(order_zip())
    assert "ICD-10-CM order file" in refusal(publisher.download(system=System.HCPCS), tmp_path)
    assert file_names(tmp_path) == [ZIP_NAME]
    assert (tmp_path / ZIP_NAME).read_bytes() == before


HOSTILE_ANSWERS = [
    b"",
    b"\0\0\0\0",
    b"HTTP/1.1 999 \xff\xff\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nabc",
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nabcdefg",
    b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nabc",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    b'HTTP/1.1 200 OK\r\nETag: "\xe9"\r\nContent-Length: 9\r\n\r\nabc',
    b"HTTP/1.1 200 OK\r\nETag: " + b"a" * 20_000 + b"\r\nContent-Length: 9\r\n\r\nabc",
    b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000 + b"\r\n",
    b"HTTP/1.1 206 Partial\r\nContent-Range: bytes 7-9/10\r\nContent-Length: 3\r\n\r\nabc",
    b"HTTP/1.1 206 Partial\r\nContent-Range: bytes \xb2-\xb2/*\r\nContent-Length: 3\r\n\r\nabc",
    b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe:\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: https://" + b"a" * 300 + b"/\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 304 Not Modified\r\n\r\n",
    b"HTTP/1.1 416 Range\r\nContent-Range: bytes */0\r\nContent-Length: 0\r\n\r\n",
]


@pytest.mark.parametrize("answer", HOSTILE_ANSWERS, ids=range(len(HOSTILE_ANSWERS)))
def test_any_answer_of_a_server_fails_with_one_sentence(publisher: Publisher, tmp_path: Path, answer: bytes) -> None:
    def send(handler: Handler) -> None:
        handler.wfile.write(answer)
        handler.hang_up()

    publisher.answers[ZIP_PATH] = publisher.answers["/page"] = send
    refusal(publisher.download(), tmp_path)
    # Again, with the files that the first attempt may have left.
    refusal(publisher.download(ZIP_PATH, "/files/zip/2026*.zip"), tmp_path)
    assert all(name.startswith(f"{ZIP_NAME}.part") for name in file_names(tmp_path))
    (planned,) = plan_downloads([publisher.download("/files/zip/2026*.zip", ZIP_PATH)], not_canceled, QUICK)
    assert planned.size is None or planned.size < 1 << 60


def test_a_full_disk_is_reported(publisher: Publisher, tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full, which is a disk without room")
    publisher.answers[ZIP_PATH] = ServedFile(order_zip())
    (tmp_path / ZIP_NAME).write_bytes(b"as it was")
    (tmp_path / f"{ZIP_NAME}.part").symlink_to(full)
    assert "the disk is full; free some space" in refusal(publisher.download(), tmp_path)
    assert (tmp_path / ZIP_NAME).read_bytes() == b"as it was"


def test_a_folder_that_cannot_be_written_to_is_reported(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    assert "choose another folder" in refusal(publisher.download(), tmp_path / "file" / "below")
    (tmp_path / f"{ZIP_NAME}.part").mkdir()
    publisher.answers[ZIP_PATH] = ServedFile(order_zip())
    assert "choose another folder" in refusal(publisher.download(), tmp_path)


def test_files_behind_terms_on_a_page_are_not_downloaded(tmp_path: Path) -> None:
    downloads = downloads_in_force(read_patterns(URL_TABLE), date(2026, 11, 22))
    text = refusal(next(download for download in downloads if download.key == "ncci-ptp"), tmp_path)
    assert "medicare-ncci-procedure-procedure-ptp-edits in a browser" in text


def test_file_names_keep_the_release_and_stay_in_the_folder(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()
    for path, name in (
        ("/files/zip/a-updated-04/01/2024.zip", "a-updated-04-01-2024.zip"),
        ("/x/icd10cm-Code%20Descriptions-2026.zip", "icd10cm-Code-Descriptions-2026.zip"),
        ("/files/zip/..%2f..%2fup-2026.zip", "up-2026.zip"),
        ("/x/2026", "icd10cm-codes-2026.zip"),
        (f"/x/{'a' * 300}.zip", f"{'a' * 116}.zip"),
    ):
        publisher.answers[path] = ServedFile(content)
        assert fetch(publisher.download(path), tmp_path / "in").name == name
    assert file_names(tmp_path) == ["in"]
