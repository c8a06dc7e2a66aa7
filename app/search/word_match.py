"""Match a typed word to a word of an entry."""

BEGINNING = 0.80
"""A word that only begins with what was typed, when little of it was typed ..."""


BEGINNING_GAIN = 0.18
"""... and what it gains as more of it is typed."""


PART = 0.82
"""A compound that ends in what was typed: polyneuropathy for neuropathy."""


DENIES = frozenset({"non", "un"})
"""What turns a word into its contrary: `unintentional` is no answer to intentional."""


SHORTEST_INNER = 5
"""A shorter text inside a word is chance: `arti` in cartilage."""


def word_quality(word: str, wanted: str, begins: bool) -> float:
    """How well a word of an entry is the wanted one: 1 when it is, 0 when it is not at all."""
    if word == wanted:
        return 1.0
    if word.endswith(wanted) and word[: -len(wanted)] in DENIES:
        return 0.0
    if begins and word.startswith(wanted):
        return BEGINNING + BEGINNING_GAIN * len(wanted) / len(word)
    if len(wanted) >= SHORTEST_INNER and (word.endswith(wanted) or (begins and wanted in word)):
        return PART
    return 0.0
