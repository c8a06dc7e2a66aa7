"""Run as a program: opens Codarium or an empty window, and prints when it was painted and what memory it takes.

`python opened.py empty`, `python opened.py codarium pneumonia`. Lines on standard output are a name and a number:
`painted` and `answered` are milliseconds since the moment in the environment variable STARTED, seconds of the
monotonic clock. `cpu` is the processor time until the first picture, which a busy machine leaves alone. `rss`, `pss`
and `private` are MB, taken once what follows an answer has been done.
"""

import faulthandler
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QWidget

STARTED = "CODARIUM_BENCHMARK_STARTED"

SETTLING_MS = 1000
"""After an answer the page is written, the tree opens and what was typed is written down: memory is taken then."""

PATIENCE_S = 60


class Painted(QObject):
    """Calls back once the next painting of a widget is on the screen, if `counts` says that it is the one."""

    _AFTER = QEvent.Type(QEvent.registerEventType())

    def __init__(self, widget: QWidget, counts: Callable[[], bool], done: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget, self._counts, self._done = widget, counts, done
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._widget and event.type() is QEvent.Type.Paint and self._counts():
            self._widget.removeEventFilter(self)
            # Comes before all else that waits, so right after the event that paints and flushes the whole window.
            QCoreApplication.postEvent(self, QEvent(self._AFTER), Qt.EventPriority.HighEventPriority.value)
        return False

    def customEvent(self, event: QEvent) -> None:
        self._done()


def say(name: str, number: float) -> None:
    print(name, f"{number:.2f}", flush=True)


def say_time(name: str) -> None:
    say(name, (time.monotonic() - float(os.environ[STARTED])) * 1000)


def say_painted() -> None:
    say_time("painted")
    say("cpu", time.process_time() * 1000)


def say_memory() -> None:
    kilobytes: dict[str, float] = {}
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
        name, _, amount = line.partition(":")
        kilobytes[name] = float(amount.split()[0])
    say("rss", kilobytes["Rss"] / 1024)
    say("pss", kilobytes["Pss"] / 1024)
    say("private", (kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]) / 1024)


def end() -> None:
    say_memory()
    QApplication.quit()


def open_empty() -> int:
    application = QApplication(["empty"])
    window = QMainWindow()
    window.setWindowTitle("Empty")
    window.setCentralWidget(QLabel("An empty window"))
    window.resize(1440, 880)

    def painted() -> None:
        say_painted()
        QTimer.singleShot(SETTLING_MS, end)

    Painted(window, lambda: True, painted)
    window.show()
    return application.exec()


def open_codarium(query: str) -> int:
    from app import main as program

    make_window = program.make_window

    # The program is run as it is; only its window is watched.
    def make_watched_window(*arguments: object) -> object:
        window = make_window(*arguments)  # pyright: ignore[reportArgumentType]
        results = window.results

        def answered() -> None:
            say_time("answered")
            QTimer.singleShot(SETTLING_MS, end)

        def shows_answer() -> bool:
            return results.answer is not None and results.answer.question.text == query

        Painted(window, lambda: True, say_painted)
        Painted(results.list.viewport(), shows_answer, answered)
        return window

    program.make_window = make_watched_window  # pyright: ignore[reportAttributeAccessIssue]
    return program.main(["codarium", *query.split()])


def main(arguments: list[str]) -> int:
    # A window that never answers must not be waited for without end.
    faulthandler.dump_traceback_later(PATIENCE_S, exit=True)
    return open_codarium(" ".join(arguments[1:])) if arguments[0] == "codarium" else open_empty()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
