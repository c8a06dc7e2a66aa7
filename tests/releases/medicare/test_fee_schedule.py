"""The physician fee schedule: the rows at hand, and made-up ones, since those of CPT may not be kept."""

from pathlib import Path

import pytest

from app.library.own_words.fee_schedule_fields import FeeScheduleFields, read_fee_schedule_fields
from app.paths import resource
from app.releases.cpt.code_files import copyright_notice
from app.releases.errors import ReleaseError
from app.releases.files.containers import single_file
from app.releases.medicare.fee_schedule import FEE_COLUMNS, PprrvuRow, cpt_codes, read_pprrvu
from tests.official import official
from tests.releases.damaged import damaged, refused
from tests.releases.made_up import longult, member, pprrvu, pprrvu_txt, separated, text, xlsx

CSV = text(separated(pprrvu(), ",", []))


def read(folder: Path, name: str, content: bytes) -> list[PprrvuRow]:
    return list(read_pprrvu(member(folder, name, content)))


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(ReleaseError) as raised:
        read(folder, "made-up.file", content)
    assert str(raised.value).startswith("made-up.file")
    return str(raised.value)


@pytest.fixture(scope="module")
def meanings() -> FeeScheduleFields:
    return read_fee_schedule_fields(resource("tables"))


def test_the_official_columns_are_all_known(meanings: FeeScheduleFields) -> None:
    excerpt = single_file(official("pfs", "PPRRVU2026_Jul_nonQPP.header+3rows.redacted.csv"))
    rows = list(read_pprrvu(excerpt))
    assert [row.code for row in rows] == ["0001F", "00100", "00534"]
    assert len(rows[0].fields) == 25
    for row in rows:
        for name, value in row.fields:
            assert name in FEE_COLUMNS
            assert meanings.name(name) != name
            # Whatever is no decimal number is a coded value.
            assert "." in value or meanings.meaning(name, value), (name, value)
    assert copyright_notice(excerpt).startswith(
        "CPT codes and descriptions only are copyright 2026 American Medical Association."
    )
    assert "Dental" not in copyright_notice(excerpt)


def test_a_column_that_an_older_year_lacks_moves_no_other(tmp_path: Path) -> None:
    new = read(tmp_path, "new.csv", CSV)
    old = read(tmp_path, "old.csv", text(separated(pprrvu(without="PRIC IND"), ",", [])))
    for after, before in zip(new, old, strict=True):
        assert before.fields == tuple(field for field in after.fields if field[0] != "PRIC IND")
    assert dict(new[0].fields)["PRIC IND"] == "9"


def test_csv_tab_sheet_and_fixed_columns_have_the_same_rows(tmp_path: Path) -> None:
    rows = read(tmp_path, "a.csv", CSV)
    assert [(row.code, row.modifier) for row in rows] == [
        ("00001", ""),
        ("00001", "26"),
        ("00001", "TC"),
        ("0001F", ""),
        ("G0001", ""),
    ]
    assert rows == read(tmp_path, "a.txt", text(separated(pprrvu(), "\t", [])))
    assert rows == read(tmp_path, "a.xlsx", xlsx(pprrvu()))
    fixed = read(tmp_path, "b.txt", text(pprrvu_txt()))
    assert [row.description for row in fixed] == [row.description for row in rows]
    for fixed_row, row in zip(fixed, rows, strict=True):
        assert {name: value.lstrip("0") for name, value in fixed_row.fields} == {
            name: value.lstrip("0") for name, value in row.fields
        }


def test_leading_zeros_that_a_spreadsheet_program_removed_are_restored(tmp_path: Path) -> None:
    rows = pprrvu()
    days = [name for name, _ in read(tmp_path, "a.csv", CSV)[0].fields].index("GLOB DAYS")
    place = rows[9].index("090")
    assert days > 0
    rows[9][place] = "10"
    assert dict(read(tmp_path, "b.csv", text(separated(rows, ",", [])))[0].fields)["GLOB DAYS"] == "010"


def test_a_code_is_one_record_with_the_changes_of_its_modifiers(tmp_path: Path) -> None:
    codes = list(cpt_codes(read(tmp_path, "a.csv", CSV)))
    assert [(code.code, code.short) for code in codes] == [("00001", "Made-up one"), ("0001F", "Made-up two")]
    assert dict(codes[0].fields)["WORK RVU"] == "1.00"
    assert [field for field in codes[0].fields if field[0].startswith(("26 ", "TC "))] == [
        ("26 WORK RVU", "0.60"),
        ("TC WORK RVU", "0.00"),
    ]


def test_dental_codes_are_left_out(tmp_path: Path) -> None:
    rows = read(tmp_path, "a.csv", CSV)
    assert [(row.code, dict(row.fields)["STATUS CODE"]) for row in rows if row.code[0].isalpha()] == [("G0001", "C")]
    assert not any(row.code.startswith("D") for row in rows)


def test_a_modifier_before_a_field_is_explained(meanings: FeeScheduleFields) -> None:
    assert meanings.name("26 WORK RVU") == "Work RVU, modifier 26"
    assert meanings.name("NON-FAC PE RVU") == "Practice expense RVU, office"
    assert meanings.meaning("TC GLOB DAYS", "XXX") == "Does not apply"
    assert (meanings.name("NEW COLUMN"), meanings.meaning("NEW COLUMN", "1")) == ("NEW COLUMN", "")


def test_every_column_has_a_meaning(meanings: FeeScheduleFields) -> None:
    assert tuple(meanings.names) == FEE_COLUMNS


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "header"),
        (text(longult()), "header"),
        (text(separated(pprrvu()[:9], ",", [])), "below the header"),
        (text(separated([row[:-1] for row in pprrvu()[:9]] + pprrvu()[9:], ",", [])), "line 10: expected 31 columns"),
        (text(separated([*pprrvu(), pprrvu()[9][:20]], ",", [])), "line 16: expected 32 columns, found 20"),
        (text(separated([*pprrvu(), ["100", *pprrvu()[9][1:]]], ",", [])), "line 16: expected a HCPCS code"),
        (text(separated([*pprrvu(), ["0000²", *pprrvu()[9][1:]]], ",", [])), "line 16: expected a HCPCS code"),
        (CSV.replace(b'"1.00"', b'"1,00"'), "line 10: expected a number as WORK RVU"),
        # Without the lines that are stacked above it the last one does not tell the columns.
        (text(separated(pprrvu()[8:], ",", [])), "line 1: expected a column STATUS CODE"),
        (text([line[:60] for line in pprrvu_txt()]), "line 2: expected the columns of 2026"),
        (text([line.replace("Made-up one ", "Made-up one") for line in pprrvu_txt()]), "line 2: expected"),
        (CSV + b'"' + b"x\n" * 100_000, "line 16: expected a row of at most 500 lines, found more; a quotation mark"),
    ],
)
def test_errors_are_refused_with_their_line(tmp_path: Path, content: bytes, expected: str) -> None:
    assert expected in refusal(tmp_path, content)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", CSV), ("a.txt", text(pprrvu_txt())), ("a.xlsx", xlsx(pprrvu()))],
)
def test_damaged_files_are_read_or_refused(tmp_path: Path, name: str, content: bytes) -> None:
    assert refused(tmp_path / name, damaged(content, 400, seed=11), read_pprrvu) > 50
    refused(
        tmp_path / name,
        damaged(content, 100, seed=12),
        copyright_notice,
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("STATUS CODE\tA", "line 1: expected 3 columns, found 2"),
        ("STATUS CODE\tA\tActive", "line 1: expected A of STATUS CODE once and below"),
        ("STATUS CODE\t-\tStatus", "line 1: expected the name of STATUS CODE once, a colon"),
    ],
)
def test_a_row_of_the_table_that_does_not_fit_is_refused(tmp_path: Path, row: str, expected: str) -> None:
    (tmp_path / "fee_schedule_fields.tsv").write_text(row, encoding="utf-8")
    with pytest.raises(ReleaseError, match=expected):
        read_fee_schedule_fields(tmp_path)
