"""The errors that the readers of official files and of our own tables raise.

Apart from the records that they yield, whose definitions take longer to import than a look-up has: the engine reads
some of our own tables by itself, and no official file.
"""

import re

from app.codes.visible_text import STEERING

_UNEXPECTED_SIGN = re.compile(f"(?!\\s)[{STEERING}]")

QUOTED_LENGTH = 40
"""Characters of an unexpected text that an error sentence quotes."""


class ReleaseError(Exception):
    """A release file, or a table of our own, that cannot be read.

    The sentence names the file, the line or row, what was expected and what was found there:
    `places.tsv, line 12: expected 4 columns, found 3.` It is shown to the user as it is.

    Nothing has been written when it is raised: files are read in full before a library is made of them.
    """


def unexpected_sign(text: str) -> str:
    """Return what an error sentence says of the first character in a text that no title has, empty if there is none.

    Such a character acts on a terminal, or turns the direction of a title; a damaged or forged file has it. Spaces of
    every kind, form feeds among them, are left to the readers, which make one blank of them.
    """
    if text.isascii() and text.isprintable():
        return ""
    match = _UNEXPECTED_SIGN.search(text)
    return f"expected text, found the character U+{ord(match[0]):04X}, which no title has" if match else ""


def quoted(text: str) -> str:
    """Return an unexpected text in quotes, for the sentence that says where it was found; a long one is cut."""
    return repr(text[:QUOTED_LENGTH])
