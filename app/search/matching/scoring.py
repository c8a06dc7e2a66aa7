"""Scores of entries: the share of the query that an entry holds, and the share of the entry that the query says."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from app.library.entries import EntryKind
from app.library.tokens import OPTIONAL
from app.search.matching.entry_weights import EntryWeights
from app.search.matching.index import IndexedEntry
from app.search.matching.word_matches import (
    CONTRADICTED,
    IN_PARENTHESES,
    NO_MATCH,
    OPPOSITE,
    OPTIONAL_BEGUN,
    SIDES,
    QueryWord,
    WordMatcher,
)
from app.search.parsing.polarity import of_words
from app.search.parsing.query import MatchKind, Polarity, Query, Reading

COVERAGE_SHARE = 0.4
"""The share of the score that depends on how much of the entry the query says; the rest is how much of the query the
entry holds."""

ELSEWHERE_QUALITY = 0.60
"""The quality of a word that stands in the 7th characters or axes of a family, not in its title."""

KIND_FACTOR = {EntryKind.TITLE: 1.0, EntryKind.PLAIN: 0.9, EntryKind.INDEX: 0.96, EntryKind.INCLUSION: 0.985}
"""With equal words a title answers better than an inclusion term. Names of our own often say what a thing is for
(`alzheimer` for a drug, `esrd` for dialysis) and not what it is, so that they come after a title which says a little
more than was typed, and after an abbreviation that means a title. An Index line counts a little less than a title: it
may be of an older release, and lead to a code that has been divided since. With 0.93 for it, misspelled words lose
right codes."""

LOOSE_KINDS = (EntryKind.INDEX, EntryKind.PLAIN)
"""Kinds of entries that mean something else when they lack a word."""

GROUP_FACTOR = 0.85
"""The factor for a name of our own that leads to a section or range, and for a chapter or section of ICD-10-CM: a code
of that name is meant first. A chart says `glaucoma`, H40, and no range of categories."""

LACKING_FACTOR = 0.88
"""The factor for an Index line or a name of our own that lacks some of the words. A title that lacks a word still says
what the code is; in the Index the missing subterm is mostly the one that leads to another code. Of phrases that others
coded, the right code comes first 2 % more often than with 1; from 0.82 to 0.93 the results are the same."""

CONTRADICTED_FACTOR = 0.8
"""The factor for an entry that says another side, stage or type than was typed, and not that one."""

OPEN_KIND_FACTOR = 0.83
"""The factor for `Unspecified ...` that lacks a word: a text that says a kind does not mean the code which leaves the
kind open, but one of those beside it."""

KIND_WEIGHT = 3.0
"""The weight from which a word says a kind: that of an unknown word. `disease` weighs less."""

NEVER_FIRST_FACTOR = 0.9
"""A manifestation code is never first-listed, so that its bare name seldom means it."""

FIRM_SHARE = 0.4
"""The share of the query's weight that must match outside parentheses for a text to count as one that holds all
words."""

BEGUN_ABBREVIATION = 0.3
"""The factor for a word that only begins with a typed abbreviation: `MI` of chest pain is no micturition."""

MEANT_BEGUN = 0.7
"""The value of an entry that says little more than was typed, so that a word in it is what was begun, and no
abbreviation: `fracture fe` is of the femur."""

LONGEST_BEGUN = 3
"""Letters of an abbreviation that begins words by chance."""

NO_SIDES = frozenset[str]()

WHOLE_COVERAGE = 0.985
WHOLE_HELD = 0.9
"""The least coverage and share at which a text says just what was typed: the query leaves only words like `unspecified`
unsaid, and no word is half typed."""

SAME_COVERAGE = 0.95
SAME_HELD = 0.85
"""The least coverage and share at which it says that in other words: synonyms, or `unspecified` beside one word."""


SIGNIFICANT = 12
"""Decimals of a value that count."""


class Figures(NamedTuple):
    """The figures of a score: `text`, from the shares that are held and covered, times the factors, by name."""

    held_share: float
    coverage: float
    text: float
    factors: tuple[tuple[str, float], ...]


class Score(NamedTuple):
    """A score: `value`, 0 to 1, and the reading that each slot matched by, None for a slot without match in the text.

    `missing` are the slots that the entry holds nowhere; `is_whole` says that its text is all that was typed and no
    more, `says_no_more` the same of what was typed in other words, `firm` that it holds enough of the query outside
    parentheses, `by_lexicon` that a part matched by a meaning of the lexicon or by corrected spelling, `says_opposite`
    that the text denies a word which the query affirms, or the other way round. `figures` are there when the scorer
    explains.

    A tuple, since a keystroke makes hundreds: a frozen record takes four times as long to make.
    """

    value: float
    readings: tuple[Reading | None, ...]
    missing: tuple[int, ...]
    is_whole: bool
    firm: bool
    by_lexicon: bool
    says_no_more: bool = False
    says_opposite: bool = False
    figures: Figures | None = None


class _SlotMatches(NamedTuple):
    """The match of all slots with a text. Entries whose words match alike share it: of a hundred entries there are some
    twenty different ones.

    `begun` is the part of the share by words that only begin with a typed abbreviation, as far as it may be chance.
    """

    share: float
    readings: tuple[Reading | None, ...]
    missing: tuple[int, ...]
    firm: bool
    begun: float
    contradicted: bool
    all_as_typed: bool
    by_lexicon: bool
    says_opposite: bool


class Scorer:
    """Scores entries for one query. The match of a word of the index is computed once for each word, that of a set of
    words once for all entries that match alike. With `explains` every score carries its figures."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.explains = False
        self._slots = query.slots
        self._total = sum(slot.weight for slot in query.slots) or 1.0
        # Each word of each reading has a number, by which the matches of an entry's words name it.
        query_words: list[QueryWord] = []
        self._readings: list[list[tuple[Reading, tuple[int, ...]]]] = []
        for number, slot in enumerate(query.slots):
            numbered: list[tuple[Reading, tuple[int, ...]]] = []
            for reading in slot.readings:
                first = len(query_words)
                query_words += [
                    QueryWord(
                        first + at,
                        number,
                        word,
                        reading.begins,
                        reading.is_word,
                        slot.number_of,
                        SIDES.get(word, NO_SIDES),
                        polarity,
                    )
                    for at, (word, polarity) in enumerate(zip(reading.words, of_words(slot, reading), strict=True))
                ]
                numbered.append((reading, tuple(range(first, len(query_words)))))
            self._readings.append(numbered)
        self._matcher = WordMatcher(query, query_words)
        self._abbreviated = {
            number
            for number, slot in enumerate(query.slots)
            if len(query.slots) > 1
            and len(slot.typed) <= LONGEST_BEGUN
            and any(reading.kind is MatchKind.ABBREVIATION for reading in slot.readings)
        }
        self._says_kind = {
            number
            for number, slot in enumerate(query.slots)
            if slot.weight >= KIND_WEIGHT and not (slot.is_site or slot.is_side)
        }
        self._denies = any(query_word.polarity is Polarity.DENIED for query_word in query_words)
        self._says_than = any(
            slot.typed in ("than", "less", "greater", "more", "over", "under") for slot in query.slots
        )
        self._seen: set[str] = set()
        # The numbers of the matches of words that match, in texts and in lines of the Index: few words do.
        self._in_texts: dict[str, int] = {}
        self._in_lines: dict[str, int] = {}
        self._slot_matches: dict[tuple[frozenset[int], int], _SlotMatches] = {}

    def expect(self, entries: Iterable[EntryWeights]) -> None:
        """Match the words of entries that are going to be scored, all at once, which is faster than one by one."""
        words = set(chain.from_iterable([entry.weight_of for entry in entries])) - self._seen
        self._seen |= words
        for word in self._matcher.possible(words):
            number = self._matcher.number(word, in_line=False)
            if number != NO_MATCH:
                self._in_texts[word] = number
                self._in_lines[word] = self._matcher.number(word, in_line=True)

    def score(self, entry: IndexedEntry, weights: EntryWeights, slot_bits: int) -> Score:
        """Return the score of an entry that is expected; `slot_bits` has a bit set for each slot by which the index
        found the entry, in its text or elsewhere."""
        kind = entry.kind
        number_of = self._in_lines if kind is EntryKind.INDEX else self._in_texts
        weight_of = weights.weight_of
        matched = [(number_of[word], weight_of[word]) for word in number_of.keys() & weight_of.keys()]
        if self._denies or weights.denied or weights.left_open or weights.limits:
            matched = self._with_polarities(number_of, weights)
        key = (frozenset([number for number, _ in matched]), slot_bits)
        slot_matches = self._slot_matches.get(key)
        if slot_matches is None:
            slot_matches = self._slot_matches[key] = self._match_slots(*key)
        share, readings, missing, firm, begun, contradicted, all_as_typed, by_lexicon, says_opposite = slot_matches
        covered = 0.0
        uncovered = weights.total
        for number, weight in matched:
            covered += weight * self._matcher.best[number]
            uncovered -= weight * (1.0 - self._matcher.uncovered[number])
        # What is left of the sum may be a little below zero, since the parts of it are rounded.
        coverage = covered / (covered + max(uncovered, 0.0)) if covered or uncovered > 0.0 else 0.0
        value = share * (1.0 - COVERAGE_SHARE + COVERAGE_SHARE * coverage) * KIND_FACTOR[kind]
        if begun and value < MEANT_BEGUN:
            value *= 1.0 - begun / share
            firm = False
        if missing and kind in LOOSE_KINDS:
            value *= LACKING_FACTOR
        if contradicted:
            value *= CONTRADICTED_FACTOR
        says_no_more = coverage > SAME_COVERAGE and share > SAME_HELD and kind is not EntryKind.PLAIN
        # A section that says more than was typed is found for what it holds, and stands before its codes.
        is_group = weights.is_group and (says_no_more or kind is EntryKind.PLAIN)
        if is_group:
            value *= GROUP_FACTOR
        if weights.never_first:
            value *= NEVER_FIRST_FACTOR
        lacks_kind = weights.leaves_kind_open and not self._says_kind.isdisjoint(missing)
        if lacks_kind:
            value *= OPEN_KIND_FACTOR
        is_whole = says_no_more and all_as_typed and coverage > WHOLE_COVERAGE and share > WHOLE_HELD and not is_group
        if is_whole and kind is EntryKind.INCLUSION:
            # `Syphilis (late)` is one kind of it.
            is_whole = not any(word.startswith(OPTIONAL) for word in weights.words)
        figures = _figures(kind, weights, slot_matches, coverage, is_group, lacks_kind) if self.explains else None
        # Sums of the same weights in another order differ in the last digits; equal values are ordered by entry.
        value = round(value, SIGNIFICANT)
        return Score(value, readings, missing, is_whole, firm, by_lexicon, says_no_more, says_opposite, figures)

    def _with_polarities(self, number_of: Mapping[str, int], weights: EntryWeights) -> list[tuple[int, float]]:
        """Return the number of the match and the weight of each word that matches, for an entry that denies words or
        leaves them open, or a query that denies some."""
        left_open = weights.left_open if self._says_than else weights.left_open | weights.limits
        matched: list[tuple[int, float]] = []
        for place, (word, weight) in enumerate(zip(weights.words, weights.weights, strict=True)):
            if word in number_of:
                number = self._matcher.of_polarity(number_of[word], denied=place in weights.denied)
                matched.append((self._matcher.of_open(number) if place in left_open else number, weight))
        return matched

    def _match_slots(self, numbers: frozenset[int], slot_bits: int) -> _SlotMatches:
        """Return the match of each slot with words, given by the numbers of their matches, and the sum of all."""
        qualities: dict[int, float] = {}
        touched = 0
        for number in numbers:
            for key, slot, quality in self._matcher.matches[number]:
                touched |= 1 << slot
                if quality > qualities.get(key, 0.0):
                    qualities[key] = quality
        total = 0.0
        firm_weight = 0.0
        begun = 0.0
        only_begun = False
        contradicted = says_opposite = False
        readings: list[Reading | None] = []
        missing: list[int] = []
        for number, slot in enumerate(self._slots):
            bit = 1 << number
            elsewhere = ELSEWHERE_QUALITY if slot_bits & bit else 0.0
            if touched & (bit << CONTRADICTED) and not touched & bit:
                contradicted = True
                elsewhere = 0.0
            is_opposite = touched & (bit << OPPOSITE) != 0
            if is_opposite:
                elsewhere = 0.0
            if touched & bit:
                value, reading = self._best_reading(number, qualities, elsewhere)
                firm_weight += slot.weight
                # Who types an abbreviation means it: what only begins with it matches by chance.
                by_title = reading is not None and reading.kind is MatchKind.TITLE
                if by_title and value < 1.0 and number in self._abbreviated:
                    begun += slot.weight * value * (1.0 - BEGUN_ABBREVIATION)
            elif touched & (bit << IN_PARENTHESES):
                value, reading = self._best_reading(number, qualities, 0.0)
                value = value or elsewhere
                only_begun = only_begun or value <= OPTIONAL_BEGUN
            else:
                value, reading = elsewhere, None
                firm_weight += slot.weight if value else 0.0
            if not value and not slot.free:
                missing.append(number)
                says_opposite = says_opposite or is_opposite
            readings.append(reading)
            total += slot.weight * value
        return _SlotMatches(
            share=total / self._total,
            readings=tuple(readings),
            missing=tuple(missing),
            firm=firm_weight >= FIRM_SHARE * self._total and not only_begun and not (contradicted and missing),
            begun=begun / self._total,
            contradicted=contradicted,
            all_as_typed=all(
                reading.kind is MatchKind.TITLE if reading is not None else slot.free
                for reading, slot in zip(readings, self._slots, strict=True)
            ),
            by_lexicon=any(reading is not None and reading.kind is not MatchKind.TITLE for reading in readings),
            says_opposite=says_opposite,
        )

    def _best_reading(self, number: int, qualities: dict[int, float], elsewhere: float) -> tuple[float, Reading | None]:
        """Return the reading by which the text matches a slot best, with its quality; words that the text itself lacks
        count `elsewhere`."""
        best, best_reading = elsewhere, None
        for reading, keys in self._readings[number]:
            product = reading.quality
            in_text = False
            for key in keys:
                quality = qualities.get(key, 0.0)
                in_text = in_text or quality > 0.0
                product *= quality or elsewhere
            if in_text and product and (best_reading is None or product > best):
                best, best_reading = product, reading
        return best, best_reading


def _figures(
    kind: EntryKind,
    weights: EntryWeights,
    slot_matches: _SlotMatches,
    coverage: float,
    is_group: bool,
    lacks_kind: bool,
) -> Figures:
    """Return the figures of a score, for a question that wants them explained."""
    factors = (
        ("kind", KIND_FACTOR[kind], True),
        ("lacks words", LACKING_FACTOR, bool(slot_matches.missing) and kind in LOOSE_KINDS),
        ("contradicts", CONTRADICTED_FACTOR, slot_matches.contradicted),
        ("leads to a group", GROUP_FACTOR, is_group),
        ("never first", NEVER_FIRST_FACTOR, weights.never_first),
        ("leaves the kind open", OPEN_KIND_FACTOR, lacks_kind),
    )
    text = slot_matches.share * (1.0 - COVERAGE_SHARE + COVERAGE_SHARE * coverage)
    applied = tuple((name, factor) for name, factor, applies in factors if applies)
    return Figures(slot_matches.share, coverage, text, applied)
