"""The lexicon in the code database: what a phrase may stand for, American spellings, words that mean little."""

import sqlite3
from dataclasses import dataclass
from functools import lru_cache

from app.library.lexicon import MeaningKind, SpellingRule

LONGEST_PHRASE = 4

KEPT = 4096
"""Phrases and words whose answers are remembered: from one keystroke to the next all but the last are the same."""


@dataclass(frozen=True, slots=True)
class Sense:
    """One sense of a phrase: the words to look for, and how a person writes them."""

    words: tuple[str, ...]
    text: str
    kind: MeaningKind


class Lexicon:
    """Phrases are looked up one by one: to read thousands of them at the start would cost more than a search."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self.little: dict[str, float] = dict(connection.execute("SELECT word, weight FROM little_word"))
        rules = connection.execute("SELECT british, american, place FROM spelling_rule ORDER BY position")
        self._spelling = [SpellingRule(*rule) for rule in rules]
        self.senses = lru_cache(maxsize=KEPT)(self._senses)
        self.american = lru_cache(maxsize=KEPT)(self._american)

    def _senses(self, words: tuple[str, ...]) -> tuple[Sense, ...]:
        """What a phrase stands for, likeliest first; empty for one that is not in the lexicon."""
        rows = self._db.execute(
            "SELECT words, text, kind FROM meaning WHERE phrase = ? ORDER BY position", (" ".join(words),)
        )
        return tuple(Sense(tuple(found.split(" ")), text, MeaningKind(kind)) for found, text, kind in rows)

    def _american(self, word: str) -> str:
        """A British spelling as the code sets write it: `haemorrhage` -> `hemorrhage`."""
        for rule in self._spelling:
            word = rule.apply(word)
        return word
