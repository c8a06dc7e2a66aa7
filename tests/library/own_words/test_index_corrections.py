"""Corrections of lines of an older Index."""

from pathlib import Path

from app.library.own_words.index_corrections import IndexCorrection, corrected_lines, read_index_corrections
from app.releases.records import IndexEntry

TABLE = Path(__file__).parents[3] / "resources" / "tables" / "index_corrections.tsv"

ULCER = IndexEntry(("Ulcer", "foot"), "code", codes=("L97.5", "I83.0"))
CORRECTION = IndexCorrection(("Ulcer", "foot"), "L97.5", "L97.6")


def test_only_the_older_code_of_the_line_is_replaced() -> None:
    other = IndexEntry(("Ulcer",), "code", codes=("L97.5",))
    corrected = corrected_lines((ULCER, other), [CORRECTION])
    assert corrected[0].codes == ("L97.6", "I83.0")
    assert corrected[1] is other


def test_a_newer_index_is_left_as_it_is() -> None:
    newer = IndexEntry(("Ulcer", "foot"), "code", codes=("L97.6",))
    assert corrected_lines((newer,), [CORRECTION]) == (newer,)


def test_table_has_the_infarction_of_no_said_kind() -> None:
    corrections = read_index_corrections(TABLE)
    assert {correction.older: correction.newer for correction in corrections}["I21.3"] == "I21.9"
