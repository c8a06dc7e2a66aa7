"""The whole window: typing, arrow keys, panels that follow each other, saved state."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.codes.node import Node
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.notebook.notebook import Notebook
from app.search.answer import Answer
from app.ui.dialogs.command_palette import ACTION_ROLE, PaletteModel
from app.ui.main_window.navigation import PAGE_DELAY_MS, REPEAT_MS
from app.ui.main_window.window import Window
from app.ui.results.results_model import RowKind
from app.ui.widgets.color_scheme import DARK, LIGHT

Ask = Callable[[Window, str], Answer]
Find = Callable[[str], Node]
MakeWindow = Callable[..., Window]
Key = Qt.Key


def press(window: Window, key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key in the focused widget, as the desktop does."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key, modifier)
    window.panels.navigation.show_pending()


def do(window: Window, name: str) -> None:
    """Trigger an action."""
    window.actions_by_name[name].trigger()
    window.panels.navigation.show_pending()


def shown(window: Window) -> str:
    """Return the code on the page."""
    node = window.panels.code_panel.current()
    return node.code if node else ""


def rows(window: Window) -> list[str]:
    """Return the codes in the list."""
    model = window.results.model
    rows_in_list = (model.row(number) for number in range(model.rowCount()))
    return [row.code for row in rows_in_list if row is not None]


def test_the_box_has_the_focus_from_the_start(window: Window) -> None:
    assert QApplication.focusWidget() is window.search_bar.box


def test_typing_shows_results_and_the_first_ones_page(window: Window, ask: Ask) -> None:
    answer = ask(window, "e1140")
    assert rows(window) == [hit.node.code for hit in answer.hits]
    assert rows(window)[0] == "E11.40"
    assert shown(window) == "E11.40"
    assert QApplication.focusWidget() is window.search_bar.box


def test_the_page_waits_for_the_list_after_an_answer_and_follows_an_arrow_at_once(
    window: Window, ask: Ask, qtbot: QtBot
) -> None:
    ask(window, "e1140")
    moments: dict[str, float] = {}
    window.search_controller.answered.connect(lambda: moments.setdefault("answer", time.monotonic()))
    window.panels.navigation.node_shown.connect(lambda: moments.setdefault("page", time.monotonic()))
    window.search_bar.box.setText("j18")
    qtbot.waitUntil(lambda: "page" in moments)
    # A timer of Qt may be a twentieth early.
    assert moments["page"] - moments["answer"] > 0.9 * PAGE_DELAY_MS / 1000
    # Only time can pass: the next key counts as pressed at leisure after this pause.
    qtbot.wait(REPEAT_MS + 10)
    moments.clear()
    QTest.keyClick(window.search_bar.box, Key.Key_Down)
    QApplication.processEvents()
    assert "page" in moments


def test_letters_typed_one_by_one_end_with_the_whole_words_answer(window: Window, qtbot: QtBot) -> None:
    QTest.keyClicks(window.search_bar.box, "nstemi")
    qtbot.waitUntil(lambda: window.results.answer is not None and window.results.answer.question.text == "nstemi")
    assert "I21.4" in rows(window)


def test_arrows_move_through_results_while_the_box_keeps_the_focus(window: Window, ask: Ask) -> None:
    ask(window, "dm2 neuropathy")
    second = rows(window)[1]
    press(window, Key.Key_Down)
    assert shown(window) == second
    press(window, Key.Key_Up)
    assert shown(window) == rows(window)[0]
    press(window, Key.Key_Up)
    assert shown(window) == rows(window)[0]
    assert QApplication.focusWidget() is window.search_bar.box


def test_page_keys_move_by_the_rows_on_the_screen(window: Window, ask: Ask) -> None:
    ask(window, "fracture")
    press(window, Key.Key_PageDown)
    number = window.results.list.currentIndex().row()
    assert number > 3
    press(window, Key.Key_PageUp)
    assert window.results.list.currentIndex().row() == 0


def test_escape_from_a_page_that_hides_the_results_selects_nothing(open_window: MakeWindow, ask: Ask) -> None:
    window = open_window(size=QSize(560, 700))
    ask(window, "burn hand")
    press(window, Key.Key_Return)
    assert window.results.isHidden()
    press(window, Key.Key_Escape)
    assert window.search_bar.box.hasFocus()
    assert not window.results.isHidden()
    assert (window.search_bar.text(), window.search_bar.box.selectedText()) == ("burn hand", "")


def test_enter_goes_into_the_page_and_escape_comes_back_then_clears(window: Window, ask: Ask) -> None:
    ask(window, "e1140")
    press(window, Key.Key_Return)
    assert window.panels.code_panel.isAncestorOf(focus())
    press(window, Key.Key_Escape)
    assert focus() is window.search_bar.box
    assert window.search_bar.text() == "e1140"
    press(window, Key.Key_Escape)
    assert window.search_bar.text() == ""


def focus() -> QWidget:
    focused = QApplication.focusWidget()
    assert focused is not None
    return focused


def test_right_opens_a_row_only_where_the_caret_is_at_the_end(window: Window, ask: Ask, catalogue: Catalogue) -> None:
    ask(window, "s72.301")
    assert rows(window)[0] == "S72.301"
    before = len(rows(window))
    window.search_bar.box.setCursorPosition(2)
    press(window, Key.Key_Right)
    assert window.search_bar.box.cursorPosition() == 3
    assert len(rows(window)) == before
    window.search_bar.box.setCursorPosition(7)
    press(window, Key.Key_Right)
    assert rows(window)[1] == "S72.301A"


def test_left_closes_an_open_row_and_else_moves_the_caret(window: Window, ask: Ask) -> None:
    ask(window, "s72.301")
    before = rows(window)
    press(window, Key.Key_Right)
    press(window, Key.Key_Down)
    press(window, Key.Key_Down)
    assert shown(window) == "S72.301B"
    press(window, Key.Key_Left)
    assert rows(window) == before
    assert shown(window) == "S72.301"
    press(window, Key.Key_Left)
    assert window.search_bar.box.cursorPosition() == 6


def test_a_result_opens_its_branch_in_the_tree(window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "e1140")
    tree = window.panels.browse.tree
    qtbot.waitUntil(lambda: "E11.40" in str(tree.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)))


def test_a_node_of_the_tree_shows_its_codes_and_its_page(window: Window, catalogue: Catalogue, node: Find) -> None:
    window.panels.browse.node_chosen.emit(node("E11.4").id)
    assert shown(window) == "E11.4"
    assert rows(window) == [child.code for child in catalogue.children(node("E11.4").id)]


def test_a_code_of_the_tree_stands_among_its_siblings(window: Window, node: Find) -> None:
    window.panels.browse.node_chosen.emit(node("E11.42").id)
    row = window.results.current_row()
    assert row is not None
    assert row.code == "E11.42"
    assert "E11.41" in rows(window)


def test_a_code_right_below_its_code_set_stands_among_its_siblings(window: Window, catalogue: Catalogue) -> None:
    place = catalogue.find(System.POS, "11")
    assert place is not None
    window.panels.browse.node_chosen.emit(place.id)
    row = window.results.current_row()
    assert row is not None
    assert row.code == "11"
    assert rows(window) == [node.code for node in catalogue.roots(System.POS)]


def test_results_come_back_after_a_branch_of_the_tree(window: Window, ask: Ask, node: Find, qtbot: QtBot) -> None:
    answer = ask(window, "heart attack")
    window.panels.browse.node_chosen.emit(node("E11.4").id)
    with qtbot.waitSignal(window.search_controller.answered):
        window.results.header_link_clicked.emit()
    assert rows(window) == [hit.node.code for hit in answer.hits]


def test_a_code_whose_link_is_followed_at_once_was_read(window: Window, ask: Ask, node: Find) -> None:
    ask(window, "i50.9")
    press(window, Key.Key_Return)
    ask(window, "e1140")
    window.panels.code_panel.node_chosen.emit(node("E10.40").id)
    do(window, "back")
    assert shown(window) == "E11.40"
    do(window, "back")
    assert shown(window) == "I50.9"


def test_without_a_match_no_earlier_code_is_shown_or_copied(window: Window, ask: Ask) -> None:
    ask(window, "e1140")
    QApplication.clipboard().setText("before")
    window.search_bar.set_system(System.ICD10CM)
    assert not ask(window, "qqqzzz").hits
    assert shown(window) == ""
    assert "“qqqzzz”" in window.panels.code_panel.page.toPlainText()
    assert "ICD-10-PCS" not in window.panels.code_panel.page.toPlainText()
    assert not window.panels.code_panel.copy_button.isVisible()
    assert window.windowTitle() == "Codarium"
    do(window, "copy_code")
    assert QApplication.clipboard().text() == "before"
    assert not window.actions_by_name["copy_code_and_title"].isEnabled()
    ask(window, "e1141")
    assert shown(window) == "E11.41"
    ask(window, "qqqzzz")
    window.search_bar.box.clear()
    assert "Type what the chart says" in window.panels.code_panel.page.toPlainText()


def test_from_a_page_without_a_code_back_leads_to_the_last_one(window: Window, ask: Ask) -> None:
    ask(window, "e1140")
    press(window, Key.Key_Return)
    ask(window, "qqqzzz")
    do(window, "back")
    assert shown(window) == "E11.40"


def test_the_page_stays_while_typing_goes_on(window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "e1140")
    answers: list[Answer] = []
    window.search_controller.answered.connect(answers.append)
    window.search_bar.box.setText("qqqzzz")
    qtbot.waitUntil(lambda: bool(answers) and not answers[-1].hits)
    assert shown(window) == "E11.40"
    # Not even then is it what would be copied.
    assert window.panels.navigation.node is None
    qtbot.waitUntil(lambda: shown(window) == "")


def test_a_link_is_followed_and_back_leads_back(window: Window, ask: Ask, node: Find) -> None:
    ask(window, "e1140")
    press(window, Key.Key_Return)
    window.panels.code_panel.node_chosen.emit(node("E10.40").id)
    assert shown(window) == "E10.40"
    do(window, "back")
    assert shown(window) == "E11.40"
    do(window, "forward")
    assert shown(window) == "E10.40"


def test_back_from_a_code_that_was_only_passed_leads_to_the_last_one_read(window: Window, ask: Ask) -> None:
    ask(window, "e1140")
    press(window, Key.Key_Return)
    press(window, Key.Key_Escape)
    ask(window, "heart attack")
    do(window, "back")
    assert shown(window) == "E11.40"


def test_next_and_previous_code(window: Window, ask: Ask) -> None:
    ask(window, "e1141")
    do(window, "next_code")
    assert shown(window) == "E11.42"
    do(window, "previous_code")
    do(window, "previous_code")
    assert shown(window) == "E11.40"


def test_other_side_goes_round_all_sides(window: Window, ask: Ask) -> None:
    ask(window, "s72.301a")
    seen = [shown(window)]
    for _ in range(3):
        do(window, "counterpart")
        seen.append(shown(window))
    assert seen[0] == seen[3] == "S72.301A"
    assert set(seen) == {"S72.301A", "S72.302A", "S72.309A"}


@pytest.mark.parametrize(("code", "has_counterparts"), [("S72.301A", True), ("E11.9", False), ("E11.40", False)])
def test_other_side_is_offered_only_for_codes_with_one(
    window: Window, ask: Ask, code: str, has_counterparts: bool
) -> None:
    ask(window, code)
    assert shown(window) == code
    actions = window.actions_by_name
    # The menu shows the action itself; its key, and the list of the palette, depend on whether it is enabled.
    assert actions["counterpart"].isEnabled() == has_counterparts
    assert actions.has_key(QKeySequence("Ctrl+R")) == has_counterparts
    model = PaletteModel(actions.all())
    listed = [model.index(row).data(ACTION_ROLE) for row in range(model.rowCount())]
    assert (actions["counterpart"] in listed) == has_counterparts


def test_the_other_side_in_the_menu_of_a_row_opens_its_page(window: Window, ask: Ask) -> None:
    ask(window, "s72.301a")
    menu = window.results.row_menu(0)
    assert menu is not None
    next(action for action in menu.actions() if action.text() == "Other side: left S72.302A").trigger()
    assert shown(window) == "S72.302A"


def test_copying_takes_the_code_or_what_is_selected(window: Window, ask: Ask) -> None:
    ask(window, "e1140")
    press(window, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "E11.40"
    assert "Copied E11.40" in window.status_bar.text()
    window.search_bar.box.selectAll()
    press(window, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "e1140"
    press(window, Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.clipboard().text() == "E11.40 Type 2 diabetes mellitus with diabetic neuropathy, unspecified"


def test_code_is_copied_that_belongs_to_the_typed_text(window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "e1140")
    QApplication.clipboard().setText("before")
    window.search_bar.box.setText("i10")
    press(window, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "before", "the answer is not there yet"
    qtbot.waitUntil(lambda: QApplication.clipboard().text() == "I10", timeout=5000)
    window.search_bar.box.setText("e119")
    press(window, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    ask(window, "e1165")
    assert QApplication.clipboard().text() == "I10", "typing on calls it off"


def test_page_is_entered_that_belongs_to_the_typed_text(window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "e1140")
    window.search_bar.box.setText("i10")
    press(window, Key.Key_Return)
    qtbot.waitUntil(lambda: shown(window) == "I10", timeout=5000)
    assert not window.search_bar.box.hasFocus()


@pytest.mark.parametrize("text", ["E11.77", "99285", "99285 E11.40"])
def test_nothing_is_copied_before_a_row_is_chosen(window: Window, ask: Ask, text: str) -> None:
    ask(window, "e1140")
    QApplication.clipboard().setText("before")
    ask(window, text)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    for modifiers in (control, control | shift):
        press(window, Key.Key_C, modifiers)
        assert QApplication.clipboard().text() == "before"
        assert "Nothing copied" in window.status_bar.text()
    assert shown(window) == ""
    press(window, Key.Key_Down)
    press(window, Key.Key_C, control)
    assert QApplication.clipboard().text() == shown(window) != ""


@pytest.mark.parametrize(("before", "after"), [("E11.77", "e1140"), ("99285", ""), ("-femur", "femur")])
def test_that_nothing_was_copied_is_not_said_under_the_next_text(
    window: Window, ask: Ask, qtbot: QtBot, before: str, after: str
) -> None:
    ask(window, before)
    press(window, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "Nothing copied" in window.status_bar.text()
    window.search_bar.box.setText(after)
    qtbot.waitUntil(lambda: "Nothing copied" not in window.status_bar.text(), timeout=1000)


def test_what_was_copied_is_still_said_under_the_next_text(window: Window, ask: Ask) -> None:
    ask(window, "e1140")
    press(window, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    ask(window, "e1141")
    assert "Copied E11.40" in window.status_bar.text()
    # The user has gone on: it is not said under the text after that.
    ask(window, "gout")
    assert "Copied" not in window.status_bar.text()


def test_the_key_for_the_other_side_says_that_there_is_none(window: Window, ask: Ask) -> None:
    ask(window, "e119")
    press(window, Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert "E11.9 has no code for another side" in window.status_bar.text()
    ask(window, "s72.301a")
    assert "no code for another side" not in window.status_bar.text()
    press(window, Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert "no code for another side" not in window.status_bar.text()


def test_the_key_for_the_other_side_is_answered_without_a_page(window: Window, ask: Ask, qtbot: QtBot) -> None:
    press(window, Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert "No code is shown" in window.status_bar.text()
    window.resize(700, 600)
    ask(window, "e119")
    # The results have its place.
    qtbot.waitUntil(lambda: not window.panels.code_panel.isVisible())
    press(window, Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    notice = window.status_bar.findChild(QLabel, "notice")
    assert notice is not None
    assert notice.text() == "E11.9 has no code for another side"


def test_the_tree_selects_no_row_while_no_code_is_shown(window: Window, ask: Ask, qtbot: QtBot) -> None:
    tree = window.panels.browse.tree
    ask(window, "e1140")
    qtbot.waitUntil(lambda: bool(tree.selectedIndexes()))
    place = tree.currentIndex()
    ask(window, "99285")
    qtbot.waitUntil(lambda: not tree.selectedIndexes())
    assert tree.currentIndex() == place
    ask(window, "e1140")
    qtbot.waitUntil(lambda: tree.selectedIndexes() == [place])


def test_after_moving_on_selected_text_is_not_what_is_copied(window: Window, ask: Ask) -> None:
    ask(window, "dm2 neuropathy")
    window.search_bar.box.selectAll()
    press(window, Key.Key_Down)
    press(window, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == rows(window)[1]


def test_copying_works_from_the_page_too(window: Window, ask: Ask) -> None:
    ask(window, "e1140")
    press(window, Key.Key_Return)
    QApplication.clipboard().setText("")
    press(window, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "E11.40"


def test_a_code_set_is_one_key_away_and_again_all_of_them(window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "appendectomy")
    with qtbot.waitSignal(window.search_controller.answered):
        do(window, "system_icd10pcs")
    assert window.search_bar.filters().systems == {System.ICD10PCS}
    with qtbot.waitSignal(window.search_controller.answered):
        do(window, "system_icd10pcs")
    assert window.search_bar.filters().systems == frozenset()


def test_counts_stand_beside_the_code_sets(window: Window, ask: Ask) -> None:
    answer = ask(window, "appendectomy")
    assert window.search_bar.all_chip.count == str(answer.total)
    assert window.search_bar.chips[System.ICD10PCS].count == str(answer.by_system[System.ICD10PCS])
    window.search_bar.box.clear()
    assert window.search_bar.all_chip.count == ""


def test_a_search_can_be_limited_to_a_branch(window: Window, ask: Ask, node: Find, qtbot: QtBot) -> None:
    ask(window, "neuropathy")
    with qtbot.waitSignal(window.search_controller.answered):
        window.search_bar.set_within(node("13"))
    assert rows(window)
    assert all(code.startswith("M") for code in rows(window))
    assert "chapter 13" in window.search_bar.branch_chip.text()
    with qtbot.waitSignal(window.search_controller.answered):
        window.search_bar.branch_chip.click()
    assert window.search_bar.within is None


def test_search_within_a_code_takes_the_nearest_heading(window: Window, ask: Ask) -> None:
    ask(window, "e1140")
    do(window, "search_within")
    assert window.search_bar.within is not None
    assert window.search_bar.within.code == "E11.4"


def test_valid_only_drops_headings(window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "e11")
    assert "E11" in rows(window)
    with qtbot.waitSignal(window.search_controller.answered):
        do(window, "valid_only")
    assert "E11" not in rows(window)
    assert "E11.9" in rows(window)


def test_search_as_typed_ignores_abbreviations_and_synonyms(window: Window, ask: Ask, qtbot: QtBot) -> None:
    assert ask(window, "dm2 neuropathy").read_as
    with qtbot.waitSignal(window.search_controller.answered):
        window.results.header_link_clicked.emit()
    answer = window.results.answer
    assert answer is not None
    assert answer.question.as_typed
    assert not answer.read_as
    assert not ask(window, "dm2 neurop").question.as_typed


def test_without_a_match_the_list_gives_advice(window: Window, ask: Ask) -> None:
    answer = ask(window, "xqzzt qwjjx")
    assert not answer.hits
    page = window.findChild(QWidget, "no_results")
    assert page is not None
    assert page.isVisible()
    window.results.search_requested.emit("qwjjx")
    assert window.search_bar.text() == "qwjjx"


def test_every_example_under_an_empty_box_has_results(window: Window, ask: Ask) -> None:
    model = window.results.model
    found = [model.row(number) for number in range(model.rowCount())]
    examples = [row.code for row in found if row is not None and row.kind is RowKind.EXAMPLE]
    assert len(examples) >= 4
    for example in examples:
        assert ask(window, example).hits, example


def test_an_example_is_searched_by_enter(window: Window) -> None:
    press(window, Key.Key_Down)
    row = window.results.current_row()
    assert row is not None
    press(window, Key.Key_Return)
    assert window.search_bar.text() == row.code
    assert focus() is window.search_bar.box


def test_recent_codes_are_listed_under_an_empty_box(window: Window, ask: Ask) -> None:
    ask(window, "i21.4")
    press(window, Key.Key_Return)
    window.search_bar.box.clear()
    assert rows(window)[0] == "I21.4"
    window.left_column.show_page(1)
    assert window.panels.recent.model.rowCount() == 1


def test_passing_over_a_code_does_not_make_it_a_recent_one(window: Window, ask: Ask) -> None:
    ask(window, "dm2 neuropathy")
    press(window, Key.Key_Down)
    window.search_bar.box.clear()
    assert "E11.41" not in rows(window)


@pytest.mark.slow
def test_a_code_that_stays_on_the_page_is_recorded(window: Window, ask: Ask, qtbot: QtBot, own_home: Path) -> None:
    ask(window, "i21.4")
    other = Notebook(own_home)
    qtbot.waitUntil(lambda: [opened.code for opened in other.history.recent()] == ["I21.4"], timeout=4000)
    other.close()


def test_a_recent_code_that_is_not_loaded_is_marked(open_window: MakeWindow, own_home: Path) -> None:
    notebook = Notebook(own_home)
    notebook.history.record(System.ICD10CM, "E99.9", "A code of another year")
    notebook.close()
    window = open_window()
    row = window.results.model.row(0)
    assert row is not None
    assert (row.code, row.title, row.node) == ("E99.9", "A code of another year", None)
    assert "not in the loaded code sets" in row.reason
    press(window, Key.Key_Down)
    press(window, Key.Key_Return)
    assert focus() is window.search_bar.box


def test_recent_codes_can_be_cleared(window: Window, ask: Ask) -> None:
    ask(window, "i21.4")
    press(window, Key.Key_Return)
    do(window, "clear_recent_codes")
    window.search_bar.box.clear()
    assert "I21.4" not in rows(window)


def test_cleared_codes_are_in_no_file_when_the_window_is_closed(window: Window, ask: Ask, own_home: Path) -> None:
    def files() -> list[str]:
        return [path.name for path in own_home.rglob("*") if path.is_file() and b"I21.4" in path.read_bytes()]

    ask(window, "i21.4")
    press(window, Key.Key_Return)
    window.close()
    # The code on the page is in the settings too, to be shown again by the next start.
    assert {"codarium.ini", "notebook.db-wal"} <= set(files())
    do(window, "clear_recent_codes")
    window.close()
    window.finish()
    assert files() == []


def test_the_window_opens_on_a_query(open_window: MakeWindow, qtbot: QtBot) -> None:
    window = open_window("heart attack")
    qtbot.waitUntil(lambda: "I21" in " ".join(rows(window)), timeout=5000)
    assert window.search_bar.text() == "heart attack"


def test_all_choices_are_restored(open_window: MakeWindow, ask: Ask, node: Find) -> None:
    first = open_window()
    ask(first, "m79.7")
    press(first, Key.Key_Return)
    do(first, "zoom_in")
    do(first, "scheme_dark")
    first.search_bar.set_within(node("13"))
    first.search_bar.set_system(System.ICD10CM)
    first.search_bar.valid_only.setChecked(True)
    do(first, "toggle_tree")
    # No larger than the screen, or it would be fitted to that.
    first.resize(780, 640)
    first.close()
    again = open_window(size=None)
    assert again.size() == first.size()
    assert again.appearance.zoom == pytest.approx(1.1)
    assert again.appearance.scheme is DARK
    assert again.search_bar.system is System.ICD10CM
    assert again.search_bar.within == node("13")
    assert again.search_bar.valid_only.isChecked()
    assert again.column_folding.tree_hidden
    assert shown(again) == "M79.7"


def test_the_first_window_fills_a_screen_that_it_does_not_fit_on(open_window: MakeWindow) -> None:
    """Otherwise the frame would push the status bar off the screen."""
    window = open_window(size=None)
    assert window.isMaximized()
    assert window.screen().availableGeometry().contains(window.geometry())


def test_back_from_the_conventions_is_the_code_before_them(open_window: MakeWindow, ask: Ask) -> None:
    window = open_window()
    ask(window, "e1140")
    press(window, Key.Key_Return)
    do(window, "conventions")
    assert shown(window) == ""
    do(window, "back")
    assert shown(window) == "E11.40"


def test_coming_back_to_the_box_leaves_the_code_to_be_copied(open_window: MakeWindow, ask: Ask) -> None:
    window = open_window()
    ask(window, "e1140")
    press(window, Key.Key_Return)
    do(window, "clear_box")
    assert window.search_bar.box.hasFocus()
    assert window.search_bar.text() == "e1140"
    do(window, "copy_code")
    assert QApplication.clipboard().text() == "E11.40"


def test_enter_goes_into_the_page_as_it_stands(open_window: MakeWindow, ask: Ask) -> None:
    """It does not go back to the right leg after Ctrl+R has gone to the left one."""
    window = open_window()
    ask(window, "S72.301A")
    do(window, "counterpart")
    press(window, Key.Key_Return)
    assert shown(window) == "S72.302A"
    assert window.panels.code_panel.page.hasFocus()


@pytest.mark.slow
def test_two_windows_at_once_are_fine(open_window: MakeWindow, ask: Ask) -> None:
    one, two = open_window(), open_window()
    ask(one, "e1140")
    ask(two, "i21.4")
    assert (shown(one), shown(two)) == ("E11.40", "I21.4")
    do(one, "copy_code_and_title")
    do(two, "copy_code_and_title")
    assert "Not saved" not in two.status_bar.text()


def test_without_a_folder_the_window_tells_what_is_not_saved(open_window: MakeWindow, ask: Ask) -> None:
    window = open_window(folder=None)
    assert "Not saved: window, filters, zoom and recent codes" in window.status_bar.text()
    ask(window, "e1140")
    press(window, Key.Key_Return)
    window.search_bar.box.clear()
    assert rows(window)[0] == "E11.40"


def test_a_damaged_notebook_is_reported(open_window: MakeWindow, own_home: Path) -> None:
    (own_home / "notebook.db").write_bytes(b"no database at all, but long enough to look like a file" * 40)
    window = open_window()
    window.status_bar.resize(2000, window.status_bar.height())
    assert "renamed to" in window.status_bar.text()


def test_the_status_bar_names_the_releases(window: Window, catalogue: Catalogue) -> None:
    words = window.status_bar.text()
    for code_set in catalogue.code_sets():
        assert code_set.system.label in words
        assert code_set.ours or code_set.release in words


def test_the_tree_is_hidden_below_1100_pixels_and_a_key_shows_it(window: Window) -> None:
    window.resize(1200, 700)
    assert not window.left_column.isHidden()
    window.resize(1090, 700)
    assert window.left_column.isHidden()
    press(window, Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert not window.left_column.isHidden()
    window.resize(1200, 700)
    window.resize(1000, 700)
    assert window.left_column.isHidden()


def test_below_800_pixels_results_and_page_take_turns(window: Window, ask: Ask) -> None:
    window.resize(700, 600)
    ask(window, "e1140")
    assert window.results.isVisible()
    assert not window.panels.code_panel.isVisible()
    press(window, Key.Key_Return)
    assert not window.results.isVisible()
    assert window.panels.code_panel.isVisible()
    press(window, Key.Key_Escape)
    assert window.results.isVisible()
    assert window.search_bar.text() == "e1140"


def test_zoom_goes_in_and_out_and_back(window: Window) -> None:
    height = window.results.delegate.height_of
    row = window.results.model.row(0)
    assert row is not None
    before = height(row)
    do(window, "zoom_in")
    assert height(row) > before
    do(window, "zoom_out")
    do(window, "zoom_out")
    assert height(row) < before
    do(window, "zoom_reset")
    assert height(row) == before


def test_dark_and_light_can_be_chosen(window: Window) -> None:
    do(window, "scheme_dark")
    assert window.appearance.scheme is DARK
    assert window.palette().window().color().name() == DARK.ground
    do(window, "scheme_light")
    assert window.appearance.scheme is LIGHT
    assert window.grab().toImage().pixelColor(2, 200).name() == LIGHT.ground


def test_nothing_moves_sideways_while_typing(window: Window, ask: Ask, qtbot: QtBot) -> None:
    def places() -> list[int]:
        parts: list[QWidget] = [
            window.left_column,
            window.results,
            window.panels.code_panel,
            *window.search_bar.chips.values(),
        ]
        return [number for part in parts for number in (part.x(), part.width())]

    page = window.panels.code_panel
    # The page comes after the first picture, and is laid out a moment later.
    qtbot.waitUntil(lambda: page.width() == window.splitters.widths()[2])
    before = places()
    for text in ("f", "fracture", "fracture of femur", "xqzzt", "appendectomy", "dm2 neuropathy"):
        ask(window, text)
        assert places() == before, text


def test_a_new_answer_begins_at_its_first_row(window: Window, ask: Ask) -> None:
    ask(window, "fracture")
    window.results.page(1)
    window.results.page(1)
    assert window.results.list.verticalScrollBar().value() > 0
    ask(window, "diabetes")
    assert window.results.list.verticalScrollBar().value() == 0
    assert window.results.list.currentIndex().row() == 0


def test_every_widget_that_takes_the_focus_has_a_name(window: Window) -> None:
    nameless = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and not widget.accessibleName()
        and not getattr(widget, "text", str)()
        and widget.focusProxy() is None
        and not widget.objectName().startswith("qt_")
    ]
    assert nameless == []


def test_tab_leads_from_the_box_through_the_filters_to_the_results_and_the_page(window: Window, ask: Ask) -> None:
    ask(window, "dm2 neuropathy")
    order: list[QWidget] = []
    widget = window.search_bar.box.nextInFocusChain()
    while widget is not None and widget is not window.search_bar.box:
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            order.append(widget)
        widget = widget.nextInFocusChain()
    first = window.search_bar.chips[System.ICD10CM]
    last = window.left_column.tabs
    places = [order.index(part) for part in (first, window.search_bar.valid_only, window.results.list, last)]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["search_box", "results_list", "code_panel", "browse_tree", "status_bar"])
def test_the_parts_can_be_found_by_name(window: Window, name: str) -> None:
    assert window.findChild(QWidget, name) is not None


def test_the_models_pass_qts_tester_in_the_real_window(window: Window, ask: Ask) -> None:
    models = window.results.model, window.panels.recent.model
    testers = [QAbstractItemModelTester(model) for model in models]
    ask(window, "s72.301")
    press(window, Key.Key_Right)
    press(window, Key.Key_Left)
    window.left_column.show_page(1)
    window.search_bar.box.clear()
    assert testers


def test_conventions_are_shown(window: Window) -> None:
    do(window, "conventions")
    assert window.panels.code_panel.isAncestorOf(focus())


def test_the_search_box_does_not_take_a_shortcut_of_the_window(window: Window, ask: Ask) -> None:
    ask(window, "heart attack")
    window.search_bar.box.setCursorPosition(0)
    press(window, Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.search_bar.text() == "heart attack"
    palette = window.findChild(QWidget, "palette")
    assert palette is not None
    palette.close()


def test_editing_keys_work_in_the_search_box(window: Window) -> None:
    QTest.keyClicks(window.search_bar.box, "abc")
    press(window, Key.Key_Backspace)
    press(window, Key.Key_Home)
    press(window, Key.Key_Delete)
    assert window.search_bar.text() == "b"
    QTest.keySequence(window.search_bar.box, QKeySequence(QKeySequence.StandardKey.Undo))
    assert window.search_bar.text() != "b"
