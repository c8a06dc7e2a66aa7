"""Terms of several kinds at once, and the titles in the user's notebook, which are deleted with CPT."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli.arguments import ALL_TERMS, TERMS
from app.codes.cpt_terms import CPT_TERMS
from app.codes.systems import System
from app.notebook.notebook import Notebook
from app.notebook.store import NOTEBOOK_FILE
from tests.intake import made_up_releases as files
from tests.intake.conftest import Program
from tests.intake.test_consent import fee_schedule

TITLE = files.CPT_DESCRIPTORS[0]


@pytest.fixture
def cpt_files(tmp_path: Path) -> list[Path]:
    """A file of the AMA's and CMS's fee schedule."""
    return [files.cpt_long(tmp_path), fee_schedule(tmp_path)]


def test_the_command_line_knows_all_kinds_of_terms() -> None:
    assert tuple(CPT_TERMS) == TERMS


@pytest.mark.slow
def test_missing_consents_of_all_kinds_are_listed_at_once(program: Program, cpt_files: list[Path]) -> None:
    outcome = program.run("add", *cpt_files)
    assert outcome.status == 3
    (needs,) = outcome.of("needs")
    assert (needs["kinds"], needs["kind"]) == (["ama", "cms"], "ama")
    assert needs["sentence"] == " ".join(terms.text for terms in CPT_TERMS.values())
    outcome = program.run("add", "--accept-cpt", "ama", *cpt_files)
    assert outcome.of("needs")[0]["kinds"] == ["cms"]
    assert outcome.of("needs")[0]["sentence"] == CPT_TERMS["cms"].text
    assert program.library_files() == {}
    status, _, errors = program.run_as_typed("add", *map(str, cpt_files))
    assert status == 3
    assert errors.rstrip().endswith("If you agree, run this command again with --accept-cpt ama --accept-cpt cms.")


@pytest.mark.slow
@pytest.mark.parametrize(
    "accepted",
    [
        ["--accept-cpt", "ama", "--accept-cpt", "cms"],
        ["--accept-cpt=ama", "--accept-cpt=cms"],
        ["--accept-cpt"],
        [f"--accept-cpt={ALL_TERMS}"],
    ],
)
def test_terms_are_accepted_one_by_one_or_all(program: Program, cpt_files: list[Path], accepted: list[str]) -> None:
    assert program.run("add", *accepted, *cpt_files).status == 0


@pytest.mark.slow
def test_a_fetch_of_cpt_asks_before_anything_is_downloaded(program: Program, tmp_path: Path) -> None:
    outcome = program.run("fetch", "--accept-cpt=ama", "cpt")
    assert outcome.status == 3
    assert outcome.of("needs")[0]["kinds"] == ["cms"]
    assert outcome.of("progress") == []


# Titles in the history


def remember(home: Path) -> None:
    notebook = Notebook(home)
    for system, code, title in (
        (System.CPT, "00001", TITLE),
        (System.MODIFIER, "22", f"{files.CPT_DESCRIPTORS[2]} 22"),
        (System.ICD10CM, "A01", "Blue fever"),
    ):
        notebook.history.record(system, code, title, datetime.now(UTC))
    notebook.close()


def remembered(home: Path) -> dict[str, str]:
    notebook = Notebook(home)
    titles = {visit.code: visit.title for visit in notebook.history.recent()}
    notebook.close()
    return titles


def traces(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file() and b"zymurgy" in path.read_bytes().lower()]


@pytest.mark.slow
def test_removing_cpt_forgets_its_titles(program: Program, cpt_files: list[Path], tmp_path: Path) -> None:
    assert program.run("add", "--accept-cpt", *cpt_files, files.cpt_modifiers(tmp_path)).status == 0
    remember(program.home)
    assert traces(program.home)
    # Another window has the notebook open.
    other = Notebook(program.home)
    assert program.run("remove", "cpt").status == 0
    assert remembered(program.home) == {"00001": "", "22": "", "A01": "Blue fever"}
    other.close()
    assert traces(program.home) == []


@pytest.mark.slow
@pytest.mark.parametrize("next_command", [("add", "rides.txt"), ("remake",), ("remove", "hcpcs")])
def test_titles_that_could_not_be_deleted_are_by_the_next_command(
    program: Program, cpt_files: list[Path], tmp_path: Path, next_command: tuple[str, ...]
) -> None:
    rides = files.hcpcs(tmp_path, 2030, {"A0101": "Ride"})
    assert program.run("add", "--accept-cpt", *cpt_files, rides).status == 0
    remember(program.home)
    with closing(sqlite3.connect(program.home / NOTEBOOK_FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        outcome = program.run("remove", "cpt")
        assert outcome.status == 0
        (sentence,) = (text for text in outcome.of("done")[0]["unchanged"] if "itles" in text)
        assert sentence.endswith("It is done when Codarium starts next.")
    assert traces(program.home)
    program.run(*(str(rides) if word == "rides.txt" else word for word in next_command))
    assert traces(program.home) == []
    assert remembered(program.home) == {"00001": "", "22": "", "A01": "Blue fever"}


@pytest.mark.slow
def test_a_library_made_again_without_cpt_forgets_its_titles(program: Program, cpt_files: list[Path]) -> None:
    assert program.run("add", "--accept-cpt", *cpt_files).status == 0
    remember(program.home)
    assert program.run("remake").status == 0
    assert remembered(program.home)["00001"] == TITLE
    for path in (program.folder / "files").iterdir():
        path.unlink()
    assert program.run("remake").status == 0
    assert remembered(program.home)["00001"] == ""
    assert traces(program.home) == []


@pytest.mark.slow
def test_removing_cpt_creates_no_notebook(program: Program, cpt_files: list[Path]) -> None:
    assert program.run("add", "--accept-cpt", *cpt_files).status == 0
    assert program.run("remove", "cpt").status == 0
    assert not (program.home / "notebook.db").exists()


# The message of the command line when the newest library cannot be read


@pytest.mark.slow
@pytest.mark.parametrize("command", [("sets",), ("lookup", "fever"), ("show", "A01")])
def test_a_damaged_library_is_reported_in_one_line(program: Program, tmp_path: Path, command: tuple[str, ...]) -> None:
    assert program.run("add", files.hcpcs(tmp_path, 2030, {"A0101": "Ride"})).status == 0
    assert program.run_as_typed(*command)[2] == ""
    (program.folder / "library-1.db").write_bytes(b"no database")
    status, output, errors = program.run_as_typed(*command)
    assert status == 0
    assert output
    (line,) = errors.splitlines()
    assert "library-1.db is not a database. `codarium remake` makes it again" in line
    assert line.endswith("Until then the library that came with Codarium is used.")
    assert program.run("remake").status == 0
    assert program.run_as_typed(*command)[2] == ""
    assert "Ride" in program.run_as_typed("show", "A0101")[1]
