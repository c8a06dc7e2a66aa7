"""Damaged libraries: each kind of damage is named by the check for it."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from app.library.compiling.compile import compile_library
from app.library.compiling.lexicon_tables import LexiconTables
from app.library.compiling.verify import CHECKS, verify
from app.library.open import Library
from app.library.own_words.tables import OwnTables
from app.releases.errors import ReleaseError

DAMAGE = {
    "a node's id lies outside the block of its code set": "UPDATE node SET system = 'hcpcs' WHERE plain = '11'",
    "a node is of a code set that there is not": "UPDATE node SET system = 'dental' WHERE plain = '11'",
    "an id lies outside all blocks": "UPDATE index_entry SET id = 1 WHERE path = 'Heat'",
    "an entry leads into another code set": (
        "UPDATE entry SET node = (SELECT id FROM node WHERE plain = '11') WHERE words = 'red fever'"
    ),
    "an Index line leads into another code set": (
        "UPDATE index_target SET node = (SELECT id FROM node WHERE plain = '11') WHERE code = 'A00.-'"
    ),
    "a note's code opens a node of another code set": (
        "UPDATE reference SET target = (SELECT id FROM node WHERE plain = '11') WHERE printed = 'A01.-'"
    ),
    "a date is none": "UPDATE change SET \"on\" = '2030-02-30'",
    "a code set has two newest releases of its codes": "UPDATE release SET current = 1 WHERE system = 'icd10cm'",
    "a code set's nodes come from no release": "DELETE FROM release WHERE system = 'pos'",
    "an array of entries is of another length": (
        "UPDATE packed SET data = substr(data, 5) WHERE system = 'icd10cm' AND name = 'node_of_entry'"
    ),
    "a node stands before its parent": "UPDATE node SET parent = id + 1 WHERE plain = 'A00'",
    "a node has a parent in another code set": (
        "UPDATE node SET parent = (SELECT id FROM node WHERE plain = 'A00') WHERE plain = '0DTJ'"
    ),
    "a node lies outside the range of its parent": "UPDATE node SET last = last + 1 WHERE plain = 'A001'",
    "a code is written differently from its plain form": "UPDATE node SET code = 'A09.0' WHERE plain = 'A000'",
    "a code stands twice in its code set": "UPDATE node SET plain = 'A018', code = 'A01.8' WHERE plain = 'A010'",
    "a node has no title": "UPDATE node SET title = ' ' WHERE plain = 'A010'",
    "a valid code holds other codes": "UPDATE node SET status = 'valid' WHERE plain = 'A000'",
    "a heading holds no valid code": "UPDATE node SET variants = 0 WHERE plain = 'A01'",
    "a count of valid codes below a node is wrong": "UPDATE node SET variants = variants + 1 WHERE plain = '1'",
    "a code set's count of valid codes is wrong": "UPDATE release SET valid = valid + 1",
    "a finished code is not seven characters long": (
        "UPDATE node SET plain = 'A000XA', code = 'A00.0XA' WHERE plain = 'A000XXA'"
    ),
    "a reference lies outside its note": "UPDATE reference SET start = start + 1",
    "an axis of an ICD-10-PCS code is not explained": "DELETE FROM pcs_value WHERE position = 5 AND value = '4'",
    "a node cannot be found": "DELETE FROM entry WHERE node = (SELECT id FROM node WHERE plain = 'A01')",
    "an entry is missing from the search index": (
        "INSERT INTO entry (node, kind, text, words) SELECT node, kind, text, words FROM entry ORDER BY id DESC LIMIT 1"
    ),
}


def damaged(library: Path, folder: Path, statement: str) -> Path:
    path = folder / "damaged.db"
    shutil.copy(library, path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys = 0")
    assert connection.execute(statement).rowcount > 0
    connection.commit()
    connection.close()
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ReleaseError) as raised:
        verify(path)
    return str(raised.value)


def test_sound_library_passes(small_library: Path) -> None:
    verify(small_library)


@pytest.mark.slow
def test_real_library_passes(library: Library) -> None:
    verify(library.path)


def test_every_check_has_its_damage() -> None:
    assert set(DAMAGE) == set(CHECKS)


@pytest.mark.parametrize("broken", DAMAGE)
def test_each_check_catches_its_damage(small_library: Path, tmp_path: Path, broken: str) -> None:
    path = damaged(small_library, tmp_path, DAMAGE[broken])
    connection = sqlite3.connect(path)
    assert connection.execute(f"{CHECKS[broken]} LIMIT 1").fetchone() is not None
    connection.close()
    assert f"{broken} (" in refusal(path)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE node SET title = ' ' WHERE plain = 'A010'", "a node has no title (A01.0)"),
        ("UPDATE node SET status = 'ended' WHERE plain = 'A010'", "a count of valid codes below a node is wrong (1)"),
        ("DELETE FROM note WHERE node = (SELECT id FROM node WHERE plain = 'A00')", "a row of reference refers"),
        ("UPDATE node SET parent = 4711 WHERE plain = 'A001'", "a row of node refers to nothing"),
        ("DELETE FROM node WHERE plain = 'A000'", "refers to nothing"),
    ],
)
def test_the_refusal_names_the_damage(small_library: Path, tmp_path: Path, statement: str, message: str) -> None:
    assert message in refusal(damaged(small_library, tmp_path, statement))


def test_library_without_code_sets_is_refused(own: OwnTables, lexicon: LexiconTables, tmp_path: Path) -> None:
    path = tmp_path / "codes.db"
    compile_library(path, [], own, lexicon)
    assert "it holds no code set" in refusal(path)


def test_damaged_pages_are_refused(small_library: Path, tmp_path: Path) -> None:
    content = bytearray(small_library.read_bytes())
    content[3 * 4096 : 9 * 4096] = b"\xff" * (6 * 4096)
    path = tmp_path / "damaged.db"
    path.write_bytes(content)
    assert "is not sound" in refusal(path)
