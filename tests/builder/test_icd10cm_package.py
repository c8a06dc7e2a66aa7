"""The list of codes inside the ICD-10-CM package, and where packages keep their data."""

from pathlib import Path

import pytest

from app.library.code_history import Snapshot, same_title
from app.releases.errors import ReleaseError
from app.releases.icd.order_file import read_order
from app.releases.recognition.format_kinds import Format
from app.releases.recognition.recognize import recognize
from build.icd10cm_package import data_folder, icd10cm_contents, read_codes, read_valid_codes
from tests.official import official


def list_of(folder: Path, *lines: str) -> Path:
    path = folder / "code-list.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_chapters_and_sections_are_no_codes(tmp_path: Path) -> None:
    path = list_of(tmp_path, "1", "A00-A09", "A00", "A000", "S06.0XXA"[:3], "", "22", "C7A")
    assert read_codes(path, frozenset()) == {"A00", "A000", "S06", "C7A"}


def test_section_of_one_category_comes_twice(tmp_path: Path) -> None:
    path = list_of(tmp_path, "B20", "B20", "B25")
    assert read_codes(path, frozenset({"B20-B20"})) == {"B20", "B25"}


@pytest.mark.parametrize("bad", ["A0", "A00.0", "a000", "A00000000", "cholera", "0DTJ4ZZ", "A00 A01"])
def test_line_that_is_no_code(tmp_path: Path, bad: str) -> None:
    with pytest.raises(ReleaseError, match=r"code-list\.txt, line 3: expected a code") as raised:
        read_codes(list_of(tmp_path, "A00", "A000", bad), frozenset())
    assert repr(bad) in str(raised.value)


def test_code_that_stands_there_twice(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"line 2: A00 is there twice"):
        read_codes(list_of(tmp_path, "A00", "A00"), frozenset())


def test_package_that_is_not_installed() -> None:
    with pytest.raises(ReleaseError, match=r"no-such-package is not installed; run `make setup`"):
        data_folder("no_such_package")


def test_package_of_another_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def empty_folder(_package: str) -> Path:
        return tmp_path

    monkeypatch.setattr("build.icd10cm_package.data_folder", empty_folder)
    with pytest.raises(ReleaseError, match="install the version that is pinned"):
        icd10cm_contents()


@pytest.fixture(scope="module")
def years() -> tuple[Snapshot, ...]:
    return icd10cm_contents().snapshots


def test_years_of_codes(years: tuple[Snapshot, ...]) -> None:
    assert [snapshot.release.name for snapshot in years] == ["FY2025", "FY2026", "FY2026 (April 2026)"]
    assert [source.file for source in years[0].release.sources] == ["icd_10_cm.csv"]


@pytest.mark.slow
def test_the_year_before_is_as_in_its_order_file(years: tuple[Snapshot, ...]) -> None:
    """All codes and headings are those of FY2025, and all titles but those of six headings, which the list lacks."""
    path = official("icd10cm", "2025-code-descriptions-tabular-order.zip")
    (member,) = (file.member for file in recognize(path)[0] if file.format is Format.CM_ORDER)
    codes = {code.code: code for code in read_order(member)}
    before = years[0].codes
    assert before.keys() == codes.keys()
    assert [code for code in codes if codes[code].valid != before[code].valid] == []
    differing = {code for code in codes if not same_title(codes[code].title, before[code].title)}
    assert differing == {"Q7500", "S629", "S6290", "S6291", "S6292", "S7421"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("A000", "line 2: expected a code and its title, found ['A000']"),
        ("A000,", "line 2: expected a code and its title, found ['A000', '']"),
        ("99213,Visit", "line 2: expected a code and its title"),
        ("A009,Cholera", "line 2: A009 is there twice"),
    ],
)
def test_a_damaged_list_of_valid_codes_is_refused(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "icd_10_cm.csv"
    path.write_text(f'A009,"Cholera, unspecified"\n{row}\n', encoding="utf-8")
    with pytest.raises(ReleaseError) as refused:
        read_valid_codes(path)
    assert message in str(refused.value)


def test_a_missing_list_of_valid_codes_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"drg lacks icd_10_cm\.csv"):
        read_valid_codes(tmp_path / "icd_10_cm.csv")
