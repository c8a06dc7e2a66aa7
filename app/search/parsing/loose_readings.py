"""Looser readings of typed words: corrected spelling, other forms, and two words that were written as one."""

from functools import lru_cache

from app.library.tokens import singular
from app.search.parsing.forms import Forms
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.query import MatchKind, Reading, Slot, TypedWord
from app.search.parsing.slot_reader import SHORTEST_PREFIX, SLOTS_CACHED, SlotReader
from app.search.parsing.spelling import Correction, Speller
from app.search.parsing.vocabulary import Vocabulary

FAR_COMMONER = 20
"""A known word may be a misspelling of a word that is at least this many times as common."""

MOST_ENTRIES_IF_MISSPELLED = 8
"""A word in more entries than this is spelled as it is meant."""

FORM_QUALITY = 0.9
"""The quality of a word with another ending, compared with the typed one."""

SHORTEST_PART = 4
"""Letters of the shorter of two words that are written as one."""

SPLIT_QUALITY = 0.84
"""The quality of two words that were typed as one."""


class LooseReadings:
    """Finds readings of words beyond the typed ones, for texts whose words few entries hold in full."""

    def __init__(self, lexicon: Lexicon, vocabulary: Vocabulary, slot_reader: SlotReader) -> None:
        self._lexicon = lexicon
        self._vocabulary = vocabulary
        self._slot_reader = slot_reader
        self._speller = Speller(vocabulary)
        self._forms = Forms(vocabulary)
        # From one keystroke to the next all words but the last are the same.
        self.with_forms = lru_cache(maxsize=SLOTS_CACHED)(self._with_forms)
        self.corrections = lru_cache(maxsize=SLOTS_CACHED)(self._corrections)

    def _corrections(self, word: TypedWord) -> tuple[Correction, ...]:
        """Return the words that a word may be a misspelling of, likeliest first; none for a word that the lexicon
        explains or many entries hold."""
        if self._lexicon.senses((word.text,)):
            return ()
        # A word that only looks like a plural is corrected with its ending: `pancreatits`.
        singular_known = word.text in self._vocabulary
        typed = word.text if singular_known else word.raw
        begins = word.last or len(word.text) >= SHORTEST_PREFIX
        american = self._slot_reader.american_word(typed)
        if word.plural:
            entries = max(self._vocabulary.count(word.text), self._entries_with(word.raw, begins))
        else:
            entries = max(self._entries_with(word.text, begins), self._entries_with(american, begins))
        if entries > MOST_ENTRIES_IF_MISSPELLED:
            return ()
        corrections = self._speller.corrections(american, word.last and not entries)
        if not entries:
            return corrections
        # The code sets hold misspellings too (`IBDU (colonic inflammatory bowel dissease)`).
        most_mistakes = 1 if american in self._vocabulary else 2
        return tuple(
            correction
            for correction in corrections
            if correction.mistakes <= most_mistakes
            and self._vocabulary.count(correction.text) >= FAR_COMMONER * entries
        )

    def _entries_with(self, word: str, begins: bool) -> int:
        """Return the number of entries that hold a word, or with `begins` at most the number that hold one which begins
        with it."""
        return self._vocabulary.prefix_count(word) if begins else self._vocabulary.count(word)

    def _with_forms(self, slot: Slot) -> Slot:
        """Return a slot with readings by other forms of its words."""
        seen = {reading.words for reading in slot.readings}
        added: list[Reading] = []
        for reading in slot.readings:
            if len(reading.words) == 1 and reading.kind in (MatchKind.TITLE, MatchKind.SPELLING):
                word = reading.words[0]
                is_known = word in self._vocabulary
                if is_known and reading.kind is MatchKind.TITLE:
                    parts = self._apart(word)
                    if parts is not None:
                        # The brainstem of the Index is the brain stem of titles.
                        added.append(Reading(parts, MatchKind.EVERYDAY, False, FORM_QUALITY, " ".join(parts)))
                forms = self._forms.of(word)
                if not is_known and forms and self._slightly_misspelled(word):
                    continue
                for form in forms:
                    if (form,) not in seen:
                        seen.add((form,))
                        kind = MatchKind.EVERYDAY if reading.kind is MatchKind.TITLE else reading.kind
                        added.append(Reading((form,), kind, False, reading.quality * FORM_QUALITY, form))
        added += slot.wider
        return slot._replace(readings=(*slot.readings, *added)) if added else slot

    def _slightly_misspelled(self, word: str) -> bool:
        """Return whether an unknown word is within one mistake of a known one, so that it is hardly another form of a
        third: `insuline`."""
        return any(correction.mistakes <= 1 for correction in self._speller.corrections(word))

    def split(self, slot: Slot) -> Slot:
        """Return a slot with a reading as two words, if no entry holds its one word: `heartfailure`."""
        word = slot.readings[-1].words[0]
        if slot.readings[-1].kind is not MatchKind.TITLE or len(slot.readings[0].words) > 1:
            return slot
        is_known = self._slot_reader.is_known
        if any(is_known(word, reading.begins) for reading in slot.readings for word in reading.words):
            return slot
        parts = self._apart(word)
        if parts is None:
            return slot
        apart = Reading(parts, MatchKind.SPELLING, False, SPLIT_QUALITY, " ".join(parts))
        weight = self._slot_reader.weight(parts, begins=False)
        return slot._replace(readings=(*slot.readings, apart), weight=weight)

    def _apart(self, word: str) -> tuple[str, str] | None:
        """Return the two words of the index that a word is made of, with the longest first part; None if there are
        none."""
        for cut in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
            first, second = word[:cut], singular(word[cut:])
            if first in self._vocabulary and second in self._vocabulary:
                return first, second
        return None
