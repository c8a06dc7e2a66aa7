"""The filters of the search bar and their counts."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.codes.node import Node
from app.codes.systems import READING_ORDER, System
from app.library.reading.catalogue import Catalogue
from app.search.answer import Answer, Filters, Question
from app.ui.main_window.search_bar import SearchBar
from app.ui.widgets.chips import FilterLayout

Find = Callable[[str], Node]


@pytest.fixture
def bar(qtbot: QtBot, catalogue: Catalogue) -> SearchBar:
    search_bar = SearchBar((System.ICD10CM, System.ICD10PCS), catalogue.roots)
    search_bar.set_zoom(1.0)
    qtbot.addWidget(search_bar)
    return search_bar


def test_filters_are_those_that_were_chosen(bar: SearchBar, node: Find) -> None:
    assert bar.filters() == Filters()
    bar.chips[System.ICD10PCS].click()
    bar.valid_only.click()
    assert bar.filters() == Filters(frozenset({System.ICD10PCS}), None, True)
    bar.set_within(node("13"))
    assert bar.filters() == Filters(frozenset(), node("13").id, True), (
        "a branch of another code set removes the code set"
    )
    bar.set_system(System.ICD10PCS)
    assert bar.within is None
    bar.cc_only.click()
    assert bar.filters() == Filters(frozenset({System.ICD10PCS}), None, True, True)


def test_only_the_chip_of_the_chosen_code_set_is_on(bar: SearchBar) -> None:
    def checked() -> list[bool]:
        return [chip.isChecked() for chip in (bar.all_chip, *bar.chips.values())]

    assert checked() == [True, False, False]
    bar.chips[System.ICD10CM].click()
    assert checked() == [False, True, False]
    bar.chips[System.ICD10CM].click()
    assert checked() == [True, False, False]
    bar.all_chip.click()
    assert checked() == [True, False, False]


@pytest.mark.parametrize(
    ("width", "zoom", "rows", "count_text"),
    [
        (1440, 1.0, 1, True),
        (1100, 1.0, 2, True),
        (800, 1.0, 2, True),
        (1200, 1.5, 2, True),
        (600, 1.0, 2, True),
        (600, 1.5, 2, False),
        (2000, 1.5, 1, True),
    ],
)
def test_all_filters_are_visible_at_every_width(
    qtbot: QtBot, catalogue: Catalogue, width: int, zoom: float, rows: int, count_text: bool
) -> None:
    bar = SearchBar(READING_ORDER, catalogue.roots)
    qtbot.addWidget(bar)
    bar.set_zoom(zoom)
    bar.resize(width, bar.sizeHint().height())
    bar.show()
    parts = [bar.box, bar.all_chip, *bar.chips.values(), bar.branch_chip, bar.valid_only, bar.cc_only]
    qtbot.waitUntil(lambda: all(part.width() > 0 for part in parts))
    QApplication.processEvents()
    bar.resize(width, bar.sizeHint().height())
    QApplication.processEvents()
    for part in parts[1:]:
        assert part.width() >= part.sizeHint().width()
        assert part.mapTo(bar, part.rect().bottomRight()).x() < width
    assert len({part.mapTo(bar, part.rect().center()).y() // (20 * zoom) for part in parts}) == rows
    bar.chips[System.MODIFIER].set_count("12")
    assert bar.chips[System.MODIFIER].accessibleName() == "Modifiers 12"
    bare_width = bar.chips[System.CPT].width_in(FilterLayout.TWO_ROWS_BARE)
    assert (bar.chips[System.CPT].width() > bare_width) == count_text


def test_the_width_of_a_chip_does_not_depend_on_its_count(bar: SearchBar) -> None:
    chip = bar.chips[System.ICD10CM]
    widths = set[int]()
    for count in ("", "3", "214", "1,000+"):
        chip.set_count(count)
        widths.add(chip.sizeHint().width())
    assert len(widths) == 1
    assert chip.accessibleName() == "ICD-10-CM 1,000+"


def test_the_count_of_a_code_set_outside_the_filter_may_be_a_lower_bound(bar: SearchBar) -> None:
    """It ends at a thousand, although the code set of the filter is counted exactly."""
    bar.chips[System.ICD10PCS].click()
    counts = {System.ICD10CM: 1000, System.ICD10PCS: 1}
    bar.show_counts(Answer(Question("fracture", bar.filters()), total=1, by_system=counts))
    assert bar.all_chip.count == "1,001+"
    assert bar.chips[System.ICD10CM].count == "1,000+"
    assert bar.chips[System.ICD10PCS].count == "1"


def test_without_counts_of_the_other_code_sets_there_is_no_total(bar: SearchBar) -> None:
    bar.chips[System.ICD10PCS].click()
    bar.show_counts(Answer(Question("knee", bar.filters()), total=40, by_system={System.ICD10PCS: 40}))
    assert [bar.all_chip.count, bar.chips[System.ICD10CM].count] == ["", ""]
    bar.show_counts(Answer(Question("knee", bar.filters()), total=40, by_system={System.ICD10PCS: 40, System.HCPCS: 3}))
    assert bar.all_chip.count == "43"


@pytest.mark.parametrize(
    ("counts", "at_least", "chips"),
    [
        ({System.ICD10CM: 1000, System.ICD10PCS: 12}, True, ["1,000+", "1,000+", "12"]),
        # Quoted words: reading ended before everything was counted, wherever it did.
        ({System.ICD10CM: 400, System.ICD10PCS: 12}, True, ["412+", "400+", "12+"]),
        ({System.ICD10CM: 1000, System.ICD10PCS: 0}, False, ["1,000", "1,000", "0"]),
    ],
)
def test_lower_bounds_are_marked(bar: SearchBar, counts: dict[System, int], at_least: bool, chips: list[str]) -> None:
    total = min(1000, sum(counts.values()))
    bar.show_counts(Answer(Question("words"), total=total, at_least=at_least, by_system=counts))
    assert [bar.all_chip.count, *(chip.count for chip in bar.chips.values())] == chips
