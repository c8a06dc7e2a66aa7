"""Ranges of numbers in titles, each as one word of the index, so that a number within it finds the title.

`Body mass index [BMI] 40.0-44.9, adult` holds the word `±40·0…44·9`. An open end is empty: `±70…`. A range of
stages or types ends in that: `±1…4¬stage`. Compiling writes these words, and a search looks for those
that hold a number.
"""

import re
from collections.abc import Iterator

RANGE_MARK = "±"
"""The first character of such a word; no typed word begins with it."""

RANGE_TO = "…"
RANGE_OF = "¬"

DECIMAL_POINT = "·"
"""The sign before decimals: the full-text index would take a point for the end of a word."""

_DIGIT = re.compile("[0-9]")
_NUMBER = r"([0-9][0-9,]*(?:\.[0-9]+)?)"
_KIND = r"(?:(stage|type|grade|class|level|weeks?) )?"
_PATTERNS = (
    # 40.0-44.9, 0% to 9%, stage 1 through stage 4; not a date, a code, nor a part of a longer list.
    (
        re.compile(
            rf"(?<![\w.,/-]){_KIND}{_NUMBER} ?%?(?:-| to (?:less than )?| through )(?:stage |type )?{_NUMBER}(?![\w/-])"
        ),
        2,
        3,
    ),
    (re.compile(rf"\b(less than|under|below) {_NUMBER}(?![\w/-])"), None, 2),
    (re.compile(rf"\b(greater than|more than|over|at least) {_NUMBER}(?![\w/-])"), 2, None),
    (re.compile(rf"(?<![\w.,/-])(){_NUMBER} ?%?(?: \w+)? (?:or|and) (?:less|under|younger|below)\b"), None, 2),
    (
        re.compile(
            rf"(?<![\w.,/-])(){_NUMBER} ?%?(?: [\w/]+){{0,2}} (?:or|and) (?:more|greater|over|older|above|longer)\b"
        ),
        2,
        None,
    ),
)


def range_words(text: str) -> Iterator[str]:
    """Yield the words for the ranges of a text."""
    if not _DIGIT.search(text):
        return
    lower = text.lower()
    for pattern, low, high in _PATTERNS:
        for match in pattern.finditer(lower):
            first = match[low].replace(",", "").rstrip(".") if low else "0"
            last = match[high].replace(",", "").rstrip(".") if high else ""
            if last and float(first) >= float(last):
                continue
            kind = match[1] if low and high and match[1] else ""
            of = f"{RANGE_OF}{kind}" if kind and not kind.startswith("week") else ""
            yield f"{RANGE_MARK}{first}{RANGE_TO}{last}{of}".replace(".", DECIMAL_POINT)
