"""The results of a run of the benchmarks, as Markdown: printed, saved, and put into the README."""

import os
import platform
import sqlite3
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = ROOT / "dist" / "bench.md"
README = ROOT / "README.md"

WIDTH = 130

START_MARK, END_MARK = "<!-- Written by make bench. -->", "<!-- End of what make bench wrote. -->"

Rows = Iterable[tuple[str, Sequence[str]]]


class Report:
    """Sections in the order in which they were added."""

    def __init__(self) -> None:
        self._sections: dict[str, str] = {}

    def add(self, name: str, text: str, columns: Sequence[str], rows: Rows) -> None:
        """Add a paragraph and a table whose rows begin with a name."""
        self._sections[name] = f"{textwrap.fill(text, WIDTH)}\n\n{markdown_table(columns, rows)}"

    @property
    def names(self) -> set[str]:
        return set(self._sections)

    def __str__(self) -> str:
        return "\n\n".join(self._sections.values()) + "\n"

    def write(self) -> None:
        """Save the report in the folder of build products."""
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(str(self), encoding="utf-8")

    def write_into_readme(self) -> None:
        """Replace the figures of an earlier run in the README."""
        before, _, rest = README.read_text(encoding="utf-8").partition(START_MARK)
        _, end_mark, after = rest.partition(END_MARK)
        assert end_mark, f"no place for the figures in {README.name}"
        README.write_text(f"{before}{START_MARK}\n\n{self}\n{END_MARK}{after}", encoding="utf-8")


def markdown_table(columns: Sequence[str], rows: Rows) -> str:
    lines = [["", *columns], ["---", *("---:" for _ in columns)], *([name, *cells] for name, cells in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def machine() -> str:
    """Return the kind of machine on which the figures were measured."""
    return (
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}"
    )


def in_milliseconds(value: float) -> str:
    """Return a number with as many places as a reader needs to distinguish two figures."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
