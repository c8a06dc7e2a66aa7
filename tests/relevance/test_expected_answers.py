"""What a coder types finds the code, near enough to the top: the table in expected.tsv, row by row."""

import pytest
from expected import COLUMNS, rows

from app.codes.systems import System
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from app.search.engine import Engine
from app.search.records import Question


@pytest.fixture(scope="module")
def engine(library: Library) -> Engine:
    return Engine(library.connect())


@pytest.mark.parametrize(("typed", "codes", "within", "_why"), [pytest.param(*row, id=row[0]) for row in rows()])
def test_right_code_stands_near_the_top(engine: Engine, typed: str, codes: str, within: str, _why: str) -> None:
    found = [hit.node.code for hit in engine.search(Question(typed)).hits]
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
    assert len(list(rows())) >= 420
