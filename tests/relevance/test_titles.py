"""An official title typed in full finds its code: a sample of every level of ICD-10-CM and ICD-10-PCS."""

import random

import pytest

from app.library.open import Library
from app.search.answer import Question
from app.search.engine import Engine

SAMPLE = 60


@pytest.mark.slow
@pytest.mark.parametrize("level", ["pcs_code", "seventh", "code", "subcategory", "category", "family"])
def test_a_title_typed_in_full_finds_its_code(library: Library, level: str) -> None:
    connection = library.connect()
    # A family of one stands in results as its only code, whose title is another; a code that has the title of its
    # family is in the row of that.
    rows = connection.execute(
        "SELECT code, title FROM node n WHERE level = ?"
        " AND NOT (level IN ('code', 'family') AND last > id AND variants = 1)"
        " AND NOT (level = 'pcs_code' AND title = (SELECT title FROM node p WHERE p.id = n.parent)) ORDER BY id",
        (level,),
    ).fetchall()
    engine = Engine(connection)
    missed: list[str] = []
    for code, title in random.Random(5).sample(rows, SAMPLE):
        first = [hit.node.code for hit in engine.search(Question(title)).hits[:5]]
        if code not in first:
            missed.append(f"{code} {title}: {first}")
    # Some headings share their whole title with the code below, or with several others.
    assert len(missed) <= SAMPLE // 50, "\n".join(missed)
