"""How well an entry answers a query: what of the query it holds, and how much of it the query leaves unsaid."""

from dataclasses import dataclass

from app.codes.titles import is_manifestation
from app.library.entries import EntryKind
from app.library.words import OPTIONAL
from app.search.index import FoundEntry
from app.search.lexicon import Lexicon
from app.search.query import Query, Reading
from app.search.records import MatchKind
from app.search.vocabulary import Vocabulary

COVERAGE_SHARE = 0.4
"""How much of the score is what the query leaves unsaid of an entry; the rest is what the entry holds of the query."""

BEGINNING = 0.80
"""A word that only begins with what was typed, when little of it was typed ..."""
BEGINNING_GAIN = 0.18
"""... and what it gains as more of it is typed."""
PART = 0.82
"""A compound that ends in what was typed: polyneuropathy for neuropathy."""
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


RESIDUAL = frozenset({"other", "specified"})
RESIDUAL_SAID = 0.5
"""`Other hypertension` is what the list has no name for, so that it is not what the bare name means."""

UNSPECIFIED = frozenset({"unspecified", "without"})
AFTER_UNSPECIFIED = 0.12
"""What the two words after `unspecified` or `without` count for, since they say what the code does not."""

WHOLE_COVERAGE = 0.985
WHOLE_HELD = 0.9
"""A text says what was typed and no more when but words like `unspecified` are left unsaid, and none is half typed."""

SHORTEST_INNER = 5
"""A shorter text inside a word is chance: `arti` in cartilage."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a score was made of: `text`, from the shares that are held and covered, times the factors, by name."""

    held: float
    coverage: float
    text: float
    factors: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """`value` 0 to 1; `readings` the reading that each slot was found by, None where it was not found in the text.

    `missing` are the slots that the entry holds nowhere; `whole` says that its text is all that was typed and no more,
    `firm` that it holds enough of it outside parentheses. `figures` are there when the scorer explains.
    """

    value: float
    readings: tuple[Reading | None, ...]
    missing: tuple[int, ...]
    whole: bool
    firm: bool
    figures: Figures | None = None

    @property
    def by_lexicon(self) -> bool:
        """Whether a part was found by what the lexicon says that it stands for."""
        return any(by is not None and by.kind is not MatchKind.TITLE for by in self.readings)


class Scorer:
    """Scores entries for one query; what a word of the index is worth is worked out once for each word.

    `explains` has every score say what it was made of.
    """

    def __init__(self, query: Query, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        self.explains = False
        self._slots = query.slots
        self._vocabulary = vocabulary
        self._lexicon = lexicon
        self._total = sum(slot.weight for slot in query.slots) or 1.0
        # Each word of each reading has a number, by which an entry's words say what they hold of the query.
        self._sought: list[tuple[int, int, str, bool]] = []
        self._readings: list[list[tuple[Reading, tuple[int, ...]]]] = []
        for number, slot in enumerate(query.slots):
            numbered: list[tuple[Reading, tuple[int, ...]]] = []
            for reading in slot.readings:
                first = len(self._sought)
                self._sought += [(first + at, number, word, reading.begins) for at, word in enumerate(reading.words)]
                numbered.append((reading, tuple(range(first, len(self._sought)))))
            self._readings.append(numbered)
        self._known: dict[str, tuple[float, tuple[tuple[int, int, float], ...]]] = {}
        self._known_in_lines: dict[str, tuple[float, tuple[tuple[int, int, float], ...]]] = {}

    def score(self, entry: FoundEntry, held: int) -> Score:
        """`held` has a bit set for each slot that the index found the entry by, wherever its word stands."""
        qualities: dict[int, float] = {}
        touched = 0
        said = 0.0
        unsaid = 0.0
        unspecified = 0
        denied = 0
        before = ""
        in_line = entry.kind is EntryKind.INDEX
        known = self._known_in_lines if in_line else self._known
        for word in entry.words:
            weight, found = known.get(word) or self._look_at(word, in_line=in_line)
            # In `Pneumonia, unspecified organism` the organism is what is not said: the code for pneumonia as such.
            if unspecified:
                unspecified -= 1
                weight *= AFTER_UNSPECIFIED
            if word in UNSPECIFIED:
                unspecified = 2
            if before == "malignant":
                weight *= BEHIND_MALIGNANT.get(word, 1.0)
            if word == "specified" and before == "not":
                denied = NOT_SPECIFIED
            before = word
            best = 0.0
            for key, slot, quality in found:
                touched |= 1 << slot
                if denied:
                    quality *= DENIED
                if quality > qualities.get(key, 0.0):
                    qualities[key] = quality
                if quality > best:
                    best = quality
            if denied:
                denied -= 1
            said += weight * best
            unsaid += weight * (1.0 - best)
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
        held_share = total / self._total
        coverage = said / (said + unsaid) if said + unsaid else 0.0
        value = held_share * (1.0 - COVERAGE_SHARE + COVERAGE_SHARE * coverage) * KIND_FACTOR[entry.kind]
        if missing and entry.kind in NAMES:
            value *= NAME_LACKING
        if entry.kind is EntryKind.PLAIN and self._vocabulary.is_group(entry.node):
            value *= GROUP_FACTOR
        if is_manifestation(entry.text):
            value *= NEVER_FIRST
        whole = coverage > WHOLE_COVERAGE and held_share > WHOLE_HELD and entry.kind is not EntryKind.PLAIN
        as_typed = whole and all(by is not None and by.kind is MatchKind.TITLE for by in readings)
        firm = firmly >= FIRM * self._total and not only_begun
        figures = None
        if self.explains:
            factors = (
                ("kind", KIND_FACTOR[entry.kind], True),
                ("lacks words", NAME_LACKING, bool(missing) and entry.kind in NAMES),
                (
                    "leads to a group",
                    GROUP_FACTOR,
                    entry.kind is EntryKind.PLAIN and self._vocabulary.is_group(entry.node),
                ),
                ("never first", NEVER_FIRST, is_manifestation(entry.text)),
            )
            text = held_share * (1.0 - COVERAGE_SHARE + COVERAGE_SHARE * coverage)
            figures = Figures(held_share, coverage, text, tuple((name, by) for name, by, holds in factors if holds))
        return Score(value, tuple(readings), tuple(missing), as_typed, firm, figures)

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

    def _look_at(self, word: str, *, in_line: bool) -> tuple[float, tuple[tuple[int, int, float], ...]]:
        """A word of an entry: what it tells, and what it holds of the query, as (number, slot, quality).

        Kept for the next entry that holds it: a few hundred entries share a few hundred words.
        """
        bare = word.removeprefix(OPTIONAL)
        little = self._lexicon.little.get(bare)
        if bare in RESIDUAL:
            share = RESIDUAL_SAID
        elif bare != word:
            share = OPTIONAL_SAID
        else:
            share = 1.0 if little is None else max(LITTLE_SAID, little * 0.5)
        weight = self._vocabulary.weight(bare) * share
        found = tuple(
            (key, slot, quality)
            for key, slot, wanted, begins in self._sought
            # Whatever kind of match it is, the word has the wanted one in it: most are ruled out here.
            if wanted in bare and (quality := word_quality(bare, wanted, begins))
        )
        if in_line and bare is not word and found:
            found = tuple(
                (key, slot + _IN_PARENTHESES, OPTIONAL_WHOLE if quality == 1.0 else OPTIONAL_BEGUN)
                for key, slot, quality in found
            )
        (self._known_in_lines if in_line else self._known)[word] = weight, found
        return weight, found


def word_quality(word: str, wanted: str, begins: bool) -> float:
    """How well a word of an entry is the wanted one: 1 when it is, 0 when it is not at all."""
    if word == wanted:
        return 1.0
    if begins and word.startswith(wanted):
        return BEGINNING + BEGINNING_GAIN * len(wanted) / len(word)
    if len(wanted) >= SHORTEST_INNER and (word.endswith(wanted) or (begins and wanted in word)):
        return PART
    return 0.0
