"""Checksums of blocks: one flipped bit anywhere in the file is reported, and a file is one file still."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.intake.install import change_library, make_library
from app.library.checksums import (
    BLOCK_BYTES,
    UncheckedError,
    add_checksums,
    check_checksums,
    refuse_damaged,
    remove_checksums,
)
from app.library.open import CODE_DATABASE, LibraryError, database_bytes, open_library
from tests.library.conftest import made_up_contents


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database of a few blocks, with the header of a code database and checksums."""
    path = tmp_path / "codes.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE node (title TEXT)")
        letters = random.Random(11)
        rows = (("".join(letters.choices("abcdefgh ", k=90)),) for _ in range(2500))
        connection.executemany("INSERT INTO node VALUES (?)", rows)
        connection.execute(f"PRAGMA application_id = {CODE_DATABASE.application_id}")
        connection.execute(f"PRAGMA user_version = {CODE_DATABASE.schema_version}")
        connection.commit()
    add_checksums(path)
    return path


def flip(path: Path, bit: int) -> None:
    """Flip one bit of a file in place; a second time restores it."""
    with path.open("r+b") as file:
        file.seek(bit // 8)
        value = file.read(1)[0]
        file.seek(bit // 8)
        file.write(bytes([value ^ (1 << bit % 8)]))


def test_one_flipped_bit_anywhere_is_reported(database: Path) -> None:
    size, length = database.stat().st_size, database_bytes(database.read_bytes()[:100])
    blocks = check_checksums(database, CODE_DATABASE)
    assert blocks == -(-length // BLOCK_BYTES) >= 4
    # Every bit of the header and of the checksums, and many of the rest.
    places = [*range(100 * 8), *range(length * 8, size * 8), *random.Random(5).sample(range(length * 8), 1500)]
    for bit in places:
        flip(database, bit)
        with pytest.raises(LibraryError) as raised:
            check_checksums(database, CODE_DATABASE)
        assert not isinstance(raised.value, UncheckedError), bit
        with pytest.raises(LibraryError):
            refuse_damaged(database, CODE_DATABASE)
        flip(database, bit)
    assert check_checksums(database, CODE_DATABASE) == blocks


def test_the_place_of_the_damage_is_named(database: Path) -> None:
    flip(database, (BLOCK_BYTES + 17) * 8)
    with pytest.raises(LibraryError, match="bytes 65,536 to 131,071 are not as they were written"):
        check_checksums(database, CODE_DATABASE)


@pytest.mark.parametrize("fewer", [1, 8, 43, 100, 5000])
def test_a_file_that_was_cut_off_is_reported(database: Path, fewer: int) -> None:
    content = database.read_bytes()
    database.write_bytes(content[:-fewer])
    with pytest.raises(LibraryError):
        check_checksums(database, CODE_DATABASE)


def test_bytes_that_were_appended_are_reported(database: Path) -> None:
    with database.open("ab") as file:
        file.write(b"x")
    with pytest.raises(LibraryError, match="checksums are not as they were written"):
        check_checksums(database, CODE_DATABASE)


def test_a_file_without_checksums_is_told_from_a_damaged_one(database: Path) -> None:
    remove_checksums(database)
    with pytest.raises(UncheckedError, match="has no checksums"):
        check_checksums(database, CODE_DATABASE)
    refuse_damaged(database, CODE_DATABASE)
    add_checksums(database)
    add_checksums(database)
    check_checksums(database, CODE_DATABASE)


def test_sqlite_reads_the_database_before_the_checksums(database: Path) -> None:
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM node").fetchone() == (2500,)


def test_every_library_that_is_made_has_them(tmp_path: Path) -> None:
    made, changed = tmp_path / "codes.db", tmp_path / "library-1.db"
    make_library(made, made_up_contents())
    change_library(made, changed, [])
    for path in (made, changed):
        check_checksums(path, CODE_DATABASE)
        open_library(path).close()
