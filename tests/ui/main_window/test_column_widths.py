"""Widths of the columns: the tree grows with the window and the zoom, until the user moves a divider."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from app.ui.main_window.columns import tree_width
from app.ui.main_window.window import Window

MakeWindow = Callable[..., Window]


@pytest.mark.parametrize(
    ("window", "zoom", "tree"),
    [
        (1280, 1.0, 318),
        (1440, 1.0, 318),
        (1920, 1.0, 422),
        (2560, 1.0, 520),
        (3840, 1.0, 520),
        (1280, 1.5, 358),
        (1440, 2.0, 403),
        (1920, 1.5, 538),
    ],
)
def test_the_tree_takes_its_share_of_the_window(window: int, zoom: float, tree: int) -> None:
    assert tree_width(window, zoom) == tree


def test_the_tree_is_wider_in_a_wide_window(open_window: MakeWindow, qtbot: QtBot) -> None:
    window = open_window()
    assert window.splitters.widths()[0] == 318
    window.resize(1920, 1000)
    qtbot.waitUntil(lambda: window.splitters.widths()[0] == 422)
    window.resize(1440, 880)
    qtbot.waitUntil(lambda: window.splitters.widths()[0] == 318)


def test_the_widths_of_the_user_stay_in_this_window_and_the_next(open_window: MakeWindow, qtbot: QtBot) -> None:
    window = open_window()
    # As the mouse does it.
    window.splitters.moveSplitter(380, 1)
    tree = window.splitters.widths()[0]
    assert tree > 340
    window.resize(1920, 1000)
    qtbot.waitUntil(lambda: window.width() == 1920)
    assert window.splitters.widths()[0] == tree
    window.close()
    again = open_window(size=QSize(1920, 1000))
    qtbot.waitUntil(lambda: again.splitters.widths()[0] == tree)
