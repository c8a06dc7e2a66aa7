"""What a coder types finds the code, near enough to the top: the table in expected.tsv, row by row."""

from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest
from expected import COLUMNS, rows

from app.codes.systems import System
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from app.search.answer import Hit, Question
from app.search.engine import Engine

LEAST_OF_EACH = 20
"""Rows whose first answer is of a code set, lest one be forgotten; the smallest has some fifty codes."""

Answers = Callable[[str], tuple[Hit, ...]]


@pytest.fixture(scope="module")
def answers(library: Library) -> Answers:
    engine = Engine(library.connect())

    @cache
    def asked(typed: str) -> tuple[Hit, ...]:
        return engine.search(Question(typed)).hits

    return asked


@pytest.mark.parametrize(("typed", "codes", "within", "_why"), [pytest.param(*row, id=row[0]) for row in rows()])
def test_right_code_stands_near_the_top(answers: Answers, typed: str, codes: str, within: str, _why: str) -> None:
    found = [hit.node.code for hit in answers(typed)]
    assert set(codes.split("|")) & set(found[: int(within)]), f"found instead: {', '.join(found[:10]) or 'nothing'}"


def test_table_is_well_formed(catalogue: Catalogue) -> None:
    table = list(rows())
    assert all(len(row) == len(COLUMNS) and row[0].strip() and row[3].strip() for row in table)
    assert all(1 <= int(row[2]) <= 60 for row in table)
    typed = [row[0] for row in table]
    assert sorted({text for text in typed if typed.count(text) > 1}) == []
    assert [
        code
        for row in table
        for code in row[1].split("|")
        if all(catalogue.find(system, code) is None for system in System)
    ] == []


def test_table_is_not_cut_short() -> None:
    assert len(list(rows())) >= 900


def test_every_code_set_is_asked_for(answers: Answers) -> None:
    # Two code sets may write a code alike: which one is meant shows only in the answer.
    right = ([hit for hit in answers(typed) if hit.node.code in codes.split("|")] for typed, codes, _, _ in rows())
    asked = Counter(hits[0].node.system for hits in right if hits)
    assert [system for system in System if asked[system] < LEAST_OF_EACH] == []
