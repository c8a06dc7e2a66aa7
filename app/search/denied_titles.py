"""Titles that deny what a text denies: `migraine without aura` is a title, and nothing else need be searched for."""

from collections.abc import Callable, Collection

from app.search.matching.candidates import Matches
from app.search.parsing.denials import denied_parts, denies, subject_of_denial
from app.search.parsing.query import Query

LEAST_WEIGHT_OF_MORE = 2.2
"""The weight of a word with which a title says more than the text: `severe`, but not `type`."""

SAYS_MORE_FACTOR = 0.9
"""The factor for a title that denies what the text denies, but of another thing: an acute ulcer without bleeding."""


def denied_as_well(
    query: Query,
    affirmed: Query,
    matches: Matches,
    denied: Collection[str],
    weight: Callable[[tuple[str, ...]], float],
) -> bool:
    """Return whether a title denies what the text denies, and says no more than the text before that: `migraine without
    aura`, while `severe sepsis without septic shock` is more than a sepsis."""
    if not affirmed.slots:
        # Nothing is left that the title could be of: an abscess without pneumonia is no answer to `without pneumonia`.
        return False
    typed = tuple({word for reading in query.readings for word in reading.words})
    denying = [c for c in matches.candidates if not c.tier.is_loose and denies(c.entry.words, denied)]
    says_more = {
        c.entry.id
        for c in denying
        if any(
            weight((word,)) >= LEAST_WEIGHT_OF_MORE and not word.startswith(typed)
            for word in subject_of_denial(c.entry.words)
        )
    }
    denies_more = {
        c.entry.id
        for c in denying
        if any(
            any(weight((word,)) >= LEAST_WEIGHT_OF_MORE for word in part)
            and not any(word.startswith(typed) for word in part)
            for part in denied_parts(c.entry.words)
        )
    }
    matches.candidates = [
        c._replace(value=c.value * SAYS_MORE_FACTOR) if c.entry.id in says_more | denies_more else c
        for c in matches.candidates
    ]
    return len(says_more) < len(denying)
