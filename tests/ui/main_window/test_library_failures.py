"""A library that is damaged, cut off, overwritten, replaced or deleted under the window: nothing of it stays."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.intake.damage import CheckedDatabase
from app.library.checksums import add_checksums
from app.library.open import CODE_DATABASE, UNREADABLE
from app.paths import library_folder
from app.search.answer import Answer
from app.ui.main_window.damage_check import DamageCheck
from app.ui.main_window.window import Window
from tests.ui.conftest import MakeWindow
from tests.ui.libraries import RENAMED, Libraries, make_newer

Ask = Callable[[Window, str], Answer]
Change = Callable[[Path, Libraries], None]


@pytest.fixture(scope="module")
def libraries(library_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Libraries:
    return make_newer(library_path, tmp_path_factory.mktemp("libraries"))


@pytest.fixture
def path(library_path: Path, tmp_path: Path) -> Path:
    """A copy of the real library that a test may damage."""
    copy = tmp_path / "copy.db"
    shutil.copy(library_path, copy)
    add_checksums(copy)
    return copy


@pytest.fixture
def window(open_window: MakeWindow, path: Path) -> Window:
    """A window on that copy, as `--db` opens it."""
    return open_window(database=path)


def fail_to_answer(window: Window, text: str, qtbot: QtBot) -> str:
    """Type a text; return the sentence that stands in the list when its search has failed."""
    with qtbot.waitSignal(window.search_worker.failed):
        window.search_bar.box.setText(text)
    return failure(window)


def failure(window: Window) -> str:
    label = window.results.findChild(QLabel, "search_failure")
    assert label is not None
    return label.text() if window.results.has_failed and label.isVisible() else ""


def copied(window: Window) -> str:
    QApplication.clipboard().clear()
    window.actions_by_name["copy_code"].trigger()
    return QApplication.clipboard().text()


def assert_cleared(window: Window) -> None:
    """Nothing of a library stands in the window, or can be copied."""
    assert window.results.model.rowCount() == 0
    assert window.results.answer is None
    assert window.panels.navigation.node is None
    assert window.panels.code_panel.current() is None
    assert window.panels.code_panel.page.toPlainText().strip() == ""
    assert window.windowTitle() == "Codarium"
    assert " ms" not in window.status_bar.text()
    assert [chip.count for chip in window.search_bar.chips.values() if chip.count] == []
    assert copied(window) == ""


def fill_with_noise(path: Path, _libraries: Libraries) -> None:
    with path.open("r+b") as file:
        size = path.stat().st_size
        file.seek(4096)
        file.write(os.urandom(size - 4096))


def truncate(path: Path, _libraries: Libraries) -> None:
    os.truncate(path, 8192)


def delete(path: Path, _libraries: Libraries) -> None:
    path.unlink()


def overwrite(path: Path, libraries: Libraries) -> None:
    content = libraries.newer.read_bytes()
    with path.open("r+b") as file:
        file.write(content)
        file.truncate()


def replace(path: Path, libraries: Libraries) -> None:
    aside = path.with_suffix(".new")
    shutil.copy(libraries.newer, aside)
    os.replace(aside, path)  # noqa: PTH105 - the same call as the program's


@pytest.mark.parametrize("break_file", [fill_with_noise, truncate, delete])
def test_a_sentence_stands_in_place_of_everything_every_time(
    window: Window, ask: Ask, path: Path, libraries: Libraries, break_file: Change, qtbot: QtBot
) -> None:
    assert ask(window, "gout").hits
    assert copied(window) == "M10"
    whole = path.read_bytes()
    break_file(path, libraries)
    # The first letters may be answered from what was read before, with a file that is there no longer as it was.
    for text in ("heart attack", "heart attac", "gout", "E11.9"):
        sentence = fail_to_answer(window, text, qtbot)
        assert str(path) in sentence
        assert "open_again" in sentence
        assert_cleared(window)
    path.write_bytes(whole)
    with qtbot.waitSignal(window.library_switch.switched):
        fail_to_answer(window, "E11.4", qtbot)
    qtbot.waitUntil(lambda: window.results.answer is not None)
    assert ask(window, "E11.40").hits[0].node.code == "E11.40"
    window.panels.navigation.show_pending()
    assert copied(window) == "E11.40"
    assert not failure(window)


@pytest.mark.parametrize("change_file", [overwrite, replace])
def test_another_library_in_the_same_file_is_opened_by_itself(
    window: Window, ask: Ask, path: Path, libraries: Libraries, change_file: Change, qtbot: QtBot
) -> None:
    ask(window, "E11.43")
    change_file(path, libraries)
    with qtbot.waitSignal(window.library_switch.switched):
        window.search_bar.box.setText("E11.4")
    assert ask(window, "E11.43").hits[0].node.title == RENAMED
    assert RENAMED in window.panels.code_panel.page.toPlainText()


@pytest.mark.parametrize("change_file", [overwrite, replace])
def test_a_changed_file_is_noticed_when_the_window_is_activated(
    window: Window, ask: Ask, path: Path, libraries: Libraries, change_file: Change, qtbot: QtBot
) -> None:
    ask(window, "E11.43")
    change_file(path, libraries)
    with qtbot.waitSignal(window.library_switch.switched):
        QCoreApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))
    qtbot.waitUntil(lambda: RENAMED in window.panels.code_panel.page.toPlainText())
    # What is copied is the code of the new answer, once it is there.
    qtbot.waitUntil(lambda: copied(window) == "E11.43")


@pytest.mark.parametrize("break_file", [truncate, delete])
def test_a_lost_file_is_noticed_when_the_window_is_activated(
    window: Window, ask: Ask, path: Path, libraries: Libraries, break_file: Change
) -> None:
    ask(window, "gout")
    break_file(path, libraries)
    QCoreApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))
    assert str(path) in failure(window)
    assert_cleared(window)


def test_the_link_below_the_sentence_opens_the_code_sets_again(
    window: Window, ask: Ask, path: Path, libraries: Libraries, qtbot: QtBot
) -> None:
    ask(window, "gout")
    whole = path.read_bytes()
    truncate(path, libraries)
    fail_to_answer(window, "heart attack", qtbot)
    path.write_bytes(whole)
    label = window.results.findChild(QLabel, "search_failure")
    assert label is not None
    with qtbot.waitSignal(window.library_switch.switched):
        label.linkActivated.emit("open_again")
    qtbot.waitUntil(lambda: window.results.answer is not None)
    assert window.results.answer is not None
    assert window.results.answer.question.text == "heart attack"


def test_an_unreadable_page_is_not_left_beside_its_row(
    window: Window, ask: Ask, path: Path, libraries: Libraries, qtbot: QtBot
) -> None:
    ask(window, "gout")
    row = window.results.model.row(3)
    assert row is not None
    assert row.node is not None
    with qtbot.waitSignal(window.panels.navigation.library_failed):
        # As if the page could not be read: its table is not there for the window's connection.
        connection = window.library_switch.current.connection
        connection.execute("PRAGMA query_only = 0")
        connection.execute("CREATE TEMP TABLE note (id)")
        window.panels.navigation.open(row.node.id)
    assert "cannot be read" in failure(window)
    assert_cleared(window)


def flip(path: Path, text: bytes) -> None:
    """Flip one bit of the last letter of a text, and leave size, inode and time of the file as they were."""
    place, before = path.read_bytes().index(text) + len(text) - 1, path.stat()
    with path.open("r+b") as file:
        file.seek(place)
        file.write(bytes([text[-1] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_code_whose_page_cannot_be_read_is_not_copied(
    window: Window, ask: Ask, path: Path, libraries: Libraries
) -> None:
    ask(window, "gout")
    fill_with_noise(path, libraries)
    # Its page is still to come when the code is copied.
    QTest.keyClick(window.search_bar.box, Qt.Key.Key_Down)
    QTest.keyClick(window.search_bar.box, Qt.Key.Key_Down)
    assert window.panels.navigation.node is not None
    assert copied(window) == ""
    assert str(path) in failure(window)
    assert_cleared(window)


def test_a_flipped_bit_is_found_while_the_program_is_idle(window: Window, ask: Ask, path: Path, qtbot: QtBot) -> None:
    ask(window, "gout")
    flip(path, b"Type 2 diabetes mellitus without complications")
    with qtbot.waitSignal(window.damage_check.damaged, timeout=60_000):
        window.damage_check.start()
    assert f"The code database {path.name} is damaged" in window.status_bar.text()
    shutil.copy(path, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)
    with qtbot.waitSignal(window.library_switch.switched):
        window.library_switch.check()
    assert "is damaged" not in window.status_bar.text()


def test_the_warning_names_the_file_whatever_its_folder_is_called(window: Window, tmp_path: Path) -> None:
    damaged = CheckedDatabase(tmp_path / "a (b): c" / "library-1.db", CODE_DATABASE)
    error = damaged.kind.damage(damaged.path, ValueError("bytes 0 to 65,535"))
    window.damage_check.damaged.emit(damaged, error)
    assert "The code database library-1.db is damaged" in window.status_bar.text()
    assert "bytes" not in window.status_bar.text()
    assert " (b)" not in window.status_bar.text()


class DamagedDatabase(CheckedDatabase):
    """One in which damage is found at once."""

    def blocks(self) -> Iterator[int]:
        raise self.kind.damage(self.path, ValueError("no sums"))
        yield 0


@pytest.fixture
def found(path: Path) -> Iterator[tuple[DamageCheck, list[object]]]:
    """A check that finds damage at once, and the databases that it has reported."""
    check = DamageCheck(lambda: [DamagedDatabase(path, CODE_DATABASE)], delay=600_000)
    reported: list[object] = []

    def report(database: object, _error: object) -> None:
        reported.append(database)

    check.damaged.connect(report)
    yield check, reported
    check.close()


def test_damage_that_is_found_is_reported(found: tuple[DamageCheck, list[object]], qtbot: QtBot) -> None:
    check, reported = found
    with qtbot.waitSignal(check.damaged):
        check.start()
    assert len(reported) == 1


@pytest.mark.parametrize("end", [DamageCheck.close, DamageCheck.start_later])
def test_what_a_check_found_before_its_end_is_not_reported(
    found: tuple[DamageCheck, list[object]], end: Callable[[DamageCheck], None], qtbot: QtBot
) -> None:
    check, reported = found
    check.start()
    # The thread is over after this, and what it has found waits for the event loop.
    end(check)
    QCoreApplication.processEvents()
    assert reported == []
    with qtbot.waitSignal(check.damaged):
        check.start()
    assert len(reported) == 1


def test_a_library_that_is_as_it_was_made_is_not_reported(path: Path, qtbot: QtBot) -> None:
    from app.main import databases

    check = DamageCheck(lambda: databases(path), delay=0)
    reported: list[object] = []

    def report(database: object, _error: object) -> None:
        reported.append(database)

    check.damaged.connect(report)
    check.start_later()
    qtbot.waitUntil(lambda: check.is_done, timeout=60_000)
    check.close()
    QCoreApplication.processEvents()
    assert reported == []


@pytest.mark.slow
def test_a_damaged_library_of_the_user_is_made_again(
    open_window: MakeWindow, ask: Ask, library_path: Path, qtbot: QtBot
) -> None:
    folder = library_folder()
    folder.mkdir()
    damaged = folder / "library-1.db"
    shutil.copy(library_path, damaged)
    add_checksums(damaged)
    (folder / "files").mkdir()
    window = open_window()
    with qtbot.waitSignal(window.library_switch.switched):
        window.library_switch.check()
    assert window.library_switch.current.path == damaged
    ask(window, "gout")
    flip(damaged, b"Type 2 diabetes mellitus without complications")
    with qtbot.waitSignal(window.library_switch.switched, timeout=120_000):
        window.damage_check.start()
    assert window.library_switch.current.path == library_path
    assert not damaged.exists()
    assert "is damaged" not in window.status_bar.text()
    assert ask(window, "E11.9").hits[0].node.title == "Type 2 diabetes mellitus without complications"


def test_every_failed_search_is_logged_and_none_opens_a_dialog(
    window: Window, ask: Ask, path: Path, libraries: Libraries, qtbot: QtBot, tmp_path: Path
) -> None:
    from app.ui.dialogs.error_reporter import LOG_NAME, ErrorLog, ErrorReporter

    reporter = ErrorReporter(ErrorLog(tmp_path))
    reporter.set_window(window)
    window.library_failures.failed.connect(reporter.report)
    ask(window, "gout")
    truncate(path, libraries)
    for text in ("heart attack", "heart attac"):
        fail_to_answer(window, text, qtbot)
    QCoreApplication.processEvents()
    entries = (tmp_path / LOG_NAME).read_text().split("Traceback")[1:]
    # A page that is read meanwhile is logged too.
    assert len([entry for entry in entries if "search_worker.py" in entry]) == 2
    assert [widget for widget in QApplication.topLevelWidgets() if widget.objectName() == "error_dialog"] == []


def test_a_page_that_cannot_be_read_is_logged_as_a_search_is(window: Window, ask: Ask, tmp_path: Path) -> None:
    from app.ui.dialogs.error_reporter import LOG_NAME, ErrorLog, ErrorReporter

    reporter = ErrorReporter(ErrorLog(tmp_path))
    window.library_failures.failed.connect(reporter.report)
    answer = ask(window, "gout")
    connection = window.library_switch.current.connection
    connection.execute("PRAGMA query_only = 0")
    connection.execute("CREATE TEMP TABLE note (id)")
    window.panels.navigation.open(answer.hits[3].node.id)
    assert "cannot be read" in failure(window)
    assert "sqlite3.OperationalError" in (tmp_path / LOG_NAME).read_text()
    # Shown in the window: no dialog says the same.
    QCoreApplication.processEvents()
    assert [widget for widget in QApplication.topLevelWidgets() if widget.objectName() == "error_dialog"] == []


def test_a_failed_read_elsewhere_is_shown_too(window: Window, ask: Ask, tmp_path: Path, qtbot: QtBot) -> None:
    from app.ui.dialogs.error_reporter import ErrorLog, ErrorReporter

    reporter = ErrorReporter(ErrorLog(tmp_path))
    reporter.database_failed.connect(window.library_failures.library_failed)
    ask(window, "gout")
    error = sqlite3.DatabaseError("database disk image is malformed")
    reporter._report_python_error(type(error), error, None)  # pyright: ignore[reportPrivateUsage]  as sys.excepthook
    assert "cannot be read (database disk image is malformed)" in failure(window)
    assert_cleared(window)


@pytest.mark.parametrize(
    "error", [sqlite3.DatabaseError("malformed"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")]
)
def test_every_error_of_an_unreadable_library_is_shown_as_one(window: Window, ask: Ask, error: Exception) -> None:
    assert isinstance(error, UNREADABLE)
    ask(window, "gout")
    window.library_failures.library_failed(error)
    assert escape(f"cannot be read ({error})") in failure(window)
    # One that was named by --db is not made again.
    assert "start Codarium with another file" in failure(window)
    assert_cleared(window)
