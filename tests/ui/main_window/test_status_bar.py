"""The status bar: releases at every width, warnings, the count, and clicks."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.codes.code_sets import CodeSet
from app.codes.dates import day_in_words
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.search.answer import Answer, Question
from app.ui.main_window.status_bar import StatusBar, expiry_warning, sources_text

TODAY = date(2026, 11, 22)


def code_set(system: System, release: str, last: date | None, *, ours: bool = False) -> CodeSet:
    first = date(last.year - 1, 10, 1) if last else None
    return CodeSet(system, release, first, last, 10, 9, (), "A remark." if ours else "", (), ours)


CM = code_set(System.ICD10CM, "FY2026 (April 2026)", date(2026, 9, 30))
PCS = code_set(System.ICD10PCS, "FY2027", date(2027, 9, 30))
HCPCS = code_set(System.HCPCS, "October 2026", date(2026, 12, 31))
MODIFIERS = code_set(System.MODIFIER, "October 2026", date(2026, 12, 31))
OURS = tuple(code_set(system, "ours", None, ours=True) for system in (System.HCPCS, System.CPT, System.POS))


@pytest.fixture
def bar(qtbot: QtBot) -> StatusBar:
    bar = StatusBar((CM, PCS, *OURS), TODAY)
    qtbot.addWidget(bar)
    bar.resize(1440, 28)
    bar.show()
    return bar


def test_our_own_words_have_no_dates_and_are_named_once(bar: StatusBar) -> None:
    assert bar.text() == (
        "ICD-10-CM FY2026 (April 2026) | ended 30 Sep 2026: add FY2027 | ICD-10-PCS FY2027"
        " | HCPCS, POS in Codarium's words · CPT not loaded"
    )


def test_says_less_step_by_step_and_drops_a_warning_last(bar: StatusBar) -> None:
    said: list[str] = []
    for width in range(1440, 140, -10):
        bar.resize(width, 28)
        if not said or said[-1] != bar.text():
            said.append(bar.text())
    assert said[1:] == [
        "ICD-10-CM FY2026 | ended 30 Sep 2026: add FY2027 | ICD-10-PCS FY2027 | CPT not loaded",
        "ICD-10-CM FY2026 | ended 30 Sep 2026 | ICD-10-PCS FY2027",
        "CM FY2026 | ended | PCS FY2027",
        "CM | ended | PCS",
    ]


def test_texts_shortened_for_the_count_stay_so_while_typing(bar: StatusBar) -> None:
    width = next(width for width in range(1440, 140, -1) if is_shortened(bar, width)) + 1
    bar.resize(width, 28)
    assert "add FY2027" in bar.text()
    bar.show_answer(Answer(Question("x"), total=5000, at_least=True, elapsed_ms=123.4))
    row = bar.layout()
    assert row is not None
    assert row.minimumSize().width() <= width
    assert "(April 2026)" not in bar.text()
    shortened = bar.text().partition(" | 0 of")[0]
    bar.show_answer(Answer(Question("x y"), total=1, elapsed_ms=0.1))
    assert bar.text() == f"{shortened} | 0 of 1 · 0.1 ms"
    bar.show_answer(None)
    assert "(April 2026)" in bar.text()


def is_shortened(bar: StatusBar, width: int) -> bool:
    """Return whether the first release is shortened at a width."""
    bar.resize(width, 28)
    return "(April 2026)" not in bar.text()


def test_the_search_time_is_left_out_last(bar: StatusBar) -> None:
    bar.resize(210, 28)
    bar.show_answer(Answer(Question("x"), total=5000, at_least=True, elapsed_ms=123.4))
    assert bar.text() == "CM | ended | PCS | 0 of 5,000+"


def test_the_narrowest_window_clips_nothing(qtbot: QtBot) -> None:
    bar = StatusBar((CM, PCS, HCPCS), date(2028, 1, 1))
    qtbot.addWidget(bar)
    bar.show_warning("Not saved: window, filters, zoom and recent codes")
    bar.resize(560, 28)
    bar.show()
    row = bar.layout()
    assert row is not None
    assert row.minimumSize().width() <= 560
    assert bar.text().count("ended") == 3


def test_the_release_of_hcpcs_is_not_repeated_for_the_modifiers(qtbot: QtBot) -> None:
    bar = StatusBar((HCPCS, MODIFIERS), TODAY)
    qtbot.addWidget(bar)
    assert bar.text() == "HCPCS October 2026"


@pytest.mark.parametrize(
    ("code_set", "today", "warning"),
    [
        (CM, TODAY, "ended 30 Sep 2026: add FY2027"),
        (CM, date(2027, 10, 1), "ended 30 Sep 2026: add FY2028"),
        (CM, date(2026, 9, 30), ""),
        (HCPCS, date(2027, 2, 1), "ended 31 Dec 2026: add January 2027"),
        (OURS[0], TODAY, ""),
    ],
)
def test_a_release_that_has_ended_names_the_next_one(code_set: CodeSet, today: date, warning: str) -> None:
    assert expiry_warning(code_set, today) == warning


def test_other_releases_replace_the_old_ones(bar: StatusBar) -> None:
    bar.show_warning("Not saved: window")
    bar.show_code_sets((CM, PCS, HCPCS), date(2026, 8, 1))
    assert bar.text() == "ICD-10-CM FY2026 (April 2026) | ICD-10-PCS FY2027 | HCPCS October 2026 | Not saved: window"
    row = bar.layout()
    assert row is not None
    widgets = [item.widget() for item in map(row.itemAt, range(row.count())) if item is not None]
    texts = [label.text() for label in widgets if isinstance(label, QLabel) and label.text()]
    # In their order on the screen, the warning after the releases.
    assert texts == bar.text().split(" | ")


@pytest.mark.parametrize("clicked", ["ICD-10-CM FY2026 (April 2026)", "ended 30 Sep 2026: add FY2027"])
def test_a_click_on_a_release_or_its_warning_asks_for_the_code_sets(bar: StatusBar, qtbot: QtBot, clicked: str) -> None:
    (label,) = (label for label in bar.findChildren(QLabel) if label.text() == clicked)
    with qtbot.waitSignal(bar.code_sets_requested):
        QTest.mouseClick(label, Qt.MouseButton.LeftButton)


def test_the_tip_has_the_dates_of_a_release_or_tells_that_the_words_are_ours() -> None:
    assert sources_text(PCS) == "In force 1 Oct 2026 to 30 Sep 2027"
    assert sources_text(OURS[0]) == "HCPCS in Codarium's words\nA remark."


def test_a_release_has_a_warning_from_the_day_after_its_last(catalogue: Catalogue) -> None:
    code_set = catalogue.code_sets()[0]
    last = code_set.effective_to
    assert last is not None
    assert expiry_warning(code_set, last) == ""
    warning = expiry_warning(code_set, last + timedelta(days=1))
    assert warning == f"ended {day_in_words(last)}: add FY{last.year + 1}"


def test_texts_are_shortened_in_a_narrow_bar(qtbot: QtBot, catalogue: Catalogue) -> None:
    bar = StatusBar(catalogue.code_sets(), date(2030, 1, 1))
    bar.set_zoom(1.0)
    qtbot.addWidget(bar)
    bar.resize(1400, 28)
    bar.show()
    full = bar.text()
    bar.resize(560, 28)
    assert len(bar.text()) < len(full)
    assert bar.text().count("ended") == full.count("ended")
    # Shortened, not clipped.
    row = bar.layout()
    assert row is not None
    assert row.minimumSize().width() <= bar.width()
    bar.resize(1400, 28)
    assert bar.text() == full


def test_a_long_warning_is_shortened_in_a_narrow_bar(qtbot: QtBot, catalogue: Catalogue) -> None:
    bar = StatusBar(catalogue.code_sets(), date(2030, 1, 1))
    qtbot.addWidget(bar)
    bar.resize(560, 28)
    bar.show()
    bar.show_warning("Your notebook was damaged. It was renamed to notebook-damaged.db, and a new one was created.")
    assert "Your notebook was damaged" in bar.text()
    assert "renamed to" not in bar.text()
    bar.resize(2000, 28)
    assert "renamed to" in bar.text()


def test_a_notice_shortens_no_warning(bar: StatusBar) -> None:
    for width in range(1440, 560, -20):
        bar.resize(width, 28)
        warnings = [label.text() for label in bar.findChildren(QLabel) if label.property("warning")]
        bar.show_notice("Copied M17.11 Unilateral primary osteoarthritis, right knee")
        assert [label.text() for label in bar.findChildren(QLabel) if label.property("warning")] == warnings
        row = bar.layout()
        assert row is not None
        assert row.minimumSize().width() <= width
        bar.show_answer(None)
        bar.show_notice("")
