"""Weights of an entry's words: the cost of each word that a query does not say. They are the same for every query."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from app.codes.node import is_manifestation
from app.library.entries import EntryKind
from app.library.ranges import RANGE_MARK
from app.library.reading.cache import TwoGenerationCache
from app.library.tokens import OPTIONAL, bare, fold, word_list
from app.search.matching.index import IndexedEntry
from app.search.parsing.bound_numbers import CLASSIFIERS, is_number
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.polarity import DENIERS, DENIERS_OF_WORD, NO_DENIAL_AFTER_NOT
from app.search.parsing.ranges import OF_RANGE
from app.search.parsing.vocabulary import Vocabulary

AFTER_MALIGNANT = {"primary": 0.05, "secondary": 2.0}
"""Shares of the columns of the Neoplasm Table. A cancer is the primary one unless the text says otherwise, so that
`primary` hardly matters when the query does not say it, and `secondary` does."""

OF_BREAST = {"female": 0.1, "male": 2.5}
"""A disease of the breast is a woman's unless the text says otherwise."""

_UNSAID_OF_SIDE = {"unilateral": 0.05, "side": 0.05, "affecting": 0.05, "primary": 0.1}
OF_SIDE = {
    "right": {**_UNSAID_OF_SIDE, "dominant": 0.1, "nondominant": 1.5},
    "left": {**_UNSAID_OF_SIDE, "dominant": 1.5, "nondominant": 0.1},
    "bilateral": {"primary": 0.1, "multiple": 0.1},
}
"""Words of codes for a side: one side is unilateral and both are multiple, osteoarthritis of a joint is the primary one
unless the text says otherwise, and the right side is the dominant one (official guidelines, I.C.6.a)."""

NO_SHARES = dict[str, float]()

RANGE_END_SHARE = 0.0
"""The share of the numbers of an entry with a range: a number within it is answered, though it is neither end."""

LIMITING_WORDS = frozenset({"less", "than", "or", "greater", "more", "over", "under"})
LIMITING_SHARE = 0.1
"""Words of a range with an open end, and their share."""

_NUMBERS = re.compile("[0-9]+")

MOST_RANGES_OF_ENTRY = 4
"""Words at the end of an entry among which its ranges stand."""

MINOR_WORD_SHARE = 0.08
"""The least share of a word that means little (`unspecified`)."""

OPTIONAL_SHARE = 0.01
"""The share of a word in parentheses; there may be six of them in a row."""

WITHOUT_SHARE = 0.03
"""The share of `without`: the bare name of a disease means `Diabetes without complications` sooner than diabetes with
unspecified ones."""

RESIDUAL_WORDS = frozenset({"other", "specified"})
RESIDUAL_SHARE = 2.0
"""`Other hypertension` is for kinds of it that the list does not name, so that the bare name does not mean it."""

IMPLIED_WORDS = frozenset({"nontraumatic", "nonrheumatic", "primary", "female", "idiopathic", "one", "shaft"})
IMPLIED_SHARE = 0.3
"""Words that mostly apply and that people seldom say: `aortic stenosis` is the nonrheumatic one, and a fracture of a
long bone one of its shaft (so the Index)."""

UNSAID_INTENTS = frozenset({"accidental", "unintentional"})
UNSAID_INTENT_SHARE = 0.02
"""A poisoning or injury of no said intent is coded as an accident (official guidelines, I.C.20.k)."""

OTHER_DIABETES = frozenset({"1", "specified", "nec", "drug", "chemical", "underlying", "induced"})
OTHER_DIABETES_SHARE = 2.5
"""Words of the other kinds of diabetes, which people who mean them say."""

DEFAULT_TYPE_SHARE = 0.05
"""Diabetes is coded as type 2 when no type is said (official guidelines, I.C.4.a.2)."""

_QUALIFYING_WORDS = """
    newborn neonatal congenital birth sequela following history personal family pregnancy childbirth puerperium maternal
    pathological periprosthetic complication postprocedural rheumatic prison military secondary underdosing
    stress prosthesis prosthetic multiple assault homicidal suicide suicidal self harm undetermined subsequent
"""
QUALIFYING_WORDS = frozenset(_QUALIFYING_WORDS.split())
QUALIFYING_SHARE = 1.7
"""Words that turn a condition into another one: people who mean a personal history or a newborn say so."""

UNSPECIFIED_WORDS = frozenset({"unspecified", "without"})
AFTER_UNSPECIFIED_SHARE = 0.12
"""The share of the two words after `unspecified` or `without`, since they name what the code leaves open."""

_SAID_PARTS = """
    finger thumb hand wrist forearm elbow shoulder toe foot ankle knee thigh hip
    lip nose face scalp neck back chest abdomen buttock ear eyelid breast
"""
SAID_PARTS = frozenset(_SAID_PARTS.split())
BEFORE_PARTS = frozenset({"of", "in"})
"""Parts of the body, and the words after which `unspecified` leaves only their side open: `insect bite of unspecified
finger`, but not `otitis media, unspecified ear`."""

NOT_SPECIFIED_LENGTH = 5
"""The number of words, with `specified`, to which `not specified as` applies: `Malignant neoplasm of liver, not
specified as primary or secondary` holds the words, but says neither."""

LONGEST_DENIED = 3
"""The number of words that `without` and `no` deny, unless a sign or `with` ends the denial before."""

_PARTS = re.compile(r"[,;:()\[\]]")
_DENIER = re.compile("|".join(sorted(DENIERS)))
_ENDS_OF_DENIED = DENIERS | NO_DENIAL_AFTER_NOT | {"with", "but"}
OPTIONAL_WITHOUT = f"{OPTIONAL}without"

CLASSIFIED_MARK = "@"
"""What stands between a number and the word that it belongs to, in the words of an entry: `2@stage`."""

_AFFECTING_WORDS = (
    UNSPECIFIED_WORDS
    | CLASSIFIERS
    | {"malignant", "diabete", "not", "non", "no", "breast", "than", "right", "left", "bilateral", OPTIONAL_WITHOUT}
)
"""Words that change the weight of others in their entry. Most entries hold none."""

ENTRIES_WEIGHED = 1024
WORDS_WEIGHED = 8192
"""Entries and words whose weights are cached. Of entries only some keystrokes' worth: the garbage collector walks over
all that is cached, and entries of earlier texts seldom come again."""


class EntryWeights(NamedTuple):
    """The words of an entry with their weights, which are the same for every query. `weight_of` has the weight of each
    word, that of all its places together, and `total` is the sum.

    `denied` are the positions of words that the entry denies (`without aura`), `left_open` those of words that count
    half as a match (`not specified as primary`). `limits` are those of numbers after `less than` or
    `greater than`, which are not meant themselves. `leaves_kind_open` says that it begins with `unspecified`.
    """

    words: tuple[str, ...]
    weights: tuple[float, ...]
    weight_of: Mapping[str, float]
    total: float
    denied: frozenset[int]
    left_open: frozenset[int]
    is_group: bool
    never_first: bool
    limits: frozenset[int] = frozenset()
    leaves_kind_open: bool = False


class _WordWeights(dict[str, float]):
    """Weights of words, computed when they are first asked for: a look-up takes half the time of a cached call."""

    def __init__(self, compute: Callable[[str], float]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, word: str) -> float:
        if len(self) >= WORDS_WEIGHED:
            self.clear()
        weight = self[word] = self._compute(word)
        return weight


class Weigher:
    """Weighs the words of entries and caches the weights: from one keystroke to the next the same entries come."""

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        self._vocabulary = vocabulary
        self._lexicon = lexicon
        self._word_weight = _WordWeights(self._compute_word_weight).__getitem__
        self._cache: TwoGenerationCache[EntryWeights] = TwoGenerationCache(ENTRIES_WEIGHED)

    def weigh(self, entries: Sequence[IndexedEntry]) -> list[EntryWeights]:
        """Return the weights of entries, entry by entry."""

        def weigh_new(ids: list[int]) -> list[tuple[int, EntryWeights]]:
            by_id = {entry.id: entry for entry in entries}
            return [(key, self._weigh(by_id[key])) for key in ids]

        return self._cache.each_of([entry.id for entry in entries], weigh_new)

    def _weigh(self, entry: IndexedEntry) -> EntryWeights:
        # The ranges of an entry stand at its end.
        if _AFFECTING_WORDS.isdisjoint(entry.words) and RANGE_MARK not in "".join(entry.words[-1:]):
            return self._entry_weights(entry, tuple(map(self._word_weight, entry.words)))
        weights: list[float] = []
        denied = _denied_places(entry)
        left_open: set[int] = set()
        of_diabetes = "diabete" in entry.words
        of_breast = "breast" in entry.words
        of_side = next((OF_SIDE[word] for word in entry.words if word in OF_SIDE), NO_SHARES)
        words = list(entry.words)
        limits: set[int] = set()
        range_ends = _range_ends(entry.words[-MOST_RANGES_OF_ENTRY:])
        unspecified = 0
        opens_side = False
        open_words = 0
        before = ""
        for place, word in enumerate(entry.words):
            weight = self._word_weight(word)
            # `Pneumonia, unspecified organism` says nothing of the organism: it is the code for pneumonia as such.
            if unspecified:
                unspecified -= 1
                weight *= 1.0 if opens_side and word in SAID_PARTS else AFTER_UNSPECIFIED_SHARE
            # At the beginning it leaves the kind open, and not what it stands before: `Unspecified cataract`.
            if word in UNSPECIFIED_WORDS and place:
                unspecified = 2
                opens_side = before in BEFORE_PARTS
            if before == "not" and place in denied:
                weight *= AFTER_UNSPECIFIED_SHARE
            if before == "malignant":
                weight *= AFTER_MALIGNANT.get(word, 1.0)
            elif of_breast:
                weight *= OF_BREAST.get(word, 1.0)
            elif of_side:
                # Some titles have `non-dominant` as two words.
                weight *= of_side.get(f"non{word}" if before == "non" else word, 1.0)
            if before == "than" and is_number(word):
                limits.add(place)
            if word in range_ends:
                weight *= RANGE_END_SHARE
                words[place] = f"{word}{CLASSIFIED_MARK}{OF_RANGE}"
            elif range_ends and word in LIMITING_WORDS:
                weight *= LIMITING_SHARE
            if before in CLASSIFIERS and is_number(word):
                words[place] = f"{word}{CLASSIFIED_MARK}{before}"
            if of_diabetes and word == "2":
                weight *= DEFAULT_TYPE_SHARE
            elif of_diabetes and word in OTHER_DIABETES:
                weight *= OTHER_DIABETES_SHARE
            if word == "specified" and before == "not":
                open_words = NOT_SPECIFIED_LENGTH
            before = word
            if open_words:
                left_open.add(place)
                open_words -= 1
            weights.append(weight)
        return self._entry_weights(
            entry._replace(words=tuple(words)),
            tuple(weights),
            denied,
            frozenset(left_open),
            frozenset(limits),
        )

    def _entry_weights(
        self,
        entry: IndexedEntry,
        weights: tuple[float, ...],
        denied: frozenset[int] = frozenset(),
        left_open: frozenset[int] = frozenset(),
        limits: frozenset[int] = frozenset(),
    ) -> EntryWeights:
        weight_of = dict(zip(entry.words, weights, strict=True))
        if len(weight_of) < len(weights):
            weight_of = dict.fromkeys(entry.words, 0.0)
            for word, weight in zip(entry.words, weights, strict=True):
                weight_of[word] += weight
        return EntryWeights(
            entry.words,
            weights,
            weight_of,
            sum(weights),
            denied,
            left_open,
            self._is_group(entry),
            is_manifestation(entry.text) or self._is_title_of_manifestation(entry),
            limits,
            entry.words[:1] == ("unspecified",),
        )

    def _is_title_of_manifestation(self, entry: IndexedEntry) -> bool:
        return entry.kind is EntryKind.TITLE and self._vocabulary.is_manifestation(entry.node)

    def _is_group(self, entry: IndexedEntry) -> bool:
        if entry.kind is EntryKind.PLAIN:
            return self._vocabulary.is_group(entry.node)
        return self._vocabulary.is_section(entry.node)

    def _compute_word_weight(self, word: str) -> float:
        """Return the weight of a word by itself: its rarity times its share."""
        unmarked = bare(word)
        minor_weight = self._lexicon.minor_words.get(unmarked)
        if unmarked in RESIDUAL_WORDS:
            share = RESIDUAL_SHARE
        elif unmarked != word:
            share = OPTIONAL_SHARE
        elif word == "without":
            share = WITHOUT_SHARE
        elif word in UNSAID_INTENTS:
            share = UNSAID_INTENT_SHARE
        elif word in IMPLIED_WORDS:
            share = IMPLIED_SHARE
        elif word in QUALIFYING_WORDS:
            share = QUALIFYING_SHARE
        else:
            share = 1.0 if minor_weight is None else max(MINOR_WORD_SHARE, minor_weight * 0.5)
        return self._vocabulary.weight(unmarked) * share


def _range_ends(words: Iterable[str]) -> set[str]:
    """Return the words of the numbers at the ends of the ranges among some words."""
    return {end for word in words if RANGE_MARK in word for end in _NUMBERS.findall(word)}


def _denied_places(entry: IndexedEntry) -> frozenset[int]:
    """Return the positions of the words that an entry denies: `without aura`, but what is after a comma is no longer
    denied in `without aura, intractable`."""
    words = list(map(bare, entry.words))
    if DENIERS.isdisjoint(words):
        return frozenset()
    # A long descriptor has thirty parts, and mostly one of them denies.
    parts = [word_list(part) for part in _PARTS.split(fold(entry.text)) if _DENIER.search(part)]
    after = [_denied_after(part, place) for part in parts for place, word in enumerate(part) if word in DENIERS]
    markers = [place for place, word in enumerate(words) if word in DENIERS]
    return frozenset(
        place
        for marker, denied in zip(markers, after, strict=False)
        for place in range(marker + 1, min(len(words), marker + 1 + len(denied)))
        if words[place] in denied
    )


def _denied_after(words: list[str], place: int) -> list[str]:
    """Return the words that one of them denies."""
    length = 1 if words[place] in DENIERS_OF_WORD else LONGEST_DENIED
    following = words[place + 1 : place + 1 + length]
    end = next((at for at, word in enumerate(following) if word in _ENDS_OF_DENIED), len(following))
    return following[:end]
