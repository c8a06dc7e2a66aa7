"""The lexicon's tables are well formed: columns, lower case, order, no row twice, no empty cell."""

import csv
from pathlib import Path

import pytest

from app.library.compiling.lexicon_tables import read_lexicon
from app.library.tokens import word_list
from app.search.parsing.roles import Role

LEXICON = Path(__file__).parents[2] / "resources" / "lexicon"

# What each table's columns are called, in order; its opening comment explains every one of them.
COLUMNS = {
    "abbreviations": ("abbreviation", "meaning", "note"),
    "combining_forms": ("form", "body parts"),
    "drug_contexts": ("word", "context"),
    "drug_effects": ("effect", "codes", "known"),
    "everyday": ("phrase", "meaning", "note"),
    "families": ("word", "same", "direction"),
    "family_histories": ("begins", "code"),
    "histories": ("begins", "code", "lasts"),
    "measurements": ("name", "typed", "unit", "least", "low", "high", "most", "below", "above"),
    "names": ("phrase", "meaning", "note"),
    "nonspecific_terms": ("term", "reason"),
    "operation_suffixes": ("ending", "operations", "note"),
    "procedure_words": ("phrase", "operations", "body parts", "details"),
    "right_words": ("word", "kind"),
    "roles": ("phrase", "role"),
    "sensitive": ("letters", "where"),
    "spelling": ("british", "american", "where"),
    "status": ("phrase", "meaning"),
    "supplies": ("phrase", "codes"),
    "weak": ("word", "weight"),
    "wider": ("phrase", "wider", "where"),
}
LEAST_ROWS = {
    "abbreviations": 3500,
    "combining_forms": 200,
    "drug_contexts": 150,
    "drug_effects": 200,
    "everyday": 2000,
    "families": 1500,
    "family_histories": 120,
    "histories": 80,
    "measurements": 45,
    "names": 2000,
    "nonspecific_terms": 5,
    "operation_suffixes": 20,
    "procedure_words": 700,
    "right_words": 12_000,
    "roles": 250,
    "sensitive": 50,
    "spelling": 150,
    "status": 250,
    "supplies": 250,
    "weak": 100,
    "wider": 120,
}
# Where a word has several readings, their order says which is likelier, so that only the word itself is sorted.
SORTED_BY_WORD_ALONE = ("abbreviations", "drug_effects", "everyday", "names", "status")
# The cells of a row with words that are compared with a text, and those by which it is told from others: else two.
COMPARED = {
    "drug_effects": slice(1),
    "family_histories": slice(0),
    "histories": slice(2, 3),
    "measurements": slice(1, 2),
    "nonspecific_terms": slice(1),
    "supplies": slice(1),
}
TOLD_BY = {"weak": slice(1), "measurements": slice(3)}

each_table = pytest.mark.parametrize("table", sorted(COLUMNS))


def lines_of(table: str) -> list[str]:
    return (LEXICON / f"{table}.tsv").read_text(encoding="utf-8").splitlines()


def rows_of(table: str) -> list[list[str]]:
    lines = [line for line in lines_of(table) if not line.startswith("#")]
    return list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_row_does_something() -> None:
    read_lexicon(LEXICON)


@each_table
def test_opens_with_comments_that_explain_each_column(table: str) -> None:
    lines = lines_of(table)
    opening = [line for line in lines if line.startswith("#")]
    assert lines[: len(opening)] == opening, "a comment stands between the rows"
    for column in COLUMNS[table]:
        assert any(line.startswith(f"# {column}: ") for line in opening), column


@each_table
def test_every_row_has_every_cell_filled(table: str) -> None:
    for row in rows_of(table):
        assert len(row) == len(COLUMNS[table]), row
        assert all(cell and cell == cell.strip() for cell in row), row


@each_table
def test_what_is_compared_is_lower_case_and_single_spaced(table: str) -> None:
    for row in rows_of(table):
        for cell in row[COMPARED.get(table, slice(2))]:
            assert cell == cell.lower(), row
            assert cell == " ".join(cell.split()), row


@each_table
def test_is_sorted(table: str) -> None:
    keys = [row[:1] if table in SORTED_BY_WORD_ALONE else row for row in rows_of(table)]
    assert keys == sorted(keys)


@each_table
def test_says_nothing_twice(table: str) -> None:
    keys = [tuple(row[TOLD_BY.get(table, slice(2))]) for row in rows_of(table)]
    assert len(keys) == len(set(keys)), sorted({key for key in keys if keys.count(key) > 1})


@each_table
def test_is_not_cut_short(table: str) -> None:
    assert len(rows_of(table)) >= LEAST_ROWS[table]


@pytest.mark.parametrize("table", ["abbreviations", "everyday", "families", "names", "spelling"])
def test_no_reading_repeats_what_was_typed(table: str) -> None:
    assert [row for row in rows_of(table) if row[0] == row[1]] == []


@pytest.mark.parametrize("table", SORTED_BY_WORD_ALONE)
def test_what_is_typed_has_at_most_four_words(table: str) -> None:
    assert [row[0] for row in rows_of(table) if len(row[0].split()) > 4] == []


def test_a_name_stands_in_no_other_table_of_phrases() -> None:
    """A phrase has its readings in one place, in which their order can be seen."""
    others = {" ".join(word_list(row[0])) for table in ("abbreviations", "everyday") for row in rows_of(table)}
    assert [row[0] for row in rows_of("names") if " ".join(word_list(row[0])) in others] == []


def test_a_pair_of_a_family_is_told_once_whichever_way_round() -> None:
    pairs = [frozenset(row[:2]) for row in rows_of("families")]
    assert len(pairs) == len(set(pairs))


def test_direction_of_a_family_is_known() -> None:
    assert {row[2] for row in rows_of("families")} == {"both", "forward"}


def test_place_of_a_spelling_is_known() -> None:
    assert {row[2] for row in rows_of("spelling")} <= {"start", "end", "anywhere", "whole"}


def test_kind_of_a_right_word_is_known() -> None:
    assert {row[1] for row in rows_of("right_words")} == {"company", "name", "word"}


def test_place_of_sensitive_letters_is_known() -> None:
    assert {row[1] for row in rows_of("sensitive")} == {"start", "whole"}


def test_weight_of_a_weak_word_lies_between_nothing_and_a_half() -> None:
    assert all(0.0 <= float(row[1]) <= 0.5 for row in rows_of("weak"))


def test_roles_are_those_that_the_search_knows() -> None:
    assert {row[1] for row in rows_of("roles")} == {role.value for role in Role}
    assert {row[2] for row in rows_of("wider")} == {"any", "family", "spread"}


def test_no_phrase_has_two_roles() -> None:
    phrases = [" ".join(word_list(row[0])) for row in rows_of("roles")]
    assert sorted({phrase for phrase in phrases if phrases.count(phrase) > 1}) == []


def test_history_is_of_one_code_for_each_beginning() -> None:
    beginnings = [row[0] for row in rows_of("histories")]
    assert len(beginnings) == len(set(beginnings))
    assert {row[2] for row in rows_of("histories")} == {"yes", "no"}
    others = {row[1] for row in rows_of("histories") if row[1][:3] not in ("Z85", "Z86", "Z87")}
    in_remission = {code for code in others if code.startswith("F1")}
    assert others - in_remission == {"I25.2", "Z91.89"}
    assert all(code.endswith("1") for code in in_remission)


def test_family_history_is_of_one_code_for_each_beginning() -> None:
    beginnings = [row[0] for row in rows_of("family_histories")]
    assert len(beginnings) == len(set(beginnings))
    assert {row[1][:3] for row in rows_of("family_histories")} == {"Z80", "Z81", "Z82", "Z83", "Z84"}


def test_limits_of_a_measurement_are_in_order() -> None:
    for row in rows_of("measurements"):
        least, low, high, most = map(float, row[3:7])
        assert least <= most, row
        assert low < high <= most, row
        assert (row[7] == "=") == (row[8] == "="), row
