"""The list of codes exempt from POA reporting: the official one in both forms, and damaged ones."""

import zipfile
from pathlib import Path

import pytest

from app.releases.errors import ReleaseError
from app.releases.medicare.poa_exempt import FEWEST_CODES, read_poa_exempt
from app.releases.recognition.format_kinds import COMPANIONS, Format
from app.releases.recognition.recognize import recognize
from tests.official import official
from tests.releases import made_up

HEADER = "Order26\tPOAexemptCode\tDescription"
ROWS = ("00001\tB90.0\tFirst", '00002\tQ00.1\t"Second, with a comma"', "00009\tZ99.89\tLast")


def codes(folder: Path, *lines: str) -> list[str]:
    return list(read_poa_exempt(made_up.member(folder, "POAexemptCodes.txt", made_up.text(lines))))


def long_list(year: str, rows: int) -> list[str]:
    """Return a made-up list whose last code is Z99.89."""
    listed = [f"{number:05}\tQ{number // 100:02}.{number % 100:02}\tMade-up" for number in range(1, rows)]
    return [HEADER.replace("26", year), *listed, f"{rows:05}\tZ99.89\tLast"]


def test_codes_are_plain_and_in_order(tmp_path: Path) -> None:
    assert codes(tmp_path, HEADER, *ROWS, "") == ["B900", "Q001", "Z9989"]


@pytest.mark.slow
def test_both_forms_of_the_official_list_have_the_same_codes(tmp_path: Path) -> None:
    with zipfile.ZipFile(official("icd10cm", "POAexemptCodesFY26.zip")) as archive:
        archive.extractall(tmp_path)
    read = [file for file in recognize(tmp_path)[0] if file.format is Format.CM_POA_EXEMPT]
    text, workbook = (list(read_poa_exempt(file.member)) for file in read)
    assert text == workbook
    assert len(set(text)) == 38_349


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((HEADER, ROWS[0]), "expected codes up to Z99, found B900 as the last one; the file is cut"),
        ((HEADER,), "expected codes up to Z99, found none as the last one"),
        ((HEADER, *ROWS[:2], "00009\tZ99.8"), "row 4: expected a number, a code and its title, found '00009 Z99.8'"),
        ((HEADER, ROWS[0], "00002\t99213\tVisit"), "row 3: expected a number, a code and its title"),
        ((HEADER, ROWS[1], ROWS[0], ROWS[2]), "row 3: expected a number above 00002, found '00001'"),
        ((HEADER, ROWS[0], ROWS[0], ROWS[2]), "row 3: expected a number above 00001, found '00001'"),
        (("Code\tDescription", *ROWS), "row 1: expected the columns POAexemptCode and Description"),
    ],
)
def test_a_damaged_list_is_refused(tmp_path: Path, lines: tuple[str, ...], message: str) -> None:
    with pytest.raises(ReleaseError) as refused:
        codes(tmp_path, *lines)
    assert message in str(refused.value)


def test_the_header_gives_the_year_before_the_name(tmp_path: Path) -> None:
    made_up.member(tmp_path, "POAexemptCodesFY26.txt", made_up.text(long_list("27", FEWEST_CODES)))
    (file,), unread = recognize(tmp_path)
    assert (file.format, file.name, unread) == (Format.CM_POA_EXEMPT, "FY2027", [])


def test_a_header_without_a_year_leaves_it_to_the_name(tmp_path: Path) -> None:
    made_up.member(tmp_path, "POAexemptCodesFY25.txt", made_up.text(long_list("", FEWEST_CODES)))
    (file,), _ = recognize(tmp_path)
    assert file.name == "FY2025"


def test_changes_are_not_the_list(tmp_path: Path) -> None:
    made_up.member(tmp_path, "POAexemptAddCodesFY26.txt", made_up.text(long_list("26", FEWEST_CODES - 1)))
    read, (unread,) = recognize(tmp_path)
    assert (read, unread.reason, unread.companion) == ([], COMPANIONS[Format.CM_POA_CHANGES], True)
