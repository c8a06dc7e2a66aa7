"""The words of the text in the search box, each as one piece that can be removed, and words appended to it."""

import re
from collections.abc import Collection
from typing import NamedTuple

_PIECE = re.compile(r'-?"[^"]*"?|[^\s"]+')

SIGNS_BETWEEN = ",;:."
"""Signs after a word of a list or a sentence, which are no part of it."""


JOINING_WORDS = frozenset(["and", "at", "by", "for", "from", "in", "into", "of", "on", "the", "to"])
"""Words that join others and that titles use one for another: `mets to liver`, `neoplasm of liver`. A single letter
is not among them: `hepatitis a`."""

NO_CHIPS = JOINING_WORDS | {"due", "w", "with"}
"""Words that nobody removes by themselves."""


class Piece(NamedTuple):
    """A typed word, quoted words, or words that were added together, with the range of characters that they take."""

    start: int
    end: int
    text: str


def split_pieces(text: str, added: Collection[str] = ()) -> list[Piece]:
    """Return the words after a scope prefix in order; `added` are texts of several words that count as one."""
    # Imported here: at a start the box is empty, and the patterns of scopes take time to compile.
    from app.search.parsing.scopes import split_scope

    _, rest = split_scope(text)
    offset = text.rfind(rest) if rest else len(text)
    if offset < 0:
        # A row of a table, which is read without its quotes, has no words to remove one by one.
        return []
    pieces = [
        Piece(match.start() + offset, match.end() + offset, match[0]) for match in _PIECE.finditer(rest) if match[0]
    ]
    for added_text in added:
        words = added_text.split()
        for start in range(len(pieces) - len(words) + 1):
            stop = start + len(words)
            if len(words) > 1 and [piece.text for piece in pieces[start:stop]] == words:
                pieces[start:stop] = [Piece(pieces[start].start, pieces[stop - 1].end, added_text)]
                break
    return pieces


def removable_pieces(text: str, added: Collection[str] = ()) -> list[Piece]:
    """Return the pieces that can be removed one by one: all but the first, which begins the text, and joining words."""
    return [piece for piece in split_pieces(text, added)[1:] if piece.text.lower() not in NO_CHIPS]


def append_word(text: str, word: str) -> str:
    """Return a text with a word appended; open quotes are closed first."""
    text = text.rstrip()
    if text.count('"') % 2:
        text += '"'
    return f"{text} {word}" if text else word


def remove_piece(text: str, piece: Piece) -> str:
    """Return a text without one of its pieces."""
    before, after = text[: piece.start].rstrip(), text[piece.end :].strip()
    return f"{before} {after}" if before and after else before + after


def unquoted(piece: Piece) -> str:
    """Return the text of a piece without its quotes, and without the sign that stands between it and the next."""
    text = piece.text.replace('"', "").strip()
    return text.rstrip(SIGNS_BETWEEN) or text
