"""The words of the index."""

from app.search.parsing.lexicon import Lexicon
from app.search.parsing.vocabulary import Vocabulary


def test_words_are_known_by_their_folded_singular(vocabulary: Vocabulary) -> None:
    for word in ("pneumonia", "fracture", "meniere", "diabete"):
        assert word in vocabulary
    for word in ("fractures", "Ménière", "nuemonia", "", "§icd10cm"):
        assert word not in vocabulary


def test_counts_and_weights_follow_rarity(vocabulary: Vocabulary) -> None:
    assert vocabulary.count("fracture") > vocabulary.count("appendicitis") > vocabulary.count("nuemonia") == 0
    assert 0 <= vocabulary.weight("unspecified") < vocabulary.weight("fracture") < vocabulary.weight("appendicitis")
    assert vocabulary.weight("appendicitis") <= vocabulary.rarest


def test_beginnings(vocabulary: Vocabulary) -> None:
    assert vocabulary.begins("pneu")
    assert vocabulary.begins("pneumonia")
    assert not vocabulary.begins("pneux")
    assert not vocabulary.begins("zzzz")
    assert vocabulary.prefix_count("pneumon") >= vocabulary.count("pneumonia")


def test_senses_likeliest_first(lexicon: Lexicon) -> None:
    assert lexicon.senses(("chf",))[0].text == "congestive heart failure"
    assert lexicon.senses(("heart", "attack"))[0].words == ("acute", "myocardial", "infarction", "unspecified")
    assert not lexicon.senses(("nonsense",))
    assert not lexicon.senses(())


def test_american_spelling(lexicon: Lexicon) -> None:
    assert lexicon.american("haemorrhage") == "hemorrhage"
    assert lexicon.american("femur") == "femur"
