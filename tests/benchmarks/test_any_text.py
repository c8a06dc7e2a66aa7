"""Time of the slowest texts: words of every kind, correct and misspelled, in any number, up to a page.

The processor time of the thread is measured: the slowest of thousands of searches counts, and on a busy machine any of
them may have had to wait.
"""

import time
from collections.abc import Iterator

import pytest
from figures import LIMIT, Benchmark, collector_of_the_program, milliseconds, print_table, spread

from app.library.open import Library
from app.search.answer import Question
from app.search.engine import Engine
from app.search.parsing.vocabulary import Vocabulary
from tests.any_texts import TEXT_KINDS, Words, texts_of, words_of

TEXTS_OF_EACH_KIND = 12
"""The number of texts of each kind and length: each is searched once, since a repeated search costs less."""


@pytest.fixture(scope="module")
def words(library: Library) -> Words:
    return words_of(Vocabulary(library.connect()))


@pytest.fixture(scope="module")
def spreads() -> Iterator[dict[str, dict[str, float]]]:
    spreads_by_kind: dict[str, dict[str, float]] = {}
    yield spreads_by_kind
    if spreads_by_kind:
        columns = list(next(iter(spreads_by_kind.values())))
        rows = ((kind, list(figures.values())) for kind, figures in spreads_by_kind.items())
        print_table("Milliseconds that a text takes, by the kind of its words", columns, rows)


@pytest.mark.benchmark(group="any text", timer=time.thread_time)
@pytest.mark.parametrize("kind", TEXT_KINDS)
def test_texts_of_a_kind(
    benchmark: Benchmark, library: Library, words: Words, spreads: dict[str, dict[str, float]], kind: str
) -> None:
    engine = Engine(library.connect())
    engine.warm()
    texts = list(texts_of(kind, words, seed=3, each=TEXTS_OF_EACH_KIND))
    questions = (Question(text, limit=LIMIT) for text in texts)
    with collector_of_the_program():
        benchmark.pedantic(engine.search, setup=lambda: ((next(questions),), {}), rounds=len(texts))
    durations = milliseconds(benchmark)
    spreads[kind] = spread(durations)
    benchmark.extra_info.update(spreads[kind])
    worst, text = max(zip(durations, texts, strict=True))
    print(f"\n{kind}, worst: {worst:.1f} {text[:300]!r}")
