"""The window of abbreviations and synonyms: its lines, how it narrows, and how a line leads to a search."""

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from app.library.reading.catalogue import Catalogue
from app.library.reading.lexicon_lines import LexiconLine, LineKind
from app.ui.dialogs.lexicon_model import Column, LexiconModel
from app.ui.dialogs.lexicon_view import LexiconView
from app.ui.main_window.window import Window


@pytest.fixture
def view(window: Window, qtbot: QtBot) -> LexiconView:
    """The page, opened by its action."""
    window.actions_by_name["lexicon"].trigger()
    found = window.findChild(LexiconView)
    assert found is not None
    qtbot.waitUntil(found.isVisible)
    return found


def shown(model: LexiconModel) -> list[LexiconLine]:
    return [line for number in range(model.rowCount()) if (line := model.line(number)) is not None]


@pytest.fixture
def model(catalogue: Catalogue, qapp: QApplication) -> LexiconModel:
    made = LexiconModel()
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    made.set_lines(catalogue.lexicon())
    made.filter("", None)
    return made


@pytest.mark.slow
def test_every_table_of_the_lexicon_is_there(model: LexiconModel) -> None:
    counts = model.counts()
    assert sum(counts.values()) == model.rowCount()
    for kind, least in zip(LineKind, (1000, 1500, 300, 4000, 100, 80), strict=True):
        assert counts[kind] > least, kind


@pytest.mark.slow
def test_phrases_are_printed_as_written_with_their_senses(model: LexiconModel) -> None:
    lines = [line for line in shown(model) if line.typed == "AD"]
    assert [line.read_as for line in lines][:2] == ["alzheimer's disease", "atopic dermatitis"]
    assert lines[1].remark == "2nd sense · rarer sense"
    assert lines[0].search == "ad"
    assert "A-FIB" in [line.typed for line in shown(model)]


@pytest.mark.slow
def test_part_of_a_word_has_its_position(model: LexiconModel) -> None:
    rules = {line.typed: line for line in shown(model) if line.kind is LineKind.SPELLING}
    assert rules["…aemia"].read_as == "…emia"
    assert rules["…aemia"].remark == "at the end of a word"
    assert rules["…aemia"].search == "aemia"
    assert "aluminium" in rules


@pytest.mark.slow
def test_ignored_word_has_its_weight(model: LexiconModel) -> None:
    expected = {line.typed: line.read_as for line in shown(model) if line.kind is LineKind.IGNORED}
    assert expected["disease"] == "counts 30% of another word"
    assert expected["of"] == "may be left out"


@pytest.mark.slow
def test_lines_that_begin_with_what_is_typed_come_first(model: LexiconModel) -> None:
    model.filter("heart", None)
    lines = shown(model)
    begins = [line.typed.startswith("heart") for line in lines]
    assert begins[0]
    assert not begins[-1]
    assert all(before or not after for before, after in pairwise(begins))
    assert all("heart" in " ".join((line.typed, line.read_as, line.remark)).lower() for line in lines)


@pytest.mark.slow
def test_words_are_found_in_any_order_and_column(model: LexiconModel) -> None:
    model.filter("infarction attack", None)
    assert "heart attack" in [line.typed for line in shown(model)]


@pytest.mark.slow
def test_model_has_no_data_beyond_its_rows(model: LexiconModel) -> None:
    model.filter("qqqq", None)
    assert model.rowCount() == 0
    assert model.line(0) is None
    assert model.data(model.index(0, 0)) is None


@pytest.mark.slow
def test_box_has_the_focus_and_narrows_the_table(view: LexiconView) -> None:
    assert view.box.hasFocus()
    everything = view.model.rowCount()
    QTest.keyClicks(view.box, "chf")
    assert 0 < view.model.rowCount() < everything
    assert view.model.index(0, Column.READ_AS).data() == "congestive heart failure"
    assert view.all_chip.count == f"{view.model.rowCount()}"


@pytest.mark.slow
def test_chip_toggles_a_single_table(view: LexiconView) -> None:
    everything = view.model.rowCount()
    view.chips[LineKind.SPELLING].click()
    assert {line.kind for line in shown(view.model)} == {LineKind.SPELLING}
    assert view.chips[LineKind.SPELLING].isChecked()
    assert not view.all_chip.isChecked()
    view.chips[LineKind.SPELLING].click()
    assert view.model.rowCount() == everything
    assert view.all_chip.isChecked()


@pytest.mark.slow
def test_enter_in_the_box_searches_for_the_current_line(window: Window, view: LexiconView, qtbot: QtBot) -> None:
    QTest.keyClicks(view.box, "heart at")
    QTest.keyClick(view.box, Qt.Key.Key_Down)
    QTest.keyClick(view.box, Qt.Key.Key_Up)
    assert view.box.hasFocus()
    QTest.keyClick(view.box, Qt.Key.Key_Return)
    assert not view.isVisible()
    assert window.search_bar.text() == "heart attack"
    qtbot.waitUntil(lambda: window.results.answer is not None and bool(window.results.answer.hits))
    row = window.results.current_row()
    assert row is not None
    assert row.code == "I21.9"


@pytest.mark.slow
def test_double_click_on_a_line_searches_for_it(window: Window, view: LexiconView) -> None:
    QTest.keyClicks(view.box, "nstemi")
    area = view.table.visualRect(view.model.index(0, Column.READ_AS))
    # A double click is one on what a click has chosen.
    for act in (QTest.mouseClick, QTest.mouseDClick):
        act(
            view.table.viewport(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            area.center(),
        )
    assert window.search_bar.text() == "nstemi"


@pytest.mark.slow
def test_enter_in_the_table_searches_too(window: Window, view: LexiconView) -> None:
    QTest.keyClicks(view.box, "copd")
    view.table.setFocus()
    QTest.keyClick(view.table, Qt.Key.Key_Return)
    assert window.search_bar.text() == "copd"


@pytest.mark.slow
def test_enter_without_a_line_does_nothing(window: Window, view: LexiconView) -> None:
    stood = view.table.geometry()
    QTest.keyClicks(view.box, "qqqq")
    QApplication.processEvents()
    assert [label.text()[:7] for label in view.table.findChildren(QLabel) if label.isVisible()] == ["No abbr"]
    assert view.table.geometry() == stood
    assert not view.search_button.isEnabled()
    QTest.keyClick(view.box, Qt.Key.Key_Return)
    assert view.isVisible()
    assert window.search_bar.text() == ""


def test_window_reopens_unchanged(window: Window, view: LexiconView) -> None:
    QTest.keyClicks(view.box, "gallbladder")
    left = view.model.rowCount()
    QTest.keyClick(view.box, Qt.Key.Key_Escape)
    assert not view.isVisible()
    window.actions_by_name["lexicon"].trigger()
    assert window.findChildren(LexiconView) == [view]
    assert (view.box.text(), view.model.rowCount()) == ("gallbladder", left)
    assert view.box.selectedText() == "gallbladder"


@pytest.mark.slow
@pytest.mark.parametrize("steps", [0, 5])
def test_everything_fits_at_any_size(window: Window, view: LexiconView, steps: int) -> None:
    window.appearance.zoom_by(steps)
    view.resize(view.minimumSize())
    chips = [view.all_chip, *view.chips.values()]
    for left, right in pairwise(chips):
        assert left.width() >= left.sizeHint().width()
        assert left.geometry().right() < right.geometry().left()
    assert chips[-1].geometry().right() < view.width()
    assert view.table.viewport().height() >= 2 * view.table.rowHeight(0)


@pytest.mark.slow
def test_another_library_is_read_when_the_window_is_shown(window: Window, view: LexiconView) -> None:
    view.model.set_lines(())
    assert view.model.rowCount() == 0
    view.refresh()
    assert view.model.rowCount() > 0
    view.close()
    view.model.set_lines(())
    view.refresh()
    assert view.model.rowCount() == 0
    window.actions_by_name["lexicon"].trigger()
    assert view.model.rowCount() > 0


def test_the_menu_of_a_line_shows_an_ampersand_as_typed(view: LexiconView) -> None:
    view.box.setText("d&c")
    row = view.table.visualRect(view.model.index(0, Column.TYPED))
    view.table.customContextMenuRequested.emit(row.center())
    (menu,) = view.findChildren(QMenu)
    assert menu.actions()[0].text() == "Search for “d&&c”"
    menu.close()
