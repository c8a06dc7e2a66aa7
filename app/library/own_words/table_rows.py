"""Reader of our own tables, tab-separated files under resources/tables: their rows, and the parts of a cell."""

import re
from collections.abc import Iterator
from pathlib import Path

from app.releases.errors import ReleaseError

NONE = "-"
"""The mark for nothing in a cell, since no cell may be empty."""

PARAGRAPH = " ¶ "
"""The mark between the paragraphs or sentences of a cell."""

LONGEST_ROW = 100_000
"""Bytes; a longer line is no row of a table."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")


def table_rows(path: Path, columns: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the rows of a tab-separated table, each with its file and line; lines that begin with # explain it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReleaseError(
            f"The table {path} cannot be read ({error.strerror}); get it back from the source."
        ) from error
    # Not splitlines, which also breaks lines at characters that a text may contain.
    for number, raw in enumerate(content.split(b"\n"), start=1):
        place = f"{path.name}, line {number}"
        if len(raw) > LONGEST_ROW:
            raise ReleaseError(f"{place}: expected a line of a table, found {len(raw)} bytes without an end.")
        try:
            line = raw.removesuffix(b"\r").decode("utf-8")
        except UnicodeDecodeError as error:
            raise ReleaseError(f"{place}: expected UTF-8 text, found byte {raw[error.start]:#04x}.") from error
        control = _CONTROL.search(line)
        if control:
            raise ReleaseError(f"{place}: expected text, found the control character {control[0]!r}.")
        if not line or line.startswith("#"):
            continue
        cells = tuple(line.split("\t"))
        if len(cells) != columns:
            raise ReleaseError(f"{place}: expected {columns} columns, found {len(cells)}.")
        for cell in cells:
            if not cell or cell != cell.strip():
                raise ReleaseError(f"{place}: expected a filled cell without spaces round it, found {cell!r}.")
        yield place, cells


def parts(place: str, cell: str, separator: str) -> tuple[str, ...]:
    """Return the parts of a cell. Raises ReleaseError if one is empty or there twice."""
    cells = tuple(cell.split(separator))
    for part in cells:
        if not part or part != part.strip() or separator.strip() in part:
            raise ReleaseError(f"{place}: expected texts with {separator!r} between them, found {part!r}.")
    if len(set(cells)) != len(cells):
        raise ReleaseError(f"{place}: expected every part once, found one twice in {cell[:80]!r}.")
    return cells
