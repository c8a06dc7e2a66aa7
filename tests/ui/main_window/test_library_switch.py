"""The switch to another library: typed text, page and visits stay, and nothing of the old library is left."""

import gc
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.codes.systems import System
from app.paths import library_folder
from app.search.answer import Answer
from app.ui.browse.browse_panel import BrowsePanel
from app.ui.main_window.navigation import PAGE_DELAY_MS
from app.ui.main_window.window import WINDOW_TITLE, Window
from tests.ui.libraries import GONE, MOVED, RELEASE, RENAMED, Libraries, make_newer

Ask = Callable[[Window, str], Answer]
MakeWindow = Callable[..., Window]
Bring = Callable[[Window, Path], None]


@pytest.fixture(scope="module")
def libraries(library_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Libraries:
    return make_newer(library_path, tmp_path_factory.mktemp("libraries"))


@pytest.fixture
def bring(qtbot: QtBot) -> Bring:
    """Make a library the user's newest, and let a window switch to it."""

    def bring_one(window: Window, library: Path) -> None:
        put(library)
        text = window.search_bar.text()
        with qtbot.waitSignal(window.library_switch.switched):
            window.library_switch.check()
        if text.strip():
            qtbot.waitUntil(lambda: window.results.answer is not None)

    return bring_one


def put(library: Path) -> Path:
    """Make a library the user's newest."""
    folder = library_folder()
    folder.mkdir(exist_ok=True)
    path = folder / f"library-{len(list(folder.iterdir())) + 1}.db"
    path.hardlink_to(library)
    return path


def open_files(folder: Path) -> list[str]:
    """Return the libraries of a folder that this process has open."""
    names: list[str] = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            target = link.readlink()
        except OSError:
            continue
        if target.is_relative_to(folder):
            names.append(target.name)
    return names


def read_code(window: Window) -> str:
    node = window.panels.code_panel.current()
    return node.code if node else ""


def test_the_codes_of_the_new_library_are_there_without_a_restart(
    window: Window, ask: Ask, libraries: Libraries, bring: Bring
) -> None:
    bring(window, libraries.newer)
    assert f"ICD-10-CM {RELEASE}" in window.status_bar.text()
    assert "ended 30 Sep 2026" not in window.status_bar.text()
    answer = ask(window, "E11.43")
    assert answer.hits[0].node.title == RENAMED
    assert read_code(window) == "E11.43"
    assert RENAMED in window.panels.code_panel.page.toPlainText()


def test_what_is_read_is_found_again_by_its_code(
    window: Window, ask: Ask, libraries: Libraries, bring: Bring, qtbot: QtBot
) -> None:
    ask(window, "e11.4")
    while read_code(window) != MOVED:
        window.results.step(1)
        window.panels.navigation.show_pending()
    before = window.panels.navigation.node
    bring(window, libraries.newer)

    def row_is_read() -> bool:
        row = window.results.current_row()
        return row is not None and row.node == window.panels.navigation.node

    qtbot.waitUntil(row_is_read, timeout=5000)
    after = window.panels.navigation.node
    assert before is not None
    assert after is not None
    assert (after.code, read_code(window)) == (MOVED, MOVED)
    assert after.id != before.id
    tree_node = window.panels.browse.current()
    assert tree_node is None or tree_node.code == MOVED


@pytest.mark.slow
def test_what_is_typed_stays_and_is_asked_again(window: Window, ask: Ask, libraries: Libraries, bring: Bring) -> None:
    ask(window, "diabetic mononeuropathy")
    window.search_bar.box.setCursorPosition(4)
    bring(window, libraries.newer)
    answer = window.results.answer
    assert answer is not None
    assert answer.question.text == window.search_bar.text() == "diabetic mononeuropathy"
    assert QApplication.focusWidget() is window.search_bar.box
    assert window.search_bar.box.cursorPosition() == 4


def test_the_list_keeps_its_place_and_its_open_rows(
    window: Window, ask: Ask, libraries: Libraries, bring: Bring
) -> None:
    window.resize(1440, 460)
    ask(window, "s72.301")
    window.results.open_current()
    window.results.step(12)
    place, row = window.results.list.verticalScrollBar().value(), window.results.current_row()
    assert place > 0
    bring(window, libraries.newer)
    after = window.results.current_row()
    assert row is not None
    assert after is not None
    assert after.code == row.code
    assert window.results.list.verticalScrollBar().value() == place


def test_the_page_goes_on_with_a_row_that_the_new_answer_lacks(
    window: Window, ask: Ask, libraries: Libraries, bring: Bring, qtbot: QtBot
) -> None:
    ask(window, "e11.40")
    window.search_bar.box.setText("i50.9")
    bring(window, libraries.newer)
    qtbot.waitUntil(lambda: read_code(window) == "I50.9")
    row = window.results.current_row()
    assert row is not None
    assert row.code == "I50.9"


def test_a_page_that_went_on_by_a_link_stays(
    window: Window, ask: Ask, libraries: Libraries, bring: Bring, qtbot: QtBot
) -> None:
    ask(window, "i50.9")
    node = window.catalogue.find(System.ICD10CM, MOVED)
    assert node is not None
    window.panels.code_panel.node_chosen.emit(node.id)
    with qtbot.waitSignal(window.search_controller.answered):
        bring(window, libraries.newer)
    # Nothing more is to happen: a page that follows the first row of an answer does so within this time.
    qtbot.wait(3 * PAGE_DELAY_MS)
    assert read_code(window) == MOVED
    row = window.results.current_row()
    assert row is not None
    assert row.code == "I50.9"


def test_a_code_no_longer_loaded_is_reported(window: Window, ask: Ask, libraries: Libraries, bring: Bring) -> None:
    ask(window, "e11.41")
    window.search_bar.box.clear()
    assert read_code(window) == GONE
    window.status_bar.resize(3000, window.status_bar.height())
    bring(window, libraries.newer)
    assert read_code(window) == ""
    assert f"{GONE} is not in the code sets" in window.status_bar.text()


def test_no_code_is_named_once_the_one_on_the_page_is_gone(window: Window, libraries: Libraries, bring: Bring) -> None:
    node = window.catalogue.find(System.ICD10CM, GONE)
    assert node is not None
    window.panels.navigation.open(node.id)
    assert GONE in window.windowTitle()
    bring(window, libraries.newer)
    assert read_code(window) == ""
    assert window.windowTitle() == WINDOW_TITLE
    assert not window.actions_by_name["copy_code_and_title"].isEnabled()


def test_visits_are_kept_except_to_codes_that_are_not_loaded_any_more(
    window: Window, libraries: Libraries, bring: Bring
) -> None:
    navigation = window.panels.navigation
    for code in (MOVED, GONE, "E11.43"):
        node = window.catalogue.find(System.ICD10CM, code)
        assert node is not None
        navigation.open(node.id)
    bring(window, libraries.newer)
    assert read_code(window) == "E11.43"
    window.actions_by_name["back"].trigger()
    assert read_code(window) == MOVED
    window.actions_by_name["forward"].trigger()
    assert read_code(window) == "E11.43"


@pytest.mark.slow
def test_filters_and_the_branch_stay(window: Window, libraries: Libraries, bring: Bring, ask: Ask) -> None:
    chapter = window.catalogue.find(System.ICD10CM, "4")
    window.search_bar.set_system(System.ICD10CM)
    window.search_bar.set_within(chapter)
    window.search_bar.valid_only.setChecked(True)
    ask(window, "neuropathy")
    bring(window, libraries.newer)
    assert window.search_bar.within == window.catalogue.find(System.ICD10CM, "4")
    assert window.search_bar.system is System.ICD10CM
    assert window.search_bar.valid_only.isChecked()


def test_a_branch_of_the_tree_stays_in_the_list_and_the_tree_stays_open(
    window: Window, libraries: Libraries, bring: Bring
) -> None:
    node = window.catalogue.find(System.ICD10CM, "E11.4")
    assert node is not None
    window.panels.browse.reveal(node.id)
    window.panels.browse.node_chosen.emit(node.id)
    window.panels.browse.tree.setFocus()
    bring(window, libraries.newer)
    first = window.results.model.row(0)
    assert first is not None
    assert first.code == "E11.42"
    panel = window.panels.browse
    assert QApplication.focusWidget() is panel.tree
    heading = window.catalogue.find(System.ICD10CM, "E11.4")
    assert panel.current() == heading
    assert panel.tree.isExpanded(panel.tree.currentIndex().parent())


def test_the_sections_of_a_code_set_stay_listed(window: Window, libraries: Libraries, bring: Bring) -> None:
    window.actions_by_name["learn_pcs"].trigger()
    rows = window.results.model.rowCount()
    assert rows == 17
    assert read_code(window) == "0"
    bring(window, libraries.newer)
    assert window.results.model.rowCount() == rows


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="tells open files by /proc")
def test_twenty_switches_leave_nothing_behind(
    window: Window, ask: Ask, libraries: Libraries, bring: Bring, qtbot: QtBot
) -> None:
    ask(window, "dm2 neuropathy")
    bring(window, libraries.newer)
    qtbot.waitUntil(lambda: len(window.findChildren(BrowsePanel)) == 1)
    gc.collect()
    widgets, actions = len(window.findChildren(QWidget)), len(window.actions())
    for number in range(20):
        bring(window, libraries.newest if number % 2 else libraries.newer)
    qtbot.waitUntil(lambda: len(window.findChildren(BrowsePanel)) == 1)
    gc.collect()
    assert len(window.findChildren(QWidget)) == widgets
    assert len(window.findChildren(BrowsePanel)) == 1
    assert len(window.actions()) == actions
    assert set(open_files(library_folder())) == {window.library_switch.current.path.name}
    # What acts on a key acts once.
    window.actions_by_name["next_code"].trigger()
    first = read_code(window)
    window.actions_by_name["previous_code"].trigger()
    window.actions_by_name["next_code"].trigger()
    assert read_code(window) == first


def test_typing_on_while_the_engine_is_made_ends_with_the_last_words(
    window: Window, ask: Ask, libraries: Libraries, qtbot: QtBot
) -> None:
    ask(window, "heart")
    put(libraries.newer)
    window.library_switch.check()
    window.search_bar.box.setText("e11.43")
    qtbot.waitUntil(lambda: f"ICD-10-CM {RELEASE}" in window.status_bar.text())
    qtbot.waitUntil(
        lambda: window.results.answer is not None and window.results.answer.hits[0].node.title == RENAMED, timeout=5000
    )


@pytest.mark.slow
def test_another_window_notices_when_it_gets_the_focus(
    open_window: MakeWindow, libraries: Libraries, qtbot: QtBot
) -> None:
    first, second = open_window(), open_window()
    put(libraries.newer)
    with qtbot.waitSignal(first.library_switch.switched):
        first.activateWindow()
    assert first.library_switch.current.path != second.library_switch.current.path
    with qtbot.waitSignal(second.library_switch.switched):
        second.activateWindow()
    assert first.library_switch.current.path == second.library_switch.current.path


def test_a_damaged_library_is_ignored(window: Window, ask: Ask, qtbot: QtBot) -> None:
    library_folder().mkdir()
    (library_folder() / "library-1.db").write_bytes(b"SQLite format 3\x00" + bytes(2000))
    window.library_switch.check()
    # Nothing is to happen.
    qtbot.wait(50)
    assert ask(window, "e11.40").hits
    assert window.library_switch.current.path.name == "codes.db"


def test_an_engine_that_cannot_be_made_leaves_the_old_one(
    window: Window, ask: Ask, libraries: Libraries, qtbot: QtBot, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.db"
    shutil.copy(libraries.newer, broken)
    db = sqlite3.connect(broken)
    db.execute("DELETE FROM packed")
    db.commit()
    db.close()
    put(broken)
    with qtbot.waitSignal(window.library_switch.failed):
        window.library_switch.check()
    assert ask(window, "e11.40").hits
    assert window.library_switch.current.path.name == "codes.db"
