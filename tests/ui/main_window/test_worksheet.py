"""The worksheet in the window: codes go in by key, stay, and come back after a mistake."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QTextBrowser
from pytestqt.qtbot import QtBot

from app.codes.systems import System
from app.notebook.list_export import safe_cell
from app.notebook.notebook import Notebook
from app.notebook.worksheets import Line
from app.search.answer import Answer
from app.ui.desk.worksheet_model import Column
from app.ui.main_window.window import Window
from app.ui.main_window.worksheet_export import ListToExport, export

MakeWindow = Callable[..., Window]
Ask = Callable[[Window, str], Answer]
Key = Qt.Key
ALT_SHIFT = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier


def run(window: Window, action: str) -> None:
    window.actions_by_name[action].trigger()


def codes(window: Window) -> list[str]:
    return [row.line.code for row in window.panels.desk.strip.table.rows.rows]


def add(window: Window, ask: Ask, *texts: str) -> None:
    for text in texts:
        ask(window, text)
        run(window, "add_to_list")


def test_a_key_adds_the_code_at_hand_and_shows_the_list(window: Window, ask: Ask) -> None:
    desk = window.panels.desk
    assert not desk.is_shown
    add(window, ask, "E11.40", "R73.9")
    assert desk.is_shown
    assert codes(window) == ["E11.40", "R73.9"]
    assert "R73.9 added to Worksheet" in window.status_bar.text()
    current = desk.strip.table.current_row()
    assert current is not None
    assert current.line.code == "R73.9"
    assert window.search_bar.box.hasFocus()


def test_it_adds_the_code_of_the_text_in_the_box(qtbot: QtBot, window: Window, ask: Ask) -> None:
    ask(window, "I10")
    window.search_bar.box.selectAll()
    QTest.keyClicks(window.search_bar.box, "e11.621")
    run(window, "add_to_list")
    qtbot.waitUntil(lambda: codes(window) == ["E11.621"])


def test_a_diagnosis_is_listed_once_and_a_heading_never(window: Window, ask: Ask) -> None:
    add(window, ask, "E11.40", "e1140", "E11.4")
    assert codes(window) == ["E11.40"]
    assert "E11.4 is a heading" in window.status_bar.text()


def test_a_text_of_several_codes_becomes_a_list(window: Window, ask: Ask) -> None:
    ask(window, "E11.22 N18.31 99213-25 J1100 x2 Q99.99")
    run(window, "add_all_to_list")
    lines = [row.line for row in window.panels.desk.strip.table.rows.rows]
    listed = {line.code: (line.modifiers, line.units) for line in lines}
    assert [line.code for line in lines][:2] == ["E11.22", "N18.31"]
    assert listed["99213"] == (("25",), 0)
    assert "Q99.99" not in listed


def test_the_list_is_there_the_next_time(open_window: MakeWindow, ask: Ask) -> None:
    window = open_window()
    add(window, ask, "E11.40", "R73.9")
    window.close()
    again = open_window()
    assert codes(again) == ["E11.40", "R73.9"]
    assert again.panels.desk.is_shown
    run(again, "toggle_worksheet")
    assert not again.panels.desk.is_shown
    again.close()
    assert not open_window().panels.desk.is_shown


def test_the_order_is_changed_by_key(window: Window, ask: Ask) -> None:
    add(window, ask, "E11.40", "R73.9", "Z79.4")
    table = window.panels.desk.strip.table
    table.setFocus()
    QTest.keyClick(table, Key.Key_Up, ALT_SHIFT)
    assert codes(window) == ["E11.40", "Z79.4", "R73.9"]
    QTest.keyClick(table, Key.Key_Up, ALT_SHIFT)
    QTest.keyClick(table, Key.Key_Up, ALT_SHIFT)
    assert codes(window) == ["Z79.4", "E11.40", "R73.9"]
    assert [row.is_first_listed for row in table.rows.rows] == [True, False, False]
    QTest.keyClick(table, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert codes(window) == ["E11.40", "Z79.4", "R73.9"]


def test_what_is_removed_comes_back_where_it_was(window: Window, ask: Ask) -> None:
    add(window, ask, "E11.40", "R73.9", "Z79.4")
    table = window.panels.desk.strip.table
    table.setFocus()
    table.selectRow(0)
    QTest.keyClick(table, Key.Key_Delete)
    assert codes(window) == ["R73.9", "Z79.4"]
    QTest.keyClick(table, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert codes(window) == ["E11.40", "R73.9", "Z79.4"]
    for _ in range(3):
        QTest.keyClick(table, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert codes(window) == []
    QTest.keyClick(table, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "Nothing to undo" in window.status_bar.text()


def test_a_remark_is_typed_into_its_cell(qtbot: QtBot, window: Window, ask: Ask) -> None:
    add(window, ask, "E11.40")
    table = window.panels.desk.strip.table
    table.setFocus()
    table.setCurrentIndex(table.rows.index(0, Column.REMARK))
    QTest.keyClick(table, Key.Key_F2)
    editor = QApplication.focusWidget()
    assert editor is not None
    assert editor.objectName() == "worksheet_editor"
    QTest.keyClicks(editor, "from the lab sheet")
    QTest.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: table.rows.rows[0].line.remark == "from the lab sheet")


def test_enter_opens_the_code(window: Window, ask: Ask) -> None:
    add(window, ask, "E11.40", "R73.9")
    table = window.panels.desk.strip.table
    table.setFocus()
    table.selectRow(0)
    table.setCurrentIndex(table.rows.index(0, Column.CODE))
    QTest.keyClick(table, Key.Key_Return)
    shown = window.panels.code_panel.current()
    assert shown is not None
    assert shown.code == "E11.40"


def test_lists_are_made_named_opened_and_deleted(window: Window, ask: Ask) -> None:
    desk = window.panels.desk
    add(window, ask, "E11.40")
    first = desk.worksheet
    assert first is not None
    desk.lists.create(None)
    assert codes(window) == []
    add(window, ask, "I10")
    assert [action.text() for action in desk.lists.menu().actions()][:2] == ["Worksheet 2", "Worksheet"]
    desk.lists.open(first)
    assert codes(window) == ["E11.40"]
    desk.lists.delete(first)
    assert codes(window) == ["I10"]
    desk.undo()
    assert codes(window) == ["E11.40"]
    assert desk.worksheet is not None
    assert desk.worksheet.name == "Worksheet"


def test_another_window_sees_the_change(open_window: MakeWindow, own_home: Path, ask: Ask) -> None:
    window = open_window()
    add(window, ask, "E11.40")
    other = Notebook(own_home)
    sheet = other.worksheets.last_opened()
    assert sheet is not None
    other.worksheets.insert(sheet, (Line(System.ICD10CM, "I10"),))
    other.close()
    window.panels.desk.follow_other_windows()
    assert codes(window) == ["E11.40", "I10"]


def test_all_codes_are_copied_one_a_line(window: Window, ask: Ask) -> None:
    add(window, ask, "E11.40", "R73.9")
    window.panels.desk.strip.copy_button.click()
    assert QApplication.clipboard().text() == "E11.40\nR73.9"


def test_what_the_check_finds_stands_below_the_code(window: Window, ask: Ask) -> None:
    add(window, ask, "E11.40", "Z79.4", "R73.9")
    strip = window.panels.desk.strip
    found = [[finding.rule.value for finding in row.findings] for row in strip.table.rows.rows]
    assert found == [["unspecified"], [], ["excludes1"]]
    assert strip.finding_counts.text() == "1 error, 1 hint"
    plain, with_finding = strip.table.rowHeight(1), strip.table.rowHeight(2)
    assert with_finding > plain
    spoken = strip.table.rows.data(strip.table.rows.index(2, Column.CODE), Qt.ItemDataRole.AccessibleTextRole)
    assert isinstance(spoken, str)
    assert "error: R73.9 is not coded with E11.40: R73 says" in spoken
    run(window, "next_finding")
    assert strip.table.currentIndex().row() == 0
    run(window, "next_finding")
    assert strip.table.currentIndex().row() == 2
    run(window, "next_finding")
    assert strip.table.currentIndex().row() == 0
    QTest.keyClick(strip.table, Key.Key_Delete)
    assert strip.finding_counts.text() == ""
    run(window, "next_finding")
    assert "Nothing found" in window.status_bar.text()


def test_the_findings_are_a_page(window: Window, ask: Ask) -> None:
    add(window, ask, "E11.40", "R73.9")
    window.panels.desk.strip.findings_button.click()
    dialog = window.findChild(QDialog, "findings_dialog")
    assert dialog is not None
    page = dialog.findChild(QTextBrowser)
    assert page is not None
    text = page.toPlainText()
    assert "R73.9 is not coded with E11.40: R73 says “diabetes mellitus (E08-E13)”" in text
    assert "More specific where the record says so: E11.41" in text
    dialog.close()


LISTED = ListToExport(
    "Wound clinic",
    (
        (Line(System.ICD10CM, "E11.621", id=1), "Type 2 diabetes mellitus with foot ulcer"),
        (Line(System.CPT, "99213", ("25",), 1, '=HYPERLINK("x")', id=2), "visit, office"),
    ),
    ("ICD-10-CM FY2026",),
)


def test_a_list_is_exported_for_spreadsheets(tmp_path: Path) -> None:
    sentence = export(LISTED, tmp_path / "list.csv", as_table=True)
    assert sentence.startswith("2 codes exported to list.csv")
    table = (tmp_path / "list.csv").read_bytes().decode("utf-8-sig").split("\r\n")
    assert table[:3] == [
        "Code,Title,Code set,Modifiers,Units,Remark",
        "E11.621,Type 2 diabetes mellitus with foot ulcer,ICD-10-CM,,,",
        '99213,"visit, office",CPT,25,1,"\'=HYPERLINK(""x"")"',
    ]
    assert "ICD-10-CM FY2026" in table
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


def test_and_as_text(tmp_path: Path) -> None:
    export(LISTED, tmp_path / "list.txt", as_table=False)
    assert (tmp_path / "list.txt").read_text(encoding="utf-8").splitlines()[0] == (
        "E11.621\tType 2 diabetes mellitus with foot ulcer"
    )


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert "nothing was exported" in export(LISTED, tmp_path / "file" / "list.csv", as_table=True)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_run(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
