"""Parse typed text into a query."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from app.library.lexicon import MeaningKind
from app.library.tokens import WORD, fold, singular, without_apostrophe, word_list
from app.search.numerals import OTHERWISE
from app.search.parsing.forms import Forms
from app.search.parsing.lexicon import LONGEST_PHRASE, Lexicon, Sense
from app.search.parsing.scopes import split_scope
from app.search.parsing.spelling import Correction, Speller
from app.search.parsing.vocabulary import Vocabulary

if TYPE_CHECKING:
    pass
from app.search.parsing.query import MatchKind, Query, Reading, Slot, TypedWord

LONGEST_TEXT = 300
"""A page that was pasted by mistake is read up to here, which is longer than any title."""


MOST_SLOTS = 40
"""The longest title, of 37 words, can be typed in full."""


SLOTS_KEPT = 256
"""Parts of the text whose readings are remembered, half a kilobyte each."""


SHORTEST_PREFIX = 3
"""Shorter words are taken as beginnings only while they are being typed, at the end of the text."""


SENSE_KINDS = {
    MeaningKind.ABBREVIATION: MatchKind.ABBREVIATION,
    MeaningKind.EVERYDAY: MatchKind.EVERYDAY,
    MeaningKind.SAME: MatchKind.EVERYDAY,
}


SENSE_QUALITY = {MeaningKind.ABBREVIATION: 0.97, MeaningKind.EVERYDAY: 0.92, MeaningKind.SAME: 0.92}
"""An abbreviation hardly ever means anything else; everyday words are looser."""


RARER_SENSE = 0.03
"""What each further sense loses: it is offered after the commoner ones, not hidden."""


SPELLING_QUALITY = 0.85


MOST_CORRECTED = 12
"""Words of a text that are corrected, which takes a millisecond each: a page of misspelled words is no phrase."""


FAR_COMMONER = 20
"""A known word may be a misspelling of one that is so many times as common."""


RARELY_HELD = 8
"""A word in more entries than this is spelled as it is meant."""


FURTHER_SPELLING = 0.05
"""What each further word that a misspelling may mean loses."""


NUMERAL_QUALITY = 0.95
"""What a number is worth that is written in another way."""


FORM_QUALITY = 0.9
"""What a word with another ending is worth beside the typed one."""


SHORTEST_PART = 4
"""Of two words that are written as one."""


SPLIT_QUALITY = 0.84


LEAST_WEIGHT = 0.05
"""What words tell that may be left out freely (`of`, `with`): next to nothing."""


FREE = frozenset(["and", "at", "by", "for", "from", "in", "into", "of", "on", "the", "to"])
"""Words that join others and of which titles use one or another: `mets to liver`, `neoplasm of liver`. A single letter
is none of them: `hepatitis a`."""


JOINING = FREE | {"due"}
"""What an abbreviation stands for that only joins what it stands between (`anemia d/t ckd`) is as free as these are."""


UNKNOWN_WEIGHT = 3.0
"""What a word tells that is in no entry: as much as a common one, lest what else was typed counts for nothing."""


NUMBER_WEIGHT = 2.0
"""What a number tells: it chooses within what the words say, however rare it is (`cataract 35`)."""


_SERIES = re.compile(r"([a-z]{2,6})[0-9]{1,2}[a-z]?[0-9]?")


_NUMBER = re.compile(r"[0-9]+(?:[a-z]|st|nd|rd|th)?|i{1,3}|i?v|vi{1,3}|i?x")


_COMPARED = (
    (re.compile(r"(?<!\S)[>≥]=?\s*(?=[0-9])"), " greater "),
    (re.compile(r"(?<!\S)[<≤]=?\s*(?=[0-9])"), " less "),
)
"""Signs that stand for a word of titles: `Ventilation, Greater than 96 Consecutive Hours`."""


_PIECE = re.compile(r'"([^"]*)"?|(?:(?<=\s)|^)-([^\s"]+)|([^\s"]+)')


def _as_typed(part: Sequence[TypedWord]) -> str:
    """Words as they were typed, with what stood between them: `i&d`."""
    return part[0].raw + "".join(word.gap + word.raw for word in part[1:])


class Parser:
    """Reads typed text with a lexicon and the vocabulary of the index."""

    def __init__(self, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        self._lexicon = lexicon
        self._vocabulary = vocabulary
        self._speller = Speller(vocabulary)
        self._forms = Forms(vocabulary)
        # From one keystroke to the next all words but the last are the same.
        self._slot = lru_cache(maxsize=SLOTS_KEPT)(self._read_slot)
        self._with_forms = lru_cache(maxsize=SLOTS_KEPT)(self._add_forms)
        self._corrections = lru_cache(maxsize=SLOTS_KEPT)(self._look_for_corrections)

    def parse(self, text: str, *, as_typed: bool = False) -> Query:
        """The query of a text. Any text is a query; one without letters and digits has no slots."""
        # Half of a character of UTF-16, as a cut-off emoji or a byte of no encoding is, cannot be asked of a database.
        systems, rest = split_scope(text[:LONGEST_TEXT].encode(errors="replace").decode())
        phrases: list[tuple[str, ...]] = []
        without: list[str] = []
        plain_words: list[str] = []
        for quoted, left_out, word in _PIECE.findall(rest):
            if quoted:
                phrase = tuple(word_list(quoted))
                phrases.append(phrase)
                plain_words.append(quoted)
            elif left_out:
                without += word_list(left_out)
            else:
                plain_words.append(word)
        words = " ".join(plain_words)
        for sign, word in _COMPARED:
            words = sign.sub(word, words)
        typed = self._typed(words, ends_open=not rest.endswith((" ", '"')))
        slots = self._slots(typed, as_typed=as_typed)
        # A word that is typed again asks for nothing more, but would be looked for again.
        slots = list(dict.fromkeys(slots))
        return Query(
            rest, tuple(slots[:MOST_SLOTS]), tuple(p for p in phrases if p), tuple(without), systems, tuple(typed)
        )

    def corrected(self, query: Query) -> Query | None:
        """The query as if its misspelled words had been typed right; None if there is nothing to correct.

        A word that is spelled as the index spells it, or that still may become one, is left alone, unless it is so rare
        that it is likelier a misspelling itself.
        """
        words: list[TypedWord] = []
        number = 0
        for word in query.words:
            corrections = self._corrections(word) if number < MOST_CORRECTED else ()
            if corrections:
                number += 1
                first, *others = (correction.text for correction in corrections)
                word = replace(word, text=first, was=word.text, others=tuple(others))
            words.append(word)
        slots = self._slots(words, as_typed=False)
        slots = [self._split(slot) for slot in slots]
        slots = list(dict.fromkeys(slots))[:MOST_SLOTS]
        return replace(query, slots=tuple(slots)) if tuple(slots) != query.slots else None

    def with_forms(self, query: Query) -> Query | None:
        """The query with other forms of its words beside them, for when few entries hold the words as they are; None
        where there are none."""
        slots = tuple(map(self._with_forms, query.slots))
        return replace(query, slots=slots) if slots != query.slots else None

    def _apart(self, word: str) -> tuple[str, str] | None:
        """The two words of the index that one is made of, the longest first."""
        for cut in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
            first, second = word[:cut], singular(word[cut:])
            if first in self._vocabulary and second in self._vocabulary:
                return first, second
        return None

    def _add_forms(self, slot: Slot) -> Slot:
        held = {reading.words for reading in slot.readings}
        found: list[Reading] = []
        for reading in slot.readings:
            if len(reading.words) == 1 and reading.kind in (MatchKind.TITLE, MatchKind.SPELLING):
                word = reading.words[0]
                known = word in self._vocabulary
                if known and reading.kind is MatchKind.TITLE:
                    parts = self._apart(word)
                    if parts is not None:
                        # The brainstem of the Index is the brain stem of titles.
                        found.append(Reading(parts, MatchKind.EVERYDAY, False, FORM_QUALITY, " ".join(parts)))
                forms = self._forms.of(word)
                if not known and forms and self._slightly_misspelled(word):
                    continue
                for form in forms:
                    if (form,) not in held:
                        held.add((form,))
                        kind = MatchKind.EVERYDAY if reading.kind is MatchKind.TITLE else reading.kind
                        found.append(Reading((form,), kind, False, reading.quality * FORM_QUALITY, form))
        return replace(slot, readings=(*slot.readings, *found)) if found else slot

    def _slightly_misspelled(self, word: str) -> bool:
        """Whether an unknown word is so near a known one that it is hardly another form of a third: `insuline`."""
        return any(correction.mistakes <= 1 for correction in self._speller.corrections(word))

    def _typed(self, text: str, *, ends_open: bool) -> list[TypedWord]:
        folded = fold(text)
        found = list(WORD.finditer(folded))
        typed: list[TypedWord] = []
        end = 0
        for match in found:
            gap = folded[end : match.start()].strip() or " "
            word = without_apostrophe(match["word"])
            typed.append(TypedWord(word, singular(word), ends_open and match is found[-1], gap))
            end = match.end()
        return typed

    def _slots(self, typed: list[TypedWord], *, as_typed: bool) -> list[Slot]:
        slots: list[Slot] = []
        place = 0
        while place < len(typed):
            length = 1 if as_typed else self._phrase_length(typed, place)
            part = typed[place : place + length]
            if length == 1 and place + 1 < len(typed) and self._joins(part[0], typed[place + 1]):
                part = typed[place : place + 2]
                slots.append(self._joined_slot(part))
            else:
                slots.append(self._slot(tuple(part), as_typed))
            place += len(part)
        return slots

    def _phrase_length(self, typed: list[TypedWord], place: int) -> int:
        """How many words from here make the longest phrase that the lexicon knows; 1 if none does."""
        for length in range(min(LONGEST_PHRASE, len(typed) - place), 1, -1):
            if self._senses(tuple(word.text for word in typed[place : place + length])):
                return length
        return 1

    def _joins(self, word: TypedWord, following: TypedWord) -> bool:
        """Whether two words are one that was written apart: `hyper tension`, `b-12`, `e/m`."""
        joined = word.text + following.text
        letters = following.gap == "/" and len(word.text) == len(following.text) == 1
        if letters or (following.gap == "-" and following.text[0].isdigit()):
            return joined in self._vocabulary
        return (
            len(joined) > 5
            and joined in self._vocabulary
            and (word.text not in self._vocabulary or following.text not in self._vocabulary)
        )

    def _joined_slot(self, part: list[TypedWord]) -> Slot:
        joined = part[0].raw + part[1].text
        apart = tuple(word.text for word in part)
        readings = (Reading((joined,), MatchKind.TITLE, begins=True), Reading(apart))
        return Slot(_as_typed(part), readings, self._weight((joined,), begins=False))

    def _read_slot(self, part: tuple[TypedWord, ...], as_typed: bool) -> Slot:
        words = tuple(word.text for word in part)
        begins = (len(part) == 1 and part[0].last) or min(map(len, words)) >= SHORTEST_PREFIX
        readings = [Reading(words, begins=begins)]
        if len(part) == 1 and part[0].plural and words[0] not in self._vocabulary:
            # What only looks like a plural is the beginning of a word, `glos` of glossitis, or no word.
            readings = [Reading((part[0].raw,), begins=begins)]
        senses = () if as_typed else self._senses(words)
        if not as_typed:
            readings += self._american(words, begins=begins)
            if len(words) == 1 and words[0] in OTHERWISE:
                readings.append(Reading((OTHERWISE[words[0]],), begins=False, quality=NUMERAL_QUALITY))
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
        if begins and (senses or all(word in self._vocabulary for word in words)):
            readings[0] = replace(readings[0], known=True)
        # A word tells what it tells in American spelling, if it has one; in British it is rare, and seems to tell more.
        plainly = [r.words for r in readings if r.kind is MatchKind.TITLE and r.quality > NUMERAL_QUALITY]
        known = plainly[-1] if all(self._known(word, begins) for word in plainly[-1]) else readings[-1].words
        if any(word.was for word in part):
            readings = self._as_corrections(part, readings)
        free = len(readings) == len(part) == 1 and not part[0].last and words[0] in FREE
        if senses and JOINING.issuperset(senses[0].words):
            known, free = senses[0].words, True
        weight = self._weight(known, begins=begins)
        # `lt` is a rare word of titles, and tells no more than the `left` that it mostly stands for.
        meant = next((reading for reading in readings if reading.kind is MatchKind.ABBREVIATION), None)
        if meant is not None:
            weight = min(weight, self._weight(meant.words, begins=False))
        return Slot(_as_typed(part), tuple(readings), weight, free)

    def _senses(self, words: tuple[str, ...]) -> tuple[Sense, ...]:
        """What a phrase stands for, in British spelling too. An abbreviation may carry the number of its series:
        `lqt10`, `cmt2p`."""
        found = self._lexicon.senses(words)
        if not found:
            american = tuple(map(self._american_word, words))
            found = self._lexicon.senses(american) if american != words else found
        if found or len(words) != 1 or words[0] in self._vocabulary:
            return found
        series = _SERIES.fullmatch(words[0])
        return self._lexicon.senses((series[1],)) if series else ()

    def _as_corrections(self, part: Sequence[TypedWord], readings: list[Reading]) -> list[Reading]:
        """Readings of a part in which words were corrected; of a single word, what else it may be, and as it was where
        entries hold it so."""
        meant = " ".join(word.text for word in part)
        found = [
            replace(r, kind=MatchKind.SPELLING, quality=r.quality * SPELLING_QUALITY, text=meant) for r in readings
        ]
        if len(part) == 1:
            for rank, text in enumerate(part[0].others, start=1):
                quality = SPELLING_QUALITY - FURTHER_SPELLING * rank
                found.append(Reading((text,), MatchKind.SPELLING, readings[0].begins, quality, text))
            if self._known(part[0].was, readings[0].begins):
                found.insert(0, Reading((part[0].was,), begins=readings[0].begins))
        return found

    def _american(self, words: tuple[str, ...], *, begins: bool) -> list[Reading]:
        american = tuple(map(self._american_word, words))
        return [Reading(american, begins=begins)] if american != words else []

    def _american_word(self, word: str) -> str:
        """A word as the code sets spell it. Names of our own are British, so that it may be there in both spellings:
        what is meant is the commoner one."""
        spelled = self._lexicon.american(word)
        return spelled if self._vocabulary.count(spelled) >= self._vocabulary.count(word) else word

    def _held(self, word: str, begins: bool) -> int:
        """How many entries hold a word, or with `begins` at most how many hold one that begins so."""
        return self._vocabulary.prefix_count(word) if begins else self._vocabulary.count(word)

    def _known(self, word: str, begins: bool) -> bool:
        return word in self._vocabulary or (begins and self._vocabulary.begins(word))

    def _weight(self, words: tuple[str, ...], *, begins: bool) -> float:
        """What the part tells: the rarity of its words, less for words that mean little."""
        total = 0.0
        for word in words:
            if _NUMBER.fullmatch(word):
                total += NUMBER_WEIGHT
            elif self._known(word, begins):
                total += self._lexicon.little.get(word, 1.0) * self._vocabulary.weight_of_beginning(word)
            else:
                total += UNKNOWN_WEIGHT
        return max(total, LEAST_WEIGHT)

    def _look_for_corrections(self, word: TypedWord) -> tuple[Correction, ...]:
        """What a word may be a misspelling of: none for one that the lexicon explains or the index holds often."""
        if self._lexicon.senses((word.text,)):
            return ()
        # What only looks like a plural is misspelled as it stands: `pancreatits`.
        singular_known = word.text in self._vocabulary
        typed = word.text if singular_known else word.raw
        begins = word.last or len(word.text) >= SHORTEST_PREFIX
        american = self._american_word(typed)
        if word.plural:
            held = max(self._vocabulary.count(word.text), self._held(word.raw, begins))
        else:
            held = max(self._held(word.text, begins), self._held(american, begins))
        if held > RARELY_HELD:
            return ()
        found = self._speller.corrections(american, word.last and not held)
        if not held:
            return found
        # The code sets hold misspellings too (`IBDU (colonic inflammatory bowel dissease)`).
        allowed = 1 if american in self._vocabulary else 2
        return tuple(
            correction
            for correction in found
            if correction.mistakes <= allowed and self._vocabulary.count(correction.text) >= FAR_COMMONER * held
        )

    def _split(self, slot: Slot) -> Slot:
        """The slot with a reading as the two words that were written as one, if no entry holds it: `heartfailure`."""
        word = slot.readings[-1].words[0]
        if slot.readings[-1].kind is not MatchKind.TITLE or len(slot.readings[0].words) > 1:
            return slot
        if any(self._known(word, reading.begins) for reading in slot.readings for word in reading.words):
            return slot
        parts = self._apart(word)
        if parts is None:
            return slot
        apart = Reading(parts, MatchKind.SPELLING, False, SPLIT_QUALITY, " ".join(parts))
        return replace(slot, readings=(*slot.readings, apart), weight=self._weight(parts, begins=False))
