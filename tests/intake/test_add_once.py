"""Each file that is added is opened and parsed no more often than needed: its records are reused within the run."""

import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from app.intake.add import add_files
from tests.intake import made_up_releases as files
from tests.official import official

RIDES = {"A0101": "Ride in a made-up cab", "A0102": "Ride in a made-up sledge"}

WORKBOOK = "a workbook in memory"


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch) -> "Counter[str]":
    """The number of times that each zip on the disk is opened for reading, and that a workbook is parsed."""
    counts: Counter[str] = Counter()
    real = zipfile.ZipFile.__init__

    def count(archive: zipfile.ZipFile, file: Any, mode: Any = "r", *rest: Any, **named: Any) -> None:
        # A workbook is always checked in memory before it is parsed.
        name = Path(file).name if isinstance(file, str | Path) else WORKBOOK
        if mode == "r" and (name == WORKBOOK or "hcpcs" in name):
            counts[name] += 1
        real(archive, file, mode, *rest, **named)

    monkeypatch.setattr(zipfile.ZipFile, "__init__", count)
    return counts


def test_a_workbook_is_parsed_once_when_it_is_added_and_when_it_is_added_again(
    openings: "Counter[str]", tmp_path: Path, bundled: Path
) -> None:
    path = files.hcpcs(tmp_path, 2030, RIDES)
    for _ in range(2):
        openings.clear()
        add_files([path], tmp_path / "home", bundled)
        # Opened to list its members, to recognize the workbook, and to check it again.
        assert openings == {path.name: 3, WORKBOOK: 1}


@pytest.mark.slow
def test_the_real_file_is_parsed_once(openings: "Counter[str]", tmp_path: Path, bundled: Path) -> None:
    path = official("hcpcs", "october-2025-alpha-numeric-hcpcs-file.zip")
    for _ in range(2):
        openings.clear()
        add_files([path], tmp_path / "home", bundled)
        assert openings == {path.name: 3, WORKBOOK: 1}


@pytest.mark.slow
def test_a_kept_file_of_the_same_name_is_parsed_once(openings: "Counter[str]", tmp_path: Path, bundled: Path) -> None:
    first, second = (
        files.hcpcs(tmp_path / "first", 2030, RIDES),
        files.hcpcs(tmp_path / "second", 2030, {"A0103": "Ride"}),
    )
    add_files([first], tmp_path / "home", bundled)
    openings.clear()
    add_files([second], tmp_path / "home", bundled)
    # Both have one name: the kept one is read, to see whether it is damaged, and the new one.
    assert openings == {second.name: 6, WORKBOOK: 2}
