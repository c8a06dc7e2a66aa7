"""The table of typed texts and the codes that must be near the top: tests/relevance/expected.tsv."""

import csv
from collections.abc import Iterator
from pathlib import Path

EXPECTED_TABLE = Path(__file__).parent / "relevance" / "expected.tsv"
EXPECTED_COLUMNS = ["typed", "codes", "within", "why"]

OFFER = "~"
"""Before codes that are only offered, since nothing answers the text."""


def rows() -> Iterator[list[str]]:
    """Yield the rows of the table, without the comment that explains them; codes are separated by `|`."""
    lines = [line for line in EXPECTED_TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    yield from csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
