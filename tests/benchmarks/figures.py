"""Shared parts of the benchmarks: typed phrases, percentiles, and printed tables."""

import gc
import os
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from app.main import tune_collector

PHRASES = (
    "type 2 diabetes with neuropathy",
    "fracture of left femur",
    "e11.40",
    "0dtj4zz",
    "acute mi",
    "nstemi",
    "htn",
    "copd with exacerbation",
    "sept shock",
    "nuemonia",
    "diabetis",
    "broken wrist",
    "lap chole",
    "knee replacement right",
    "s72.001a",
    "haemorrhage",
    "bypass coronary artery",
    "unspecified",
    "right",
    "initial encounter",
    "open wound of hand",
    "heart failure diastolic",
    "ckd stage 3",
    "low back pain",
    "migraine with aura",
    "drainage peritoneal cavity",
    "percutaneous endoscopic",
    "z00.00",
    "burn second degree",
    "pcs: hip",
    "cm: asthma",
    "nosebleed",
    "otitis media",
    "j1",
    "the left",
    "of the",
    "x ray",
    "99213",
    "breast cancer",
    "excision skin",
    "poisoning by aspirin",
    "zzzz qqq",
)
"""Searches of a coder, the broadest words, codes, misspellings and words that no code set has."""


class Statistics(Protocol):
    """The seconds that the rounds of a benchmark took."""

    data: list[float]


class Measured(Protocol):
    """The figures of pytest-benchmark after a benchmark."""

    stats: Statistics


class Benchmark(Protocol):
    """The used part of pytest-benchmark's fixture, whose own annotations are not complete."""

    extra_info: dict[str, Any]
    stats: Measured

    def pedantic(
        self,
        target: Callable[..., object],
        *,
        setup: Callable[[], tuple[tuple[object, ...], dict[str, object]] | None] | None = None,
        teardown: Callable[..., None] | None = None,
        rounds: int = 1,
        warmup_rounds: int = 0,
    ) -> object: ...


def prefixes(phrase: str) -> tuple[str, ...]:
    """Return a phrase as it grows with each key: `g`, `go`, `gou`, `gout`."""
    return tuple(phrase[:end] for end in range(1, len(phrase) + 1))


KEYSTROKES = tuple(chain.from_iterable(map(prefixes, PHRASES)))
"""The text in the search box after each keystroke."""

LIMIT = 60
"""The number of rows requested, as by the window and the command line."""


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a user's start: byte code is cached, even if the benchmark's own process does not."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    variables["CODARIUM_HOME"] = str(home)
    variables["PYTHONPATH"] = str(Path(__file__).parents[2])
    return variables


@contextmanager
def collector_of_the_program() -> Generator[None]:
    """Measure under the garbage collector's settings of the program, then restore those of the test run."""
    before, was_enabled = gc.get_threshold(), gc.isenabled()
    tune_collector()
    yield
    gc.set_threshold(*before)
    if not was_enabled:
        gc.disable()
    gc.unfreeze()


def milliseconds(benchmark: Benchmark) -> list[float]:
    """Return the time of each round of a benchmark."""
    return [seconds * 1000 for seconds in benchmark.stats.stats.data]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that the given share of the values does not exceed; `values` need not be sorted."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return the median, the tail and the worst of values."""
    return {
        "p50": percentile(values, 0.50),
        "p95": percentile(values, 0.95),
        "p99": percentile(values, 0.99),
        "worst": max(values),
    }


def print_table(title: str, columns: Sequence[str], rows: Iterable[tuple[str, Sequence[object]]]) -> None:
    """Print a table whose rows begin with a name; numbers with a fraction are shown to two places."""
    lines = [
        (name, [f"{cell:,.2f}" if isinstance(cell, float) else str(cell) for cell in cells]) for name, cells in rows
    ]
    first = max(len(name) for name, _ in lines)
    widths = [max(len(text) for text in texts) for texts in zip(columns, *(cells for _, cells in lines), strict=True)]
    print(f"\n\n{title}")
    for name, cells in [("", list(columns)), *lines]:
        print(
            "  " + name.ljust(first), *(cell.rjust(width) for cell, width in zip(cells, widths, strict=True)), sep="  "
        )
