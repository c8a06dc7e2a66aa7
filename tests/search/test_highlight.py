"""Marks in titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.highlight import marks
from app.search.parsing.parser import Parser
from app.search.parsing.query import Reading
from app.search.word_match import PART, word_quality


def marked(text: str, *readings: Reading | None) -> list[str]:
    return [text[start:end] for start, end in marks(text, readings)]


@pytest.mark.parametrize(
    ("text", "words", "begins", "expected"),
    [
        ("Fractures of femur", ("fracture",), False, ["Fractures"]),
        ("Fracture of femur", ("frac",), True, ["Frac"]),
        ("Fracture of femur", ("frac",), False, []),
        ("Diabetic polyneuropathy", ("neuropathy",), False, ["neuropathy"]),
        ("Ménière's disease", ("meniere",), False, ["Ménière"]),
        ("Heart failure with heart block", ("heart", "failure"), False, ["Heart", "failure", "heart"]),
        ("Cholera", ("typhoid",), True, []),
        ("", ("typhoid",), True, []),
    ],
)
def test_marks(text: str, words: tuple[str, ...], begins: bool, expected: list[str]) -> None:
    assert marked(text, Reading(words, begins=begins)) == expected


def test_longest_mark_of_a_word_wins() -> None:
    assert marked("Fracture", Reading(("frac",)), Reading(("fracture",))) == ["Fracture"]


def test_slot_that_matched_elsewhere_marks_nothing() -> None:
    assert marked("Resection of Appendix", None, Reading(("appendix",))) == ["Appendix"]


@given(st.text(max_size=80), st.lists(st.text(alphabet="abcdefinotrsuy", min_size=1, max_size=6), max_size=4))
def test_marks_are_in_order_and_apart(text: str, words: list[str]) -> None:
    end = 0
    for start, stop in marks(text, [Reading((word,)) for word in words]):
        assert end <= start < stop <= len(text)
        end = stop


@pytest.mark.parametrize(
    ("word", "typed", "least", "most"),
    [
        ("neuropathy", "neuropathy", 1.0, 1.0),
        ("polyneuropathy", "neuropathy", PART, PART),
        ("neuropathy", "neuropath", 0.9, 0.999),
        ("neuropathy", "n", 0.8, 0.85),
        ("cartilage", "arti", 0.0, 0.0),
        ("cholera", "typhoid", 0.0, 0.0),
    ],
)
def test_quality_of_a_word(word: str, typed: str, least: float, most: float) -> None:
    assert least <= word_quality(word, typed, begins=True) <= most


def test_more_of_a_word_is_worth_more(parser: Parser) -> None:
    worth = [word_quality("pneumonia", "pneumonia"[:length], begins=True) for length in range(1, 10)]
    assert worth == sorted(worth)
    assert len(set(worth)) == len(worth)
