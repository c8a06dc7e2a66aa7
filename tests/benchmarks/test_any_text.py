"""Time of the worst texts: words of every kind, right and wrong, in any number, up to a page.

This is the processor time of the thread: the slowest of thousands of searches is measured, and on a busy machine any
of them may have had to wait.
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

EACH = 12
"""Texts of each kind and length: every one is asked once, since what was asked before costs less."""


@pytest.fixture(scope="module")
def words(library: Library) -> Words:
    return words_of(Vocabulary(library.connect()))


@pytest.fixture(scope="module")
def spreads() -> Iterator[dict[str, dict[str, float]]]:
    found: dict[str, dict[str, float]] = {}
    yield found
    if found:
        columns = list(next(iter(found.values())))
        rows = ((kind, list(figures.values())) for kind, figures in found.items())
        print_table("Milliseconds that a text takes, by what it is made of", columns, rows)


@pytest.mark.benchmark(group="any text", timer=time.thread_time)
@pytest.mark.parametrize("kind", TEXT_KINDS)
def test_texts_of_a_kind(
    benchmark: Benchmark, library: Library, words: Words, spreads: dict[str, dict[str, float]], kind: str
) -> None:
    engine = Engine(library.connect())
    engine.warm()
    texts = list(texts_of(kind, words, seed=3, each=EACH))
    waiting = (Question(text, limit=LIMIT) for text in texts)
    with collector_of_the_program():
        benchmark.pedantic(engine.search, setup=lambda: ((next(waiting),), {}), rounds=len(texts))
    taken = milliseconds(benchmark)
    spreads[kind] = spread(taken)
    benchmark.extra_info.update(spreads[kind])
    worst, text = max(zip(taken, texts, strict=True))
    print(f"\n{kind}, worst: {worst:.1f} {text[:300]!r}")
