"""The table of download addresses: its rows in force on a day, its errors, and the file of each row."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.intake.download_urls import (
    Address,
    Frequency,
    Terms,
    UrlPattern,
    downloads_in_force,
    is_allowed,
    read_patterns,
)
from app.releases.errors import ReleaseError
from tests.intake.download.publisher import (
    URL_TABLE,
    Publisher,
    ServedFile,
    fetch,
    file_names,
    order_zip,
    page,
    refusal,
)
from tests.official import official


def test_bundled_table_has_a_download_for_every_kind_of_file_on_any_day() -> None:
    patterns = read_patterns(URL_TABLE)
    for day in (date(2025, 1, 2), date(2026, 3, 31), date(2026, 4, 1), date(2026, 11, 22), date(2031, 12, 31)):
        downloads = downloads_in_force(patterns, day)
        assert [download.key for download in downloads] == list(patterns)
        for download in downloads:
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
    first_download = next(
        download for download in downloads_in_force(read_patterns(URL_TABLE), day) if download.key == key
    )
    assert (first_download.release, first_download.addresses[0].url.rpartition("/")[2]) == (release, first)


def test_the_next_release_is_offered_in_the_weeks_before_it_begins() -> None:
    def upcoming(day: date) -> dict[str, str]:
        downloads = downloads_in_force(read_patterns(URL_TABLE), day, upcoming=True)
        return {download.key: download.release for download in downloads if download.upcoming}

    assert upcoming(date(2026, 5, 1)) == {}
    assert upcoming(date(2026, 7, 1))["icd10cm-codes"] == "FY2027"
    assert "hcpcs" not in upcoming(date(2026, 7, 1))
    assert upcoming(date(2026, 9, 1))["hcpcs"] == "October 2026"
    assert upcoming(date(2026, 12, 1))["fee-schedule"] == "January 2027"


def test_own_rows_are_tried_before_the_bundled_ones(tmp_path: Path) -> None:
    own = tmp_path / "downloads.tsv"
    own.write_text(
        "# corrected\nhcpcs\t-\t-\thttps://example.org/{quarter}-{yy}.zip\t-\t-\t-\t-\t-\n", encoding="utf-8"
    )
    bundled = read_patterns(URL_TABLE)
    corrected = read_patterns(URL_TABLE, own)
    assert list(corrected) == list(bundled)
    first_download = next(
        download for download in downloads_in_force(corrected, date(2025, 10, 2)) if download.key == "hcpcs"
    )
    assert first_download.title == "HCPCS codes and modifiers (alpha-numeric file), October 2025"
    assert [address.url.rpartition("/")[2] for address in first_download.addresses[:2]] == [
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
def test_the_error_of_a_wrong_row_names_its_line(tmp_path: Path, column: int, cell: str, expected: str) -> None:
    cells = ["x", "hcpcs", "Made up", "https://a.org/a.zip", "once", "1", "none", "2025-10-01", "https://a.org"]
    cells[column] = cell
    own = tmp_path / "downloads.tsv"
    own.write_text("# own\n" + "\t".join(cells) + "\n", encoding="utf-8")
    with pytest.raises(ReleaseError, match=f"downloads.tsv, line 2: expected .*{expected}"):
        read_patterns(URL_TABLE, own)


# Each row


REAL_FILES = {
    "icd10cm-codes": ("icd10cm", "2026-code-descriptions-tabular-order.zip"),
    "icd10cm-tables": ("icd10cm", "april-1-2026-tables-and-index.zip"),
    "icd10cm-conversion": ("icd10cm", "2026-conversion-table.zip"),
    "icd10cm-poa": ("icd10cm", "POAexemptCodesFY26.zip"),
    "icd10pcs-codes": ("icd10pcs", "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"),
    "icd10pcs-tables": ("icd10pcs", "2025-icd-10-pcs-code-tables-and-index.zip"),
    "hcpcs": ("hcpcs", "october-2025-alpha-numeric-hcpcs-file.zip"),
    "gem-icd10cm": ("gems", "2018-icd-10-cm-general-equivalence-mappings.zip"),
    "gem-icd10pcs": ("gems", "2018-icd-10-pcs-general-equivalence-mappings.zip"),
    "icd9cm": ("gems", "ICD-9-CM-v32-master-descriptions.zip"),
    "fee-schedule": ("pfs", "PPRRVU2026_Jul_nonQPP.header+3rows.redacted.csv"),
}


def rows_with_addresses() -> list[UrlPattern]:
    return [row for rows in read_patterns(URL_TABLE).values() for row in rows if row.address]


@pytest.mark.slow
@pytest.mark.parametrize("row", rows_with_addresses(), ids=lambda row: row.address.rpartition("/")[2])
def test_every_row_fetches_its_file_if_the_other_addresses_have_none(
    publisher: Publisher, tmp_path: Path, row: UrlPattern
) -> None:
    content = official(*REAL_FILES[row.key]).read_bytes()
    if row.key == "icd10cm-conversion" and row.address.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(next(name for name in archive.namelist() if name.endswith(".xlsx")))
    if row.key == "fee-schedule":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("PPRRVU2026_Jul_nonQPP.csv", content)
        content = buffer.getvalue()

    def on_publisher(url: str) -> str:
        return publisher.root + "/" + url.split("/", 3)[3]

    day = row.since.replace(month=5) if row.frequency is Frequency.APRIL else row.since
    (download,) = downloads_in_force({row.key: read_patterns(URL_TABLE)[row.key]}, day)
    download = replace(
        download,
        addresses=tuple(
            Address(on_publisher(address.url), on_publisher(address.page)) for address in download.addresses
        ),
    )
    (of_row,) = downloads_in_force({row.key: (row,)}, day)
    url, page_url = on_publisher(of_row.addresses[0].url), on_publisher(of_row.addresses[0].page)
    if "*" in url:
        # As CMS writes them: with a date that has slashes, behind the page with the terms.
        url = url.replace("*", "-updated-12/19/2023", 1).replace("*", "")
        path = url.removeprefix(publisher.root)
        publisher.answers[page_url.removeprefix(publisher.root)] = page("/a.zip", f"/license?agree=no&file={path}")
    publisher.answers[url.removeprefix(publisher.root)] = ServedFile(content)
    assert fetch(download, tmp_path).read_bytes() == content
    assert len(file_names(tmp_path)) == 1


def test_a_link_of_a_page_never_leads_to_another_host(publisher: Publisher, tmp_path: Path) -> None:
    publisher.answers["/page"] = page("https://elsewhere.example/files/zip/rvu26c-new.zip")
    publisher.answers["/files/zip/rvu26c-new.zip"] = ServedFile(order_zip())
    assert fetch(publisher.download("/files/zip/rvu26c*.zip"), tmp_path).name == "rvu26c-new.zip"
    publisher.answers["/page"] = page("/files/zip/rvu26b.zip")
    assert "there is no file at" in refusal(publisher.download("/files/zip/rvu26c*.zip"), tmp_path)
