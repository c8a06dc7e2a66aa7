"""Typing fast, pasting a page, holding Backspace: the list ends right, nothing stale shows, nothing flickers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.library.open import Library
from app.search.answer import Question
from app.search.engine import Engine
from app.ui.main_window.window import Window
from app.ui.results.results_model import answer_rows
from tests.any_texts import PAGE

Key = Qt.Key
MakeWindow = Callable[..., Window]

PHRASE = "fracture of femur"

NOTE = "Patient seen with type 2 diabetes, chronic kidney disease; fracture of left femur, subsequent encounter.\n"

PAGE_OF_NOTES = (NOTE * (PAGE // len(NOTE) + 1))[:PAGE]


@dataclass(frozen=True, slots=True)
class Sight:
    """The list at a moment: the text that its rows answer (None for what is under an empty box), the text
    in the box, how many rows there were, how many the answer has, and how many questions had been asked."""

    answered: str | None
    typed: str
    rows: int
    found: int
    questions: int


class Watcher(QObject):
    """Takes down every change of a window's list, and every picture of it."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.changes: list[Sight] = []
        self.pictures: list[Sight] = []
        self.questions = 0
        window.results.model.modelReset.connect(lambda: self.changes.append(self.sight()))
        window.search_bar.box.textChanged.connect(self._count)
        window.results.list.viewport().installEventFilter(self)

    def sight(self) -> Sight:
        answer, rows = self._window.results.answer, self._window.results.model.rowCount()
        if answer is None:
            return Sight(None, self._window.search_bar.text(), rows, rows, self.questions)
        found = len(answer_rows(answer))
        return Sight(answer.question.text, self._window.search_bar.text(), rows, found, self.questions)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self.pictures.append(self.sight())
        return super().eventFilter(watched, event)

    def _count(self) -> None:
        self.questions += 1


@pytest.fixture
def watcher(window: Window, qtbot: QtBot) -> Watcher:
    """A window's, once it has done what its start puts off."""
    window.search_bar.box.setText("gout")
    settled(window, qtbot)
    return Watcher(window)


@pytest.fixture(scope="module")
def engine(library: Library) -> Engine:
    """A catalogue of the test's own, to compare with."""
    return Engine(library.connect())


def settled(window: Window, qtbot: QtBot) -> None:
    """Waits until the list shows what the box asks for."""

    def is_shown() -> bool:
        answer, text = window.results.answer, window.search_bar.text()
        return answer is None if not text.strip() else answer is not None and answer.question.text == text

    qtbot.waitUntil(is_shown, timeout=20_000)
    window.panels.navigation.show_pending()


def ends_right(window: Window, watcher: Watcher, engine: Engine, qtbot: QtBot) -> None:
    """The list ends with what the engine answers to the text in the box, and stays so."""
    settled(window, qtbot)
    # Nothing more is to happen: an answer that was still on its way would arrive within this time.
    qtbot.wait(60)
    text, model = window.search_bar.text(), window.results.model
    rows = [row.node.id for number in range(model.rowCount()) if (row := model.row(number)) and row.node]
    if text.strip():
        expected = engine.search(Question(text, window.search_bar.filters()))
        answer = window.results.answer
        assert answer is not None
        assert answer.question.text == text
        assert answer.hits == expected.hits
        assert (answer.total, answer.at_least, answer.advice) == (expected.total, expected.at_least, expected.advice)
        assert rows == [hit.node.id for hit in expected.hits]
    else:
        assert window.results.answer is None
    nothing_stale(watcher)


def nothing_stale(watcher: Watcher) -> None:
    """No rows are put into the list that answer another text than the box held at that moment."""
    for sight in watcher.changes:
        assert (sight.answered or "") == sight.typed.strip() or sight.answered == sight.typed
    assert len(watcher.changes) <= watcher.questions


def nothing_flickers(watcher: Watcher) -> None:
    """The list is filled once for each answer, never emptied before, and no picture of it is without the rows."""
    for sight in (*watcher.changes, *watcher.pictures):
        assert sight.rows == sight.found, "emptied, to be filled again"
    # What stands under an empty box is there at once, before the question is counted.
    asked = [sight.questions for sight in watcher.changes if sight.answered is not None]
    assert len(asked) == len(set(asked)), "filled twice for one question"
    assert all(sight.rows for sight in watcher.pictures)


def hold(window: Window, key: Key, times: int) -> Iterator[int]:
    """Holds a key down for so many repetitions; what is done between them is the caller's."""
    for number in range(times):
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", number > 0)
            QCoreApplication.sendEvent(window.search_bar.box, event)
        yield number


def paste(window: Window, text: str) -> None:
    QApplication.clipboard().setText(text)
    QTest.keySequence(window.search_bar.box, QKeySequence(QKeySequence.StandardKey.Paste))


@pytest.mark.slow
@pytest.mark.parametrize("pause", [0, 1, 15], ids=["no pause", "a millisecond", "as long as an answer"])
@pytest.mark.parametrize("text", [PHRASE, "nuemonia", "s72.301a", "dm2 neurop", "-type diabetes", "e11 "])
def test_typing_fast(window: Window, watcher: Watcher, engine: Engine, qtbot: QtBot, text: str, pause: int) -> None:
    window.search_bar.box.selectAll()
    for letter in text:
        QTest.keyClicks(window.search_bar.box, letter)
        if pause:
            # The pace of the typist, which is what this test varies.
            qtbot.wait(pause)
    ends_right(window, watcher, engine, qtbot)
    nothing_flickers(watcher)
    assert watcher.questions <= len(text) + 1


@pytest.mark.slow
def test_each_answer_takes_the_place_of_the_one_before_at_once(
    window: Window, watcher: Watcher, engine: Engine, qtbot: QtBot
) -> None:
    """Typed so slowly that each answer is painted: as many changes of the list as answers, and nothing else moves."""
    window.search_bar.box.selectAll()
    places: set[tuple[int, int]] = set()
    pages: set[QWidget | None] = set()
    listed = window.results.list
    for letter in PHRASE:
        pictures = len(watcher.pictures)
        QTest.keyClicks(window.search_bar.box, letter)
        settled(window, qtbot)
        qtbot.waitUntil(lambda before=pictures: len(watcher.pictures) > before)
        places.add((listed.mapTo(window, listed.rect().topLeft()).y(), listed.height()))
        pages.add(listed if listed.isVisible() else None)
    assert len(watcher.changes) == watcher.questions == len(PHRASE)
    assert len(watcher.pictures) >= len(PHRASE)
    assert pages == {listed}
    assert len(places) == 1, "the list jumps up and down"
    ends_right(window, watcher, engine, qtbot)
    nothing_flickers(watcher)


@pytest.mark.slow
@pytest.mark.parametrize("text", [PAGE_OF_NOTES, "x" * PAGE, "a b " * (PAGE // 4), '"' * PAGE, "🙂" * (PAGE // 2)])
def test_pasting_a_page_and_taking_it_back(
    window: Window, watcher: Watcher, engine: Engine, qtbot: QtBot, text: str
) -> None:
    window.search_bar.box.selectAll()
    QTest.keyClicks(window.search_bar.box, PHRASE)
    paste(window, text)
    assert len(window.search_bar.box.text()) >= PAGE // 2
    ends_right(window, watcher, engine, qtbot)
    window.search_bar.box.undo()
    assert window.search_bar.text() == PHRASE
    ends_right(window, watcher, engine, qtbot)
    window.search_bar.box.redo()
    window.search_bar.box.undo()
    ends_right(window, watcher, engine, qtbot)


@pytest.mark.slow
def test_holding_backspace_over_a_page(window: Window, watcher: Watcher, engine: Engine, qtbot: QtBot) -> None:
    box = window.search_bar.box
    box.selectAll()
    QTest.keyClicks(box, PHRASE)
    paste(window, " " + PAGE_OF_NOTES)
    for number in hold(window, Key.Key_Backspace, 300):
        if number % 5 == 0:
            QApplication.processEvents()
    ends_right(window, watcher, engine, qtbot)
    # What is in between is much the same: the end of a page is beyond what is read. Here it comes to what is.
    box.setSelection(500, len(box.text()))
    for number in hold(window, Key.Key_Backspace, 1 + 500 - len(PHRASE)):
        if number % 5 == 0:
            QApplication.processEvents()
    assert window.search_bar.text() == PHRASE
    ends_right(window, watcher, engine, qtbot)
    nothing_flickers(watcher)


@pytest.mark.slow
def test_holding_backspace_until_nothing_is_left(
    window: Window, watcher: Watcher, engine: Engine, qtbot: QtBot
) -> None:
    paste(window, NOTE)
    for _ in hold(window, Key.Key_Backspace, len(NOTE) + len("gout")):
        # The pace of a held key, faster than any keyboard.
        qtbot.wait(1)
    assert window.search_bar.text() == ""
    ends_right(window, watcher, engine, qtbot)
    nothing_flickers(watcher)


@pytest.mark.slow
@pytest.mark.parametrize("pause", [0, 2, 10])
def test_two_texts_in_turns(window: Window, watcher: Watcher, engine: Engine, qtbot: QtBot, pause: int) -> None:
    for text in ("fracture", "nuemonia") * 25:
        window.search_bar.box.setText(text)
        if pause:
            # The pace of the changes, which is what this test varies.
            qtbot.wait(pause)
    ends_right(window, watcher, engine, qtbot)
    nothing_flickers(watcher)


def test_emptying_the_box_while_an_answer_is_on_its_way(
    window: Window, watcher: Watcher, engine: Engine, qtbot: QtBot
) -> None:
    for _ in range(10):
        window.search_bar.box.setText("unspecified right fracture initial encounter")
        # Just long enough for the search to start, not for its answer to arrive.
        qtbot.wait(1)
        window.search_bar.box.clear()
    ends_right(window, watcher, engine, qtbot)
    assert watcher.changes[-1].answered is None


@pytest.mark.slow
def test_filters_changed_while_typing(window: Window, watcher: Watcher, engine: Engine, qtbot: QtBot) -> None:
    window.search_bar.box.selectAll()
    for letter in PHRASE:
        QTest.keyClicks(window.search_bar.box, letter)
        window.search_bar.valid_only.toggle()
        # The pace of the changes: each search has just started when the next change comes.
        qtbot.wait(1)
    settled(window, qtbot)
    # Nothing more is to happen: an answer that was still on its way would arrive within this time.
    qtbot.wait(60)
    answer = window.results.answer
    assert answer is not None
    assert answer.question.filters == window.search_bar.filters()
    assert answer.hits == engine.search(Question(PHRASE, window.search_bar.filters())).hits


@pytest.mark.slow
def test_the_page_follows_the_last_answer(window: Window, watcher: Watcher, engine: Engine, qtbot: QtBot) -> None:
    for text in ("fracture", "e11.40", "gout", "nstemi"):
        window.search_bar.box.setText(text)
        # The pace of the changes: about as long as an answer takes.
        qtbot.wait(3)
    ends_right(window, watcher, engine, qtbot)
    first = window.results.current_row()
    shown = window.panels.code_panel.current()
    assert first is not None
    assert shown is not None
    assert first.node is not None
    assert shown.id == first.node.id == engine.search(Question("nstemi")).hits[0].node.id
