"""The library that is opened: the newest usable one of the user, else the bundled one."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from app.codes.systems import System
from app.intake.current_library import (
    needs_remake,
    open_changed_library,
    open_current_library,
    systems_with_added_files,
)
from app.intake.user_library import UserLibrary
from app.library.open import open_library
from app.library.reading.catalogue import Catalogue
from app.paths import bundled_library, edits_path, library_folder, numbered_libraries


@pytest.fixture
def folder(own_home: Path) -> Path:
    path = library_folder()
    path.mkdir()
    assert path.is_relative_to(own_home)
    return path


def test_without_a_user_library_the_bundled_one_is_opened() -> None:
    assert open_current_library().library.path == bundled_library()
    assert open_changed_library(bundled_library()) is None


def test_the_highest_number_wins_not_the_last_name_in_the_alphabet(folder: Path, library_path: Path) -> None:
    for number in (2, 9, 10):
        (folder / f"library-{number}.db").symlink_to(library_path)
    assert UserLibrary(folder.parent).next_library() == folder / "library-11.db"
    for name in ("library-11.db.part", "library-.db", "library-²2.db", ".library-12.db", "files"):
        (folder / name).touch()
    assert [path.name for path in numbered_libraries(folder)] == ["library-10.db", "library-9.db", "library-2.db"]
    assert open_current_library().library.path == folder / "library-10.db"
    assert open_current_library().unusable == ()


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00" + bytes(2000)])
def test_a_damaged_library_is_skipped_and_reported(folder: Path, library_path: Path, content: bytes) -> None:
    (folder / "library-1.db").symlink_to(library_path)
    (folder / "library-2.db").write_bytes(content)
    newest = open_current_library()
    assert newest.library.path == folder / "library-1.db"
    assert len(newest.unusable) == 1
    assert "library-2.db" in newest.unusable[0]
    assert newest.unusable[0].endswith("`codarium remake` makes it again from the files that you have added.")
    assert open_changed_library(folder / "library-1.db") is None


def test_a_changed_library_is_opened_only_if_it_is_another_file(folder: Path, library_path: Path) -> None:
    (folder / "library-1.db").symlink_to(library_path)
    changed = open_changed_library(bundled_library())
    assert changed is not None
    assert changed.library.path == folder / "library-1.db"
    assert open_changed_library(changed.library.path) is None
    (folder / "library-1.db").unlink()
    back = open_changed_library(changed.library.path)
    assert back is not None
    assert back.library.path == bundled_library()


def test_code_sets_with_added_files_are_recognized(tmp_path: Path, library_path: Path) -> None:
    own = tmp_path / "own.db"
    shutil.copy(library_path, own)
    with sqlite3.connect(own) as db:
        db.execute(
            "UPDATE source SET sha256 = 'added' WHERE release IN (SELECT id FROM release WHERE system = 'icd10pcs')"
        )
    db.close()
    for path, added in ((library_path, frozenset[System]()), (own, frozenset({System.ICD10PCS}))):
        library = open_library(path)
        assert systems_with_added_files(Catalogue(library.connect()).code_sets()) == added
        library.close()


# When the library needs a remake


@pytest.fixture
def made_library(folder: Path, library_path: Path) -> Path:
    """A library of the bundle that the program has, and a file that it was made from."""
    user_library = UserLibrary(folder.parent)
    user_library.files.mkdir()
    (user_library.files / "codes.zip").touch()
    (folder / "library-1.db").symlink_to(library_path)
    user_library.write_made_from(bundled_library())
    assert not needs_remake()
    return folder


def test_after_a_program_update_the_library_needs_a_remake(made_library: Path) -> None:
    (made_library / "made-from.json").write_text('{"size": 1, "modified": 2}')
    assert needs_remake()
    # Without the files it was made from nothing could take its place.
    (made_library / "files" / "codes.zip").unlink()
    assert not needs_remake()


def test_a_mere_copy_of_the_bundle_needs_a_remake_for_another_bundle(made_library: Path) -> None:
    (made_library / "files" / "codes.zip").unlink()
    UserLibrary(made_library.parent).write_made_from(bundled_library())
    assert not needs_remake()
    made_from = made_library / "made-from.json"
    made_from.write_text(made_from.read_text().replace("samples", "other samples"))
    assert needs_remake()


def test_a_damaged_library_needs_a_remake_unless_a_newer_one_works(made_library: Path) -> None:
    (made_library / "library-2.db").write_bytes(b"SQLite format 3\x00" + bytes(2000))
    assert needs_remake()
    (made_library / "library-2.db").rename(made_library / "library-0.db")
    assert not needs_remake()


def test_damaged_edits_need_a_remake(made_library: Path) -> None:
    edits_path().write_bytes(b"no database")
    assert needs_remake()
