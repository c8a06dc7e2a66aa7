"""Looser readings of typed words: corrected spelling, other forms, and two words that were written as one."""

from collections.abc import Sequence
from functools import lru_cache

from app.library.sounds import sounds
from app.library.tokens import singular
from app.search.parsing.forms import Forms
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.query import MatchKind, Reading, Slot, TypedWord, Use
from app.search.parsing.slot_reader import SENSE_KINDS, SHORTEST_PREFIX, SLOTS_CACHED, SlotReader
from app.search.parsing.spelling import CLEARLY_NEARER, Correction, Speller
from app.search.parsing.vocabulary import Vocabulary

FAR_COMMONER = 20
"""A known word may be a misspelling of a word that is at least this many times as common."""

MOST_ENTRIES_IF_MISSPELLED = 8
"""A word in more entries than this is spelled as it is meant."""

MOST_ENTRIES_IF_BEGUN = 100
"""Likewise for a text that is no word of the index, but begins some."""

SHORTEST_AMBIGUOUS = 6
"""Letters of a word that is certainly misspelled, and may then mean a word whose spelling alone would not decide it."""

STILL_OFFERED = 1.0
"""Of words that are only offered, those that are further than the nearest by more mistakes than this are left out."""

FORM_QUALITY = 0.9
"""The quality of a word with another ending, compared with the typed one."""

STEM_OF_RIGHT_WORD = 6
"""Letters that another form shares with a word of English that the index lacks: a plumber has no plumbism."""

SHORTEST_PART = 4
"""Letters of the shorter of two words that are written as one."""

MISTAKES_OF_ONE_WORD = 2
"""A word with more mistakes than this may rather be two words that were written as one."""

SHORTEST_COMMON_PART = 3
COMMON_PART = 1 / 1500
"""With a shorter part both must be words in this share of the entries: `kneepain`, `hipfracture`. A phrase of the
lexicon may have any: `dogbite`."""

PERSONAL_TITLES = frozenset({"dr", "miss", "mr", "mrs", "ms"})
UNAMBIGUOUS_TITLE = "mrs"
LONGEST_NAME = 4
"""Words of a title and a name."""

SPLIT_QUALITY = 0.84
"""The quality of two words that were typed as one."""


class LooseReadings:
    """Finds readings of words beyond the typed ones, for texts whose words few entries hold in full."""

    def __init__(self, lexicon: Lexicon, vocabulary: Vocabulary, slot_reader: SlotReader) -> None:
        self._lexicon = lexicon
        self._vocabulary = vocabulary
        self._slot_reader = slot_reader
        self._speller = Speller(vocabulary, lexicon.is_sensitive, lambda word: bool(lexicon.drugs.named((word,))))
        self._forms = Forms(vocabulary)
        # From one keystroke to the next all words but the last are the same.
        self.with_forms = lru_cache(maxsize=SLOTS_CACHED)(self._with_forms)
        self.corrections = lru_cache(maxsize=SLOTS_CACHED)(self._corrections)

    def certain(self, word: TypedWord) -> tuple[str, ...]:
        """Return the words that a misspelled word certainly means, likeliest first: one that is clearly likelier than
        the others stands alone."""
        if word.uncorrected:
            return ()
        corrections = self.corrections(word)
        first = next((correction for correction in corrections if correction.certain), None)
        if first is None or self._is_rather_apart(word, first):
            return ()
        # Where one is certain the word is misspelled, so that one that is as near may be meant too: `stroak`.
        is_long = len(word.text) >= SHORTEST_AMBIGUOUS
        likely = [c for c in corrections if c.certain or (is_long and not self._lexicon.is_sensitive(c.text))]
        likely = [c for c in likely if c.cost - likely[0].cost < CLEARLY_NEARER]
        return tuple(c.text for c in sorted(likely, key=lambda c: -c.certainty))

    def _is_rather_apart(self, word: TypedWord, correction: Correction) -> bool:
        """Return whether a word is rather two words than another one: `shoulderpain`, not `shoulderjoint`."""
        if correction.mistakes <= MISTAKES_OF_ONE_WORD or sounds(word.text) == sounds(correction.text):
            return False
        return self.apart(word) is not None

    def joined(self, word: TypedWord, following: TypedWord) -> TypedWord | None:
        """Return two words as the one that they certainly are, misspelled and written apart: `new monia`; None if each
        is a word of its own or certainly means one, or if they sound otherwise than a word."""
        if following.gap != " " or not (word.use is following.use is Use.PLAIN):
            return None
        unknown = [part for part in (word, following) if not self._is_spelled_right(part)]
        if not unknown or any(self.certain(part) for part in unknown):
            return None
        written = TypedWord(word.raw + following.raw, word.raw + following.text, following.last, word.gap)
        # Nearly no pair sounds like a word, and to compare letters takes a hundred times as long.
        if not self._speller.has_sound_of(written.text):
            return None
        meant = self.certain(written)
        if not meant or sounds(written.text) != sounds(meant[0]):
            return None
        return written._replace(text=meant[0], uncorrected=written.text)

    def _is_spelled_right(self, word: TypedWord) -> bool:
        """Return whether a typed word is one of the index, the lexicon or the language."""
        known = word.text in self._vocabulary or bool(self._lexicon.senses((word.text,)))
        return known or self._speller.is_right(word.text)

    def name_person(self, words: Sequence[TypedWord]) -> bool:
        """Return whether words are the title and the name of a person: `dr patel`."""
        if not 1 < len(words) <= LONGEST_NAME or words[0].text not in PERSONAL_TITLES:
            return False
        # `MR Barrett` may be two findings, and `Mr. Barrett` or `mrs barrett` is a person.
        is_title = words[0].text == UNAMBIGUOUS_TITLE or words[1].gap.startswith(".")
        return all(
            is_title if self._lexicon.senses((word.text,)) else self._speller.is_name(word.raw) for word in words[1:]
        )

    def supposed(self, word: TypedWord) -> tuple[str, ...]:
        """Return the words that a word may mean if the other words of the text agree, certain ones first."""
        if word.uncorrected:
            return ()
        corrections = self.corrections(word)
        if corrections and self._speller.is_right_word(word.text):
            # A word of English means itself: teen pregnancy is no twin pregnancy.
            return tuple(c.text for c in corrections if c.certain)
        near = [c.text for c in corrections if not c.certain and not self._lexicon.is_sensitive(c.text)]
        return tuple([c.text for c in corrections if c.certain] + near)

    def offered(self, word: TypedWord) -> tuple[str, ...]:
        """Return the words that may be offered instead of a word to which no entry leads."""
        begins = word.last or len(word.text) >= SHORTEST_PREFIX
        if word.uncorrected or any(self._slot_reader.is_known(text, begins) for text in (word.text, word.raw)):
            return ()
        corrections = self.corrections(word)
        return tuple(c.text for c in corrections if c.cost - corrections[0].cost < STILL_OFFERED)

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
        if not entries:
            return self._speller.corrections(american, word.last)
        only_begins = not singular_known and american not in self._vocabulary
        if not only_begins and not word.plural:
            # A rare word may be a misspelling although longer ones begin with it: `hart`, of Hart's disease.
            entries = max(self._vocabulary.count(word.text), self._vocabulary.count(american))
        if entries > (MOST_ENTRIES_IF_BEGUN if only_begins else MOST_ENTRIES_IF_MISSPELLED):
            return ()
        # The code sets hold misspellings too (`IBDU (colonic inflammatory bowel dissease)`), and what only begins rare
        # words may be a common one: `hart` is heart, not Hartnup; a name as well (`rist`), if other words agree.
        most_mistakes = 2 if only_begins else 1
        return tuple(
            correction
            for correction in self._speller.corrections(american)
            if (correction.certain or only_begins)
            and correction.mistakes <= most_mistakes
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
            if len(reading.words) == 1 and reading.kind is MatchKind.TITLE:
                word = reading.words[0]
                is_known = word in self._vocabulary
                if is_known and not reading.corrected:
                    parts = self._apart(word)
                    if parts is not None:
                        # The brainstem of the Index is the brain stem of titles.
                        added.append(Reading(parts, MatchKind.EVERYDAY, False, FORM_QUALITY, " ".join(parts)))
                forms = self._forms.of(word)
                if not is_known and forms and self._slightly_misspelled(word):
                    continue
                if not is_known and forms and self._speller.is_right_word(word):
                    forms = tuple(form for form in forms if form[:STEM_OF_RIGHT_WORD] == word[:STEM_OF_RIGHT_WORD])
                for form in forms:
                    if (form,) not in seen:
                        seen.add((form,))
                        quality = reading.quality * FORM_QUALITY
                        text = reading.text if reading.corrected else form
                        added.append(
                            Reading((form,), MatchKind.EVERYDAY, False, quality, text, corrected=reading.corrected)
                        )
        added += slot.wider
        return slot._replace(readings=(*slot.readings, *added)) if added else slot

    def _slightly_misspelled(self, word: str) -> bool:
        """Return whether an unknown word is within one mistake of a known one, or certainly means one, so that it is
        hardly another form of a third: `insuline`, `allegric`."""
        return any(correction.mistakes <= 1 or correction.certain for correction in self._speller.corrections(word))

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
        text = " ".join(parts)
        apart = [Reading(parts, MatchKind.TITLE, False, SPLIT_QUALITY, text, corrected=True)]
        for sense in self._slot_reader.senses(parts):
            apart.append(Reading(sense.words, SENSE_KINDS[sense.kind], False, SPLIT_QUALITY, text, corrected=True))
        weight = self._slot_reader.weight(parts, begins=False)
        return slot._replace(readings=(*slot.readings, *apart), weight=weight)

    def apart(self, word: TypedWord) -> tuple[str, str] | None:
        """Return the two words that an unknown word is made of: `bloodpressure`; None if there are none."""
        begins = word.last or len(word.text) >= SHORTEST_PREFIX
        if self._slot_reader.is_known(word.text, begins) or self._slot_reader.senses((word.text,)):
            return None
        return self._apart(word.raw)

    def _apart(self, word: str) -> tuple[str, str] | None:
        """Return the two words of the index that a word is made of: a phrase of the lexicon, or the two whose
        rarer one is commonest. None if there are none."""
        if not word.isalpha():
            return None
        best: tuple[tuple[bool, int], tuple[str, str]] | None = None
        for cut in range(SHORTEST_COMMON_PART, len(word) - SHORTEST_COMMON_PART + 1):
            parts = word[:cut], singular(word[cut:])
            count = min(map(self._vocabulary.count, parts))
            is_phrase = count > 0 and bool(self._lexicon.senses(parts))
            is_short = min(cut, len(word) - cut) < SHORTEST_PART
            if not is_phrase and count < (COMMON_PART * self._vocabulary.entries if is_short else 1):
                continue
            if best is None or (is_phrase, count) > best[0]:
                best = (is_phrase, count), parts
        return best[1] if best is not None else None
