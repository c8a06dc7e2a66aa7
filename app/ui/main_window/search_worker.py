"""Search outside the GUI thread: one worker, the newest question wins, every answer carries its question."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from app.search.answer import Answer, Narrowing, Question

MAX_ATTEMPTS = 20
"""An engine that is still interrupted after this many attempts is broken: that is reported, not retried forever."""


class SearchEngine(Protocol):
    """The methods of an engine that the worker calls."""

    def search(self, question: Question) -> Answer: ...

    def narrow(self, question: Question, stop: Callable[[], bool]) -> Narrowing: ...

    def interrupt(self) -> None: ...


class SearchWorker(QObject):
    """Asks an engine in its own thread, and brings the newest question's answer back to the GUI thread.

    `make_engine` is called in that thread: once, and again for the question after a failure. `answered` carries an
    Answer, `narrowed` a Narrowing; `failed` the exception of a search that broke, never that of one that was canceled.
    """

    answered = Signal(object)
    narrowed = Signal(object)
    failed = Signal(object)
    engine_changed = Signal(object)
    """Carries None when another engine has taken over, or the exception that makes the old one stay."""
    _finished = Signal(object, object, object)
    _engine_replaced = Signal(object)

    def __init__(self, make_engine: Callable[[], SearchEngine], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make_engine = make_engine
        self._engine: SearchEngine | None = None
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="search")
        # Guards the fields that both threads read: the newest question, the running one, and the engine it runs in.
        self._lock = Lock()
        self._newest: Question | None = None
        self._running: Question | None = None
        self._closed = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._engine_replaced.connect(self._deliver_change, Qt.ConnectionType.QueuedConnection)

    def prepare(self) -> None:
        """Make the engine now, so that the first keystroke does not wait for it."""
        with self._lock:
            closed = self._closed
        if not closed:
            self._executor.submit(self._make_first_engine)

    def ask(self, question: Question) -> None:
        """Search for a question. The one before is canceled, and its answer is never delivered."""
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
        """Find words that narrow the newest question's rows; the next question cancels it."""
        with self._lock:
            if self._closed or self._newest is not question:
                return
        self._executor.submit(self._run, question, self._narrow)

    def change_engine(self, make_engine: Callable[[], SearchEngine]) -> None:
        """Make another engine in the same thread, and search with it from then on; `engine_changed` tells when.

        Every answer of the old engine is delivered before `engine_changed`, every later one is the new engine's.
        """
        with self._lock:
            closed = self._closed
        if not closed:
            self._executor.submit(self._replace_engine, make_engine)

    def cancel(self) -> None:
        """Cancel the running search; its answer is not delivered."""
        with self._lock:
            self._newest = None
            if self._running is not None and self._engine is not None:
                self._engine.interrupt()

    def close(self) -> None:
        """End the thread. Nothing is delivered afterwards."""
        with self._lock:
            self._closed = True
            self._newest = None
            if self._running is not None and self._engine is not None:
                self._engine.interrupt()
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _make_first_engine(self) -> None:
        try:
            self._ensure_engine()
        except Exception as error:
            self._finish(None, None, error)

    def _replace_engine(self, make_engine: Callable[[], SearchEngine]) -> None:
        failure: Exception | None = None
        try:
            engine = make_engine()
            with self._lock:
                # Also for the engine that is made after a failure, which must not read the library before.
                self._engine, self._make_engine = engine, make_engine
        except Exception as error:
            failure = error
        with self._lock:
            if not self._closed:
                self._engine_replaced.emit(failure)

    def _deliver_change(self, failure: Exception | None) -> None:
        with self._lock:
            closed = self._closed
        if not closed:
            self.engine_changed.emit(failure)

    def _ensure_engine(self) -> SearchEngine:
        if self._engine is None:
            engine = self._make_engine()
            with self._lock:
                self._engine = engine
        return self._engine  # pyright: ignore[reportReturnType]  set two lines up, by this thread alone

    def _narrow(self, engine: SearchEngine, question: Question) -> Narrowing:
        return engine.narrow(question, lambda: self._newest is not question)

    def _run(self, question: Question, work: Callable[[SearchEngine, Question], Answer | Narrowing]) -> None:
        with self._lock:
            if self._newest is not question:
                return
        try:
            engine = self._ensure_engine()
            attempts = 0
            while self._start(question):
                try:
                    answer = work(engine, question)
                except sqlite3.OperationalError as error:
                    # SQLite keeps an interruption until its last open statement ends, so one meant for an earlier
                    # question can still reach this one: it is asked again as long as it is the newest.
                    attempts += 1
                    if "interrupt" not in str(error) or attempts == MAX_ATTEMPTS:
                        raise
                    continue
                self._finish(question, answer, None)
                return
        except Exception as error:
            with self._lock:
                # Made again for the next question: what failed may have left the engine or its connection unusable.
                self._running = self._engine = None
            self._finish(question, None, error)
        finally:
            with self._lock:
                self._running = None

    def _start(self, question: Question) -> bool:
        """Mark the question as running and return True, unless a newer one was asked."""
        with self._lock:
            is_newest = self._newest is question
            self._running = question if is_newest else None
            return is_newest

    def _finish(self, question: Question | None, answer: Answer | Narrowing | None, error: Exception | None) -> None:
        with self._lock:
            if not self._closed:
                self._finished.emit(question, answer, error)

    def _deliver(self, question: Question | None, answer: Answer | Narrowing | None, error: Exception | None) -> None:
        with self._lock:
            is_stale = self._closed or (question is not None and question is not self._newest)
        if is_stale:
            return
        if error is not None:
            self.failed.emit(error)
        elif isinstance(answer, Narrowing):
            self.narrowed.emit(answer)
        else:
            self.answered.emit(answer)


def _search(engine: SearchEngine, question: Question) -> Answer:
    return engine.search(question)
