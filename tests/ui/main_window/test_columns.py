"""The columns of the window by its width and by the size of its letters."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize

from app.ui.main_window.window import Window

MakeWindow = Callable[..., Window]


@pytest.mark.parametrize(("width", "steps", "columns"), [(1440, 0, 3), (1000, 0, 2), (1440, 4, 2), (1440, 7, 1)])
def test_large_letters_need_as_much_more_room(open_window: MakeWindow, width: int, steps: int, columns: int) -> None:
    window = open_window(size=QSize(width, 800))
    window.appearance.zoom_by(steps)
    folding = window.column_folding
    assert 1 + (not folding.one_column) + folding.tree_shown == columns
    assert window.actions_by_name["toggle_tree"].isChecked() == folding.tree_shown
