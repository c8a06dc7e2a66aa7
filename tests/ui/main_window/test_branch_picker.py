"""The list from which a chapter, a section or a body system is chosen."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.codes.node import Node
from app.codes.systems import System
from app.search.answer import Answer
from app.ui.main_window.branch_picker import BRANCH_ROLE, Branch, BranchModel, BranchPicker
from app.ui.main_window.search_bar import branch_name
from app.ui.main_window.window import Window

Ask = Callable[[Window, str], Answer]


def opened(window: Window) -> BranchPicker:
    window.search_bar.branch_chip.click()
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, BranchPicker)
    return popup


def texts(picker: BranchPicker) -> list[str]:
    return [str(picker.model.index(row).data()) for row in range(picker.model.rowCount())]


def current(picker: BranchPicker) -> str:
    return str(picker.list.currentIndex().data())


def test_the_code_set_that_is_chosen_is_listed_with_its_own_words(window: Window) -> None:
    window.search_bar.set_system(System.ICD10PCS)
    picker = opened(window)
    assert texts(picker)[:3] == [
        "ICD-10-PCS",
        "Section 0  Medical and Surgical",
        "00  Central Nervous System and Cranial Nerves",
    ]
    assert not [text for text in texts(picker) if "hapter" in text]
    # The caption cannot be chosen.
    assert current(picker) == "Section 0  Medical and Surgical"
    picker.close()


def test_the_code_set_at_hand_comes_first(window: Window, ask: Ask) -> None:
    ask(window, "appendectomy")
    picker = opened(window)
    assert texts(picker)[0] == "ICD-10-PCS"
    assert "ICD-10-CM" in texts(picker)
    picker.close()


def test_typing_keeps_what_matches_below_its_section(window: Window, qtbot: QtBot) -> None:
    window.search_bar.set_system(System.ICD10PCS)
    picker = opened(window)
    QTest.keyClicks(picker.box, "gastr")
    found = texts(picker)
    assert found[:3] == ["ICD-10-PCS", "Section 0  Medical and Surgical", "0D  Gastrointestinal System"]
    assert found[3:5] == ["Section B  Imaging", "BD  Gastrointestinal System"]
    assert current(picker) == "0D  Gastrointestinal System"
    QTest.keyClick(picker.box, Qt.Key.Key_Return)
    assert window.search_bar.within is not None
    assert window.search_bar.within.code == "0D"
    assert window.search_bar.branch_chip.text() == "In 0D  ×"


@pytest.mark.parametrize("typed", ["22-99", "22\N{EN DASH}99", "99 22"])
def test_a_range_is_found_with_either_dash(node: Callable[[str], Node], qapp: QApplication, typed: str) -> None:
    caption = Branch("ICD-10-CM")
    model = BranchModel(
        [
            caption,
            Branch("chapter 5", "Mental disorders", node("5"), caption),
            Branch("22\N{EN DASH}99", "Others", node("4"), caption),
        ]
    )
    model.filter(typed)
    assert [str(model.index(row).data()) for row in range(model.rowCount())][1:] == ["22\N{EN DASH}99  Others"]
    assert model.best_row(typed) == 1


def test_keys_skip_captions_and_a_wrong_word_says_so(window: Window) -> None:
    picker = opened(window)
    QTest.keyClicks(picker.box, "nervous")
    assert texts(picker)[:2] == ["ICD-10-CM", "Chapter 6  Diseases of the nervous system"]
    QTest.keyClick(picker.box, Qt.Key.Key_Up)
    assert picker.list.currentIndex().row() == 1
    QTest.keyClick(picker.box, Qt.Key.Key_Down)
    assert picker.list.currentIndex().data(BRANCH_ROLE).node is not None
    picker.box.setText("xyzzy")
    assert picker.no_match.text() == "No chapter or section matches “xyzzy”."
    QTest.keyClick(picker.box, Qt.Key.Key_Return)
    assert window.search_bar.within is None


@pytest.mark.parametrize("size", [QSize(800, 600), QSize(1440, 880)])
def test_it_never_covers_the_window(window: Window, size: QSize) -> None:
    window.resize(size)
    picker = opened(window)
    assert window.rect().contains(picker.geometry().translated(-window.mapToGlobal(window.rect().topLeft())))
    assert picker.width() * picker.height() < window.width() * window.height() / 2
    picker.close()


def test_the_short_names_of_branches(node: Callable[[str], Node]) -> None:
    assert [branch_name(node(code)) for code in ("4", "E08-E13")] == ["chapter 4", "E08–E13"]
    assert [branch_name(node(code)) for code in ("0DT", "0D")] == ["0DT", "0D"]


def test_a_section_of_the_procedures_is_no_chapter(window: Window) -> None:
    section = window.catalogue.find(System.ICD10PCS, "3")
    assert section is not None
    window.search_bar.set_within(section)
    assert window.search_bar.branch_chip.text() == "In section 3  ×"
