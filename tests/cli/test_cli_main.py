"""The command line as a whole: wrong use, unusable databases, exit statuses, and what it imports."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from app import __version__
from tests.cli.command_line import PATIENCE, ROOT, Captured, printed, refused, run


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["lookup"], "QUERY"),
        (["show"], "CODE"),
        ([], "COMMAND"),
        (["find", "x"], "find"),
        (["lookup", "--system", "nonsense", "x"], "nonsense"),
        (["lookup", "--limit", "0", "x"], "0"),
        (["lookup", "--limit", "-3", "x"], "--limit"),
        (["lookup", "--limit", "ten", "x"], "ten"),
        (["lookup", "--nonsense", "x"], "--nonsense"),
        (["--db"], "--db"),
    ],
)
def test_wrong_use_is_one_line(capsys: Captured, arguments: list[str], expected: str) -> None:
    assert expected in refused(capsys, *arguments)


@pytest.mark.parametrize("command", [["lookup", "x"], ["show", "E11"], ["sets"]], ids=["lookup", "show", "sets"])
def test_database_that_cannot_be_used_is_one_line(capsys: Captured, tmp_path: Path, command: list[str]) -> None:
    missing = tmp_path / "none.db"
    empty = tmp_path / "empty.db"
    empty.touch()
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE song (title)")
    for path in (missing, empty, tmp_path, other):
        sentence = refused(capsys, "--db", str(path), *command)
        assert str(path) in sentence
        assert "Give --db the path of a code database" in sentence
        assert "Reinstall" not in sentence


def test_database_that_turns_out_damaged_is_one_line(capsys: Captured, library_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "codes.db"
    shutil.copy(library_path, path)
    with path.open("r+b") as file:
        file.seek(64 * 4096)
        file.write(b"\xff" * (os.path.getsize(path) - 64 * 4096))  # noqa: PTH202
    expected = refused(capsys, "--db", str(path), "show", "E11.40")
    assert str(path) in expected
    assert "damaged" in expected


def test_internal_error_is_not_reported_as_damage(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(*_: object) -> None:
        raise TypeError("a bug\nof ours")

    monkeypatch.setattr("app.library.reading.catalogue.Catalogue.detail", mistaken)
    expected = refused(capsys, "show", "E11.40")
    assert expected == "codarium: unexpected error (TypeError: a bug of ours); please report it\n"


def test_error_from_a_damaged_database_is_reported_as_damage(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, library_path: Path, tmp_path: Path
) -> None:
    def mistaken(*_: object) -> None:
        raise ValueError("no such level")

    monkeypatch.setattr("app.library.reading.catalogue.Catalogue.detail", mistaken)
    path = tmp_path / "codes.db"
    shutil.copy(library_path, path)
    with closing(sqlite3.connect(path)) as connection:
        # A page that `show` does not read.
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'spelling_rule'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    sentence = refused(capsys, "--db", str(path), "show", "E11.40")
    assert "is damaged (no such level)" in sentence
    assert "Reinstall" not in sentence


def test_database_is_used_alone(capsys: Captured, tmp_path: Path, library_path: Path) -> None:
    path = tmp_path / "only diagnoses.db"
    shutil.copy(library_path, path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE release SET name = 'FY2999'")
    connection.commit()
    connection.close()
    sets = printed(capsys, "--db", str(path), "sets", "--json")["sets"]
    assert {code_set["release"] for code_set in sets} == {"FY2999"}


@pytest.mark.slow
def test_process_exit_statuses() -> None:
    explanation = run("lookup", "--json", "e11.40")
    assert (explanation.returncode, explanation.stderr) == (0, "")
    assert json.loads(explanation.stdout)["hits"][0]["code"] == "E11.40"
    assert run("lookup", "qqqqq").returncode == 1
    wrong = run("--db", "/nowhere/codes.db", "lookup", "x")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert len(wrong.stderr.splitlines()) == 1


def test_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"codarium {__version__}\n")


def test_no_qt_and_nothing_that_only_a_build_needs_is_imported() -> None:
    script = (
        "import sys; from app.main import main; status = main(['codarium', 'lookup', '--json', 'appendicitis']);"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
    )
    assert done.returncode == 0
    imported = set(done.stderr.split())
    assert "app" in imported
    assert not imported & {"PySide6", "shiboken6", "sqlite_utils", "defusedxml", "rich", "rapidfuzz", "build"}
