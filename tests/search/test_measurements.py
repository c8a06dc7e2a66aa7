"""Measured values: only offered with what they may be a sign of, and never a number of a title."""

import pytest

from app.search import texts
from app.search.answer import Question
from app.search.engine import Engine
from app.search.parsing.number_forms import as_in_titles
from app.search.parsing.parser import Parser


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("potassium 2.9", "E87.6"),
        ("serum sodium 119", "E87.1"),
        ("hgb of 6.4", "D64.9"),
        ("heart rate 150", "R00.0"),
        ("temp 102.8 f", "R50.9"),
        ("bp 190/105", "R03.0"),
        ("wbc 18,500", "D72.829"),
        ("k 6.4", "E87.5"),
    ],
)
def test_unusual_value_offers_what_it_may_be_a_sign_of(engine: Engine, typed: str, code: str) -> None:
    answer = engine.search(Question(typed))
    assert not answer.hits
    assert code in [hit.node.code for hit in answer.near[:3]]
    assert texts.VALUE_ALONE in answer.advice


@pytest.mark.parametrize("typed", ["sodium 139", "temp 98.4", "bp 116/72", "a1c 5.1", "pulse 72"])
def test_usual_value_offers_nothing(engine: Engine, typed: str) -> None:
    answer = engine.search(Question(typed))
    assert not answer.hits
    assert not answer.near
    assert answer.advice[-1] == texts.VALUE_ALONE


@pytest.mark.parametrize("typed", ["gcs 2", "nihss 43", "bmi 400", "55 weeks pregnant", "burn 130%"])
def test_value_that_a_scale_does_not_have_is_said_so(engine: Engine, typed: str) -> None:
    answer = engine.search(Question(typed))
    assert not answer.hits
    assert "is outside of it" in answer.advice[0]


@pytest.mark.parametrize("typed", ["gcs 9", "nihss 22", "bmi 31", "24 weeks pregnant", "burn 35%"])
def test_value_of_a_scale_is_in_titles(engine: Engine, typed: str) -> None:
    answer = engine.search(Question(typed))
    assert answer.hits
    assert not answer.advice


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sepsis lactate 4.1", "sepsis"),
        ("copd o2 sat 83% on ra", "copd"),
        ("anemia hgb 7.2 g/dl today", "anemia"),
        ("sodium 120 mg", "sodium 120 mg"),
        ("fever of 3 days", "fever of 3 days"),
        ("glargine 100 units", "glargine 100 units"),
    ],
)
def test_value_is_left_out_and_an_amount_is_not(parser: Parser, text: str, words: str) -> None:
    assert " ".join(word.raw for word in parser.parse(text).words) == words


def test_second_number_counts_if_the_first_is_usual(parser: Parser) -> None:
    assert parser.parse("bp 118/99").measured[0].name == "Diastolic blood pressure"
    assert parser.parse("bp 190/99").measured[0].typed == "190/99"


@pytest.mark.parametrize(
    ("text", "as_read"),
    [
        ("31w4d", "31 weeks gestation"),
        ("36 6/7 weeks", "36 weeks gestation"),
        ("28+3 wks", "28 weeks gestation"),
        ("39 weeks 2 days pregnant", "39 weeks gestation"),
        ("preterm infant 34w1d", "preterm infant 34 weeks"),
        ("fell 8 feet", "other fall from one level to another"),
        ("seen 12/7", "seen 12/7"),
        ("5 ribs fractured", "multiple fractures of ribs"),
        ("broken 3 ribs", "multiple fractures of ribs"),
        ("6% burn", "burns involving less than 10% of body surface"),
        ("3 cm lip laceration", " lip laceration"),
        ("3 cm kidney laceration", "3 cm kidney laceration"),
        ("oxygen at 3 lpm", "oxygen"),
        ("oxygen at 6 lpm", "oxygen at 6 lpm"),
        ("newborn premature 27 weeks", "newborn extreme immaturity 27 weeks"),
        ("preterm labor 27 weeks", "preterm labor without delivery second trimester"),
        ("preterm labor 30 weeks delivered", "preterm labor third trimester delivered"),
        ("preeclampsia 13 weeks", "preeclampsia first trimester"),
        ("type 2 w neuropathy", "type 2 w neuropathy"),
        ("gout", "gout"),
    ],
)
def test_numbers_of_notes_are_read_as_those_of_titles(text: str, as_read: str) -> None:
    assert as_in_titles(text) == as_read


def test_measured_value_is_not_searched_without_words_that_were_not_typed(engine: Engine) -> None:
    assert engine.search(Question("hba1c 9")).suggestions == ()
