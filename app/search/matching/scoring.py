"""How well an entry answers a query: what of the query it holds, and how much of it the query leaves unsaid."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from operator import mul
from typing import NamedTuple

from app.codes.titles import is_manifestation
from app.library.entries import EntryKind
from app.library.reading.cache import TwoGenerationCache
from app.library.tokens import INFLECTED, OPTIONAL, bare
from app.search.matching.index import FoundEntry
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.query import MatchKind, Query, Reading
from app.search.parsing.vocabulary import Vocabulary
from app.search.word_match import BEGINNING, SHORTEST_INNER, word_quality

COVERAGE_SHARE = 0.4
"""How much of the score is what the query leaves unsaid of an entry; the rest is what the entry holds of the query."""

KNOWN = 0.8
"""What that is worth besides where what was typed is a word itself: `hip` in hippocampus."""
ELSEWHERE = 0.60
"""A word that stands in the 7th characters or axes of a family, not in its title."""

KIND_FACTOR = {EntryKind.TITLE: 1.0, EntryKind.PLAIN: 0.9, EntryKind.INDEX: 0.96, EntryKind.INCLUSION: 0.99}
"""At equal words a title answers better than an inclusion term. Names of our own are often what a thing is for
(`alzheimer` for a drug, `esrd` for dialysis) and not what it is, so that they come behind a title which says a little
more than was typed, and behind an abbreviation that means a title. An Index line counts a little less than a title: it
may be of an older release, and lead to what has been divided since. With 0.93 misspelled words lose what they find."""

NAMES = (EntryKind.INDEX, EntryKind.PLAIN)

GROUP_FACTOR = 0.85
"""What a name of our own is worth besides when it leads to a section or range: a code of that name is meant first."""

NAME_LACKING = 0.88
"""What an Index line or a name of our own is worth besides when it lacks some of the words. A title that lacks a word
still says what the code is; in the Index the subterm that is not there is mostly the one that leads to another code. Of
phrases that others coded, the right code comes first 2 % more often than with 1; between 0.82 and 0.93 there is nothing
to choose."""

BEHIND_MALIGNANT = {"primary": 0.05, "secondary": 2.0}
"""What the Neoplasm Table's columns count for when they are left unsaid, times their rarity. A cancer of which nothing
else is said is the primary one, so that `primary` is as good as said, and `secondary` is not."""

NEVER_FIRST = 0.9
"""A manifestation code is never first-listed, so that it is seldom the one that is meant by its bare name."""

LITTLE_SAID = 0.08
"""What a word that means little (`unspecified`) counts for when it is left unsaid."""

OPTIONAL_SAID = 0.01
"""Likewise a word in parentheses, of which there may be six in a row."""

OPTIONAL_WHOLE = 0.6
OPTIONAL_BEGUN = 0.3
"""What a word in the parentheses of an Index line is worth as an answer, typed in full or only begun: it may be there
or not, and is not what the line is about. `Abscess (embolic) (metastatic) ..., liver` does not tell of metastases."""

FIRM = 0.4
"""What must be held outside parentheses, of the query's weight, for a text to count as one that holds all words."""

_IN_PARENTHESES = 64
"""Beyond the numbers of slots: by how much a bit is shifted that says a slot was found in parentheses."""

DENIED = 0.5
NOT_SPECIFIED = 5
"""What words count for as an answer that stand in `not specified as`, and how many these are with `specified`:
`Malignant neoplasm of liver, not specified as primary or secondary` holds the words, but says neither."""


WITHOUT_SAID = 0.03
"""`Diabetes without complications` is what is meant by the bare name, sooner than one with unspecified ones."""

AFTER_WITHOUT = 3
"""How many words `without` denies: `with aura` is not answered by `without aura`."""

SAYS_WITHOUT = frozenset({"without", "no", "not", "w/o", "non"})

RESIDUAL = frozenset({"other", "specified"})
RESIDUAL_SAID = 2.0
"""`Other hypertension` is what the list has no name for, so that it is not what the bare name means."""

NEED_NOT_BE_SAID = frozenset({"nontraumatic", "nonrheumatic", "primary", "female", "idiopathic", "one"})
NEED_NOT = 0.3
"""What is mostly the case and seldom said: `aortic stenosis` is the nonrheumatic one."""

INHERITED = frozenset({"congenital", "hereditary", "genetic", "familial"})
_SERIAL = re.compile(r"[0-9]+[a-z]?")
"""A disease with a number behind its name (`cataract 35`) is one of a series of inherited ones: these words go without
saying."""

DEFAULT_TYPE = 0.05
"""Diabetes of which no type is said is coded as type 2 (official guidelines, I.C.4.a.2)."""

_MUST_BE_SAID = """
    newborn neonatal congenital birth sequela following history personal family pregnancy childbirth puerperium maternal
    pathological periprosthetic complication postprocedural rheumatic prison military secondary underdosing
"""
MUST_BE_SAID = frozenset(_MUST_BE_SAID.split())
MUST = 1.7
"""What makes another thing of a condition: who means a personal history or a newborn says so."""

UNSPECIFIED = frozenset({"unspecified", "without"})
AFTER_UNSPECIFIED = 0.12
"""What the two words after `unspecified` or `without` count for, since they say what the code does not."""

WHOLE_COVERAGE = 0.985
WHOLE_HELD = 0.9
"""A text says what was typed and no more when but words like `unspecified` are left unsaid, and none is half typed."""

_CHANGES_OTHERS = UNSPECIFIED | {"malignant", "diabete", "not"}
"""Words that change what others of their entry tell. Most entries hold none."""


ENTRIES_WEIGHED = 1024
WORDS_WEIGHED = 8192
"""Entries and words whose weights are kept. Of entries no more than some keystrokes' worth: what is kept is walked by
the collector, and what was asked for longer ago seldom comes again."""


class Figures(NamedTuple):
    """What a score was made of: `text`, from the shares that are held and covered, times the factors, by name."""

    held: float
    coverage: float
    text: float
    factors: tuple[tuple[str, float], ...]


class Score(NamedTuple):
    """`value` 0 to 1; `readings` the reading that each slot was found by, None where it was not found in the text.

    `missing` are the slots that the entry holds nowhere; `whole` says that its text is all that was typed and no more,
    `firm` that it holds enough of it outside parentheses, `by_lexicon` that a part was found by what the lexicon says
    that it stands for, or by its corrected spelling. `figures` are there when the scorer explains.

    A tuple, since a keystroke makes hundreds: a frozen record takes four times as long to make.
    """

    value: float
    readings: tuple[Reading | None, ...]
    missing: tuple[int, ...]
    whole: bool
    firm: bool
    by_lexicon: bool
    figures: Figures | None = None


class Weighed(NamedTuple):
    """What the words of an entry tell, whatever is asked.

    `denied` are the places of words that count half as an answer, `denied_or_without` with those behind `without`,
    which do so unless that is typed.
    """

    words: tuple[str, ...]
    weights: tuple[float, ...]
    denied: frozenset[int]
    denied_or_without: frozenset[int]
    is_group: bool
    never_first: bool


class Weigher:
    """Weighs the words of entries, and keeps what it has weighed: from one keystroke to the next the same come."""

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        self._vocabulary = vocabulary
        self._lexicon = lexicon
        self._weight = lru_cache(maxsize=WORDS_WEIGHED)(self._look_at)
        self._kept: TwoGenerationCache[Weighed] = TwoGenerationCache(ENTRIES_WEIGHED)

    def weigh(self, entries: Iterable[FoundEntry]) -> dict[int, Weighed]:
        """What entries tell, by their ids."""
        by_id = {entry.id: entry for entry in entries}
        return self._kept.all_of(by_id, lambda ids: [(key, self._weigh(by_id[key])) for key in ids])

    def _weigh(self, entry: FoundEntry) -> Weighed:
        if _CHANGES_OTHERS.isdisjoint(entry.words):
            return self._weighed(entry, tuple(map(self._weight, entry.words)))
        weights: list[float] = []
        denied_places: set[int] = set()
        without_places: set[int] = set()
        of_diabetes = "diabete" in entry.words
        unspecified = 0
        denied = 0
        before = ""
        for place, word in enumerate(entry.words):
            weight = self._weight(word)
            # In `Pneumonia, unspecified organism` the organism is what is not said: the code for pneumonia as such.
            if unspecified:
                unspecified -= 1
                weight *= AFTER_UNSPECIFIED
            if word in UNSPECIFIED:
                unspecified = 2
            if before == "malignant":
                weight *= BEHIND_MALIGNANT.get(word, 1.0)
            if of_diabetes and word == "2":
                weight *= DEFAULT_TYPE
            if word == "specified" and before == "not":
                denied = NOT_SPECIFIED
            if word == "without":
                without_places.update(range(place + 1, place + 1 + AFTER_WITHOUT))
            before = word
            if denied:
                denied_places.add(place)
                denied -= 1
            weights.append(weight)
        return self._weighed(entry, tuple(weights), frozenset(denied_places), frozenset(denied_places | without_places))

    def _weighed(
        self,
        entry: FoundEntry,
        weights: tuple[float, ...],
        denied: frozenset[int] = frozenset(),
        denied_or_without: frozenset[int] = frozenset(),
    ) -> Weighed:
        return Weighed(
            entry.words,
            weights,
            denied,
            denied_or_without,
            entry.kind is EntryKind.PLAIN and self._vocabulary.is_group(entry.node),
            is_manifestation(entry.text),
        )

    def _look_at(self, word: str) -> float:
        """What a word of an entry tells."""
        stripped = bare(word)
        little = self._lexicon.minor_words.get(stripped)
        if stripped in RESIDUAL:
            share = RESIDUAL_SAID
        elif stripped != word:
            share = OPTIONAL_SAID
        elif word == "without":
            share = WITHOUT_SAID
        elif word in NEED_NOT_BE_SAID:
            share = NEED_NOT
        elif word in MUST_BE_SAID:
            share = MUST
        else:
            share = 1.0 if little is None else max(LITTLE_SAID, little * 0.5)
        return self._vocabulary.weight(stripped) * share


class _Sought(NamedTuple):
    """A word of a reading: its number, that of its slot, and whether words of an entry need only begin with it."""

    key: int
    slot: int
    word: str
    begins: bool
    known: bool


_Holds = tuple[tuple[int, int, float], ...]
"""What a word of an entry holds of the query, as (number, slot, quality)."""


_NEED_NOT = 1


class _Holdings:
    """What words of the index hold of a query: for each kind of holding a number, 0 for nothing."""

    def __init__(self, query: Query, sought: list[_Sought]) -> None:
        self._sought = sought
        self._last = len(query.slots) - 1
        self._inherited = len(query.slots) > 1 and _SERIAL.fullmatch(query.slots[-1].typed) is not None
        # A short word counts only where the entry's word begins with it, a longer one wherever it stands.
        short = {one.word for one in sought if len(one.word) < SHORTEST_INNER}
        self._short = tuple(sign + word for word in short for sign in ("", OPTIONAL, INFLECTED))
        self._long = {one.word for one in sought} - short
        self._number_of: dict[_Holds, int] = {(): 0}
        # Behind what holds nothing stands what holds nothing but goes nearly without saying.
        self.holds: list[_Holds] = [(), ()]
        # The best quality in each, and what is left of 1.
        self.best: list[float] = [0.0, 0.0]
        self.left: list[float] = [1.0, NEED_NOT / MUST]

    def ruled_out(self, words: set[str]) -> set[str]:
        """Those of some words of entries that hold nothing, whatever kind of match it would be: nearly all, which
        together take a tenth of what looking at each does."""
        left = {word for wanted in self._long for word in words if wanted in word}
        left.update([word for word in words if word.startswith(self._short)])
        if self._inherited:
            left.update([word for word in words if bare(word) in INHERITED])
        return words - left

    def look_at(self, word: str, *, in_line: bool) -> int:
        """The number of what a word of an entry holds."""
        stripped = bare(word)
        found = tuple(
            (key, slot, quality)
            for key, slot, wanted, begins, known in self._sought
            if wanted in stripped and (quality := self._quality(slot, stripped, wanted, begins, known))
        )
        if not found and self._inherited and stripped in INHERITED:
            return _NEED_NOT
        if in_line and word.startswith(OPTIONAL) and found:
            found = tuple(
                (key, slot + _IN_PARENTHESES, OPTIONAL_WHOLE if quality == 1.0 else OPTIONAL_BEGUN)
                for key, slot, quality in found
            )
        return self._numbered(found)

    def _quality(self, slot: int, word: str, wanted: str, begins: bool, known: bool) -> float:
        """How well a word is the wanted one; one that is finished begins another by chance: motor, motorcycle."""
        quality = word_quality(word, wanted, begins)
        if quality < 1.0:
            if slot < self._last:
                quality = min(quality, BEGINNING)
            if known:
                quality *= KNOWN
        return quality

    def denied(self, number: int) -> int:
        """The number of what a word holds that stands in `not specified as` or behind `without`."""
        if not self.holds[number]:
            return number
        return self._numbered(tuple((key, slot, quality * DENIED) for key, slot, quality in self.holds[number]))

    def _numbered(self, found: _Holds) -> int:
        number = self._number_of.setdefault(found, len(self.holds))
        if number == len(self.holds):
            best = max(quality for _, _, quality in found)
            self.holds.append(found)
            self.best.append(best)
            self.left.append(1.0 - best)
        return number


class _Numbers(dict[str, int]):
    """By word the number of what it holds, looked at when it first comes."""

    def __init__(self, holdings: _Holdings, *, in_line: bool) -> None:
        super().__init__()
        self._holdings = holdings
        self._in_line = in_line

    def __missing__(self, word: str) -> int:
        number = self[word] = self._holdings.look_at(word, in_line=self._in_line)
        return number


class _Held(NamedTuple):
    """What is held of the query by words that hold the same of it: of a hundred entries there are some twenty kinds."""

    share: float
    readings: tuple[Reading | None, ...]
    missing: tuple[int, ...]
    firm: bool
    all_as_typed: bool
    by_lexicon: bool


class Scorer:
    """Scores entries for one query; what a word of the index holds of it is worked out once for each word, and what
    words hold together once for each that hold the same. `explains` has every score say what it was made of."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.explains = False
        self._slots = query.slots
        self._total = sum(slot.weight for slot in query.slots) or 1.0
        # Each word of each reading has a number, by which an entry's words say what they hold of the query.
        sought: list[_Sought] = []
        self._readings: list[list[tuple[Reading, tuple[int, ...]]]] = []
        for number, slot in enumerate(query.slots):
            numbered: list[tuple[Reading, tuple[int, ...]]] = []
            for reading in slot.readings:
                first = len(sought)
                sought += [
                    _Sought(first + at, number, word, reading.begins, reading.known)
                    for at, word in enumerate(reading.words)
                ]
                numbered.append((reading, tuple(range(first, len(sought)))))
            self._readings.append(numbered)
        self._holdings = _Holdings(query, sought)
        self._says_without = not SAYS_WITHOUT.isdisjoint(slot.typed for slot in query.slots)
        self._known = _Numbers(self._holdings, in_line=False)
        self._known_in_lines = _Numbers(self._holdings, in_line=True)
        self._together: dict[tuple[tuple[int, ...], int], _Held] = {}

    def expect(self, entries: Iterable[Weighed]) -> None:
        """Looks through the words of entries that are to be scored, which for all at once is quicker."""
        words = set(chain.from_iterable([entry.words for entry in entries])).difference(self._known)
        nothing = dict.fromkeys(self._holdings.ruled_out(words), 0)
        self._known.update(nothing)
        self._known_in_lines.update(nothing)

    def score(self, entry: FoundEntry, weighed: Weighed, held: int) -> Score:
        """`held` has a bit set for each slot that the index found the entry by, wherever its word stands."""
        kind = entry.kind
        known = self._known_in_lines if kind is EntryKind.INDEX else self._known
        numbers = list(map(known.__getitem__, weighed.words))
        denied = weighed.denied if self._says_without else weighed.denied_or_without
        if denied:
            numbers = [self._holdings.denied(one) if place in denied else one for place, one in enumerate(numbers)]
        found = (tuple(filter(None, numbers)), held)
        together = self._together.get(found)
        if together is None:
            together = self._together[found] = self._held_together(*found)
        share, readings, missing, firm, all_as_typed, by_lexicon = together
        said = sum(map(mul, weighed.weights, map(self._holdings.best.__getitem__, numbers)))
        unsaid = sum(map(mul, weighed.weights, map(self._holdings.left.__getitem__, numbers)))
        coverage = said / (said + unsaid) if said + unsaid else 0.0
        value = share * (1.0 - COVERAGE_SHARE + COVERAGE_SHARE * coverage) * KIND_FACTOR[kind]
        if missing and kind in NAMES:
            value *= NAME_LACKING
        if weighed.is_group:
            value *= GROUP_FACTOR
        if weighed.never_first:
            value *= NEVER_FIRST
        whole = all_as_typed and coverage > WHOLE_COVERAGE and share > WHOLE_HELD and kind is not EntryKind.PLAIN
        figures = None
        if self.explains:
            factors = (
                ("kind", KIND_FACTOR[kind], True),
                ("lacks words", NAME_LACKING, bool(missing) and kind in NAMES),
                ("leads to a group", GROUP_FACTOR, weighed.is_group),
                ("never first", NEVER_FIRST, weighed.never_first),
            )
            text = share * (1.0 - COVERAGE_SHARE + COVERAGE_SHARE * coverage)
            figures = Figures(share, coverage, text, tuple((name, by) for name, by, holds in factors if holds))
        return Score(value, readings, missing, whole, firm, by_lexicon, figures)

    def _held_together(self, numbers: tuple[int, ...], held: int) -> _Held:
        """What words hold together of each slot, and all in all."""
        qualities: dict[int, float] = {}
        touched = 0
        for number in numbers:
            for key, slot, quality in self._holdings.holds[number]:
                touched |= 1 << slot
                if quality > qualities.get(key, 0.0):
                    qualities[key] = quality
        total = 0.0
        firmly = 0.0
        only_begun = False
        readings: list[Reading | None] = []
        missing: list[int] = []
        for number, slot in enumerate(self._slots):
            bit = 1 << number
            elsewhere = ELSEWHERE if held & bit else 0.0
            if touched & bit:
                value, by = self._best_reading(number, qualities, elsewhere)
                firmly += slot.weight
            elif touched & (bit << _IN_PARENTHESES):
                value, by = self._best_reading(number, qualities, 0.0)
                value = value or elsewhere
                only_begun = only_begun or value <= OPTIONAL_BEGUN
            else:
                value, by = elsewhere, None
                firmly += slot.weight if value else 0.0
            if not value and not slot.free:
                missing.append(number)
            readings.append(by)
            total += slot.weight * value
        return _Held(
            share=total / self._total,
            readings=tuple(readings),
            missing=tuple(missing),
            firm=firmly >= FIRM * self._total and not only_begun,
            all_as_typed=all(by is not None and by.kind is MatchKind.TITLE for by in readings),
            by_lexicon=any(by is not None and by.kind is not MatchKind.TITLE for by in readings),
        )

    def _best_reading(self, number: int, qualities: dict[int, float], elsewhere: float) -> tuple[float, Reading | None]:
        """The reading by which the text holds a slot best; words that it does not hold itself count `elsewhere`."""
        best, by = elsewhere, None
        for reading, keys in self._readings[number]:
            product = reading.quality
            held_here = False
            for key in keys:
                quality = qualities.get(key, 0.0)
                held_here = held_here or quality > 0.0
                product *= quality or elsewhere
            if held_here and product and (by is None or product > best):
                best, by = product, reading
        return best, by
