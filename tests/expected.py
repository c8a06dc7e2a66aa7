"""The table of what is typed and which codes must stand near the top: tests/relevance/expected.tsv."""

import csv
from collections.abc import Iterator
from pathlib import Path

TABLE = Path(__file__).parent / "relevance" / "expected.tsv"
COLUMNS = ["typed", "codes", "within", "why"]


def rows() -> Iterator[list[str]]:
    """Its rows, without the comment that explains them; codes are separated by `|`."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    yield from csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
