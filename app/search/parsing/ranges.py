"""Typed numbers and the ranges of titles that hold them: 42 lies within `40.0-44.9`."""

from collections.abc import Sequence
from functools import lru_cache

from app.library.ranges import DECIMAL_POINT, RANGE_MARK, RANGE_OF, RANGE_TO
from app.search.parsing.vocabulary import Vocabulary

ANY_NUMBER = "#"
"""What a number without a word of its own belongs to."""

OF_RANGE = "range"
"""What the ends of a range belong to, typed or in an entry: they are not meant themselves."""

MOST_RANGES = 100
"""Ranges in which a number is looked for, the narrowest first: the other words choose among them."""

NUMBERS_CACHED = 256


class Ranges:
    """The ranges of all titles, a few hundred."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._all: list[tuple[float, float, str, str]] | None = None
        self._holding = lru_cache(maxsize=NUMBERS_CACHED)(self._find)

    def holding(self, words: Sequence[str], number_of: str) -> tuple[str, ...]:
        """Return the words of the ranges in which a number lies; `words` are its whole part and its decimals. A number
        that belongs to a word lies only in ranges of the same."""
        if not all(word.isdigit() for word in words):
            return ()
        return self._holding(float(".".join(words[:2])), number_of.removeprefix(ANY_NUMBER))

    def _find(self, number: float, number_of: str) -> tuple[str, ...]:
        if self._all is None:
            self._all = [_parsed(word) for word in self._vocabulary.beginning(RANGE_MARK)]
        found = [
            (high - low, -low, word) for low, high, of, word in self._all if low <= number <= high and of == number_of
        ]
        return tuple(word for *_, word in sorted(found)[:MOST_RANGES])


def _parsed(word: str) -> tuple[float, float, str, str]:
    """Return the limits of a range, the word that its numbers belong to, and the range itself."""
    numbers, _, of = word.removeprefix(RANGE_MARK).replace(DECIMAL_POINT, ".").partition(RANGE_OF)
    low, _, high = numbers.partition(RANGE_TO)
    last = float(high or "inf")
    # `37.0-37.9` ends where 38.0 begins.
    return float(low), last + (0.099 if "." in high else 0.0), of, word
