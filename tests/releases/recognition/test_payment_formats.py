"""Tables of the final rule and HCC mappings are told by their content, with the year that they are of."""

from datetime import date
from pathlib import Path

import pytest

from app.releases.recognition.format_kinds import Format
from app.releases.recognition.recognize import Recognized, Unread, recognize
from tests.releases import payment_files as files
from tests.releases.made_up import text, xlsx


def only(path: Path) -> Recognized | Unread:
    read, unread = recognize(path)
    (file,) = (*read, *unread)
    return file


@pytest.mark.parametrize(
    ("name", "content", "format_", "release", "first", "last"),
    [
        (
            *("CMS-1833-F Table 6K FY2027.txt", text(files.table_6k()), Format.CC_EXCLUSIONS, "Table 6K of FY2027"),
            *(date(2026, 10, 1), date(2027, 9, 30)),
        ),
        (
            *("5.txt", files.table_5(2027).encode("cp1252", "replace"), Format.DRG_WEIGHTS, "Table 5 of FY2027"),
            *(date(2026, 10, 1), date(2027, 9, 30)),
        ),
        (
            *("5.xlsx", xlsx(files.table_5_rows(2028)), Format.DRG_WEIGHTS, "Table 5 of FY2028"),
            *(date(2027, 10, 1), date(2028, 9, 30)),
        ),
        (
            *("map.csv", files.comma_separated(files.hcc_mapping()).encode(), Format.HCC_MAPPING),
            *("Payment year 2027 (initial)", date(2027, 1, 1), date(2027, 12, 31)),
        ),
        (
            *("map.xlsx", xlsx(files.hcc_mapping(2028, "Midyear Final")), Format.HCC_MAPPING),
            *("Payment year 2028 (final)", date(2028, 1, 1), date(2028, 12, 31)),
        ),
    ],
)
def test_recognized(
    tmp_path: Path, name: str, content: bytes, format_: Format, release: str, first: date, last: date
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    file = only(path)
    assert isinstance(file, Recognized), file.reason
    assert (file.format, file.name, file.effective_from, file.effective_to) == (format_, release, first, last)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("table.txt", text(files.table_6k()), "neither its content nor its name gives the year; rename it to"),
        (
            "CMS-1849-P Table 6K FY2027.txt",
            text(files.table_6k()),
            "Table 6K of a proposed rule, which is not in force",
        ),
        ("5.txt", files.table_5(2027, "Proposed Rule").encode(), "Table 5 of a proposed rule, which is not in force"),
        ("6k 2027.xlsx", xlsx([["TABLE 6K - COMPLETE LIST OF CC EXCLUSIONS"]]), "add its text file, from the same zip"),
        ("6i 2027.txt", b"TABLE 6I - COMPLETE MCC LIST\r\nDiagnosis Code\tDescription\r\n", "reads Table 6K instead"),
        ("6a 2027.txt", b"TABLE 6A - NEW DIAGNOSIS CODES\r\nDiagnosis Code\tDescription\r\n", "that Codarium does not"),
        ("5 2027.txt", b"TABLE 5 - LIST OF MS-DRGS\r\nMS-DRG\tWeights\r\n", "without the columns that Codarium reads"),
        ("other.txt", b"Table 1. Sales of the year\r\nShop\tEuro\r\n", "Not a file that Codarium reads"),
    ],
)
def test_not_read(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    file = only(path)
    assert isinstance(file, Unread)
    assert reason in file.reason
