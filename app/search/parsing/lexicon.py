"""The lexicon in the code database: meanings of phrases, American spellings, and words that carry little meaning."""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from app.library.drugs import Drug, DrugKind, Drugs
from app.library.lexicon import MeaningKind, SpellingRule
from app.library.tokens import word_list
from app.search.parsing.packed import packed_rows

LONGEST_PHRASE = 4
"""Words; no phrase of the lexicon has more."""

LOOKUPS_CACHED = 2048
"""Phrases and words whose answers are remembered: from one keystroke to the next all but the last are the same. Half a
megabyte, which is full after a thousand keystrokes; over 6,000 of them twice as many save one look-up in fifty."""


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a phrase: the words to search for, and the same as people write them."""

    words: tuple[str, ...]
    text: str
    kind: MeaningKind


class Lexicon:
    """Looks up phrases one by one: to read all thousands of them at the start would cost more than a search.

    `minor_words` are words that mean little, with the share of their weight that remains, 0 to 1.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.minor_words: dict[str, float] = dict(connection.execute("SELECT word, weight FROM ignored_word"))
        rules = connection.execute("SELECT british, american, place FROM spelling_rule ORDER BY position")
        self._spelling_rules = [SpellingRule(*rule) for rule in rules]
        rows = packed_rows(connection, "sensitive")
        self._sensitive_words = frozenset(letters for letters, place in rows if place == "whole")
        self._sensitive_beginnings = tuple(letters for letters, place in rows if place == "start")
        self.drugs = Drugs(connection)
        self.senses = lru_cache(maxsize=LOOKUPS_CACHED)(self._senses)
        self.american = lru_cache(maxsize=LOOKUPS_CACHED)(self._american)

    def _senses(self, words: tuple[str, ...]) -> tuple[Sense, ...]:
        """Return the meanings of a phrase, likeliest first; none for one that is not in the lexicon."""
        rows = self._connection.execute(
            "SELECT words, text, kind FROM meaning WHERE phrase = ? ORDER BY position", (" ".join(words),)
        )
        senses = [Sense(tuple(meaning.split(" ")), text, MeaningKind(kind)) for meaning, text, kind in rows]
        return (*senses, *_senses_of_drugs(words, self.drugs.named(words)))

    def _american(self, word: str) -> str:
        """Return a British spelling as the code sets write it: `haemorrhage` -> `hemorrhage`."""
        for rule in self._spelling_rules:
            word = rule.apply(word)
        return word

    @cached_property
    def _supplies(self) -> dict[str, str]:
        # Not read at the start, which no search is part of.
        return dict(packed_rows(self._connection, "supplies"))

    def supplies(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the codes of HCPCS for a supply or service by its everyday name, likeliest first; none for another
        text."""
        return tuple(self._supplies.get(" ".join(words), "").split())

    @cached_property
    def _nonspecific_terms(self) -> dict[tuple[str, ...], str]:
        return {tuple(word_list(term)): reason for term, reason in packed_rows(self._connection, "nonspecific_terms")}

    def why_nonspecific(self, words: tuple[str, ...]) -> str:
        """Return why a text is a term that has no code; empty for any other text."""
        return self._nonspecific_terms.get(words, "")

    def names_supply(self, words: tuple[str, ...]) -> bool:
        """Return whether a supply or service is named in a text."""
        places = range(len(words))
        phrases = (words[start : start + length] for start in places for length in range(1, LONGEST_PHRASE + 1))
        return any(" ".join(phrase) in self._supplies for phrase in phrases)

    def is_sensitive(self, word: str) -> bool:
        """Return whether a word is of violence, abuse, death or stigma: no misspelling is silently read as it."""
        return word in self._sensitive_words or word.startswith(self._sensitive_beginnings)


def _senses_of_drugs(words: tuple[str, ...], drugs: Iterable[Drug]) -> Iterator[Sense]:
    """Yield the substances of a brand, and the classes of drugs, as texts of the code sets name them."""
    texts = [drug.substance for drug in drugs if drug.kind in (DrugKind.BRAND, DrugKind.SHORT)]
    texts += [drug.group for drug in drugs if drug.kind is not DrugKind.SHORT and "drug" not in drug.group.split()]
    for text in dict.fromkeys(texts):
        meaning = tuple(word_list(text))
        if meaning != words:
            yield Sense(meaning, text, MeaningKind.SAME)
