"""Lines for people: broken between words at the width of the terminal, whole for whatever else reads them."""

import re
import shutil
import sys
import textwrap

NARROWEST = 40
"""Columns below which a terminal's width is not followed: titles would stand a word a line."""

MOST_HANGING = 16
"""Columns that what goes on in the next line is set in at most."""

_COLUMN = re.compile(r" *\S+ {2,}")
"""The first of two columns, with the spaces behind it."""


def fitted(line: str, hanging: int | None = None) -> str:
    """A line as it is to be printed; what goes on in the next one stands below its second column, or `hanging` columns
    in."""
    width = terminal_width()
    return "\n".join(broken(line, width, hanging)) if width else line


def terminal_width() -> int | None:
    """How many columns the terminal has that is written to, None where it is none."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    return max(NARROWEST, shutil.get_terminal_size().columns)


def broken(text: str, width: int, hanging: int | None = None) -> list[str]:
    """A text, which may have several lines, in lines of at most `width` columns; a longer word stays whole."""
    found: list[str] = []
    for line in text.split("\n"):
        inset = _hanging(line) if hanging is None else hanging
        found += textwrap.wrap(
            line, width, subsequent_indent=" " * inset, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return found


def _hanging(line: str) -> int:
    match = _COLUMN.match(line)
    if match and match.end() <= MOST_HANGING:
        return match.end()
    return len(line) - len(line.lstrip(" ")) + 2
