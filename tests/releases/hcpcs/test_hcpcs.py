"""HCPCS Level II: the real files in both forms, and small made-up ones for what the real ones must never have."""

import io
import random
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member, members, single_file
from app.releases.hcpcs.code_file import read_hcpcs
from app.releases.hcpcs.text_form import HCPCS_COLUMNS
from app.releases.records import HcpcsCode
from tests.official import official
from tests.releases.damaged import ODD_CHARACTERS, damaged, refused

NAMES = [name for name, _begin, _end in HCPCS_COLUMNS]


def real_member(archive: str, ending: str) -> Member:
    (matching,) = (member for member in members(official("hcpcs", archive)) if member.inside.endswith(ending))
    return matching


@pytest.fixture(scope="module")
def text_2019() -> dict[str, HcpcsCode]:
    return by_code(read_hcpcs(real_member("2019-alpha-numeric-hcpcs-file.zip", "ANWEB.txt")))


@pytest.fixture(scope="module")
def sheet_2019() -> dict[str, HcpcsCode]:
    return by_code(read_hcpcs(real_member("2019-alpha-numeric-hcpcs-file.zip", "ANWEB.xlsx")))


@pytest.fixture(scope="module")
def october_2020() -> dict[str, HcpcsCode]:
    return by_code(read_hcpcs(real_member("2020-october-alpha-numeric-hcpcs-file.zip", "ANWEB.xlsx")))


@pytest.fixture(scope="module")
def october_2025() -> dict[str, HcpcsCode]:
    return by_code(read_hcpcs(real_member("october-2025-alpha-numeric-hcpcs-file.zip", "ANWEB.xlsx")))


def by_code(records: Iterable[HcpcsCode]) -> dict[str, HcpcsCode]:
    all_records = list(records)
    assert len({record.code for record in all_records}) == len(all_records)
    return {record.code: record for record in all_records}


def count(codes: dict[str, HcpcsCode], modifier: bool) -> int:
    return sum(code.modifier is modifier for code in codes.values())


# The real files


@pytest.mark.slow
def test_october_2025_is_counted(october_2025: dict[str, HcpcsCode]) -> None:
    assert count(october_2025, modifier=False) == 8_463
    assert count(october_2025, modifier=True) == 383
    # A code has ended when it has a termination date: none of those in the file lies after the release.
    ended = [code for code in october_2025.values() if code.ended]
    assert sum(not code.modifier for code in ended) == 1_205
    assert sum(code.modifier for code in ended) == 20
    assert max(code.ended for code in ended if code.ended) == date(2025, 9, 30)


@pytest.mark.slow
def test_a_code_of_october_2025(october_2025: dict[str, HcpcsCode]) -> None:
    assert october_2025["J1100"] == HcpcsCode(
        code="J1100",
        modifier=False,
        title="Injection, dexamethasone sodium phosphate, 1 mg",
        short="Dexamethasone sodium phos",
        fields=(
            ("PRICE1", "51"),
            ("MULT_PI", "A"),
            ("MCM1", "2049"),
            ("COV", "D"),
            ("BETOS", "O1E"),
            ("TOS1", "1"),
            ("TOS2", "P"),
            ("ANEST_BU", "0"),
        ),
        added=date(1982, 1, 1),
        effective=date(2001, 1, 1),
        ended=None,
        action="N",
    )
    assert october_2025["LT"].modifier
    assert next(iter(october_2025)) == "A1"


def test_cells_that_cms_wrote_as_numbers(october_2025: dict[str, HcpcsCode]) -> None:
    assert dict(october_2025["C1742"].fields)["TOS1"] == "2"
    assert october_2025["C9301"].added == date(2025, 4, 1)
    assert october_2025["J9333"].effective == date(2025, 10, 1)
    assert october_2025["C9088"].ended == date(2025, 9, 30)


@pytest.mark.slow
def test_2019_is_counted_in_both_forms(text_2019: dict[str, HcpcsCode], sheet_2019: dict[str, HcpcsCode]) -> None:
    for codes in (text_2019, sheet_2019):
        assert count(codes, modifier=False) == 6_440
        assert count(codes, modifier=True) == 360


def test_both_forms_of_2019_agree(text_2019: dict[str, HcpcsCode], sheet_2019: dict[str, HcpcsCode]) -> None:
    assert list(text_2019) == list(sheet_2019)
    dates: set[str] = set()
    fields: dict[str, set[tuple[str, str]]] = {}
    for code, text in text_2019.items():
        sheet = sheet_2019[code]
        assert (text.modifier, text.title, text.short) == (sheet.modifier, sheet.title, sheet.short)
        assert (text.added, text.ended, text.action) == (sheet.added, sheet.ended, sheet.action)
        if text.effective != sheet.effective:
            # The sheet leaves the effective date blank where it is the date of adding.
            assert (sheet.effective, text.effective) == (None, text.added)
            dates.add(code)
        if text.fields != sheet.fields:
            fields[code] = set(text.fields) ^ set(sheet.fields)
            assert set(text.fields) <= set(sheet.fields)
    assert len(dates) == 115
    # The text leaves out the fourth type of service, rental, which two codes have in the sheet.
    assert fields == {"E0210": {("TOS4", "R")}, "E0776": {("TOS4", "R")}}


def test_long_titles_are_joined_over_their_lines(text_2019: dict[str, HcpcsCode]) -> None:
    assert text_2019["AD"].title == (
        "Medical supervision by a physician: more than four concurrent anesthesia procedures"
    )
    # One of its lines is four characters short of all others.
    assert text_2019["G8891"].title.endswith(
        "hypertension with standard treatment goals is not clinically appropriate)"
    )
    assert text_2019["G0503"].title.endswith("and are prepared for discharge from active treatment")


@pytest.mark.slow
def test_october_2020_has_notes_above_its_header_and_a_code_over_two_rows(
    october_2020: dict[str, HcpcsCode],
) -> None:
    assert count(october_2020, modifier=False) == 6_825
    assert count(october_2020, modifier=True) == 371
    assert october_2020["G0503"].title.endswith(
        "and/or other treatment goals and are prepared for discharge from active treatment"
    )
    # CMS wrote its record code and its dates as numbers.
    assert october_2020["J5"].modifier
    assert october_2020["J5"].added == date(2020, 10, 1)
    assert october_2020["J5"].title.startswith("Off-the-shelf orthotic subject to dmepos competitive bidding program")


def test_cross_references_name_codes(october_2025: dict[str, HcpcsCode], text_2019: dict[str, HcpcsCode]) -> None:
    led = [value for code in october_2025.values() for name, value in code.fields if name.startswith("XREF")]
    outside = [value for value in led if value not in october_2025]
    assert (len(led), len(outside)) == (220, 55)
    # Codes of CPT are not in this file, and P7001 names no code of it.
    assert sum(value[0].isdigit() for value in outside) == 47
    assert outside.count("CPT") == 1
    # The other seven had been deleted so long before that the file of 2019 does not list them either.
    deleted = {value for value in outside if value[0].isalpha()} - {"CPT"}
    assert deleted == {"A0030", "K0021", "Q0073", "Q0074", "Q0087", "Q0089", "Q0090"}
    assert not deleted & text_2019.keys()


@pytest.mark.slow
@pytest.mark.parametrize("archive", ["2019-alpha-numeric-hcpcs-file.zip", "2020-october-alpha-numeric-hcpcs-file.zip"])
def test_the_other_files_of_the_zips_are_refused(archive: str) -> None:
    others = [member for member in members(official("hcpcs", archive)) if "ANWEB" not in member.inside]
    assert others
    for member in others:
        with pytest.raises(ReleaseError, match=r"expected HCPCS codes, found none|expected a header row"):
            tuple(read_hcpcs(member))


@pytest.mark.slow
def test_no_dental_and_no_level_one_codes(
    text_2019: dict[str, HcpcsCode], october_2020: dict[str, HcpcsCode], october_2025: dict[str, HcpcsCode]
) -> None:
    for codes in (text_2019, october_2020, october_2025):
        assert Counter(code[0] for code in codes if len(code) == 5).keys() == set("ABCEGHJKLMPQRSTUV") - (
            {"U"} if codes is text_2019 else set()
        )
    # A D keeps a code out, not a modifier.
    assert october_2025["DA"].modifier


# Made-up files


def line(code: str, title: str, sequence: int = 100, recid: str = "3", **cells: str) -> str:
    """A line of the fixed-width file. Names of columns with a blank in them are written with an underscore."""
    values = {
        "HCPC": code.rjust(5),
        "SEQNUM": f"{sequence:05}",
        "RECID": recid,
        "LONG DESCRIPTION": title,
        **{name if name in NAMES else name.replace("_", " "): value for name, value in cells.items()},
    }
    characters = [" "] * 320
    for name, begin, end in HCPCS_COLUMNS:
        characters[begin - 1 : end] = values.get(name, "").ljust(end - begin + 1)
    assert len(characters) == 320
    return "".join(characters)


def text_file(folder: Path, *lines: str) -> Member:
    path = folder / "hcpcs.txt"
    path.write_bytes("".join(f"{text}\r\n" for text in lines).encode("cp1252"))
    return single_file(path)


FIRST = line("A1001", "Made-up splint", ADD_DT="20300101", ACT_EFF_DT="20300101", ACTION_CD="A")
NOTICE = "*Brand names\u2026 may appear\xa0 here."


def test_a_small_text(tmp_path: Path) -> None:
    member = text_file(
        tmp_path,
        "***Disclaimers\t\t",
        NOTICE,
        "",
        line("ZZ", "Made-up modifier \u2013 of", 100, "7", TERM_DT="20291231", ACTION_CD="D"),
        line("ZZ", "two lines", 300, "8")[:40],
        line("D1001", "A dental code", 100, "3", ACTION_CD="N"),
        line("D1001", "of two lines", 200, "4"),
        line("00001", "A Level I code", 100, "3", ACTION_CD="N"),
        line("22", "A Level I modifier", 100, "7", ACTION_CD="N"),
        line("A1001", "Made-up splint", PRICE1="38", PRICE2="46", LABCERT8="010", TOS5="S", XREF5="A1002"),
    )
    modifier, code = read_hcpcs(member)
    assert (modifier.code, modifier.modifier, modifier.title) == ("ZZ", True, "Made-up modifier \u2013 of two lines")
    assert (modifier.ended, modifier.action, modifier.fields) == (date(2029, 12, 31), "D", ())
    assert (code.code, code.added, code.effective, code.ended) == ("A1001", None, None, None)
    assert code.fields == (
        ("PRICE1", "38"),
        ("PRICE2", "46"),
        ("LABCERT8", "010"),
        ("XREF5", "A1002"),
        ("TOS5", "S"),
    )


def test_a_file_without_trailing_blanks_is_read(tmp_path: Path) -> None:
    lines = [FIRST.rstrip(), line("A1001", "in short", 200, "4").rstrip()]
    (code,) = read_hcpcs(text_file(tmp_path, *lines))
    assert code.title == "Made-up splint in short"


def test_the_same_record_again_is_left_out(tmp_path: Path) -> None:
    assert len(list(read_hcpcs(text_file(tmp_path, FIRST, FIRST)))) == 1


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), "hcpcs.txt: expected HCPCS codes, found none."),
        (("<html>", "Moved"), "hcpcs.txt: expected HCPCS codes, found none."),
        ((FIRST, "Some note"), "line 2: expected a code, five digits and a record code"),
        ((FIRST[:250],), "line 1: expected at least 293 characters, found 250."),
        ((FIRST, line("A1001", "and more", 200, "4")[:50]), "line 2: the file is cut off here"),
        ((FIRST, line("A1002", "of nothing", 200, "4")), "line 2: expected the continuation of A1001"),
        ((FIRST, line("A1001", "again", 100, "4")), "line 2: expected the continuation of A1001 after sequence"),
        ((line("A1001", "of nothing", 200, "4"),), "line 1: expected the continuation of a code"),
        (
            (FIRST, FIRST.replace("splint", "sling ")),
            "line 2: expected each code once, found A1001 again with other contents.",
        ),
        ((line("A1²01", "x"),), "line 1: expected a code of a letter and four digits, found 'A1²01'"),
        ((line("A1001", "x", recid="7"),), "line 1: expected a modifier of two characters, found 'A1001'"),
        ((line("A1001", ""),), "line 1: expected a long description of A1001, found none."),
        ((line("A1001", "x", ADD_DT="20300231"),), "expected a date as YYYYMMDD in ADD DT, found '20300231'"),
        ((line("A1001", "x", TERM_DT="2030"),), "expected a date as YYYYMMDD in TERM DT, found '2030'"),
        ((line("A1001", "x", ACT_EFF_DT="2030013²"),), "in ACT EFF DT, found '2030013²'"),
        ((line("A1001", "x", ACTION_CD="?"),), "expected one capital letter as the action code, found '?'"),
        ((line("A1001", "x\x07y"),), "found the character U+0007"),
        ((line("A1001", "x").replace("x", "\0"),), "NUL byte"),
        ((FIRST + "x" * 100_000,), "100,000 characters"),
    ],
)
def test_other_texts_are_refused(tmp_path: Path, lines: tuple[str, ...], expected: str) -> None:
    with pytest.raises(ReleaseError) as raised:
        tuple(read_hcpcs(text_file(tmp_path, *lines)))
    assert str(raised.value).startswith("hcpcs.txt")
    assert expected in str(raised.value)


Cell = str | int


def workbook(*sheets: Sequence[Sequence[Cell]]) -> bytes:
    """An xlsx with a sheet for each list of rows; numbers are written as numbers."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    numbers = range(1, len(sheets) + 1)
    names = "".join(f'<sheet name="S{number}" sheetId="{number}" r:id="r{number}"/>' for number in numbers)
    targets = ((f"r{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in numbers)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("_rels/.rels", _relationships([("r0", "officeDocument", "xl/workbook.xml")]))
        archive.writestr("xl/_rels/workbook.xml.rels", _relationships(targets))
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{names}</sheets></workbook>'
        )
        for number, sheet in zip(numbers, sheets, strict=True):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(sheet))
    return buffer.getvalue()


def _relationships(targets: Iterable[tuple[str, str, str]]) -> str:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relationships = "".join(
        f'<Relationship Id="{key}" Type="{office}/{kind}" Target="{part}"/>' for key, kind, part in targets
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{package}">{relationships}</Relationships>'


def _sheet(rows: Sequence[Sequence[Cell]]) -> str:
    row_elements: list[str] = []
    for number, row in enumerate(rows, 1):
        cells: list[str] = []
        for column, cell in enumerate(row):
            reference = f"{_letters(column)}{number}"
            if isinstance(cell, int):
                cells.append(f'<c r="{reference}"><v>{cell}</v></c>')
            elif cell:
                text = f'<is><t xml:space="preserve">{escape(cell)}</t></is>'
                cells.append(f'<c r="{reference}" t="inlineStr">{text}</c>')
        row_elements.append(f'<row r="{number}">{"".join(cells)}</row>')
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{"".join(row_elements)}</sheetData></worksheet>'


def _letters(column: int) -> str:
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)


def row(names: Sequence[str], **cells: Cell) -> list[Cell]:
    """A row under the header `names`, of cells named as there with underscores for blanks."""
    return [cells.get(name.replace(" ", "_"), "") for name in names]


def sheet_member(folder: Path, *sheets: Sequence[Sequence[Cell]]) -> Member:
    path = folder / "hcpcs.xlsx"
    path.write_bytes(workbook(*sheets))
    return single_file(path)


SMALL = [
    "HCPC",
    "SEQNUM",
    "RECID",
    "LONG DESCRIPTION",
    "SHORT DESCRIPTION",
    "PRICE1",
    "LABCERT1",
    "COV",
    "PROCNOTE",
    "ADD DT",
    "ACT EFF DT",
    "TERM DT",
    "ACTION CD",
]
SPLINT = row(SMALL, HCPC="A1001", SEQNUM="0010", RECID="3", LONG_DESCRIPTION="Made-up splint", COV="C", ACTION_CD="N")


def test_a_small_sheet_whose_header_stands_below_and_in_another_order(tmp_path: Path) -> None:
    names = ["New!", *reversed(SMALL)]
    header = [name.lower().replace(" ", "_") if name in SMALL else name for name in names]
    first = row(names, HCPC="   ZZ", SEQNUM=10, RECID=7, LONG_DESCRIPTION=" One", ADD_DT=20300101, TERM_DT="2031-12-31")
    second = row(names, HCPC="ZZ", SEQNUM=20, RECID=8, LONG_DESCRIPTION="two ")
    code = row(names, HCPC="A1001", SEQNUM=10, RECID=3, LONG_DESCRIPTION="Splint", PRICE1=0, LABCERT1=10, PROCNOTE=17)
    code[0] = "soon"
    member = sheet_member(tmp_path, [["Notes"]], [["A note"], [], header, first, second, [], code, ["* A note"]])
    modifier, splint = read_hcpcs(member)
    assert (modifier.code, modifier.title, modifier.fields) == ("ZZ", "One two", ())
    assert (modifier.added, modifier.ended) == (date(2030, 1, 1), date(2031, 12, 31))
    assert splint.fields == (("PRICE1", "00"), ("LABCERT1", "010"), ("PROCNOTE", "0017"), ("New!", "soon"))


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [
        (([["HCPC", "LONG DESCRIPTION"], ["A1001", "Splint"]],), "expected a header row with the columns HCPC,"),
        (([SMALL],), "expected HCPCS codes, found none."),
        (([SMALL, SPLINT], [SMALL, SPLINT]), "row 1: expected HCPCS codes in one sheet, found them in S1 and S2."),
        (([SMALL, [*SPLINT[:2], "9", *SPLINT[3:]]],), "row 2: expected a record code of 3, 4, 7 or 8, found '9'."),
        (
            ([SMALL, ["A1001", "x", *SPLINT[2:]]],),
            "row 2: expected a sequence number of at most five digits, found 'x'.",
        ),
        (([SMALL, [*SPLINT[:9], 20301301, *SPLINT[10:]]],), "row 2: expected a date as YYYYMMDD in ADD DT"),
        (
            ([SMALL, SPLINT, ["A1001", "0010", "3", "Sling"]],),
            "row 3: expected each code once, found A1001 again with other contents.",
        ),
    ],
)
def test_other_sheets_are_refused(tmp_path: Path, sheets: tuple[Sequence[Sequence[Cell]], ...], expected: str) -> None:
    with pytest.raises(ReleaseError) as raised:
        tuple(read_hcpcs(sheet_member(tmp_path, *sheets)))
    assert str(raised.value).startswith("hcpcs.xlsx")
    assert expected in str(raised.value)


# Damaged files


@pytest.mark.slow
def test_damaged_texts_are_read_or_refused(tmp_path: Path) -> None:
    lines = [NOTICE, *(line(f"A{number:04}", "Made-up", ADD_DT="20300101", ACTION_CD="N") for number in range(30))]
    lines.insert(20, line("A0018", "in two lines", 200, "4"))
    content = "\r\n".join(lines).encode("cp1252")
    assert refused(tmp_path / "hcpcs.txt", damaged(content, 800, seed=14), read_hcpcs) > 300


@pytest.mark.slow
def test_damaged_parts_of_the_real_text_are_read_or_refused(tmp_path: Path) -> None:
    with real_member("2019-alpha-numeric-hcpcs-file.zip", "ANWEB.txt").open() as stream:
        parts = [stream.read(60_000) for _ in range(6)]
    for seed, part in enumerate(parts):
        assert refused(tmp_path / "hcpcs.txt", damaged(part, 50, seed), read_hcpcs) > 10


@pytest.mark.slow
def test_damaged_cells_are_read_or_refused(tmp_path: Path) -> None:
    dice = random.Random(15)
    contents: list[bytes] = []
    for _ in range(300):
        rows: list[list[Cell]] = [["A note"], list(SMALL), *(list(SPLINT) for _ in range(3))]
        for number, code in enumerate(rows[2:], 1):
            code[0] = f"A100{number}"
        for _ in range(dice.randint(1, 3)):
            hit = dice.choice(rows)
            odd_character = dice.choice([text for text in ODD_CHARACTERS if text.isprintable()])
            hit[dice.randrange(len(hit))] = dice.choice(
                ["", odd_character, str(hit[0]) + odd_character, -1, 10**20, "x" * 200_000]
            )
        contents.append(workbook(rows))
    assert refused(tmp_path / "hcpcs.xlsx", contents, read_hcpcs) > 100


def test_damaged_workbooks_are_read_or_refused(tmp_path: Path) -> None:
    content = workbook([SMALL, SPLINT])
    assert refused(tmp_path / "hcpcs.xlsx", damaged(content, 300, seed=16), read_hcpcs) > 150
    with real_member("2020-october-alpha-numeric-hcpcs-file.zip", "ANWEB.xlsx").open() as stream:
        real = stream.read()
    assert refused(tmp_path / "hcpcs.xlsx", damaged(real, 8, seed=17), read_hcpcs) > 3
