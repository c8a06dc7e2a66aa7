"""The list of codes inside the ICD-10-CM package, and where packages keep their data."""

from pathlib import Path

import pytest

from app.releases.errors import ReleaseError
from build.icd10cm_package import data_folder, icd10cm_contents, read_codes


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
