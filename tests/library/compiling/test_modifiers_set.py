"""Modifiers: our own words, the official wording of Level II, and that of Level I where the AMA's file is loaded."""

from dataclasses import replace
from datetime import date

import pytest

from app.library.compiling.modifiers import GROUPS, level_of
from app.library.contents import Modifiers
from app.library.own_words.modifiers import ModifierLevel
from tests.library.conftest import NOTICE, Compiled, made_up_modifiers, rows


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("25", ModifierLevel.CPT),
        ("1P", ModifierLevel.PERFORMANCE),
        ("P3", ModifierLevel.ANESTHESIA),
        ("PA", ModifierLevel.HCPCS),
        ("LT", ModifierLevel.HCPCS),
        ("E1", ModifierLevel.HCPCS),
    ],
)
def test_the_level_of_a_modifier(code: str, level: ModifierLevel) -> None:
    assert level_of(code) is level
    assert level in GROUPS


def test_without_files_all_modifiers_are_in_our_own_words(compiled: Compiled) -> None:
    library = compiled(Modifiers())
    assert rows(library, "SELECT code, title, level FROM node") == [
        ("25-25", "Level I: numeric modifiers", "group"),
        ("25", "A visit besides", "item"),
        ("LT-LT", "Level II: letter modifiers", "group"),
        ("LT", "Left hand", "item"),
    ]
    assert rows(library, "SELECT part, codes, valid FROM release") == [("our own words", 2, 2)]
    assert rows(library, "SELECT DISTINCT ours FROM passage") == [(1,)]
    assert rows(library, "SELECT count(*) FROM notice") == [(0,)]


def test_official_names_replace_ours_which_still_find_the_modifier(compiled: Compiled) -> None:
    library = compiled(made_up_modifiers())
    assert rows(library, "SELECT code, title, status FROM node WHERE level = 'item'") == [
        ("25", "Made-up modifier", "valid"),
        ("LT", "Left side", "valid"),
        ("ZZ", "Asleep", "ended"),
    ]
    passages_query = (
        "SELECT heading, ours FROM passage p JOIN node n ON n.id = p.node WHERE code = '25' ORDER BY position"
    )
    assert rows(library, passages_query)[0] == ("Official description", 0)
    own_words_query = (
        "SELECT p.text FROM passage p JOIN node n ON n.id = p.node WHERE code = 'LT' AND heading LIKE 'In Cod%'"
    )
    assert rows(library, own_words_query) == [("Left hand. m",)]
    entries_query = "SELECT e.text FROM entry e JOIN node n ON n.id = e.node WHERE code = 'LT' ORDER BY e.text"
    assert rows(library, entries_query) == [("",), ("Left hand",), ("left",)], "its title is the node's"
    assert rows(library, "SELECT system, text FROM notice") == [("modifier", NOTICE)]
    assert ("COV", "C", "As the carrier says") in rows(library, "SELECT name, value, meaning FROM field")


def test_uses_of_a_modifier_are_stored_by_section(compiled: Compiled) -> None:
    library = compiled(Modifiers())
    uses = "SELECT m.applies, n.code FROM modifier_use m JOIN node n ON n.id = m.node ORDER BY 1, 2"
    assert rows(library, uses) == [("em", "25"), ("hcpcs:J", "LT"), ("surgery", "LT")]


def test_a_modifier_that_will_end_after_the_release_is_valid_and_counted(compiled: Compiled) -> None:
    contents = made_up_modifiers()
    ending = tuple(replace(modifier, ended=date(2032, 12, 31)) for modifier in contents.official)
    library = compiled(replace(contents, official=ending))
    assert rows(library, "SELECT status, valid_to FROM node WHERE code = 'ZZ'") == [("valid", "2032-12-31")]
    assert rows(library, "SELECT codes, valid FROM release WHERE part = 'codes'") == [(2, 2)], (
        "what the file has, not what we add"
    )
