"""Tables 5 and 6K of the final rule and the HCC mapping: the rows that are read, and the sentences of refusal."""

from pathlib import Path

import pytest

from app.releases.errors import ReleaseError
from app.releases.files.containers import single_file
from app.releases.medicare.cc_exclusions import read_cc_exclusions
from app.releases.medicare.drg_weights import read_drg_weights
from app.releases.medicare.hcc_mapping import read_hcc_mapping
from app.releases.records import CcCode, DrgWeight, HccCode
from build.payment_packages import package_file, payment_facts
from tests.releases import payment_files as files
from tests.releases.made_up import member, text, xlsx


def test_cc_exclusions(tmp_path: Path) -> None:
    table = read_cc_exclusions(member(tmp_path, "6k.txt", text(files.table_6k())))
    assert table.codes[:2] == (CcCode("A000", "CC", "2"), CcCode("A001", "CC", "2"))
    assert {code.code: (code.level, code.collection) for code in table.codes}["J1282"] == ("MCC", "0")
    assert table.collections["2"] == ("A000", "A001", "A009")
    assert len(table.collections) == 3


@pytest.mark.slow
def test_whole_table_agrees_with_the_list_of_the_grouper() -> None:
    table = read_cc_exclusions(single_file(package_file("drg", "data", "cms", "cc_exclusions.txt")))
    grouper = payment_facts().cc
    assert grouper is not None
    ours = {row.code: row for row in grouper.codes}
    assert {row.code: row.level for row in table.codes} == {code: row.level for code, row in ours.items()}
    assert {row.code: table.collections.get(row.collection, ()) for row in table.codes} == {
        code: grouper.exclusions.get(row.collection, ()) for code, row in ours.items()
    }


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (" A000    CC ", " A000    XX ", "line 12: expected a code, CC or MCC, and its exclusions, found 'A000    XX"),
        ("  A001    Cholera", "", "line 12: expected 3 principal diagnoses in the collection 2, found 2; the file is"),
        ("PDX collection 0002", "PDX collection 0007", "expected 3 principal diagnoses in the collection 2, found 0"),
        (" A001    CC ", " A000    CC ", "line 13: expected each code once, found A000 again"),
        (" A001    CC  0002:3", " A001    CC  0002:4", "line 13: expected 3 codes in the collection 2 as before"),
        ("  A009    Cholera", "  ?!", "expected a principal diagnosis, found '?!"),
        ("K Part 1", "Part One", "expected the codes of Part 1 of Table 6K, found none"),
    ],
)
def test_damaged_cc_exclusions(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    lines = files.table_6k(["A000", "A001"])
    place = next(number for number, line in enumerate(lines) if line.startswith(old))
    lines[place] = new + lines[place].removeprefix(old) if new else ""
    with pytest.raises(ReleaseError) as raised:
        read_cc_exclusions(member(tmp_path, "6k.txt", text(lines)))
    assert str(raised.value).startswith("6k.txt")
    assert sentence in str(raised.value)


def test_weights_as_workbook_and_as_text(tmp_path: Path) -> None:
    of_text = list(read_drg_weights(member(tmp_path, "5.txt", files.table_5().encode())))
    of_workbook = list(read_drg_weights(member(tmp_path, "5.xlsx", xlsx(files.table_5_rows()))))
    assert of_text == of_workbook
    assert len(of_text) == 770
    assert of_text[8] == DrgWeight("010", 7.1757, 5.9, 6.0)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("\n002\t", "\n001\t", "line 5: expected each MS-DRG once, found 001 again"),
        ("\n002\t", "\n2A\t", "line 5: expected a row of an MS-DRG, found '2A No"),
        ("11.3318\t11.3318", "11.3318\tnone", "line 5: expected a number, found 'none'"),
        ("Geometric mean LOS", "Mean LOS", "expected the rows of Table 5, found none"),
    ],
)
def test_damaged_weights(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    damaged = files.table_5().replace(old, new, 1)
    with pytest.raises(ReleaseError) as raised:
        list(read_drg_weights(member(tmp_path, "5.txt", damaged.encode())))
    assert sentence in str(raised.value)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_hcc_mapping(tmp_path: Path, form: str) -> None:
    rows = files.hcc_mapping()
    content = xlsx(rows) if form == "xlsx" else files.comma_separated(rows)
    codes = list(read_hcc_mapping(member(tmp_path, f"mapping.{form}", content)))
    assert HccCode("E1140", "CMS-HCC V28", "37") in codes
    assert {row.category for row in codes if (row.code, row.model) == ("E11621", "CMS-HCC V28")} == {"37", "383"}
    assert {row.model for row in codes} == {"CMS-HCC V28", "CMS-HCC ESRD V24", "RxHCC V08"}
    facts = payment_facts().hcc
    assert facts is not None
    assert set(codes) == {row for row in facts.codes if row.code in files.MAPPED}


def test_category_that_the_year_does_not_count(tmp_path: Path) -> None:
    rows = files.hcc_mapping()
    (place,) = (number for number, row in enumerate(rows) if row[:1] == ["E1140"])
    rows[place][8] = "No"
    codes = list(read_hcc_mapping(member(tmp_path, "mapping.csv", files.comma_separated(rows))))
    assert "CMS-HCC V28" not in {row.model for row in codes if row.code == "E1140"}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["E119", "A title", "", "", "high"], "row 30: expected a category of CMS-HCC V28, found 'high'"),
        (["?", "A title", "", "", "1"], "row 30: expected a diagnosis code, found '?'"),
        (["E119", "A", "", "", "38", "", "", "", "so"], "row 30: expected Yes or No for CMS-HCC V28, found 'so'"),
    ],
)
def test_damaged_hcc_mapping(tmp_path: Path, row: list[str], sentence: str) -> None:
    damaged = files.comma_separated(files.hcc_mapping(changed=[row]))
    with pytest.raises(ReleaseError) as raised:
        list(read_hcc_mapping(member(tmp_path, "mapping.csv", damaged)))
    assert sentence in str(raised.value)


def test_hcc_mapping_without_rows(tmp_path: Path) -> None:
    empty = files.comma_separated(files.hcc_mapping()[:4])
    with pytest.raises(ReleaseError, match="expected diagnosis codes with their categories, found none"):
        list(read_hcc_mapping(member(tmp_path, "mapping.csv", empty)))
