"""Texts folded and divided into words, as in the index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.library.tokens import Compounds, fold, joined, singular, word_list, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Ménière", "meniere"), ("œdema", "oedema"), ("CROHN", "crohn"), ("Größe", "grosse"), ("Sjögren", "sjogren")],
)
def test_fold_takes_accents_and_capitals_off(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("singular_form", "plural_form"),
    [
        ("fracture", "fractures"),
        ("artery", "arteries"),
        ("biopsy", "biopsies"),
        ("abscess", "abscesses"),
        ("branch", "branches"),
        ("vertebra", "vertebrae"),
        ("bursa", "bursae"),
        ("box", "boxes"),
    ],
)
def test_plurals_are_found_with_their_singulars(singular_form: str, plural_form: str) -> None:
    assert singular(plural_form) == singular(singular_form)


@pytest.mark.parametrize(
    "word", ["virus", "bronchitis", "stress", "pus", "gas", "axis", "abscess", "nos", "as", "blues"]
)
def test_words_that_only_end_in_s_stay(word: str) -> None:
    assert singular(word) == word


def test_apostrophe_s_is_left_out() -> None:
    assert word_list("Alzheimer's disease") == ["alzheimer", "disease"]
    assert word_list("Crohn’s disease") == word_list("Crohn disease")
    assert word_list("Huntington's") == word_list("huntington")


def test_hyphens_and_brackets_separate_words() -> None:
    assert word_list("Non-ST elevation (NSTEMI), vertebra(e)") == ["non", "st", "elevation", "nstemi", "vertebra", "e"]


def test_hyphenated_words_are_also_one() -> None:
    assert list(joined("post-operative gastro-esophageal")) == ["postoperative", "gastroesophageal"]
    assert list(joined("X-ray of T1-T6")) == ["xray"]
    assert list(joined("E08-E13")) == []


@given(st.text(max_size=60))
def test_offsets_are_those_of_the_text(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert word.text
        assert word.text.isascii()
        end = word.end


@given(st.text(alphabet="abcéèôü '’-xX", max_size=30))
def test_a_word_is_the_folded_text_at_its_offsets(text: str) -> None:
    for word in words(text):
        assert singular(fold(text[word.start : word.end])) == word.text


def test_longest_ending_that_is_a_word() -> None:
    compounds = Compounds({"neuropathy", "pathology", "osteoarthritis", "arthritis", "itis"})
    assert list(compounds.parts("polyneuropathy")) == ["neuropathy"]
    assert list(compounds.parts("polyosteoarthritis")) == ["osteoarthritis"]
    assert list(compounds.parts("neuropathy")) == []
    assert list(compounds.parts("neuritis")) == [], "itis says too little"
    assert list(compounds.parts("xarthritis")) == [], "one letter is no beginning of a compound"
    assert list(compounds.parts("t5arthritis")) == []
