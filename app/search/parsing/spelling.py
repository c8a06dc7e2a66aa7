"""Words of the index that a misspelling may mean: near in letters and sound, commoner words first."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import islice, takewhile
from typing import NamedTuple

from app.library.sounds import sounds, spoken, syllables
from app.library.tokens import singular
from app.search.drug_endings import DRUG_ENDINGS
from app.search.parsing.vocabulary import PREFIX_END, Vocabulary

SHORTEST_CORRECTED = 4
"""Shorter words are within one letter of dozens of others."""

SHORTEST_BEGINNING = 6
LONG_BEGINNING = 8
"""Likewise for a text that is still typed, and compared with the beginnings of words: a short one must sound alike."""

MISTAKES_BY_LENGTH = ((5, 1), (9, 2))
MOST_MISTAKES = 3
"""Words of fewer than 5 letters may hold 1 mistake, of fewer than 9 letters 2, longer ones 3; one more if their
consonants sound the same, and two if their vowels do too: `emfizema`."""

MOST_COMPARED = 400
"""The most words, nearest in letters first, that are compared in sound."""

FREQUENCY = 0.15
"""The gain in mistakes of a word that is e times as common as another: a typed word is mostly a common one."""

FIRST_SOUND = 0.7
"""The extra cost of another first sound: people hardly ever mistake it, apart from silent letters (`nuemonia`)."""

CLEARLY_NEARER = 0.5
"""A correction that is nearer than the next by this many mistakes is the word that was meant."""

STILL_NEAR = 1.5
"""A correction that is further than the nearest one by less than this may be meant, if the other words agree."""

MOST_MISTAKES_IF_CERTAIN = 4
MOST_MISTAKES_IF_BEGUN = 3
"""With more mistakes than this, in letters and sound, a word is hardly a slip: `fluvorexin` is not Fluvirin. Fewer
still for a text that is compared with the beginnings of words: `dexibrine` does not begin defibrination."""

MOST_CORRECTIONS = 3

CORRECTIONS_CACHED = 512
"""Words whose corrections are remembered: those of some thousand keystrokes. Twice as many save one correction in a
hundred."""

BEGINNINGS_CACHED = 8192
"""Beginnings of words whose sounds are remembered: all those with the first letter of a misspelling are compared."""

SAME_SPOKEN = 1.5
"""The most mistakes of a word that sounds the same, vowels included: `cirrhosis` is nearer to `sirosis` than `xerosis`
is."""

COMMON = 1 / 13000
"""A short word in a smaller share of the entries than this is not even offered, since most are abbreviations; nor is
the beginning of such a word, since most are names of drugs."""


class Weights(NamedTuple):
    """Weights of what speaks for and against a word that is near a typed one; it is certain if their sum is above 0.

    They are those of a logistic regression, rounded, over the words near 7,800 misspellings of the index's words, 6,500
    names of people and 5,000 other words that the index lacks. `start` is the sum before anything is known.
    """

    start: float = -0.45
    letter: float = -2.3
    """For each mistake in letters; a word that sounds the same has at most SAME_SPOKEN."""
    sound: float = -0.55
    """For each mistake in consonants, as they sound."""
    same_spoken: float = 0.55
    """All sounds the same, vowels included: `sirosis`."""
    length: float = 0.73
    """For each typed letter, up to ten: a long word is near few others."""
    frequency: float = 0.31
    """For each e times that the word is commoner than one in every entry: a loss, since none is."""
    first_sound: float = -0.95
    """The first sounds differ."""
    last_letter: float = -1.2
    """The last letters differ: `humana`, of human."""
    exchanged: float = 3.55
    """The same letters in another order: `nkee`."""
    lacking: float = 2.35
    """All typed letters in their order, and more: `astma`."""
    beginning: float = 0.4
    """For each letter at the beginning that is the same, up to four."""
    lead: float = 1.4
    """For each mistake by which it is nearer than any other word but its own forms, up to LARGEST_LEAD."""
    name: float = -2.7
    """The name of a drug or a person: hundreds differ by a letter, and one that is unknown is none of the others."""


NAME, WORD = "name", "word"
"""Kinds of right words: the name of a person, and a word of English."""

WEIGHTS = Weights()
LONG = 10
SAME_BEGINNING = 4
LARGEST_LEAD = 2.5

SHARED_ENDS = 3
"""Letters at the beginning and at the end in which the misspelled long name of a drug agrees with what is meant."""


class Correction(NamedTuple):
    """A word that may be meant: its distance from the typed one in letters and sound, and that distance less the gain
    for its frequency. If its `certainty` is above 0, hardly anything else can be meant; if not, the word is no more
    than an offer unless other typed words agree with it."""

    text: str
    mistakes: float
    cost: float
    certainty: float

    @property
    def certain(self) -> bool:
        """True if the word is to be read without asking."""
        return self.certainty > 0


class _Near(NamedTuple):
    """A word near a typed one: what was compared, letters of the typed and of the found word, both distances, and the
    cost of a correction."""

    text: str
    typed: str
    written: str
    letters: int
    sounds: int
    same_first_sound: bool
    same_spoken: bool
    mistakes: float
    cost: float


class Speller:
    """Corrects words by the vocabulary of the index.

    No correction is certain for which `is_doubtful` is true, or of a word that is spelled right; one to a name, such as
    those for which `is_drug` is true, only if the two sound the same.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        is_doubtful: Callable[[str], bool] = lambda _: False,
        is_drug: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._vocabulary = vocabulary
        self._is_doubtful = is_doubtful
        self._is_drug = is_drug
        self._by_sound: list[str] = []
        self._sounds: list[str] = []
        self._sound_of: dict[str, str] = {}
        self._words: list[str] = []
        self._lengths: list[int] = []
        self._right_words: dict[str, str] = {}
        self.corrections = lru_cache(maxsize=CORRECTIONS_CACHED)(self._corrections)

    def _load(self) -> None:
        self._by_sound, self._sounds = self._vocabulary.spelled_words()
        self._sound_of = dict(zip(self._by_sound, self._sounds, strict=True))
        self._words = sorted(self._by_sound, key=len)
        self._lengths = list(map(len, self._words))
        self._right_words = self._vocabulary.right_words()

    def _corrections(self, word: str, unfinished: bool = False) -> tuple[Correction, ...]:
        """Return the words that a folded word may mean, likeliest first, at most three and no far ones.

        Mistakes are counted in letters (a transposition is one) and in sound. An `unfinished` word that is certainly
        no full word is compared with the beginnings of words.
        """
        if len(word) < SHORTEST_CORRECTED or not word.isalpha() or len(set(word)) == 1:
            return ()
        if not self._words:
            self._load()
        corrections = self._ordered(word, self._near(word))
        if unfinished and len(word) >= SHORTEST_BEGINNING and not (corrections and corrections[0].certain):
            begun = self._ordered(word, self._near_beginnings(word))
            if begun and begun[0].certain and begun[0].mistakes <= MOST_MISTAKES_IF_BEGUN:
                return begun
        return corrections

    def has_sound_of(self, word: str) -> bool:
        """Return whether a word that may be meant sounds like a folded word."""
        if not self._words:
            self._load()
        sound = sounds(word)
        place = bisect_left(self._sounds, sound)
        return place < len(self._sounds) and self._sounds[place] == sound

    def is_right(self, word: str) -> bool:
        """Return whether a word that the index lacks is spelled right: a word of English or of a phrase of the lexicon,
        or a name."""
        if word in self._vocabulary:
            return False
        return any(form in self._right_words or form in self._sound_of for form in (word, singular(word)))

    def is_right_word(self, word: str) -> bool:
        """Return whether a word is one of English that is spelled right, though the index may lack it."""
        return any(self._right_words.get(form) == WORD for form in (word, singular(word)))

    def is_name(self, word: str) -> bool:
        """Return whether a word is the name of a person or a place."""
        if not self._words:
            self._load()
        return any(self._right_words.get(form) == NAME for form in (word, singular(word)))

    def _ordered(self, word: str, near: Iterable[_Near]) -> tuple[Correction, ...]:
        likeliest: dict[str, _Near] = {}
        for found in sorted(near, key=lambda found: (found.cost, found.text)):
            if found.text not in (word, singular(word)):
                likeliest.setdefault(found.text, found)
        ordered = list(likeliest.values())
        is_right = self.is_right(word)
        corrections = filter(None, (self._correction(found, ordered, is_right=is_right) for found in ordered))
        nearest = list(islice(corrections, MOST_CORRECTIONS))
        return tuple(correction for correction in nearest if correction.cost - nearest[0].cost < STILL_NEAR)

    def _near(self, word: str) -> list[_Near]:
        """Return the words within a number of mistakes in letters, one more for those of the same sound."""
        # The plural of a word whose misspelled ending was not recognized: `diabetis`.
        typed_forms = dict.fromkeys((word, singular(word), word[:-1]) if word.endswith("s") else (word,))
        near: list[_Near] = []
        for typed in typed_forms:
            mistakes = _mistakes(typed)
            low = bisect_left(self._lengths, len(typed) - mistakes)
            high = bisect_right(self._lengths, len(typed) + mistakes)
            typed_sound = sounds(typed)
            distances = dict(_nearest(typed, self._words[low:high], mistakes))
            alike = self._by_sound[bisect_left(self._sounds, typed_sound) : bisect_right(self._sounds, typed_sound)]
            alike_spoken = spoken(typed)
            for text, letters in _nearest(typed, alike, mistakes + 2):
                if letters <= mistakes + 1 or (mistakes > 1 and spoken(text) == alike_spoken):
                    distances[text] = letters
            found = ((text, text, letters) for text, letters in distances.items())
            near += self._with_sounds(typed, typed_sound, found)
        return near

    def _near_beginnings(self, word: str) -> list[_Near]:
        """Return the common words whose beginnings are within a number of mistakes: those with the same first letter,
        and those of the same sound. Hundreds of words have a beginning in common, which is compared once."""
        typed_sound = sounds(word)
        low, high = bisect_left(self._sounds, typed_sound), bisect_left(self._sounds, typed_sound + PREFIX_END)
        texts = dict.fromkeys([*self._vocabulary.beginning(word[0]), *self._by_sound[low:high]])
        by_beginning: dict[str, list[str]] = {}
        for text in texts:
            if len(text) > len(word) and text.isalpha() and self._is_common(text):
                by_beginning.setdefault(text[: len(word)], []).append(text)
        near = _nearest(word, list(by_beginning), max(1, _mistakes(word) - 1))
        found = ((text, start, letters) for start, letters in near for text in by_beginning[start])
        begun = self._with_sounds(word, typed_sound, found)
        return [near for near in begun if not near.sounds or len(word) >= LONG_BEGINNING]

    def _with_sounds(self, typed: str, typed_sound: str, found: Iterable[tuple[str, str, int]]) -> list[_Near]:
        from rapidfuzz.distance import OSA

        near: list[_Near] = []
        typed_spoken = spoken(typed)
        for text, written, letters in found:
            sound = self._sound_of.get(written) or _sound_of_beginning(written)
            differing = OSA.distance(typed_sound, sound)
            same_first = sound[:1] == typed_sound[:1]
            same_spoken = not differing and spoken(written) == typed_spoken
            mistakes = min(letters, SAME_SPOKEN) if same_spoken else letters + differing
            mistakes += 0.0 if same_first else FIRST_SOUND
            cost = mistakes - FREQUENCY * math.log(max(1, self._vocabulary.count(text)))
            near.append(_Near(text, typed, written, letters, differing, same_first, same_spoken, mistakes, cost))
        return near

    def _correction(self, near: _Near, ordered: Sequence[_Near], *, is_right: bool) -> Correction | None:
        """Return a near word as a correction, given all that are near, likeliest first, and whether the typed word is
        spelled right; None if it is too far to be even offered."""
        certainty = self._certainty(near, _lead(near, ordered))
        doubtful = self._is_doubtful(near.text)
        if doubtful and near.sounds and (near.letters > 1 or near.typed[0] != near.written[0]):
            return None
        is_far = near.mistakes > MOST_MISTAKES_IF_CERTAIN and not near.same_spoken
        is_second = self._is_common(ordered[0].text) and not (near.same_spoken or self._is_common(near.text))
        if is_far or is_second or doubtful or _is_other_drug(near) or (is_right and not self._is_taken_for(near)):
            certainty = min(certainty, 0.0)
        if certainty <= 0 and (near.mistakes > _mistakes(near.typed) + 1 or self._is_by_chance(near)):
            return None
        return Correction(near.text, near.mistakes, near.cost, certainty)

    def _certainty(self, near: _Near, lead: float) -> float:
        """Return how certainly a near word is meant, above 0 if it is to be read without asking; `lead` is how much
        nearer it is than any other."""
        typed, written = near.typed, near.written
        # A word that no entry has is one of a phrase, mostly of a name.
        is_name = near.text not in self._vocabulary or self._right_words.get(near.text) == NAME
        is_name = is_name or self._is_drug(near.text) or near.text.endswith(DRUG_ENDINGS)
        exchanged = sorted(typed) == sorted(written)
        if is_name and not (near.same_spoken or exchanged or syllables(typed) == syllables(written)):
            return -math.inf
        return (
            WEIGHTS.start
            + WEIGHTS.letter * (min(near.letters, SAME_SPOKEN) if near.same_spoken else near.letters)
            + WEIGHTS.sound * min(near.sounds, 2)
            + WEIGHTS.same_spoken * near.same_spoken
            + WEIGHTS.length * min(len(typed), LONG)
            + WEIGHTS.frequency * math.log(max(1, self._vocabulary.count(near.text)) / self._vocabulary.entries)
            + WEIGHTS.first_sound * (not near.same_first_sound)
            + WEIGHTS.last_letter * (typed[-1] != written[-1])
            + WEIGHTS.exchanged * exchanged
            + WEIGHTS.lacking * _holds_in_order(written, typed)
            + WEIGHTS.beginning * _same_beginning(typed, written)
            + WEIGHTS.lead * lead
            + WEIGHTS.name * is_name
        )

    def _is_taken_for(self, near: _Near) -> bool:
        """Return whether a word that is spelled right is written for a common one that is spoken like it but for
        a letter: `advise`."""
        one_letter = near.letters == 1 and len(near.typed) == len(near.written)
        return (
            self._right_words.get(near.typed) == WORD and near.same_spoken and one_letter and self._is_common(near.text)
        )

    def _is_by_chance(self, near: _Near) -> bool:
        """Return whether a word is near by chance: a short rare one (mostly abbreviations), one that begins
        with another sound, or the name of another drug."""
        if near.letters > 1 and (_is_other_drug(near) or (near.sounds and not near.same_first_sound)):
            return True
        return len(near.text) <= SHORTEST_CORRECTED and not self._is_common(near.text)

    def _is_common(self, word: str) -> bool:
        return self._vocabulary.count(word) >= COMMON * self._vocabulary.entries


_sound_of_beginning = lru_cache(maxsize=BEGINNINGS_CACHED)(sounds)


def _mistakes(word: str) -> int:
    return next((number for length, number in MISTAKES_BY_LENGTH if len(word) < length), MOST_MISTAKES)


def _nearest(word: str, texts: Sequence[str], mistakes: int) -> list[tuple[str, int]]:
    """Return the texts within a number of mistakes in letters, nearest first, each with its mistakes."""
    # Imported here: a start without a misspelling need not wait for it.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    near: Iterable[tuple[str, int, int]] = process.extract(
        word, texts, scorer=OSA.distance, processor=None, score_cutoff=mistakes, limit=MOST_COMPARED
    )
    return [(text, letters) for text, letters, _ in near]


def _lead(near: _Near, ordered: Iterable[_Near]) -> float:
    """Return by how many mistakes a word is nearer than any other that is near, likeliest first, forms of
    its own aside; less than 0 if another is nearer."""
    rival = next((other.cost for other in ordered if not _are_forms(other.text, near.text)), math.inf)
    return max(-1.0, min(rival - near.cost, LARGEST_LEAD))


def _are_forms(text: str, other: str) -> bool:
    """Return whether two words differ by their endings alone, or not at all."""
    letters = max(4, min(len(text), len(other)) - 3)
    return text[:letters] == other[:letters]


def _same_beginning(typed: str, written: str) -> int:
    """Return the number of letters at the beginning that are the same, up to four."""
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(typed[:SAME_BEGINNING], written, strict=False))
    )


def _holds_in_order(text: str, letters: str) -> bool:
    """Return whether a text holds some letters in their order."""
    rest = iter(text)
    return all(letter in rest for letter in letters)


def _is_other_drug(near: _Near) -> bool:
    """Return whether the typed word is the name of a drug by its ending, and the near one is not the same name with a
    slip."""
    if not near.typed.endswith(DRUG_ENDINGS) or not near.sounds:
        return False
    if near.letters == 1 and not near.text.endswith(DRUG_ENDINGS):
        return len(near.typed) < 9
    agrees = (
        near.typed[:SHARED_ENDS] == near.text[:SHARED_ENDS] and near.typed[-SHARED_ENDS:] == near.text[-SHARED_ENDS:]
    )
    return near.letters > 1 or len(near.typed) < 9 or not agrees
