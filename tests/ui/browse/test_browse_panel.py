"""The browse tree in use: revealing a node emits no signal, choosing one does."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.codes.node import Node
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.ui.browse.browse_delegate import BrowseDelegate
from app.ui.browse.browse_model import MOST_CLOSED_ROWS
from app.ui.browse.browse_panel import BrowsePanel
from app.ui.widgets.color_scheme import DARK, LIGHT, Scheme
from app.ui.widgets.fonts_and_palette import stylesheet

Find = Callable[[str], Node]

NO_KEY = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def panel(catalogue: Catalogue, qtbot: QtBot) -> BrowsePanel:
    panel = BrowsePanel(catalogue)
    qtbot.addWidget(panel)
    panel.resize(320, 640)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


@pytest.fixture
def chosen(panel: BrowsePanel) -> list[int]:
    """The ids of the nodes that the panel has reported."""
    ids: list[int] = []
    panel.node_chosen.connect(ids.append)
    return ids


def test_reveal_opens_the_branch_without_a_signal(panel: BrowsePanel, chosen: list[int], node: Find) -> None:
    target = node("E11.40")
    panel.reveal(target.id)
    current = panel.current()
    assert current is not None
    assert current.code == "E11.40"
    assert panel.tree.viewport().rect().contains(panel.tree.visualRect(panel.tree.currentIndex()))
    assert chosen == []


def test_reveal_does_not_scroll_to_a_visible_row(panel: BrowsePanel, node: Find) -> None:
    panel.reveal(node("S72.301A").id)
    place = panel.tree.verticalScrollBar().value()
    assert place > 0
    panel.reveal(node("S72.30").id)
    assert panel.tree.verticalScrollBar().value() == place


def test_reveal_collapses_the_rows_it_expanded_before(panel: BrowsePanel, node: Find) -> None:
    panel.reveal(node("E11.40").id)
    first = panel.model.index_of(node("E11.4").id)
    panel.reveal(node("E11.42").id)
    assert panel.tree.isExpanded(first)
    panel.reveal(node("0DTJ4ZZ").id)
    assert not panel.tree.isExpanded(first)
    assert panel.tree.isExpanded(panel.model.index(0, 0))


def test_reveal_closes_nothing_that_the_user_uses(panel: BrowsePanel, node: Find) -> None:
    by_hand = panel.model.index_of(node("S72").id)
    panel.reveal(node("S72").id)
    panel.tree.expand(by_hand)
    panel.reveal(node("E11.40").id)
    assert panel.tree.isExpanded(by_hand)
    assert panel.tree.isExpanded(by_hand.parent())
    # A row chosen in a branch that was opened for the user makes the branch the user's own.
    panel.tree.setCurrentIndex(panel.model.index_of(node("E11.41").id))
    panel.reveal(node("0DTJ4ZZ").id)
    assert panel.tree.isExpanded(panel.model.index_of(node("E11.4").id))


def test_reveal_shows_the_heading_too(panel: BrowsePanel, node: Find) -> None:
    panel.reveal(node("Z79.4").id)
    panel.reveal(node("E11.40").id)
    heading = panel.tree.visualRect(panel.model.index_of(node("E11.4").id))
    assert panel.tree.viewport().rect().contains(heading)


def test_rows_above_the_current_one_are_bold(panel: BrowsePanel, node: Find) -> None:
    panel.reveal(node("E11.40").id)
    ancestor_ids = panel.tree.itemDelegate().ancestor_ids  # type: ignore[attr-defined]
    expected = {panel.model.index_of(node(code).id).internalId() for code in ("4", "E08-E13", "E11", "E11.4")}
    assert ancestor_ids == expected | {panel.model.index_of_set(System.ICD10CM).internalId()}


def test_arrow_keys_choose(panel: BrowsePanel, chosen: list[int], node: Find) -> None:
    panel.reveal(node("E11.40").id)
    QTest.keyClick(panel.tree, Qt.Key.Key_Down)
    assert chosen == [node("E11.41").id]
    QTest.keyClick(panel.tree, Qt.Key.Key_Left)
    assert chosen == [node("E11.41").id, node("E11.4").id]
    QTest.keyClick(panel.tree, Qt.Key.Key_Left)
    assert not panel.tree.isExpanded(panel.model.index_of(node("E11.4").id))
    QTest.keyClick(panel.tree, Qt.Key.Key_Right)
    assert panel.tree.isExpanded(panel.model.index_of(node("E11.4").id))


def test_a_click_emits_one_signal(panel: BrowsePanel, chosen: list[int], node: Find) -> None:
    panel.reveal(node("E11.40").id)
    row = panel.tree.visualRect(panel.model.index_of(node("E11.42").id))
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, NO_KEY, row.center())
    assert chosen == [node("E11.42").id]


def test_a_click_or_enter_on_the_current_row_emits_it_again(panel: BrowsePanel, chosen: list[int], node: Find) -> None:
    """The code panel may show something else by then: the conventions, or the welcome page."""
    target = node("E11.40")
    panel.reveal(target.id)
    row = panel.tree.visualRect(panel.tree.currentIndex())
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, NO_KEY, row.center())
    assert chosen == [target.id]
    QTest.keyClick(panel.tree, Qt.Key.Key_Return)
    assert chosen == [target.id, target.id]


def test_a_click_on_the_arrow_opens(panel: BrowsePanel, chosen: list[int], node: Find) -> None:
    index = panel.model.index_of(node("2").id)
    assert not panel.tree.isExpanded(index)
    row = panel.tree.visualRect(index)
    place = row.center()
    place.setX(row.left() - panel.tree.indentation() // 2)
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, NO_KEY, place)
    assert panel.tree.isExpanded(index)


def test_a_click_on_a_code_set_opens_it(panel: BrowsePanel, chosen: list[int]) -> None:
    index = panel.model.index_of_set(System.ICD10PCS)
    row = panel.tree.visualRect(index)
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, NO_KEY, row.center())
    assert panel.tree.isExpanded(index)
    assert chosen == []


def test_the_menu_of_a_row_copies(panel: BrowsePanel, node: Find) -> None:
    copied: list[str] = []
    panel.copy_requested.connect(copied.append)
    menu = panel.row_menu(panel.model.index_of(node("Z79.4").id))
    assert menu is not None
    for action in menu.actions():
        if action.text().startswith("Copy"):
            action.trigger()
    assert copied == ["Z79.4", "Z79.4 Long term (current) use of insulin"]
    assert panel.row_menu(panel.model.index_of_set(System.ICD10CM)) is None
    assert panel.row_menu(QModelIndex()) is None


def test_the_menu_of_a_row_offers_the_other_side(panel: BrowsePanel, chosen: list[int], node: Find) -> None:
    menu = panel.row_menu(panel.model.index_of(node("M17.11").id))
    assert menu is not None
    others = [action for action in menu.actions() if action.text().startswith("Other side")]
    assert "Other side: left M17.12" in [action.text() for action in others]
    others[0].trigger()
    assert chosen == [node(others[0].text().rpartition(" ")[2]).id]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=lambda scheme: scheme.name)
def test_the_selected_row_has_the_ground_of_its_scheme(panel: BrowsePanel, node: Find, scheme: Scheme) -> None:
    panel.set_scheme(scheme)
    panel.reveal(node("E11.40").id)
    row = panel.tree.visualRect(panel.tree.currentIndex())
    image: QImage = panel.tree.viewport().grab().toImage()
    ratio = image.devicePixelRatio()
    # At the very left, where no text stands.
    at = image.pixelColor(int(12 * ratio), int(row.center().y() * ratio))
    assert at == QColor(scheme.selected)


def test_zoom_makes_rows_higher(panel: BrowsePanel, node: Find) -> None:
    panel.resize(640, 640)
    panel.reveal(node("E11.40").id)
    before = panel.tree.visualRect(panel.tree.currentIndex()).height()
    panel.set_zoom(1.5)
    assert panel.tree.visualRect(panel.tree.currentIndex()).height() == round(before * 1.5)


@pytest.mark.parametrize(
    ("width", "zoom"),
    [(200, 1.0), (318, 1.0), (318, 1.5), (358, 1.5), (403, 2.0), (422, 1.0), (520, 1.0), (538, 1.5), (717, 2.0)],
)
@pytest.mark.parametrize("code", ["S72.011", "E11.5", "T36.0X", "M17"])
def test_no_two_rows_below_a_heading_read_alike(
    panel: BrowsePanel, node: Find, qtbot: QtBot, code: str, width: int, zoom: float
) -> None:
    panel.resize(width, 640)
    panel.set_zoom(zoom)
    parent = panel.model.index_of(node(code).id)
    panel.model.fetchMore(parent)
    panel.tree.expand(parent)
    delegate = panel.tree.itemDelegate()
    assert isinstance(delegate, BrowseDelegate)
    rows = [panel.model.index(number, 0, parent) for number in range(panel.model.rowCount(parent))]
    assert len({delegate.shown_lines(row) for row in rows}) == len(rows) > 1
    most = max(rows, key=lambda row: len(delegate.shown_lines(row)))
    panel.tree.scrollTo(most)
    height = (6 + 18 * len(delegate.shown_lines(most))) * zoom
    qtbot.waitUntil(lambda: abs(panel.tree.visualRect(most).height() - height) <= 2)


@pytest.mark.parametrize("zoom", [1.0, 1.5, 2.0])
def test_ranges_are_aligned_and_nothing_is_painted_below_the_scroll_bar(
    panel: BrowsePanel, qtbot: QtBot, zoom: float
) -> None:
    panel.setStyleSheet(stylesheet(LIGHT, zoom))
    panel.resize(round(318 * zoom), 640)
    panel.set_zoom(zoom)
    qtbot.waitUntil(lambda: panel.tree.verticalScrollBar().maximum() == 0 or panel.tree.overlay_bar.isVisible())
    panel.tree.overlay_bar.hide()
    image = panel.tree.viewport().grab().toImage()
    chapters = panel.model.index(0, 0)
    ends: set[int] = set()
    for number in range(10):
        row = panel.tree.visualRect(panel.model.index(number, 0, chapters))
        columns = [x for x in range(image.width()) for y in range(row.top(), row.bottom()) if is_dark(image, x, y)]
        ends.add(max(columns))
    # The last strokes of 9 and 5 end a pixel apart.
    assert max(ends) - min(ends) <= 2
    assert max(ends) < panel.tree.overlay_bar.x()


def is_dark(image: QImage, x: int, y: int) -> bool:
    return image.pixelColor(x, y).lightness() < 170


@pytest.mark.slow
def test_rows_of_closed_branches_are_forgotten(
    panel: BrowsePanel, catalogue: Catalogue, chosen: list[int], node: Find
) -> None:
    opened = panel.model.index_of(node("I10").id).parent()
    panel.tree.expand(opened.parent())
    panel.tree.expand(opened)
    most = 0
    categories = [
        category
        for chapter in catalogue.roots(System.ICD10CM)
        for section in catalogue.children(chapter.id)
        for category in catalogue.children(section.id)
        if category.has_children
    ]
    for category in categories:
        panel.reveal(catalogue.children(category.id)[0].id)
        most = max(most, panel.model.count)
        current = panel.current()
        assert current is not None
        assert current.parent == category.id
    assert sum(len(catalogue.children(category.id)) for category in categories) > MOST_CLOSED_ROWS
    assert most <= MOST_CLOSED_ROWS
    # What the user has opened stays, and what was forgotten is there again when it is needed.
    assert panel.tree.isExpanded(panel.model.index_of(node("I10").id).parent())
    panel.reveal(node("A01.00").id)
    assert panel.tree.viewport().rect().contains(panel.tree.visualRect(panel.tree.currentIndex()))
    assert chosen == []
