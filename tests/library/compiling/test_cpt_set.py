"""CPT built from our own words, and with the codes that a user has imported. All titles here are made up."""

import sqlite3
from dataclasses import replace
from pathlib import Path

from app.library.compiling.compile import compile_library
from app.library.compiling.cpt import CATEGORY_CODES, LESSON_PLACES
from app.library.compiling.lexicon_tables import LexiconTables
from app.library.compiling.verify import verify
from app.library.contents import Cpt
from app.library.own_words.cpt import CptSection
from app.library.own_words.tables import OwnTables, read_own_tables
from app.paths import resource
from tests.library.conftest import NOTICE, Compiled, made_up_cpt, rows


def test_without_an_import_the_library_has_only_our_own_words(compiled: Compiled) -> None:
    library = compiled(Cpt())
    assert rows(library, "SELECT n.code, n.title, p.code FROM node n LEFT JOIN node p ON p.id = n.parent") == [
        ("I", "Made-up work", None),
        ("00001-00099", "First work", "I"),
        ("00001", "Our own name", "00001-00099"),
    ]
    assert rows(library, "SELECT part, codes, valid FROM release") == [("our own words", 1, 1)]
    assert rows(library, "SELECT DISTINCT ours FROM passage") == [(1,)]
    assert rows(library, "SELECT count(*) FROM notice") == [(0,)]
    headings = "SELECT heading FROM passage p JOIN node n ON n.id = p.node WHERE code = '00001' ORDER BY position"
    assert rows(library, headings)[0] == ("This name",)


def test_lessons_belong_to_records_that_exist(compiled: Compiled, own: OwnTables) -> None:
    record_keys = {record.key for record in read_own_tables(resource("tables")).cpt.records}
    lessons = {lesson.key for lesson in read_own_tables(resource("tables")).lessons}
    assert LESSON_PLACES.keys() <= lessons
    assert {"category-1", *LESSON_PLACES.values(), *CATEGORY_CODES} <= record_keys
    assert own.lessons


def test_imported_codes_bring_their_titles_and_the_notice(compiled: Compiled) -> None:
    library = compiled(made_up_cpt())
    assert rows(library, "SELECT code, title, valid_from FROM node WHERE level = 'item'") == [
        ("00001", "Made-up procedure, first", None),
        ("00002", "MADE UP TWO", None),
        ("0001T", "Made-up procedure, new", "2031-01-01"),
    ]
    assert rows(library, "SELECT system, text FROM notice") == [("cpt", NOTICE)]
    assert rows(library, "SELECT part, codes, valid FROM release ORDER BY id") == [
        ("codes", 3, 3),
        ("our own words", 1, 0),
    ]


def test_imported_texts_are_marked_apart_from_our_own(compiled: Compiled) -> None:
    library = compiled(made_up_cpt())
    passages_query = (
        "SELECT heading, ours FROM passage p JOIN node n ON n.id = p.node WHERE code = '00001' ORDER BY position"
    )
    assert rows(library, passages_query)[:4] == [
        ("Consumer descriptor", 0),
        ("Medium descriptor", 0),
        ("Short descriptor", 0),
        ("What it stands for", 1),
    ]
    assert "This name" not in [heading for heading, _ in rows(library, passages_query)], (
        "the name is the official one now"
    )
    entries_query = "SELECT e.text FROM entry e JOIN node n ON n.id = e.node WHERE code = '00001' ORDER BY e.text"
    assert rows(library, entries_query) == [("",), ("Made-up in plain words",), ("Our own name",)], (
        "its title is the node's"
    )


def test_fields_of_the_fee_schedule_come_in_words(compiled: Compiled) -> None:
    library = compiled(made_up_cpt())
    assert rows(library, "SELECT name, value, label, meaning FROM field") == [
        ("STATUS", "A", "Status", "Active"),
        ("WORK RVU", "1.50", "WORK RVU", ""),
    ]


def test_a_code_outside_all_ranges_has_no_parent(compiled: Compiled) -> None:
    library = compiled(made_up_cpt())
    assert rows(library, "SELECT parent FROM node WHERE code = '0001T'") == [(None,)]


def test_a_section_and_a_subsection_of_the_same_range_get_different_codes(
    own: OwnTables, lexicon: LexiconTables, tmp_path: Path
) -> None:
    twin = CptSection("subsection", "first-part", "first", (("00001", "00099"),), "First part", "The same.", ("part",))
    outline = replace(own.cpt, records=(*own.cpt.records, twin))
    path = tmp_path / "codes.db"
    compile_library(path, [Cpt()], replace(own, cpt=outline), lexicon)
    verify(path)
    library = sqlite3.connect(path)
    assert rows(library, "SELECT code FROM node") == [("I",), ("00001-00099",), ("FIRST-PART",), ("00001",)]
    library.close()


def test_the_real_tables_make_a_sound_library(lexicon: LexiconTables, tmp_path: Path) -> None:
    path = tmp_path / "codes.db"
    tables = read_own_tables(resource("tables"))
    compile_library(path, [Cpt()], tables, lexicon)
    verify(path)
    library = sqlite3.connect(path)
    outside_ranges_query = "SELECT code FROM node WHERE level = 'item' AND parent IS NULL"
    assert rows(library, outside_ranges_query) == [], "an example lies in no range of the outline"
    assert rows(library, "SELECT count(*) FROM node WHERE level = 'item'") == [(len(tables.examples),)]
    library.close()
