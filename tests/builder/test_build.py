"""`python -m build`: a database that is not sound never appears, and nothing is left behind."""

import sqlite3
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from app.codes.node import Level
from app.codes.systems import System
from app.library.compiling.icd10cm import listed
from app.library.compiling.icd10pcs import contents_of_release
from app.library.contents import Icd10cm, Icd10pcs
from app.releases.errors import ReleaseError
from app.releases.records import PcsRelease, Release, Tabular, TabularNode
from build import __main__ as program


def made(existing: set[str]) -> Icd10cm:
    nodes = (
        TabularNode("1", "Infections", Level.CHAPTER, None),
        TabularNode("A00-A09", "Fevers", Level.SECTION, "1"),
        TabularNode("A00", "Cholera", Level.CODE, "A00-A09"),
    )
    release = Release(System.ICD10CM, "FY2031", date(2030, 10, 1), date(2031, 9, 30), ())
    return listed(release, Tabular("2031", (), nodes), existing)


def none_made() -> Icd10cm:
    raise ReleaseError("tabular.xml: not well-formed XML; download the file again.")


def no_procedures() -> Icd10pcs:
    return contents_of_release(
        Release(System.ICD10PCS, "FY2031", date(2030, 10, 1), date(2031, 9, 30), ()), PcsRelease(())
    )


Make = Callable[[], Icd10cm]


def run(monkeypatch: pytest.MonkeyPatch, out: Path, make: Make) -> int:
    monkeypatch.setattr(program, "icd10cm_contents", make)
    monkeypatch.setattr(program, "icd10pcs_contents", no_procedures)
    monkeypatch.setattr(sys, "argv", ["build", "--out", str(out)])
    return program.main()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: made({"A00", "A01"}), "A01 and 0 more: in the list of codes, but not in the Tabular List"),
        (lambda: made(set()), "A00: in the Tabular List, but not in the list of codes"),
        (none_made, "tabular.xml: not well-formed XML"),
    ],
    ids=["code too many", "code missing", "unreadable source"],
)
@pytest.mark.parametrize("old", [b"the old one", None], ids=["replacing", "new"])
def test_parts_that_contradict_leave_everything_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    make: Make,
    said: str,
    old: bytes | None,
) -> None:
    out = tmp_path / "codes.db"
    if old is not None:
        out.write_bytes(old)
    assert run(monkeypatch, out, make) == 1
    errors = capsys.readouterr().err
    assert errors.startswith("build: ")
    assert said in errors
    assert len(errors.splitlines()) == 1
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == ([("codes.db", old)] if old else [])


@pytest.mark.slow
def test_database_that_fails_its_checks_does_not_appear(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("app.library.compiling.verify.CHECKS", {"nothing is ever right": "SELECT 'here'"})
    assert run(monkeypatch, tmp_path / "new" / "codes.db", lambda: made({"A00"})) == 1
    assert "nothing is ever right (here)" in capsys.readouterr().err
    assert list((tmp_path / "new").iterdir()) == []


def test_folder_that_cannot_be_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert run(monkeypatch, tmp_path / "file" / "codes.db", lambda: made({"A00"})) == 1
    assert capsys.readouterr().err.startswith("build: ")


@pytest.mark.slow
def test_sound_parts_make_a_database_and_a_table_of_what_is_in_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    out = tmp_path / "new" / "codes.db"
    assert run(monkeypatch, out, lambda: made({"A00"})) == 0
    assert list(out.parent.iterdir()) == [out]
    printed = capsys.readouterr().out
    for text in ("ICD-10-CM", "ICD-10-PCS", "FY2031", "1 Oct 2030 to 30 Sep 2031", "MB in"):
        assert text in printed


def test_database_that_sqlite_cannot_write_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def full_disk() -> Icd10pcs:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(program, "icd10cm_contents", full_disk)
    monkeypatch.setattr(sys, "argv", ["build", "--out", str(tmp_path / "codes.db")])
    assert program.main() == 1
    assert capsys.readouterr().err == "build: database or disk is full\n"
    assert list(tmp_path.iterdir()) == []
