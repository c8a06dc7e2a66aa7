"""Text as index words: folded, split, singular. Compiling and searching use the same rules."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_LIGATURES = {"æ": "ae", "œ": "oe", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"}
WORD = re.compile(r"(?P<word>[a-z0-9]+(?:(?<=n)['’]t(?![a-z0-9]))?)(?:['’]s(?![a-z0-9]))?")
"""A word of a folded text; `can't` is one word, and an apostrophe s is not part of a word."""

_APOSTROPHES = str.maketrans("", "", "'’")
_PARENTHESES = re.compile(r"\([^()]*\)")
_JOINED = re.compile(r"(?<![a-z0-9])([a-z]+)-([a-z]{3,}|[0-9]{1,3}[a-z]?)(?![a-z0-9-])")

SINGULAR_ENDINGS = ("ss", "us", "is", "as", "ous", "blues")
"""Endings that are no plural. The blues are a mood, and no plural of a color."""


class Word(NamedTuple):
    """A word of a text: its character offsets there, and its folded, singular form."""

    start: int
    end: int
    text: str


def fold(text: str) -> str:
    """Return a text in lower case, without accents and ligatures: `Ménière` -> `meniere`, `œdema` -> `oedema`."""
    if text.isascii():
        return text.lower()
    spelled = "".join(_LIGATURES.get(c, c) for c in text.lower())
    return "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))


def _fold_in_place(text: str) -> str:
    """Return a folded text in which every character keeps its offset, for marks in a title."""
    if text.isascii():
        return text.lower()
    return "".join((unicodedata.normalize("NFKD", c)[:1] or c).lower()[:1] or c for c in text)


def singular(word: str) -> str:
    """Return a folded word without its plural ending: `fractures` -> `fracture`, `arteries` -> `artery`.

    It need not be a dictionary form (`diabetes` -> `diabete`), only the same for every way of writing the word.
    """
    if len(word) < 4 or not word.endswith(("s", "ae")) or word.endswith(SINGULAR_ENDINGS):
        return word
    if word.endswith("ae"):
        return word[:-1]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    return word[:-1]


def without_apostrophe(word: str) -> str:
    """Return a word without apostrophes: `can't` -> `cant`."""
    return word.translate(_APOSTROPHES)


def words(text: str) -> Iterator[Word]:
    """Return the words of a text in order, with their offsets; an apostrophe s is not part of a word."""
    return (Word(*word) for word in placed_words(text))


def placed_words(text: str) -> list[tuple[int, int, str]]:
    """Return the same as plain tuples, since a keystroke needs a hundred of them."""
    matches = WORD.finditer(_fold_in_place(text))
    return [(match.start(), match.end("word"), _index_word(match["word"])) for match in matches]


def word_list(text: str) -> list[str]:
    """Return the folded, singular words of a text, in order."""
    # The expression has one group, so these are the words.
    return [_index_word(word) for word in WORD.findall(_fold_in_place(text))]


@lru_cache(maxsize=1 << 15)
def _index_word(word: str) -> str:
    """Return a folded word as it is indexed. The titles and Indexes have four million words, thirty thousand of them
    distinct."""
    return singular(without_apostrophe(word))


OPTIONAL = "("
"""The first character of a word in parentheses: a nonessential modifier, which need not be typed."""


INFLECTED = "="
"""The first character of a word that repeats the main term of an Index line: `Ulcer, ulcerated, ulcerating`."""


def bare(word: str) -> str:
    """Return a word of an entry without OPTIONAL and INFLECTED."""
    return word.lstrip(OPTIONAL + INFLECTED)


def words_with_options(text: str) -> list[str]:
    """Return the words of a text in order; one in parentheses begins with OPTIONAL: `(benign)` -> `(benign`.

    Words in parentheses do not affect the code, by the conventions of ICD-10-CM.
    """
    spans = [match.span() for match in _PARENTHESES.finditer(text)]
    return [
        OPTIONAL + word.text if any(start < word.start < end for start, end in spans) else word.text
        for word in words(text)
    ]


def joined(text: str) -> Iterator[str]:
    """Yield the hyphenated words of a text joined: `post-operative` -> `postoperative`, `B-12` -> `b12`."""
    for match in _JOINED.finditer(_fold_in_place(text)):
        yield singular(match[1] + match[2])


class Compounds:
    """Words of a vocabulary at the ends of longer words: `polyneuropathy` ends in `neuropathy`."""

    SHORTEST_PART = 6
    """Shorter endings (`itis`, `oma`, `emia`) are too common to be searched for on their own."""

    SHORTEST_HEAD = 2

    def __init__(self, vocabulary: set[str]) -> None:
        self._vocabulary = vocabulary

    def parts(self, word: str) -> Iterator[str]:
        """Yield the longest ending of the word that is a word itself, if there is one."""
        if not word.isalpha():
            return
        for cut in range(self.SHORTEST_HEAD, len(word) - self.SHORTEST_PART + 1):
            if word[cut:] in self._vocabulary:
                yield word[cut:]
                return
