"""The newest question wins, and answers to canceled questions are never delivered."""

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
from app.ui.main_window.search_worker import MAX_ATTEMPTS, SearchEngine, SearchWorker


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


MakeWorker = Callable[[SearchEngine], SearchWorker]


@pytest.fixture
def make_worker(qtbot: QtBot) -> Iterator[MakeWorker]:
    workers: list[SearchWorker] = []

    def make(engine: SearchEngine) -> SearchWorker:
        worker = SearchWorker(lambda: engine)
        workers.append(worker)
        return worker

    yield make
    for worker in workers:
        worker.close()


def heard(worker: SearchWorker) -> list[Answer]:
    """Every answer from now on."""
    answers: list[Answer] = []
    worker.answered.connect(answers.append)
    return answers


def test_an_answer_arrives_in_the_gui_thread_with_its_question(qtbot: QtBot, library: Library) -> None:
    worker = SearchWorker(lambda: Engine(library.connect()))
    question = Question("E11.40")
    threads: list[QThread] = []
    worker.answered.connect(lambda: threads.append(QThread.currentThread()))
    answers = heard(worker)
    with qtbot.waitSignal(worker.answered, timeout=5000):
        worker.ask(question)
    worker.close()
    [answer] = answers
    assert answer.question is question
    assert answer.hits[0].node.code == "E11.40"
    assert threads == [worker.thread()]


def test_the_newest_question_interrupts_the_one_before(qtbot: QtBot, make_worker: MakeWorker) -> None:
    engine = SlowEngine()
    worker = make_worker(engine)
    answers = heard(worker)
    worker.ask(Question("first"))
    assert engine.started.wait(5)
    worker.ask(Question("second"))
    qtbot.waitUntil(lambda: engine.asked[-1] == "second", timeout=5000)
    engine.go_on.set()
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    assert [answer.question.text for answer in answers] == ["second"]
    assert engine.interruptions == 1


def test_questions_that_were_replaced_before_their_turn_are_skipped(qtbot: QtBot, make_worker: MakeWorker) -> None:
    engine = SlowEngine()
    worker = make_worker(engine)
    answers = heard(worker)
    for text in ("d", "di", "dia", "diab", "diabe"):
        worker.ask(Question(text))
    engine.go_on.set()
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    assert [answer.question.text for answer in answers] == ["diabe"]
    assert "dia" not in engine.asked


def test_the_same_text_asked_twice_is_answered_for_the_second(qtbot: QtBot, make_worker: MakeWorker) -> None:
    engine = SlowEngine()
    engine.go_on.set()
    worker = make_worker(engine)
    answers = heard(worker)
    first, second = Question("same"), Question("same")
    worker.ask(first)
    worker.ask(second)
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    # No second answer is to arrive.
    qtbot.wait(50)
    assert [answer.question is second for answer in answers] == [True]


def test_an_interruption_meant_for_an_earlier_question_is_survived(qtbot: QtBot, make_worker: MakeWorker) -> None:
    class Bruised(SlowEngine):
        def search(self, question: Question) -> Answer:
            self.asked.append(question.text)
            if len(self.asked) < 4:
                raise sqlite3.OperationalError("interrupted")
            return Answer(question)

    engine = Bruised()
    worker = make_worker(engine)
    answers = heard(worker)
    worker.ask(Question("late"))
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    assert engine.asked == ["late"] * 4


def test_an_engine_that_is_always_interrupted_is_given_up(qtbot: QtBot, make_worker: MakeWorker) -> None:
    class Broken(SlowEngine):
        def search(self, question: Question) -> Answer:
            self.asked.append(question.text)
            raise sqlite3.OperationalError("interrupted")

    engine = Broken()
    worker = make_worker(engine)
    with qtbot.waitSignal(worker.failed, timeout=5000):
        worker.ask(Question("never"))
    assert len(engine.asked) == MAX_ATTEMPTS


def test_an_error_goes_to_failed_and_the_next_question_is_answered(qtbot: QtBot, make_worker: MakeWorker) -> None:
    class Fragile(SlowEngine):
        def search(self, question: Question) -> Answer:
            if question.text == "bad":
                raise ValueError("no such thing")
            return Answer(question)

    worker = make_worker(Fragile())
    failures: list[Exception] = []
    worker.failed.connect(failures.append)
    worker.ask(Question("bad"))
    qtbot.waitUntil(lambda: bool(failures), timeout=5000)
    assert isinstance(failures[0], ValueError)
    with qtbot.waitSignal(worker.answered, timeout=5000):
        worker.ask(Question("good"))


class BrokenOnce(SlowEngine):
    """An engine that fails, and of which another is to be made."""

    def search(self, question: Question) -> Answer:
        raise sqlite3.DatabaseError("database disk image is malformed")


def test_the_engine_is_made_again_for_the_question_after_a_failure(qtbot: QtBot) -> None:
    whole = SlowEngine()
    whole.go_on.set()
    engines: list[SearchEngine] = [BrokenOnce(), BrokenOnce(), whole]
    made: list[SearchEngine] = []

    def make() -> SearchEngine:
        made.append(engines[len(made)])
        return made[-1]

    worker = SearchWorker(make)
    for number in (1, 2):
        with qtbot.waitSignal(worker.failed, timeout=5000):
            worker.ask(Question("broken"))
        assert len(made) == number
    for _ in range(2):
        with qtbot.waitSignal(worker.answered, timeout=5000):
            worker.ask(Question("whole"))
    assert made == engines
    worker.close()


def test_after_a_failure_the_engine_of_the_newer_library_is_made_again(qtbot: QtBot) -> None:
    old, new = SlowEngine(), SlowEngine()
    new.go_on.set()
    engines: list[SearchEngine] = [BrokenOnce(), new]
    worker = SearchWorker(lambda: old)
    worker.prepare()
    with qtbot.waitSignal(worker.engine_changed, timeout=5000):
        worker.change_engine(lambda: engines.pop(0))
    with qtbot.waitSignal(worker.failed, timeout=5000):
        worker.ask(Question("broken"))
    with qtbot.waitSignal(worker.answered, timeout=5000):
        worker.ask(Question("whole"))
    assert (old.asked, new.asked) == ([], ["whole"])
    worker.close()


def test_an_engine_that_cannot_be_made_is_reported(qtbot: QtBot) -> None:
    def fail() -> SearchEngine:
        raise OSError("no lexicon")

    worker = SearchWorker(fail)
    with qtbot.waitSignal(worker.failed, timeout=5000):
        worker.ask(Question("x"))
    worker.close()


def test_a_canceled_search_delivers_nothing(qtbot: QtBot, make_worker: MakeWorker) -> None:
    engine = SlowEngine()
    worker = make_worker(engine)
    answers = heard(worker)
    worker.ask(Question("cleared"))
    assert engine.started.wait(5)
    worker.cancel()
    engine.go_on.set()
    # No answer is to arrive.
    qtbot.wait(80)
    assert answers == []


def test_an_answer_on_its_way_is_dropped_when_a_newer_question_is_asked(qtbot: QtBot, make_worker: MakeWorker) -> None:
    engine = SlowEngine()
    engine.go_on.set()
    worker = make_worker(engine)
    answers = heard(worker)
    worker.ask(Question("old"))
    # Without running the event loop, so that the answer stays in its queue; only time can pass here.
    time.sleep(0.1)
    worker.ask(Question("new"))
    qtbot.waitUntil(lambda: bool(answers), timeout=5000)
    assert [answer.question.text for answer in answers] == ["new"]


def test_closing_ends_a_running_search_and_delivers_nothing(qtbot: QtBot) -> None:
    engine = SlowEngine()
    worker = SearchWorker(lambda: engine)
    answers = heard(worker)
    worker.ask(Question("endless"))
    assert engine.started.wait(5)
    started = time.monotonic()
    worker.close()
    assert time.monotonic() - started < 2
    worker.ask(Question("after"))
    # No answer is to arrive.
    qtbot.wait(50)
    assert answers == []


def test_fast_typing_on_the_real_database_ends_with_the_last_answer(qtbot: QtBot, library: Library) -> None:
    worker = SearchWorker(lambda: Engine(library.connect()))
    failures: list[object] = []
    worker.failed.connect(failures.append)
    answers = heard(worker)
    texts = [text[:end] for text in ("fracture of right femur", "unspecified", "r") for end in range(1, len(text) + 1)]
    for text in texts * 3:
        worker.ask(Question(text))
        # The pace of a fast typist.
        qtbot.wait(1)
    last = Question("nstemi")
    worker.ask(last)
    qtbot.waitUntil(lambda: bool(answers) and answers[-1].question is last, timeout=10000)
    worker.close()
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


def test_after_another_engine_is_ready_no_answer_is_the_old_ones(make_worker: MakeWorker, qtbot: QtBot) -> None:
    worker = make_worker(Named(1))
    events: list[object] = []

    def hear(answer: Answer) -> None:
        events.append(answer.total)

    worker.answered.connect(hear)
    worker.engine_changed.connect(events.append)
    worker.ask(Question("a"))
    worker.change_engine(lambda: Named(2))
    question = Question("b")
    qtbot.waitUntil(lambda: None in events)
    worker.ask(question)
    qtbot.waitUntil(lambda: 2 in events)
    assert events[-2:] == [None, 2]


def test_an_engine_that_cannot_be_made_leaves_the_old_one(make_worker: MakeWorker, qtbot: QtBot) -> None:
    def fail() -> SearchEngine:
        raise sqlite3.DatabaseError("cut short")

    worker = make_worker(Named(1))
    answers = heard(worker)
    failures: list[object] = []
    worker.engine_changed.connect(failures.append)
    worker.change_engine(fail)
    qtbot.waitUntil(lambda: bool(failures))
    assert "cut short" in str(failures[0])
    worker.ask(Question("a"))
    qtbot.waitUntil(lambda: bool(answers))
    assert answers[0].total == 1


def test_words_to_narrow_with_come_for_the_newest_question(make_worker: MakeWorker, qtbot: QtBot) -> None:
    engine = SlowEngine()
    engine.go_on.set()
    worker = make_worker(engine)
    narrowings: list[Narrowing] = []
    worker.narrowed.connect(narrowings.append)
    question = Question("pain")
    with qtbot.waitSignal(worker.answered, timeout=5000):
        worker.ask(question)
    worker.narrow(question)
    qtbot.waitUntil(lambda: bool(narrowings), timeout=5000)
    assert narrowings[0].question is question


def test_a_newer_question_ends_the_search_for_words(make_worker: MakeWorker, qtbot: QtBot) -> None:
    engine = SlowEngine()
    engine.go_on.set()
    worker = make_worker(engine)
    answers = heard(worker)
    narrowings: list[Narrowing] = []
    worker.narrowed.connect(narrowings.append)
    first, second = Question("pain"), Question("pain chest")
    worker.ask(first)
    qtbot.waitUntil(lambda: len(answers) == 1, timeout=5000)
    engine.go_on.clear()
    worker.narrow(first)
    engine.started.clear()
    worker.ask(second)
    # The worker comes to the second question only when it has been told to leave the words of the first alone.
    assert engine.started.wait(5)
    engine.go_on.set()
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=5000)
    worker.narrow(first)
    # No words are to arrive.
    qtbot.wait(50)
    assert narrowings == []
