"""Polarity of words: what `without`, `no` and `not` deny in typed text and in meanings.

The words that an entry denies are found in app.search.matching.entry_weights, where they are weighed, and the subject
of a title's denial in app.search.parsing.denials.
"""

from collections.abc import Iterable, Sequence

from app.search.parsing.denials import ENDING_SIGNS, ENDING_WORDS, makes_state
from app.search.parsing.query import Polarity, Reading, Slot

DENIERS_OF_PART = frozenset({"without", "no", "wo"})
"""Words that deny all that follows, to the end of the part of the text."""

DENIERS_OF_WORD = frozenset({"not", "non"})
"""Words that deny the next one alone: `not intractable, with status`."""

DENIERS = DENIERS_OF_PART | DENIERS_OF_WORD

NO_DENIAL_AFTER_NOT = frozenset({"elsewhere", "otherwise", "specified"})
"""Words before which `not` leaves something open, and denies nothing."""

_MARKS = DENIERS | {"w"}
_SIGNS = ENDING_SIGNS | {","}
_ALTERNATIVES = frozenset({"or", "nor"})


def has_denial(words: Iterable[str]) -> bool:
    """Return whether words may deny others of them."""
    return not _MARKS.isdisjoint(words)


def polarities(words: Sequence[str], gaps: Sequence[str] = ()) -> list[Polarity]:
    """Return the polarity of each word of a text, with what stands before each: a sign ends a denial."""
    found: list[Polarity] = []
    state = Polarity.AFFIRMED
    after_first = Polarity.AFFIRMED
    before = ""
    for place, word in enumerate(words):
        gap = gaps[place] if gaps else " "
        if word in ENDING_WORDS or not _SIGNS.isdisjoint(gap):
            state = after_first = Polarity.AFFIRMED
        is_denier = word in DENIERS or (word == "o" and before == "w" and gap == "/")
        if is_denier:
            found.append(Polarity.AFFIRMED)
            # `With or without seizures` denies nothing.
            state = Polarity.EITHER if before in _ALTERNATIVES else Polarity.DENIED
            after_first = Polarity.AFFIRMED if word in DENIERS_OF_WORD else Polarity.EITHER
        elif word in _ALTERNATIVES and state is not Polarity.AFFIRMED:
            found.append(state)
            state = Polarity.DENIED
        else:
            if before == "not" and word in NO_DENIAL_AFTER_NOT:
                state = Polarity.AFFIRMED
            is_state = before == "not" and makes_state(word)
            found.append(Polarity.EITHER if is_state else state)
            state = after_first
        before = word
    return found


def affirming(slots: Sequence[Slot]) -> list[Slot]:
    """Return slots with readings that deny nothing which another slot affirms: `diabetes pvd` has no gangrene, unless
    the text says so."""
    return [
        slot._replace(readings=tuple(_affirming(reading, slots) for reading in slot.readings))
        if any(has_denial(reading.words) for reading in slot.readings)
        else slot
        for slot in slots
    ]


def _affirming(reading: Reading, slots: Sequence[Slot]) -> Reading:
    """Return a reading up to its first denial, if that denies a word which a slot affirms."""
    start = next((place for place, word in enumerate(reading.words) if word in DENIERS_OF_PART), 0)
    if not start:
        return reading
    affirmed = {word for slot in slots if slot.polarity is Polarity.AFFIRMED for word in slot.readings[0].words}
    affirmed -= set(reading.words[:start])
    return reading if affirmed.isdisjoint(reading.words[start + 1 :]) else reading._replace(words=reading.words[:start])


def of_words(slot: Slot, reading: Reading) -> list[Polarity]:
    """Return the polarity of each word of a reading of a slot: an entry need not affirm a joining word."""
    if slot.free:
        return [Polarity.EITHER] * len(reading.words)
    if has_denial(reading.words):
        return polarities(reading.words)
    return [slot.polarity] * len(reading.words)
