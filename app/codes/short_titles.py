"""Titles without the words of the headings above them, for lists in which these headings are seen."""

from collections.abc import Sequence
from itertools import takewhile

LEAST_SHARED_WORDS = 2
"""First words that a title shares with its heading are left out if they are at least so many."""

PUNCTUATION = ",;:()"

_ADDING_WORDS = "of with without due in for from by to and or as at during on not type stage"
ADDING_WORDS = frozenset(_ADDING_WORDS.split())
"""Words with which an addition to a title begins. Any other word after a title of one word makes a name of its own with
it: `Cough syncope` is no syncope that is a cough."""


def shortened(title: str, above: Sequence[str]) -> str:
    """Return a title without the longest title above it that it begins with, or ends with after a comma; else without
    its first words, if all words of a title above are in it, in their order.

    `above` has the titles of the ancestors, nearest first.

    >>> shortened("Type 2 diabetes mellitus with coma", ["Type 2 diabetes mellitus"])
    'with coma'
    >>> shortened("Resection, Gastrointestinal System", ["Gastrointestinal System"])
    'Resection'
    >>> shortened("Resection of Appendix", ["Resection, Gastrointestinal System", "Gastrointestinal System"])
    'Appendix'
    >>> shortened("Fracture of right femur", ["Fracture of femur"])
    'right femur'
    >>> shortened("Cough syncope", ["Cough"])
    'Cough syncope'
    """
    return _shortened(title, _left_out(above))


def shortened_rows(titles: Sequence[str], above: Sequence[str]) -> list[str]:
    """Return the titles of all rows below a heading, each shortened; where its own words do not tell how, without the
    words that all of them and the heading begin with: `Poisoning by, adverse effect of and underdosing of`.

    `above` has the titles of the ancestors, nearest first. What all rows begin with is in the heading too, or else it
    could not be left out: of aspirin there is a poisoning and an adverse effect.

    >>> shortened_rows(["Neoplasm of unspecified behavior of skin", "Neoplasm of unspecified behavior of bladder"],
    ...                ["Neoplasms of unspecified behaviors"])
    ['skin', 'bladder']
    """
    left_out = _left_out(above)
    rows = [_shortened(title, left_out) for title in titles]
    unchanged = [number for number, title in enumerate(titles) if rows[number] == title]
    if not unchanged or len(titles) < 2 or not above:
        return rows
    shared = _shared_words([title.split() for title in titles], above[0].split())
    if shared >= LEAST_SHARED_WORDS:
        for number in unchanged:
            rows[number] = _without_words(titles[number], shared)
    return rows


def _left_out(above: Sequence[str]) -> list[str]:
    """Return what titles below these may leave out, longest first: the titles above, complete and shortened."""
    shortened_above = [shortened(ancestor, above[place:]) for place, ancestor in enumerate(above, start=1)]
    return sorted({*above, *shortened_above}, key=len, reverse=True)


def _shortened(title: str, left_out: Sequence[str]) -> str:
    for ancestor in left_out:
        rest = title[len(ancestor) :]
        # Only at the end of a word, and only if some words remain.
        if title.startswith(ancestor) and rest[:1] in (" ", ",") and rest.strip(" ,") and _adds(rest, ancestor):
            return _without_of(rest)
        if title.endswith(f", {ancestor}"):
            return title.removesuffix(f", {ancestor}")
    for ancestor in left_out:
        words = title.split()
        number = _words_before_addition(words, ancestor.split())
        # Not the word `Other` alone, of `Other and unspecified effects`: what remains would be the opposite.
        if number >= LEAST_SHARED_WORDS:
            return _without_words(title, number)
    return title


def _adds(rest: str, ancestor: str) -> bool:
    """Return whether the rest of a title after its ancestor's is an addition to it, and no part of a name."""
    return " " in ancestor or rest[:1] == "," or rest.split()[0].lower() in ADDING_WORDS or rest.strip()[:1] == "("


def _words_before_addition(words: list[str], ancestor: list[str]) -> int:
    """Return how many words of a title stand before the first one that its ancestor does not have; 0 unless all words
    of the ancestor are in the title, in their order."""
    # The quick way out for most titles: a list may have a thousand.
    if not words or not ancestor or not _is_alike(words[0], ancestor[0]):
        return 0
    position = 0
    for word in ancestor:
        while position < len(words) and not _is_alike(words[position], word):
            position += 1
        if position == len(words):
            return 0
        position += 1
    if len(words) == len(ancestor):
        return 0
    return sum(1 for _ in takewhile(lambda pair: _is_alike(*pair), zip(words, ancestor, strict=False)))


def _shared_words(titles: list[list[str]], heading: list[str]) -> int:
    """Return how many first words all titles have in common with their heading; of each title some words remain."""
    most = min(len(words) - 1 for words in titles)
    shared = 0
    for word, *others in zip(heading, *titles, strict=False):
        if shared == most or not all(_is_alike(word, other) for other in others):
            break
        shared += 1
    return shared


def _is_alike(word: str, other: str) -> bool:
    """Return whether two words are the same but for case, plural and punctuation."""
    return _bare(word) == _bare(other)


def _bare(word: str) -> str:
    return word.strip(PUNCTUATION).lower().removesuffix("s")


def _without_words(title: str, number: int) -> str:
    rest = title.split(maxsplit=number)[number:]
    return _without_of(rest[0]) if rest else title


def _without_of(rest: str) -> str:
    return rest.lstrip(" ,").removeprefix("of ")
