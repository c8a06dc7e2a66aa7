"""Places where a text must not be broken into lines."""

import re

_BEFORE_UNIT = re.compile(r"(?<=\d) (?=[a-z])")

NO_BREAK_SPACE = "\u00a0"


def keep_numbers(text: str) -> str:
    """Return a text, of the same length, in which a number stays on the line of the word after it.

    >>> keep_numbers("one of 16 codes").replace(NO_BREAK_SPACE, "~")
    'one of 16~codes'
    """
    return _BEFORE_UNIT.sub(NO_BREAK_SPACE, text)
