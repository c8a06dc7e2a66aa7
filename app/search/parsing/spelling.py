"""Which words of the index a misspelling may mean: near in letters, nearer in sound, commoner words first."""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.search.parsing.vocabulary import Vocabulary

SHORTEST = 4
"""Shorter words are within one letter of dozens of others."""

MISTAKES = ((5, 1), (9, 2))
MOST_MISTAKES = 3
"""Words of fewer letters than these may hold so many mistakes in letters."""

MOST_COMPARED = 30
"""Of the words that are near in letters so many are compared in sound."""

FREQUENCY = 0.15
"""What a word that is e times as common as another gains on it, in mistakes: a word that is typed is mostly a common
one."""

FIRST_SOUND = 0.7
"""What another first sound costs besides: people hardly ever miss it, silent letters (`nuemonia`) aside."""

CLEARLY = 0.5
"""A correction that is so much nearer than the next, in mistakes, is what was meant."""

MOST = 3

KEPT = 1024

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
"""What sounds alike is written alike, in this order. Vowels, the commonest mistakes, are left out."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A word that may be meant: how far it is from what was typed in letters and sound, and that less what its
    frequency is worth."""

    text: str
    mistakes: float
    cost: float


@lru_cache(maxsize=8 * KEPT)
def sound(word: str) -> str:
    """The consonants of a folded word as they sound: `neumonia` and `pneumonia` -> `nmn`."""
    for pattern, written in _SOUNDS:
        word = pattern.sub(written, word)
    return word


class Speller:
    """Corrects words by the vocabulary of the index."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._words: list[str] = []
        self._lengths: list[int] = []
        self.corrections = lru_cache(maxsize=KEPT)(self._corrections)

    def _corrections(self, word: str, unfinished: bool = False) -> tuple[Correction, ...]:
        """What a folded word may mean, likeliest first: one that is clearly likelier than the others stands alone.

        Mistakes are counted in letters (a transposition is one) and in sound. An `unfinished` word that is near no
        whole one is compared with the beginnings of words.
        """
        if len(word) < SHORTEST or not word.isalpha():
            return ()
        if not self._words:
            self._words = sorted(filter(str.isalpha, self._vocabulary.words), key=len)
            self._lengths = list(map(len, self._words))
        mistakes = next((number for length, number in MISTAKES if len(word) < length), MOST_MISTAKES)
        low = bisect_left(self._lengths, len(word) - mistakes)
        high = bisect_right(self._lengths, len(word) + mistakes)
        near = self._words[low:high]
        found = self._near(word, near, mistakes)
        if word.endswith("s"):
            # The plural of a word whose ending, misspelled, was not seen as one: `diabetis`.
            found += self._near(word[:-1], near, mistakes)
        if unfinished and not found:
            found = self._begun(word, max(1, mistakes - 1))
        likeliest: dict[str, Correction] = {}
        for correction in sorted(found, key=lambda correction: (correction.cost, correction.text)):
            if correction.text != word:
                likeliest.setdefault(correction.text, correction)
        ordered = list(likeliest.values())[:MOST]
        return tuple(correction for correction in ordered if correction.cost - ordered[0].cost < CLEARLY)

    def _near(self, word: str, texts: Sequence[str], mistakes: int) -> list[Correction]:
        """The words that are within so many mistakes."""
        return [self._correction(word, text, text, distance) for text, distance in _nearest(word, texts, mistakes)]

    def _begun(self, word: str, mistakes: int) -> list[Correction]:
        """The words whose beginnings are. Hundreds of words have a beginning in common, which is compared once."""
        begun: dict[str, list[str]] = {}
        for text in self._vocabulary.beginning(word[0]):
            if len(text) > len(word) and text.isalpha():
                begun.setdefault(text[: len(word)], []).append(text)
        near = _nearest(word, list(begun), mistakes)
        return [self._correction(word, start, text, distance) for start, distance in near for text in begun[start]]

    def _correction(self, word: str, written: str, text: str, distance: float) -> Correction:
        from rapidfuzz.distance import OSA

        heard, sounds = sound(word), sound(written)
        mistakes = distance + OSA.distance(heard, sounds) + (FIRST_SOUND if sounds[:1] != heard[:1] else 0.0)
        return Correction(text, mistakes, mistakes - FREQUENCY * math.log(self._vocabulary.count(text)))


def _nearest(word: str, texts: Sequence[str], mistakes: int) -> list[tuple[str, float]]:
    """Of some texts those within so many mistakes in letters, nearest first, with how many there are."""
    # Imported here: a start without a misspelling need not wait for it.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    near: Iterable[tuple[str, float, int]] = process.extract(
        word, texts, scorer=OSA.distance, processor=None, score_cutoff=mistakes, limit=MOST_COMPARED
    )
    return [(text, distance) for text, distance, _ in near]
