"""The narrowing strip in use: words are clicked, chosen by key and removed again."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.search.answer import Answer, Aspect, NarrowingWord
from app.ui.main_window.window import Window
from app.ui.results.narrowing_strip import NarrowingStrip, shorten_word
from app.ui.results.word_chip import WordChip
from app.ui.widgets.color_scheme import DARK
from app.ui.widgets.plain_text import tooltip

Ask = Callable[[Window, str], Answer]
MakeWindow = Callable[..., Window]
Narrowed = Callable[[Window, str], NarrowingStrip]
Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def narrowed(qtbot: QtBot, ask: Ask) -> Narrowed:
    """Put a text into the search box and wait until words to add are shown."""

    def narrow(window: Window, text: str) -> NarrowingStrip:
        ask(window, text)
        strip = window.results.narrowing_strip
        qtbot.waitUntil(lambda: bool(strip.words), timeout=5000)
        return strip

    return narrow


def chips(strip: NarrowingStrip) -> list[WordChip]:
    """Return the visible chips, from the left."""
    return [chip for chip in strip.findChildren(WordChip) if chip.isVisible()]


def chip_of(strip: NarrowingStrip, words: str) -> QAbstractButton:
    return next(chip for chip in chips(strip) if chip.text() == words)


def focused() -> object:
    return QApplication.focusWidget()


def press(key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClick(widget, key, modifier)


def settled(qtbot: QtBot, window: Window, text: str) -> Answer:
    """Wait for the answer to a text, and return it."""
    qtbot.waitUntil(lambda: window.results.answer is not None and window.results.answer.question.text == text)
    answer = window.results.answer
    assert answer is not None
    return answer


@pytest.mark.slow
def test_a_click_adds_a_word_and_leaves_as_many_rows_as_it_says(
    window: Window, narrowed: Narrowed, qtbot: QtBot
) -> None:
    strip = narrowed(window, "fracture femur")
    right = next(word for word in strip.words if word.text == "right")
    QTest.mouseClick(chip_of(strip, "right"), Qt.MouseButton.LeftButton)
    assert window.search_bar.text() == "fracture femur right"
    assert window.search_bar.box.cursorPosition() == len("fracture femur right")
    assert not window.search_bar.box.hasSelectedText()
    assert focused() is window.search_bar.box
    answer = settled(qtbot, window, "fracture femur right")
    assert answer.total == right.rows


def test_words_of_an_older_question_are_gone_with_the_next_letter(window: Window, narrowed: Narrowed, ask: Ask) -> None:
    strip = narrowed(window, "fracture femur")
    ask(window, "fracture femur r")
    assert strip.words == ()
    assert "right" not in [chip.text() for chip in chips(strip)]


def test_typed_words_after_the_first_are_removed_by_a_click(window: Window, narrowed: Narrowed, qtbot: QtBot) -> None:
    strip = narrowed(window, "fracture femur right")
    assert [chip.text() for chip in chips(strip)][:2] == ["femur", "right"]
    QTest.mouseClick(chip_of(strip, "femur"), Qt.MouseButton.LeftButton)
    assert window.search_bar.text() == "fracture right"
    assert focused() is window.search_bar.box
    assert [piece.text for piece in strip.removable] == ["right"]


def test_the_word_that_is_being_typed_is_no_chip_before_a_pause(window: Window, qtbot: QtBot) -> None:
    strip = window.results.narrowing_strip
    QTest.keyClicks(window.search_bar.box, "fracture femur sh")
    settled(qtbot, window, "fracture femur sh")
    assert [piece.text for piece in strip.removable] == ["femur"]
    qtbot.waitUntil(lambda: [piece.text for piece in strip.removable] == ["femur", "sh"], timeout=5000)


def test_a_key_leads_to_the_words_and_enter_adds_one(window: Window, narrowed: Narrowed, qtbot: QtBot) -> None:
    strip = narrowed(window, "fracture femur")
    press(Key.Key_N, CTRL)
    first = focused()
    assert isinstance(first, WordChip)
    assert first.text() == strip.words[0].text
    word = strip.words[1]
    press(Key.Key_Right)
    is_second = focused()
    assert isinstance(is_second, WordChip)
    assert is_second.text() == word.text
    press(Key.Key_Left)
    assert focused() is first
    press(Key.Key_Right)
    press(Key.Key_Return)
    text = f"fracture femur {word.typed}"
    assert window.search_bar.text() == text
    assert focused() is window.search_bar.box
    assert settled(qtbot, window, text).total == word.rows


def test_the_key_waits_for_words_that_are_not_there_yet(window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "fracture femur")
    assert window.results.narrowing_strip.words == ()
    press(Key.Key_N, CTRL)
    qtbot.waitUntil(lambda: isinstance(focused(), WordChip), timeout=5000)


def test_escape_comes_back_to_the_box_with_its_text(window: Window, narrowed: Narrowed) -> None:
    narrowed(window, "fracture femur")
    press(Key.Key_N, CTRL)
    assert focused() is not window.search_bar.box
    press(Key.Key_Escape)
    assert focused() is window.search_bar.box
    assert window.search_bar.text() == "fracture femur"


@pytest.mark.parametrize("key", [Key.Key_Backspace, Key.Key_Delete])
def test_in_the_strip_a_key_removes_the_last_word(window: Window, narrowed: Narrowed, key: Key) -> None:
    narrowed(window, "fracture femur right")
    press(Key.Key_N, CTRL)
    press(key)
    assert window.search_bar.text() == "fracture femur"


def test_delete_on_a_typed_word_removes_it(window: Window, narrowed: Narrowed) -> None:
    narrowed(window, "fracture femur right")
    press(Key.Key_N, CTRL)
    press(Key.Key_Home)
    press(Key.Key_Delete)
    assert window.search_bar.text() == "fracture right"


@pytest.mark.slow
def test_from_the_box_a_key_removes_the_last_word_but_never_the_first(
    window: Window, narrowed: Narrowed, ask: Ask
) -> None:
    narrowed(window, "fracture femur")
    press(Key.Key_N, CTRL | SHIFT)
    assert window.search_bar.text() == "fracture"
    press(Key.Key_N, CTRL | SHIFT)
    assert window.search_bar.text() == "fracture"


def test_words_that_were_added_together_are_removed_together(window: Window, narrowed: Narrowed, qtbot: QtBot) -> None:
    strip = narrowed(window, "colles fracture right")
    QTest.mouseClick(chip_of(strip, "initial encounter"), Qt.MouseButton.LeftButton)
    assert window.search_bar.text() == "colles fracture right initial encounter"
    assert [piece.text for piece in strip.removable] == ["fracture", "right", "initial encounter"]
    press(Key.Key_N, CTRL | SHIFT)
    assert window.search_bar.text() == "colles fracture right"


@pytest.mark.slow
def test_an_added_word_can_be_undone_in_the_box(window: Window, narrowed: Narrowed, qtbot: QtBot) -> None:
    strip = narrowed(window, "fracture femur")
    QTest.mouseClick(chip_of(strip, "right"), Qt.MouseButton.LeftButton)
    window.search_bar.box.undo()
    assert window.search_bar.text() == "fracture femur"


def test_words_that_do_not_fit_are_in_a_menu_by_kind(open_window: MakeWindow, narrowed: Narrowed, qtbot: QtBot) -> None:
    window = open_window(size=QSize(1000, 700))
    strip = narrowed(window, "fracture femur")
    visible = chips(strip)
    assert all(chip.x() >= 0 and chip.geometry().right() < strip.width() for chip in visible)
    assert len(visible) < 1 + len(strip.words)
    QTest.mouseClick(visible[-1], Qt.MouseButton.LeftButton)
    menu = strip.findChild(QMenu, "words_menu")
    assert menu is not None
    lines = [action.text().partition("\t")[0] for action in menu.actions()]
    assert {word.text for word in strip.words} <= set(lines)
    assert Aspect.SIDE.value in lines
    assert "Remove “femur”" in lines
    next(action for action in menu.actions() if action.text().startswith("left")).trigger()
    assert window.search_bar.text() == "fracture femur left"
    menu.close()


def test_a_menu_opened_by_key_goes_on_by_key(open_window: MakeWindow, narrowed: Narrowed) -> None:
    window = open_window(size=QSize(1000, 700))
    strip = narrowed(window, "fracture femur")
    press(Key.Key_N, CTRL)
    press(Key.Key_End)
    press(Key.Key_Return)
    menu = strip.findChild(QMenu, "words_menu")
    assert menu is not None
    word = menu.activeAction().text().partition("\t")[0]
    QTest.keyClick(menu, Key.Key_Return)
    assert window.search_bar.text() == f"fracture femur {word}"


def test_the_strip_never_makes_the_list_wider(open_window: MakeWindow, ask: Ask) -> None:
    window = open_window(size=QSize(560, 500))
    least = window.results.minimumSizeHint().width()
    ask(window, " ".join(f"word{number}" for number in range(60)))
    assert window.results.minimumSizeHint().width() == least
    assert window.results.width() <= window.width()


def test_rows_stay_where_they_are_when_words_come(window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "fracture femur")
    QCoreApplication.processEvents()
    top = window.results.list.mapTo(window, window.results.list.rect().topLeft())
    qtbot.waitUntil(lambda: bool(window.results.narrowing_strip.words), timeout=5000)
    assert window.results.list.mapTo(window, window.results.list.rect().topLeft()) == top


@pytest.mark.parametrize("text", ["e11.9", "a0425"])
def test_a_single_code_has_no_strip(window: Window, ask: Ask, text: str) -> None:
    ask(window, text)
    assert window.results.narrowing_strip.height() == 1


def test_the_strip_folds_where_no_word_narrows_and_opens_for_typed_words(
    window: Window, ask: Ask, qtbot: QtBot
) -> None:
    strip = window.results.narrowing_strip
    ask(window, "icd")
    ask(window, "e11.4")
    assert strip.height() > 20
    window.results.narrowing_strip.show_words("e11.4", ())
    assert strip.height() == 1
    # With the next letter too, so that rows do not move down and up again.
    strip.unfold("e11.41")
    assert strip.height() == 1
    strip.show_words("e11.41", ())
    assert strip.height() == 1
    strip.unfold("e11.41 foot")
    assert strip.height() > 20
    strip.show_words("e11.41 foot", ())
    assert strip.height() > 20
    assert [piece.text for piece in strip.removable] == ["foot"]


def test_words_open_a_strip_that_was_folded_without_them(
    window: Window, narrowed: Narrowed, ask: Ask, qtbot: QtBot
) -> None:
    strip = narrowed(window, "fracture femur")
    words = strip.words
    strip.show_words("fractu", ())
    strip.unfold("fracture")
    assert strip.height() == 1
    strip.enter()
    strip.show_words("fracture", words)
    assert strip.height() > 20
    assert strip.words == words
    assert focused() in chips(strip)


@pytest.mark.slow
def test_an_empty_box_and_a_branch_have_no_strip(window: Window, narrowed: Narrowed) -> None:
    strip = narrowed(window, "fracture femur")
    assert strip.height() > 20
    window.search_bar.box.clear()
    assert strip.height() == 1
    assert chips(strip) == []
    narrowed(window, "fracture femur")
    window.actions_by_name["learn_cpt"].trigger()
    assert chips(strip) == []
    window.actions_by_name["narrow"].trigger()
    assert "No words narrow" in window.status_bar.text()


def test_a_message_appears_if_no_word_narrows(window: Window, ask: Ask, qtbot: QtBot) -> None:
    ask(window, "e11.40")
    press(Key.Key_N, CTRL)
    qtbot.waitUntil(lambda: "No words narrow" in window.status_bar.text(), timeout=5000)
    assert focused() is window.search_bar.box


def test_chips_have_accessible_names(window: Window, narrowed: Narrowed) -> None:
    strip = narrowed(window, "fracture femur right")
    named = {chip.text(): chip.accessibleName() for chip in chips(strip)}
    assert named["femur"] == "Remove femur"
    first = strip.words[0]
    assert named[first.text] == f"Narrow with {first.text}" + (f", {first.rows:,} results" if first.rows else "")
    assert strip.accessibleName() == "Narrow results"


@pytest.mark.slow
def test_the_strip_follows_scheme_and_zoom(window: Window, narrowed: Narrowed) -> None:
    strip = narrowed(window, "fracture femur")
    before = strip.height(), chips(strip)[0].height()
    light = strip.grab().toImage()
    window.appearance.zoom_by(4)
    assert strip.height() > before[0]
    assert chips(strip)[0].height() > before[1]
    window.appearance.zoom_by(0)
    strip.set_scheme(DARK)
    assert strip.grab().toImage() != light


def test_a_long_word_is_shortened_on_its_chip() -> None:
    assert len(shorten_word("x" * 300)) == 24
    assert shorten_word("femur") == "femur"


def test_a_word_without_a_count_has_a_tooltip(qtbot: QtBot) -> None:
    strip = NarrowingStrip()
    qtbot.addWidget(strip)
    strip.resize(600, 40)
    strip.show()
    strip.unfold("colles")
    strip.show_words(
        "colles",
        [
            NarrowingWord("sequela", "sequela", Aspect.SEVENTH),
            NarrowingWord("left", "left", Aspect.SIDE, 322, True),
        ],
    )
    within, left = chips(strip)
    assert within.toolTip() == tooltip("Narrows the codes within each row")
    assert (within.count, left.count) == ("", "322+")
    assert left.accessibleName() == "Narrow with left, more than 322 results"
