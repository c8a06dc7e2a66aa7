"""Numbers of a text, each bound to the word that it belongs to: `stage 3b` is no type 3."""

from app.search.parsing.query import TypedWord
from app.search.parsing.ranges import ANY_NUMBER, OF_RANGE

CLASSIFIERS = frozenset(["type", "stage", "grade", "class", "degree", "category", "level", "phase", "group", "factor"])
"""Words that a number belongs to, before or after it: a stage 2 does not answer type 2."""


CLASSIFIED = {"ckd": "stage", "dm": "type", "diabete": "type", "t1dm": "type", "t2dm": "type"}
"""Words after which a number is of one kind without saying so: `ckd 3`, `dm 2`."""


def bound_numbers(words: list[TypedWord]) -> list[TypedWord]:
    """Return words with each number bound to the word that it belongs to: `stage 3b`, `type ii`, `2nd degree`."""
    if not any(is_number(word.text) for word in words):
        return words
    bound = list(words)
    for place, word in enumerate(words):
        if not is_number(word.text):
            continue
        before = words[place - 1].text if place else ""
        after = words[place + 1].text if place + 1 < len(words) else ""
        if before in CLASSIFIERS:
            number_of = before
        elif before in CLASSIFIED:
            number_of = CLASSIFIED[before]
        elif after in CLASSIFIERS and word.text[-1].isalpha() and word.text[0].isdigit():
            number_of = after
        elif not word.text.isdigit():
            continue
        else:
            number_of = OF_RANGE if _ends_range(words, place) else ANY_NUMBER
        bound[place] = word._replace(number_of=number_of)
    return bound


def _ends_range(words: list[TypedWord], place: int) -> bool:
    """Return whether a number is an end of a typed range: `40.0-44.9`, `0% to 9%`, `less than 10`, `70 or greater`."""
    around = words[max(0, place - 2) : place + 3]
    return any("-" in word.gap and word.text.isdigit() for word in around[1:]) or not OF_LIMITS.isdisjoint(
        word.text for word in around
    )


OF_LIMITS = frozenset(["to", "through", "than", "or"])
"""Words beside the ends of a range."""


ROMAN = frozenset(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"])


def is_number(word: str) -> bool:
    """Return whether a word is a number that a classifier may have, a letter after it included."""
    return word[0].isdigit() or word in ROMAN
