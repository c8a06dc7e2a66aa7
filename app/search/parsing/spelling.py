"""Words of the index that a misspelling may mean: near in letters and sound, commoner words first."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from app.library.sounds import sounds, spoken, syllables
from app.library.tokens import singular
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

MOST_CORRECTIONS = 3

CORRECTIONS_CACHED = 1024

SAME_SPOKEN = 1.5
"""The most mistakes of a word that sounds the same, vowels included: `cirrhosis` is nearer to `sirosis` than `xerosis`
is."""

COMMON = 1 / 12000
VERY_COMMON = 1 / 5000
"""A word in this share of the entries is common enough to be what a doubtful misspelling means."""

LONG_NAME = 8
"""Letters of a name in which more than one may be wrong."""

SHARED_ENDS = 3
SHARED_BEGINNING = 4
"""Letters at the beginning and at the end, or at the beginning alone, in which a long word with two mistakes agrees
with what is meant. One more at the beginning for two mistakes in sound too."""

_DRUG_ENDING_WORDS = """
    azepam azepine azine azole azosin bactam barbital bicin caine cainide cept ciclovir cillin citabine codone
    conazole coxib curium cycline dafil dipine dronate entan fentanil fibrate floxacin flurane gabalin gatran
    gliflozin gliptin glitazone glutide grastim grel idone kinra limus lukast mab micin morphone mycin navir nib
    nidazole olol olone oxetine parib parin penem pezil platin poetin pramine prazole pril profen racetam rizine
    rubicin sartan semide setron sone statin stigmine tadine taxel tecan tegravir terol thiazide tidine tinib trexed
    triptan triptyline tropium vastatin vir vudine xaban zepam zolam zomib
"""
DRUG_ENDINGS = tuple(_DRUG_ENDING_WORDS.split())
"""The endings by which the names of drugs of a class are alike, after the list of the World Health Organization and the
United States Adopted Names. A drug that is not known is none of the others of its class."""


class Correction(NamedTuple):
    """A word that may be meant: its distance from the typed one in letters and sound, and that distance less the gain
    for its frequency. `certain` says that hardly anything else can be meant; if not, the word is no more than an offer
    unless other typed words agree with it."""

    text: str
    mistakes: float
    cost: float
    certain: bool


class _Near(NamedTuple):
    """A word near a typed one: what was compared, letters of the typed and of the found word, and both distances."""

    text: str
    typed: str
    written: str
    letters: int
    sounds: int
    same_first_sound: bool


class Speller:
    """Corrects words by the vocabulary of the index. No correction is certain for which `is_doubtful` is true, and one
    to a name for which `is_drug` is true only if the two sound the same."""

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
        self.corrections = lru_cache(maxsize=CORRECTIONS_CACHED)(self._corrections)

    def _load(self) -> None:
        self._by_sound, self._sounds = self._vocabulary.spelled_words()
        self._sound_of = dict(zip(self._by_sound, self._sounds, strict=True))
        self._words = sorted(self._by_sound, key=len)
        self._lengths = list(map(len, self._words))

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
        if word in self._sound_of and word not in self._vocabulary:
            # A word of a phrase of the lexicon is spelled right, and mostly a name.
            return tuple(correction._replace(certain=False) for correction in corrections)
        if unfinished and len(word) >= SHORTEST_BEGINNING and not (corrections and corrections[0].certain):
            near = self._near_beginnings(word)
            begun = self._ordered(word, (n for n in near if not n.sounds or len(word) >= LONG_BEGINNING))
            if begun and begun[0].certain:
                return begun
        return corrections

    def _ordered(self, word: str, near: Iterable[_Near]) -> tuple[Correction, ...]:
        likeliest: dict[str, Correction] = {}
        corrections = map(self._correction, (found for found in near if found.text not in (word, singular(word))))
        for correction in sorted(filter(None, corrections), key=lambda correction: (correction.cost, correction.text)):
            likeliest.setdefault(correction.text, correction)
        nearest = list(islice(likeliest.values(), MOST_CORRECTIONS))
        return tuple(correction for correction in nearest if correction.cost - nearest[0].cost < STILL_NEAR)

    def _near(self, word: str) -> list[_Near]:
        """Return the words within a number of mistakes in letters, one more for those of the same sound."""
        # The plural of a word whose misspelled ending was not recognized: `diabetis`.
        typed_forms = {word, singular(word), word[:-1]} if word.endswith("s") else {word}
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
        """Return the words whose beginnings are within a number of mistakes: those with the same first letter, and
        those of the same sound. Hundreds of words have a beginning in common, which is compared once."""
        typed_sound = sounds(word)
        low, high = bisect_left(self._sounds, typed_sound), bisect_left(self._sounds, typed_sound + PREFIX_END)
        texts = {*self._vocabulary.beginning(word[0]), *self._by_sound[low:high]}
        by_beginning: dict[str, list[str]] = {}
        for text in texts:
            if len(text) > len(word) and text.isalpha():
                by_beginning.setdefault(text[: len(word)], []).append(text)
        near = _nearest(word, list(by_beginning), max(1, _mistakes(word) - 1))
        return self._with_sounds(
            word, typed_sound, ((text, start, letters) for start, letters in near for text in by_beginning[start])
        )

    def _with_sounds(self, typed: str, typed_sound: str, found: Iterable[tuple[str, str, int]]) -> list[_Near]:
        from rapidfuzz.distance import OSA

        near: list[_Near] = []
        for text, written, letters in found:
            sound = self._sound_of.get(written) or _sound_of_beginning(written)
            same_first = sound[:1] == typed_sound[:1]
            near.append(_Near(text, typed, written, letters, OSA.distance(typed_sound, sound), same_first))
        return near

    def _correction(self, near: _Near) -> Correction | None:
        """Return a near word as a correction; None if it is too far to be even offered."""
        entries = max(1, self._vocabulary.count(near.text))
        same_spoken = not near.sounds and near.letters > 1 and spoken(near.typed) == spoken(near.written)
        mistakes = SAME_SPOKEN if same_spoken else near.letters + near.sounds
        mistakes += 0.0 if near.same_first_sound else FIRST_SOUND
        share = entries / self._vocabulary.entries
        certain = _is_certain(near, share, same_spoken=same_spoken)
        if certain and not _sounds_like_name(near) and self._is_drug(near.text):
            certain = False
        if self._is_doubtful(near.text):
            if near.sounds and (near.letters > 1 or near.typed[0] != near.written[0]):
                return None
            certain = False
        if not certain and (mistakes > _mistakes(near.typed) + 1 or _is_by_chance(near, share)):
            return None
        return Correction(near.text, mistakes, mistakes - FREQUENCY * math.log(entries), certain)


_sound_of_beginning = lru_cache(maxsize=8 * CORRECTIONS_CACHED)(sounds)


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


def _sounds_like_name(near: _Near) -> bool:
    """Return whether a word is a name with a slip that changes no sound: `metforman`. Hundreds of names of drugs differ
    by a letter, so that a word which sounds otherwise is another drug."""
    if sorted(near.typed) == sorted(near.written):
        return True
    return not near.sounds and near.same_first_sound and (near.letters == 1 or len(near.typed) >= LONG_NAME)


def _is_certain(near: _Near, share: float, *, same_spoken: bool) -> bool:
    """Return whether a misspelling hardly means anything but the word that is near, which has a `share` of the entries.

    In 17,000 misspellings and 10,000 words that the index lacks, the nearest word was meant nine times as often as not
    in the cases that are certain here.
    """
    if _is_other_drug(near):
        return False
    same_first = near.typed[0] == near.written[0]
    if near.letters == 1:
        return _is_certain_with_one(near, share, same_first=same_first)
    if not near.sounds and _is_certain_by_sound(near, share, same_first=same_first, same_spoken=same_spoken):
        return True
    # The letters of a common word in another order: `athsma`.
    if near.letters == 2 and same_first and share >= COMMON and sorted(near.typed) == sorted(near.written):
        return True
    # Two letters and a sound: `fracshure`.
    typed, written, length = near.typed, near.written, len(near.typed)
    if near.letters > 2 or near.sounds > 2 or length < 9 or not same_first:
        return False
    shared = SHARED_BEGINNING + near.sounds - 1
    return length > 10 or typed[:shared] == written[:shared] or _agree_at_both_ends(typed, written, SHARED_ENDS)


def _is_certain_with_one(near: _Near, share: float, *, same_first: bool) -> bool:
    """Return whether a word with one mistake in letters is meant. A short one must sound alike too."""
    length = len(near.typed)
    if not near.sounds:
        return length > 5 or share >= COMMON
    if length > 8 or sorted(near.typed) == sorted(near.written):
        # A long word, or one in which letters are exchanged: `nkee`.
        return length > 4 or share >= COMMON
    if not same_first:
        return False
    # A letter of a common word is lacking: `astma`.
    lacking = length == 5 and len(near.written) > length and share >= VERY_COMMON
    return length > 6 or (length > 5 and share >= COMMON) or lacking


def _is_certain_by_sound(near: _Near, share: float, *, same_first: bool, same_spoken: bool) -> bool:
    """Return whether a word of the same sound with several mistakes in letters is meant: it must have the same vowels,
    or as many, or be written with more letters and no others."""
    typed, written = near.typed, near.written
    if len(typed) > 8 and near.letters == 2 and same_first:
        return True
    if same_spoken and len(typed) > 4:
        return share >= (COMMON if len(typed) > 5 else VERY_COMMON)
    from rapidfuzz.distance import OSA

    vowels = OSA.distance(syllables(typed), syllables(written))
    only_lacking = len(written) - len(typed) == near.letters
    if len(typed) == 5 and same_first and typed[-1] == written[-1] and not vowels:
        return share >= VERY_COMMON
    if len(typed) < 6:
        return only_lacking and not vowels and share >= VERY_COMMON and len(sounds(typed)) > 2
    if near.letters == 2:
        return (not vowels or len(typed) > 7) if share >= COMMON else (not vowels and len(typed) > 7)
    # Three letters: a word of fewer than eight then has no others than the right one: `hemroid`.
    alike = vowels < 2 if only_lacking else not vowels and len(typed) > 7 and same_first
    return share >= COMMON and alike


def _is_by_chance(near: _Near, share: float) -> bool:
    """Return whether a word is near by chance: a short rare one, most of which are abbreviations, one that begins with
    another sound, or the name of another drug."""
    if near.letters > 1 and (_is_other_drug(near) or (near.sounds and not near.same_first_sound)):
        return True
    return len(near.text) <= SHORTEST_CORRECTED and share < COMMON


def _agree_at_both_ends(typed: str, written: str, letters: int) -> bool:
    return typed[:letters] == written[:letters] and typed[-letters:] == written[-letters:]


def _is_other_drug(near: _Near) -> bool:
    """Return whether the typed word is the name of a drug by its ending, and the near one is not the same name with a
    slip."""
    if not near.typed.endswith(DRUG_ENDINGS) or not near.sounds:
        return False
    if near.letters == 1 and not near.text.endswith(DRUG_ENDINGS):
        return len(near.typed) < 9
    return near.letters > 1 or len(near.typed) < 9 or not _agree_at_both_ends(near.typed, near.text, SHARED_ENDS)
