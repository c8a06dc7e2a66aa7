"""Words as they sound: two words that people take for each other in writing mostly sound alike."""

import re

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"\bp(?=[nst])|\b[kg](?=n)|\b[mf](?=n)|\bw(?=r)", ""),
        (r"sth(?=m)", "s"),
        (r"ough\b", "of"),
        (r"ph", "f"),
        (r"[tscx][ie](?=on|al|ou|an|un)", "s"),
        (r"sch", "sk"),
        (r"s?c(?=[eiy])", "s"),
        (r"tch|ch|ck|[cq]", "k"),
        (r"\bx|z", "s"),
        (r"x", "ks"),
        (r"dg|g(?=[eiy])", "j"),
        (r"(?<=[aeiou])gh|(?<=[rtgs])h", ""),
    )
)
"""Replacements, in this order, after which consonants that sound alike are written alike: silent letters are removed
(`pneumonia`, `rhinitis`, `asthma`), the others become one letter for each sound (`ph`, soft and hard `c` and `g`)."""

_VOWELS = (
    (re.compile(r"\b[aeiouy]+"), "a"),
    (re.compile(r"\bh[aeiouyw]*"), "h"),
    (re.compile(r"\B[aeiouyhw]+"), ""),
)
_VOWELS_AS_SIGNS = (
    (re.compile(r"(?<=[aeiouyw])[hw]|(?<!\b)[hw](?![aeiouyw])"), ""),
    (re.compile(r"[aeiouy]+"), "."),
)
_VOWELS_ALIKE = (
    (re.compile(r"\b[aeiou](?![aeiou])"), "a"),
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"oa"), "o"),
    (re.compile(r"ai"), "a"),
    (re.compile(r"(?<=[a-z]{3})e\b"), ""),
    (re.compile(r"e[ea]|y"), "i"),
    (re.compile(r"au"), "o"),
    (re.compile(r"ou"), "u"),
    (re.compile(r"w|(?<=[aeiou])h"), ""),
)
"""Replacements after which vowels that sound alike are written alike."""

_REPEATED = re.compile(r"([a-z.])\1+")


def sounds(words: str) -> str:
    """Return the consonants of folded words as they sound: `neumonia` and `pneumonia` -> `nmn`. Vowels, in which most
    mistakes are made, are removed, and a sign stands for one at the beginning. Any characters between words stay."""
    return _written_once(_with_consonants(words), _VOWELS)


def syllables(word: str) -> str:
    """Return the sound of a folded word with a sign for its vowels: `diareah` and `diarrhea` -> `d.r.`."""
    return _written_once(_with_consonants(word), _VOWELS_AS_SIGNS)


def vowels_heard(word: str) -> int:
    """Return the number of vowels of a folded word that are heard, a last one apart: `gabapentine` has as many as
    `gabapentin`."""
    return syllables(word).rstrip(".").count(".")


def spoken(word: str) -> str:
    """Return the sound of a folded word with its vowels: `sirosis` and `cirrhosis` -> `sirosis`."""
    return _written_once(_with_consonants(word), _VOWELS_ALIKE)


def _with_consonants(words: str) -> str:
    for pattern, sound in _SOUNDS:
        words = pattern.sub(sound, words)
    return words


def _written_once(words: str, vowels: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, sound in vowels:
        words = pattern.sub(sound, words)
    return _REPEATED.sub(r"\1", words)
