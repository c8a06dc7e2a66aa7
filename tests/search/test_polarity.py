"""Words that a text affirms or denies, and entries that say the same of them."""

import time

import pytest

from app.search.answer import Question
from app.search.engine import Engine
from app.search.parsing.list_numbers import list_entries, without_list_numbers
from app.search.parsing.polarity import polarities
from app.search.parsing.query import Polarity

AFFIRMED, DENIED, EITHER = Polarity.AFFIRMED, Polarity.DENIED, Polarity.EITHER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("migraine with aura", [AFFIRMED, AFFIRMED, AFFIRMED]),
        ("not intractable with status", [AFFIRMED, DENIED, AFFIRMED, AFFIRMED]),
        ("without aura intractable", [AFFIRMED, DENIED, EITHER]),
        ("without perforation or abscess", [AFFIRMED, DENIED, EITHER, DENIED]),
        ("with or without aura", [AFFIRMED, AFFIRMED, AFFIRMED, EITHER]),
        ("not elsewhere classified", [AFFIRMED, AFFIRMED, AFFIRMED]),
    ],
)
def test_each_denial_is_of_its_own_words(text: str, expected: list[Polarity]) -> None:
    assert polarities(text.split()) == expected


@pytest.mark.parametrize(
    ("text", "word"),
    [("gangrene of peripheral angiopathy diabetes", "without gangrene"), ("hernia with gangrene", "or gangrene")],
)
def test_no_row_denies_what_a_text_affirms(engine: Engine, text: str, word: str) -> None:
    answer = engine.search(Question(text))
    assert answer.hits
    assert not [hit.node.title for hit in answer.hits if word in hit.node.title and "without" in hit.node.title]


@pytest.mark.parametrize("text", ["mr johnson", "dr. patel", "mrs smith"])
def test_a_person_has_no_rows(engine: Engine, text: str) -> None:
    assert engine.search(Question(text)).hits == ()


@pytest.mark.parametrize("question", [Question("mr barrett"), Question("dr patel", as_typed=True)])
def test_an_abbreviation_beside_a_disease_is_no_person(engine: Engine, question: Question) -> None:
    """`MR Barrett` may be two findings, and who searches as typed means each word."""
    assert not any("name of a person" in sentence for sentence in engine.search(question).advice)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3. CKD", "CKD"),
        ("#2 gout", "gout"),
        ("1) gout, 2) asthma", "gout, asthma"),
        ("1. gout 2. asthma", "gout, asthma"),
        ("grade 3. sprain", "grade 3. sprain"),
        ("1.5 cm", "1.5 cm"),
        ("250.00", "250.00"),
    ],
)
def test_numbers_of_a_list_are_dropped(text: str, expected: str) -> None:
    assert without_list_numbers(text) == expected


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("1. gout 2. asthma", ["gout", "asthma"]),
        ("#1 gout; #2 asthma", ["gout", "asthma"]),
        ("1. gout", []),
        ("gout 2. asthma", []),
    ],
)
def test_entries_of_a_numbered_list(text: str, entries: list[str]) -> None:
    assert list_entries(text) == entries


def test_excluded_family_is_no_history_of_the_patient(engine: Engine) -> None:
    """A history on a drug is read as the disease and the drug; `-family` only leaves rows out."""
    excluded = [hit.node.code for hit in engine.search(Question("breast cancer on tamoxifen -family")).hits]
    history = [hit.node.code for hit in engine.search(Question("history of breast cancer on tamoxifen")).hits]
    assert "C50" in excluded
    assert "Z79.810" in history
    assert "Z79.810" not in excluded


@pytest.mark.parametrize("signs", [" ", ", ", ".", "\n"])
def test_a_numbered_list_with_a_long_gap_is_read_in_an_instant(signs: str) -> None:
    """In processor time: the window stands still while a pattern is looked for."""
    begin = time.process_time()
    assert list_entries(f"1. gout{signs * 8000}2. asthma") == ["gout", "asthma"]
    assert list_entries(f"1. gout{signs * 8000}asthma") == []
    assert time.process_time() - begin < 0.2


@pytest.mark.parametrize("text", ["neg covid test", "negative flu test"])
def test_a_negative_test_has_no_code(engine: Engine, text: str) -> None:
    answer = engine.search(Question(text))
    assert not answer.hits
    assert "only says what is not there" in answer.advice[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [("neg preg test", "Z32.02"), ("gram negative sepsis", "A41.50"), ("negative pregnancy test", "Z32.02")],
)
def test_a_negative_that_has_a_code_is_found(engine: Engine, text: str, code: str) -> None:
    assert engine.search(Question(text)).hits[0].node.code == code
