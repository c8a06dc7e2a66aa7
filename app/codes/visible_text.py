"""Text without the characters that act on a terminal or on the order of other characters, for output and for titles."""

import re

STEERING = "\\x00-\\x1f\\x7f-\\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb\\ud800-\\udfff"
"""Characters, as in a set of a pattern, that are never part of a title or of a name.

Control characters, some of which begin commands of a terminal; signs that turn the direction of what follows, so that
`fdp.exe` reads `exe.pdf`; separators of lines; annotations; and halves of a character, by which Python keeps bytes that
are not UTF-8.
"""

REPLACEMENT = "\ufffd"

_STEERING = re.compile(f"[{STEERING}]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def visible_text(text: str) -> str:
    """Return a text on one line with `�` in place of each such character, and a space for line ends and tabs."""
    # Nearly all texts are ASCII, and this is a hundred times as fast.
    if text.isascii() and text.isprintable():
        return text
    return _STEERING.sub(lambda match: " " if match[0].isspace() else REPLACEMENT, text)


def decoded_text(text: str) -> str:
    """Return a text with `�` in place of each byte that is not UTF-8: SQLite takes no such text, nor do parsers of
    JSON."""
    return text if text.isascii() else _LONE_SURROGATES.sub(REPLACEMENT, text)
