"""Questions by key: branches, ranges, and readings of codes."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.codes.node import Level
from app.codes.shapes import shape_of
from app.codes.systems import System
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from tests.library.reading.real_codes import codes, node

# Nodes


@pytest.mark.parametrize("text", ["E11.40", "e1140", " e11 40 ", "E11.40-", "E1140", "El1.40", "EI1.4O"])
def test_readings_accept_codes_however_they_are_typed(catalogue: Catalogue, text: str) -> None:
    assert codes(catalogue.readings(text)) == ["E11.40"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ODTJ4ZZ", ["0DTJ4ZZ"]),
        ("0dtj", ["0DTJ"]),
        ("I10", ["I10"]),
        ("I1O", ["I10"]),
        ("C7A", ["C7A"]),
        ("O24.4", ["O24.4"]),
        ("E08-E13", []),
        ("E11.4X", []),
        ("99213", ["99213"]),
        ("99212", []),
        ("A0425", ["A0425"]),
        ("A.0425", []),
        ("25", ["25", "25"]),
        ("lt", ["LT"]),
        ("pla", ["PLA"]),
        ("", []),
    ],
)
def test_readings(catalogue: Catalogue, text: str, expected: list[str]) -> None:
    assert codes(catalogue.readings(text)) == expected


def test_text_that_is_a_code_of_several_code_sets_is_a_diagnosis_first(small_library: Path, tmp_path: Path) -> None:
    path = tmp_path / "codes.db"
    shutil.copy(small_library, path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE node SET plain = 'A00', code = 'A00', system = 'hcpcs' WHERE plain = '0DT'")
    readings = Catalogue(connection).readings("a00")
    connection.close()
    assert [reading.system for reading in readings] == [System.ICD10CM, System.HCPCS]


def test_find_keeps_to_one_code_set(catalogue: Catalogue) -> None:
    match = catalogue.find(System.ICD10CM, "e1140")
    assert match is not None
    assert match.code == "E11.40"
    assert catalogue.find(System.ICD10PCS, "E11.40") is None
    assert catalogue.find(System.HCPCS, "E1140") is None


def test_find_takes_the_range_of_a_section_and_the_number_of_a_chapter(catalogue: Catalogue) -> None:
    section, sole = catalogue.find(System.ICD10CM, "E08-E13"), catalogue.find(System.ICD10CM, "B20-B20")
    assert section is not None
    assert section.level is Level.SECTION
    assert sole is not None
    assert sole.level is Level.SECTION
    chapter = catalogue.find(System.ICD10CM, "13")
    assert chapter is not None
    assert chapter.title == "Diseases of the musculoskeletal system and connective tissue"


def test_children_are_in_the_order_of_the_book(catalogue: Catalogue) -> None:
    assert codes(catalogue.children(node(catalogue, "E11.4").id)) == [
        "E11.40",
        "E11.41",
        "E11.42",
        "E11.43",
        "E11.44",
        "E11.49",
    ]
    assert codes(catalogue.children(node(catalogue, "T07").id)) == ["T07.XXXA", "T07.XXXD", "T07.XXXS"]
    assert codes(catalogue.children(node(catalogue, "0DTJ").id)) == [
        "0DTJ0ZZ",
        "0DTJ4ZG",
        "0DTJ4ZZ",
        "0DTJ7ZZ",
        "0DTJ8ZZ",
    ]
    assert catalogue.children(node(catalogue, "E11.40").id) == ()


def test_ancestors_root_first(catalogue: Catalogue) -> None:
    assert codes(catalogue.ancestors(node(catalogue, "S72.301A").id)) == [
        "19",
        "S70-S79",
        "S72",
        "S72.3",
        "S72.30",
        "S72.301",
    ]
    assert codes(catalogue.ancestors(node(catalogue, "C50.911").id))[:3] == ["2", "C00-C96", "C00-C75"]
    assert codes(catalogue.ancestors(node(catalogue, "0DTJ4ZZ").id)) == ["0", "0D", "0DT", "0DTJ"]
    assert catalogue.ancestors(node(catalogue, "4").id) == ()


def test_variants_are_the_valid_codes_below(catalogue: Catalogue) -> None:
    family = node(catalogue, "S72.301")
    variants = catalogue.variants(family.id)
    assert len(variants) == family.variants == 16
    assert all(variant.billable for variant in variants)
    code = node(catalogue, "E11.40")
    assert catalogue.variants(code.id) == (code,)


def test_counts_of_valid_codes(catalogue: Catalogue) -> None:
    assert sum(chapter.variants for chapter in catalogue.roots(System.ICD10CM)) == 74_719
    sections = [section.variants for section in catalogue.roots(System.ICD10PCS)]
    assert (sections[0], sum(sections), len(sections)) == (68_367, 78_913, 17)
    assert node(catalogue, "E11").variants == len(catalogue.variants(node(catalogue, "E11").id)) == 87


def test_nodes_by_many_ids(catalogue: Catalogue) -> None:
    code, family = node(catalogue, "E11.40"), node(catalogue, "0DTJ")
    assert catalogue.nodes([family.id, code.id, 10**9]) == {code.id: code, family.id: family}


@pytest.mark.parametrize("key", [0, -1, 10**9])
def test_unknown_ids(catalogue: Catalogue, key: int) -> None:
    with pytest.raises(KeyError):
        catalogue.node(key)
    with pytest.raises(KeyError):
        catalogue.detail(key)
    assert catalogue.children(key) == catalogue.ancestors(key) == catalogue.variants(key) == ()


# Texts that name no code exactly


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("A00-B99", "1"),
        ("E08-E13", "E08-E13"),
        ("e08 – e13", "E08-E13"),
        ("C00–D49", "2"),
        ("4", "4"),
        ("99202-99215", "99202-99215"),
        ("j0120–j3591", "J0120-J3591"),
        ("P1-P6", "P1-P6"),
    ],
)
def test_range_of_a_section_or_chapter(catalogue: Catalogue, text: str, code: str) -> None:
    section = catalogue.find_range(text)
    assert section is not None
    assert section.code == code


def test_the_range_of_a_chapter_is_found_without_reading_every_node(library: Library) -> None:
    connection = library.connect()
    catalogue = Catalogue(connection)
    steps = [0]

    def count() -> None:
        steps[0] += 1

    # Called for every thousand instructions of SQLite: reading 170,000 nodes takes a few million.
    connection.set_progress_handler(count, 1000)
    assert catalogue.find_range("C00-D49") == catalogue.find(System.ICD10CM, "2")
    assert steps[0] < 100
    library.end(connection)


@pytest.mark.parametrize("text", ["", "-", "A00-B98", "E11.9 - Type 2", "nonsense"])
def test_ranges_without_a_section_or_chapter(catalogue: Catalogue, text: str) -> None:
    assert catalogue.find_range(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("E11.4X", "E11.4"), ("S72301X", "S72.301"), ("0DTJ4ZY", "0DTJ"), ("z99.999", "Z99"), ("E11.40", "E11.4")],
)
def test_longest_beginning_that_is_a_code(catalogue: Catalogue, text: str, code: str) -> None:
    match = catalogue.longest_beginning(text)
    assert match is not None
    assert match.code == code


@pytest.mark.parametrize("text", ["", "E11", "99213", "99212", "nonsense", "Q9Q9Q9", "E08-E13"])
def test_no_beginning_shorter_than_a_category(catalogue: Catalogue, text: str) -> None:
    assert catalogue.longest_beginning(text) is None


def test_longest_beginning_that_is_allowed(catalogue: Catalogue) -> None:
    assert catalogue.longest_beginning("E11.4X", lambda node: node.system is System.ICD10PCS) is None


# Texts that have the form of a code


def missing_code_sentence(catalogue: Catalogue, text: str) -> str:
    shape = shape_of(text)
    assert shape is not None
    return catalogue.missing_code_sentence(shape)


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("A99.9", " is not in the FY2031 release."),
        ("A0199", " is not in the FY2031 release."),
        # The release has codes of one section alone, and no remark says so.
        ("0DTJ8ZZ", " is not among the loaded codes."),
        ("8E09XZZ", " is not among the loaded codes."),
        # Files of the AMA and of CMS are loaded, which may hold a part of the codes.
        ("27447", " is not among the loaded codes."),
    ],
)
def test_a_release_lacks_a_code_only_where_all_of_it_is_loaded(small_library: Path, text: str, ending: str) -> None:
    with closing(sqlite3.connect(small_library)) as connection:
        assert missing_code_sentence(Catalogue(connection), text).endswith(ending)


def test_a_code_of_cpt_comes_with_a_file_until_one_is_loaded(catalogue: Catalogue) -> None:
    assert missing_code_sentence(catalogue, "27447").endswith("; add your licensed file to see it.")
