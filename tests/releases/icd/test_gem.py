"""General Equivalence Maps: the four real ones, and small made-up ones for what the real ones must never have."""

from pathlib import Path

import pytest

from app.releases.errors import ReleaseError
from app.releases.files.containers import members, single_file
from app.releases.icd.gem import read_gem
from app.releases.icd.icd9 import read_icd9
from app.releases.records import Equivalence
from tests.official import official
from tests.releases.damaged import damaged, refused

DIAGNOSES = "2018-icd-10-cm-general-equivalence-mappings.zip"
PROCEDURES = "2018-icd-10-pcs-general-equivalence-mappings.zip"


def real_map(archive: str, ending: str) -> list[Equivalence]:
    (member,) = (member for member in members(official("gems", archive)) if member.inside.endswith(ending))
    return list(read_gem(member))


def icd9_codes(ending: str, procedure: bool) -> set[str]:
    archive = official("gems", "ICD-9-CM-v32-master-descriptions.zip")
    (member,) = (member for member in members(archive) if member.inside.endswith(ending))
    return {code.code for code in read_icd9(member, procedure)}


@pytest.fixture(scope="module")
def icd9_diagnoses() -> set[str]:
    return icd9_codes("LONG_DX.txt", False)


@pytest.fixture(scope="module")
def icd9_procedures() -> set[str]:
    return icd9_codes("LONG_SG.txt", True)


def test_from_icd_9_diagnoses(icd9_diagnoses: set[str]) -> None:
    rows = real_map(DIAGNOSES, "I9gem.txt")
    assert len(rows) == 24_860
    assert {row.source for row in rows} == icd9_diagnoses
    assert rows[0] == Equivalence("0010", "A000", False, False, False, 0, 0)
    assert sum(row.no_map for row in rows) == 422
    assert [row.target for row in rows if row.source == "25000"] == ["E119"]


@pytest.mark.slow
def test_from_icd_10_diagnoses(icd9_diagnoses: set[str]) -> None:
    rows = real_map(DIAGNOSES, "I10gem.txt")
    assert len(rows) == 81_593
    assert {row.target for row in rows} - icd9_diagnoses == {""}
    assert sum(row.no_map for row in rows) == 731
    # The one code in small letters of the four files.
    assert [row.target for row in rows if row.source == "T8853XD"] == ["V5889"]
    both = [row for row in rows if row.source == "E1140"]
    assert [(row.target, row.combination, row.scenario, row.choice) for row in both] == [
        ("25060", False, 0, 0),
        ("25060", True, 1, 1),
        ("3572", True, 1, 2),
    ]


@pytest.mark.slow
def test_from_icd_9_procedures(icd9_procedures: set[str]) -> None:
    rows = real_map(PROCEDURES, "gem_i9pcs.txt")
    assert len(rows) == 73_593
    assert {row.source for row in rows} == icd9_procedures
    assert sum(row.no_map for row in rows) == 210
    # All but three rows number the lists of a combination, and of nothing else.
    odd = [row for row in rows if row.combination != bool(row.scenario or row.choice)]
    assert [(row.source, row.target) for row in odd] == [("3584", "02S00ZZ"), ("3584", "02S10ZZ"), ("8628", "0NDB0ZZ")]


@pytest.mark.slow
def test_from_icd_10_procedures(icd9_procedures: set[str]) -> None:
    rows = real_map(PROCEDURES, "gem_pcsi9.txt")
    assert len(rows) == 101_025
    assert {row.target for row in rows} - icd9_procedures == {""}
    # 29 of these have `NoI9` without the flag for it, two have both.
    assert sum(row.no_map for row in rows) == 31
    assert all(row.no_map == (not row.target) for row in rows)


def written(folder: Path, content: str) -> Path:
    path = folder / "made-up.txt"
    path.write_text(content, encoding="utf-8", newline="")
    return path


def test_flags_are_distinguished(tmp_path: Path) -> None:
    path = written(tmp_path, "A1234   0010  10134\r\n\r\n0123 NoDx 11000\r\n")
    assert list(read_gem(single_file(path))) == [
        Equivalence("A1234", "0010", True, False, True, 3, 4),
        Equivalence("0123", "", True, True, False, 0, 0),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "made-up.txt: expected rows of an equivalence map, found an empty file."),
        ("A000 0010\n", "line 1: expected a source, a target and five flags, found 'A000 0010'"),
        ("A000 0010 00000\nA001 0011 000", "line 2: expected five digits as flags"),
        ("A000 0010 20000\n", "the first three 0 or 1, found '20000'"),
        ("A000 0010 0000²\n", "line 1: expected text in ascii"),
        ("A000 0010 11000\n", "expected no target with the flag for no map, found '0010'"),
        ("A0.0 0010 10000\n", "expected a code, found 'A0.0'"),
        ("A000 NoDx 11000\nNoDx 0010 10000\n", "line 2: expected a code, found 'NODX'"),
    ],
    ids=["empty", "columns", "cut", "flag", "no digit", "both", "dot", "source"],
)
def test_other_rows_are_refused(tmp_path: Path, content: str, expected: str) -> None:
    with pytest.raises(ReleaseError) as raised:
        tuple(read_gem(single_file(written(tmp_path, content))))
    assert expected in str(raised.value)


@pytest.mark.slow
def test_damaged_maps_are_read_or_refused(tmp_path: Path) -> None:
    content = "".join(f"A{number:03}    {number:04}  10000\r\n" for number in range(60)).encode()
    assert refused(tmp_path / "made-up.txt", damaged(content, 600, seed=10), read_gem) > 300


@pytest.mark.slow
def test_damaged_real_maps_are_read_or_refused(tmp_path: Path) -> None:
    for archive in (DIAGNOSES, PROCEDURES):
        for member in members(official("gems", archive)):
            if member.inside.endswith(".txt"):
                with member.open() as stream:
                    part = stream.read(20_000)
                assert refused(tmp_path / "real.txt", damaged(part, 60, seed=11), read_gem) > 20
