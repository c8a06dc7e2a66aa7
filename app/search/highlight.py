"""The parts of a text to mark: the words that matched, or the part of them that was typed."""

from collections.abc import Iterable
from functools import lru_cache

from app.library.tokens import placed_words
from app.search.parsing.query import Reading
from app.search.word_match import word_quality

TEXTS_CACHED = 512
"""Texts whose words are cached: those of the rows that were seen last."""

READINGS_CACHED = 64
"""Combinations of readings that are cached: the texts of an answer match by one or another of a few."""


def marks(text: str, readings: Iterable[Reading | None]) -> tuple[tuple[int, int], ...]:
    """Return (start, end) offsets into the text, in order and without overlap.

    A word that matches in full is marked in full, plural ending included; of one that only begins or ends so, that
    part. From one keystroke to the next mostly the same texts are marked, and each again whenever it is painted: their
    words are cached, and the parts to mark of a word are computed once for all texts that hold it.
    """
    typed = [(word, reading.begins) for reading in readings if reading is not None for word in reading.words]
    parts_of = _parts_to_mark(tuple(typed))
    spans: list[tuple[int, int]] = []
    for start, end, word in _words(text):
        parts = parts_of[word]
        if parts:
            best = (start, start)
            for place, length in parts:
                stop = start + place + length if length else end
                if stop - start - place > best[1] - best[0]:
                    best = (start + place, stop)
            spans.append(best)
    return tuple(spans)


class _PartsToMark(dict[str, tuple[tuple[int, int], ...]]):
    """The parts of each word that may be marked, as (place, length); length 0 reaches to the end of the word, plural
    ending included."""

    def __init__(self, typed: tuple[tuple[str, bool], ...]) -> None:
        super().__init__()
        self._typed = typed

    def __missing__(self, word: str) -> tuple[tuple[int, int], ...]:
        parts: list[tuple[int, int]] = []
        for typed, begins in self._typed:
            place = word.find(typed)
            if place < 0 or not word_quality(word, typed, begins):
                continue
            to_the_end = word == typed or (place > 0 and word.endswith(typed))
            parts.append((place, 0 if to_the_end else len(typed)))
        self[word] = tuple(parts)
        return self[word]


@lru_cache(maxsize=READINGS_CACHED)
def _parts_to_mark(typed: tuple[tuple[str, bool], ...]) -> _PartsToMark:
    return _PartsToMark(typed)


@lru_cache(maxsize=TEXTS_CACHED)
def _words(text: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(placed_words(text))
