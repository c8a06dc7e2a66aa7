"""Expressions of the full-text index, which entries must match.

Words are ASCII letters and digits only, or filter words of our own, and always quoted: no typed text can become syntax.
"""

from collections.abc import Iterable
from functools import lru_cache

from app.library.entries import CC_FILTER, VALID_FILTER, VARIANT_MARK, branch_filter
from app.search.answer import Filters
from app.search.parsing.query import Reading, Slot
from app.search.parsing.vocabulary import Vocabulary

INDEXED_BEGINNING = 4
"""Characters; beginnings up to this length are indexed by the full-text tables themselves, see schema.sql."""

MOST_WORDS_OF_BEGINNING = 64
"""With more words than this, a query for the beginning costs no more than one for each word."""

EXPRESSIONS_CACHED = 256
"""Slots and words whose expressions are cached: all but the last are the same from one keystroke to the next."""


class Expressions:
    """Writes the expressions of slots.

    For a longer beginning (`malignant*`) the full-text index collects all entries before it returns the first, which
    takes a millisecond even if another word rules out all of them. Mostly few words begin so, and a query for each of
    them takes a tenth of that time.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._of_word = lru_cache(maxsize=EXPRESSIONS_CACHED)(self._any_word)
        self._of_slot = lru_cache(maxsize=EXPRESSIONS_CACHED)(self._any_reading)

    def parts_of(
        self, slots: Iterable[Slot], filters: str, *, variants: bool = False, whole_words: bool = False
    ) -> tuple[str, ...]:
        """Return the expressions of entries that hold every slot and pass the filters, the filters first.

        `variants` also searches 7th characters and axes, `whole_words` only whole words.
        """
        parts = [self._of_slot(slot, variants, whole_words) for slot in slots]
        return (filters, *parts) if filters else tuple(parts)

    def any_of(self, words: Iterable[str]) -> str:
        """Return the expression of entries that hold a word which begins with one of these."""
        return " OR ".join(self._of_word(word, True, False) for word in words)

    def _any_reading(self, slot: Slot, variants: bool, whole_words: bool) -> str:
        readings = [self._reading(reading, variants=variants, whole_words=whole_words) for reading in slot.readings]
        return f"({' OR '.join(dict.fromkeys(readings))})"

    def _reading(self, reading: Reading, *, variants: bool, whole_words: bool) -> str:
        begins = reading.begins and not whole_words
        return f"({' AND '.join(self._of_word(word, begins, variants) for word in reading.words)})"

    def _any_word(self, word: str, begins: bool, variants: bool) -> str:
        """Return the expression of entries that hold a word, or with `begins` one that begins with it."""
        beginnings = (word, VARIANT_MARK + word) if variants else (word,)
        terms = [term for beginning in beginnings for term in self._terms(beginning, word, begins)]
        return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"

    def _terms(self, beginning: str, word: str, begins: bool) -> list[str]:
        """Return the matching words of the index, quoted; `beginning` is the word, mark of variants included."""
        if not begins:
            return [f'"{beginning}"']
        if len(beginning) > INDEXED_BEGINNING:
            mark = beginning.removesuffix(word)
            words = self._vocabulary.beginning(word)
            if 0 < len(words) <= MOST_WORDS_OF_BEGINNING:
                return [f'"{mark}{word}"' for word in words]
        return [f'"{beginning}"*']


def all_parts(parts: Iterable[str]) -> str:
    """Return the expression of entries that match all of some expressions."""
    return " AND ".join(parts)


def filter_expression(filters: Filters) -> str:
    """Return the expression of the filters other than code sets; empty without such filters."""
    parts: list[str] = []
    if filters.within is not None:
        parts.append(f'"{branch_filter(filters.within)}"')
    if filters.valid_only:
        parts.append(f'"{VALID_FILTER}"')
    if filters.cc_only:
        parts.append(f'"{CC_FILTER}"')
    return " AND ".join(parts)
