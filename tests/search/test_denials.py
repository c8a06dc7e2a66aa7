"""What a text denies is not searched for."""

import pytest

from app.search import texts
from app.search.answer import Question
from app.search.engine import Engine
from app.search.parsing.denials import affirms, denied_words
from app.search.parsing.parser import Parser


def searched(parser: Parser, text: str) -> str:
    return " ".join(word.raw for word in parser.parse(text).words)


@pytest.mark.parametrize(
    "text",
    [
        "denies chest pain",
        "denied any nausea, vomiting",
        "negative for influenza",
        "no evidence of metastasis",
        "no signs of infection",
        "no known drug allergies",
        "no h/o seizures",
        "no fever",
        "nkda",
        "NKA",
        "never smoker",
        "nonsmoker",
    ],
)
def test_what_is_only_denied_finds_nothing(engine: Engine, text: str) -> None:
    assert engine.search(Question(text)).hits == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not a smoker", "smoker"),
        ("does not smoke", ""),
        ("negative for influenza a", "influenza a"),
        ("mumps ruled out", "mumps"),
        ("no evidence of liver metastasis", "liver metastasis"),
        ("covid-19 negative", "covid-19"),
        ("denies chest pain", "chest pain"),
    ],
)
def test_of_a_denial_the_words_for_what_is_denied_are_offered(parser: Parser, text: str, words: str) -> None:
    assert denied_words(parser.parse(text, reads_denials=False).words) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("chest pain, denies fever", "chest pain"),
        ("cough no fever", "cough"),
        ("denies fever, chills but has rash", "rash"),
        ("no headache, neck pain", "neck pain"),
        ("penicillin rash, nkda", "penicillin rash"),
        ("negative for flu; sore throat", "sore throat"),
    ],
)
def test_what_is_said_beside_it_remains(parser: Parser, text: str, words: str) -> None:
    assert searched(parser, text) == words


@pytest.mark.parametrize("text", ["no appetite", "no period", "no show", "no", "denies", "rh negative", "no spleen"])
def test_phrases_of_the_lexicon_and_lone_words_deny_nothing(parser: Parser, text: str) -> None:
    assert searched(parser, text) == text


def test_a_long_text_with_no_is_a_title(parser: Parser) -> None:
    title = "no documentation of a reason for the missing assessment of pain"
    assert searched(parser, title) == title


def test_words_as_typed_deny_nothing(parser: Parser) -> None:
    assert [word.raw for word in parser.parse("no fever", as_typed=True).words] == ["no", "fever"]


@pytest.mark.parametrize("text", ["denies chest pain", "nkda"])
def test_text_that_only_denies_says_why_it_has_no_rows(engine: Engine, text: str) -> None:
    answer = engine.search(Question(text))
    assert not answer.hits
    assert answer.advice == (texts.ALL_DENIED,)
    assert not answer.suggestions


def test_what_a_text_only_denies_is_offered(engine: Engine) -> None:
    answer = engine.search(Question("no health insurance"))
    assert not answer.hits
    assert answer.total == 0
    assert answer.near


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nausea without fever", "nausea"),
        ("cough, influenza negative", "cough"),
        ("rash, rapid strep test negative", "rash"),
        ("back pain ruled out fracture", "back pain"),
        ("wheezing, pneumonia ruled out", "wheezing"),
        ("no nausea or vomiting or diarrhea but cramps", "cramps"),
        ("dizziness w/o headache", "dizziness"),
    ],
)
def test_what_titles_deny_too_is_left_out_if_none_does(parser: Parser, text: str, words: str) -> None:
    affirmed = parser.parse(text).affirmed
    assert affirmed is not None
    assert " ".join(word.raw for word in affirmed.words) == words


@pytest.mark.parametrize(
    "text",
    [
        "gram negative sepsis",
        "estrogen receptor negative",
        "epilepsy with or without deafness",
        "congenital absence of the thumb",
        "b cell-negative immunodeficiency",
        "without",
        "negative",
    ],
)
def test_words_of_kinds_deny_nothing(parser: Parser, text: str) -> None:
    assert parser.parse(text).affirmed is None


@pytest.mark.parametrize(
    ("typed", "code"), [("migraine without aura", "G43.0"), ("reflux without esophagitis", "K21.9")]
)
def test_title_that_denies_the_same_is_found(engine: Engine, typed: str, code: str) -> None:
    assert engine.search(Question(typed)).hits[0].node.code == code


@pytest.mark.parametrize(
    ("title", "is_affirmed"),
    [
        ("hernia with obstruction , without gangrene", True),
        ("hernia without obstruction or gangrene", False),
        ("diverticulosis without perforation or abscess with obstruction", True),
        ("hernia", False),
    ],
)
def test_title_affirms_what_does_not_stand_after_without(title: str, is_affirmed: bool) -> None:
    assert affirms(title.split(), {"obstruction"}) is is_affirmed
