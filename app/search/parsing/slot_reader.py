"""Read a part of the typed text, a word or a phrase, into a slot: its readings as typed and by the lexicon."""

import re
from collections.abc import Sequence
from functools import lru_cache

from app.library.lexicon import MeaningKind
from app.library.tokens import word_list
from app.search.parsing.forms import NUMBER_FORMS
from app.search.parsing.lexicon import Lexicon, Sense
from app.search.parsing.pieces import JOINING_WORDS
from app.search.parsing.query import MatchKind, Reading, Slot, TypedWord, Use
from app.search.parsing.ranges import Ranges
from app.search.parsing.roles import Role, Roles
from app.search.parsing.vocabulary import Vocabulary

SLOTS_CACHED = 256
"""Parts of the text whose readings are remembered, half a kilobyte each."""

SHORTEST_PREFIX = 3
"""Shorter words are read as beginnings only while they are being typed, at the end of the text."""

SENSE_KINDS = {
    MeaningKind.ABBREVIATION: MatchKind.ABBREVIATION,
    MeaningKind.EVERYDAY: MatchKind.EVERYDAY,
    MeaningKind.SAME: MatchKind.EVERYDAY,
}

SENSE_QUALITY = {MeaningKind.ABBREVIATION: 0.97, MeaningKind.EVERYDAY: 0.92, MeaningKind.SAME: 0.92}
"""An abbreviation hardly ever means anything else; everyday words are less exact."""

RARER_SENSE = 0.03
"""The loss of each further meaning: it is offered after the commoner ones, not hidden."""

SPELLING_QUALITY = 0.85
"""The quality of a corrected word beside the typed one, if entries hold that too."""

FURTHER_SPELLING = 0.05
"""The loss of each further word that a misspelling may mean."""

NUMBER_FORM_QUALITY = 0.95
"""The quality of a number in its other form (`ii` for `2`)."""

PAST_QUALITY = 0.97
"""The quality of what a patient has after an operation, which is what a text on the past means."""

ASIDE_SHARE = 0.03
"""The share of its weight that a word set aside keeps: next to nothing, since it does not belong to what is coded."""

BESIDE_SHARE = 0.3
"""The share that the cancer keeps which has spread."""

WIDER_QUALITY = 0.85
MOST_WIDER = 4
"""The quality of a reading by a wider region or group, and how many a slot has."""

OTHER_WORDS_QUALITY = 0.95
MOST_IN_OTHER_WORDS = 3
"""The quality of an abbreviation's meaning in other words, and how many of these are read."""

RANGE_QUALITY = 0.95
WIDER_RANGE = 0.01
LEAST_RANGE_QUALITY = 0.5
"""The quality of a number that lies within a range of the entry, the loss for each narrower range that holds it, and
the least that remains."""

LEAST_WEIGHT = 0.05
"""The weight of words that an entry may freely lack (`of`, `with`): next to nothing."""

JOINING_MEANINGS = JOINING_WORDS | {"due"}
"""An abbreviation that stands for nothing but these (`anemia d/t ckd`) may be lacking as freely as these."""

UNKNOWN_WEIGHT = 3.0
"""The weight of a word that is in no entry: that of a common word, so that the rest of the text still counts."""

NUMBER_WEIGHT = 2.0
"""The weight of a number: it chooses among the entries that the words lead to, however rare it is (`cataract 35`)."""

_SERIES = re.compile(r"([a-z]{2,6})[0-9]{1,2}[a-z]?[0-9]?")

_NUMBER = re.compile(r"[0-9]+(?:[a-z]|st|nd|rd|th)?|i{1,3}|i?v|vi{1,3}|i?x")


class SlotReader:
    """Reads parts of the text with a lexicon and the vocabulary of the index."""

    def __init__(self, lexicon: Lexicon, vocabulary: Vocabulary, roles: Roles) -> None:
        self._lexicon = lexicon
        self._vocabulary = vocabulary
        self._roles = roles
        self._ranges = Ranges(vocabulary)
        # From one keystroke to the next all words but the last are the same.
        self.slot = lru_cache(maxsize=SLOTS_CACHED)(self._slot)

    def joined_slot(self, part: Sequence[TypedWord]) -> Slot:
        """Return the slot of two words that are one word written apart: `hyper tension`."""
        raw = part[0].raw + part[1].raw
        first = part[0].text if part[0].uncorrected else part[0].raw
        uncorrected = raw if any(word.uncorrected for word in part) else ""
        joined = TypedWord(raw, first + part[1].text, part[1].last, part[0].gap, uncorrected)
        slot = self.slot((joined,), False)
        apart = Reading(tuple(word.text for word in part))
        weight = self.weight((joined.text,), begins=False)
        return slot._replace(typed=_as_typed(part), readings=(*slot.readings, apart), weight=weight)

    def _slot(self, part: tuple[TypedWord, ...], as_typed: bool) -> Slot:
        """Return the slot of a word or phrase; `as_typed` leaves the lexicon and American spelling aside."""
        slot = self._slot_as_said(part, as_typed)
        if as_typed:
            return slot
        uses = {word.use for word in part}
        words = [word.text for word in part]
        share = self._roles.weight(words)
        if uses in ({Use.ASIDE}, {Use.BESIDE}):
            share = ASIDE_SHARE if Use.ASIDE in uses else BESIDE_SHARE
            return slot._replace(free=True, weight=max(LEAST_WEIGHT, slot.weight * share))
        wider = self._wider_readings(slot, part[0].use)
        if Use.RELATIVE in uses:
            # Titles of family histories name groups, seldom the disease.
            slot, wider = slot._replace(readings=slot.readings + wider), ()
        number_of = part[0].number_of
        is_site, is_side = self._roles.are(Role.SITE, words), self._roles.are(Role.SIDE, words)
        if share == 1.0 and not (wider or number_of or is_site):
            return slot
        weight = self.weight(tuple(words), begins=False) if number_of else max(LEAST_WEIGHT, slot.weight * share)
        return slot._replace(weight=weight, wider=wider, number_of=number_of, is_site=is_site, is_side=is_side)

    def _slot_as_said(self, part: tuple[TypedWord, ...], as_typed: bool) -> Slot:
        words = tuple(word.text for word in part)
        if part[0].use is Use.PAST:
            return self._past_slot(part, words)
        begins = (len(part) == 1 and part[0].last) or min(map(len, words)) >= SHORTEST_PREFIX
        senses = () if as_typed else self.senses(words)
        readings = [self._typed_reading(part, words, begins=begins)]
        if part[0].number_of:
            readings += [
                Reading((text,), MatchKind.TITLE, False, max(LEAST_RANGE_QUALITY, RANGE_QUALITY - WIDER_RANGE * rank))
                for rank, text in enumerate(self._ranges.holding(words, part[0].number_of))
            ]
        if not as_typed:
            readings += self._other_readings(words, senses, begins=begins)
        if begins and (senses or all(word in self._vocabulary for word in words)):
            readings[0] = readings[0]._replace(is_word=True)
        # The weight is that of the American spelling, if there is one; the British one is rare, and would weigh more.
        spellings = [r.words for r in readings if r.kind is MatchKind.TITLE and r.quality > NUMBER_FORM_QUALITY]
        weighed = spellings[-1] if all(self.is_known(word, begins) for word in spellings[-1]) else readings[-1].words
        if any(word.uncorrected for word in part):
            readings = self._corrected_readings(part, readings)
        free = len(readings) == len(part) == 1 and not part[0].last and words[0] in JOINING_WORDS
        if senses and JOINING_MEANINGS.issuperset(senses[0].words):
            weighed, free = senses[0].words, True
        weight = self.weight(weighed, begins=begins)
        # `lt` is a rare word of titles, and weighs no more than the `left` that it mostly stands for.
        abbreviated = next((reading for reading in readings if reading.kind is MatchKind.ABBREVIATION), None)
        if abbreviated is not None:
            weight = min(weight, self.weight(abbreviated.words, begins=False))
        return Slot(_as_typed(part), tuple(readings), weight, free)

    def _past_slot(self, part: Sequence[TypedWord], words: tuple[str, ...]) -> Slot:
        """Return the slot of an operation or disease in the past, read as what the patient has now."""
        readings = tuple(
            Reading(tuple(word_list(meaning)), MatchKind.EVERYDAY, False, PAST_QUALITY - RARER_SENSE * rank, meaning)
            for rank, meaning in enumerate(self._roles.past(words))
        )
        return Slot(_as_typed(part), readings, self.weight(readings[0].words, begins=False))

    def _wider_readings(self, slot: Slot, use: Use) -> tuple[Reading, ...]:
        """Return the readings of a slot by wider regions and groups."""
        readings: dict[tuple[str, ...], Reading] = {}
        for reading in slot.readings:
            for words in self._roles.wider(reading.words, use):
                text = " ".join(words)
                quality = reading.quality * WIDER_QUALITY
                readings.setdefault(words, Reading(words, MatchKind.EVERYDAY, False, quality, text))
        return tuple(readings.values())[:MOST_WIDER]

    def _in_other_words(self, sense: Sense) -> list[tuple[str, ...]]:
        """Return the meaning of an abbreviation with a word replaced by another of its family: what is a limb in some
        titles is an extremity in others."""
        found: list[tuple[str, ...]] = []
        for place, word in enumerate(sense.words):
            for same in self._lexicon.senses((word,)):
                if same.kind is MeaningKind.SAME and len(same.words) == 1:
                    found.append((*sense.words[:place], *same.words, *sense.words[place + 1 :]))
        return found[:MOST_IN_OTHER_WORDS]

    def _typed_reading(self, part: Sequence[TypedWord], words: tuple[str, ...], *, begins: bool) -> Reading:
        if len(part) == 1 and part[0].plural and words[0] not in self._vocabulary:
            # A word that only looks like a plural is the beginning of a word, `glos` of glossitis, or no word.
            return Reading((part[0].raw,), begins=begins)
        return Reading(words, begins=begins)

    def _other_readings(self, words: tuple[str, ...], senses: Sequence[Sense], *, begins: bool) -> list[Reading]:
        """Return the readings in American spelling, as a number in its other form, and by the lexicon."""
        readings: list[Reading] = []
        american = tuple(map(self.american_word, words))
        if american != words:
            readings.append(Reading(american, begins=begins))
        if len(words) == 1 and words[0] in NUMBER_FORMS:
            readings.append(Reading((NUMBER_FORMS[words[0]],), begins=False, quality=NUMBER_FORM_QUALITY))
        readings += [
            Reading(
                sense.words,
                SENSE_KINDS[sense.kind],
                begins=False,
                quality=SENSE_QUALITY[sense.kind] - RARER_SENSE * rank,
                text=sense.text,
            )
            for rank, sense in enumerate(senses)
        ]
        readings += [
            Reading(other_words, MatchKind.ABBREVIATION, False, OTHER_WORDS_QUALITY, sense.text)
            for sense in senses
            if sense.kind is MeaningKind.ABBREVIATION and len(sense.words) > 1
            for other_words in self._in_other_words(sense)
        ]
        return readings

    def _corrected_readings(self, part: Sequence[TypedWord], readings: list[Reading]) -> list[Reading]:
        """Return the readings of a part with corrected words. A single word also gets its further corrections, and its
        typed form where entries hold that, which is worth more."""
        begins = readings[0].begins
        is_known = len(part) == 1 and self.is_known(part[0].uncorrected, begins)
        quality = SPELLING_QUALITY if is_known else 1.0
        correction = " ".join(word.text for word in part)
        corrected = [r._replace(quality=r.quality * quality, text=correction, corrected=True) for r in readings]
        if len(part) == 1:
            for rank, text in enumerate(part[0].alternatives, start=1):
                further = quality - FURTHER_SPELLING * rank
                corrected.append(Reading((text,), begins=begins, quality=further, text=text, corrected=True))
        if is_known:
            corrected.insert(0, Reading((part[0].uncorrected,), begins=begins))
        return corrected

    def senses(self, words: tuple[str, ...]) -> tuple[Sense, ...]:
        """Return the meanings of a phrase, in British spelling too. An abbreviation may carry the number of its series:
        `lqt10`, `cmt2p`."""
        senses = self._lexicon.senses(words)
        if not senses:
            american = tuple(map(self.american_word, words))
            senses = self._lexicon.senses(american) if american != words else senses
        if senses or len(words) != 1 or words[0] in self._vocabulary:
            return senses
        series = _SERIES.fullmatch(words[0])
        return self._lexicon.senses((series[1],)) if series else ()

    def american_word(self, word: str) -> str:
        """Return a word in American spelling, unless the index has the British one more often."""
        spelled = self._lexicon.american(word)
        return spelled if self._vocabulary.count(spelled) >= self._vocabulary.count(word) else word

    def is_known(self, word: str, begins: bool) -> bool:
        """Return whether the index has a word, or with `begins` one that begins with it."""
        return word in self._vocabulary or (begins and self._vocabulary.begins(word))

    def weight(self, words: tuple[str, ...], *, begins: bool) -> float:
        """Return the weight of a part: the rarity of its words, less for words that mean little."""
        total = 0.0
        for word in words:
            if _NUMBER.fullmatch(word):
                total += NUMBER_WEIGHT
            elif self.is_known(word, begins):
                total += self._lexicon.minor_words.get(word, 1.0) * self._vocabulary.weight_of_beginning(word)
            else:
                total += UNKNOWN_WEIGHT
        return max(total, LEAST_WEIGHT)


def _as_typed(part: Sequence[TypedWord]) -> str:
    """Return words as they were typed, with the signs between them: `i&d`."""
    return part[0].raw + "".join(word.gap + word.raw for word in part[1:])
