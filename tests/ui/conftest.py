"""A real window on the real database, and hits to show in parts of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.codes.node import Node
from app.codes.systems import System
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from app.main import make_window
from app.search.answer import Answer
from app.ui.main_window.window import Window

MakeWindow = Callable[..., Window]

WIDE = QSize(1440, 880)
"""The offscreen screen is 800 pixels wide, for which a window folds columns away by itself."""


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication, library: Library, own_home: Path) -> Iterator[MakeWindow]:
    """Opens windows as the program does; each is closed and gone before the next test."""
    made: list[Window] = []
    qapp.setStyle("Fusion")

    def open_one(query: str = "", folder: Path | None = own_home, size: QSize | None = WIDE) -> Window:
        window = make_window(qapp, library, folder)
        made.append(window)
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
    for window in made:
        window.close()
        window.finish()
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(open_window: MakeWindow) -> Window:
    return open_window()


@pytest.fixture
def ask(qtbot: QtBot) -> Callable[[Window, str], Answer]:
    """Puts a text into a window's box and waits for its answer to be shown."""

    def ask_one(window: Window, text: str) -> Answer:
        landed: list[Answer] = []
        window.search_controller.answered.connect(landed.append)
        window.search_bar.box.setText(text)
        qtbot.waitUntil(lambda: bool(landed), timeout=5000)
        window.search_controller.answered.disconnect(landed.append)
        answer = landed[-1]
        window.panels.navigation.show_pending()
        return answer

    return ask_one


@pytest.fixture
def node(catalogue: Catalogue) -> Callable[[str], Node]:
    """The node of a code, ICD-10-CM first."""

    def find(code: str) -> Node:
        found = catalogue.find(System.ICD10CM, code) or catalogue.find(System.ICD10PCS, code)
        assert found is not None, code
        return found

    return find
