"""What a library was compiled of can be had back out of it: compiled again it is the same library, byte for byte."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.codes.systems import System
from app.intake.add import add_files
from app.library.compiling.compile import compile_library
from app.library.compiling.lexicon_tables import read_lexicon
from app.library.compiling.read_back import HeldLibrary
from app.library.contents import Cpt, Maps, Modifiers
from app.library.own_words.tables import OwnTables, read_own_tables
from app.paths import resource
from tests.intake.conftest import contents_of, differing
from tests.library.conftest import LEXICON, MAPS, OWN, made_up_contents
from tests.official import official


def again(path: Path, out: Path, own: OwnTables = OWN, maps: Maps | None = None) -> Path:
    """The library compiled of what is read back out of another."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as opened:
        held = HeldLibrary(opened)
        contents = [held.contents(system) for system in System]
    compile_library(out, contents, own, LEXICON if own is OWN else read_lexicon(resource("lexicon")), maps)
    return out


def test_a_small_library_is_had_back_byte_for_byte(tmp_path: Path) -> None:
    # What is the AMA's is read from its files alone.
    contents = [
        Cpt()
        if isinstance(one, Cpt)
        else replace(one, cpt_release=None, cpt=(), notice="")
        if isinstance(one, Modifiers)
        else one
        for one in made_up_contents()
    ]
    first = tmp_path / "first.db"
    compile_library(first, contents, OWN, LEXICON, MAPS)
    second = again(first, tmp_path / "second.db", maps=MAPS)
    assert not differing(contents_of(first), contents_of(second))
    assert first.read_bytes() == second.read_bytes()


def test_of_cpt_nothing_but_its_releases_is_had_back(tmp_path: Path) -> None:
    path = tmp_path / "first.db"
    compile_library(path, made_up_contents(), OWN, LEXICON, MAPS)
    with closing(sqlite3.connect(path)) as opened:
        held = HeldLibrary(opened)
        cpt, modifiers = held.contents(System.CPT), held.contents(System.MODIFIER)
        assert held.maps().keys() == {"From ICD-9-CM to ICD-10-CM", "ICD-9-CM diagnoses"}
    assert isinstance(cpt, Cpt)
    assert isinstance(modifiers, Modifiers)
    assert cpt.release is not None
    assert modifiers.cpt_release is not None
    assert (cpt.codes, cpt.notice, modifiers.cpt, modifiers.notice) == ((), "", (), "")


@pytest.mark.slow
def test_the_real_library_is_had_back(tmp_path: Path, library_path: Path) -> None:
    given = [
        official("icd10cm", "2025-code-descriptions-tabular-order.zip"),
        official("icd10cm", "2026-code-descriptions-tabular-order.zip"),
        official("icd10cm", "2026-conversion-table.zip"),
        official("icd10pcs", "2025-icd-10-pcs-code-tables-and-index.zip"),
        official("icd10pcs", "2026-icd-10-pcs-code-tables-and-definitions.zip"),
        official("icd10pcs", "2025-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"),
        official("icd10pcs", "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"),
        official("hcpcs"),
    ]
    report = add_files(given, tmp_path / "home", library_path)
    second = again(report.library, tmp_path / "second.db", read_own_tables(resource("tables")))
    assert not differing(contents_of(report.library), contents_of(second))
    assert not add_files(given, tmp_path / "home", library_path).added
