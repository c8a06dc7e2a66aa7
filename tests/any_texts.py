"""Texts of every kind that users may type, made from the words of a database, which a search must answer."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from app.search.parsing.vocabulary import Vocabulary

SYNTAX = (
    *(
        '"',
        "'",
        "*",
        "(",
        ")",
        "-",
        "+",
        ":",
        "^",
        "{",
        "}",
        ",",
        ";",
        ".",
        "/",
        "&",
        "<",
        ">",
        "=",
        "#",
        "%",
        "§",
        "¶",
    ),
    *("AND", "OR", "NOT", "NEAR(", "NEAR/2", "a*", "^b", "col:x", "';--", "\\", "\0", "\t", "\r\n", "\u2028", "\ufeff"),
    *("cm:", "pcs:", "hcpcs:", "mod:", "pos:", "cpt:", "modifier", "pos 11", "icd10:"),
)
"""Signs with a meaning for FTS5, SQL or our own syntax, and ends of lines."""

FOREIGN = (
    *("🙂", "👩\u200d⚕\ufe0f", "مرض السكري", "\u202eabc\u202c", "糖尿病", "диабет"),
    *("ß", "ﬁbrosis", "İ", "e\u0301" * 9, "½", "Ⅳ"),
)
"""Letters that no title has: from right to left, of several characters, and some that folding makes longer."""

CODES = (
    *("e11", "E11.40", "s72.301a", "0dt", "0DTJ4ZZ", "j1100", "99213", "25"),
    *("250.00", "i10-i16", "D0120", "é11", "m", "0"),
)

LETTERS = "abcdefghijklmnopqrstuvwxyz"

COMMONEST = 400
"""The number of words that are in most entries: each leads to thousands of rows."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a database: all of them, and the commonest of more than a few letters."""

    every: Sequence[str] = field(repr=False)
    common: Sequence[str] = field(repr=False)


def words_of(vocabulary: Vocabulary) -> Words:
    """Return the words of an index."""
    long_words = (word for word in vocabulary.words if word.isalpha() and len(word) > 3)
    return Words(vocabulary.words, sorted(long_words, key=vocabulary.count)[-COMMONEST:])


def misspell(word: str, chance: random.Random) -> str:
    """Return a word with one to three letters removed, inserted, replaced or swapped."""
    letters = list(word)
    for _ in range(chance.choice((1, 1, 2, 3))):
        place = chance.randrange(len(letters))
        match chance.randrange(4):
            case 0 if len(letters) > 1:
                del letters[place]
            case 1:
                letters.insert(place, chance.choice(LETTERS))
            case 2 if place + 1 < len(letters):
                letters[place : place + 2] = reversed(letters[place : place + 2])
            case _:
                letters[place] = chance.choice(LETTERS)
    return "".join(letters)


def _begun(word: str, chance: random.Random) -> str:
    return word[: chance.randint(1, min(4, len(word)))]


def _number(chance: random.Random) -> str:
    return str(chance.randrange(10 ** chance.randint(1, 6)))


TEXT_KINDS: dict[str, Callable[[Words, random.Random], str]] = {
    "words": lambda words, chance: chance.choice(words.every),
    "common words": lambda words, chance: chance.choice(words.common),
    "beginnings": lambda words, chance: _begun(chance.choice(words.common), chance),
    "misspelled": lambda words, chance: misspell(chance.choice(words.every), chance),
    "common words misspelled": lambda words, chance: misspell(chance.choice(words.common), chance),
    "excluded": lambda words, chance: chance.choice(("-", "")) + chance.choice(words.common),
    "quoted": lambda words, chance: f'"{chance.choice(words.common)} {chance.choice(words.common)}"',
    "letters": lambda words, chance: chance.choice(LETTERS),
    "two letters": lambda words, chance: chance.choice(LETTERS) + chance.choice(LETTERS),
    "numbers": lambda words, chance: _number(chance),
    "codes": lambda words, chance: chance.choice(CODES),
    "syntax": lambda words, chance: chance.choice(SYNTAX),
    "foreign": lambda words, chance: chance.choice(FOREIGN),
    "joined": lambda words, chance: "".join(chance.choice(words.every) for _ in range(chance.randint(2, 12))),
}
"""Makers of a piece of a text, by its kind."""

LENGTHS = (1, 2, 3, 4, 6, 10, 20, 40, 1500)
"""Numbers of pieces in a text; the last makes a page."""

PAGE = 10_000
"""Characters of the longest text."""


def texts_of(kind: str, words: Words, seed: int, each: int = 3) -> Iterator[str]:
    """Yield texts of a kind, `each` of each length: the same ones for the same seed and words."""
    chance = random.Random(f"{kind} {seed}")
    make = TEXT_KINDS[kind]
    for length in LENGTHS:
        for _ in range(each):
            gap = chance.choice((" ", " ", " ", "-", "/", ", "))
            yield gap.join(make(words, chance) for _ in range(length))[:PAGE]
