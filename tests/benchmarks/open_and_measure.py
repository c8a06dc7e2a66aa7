"""Run as a program: opens Codarium or an empty window, and prints the time of its painting and its memory.

`python open_and_measure.py empty`, `python open_and_measure.py codarium pneumonia`. Lines on standard output are a
name and a number: `painted` and `answered` are milliseconds since the moment in the environment variable STARTED,
seconds of the monotonic clock. `cpu` is the processor time until the first picture, which a busy machine hardly
changes. `rss`, `pss` and `private` are MB, taken once the work that follows an answer is done.
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
"""After an answer the page is written, the tree opens and the search is recorded: memory is taken after that."""

TIMEOUT_S = 60


class Painted(QObject):
    """Call back once the next painting of a widget is on the screen for which `counts` is true."""

    _AFTER = QEvent.Type(QEvent.registerEventType())

    def __init__(self, widget: QWidget, counts: Callable[[], bool], done: Callable[[], None]) -> None:
        super().__init__(widget)
        self._widget, self._counts, self._done = widget, counts, done
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._widget and event.type() is QEvent.Type.Paint and self._counts():
            self._widget.removeEventFilter(self)
            # Handled before all other waiting events, so right after the one that paints and flushes the whole window.
            QCoreApplication.postEvent(self, QEvent(self._AFTER), Qt.EventPriority.HighEventPriority.value)
        return False

    def customEvent(self, event: QEvent) -> None:
        self._done()


def print_figure(name: str, number: float) -> None:
    print(name, f"{number:.2f}", flush=True)


def print_time(name: str) -> None:
    print_figure(name, (time.monotonic() - float(os.environ[STARTED])) * 1000)


def print_first_paint() -> None:
    print_time("painted")
    print_figure("cpu", time.process_time() * 1000)


def print_memory() -> None:
    kilobytes: dict[str, float] = {}
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
        name, _, amount = line.partition(":")
        kilobytes[name] = float(amount.split()[0])
    print_figure("rss", kilobytes["Rss"] / 1024)
    print_figure("pss", kilobytes["Pss"] / 1024)
    print_figure("private", (kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]) / 1024)


def end() -> None:
    print_memory()
    QApplication.quit()


def open_empty() -> int:
    application = QApplication(["empty"])
    window = QMainWindow()
    window.setWindowTitle("Empty")
    window.setCentralWidget(QLabel("An empty window"))
    window.resize(1440, 880)

    def painted() -> None:
        print_first_paint()
        QTimer.singleShot(SETTLING_MS, end)

    Painted(window, lambda: True, painted)
    window.show()
    return application.exec()


def open_codarium(query: str) -> int:
    from app import main as program

    make_window = program.make_window

    # The program runs unchanged; only its window is watched.
    def make_watched_window(*arguments: object) -> object:
        window = make_window(*arguments)  # pyright: ignore[reportArgumentType]
        results = window.results

        def answered() -> None:
            print_time("answered")
            QTimer.singleShot(SETTLING_MS, end)

        def shows_answer() -> bool:
            return results.answer is not None and results.answer.question.text == query

        Painted(window, lambda: True, print_first_paint)
        Painted(results.list.viewport(), shows_answer, answered)
        return window

    program.make_window = make_watched_window  # pyright: ignore[reportAttributeAccessIssue]
    return program.main(["codarium", *query.split()])


def main(arguments: list[str]) -> int:
    # Do not wait forever for a window that never answers.
    faulthandler.dump_traceback_later(TIMEOUT_S, exit=True)
    return open_codarium(" ".join(arguments[1:])) if arguments[0] == "codarium" else open_empty()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
