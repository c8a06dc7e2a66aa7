"""The NCCI edits in the window: on the page of a code, and as an entry of the Code sets view."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.codes.code_sets import Source
from app.codes.node import Node
from app.codes.systems import System
from app.library.ncci.compile import compile_edits
from app.library.ncci.database import MuePart, PtpPart
from app.library.open import Library
from app.main import make_window
from app.paths import edits_path
from app.releases.records import MueLimit, PtpEdit
from app.ui.code_page.write_ncci import MAX_PAIRS
from app.ui.main_window.window import Window

MakeWindow = Callable[..., Window]

CODE, OTHER = "J3490", "G0008"
"""Two codes of HCPCS that come with the program."""

PAIRS = 2100


def make_edits(pairs: int = PAIRS, units: int = 3) -> None:
    """Make the user's edits: so many pairs in force of CODE, the first with OTHER, and one that has ended."""
    since = date(2020, 1, 1)
    edits = [PtpEdit(OTHER, CODE, since, None, 1, "Made-up reason")]
    edits += [PtpEdit(CODE, f"{number:05}", since, None, 0, "Another reason") for number in range(1, pairs)]
    edits.append(PtpEdit(CODE, "99999", since, date(2021, 1, 1), 0, "Ended"))
    limits: Iterable[MueLimit] = (
        MueLimit(CODE, "practitioner", units, 3, "Made-up rationale"),
        MueLimit(CODE, "outpatient", 1, 1, ""),
    )
    path = edits_path()
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    compile_edits(
        path,
        [PtpPart(Source("ccipra-v322r0-f1.txt", "aa"), "practitioner", "32.2", date(2026, 7, 1), edits)],
        [MuePart(Source("mue.csv", "bb"), date(2026, 7, 1), limits)],
    )


def open_code(window: Window, code: str = CODE, system: System = System.HCPCS) -> Node:
    node = window.catalogue.find(system, code)
    assert node is not None
    window.panels.navigation.open(node.id)
    return node


def page(window: Window) -> str:
    return window.panels.code_panel.page.toPlainText()


def test_page_has_limits_and_the_first_pairs(own_home: Path, open_window: MakeWindow) -> None:
    make_edits()
    window = open_window()
    open_code(window)
    text = page(window)
    limits = text[text.index("Unit limits (NCCI MUE)") : text.index("Not paid together with (NCCI pairs)")]
    assert [" ".join(line.split())[:48] for line in limits.replace("\t", "\n").splitlines()[1:]] == [
        "Practitioners",
        "3 units for the whole day, by clinical benchmark",
        "Outpatient hospitals",
        "1 unit for each line of a claim; another line wi",
    ]
    pairs = text[text.index("Not paid together with (NCCI pairs)") :]
    assert "00001\tcolumn 2, not paid with J3490 · no modifier allowed · practitioners" in pairs
    assert f"show the first {MAX_PAIRS:,} of {PAIRS:,} pairs" in pairs
    assert "99999" not in pairs
    assert len([line for line in pairs.splitlines() if "column " in line]) == 12


def test_more_pairs_open_in_place_and_the_rest_is_counted(own_home: Path, open_window: MakeWindow) -> None:
    make_edits()
    window = open_window()
    open_code(window)
    window.panels.code_panel.page.link_followed.emit("more:pairs")
    text = page(window)
    assert len([line for line in text.splitlines() if "column " in line]) == MAX_PAIRS
    assert f"and {PAIRS - MAX_PAIRS} more" in text


def test_the_other_code_is_a_link_where_it_is_loaded(own_home: Path, open_window: MakeWindow) -> None:
    make_edits(3)
    window = open_window()
    other = window.catalogue.find(System.HCPCS, OTHER)
    assert other is not None
    open_code(window)
    text = page(window)
    assert f"{OTHER}\t{other.title}\ncolumn 1, {CODE} is not paid with it · modifier allowed" in text
    assert "show " not in text[text.index("Not paid together") :].partition("In ")[0]
    assert f'href="node:{other.id}"' in window.panels.code_panel.page.toHtml()


def test_other_codes_have_none(own_home: Path, open_window: MakeWindow) -> None:
    make_edits(3)
    window = open_window()
    open_code(window, "A0428")
    assert "NCCI" not in page(window)
    open_code(window, "E11.9", System.ICD10CM)
    assert "NCCI" not in page(window)


@pytest.mark.slow
def test_edits_added_elsewhere_appear_when_the_window_is_activated(
    own_home: Path, open_window: MakeWindow, qtbot: QtBot
) -> None:
    first, second = open_window(), open_window()
    open_code(first)
    assert "NCCI" not in page(first)
    make_edits()
    first.activateWindow()
    qtbot.waitUntil(lambda: "3 units" in page(first))
    make_edits(2, 7)
    second.activateWindow()
    qtbot.waitUntil(second.isActiveWindow)
    first.activateWindow()
    qtbot.waitUntil(lambda: "7 units" in page(first))
    assert "show all" not in page(first)[page(first).index("NCCI pairs") :]


def test_damaged_edits_are_reported_once_and_the_page_is_complete(own_home: Path, open_window: MakeWindow) -> None:
    make_edits(3)
    edits_path().write_bytes(edits_path().read_bytes()[:5000])
    window = open_window()
    failures: list[str] = []
    window.panels.code_panel.edits_failed.connect(failures.append)
    open_code(window)
    open_code(window, OTHER)
    open_code(window)
    assert window.panels.code_panel.current() is not None
    assert CODE in page(window)
    assert "NCCI" not in page(window)
    assert len(failures) == 1
    assert "is incomplete. Add the NCCI files again" in failures[0]
    window.code_sets_controller.show_view()
    assert window.code_sets_controller.view is not None
    assert "is incomplete" in window.code_sets_controller.view.ncci_panel.accessibleName()
    assert not window.code_sets_controller.view.ncci_panel.remove_button.isHidden()


@pytest.mark.slow
def test_the_code_sets_view_lists_their_files(own_home: Path, open_window: MakeWindow, qtbot: QtBot) -> None:
    window = open_window()
    window.code_sets_controller.show_view()
    view = window.code_sets_controller.view
    assert view is not None
    assert "Not added" in view.ncci_panel.accessibleName()
    assert view.ncci_panel.remove_button.isHidden()
    make_edits()
    window.code_sets_controller.refresh()
    assert view.ncci_panel.accessibleName() == (
        "NCCI edits. Pairs for practitioners · version 32.2 · since 1 Jul 2026 · 2,101 rows. "
        "Unit limits for practitioners · since 1 Jul 2026 · 2 rows"
    )


@pytest.mark.slow
def test_edits_are_removed_by_the_real_command_line(own_home: Path, open_window: MakeWindow, qtbot: QtBot) -> None:
    make_edits()
    window = open_window()
    open_code(window)
    window.code_sets_controller.show_view()
    view = window.code_sets_controller.view
    assert view is not None
    view.ncci_panel.remove_button.click()
    (box,) = [widget for widget in window.findChildren(QDialog, "remove_dialog") if widget.isVisible()]
    with qtbot.waitSignal(window.code_sets_controller.jobs.done, timeout=30_000):
        next(button for button in box.findChildren(QPushButton) if button.text() == "Remove").click()
    assert not edits_path().exists()
    assert "NCCI" not in page(window)
    assert "Not added" in view.ncci_panel.accessibleName()
    assert window.code_sets_controller.job_bar.text() == "The NCCI edits: the files that you had added are removed."


def test_window_on_a_given_database_shows_no_edits(
    qapp: QApplication, library: Library, own_home: Path, qtbot: QtBot
) -> None:
    make_edits()
    window = make_window(qapp, library, own_home, False)
    window.start()
    qtbot.waitExposed(window)
    try:
        open_code(window)
        assert "NCCI" not in page(window)
        window.code_sets_controller.show_view()
        assert window.code_sets_controller.view is not None
        assert "Not added" in window.code_sets_controller.view.ncci_panel.accessibleName()
    finally:
        window.close()
        window.finish()
        window.deleteLater()
