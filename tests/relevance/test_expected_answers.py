"""A coder's words find the code near the top: the table in expected.tsv, row by row."""

from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest
from expected import EXPECTED_COLUMNS, OFFER, rows

from app.codes.systems import System
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from app.search.answer import Answer, Question
from app.search.engine import Engine

LEAST_ROWS_OF_EACH_SET = 20
"""The least number of rows for each code set, so that none is forgotten; the smallest has some fifty codes."""

Answers = Callable[[str], Answer]


@pytest.fixture(scope="module")
def answers(library: Library) -> Answers:
    engine = Engine(library.connect())

    @cache
    def answer(typed: str) -> Answer:
        return engine.search(Question(typed))

    return answer


@pytest.mark.slow
@pytest.mark.parametrize(("typed", "codes", "within", "_why"), [pytest.param(*row, id=row[0]) for row in rows()])
def test_expected_code_is_near_the_top(answers: Answers, typed: str, codes: str, within: str, _why: str) -> None:
    answer = answers(typed)
    is_offer = codes.startswith(OFFER)
    assert is_offer <= (not answer.hits)
    row_codes = [hit.node.code for hit in (answer.near if is_offer else answer.hits)]
    expected = set(codes.removeprefix(OFFER).split("|"))
    assert expected & set(row_codes[: int(within)]), f"instead: {', '.join(row_codes[:10]) or 'nothing'}"


def test_table_is_well_formed(catalogue: Catalogue) -> None:
    table = list(rows())
    assert all(len(row) == len(EXPECTED_COLUMNS) and row[0].strip() and row[3].strip() for row in table)
    assert all(1 <= int(row[2]) <= 60 for row in table)
    typed = [row[0] for row in table]
    assert sorted({text for text in typed if typed.count(text) > 1}) == []
    assert [
        code
        for row in table
        for code in row[1].removeprefix(OFFER).split("|")
        if all(catalogue.find(system, code) is None for system in System)
    ] == []


def test_table_is_not_cut_short() -> None:
    assert len(list(rows())) >= 900


@pytest.mark.slow
def test_table_covers_every_code_set(answers: Answers) -> None:
    # Two code sets may spell a code alike: only the answer shows which one is meant.
    matching = (
        [hit for hit in answers(typed).hits if hit.node.code in codes.split("|")] for typed, codes, _, _ in rows()
    )
    rows_of_set = Counter(hits[0].node.system for hits in matching if hits)
    assert [system for system in System if rows_of_set[system] < LEAST_ROWS_OF_EACH_SET] == []
