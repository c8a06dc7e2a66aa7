"""CPT in the window from made-up files to the last byte, with the program itself doing the work."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.codes.systems import System
from app.search.answer import Answer
from app.ui.code_sets.consent_dialog import ConsentDialog
from app.ui.main_window.window import Window
from tests.intake.made_up_releases import zipped
from tests.releases import made_up

MakeWindow = Callable[..., Window]
Ask = Callable[[Window, str], Answer]

KNEE = "27447"
TITLE = "Zymurgy of the made-up knee"
LONG = 60_000


def files(folder: Path) -> list[Path]:
    """The AMA's codes and modifiers, and CMS's fee schedule with one of the codes."""
    folder.mkdir()
    codes, modifiers = folder / "LONGULT.txt", folder / "MODUL.txt"
    codes.write_bytes(made_up.text(made_up.longult(((KNEE, TITLE), ("99213", "Zymurgy visit")))))
    modifiers.write_bytes(made_up.text(made_up.MODUL))
    rows = made_up.pprrvu()
    for row in rows:
        if row[0] == "00001":
            row[0], row[2] = KNEE, "Zymurgy"
    content = made_up.text(made_up.separated(rows, ",", ()))
    return [codes, modifiers, zipped(folder / "rvu30a.zip", PPRRVU2030_Jan__csv=content)]


def agree(window: Window, heading: str) -> None:
    (consent,) = [widget for widget in window.findChildren(ConsentDialog) if widget.isVisible()]
    assert heading in consent.windowTitle()
    consent.check_box.setChecked(True)
    consent.add_button.click()


def traces(home: Path) -> list[Path]:
    words = (b"zymurgy", "zymurgy".encode("utf-16-le"), b"made-up more work")
    contents = [(path, path.read_bytes().lower()) for path in home.rglob("*") if path.is_file()]
    return [path for path, content in contents if any(word in content for word in words)]


@pytest.mark.slow
def test_cpt_is_added_completely_and_removed_to_the_last_byte(
    open_window: MakeWindow, ask: Ask, own_home: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window()
    jobs, reading = window.code_sets_controller.jobs, window.panels.navigation
    with qtbot.waitSignal(jobs.consent_required, timeout=LONG):
        window.code_sets_controller.add(files(tmp_path / "files"))
    agree(window, "AMA's files")
    agree_then = [widget for widget in window.findChildren(ConsentDialog) if widget.isVisible()]
    assert len(agree_then) == 1
    with qtbot.waitSignal(window.library_switch.switched, timeout=LONG):
        agree(window, "fee schedule")
    assert "CPT 2030" in window.status_bar.text()

    answer = ask(window, "zymurgy knee")
    assert answer.hits[0].node.code == KNEE
    reading.open(answer.hits[0].node.id)
    current = window.panels.browse.current
    qtbot.waitUntil(lambda: (node := current()) is not None and node.code == KNEE)
    page = window.panels.code_panel.page
    text = page.toPlainText()
    assert TITLE in text
    assert "Major surgery: care from the day before until 90 days after is included" in text
    assert "American Medical Association" in text.splitlines()[-1]
    modifier = window.catalogue.find(System.MODIFIER, "22")
    assert modifier is not None
    reading.open(modifier.id)
    assert page.toPlainText().splitlines()[2] == "Made-up More Work"
    assert "American Medical Association" in page.toPlainText().splitlines()[-1]
    assert traces(own_home)

    window.code_sets_controller.remove(System.CPT)
    (box,) = [widget for widget in window.findChildren(QDialog, "remove_dialog") if widget.isVisible()]
    with qtbot.waitSignal(window.library_switch.switched, timeout=LONG):
        next(button for button in box.findChildren(QPushButton) if button.text() == "Remove").click()
    assert "CPT not loaded" in window.status_bar.text()
    assert not ask(window, "zymurgy").hits
    assert traces(own_home) == []
    window.close()
    assert traces(own_home) == []
