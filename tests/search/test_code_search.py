"""Text that is read as a code."""

import pytest

from app.codes.node import Level
from app.codes.systems import System
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from app.search.answer import Filters
from app.search.code_search import MOST_CODE_ROWS, CodeReading, CodeRows, CodeSearch
from app.search.matching.index import SearchIndex
from app.search.parsing.lexicon import Lexicon

ALL: frozenset[System] = frozenset()


@pytest.fixture(scope="module")
def search(library: Library) -> CodeSearch:
    connection = library.connect()
    return CodeSearch(Catalogue(connection), SearchIndex(connection), Lexicon(connection))


def only(system: System) -> frozenset[System]:
    return frozenset({system})


def codes(catalogue: Catalogue, matches: CodeRows) -> list[str]:
    return [catalogue.node(row).code for row in matches.rows]


def test_exact_code_before_those_that_begin_with_it(search: CodeSearch, catalogue: Catalogue) -> None:
    assert codes(catalogue, search.rows("e11.4", ALL, Filters())) == [
        "E11.4",
        "E11.40",
        "E11.41",
        "E11.42",
        "E11.43",
        "E11.44",
        "E11.49",
    ]


def test_finished_code_is_followed_by_its_family(search: CodeSearch, catalogue: Catalogue) -> None:
    assert codes(catalogue, search.rows("s72301a", ALL, Filters())) == ["S72.301A", "S72.301"]
    assert codes(catalogue, search.rows("0DTJ4ZZ", ALL, Filters())) == ["0DTJ4ZZ", "0DTJ"]


def test_beginning_of_finished_codes(search: CodeSearch, catalogue: Catalogue) -> None:
    assert codes(catalogue, search.rows("0DTJ4", ALL, Filters())) == ["0DTJ4ZG", "0DTJ4ZZ", "0DTJ"]
    assert codes(catalogue, search.rows("T07XX", ALL, Filters())) == ["T07.XXXA", "T07.XXXD", "T07.XXXS", "T07"]


def test_codes_of_a_family_stand_inside_its_row(search: CodeSearch, catalogue: Catalogue) -> None:
    assert codes(catalogue, search.rows("S72301", ALL, Filters())) == ["S72.301"]


def test_rows_are_distinct(search: CodeSearch) -> None:
    for text in ("S", "S7", "S72", "0", "0D", "0DT", "E1", "T07", "0DTJ4"):
        rows = search.rows(text, ALL, Filters()).rows
        assert len(set(rows)) == len(rows), text


def test_broad_beginnings_are_cut_off_above_what_is_counted(search: CodeSearch) -> None:
    assert len(search.rows("0", ALL, Filters()).rows) >= MOST_CODE_ROWS


@pytest.mark.parametrize("text", ["heart", "a", "", "type 2", "covid-19", "pain, knee", "b12 deficiency"])
def test_words_are_not_codes(search: CodeSearch, text: str) -> None:
    assert search.rows(text, ALL, Filters()) == CodeRows()


@pytest.mark.parametrize(
    ("typed", "shortened"),
    [("E11.4X", "E11.4"), ("E11.40ABC", "E11.40"), ("I10.9", "I10"), ("S72.301Z", "S72.301"), ("0DTJ9ZZ", "0DTJ")],
)
def test_longest_real_beginning(search: CodeSearch, catalogue: Catalogue, typed: str, shortened: str) -> None:
    matches = search.rows(typed, ALL, Filters())
    assert (codes(catalogue, matches), matches.reading) == ([shortened], CodeReading.SHORTENED)


@pytest.mark.parametrize("typed", ["Q99999", "ZZZ99"])
def test_code_is_not_shortened_beyond_its_category(search: CodeSearch, catalogue: Catalogue, typed: str) -> None:
    assert codes(catalogue, search.rows(typed, ALL, Filters())) in ([], ["Q99.9"])


def test_pasted_line(search: CodeSearch, catalogue: Catalogue) -> None:
    matches = search.rows("E11.9 - Type 2 diabetes mellitus without complications", ALL, Filters())
    assert matches.reading is CodeReading.CODE_ONLY
    assert codes(catalogue, matches) == ["E11.9"]
    assert search.rows("E11.9", ALL, Filters()).reading is CodeReading.CODE


def test_scope_and_filters(search: CodeSearch, catalogue: Catalogue) -> None:
    pcs = frozenset({System.ICD10PCS})
    assert codes(catalogue, search.rows("02", pcs, Filters()))[0] == "02"
    assert search.rows("E11", pcs, Filters()).rows == ()
    valid = codes(catalogue, search.rows("S72.3", ALL, Filters(valid_only=True)))
    assert "S72.301" in valid, "families are kept"
    assert not {"S72.3", "S72.30"} & set(valid), "headings are not"
    chapter = catalogue.find(System.ICD10CM, "4")
    assert chapter is not None
    assert search.rows("S72", ALL, Filters(within=chapter.id)).rows == ()
    assert codes(catalogue, search.rows("E11.4", ALL, Filters(within=chapter.id)))[0] == "E11.4"


@pytest.mark.parametrize(("text", "code"), [("E08-E13", "E08-E13"), ("a00-b99", "1"), ("V00–V99", "V00-V99")])
def test_a_range_is_its_section_or_chapter(search: CodeSearch, catalogue: Catalogue, text: str, code: str) -> None:
    matches = search.rows(text, ALL, Filters())
    assert [catalogue.node(key).code for key in matches.rows] == [code]


def test_words_after_a_code_are_searched_below_it(search: CodeSearch) -> None:
    matches = search.rows("E11 neuropathy left", ALL, Filters())
    assert matches.node is not None
    assert (matches.reading, matches.node.code, matches.words) == (CodeReading.CODE_AND_WORDS, "E11", "neuropathy left")


def test_code_outside_the_filter_has_no_row(search: CodeSearch) -> None:
    assert search.rows("e11 neuropathy", frozenset({System.ICD10PCS}), Filters()).rows == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("E11 .40", "E11.40"),
        ("E11 40", "E11.40"),
        ("S72 301A", "S72.301A"),
        ("0DTJ 4ZZ", "0DTJ4ZZ"),
        ("(E11.40)", "E11.40"),
        ("E11.40,", "E11.40"),
        ("\ufeffE11.40", "E11.40"),
    ],
)
def test_blanks_and_signs_around_a_code_are_forgiven(
    search: CodeSearch, catalogue: Catalogue, text: str, code: str
) -> None:
    assert codes(catalogue, search.rows(text, ALL, Filters()))[0] == code


def test_a_range_passes_scope_and_filters(search: CodeSearch) -> None:
    assert search.rows("E08-E13", frozenset({System.ICD10PCS}), Filters()).rows == ()
    assert search.rows("E08-E13", ALL, Filters(valid_only=True)).rows == ()


# Every code set


def test_every_reading_of_a_text_in_the_order_of_the_code_sets(search: CodeSearch, catalogue: Catalogue) -> None:
    for text in ("25", "11", "J1100", "A0428"):
        matches = [catalogue.node(row) for row in search.rows(text, ALL, Filters()).rows]
        assert [node.system.rank for node in matches] == sorted(node.system.rank for node in matches), text
    assert codes(catalogue, search.rows("25", ALL, Filters())) == ["25", "25"]


@pytest.mark.parametrize("text", ["25", "9921", "A0", "J01", "0", "5"])
def test_range_is_not_a_code_that_begins_so(search: CodeSearch, catalogue: Catalogue, text: str) -> None:
    rows = search.rows(text, ALL, Filters())
    if rows.reading is CodeReading.CODE:
        assert Level.GROUP not in {catalogue.node(row).level for row in rows.rows}


@pytest.mark.parametrize("text", ["25000-25999", "J0120-J3591", "j0120 – j3591", "99202-99215", "22-99", "1p-8p"])
def test_a_range_is_found_as_it_is_written(search: CodeSearch, catalogue: Catalogue, text: str) -> None:
    matches = search.rows(text, ALL, Filters())
    assert codes(catalogue, matches) == [text.upper().replace(" – ", "-")]
    assert matches.reading is CodeReading.CODE_ONLY


@pytest.mark.parametrize(
    ("text", "system", "first"),
    [
        ("rt", System.MODIFIER, "RT"),
        ("as", System.MODIFIER, "AS"),
        ("j", System.HCPCS, "J"),
        ("ii", System.CPT, "II"),
        ("pla", System.CPT, "PLA"),
        ("25", System.CPT, "25000-25999"),
    ],
)
def test_letters_are_a_code_if_only_that_code_set_is_searched(
    search: CodeSearch, catalogue: Catalogue, text: str, system: System, first: str
) -> None:
    assert codes(catalogue, search.rows(text, only(system), Filters()))[0] == first
    assert first not in codes(catalogue, search.rows(text, ALL, Filters()))


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("27447", "27301-27599"),
        ("274", "27301-27599"),
        ("99075", "99000-99082"),
        ("98990", "90281-99607"),
        ("0500F", "0500F-0584F"),
        ("0042T", "III"),
        ("0001U", "PLA"),
        ("J1199", "J0120-J3591"),
        ("V5889", "V"),
    ],
)
def test_a_code_that_is_not_loaded_leads_to_its_section(
    search: CodeSearch, catalogue: Catalogue, text: str, section: str
) -> None:
    matches = search.rows(text, ALL, Filters())
    assert matches.reading is CodeReading.SECTION
    assert codes(catalogue, matches) == [section]


@pytest.mark.parametrize("text", ["99201", "05000", "D0120", "250.00", "38.93", "V58.89", "E885.9"])
def test_number_outside_all_sections_has_no_rows(search: CodeSearch, text: str) -> None:
    assert search.rows(text, ALL, Filters()).rows == ()


def test_mistyped_code_and_code_of_another_set_are_both_offered(search: CodeSearch, catalogue: Catalogue) -> None:
    assert codes(catalogue, search.rows("E1145", ALL, Filters())) == ["E11.4", "E1050-E1298"]
    assert codes(catalogue, search.rows("E11.45", ALL, Filters())) == ["E11.4"]


def test_words_after_a_code_decide_between_its_readings(search: CodeSearch, catalogue: Catalogue) -> None:
    assert codes(catalogue, search.rows("J1100 dexamethasone", ALL, Filters())) == ["J1100", "J11.00"]
    assert codes(catalogue, search.rows("J1100 influenza", ALL, Filters())) == ["J11.00", "J1100"]
    assert codes(catalogue, search.rows("99213 office visit", ALL, Filters())) == ["99213"]
    assert search.rows("100 mg", ALL, Filters()) == CodeRows()


def test_two_letters_are_a_modifier_if_there_is_one(search: CodeSearch) -> None:
    assert search.code_of_word("kx", ALL, Filters()) is not None
    assert search.code_of_word("(RT)", ALL, Filters()) is not None
    assert search.code_of_word("qx1", ALL, Filters()) is None
    assert search.code_of_word("25", ALL, Filters()) is None, "that is a code, and read as one"
    assert search.code_of_word("rt", only(System.ICD10CM), Filters()) is None


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("E-11.9", "E11.9"),
        ("i-10", "I10"),
        ("0DTJ-4ZZ", "0DTJ4ZZ"),
        ("S72-301A", "S72.301A"),
        ("KO2.9", "K02.9"),
        ("il0", "I10"),
        ("*11.9", "C11.9"),
        ("S72.3*A", "S72.301A"),
        ("S82*B", "S82.001B"),
        ("%54.5", "A54.5"),
    ],
)
def test_slips_and_open_places_of_a_code(search: CodeSearch, catalogue: Catalogue, text: str, first: str) -> None:
    assert codes(catalogue, search.rows(text, ALL, Filters()))[0] == first


def test_open_middle_leaves_other_endings_out(search: CodeSearch, catalogue: Catalogue) -> None:
    found = codes(catalogue, search.rows("S72.3*A", ALL, Filters()))
    assert len(found) > 10
    assert all(code.startswith("S72.3") and code.endswith("A") for code in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("E11-E13", ["E11", "E13"]),
        ("E11.2 - E11.4", ["E11.2", "E11.3", "E11.4"]),
        ("J0129-J0132", ["J0129", "J0131", "J0132"]),
        ("99213–99214", ["99213", "99214"]),
    ],
)
def test_range_that_is_no_section_has_its_codes(
    search: CodeSearch, catalogue: Catalogue, text: str, expected: list[str]
) -> None:
    assert codes(catalogue, search.rows(text, ALL, Filters())) == expected


@pytest.mark.parametrize("text", ["T11-T12", "E13-E11", "E11-J13"])
def test_what_is_no_range_has_no_codes_of_one(search: CodeSearch, text: str) -> None:
    assert search.between(text) == []
