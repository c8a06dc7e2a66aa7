"""Misspelled words and what they may mean, in the words of the real database."""

from pathlib import Path

import pytest

from app.library.sounds import sounds, spoken, syllables
from app.library.tokens import singular
from app.search.drug_endings import DRUG_ENDINGS
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.spelling import MOST_CORRECTIONS, Speller
from app.search.parsing.vocabulary import Vocabulary

MISSPELLINGS = Path(__file__).with_name("misspellings.tsv")

UNKNOWN_WORDS = Path(__file__).with_name("unknown_words.txt")

LEAST_AMONG_FIRST = 0.985
LEAST_CERTAIN = 0.955
MOST_WRONG = 0.012
"""Shares of the misspellings: the right word is among those found, it is certain, and another word is certain first."""

MOST_UNKNOWN_CORRECTED = 0.13
"""The share of words that nothing knows, most of them surnames that few bear, with a certain correction."""

RIGHT_WORDS_TRIED = 500
MOST_RIGHT_CORRECTED = 0.006

NAMES = """
    vape grapes murda suiside homocide assalt eliquis jardiance xanax trulicity farxiga januvia entresto xarelto lyrica
    plavix singulair zoloft latuda wellbutrin lexapro cymbalta seroquel skyrizi dupixent rinvoq otezla mounjaro zepbound
    keytruda duloxetine atomoxetine vilazodone lurasidone empagliflozin sitagliptin semaglutide apixaban dabigatran
    pembrolizumab upadacitinib tofacitinib sacubitril upcoding xyzzy qwerty asdfgh kowalski ramirez nguyen okafor
    hernandez schwartz yamamoto petrov gonzalez abcdef bundling petersen mercer johnston humana aetna kaiser cardizole
    topirol carbazol cefatril buprenol lindqvist abramowitz coldwell stryker zimmer optum centene walgreens norman
    canyon literal tabular
"""
"""Words that the index lacks: names of drugs and people, words of coders, and words near sensitive ones."""


@pytest.fixture(scope="module")
def speller(vocabulary: Vocabulary, lexicon: Lexicon) -> Speller:
    return Speller(vocabulary, lexicon.is_sensitive, lambda word: bool(lexicon.drugs.named((word,))))


def certain(speller: Speller, word: str, *, unfinished: bool = False) -> list[str]:
    return [correction.text for correction in speller.corrections(word, unfinished) if correction.certain]


def misspellings() -> list[tuple[str, str]]:
    lines = MISSPELLINGS.read_text(encoding="utf-8").splitlines()
    rows = [tuple(line.split("\t")) for line in lines if not line.startswith("#")]
    return [(typed, singular(meant)) for typed, meant in rows]


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("nuemonia", "pneumonia"),
        ("neumonia", "pneumonia"),
        ("fracure", "fracture"),
        ("apendicitis", "appendicitis"),
        ("ashtma", "asthma"),
        ("athsma", "asthma"),
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
        ("gowt", "gout"),
        ("nkee", "knee"),
        ("fneumonia", "pneumonia"),
        ("dyabetes", "diabete"),
        ("allergey", "allergy"),
        ("hemroids", "hemorrhoid"),
        ("ibuprophen", "ibuprofen"),
        ("insuline", "insulin"),
    ],
)
def test_likeliest_word_comes_first(speller: Speller, word: str, first: str) -> None:
    corrections = speller.corrections(word)
    assert corrections[0].text == first
    assert corrections[0].certain
    assert len(corrections) <= MOST_CORRECTIONS
    assert [c.cost for c in corrections] == sorted(c.cost for c in corrections)


def test_right_word_is_found_for_nearly_all_misspellings(speller: Speller) -> None:
    rows = misspellings()
    assert len(rows) >= 750
    found = [(word, meant, [c.text for c in speller.corrections(word)]) for word, meant in rows]
    missed = [row for row in found if row[1] not in row[2]]
    assert len(missed) <= (1 - LEAST_AMONG_FIRST) * len(rows), missed
    uncertain = [word for word, meant in rows if meant not in certain(speller, word)]
    assert len(uncertain) <= (1 - LEAST_CERTAIN) * len(rows), uncertain
    wrong = [(word, certain(speller, word)) for word, meant in rows if certain(speller, word)[:1] not in ([], [meant])]
    assert len(wrong) <= MOST_WRONG * len(rows), wrong


def test_word_that_is_spelled_right_is_hardly_ever_another(speller: Speller, vocabulary: Vocabulary) -> None:
    right = sorted(vocabulary.right_words())
    tried = right[:: len(right) // RIGHT_WORDS_TRIED]
    corrected = [(word, certain(speller, word)) for word in tried if word not in vocabulary and certain(speller, word)]
    assert len(corrected) <= MOST_RIGHT_CORRECTED * len(tried), corrected
    lines = UNKNOWN_WORDS.read_text(encoding="utf-8").splitlines()
    unknown = [word for word in lines if not word.startswith("#") and word not in vocabulary]
    assert len(unknown) > 500
    corrected = [(word, certain(speller, word)) for word in unknown if certain(speller, word)]
    assert len(corrected) <= MOST_UNKNOWN_CORRECTED * len(unknown), corrected


@pytest.mark.parametrize(
    "word", ["shame", "bride", "phalen", "unremarkable", "plumber", "fluvorexin", "fentazone", "dexibrine", "vortamine"]
)
def test_right_word_and_invented_drug_are_no_other_word(speller: Speller, word: str) -> None:
    assert certain(speller, word, unfinished=True) == []


def test_word_is_read_as_a_common_one_that_is_spoken_like_it(speller: Speller) -> None:
    assert certain(speller, "advise") == ["advice"]
    assert certain(speller, "effected") == ["affected"]


def test_misspellings_are_no_words_of_the_index(vocabulary: Vocabulary) -> None:
    rows = misspellings()
    assert rows == sorted(rows)
    assert [word for word, _ in rows if word in vocabulary or singular(word) in vocabulary] == []
    assert [meant for _, meant in rows if meant not in vocabulary] == []


@pytest.mark.parametrize("word", NAMES.split())
def test_what_may_be_a_name_is_not_silently_another_word(speller: Speller, word: str) -> None:
    assert certain(speller, word) == []
    assert certain(speller, word, unfinished=True) == []


@pytest.mark.parametrize(
    ("typed", "other"), [("paroxetin", "fluoxetine"), ("clonazepan", "lorazepam"), ("zolmitriptan", "sumatriptan")]
)
def test_no_drug_is_taken_for_another_of_its_class(speller: Speller, typed: str, other: str) -> None:
    assert other not in [correction.text for correction in speller.corrections(typed)]


def test_endings_of_drugs_are_in_order() -> None:
    assert list(DRUG_ENDINGS) == sorted(set(DRUG_ENDINGS))


def test_sensitive_word_is_only_offered(speller: Speller) -> None:
    assert "suicide" in [correction.text for correction in speller.corrections("suiside")]
    assert certain(speller, "suiside") == []
    assert "rape" not in [correction.text for correction in speller.corrections("vape")]


def test_one_that_is_clearly_meant_stands_alone(speller: Speller) -> None:
    assert [c.text for c in speller.corrections("nuemonia")] == ["pneumonia"]


def test_beginning_of_a_misspelling_is_compared_with_beginnings(speller: Speller) -> None:
    assert [c.text for c in speller.corrections("gastrointst", True)] == ["gastrointestinal"]
    assert certain(speller, "gastrointst") == []
    assert "pneumonia" in certain(speller, "neumoni", unfinished=True)


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
        ("asthma", "asma"),
        ("cough", "coff"),
        ("xerosis", "zerosis"),
    ],
)
def test_words_that_sound_alike_have_one_sound(word: str, other: str) -> None:
    assert sounds(word) == sounds(other)


def test_words_that_sound_different_have_different_sounds() -> None:
    assert len({sounds(word) for word in ("renal", "retinal", "rectal", "rental")}) == 4


def test_sounds_of_many_words_are_those_of_each(vocabulary: Vocabulary) -> None:
    words, written = vocabulary.spelled_words()
    assert len(words) == len(written) > 10_000
    assert written == sorted(written)
    assert [sounds(word) for word in words[::50]] == written[::50]


def test_vowels_count_where_consonants_sound_alike() -> None:
    assert spoken("sirosis") == spoken("cirrhosis") != spoken("xerosis")
    assert syllables("diareah") == syllables("diarrhea") != syllables("durable")
