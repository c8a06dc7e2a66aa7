"""A worksheet as a file for other programs: plain text or CSV."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date

from app.notebook.worksheets import Line

HEADINGS = ("Code", "Title", "Code set", "Modifiers", "Units", "Remark")

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def as_text(lines: Sequence[Line], title_of: Callable[[Line], str]) -> str:
    """Return a line for each code: `99213-25 x1<TAB>title<TAB>remark`, without what is empty at its end."""
    rows: list[str] = []
    for line in lines:
        code = "-".join((line.code, *line.modifiers)) + (f" x{line.units}" if line.units else "")
        rows.append("\t".join((code, title_of(line), line.remark)).rstrip("\t"))
    return "".join(f"{row}\n" for row in rows)


def as_csv(lines: Sequence[Line], title_of: Callable[[Line], str], stamp: Sequence[str] = ()) -> str:
    """Return the list as CSV (RFC 4180) under the names of its columns; the lines of `stamp` stand at its end.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, which it shows as text.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for line in lines:
        label = line.system.label if line.system is not None else ""
        units = str(line.units) if line.units else ""
        cells = line.code, title_of(line), label, " ".join(line.modifiers), units, line.remark
        writer.writerow(map(safe_cell, cells))
    if stamp:
        writer.writerow(())
        for sentence in stamp:
            writer.writerow((safe_cell(sentence),))
    return text.getvalue()


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet runs."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def stamp(releases: Sequence[str], day: date, version: str) -> tuple[str, ...]:
    """Return the sentences that tell what a list rests on: releases such as `ICD-10-CM FY2026`, day, program."""
    return (*releases, f"As of {day.isoformat()}", f"Codarium {version}")
