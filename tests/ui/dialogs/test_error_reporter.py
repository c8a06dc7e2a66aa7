"""An unexpected error is logged, the first one shown, and the window stays open."""

import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer, qWarning
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.ui.dialogs.error_reporter import LOG_BYTES, LOG_NAME, ErrorLog, ErrorReporter


@pytest.fixture
def reporter(qtbot: QtBot, tmp_path: Path) -> Iterator[ErrorReporter]:
    """Installed, with a window to stand before."""
    before = sys.excepthook, threading.excepthook
    made = ErrorReporter(ErrorLog(tmp_path))
    window = QWidget()
    window.setObjectName("owner")
    qtbot.addWidget(window)
    made.set_window(window)
    made.install()
    yield made
    made.uninstall()
    sys.excepthook, threading.excepthook = before
    for dialog in dialogs():
        dialog.close()


def dialogs() -> list[QDialog]:
    found = [widget for widget in QApplication.topLevelWidgets() if widget.objectName() == "error_dialog"]
    return [widget for widget in found if isinstance(widget, QDialog)]


def logged(folder: Path) -> str:
    return (folder / LOG_NAME).read_text(encoding="utf-8")


def fail(words: str) -> BaseException:
    try:
        raise ValueError(words)
    except ValueError as error:
        return error


def test_an_error_is_logged_with_its_trace_and_shown(reporter: ErrorReporter, tmp_path: Path, qtbot: QtBot) -> None:
    error = fail("a bad day")
    sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    assert "ValueError: a bad day" in logged(tmp_path)
    assert "in fail" in logged(tmp_path)


def test_details_can_be_copied(reporter: ErrorReporter, qtbot: QtBot) -> None:
    reporter.report(fail("copy me"))
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    button = dialogs()[0].findChild(QPushButton, "copy_details")
    assert button is not None
    button.click()
    assert "copy me" in QApplication.clipboard().text()
    assert "Qt 6" in QApplication.clipboard().text()


def test_only_the_first_error_is_shown(reporter: ErrorReporter, tmp_path: Path, qtbot: QtBot) -> None:
    for number in range(5):
        reporter.report(fail(f"number {number}"))
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    dialogs()[0].close()
    reporter.report(fail("number 5"))
    QApplication.processEvents()
    assert [dialog for dialog in dialogs() if dialog.isVisible()] == []
    assert logged(tmp_path).count("ValueError: number") == 6


def test_an_error_in_a_slot_leaves_the_event_loop_running(reporter: ErrorReporter, qtbot: QtBot) -> None:
    def broken() -> None:
        raise ZeroDivisionError("in a slot")

    with qtbot.captureExceptions() as caught:
        QTimer.singleShot(0, broken)
        qtbot.waitUntil(lambda: len(caught) == 1)
    later: list[int] = []
    QTimer.singleShot(0, lambda: later.append(1))
    qtbot.waitUntil(lambda: later == [1])


def test_error_in_a_thread_is_shown_too(reporter: ErrorReporter, tmp_path: Path, qtbot: QtBot) -> None:
    def broken() -> None:
        raise OSError("in a thread")

    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    assert "OSError: in a thread" in logged(tmp_path)


@pytest.mark.qt_log_ignore("a word of Qt")
def test_messages_of_qt_are_logged(reporter: ErrorReporter, tmp_path: Path) -> None:
    qWarning("a word of Qt")
    assert "a word of Qt" in logged(tmp_path)


def test_a_new_log_is_begun_when_the_old_one_is_long(tmp_path: Path) -> None:
    log = ErrorLog(tmp_path)
    for _ in range(3):
        log.write("x" * LOG_BYTES)
    assert {path.name for path in tmp_path.iterdir()} == {LOG_NAME, f"{LOG_NAME}.1"}


def test_every_entry_is_in_the_file_at_once_with_its_time(tmp_path: Path) -> None:
    log, other = ErrorLog(tmp_path), ErrorLog(tmp_path)
    for number in range(3):
        log.write(f"entry {number}\n")
        other.write(f"other {number}")
    lines = logged(tmp_path).splitlines()
    assert [line.partition(" ")[2] for line in lines] == [
        f"{name} {n}" for n in range(3) for name in ("entry", "other")
    ]
    assert all(datetime.fromisoformat(line.partition(" ")[0]) for line in lines)


def test_a_log_that_cannot_be_written_raises_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ErrorLog(tmp_path / "missing").write("lost")
    assert capsys.readouterr().err == ""
    ErrorLog(None).write("on standard error")
    assert "on standard error" in capsys.readouterr().err
