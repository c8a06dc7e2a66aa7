"""The entries of the search index, and the order in which they are read."""

from app.library.entries import (
    FILTER_MARK,
    VALID_FILTER,
    Entry,
    EntryKind,
    branch_filter,
    in_reading_order,
    indexed_words,
)
from app.library.tokens import Compounds, word_list


def entry(text: str, *, node: int = 1, kind: EntryKind = EntryKind.TITLE) -> Entry:
    return Entry(node, kind, text, frozenset(), ())


def test_fewer_words_are_read_first() -> None:
    long, short, shortest = entry("Other chronic renal failure"), entry("Renal failure"), entry("The failure of the")
    assert [row.entry for row in in_reading_order([long, short, shortest])] == [shortest, short, long]


def test_at_equal_length_titles_then_index_then_inclusions_then_the_book() -> None:
    title, later = entry("Renal failure", node=7), entry("Heart failure", node=9)
    line, term = entry("Renal failure", kind=EntryKind.INDEX), entry("Renal failure", kind=EntryKind.INCLUSION)
    assert [row.entry for row in in_reading_order([term, later, line, title])] == [title, later, line, term]


def test_entries_are_found_by_joined_words_and_by_parts() -> None:
    indexed = list(indexed_words(entry("Post-operative polyneuropathies"), Compounds({"neuropathy"})))
    assert indexed == ["post", "operative", "polyneuropathy", "postoperative", "neuropathy"]


def test_a_word_is_indexed_once() -> None:
    assert list(indexed_words(entry("pain, knee pain"), Compounds(set()))) == ["pain", "knee"]


def test_filter_words_cannot_be_typed() -> None:
    for word in (VALID_FILTER, branch_filter(4)):
        assert word.startswith(FILTER_MARK)
        assert word_list(FILTER_MARK) == []
        assert word not in word_list(word)
    assert branch_filter(4) != branch_filter(44)
