"""The code panel in use: links, the strip of 7th characters, copying, zoom and scheme."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip
from pytestqt.qtbot import QtBot

from app.codes.node import Node
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.ui.code_page.code_panel import CodePanel
from app.ui.code_page.write_lists import SHORT_LIST
from app.ui.widgets.color_scheme import DARK, LIGHT, Scheme
from app.ui.widgets.plain_text import tooltip

Find = Callable[[str], Node]

NO_KEY = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def panel(catalogue: Catalogue, qtbot: QtBot) -> CodePanel:
    panel = CodePanel(catalogue)
    qtbot.addWidget(panel)
    panel.resize(565, 700)
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    return panel


@pytest.fixture
def followed(panel: CodePanel) -> list[int]:
    ids: list[int] = []
    panel.node_chosen.connect(ids.append)
    return ids


@pytest.fixture
def copied(panel: CodePanel) -> list[str]:
    texts: list[str] = []
    panel.copy_requested.connect(texts.append)
    return texts


def link_at(panel: CodePanel, address: str) -> QPoint:
    """Return a position in the viewport where a link can be clicked."""
    page = panel.page
    for y in range(0, page.viewport().height(), 4):
        for x in range(0, page.viewport().width(), 4):
            if page.anchorAt(QPoint(x, y)) == address:
                return QPoint(x + 2, y + 2)
    raise AssertionError(f"{address} is not to be seen")


def test_welcomes_before_anything_is_chosen(panel: CodePanel) -> None:
    assert panel.current() is None
    assert "Type what the chart says" in panel.page.toPlainText()
    assert not panel.copy_button.isVisible()
    assert not panel.seventh_strip.isVisible()


def test_an_example_of_the_welcome_is_searched(panel: CodePanel) -> None:
    searches: list[str] = []
    panel.search_requested.connect(searches.append)
    QTest.mouseClick(panel.page.viewport(), Qt.MouseButton.LeftButton, NO_KEY, link_at(panel, "search:1"))
    assert searches == ["0DTJ4ZZ"]


def test_the_welcome_leads_to_the_conventions(panel: CodePanel) -> None:
    QTest.mouseClick(panel.page.viewport(), Qt.MouseButton.LeftButton, NO_KEY, link_at(panel, "conventions:"))
    assert "Conventions of the Tabular List" in panel.page.toPlainText()
    assert "Type what the chart says" not in panel.page.toPlainText()


def test_shows_the_conventions(panel: CodePanel, node: Find) -> None:
    panel.show_node(node("S72.301A").id)
    panel.show_conventions()
    text = panel.page.toPlainText()
    assert "Conventions of the Tabular List" in text
    assert "A type 1 Excludes note is a pure excludes." in text
    assert panel.current() is None
    assert not panel.seventh_strip.isVisible()


def test_following_a_link_is_reported_and_the_page_stays(panel: CodePanel, followed: list[int], node: Find) -> None:
    panel.show_node(node("E11.40").id)
    target = node("Z79.4").id
    QTest.mouseClick(panel.page.viewport(), Qt.MouseButton.LeftButton, NO_KEY, link_at(panel, f"node:{target}"))
    assert followed == [target]
    current = panel.current()
    assert current is not None
    assert current.code == "E11.40"


def test_links_are_reached_by_tab_and_followed_by_enter(panel: CodePanel, followed: list[int], node: Find) -> None:
    panel.show_node(node("E11.40").id)
    panel.page.setFocus()
    QTest.keyClick(panel.page, Qt.Key.Key_Tab)
    QTest.keyClick(panel.copy_button, Qt.Key.Key_Tab)
    for _ in range(2):
        QTest.keyClick(panel.page, Qt.Key.Key_Tab)
    QTest.keyClick(panel.page, Qt.Key.Key_Return)
    assert followed == [node("E11").id]


def test_a_link_that_has_the_focus_is_not_selected_text(panel: CodePanel, node: Find) -> None:
    """Ctrl+C then copies the code of the page, not the link's words."""
    panel.show_node(node("E11.40").id)
    panel.page.setFocus()
    QTest.keyClick(panel.page, Qt.Key.Key_Tab)
    QTest.keyClick(panel.copy_button, Qt.Key.Key_Tab)
    assert panel.page.textCursor().hasSelection()
    assert panel.selected_text() == ""
    panel.page.selectAll()


def test_text_can_be_selected_with_the_mouse(panel: CodePanel, node: Find) -> None:
    panel.show_node(node("E11.40").id)
    title = panel.page.block_rect(2)
    where = QPoint(int(title.left()) + 40, int(title.top()) + 14)
    QTest.mouseDClick(panel.page.viewport(), Qt.MouseButton.LeftButton, NO_KEY, where)
    assert panel.selected_text() in {"Type", "diabetes", "mellitus"}


def test_the_button_beside_the_code_copies_it(panel: CodePanel, copied: list[str], node: Find) -> None:
    panel.show_node(node("E11.40").id)
    assert panel.copy_button.isVisible()
    QTest.mouseClick(panel.copy_button, Qt.MouseButton.LeftButton)
    assert copied == ["E11.40"]
    code = panel.page.block_rect(panel.page.code_block)
    assert code.top() <= panel.copy_button.geometry().center().y() <= code.bottom()


def test_a_chapter_has_nothing_to_copy(panel: CodePanel, node: Find) -> None:
    panel.show_node(node("4").id)
    assert not panel.copy_button.isVisible()


def test_the_strip_stands_where_the_page_makes_room(panel: CodePanel, node: Find) -> None:
    panel.show_node(node("S72.301A").id)
    assert panel.seventh_strip.isVisible()
    room = panel.page.block_rect(panel.page.strip_block)
    assert panel.seventh_strip.y() == pytest.approx(room.top(), abs=1)
    assert panel.page.block_rect(panel.page.strip_block + 1).top() >= panel.seventh_strip.geometry().bottom()
    before = panel.seventh_strip.y()
    panel.page.verticalScrollBar().setValue(30)
    assert panel.seventh_strip.y() == before - 30
    panel.resize(300, 700)
    assert panel.seventh_strip.height() > 100
    assert panel.page.block_rect(panel.page.strip_block + 1).top() >= panel.seventh_strip.geometry().bottom()


def test_the_strip_is_scrolled_into_view_when_tab_reaches_it(panel: CodePanel, node: Find) -> None:
    panel.show_node(node("S72.301A").id)
    bar = panel.page.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert panel.seventh_strip.geometry().bottom() < 0
    panel.seventh_strip.setFocus(Qt.FocusReason.TabFocusReason)
    assert panel.seventh_strip.y() == 0


def test_a_7th_character_is_chosen_by_click(panel: CodePanel, followed: list[int], node: Find) -> None:
    panel.show_node(node("S72.301A").id)
    where = panel.seventh_strip.chip_rect(3).center().toPoint()
    QTest.mouseClick(panel.seventh_strip, Qt.MouseButton.LeftButton, NO_KEY, where)
    assert followed == [node("S72.301D").id]


def test_a_7th_character_is_chosen_by_keys(panel: CodePanel, followed: list[int], node: Find) -> None:
    panel.show_node(node("T36.0X1").id)
    panel.seventh_strip.setFocus()
    choice = panel.seventh_strip.shown_choice()
    assert choice is not None
    assert choice.code == "T36.0X1A"
    QTest.keyClick(panel.seventh_strip, Qt.Key.Key_Right)
    assert "T36.0X1D" in panel.seventh_strip.accessibleDescription()
    QTest.keyClick(panel.seventh_strip, Qt.Key.Key_Return)
    QTest.keyClick(panel.seventh_strip, Qt.Key.Key_S)
    QTest.keyClick(panel.seventh_strip, Qt.Key.Key_Space)
    assert followed == [node("T36.0X1D").id, node("T36.0X1S").id]


def test_a_7th_character_that_does_not_exist_cannot_be_chosen(
    panel: CodePanel, followed: list[int], node: Find
) -> None:
    panel.show_node(node("S06.1X7").id)
    panel.seventh_strip.setFocus()
    QTest.keyClick(panel.seventh_strip, Qt.Key.Key_D)
    choice = panel.seventh_strip.shown_choice()
    assert choice is not None
    assert (choice.char, choice.node) == ("D", None)
    QTest.keyClick(panel.seventh_strip, Qt.Key.Key_Return)
    QTest.mouseClick(
        panel.seventh_strip, Qt.MouseButton.LeftButton, NO_KEY, panel.seventh_strip.chip_rect(1).center().toPoint()
    )
    assert followed == []


def test_a_7th_character_is_reached_by_typing_it_on_the_page(panel: CodePanel, followed: list[int], node: Find) -> None:
    panel.show_node(node("T36.0X1").id)
    panel.page.setFocus()
    QTest.keyClick(panel.page, Qt.Key.Key_Q)
    assert panel.page.hasFocus()
    QTest.keyClick(panel.page, Qt.Key.Key_D)
    assert panel.seventh_strip.hasFocus()
    QTest.keyClick(panel.seventh_strip, Qt.Key.Key_Return)
    assert followed == [node("T36.0X1D").id]


def test_tab_goes_to_the_button_and_the_strip_and_then_through_the_links(
    panel: CodePanel, followed: list[int], node: Find
) -> None:
    panel.show_node(node("T36.0X1").id)
    panel.page.setFocus()
    QTest.keyClick(panel.page, Qt.Key.Key_Tab)
    assert panel.copy_button.hasFocus()
    QTest.keyClick(panel.copy_button, Qt.Key.Key_Tab)
    assert panel.seventh_strip.hasFocus()
    QTest.keyClick(panel.seventh_strip, Qt.Key.Key_Tab)
    assert panel.page.hasFocus()
    QTest.keyClick(panel.page, Qt.Key.Key_Return)
    assert followed == [node("19").id]
    panel.seventh_strip.setFocus()
    QTest.keyClick(panel.seventh_strip, Qt.Key.Key_Backtab)
    assert panel.copy_button.hasFocus()
    QTest.keyClick(panel.copy_button, Qt.Key.Key_Backtab)
    assert panel.page.hasFocus()


def test_tab_leaves_the_page_behind_its_last_link(panel: CodePanel, node: Find, qtbot: QtBot) -> None:
    after = QLineEdit(panel)
    after.show()
    panel.show_node(node("E11.40").id)
    panel.page.setFocus()
    for _ in range(60):
        if QApplication.focusWidget() is after:
            return
        QTest.keyClick(panel.focusWidget() or panel.page, Qt.Key.Key_Tab)
    raise AssertionError("Tab goes round within the page")


def test_a_stem_has_no_7th_character_chosen(panel: CodePanel, node: Find) -> None:
    panel.show_node(node("S72.301").id)
    panel.page.setFocus()
    assert panel.seventh_strip.shown_choice() is None


def test_the_menu_of_a_link(panel: CodePanel, followed: list[int], copied: list[str], node: Find) -> None:
    panel.show_node(node("E11.40").id)
    target = node("Z79.4")
    menu = panel.link_menu(f"node:{target.id}")
    assert menu is not None
    for action in menu.actions():
        action.trigger()
    assert followed == [target.id]
    assert copied == ["Z79.4", "Z79.4 Long term (current) use of insulin"]
    assert panel.link_menu("more:index") is None
    assert panel.link_menu("") is None


def test_menus_offer_the_other_side(panel: CodePanel, followed: list[int], node: Find) -> None:
    panel.show_node(node("M17.11").id)
    link_menu = panel.link_menu(f"node:{node('M17.12').id}")
    assert link_menu is not None
    for menu, text in ((panel.page_menu(), "Other side: left M17.12"), (link_menu, "Other side: right M17.11")):
        next(action for action in menu.actions() if action.text() == text).trigger()
    assert followed == [node("M17.12").id, node("M17.11").id]


def test_the_menu_of_the_page(panel: CodePanel, copied: list[str], node: Find) -> None:
    panel.show_node(node("E11.40").id)
    panel.page.selectAll()
    for action in panel.page_menu().actions():
        action.trigger()
    assert copied[0].startswith("4 Endocrine")
    assert copied[1] == "E11.40"


def test_a_long_list_opens_in_place(panel: CodePanel, node: Find) -> None:
    panel.resize(565, 2000)
    panel.show_node(node("015M0ZZ").id)
    before = panel.page.toPlainText()
    panel.page.link_followed.emit("more:terms4")
    after = panel.page.toPlainText()
    assert "show all" in before
    assert "show all" not in after
    assert len(after) > len(before)


def test_another_code_begins_at_the_top_and_the_same_one_stays(panel: CodePanel, node: Find) -> None:
    panel.show_node(node("S72.301A").id)
    bar = panel.page.verticalScrollBar()
    bar.setValue(80)
    panel.show_node(node("S72.301A").id)
    assert bar.value() == 80
    panel.show_node(node("S72.301B").id)
    assert bar.value() == 0


def test_zoom_enlarges_and_keeps_the_code(panel: CodePanel, node: Find) -> None:
    panel.show_node(node("E11.40").id)
    before = panel.page.block_rect(1).height()
    panel.set_zoom(1.5)
    assert panel.page.block_rect(1).height() == pytest.approx(before * 1.5, abs=1)
    current = panel.current()
    assert current is not None
    assert current.code == "E11.40"


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=lambda scheme: scheme.name)
def test_excludes_grounds_and_bars_are_painted_in_their_scheme(panel: CodePanel, node: Find, scheme: Scheme) -> None:
    panel.resize(565, 1100)
    panel.set_scheme(scheme)
    panel.show_node(node("S72.301A").id)
    image = panel.page.viewport().grab().toImage()
    colors = {image.pixelColor(x, y).name() for y in range(0, image.height(), 3) for x in range(0, image.width(), 3)}
    for role in ("excludes1_ground", "warning_ground"):
        assert QColor(getattr(scheme, role)).name() in colors
    left = round(panel.page.document().rootFrame().frameFormat().leftMargin()) + 1
    bar = {image.pixelColor(left, y).name() for y in range(image.height())}
    assert {scheme.excludes1, scheme.warning, scheme.hairline} <= bar


def test_a_tip_names_the_code_behind_a_link(panel: CodePanel, node: Find) -> None:
    panel.show_node(node("E11.40").id)
    assert panel.page.tooltip_for(f"node:{node('E08').id}") == "E08  Diabetes mellitus due to underlying condition"
    assert panel.page.tooltip_for("") == ""


def test_the_page_has_an_accessible_description(panel: CodePanel, node: Find) -> None:
    panel.show_node(node("S72.301").id)
    assert panel.page.accessibleDescription() == (
        "ICD-10-CM S72.301 Unspecified fracture of shaft of right femur. Not valid: needs a 7th character"
    )


def test_a_link_named_code_sets_asks_for_that_view(panel: CodePanel, catalogue: Catalogue) -> None:
    code = catalogue.find(System.HCPCS, "J1885")
    assert code is not None
    actions: list[str] = []
    panel.action_asked.connect(actions.append)
    panel.show_node(code.id)
    QTest.mouseClick(panel.page.viewport(), Qt.MouseButton.LeftButton, NO_KEY, link_at(panel, "action:code_sets"))
    assert actions == ["code_sets"]


def test_the_modifiers_of_a_code_are_reached_and_opened_by_key(
    panel: CodePanel, catalogue: Catalogue, followed: list[int]
) -> None:
    code = catalogue.find(System.HCPCS, "E0601")
    assert code is not None
    panel.show_node(code.id)
    last = catalogue.detail(code.id).modifiers[-1]
    assert f"{last.code}\t" not in panel.page.toPlainText()
    panel.page.setFocus()
    for _ in range(40):
        QTest.keyClick(panel.page, Qt.Key.Key_Tab)
        if panel.page.textCursor().charFormat().anchorHref() == "more:modifiers":
            break
    QTest.keyClick(panel.page, Qt.Key.Key_Return)
    assert last.title in panel.page.toPlainText()
    assert followed == []
    # The first of the rows that have come has the focus.
    QTest.keyClick(panel.page, Qt.Key.Key_Return)
    assert followed == [catalogue.detail(code.id).modifiers[SHORT_LIST].id]


def test_the_accessible_description_names_the_code_set(panel: CodePanel, catalogue: Catalogue) -> None:
    descriptions: list[str] = []
    for system in (System.MODIFIER, System.POS):
        node = catalogue.find(system, "25")
        assert node is not None
        panel.show_node(node.id)
        descriptions.append(panel.page.accessibleDescription())
    assert descriptions[0].startswith("Modifiers 25 Significant, separately identifiable E/M. ")
    assert descriptions[1].startswith("Place of Service 25 Birthing Center. ")


def test_a_part_of_cpt_that_has_only_a_name_has_no_code_to_copy(panel: CodePanel, catalogue: Catalogue) -> None:
    part = catalogue.find(System.CPT, "I")
    assert part is not None
    panel.show_node(part.id)
    assert not panel.copy_button.isVisible()
    assert [action.text() for action in panel.page_menu().actions()] == ["Copy title", "Select all"]


@pytest.mark.parametrize(
    ("code", "words"), [("E11.9", "Valid for submission"), ("G63", "Manifestation, never first-listed")]
)
def test_the_tooltip_of_a_mark_tells_what_it_means(panel: CodePanel, node: Find, code: str, words: str) -> None:
    panel.show_node(node(code).id)
    page = panel.page
    image = page.viewport().grab().toImage()
    ratio, green = image.devicePixelRatio(), QColor(LIGHT.valid).rgb()
    columns, rows = range(image.width()), range(image.height())
    # The words beside the mark are green too.
    x, y = next((x, y) for x in columns for y in rows if image.pixel(x, y) == green)
    point = QPoint(round(x / ratio), round(y / ratio))
    QApplication.sendEvent(page.viewport(), QHelpEvent(QEvent.Type.ToolTip, point, page.mapToGlobal(point)))
    assert QToolTip.text() == tooltip(words)
    QToolTip.hideText()
