"""What the cells of the worksheet take, and what they say."""

import pytest
from PySide6.QtCore import Qt

from app.codes.node import CodeStatus, Level, Node
from app.codes.systems import System
from app.notebook.worksheets import LONGEST_REMARK, Line
from app.ui.desk.worksheet_model import CellError, Column, WorksheetModel, WorksheetRow, edited

VISIT = Line(System.CPT, "99213", id=7)


@pytest.mark.parametrize(
    ("text", "modifiers"),
    [
        ("25", ("25",)),
        ("lt", ("LT",)),
        ("25 59", ("25", "59")),
        ("25,59;LT", ("25", "59", "LT")),
        ("-25-59", ("25", "59")),
        ("rt25", ("RT", "25")),
        ("25 25", ("25",)),
        ("", ()),
    ],
)
def test_modifiers_are_read_as_they_are_written(text: str, modifiers: tuple[str, ...]) -> None:
    assert edited(VISIT, Column.MODIFIERS, text).modifiers == modifiers


@pytest.mark.parametrize(("text", "units"), [("2", 2), (" x3 ", 3), ("1,200", 1200), ("", 0)])
def test_units_are_numbers(text: str, units: int) -> None:
    assert edited(VISIT, Column.UNITS, text).units == units


@pytest.mark.parametrize(
    ("column", "text", "sentence"),
    [
        (Column.MODIFIERS, "255", "“255” is none"),
        (Column.MODIFIERS, "2", "“2” is none"),
        (Column.MODIFIERS, "25 ü5", "“Ü5” is none"),
        (Column.UNITS, "0", "from 1 to 99,999"),
        (Column.UNITS, "two", "“two” is none"),
        (Column.UNITS, "1.5", "“1.5” is none"),
        (Column.UNITS, "\N{SUPERSCRIPT TWO}", "is none"),
        (Column.UNITS, "100000", "is none"),
        (Column.REMARK, "x" * (LONGEST_REMARK + 1), "may have 500 characters"),
    ],
)
def test_what_is_none_is_refused_with_a_sentence(column: Column, text: str, sentence: str) -> None:
    with pytest.raises(CellError, match=sentence):
        edited(VISIT, column, text)


def rows() -> WorksheetModel:
    node = Node(
        1, System.ICD10CM, "I10", "Essential (primary) hypertension", Level.CODE, CodeStatus.VALID, None, 1, False
    )
    model = WorksheetModel()
    model.set_rows(
        (
            WorksheetRow(Line(System.ICD10CM, "I10", id=1), node, node.title, is_first_listed=True),
            WorksheetRow(VISIT, None, "not in the code sets loaded now"),
        )
    )
    return model


def test_only_procedures_take_modifiers_and_units() -> None:
    model = rows()

    def takes(row: int) -> set[Column]:
        flag = Qt.ItemFlag.ItemIsEditable
        return {column for column in Column if model.flags(model.index(row, column)) & flag}

    assert takes(0) == {Column.REMARK}
    assert takes(1) == {Column.REMARK, Column.MODIFIERS, Column.UNITS}


def test_an_edit_is_reported_and_a_wrong_one_is_refused() -> None:
    model = rows()
    lines: list[Line] = []
    refusals: list[str] = []
    model.line_edited.connect(lines.append)
    model.refused.connect(refusals.append)
    assert model.setData(model.index(1, Column.MODIFIERS), "25")
    assert not model.setData(model.index(1, Column.UNITS), "none")
    assert model.setData(model.index(1, Column.REMARK), "")
    assert [(line.id, line.modifiers) for line in lines] == [(7, ("25",))]
    assert len(refusals) == 1


def test_a_row_is_spoken_with_its_status() -> None:
    model = rows()
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.data(model.index(0, Column.CODE), role) == (
        "I10, Essential (primary) hypertension, valid for submission, first-listed"
    )
    assert model.data(model.index(1, Column.CODE), role) == "99213, not in the code sets loaded now, not loaded"
    assert model.headerData(Column.MARK, Qt.Orientation.Horizontal, role) == "Validity"
