"""Downloading from a publisher of our own on this machine, which serves real files and misbehaves in every way."""

import html
import io
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from app.codes.systems import System
from app.intake.download import download_file, plan_downloads
from app.intake.download_urls import (
    Address,
    Download,
    Frequency,
    Terms,
    UrlPattern,
    downloads_in_force,
    is_allowed,
    read_patterns,
)
from app.intake.http_client import DownloadCanceledError, DownloadError, Limits
from app.paths import resource
from app.releases.records import ReleaseError
from tests.official import official

TABLE = resource("tables", "downloads.tsv")
QUICK = Limits(connect=5, stall=5, tries=3, pause=0.01)
# Only for servers that stall: on a busy machine an honest one may take as long.
IMPATIENT = replace(QUICK, stall=0.4)
NAME = "2026-code-descriptions-tabular-order.zip"
WHERE = f"/files/zip/{NAME}"

Behavior = Callable[["_Handler"], None]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Publisher"  # pyright: ignore[reportIncompatibleVariableOverride] - it is never another

    def do_GET(self) -> None:
        self.server.calls.append((self.command, self.path, dict(self.headers.items())))
        self.server.answers.get(self.path, status(404))(self)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base's
        """Says nothing."""

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
        """Says no more until the test is over."""
        self.hang_up()
        self.server.over.wait(10)


class Publisher(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, Behavior] = {}
        self.calls: list[tuple[str, str, dict[str, str]]] = []
        self.over = threading.Event()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the game."""

    def ranges(self) -> list[str]:
        return [headers.get("Range", "") for _, _, headers in self.calls]

    def download(self, *paths: str, **changes: object) -> Download:
        made = Download(
            "icd10cm-codes",
            System.ICD10CM,
            "ICD-10-CM codes",
            "FY2026",
            date(2025, 10, 1),
            tuple(Address(self.root + path, f"{self.root}/page") for path in paths or (WHERE,)),
            "https://www.cms.gov/medicare/coding-billing/icd-10-codes",
            2.2,
            Terms.NONE,
        )
        return replace(made, **changes)  # pyright: ignore[reportArgumentType]


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    server = Publisher()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class File:
    """What a well-behaved publisher does: length, ETag, and ranges as long as the file is the same."""

    content: bytes
    etag: str = '"one"'
    kind: str = "application/zip"
    stops: list[int] = field(default_factory=list[int])
    """After how many bytes of an answer it breaks off, one for each answer until there are no more."""
    headers: dict[str, object] = field(default_factory=dict[str, object])

    def __call__(self, handler: _Handler) -> None:
        start = 0
        asked = handler.headers.get("Range", "")
        if asked and handler.headers.get("If-Range") == self.etag:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
        told: dict[str, object] = {"Content_Type": self.kind, "ETag": self.etag, **self.headers}
        size = len(self.content)
        if asked and start >= size:
            handler.start(416, Content_Length=0, Content_Range=f"bytes */{size}")
            return
        if start:
            told["Content_Range"] = f"bytes {start}-{size - 1}/{size}"
        handler.start(206 if start else 200, Content_Length=size - start, **told)
        if self.stops:
            stop = self.stops.pop(0)
            handler.body(self.content[start : start + stop])
            handler.hang_up()
        else:
            handler.body(self.content[start:])


def status(code: int) -> Behavior:
    return lambda handler: handler.start(code, Content_Length=0)


def leads_to(url: str) -> Behavior:
    return lambda handler: handler.start(302, Content_Length=0, Location=url)


def page(*links: str, kind: str = "text/html; charset=utf-8") -> Behavior:
    content = "<!DOCTYPE html>\n<title>Made up</title>" + "".join(f'<a href="{html.escape(link)}">' for link in links)
    return lambda handler: (
        handler.start(200, Content_Length=len(content), Content_Type=kind),
        handler.body(content.encode()),
    )[1]


def in_turn(*behaviors: Behavior) -> Behavior:
    """One after the other, the last for ever."""
    left = list(behaviors)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


def order_zip(codes: int = 1500, year: int = 2026) -> bytes:
    """A made-up order file in a zip, not packed, so that it has some size (140 bytes a code)."""
    rows = "".join(
        f"{n:05} A{n // 100:02}{n % 100:02}   1 {'Made-up disease ' + str(n):60} Made-up disease, number {n}\r\n"
        for n in range(codes)
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        # With a date of its own: the same bytes whenever it is made.
        archive.writestr(zipfile.ZipInfo(f"icd10cm_order_{year}.txt", (2025, 10, 1, 0, 0, 0)), rows)
    return held.getvalue()


def never() -> bool:
    return False


def ignore(done: int, total: int | None) -> None:
    """No progress is shown."""


def got(download: Download, into: Path, limits: Limits = QUICK) -> Path:
    return download_file(download, into, ignore, never, limits)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refused(download: Download, into: Path, limits: Limits = QUICK) -> str:
    """The sentence with which a download fails; it names the file and is one sentence."""
    with pytest.raises(DownloadError) as caught:
        got(download, into, limits)
    text = str(caught.value)
    assert text.startswith(f"{download.title}: ")
    assert text.endswith(".")
    assert "\n" not in text
    return text


# The table


def test_bundled_table_has_a_download_for_every_kind_of_file_on_any_day() -> None:
    patterns = read_patterns(TABLE)
    for day in (date(2025, 1, 2), date(2026, 3, 31), date(2026, 4, 1), date(2026, 11, 22), date(2031, 12, 31)):
        found = downloads_in_force(patterns, day)
        assert [download.key for download in found] == list(patterns)
        for download in found:
            assert download.effective_from <= day
            assert bool(download.addresses) == (download.terms is not Terms.AMA)
            assert all(is_allowed(address.url) and "{" not in address.url for address in download.addresses)
            assert is_allowed(download.page)
    terms = {download.key: download.terms for download in downloads_in_force(patterns, date(2026, 11, 22))}
    assert terms["fee-schedule"] is Terms.CMS
    assert {key for key, value in terms.items() if value is Terms.AMA} == {"ncci-ptp", "ncci-mue"}


@pytest.mark.parametrize(
    ("day", "key", "release", "first"),
    [
        (date(2025, 9, 30), "hcpcs", "July 2025", "july-2025-alpha-numeric-hcpcs-file.zip"),
        (date(2025, 10, 1), "hcpcs", "October 2025", "october-2025-alpha-numeric-hcpcs-file.zip"),
        (date(2025, 9, 30), "icd10pcs-codes", "FY2025", "2025-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"),
        (date(2025, 10, 1), "icd10cm-codes", "FY2026", "2026-code-descriptions-tabular-order.zip"),
        (date(2026, 3, 31), "icd10cm-codes", "FY2026", "2026-code-descriptions-tabular-order.zip"),
        (date(2026, 4, 1), "icd10cm-codes", "FY2026", "april-1-2026-code-descriptions-tabular-order.zip"),
        (date(2026, 12, 31), "icd10cm-tables", "FY2027", "2027-code-tables-tabular-index.zip"),
        (date(2026, 8, 1), "fee-schedule", "July 2026", "rvu26c*.zip"),
        (date(2026, 8, 1), "gem-icd10cm", "", "2018-icd-10-cm-general-equivalence-mappings.zip"),
    ],
)
def test_the_release_in_force_on_a_day_comes_first(day: date, key: str, release: str, first: str) -> None:
    found = next(download for download in downloads_in_force(read_patterns(TABLE), day) if download.key == key)
    assert (found.release, found.addresses[0].url.rpartition("/")[2]) == (release, first)


def test_the_next_release_is_offered_in_the_weeks_before_it_begins() -> None:
    def upcoming(day: date) -> dict[str, str]:
        found = downloads_in_force(read_patterns(TABLE), day, upcoming=True)
        return {download.key: download.release for download in found if download.upcoming}

    assert upcoming(date(2026, 5, 1)) == {}
    assert upcoming(date(2026, 7, 1))["icd10cm-codes"] == "FY2027"
    assert "hcpcs" not in upcoming(date(2026, 7, 1))
    assert upcoming(date(2026, 9, 1))["hcpcs"] == "October 2026"
    assert upcoming(date(2026, 12, 1))["fee-schedule"] == "January 2027"


def test_own_rows_are_tried_before_the_bundled_ones(tmp_path: Path) -> None:
    own = tmp_path / "downloads.tsv"
    own.write_text("# mended\nhcpcs\t-\t-\thttps://example.org/{quarter}-{yy}.zip\t-\t-\t-\t-\t-\n", encoding="utf-8")
    bundled = read_patterns(TABLE)
    mended = read_patterns(TABLE, own)
    assert list(mended) == list(bundled)
    found = next(download for download in downloads_in_force(mended, date(2025, 10, 2)) if download.key == "hcpcs")
    assert found.title == "HCPCS codes and modifiers (alpha-numeric file), October 2025"
    assert [address.url.rpartition("/")[2] for address in found.addresses[:2]] == [
        "4-25.zip",
        "october-2025-alpha-numeric-hcpcs-file.zip",
    ]


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        (0, "HCPCS file", "a key such as"),
        (1, "snomed", "as the code set"),
        (3, "http://www.cms.gov/a.zip", "begins with https://"),
        (3, "https://www.cms.gov/{anno}.zip", "in braces"),
        (3, "https://www.cms.gov/{.zip", "in braces"),
        (3, "https://www.cms.gov/{}.zip", "in braces"),
        (3, "https://www.cms.gov/{year.real}.zip", "in braces"),
        (3, "https://[x/a.zip", "begins with https://"),
        (3, "-", "an address"),
        (4, "monthly", "as the frequency"),
        (5, "²", "a number of megabytes"),
        (6, "mine", "as the terms"),
        (7, "2025-13-01", "a day such as"),
        (8, "file:///etc/passwd", "begins with https://"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path: Path, column: int, cell: str, expected: str) -> None:
    cells = ["x", "hcpcs", "Made up", "https://a.org/a.zip", "once", "1", "none", "2025-10-01", "https://a.org"]
    cells[column] = cell
    own = tmp_path / "downloads.tsv"
    own.write_text("# own\n" + "\t".join(cells) + "\n", encoding="utf-8")
    with pytest.raises(ReleaseError, match=f"downloads.tsv, line 2: expected .*{expected}"):
        read_patterns(TABLE, own)


# Every row


REAL = {
    "icd10cm-codes": ("icd10cm", "2026-code-descriptions-tabular-order.zip"),
    "icd10cm-tables": ("icd10cm", "april-1-2026-tables-and-index.zip"),
    "icd10cm-conversion": ("icd10cm", "2026-conversion-table.zip"),
    "icd10pcs-codes": ("icd10pcs", "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"),
    "icd10pcs-tables": ("icd10pcs", "2025-icd-10-pcs-code-tables-and-index.zip"),
    "hcpcs": ("hcpcs", "october-2025-alpha-numeric-hcpcs-file.zip"),
    "gem-icd10cm": ("gems", "2018-icd-10-cm-general-equivalence-mappings.zip"),
    "gem-icd10pcs": ("gems", "2018-icd-10-pcs-general-equivalence-mappings.zip"),
    "icd9cm": ("gems", "ICD-9-CM-v32-master-descriptions.zip"),
    "fee-schedule": ("pfs", "PPRRVU2026_Jul_nonQPP.header+3rows.redacted.csv"),
}


def rows_with_addresses() -> list[UrlPattern]:
    return [row for rows in read_patterns(TABLE).values() for row in rows if row.address]


@pytest.mark.slow
@pytest.mark.parametrize("row", rows_with_addresses(), ids=lambda row: row.address.rpartition("/")[2])
def test_every_row_fetches_its_file_when_nothing_is_at_the_others(
    publisher: Publisher, tmp_path: Path, row: UrlPattern
) -> None:
    content = official(*REAL[row.key]).read_bytes()
    if row.key == "icd10cm-conversion" and row.address.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(next(name for name in archive.namelist() if name.endswith(".xlsx")))
    if row.key == "fee-schedule":
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("PPRRVU2026_Jul_nonQPP.csv", content)
        content = held.getvalue()

    def here(url: str) -> str:
        return publisher.root + "/" + url.split("/", 3)[3]

    day = row.since.replace(month=5) if row.frequency is Frequency.APRIL else row.since
    (download,) = downloads_in_force({row.key: read_patterns(TABLE)[row.key]}, day)
    download = replace(
        download, addresses=tuple(Address(here(each.url), here(each.page)) for each in download.addresses)
    )
    (alone,) = downloads_in_force({row.key: (row,)}, day)
    url, listed = here(alone.addresses[0].url), here(alone.addresses[0].page)
    if "*" in url:
        # As CMS writes them: with a date that has slashes, behind the page with the terms.
        url = url.replace("*", "-updated-12/19/2023", 1).replace("*", "")
        path = url.removeprefix(publisher.root)
        publisher.answers[listed.removeprefix(publisher.root)] = page("/a.zip", f"/license?agree=no&file={path}")
    publisher.answers[url.removeprefix(publisher.root)] = File(content)
    assert got(download, tmp_path).read_bytes() == content
    assert len(names(tmp_path)) == 1


def test_a_link_of_a_page_never_leads_to_another_host(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers["/page"] = page("https://elsewhere.example/files/zip/rvu26c-new.zip")
    publisher.answers["/files/zip/rvu26c-new.zip"] = File(order_zip())
    assert got(publisher.download("/files/zip/rvu26c*.zip"), tmp_path).name == "rvu26c-new.zip"
    publisher.answers["/page"] = page("/files/zip/rvu26b.zip")
    assert "there is no file at" in refused(publisher.download("/files/zip/rvu26c*.zip"), tmp_path)


# Breaking off and going on


def test_a_file_that_breaks_off_is_gone_on_with(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()
    publisher.answers[WHERE] = File(content, stops=[100_000, 50_000])
    told: list[tuple[int, int | None]] = []
    path = download_file(publisher.download(), tmp_path, lambda done, total: told.append((done, total)), never, QUICK)
    assert path == tmp_path / NAME
    assert path.read_bytes() == content
    assert names(tmp_path) == [NAME]
    assert publisher.ranges() == ["", "bytes=100000-", "bytes=150000-"]
    assert told[-1] == (len(content), len(content))
    assert all(before[0] <= after[0] for before, after in pairwise(told))


def test_a_cancel_keeps_what_has_come_for_the_next_time(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()

    def slow(handler: _Handler) -> None:
        handler.start(200, Content_Length=len(content), ETag='"one"')
        for start in range(0, len(content), 2_000):
            handler.body(content[start : start + 2_000])
            time.sleep(0.05)

    publisher.answers[WHERE] = in_turn(slow, File(content))
    came: list[int] = []
    began = time.monotonic()
    with pytest.raises(DownloadCanceledError, match="canceled"):
        download_file(
            publisher.download(),
            tmp_path,
            lambda done, total: came.append(done),
            lambda: bool(came) and came[-1] > 20_000,
            QUICK,
        )
    assert time.monotonic() - began < 3
    assert names(tmp_path) == [f"{NAME}.part", f"{NAME}.part.json"]
    kept = (tmp_path / f"{NAME}.part").stat().st_size
    assert 0 < kept < len(content)
    assert got(publisher.download(), tmp_path).read_bytes() == content
    assert publisher.ranges() == ["", f"bytes={kept}-"]
    assert names(tmp_path) == [NAME]


def test_a_server_that_ignores_ranges_begins_anew(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()

    def ignores(handler: _Handler) -> None:
        del handler.headers["Range"]
        broken(handler)

    broken = File(content, stops=[100_000])
    publisher.answers[WHERE] = ignores
    assert got(publisher.download(), tmp_path).read_bytes() == content
    assert publisher.ranges() == ["", "bytes=100000-"]


@pytest.mark.parametrize("honest", [True, False], ids=["says so", "gives the rest of the new one"])
def test_a_file_that_changes_in_between_is_never_put_together_from_two(
    publisher: Publisher, tmp_path: Path, honest: bool
) -> None:
    new = order_zip(1600)
    after = File(new, etag='"two"')

    def careless(handler: _Handler) -> None:
        # Ignores If-Range.
        if handler.headers.get("Range"):
            del handler.headers["If-Range"]
            handler.headers["If-Range"] = '"two"'
        after(handler)

    publisher.answers[WHERE] = in_turn(File(order_zip(), stops=[100_000]), after if honest else careless)
    assert got(publisher.download(), tmp_path).read_bytes() == new
    assert names(tmp_path) == [NAME]


def test_only_the_bytes_that_follow_are_put_behind_those_that_came(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()

    def gives(start: int, stop: int) -> Behavior:
        span = f"bytes {start}-{stop - 1}/{len(content)}"
        return lambda handler: (
            handler.start(206, Content_Length=stop - start, ETag='"one"', Content_Range=span),
            handler.body(content[start:stop]),
        )[1]

    # Two answers that give less than was asked for, then one from a wrong place, which spoils what came.
    publisher.answers[WHERE] = in_turn(
        File(content, stops=[100_000]), gives(100_000, 120_000), gives(90_000, len(content)), File(content)
    )
    assert got(publisher.download(), tmp_path, replace(QUICK, tries=5)).read_bytes() == content
    assert publisher.ranges() == ["", "bytes=100000-", "bytes=120000-", ""]


def test_without_a_mark_of_the_server_nothing_is_gone_on_with(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()
    publisher.answers[WHERE] = File(content, etag='W/"weak"', stops=[100_000])
    assert got(publisher.download(), tmp_path).read_bytes() == content
    assert publisher.ranges() == ["", ""]


def test_last_modified_serves_where_there_is_no_etag(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()
    changed = "Wed, 01 Oct 2025 00:00:00 GMT"
    served = File(content, etag=changed, stops=[100_000])

    def without_etag(handler: _Handler) -> None:
        handler.send_header = lambda keyword, value: BaseHTTPRequestHandler.send_header(  # pyright: ignore[reportAttributeAccessIssue]
            handler, "Last-Modified" if keyword == "ETag" else keyword, value
        )
        served(handler)

    publisher.answers[WHERE] = without_etag
    assert got(publisher.download(), tmp_path).read_bytes() == content
    assert publisher.ranges() == ["", "bytes=100000-"]


def test_a_part_that_was_complete_is_only_checked(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()
    publisher.answers[WHERE] = File(content)
    (tmp_path / f"{NAME}.part").write_bytes(content)
    note = f'{{"url": "{publisher.root}{WHERE}", "etag": "\\"one\\"", "modified": ""}}'
    (tmp_path / f"{NAME}.part.json").write_text(note, encoding="utf-8")
    assert got(publisher.download(), tmp_path).read_bytes() == content
    assert publisher.ranges() == [f"bytes={len(content)}-"]


@pytest.mark.parametrize(
    "note", ["", "{", "[1]", '{"url": "https://elsewhere/", "etag": "a", "modified": ""}', "[" * 9999]
)
def test_a_part_of_unknown_origin_is_begun_anew(publisher: Publisher, tmp_path: Path, note: str) -> None:
    publisher.answers[WHERE] = File(order_zip())
    (tmp_path / f"{NAME}.part").write_bytes(b"something")
    (tmp_path / f"{NAME}.part.json").write_text(note, encoding="utf-8")
    assert got(publisher.download(), tmp_path).read_bytes() == order_zip()
    assert publisher.ranges() == [""]


# What goes wrong


def test_the_next_address_is_tried_where_nothing_is_at_the_first(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers[WHERE] = File(order_zip())
    publisher.answers["/gone.zip"] = status(410)
    assert got(publisher.download("/a.zip", "/gone.zip", WHERE), tmp_path).name == NAME
    assert [path for _, path, _ in publisher.calls] == ["/a.zip", "/gone.zip", WHERE]


def test_a_release_that_is_not_there_says_so_and_where_to_mend_the_address(
    publisher: Publisher, tmp_path: Path
) -> None:
    text = refused(publisher.download("/a.zip", "/b.zip"), tmp_path)
    assert f"there is no file at {publisher.root}/a.zip" in text
    assert "downloads.tsv" in text
    assert "icd10cm-codes" in text
    assert "https://www.cms.gov/medicare/coding-billing/icd-10-codes" in text
    assert "not published yet" in refused(publisher.download(upcoming=True), tmp_path)
    assert names(tmp_path) == []


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/zip"])
def test_a_web_page_instead_of_a_zip_is_said_and_not_kept(publisher: Publisher, tmp_path: Path, kind: str) -> None:
    publisher.answers[WHERE] = page(kind=kind)
    text = refused(publisher.download(), tmp_path)
    assert f"{publisher.root}{WHERE} gives a web page" in text
    assert "browser" in text
    assert names(tmp_path) == []
    publisher.answers["/b.zip"] = File(order_zip())
    assert got(publisher.download(WHERE, "/b.zip"), tmp_path).name == "b.zip"


def test_the_page_of_a_hotel_does_not_cost_what_has_come(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()
    publisher.answers[WHERE] = in_turn(File(content, stops=[100_000]), page(), File(content))
    assert "web page" in refused(publisher.download(), tmp_path)
    assert got(publisher.download(), tmp_path).read_bytes() == content
    assert publisher.ranges()[-1] == "bytes=100000-"


def test_a_server_that_fails_is_asked_again_and_then_another(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers[WHERE] = in_turn(status(503), status(500), File(order_zip()))
    assert got(publisher.download(), tmp_path).name == NAME
    publisher.calls.clear()
    publisher.answers[WHERE] = status(500)
    text = refused(publisher.download(WHERE, "/other.zip"), tmp_path)
    assert "failed after 3 attempts" in text
    assert "500" in text
    # The second address is of the same publisher, which does not answer.
    assert [path for _, path, _ in publisher.calls] == [WHERE] * 3
    publisher.answers["/cdc.zip"] = File(order_zip())
    elsewhere = Address(f"http://localhost:{publisher.server_port}/cdc.zip", "")
    both = publisher.download()
    assert got(replace(both, addresses=(*both.addresses, elsewhere)), tmp_path).name == "cdc.zip"


def test_a_program_that_is_not_welcome_is_told_once(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers[WHERE] = status(403)
    assert "refuses to answer a program (403); open the page in a browser" in refused(publisher.download(), tmp_path)
    assert len(publisher.calls) == 1


def test_nobody_there_is_said_after_a_bounded_number_of_tries(publisher: Publisher, tmp_path: Path) -> None:
    download = publisher.download()
    publisher.server_close()
    assert "is online" in refused(download, tmp_path)


def test_redirects_are_followed_within_reason(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers["/old.zip"] = leads_to(WHERE)
    publisher.answers[WHERE] = File(order_zip())
    assert got(publisher.download("/old.zip"), tmp_path).name == "old.zip"
    publisher.answers["/round.zip"] = leads_to("/round.zip")
    assert "in a circle" in refused(publisher.download("/round.zip"), tmp_path)
    for target in ("http://www.cms.gov/a.zip", "ftp://ftp.cdc.gov/a.zip", "file:///etc/passwd"):
        publisher.answers["/out.zip"] = leads_to(target)
        text = refused(publisher.download("/out.zip"), tmp_path)
        assert "is not called" in text or "cannot be called" in text
    assert names(tmp_path) == ["old.zip"]


@pytest.mark.slow
@pytest.mark.parametrize("drips", [False, True], ids=["silent", "drips"])
def test_a_server_that_stalls_is_given_up_and_what_came_is_kept(
    publisher: Publisher, tmp_path: Path, drips: bool
) -> None:
    content = order_zip()

    def stalls(handler: _Handler) -> None:
        asked = handler.headers.get("Range", "")
        start = int(asked[6:-1]) if asked else 0
        span = {"Content_Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if asked else {}
        handler.start(206 if asked else 200, Content_Length=len(content) - start, ETag='"one"', **span)
        handler.body(content[start : start + 10_000])
        handler.hang_up()
        while drips and not handler.server.over.wait(0.05):
            handler.body(content[:1])
        handler.hang()

    publisher.answers[WHERE] = stalls
    began = time.monotonic()
    assert "failed after 3 attempts" in refused(publisher.download(), tmp_path, IMPATIENT)
    assert time.monotonic() - began < 15
    assert (tmp_path / f"{NAME}.part").stat().st_size >= 30_000


@pytest.mark.slow
def test_a_server_that_says_nothing_at_all_is_given_up(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers[WHERE] = lambda handler: handler.hang()
    began = time.monotonic()
    assert "in time" in refused(publisher.download(), tmp_path, IMPATIENT)
    assert time.monotonic() - began < 15


def test_no_more_is_taken_than_announced_or_than_the_bound(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()

    def endless(handler: _Handler) -> None:
        handler.start(200)
        handler.hang_up()
        while not handler.server.over.is_set():
            handler.body(content)

    small = replace(QUICK, largest=1 << 20)
    publisher.answers[WHERE] = endless
    assert "than 1 MB" in refused(publisher.download(), tmp_path, small)
    publisher.answers[WHERE] = File(content, headers={"X": "y"})
    assert "more than" in refused(publisher.download(), tmp_path, replace(QUICK, largest=1000))
    # Announced 1,000 bytes, and sends all: what is beyond is not taken, and the rest is no whole zip.
    publisher.answers[WHERE] = lambda handler: (handler.start(200, Content_Length=1000), handler.body(content))[1]
    assert "damaged or incomplete" in refused(publisher.download(), tmp_path)
    assert names(tmp_path) == []


def test_what_is_damaged_or_something_else_is_not_kept(publisher: Publisher, tmp_path: Path) -> None:
    before = order_zip(100)
    (tmp_path / NAME).write_bytes(before)
    content = bytearray(order_zip())
    content[100_000] ^= 1
    publisher.answers[WHERE] = File(bytes(content))
    assert "damaged" in refused(publisher.download(), tmp_path)
    publisher.answers[WHERE] = File(b"Nothing that anybody reads.\n" * 10, kind="text/plain")
    assert "None of the files that Codarium reads" in refused(publisher.download(), tmp_path)
    publisher.answers[WHERE] = File(b"")
    assert "empty" in refused(publisher.download(), tmp_path)
    publisher.answers[WHERE] = File(order_zip())
    assert "ICD-10-CM order file" in refused(publisher.download(system=System.HCPCS), tmp_path)
    assert names(tmp_path) == [NAME]
    assert (tmp_path / NAME).read_bytes() == before


HOSTILE = [
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


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_a_server_says_the_answer_is_a_sentence(publisher: Publisher, tmp_path: Path, said: bytes) -> None:
    def says(handler: _Handler) -> None:
        handler.wfile.write(said)
        handler.hang_up()

    publisher.answers[WHERE] = publisher.answers["/page"] = says
    refused(publisher.download(), tmp_path)
    # Again, over what it may have left.
    refused(publisher.download(WHERE, "/files/zip/2026*.zip"), tmp_path)
    assert all(name.startswith(f"{NAME}.part") for name in names(tmp_path))
    (planned,) = plan_downloads([publisher.download("/files/zip/2026*.zip", WHERE)], never, QUICK)
    assert planned.size is None or planned.size < 1 << 60


def test_a_disk_that_is_full_is_said(publisher: Publisher, tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full, which is a disk without room")
    publisher.answers[WHERE] = File(order_zip())
    (tmp_path / NAME).write_bytes(b"as it was")
    (tmp_path / f"{NAME}.part").symlink_to(full)
    assert "the disk is full; free some space" in refused(publisher.download(), tmp_path)
    assert (tmp_path / NAME).read_bytes() == b"as it was"


def test_a_folder_where_nothing_can_be_written_is_said(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    assert "choose another folder" in refused(publisher.download(), tmp_path / "file" / "below")
    (tmp_path / f"{NAME}.part").mkdir()
    publisher.answers[WHERE] = File(order_zip())
    assert "choose another folder" in refused(publisher.download(), tmp_path)


def test_what_needs_terms_on_the_page_is_not_downloaded(tmp_path: Path) -> None:
    found = downloads_in_force(read_patterns(TABLE), date(2026, 11, 22))
    text = refused(next(download for download in found if download.key == "ncci-ptp"), tmp_path)
    assert "medicare-ncci-procedure-procedure-ptp-edits in a browser" in text


def test_names_keep_the_release_and_stay_in_the_folder(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()
    for path, name in (
        ("/files/zip/a-updated-04/01/2024.zip", "a-updated-04-01-2024.zip"),
        ("/x/icd10cm-Code%20Descriptions-2026.zip", "icd10cm-Code-Descriptions-2026.zip"),
        ("/files/zip/..%2f..%2fup-2026.zip", "up-2026.zip"),
        ("/x/2026", "icd10cm-codes-2026.zip"),
        (f"/x/{'a' * 300}.zip", f"{'a' * 116}.zip"),
    ):
        publisher.answers[path] = File(content)
        assert got(publisher.download(path), tmp_path / "in").name == name
    assert names(tmp_path) == ["in"]


# The list beforehand, and the network's settings


def test_the_plan_says_sizes_without_downloading(publisher: Publisher, tmp_path: Path) -> None:
    content = order_zip()
    publisher.answers[WHERE] = File(content)
    publisher.answers["/page"] = page(WHERE)
    publisher.answers["/unsaid.zip"] = status(405)
    publisher.answers["/page.zip"] = page()
    publisher.answers["/broken.zip"] = status(500)
    found = plan_downloads(
        [
            publisher.download("/missing.zip", WHERE),
            publisher.download("/files/zip/2026*.zip"),
            publisher.download("/unsaid.zip"),
            publisher.download("/page.zip"),
            publisher.download("/broken.zip"),
            publisher.download(addresses=(), terms=Terms.AMA),
        ],
        never,
        QUICK,
    )
    assert [one.url.removeprefix(publisher.root) for one in found] == [
        WHERE,
        WHERE,
        "/unsaid.zip",
        "/page.zip",
        "/broken.zip",
        "",
    ]
    assert [one.size for one in found] == [len(content), len(content), None, None, None, None]
    assert [bool(one.problem) for one in found] == [False, False, False, True, True, True]
    assert {method for method, path, _ in publisher.calls if path != "/page"} == {"HEAD"}
    with pytest.raises(DownloadCanceledError):
        plan_downloads([publisher.download()], lambda: True, QUICK)


def test_this_machine_is_never_asked_through_a_proxy(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    publisher.answers[WHERE] = File(order_zip())
    assert got(publisher.download(), tmp_path).name == NAME


def test_settings_that_cannot_be_used_are_said(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in ("nonsense://x:1", "socks5://127.0.0.1:9"):
        monkeypatch.setenv("ALL_PROXY", value)
        with pytest.raises(DownloadError, match="ALL_PROXY"):
            got(publisher.download(), tmp_path)
