"""Time and correctness of answers at every keystroke, compared with other ways of searching the same texts."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from codarium import Codarium, entries, titles
from figures import (
    KEYSTROKES,
    LIMIT,
    Benchmark,
    collector_of_the_program,
    environment,
    milliseconds,
    spread,
)
from phrases import NO_GOLD, PhraseSet, gold_phrases, measures, own_phrases, relevance
from report import Report, in_milliseconds, machine
from rivals import RIVALS, BruteForce

from app.codes.systems import System
from app.library.open import Library
from app.library.reading.catalogue import Catalogue

BRUTE_FORCE_STEP = 9
"""Brute force takes a third of a second for a keystroke, so it answers one in so many: some of every phrase, long and
short."""

PHRASES_PER_SET, PHRASES_OF_BRUTE_FORCE = 800, 30
"""The numbers of phrases of each set. The second gives only rough figures: 0.3 may be 0.2 or 0.4."""

OURS, OURS_ICD10CM = "Codarium, all code sets", "Codarium, ICD-10-CM alone"

STREAM = "Codarium, as JSON from `lookup -`"

BRUTE_FORCE = "RapidFuzz WRatio, titles"

TEXTS = {"titles": titles, "our entries": entries}

WAYS = [
    BRUTE_FORCE,
    *(f"{name}, {texts}" for texts in TEXTS for name in RIVALS if RIVALS[name] is not BruteForce),
    OURS_ICD10CM,
    OURS,
]
"""The ways in the order of the table. Brute force on our entries is measured with the growth of costs."""

Search = Callable[[str], list[str]]


class Results:
    """The times and results of each way, and their table."""

    def __init__(self, sets: list[PhraseSet]) -> None:
        self.sets = sets
        self.spreads: dict[str, dict[str, float]] = {}
        self.relevances: dict[tuple[str, str], dict[str, float]] = {}

    def rows(self) -> Iterator[tuple[str, list[str]]]:
        for name, figures in self.spreads.items():
            shares = [
                " / ".join(f"{self.relevances[name, phrases.name][measure]:.2f}" for measure in measures(phrases))
                if (name, phrases.name) in self.relevances
                else ""
                for phrases in self.sets
            ]
            yield name, [*map(in_milliseconds, figures.values()), *shares]


@pytest.fixture(scope="module")
def results(library: Library, report: Report) -> Iterator[Results]:
    gold = gold_phrases()
    results = Results([own_phrases(Catalogue(library.connect())), *gold])
    yield results
    if not results.spreads:
        return
    measured = {
        f"{phrases.name}: {' / '.join(measures(phrases))} (n = {min(PHRASES_PER_SET, len(phrases.phrases))})": phrases
        for phrases in results.sets
    }
    connection = library.connect()
    text = (
        f"Milliseconds a keystroke ({len(KEYSTROKES)} of them) and how often the right code comes first or among the"
        f" first ten, on {machine()}. Titles: all {len(titles(connection)):,} of ICD-10-CM; our entries: the"
        f" {len(entries(connection)):,} titles, inclusion terms and Index lines of this database, those that differ"
        f" in the 7th character alone taken together. RapidFuzz searched every {BRUTE_FORCE_STEP}th keystroke, and at"
        f" most {PHRASES_OF_BRUTE_FORCE} phrases of a set. `own` is our table of expected answers, which the program is"
        f" made to pass: it favors us. " + (GOLD_SETS if gold else NO_GOLD)
    )
    columns = [*next(iter(results.spreads.values())), *measured]
    is_complete = len(results.spreads) > len(WAYS) and len(results.relevances) == len(WAYS) * len(results.sets)
    report.add("keystrokes" if is_complete else "some keystrokes", text, columns, results.rows())


GOLD_SETS = (
    "`doid` are names and synonyms in the Disease Ontology, `mondo` disease names of Mondo, each with the codes given"
    " there; `typo` are misspellings that people typed (National Library of Medicine), `alike` the share of the correct"
    " spelling's first ten that the misspelling finds too."
)


@pytest.fixture(scope="module", params=WAYS)
def way(
    request: pytest.FixtureRequest, library: Library, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Search]]:
    """A way of searching, by its name."""
    name: str = request.param
    if name in (OURS, OURS_ICD10CM):
        searcher = Codarium(library, frozenset({System.ICD10CM}) if name == OURS_ICD10CM else frozenset())
        yield name, lambda text: searcher.search(text, LIMIT)
        return
    rival_name, _, texts = name.partition(", ")
    rival = RIVALS[rival_name](TEXTS[texts](library.connect()), tmp_path_factory.mktemp("rival"))
    yield name, lambda text: rival.search(text, LIMIT)
    rival.close()


@pytest.mark.benchmark(group="keystroke")
def test_keystrokes(benchmark: Benchmark, way: tuple[str, Search], results: Results) -> None:
    name, search = way
    keystrokes = KEYSTROKES[::BRUTE_FORCE_STEP] if name == BRUTE_FORCE else KEYSTROKES
    remaining = iter(keystrokes)
    search("warm up")
    with collector_of_the_program():
        benchmark.pedantic(search, setup=lambda: ((next(remaining),), {}), rounds=len(keystrokes))
    durations = milliseconds(benchmark)
    results.spreads[name] = spread(durations)
    benchmark.extra_info.update(results.spreads[name])
    slowest = sorted(zip(durations, keystrokes, strict=True), reverse=True)[:8]
    print(f"\n{name}, slowest:", ", ".join(f"{text!r} {duration:.1f}" for duration, text in slowest))


@pytest.mark.benchmark(group="relevance")
def test_relevance(benchmark: Benchmark, way: tuple[str, Search], results: Results) -> None:
    name, search = way
    phrase_count = PHRASES_OF_BRUTE_FORCE if name == BRUTE_FORCE else PHRASES_PER_SET

    def ask() -> None:
        for phrases in results.sets:
            results.relevances[name, phrases.name] = relevance(search, phrases.phrases[:phrase_count])

    benchmark.pedantic(ask, rounds=1)
    for phrases in results.sets:
        shares = results.relevances[name, phrases.name]
        for measure in measures(phrases):
            benchmark.extra_info[f"{phrases.name} {measure}"] = shares[measure]


@pytest.mark.benchmark(group="keystroke")
def test_stream_of_the_command_line(benchmark: Benchmark, library_path: Path, own_home: Path, results: Results) -> None:
    """From a line written to a running `codarium lookup --json -` to its answer read."""
    keystrokes = iter(KEYSTROKES)
    command = [sys.executable, "-m", "app", "--db", str(library_path), "lookup", "--json", "-"]
    variables = environment(own_home)
    with subprocess.Popen(command, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        requests, answers = program.stdin, program.stdout
        assert requests is not None
        assert answers is not None

        def search(text: str) -> object:
            requests.write(text.encode() + b"\n")
            requests.flush()
            return json.loads(answers.readline())

        search("warm up")
        benchmark.pedantic(search, setup=lambda: ((next(keystrokes),), {}), rounds=len(KEYSTROKES))
    results.spreads[STREAM] = spread(milliseconds(benchmark))
    benchmark.extra_info.update(results.spreads[STREAM])
