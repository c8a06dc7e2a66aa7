"""ICD-9-CM descriptions: the real lists, and small made-up ones for what the real ones must never have."""

from pathlib import Path

import pytest

from app.releases.errors import ReleaseError
from app.releases.files.containers import members, single_file
from app.releases.icd.icd9 import read_icd9
from app.releases.records import Icd9Code
from tests.official import official
from tests.releases.damaged import damaged, refused


def real_list(ending: str, procedure: bool) -> dict[str, Icd9Code]:
    archive = official("gems", "ICD-9-CM-v32-master-descriptions.zip")
    (member,) = (member for member in members(archive) if member.inside.endswith(ending))
    return {code.code: code for code in read_icd9(member, procedure)}


def test_the_last_diagnoses_with_their_accents() -> None:
    diagnoses = real_list("LONG_DX.txt", procedure=False)
    assert len(diagnoses) == 14_567
    assert diagnoses["38600"] == Icd9Code("38600", False, "Ménière's disease, unspecified")
    assert diagnoses["V8554"].title.startswith("Body Mass Index")
    assert sum(not code.title.isascii() for code in diagnoses.values()) == 7


def test_the_last_procedures() -> None:
    procedures = real_list("LONG_SG.txt", procedure=True)
    assert len(procedures) == 3_882
    assert procedures["0066"].procedure
    assert procedures["0066"].title.startswith("Percutaneous transluminal coronary angioplasty")


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "made-up.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_list_saved_as_utf_8_is_read_too(tmp_path: Path) -> None:
    path = written(tmp_path, "3860  Ménière's\u00a0 disease\n\nE0000 Made up \r\n")
    assert [(code.code, code.title) for code in read_icd9(single_file(path), False)] == [
        ("3860", "Ménière's disease"),
        ("E0000", "Made up"),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "found an empty file"),
        ("0010\n", "line 1: expected a title in plain text after 0010"),
        ("0010  A\n0010  B\n", "line 2: expected each code once, found 0010 again"),
        ("A000  Cholera\n", "line 1: expected an ICD-9-CM diagnosis code first, found 'A000'"),
        ("001²  Cholera\n", "found '001²'"),
        ("<html>Moved</html>\n", "found '<html>Moved</html>'"),
        (b"0010  Chol\x9bera\n", "line 1: expected text, found the character U+009B"),
    ],
    ids=["empty", "no title", "twice", "ICD-10", "no digit", "page", "no letter"],
)
def test_other_lines_are_refused(tmp_path: Path, content: str | bytes, expected: str) -> None:
    with pytest.raises(ReleaseError) as raised:
        tuple(read_icd9(single_file(written(tmp_path, content)), False))
    assert str(raised.value).startswith("made-up.txt")
    assert expected in str(raised.value)


def test_diagnoses_are_not_taken_for_procedures(tmp_path: Path) -> None:
    path = written(tmp_path, "00845  Intestinal infection\n")
    with pytest.raises(ReleaseError, match="expected an ICD-9-CM procedure code"):
        tuple(read_icd9(single_file(path), True))


def test_damaged_lists_are_read_or_refused(tmp_path: Path) -> None:
    content = "".join(f"{number:04}  Disease of kind {number}, ménière\n" for number in range(1000, 1040))
    contents = damaged(content.encode("iso-8859-1"), 600, seed=9)
    assert refused(tmp_path / "made-up.txt", contents, lambda member: read_icd9(member, False)) > 200
