"""How long an answer takes at every keystroke, beside brute force and plain full text search of the same titles."""

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from figures import KEYSTROKES, Benchmark, collector_of_the_program, milliseconds, print_table, spread
from rapidfuzz import fuzz, process

from app.library.open import Library
from app.search.engine import Engine
from app.search.records import Answer, Question

LIMIT = 60

BRUTE_EVERY = 9
"""Brute force takes half a second a keystroke, so it answers one in so many: of every phrase some, long and short."""

BRUTE, PLAIN, STREAM, ENGINE = "RapidFuzz WRatio", "FTS5 bm25", "codarium lookup -", "engine"

Spreads = dict[str, dict[str, float]]


@pytest.fixture(scope="module")
def titles(library: Library) -> list[str]:
    """The title of every code of ICD-10-CM, headings included, as the order file lists them."""
    rows = library.connect().execute(
        "SELECT title FROM node WHERE system = 'icd10cm' AND level NOT IN ('chapter', 'section') ORDER BY id"
    )
    return [title for (title,) in rows]


@pytest.fixture(scope="module")
def spreads() -> Iterator[Spreads]:
    """Gathers what each way took, and prints it side by side."""
    gathered: Spreads = {}
    yield gathered
    if not gathered:
        return
    columns = list(next(iter(gathered.values())))
    rows: list[tuple[str, list[object]]] = [(name, list(figures.values())) for name, figures in gathered.items()]
    for way in (BRUTE, PLAIN):
        for ours in (STREAM, ENGINE):
            if way in gathered and ours in gathered:
                rows.append((f"{way} / {ours}", [gathered[way][name] / gathered[ours][name] for name in columns]))
    print_table(f"Milliseconds per keystroke, {len(KEYSTROKES)} keystrokes", columns, rows)


@pytest.mark.benchmark(group="keystroke")
def test_brute_force(benchmark: Benchmark, titles: list[str], spreads: Spreads) -> None:
    lowered = [title.lower() for title in titles]
    sample = iter(KEYSTROKES[::BRUTE_EVERY])

    def search(text: str) -> object:
        return process.extract(text, lowered, scorer=fuzz.WRatio, limit=LIMIT)

    benchmark.pedantic(search, setup=lambda: ((next(sample),), {}), rounds=len(KEYSTROKES[::BRUTE_EVERY]))
    spreads[BRUTE] = spread(milliseconds(benchmark))
    benchmark.extra_info.update(spreads[BRUTE], titles=len(titles))


@pytest.mark.benchmark(group="keystroke")
def test_plain_full_text_search(benchmark: Benchmark, titles: list[str], spreads: Spreads) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE titles USING fts5 (title, prefix = '1 2 3')")
    connection.executemany("INSERT INTO titles VALUES (?)", ((title,) for title in titles))
    keystrokes = iter(KEYSTROKES)

    def search(text: str) -> list[object]:
        match = " ".join(f"{word}*" for word in re.findall("[a-z0-9]+", text))
        if not match:
            return []
        # `rank` is bm25 by its faster name.
        rows = connection.execute("SELECT title FROM titles WHERE titles MATCH ? ORDER BY rank LIMIT ?", (match, LIMIT))
        return rows.fetchall()

    benchmark.pedantic(search, setup=lambda: ((next(keystrokes),), {}), rounds=len(KEYSTROKES))
    connection.close()
    spreads[PLAIN] = spread(milliseconds(benchmark))
    benchmark.extra_info.update(spreads[PLAIN])


@pytest.mark.benchmark(group="keystroke")
def test_stream_of_the_command_line(benchmark: Benchmark, spreads: Spreads) -> None:
    """From a line written to a running `codarium lookup --json -` to its answer read."""
    keystrokes = iter(KEYSTROKES)
    command = [str(Path(sys.executable).with_name("codarium")), "lookup", "--json", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        asked, answers = program.stdin, program.stdout
        assert asked is not None
        assert answers is not None

        def search(text: str) -> object:
            asked.write(text.encode() + b"\n")
            asked.flush()
            return json.loads(answers.readline())

        search("warm up")
        benchmark.pedantic(search, setup=lambda: ((next(keystrokes),), {}), rounds=len(KEYSTROKES))
    spreads[STREAM] = spread(milliseconds(benchmark))
    benchmark.extra_info.update(spreads[STREAM])


@pytest.mark.benchmark(group="keystroke")
def test_engine(benchmark: Benchmark, library: Library, spreads: Spreads) -> None:
    engine = Engine(library.connect())
    keystrokes = iter(KEYSTROKES)

    def search(text: str) -> Answer:
        return engine.search(Question(text, limit=LIMIT))

    search("warm up")
    with collector_of_the_program():
        benchmark.pedantic(search, setup=lambda: ((next(keystrokes),), {}), rounds=len(KEYSTROKES))
    taken = milliseconds(benchmark)
    spreads[ENGINE] = spread(taken)
    benchmark.extra_info.update(spreads[ENGINE])
    for way in (BRUTE, PLAIN):
        if way in spreads:
            for name in ("p50", "p99"):
                benchmark.extra_info[f"{way} / engine {name}"] = spreads[way][name] / spreads[ENGINE][name]
    slowest = sorted(zip(taken, KEYSTROKES, strict=True), reverse=True)[:8]
    print("\nSlowest:", ", ".join(f"{text!r} {time:.1f}" for time, text in slowest))
