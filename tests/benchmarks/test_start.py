"""Time and memory of the window's start, compared with an empty window, and the time of a `codarium lookup`."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from figures import Benchmark, environment, milliseconds, print_table, spread
from open_and_measure import STARTED

ROUNDS = 12

LOOKUPS = 20

PROGRAM = Path(__file__).with_name("open_and_measure.py")

QUERY = "pneumonia"


class Opening:
    """A window in a process of its own, and the figures that it prints."""

    def __init__(self, home: Path, *arguments: str) -> None:
        variables = environment(home)
        command = [sys.executable, str(PROGRAM), *arguments]
        variables[STARTED] = repr(time.monotonic())
        self._process = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, encoding="utf-8")
        self.figures: dict[str, float] = {}

    def wait_for(self, name: str) -> None:
        """Read until the figure of that name is printed."""
        assert self._process.stdout is not None
        while name not in self.figures:
            line = self._process.stdout.readline()
            assert line, f"The process ended before it printed {name!r}."
            key, _, number = line.partition(" ")
            self.figures[key] = float(number)

    def finish(self) -> dict[str, float]:
        """Wait for the end of the process, and return all its figures."""
        self.wait_for("private")
        assert self._process.wait() == 0
        assert self._process.stdout is not None
        self._process.stdout.close()
        return self.figures


@pytest.mark.benchmark(group="start")
def test_window(benchmark: Benchmark, own_home: Path) -> None:
    """Open the empty window, then Codarium, in each round; Codarium is timed until its first answer is painted."""
    empty: list[dict[str, float]] = []
    ours: list[dict[str, float]] = []

    def open_empty() -> None:
        empty.append(Opening(own_home, "empty").finish())

    def open_codarium() -> None:
        opening = Opening(own_home, "codarium", QUERY)
        opening.wait_for("answered")
        openings.append(opening)

    def finish() -> None:
        ours.append(openings.pop().finish())

    openings: list[Opening] = []
    benchmark.pedantic(open_codarium, setup=open_empty, teardown=finish, rounds=ROUNDS, warmup_rounds=1)
    # The first round reads files that are not in memory yet and writes byte code.
    del empty[0], ours[0]

    def middle(rounds: list[dict[str, float]], name: str) -> float:
        return statistics.median(figures[name] for figures in rounds)

    first = middle(empty, "painted")
    rows: list[tuple[str, list[object]]] = []
    for name, ours_name, empty_name, unit in (
        ("first paint", "painted", "painted", "ms"),
        ("processor time until then", "cpu", "cpu", "ms"),
        ("first answer painted", "answered", "painted", "ms"),
        ("memory, resident", "rss", "rss", "MB"),
        ("memory, proportional", "pss", "pss", "MB"),
        ("memory, private", "private", "private", "MB"),
    ):
        own, other = middle(ours, ours_name), middle(empty, empty_name)
        rows.append((f"{name}, {unit}", [own, other, own / other, own - other]))
        benchmark.extra_info[name] = {"codarium": own, "empty": other, "ratio": own / other, "more": own - other}
    fastest = min(figures["painted"] for figures in ours), min(figures["painted"] for figures in empty)
    rows.append(("first paint, best round, ms", [*fastest, fastest[0] / fastest[1], fastest[0] - fastest[1]]))
    benchmark.extra_info["start ratio"] = middle(ours, "painted") / first
    print_table(f"Median of {ROUNDS} starts", ["codarium", "empty", "ratio", "more"], rows)


@pytest.mark.benchmark(group="command line")
@pytest.mark.parametrize("arguments", [["-m", "app", "lookup", QUERY], ["-m", "app", "show", "E11.40"], ["-c", ""]])
def test_command_line(benchmark: Benchmark, own_home: Path, arguments: list[str]) -> None:
    """Run a complete process with one answer; one that does nothing shows the share of Python itself."""
    variables = environment(own_home)

    def run() -> None:
        subprocess.run([sys.executable, *arguments], env=variables, stdout=subprocess.DEVNULL, check=True)

    benchmark.pedantic(run, rounds=LOOKUPS, warmup_rounds=2)
    figures = spread(milliseconds(benchmark))
    benchmark.extra_info.update(figures)
    name = " ".join(arguments[1:]).strip() or "nothing"
    print_table("Milliseconds for a whole process", list(figures), [(name, list(figures.values()))])
