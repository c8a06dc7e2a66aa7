"""Words that deny what follows them: `denies chest pain` is no chest pain, and has no code."""

from collections.abc import Callable, Sequence

from app.search.parsing.query import TypedWord

DENYING_WORDS = frozenset(["afebrile", "nka", "nkda", "nkfa", "nonsmoker", "nondiabetic", "nondrinker"])
"""Words that deny by themselves, such as `no known drug allergies`."""

DENYING_PHRASES = frozenset(
    tuple(phrase.split())
    for phrase in (
        "denied",
        "deny",
        "denying",
        "neg for",
        "negative for",
        "never",
        "no complaint of",
        "no evidence of",
        "no h o",
        "no history of",
        "no hx of",
        "no known",
        "no sign of",
        "no symptom of",
        "non smoker",
        "not pregnant",
        "without evidence of",
    )
)
"""Phrases before what is denied, in the singular and with their letters apart (`h/o`)."""

NO = "no"
_FIRST_WORDS = frozenset(phrase[0] for phrase in DENYING_PHRASES) | {NO}
LONGEST_TEXT_OF_NO = 6
LONGEST_DENIED_BY_NO = 3
"""Words: a longer text with `no` is likelier a title (`No documentation of ...`), and `no` ends at a comma."""

ENDING_WORDS = frozenset(["admit", "but", "complain", "endorse", "ha", "has", "report", "with"])
ENDING_SIGNS = frozenset(".;:\n")
"""Words and signs after which something else is said: `denies fever, chills but has a cough`."""

LONGEST_DENYING_PHRASE = 3


def without_denied(words: Sequence[TypedWord], is_phrase: Callable[[tuple[str, ...]], bool]) -> list[TypedWord] | None:
    """Return the words of a text without those that are denied, which may be none; None if nothing is denied.

    `is_phrase` says whether words are a phrase of the lexicon, which denies nothing: `no appetite`.
    """
    affirmed: list[TypedWord] = []
    place = 0
    while place < len(words):
        end = _end_of_denied(words, place, is_phrase)
        if end == place:
            affirmed.append(words[place])
            end += 1
        place = end
    return affirmed if len(affirmed) < len(words) else None


def _end_of_denied(words: Sequence[TypedWord], place: int, is_phrase: Callable[[tuple[str, ...]], bool]) -> int:
    """Return the place after what is denied from a place on; the place itself if nothing is."""
    texts = [word.text for word in words[place : place + LONGEST_DENYING_PHRASE + 1]]
    if texts[0] in DENYING_WORDS:
        return place + 1
    if texts[0] not in _FIRST_WORDS:
        return place
    if any(is_phrase(tuple(texts[:length])) for length in range(2, len(texts) + 1)):
        return place
    for length in range(min(LONGEST_DENYING_PHRASE, len(texts) - 1), 0, -1):
        if tuple(texts[:length]) in DENYING_PHRASES:
            return _end_of_part(words, place + length, ENDING_SIGNS)
    if texts[0] != NO or len(words) > LONGEST_TEXT_OF_NO or len(texts) < 2:
        return place
    end = _end_of_part(words, place + 1, ENDING_SIGNS | {","})
    return end if end - place - 1 <= LONGEST_DENIED_BY_NO else place


def _end_of_part(words: Sequence[TypedWord], start: int, signs: frozenset[str]) -> int:
    for place in range(start, len(words)):
        if words[place].text in ENDING_WORDS or (place > start and not signs.isdisjoint(words[place].gap)):
            return place
    return len(words)
