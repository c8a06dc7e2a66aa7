"""Scores of entries."""

import pytest

from app.library.entries import EntryKind
from app.library.tokens import words_with_options
from app.search.matching.entry_weights import Weigher
from app.search.matching.index import IndexedEntry
from app.search.matching.scoring import Score, Scorer
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.parser import Parser
from app.search.parsing.vocabulary import Vocabulary


class Scale:
    """Scores a text for a typed one."""

    def __init__(self, parser: Parser, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        self._parser = parser
        self._parts = vocabulary, lexicon

    def score(self, typed: str, text: str, *, kind: EntryKind = EntryKind.TITLE, slot_bits: int = 0) -> Score:
        entry = IndexedEntry(1, 1, kind, text, tuple(words_with_options(text)))
        weights = Weigher(*self._parts).weigh([entry])[0]
        scorer = Scorer(self._parser.parse(typed))
        scorer.expect([weights])
        return scorer.score(entry, weights, slot_bits)


@pytest.fixture(scope="module")
def scale(parser: Parser, vocabulary: Vocabulary, lexicon: Lexicon) -> Scale:
    return Scale(parser, vocabulary, lexicon)


def test_text_that_says_just_what_was_typed(scale: Scale) -> None:
    score = scale.score("headache ", "Headache")
    assert score.is_whole
    assert score.value == pytest.approx(1.0)
    assert score.missing == ()


def test_words_in_any_order_are_worth_the_same(scale: Scale) -> None:
    assert scale.score("fracture femur ", "Fracture of femur") == scale.score("fracture femur ", "Femur, fracture of")


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("headache ", "Headache", "Vascular headache"),
        ("fracture femur ", "Fracture of femur", "Fracture of shaft of femur"),
        ("neuropathy ", "Neuropathy", "Polyneuropathy"),
        ("pneumonia ", "Pneumonia, unspecified organism", "Pneumonia due to Klebsiella"),
        ("acute appendicitis ", "Acute appendicitis", "Chronic appendicitis"),
    ],
)
def test_better_answer_weighs_more(scale: Scale, typed: str, better: str, worse: str) -> None:
    assert scale.score(typed, better).value > scale.score(typed, worse).value


def test_title_before_inclusion_term_before_index_line_before_a_name_of_ours(scale: Scale) -> None:
    values = [
        scale.score("headache ", "Headache", kind=kind).value
        for kind in (EntryKind.TITLE, EntryKind.INCLUSION, EntryKind.INDEX, EntryKind.PLAIN)
    ]
    assert values == sorted(set(values), reverse=True)


def test_name_of_ours_is_never_whole(scale: Scale) -> None:
    assert scale.score("headache ", "Headache", kind=EntryKind.INDEX).is_whole
    assert not scale.score("headache ", "Headache", kind=EntryKind.PLAIN).is_whole


def test_bare_name_of_a_cancer_means_the_primary(scale: Scale) -> None:
    primary, secondary, bare = (
        scale.score("malignant neoplasm breast ", f"Neoplasm, breast, Malignant{column}", kind=EntryKind.INDEX).value
        for column in (" Primary", " Secondary", "")
    )
    assert bare - primary < (primary - secondary) / 4


def test_title_that_lacks_a_word_beats_such_an_index_line(scale: Scale) -> None:
    title, line = (
        scale.score("fracture femur ", "Fracture of tibia", kind=kind).value
        for kind in (EntryKind.TITLE, EntryKind.INDEX)
    )
    assert line < 0.9 * title


def test_missing_slots_are_listed(scale: Scale) -> None:
    score = scale.score("fracture femur ", "Fracture of tibia")
    assert score.missing == (1,)
    assert not score.is_whole
    assert score.readings[1] is None


def test_words_of_axes_count_less_but_are_not_missing(scale: Scale) -> None:
    elsewhere = scale.score("appendix open ", "Resection of appendix", slot_bits=0b11)
    assert elsewhere.missing == ()
    assert elsewhere.readings[1] is None
    absent = scale.score("appendix open ", "Resection of appendix", slot_bits=0b01)
    assert elsewhere.value > absent.value


def test_value_stays_between_nothing_and_one(scale: Scale) -> None:
    for text in ("", "Cholera", "Headache headache headache", "of", "Unspecified"):
        assert 0.0 <= scale.score("headache of the head ", text, slot_bits=0b1111).value <= 1.0


def test_words_in_the_parentheses_of_an_index_line_are_hardly_an_answer(scale: Scale) -> None:
    line = "Abscess (embolic) (metastatic), liver"
    outside = scale.score("abscess liver ", line, kind=EntryKind.INDEX)
    inside = scale.score("metastatic embolic ", line, kind=EntryKind.INDEX)
    assert outside.firm
    assert not inside.firm
    assert inside.value < 0.7 * outside.value
    assert scale.score("metastatic embolic ", line).firm, "a title's parentheses are part of it"


def test_not_specified_as_counts_less(scale: Scale) -> None:
    stated, denied = (
        scale.score("secondary neoplasm ", text).value
        for text in ("Neoplasm of liver, secondary", "Neoplasm of liver, not specified as primary or secondary")
    )
    assert denied < 0.8 * stated
