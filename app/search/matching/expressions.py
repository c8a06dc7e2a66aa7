"""Expressions of the full-text index: what entries must match.

Words are ASCII letters and digits only, or filter words of our own, and always quoted: no typed text can become syntax.
"""

from collections.abc import Iterable
from functools import lru_cache

from app.library.entries import VALID_FILTER, VARIANT_MARK, branch_filter
from app.search.answer import Filters
from app.search.parsing.query import Reading, Slot
from app.search.parsing.vocabulary import Vocabulary

INDEXED_BEGINNING = 3
"""Beginnings of so many characters the full-text tables hold themselves, see schema.sql."""

MOST_WORDS_OF_BEGINNING = 64
"""With so many words a longer beginning is no dearer as it stands."""

KEPT = 256
"""Slots and words whose expressions are remembered: all but the last are the same from one keystroke to the next."""


class Expressions:
    """Writes the expressions of slots.

    Of a longer beginning (`malignant*`) the full-text index collects all entries before it gives the first, which takes
    a millisecond even where another word leaves none of them. The words that begin so are mostly few, and to ask for
    each of them takes a tenth of that.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._of_word = lru_cache(maxsize=KEPT)(self._any_word)
        self._of_slot = lru_cache(maxsize=KEPT)(self._any_reading)

    def parts_of(
        self, slots: Iterable[Slot], confined: str, *, variants: bool = False, whole: bool = False
    ) -> tuple[str, ...]:
        """What entries must match that hold every slot and pass the filters: the filters first, then slot by slot.

        `variants` also looks in 7th characters and axes, `whole` for whole words alone.
        """
        parts = [self._of_slot(slot, variants, whole) for slot in slots]
        return (confined, *parts) if confined else tuple(parts)

    def any_of(self, words: Iterable[str]) -> str:
        """Entries that hold a word which begins with one of these."""
        return " OR ".join(self._of_word(word, True, False) for word in words)

    def _any_reading(self, slot: Slot, variants: bool, whole: bool) -> str:
        readings = [self._reading(reading, variants=variants, whole=whole) for reading in slot.readings]
        return f"({' OR '.join(dict.fromkeys(readings))})"

    def _reading(self, reading: Reading, *, variants: bool, whole: bool) -> str:
        begins = reading.begins and not whole
        return f"({' AND '.join(self._of_word(word, begins, variants) for word in reading.words)})"

    def _any_word(self, word: str, begins: bool, variants: bool) -> str:
        """Entries that hold a word, or with `begins` one that begins so."""
        beginnings = (word, VARIANT_MARK + word) if variants else (word,)
        found = [one for beginning in beginnings for one in self._terms(beginning, word, begins)]
        return found[0] if len(found) == 1 else f"({' OR '.join(found)})"

    def _terms(self, beginning: str, word: str, begins: bool) -> list[str]:
        """The words of the index that are meant, quoted; `beginning` is the word, with the sign of variants or not."""
        if not begins:
            return [f'"{beginning}"']
        if len(beginning) > INDEXED_BEGINNING:
            sign = beginning.removesuffix(word)
            words = self._vocabulary.beginning(word)
            if 0 < len(words) <= MOST_WORDS_OF_BEGINNING:
                return [f'"{sign}{one}"' for one in words]
        return [f'"{beginning}"*']


def all_parts(parts: Iterable[str]) -> str:
    """Entries that match every one of some expressions."""
    return " AND ".join(parts)


def filter_expression(filters: Filters) -> str:
    """The filter words that entries must hold, code sets aside; empty when everything is wanted."""
    parts: list[str] = []
    if filters.within is not None:
        parts.append(f'"{branch_filter(filters.within)}"')
    if filters.valid_only:
        parts.append(f'"{VALID_FILTER}"')
    return " AND ".join(parts)
