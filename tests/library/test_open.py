"""Opening a library: every other file is refused with one clear message and no other error."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.codes.systems import READING_ORDER, System
from app.library.open import CODE_DATABASE, LibraryError, open_library, read_only_uri
from app.library.reading.catalogue import Catalogue
from app.search.answer import Question
from app.search.engine import Engine

NEWER = CODE_DATABASE.schema_version + 1

Content = Callable[[bytes], bytes]


def refusal(path: Path) -> str:
    with pytest.raises(LibraryError) as raised:
        open_library(path)
    message = str(raised.value)
    assert str(path) in message
    assert "make data" in message, "it does not say what to do"
    assert "\n" not in message
    return message


def header(content: bytes, place: int, number: int) -> bytes:
    return content[:place] + number.to_bytes(4, "big") + content[place + 4 :]


def test_sound_library_opens(small_library: Path) -> None:
    library = open_library(small_library)
    assert [s.system for s in Catalogue(library.connect()).code_sets()] == list(READING_ORDER)
    library.close()


def test_the_header_has_application_id_and_version(small_library: Path) -> None:
    content = small_library.read_bytes()
    assert content[68:72] == CODE_DATABASE.application_id.to_bytes(4, "big") == b"CODI"
    assert int.from_bytes(content[60:64], "big") == CODE_DATABASE.schema_version


def test_connections_are_read_only_and_end_with_the_library(small_library: Path) -> None:
    library = open_library(small_library)
    connection = library.connect()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM node")
    library.close()
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere" / "codes.db").startswith("There is no code database")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is not a file" in refusal(tmp_path)


CHANGES: dict[str, tuple[Content, str]] = {
    "empty": (lambda _: b"", "is empty"),
    "six bytes": (lambda _: b"SQLite", "is not a database"),
    "web page": (lambda _: b"<html>404 Not Found</html>" * 99, "is not a database"),
    "header alone": (lambda content: content[:100], "is incomplete"),
    "half": (lambda content: content[: len(content) // 2], "is incomplete"),
    "last byte missing": (lambda content: content[:-1], "is incomplete"),
    "another program's": (lambda content: header(content, 68, 0), "not a Codarium code database"),
    "older version": (lambda content: header(content, 60, 0), "has version 0, this program reads version"),
    "newer version": (
        lambda content: header(content, 60, NEWER),
        f"has version {NEWER}",
    ),
    "nothing but a header": (lambda content: content[:100] + b"\xff" * (len(content) - 100), "is damaged"),
}


@pytest.mark.parametrize(("change", "message"), CHANGES.values(), ids=CHANGES)
def test_files_that_are_not_libraries_are_refused(
    small_library: Path, tmp_path: Path, change: Content, message: str
) -> None:
    path = tmp_path / "codes.db"
    path.write_bytes(change(small_library.read_bytes()))
    assert message in refusal(path)


def test_a_path_with_characters_that_are_special_in_a_uri(small_library: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Größe ?mode=rw#%41 & 病院"
    folder.mkdir()
    path = folder / "codes 1%.db"
    path.write_bytes(small_library.read_bytes())
    library = open_library(path)
    assert library.connect().execute("SELECT count(*) FROM notice").fetchone() == (2,)
    library.close()


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (PurePosixPath("/home/é ?#%/codes.db"), "file:///home/%C3%A9%20%3F%23%25/codes.db"),
        (PureWindowsPath(r"C:\data\codes.db"), "file:///C%3A/data/codes.db"),
        (PureWindowsPath(r"\\server\share\codes.db"), "file:////server/share/codes.db"),
    ],
)
def test_uri_of_a_file(path: PurePath, uri: str) -> None:
    assert read_only_uri(path) == f"{uri}?mode=ro&immutable=1"


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "codes.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    assert "not a Codarium code database" in refusal(path)


@pytest.mark.parametrize("table", ["node", "packed", "entry_words_icd10cm"])
def test_a_library_without_one_of_its_tables_is_refused(small_library: Path, tmp_path: Path, table: str) -> None:
    path = tmp_path / "codes.db"
    path.write_bytes(small_library.read_bytes())
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys = 0")
    connection.execute(f"DROP TABLE {table}")
    connection.commit()
    connection.close()
    assert f"lacks {table}" in refusal(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is unreadable to root")
def test_an_unreadable_file_is_refused(small_library: Path, tmp_path: Path) -> None:
    path = tmp_path / "codes.db"
    path.write_bytes(small_library.read_bytes())
    path.chmod(0)
    assert "cannot be read" in refusal(path)


@pytest.fixture(scope="module")
def damaged_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("flipped") / "codes.db"


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([1, 3, 30, 300]), st.sampled_from([100, 4096, None]))
def test_flipped_bits_never_cause_another_error(
    small_library: Path, damaged_path: Path, seed: int, flips: int, within: int | None
) -> None:
    """Opening refuses or succeeds, whatever the file contains; a flip deep inside fails at the row that it hit."""
    content = bytearray(small_library.read_bytes())
    generator = random.Random(seed)
    for _ in range(flips):
        content[generator.randrange(min(within or len(content), len(content)))] ^= 1 << generator.randrange(8)
    damaged_path.write_bytes(content)
    try:
        library = open_library(damaged_path)
    except LibraryError:
        return
    try:
        catalogue = Catalogue(library.connect())
        catalogue.code_sets()
        catalogue.conventions()
        for root in catalogue.roots(System.ICD10CM):
            catalogue.children(root.id)
        for code in ("A00.0", "A00.0XXA", "0DTJ4ZZ"):
            for node in catalogue.readings(code):
                catalogue.detail(node.id)
        Engine(library.connect()).search(Question("blue fever"))
    except (sqlite3.DatabaseError, ValueError, LookupError, TypeError):
        # Errors that SQLite notices, invalid values (`h%ading` is no status), and missing rows.
        pass
    finally:
        library.close()


READ_WHILE_CUT_OFF = """
import os, sqlite3, sys
from pathlib import Path
from app.library.open import open_library
path = Path(sys.argv[1])
library = open_library(path)
connection = library.connect()
connection.execute("SELECT count(*) FROM node").fetchone()
os.truncate(path, 4096 * 4)
assert library.has_changed()
try:
    # Every table, most of which was not read before.
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        connection.execute(f'SELECT * FROM "{name}"').fetchall()
except sqlite3.DatabaseError as error:
    print(error)
"""


def test_a_file_that_is_cut_off_while_it_is_read_is_an_error_and_not_the_end(
    small_library: Path, tmp_path: Path
) -> None:
    path = tmp_path / "codes.db"
    shutil.copy(small_library, path)
    command = [sys.executable, "-c", READ_WHILE_CUT_OFF, str(path)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)
    # SQLite would be ended by SIGBUS if it had mapped the file.
    assert done.returncode == 0, done.stderr
    assert "malformed" in done.stdout


def test_no_file_is_mapped_into_memory(small_library: Path) -> None:
    library = open_library(small_library)
    assert library.connect().execute("PRAGMA mmap_size").fetchone() in (None, (0,))
    library.close()


def test_a_file_that_has_changed_since_it_was_opened_is_told(small_library: Path, tmp_path: Path) -> None:
    path, other = tmp_path / "codes.db", tmp_path / "other.db"
    for copy in (path, other):
        shutil.copy(small_library, copy)
    library = open_library(path)
    assert not library.has_changed()
    assert not library.again().has_changed()
    with path.open("r+b") as file:
        file.seek(5000)
        file.write(b"x")
    assert library.has_changed()
    assert library.again().has_changed()
    library = open_library(other)
    other.replace(path)
    assert library.has_changed()
    library = open_library(path)
    assert not library.has_changed()
    path.unlink()
    assert library.has_changed()
