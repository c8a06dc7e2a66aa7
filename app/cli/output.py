"""Output of the command line: exit statuses, complaints, and lines broken at the width of the terminal."""

import re
import shutil
import sys
import textwrap

FOUND, NOTHING, WRONG = 0, 1, 2
"""Exit statuses: found or done, nothing found, wrong use or no usable database."""

NARROWEST = 40
"""Columns below which a terminal's width is ignored: titles would be printed one word per line."""

MOST_HANGING = 16
"""The most columns by which continuation lines are indented."""

_COLUMN = re.compile(r" *\S+ {2,}")
"""The first of two columns, with the spaces behind it."""


def complain(sentence: str) -> None:
    """Print one line to standard error. Without one, `print` would use standard output, which other programs read."""
    if sys.stderr:
        print("codarium:", " ".join(sentence.split()), file=sys.stderr)


def fit_line(line: str, hanging: int | None = None) -> str:
    """Return a line as it is printed: broken between words at the terminal's width, unchanged where there is none.

    Continuation lines are indented to the second column, or by `hanging` columns.
    """
    width = terminal_width()
    return "\n".join(wrap_text(line, width, hanging)) if width else line


def terminal_width() -> int | None:
    """Return the columns of the terminal on standard output, None where it is not a terminal."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    return max(NARROWEST, shutil.get_terminal_size().columns)


def wrap_text(text: str, width: int, hanging: int | None = None) -> list[str]:
    """Return a text of one or more lines as lines of at most `width` columns; a longer word stays unbroken."""
    wrapped: list[str] = []
    for line in text.split("\n"):
        indent = _hanging(line) if hanging is None else hanging
        wrapped += textwrap.wrap(
            line, width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
        ) or [""]
    return wrapped


def _hanging(line: str) -> int:
    match = _COLUMN.match(line)
    if match and match.end() <= MOST_HANGING:
        return match.end()
    return len(line) - len(line.lstrip(" ")) + 2
