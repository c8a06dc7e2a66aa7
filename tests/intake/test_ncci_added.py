"""NCCI edits: a database beside the library, of one quarter, replaced whole or not at all."""

from pathlib import Path

import pytest

from app.intake.add import add_files
from app.intake.apply import remake
from app.intake.user_library import UserLibrary
from app.library.ncci.database import open_edits
from app.paths import EDITS
from app.releases.errors import ReleaseError
from tests.intake import made_up_releases as files
from tests.intake.made_up_releases import CM
from tests.releases import made_up


def pairs(home: Path) -> list[tuple[str, str]]:
    opened = open_edits(UserLibrary(home).folder / EDITS)
    try:
        return sorted((edit.first, edit.second) for part in opened.parts()[0] for edit in part.edits)
    finally:
        opened.close()


def units(home: Path, code: str = "00001") -> list[int]:
    opened = open_edits(UserLibrary(home).folder / EDITS)
    try:
        return [limit.units for limit in opened.limits(code)]
    finally:
        opened.close()


def test_edits_are_added_and_the_library_stays(tmp_path: Path, bundled: Path) -> None:
    home = tmp_path / "home"
    report = add_files([files.ptp(tmp_path, 2), files.mue(tmp_path)], home, bundled)
    assert report.library == bundled
    assert report.added == [
        "NCCI pairs (practitioner, version 32.1): 1 rows",
        "NCCI unit limits (practitioner): 2 rows",
    ]
    assert pairs(home) == [("00001", "00002")]
    assert units(home) == [2]


def test_parts_of_a_quarter_are_merged_and_the_next_quarter_replaces_them(tmp_path: Path, bundled: Path) -> None:
    home = tmp_path / "home"
    add_files([files.ptp(tmp_path, 2)], home, bundled)
    add_files([files.ptp(tmp_path, 2, (("00003", "00004"),), part=2), files.mue(tmp_path)], home, bundled)
    assert pairs(home) == [("00001", "00002"), ("00003", "00004")]
    add_files([files.ptp(tmp_path, 3, (("00005", "00006"),))], home, bundled)
    assert pairs(home) == [("00005", "00006")]
    assert units(home) == [2]
    report = add_files([files.ptp(tmp_path, 1), files.mue(tmp_path, "04", "9")], home, bundled)
    assert not report.added
    assert len(report.unchanged) == 2
    assert pairs(home) == [("00005", "00006")]
    assert units(home) == [2]
    add_files([files.mue(tmp_path, "10", "5")], home, bundled)
    assert units(home) == [5]
    before = (UserLibrary(home).folder / EDITS).read_bytes()
    remake(home, bundled)
    assert pairs(home) == [("00005", "00006")]
    assert len((UserLibrary(home).folder / EDITS).read_bytes()) == len(before)


def test_a_text_and_its_workbook_count_once_and_parts_count_separately(tmp_path: Path, bundled: Path) -> None:
    first = made_up.ptp([("00001", "00002", "20200101", "*", "1")])
    second = made_up.ptp([("00003", "00004", "20200101", "*", "1")])
    archive = files.zipped(
        tmp_path / "ptp.zip",
        **{
            "ccipra-v322r0-f1__txt": made_up.text(first),
            "ccipra-v322r0-f1__xlsx": made_up.xlsx([line.split("\t") for line in first]),
            "ccipra-v322r0-f2__txt": made_up.text(second),
        },
    )
    report = add_files([archive], tmp_path / "home", bundled)
    assert len(report.added) == 2
    assert pairs(tmp_path / "home") == [("00001", "00002"), ("00003", "00004")]


def test_a_damaged_file_leaves_the_edits_as_they_were(tmp_path: Path, bundled: Path) -> None:
    home = tmp_path / "home"
    add_files([files.ptp(tmp_path, 2), files.hcpcs(tmp_path, 2029, {"A0101": "Ride"})], home, bundled)
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    damaged = files.ptp(tmp_path / "damaged", 3, (("00001", "00002"), ("00001", "000²2")))
    for paths in ([damaged], [damaged, files.hcpcs(tmp_path, 2030, {"A0101": "Ride"})]):
        with pytest.raises(ReleaseError, match=r"ccipra-v322r0-f1\.txt, line 8"):
            add_files(paths, home, bundled)
        assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


def test_a_failing_library_leaves_the_edits_as_they_were(tmp_path: Path, bundled: Path) -> None:
    home = tmp_path / "home"
    add_files([files.ptp(tmp_path, 2)], home, bundled)
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    # Good edits, but codes that the Tabular List of their day lacks, an error that only compiling finds.
    with pytest.raises(ReleaseError, match="not in the Tabular List"):
        add_files([files.ptp(tmp_path, 3), files.cm_order(tmp_path, 2031, {**CM, "A02": "Green fever"})], home, bundled)
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before
