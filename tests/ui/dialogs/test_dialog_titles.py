"""The titles of the dialogs."""

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from app.ui.main_window.window import Window


@pytest.mark.parametrize("action", ["code_sets", "keys", "lexicon", "about", "source_files"])
def test_no_dialog_repeats_the_name_of_the_program(window: Window, qtbot: QtBot, action: str) -> None:
    """Qt adds it to every title, where the desktop shows it."""
    window.actions_by_name[action].trigger()

    def dialogs() -> list[QDialog]:
        return [shown for shown in QApplication.topLevelWidgets() if isinstance(shown, QDialog) and shown.isVisible()]

    qtbot.waitUntil(lambda: bool(dialogs()))
    assert [dialog.windowTitle() for dialog in dialogs() if "Codarium" in dialog.windowTitle()] == []
    for dialog in dialogs():
        dialog.close()
