"""Diseases of the past and of relatives."""

import pytest

from app.search import texts
from app.search.answer import Question
from app.search.engine import Engine
from app.search.parsing.parser import Parser


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("personal history of bronchitis", "Z87.09"),
        ("history of gastritis", "Z87.19"),
        ("hx of cellulitis", "Z87.2"),
        ("wrist fracture 4 years ago", "Z87.81"),
        ("bronchitis as a child", "Z87.09"),
    ],
)
def test_history_without_a_code_of_its_own_has_that_of_its_category(engine: Engine, typed: str, code: str) -> None:
    answer = engine.search(Question(typed))
    assert answer.hits[0].node.code == code
    assert len(answer.hits) > 1
    assert texts.HISTORY in answer.advice


@pytest.mark.parametrize("typed", ["history of emphysema", "h/o atrial flutter", "hx hypothyroidism"])
def test_history_of_a_lasting_disease_is_only_offered(engine: Engine, typed: str) -> None:
    answer = engine.search(Question(typed))
    assert not answer.hits
    assert answer.near
    assert texts.HISTORY in answer.advice


@pytest.mark.parametrize("typed", ["history of tuberculosis", "hx of kidney stones", "history of breast cancer"])
def test_history_with_a_code_of_its_own_needs_no_advice(engine: Engine, typed: str) -> None:
    answer = engine.search(Question(typed))
    assert answer.hits[0].node.code.startswith("Z8")
    assert texts.HISTORY not in answer.advice


@pytest.mark.parametrize("typed", ["personal history of epilepsy", "history of asthma", "hx of seizures"])
def test_personal_history_is_no_family_history(engine: Engine, typed: str) -> None:
    answer = engine.search(Question(typed))
    rows = (*answer.hits, *answer.near)
    assert rows
    assert not [hit for hit in rows if "family" in hit.node.title.lower()]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("father had gout", "family history gout"),
        ("her maternal aunt with lupus", "family history lupus"),
        ("gout in both parents", "family history gout"),
        ("grandmother ovarian cancer", "family history ovarian cancer"),
    ],
)
def test_disease_of_a_relative_is_a_family_history(parser: Parser, text: str, words: str) -> None:
    reduced = parser.parse(text).reduced
    assert reduced is not None
    assert " ".join(word.raw for word in reduced.words) == words


@pytest.mark.parametrize("text", ["infant of mother with diabetes", "mother", "sister mary joseph nodule"])
def test_relative_without_a_disease_is_none(parser: Parser, text: str) -> None:
    assert parser.parse(text).reduced is None


@pytest.mark.parametrize(
    ("text", "is_past"),
    [
        ("stroke 3 years ago", True),
        ("gout in 2011", True),
        ("ulcer a few months ago", True),
        ("stroke 3 days ago", False),
        ("pain started 2 years ago", False),
        ("gout since 2011", False),
        ("cough for 2 months", False),
    ],
)
def test_what_was_years_ago_and_has_not_lasted_is_past(parser: Parser, text: str, is_past: bool) -> None:
    query = parser.parse(f"{text} ")
    is_status = any("old" in r.words or "personal" in r.words for slot in query.slots for r in slot.readings)
    assert (query.history is not None or is_status) is is_past


@pytest.mark.parametrize("typed", ["possible gallstones", "r/o sepsis", "?gout", "ankle pain suspect fracture"])
def test_diagnosis_in_doubt_has_advice(engine: Engine, typed: str) -> None:
    answer = engine.search(Question(typed))
    assert answer.hits
    assert texts.UNCERTAIN in answer.advice


@pytest.mark.parametrize("typed", ["gallstones", "suspected child abuse", "suspected exposure to anthrax"])
def test_doubt_of_a_title_has_none(engine: Engine, typed: str) -> None:
    assert texts.UNCERTAIN not in engine.search(Question(typed)).advice
