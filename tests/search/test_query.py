"""Typed text into a query."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.systems import System
from app.library.ranges import RANGE_MARK
from app.search.parsing.parser import LONGEST_TEXT, MOST_SLOTS, Parser
from app.search.parsing.query import MatchKind, Query, Reading
from app.search.parsing.scopes import split_scope


def typed(query: Query) -> list[str]:
    return [slot.typed for slot in query.slots]


def readings(query: Query, kind: MatchKind) -> list[tuple[str, ...]]:
    return [reading.words for slot in query.slots for reading in slot.readings if reading.kind is kind]


@pytest.mark.parametrize(
    ("text", "systems", "rest"),
    [
        ("cm: neuropathy", {System.ICD10CM}, "neuropathy"),
        ("PCS:bypass", {System.ICD10PCS}, "bypass"),
        ("  hcpcs : walker", {System.HCPCS}, "walker"),
        ("mod: 25", {System.MODIFIER}, "25"),
        ("pos: 11", {System.POS}, "11"),
        ("cpt: 99213", {System.CPT}, "99213"),
        ("icd10cm: gout", {System.ICD10CM}, "gout"),
        ("pos 11", {System.POS}, "11"),
        ("POS 1", {System.POS}, "1"),
        ("place of service 11", {System.POS}, "11"),
        ("place of service: office", {System.POS}, "office"),
        ("modifier 25", {System.MODIFIER}, "25"),
        ("-25", {System.MODIFIER}, "25"),
        ("mods 25 59", {System.MODIFIER}, "25 59"),
        ("pos11", {System.POS}, "11"),
        ("1. E11.9", set[System](), "E11.9"),
        ("• M54.50", set[System](), "M54.50"),
        ('"E11.9"\t"Type 2"', set[System](), "E11.9\tType 2"),
        ("modifiers bilateral", {System.MODIFIER}, "bilateral"),
        ("mod rt", {System.MODIFIER}, "rt"),
        ("25 modifier", {System.MODIFIER}, "25"),
        ("telehealth modifiers", {System.MODIFIER}, "telehealth"),
        ("walker hcpcs", {System.HCPCS}, "walker"),
        ("icd 10 code for gout", set[System](), "gout"),
        ("what is the ICD-10-CM code for an abscess", set[System](), "abscess"),
        ("code stroke", set[System](), "code stroke"),
        ("cpt 99213", {System.CPT}, "99213"),
        ("cpt code 0042T", {System.CPT}, "0042T"),
        ("hcpcs j1100", {System.HCPCS}, "j1100"),
        ("cpt deficiency", set[System](), "cpt deficiency"),
        ("cpt 2 deficiency", set[System](), "cpt 2 deficiency"),
        ("pos hiv", set[System](), "pos hiv"),
        ("mod persistent asthma", set[System](), "mod persistent asthma"),
        ("modifier", set[System](), "modifier"),
        ("note: gout", set[System](), "note: gout"),
        ("gout cm: x", set[System](), "gout cm: x"),
        (": gout", set[System](), ": gout"),
        ("", set[System](), ""),
    ],
)
def test_scope_prefix(text: str, systems: set[System], rest: str) -> None:
    assert split_scope(text) == (systems, rest)


def test_words_are_folded_and_singular(parser: Parser) -> None:
    query = parser.parse("Ménière's  FRACTURES ")
    assert [slot.readings[0].words for slot in query.slots] == [("meniere",), ("fracture",)]


def test_words_are_beginnings(parser: Parser) -> None:
    assert [slot.readings[0].begins for slot in parser.parse("sept shock").slots] == [True, True]


def test_a_letter_or_two_are_a_beginning_only_while_they_are_typed(parser: Parser) -> None:
    assert parser.parse("knee r").slots[-1].readings[0].begins
    assert not parser.parse("knee r ").slots[-1].readings[0].begins
    assert not parser.parse("r knee").slots[0].readings[0].begins


def test_quotes_ask_for_words_together(parser: Parser) -> None:
    query = parser.parse('"with coma" diabetes')
    assert query.phrases == (("with", "coma"),)
    assert typed(query) == ["with", "coma", "diabetes"]


@pytest.mark.parametrize("text", ['"with coma', '"with coma"'])
def test_quote_that_is_not_closed_yet(parser: Parser, text: str) -> None:
    assert parser.parse(text).phrases == (("with", "coma"),)


@pytest.mark.parametrize("text", ['"', '""', '" "', '"-" ', "''"])
def test_empty_quotes_are_ignored(parser: Parser, text: str) -> None:
    query = parser.parse(text)
    assert (query.phrases, query.slots) == ((), ())


def test_minus_excludes_a_word(parser: Parser) -> None:
    query = parser.parse("diabetes -pregnancy -type")
    assert query.without == ("pregnancy", "type")
    assert typed(query) == ["diabetes"]


def test_hyphen_inside_a_word_excludes_nothing(parser: Parser) -> None:
    query = parser.parse("post-operative pain")
    assert query.without == ()
    assert "pain" in typed(query)


def test_repeated_word_makes_one_slot(parser: Parser) -> None:
    assert typed(parser.parse("cholera gout cholera gout ")) == ["cholera", "gout"]


def test_lone_minus_is_ignored(parser: Parser) -> None:
    assert parser.parse("pain - ").without == ()


def test_abbreviation_is_read_both_ways(parser: Parser) -> None:
    query = parser.parse("chf")
    assert readings(query, MatchKind.TITLE) == [("chf",)]
    assert ("congestive", "heart", "failure") in readings(query, MatchKind.ABBREVIATION)


@pytest.mark.parametrize("text", ["anemia d/t ckd", "anemia 2/2 ckd", "sepsis d/t"])
def test_joining_abbreviation_is_free(parser: Parser, text: str) -> None:
    assert [slot.free for slot in parser.parse(text).slots][:2] == [False, True]


def test_abbreviation_with_a_meaning_is_not_free(parser: Parser) -> None:
    assert not any(slot.free for slot in parser.parse("dm w/ ckd").slots)


def test_everyday_phrase_is_one_slot(parser: Parser) -> None:
    query = parser.parse("severe heart attack today")
    assert typed(query) == ["severe", "heart attack", "today"]
    assert ("myocardial", "infarction") in readings(query, MatchKind.EVERYDAY)


def test_as_typed_adds_no_readings(parser: Parser) -> None:
    query = parser.parse("heart attack chf haemorrhage", as_typed=True)
    assert typed(query) == ["heart", "attack", "chf", "haemorrhage"]
    assert {reading.kind for slot in query.slots for reading in slot.readings} == {MatchKind.TITLE}
    assert all(len(slot.readings) == 1 for slot in query.slots)


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("haemorrhage", "hemorrhage"),
        ("oedema", "edema"),
        ("anaemia", "anemia"),
        ("tumour", "tumor"),
        ("oesophagus", "esophagus"),
        ("diarrhoea", "diarrhea"),
    ],
)
def test_british_spelling(parser: Parser, british: str, american: str) -> None:
    assert (american,) in readings(parser.parse(british), MatchKind.TITLE)


def test_word_of_a_title_is_not_respelled(parser: Parser) -> None:
    assert readings(parser.parse("neurogenic"), MatchKind.TITLE) == [("neurogenic",)]


def test_words_written_apart(parser: Parser) -> None:
    (slot,) = parser.parse("hypo thyroidism").slots
    assert ("hypothyroidism",) in [reading.words for reading in slot.readings]


def test_rare_words_weigh_more_than_common_ones(parser: Parser) -> None:
    rare, common, little = parser.parse("appendicitis fracture of").slots
    assert rare.weight > common.weight > little.weight > 0


# Corrected spelling


def corrected(parser: Parser, text: str) -> list[Reading]:
    query = parser.corrected(parser.parse(text))
    return [] if query is None else [r for s in query.slots for r in s.readings if r.corrected]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("nuemonia", "pneumonia"),
        ("diabetis", "diabete"),
        ("hypertention", "hypertension"),
        ("scizophrenia", "schizophrenia"),
        ("ashtma", "asthma"),
        ("fibromialgia", "fibromyalgia"),
    ],
)
def test_misspelling_is_corrected(parser: Parser, wrong: str, right: str) -> None:
    assert (right,) in [reading.words for reading in corrected(parser, f"{wrong} ")]


@pytest.mark.parametrize("text", ["pneumonia", "pneum", "chf", "heart attack", "oedema", "", "1234", "r", "abc12"])
def test_spelling_of_the_index_is_not_corrected(parser: Parser, text: str) -> None:
    assert corrected(parser, text) == []


def test_two_words_written_as_one(parser: Parser) -> None:
    assert ("heart", "failure") in [reading.words for reading in corrected(parser, "heartfailure")]


def test_only_the_wrong_word_is_corrected(parser: Parser) -> None:
    query = parser.corrected(parser.parse("acute nuemonia "))
    assert query is not None
    assert len(query.slots[0].readings) == len(parser.parse("acute nuemonia ").slots[0].readings)


# Any text


@given(st.text(max_size=400))
def test_any_text_is_a_query(parser: Parser, text: str) -> None:
    query = parser.parse(text)
    # Without the name of a code set or the label before a code.
    assert query.text == split_scope(text)[1]
    assert len(query.slots) <= MOST_SLOTS
    for slot in query.slots:
        assert slot.readings
        assert slot.weight > 0
        for reading in slot.readings:
            assert reading.words
            typed = [word for word in reading.words if not word.startswith(RANGE_MARK)]
            assert all(word.isascii() and word.isalnum() for word in typed)
    assert all(word.isascii() and word.isalnum() for word in query.without)


def test_a_pasted_page_is_read_up_to_its_limit(parser: Parser) -> None:
    assert parser.parse("x" * LONGEST_TEXT + " pain") == parser.parse("x" * LONGEST_TEXT)
