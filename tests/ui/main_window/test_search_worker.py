"""The newest question wins, and nothing that was canceled is heard of again."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from app.library.open import Library
from app.search.answer import Answer, Narrowing, Question
from app.search.engine import Engine
from app.ui.main_window.search_worker import MOST_ATTEMPTS, Searches, SearchWorker


class SlowEngine:
    """Answers when it is let go on, and is interrupted as SQLite is: at once, or just after it has finished."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go_on = threading.Event()
        self.started = threading.Event()
        self._interrupted = threading.Event()
        self.interruptions = 0

    def search(self, question: Question) -> Answer:
        self.asked.append(question.text)
        self._interrupted.clear()
        self.started.set()
        while not self.go_on.wait(0.002):
            if self._interrupted.is_set():
                raise sqlite3.OperationalError("interrupted")
        return Answer(question, total=len(question.text))

    def narrow(self, question: Question, stop: Callable[[], bool]) -> Narrowing:
        while not self.go_on.wait(0.002):
            if stop():
                return Narrowing(question)
        return Narrowing(question)

    def interrupt(self) -> None:
        self.interruptions += 1
        self._interrupted.set()


MakeRunner = Callable[[Searches], SearchWorker]


@pytest.fixture
def make_runner(qtbot: QtBot) -> Iterator[MakeRunner]:
    made: list[SearchWorker] = []

    def make(engine: Searches) -> SearchWorker:
        runner = SearchWorker(lambda: engine)
        made.append(runner)
        return runner

    yield make
    for runner in made:
        runner.close()


def heard(runner: SearchWorker) -> list[Answer]:
    """Every answer from now on."""
    answers: list[Answer] = []
    runner.answered.connect(answers.append)
    return answers


def test_an_answer_arrives_in_the_gui_thread_with_its_question(qtbot: QtBot, library: Library) -> None:
    runner = SearchWorker(lambda: Engine(library.connect()))
    question = Question("E11.40")
    threads: list[QThread] = []
    runner.answered.connect(lambda: threads.append(QThread.currentThread()))
    answers = heard(runner)
    with qtbot.waitSignal(runner.answered, timeout=5000):
        runner.ask(question)
    runner.close()
    [answer] = answers
    assert answer.question is question
    assert answer.hits[0].node.code == "E11.40"
    assert threads == [runner.thread()]


def test_the_newest_question_interrupts_the_one_before(qtbot: QtBot, make_runner: MakeRunner) -> None:
    engine = SlowEngine()
    runner = make_runner(engine)
    answers = heard(runner)
    runner.ask(Question("first"))
    assert engine.started.wait(5)
    runner.ask(Question("second"))
    qtbot.waitUntil(lambda: engine.asked[-1] == "second", timeout=5000)
    engine.go_on.set()
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    assert [answer.question.text for answer in answers] == ["second"]
    assert engine.interruptions == 1


def test_questions_that_never_began_are_passed_over(qtbot: QtBot, make_runner: MakeRunner) -> None:
    engine = SlowEngine()
    runner = make_runner(engine)
    answers = heard(runner)
    for text in ("d", "di", "dia", "diab", "diabe"):
        runner.ask(Question(text))
    engine.go_on.set()
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    assert [answer.question.text for answer in answers] == ["diabe"]
    assert "dia" not in engine.asked


def test_the_same_text_asked_twice_is_answered_for_the_second(qtbot: QtBot, make_runner: MakeRunner) -> None:
    engine = SlowEngine()
    engine.go_on.set()
    runner = make_runner(engine)
    answers = heard(runner)
    first, second = Question("same"), Question("same")
    runner.ask(first)
    runner.ask(second)
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    qtbot.wait(50)
    assert [answer.question is second for answer in answers] == [True]


def test_an_interruption_meant_for_an_earlier_question_is_survived(qtbot: QtBot, make_runner: MakeRunner) -> None:
    class Bruised(SlowEngine):
        def search(self, question: Question) -> Answer:
            self.asked.append(question.text)
            if len(self.asked) < 4:
                raise sqlite3.OperationalError("interrupted")
            return Answer(question)

    engine = Bruised()
    runner = make_runner(engine)
    answers = heard(runner)
    runner.ask(Question("late"))
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    assert engine.asked == ["late"] * 4


def test_an_engine_that_is_always_interrupted_is_given_up(qtbot: QtBot, make_runner: MakeRunner) -> None:
    class Broken(SlowEngine):
        def search(self, question: Question) -> Answer:
            self.asked.append(question.text)
            raise sqlite3.OperationalError("interrupted")

    engine = Broken()
    runner = make_runner(engine)
    with qtbot.waitSignal(runner.failed, timeout=5000):
        runner.ask(Question("never"))
    assert len(engine.asked) == MOST_ATTEMPTS


def test_an_error_goes_to_failed_and_the_next_question_is_answered(qtbot: QtBot, make_runner: MakeRunner) -> None:
    class Fragile(SlowEngine):
        def search(self, question: Question) -> Answer:
            if question.text == "bad":
                raise ValueError("no such thing")
            return Answer(question)

    runner = make_runner(Fragile())
    failures: list[Exception] = []
    runner.failed.connect(failures.append)
    runner.ask(Question("bad"))
    qtbot.waitUntil(lambda: bool(failures), timeout=5000)
    assert isinstance(failures[0], ValueError)
    with qtbot.waitSignal(runner.answered, timeout=5000):
        runner.ask(Question("good"))


def test_an_engine_that_cannot_be_made_is_told_of(qtbot: QtBot) -> None:
    def fail() -> Searches:
        raise OSError("no lexicon")

    runner = SearchWorker(fail)
    with qtbot.waitSignal(runner.failed, timeout=5000):
        runner.ask(Question("x"))
    runner.close()


def test_nothing_is_delivered_once_nobody_waits(qtbot: QtBot, make_runner: MakeRunner) -> None:
    engine = SlowEngine()
    runner = make_runner(engine)
    answers = heard(runner)
    runner.ask(Question("cleared"))
    assert engine.started.wait(5)
    runner.forget()
    engine.go_on.set()
    qtbot.wait(80)
    assert answers == []


def test_an_answer_on_its_way_is_dropped_when_a_newer_question_is_asked(qtbot: QtBot, make_runner: MakeRunner) -> None:
    engine = SlowEngine()
    engine.go_on.set()
    runner = make_runner(engine)
    answers = heard(runner)
    runner.ask(Question("old"))
    # Its answer has landed in the event queue, which has not run since.
    time.sleep(0.1)
    runner.ask(Question("new"))
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    assert [answer.question.text for answer in answers] == ["new"]


def test_closing_ends_a_running_search_and_delivers_nothing(qtbot: QtBot) -> None:
    engine = SlowEngine()
    runner = SearchWorker(lambda: engine)
    answers = heard(runner)
    runner.ask(Question("endless"))
    assert engine.started.wait(5)
    started = time.monotonic()
    runner.close()
    assert time.monotonic() - started < 2
    runner.ask(Question("after"))
    qtbot.wait(50)
    assert answers == []


def test_fast_typing_on_the_real_database_ends_with_the_last_answer(qtbot: QtBot, library: Library) -> None:
    runner = SearchWorker(lambda: Engine(library.connect()))
    failures: list[object] = []
    runner.failed.connect(failures.append)
    answers = heard(runner)
    texts = [text[:end] for text in ("fracture of right femur", "unspecified", "r") for end in range(1, len(text) + 1)]
    for text in texts * 3:
        runner.ask(Question(text))
        qtbot.wait(1)
    last = Question("nstemi")
    runner.ask(last)
    qtbot.waitUntil(lambda: bool(answers) and answers[-1].question is last, timeout=10000)
    runner.close()
    assert failures == []


class Named:
    """Answers at once, under a name that can be told from the total."""

    def __init__(self, total: int) -> None:
        self._total = total

    def search(self, question: Question) -> Answer:
        return Answer(question, total=self._total)

    def narrow(self, question: Question, stop: Callable[[], bool]) -> Narrowing:
        return Narrowing(question)

    def interrupt(self) -> None:
        pass


def test_after_another_engine_is_ready_no_answer_is_the_old_ones(make_runner: MakeRunner, qtbot: QtBot) -> None:
    runner = make_runner(Named(1))
    told: list[object] = []

    def hear(answer: Answer) -> None:
        told.append(answer.total)

    runner.answered.connect(hear)
    runner.changed.connect(told.append)
    runner.ask(Question("a"))
    runner.change(lambda: Named(2))
    question = Question("b")
    qtbot.waitUntil(lambda: None in told)
    runner.ask(question)
    qtbot.waitUntil(lambda: 2 in told)
    assert told[-2:] == [None, 2]


def test_an_engine_that_cannot_be_made_leaves_the_old_one(make_runner: MakeRunner, qtbot: QtBot) -> None:
    def fail() -> Searches:
        raise sqlite3.DatabaseError("cut short")

    runner = make_runner(Named(1))
    answers = heard(runner)
    failures: list[object] = []
    runner.changed.connect(failures.append)
    runner.change(fail)
    qtbot.waitUntil(lambda: bool(failures))
    assert "cut short" in str(failures[0])
    runner.ask(Question("a"))
    qtbot.waitUntil(lambda: bool(answers))
    assert answers[0].total == 1


def test_words_to_narrow_with_come_for_the_newest_question(make_runner: MakeRunner, qtbot: QtBot) -> None:
    engine = SlowEngine()
    engine.go_on.set()
    runner = make_runner(engine)
    told: list[Narrowing] = []
    runner.narrowed.connect(told.append)
    question = Question("pain")
    with qtbot.waitSignal(runner.answered, timeout=5000):
        runner.ask(question)
    runner.narrow(question)
    qtbot.waitUntil(lambda: bool(told), timeout=5000)
    assert told[0].question is question


def test_a_newer_question_ends_the_search_for_words(make_runner: MakeRunner, qtbot: QtBot) -> None:
    engine = SlowEngine()
    engine.go_on.set()
    runner = make_runner(engine)
    answers = heard(runner)
    told: list[Narrowing] = []
    runner.narrowed.connect(told.append)
    first, second = Question("pain"), Question("pain chest")
    runner.ask(first)
    qtbot.waitUntil(lambda: len(answers) == 1, timeout=5000)
    engine.go_on.clear()
    runner.narrow(first)
    engine.started.clear()
    runner.ask(second)
    # The worker comes to the second question only when it has been told to leave the words of the first alone.
    assert engine.started.wait(5)
    engine.go_on.set()
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=5000)
    runner.narrow(first)
    qtbot.wait(50)
    assert told == []
