"""Fixtures: a real window on the real database, and nodes to show in its parts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.codes.node import Node
from app.codes.systems import System
from app.intake.current_library import open_named_library
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from app.main import make_window
from app.search.answer import Answer
from app.ui.main_window.window import Window

MakeWindow = Callable[..., Window]

WIDE = QSize(1440, 880)
"""A size with all columns; the offscreen screen is 800 pixels wide, where a window hides some."""


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication, library: Library, own_home: Path) -> Iterator[MakeWindow]:
    """Return a function that opens a window as the program does; all are closed and deleted after the test.

    With `database` the window is on that file, as `--db` opens it.
    """
    windows: list[Window] = []
    qapp.setStyle("Fusion")

    def open_one(
        query: str = "", folder: Path | None = own_home, size: QSize | None = WIDE, database: Path | None = None
    ) -> Window:
        opened = library if database is None else open_named_library(database)
        window = make_window(qapp, opened, folder, personal=database is None)
        windows.append(window)
        window.start(query)
        qtbot.waitExposed(window)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        if size is not None:
            # The first window fills a screen as small as the one of the tests.
            window.showNormal()
            window.resize(size)
        return window

    yield open_one
    for window in windows:
        window.close()
        window.finish()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(open_window: MakeWindow) -> Window:
    return open_window()


@pytest.fixture
def ask(qtbot: QtBot) -> Callable[[Window, str], Answer]:
    """Return a function that searches for a text in a window and returns the answer once it is shown."""

    def ask_one(window: Window, text: str) -> Answer:
        answers: list[Answer] = []
        window.search_controller.answered.connect(answers.append)
        window.search_bar.box.setText(text)
        qtbot.waitUntil(lambda: bool(answers), timeout=5000)
        window.search_controller.answered.disconnect(answers.append)
        answer = answers[-1]
        window.panels.navigation.show_pending()
        return answer

    return ask_one


@pytest.fixture
def node(catalogue: Catalogue) -> Callable[[str], Node]:
    """Return a function that finds the node of a code, in ICD-10-CM first."""

    def find(code: str) -> Node:
        match = catalogue.find(System.ICD10CM, code) or catalogue.find(System.ICD10PCS, code)
        assert match is not None, code
        return match

    return find
