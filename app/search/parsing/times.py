"""Times in typed text: `stroke 2 years ago` is a history, and `cough for 2 weeks` is a cough."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from app.search.parsing.query import TypedWord

LONG_UNITS = frozenset({"mo", "month", "year", "yr"})
SHORT_UNITS = frozenset({"day", "hour", "hr", "min", "minute", "week", "wk"})
UNITS = LONG_UNITS | SHORT_UNITS
"""Units of times: what was years ago is over, and what was hours ago is not."""

TIME_WORDS = UNITS | {"in", "since"}
"""A text with a time has one of these words."""

LASTING_WORDS = frozenset(["began", "begin", "onset", "since", "start", "started"])
STILL_PRESENT = LASTING_WORDS | {"diagnosed", "dx"}
"""Words by which what was years ago has lasted since then."""

BEFORE_DURATION = LASTING_WORDS | {"for", "of", "over", "past", "last", "x"}
COUNTS = frozenset(
    ["a", "about", "couple", "few", "five", "four", "last", "many", "one", "several", "some", "ten", "three", "two"]
)

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


class Time(NamedTuple):
    """The places of the words on a time. `is_past` says that what they are said of is over: `2 years ago`, `in 2015`;
    else they say how long it has lasted, or how short ago it was."""

    start: int
    end: int
    is_past: bool


def time_at(words: Sequence[TypedWord], start: int) -> Time | None:
    """Return the words on a time that begin at a place; None if none do."""
    last = len(words) - 1
    if start and start + 1 == last and words[start].text in ("in", "since") and _YEAR.fullmatch(words[last].text):
        return Time(start, len(words), words[start].text == "in")
    place = start
    while place < last and (words[place].text in BEFORE_DURATION or words[place].text in COUNTS):
        place += 1
    unit = place + 1 if words[place].text.isdigit() else place
    if unit > last or unit == start or words[unit].text not in UNITS:
        return None
    end = unit + 1
    is_ago = end <= last and words[end].text == "ago"
    if is_ago and words[unit].text in LONG_UNITS and all(word.text not in STILL_PRESENT for word in words):
        return Time(start, end + 1, True) if start else None
    if start and (is_ago or words[start].text in BEFORE_DURATION):
        return Time(start, end + is_ago, False)
    return None
