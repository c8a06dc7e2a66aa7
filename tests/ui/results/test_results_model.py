"""The rows of the results list."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.codes.node import Node
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.search.answer import Explanation, Hit
from app.search.parsing.query import MatchKind, Reading
from app.ui.results.results_model import (
    ROW_ROLE,
    ResultsModel,
    Row,
    RowKind,
    branch_rows,
    hit_row,
    merge_marks,
    row_accessible_text,
    variant_rows,
)

Find = Callable[[str], Node]
ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole


@pytest.fixture
def model(qtbot: QtBot, catalogue: Catalogue, node: Find) -> ResultsModel:
    """Three hits under a caption, watched by Qt's own tester."""
    model = ResultsModel(lambda heading: catalogue.variants(heading.id))
    # The tester reports through Qt's log, which fails the test.
    model.tester = QAbstractItemModelTester(  # type: ignore[attr-defined]
        model, QAbstractItemModelTester.FailureReportingMode.Warning
    )
    hits = [
        Hit(
            node("E11.40"),
            Explanation(MatchKind.TITLE, location="E11.4 › with neurological complications"),
            (Reading(("type",)),),
        ),
        Hit(node("S72.301"), Explanation(MatchKind.ABBREVIATION, "abbreviation: FX")),
        Hit(node("0DTJ"), Explanation(MatchKind.INDEX, "Index: Appendectomy")),
    ]
    model.set_rows([Row(RowKind.CAPTION, title="Found"), *map(hit_row, hits)])
    return model


def row_of(model: ResultsModel, number: int) -> Row:
    row = model.row(number)
    assert row is not None
    return row


def test_the_record_itself_is_served_by_its_role(model: ResultsModel, node: Find) -> None:
    record = model.index(1).data(ROW_ROLE)
    assert isinstance(record, Row)
    assert record.node == node("E11.40")
    assert record.place.startswith("E11.4 ›")


def test_a_caption_cannot_be_chosen_and_a_hit_can(model: ResultsModel) -> None:
    assert not model.flags(model.index(0)) & Qt.ItemFlag.ItemIsSelectable
    assert model.flags(model.index(1)) & Qt.ItemFlag.ItemIsSelectable


def test_a_family_opens_in_place_and_closes_again(model: ResultsModel, catalogue: Catalogue, node: Find) -> None:
    variants = catalogue.variants(node("S72.301").id)
    assert model.open(2)
    assert row_of(model, 2).is_open
    assert [row_of(model, 3 + place).code for place in range(len(variants))] == [code.code for code in variants]
    assert row_of(model, 3 + len(variants)).code == "0DTJ"
    assert model.close(2)
    assert not row_of(model, 2).is_open
    assert [row_of(model, number).code for number in range(1, model.rowCount())] == ["E11.40", "S72.301", "0DTJ"]


def test_two_open_families_do_not_touch_each_other(model: ResultsModel, catalogue: Catalogue, node: Find) -> None:
    model.open(3)
    model.open(2)
    model.close(2)
    assert row_of(model, 3).is_open
    assert model.rowCount() == 4 + len(catalogue.variants(node("0DTJ").id))


def test_a_single_code_and_a_caption_do_not_open(model: ResultsModel) -> None:
    assert not model.open(0)
    assert not model.open(1)
    assert not model.open(99)
    assert not model.close(1)
    assert model.rowCount() == 4


def test_a_variant_belongs_to_the_row_above_it(model: ResultsModel) -> None:
    model.open(2)
    assert model.open_row_above(5) == 2
    assert model.open_row_above(2) == 2
    assert model.open_row_above(1) == -1
    assert model.open_row_above(-1) == -1


def test_new_rows_are_closed(model: ResultsModel, node: Find) -> None:
    model.open(2)
    model.set_rows([hit_row(Hit(node("S72.301"), Explanation(MatchKind.CODE)))])
    assert model.rowCount() == 1
    assert not row_of(model, 0).is_open


@pytest.mark.parametrize(
    ("number", "part"),
    [
        (0, "Found"),
        (1, "E11.40, Type 2 diabetes mellitus with diabetic neuropathy, unspecified, ICD-10-CM, valid for submission"),
        (2, "16 codes, closed"),
        (2, "abbreviation: FX"),
        (3, "ICD-10-PCS, heading"),
    ],
)
def test_accessible_text_has_code_title_set_and_status(model: ResultsModel, number: int, part: str) -> None:
    assert part in str(model.index(number).data(ACCESSIBLE))


def test_modifiers_and_places_are_active(catalogue: Catalogue) -> None:
    place, modifier = catalogue.find(System.POS, "11"), catalogue.find(System.MODIFIER, "25")
    assert place is not None
    assert modifier is not None
    rows = branch_rows(modifier, [place, modifier])
    assert [row.place for row in rows] == ["active", "active"]
    assert "active" in row_accessible_text(rows[0])


def test_a_variant_leaves_out_the_words_of_its_family(node: Find) -> None:
    (row,) = variant_rows(node("S72.301"), [node("S72.301A")])
    assert row.title == "… initial encounter for closed fracture"
    assert row.code == "S72.301A"


def test_a_variant_with_another_title_shows_it_whole(node: Find) -> None:
    (row,) = variant_rows(node("E11.4"), [node("E10.40")])
    assert row.title == node("E10.40").title


def test_a_code_leaves_out_the_words_of_the_heading_between_it_and_the_opened_row(node: Find) -> None:
    codes = ["S72.011", "S72.011A", "S72.011B", "S72.012", "S72.012A", "S72.012B"]
    rows = variant_rows(node("S72.01"), [node(code) for code in codes])
    assert [(row.code, row.title, row.is_nested) for row in rows] == [
        ("S72.011", "… right femur", False),
        ("S72.011A", "… initial encounter for closed fracture", True),
        ("S72.011B", "… initial encounter for open fracture type I or II", True),
        ("S72.012", "… left femur", False),
        ("S72.012A", "… initial encounter for closed fracture", True),
        ("S72.012B", "… initial encounter for open fracture type I or II", True),
    ]


@pytest.mark.parametrize("heading", ["T36-T50", "T36", "D49", "S72.01", "M25.5"])
def test_no_two_rows_of_a_branch_begin_alike(catalogue: Catalogue, node: Find, heading: str) -> None:
    rows = branch_rows(node(heading), catalogue.children(node(heading).id))
    beginnings = [row.title[:40] for row in rows]
    assert len(set(beginnings)) == len(beginnings)
    assert all(row.title.startswith("… ") for row in rows)


def test_poisoning_and_adverse_effect_are_never_left_out_beside_each_other(catalogue: Catalogue, node: Find) -> None:
    rows = branch_rows(node("T39.01"), catalogue.children(node("T39.01").id))
    assert [row.title.split()[0] for row in rows] == [*["Poisoning"] * 4, "Adverse", "Underdosing"]


@pytest.mark.parametrize(
    ("text", "marks", "expected"),
    [
        ("Type 2 diabetes", ((0, 4), (5, 6), (7, 15)), ((0, 15),)),
        ("neuropathy, unspecified", ((0, 10), (12, 23)), ((0, 10), (12, 23))),
        ("polyneuropathy", ((4, 14),), ((4, 14),)),
        ("a b", ((2, 3), (0, 1)), ((0, 3),)),
        ("abc", (), ()),
    ],
)
def test_marks_that_only_a_space_parts_are_one(
    text: str, marks: tuple[tuple[int, int], ...], expected: tuple[tuple[int, int], ...]
) -> None:
    assert merge_marks(marks, text) == expected


def test_a_modifier_and_a_place_with_the_same_code_are_distinguished(catalogue: Catalogue) -> None:
    rows = [
        hit_row(Hit(node, Explanation(MatchKind.CODE)))
        for system in (System.MODIFIER, System.POS)
        for node in [catalogue.find(system, "25")]
        if node is not None
    ]
    assert [(row.code, row.code_kind) for row in rows] == [("25", "modifier"), ("25", "place")]
    assert "Modifiers" in row_accessible_text(rows[0])
    assert "Place of Service" in row_accessible_text(rows[1])


def test_no_word_stands_behind_a_code_that_only_one_set_has(catalogue: Catalogue) -> None:
    drug = catalogue.find(System.HCPCS, "J1885")
    assert drug is not None
    assert hit_row(Hit(drug, Explanation(MatchKind.CODE))).code_kind == ""


def test_a_range_is_shown_with_its_dash(catalogue: Catalogue) -> None:
    group = catalogue.find(System.CPT, "98000-99499")
    assert group is not None
    assert hit_row(Hit(group, Explanation(MatchKind.TITLE))).code == "98000–99499"


def test_a_row_marks_what_its_title_was_found_by(model: ResultsModel) -> None:
    assert row_of(model, 1).marks == ((0, 4),)
    assert row_of(model, 2).marks == row_of(model, 2).reason_marks == ()


def test_screen_readers_are_told_which_diagnoses_are_a_cc(node: Find) -> None:
    model = ResultsModel(lambda _node: ())
    model.set_rows(branch_rows(node("N17"), [node("N17.9")]))
    assert ", CC" not in str(model.index(0).data(Qt.ItemDataRole.AccessibleTextRole))
    model.cc_marks = {node("N17.9").id: "CC"}
    assert ", valid for submission, CC, " in str(model.index(0).data(Qt.ItemDataRole.AccessibleTextRole))
