"""Terms of several kinds at once, and the titles in the user's history, which are deleted with CPT."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli.arguments import ALL_TERMS, TERMS
from app.codes.cpt_terms import CPT_TERMS
from app.codes.systems import System
from app.notebook.history import History
from tests.intake import made_up_releases as files
from tests.intake.conftest import Program
from tests.intake.test_consent import fee_schedule

TITLE = files.SECRET[0]


@pytest.fixture
def both(tmp_path: Path) -> list[Path]:
    """A file of the AMA's and CMS's fee schedule."""
    return [files.cpt_long(tmp_path), fee_schedule(tmp_path)]


def test_the_command_line_knows_the_kinds_that_there_are() -> None:
    assert tuple(CPT_TERMS) == TERMS


@pytest.mark.slow
def test_what_is_lacking_is_said_of_all_kinds_at_once(program: Program, both: list[Path]) -> None:
    asked = program.run("add", *both)
    assert asked.status == 3
    (needs,) = asked.of("needs")
    assert (needs["kinds"], needs["kind"]) == (["ama", "cms"], "ama")
    assert needs["sentence"] == " ".join(terms.text for terms in CPT_TERMS.values())
    asked = program.run("add", "--accept-cpt", "ama", *both)
    assert asked.of("needs")[0]["kinds"] == ["cms"]
    assert asked.of("needs")[0]["sentence"] == CPT_TERMS["cms"].text
    assert program.left() == {}
    status, _, errors = program.say("add", *map(str, both))
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
def test_terms_are_accepted_one_by_one_or_all(program: Program, both: list[Path], accepted: list[str]) -> None:
    assert program.run("add", *accepted, *both).status == 0


@pytest.mark.slow
def test_a_fetch_of_cpt_asks_before_anything_is_downloaded(program: Program, tmp_path: Path) -> None:
    asked = program.run("fetch", "--accept-cpt=ama", "cpt")
    assert asked.status == 3
    assert asked.of("needs")[0]["kinds"] == ["cms"]
    assert asked.of("progress") == []


# Titles in the history


def remember(home: Path) -> None:
    history = History(home)
    for system, code, title in (
        (System.CPT, "00001", TITLE),
        (System.MODIFIER, "22", f"{files.SECRET[2]} 22"),
        (System.ICD10CM, "A01", "Blue fever"),
    ):
        history.record(system, code, title, datetime.now(UTC))
    history.close()


def remembered(home: Path) -> dict[str, str]:
    history = History(home)
    found = {one.code: one.title for one in history.recent()}
    history.close()
    return found


def traces(home: Path) -> list[Path]:
    return [path for path in home.rglob("*") if path.is_file() and b"zymurgy" in path.read_bytes().lower()]


@pytest.mark.slow
def test_removing_cpt_forgets_its_titles(program: Program, both: list[Path], tmp_path: Path) -> None:
    assert program.run("add", "--accept-cpt", *both, files.cpt_modifiers(tmp_path)).status == 0
    remember(program.home)
    assert traces(program.home)
    # Another window has the notebook open.
    other = History(program.home)
    assert program.run("remove", "cpt").status == 0
    assert remembered(program.home) == {"00001": "", "22": "", "A01": "Blue fever"}
    other.close()
    assert traces(program.home) == []


@pytest.mark.slow
def test_a_library_made_again_without_cpt_forgets_its_titles(program: Program, both: list[Path]) -> None:
    assert program.run("add", "--accept-cpt", *both).status == 0
    remember(program.home)
    assert program.run("remake").status == 0
    assert remembered(program.home)["00001"] == TITLE
    for path in (program.folder / "files").iterdir():
        path.unlink()
    assert program.run("remake").status == 0
    assert remembered(program.home)["00001"] == ""
    assert traces(program.home) == []


@pytest.mark.slow
def test_no_notebook_is_begun_for_it(program: Program, both: list[Path]) -> None:
    assert program.run("add", "--accept-cpt", *both).status == 0
    assert program.run("remove", "cpt").status == 0
    assert not (program.home / "notebook.db").exists()


# The command line says when it reads another library than the newest


@pytest.mark.slow
@pytest.mark.parametrize("command", [("sets",), ("lookup", "fever"), ("show", "A01")])
def test_a_damaged_library_is_said_in_one_line(program: Program, tmp_path: Path, command: tuple[str, ...]) -> None:
    assert program.run("add", files.hcpcs(tmp_path, 2030, {"A0101": "Ride"})).status == 0
    assert program.say(*command)[2] == ""
    (program.folder / "library-1.db").write_bytes(b"no database")
    status, said, errors = program.say(*command)
    assert status == 0
    assert said
    (line,) = errors.splitlines()
    assert "library-1.db is not a database. `codarium remake` makes it again" in line
    assert line.endswith("Until then the library that came with Codarium is used.")
    assert program.run("remake").status == 0
    assert program.say(*command)[2] == ""
    assert "Ride" in program.say("show", "A0101")[1]
