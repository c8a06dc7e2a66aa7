"""Words of the index that a misspelling may mean: near in letters and sound, commoner words first."""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.search.parsing.vocabulary import Vocabulary

SHORTEST_CORRECTED = 4
"""Shorter words are within one letter of dozens of others."""

MISTAKES_BY_LENGTH = ((5, 1), (9, 2))
MOST_MISTAKES = 3
"""Words of fewer than 5 letters may hold 1 mistake, of fewer than 9 letters 2, longer ones 3."""

MOST_COMPARED = 30
"""The most words, nearest in letters first, that are compared in sound."""

FREQUENCY = 0.15
"""The gain in mistakes of a word that is e times as common as another: a typed word is mostly a common one."""

FIRST_SOUND = 0.7
"""The extra cost of another first sound: people hardly ever mistake it, apart from silent letters (`nuemonia`)."""

CLEARLY_NEARER = 0.5
"""A correction that is nearer than the next by this many mistakes is the word that was meant."""

MOST_CORRECTIONS = 3

CORRECTIONS_CACHED = 1024

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^(?:p(?=[nst])|[kg](?=n)|m(?=n)|w(?=r))", ""),
        (r"ph", "f"),
        (r"[tscx]i(?=on|al|ou)", "s"),
        (r"sch", "sk"),
        (r"s?c(?=[eiy])", "s"),
        (r"ch|ck|[cq]", "k"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"dg|g(?=[eiy])", "j"),
        (r"(?<=[rtg])h", ""),
        (r"^[aeiouy]+", "a"),
        (r"(?<!^)[aeiouyhw]+", ""),
        (r"(.)\1+", r"\1"),
    )
)
"""Replacements, in this order, after which words that sound alike are written alike. Vowels, in which most mistakes
are made, are removed."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that may be meant: its distance from the typed one in letters and sound, and that distance less the gain
    for its frequency."""

    text: str
    mistakes: float
    cost: float


@lru_cache(maxsize=8 * CORRECTIONS_CACHED)
def sound(word: str) -> str:
    """Return the consonants of a folded word as they sound: `neumonia` and `pneumonia` -> `nmn`."""
    for pattern, written in _SOUNDS:
        word = pattern.sub(written, word)
    return word


class Speller:
    """Corrects words by the vocabulary of the index."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._words: list[str] = []
        self._lengths: list[int] = []
        self.corrections = lru_cache(maxsize=CORRECTIONS_CACHED)(self._corrections)

    def _corrections(self, word: str, unfinished: bool = False) -> tuple[Correction, ...]:
        """Return the words that a folded word may mean, likeliest first: one that is clearly likelier than the others
        stands alone.

        Mistakes are counted in letters (a transposition is one) and in sound. An `unfinished` word that is near no
        full word is compared with the beginnings of words.
        """
        if len(word) < SHORTEST_CORRECTED or not word.isalpha():
            return ()
        if not self._words:
            self._words = sorted(filter(str.isalpha, self._vocabulary.words), key=len)
            self._lengths = list(map(len, self._words))
        mistakes = next((number for length, number in MISTAKES_BY_LENGTH if len(word) < length), MOST_MISTAKES)
        low = bisect_left(self._lengths, len(word) - mistakes)
        high = bisect_right(self._lengths, len(word) + mistakes)
        near = self._words[low:high]
        corrections = self._near(word, near, mistakes)
        if word.endswith("s"):
            # The plural of a word whose misspelled ending was not recognized: `diabetis`.
            corrections += self._near(word[:-1], near, mistakes)
        if unfinished and not corrections:
            corrections = self._near_beginnings(word, max(1, mistakes - 1))
        likeliest: dict[str, Correction] = {}
        for correction in sorted(corrections, key=lambda correction: (correction.cost, correction.text)):
            if correction.text != word:
                likeliest.setdefault(correction.text, correction)
        ordered = list(likeliest.values())[:MOST_CORRECTIONS]
        return tuple(correction for correction in ordered if correction.cost - ordered[0].cost < CLEARLY_NEARER)

    def _near(self, word: str, texts: Sequence[str], mistakes: int) -> list[Correction]:
        """Return the words within a number of mistakes in letters, as corrections."""
        return [self._correction(word, text, text, distance) for text, distance in _nearest(word, texts, mistakes)]

    def _near_beginnings(self, word: str, mistakes: int) -> list[Correction]:
        """Return the words whose beginnings are within a number of mistakes. Hundreds of words have
        a beginning in common, which is compared once."""
        by_beginning: dict[str, list[str]] = {}
        for text in self._vocabulary.beginning(word[0]):
            if len(text) > len(word) and text.isalpha():
                by_beginning.setdefault(text[: len(word)], []).append(text)
        near = _nearest(word, list(by_beginning), mistakes)
        return [
            self._correction(word, start, text, distance) for start, distance in near for text in by_beginning[start]
        ]

    def _correction(self, word: str, written: str, text: str, distance: float) -> Correction:
        from rapidfuzz.distance import OSA

        typed_sound, written_sound = sound(word), sound(written)
        mistakes = distance + OSA.distance(typed_sound, written_sound)
        mistakes += FIRST_SOUND if written_sound[:1] != typed_sound[:1] else 0.0
        return Correction(text, mistakes, mistakes - FREQUENCY * math.log(self._vocabulary.count(text)))


def _nearest(word: str, texts: Sequence[str], mistakes: int) -> list[tuple[str, float]]:
    """Return the texts within a number of mistakes in letters, nearest first, each with its mistakes."""
    # Imported here: a start without a misspelling need not wait for it.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    near: Iterable[tuple[str, float, int]] = process.extract(
        word, texts, scorer=OSA.distance, processor=None, score_cutoff=mistakes, limit=MOST_COMPARED
    )
    return [(text, distance) for text, distance, _ in near]
