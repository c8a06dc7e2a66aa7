"""Ranges of numbers in titles, as words of the index."""

import pytest

from app.library.entries import Entry, EntryKind, further_words, indexed_words, words_as_read
from app.library.ranges import range_words
from app.library.tokens import Compounds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Body mass index [BMI] 40.0-44.9, adult", ["±40·0…44·9"]),
        ("Body mass index [BMI] 70 or greater, adult", ["±70…"]),
        ("Body mass index [BMI] 19.9 or less, adult", ["±0…19·9"]),
        ("Less than 8 weeks gestation of pregnancy", ["±0…8"]),
        ("Burns involving 20-29% of body surface with 0% to 9% third degree burns", ["±20…29", "±0…9"]),
        ("Chronic kidney disease with stage 1 through stage 4", ["±1…4¬stage"]),
        ("Newborn small for gestational age, 1,000-1,249 grams", ["±1000…1249"]),
        ("Ventilation, greater than 96 hours", ["±96…"]),
        ("NIHSS score 12", []),
        ("Type 2 diabetes mellitus", []),
        ("Cholera", []),
    ],
)
def test_ranges_of_a_title(text: str, expected: list[str]) -> None:
    assert list(range_words(text)) == expected


def test_a_range_is_a_word_of_the_index_and_costs_nothing() -> None:
    entry = Entry(1, EntryKind.TITLE, "Score 13-15", frozenset(), ())
    assert "±13…15" in indexed_words(entry, Compounds(set()))
    assert words_as_read(entry)[-1] == "=±13…15"


def test_parentheses_after_a_main_term_are_further_words_of_the_lines_below() -> None:
    main = "Fever (of unknown origin)"
    own = Entry(1, EntryKind.INDEX, main, frozenset(), (), main=main)
    below = Entry(2, EntryKind.INDEX, f"{main}, yellow (jungle)", frozenset(), (), main=main)
    compounds = Compounds(set())
    assert "unknown" in indexed_words(own, compounds)
    assert {"unknown", "jungle"}.intersection(indexed_words(below, compounds)) == {"jungle"}
    assert "unknown" in further_words(below)
