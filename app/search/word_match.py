"""Match a typed word to a word of an entry."""

from app.library.tokens import word_list

BEGINNING = 0.80
"""The quality of a word that begins with the typed text, when little of it was typed."""

BEGINNING_GAIN = 0.18
"""The gain of such a word as more of it is typed."""

PART = 0.82
"""The quality of a compound that ends in the typed text: polyneuropathy for neuropathy."""

OTHER_MEANING_PREFIXES = frozenset({"gall", "non", "un"})
"""Prefixes that make another word: its opposite (`unintentional` does not answer intentional) or another organ
(`gallbladder` does not answer bladder)."""

SHORTEST_INNER = 5
"""Letters; a shorter text inside a word stands there by chance: `arti` in cartilage."""

SHORTEST_NAMING_WORD = 4
"""Letters of a word that a title and its rewording share."""


def naming_words(text: str) -> set[str]:
    """Return the words of a text that are long enough to name something, without numbers."""
    return {word for word in word_list(text) if len(word) >= SHORTEST_NAMING_WORD and word.isalpha()}


def word_quality(word: str, typed: str, begins: bool) -> float:
    """Return how well a word of an entry matches a typed one: 1 if they are the same, 0 if it does not match."""
    if word == typed:
        return 1.0
    if word.endswith(typed) and word[: -len(typed)] in OTHER_MEANING_PREFIXES:
        return 0.0
    if begins and word.startswith(typed):
        return BEGINNING + BEGINNING_GAIN * len(typed) / len(word)
    if len(typed) >= SHORTEST_INNER and (word.endswith(typed) or (begins and typed in word)):
        return PART
    return 0.0
