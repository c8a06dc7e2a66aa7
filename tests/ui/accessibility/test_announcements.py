"""The words that a screen reader says, and how the parts of the window are told to it."""

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.codes.systems import System
from app.search.answer import Answer
from app.ui.main_window import announcements
from app.ui.main_window.window import Window

Ask = Callable[[Window, str], Answer]
Key = Qt.Key
Role = QAccessible.Role


@pytest.fixture(autouse=True)
def screen_reader() -> Iterator[None]:
    """A screen reader is running, as far as Qt knows."""
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


@pytest.fixture
def said(window: Window) -> list[str]:
    """What is announced, from now on."""
    texts: list[str] = []
    window.panels.announcements.said.connect(texts.append)
    return texts


def interface(widget: QObject | None) -> QAccessibleInterface:
    assert widget is not None
    found = QAccessible.queryAccessibleInterface(widget)
    assert found is not None
    return found


def name(part: QAccessibleInterface) -> str:
    return part.text(QAccessible.Text.Name)


def children(part: QAccessibleInterface) -> list[QAccessibleInterface]:
    return [part.child(number) for number in range(part.childCount())]


def parts_of(part: QAccessibleInterface, role: Role) -> list[QAccessibleInterface]:
    """All parts inside a part that have a role, in reading order."""
    found: list[QAccessibleInterface] = []
    for child in children(part):
        found += [child] if child.role() is role else []
        found += parts_of(child, role)
    return found


def focused_words() -> str:
    """What a screen reader says of the widget that has the focus: name and description."""
    focused = QApplication.focusWidget()
    assert focused is not None
    part = interface(focused)
    return f"{name(part)}. {part.text(QAccessible.Text.Description)}"


def test_the_words_of_a_search(window: Window, said: list[str], qtbot: QtBot) -> None:
    assert focused_words() == ("Search. Type a code, words or an abbreviation; results update with every keystroke")
    QTest.keyClicks(window.search_bar.box, "gout")
    qtbot.waitUntil(lambda: bool(said), timeout=5000)
    assert said == [
        "326 results. M10, Gout, ICD-10-CM, heading, 121 codes, closed, M05 to M14, Inflammatory polyarthropathies"
    ]
    said.clear()
    QTest.keyClick(window.search_bar.box, Key.Key_Down)
    QTest.keyClick(window.search_bar.box, Key.Key_Down)
    assert said == [
        "M10.9, Gout, unspecified, ICD-10-CM, valid for submission, M10, Gout",
        "M10.0, Idiopathic gout, ICD-10-CM, heading, 24 codes, closed, M10, Gout",
    ]
    said.clear()
    QTest.keyClick(window.search_bar.box, Key.Key_Right)
    assert said == ["24 codes shown below"]
    QTest.keyClick(window.search_bar.box, Key.Key_Left)
    assert said[1:] == ["Row closed"]
    said.clear()
    QTest.keyClick(window.search_bar.box, Key.Key_Return)
    assert focused_words() == "Code page. ICD-10-CM M10.0 Idiopathic gout. A heading: choose one of 24 codes below"
    window.actions_by_name["copy_code"].trigger()
    assert said == ["Copied M10.0"]


def test_a_row_is_said_with_its_mark_as_long_as_rows_have_marks(window: Window, said: list[str], qtbot: QtBot) -> None:
    QTest.keyClicks(window.search_bar.box, "n17.9")
    qtbot.waitUntil(lambda: bool(said), timeout=5000)
    assert "N17.9, Acute kidney failure, unspecified, ICD-10-CM, valid for submission, CC, " in said[-1]
    window.actions_by_name["cc_marks"].trigger()
    said.clear()
    QTest.keyClick(window.search_bar.box, Key.Key_Backspace)
    QTest.keyClicks(window.search_bar.box, "9")
    qtbot.waitUntil(lambda: bool(said), timeout=5000)
    assert "N17.9, Acute kidney failure, unspecified, ICD-10-CM, valid for submission, N17, " in said[-1]


def test_an_unknown_code_says_that_it_is_one(window: Window, said: list[str], qtbot: QtBot) -> None:
    QTest.keyClicks(window.search_bar.box, "e11.999")
    qtbot.waitUntil(lambda: bool(said), timeout=5000)
    assert said == ["No match, 1 near. E11.999 has the form of an ICD-10-CM code but is not in the FY2026 release"]
    said.clear()
    QTest.keyClick(window.search_bar.box, Key.Key_Down)
    assert len(said) == 1
    assert said[0].startswith("Offer, not what was typed, E11.9, Type 2 diabetes mellitus without complications, ")


@pytest.mark.slow
def test_the_results_are_not_said_once_the_page_is_read(window: Window, said: list[str], qtbot: QtBot) -> None:
    QTest.keyClicks(window.search_bar.box, "gout")
    qtbot.waitUntil(lambda: window.results.current_row() is not None)
    QTest.keyClick(window.search_bar.box, Key.Key_Return)
    qtbot.waitUntil(window.panels.code_panel.page.hasFocus)
    # Nothing is to happen, so time must pass: more than the pause before results are said.
    qtbot.wait(announcements.PAUSE_MS + 200)
    assert [text for text in said if "results" in text] == []


def test_advice_is_said(window: Window, said: list[str], qtbot: QtBot) -> None:
    QTest.keyClicks(window.search_bar.box, "zzqx")
    qtbot.waitUntil(lambda: bool(said), timeout=5000)
    assert said == ["No match. No match for “zzqx”, as typed or with corrected spelling. Try fewer or shorter words"]


def test_a_failed_search_is_said_once_typing_pauses(window: Window, said: list[str], qtbot: QtBot) -> None:
    for _letter in "gou":
        window.library_failures.library_failed(sqlite3.DatabaseError("malformed"))
    qtbot.waitUntil(lambda: bool(said), timeout=5000)
    assert len(said) == 1
    assert said[0].startswith("The code database ")
    assert said[0].endswith(" cannot be read (malformed).")


def test_a_page_without_a_row_of_its_own_is_said_once(window: Window, ask: Ask, said: list[str]) -> None:
    ask(window, "m17.11")
    said.clear()
    window.actions_by_name["counterpart"].trigger()
    assert said == ["ICD-10-CM M17.12 Unilateral primary osteoarthritis, left knee. Valid for submission"]


def test_the_result_of_adding_is_said(window: Window, said: list[str]) -> None:
    window.code_sets_controller.job_bar.show_result("Added ICD-10-CM FY2027.", details=False)
    assert said == ["Added ICD-10-CM FY2027."]


@pytest.mark.slow
def test_nothing_is_said_or_prepared_without_a_screen_reader(
    window: Window, ask: Ask, said: list[str], qtbot: QtBot
) -> None:
    QAccessible.setActive(False)
    ask(window, "gout")
    QTest.keyClick(window.search_bar.box, Key.Key_Down)
    window.actions_by_name["copy_code"].trigger()
    # Nothing is to happen, so time must pass: more than the pause before results are said.
    qtbot.wait(announcements.PAUSE_MS + 200)
    assert said == []


def test_code_sets_are_radio_buttons_of_a_group(window: Window, ask: Ask) -> None:
    ask(window, "gout")
    (chips,) = [group for group in parts_of(interface(window), Role.Grouping) if name(group) == "Code set"]
    assert {chip.role() for chip in children(chips)} == {Role.RadioButton}
    assert [name(chip) for chip in children(chips)][:3] == ["All 326", "ICD-10-CM 325", "ICD-10-PCS"]
    assert [bool(chip.state().checked) for chip in children(chips)] == [True] + [False] * 6
    window.search_bar.all_chip.setFocus()
    QTest.keyClick(window.search_bar.all_chip, Key.Key_Right)
    assert window.search_bar.system is System.ICD10CM
    assert QApplication.focusWidget() is window.search_bar.chips[System.ICD10CM]


def test_the_chapter_filter_is_a_menu_button_that_can_be_pressed(window: Window, qtbot: QtBot) -> None:
    chapter = interface(window.search_bar.branch_chip)
    assert chapter.role() is Role.ButtonMenu
    assert chapter.state().hasPopup
    assert name(chapter) == "Chapter: all"
    pressed: list[bool] = []
    window.search_bar.branch_chip.clicked.connect(lambda: pressed.append(True))
    actions = chapter.actionInterface()
    actions.doAction(actions.actionNames()[0])
    assert pressed == [True]
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()


def test_the_page_is_a_document_with_headings_and_links(window: Window, ask: Ask) -> None:
    ask(window, "s72.001")
    page = interface(window.panels.code_panel.page)
    assert page.role() is Role.Document
    assert page.state().readOnly
    headings = [name(part) for part in parts_of(page, Role.Heading)]
    assert headings[:3] == ["S72.001", "Fracture of unspecified part of neck of right femur", "7th character"]
    assert [name(part) for part in parts_of(page, Role.Link)][:3] == [
        "19 Injury",
        "Injuries to the hip and thigh",
        "S72",
    ]
    text = " | ".join(name(part) for part in parts_of(page, Role.Paragraph))
    assert "Not valid: needs a 7th character" in text
    # Another code, other parts; and each knows its parent and its place.
    ask(window, "e11.9")
    page = interface(window.panels.code_panel.page)
    heading = parts_of(page, Role.Heading)[0]
    assert name(heading) == "E11.9"
    assert heading.parent() is page
    assert page.child(page.indexOfChild(heading)) is heading
    assert heading.rect().intersects(page.rect())
    assert page.childAt(heading.rect().center().x(), heading.rect().center().y()) is heading


def test_tab_tells_which_link_has_the_focus(window: Window, ask: Ask) -> None:
    ask(window, "e11.9")
    page = window.panels.code_panel.page
    page.setFocus()
    QTest.keyClick(page, Key.Key_Tab)
    QTest.keyClick(window.panels.code_panel.copy_button, Key.Key_Tab)
    link = interface(page).focusChild()
    assert link.role() is Role.Link
    assert name(link) == "4 Endocrine"
    assert link.state().focused


def test_the_strip_is_a_group_with_its_characters(window: Window, ask: Ask) -> None:
    ask(window, "s72.001d")
    strip = window.panels.code_panel.seventh_strip
    group = interface(strip)
    assert (group.role(), name(group)) == (Role.Grouping, "7th character")
    characters = children(group)
    assert len(characters) == 16
    assert name(characters[3]) == ("D: subsequent encounter for closed fracture with routine healing, S72.001D")
    assert [number for number, part in enumerate(characters) if part.state().checked] == [3]
    strip.setFocus()
    QTest.keyClick(strip, Key.Key_Right)
    assert group.focusChild() is characters[4]


def press(part: QAccessibleInterface) -> None:
    actions = part.actionInterface()
    (action,) = actions.actionNames()
    assert action == actions.pressAction()
    actions.doAction(action)


def test_a_link_of_the_page_can_be_pressed(window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "e11.9")
    press(link_named(window, "E11"))
    qtbot.waitUntil(lambda: shown_code(window) == "E11")
    # The page before has gone, and its parts with it.
    press(link_named(window, "E08.-"))
    qtbot.waitUntil(lambda: shown_code(window) == "E08")


def test_a_7th_character_can_be_pressed_unless_it_makes_no_code(window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "s72.001")
    characters = children(interface(window.panels.code_panel.seventh_strip))
    press(characters[3])
    qtbot.waitUntil(lambda: shown_code(window) == "S72.001D")
    ask(window, "t36.0x1")
    for part in children(interface(window.panels.code_panel.seventh_strip)):
        assert (part.actionInterface() is None) == bool(part.state().disabled)
        # Qt asks for all of them, one after the other.
        assert part.selectionInterface() is None
        assert part.textInterface() is None
        assert part.valueInterface() is None


def link_named(window: Window, words: str) -> QAccessibleInterface:
    links = parts_of(interface(window.panels.code_panel.page), Role.Link)
    return next(link for link in links if name(link) == words)


def shown_code(window: Window) -> str:
    node = window.panels.code_panel.current()
    return node.code if node is not None else ""


def test_the_window_is_read_in_the_order_search_results_page_tree(window: Window, ask: Ask) -> None:
    ask(window, "gout")
    landmarks = ["Search", "Code set", "Results", "Code page", "Browse code sets", "Status"]
    names = [name(part) for part in reading_order(interface(window.centralWidget()))]
    assert [text for text in names if text in landmarks] == landmarks


def reading_order(part: QAccessibleInterface) -> list[QAccessibleInterface]:
    """The part and everything in it, in reading order."""
    return [part, *(inner for child in children(part) for inner in reading_order(child))]


def test_dividers_and_the_header_of_the_tree_have_names(window: Window) -> None:
    handles = [window.splitters.handle(1), window.splitters.inner.handle(1)]
    assert [name(interface(handle)) for handle in handles] == [
        "Divider between code tree and results",
        "Divider between results and code page",
    ]
    tree = interface(window.panels.browse.tree)
    header = children(tree)[0]
    assert header.role() is Role.ColumnHeader
    assert name(header) == "Code, title and status"
