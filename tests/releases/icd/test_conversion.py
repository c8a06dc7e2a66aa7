"""The conversion table: the real one, made-up ones for every form of its cells, and workbooks that are damaged."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member, members, single_file
from app.releases.files.spreadsheet import sheet_rows
from app.releases.icd.conversion import read_conversion
from app.releases.icd.order_file import read_order
from app.releases.records import Conversion
from tests.official import official
from tests.releases.workbooks import workbook

HEADS = ("Current code assignment", "Effective", "Previous Code(s) Assignment")


@pytest.fixture(scope="module")
def real() -> list[Conversion]:
    (member,) = members(official("icd10cm", "2026-conversion-table.zip"))
    return list(read_conversion(member))


def made_up(folder: Path, *cells: tuple[str | int, ...], heads: tuple[str, ...] = HEADS) -> Member:
    path = folder / "made-up.xlsx"
    path.write_bytes(workbook([("A note on October 1.", "", ""), heads, *cells]))
    return single_file(path)


def test_dates_and_previous_codes_of_the_real_table(real: list[Conversion]) -> None:
    by_code = {row.code: row for row in real}
    assert len(real) == 5_892
    assert Counter(row.since for row in real if row.since.month != 10) == {
        date(2020, 4, 1): 2,
        date(2021, 1, 1): 6,
        date(2022, 4, 1): 3,
        date(2023, 4, 1): 42,
    }
    assert by_code["A0471"] == Conversion("A0471", date(2017, 10, 1), ("A047",))
    assert by_code["G115"].previous == ("G118", "E230", "K000")
    assert by_code["S20214A"].previous == ("S20211A", "S20212A", "S20219A")
    assert by_code["H02151"].previous == ("H02101-H02106", "H02109")
    assert by_code["P91821"].previous == ("I63-", "P9188")
    assert by_code["W44A0XA"].previous == ("T15-T19",)
    assert by_code["I63013"].previous == ("I63011", "I63012")
    assert sum(not row.previous for row in real) == 125


@pytest.mark.slow
def test_every_new_code_is_in_the_order_file_or_has_been_replaced_since(real: list[Conversion]) -> None:
    archive = official("icd10cm", "2026-code-descriptions-tabular-order.zip")
    (order,) = (member for member in members(archive) if "_order_2" in member.inside)
    codes = {row.code: row.valid for row in read_order(order)}
    assert {row.code for row in real if row.since == date(2025, 10, 1)} <= codes.keys()
    added = [row.code for row in real if row.since == date(2025, 10, 1)]
    assert len(added) == 487
    assert all(codes[code] for code in added)


@pytest.mark.parametrize(
    ("effective", "since"),
    [
        (2031, date(2031, 10, 1)),
        ("2031", date(2031, 10, 1)),
        ("2031-04-01", date(2031, 4, 1)),
        ("4/1/2031", date(2031, 4, 1)),
        ("April 1, 2031", date(2031, 4, 1)),
        ("4/1/31", date(2031, 4, 1)),
        ("1-Apr-31", date(2031, 4, 1)),
        (45017, date(2023, 4, 1)),
    ],
)
def test_forms_of_the_date(tmp_path: Path, effective: str | int, since: date) -> None:
    (row,) = read_conversion(made_up(tmp_path, ("A00.1", effective, "A00.9")))
    assert row.since == since


@pytest.mark.parametrize(
    ("cell", "previous"),
    [
        ("None", ()),
        ("N/A", ()),
        ("A00.1\nA00.2", ("A001", "A002")),
        ("A00.1+A00.2 & A00.1", ("A001", "A002")),
        ("A00.1 AND Code from categories T36-T50", ("A001", "T36-T50")),
        ("K31.89 and a code from R11-", ("K3189", "R11-")),
        ("S20.21XA", ("S2021XA",)),
    ],
)
def test_forms_of_the_previous_codes(tmp_path: Path, cell: str, previous: tuple[str, ...]) -> None:
    (row,) = read_conversion(made_up(tmp_path, ("A00.1 ", 2031, cell)))
    assert row == Conversion("A001", date(2031, 10, 1), previous)


def test_a_table_saved_as_text_is_read(tmp_path: Path) -> None:
    """The layout of FY2020's csv: the columns of the workbook, cells with commas in quotation marks."""
    path = tmp_path / "conversion 2020.csv"
    path.write_text(
        '"A note on October 1, 2019.",,\r\nCurrent Code(s) Assignment,Effective October 1,Previous Code(s)\r\n'
        'S20.214A,2019,"S20.211A; S20.212A, S20.219A"\r\nU07.0,4/1/20,None\r\nA00.1,soon,\r\n',
        encoding="utf-8",
    )
    rows = read_conversion(single_file(path))
    assert next(rows) == Conversion("S20214A", date(2019, 10, 1), ("S20211A", "S20212A", "S20219A"))
    assert next(rows) == Conversion("U070", date(2020, 4, 1), ())
    with pytest.raises(ReleaseError, match=r"conversion 2020\.csv, row 5: expected a year or date"):
        next(rows)


def test_columns_are_found_by_their_headers_and_notes_are_skipped(tmp_path: Path) -> None:
    heads = ("", "Previous Code(s)", "Effective Date", "Current  Code\nAssignment")
    member = made_up(tmp_path, ("x", "A00.9", 2031, "A00.1"), ("",), ("", "", "", "A note below."), heads=heads)
    assert list(read_conversion(member)) == [Conversion("A001", date(2031, 10, 1), ("A009",))]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("nonsense", 2031, "A00.1"), r"made-up\.xlsx, sheet Made up, row 3: expected an ICD-10-CM code"),
        (("A00.1", "soon", "A00.1"), "row 3: expected a year or date"),
        (("A00.1", "", "A00.2"), "row 3: expected a year or date"),
        (("A00.1", 31, "A00.1"), "row 3: expected a year or date"),
        (("A00.1", "²⁰³¹", "A00.1"), "row 3: expected a year or date"),
        (("A00.1", 2031, "A00.1 | 7?"), "row 3: expected the codes used before"),
        (("", "", ""), "found none"),
    ],
)
def test_a_cell_of_another_form_is_refused(tmp_path: Path, cells: tuple[str | int, ...], expected: str) -> None:
    with pytest.raises(ReleaseError, match=expected):
        list(read_conversion(made_up(tmp_path, cells)))


def test_a_workbook_without_the_headers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="expected a header row with"):
        list(read_conversion(made_up(tmp_path, ("A00.1", 2031, "A00.2"), heads=("Code", "Year", "Before"))))


# Workbooks


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        ('<row r="1"><c r="XFD1048576"><v>1</v></c><c r="A1"><v>1</v></c></row>', "spans 16,384 columns and 1,048,576"),
        ('<row r="1"><c><v>1</v></c></row>', "have no position; save it again"),
        (
            "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 9000)),
            "the texts of .* are larger than 256 MB",
        ),
    ],
)
def test_a_sheet_that_would_fill_the_memory_is_refused(tmp_path: Path, sheet: str, expected: str) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(workbook([("x" * 30_000,)], sheet))
    with pytest.raises(ReleaseError, match=expected):
        list(sheet_rows(single_file(path)))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 200, b"no workbook"])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "made-up.xlsx"
    path.write_bytes(content)
    with pytest.raises(ReleaseError, match=r"made-up\.xlsx: "):
        list(sheet_rows(single_file(path)))


RAW = workbook([HEADS, ("A00.1", 2031, "A00.9")])


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(RAW)), st.integers(0, 4), st.binary(max_size=4))
def test_a_mutated_workbook_raises_only_release_errors(tmp_path: Path, at: int, cut: int, put: bytes) -> None:
    path = tmp_path / "mutated.xlsx"
    path.write_bytes(RAW[:at] + put + RAW[at + cut :])
    try:
        conversions = list(read_conversion(single_file(path)))
    except ReleaseError:
        return
    assert conversions


MARKUP = '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="B2"><v>1</v></c></row>'


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, len(MARKUP)),
    st.integers(0, 9),
    st.text(max_size=6) | st.sampled_from(["<c", "9" * 12, 't="d"', "-"]),
)
def test_a_mutated_sheet_raises_only_release_errors(tmp_path: Path, at: int, cut: int, put: str) -> None:
    path = tmp_path / "mutated.xlsx"
    sheet = MARKUP[:at] + put + MARKUP[at + cut :]
    path.write_bytes(workbook([("text",)], sheet.encode("utf-8", "replace").decode()))
    try:
        found_rows = list(sheet_rows(single_file(path)))
    except ReleaseError:
        return
    assert all(isinstance(cell, str) for _, _, cells in found_rows for cell in cells)
