"""Words to narrow with: of what stands in the rows that were found, what splits them best."""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from app.library.entries import LITTLE_WORDS
from app.library.tokens import OPTIONAL, words
from app.search.answer import Aspect, NarrowingWord

LEAST_SHARE, MOST_SHARE = 0.02, 0.65
"""A word in fewer of the rows is a lucky find (where a third of them have one word in common, that goes first anyway);
one in more of them leaves nearly all."""

LEAST_ROWS, FEW_TEXTS = 4, 24
"""A word is in so many rows, best and sampled ones together, unless there are few in all."""

LEAST_WITH = 0.02
"""What is with or without something is told of few codes among many, and is yet what decides between them."""

MOST_OF_SEVENTH = 0.8
"""Of 16 codes of a fracture 12 are subsequent encounters, and that is nevertheless what is asked first."""

TELLING = 0.3
"""A word that means so little, or less (`type`, `disease`), is not offered by itself."""

STANDS_WITH = 0.85
"""Two words that stand together so often are one: `fixed height`."""

MOST_OF_ASPECT = {Aspect.SIDE: 3, Aspect.WITH: 2, Aspect.SEVENTH: 3, Aspect.APPROACH: 3, Aspect.BODY: 5, Aspect.KIND: 6}

SIDES = ("right", "left", "bilateral", "unilateral")
ENCOUNTERS = ("initial", "subsequent", "sequela")
"""In the order in which people ask for them."""

CONTRARY = ("with", "without")

ORDINALS = frozenset({"first", "second", "third", "fourth", "fifth"})
"""What they count is said with them, even where all rows hold it: `third degree`."""

_EMPTY = frozenset(
    {*CONTRARY, "nec", "nos", "non", "each", "any", "per", "item", "includes", "include", "including", "all"}
)
"""Words that are there because descriptors are written so."""

_NOT_BODY = frozenset({*SIDES, "upper", "lower", "middle", "main", "accessory", "body", "product", "conception"}) | {
    *("male", "female", "one", "two", "three", "four", "more"),
}
"""Words of the names of body parts that other names are made of too."""

_NEVER_BEHIND = LITTLE_WORDS | frozenset({"not", "each", "per", "any"})

_OF_ALL_VARIANTS = frozenset({"and", "for", "with", "without", "encounter", "other", "unspecified", "qualifier"}) | {
    "approach",
    "device",
    "type",
}
_GRADE = re.compile(r"[ivx]+[abc]?")
"""`iiia`, which says nothing without the words before it."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or a few that stand together, folded and singular, with the rows that hold it: a bit for each."""

    words: tuple[str, ...]
    aspect: Aspect
    rows: int
    is_part: bool = False
    """Whether other words of the rows end in it, as `nondisplaced` in `displaced`: only quotes tell it from these."""


Texts = Sequence[Sequence[str]]
"""The texts of a row, as words."""


def body_words(labels: Iterable[str]) -> frozenset[str]:
    """The words of names of body parts (`Femoral Shaft, Right`) that tell a body part by themselves."""
    found = {word.text for label in labels for word in words(label) if len(word.text) > 2}
    return frozenset(found - _NOT_BODY)


def splitting_terms(
    best: Sequence[Texts],
    sample: Sequence[Texts],
    is_typed: Callable[[str], bool],
    little: dict[str, float],
    body: Collection[str],
    most: int,
) -> list[Term]:
    """What splits rows best, and each otherwise than the others, best first.

    `best` are the first rows and `sample` some from all over them: what splits only the thousands that nobody reads is
    worth half. `little` says what words count for that mean little.
    """
    rows = [*best, *sample]
    first = (1 << len(best)) - 1

    def share(mask: int) -> float:
        in_best = (mask & first).bit_count() / max(1, len(best))
        return (in_best + (mask & ~first).bit_count() / max(1, len(sample))) / 2

    held: dict[str, int] = {}
    maybe: dict[str, int] = {}
    contrary: dict[tuple[str, str], int] = {}
    for number, texts in enumerate(rows):
        bit = 1 << number
        for text in texts:
            before = ""
            for word in text:
                if word[0] == OPTIONAL:
                    maybe[word[1:]] = maybe.get(word[1:], 0) | bit
                    continue
                held[word] = held.get(word, 0) | bit
                if before in CONTRARY:
                    contrary[before, word] = contrary.get((before, word), 0) | bit
                before = word

    def is_offered(word: str, mask: int) -> bool:
        if share(mask) < LEAST_SHARE or (mask.bit_count() < LEAST_ROWS and len(rows) > FEW_TEXTS):
            return False
        # Words in parentheses find their rows too, so that they count where a word is to leave some out.
        return share(mask | maybe.get(word, 0)) <= MOST_SHARE and _tells(word, little) and not is_typed(word)

    offered = {word: mask for word, mask in held.items() if is_offered(word, mask)}
    ends = {word[cut:] for word in held for cut in range(2, len(word) - 5)}
    terms = {
        word: Term(
            (word,),
            Aspect.SIDE if word in SIDES else Aspect.BODY if word in body else Aspect.KIND,
            mask,
            word in ends,
        )
        for word, mask in offered.items()
    }
    everywhere = {word for word, mask in held.items() if share(mask) > MOST_SHARE}
    paired = _paired(terms.values(), rows, is_typed, everywhere)
    alone = [paired.get(word, term) for word, term in terms.items() if _may_stand_alone(word, paired)]
    return _chosen([*alone, *_contrary_terms(contrary, rows, is_typed, little, share)], share, most)


def seventh_terms(variants: Texts, is_typed: Callable[[str], bool], aspect: Aspect, most: int) -> list[Term]:
    """What splits the codes of families: `variants` are the words that each has beyond its family."""
    held: dict[str, int] = {}
    for number, text in enumerate(variants):
        for word in text:
            held[word] = held.get(word, 0) | 1 << number
    rows = [[text] for text in variants]
    terms = {
        word: Term((word,), aspect, mask)
        for word, mask in held.items()
        if (word in ENCOUNTERS or mask.bit_count() <= MOST_OF_SEVENTH * len(variants))
        and mask.bit_count() < len(variants)
        and word not in _OF_ALL_VARIANTS
        and len(word) > 2
        and not _GRADE.fullmatch(word)
        and not is_typed(word)
    }
    paired = _paired(terms.values(), rows, is_typed, frozenset())
    first = [paired.get(name, terms[name]) for name in ENCOUNTERS if name in terms]
    if first:
        return first[:most]
    offered = [paired.get(word, term) for word, term in terms.items() if _may_stand_alone(word, paired)]
    return _chosen(offered, lambda mask: mask.bit_count() / len(variants), most)


def is_form_of(word: str, wanted: str, begins: bool) -> bool:
    """Whether a word is the wanted one, may begin with it and does, or has its stem: `diabetic` and `diabete`."""
    if word == wanted or (begins and word.startswith(wanted)):
        return True
    stem = max(SHORTEST_STEM, round(0.8 * min(len(word), len(wanted))))
    return len(word) >= stem and word[:stem] == wanted[:stem]


SHORTEST_STEM = 5


def _tells(word: str, little: dict[str, float]) -> bool:
    return little.get(word, 1.0) > TELLING and word not in _EMPTY and (len(word) > 1 or word.isdigit())


def _may_stand_alone(word: str, paired: dict[str, Term]) -> bool:
    """Whether a word is to be offered: a number tells something only with the word before it (`type 2`), and of two
    words that always stand together one is enough."""
    if word in paired:
        return True
    return not word.isdigit() and all(word not in pair.words for pair in paired.values())


def _paired(
    terms: Iterable[Term], rows: Sequence[Texts], is_typed: Callable[[str], bool], everywhere: Collection[str]
) -> dict[str, Term]:
    """Terms of one word that always stand before the same other one, with that: `fixed height`; and numbers with what
    stands before them: `type 2`. A word that is everywhere tells nothing more."""
    wanted = {term.words[0]: term for term in terms if term.aspect is not Aspect.SIDE}
    beside: dict[str, Counter[str]] = {word: Counter() for word in wanted}
    for texts in rows:
        for text in texts:
            for place, word in enumerate(text):
                if word in wanted:
                    other = place - 1 if word.isdigit() else place + 1
                    beside[word][text[other] if 0 <= other < len(text) else ""] += 1
    pairs: dict[str, Term] = {}
    for word, counts in beside.items():
        other, count = counts.most_common(1)[0]
        always = count >= STANDS_WITH * counts.total() and other.isalpha() and other not in _NEVER_BEHIND
        told = word in ORDINALS or word.isdigit() or other not in everywhere
        if always and told and not is_typed(other):
            pair = (other, word) if word.isdigit() else (word, other)
            pairs[word] = Term(pair, wanted[word].aspect, wanted[word].rows)
    return pairs


def _contrary_terms(
    contrary: dict[tuple[str, str], int],
    rows: Sequence[Texts],
    is_typed: Callable[[str], bool],
    little: dict[str, float],
    share: Callable[[int], float],
) -> list[Term]:
    """What rows are with and without: offered where both are told of something."""
    terms = {
        word: Term((word,), Aspect.WITH, mask)
        for (before, word), mask in contrary.items()
        if before == "without" and ("with", word) in contrary and _tells(word, little) and not is_typed(word)
    }
    paired = _paired(terms.values(), rows, is_typed, frozenset())
    return [
        Term((before, *paired.get(word, terms[word]).words), Aspect.WITH, mask)
        for (before, word), mask in contrary.items()
        if word in terms and LEAST_WITH <= share(mask) <= MOST_SHARE and mask.bit_count() > 1
    ]


def _chosen(terms: Iterable[Term], share: Callable[[int], float], most: int) -> list[Term]:
    """The terms that split best, each otherwise than those before it, best first."""
    left = {term: _split(share(term.rows)) for term in terms}
    chosen: list[Term] = []
    room = dict(MOST_OF_ASPECT)
    while left and len(chosen) < most:
        best = max(left, key=lambda term: (left[term], term.words))
        del left[best]
        if not room[best.aspect]:
            continue
        room[best.aspect] -= 1
        chosen.append(best)
        for term in left:
            alike = (term.rows & best.rows).bit_count() / (term.rows | best.rows).bit_count()
            left[term] *= 1.0 - alike
    return chosen


def _split(share: float) -> float:
    """How much an answer to "does it hold the word?" tells, in bits: most where half of the rows do."""
    if not 0.0 < share < 1.0:
        return 0.0
    return -share * math.log2(share) - (1.0 - share) * math.log2(1.0 - share)


SIDE_BY_SIDE = 2
"""So many words of an aspect are shown before those of another: `right` beside `left`."""


def by_turns(found: Iterable[NarrowingWord]) -> tuple[NarrowingWord, ...]:
    """Words with two of an aspect together, that of the best word first, and the others behind: as there may be room
    for a few only, these tell different things."""
    together: dict[Aspect, list[NarrowingWord]] = {}
    for word in found:
        together.setdefault(word.aspect, []).append(word)
    first = [word for some in together.values() for word in some[:SIDE_BY_SIDE]]
    return (*first, *(word for some in together.values() for word in some[SIDE_BY_SIDE:]))


def as_written(term: Sequence[str], text: str) -> str:
    """A term as a text has it, in lower case: `('diabete',)` is `diabetes`, `('pre', 'existing')` `pre-existing`.

    Empty where the text does not hold it, or has a comma in it.
    """
    found = list(words(text))
    for place in range(len(found) - len(term) + 1):
        part = found[place : place + len(term)]
        if all(word.text == wanted for word, wanted in zip(part, term, strict=True)):
            written = text[part[0].start : part[-1].end].lower()
            if _PLAIN.fullmatch(written):
                return written
    return ""


_PLAIN = re.compile(r"[^\W_]+(?:(?: |-|'s )[^\W_]+)*")


# What stands in the box
