"""Misspelled words and what they may mean, in the words of the real database."""

import pytest

from app.search.parsing.spelling import MOST_CORRECTIONS, Speller, sound
from app.search.parsing.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def speller(vocabulary: Vocabulary) -> Speller:
    return Speller(vocabulary)


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("nuemonia", "pneumonia"),
        ("neumonia", "pneumonia"),
        ("fracure", "fracture"),
        ("apendicitis", "appendicitis"),
        ("ashtma", "asthma"),
        ("alzhiemer", "alzheimer"),
        ("colitsi", "colitis"),
        ("cirosis", "cirrhosis"),
        ("exzema", "eczema"),
        ("anurism", "aneurysm"),
        ("concusion", "concussion"),
        ("lymfoma", "lymphoma"),
        ("flebitis", "phlebitis"),
        ("psoriosis", "psoriasis"),
        ("retnal", "retinal"),
        ("scitzophrenia", "schizophrenia"),
        ("leukimia", "leukemia"),
    ],
)
def test_likeliest_word_comes_first(speller: Speller, word: str, first: str) -> None:
    corrections = speller.corrections(word)
    assert corrections[0].text == first
    assert len(corrections) <= MOST_CORRECTIONS
    assert [c.cost for c in corrections] == sorted(c.cost for c in corrections)


def test_one_that_is_clearly_meant_stands_alone(speller: Speller) -> None:
    assert [c.text for c in speller.corrections("nuemonia")] == ["pneumonia"]


def test_beginning_of_a_misspelling_is_compared_with_beginnings(speller: Speller) -> None:
    assert [c.text for c in speller.corrections("gastrointst", True)] == ["gastrointestinal"]
    assert speller.corrections("gastrointst") == ()


@pytest.mark.parametrize("word", ["", "pnu", "12345", "a1b2c3", "xqzjvkwqzxj", "wwwwwwwwwwwwwwwwwwww"])
def test_what_is_near_nothing(speller: Speller, word: str) -> None:
    assert speller.corrections(word) == ()


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("pneumonia", "neumonia"),
        ("phlegm", "flegm"),
        ("knee", "nee"),
        ("cyst", "syst"),
        ("rheumatic", "rumatic"),
        ("psoriasis", "soriasis"),
        ("abscess", "absess"),
        ("larynx", "larinx"),
    ],
)
def test_words_that_sound_alike_have_one_sound(word: str, other: str) -> None:
    assert sound(word) == sound(other)


def test_words_that_sound_different_have_different_sounds() -> None:
    assert len({sound(word) for word in ("renal", "retinal", "rectal", "rental")}) == 4
