"""Which characters of a text to mark: the words by which it was found, or the part of them that was typed."""

from collections.abc import Iterable
from functools import lru_cache

from app.library.tokens import placed_words
from app.search.parsing.query import Reading
from app.search.word_match import word_quality

KEPT = 512
"""Texts whose words are kept: those of the rows that were seen last."""

WANTED_KEPT = 64
"""What is looked for in the texts of an answer: they are found by one reading or another."""


def marks(text: str, readings: Iterable[Reading | None]) -> tuple[tuple[int, int], ...]:
    """(start, end) offsets into the text, in order and apart from each other.

    A word that is what was looked for is marked whole, plural ending included; of one that only begins so, or ends so,
    that part. From one keystroke to the next mostly the same texts are marked, and each again whenever it is painted:
    their words are kept, and what is marked of a word is looked at once for all texts that hold it.
    """
    wanted = [(word, reading.begins) for reading in readings if reading is not None for word in reading.words]
    marked = _marked(tuple(wanted))
    found: list[tuple[int, int]] = []
    for start, end, word in _words(text):
        parts = marked[word]
        if parts:
            best = (start, start)
            for place, length in parts:
                stop = start + place + length if length else end
                if stop - start - place > best[1] - best[0]:
                    best = (start + place, stop)
            found.append(best)
    return tuple(found)


class _Marked(dict[str, tuple[tuple[int, int], ...]]):
    """Of each word the parts that may be marked, as (place, length); length 0 reaches to the end of the word, plural
    ending included."""

    def __init__(self, wanted: tuple[tuple[str, bool], ...]) -> None:
        super().__init__()
        self._wanted = wanted

    def __missing__(self, word: str) -> tuple[tuple[int, int], ...]:
        parts: list[tuple[int, int]] = []
        for sought, begins in self._wanted:
            place = word.find(sought)
            if place < 0 or not word_quality(word, sought, begins):
                continue
            whole = word == sought or (place > 0 and word.endswith(sought))
            parts.append((place, 0 if whole else len(sought)))
        self[word] = tuple(parts)
        return self[word]


@lru_cache(maxsize=WANTED_KEPT)
def _marked(wanted: tuple[tuple[str, bool], ...]) -> _Marked:
    return _Marked(wanted)


@lru_cache(maxsize=KEPT)
def _words(text: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(placed_words(text))
