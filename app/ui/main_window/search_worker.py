"""Searching off the GUI thread: one worker, the newest question wins, every answer carries its question."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from app.search.answer import Answer, Narrowing, Question

MOST_ATTEMPTS = 20
"""An engine that is still interrupted after so many tries is broken: better said than asked for ever."""


class Searches(Protocol):
    """What the runner needs of an engine."""

    def search(self, question: Question) -> Answer: ...

    def narrow(self, question: Question, stop: Callable[[], bool]) -> Narrowing: ...

    def interrupt(self) -> None: ...


class SearchWorker(QObject):
    """Asks an engine in a thread of its own and brings the newest question's answer back to the GUI thread.

    `make_engine` is called once, in that thread. `answered` carries an Answer, `narrowed` a Narrowing; `failed` the
    exception of a search that broke, and never that of one that was canceled.
    """

    answered = Signal(object)
    narrowed = Signal(object)
    failed = Signal(object)
    changed = Signal(object)
    """Another engine was asked for: None once it answers, or the exception for which the old one stays."""
    _landed = Signal(object, object, object)
    _changed = Signal(object)

    def __init__(self, make_engine: Callable[[], Searches], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_engine = make_engine
        self._engine: Searches | None = None
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="search")
        # Guards what both threads read: which question is newest, which is running, and the engine it runs in.
        self._lock = Lock()
        self._newest: Question | None = None
        self._running: Question | None = None
        self._closed = False
        self._landed.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._changed.connect(self._deliver_change, Qt.ConnectionType.QueuedConnection)

    def warm(self) -> None:
        """Makes the engine ready, so that the first keystroke does not wait for it."""
        with self._lock:
            closed = self._closed
        if not closed:
            self._executor.submit(self._prepare)

    def ask(self, question: Question) -> None:
        """Searches; what was asked before is cancelled and its answer never delivered."""
        with self._lock:
            if self._closed:
                return
            self._newest = question
            # Only a question that is no longer the newest may be interrupted. The worker takes this lock before it
            # goes on to the next, so the interruption cannot hit the one that was just asked.
            if self._running is not None and self._engine is not None:
                self._engine.interrupt()
        self._executor.submit(self._run, question, _search)

    def narrow(self, question: Question) -> None:
        """Finds words to narrow the newest question's rows with; the next question cancels it."""
        with self._lock:
            if self._closed or self._newest is not question:
                return
        self._executor.submit(self._run, question, self._narrow)

    def change(self, make_engine: Callable[[], Searches]) -> None:
        """Searches with another engine as soon as that is made, in the same thread; `changed` says when.

        Every answer of the old engine is delivered before `changed`, every later one is the new engine's.
        """
        with self._lock:
            closed = self._closed
        if not closed:
            self._executor.submit(self._change, make_engine)

    def forget(self) -> None:
        """Cancels what is running: nobody waits for an answer any more."""
        with self._lock:
            self._newest = None
            if self._running is not None and self._engine is not None:
                self._engine.interrupt()

    def close(self) -> None:
        """Ends the thread. Nothing is delivered afterwards."""
        with self._lock:
            self._closed = True
            self._newest = None
            if self._running is not None and self._engine is not None:
                self._engine.interrupt()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _prepare(self) -> None:
        try:
            self._ready_engine()
        except Exception as error:
            self._land(None, None, error)

    def _change(self, make_engine: Callable[[], Searches]) -> None:
        failure: Exception | None = None
        try:
            engine = make_engine()
            with self._lock:
                self._engine = engine
        except Exception as error:
            failure = error
        with self._lock:
            if not self._closed:
                self._changed.emit(failure)

    def _deliver_change(self, failure: Exception | None) -> None:
        with self._lock:
            closed = self._closed
        if not closed:
            self.changed.emit(failure)

    def _ready_engine(self) -> Searches:
        if self._engine is None:
            engine = self._make_engine()
            with self._lock:
                self._engine = engine
        return self._engine  # pyright: ignore[reportReturnType]  set two lines up, by this thread alone

    def _narrow(self, engine: Searches, question: Question) -> Narrowing:
        return engine.narrow(question, lambda: self._newest is not question)

    def _run(self, question: Question, work: Callable[[Searches, Question], Answer | Narrowing]) -> None:
        with self._lock:
            if self._newest is not question:
                return
        try:
            engine = self._ready_engine()
            attempts = 0
            while self._starts(question):
                try:
                    answer = work(engine, question)
                except sqlite3.OperationalError as error:
                    # SQLite keeps an interruption until its last open statement ends, so one meant for an earlier
                    # question can still reach this one: it is asked again for as long as it is the newest.
                    attempts += 1
                    if "interrupt" not in str(error) or attempts == MOST_ATTEMPTS:
                        raise
                    continue
                self._land(question, answer, None)
                return
        except Exception as error:
            self._land(question, None, error)
        finally:
            with self._lock:
                self._running = None

    def _starts(self, question: Question) -> bool:
        """Whether the question is still the newest; then it counts as running."""
        with self._lock:
            current = self._newest is question
            self._running = question if current else None
            return current

    def _land(self, question: Question | None, answer: Answer | Narrowing | None, error: Exception | None) -> None:
        with self._lock:
            if not self._closed:
                self._landed.emit(question, answer, error)

    def _deliver(self, question: Question | None, answer: Answer | Narrowing | None, error: Exception | None) -> None:
        with self._lock:
            stale = self._closed or (question is not None and question is not self._newest)
        if stale:
            return
        if error is not None:
            self.failed.emit(error)
        elif isinstance(answer, Narrowing):
            self.narrowed.emit(answer)
        else:
            self.answered.emit(answer)


def _search(engine: Searches, question: Question) -> Answer:
    return engine.search(question)
