"""Growth of the cost of a keystroke, and of the index, with the number of entries: 1, 4 and 16 times ICD-10-CM's."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from codarium import Codarium
from enlarged import Enlarged, TabularList
from figures import KEYSTROKES, LIMIT, Benchmark, collector_of_the_program, milliseconds, spread
from report import Report, in_milliseconds
from rivals import RIVALS, BruteForce

from app.library.open import Library, open_library

TIMES = (1, 4, 16)

STEP, BRUTE_FORCE_STEP = 6, 120
"""One keystroke in so many is searched; in a million texts, brute force takes seconds for each."""

OURS = "Codarium"

WAYS = (*RIVALS, OURS)

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Cost:
    """The spread of the milliseconds of a keystroke, and the cost of the index."""

    spread: dict[str, float]
    seconds: float
    megabytes: float


@pytest.fixture(scope="module")
def tabular_list(library: Library) -> TabularList:
    return TabularList(library)


@pytest.fixture(scope="module", params=TIMES, ids="{} times".format)
def enlarged(
    request: pytest.FixtureRequest, tabular_list: TabularList, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[int, Enlarged]]:
    """The factor of the size, and the code database."""
    folder = tmp_path_factory.mktemp("enlarged")
    yield request.param, tabular_list.enlarged(request.param, folder / "codes.db")
    shutil.rmtree(folder)


class Results:
    """The costs of each way at each size, and their table."""

    def __init__(self) -> None:
        self.sizes: dict[int, tuple[int, int]] = {}
        """The numbers of entries and of distinct words."""
        self.costs: dict[tuple[str, int], Cost] = {}

    def rows(self) -> Iterator[tuple[str, list[str]]]:
        for name in WAYS:
            costs = [self.costs[name, times] for times in TIMES]
            yield (
                name,
                [
                    *(" / ".join(in_milliseconds(cost.spread[share]) for cost in costs) for share in ("p50", "p99")),
                    " / ".join(f"{cost.seconds:.1f}" for cost in costs),
                    " / ".join(f"{cost.megabytes:.0f}" for cost in costs) if costs[0].megabytes else "none",
                ],
            )


@pytest.fixture(scope="module")
def results(report: Report) -> Iterator[Results]:
    results = Results()
    yield results
    if len(results.costs) < len(WAYS) * len(TIMES):
        return
    entries, words = (
        ", ".join(f"{sizes[place]:,}" for sizes in map(results.sizes.__getitem__, TIMES)) for place in (0, 1)
    )
    text = (
        f"How cost grows with the entries: {' / '.join(f'{times}×' for times in TIMES)} those of the Tabular List of"
        " ICD-10-CM, on the same machine. Each copy has another word in place of the rarest of every entry, which makes"
        f" {entries} entries of {words} different words. Every {STEP}th keystroke was searched, RapidFuzz every"
        f" {BRUTE_FORCE_STEP}th. The index of Codarium holds the texts as well, those of the others do not."
    )
    report.add("growth", text, ["p50, ms", "p99, ms", "index made in, s", "index, MB"], results.rows())


@pytest.mark.benchmark(group="growth")
@pytest.mark.parametrize("name", WAYS)
def test_growth(
    benchmark: Benchmark,
    name: str,
    enlarged: tuple[int, Enlarged],
    results: Results,
    tmp_path: Path,
) -> None:
    times, database = enlarged
    results.sizes[times] = len(database.texts), database.distinct_words
    keystrokes = KEYSTROKES[:: BRUTE_FORCE_STEP if RIVALS.get(name) is BruteForce else STEP]
    remaining = iter(keystrokes)
    if name == OURS:
        library = open_library(database.path)
        searcher, close, seconds, size = Codarium(library), library.close, database.seconds, database.bytes_on_disk
    else:
        started = time.perf_counter()
        searcher = RIVALS[name](database.texts, tmp_path)
        seconds, size, close = time.perf_counter() - started, searcher.bytes_on_disk(), searcher.close

    def search(text: str) -> list[str]:
        return searcher.search(text, LIMIT)

    with collector_of_the_program():
        benchmark.pedantic(search, setup=lambda: ((next(remaining),), {}), rounds=len(keystrokes))
    close()
    durations = milliseconds(benchmark)
    results.costs[name, times] = Cost(spread(durations), seconds, size / 1e6)
    benchmark.extra_info.update(spread(durations), seconds=seconds, megabytes=size / 1e6)
    slowest = sorted(zip(durations, keystrokes, strict=True), reverse=True)[:5]
    print(f"\n{times} times, {name}, slowest:", ", ".join(f"{text!r} {duration:.1f}" for duration, text in slowest))
