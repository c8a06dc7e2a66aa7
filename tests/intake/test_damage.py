"""Damage that SQLite does not see: nothing is built on it, and the library is made again from what is whole."""

import shutil
from pathlib import Path

import pytest

from app.codes.systems import System
from app.intake.add import add_files
from app.intake.apply import remake
from app.intake.remove import remove_files
from app.intake.user_library import UserLibrary
from app.library.checksums import check_checksums
from app.library.ncci.database import EDITS_DATABASE
from app.library.open import CODE_DATABASE, LibraryError, open_library
from app.paths import EDITS
from tests.intake import made_up_releases as files
from tests.intake.conftest import contents_of
from tests.intake.test_add import LATER
from tests.intake.test_ncci_added import pairs, units


def change_letter(path: Path, text: bytes) -> None:
    """Change one letter of a text in a database, in every place where it stands, as flipped bits do."""
    content = path.read_bytes()
    assert text in content
    path.write_bytes(content.replace(text, text[:-1] + bytes([text[-1] ^ 1])))
    open_library(path).close()


def test_nothing_is_added_to_a_damaged_library(tmp_path: Path, bundled: Path) -> None:
    releases = files.hcpcs(tmp_path, 2030, {"A0101": "Ride in a made-up cab"}), files.cm_order(tmp_path, 2032, LATER)
    clean, home = tmp_path / "clean", tmp_path / "home"
    for folder in (clean, home):
        add_files(releases[:1], folder, bundled)
    change_letter(UserLibrary(home).libraries()[0], b"Ride in a made-up cab")
    report = add_files(releases[1:], home, bundled)
    expected = add_files(releases[1:], clean, bundled)
    check_checksums(report.library, CODE_DATABASE)
    assert contents_of(report.library) == contents_of(expected.library)


def test_a_damaged_library_is_made_again(tmp_path: Path, bundled: Path) -> None:
    home = tmp_path / "home"
    before = contents_of(add_files([files.cm_order(tmp_path, 2032, LATER)], home, bundled).library)
    change_letter(UserLibrary(home).libraries()[0], b"Scarlet fever")
    report = remake(home, bundled)
    check_checksums(report.library, CODE_DATABASE)
    assert contents_of(report.library) == before


def test_nothing_is_made_from_a_damaged_bundle(tmp_path: Path, bundled: Path) -> None:
    home, damaged = tmp_path / "home", tmp_path / "codes.db"
    later = files.cm_order(tmp_path, 2032, LATER)
    library = add_files([later], home, bundled).library
    before = library.read_bytes()
    shutil.copy(bundled, damaged)
    change_letter(damaged, b"Red fever, mild")
    for change in (
        lambda: add_files([later], tmp_path / "other home", damaged),
        lambda: remake(home, damaged),
        lambda: remove_files(System.ICD10CM, home, damaged),
    ):
        with pytest.raises(LibraryError, match=r"is damaged: bytes .* Reinstall Codarium"):
            change()
    assert UserLibrary(home).libraries() == [library]
    assert library.read_bytes() == before
    assert [file.path.name for file in UserLibrary(home).kept_files()] == [later.name]


@pytest.mark.parametrize("again", ["add", "remake"])
def test_damaged_edits_are_made_again_from_all_their_files(tmp_path: Path, bundled: Path, again: str) -> None:
    home = tmp_path / "home"
    add_files([files.ptp(tmp_path, 2), files.mue(tmp_path)], home, bundled)
    edits = UserLibrary(home).folder / EDITS
    content = edits.read_bytes()
    edits.write_bytes(content.replace(b"00002", b"00003"))
    if again == "remake":
        remake(home, bundled)
        expected = [("00001", "00002")]
    else:
        add_files([files.ptp(tmp_path, 2, (("00003", "00004"),), part=2)], home, bundled)
        expected = [("00001", "00002"), ("00003", "00004")]
    assert (pairs(home), units(home)) == (expected, [2])
    check_checksums(UserLibrary(home).folder / EDITS, EDITS_DATABASE)
