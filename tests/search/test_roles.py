"""The parts that typed words play: doubt, spread, family, status, and numbers with the words that they belong to."""

import sqlite3

import pytest

from app.search.answer import Question
from app.search.engine import Engine
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.parser import Parser
from app.search.parsing.query import Query, Use
from app.search.parsing.ranges import ANY_NUMBER, OF_RANGE
from app.search.parsing.roles import Roles


@pytest.fixture(scope="module")
def roles(connection: sqlite3.Connection, lexicon: Lexicon) -> Roles:
    return Roles(connection, lexicon)


def uses(query: Query) -> dict[str, Use]:
    words = (query.reduced or query).words
    return {word.raw: word.use for word in words}


def numbers(query: Query) -> dict[str, str]:
    return {word.raw: word.number_of for word in query.words if word.number_of}


@pytest.mark.parametrize(
    ("text", "aside", "kept"),
    [
        ("cough r/o pneumonia", "pneumonia", "cough"),
        ("dizziness possible stroke", "stroke", "dizziness"),
        ("vertigo ? labyrinthitis", "labyrinthitis", "vertigo"),
        ("c/o itching", "c", "itching"),
        ("pt with asthma", "pt", "asthma"),
        ("rule out sepsis", "rule", "sepsis"),
    ],
)
def test_doubt_and_the_visit_are_set_aside(parser: Parser, text: str, aside: str, kept: str) -> None:
    query = parser.parse(f"{text} ")
    assert uses(query)[aside] is Use.ASIDE
    assert uses(query)[kept] is Use.PLAIN


def test_what_follows_a_comma_is_not_in_doubt(parser: Parser) -> None:
    assert uses(parser.parse("cough r/o pneumonia, gout "))["gout"] is Use.PLAIN


def test_doubt_in_the_name_of_a_diagnosis_is_none(parser: Parser) -> None:
    assert not parser.parse("glaucoma suspect right eye ").uncertain
    assert parser.parse("suspected glaucoma right eye ").uncertain


def test_a_text_of_doubt_alone_is_searched_as_it_is(parser: Parser) -> None:
    assert parser.parse("possible").reduced is None


@pytest.mark.parametrize(
    ("text", "primary", "target"),
    [
        ("thyroid cancer with lung mets", "thyroid", "lung"),
        ("metastatic kidney cancer to liver", "kidney", "liver"),
        ("bladder ca metastatic to bone", "bladder", "bone"),
        ("brain metastases from breast cancer", "breast", "brain"),
    ],
)
def test_the_cancer_that_spread_may_be_lacking(parser: Parser, text: str, primary: str, target: str) -> None:
    query = parser.parse(f"{text} ")
    assert uses(query)[primary] is Use.BESIDE
    assert uses(query)[target] in (Use.PLAIN, Use.APART)


def test_secondary_is_a_spread_of_cancers_only(parser: Parser) -> None:
    assert parser.parse("secondary lung cancer ").reduced is not None
    assert parser.parse("secondary hypertension ").reduced is None


def test_an_operation_in_the_past_is_read_as_what_it_leaves(parser: Parser, roles: Roles) -> None:
    query = parser.parse("status post right hip replacement ").reduced
    assert query is not None
    meanings = [reading.text for slot in query.slots for reading in slot.readings if slot.typed == "hip replacement"]
    assert meanings == list(roles.past(("hip", "replacement")))
    assert meanings == ["presence of artificial hip joint"]


def test_the_disease_of_a_relative_is_read_by_its_group(parser: Parser) -> None:
    query = parser.parse("family history of colon cancer ")
    colon = next(slot for slot in query.slots if slot.typed == "colon")
    assert ("digestive", "organ") in {reading.words for reading in colon.readings}
    assert parser.parse("colon cancer ").slots[0].wider != colon.readings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ckd stage 3b type 2 dm ", {"3b": "stage", "2": "type"}),
        ("ckd 4 anemia ", {"4": "stage"}),
        ("2nd degree burn ", {"2nd": "degree"}),
        ("bmi 42 ", {"42": ANY_NUMBER}),
        ("bmi 40.0-44.9 ", {"40": OF_RANGE, "0": OF_RANGE, "44": OF_RANGE, "9": OF_RANGE}),
        ("less than 10 weeks ", {"10": OF_RANGE}),
        ("gout ", {}),
    ],
)
def test_a_number_belongs_to_its_word(parser: Parser, text: str, expected: dict[str, str]) -> None:
    assert numbers(parser.parse(text)) == expected


def test_a_number_finds_the_range_that_holds_it(parser: Parser) -> None:
    readings = {reading.words for reading in parser.parse("bmi 42 ").slots[-1].readings}
    assert ("±40·0…44·9",) in readings
    assert ("±45·0…49·9",) not in readings
    decimals = {reading.words for reading in parser.parse("bmi 37.2 ").slots[-1].readings}
    assert ("±37·0…37·9",) in decimals


def test_a_stage_lies_in_no_range_of_other_numbers(parser: Parser) -> None:
    ranges = [r.words[0] for r in parser.parse("ckd stage 3 ").slots[-1].readings if r.words[0].startswith("±")]
    assert all(word.endswith("¬stage") for word in ranges)


def test_another_stage_does_not_answer_a_type(engine: Engine) -> None:
    hits = engine.search(Question("type 2 diabetes with ckd stage 4")).hits
    assert "N18.2" not in [hit.node.code for hit in hits[:10]]


def test_a_phrase_has_its_own_words_too(parser: Parser) -> None:
    query = parser.parse("dog bite left ear ")
    by_word = parser.word_by_word(query)
    assert by_word is not None
    assert [slot.typed for slot in by_word.slots] == ["dog", "bite", "left", "ear"]
    assert parser.word_by_word(parser.parse("left gout ")) is None


def test_a_limb_is_an_extremity(parser: Parser) -> None:
    readings = {reading.words for reading in parser.parse("lle dvt ").slots[0].readings}
    assert ("left", "lower", "limb") in readings
    assert ("left", "lower", "extremity") in readings
