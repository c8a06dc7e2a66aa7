"""A long day in the window: memory stays level once the caches are full, and nothing that is closed stays.

`make soak` types 20,000 keystrokes and tells the memory after each thousand.
"""

import os
import random
from collections import Counter
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import pytest

from app.main import tune_collector
from app.ui.main_window.window import Window
from tests.expected import rows
from tests.ui.soak.working_day import WorkingDay

KEYSTROKES = int(os.environ.get("CODARIUM_SOAK", "0"))

STEP = 1000
"""Keystrokes between two looks at the memory."""

FIRST_STEPS = 3
"""Steps after which all modules are imported and the caches of both threads are full."""

MOST_GROWTH = 16
"""MB by which the memory may grow after the first steps: the heap of 20,000 searches is never as tidy as a new one."""

ROUNDS = 4
"""Rounds of the same work: what stays behind once a round is there four times."""


def texts() -> list[str]:
    """Return the texts of the table of expected answers, in random order."""
    return random.Random(11).sample(typed := [row[0] for row in rows()], len(typed))


def grown(before: Counter[str], after: Counter[str], least: int) -> dict[str, int]:
    """Return the kinds of objects of which there are at least so many more."""
    return {kind: count for kind, count in (after - before).items() if count >= least}


@pytest.mark.slow
def test_nothing_stays_of_what_is_closed(window: Window) -> None:
    day = WorkingDay(window)
    for _ in range(2):
        day.open_everything()
    before = day.qt_objects()
    for _ in range(ROUNDS):
        day.open_everything()
    assert grown(before, day.qt_objects(), ROUNDS) == {}


@pytest.mark.slow
def test_the_same_work_again_needs_no_more_objects(window: Window) -> None:
    day, typed = WorkingDay(window), texts()[:3]
    for _ in range(2):
        day.work(typed, seed=5)
    before, openings = day.qt_objects(), day.openings
    for _ in range(ROUNDS):
        day.work(typed, seed=5)
    # The tree, which follows after a pause, opens some rows in one round and not in the other.
    assert grown(before, day.qt_objects(), (day.openings - openings) // 2) == {}


@pytest.mark.skipif(not KEYSTROKES, reason="takes a quarter of an hour: make soak")
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the memory as Linux tells it")
def test_memory_is_level_after_the_first_thousands_of_keystrokes(
    window: Window, record_property: Callable[[str, object], None]
) -> None:
    day, typed, choices = WorkingDay(window), cycle(texts()), random.Random(11)
    # As in the program, where the collector rarely runs.
    tune_collector()
    day.open_everything()
    megabytes: list[float] = []
    lines = [f"{0:6} keystrokes, {0:5} openings: {memory():6.1f} MB"]
    for step in range(STEP, KEYSTROKES + 1, STEP):
        while day.keystrokes < step:
            day.work(list(islice(typed, 6)), seed=choices.randrange(1 << 30))
            day.open_everything()
        megabytes.append(memory())
        lines.append(f"{day.keystrokes:6} keystrokes, {day.openings:5} openings: {megabytes[-1]:6.1f} MB")
    record_property("soak", lines)
    assert megabytes[-1] - megabytes[:FIRST_STEPS][-1] < MOST_GROWTH


def memory() -> float:
    """Return the megabytes of this process that are in memory, without those of files."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon")) / 1024
