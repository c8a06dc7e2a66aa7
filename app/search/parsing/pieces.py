"""The words of the text in the box, each as one piece that can be taken away, and words put behind it."""

import re
from collections.abc import Collection
from dataclasses import dataclass

_PIECE = re.compile(r'-?"[^"]*"?|[^\s"]+')


@dataclass(frozen=True, slots=True)
class Piece:
    """A typed word, quoted words, or words that were added together: the characters of the text that it takes."""

    start: int
    end: int
    text: str


def pieces(text: str, added: Collection[str] = ()) -> list[Piece]:
    """The words behind a scope prefix in order; `added` are texts of several words that count as one."""
    # A start shows an empty box, and need not wait for how code sets are named.
    from app.search.parsing.scopes import split_scope

    _, rest = split_scope(text)
    offset = text.rfind(rest) if rest else len(text)
    found = [
        Piece(match.start() + offset, match.end() + offset, match[0]) for match in _PIECE.finditer(rest) if match[0]
    ]
    for one in added:
        parts = one.split()
        for place in range(len(found) - len(parts) + 1):
            if len(parts) > 1 and [piece.text for piece in found[place : place + len(parts)]] == parts:
                first, last = found[place], found[place + len(parts) - 1]
                found[place : place + len(parts)] = [Piece(first.start, last.end, one)]
                break
    return found


def with_word(text: str, typed: str) -> str:
    """A text with a word behind it; quotes that are open are closed first."""
    text = text.rstrip()
    if text.count('"') % 2:
        text += '"'
    return f"{text} {typed}" if text else typed


def without_piece(text: str, piece: Piece) -> str:
    """A text with one of its pieces taken away."""
    before, behind = text[: piece.start].rstrip(), text[piece.end :].strip()
    return f"{before} {behind}" if before and behind else before + behind


def said_by(piece: Piece) -> str:
    """What a piece says, without its quotes."""
    return piece.text.replace('"', "").strip()
