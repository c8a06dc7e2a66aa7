"""The line at the foot: which releases it names at which width, when it warns, and what a click on it asks for."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.codes.code_sets import CodeSet
from app.codes.systems import System
from app.search.answer import Answer, Question
from app.ui.main_window.status_bar import StatusBar, ended, sources_of

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
    assert bar.words() == (
        "ICD-10-CM FY2026 (April 2026) | ended 30 Sep 2026: add FY2027 | ICD-10-PCS FY2027"
        " | HCPCS, POS in our own words · CPT not loaded"
    )


def test_says_less_step_by_step_and_drops_a_warning_last(bar: StatusBar) -> None:
    said: list[str] = []
    for width in range(1440, 140, -10):
        bar.resize(width, 28)
        if not said or said[-1] != bar.words():
            said.append(bar.words())
    assert said[1:] == [
        "ICD-10-CM FY2026 | ended 30 Sep 2026: add FY2027 | ICD-10-PCS FY2027 | CPT not loaded",
        "ICD-10-CM FY2026 | ended 30 Sep 2026 | ICD-10-PCS FY2027",
        "CM FY2026 | ended | PCS FY2027",
        "CM | ended | PCS",
    ]


def test_the_count_makes_room_for_itself_and_nothing_jumps_while_typing(bar: StatusBar) -> None:
    width = next(width for width in range(1440, 140, -1) if bar_says_less(bar, width)) + 1
    bar.resize(width, 28)
    assert "add FY2027" in bar.words()
    bar.show_answer(Answer(Question("x"), total=5000, at_least=True, elapsed_ms=123.4))
    row = bar.layout()
    assert row is not None
    assert row.minimumSize().width() <= width
    assert "(April 2026)" not in bar.words()
    shortened = bar.words().partition(" | 0 of")[0]
    bar.show_answer(Answer(Question("x y"), total=1, elapsed_ms=0.1))
    assert bar.words() == f"{shortened} | 0 of 1 · 0.1 ms"
    bar.show_answer(None)
    assert "(April 2026)" in bar.words()


def bar_says_less(bar: StatusBar, width: int) -> bool:
    """Whether the first words are shortened at a width."""
    bar.resize(width, 28)
    return "(April 2026)" not in bar.words()


def test_how_long_it_took_is_left_out_where_nothing_else_can_be(bar: StatusBar) -> None:
    bar.resize(210, 28)
    bar.show_answer(Answer(Question("x"), total=5000, at_least=True, elapsed_ms=123.4))
    assert bar.words() == "CM | ended | PCS | 0 of 5,000+"


def test_the_narrowest_window_clips_nothing(qtbot: QtBot) -> None:
    bar = StatusBar((CM, PCS, HCPCS), date(2028, 1, 1))
    qtbot.addWidget(bar)
    bar.warn("Not remembered: window, filters, zoom and opened codes")
    bar.resize(560, 28)
    bar.show()
    row = bar.layout()
    assert row is not None
    assert row.minimumSize().width() <= 560
    assert bar.words().count("ended") == 3


def test_modifiers_come_with_hcpcs_and_are_not_named_again(qtbot: QtBot) -> None:
    bar = StatusBar((HCPCS, MODIFIERS), TODAY)
    qtbot.addWidget(bar)
    assert bar.words() == "HCPCS October 2026"


@pytest.mark.parametrize(
    ("shown", "today", "words"),
    [
        (CM, TODAY, "ended 30 Sep 2026: add FY2027"),
        (CM, date(2027, 10, 1), "ended 30 Sep 2026: add FY2028"),
        (CM, date(2026, 9, 30), ""),
        (HCPCS, date(2027, 2, 1), "ended 31 Dec 2026: add January 2027"),
        (OURS[0], TODAY, ""),
    ],
)
def test_warns_from_the_day_after_the_last(shown: CodeSet, today: date, words: str) -> None:
    assert ended(shown, today) == words


def test_other_releases_take_the_place_of_the_old_ones(bar: StatusBar) -> None:
    bar.warn("Not remembered: window")
    bar.show_code_sets((CM, PCS, HCPCS), date(2026, 8, 1))
    assert (
        bar.words() == "ICD-10-CM FY2026 (April 2026) | ICD-10-PCS FY2027 | HCPCS October 2026 | Not remembered: window"
    )
    row = bar.layout()
    assert row is not None
    shown = [item.widget() for item in (row.itemAt(at) for at in range(row.count())) if item is not None]
    texts = [label.text() for label in shown if isinstance(label, QLabel) and label.text()]
    # In the order in which they stand, the warning behind the releases.
    assert texts == bar.words().split(" | ")


@pytest.mark.parametrize("clicked", ["ICD-10-CM FY2026 (April 2026)", "ended 30 Sep 2026: add FY2027"])
def test_a_click_on_a_release_or_its_warning_asks_for_the_code_sets(bar: StatusBar, qtbot: QtBot, clicked: str) -> None:
    (label,) = (label for label in bar.findChildren(QLabel) if label.text() == clicked)
    with qtbot.waitSignal(bar.code_sets_requested):
        QTest.mouseClick(label, Qt.MouseButton.LeftButton)


def test_the_tip_has_the_dates_or_says_whose_words_they_are() -> None:
    assert sources_of(PCS) == "In force 2026-10-01 to 2027-09-30"
    assert sources_of(OURS[0]) == "HCPCS in Codarium's own words\nA remark."
