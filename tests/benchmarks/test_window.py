"""Time until a keystroke is painted in the real window, and the longest time that typing blocks the window."""

import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from figures import PHRASES, Benchmark, collector_of_the_program, milliseconds, print_table, spread
from open_and_measure import Painted
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QSize, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.library.open import Library
from app.main import make_window
from app.ui.main_window.window import Window

TYPED_PHRASES = PHRASES[:16]

PAUSE_MS = 100
"""Ten keys a second: a fast typist. The page and the tree, which follow the list, are drawn in the pause."""

SIZE = QSize(1440, 880)

TIMEOUT_MS = 5000


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, library: Library, own_home: Path) -> Iterator[Window]:
    """The window as the program opens it, after its first search."""
    qapp.setStyle("Fusion")
    opened = make_window(qapp, library, own_home)
    opened.start()
    qtbot.waitExposed(opened)
    # The offscreen screen is small, and there the window opens maximized: the tree would be folded away, unmeasured.
    opened.showNormal()
    opened.resize(SIZE)
    qtbot.waitUntil(lambda: opened.size() == SIZE)
    opened.activateWindow()
    qtbot.waitUntil(opened.isActiveWindow)
    press_and_wait(opened, "w")
    rest(500)
    with collector_of_the_program():
        yield opened
    opened.close()
    opened.finish()
    opened.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def rest(milliseconds: int) -> None:
    """Let the window process its events for that long."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def press_and_wait(window: Window, character: str) -> None:
    """Press a key in the box and wait until the answer to the new text is painted.

    Without results, the advice is painted in the place of the list.
    """
    box, results = window.search_bar.box, window.results
    advice = results.findChild(QLabel, "no_results")
    assert advice is not None
    text = box.text() + character
    loop = QEventLoop()
    watched = [
        Painted(widget, lambda: results.answer is not None and results.answer.question.text == text, loop.quit)
        for widget in (results.list.viewport(), advice)
    ]
    QTimer.singleShot(TIMEOUT_MS, loop, loop.quit)
    QTest.keyClicks(box, character)
    # A text of spaces alone is not searched.
    if text.strip():
        loop.exec()
    for watcher in watched:
        watcher.setParent(None)
        watcher.deleteLater()


@pytest.mark.benchmark(group="window")
@pytest.mark.parametrize("pause", [PAUSE_MS, 0], ids=["ten keys a second", "each after the last was painted"])
def test_keystroke_to_painted(benchmark: Benchmark, window: Window, pause: int) -> None:
    keys = [(character, place == 0) for phrase in TYPED_PHRASES for place, character in enumerate(phrase)]
    remaining = iter(keys)

    def next_key() -> tuple[tuple[object, ...], dict[str, object]]:
        if pause:
            rest(pause)
        character, begins = next(remaining)
        if begins:
            window.search_bar.box.clear()
            rest(max(pause, 20))
        return (window, character), {}

    benchmark.pedantic(press_and_wait, setup=next_key, rounds=len(keys))
    durations = milliseconds(benchmark)
    figures = spread(durations)
    benchmark.extra_info.update(figures)
    name = "ten keys a second" if pause else "each after the last was painted"
    print_table("Milliseconds from a keystroke to its answer painted", list(figures), [(name, list(figures.values()))])
    texts = [phrase[:end] for phrase in TYPED_PHRASES for end in range(1, len(phrase) + 1)]
    slowest = sorted(zip(durations, texts, strict=True), reverse=True)[:8]
    print("Slowest:", ", ".join(f"{text!r} {duration:.1f}" for duration, text in slowest))


@pytest.mark.benchmark(group="typing")
@pytest.mark.parametrize("pause", [PAUSE_MS, 30, 0], ids=["ten keys a second", "a held key", "without a pause"])
def test_longest_stall_while_typing(benchmark: Benchmark, window: Window, pause: int) -> None:
    """Measure the gaps between the beats of a timer that should beat every millisecond."""
    box = window.search_bar.box
    beats: list[float] = []
    pressed: list[tuple[float, str]] = []
    loop = QEventLoop()
    keys: Iterator[Callable[[], None]] = iter(
        [
            step
            for phrase in TYPED_PHRASES
            for step in (box.clear, *(presses(window, character) for character in phrase))
        ]
    )

    def beat() -> None:
        beats.append(time.perf_counter())

    def press() -> None:
        step = next(keys, None)
        if step is None:
            typing.stop()
            # The page and the tree follow the last key.
            QTimer.singleShot(300, loop.quit)
            return
        step()
        pressed.append((time.perf_counter(), box.text()))

    heart, typing = QTimer(), QTimer()
    for timer, interval, slot in ((heart, 1, beat), (typing, pause, press)):
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(interval)
        timer.timeout.connect(slot)

    def type_all() -> None:
        heart.start()
        typing.start()
        loop.exec()
        heart.stop()

    benchmark.pedantic(type_all, rounds=1)
    gaps = sorted((((after - before) * 1000, before) for before, after in pairwise(beats)), reverse=True)
    figures = {
        "longest": gaps[0][0],
        "second": gaps[1][0],
        "over 16.7 ms": sum(gap > 16.7 for gap, _ in gaps),
        "over 25 ms": sum(gap > 25 for gap, _ in gaps),
        "keys": len(pressed),
    }
    benchmark.extra_info.update(figures)
    name = {PAUSE_MS: "ten keys a second", 0: "without a pause"}.get(pause, "a held key")
    print_table("Stalls of the event loop while typing, ms", list(figures), [(name, list(figures.values()))])
    longest: list[str] = []
    for gap, at in gaps[:8]:
        during = next((text for when, text in reversed(pressed) if when <= at + gap / 1000), "")
        longest.append(f"{during!r} {gap:.1f}")
    print("Longest:", ", ".join(longest))


def presses(window: Window, character: str) -> Callable[[], None]:
    """Return a function that presses a key in the box."""
    return lambda: QTest.keyClicks(window.search_bar.box, character)
