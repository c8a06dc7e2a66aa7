"""Pairs and units of NCCI in a list, on made-up edits."""

from datetime import date
from pathlib import Path

import pytest

from app.checking.check import Checker
from app.checking.records import Report
from app.codes.code_sets import Source
from app.library.ncci.compile import compile_edits
from app.library.ncci.database import MuePart, PtpPart
from app.library.open import Library, LibraryError
from app.library.reading.catalogue import Catalogue
from app.releases.records import MueLimit, PtpEdit

DAY = date(2026, 5, 4)
SOURCE = Source("made up.txt", "0" * 64)


def edit(first: str, second: str, modifier: int, ended: date | None = None) -> PtpEdit:
    return PtpEdit(first, second, date(2020, 1, 1), ended, modifier, "made up")


@pytest.fixture
def edits(tmp_path: Path) -> Path:
    path = tmp_path / "edits.db"
    pairs = (
        edit("99213", "G0127", 1),
        edit("36415", "99213", 0),
        edit("99213", "99214", 9),
        edit("36415", "G0127", 0, date(2025, 12, 31)),
    )
    limits = (
        MueLimit("36415", "practitioner", 2, 3, "made up"),
        MueLimit("G0127", "practitioner", 1, 2, "made up"),
        MueLimit("99214", "practitioner", 1, 1, "made up"),
    )
    compile_edits(path, [PtpPart(SOURCE, "practitioner", "36.1", DAY, pairs)], [MuePart(SOURCE, DAY, limits)])
    return path


def check(library: Library, edits: Path, text: str) -> Report:
    checker = Checker(Catalogue(library.connect()), edits)
    return checker.check(checker.entries(text), DAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("99213 G0127", ["warning ptp 99213 G0127"]),
        ("99213-25 G0127", []),
        ("99213 G0127-59", []),
        ("99213 G0127-Q8", ["warning ptp 99213 G0127"]),
        ("99213 36415", ["error ptp 36415 99213"]),
        ("99213-25 36415-59", ["error ptp 36415 99213"]),
        ("99213 99214", []),
        ("36415 G0127", []),
        ("36415 x2", []),
        ("36415 x3", ["warning mue 36415"]),
        ("36415 x2 36415-59 x1", ["warning mue 36415"]),
        ("G0127 x2", ["error mue G0127"]),
        ("99214 99214-25", []),
        ("99214 x2", ["warning mue 99214"]),
    ],
)
def test_pairs_and_units(library: Library, edits: Path, text: str, expected: list[str]) -> None:
    found = check(library, edits, text).findings
    assert [f"{one.severity.value} {one.rule.value} {' '.join(one.codes)}" for one in found] == expected


def test_without_procedures_nothing_is_asked(library: Library, tmp_path: Path) -> None:
    assert check(library, tmp_path / "none.db", "E11.9").remarks == ()


def test_damaged_edits_are_told(library: Library, edits: Path) -> None:
    edits.write_bytes(edits.read_bytes()[:3000])
    with pytest.raises(LibraryError):
        check(library, edits, "99213 G0127")
