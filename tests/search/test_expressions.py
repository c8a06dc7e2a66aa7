"""Expressions of the full-text index."""

import sqlite3

import pytest

from app.codes.systems import System
from app.search.matching.expressions import MOST_WORDS_OF_BEGINNING, Expressions
from app.search.matching.index import SearchIndex
from app.search.parsing.query import Reading, Slot
from app.search.parsing.vocabulary import Vocabulary


def part(vocabulary: Vocabulary, word: str, *, variants: bool = False, whole_words: bool = False) -> str:
    slot = Slot(word, (Reading((word,)),))
    (expression,) = Expressions(vocabulary).parts_of((slot,), "", variants=variants, whole_words=whole_words)
    return expression


@pytest.mark.parametrize("word", ["malig", "neopl", "fractur", "polyneur", "unspec", "append"])
def test_words_that_begin_so_match_the_same_entries_as_the_beginning(
    connection: sqlite3.Connection, vocabulary: Vocabulary, word: str
) -> None:
    index = SearchIndex(connection)
    expression = part(vocabulary, word)
    assert "*" not in expression
    for system in (System.ICD10CM, System.ICD10PCS, System.HCPCS):
        entries, _ = index.matching(system, expression, -1)
        assert entries == index.matching(system, f'"{word}"*', -1)[0]


def test_words_of_variants_are_searched_too(connection: sqlite3.Connection, vocabulary: Vocabulary) -> None:
    index = SearchIndex(connection)
    entries, _ = index.matching(System.ICD10PCS, part(vocabulary, "percut", variants=True), -1)
    assert entries
    assert entries == index.matching(System.ICD10PCS, '"percut"* OR "¶percut"*', -1)[0]


@pytest.mark.parametrize("word", ["frac", "f"])
def test_a_short_beginning_stays_one(vocabulary: Vocabulary, word: str) -> None:
    assert f'"{word}"*' in part(vocabulary, word)


def test_a_beginning_of_very_many_words_stays_one(vocabulary: Vocabulary) -> None:
    assert len(vocabulary.beginning("hyper")) > MOST_WORDS_OF_BEGINNING
    assert '"hyper"*' in part(vocabulary, "hyper")


def test_a_whole_word_is_asked_for_alone(vocabulary: Vocabulary) -> None:
    assert '"fracture"' in part(vocabulary, "fracture", whole_words=True)
    assert "fractured" not in part(vocabulary, "fracture", whole_words=True)


def test_a_beginning_of_no_word_finds_nothing(connection: sqlite3.Connection, vocabulary: Vocabulary) -> None:
    assert SearchIndex(connection).matching(System.ICD10CM, part(vocabulary, "qqqqq"), -1)[0] == []
