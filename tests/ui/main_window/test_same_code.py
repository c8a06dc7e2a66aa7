"""Random typing, keys, failures and changes of the library: what is copied is what is selected and shown."""

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from pytestqt.qtbot import QtBot

from app.codes.node import Level, Node
from app.intake.current_library import open_named_library
from app.main import make_window
from app.ui.dialogs.error_reporter import LOG_NAME, ErrorLog, ErrorReporter
from app.ui.main_window.window import Window
from tests.ui.conftest import WIDE
from tests.ui.libraries import make_newer

STEPS = 90

WORDS = (
    *("gout", "heart attack", "e11.4", "E11.43", "s72.301", "type 2 diabetes", "nuemonia", "0dtj", "J1100", "pos 11"),
    *("E11.22 N18.31", "no such words", "Q99.99", "fracture of right femur", "appendectomy", "I21.9", "m10", "asthma"),
)

KEYS = (
    *((Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier),) * 4,
    (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier),
)

ACTIONS = ("back", "forward", "next_code", "previous_code", "counterpart", "valid_only", "as_typed", "system_icd10cm")


class Driver:
    """Does random things in a window on a file, and compares what is copied with what is shown."""

    def __init__(self, window: Window, path: Path, contents: tuple[bytes, bytes], seed: int, qtbot: QtBot) -> None:
        self.window, self.path, self.qtbot = window, path, qtbot
        self._contents = contents
        self._random = random.Random(seed)
        self._done: list[str] = []
        self.copies = self.refusals = self.failures = self.switches = 0
        window.status_bar.notice_shown.connect(self._compare_notice)
        window.library_switch.switched.connect(self._count_switch)
        window.search_worker.failed.connect(self._count_failure)
        self._problems: list[str] = []

    def run(self) -> None:
        steps: tuple[tuple[int, Callable[[], None]], ...] = (
            (5, self._type_word),
            (6, self._type_letter),
            (8, self._press_key),
            (4, self._act),
            (2, self._open_branch),
            (2, self._click_row),
            (3, self._change_file),
        )
        weights = [weight for weight, _step in steps]
        for number in range(STEPS):
            (step,) = self._random.choices([step for _weight, step in steps], weights)
            step()
            self._done.append(step.__name__)
            if self._random.random() < 0.4:
                # While the answer is on its way.
                self._copy()
            if self._random.random() < 0.5:
                self._settle()
                self._copy()
                self._settle()
                self._compare_with_file()
            assert not self._problems, (number, self._done[-8:], self._problems)
        self._restore()
        self._settle()
        self._compare_with_file()
        assert not self._problems, self._problems

    # Steps

    def _type_word(self) -> None:
        self.window.search_bar.box.setText(self._random.choice(WORDS))

    def _type_letter(self) -> None:
        QTest.keyClicks(self.window.search_bar.box, self._random.choice("aeinrst .14"))

    def _press_key(self) -> None:
        QTest.keyClick(self.window.search_bar.box, *self._random.choice(KEYS))

    def _act(self) -> None:
        self.window.actions_by_name[self._random.choice(ACTIONS)].trigger()

    def _open_branch(self) -> None:
        node = self.window.panels.navigation.node
        if node is not None:
            self.window.panels.browse.node_chosen.emit(node.id if node.parent is None else node.parent)

    def _click_row(self) -> None:
        results = self.window.results
        rows = results.model.rowCount()
        if rows and not self._failed():
            index = results.model.index(self._random.randrange(min(rows, 8)))
            place = results.list.visualRect(index).center()
            QTest.mouseClick(results.list.viewport(), Qt.MouseButton.LeftButton, pos=place)

    def _change_file(self) -> None:
        """Damage, delete, overwrite or replace the file under the window, or restore it."""
        change = self._random.choice(("cut off", "noise", "delete", "overwrite", "replace", "restore", "restore"))
        self._done.append(change)
        content = self._random.choice(self._contents)
        if change == "delete":
            self.path.unlink(missing_ok=True)
        elif change == "cut off" and self.path.exists():
            os.truncate(self.path, 4096 * self._random.choice((1, 5, 3000)))
        elif change == "noise" and self.path.exists():
            size = self.path.stat().st_size
            with self.path.open("r+b") as file:
                file.seek(4096)
                file.write(os.urandom(max(size - 4096, 0)))
        elif change == "overwrite" and self.path.exists():
            with self.path.open("r+b") as file:
                file.write(content)
                file.truncate()
        else:
            self._restore(content)

    def _restore(self, content: bytes | None = None) -> None:
        aside = self.path.with_suffix(".aside")
        aside.write_bytes(content or self._contents[0])
        aside.replace(self.path)

    # Comparing

    def _copy(self) -> None:
        QApplication.clipboard().setText("nothing yet")
        self.window.actions_by_name["copy_code"].trigger()

    def _settle(self) -> None:
        """Activate the window, as coming back to it does, and wait until nothing is on its way."""
        QCoreApplication.sendEvent(self.window, QEvent(QEvent.Type.ActivationChange))

        def is_idle() -> bool:
            box, results = self.window.search_bar.text().strip(), self.window.results
            if self.window.library_switch.is_switching:
                return False
            awaited = self.window.search_controller.is_waiting
            return not awaited and (
                not box or results.answer is not None or results.model.rowCount() > 0 or self._failed()
            )

        self.qtbot.waitUntil(is_idle, timeout=15_000)
        self.window.panels.navigation.show_pending()
        self.expect_no_error()

    def expect_no_error(self) -> None:
        """Only a library that could not be read is an error, and none opens a dialog; one would stay here."""
        QCoreApplication.processEvents()
        dialog = self.window.findChild(QDialog, "error_dialog")
        assert dialog is None, (self._done[-8:], [label.text() for label in dialog.findChildren(QLabel)])

    def _failed(self) -> bool:
        return self.window.results.has_failed

    def _compare_notice(self, notice: str) -> None:
        """Compare at the very moment when something is copied, or refused to be."""
        window, clipboard = self.window, QApplication.clipboard().text()
        page, node, row = (
            window.panels.code_panel.current(),
            window.panels.navigation.node,
            window.results.current_row(),
        )
        if notice.startswith("Copied "):
            self.copies += 1
            self._expect(notice == f"Copied {clipboard}", f"{notice} but {clipboard} is on the clipboard")
            self._expect(page is not None and page.code == clipboard, f"{clipboard} beside the page of {page}")
            self._expect(node == page, f"{node} beside the page of {page}")
            self._expect(page is None or window.windowTitle().startswith(_name(page)), window.windowTitle())
            self._expect(not self._failed(), f"{clipboard} is copied beside the sentence on a failure")
            self._expect(not window.search_controller.is_waiting, f"{clipboard} is copied before the answer")
            answer = window.results.answer
            self._expect(
                answer is None or answer.question.text == window.search_bar.text(),
                f"{clipboard} is copied from the answer to another text",
            )
            listed = page is not None and window.results.model.find(page.id) >= 0
            self._expect(not listed or (row is not None and row.node == page), f"{clipboard} beside the row {row}")
        elif notice.startswith("Nothing copied"):
            self.refusals += 1
            self._expect(clipboard == "nothing yet", f"{notice} but {clipboard} is on the clipboard")
            self._expect(node is None, f"{notice} but {node} is chosen")

    def _compare_with_file(self) -> None:
        """Compare what is shown with the file as it is now, in a connection of the test's own."""
        window = self.window
        page = window.panels.code_panel.current()
        rows = [window.results.model.row(number) for number in range(window.results.model.rowCount())]
        nodes = [row.node for row in rows[:40] if row is not None and row.node is not None]
        if self._failed():
            self._expect((page, nodes, window.panels.navigation.node) == (None, [], None), f"{page} beside a failure")
            self._expect(" ms" not in window.status_bar.text(), window.status_bar.text())
            return
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)) as connection:
            for node in (*nodes, *([page] if page is not None else [])):
                found = connection.execute("SELECT code, title FROM node WHERE id = ?", (node.id,)).fetchone()
                self._expect(found == (node.code, node.title), f"{node} is shown, the file has {found}")
        if page is not None:
            self._expect(page.title in window.panels.code_panel.page.toPlainText(), f"{page.code} is not on its page")

    def _expect(self, holds: bool, problem: str) -> None:
        # Not asserted: an exception in a slot would not end the test here.
        if not holds:
            self._problems.append(problem)

    def _count_switch(self) -> None:
        self.switches += 1

    def _count_failure(self, _error: Exception) -> None:
        self.failures += 1


def _name(node: Node) -> str:
    return f"Chapter {node.code}" if node.level is Level.CHAPTER else node.code


@pytest.fixture(scope="module")
def contents(library_path: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The bytes of the real library, and of another one with other titles and ids."""
    newer = make_newer(library_path, tmp_path_factory.mktemp("libraries")).newer
    return library_path.read_bytes(), newer.read_bytes()


@pytest.fixture
def reporter(tmp_path: Path) -> Iterator[ErrorReporter]:
    """Errors are reported as in the program."""
    made = ErrorReporter(ErrorLog(tmp_path))
    made.install()
    yield made
    made.uninstall()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_what_is_copied_is_what_is_selected_and_shown(
    seed: int,
    qtbot: QtBot,
    qapp: QApplication,
    own_home: Path,
    library_path: Path,
    contents: tuple[bytes, bytes],
    reporter: ErrorReporter,
    tmp_path: Path,
) -> None:
    path = tmp_path / "codes.db"
    shutil.copy(library_path, path)
    qapp.setStyle("Fusion")
    window = make_window(qapp, open_named_library(path), own_home, personal=False)
    reporter.set_window(window)
    reporter.database_failed.connect(window.library_failures.library_failed)
    try:
        window.start("gout")
        qtbot.waitExposed(window)
        window.showNormal()
        window.resize(WIDE)
        qtbot.waitUntil(lambda: window.results.answer is not None)
        driver = Driver(window, path, contents, seed, qtbot)
        driver.run()
        driver.expect_no_error()
    finally:
        window.close()
        window.finish()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # It has happened at all.
    assert driver.copies > 10
    assert driver.refusals > 0
    assert driver.failures > 0
    assert driver.switches > 0
    log = tmp_path / LOG_NAME
    assert "Qt " not in (log.read_text() if log.exists() else "")
