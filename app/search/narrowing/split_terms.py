"""Terms that split rows best, so that the rows can be narrowed with them."""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from app.library.entries import UNCOUNTED_WORDS
from app.library.tokens import OPTIONAL, words
from app.search.answer import Aspect, NarrowingWord

LEAST_SHARE, MOST_SHARE = 0.02, 0.65
"""Shares of the rows. A word in fewer of them is offered only by chance (if a third of them have one word in common,
that comes first anyway); a word in more of them leaves nearly all."""

LEAST_ROWS, FEW_TEXTS = 4, 24
"""The least number of rows with a word, best and sampled ones together, unless there are at most `FEW_TEXTS` rows."""

LEAST_WITH_SHARE = 0.02
"""Few of many codes are with or without something, but that decides between them."""

MOST_VARIANTS_SHARE = 0.8
"""The largest share of variants with a word. Of 16 codes of a fracture 12 are subsequent encounters, and yet the
encounter is chosen first: words of encounters are exempt."""

LEAST_MEANING = 0.3
"""A word with this weight in the lexicon or less (`type`, `disease`) is not offered by itself."""

TOGETHER_SHARE = 0.85
"""Two words that stand together at least so often are one term: `fixed height`."""

MOST_OF_ASPECT = {
    Aspect.SIDE: 3,
    Aspect.WITH: 2,
    Aspect.SEVENTH: 3,
    Aspect.APPROACH: 3,
    Aspect.BODY: 5,
    Aspect.OTHER: 6,
}

SIDES = ("right", "left", "bilateral", "unilateral")
ENCOUNTERS = ("initial", "subsequent", "sequela")
"""In the order in which they are chosen most often."""

WITH_OR_WITHOUT = ("with", "without")

ORDINALS = frozenset({"first", "second", "third", "fourth", "fifth"})
"""These are offered with the word that they count, even if all rows hold that: `third degree`."""

SHORTEST_STEM = 5
"""Letters that two forms of a word have in common."""

SIDE_BY_SIDE = 2
"""Words of an aspect that are shown before those of another: `right` beside `left`."""

_MEANINGLESS = frozenset(
    {*WITH_OR_WITHOUT, "nec", "nos", "non", "each", "any", "per", "item", "includes", "include", "including", "all"}
)
"""Words that descriptors contain by convention."""

_NOT_BODY = frozenset({*SIDES, "upper", "lower", "middle", "main", "accessory", "body", "product", "conception"}) | {
    *("male", "female", "one", "two", "three", "four", "more"),
}
"""Words of the names of body parts that other names have too."""

_NEVER_SECOND = UNCOUNTED_WORDS | frozenset({"not", "each", "per", "any"})

_OF_ALL_VARIANTS = frozenset({"and", "for", "with", "without", "encounter", "other", "unspecified", "qualifier"}) | {
    "approach",
    "device",
    "type",
}
_GRADE = re.compile(r"[ivx]+[abc]?")
"""A grade (`iiia`), which means nothing without the words before it."""

_WORDS_WITHOUT_COMMA = re.compile(r"[^\W_]+(?:(?: |-|'s )[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or a few that stand together, folded and singular, with the rows that hold it: a bit for each row."""

    words: tuple[str, ...]
    aspect: Aspect
    rows: int
    is_part: bool = False
    """True if other words of the rows end in it, as `nondisplaced` in `displaced`: only quotes exclude these."""


Texts = Sequence[Sequence[str]]
"""The texts of a row, as words."""


def body_words(labels: Iterable[str]) -> frozenset[str]:
    """Return the words of names of body parts (`Femoral Shaft, Right`) that mean a body part by themselves."""
    label_words = {word.text for label in labels for word in words(label) if len(word.text) > 2}
    return frozenset(label_words - _NOT_BODY)


def splitting_terms(
    best: Sequence[Texts],
    sample: Sequence[Texts],
    is_typed: Callable[[str], bool],
    minor_words: dict[str, float],
    body: Collection[str],
    most: int,
) -> list[Term]:
    """Return the terms that split rows best, each in another way than those before it, best first.

    `best` are the first rows and `sample` some of all rows: a term that splits only the thousands that are never read
    is worth half. `minor_words` are the weights of words that mean little.
    """
    rows = [*best, *sample]
    first = (1 << len(best)) - 1

    def share(mask: int) -> float:
        in_best = (mask & first).bit_count() / max(1, len(best))
        return (in_best + (mask & ~first).bit_count() / max(1, len(sample))) / 2

    rows_of, optional_rows_of, with_or_without = _rows_by_word(rows)

    def is_offered(word: str, mask: int) -> bool:
        if share(mask) < LEAST_SHARE or (mask.bit_count() < LEAST_ROWS and len(rows) > FEW_TEXTS):
            return False
        # A word in parentheses matches too, so that its rows count among the remaining ones.
        remaining = share(mask | optional_rows_of.get(word, 0))
        return remaining <= MOST_SHARE and _has_meaning(word, minor_words) and not is_typed(word)

    offered = {word: mask for word, mask in rows_of.items() if is_offered(word, mask)}
    endings = {word[cut:] for word in rows_of for cut in range(2, len(word) - 5)}
    terms = {
        word: Term(
            (word,),
            Aspect.SIDE if word in SIDES else Aspect.BODY if word in body else Aspect.OTHER,
            mask,
            word in endings,
        )
        for word, mask in offered.items()
    }
    everywhere = {word for word, mask in rows_of.items() if share(mask) > MOST_SHARE}
    pairs = _pairs(terms.values(), rows, is_typed, everywhere)
    offered_terms = [pairs.get(word, term) for word, term in terms.items() if _may_stand_alone(word, pairs)]
    with_terms = _with_or_without_terms(with_or_without, rows, is_typed, minor_words, share)
    return _best_terms([*offered_terms, *with_terms], share, most)


def _rows_by_word(rows: Sequence[Texts]) -> tuple[dict[str, int], dict[str, int], dict[tuple[str, str], int]]:
    """Return the rows (a bit for each) that hold each word, that hold it in parentheses, and that have it after `with`
    or `without`."""
    rows_of: dict[str, int] = {}
    optional_rows_of: dict[str, int] = {}
    with_or_without: dict[tuple[str, str], int] = {}
    for number, texts in enumerate(rows):
        bit = 1 << number
        for text in texts:
            before = ""
            for word in text:
                if word[0] == OPTIONAL:
                    optional_rows_of[word[1:]] = optional_rows_of.get(word[1:], 0) | bit
                    continue
                rows_of[word] = rows_of.get(word, 0) | bit
                if before in WITH_OR_WITHOUT:
                    with_or_without[before, word] = with_or_without.get((before, word), 0) | bit
                before = word
    return rows_of, optional_rows_of, with_or_without


def variant_terms(variants: Texts, is_typed: Callable[[str], bool], aspect: Aspect, most: int) -> list[Term]:
    """Return the terms that split the codes of families; `variants` are the words that each has beyond its family."""
    variants_of: dict[str, int] = {}
    for number, text in enumerate(variants):
        for word in text:
            variants_of[word] = variants_of.get(word, 0) | 1 << number
    rows = [[text] for text in variants]
    terms = {
        word: Term((word,), aspect, mask)
        for word, mask in variants_of.items()
        if (word in ENCOUNTERS or mask.bit_count() <= MOST_VARIANTS_SHARE * len(variants))
        and mask.bit_count() < len(variants)
        and word not in _OF_ALL_VARIANTS
        and len(word) > 2
        and not _GRADE.fullmatch(word)
        and not is_typed(word)
    }
    pairs = _pairs(terms.values(), rows, is_typed, frozenset())
    encounters = [pairs.get(name, terms[name]) for name in ENCOUNTERS if name in terms]
    if encounters:
        return encounters[:most]
    offered_terms = [pairs.get(word, term) for word, term in terms.items() if _may_stand_alone(word, pairs)]
    return _best_terms(offered_terms, lambda mask: mask.bit_count() / len(variants), most)


def is_form_of(word: str, typed: str, begins: bool) -> bool:
    """Return whether a word is the typed one, begins with it where that is enough, or has its stem: `diabetic` and
    `diabete`."""
    if word == typed or (begins and word.startswith(typed)):
        return True
    stem = max(SHORTEST_STEM, round(0.8 * min(len(word), len(typed))))
    return len(word) >= stem and word[:stem] == typed[:stem]


def _has_meaning(word: str, minor_words: dict[str, float]) -> bool:
    is_word = len(word) > 1 or word.isdigit()
    return minor_words.get(word, 1.0) > LEAST_MEANING and word not in _MEANINGLESS and is_word


def _may_stand_alone(word: str, pairs: dict[str, Term]) -> bool:
    """Return whether a word may be offered: a number only with the word before it (`type 2`), and of two words that
    always stand together only one."""
    if word in pairs:
        return True
    return not word.isdigit() and all(word not in pair.words for pair in pairs.values())


def _pairs(
    terms: Iterable[Term], rows: Sequence[Texts], is_typed: Callable[[str], bool], everywhere: Collection[str]
) -> dict[str, Term]:
    """Return terms of one word with the other word that always follows it (`fixed height`), and numbers with the word
    before them (`type 2`), by the one word. A word that is in nearly all rows adds nothing."""
    term_of = {term.words[0]: term for term in terms if term.aspect is not Aspect.SIDE}
    neighbors: dict[str, Counter[str]] = {word: Counter() for word in term_of}
    for texts in rows:
        for text in texts:
            for place, word in enumerate(text):
                if word in term_of:
                    other = place - 1 if word.isdigit() else place + 1
                    neighbors[word][text[other] if 0 <= other < len(text) else ""] += 1
    pairs: dict[str, Term] = {}
    for word, counts in neighbors.items():
        other, count = counts.most_common(1)[0]
        always = count >= TOGETHER_SHARE * counts.total() and other.isalpha() and other not in _NEVER_SECOND
        adds_meaning = word in ORDINALS or word.isdigit() or other not in everywhere
        if always and adds_meaning and not is_typed(other):
            pair = (other, word) if word.isdigit() else (word, other)
            pairs[word] = Term(pair, term_of[word].aspect, term_of[word].rows)
    return pairs


def _with_or_without_terms(
    with_or_without: dict[tuple[str, str], int],
    rows: Sequence[Texts],
    is_typed: Callable[[str], bool],
    minor_words: dict[str, float],
    share: Callable[[int], float],
) -> list[Term]:
    """Return terms that some rows are with and others without; both are offered."""
    terms = {
        word: Term((word,), Aspect.WITH, mask)
        for (before, word), mask in with_or_without.items()
        if before == "without"
        and ("with", word) in with_or_without
        and _has_meaning(word, minor_words)
        and not is_typed(word)
    }
    pairs = _pairs(terms.values(), rows, is_typed, frozenset())
    return [
        Term((before, *pairs.get(word, terms[word]).words), Aspect.WITH, mask)
        for (before, word), mask in with_or_without.items()
        if word in terms and LEAST_WITH_SHARE <= share(mask) <= MOST_SHARE and mask.bit_count() > 1
    ]


def _best_terms(terms: Iterable[Term], share: Callable[[int], float], most: int) -> list[Term]:
    """Return the terms that split best, each in another way than those before it, best first."""
    gains = {term: _information(share(term.rows)) for term in terms}
    best_terms: list[Term] = []
    remaining_of_aspect = dict(MOST_OF_ASPECT)
    while gains and len(best_terms) < most:
        best = max(gains, key=lambda term: (gains[term], term.words))
        del gains[best]
        if not remaining_of_aspect[best.aspect]:
            continue
        remaining_of_aspect[best.aspect] -= 1
        best_terms.append(best)
        for term in gains:
            overlap = (term.rows & best.rows).bit_count() / (term.rows | best.rows).bit_count()
            gains[term] *= 1.0 - overlap
    return best_terms


def _information(share: float) -> float:
    """Return the information in the answer to "does a row hold the word?", in bits: most if half of the rows do."""
    if not 0.0 < share < 1.0:
        return 0.0
    return -share * math.log2(share) - (1.0 - share) * math.log2(1.0 - share)


def alternate_aspects(narrowing_words: Iterable[NarrowingWord]) -> tuple[NarrowingWord, ...]:
    """Return words with two of each aspect together, those of the best word's aspect first, and all others after them:
    if only a few can be shown, they are of different aspects."""
    by_aspect: dict[Aspect, list[NarrowingWord]] = {}
    for word in narrowing_words:
        by_aspect.setdefault(word.aspect, []).append(word)
    first = [word for of_aspect in by_aspect.values() for word in of_aspect[:SIDE_BY_SIDE]]
    return (*first, *(word for of_aspect in by_aspect.values() for word in of_aspect[SIDE_BY_SIDE:]))


def as_written(term: Sequence[str], text: str) -> str:
    """Return a term as a text has it, in lower case: `('diabete',)` as `diabetes`, `('pre', 'existing')` as
    `pre-existing`.

    Empty if the text does not hold the term, or has a comma in it.
    """
    text_words = list(words(text))
    for start in range(len(text_words) - len(term) + 1):
        part = text_words[start : start + len(term)]
        if all(word.text == term_word for word, term_word in zip(part, term, strict=True)):
            written = text[part[0].start : part[-1].end].lower()
            if _WORDS_WITHOUT_COMMA.fullmatch(written):
                return written
    return ""
