"""The command verify: one flipped bit in a real library is one line and exit status 2."""

import json
import random
import shutil
from pathlib import Path

import pytest

from app.cli.main import main
from app.library.checksums import add_checksums, remove_checksums
from app.paths import edits_path, library_folder
from tests.cli.command_line import Captured, printed, refused


@pytest.fixture(scope="module")
def own_copy(library_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the real library, with checksums."""
    path = tmp_path_factory.mktemp("verified") / "codes.db"
    shutil.copy(library_path, path)
    add_checksums(path)
    return path


def flip_at(path: Path, place: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        value = file.read(1)[0]
        file.seek(place)
        file.write(bytes([value ^ 4]))


def test_a_library_that_is_as_it_was_made_is_found_so(own_copy: Path, capsys: Captured) -> None:
    result = printed(capsys, "--db", str(own_copy), "verify", "--json")
    assert result["intact"] is True
    assert [entry["file"] for entry in result["files"]] == [str(own_copy)]
    assert main(["--db", str(own_copy), "verify"]) == 0
    assert capsys.readouterr().out.startswith(f"{own_copy}: as it was made")


def test_a_bit_that_makes_another_diagnosis_is_reported(own_copy: Path, capsys: Captured) -> None:
    place = own_copy.read_bytes().index(b"Type 2 diabetes mellitus without complications")
    # "2" and "6" differ in one bit, and SQLite reads either.
    flip_at(own_copy, place + len("Type "))
    try:
        assert main(["--db", str(own_copy), "show", "E11.9"]) == 0
        assert capsys.readouterr().err == ""
        line = refused(capsys, "--db", str(own_copy), "verify")
        assert f"The code database {own_copy} is damaged: bytes " in line
        assert main(["--db", str(own_copy), "verify", "--json"]) == 2
        captured = capsys.readouterr()
        assert json.loads(captured.out)["intact"] is False
        assert len(captured.err.splitlines()) == 1
    finally:
        flip_at(own_copy, place + len("Type "))


@pytest.mark.slow
def test_no_flipped_bit_of_the_real_library_is_missed(own_copy: Path, capsys: Captured) -> None:
    places = random.Random(67).sample(range(own_copy.stat().st_size), 67)
    for place in places:
        flip_at(own_copy, place)
        assert main(["--db", str(own_copy), "verify"]) == 2, place
        flip_at(own_copy, place)
    assert main(["--db", str(own_copy), "verify"]) == 0
    assert len(capsys.readouterr().err.splitlines()) == len(places)


def test_the_library_of_the_user_the_bundle_and_the_edits_are_verified(
    own_copy: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.intake.damage.bundled_library", lambda: own_copy)
    library_folder().mkdir(parents=True)
    newest = library_folder() / "library-2.db"
    shutil.copy(own_copy, newest)
    assert [entry["file"] for entry in printed(capsys, "verify", "--json")["files"]] == [str(newest), str(own_copy)]
    flip_at(newest, 40_000_000)
    assert "`codarium remake` makes it again" in refused(capsys, "verify").partition("damaged")[2]
    shutil.copy(own_copy, newest)
    edits_path().write_bytes(b"no database")
    assert str(edits_path()) in refused(capsys, "verify")


def test_a_file_without_checksums_is_not_called_intact(own_copy: Path, tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "old.db"
    shutil.copy(own_copy, path)
    remove_checksums(path)
    assert "has no checksums" in refused(capsys, "--db", str(path), "verify")
