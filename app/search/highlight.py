"""Which characters of a text to mark: the words by which it was found, or the part of them that was typed."""

from collections.abc import Iterable
from functools import lru_cache

from app.library.words import Word, words
from app.search.query import Reading
from app.search.scoring import word_quality

KEPT = 2048
"""Texts whose words are kept: some thirty answers' worth."""


class Marker:
    """Finds what to mark. From one keystroke to the next mostly the same texts are marked: their words are kept."""

    def __init__(self) -> None:
        self._words = lru_cache(maxsize=KEPT)(_words)

    def marks(self, text: str, readings: Iterable[Reading | None]) -> tuple[tuple[int, int], ...]:
        """(start, end) offsets into the text, in order and apart from each other.

        A word that is what was looked for is marked whole, plural ending included; of one that only begins so, or ends
        so, that part.
        """
        wanted = [(word, reading.begins) for reading in readings if reading is not None for word in reading.words]
        found: list[tuple[int, int]] = []
        for word in self._words(text):
            best: tuple[int, int] | None = None
            for sought, begins in wanted:
                place = word.text.find(sought)
                if place < 0 or not word_quality(word.text, sought, begins):
                    continue
                start = word.start + place
                whole = word.text == sought or (place > 0 and word.text.endswith(sought))
                end = word.end if whole else start + len(sought)
                if best is None or end - start > best[1] - best[0]:
                    best = (start, end)
            if best is not None:
                found.append(best)
        return tuple(found)


def _words(text: str) -> tuple[Word, ...]:
    return tuple(words(text))
