"""Output of the command line: exit statuses, lines and JSON on standard output, sentences on standard error.

All output goes through this module, so that no title and no name of a file acts on the terminal; ruff forbids `print`
in the others.
"""

import json
import re
import shutil
import sys
import textwrap
from typing import TextIO, cast

from app.codes.visible_text import decoded_text, visible_text

FOUND, NOTHING, WRONG = 0, 1, 2
"""Exit statuses: found or done, nothing found, wrong use or no usable database."""

NARROWEST = 40
"""Columns below which a terminal's width is ignored: titles would be printed one word per line."""

MOST_HANGING = 16
"""The most columns by which continuation lines are indented."""

_COLUMN = re.compile(r" *\S+ {2,}")
"""The first of two columns, with the spaces behind it."""


def print_line(line: str = "", hanging: int | None = None) -> None:
    """Print a line to standard output, broken between words at the width of the terminal, if it is one.

    Continuation lines are indented to the second column, or by `hanging` columns.
    """
    print(fit_line(visible_text(line), hanging))


def fit_line(line: str, hanging: int | None = None) -> str:
    """Return a line as `print_line` breaks it, unchanged where standard output is no terminal."""
    width = terminal_width()
    return "\n".join(wrap_text(line, width, hanging)) if width else line


def print_json(line: str) -> None:
    """Print a line of JSON, as `json_line` gives it, at once: another program may be waiting for it."""
    print(line, flush=True)


def json_line(value: object) -> str:
    """Return a value as JSON on one line of printable ASCII.

    A byte of a name that is not UTF-8 becomes the character for what cannot be shown: parsers refuse half a character.
    """
    line = json.dumps(value)
    if "\\ud" in line:
        # Read again, so that the two halves of one character, which are valid, are together.
        line = json.dumps(_decoded(json.loads(line)))
    # The one control character that JSON need not escape.
    return line.replace("\x7f", "\\u007f")


def complain(sentence: str) -> None:
    """Print one line, with the name of the program, to standard error."""
    print_aside(f"codarium: {' '.join(sentence.split())}")


def print_aside(line: str) -> None:
    """Print a line to standard error. Without one, `print` would use standard output, which other programs read."""
    if sys.stderr:
        print(visible_text(line), file=sys.stderr)


def print_lines(text: str, stream: TextIO | None) -> None:
    """Print lines as they are, with their line ends, to a stream that may be closed."""
    if stream is not None:
        print(*map(visible_text, text.split("\n")), sep="\n", end="", file=stream)


def flush_output() -> None:
    """Write what has been printed, where a failure can still be reported; without a standard output do nothing."""
    print(end="", flush=True)


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


def _decoded(value: object) -> object:
    """Return a value of JSON with the character for what cannot be shown in place of halves of a character."""
    if isinstance(value, str):
        return decoded_text(value)
    if isinstance(value, dict):
        return {key: _decoded(item) for key, item in cast("dict[str, object]", value).items()}
    if isinstance(value, list):
        return [_decoded(item) for item in cast("list[object]", value)]
    return value


def _hanging(line: str) -> int:
    match = _COLUMN.match(line)
    if match and match.end() <= MOST_HANGING:
        return match.end()
    return len(line) - len(line.lstrip(" ")) + 2
