"""HCPCS Level II: the starter set under our own names, and the official file together with older ones."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from app.codes.systems import System
from app.library.compiling.compile import compile_library
from app.library.compiling.hcpcs import ended, snapshot
from app.library.compiling.lexicon_tables import LexiconTables
from app.library.compiling.verify import verify
from app.library.contents import Hcpcs
from app.library.own_words.tables import read_own_tables
from app.paths import resource
from app.releases.files.containers import members
from app.releases.hcpcs.code_file import read_hcpcs
from tests.library.conftest import Compiled, made_up_hcpcs, release, rows
from tests.official import official


def test_without_a_file_the_starter_set_has_our_names(compiled: Compiled) -> None:
    library = compiled(Hcpcs())
    assert rows(library, "SELECT n.code, n.title, p.code FROM node n LEFT JOIN node p ON p.id = n.parent") == [
        ("A", "Rides", None),
        ("A0100-A0199", "Cabs", "A"),
        ("A0101", "Cab ride", "A0100-A0199"),
        ("J", "Drugs", None),
        ("J0001", "Blue potion", "J"),
    ]
    assert rows(library, "SELECT part, codes, valid FROM release") == [("our own words", 2, 2)]
    assert rows(library, "SELECT DISTINCT ours FROM passage") == [(1,)]
    assert rows(library, "SELECT text FROM passage p JOIN node n ON n.id = p.node WHERE code = 'A0101'") == [
        ("It is Codarium's own; the official descriptor comes with the file from CMS.",)
    ]


def test_with_a_file_the_titles_are_official_and_our_names_are_passages(compiled: Compiled) -> None:
    library = compiled(made_up_hcpcs())
    titles = "SELECT title FROM node WHERE code = 'A0101'"
    assert rows(library, titles) == [("Ride in a cab",)]
    passages_query = "SELECT heading, text, ours FROM passage p JOIN node n ON n.id = p.node WHERE code = 'A0101'"
    assert rows(library, passages_query) == [
        ("In Codarium's words", "Cab ride", 1),
        ("Short descriptor", "Ride in a ", 0),
        ("Processing note 0007", "Ask before you ride.", 0),
    ]
    entries_query = "SELECT text FROM entry e JOIN node n ON n.id = e.node WHERE code = 'A0101' ORDER BY text"
    assert rows(library, entries_query) == [("",), ("Cab ride",), ("taxi",)], "its title is the node's"


def test_fields_keep_the_order_of_the_file_and_have_labels(compiled: Compiled) -> None:
    library = compiled(made_up_hcpcs())
    query = "SELECT name, value, label, meaning FROM field f JOIN node n ON n.id = f.node WHERE code = 'A0101'"
    assert rows(library, query) == [
        ("COV", "C", "Coverage", "As the carrier says"),
        ("PROCNOTE", "0007", "PROCNOTE", ""),
        ("XREF1", "J0001", "XREF1", ""),
        ("ACTION CD", "N", "ACTION CD", ""),
    ]


def test_codes_that_ended_in_the_file_or_are_missing_from_it(compiled: Compiled) -> None:
    library = compiled(made_up_hcpcs())
    query = "SELECT code, status, valid_from, valid_to FROM node WHERE level = 'item'"
    assert rows(library, query) == [
        ("A0101", "valid", "2020-01-01", None),
        ("A0102", "ended", None, "2030-09-30"),
        ("A0200", "ended", "2020-01-01", "2030-09-30"),
        ("J0001", "valid", "2020-01-01", None),
    ]
    changes = "SELECT n.code, c.kind, c.text FROM change c JOIN node n ON n.id = c.node"
    assert rows(library, changes) == [("A0101", "revised", "Ride in a coach")]
    assert rows(library, "SELECT part, name, codes, valid, current FROM release ORDER BY id") == [
        ("codes", "FY2031", 3, 2, 1),
        ("codes", "FY2030", 2, 2, 0),
        ("processing notes", "FY2031", 1, 0, 1),
        ("our own words", "Plain names", 2, 0, 1),
    ]


def test_cross_references_name_the_replacement_of_an_ended_code(compiled: Compiled) -> None:
    library = compiled(made_up_hcpcs())
    assert rows(library, "SELECT n.code, l.label, l.system, l.plain FROM link l JOIN node n ON n.id = l.node") == [
        ("A0101", "Cross-reference", "hcpcs", "J0001"),
        ("A0200", "Replaced by", "hcpcs", "A0101"),
        ("J0001", "Cross-reference", "cpt", "00001"),
    ]


def test_a_code_has_ended_in_the_release_after_its_last_day() -> None:
    contents = made_up_hcpcs()
    october, code = release(System.HCPCS), contents.codes[1]
    assert ended(code, october)
    assert not ended(code, release(System.HCPCS, 2030))
    assert not ended(replace(code, ended=october.effective_from), october), "it may still be submitted on that day"
    assert not ended(replace(code, ended=None), october)
    assert [order_code.valid for order_code in snapshot(october, contents.codes).codes.values()] == [True, False, True]


def test_a_code_of_a_letter_without_a_section_has_no_parent(compiled: Compiled) -> None:
    contents = made_up_hcpcs()
    without_section = replace(contents.codes[0], code="Z0001", fields=())
    library = compiled(replace(contents, codes=(*contents.codes, without_section)))
    assert rows(library, "SELECT parent, status FROM node WHERE code = 'Z0001'") == [(None, "valid")]


@pytest.mark.slow
def test_the_real_file_of_october_2025(lexicon: LexiconTables, tmp_path: Path) -> None:
    archive = official("hcpcs", "october-2025-alpha-numeric-hcpcs-file.zip")
    (member,) = (m for m in members(archive) if m.inside.lower().endswith(".xlsx") and "anweb" in m.inside.lower())
    read = tuple(read_hcpcs(member))
    october = replace(release(System.HCPCS, 2026), name="October 2025")
    codes = tuple(code for code in read if not code.modifier)
    path = tmp_path / "codes.db"
    compile_library(path, [Hcpcs(october, codes)], read_own_tables(resource("tables")), lexicon)
    verify(path)
    library = sqlite3.connect(path)
    assert rows(library, "SELECT codes FROM release WHERE part = 'codes'") == [(8_463,)]
    assert rows(library, "SELECT count(*) FROM node WHERE level = 'item' AND parent IS NULL") == [(0,)]
    ended_by_then = sum(ended(code, october) for code in codes)
    assert rows(library, "SELECT count(*) FROM node WHERE status = 'ended'") == [(ended_by_then,)]
    assert ended_by_then == 1_205
    library.close()
