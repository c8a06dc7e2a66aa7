"""Hand-written lists, with known faults and without: every fault is found, and nothing else is an error or a warning.

The table was written by the Tabular List of FY2026 with the releases before and after it. Here the database as it ships
answers, which has the codes of FY2025 and FY2026 alone: lists that need other releases are left to a check by hand.
"""

import csv
from datetime import date
from pathlib import Path

import pytest

from app.checking.records import Severity
from app.codes.shapes import shape_of
from app.codes.systems import System
from tests.checking.conftest import DAY, Check

TABLE = Path(__file__).with_name("lists.tsv")

DATED = ("ended", "not_yet")
FIRST_DAY, LAST_DAY = date(2025, 10, 1), date(2026, 9, 30)

NEEDS_OTHER_RELEASES = {"wound disruption ended", "secondary larynx too early", "dilated cardiomyopathy too early"}
"""Of codes that ended before, or are new after, what ships."""


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def needs_more(row: dict[str, str]) -> bool:
    """Whether a list has codes of sets that ship in part, or is of a day outside the releases that ship."""
    texts = [text for text in row["codes"].split() if not text.startswith("x")]
    shapes = [shape_of(text.partition("-")[0]) for text in texts]
    only_diagnoses = all(shape is not None and shape.system is System.ICD10CM for shape in shapes)
    has_dated = any(finding.startswith(DATED) for finding in row["findings"].split("; "))
    return (
        not only_diagnoses
        or has_dated
        or row["name"] in NEEDS_OTHER_RELEASES
        or not FIRST_DAY <= date.fromisoformat(row["day"]) <= LAST_DAY
    )


ROWS = rows()
SHIPPED = [row for row in ROWS if not needs_more(row)]


def test_the_table_is_what_it_says() -> None:
    assert len({row["name"] for row in ROWS}) == len(ROWS)
    assert len([row for row in ROWS if row["findings"]]) >= 200
    assert len([row for row in ROWS if not row["findings"]]) >= 100
    assert len(SHIPPED) >= 300


@pytest.mark.parametrize("row", [pytest.param(row, id=row["name"]) for row in SHIPPED])
def test_every_fault_is_found_and_nothing_is_wrongly_one(check: Check, row: dict[str, str]) -> None:
    findings = check(row["codes"], DAY).findings
    found = [(finding.rule.value, set(finding.codes)) for finding in findings]
    for expected in filter(None, row["findings"].split("; ")):
        rule, *codes = expected.split()
        assert any(rule == name and set(codes) <= named for name, named in found), f"{expected}: {row['because']}"
    assert any(finding.severity is Severity.ERROR for finding in findings) is (row["errors"] == "yes"), found
    if not row["findings"]:
        assert [finding.sentence for finding in findings if finding.severity is not Severity.HINT] == []
