"""Parse typed text into a query, and a query into looser ones."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from app.library.tokens import WORD, fold, singular, without_apostrophe, word_list
from app.search.parsing.denials import without_denied, without_possibly_denied
from app.search.parsing.lexicon import LONGEST_PHRASE, Lexicon
from app.search.parsing.list_numbers import without_list_numbers
from app.search.parsing.loose_readings import LooseReadings
from app.search.parsing.measurements import Measurements
from app.search.parsing.number_forms import as_in_titles, trimester_of_weeks
from app.search.parsing.polarity import affirming, has_denial, polarities
from app.search.parsing.query import Measured, Offer, Polarity, Query, Slot, TypedWord, Use
from app.search.parsing.roles import CANCER_WORDS, Roles
from app.search.parsing.scopes import split_scope
from app.search.parsing.slot_reader import SlotReader
from app.search.parsing.vocabulary import Vocabulary

LONGEST_TEXT = 300
"""Characters that are read, more than any title has; the rest of a page that was pasted by mistake is ignored."""

MOST_SLOTS = 40
"""Enough to type the longest title, of 37 words, in full."""

MOST_CORRECTED = 12
"""Words of a text that are corrected, which takes a millisecond each: a page of misspelled words is no phrase."""

MOST_NUMBERS = 8
"""Numbers of a text that are looked for in ranges: a column of numbers is no phrase, and each has dozens of ranges."""

SHORTEST_JOINED = 4
"""Letters of the shorter of two words of the index that are read as one too."""

SUPERVISION = "encounter for supervision of normal pregnancy, unspecified,"
"""Words of the titles of a visit in a pregnancy of which nothing else is said."""

_COMPARISON_SIGNS = (
    (re.compile(r"(?<!\S)[>≥]=?\s*(?=[0-9])"), " greater "),
    (re.compile(r"(?<!\S)[<≤]=?\s*(?=[0-9])"), " less "),
)
"""Signs that stand for a word of titles: `Ventilation, Greater than 96 Consecutive Hours`."""

_QUOTED_EXCLUDED_OR_WORD = re.compile(r'"([^"]*)"?|(?:(?<=\s)|^)-(?![0-9]+\.[0-9])([^\s"]+)|([^\s"]+)')
"""A negative number with decimals excludes nothing: `t score -2.7`."""


class Parser:
    """Parses typed text with a lexicon, the vocabulary of the index, and the roles of words and measured values."""

    def __init__(self, lexicon: Lexicon, vocabulary: Vocabulary, roles: Roles, measurements: Measurements) -> None:
        self._vocabulary = vocabulary
        self._roles = roles
        self._measurements = measurements
        self._why_nonspecific = lexicon.why_nonspecific
        self._slot_reader = SlotReader(lexicon, vocabulary, roles)
        self._loose = LooseReadings(lexicon, vocabulary, self._slot_reader)

    def parse(self, text: str, *, as_typed: bool = False, reads_denials: bool = True) -> Query:
        """Return the query of a text. Any text is a query; one without letters and digits has no slots. What the text
        denies is left out, unless denials are not to be read."""
        # Half of a UTF-16 character, from a cut-off emoji or a byte of no encoding, cannot be sent to a database.
        text = text[:LONGEST_TEXT].encode(errors="replace").decode()
        systems, rest = split_scope(text if as_typed else without_list_numbers(text))
        phrases: list[tuple[str, ...]] = []
        without: list[str] = []
        plain_words: list[str] = []
        for quoted, excluded, word in _QUOTED_EXCLUDED_OR_WORD.findall(rest):
            if quoted:
                phrase = tuple(word_list(quoted))
                phrases.append(phrase)
                plain_words.append(quoted)
            elif excluded:
                without += word_list(excluded)
            else:
                plain_words.append(word)
        words = " ".join(plain_words)
        if not as_typed:
            words = as_in_titles(words)
        for sign, word in _COMPARISON_SIGNS:
            words = sign.sub(word, words)
        typed = _typed_words(words, ends_open=not rest.endswith((" ", '"')))
        if not (as_typed or phrases or without) and self._loose.name_person(typed):
            # The disease that is called so is offered: `Mr. Graves`.
            names = [word for word in typed[1:] if word.text in self._vocabulary]
            named = self._query(rest, names, as_typed=False) if names else Query(rest, words=tuple(typed))
            return named._replace(systems=systems, is_person=True)
        if as_typed:
            query = self._query(rest, typed, as_typed=True)
        else:
            query = self._as_meant(rest, typed, reads_denials=reads_denials)
        affirmed, reduced = query.affirmed, query.reduced
        limits = query._replace(phrases=tuple(p for p in phrases if p), without=tuple(without), systems=systems)
        return limits._replace(
            affirmed=None if affirmed is None else _limited(affirmed, limits),
            reduced=None if reduced is None or limits.phrases else _limited(reduced, limits),
            beside=None if query.beside is None or limits.phrases else _limited(query.beside, limits),
            history=None if query.history is None else _limited(query.history, limits),
        )

    def _as_meant(self, text: str, typed: list[TypedWord], *, reads_denials: bool) -> Query:
        """Return the query of words if some only say how the rest is meant."""
        measured: tuple[Measured, ...] = ()
        if any(word.text[0].isdigit() for word in typed):
            others, measured = self._measurements.without_measured(typed)
            if measured and not others:
                return self._only_measured(text, typed, measured)
            typed = others
        affirmed = without_denied(typed, self._is_phrase) if reads_denials else None
        typed = typed if affirmed is None else affirmed
        without_more = without_possibly_denied(typed, self._is_phrase) if reads_denials else None
        roles = self._roles.read(typed)
        words = roles.words
        if sum(1 for word in words if word.number_of) > MOST_NUMBERS:
            words = [word._replace(number_of="") for word in words]
        trimester = trimester_of_weeks([word.text for word in words])
        if trimester:
            return self._query(text, words, as_typed=False)._replace(beside=self._supervision(trimester))
        origin = self._roles.origin(words)
        more = None if without_more is None else self._as_meant(text, without_more, reads_denials=True)
        return self._query(text, words, as_typed=False)._replace(
            denies=affirmed is not None,
            affirmed=None if more is None else more._replace(measured=measured),
            reduced=None if roles.reduced is None else self._query(text, roles.reduced, as_typed=False),
            beside=None if origin is None else self._query(text, origin, as_typed=False),
            history=None if roles.had is None else self._query(text, roles.had, as_typed=False),
            is_history=roles.is_history,
            is_of_family=roles.is_of_family and not roles.is_history,
            uncertain=roles.uncertain,
            measured=measured,
            nonspecific=self._why_nonspecific(tuple(word.text for word in words)),
        )

    def _supervision(self, trimester: str) -> Query:
        """Return the query for the supervision of a normal pregnancy in a trimester: the first trimester is not that of
        a first pregnancy."""
        words = _typed_words(f"{SUPERVISION} {trimester} trimester", ends_open=False)
        return self._query(SUPERVISION, words, as_typed=True)._replace(phrases=((trimester, "trimester"),))

    def _only_measured(self, text: str, typed: list[TypedWord], measured: tuple[Measured, ...]) -> Query:
        """Return the query of what measured values may be a sign of; as typed for an impossible one of a scale."""
        if any(value.is_scale for value in measured):
            query = self._query(text, self._roles.read(typed).words, as_typed=False)
        else:
            sign = next((value.sign for value in measured if value.sign), "")
            query = self._query(sign or text, _typed_words(sign, ends_open=False), as_typed=False)
        return query._replace(measured=measured, only_measured=True)

    def _query(self, text: str, words: list[TypedWord], *, as_typed: bool) -> Query:
        # A word that is typed again adds no condition, but would cost another lookup.
        slots = dict.fromkeys(self._slots(words, as_typed=as_typed))
        return Query(text, tuple(slots)[:MOST_SLOTS], words=tuple(words))

    def _is_phrase(self, words: tuple[str, ...]) -> bool:
        return bool(self._slot_reader.senses(words))

    def word_by_word(self, query: Query) -> Query | None:
        """Return the query without phrases of the lexicon: `dog bite` also is a bite. None if it has none."""
        if all(len(slot.readings[0].words) == 1 for slot in query.slots):
            return None
        words = [word._replace(use=Use.APART) if word.use is Use.PLAIN else word for word in query.words]
        slots = tuple(dict.fromkeys(self._slots(words, as_typed=False)))[:MOST_SLOTS]
        return query._replace(slots=slots) if slots != query.slots else None

    def corrected(self, query: Query) -> Query | None:
        """Return the query with its misspelled words corrected, if it is certain what they mean; None if there is
        nothing to correct.

        A word that is spelled as the index spells it, or that may still grow into such a word, is left alone, unless it
        is so rare that it is likelier a misspelling itself. Words that were written as one are read apart, and words
        that were written apart as one.
        """
        words = self._replaced(self._with_words_joined(query.words), self._loose.certain)
        words = self._with_words_apart(words)
        return self._with_words(query, words, joins_all=True)

    def supposed(self, query: Query) -> Query | None:
        """Return the query with each word that may be misspelled read as all that is near; None if nothing is.

        The result is an answer only where the other words agree with the reading.
        """
        return self._with_words(query, self._replaced(query.words, self._loose.supposed))

    def offered(self, query: Query) -> Query | None:
        """Return the query with each unknown word read as those that are offered; None if none are."""
        words = self._replaced(query.words, self._loose.offered)
        return (
            query._replace(slots=tuple(self._slots(words, as_typed=False)), words=words)
            if words != query.words
            else None
        )

    def offers(self, query: Query) -> tuple[Offer, ...]:
        """Return the words that may be meant by words to which no entry leads."""
        in_phrases = self._in_phrases(query.words)
        offers = (
            Offer(word.raw, self._loose.offered(word))
            for position, word in enumerate(query.words[:MOST_CORRECTED])
            if position not in in_phrases
        )
        return tuple(offer for offer in offers if offer.words)

    def _replaced(
        self, words: tuple[TypedWord, ...], corrections: Callable[[TypedWord], tuple[str, ...]]
    ) -> tuple[TypedWord, ...]:
        """Return words with their corrections; those of a phrase of the lexicon are spelled right."""
        corrected = [(place, texts) for place, word in enumerate(words) if (texts := corrections(word))]
        if not corrected:
            return words
        in_phrases = self._in_phrases(words)
        replaced = list(words)
        for place, texts in corrected[:MOST_CORRECTED]:
            if place not in in_phrases:
                replaced[place] = words[place]._replace(
                    text=texts[0], uncorrected=words[place].text, alternatives=texts[1:]
                )
        return tuple(replaced)

    def _in_phrases(self, words: Sequence[TypedWord]) -> set[int]:
        """Return the positions of words that are in phrases of the lexicon."""
        in_phrases: set[int] = set()
        for position in range(len(words)):
            length = self._phrase_length(words, position)
            if length > 1:
                in_phrases.update(range(position, position + length))
        return in_phrases

    def _with_words_joined(self, words: tuple[TypedWord, ...]) -> tuple[TypedWord, ...]:
        """Return words, with two that are a misspelled one written apart read as that: `new monia`."""
        for number, (word, following) in enumerate(pairwise(words[:MOST_CORRECTED])):
            joined = self._loose.joined(word, following)
            if joined is not None:
                return (*words[:number], joined, *words[number + 2 :])
        return words

    def _with_words_apart(self, words: tuple[TypedWord, ...]) -> tuple[TypedWord, ...]:
        """Return words, with the first that is two in a phrase of the lexicon read as these: `high bloodpressure`."""
        for number, word in enumerate(words[:MOST_CORRECTED]):
            parts = None if word.uncorrected else self._loose.apart(word)
            if parts is None:
                continue
            first = word._replace(text=parts[0], uncorrected=word.text, last=False)
            second = word._replace(raw="", text=parts[1], gap="", uncorrected=word.text)
            apart = (*words[:number], first, second, *words[number + 1 :])
            for start in range(max(0, number - LONGEST_PHRASE + 2), number + 1):
                if start + self._phrase_length(apart, start) >= number + 2:
                    return apart
        return words

    def _with_words(self, query: Query, words: tuple[TypedWord, ...], *, joins_all: bool = False) -> Query | None:
        """Return the query with other words, unknown ones read apart; None if they are read alike."""
        slots: Sequence[Slot] = query.slots
        if words is not query.words or (joins_all and len(words) > 1):
            slots = self._slots(words, as_typed=False, joins_all=joins_all)
        slots = tuple(dict.fromkeys(map(self._loose.split, slots)))[:MOST_SLOTS]
        return query._replace(slots=slots, words=words) if slots != query.slots else None

    def slots_of(self, words: Sequence[TypedWord]) -> list[Slot]:
        """Return the slots of some words of a text, read as if they were all of it."""
        return self._slots(list(words), as_typed=False)

    def weight(self, words: tuple[str, ...]) -> float:
        """Return the weight of words of the index."""
        return self._slot_reader.weight(words, begins=False)

    def with_forms(self, query: Query) -> Query | None:
        """Return the query with other forms of its words added, for use when few entries hold the words as they are;
        None if there are no other forms."""
        slots = tuple(map(self._loose.with_forms, query.slots))
        return query._replace(slots=slots) if slots != query.slots else None

    def _slots(self, words: Sequence[TypedWord], *, as_typed: bool, joins_all: bool = False) -> list[Slot]:
        """Return the slots of words; with `joins_all` two words are one wherever the index has that."""
        slots: list[Slot] = []
        texts = [word.text for word in words]
        polarity_of = polarities(texts, [word.gap for word in words]) if has_denial(texts) else ()
        position = 0
        while position < len(words):
            length = 1 if as_typed else self._phrase_length(words, position)
            part = words[position : position + length]
            if length == 1 and _is_decimal(words, position):
                part = words[position : position + 2]
                slots.append(self._slot_reader.slot(tuple(part), as_typed))
            elif length == 1 and self._joins_next(words, position, joins_all=joins_all):
                part = words[position : position + 2]
                slots.append(self._slot_reader.joined_slot(part))
            else:
                slots.append(self._slot_reader.slot(tuple(part), as_typed))
            if polarity_of and polarity_of[position] is not Polarity.AFFIRMED:
                slots[-1] = slots[-1]._replace(polarity=polarity_of[position])
            position += len(part)
        return affirming(slots) if len(slots) > 1 else slots

    def _phrase_length(self, words: Sequence[TypedWord], position: int) -> int:
        """Return the number of words of the longest phrase of the lexicon that starts at a position; 1 if none does. An
        operation in the past is one phrase, whether the lexicon has it or not."""
        use = words[position].use
        if use is Use.APART:
            return 1
        if use is Use.PAST:
            return sum(1 for word in words if word.use is Use.PAST)
        for length in range(min(LONGEST_PHRASE, len(words) - position), 1, -1):
            if words[position + length - 1].use is not use:
                continue
            if use is Use.RELATIVE and words[position + length - 1].text in CANCER_WORDS:
                # Titles of family histories name the organ, or the organs that it belongs to.
                continue
            if self._slot_reader.senses(tuple(word.text for word in words[position : position + length])):
                return length
        return 1

    def _joins_next(self, words: Sequence[TypedWord], position: int, *, joins_all: bool) -> bool:
        if position + 1 >= len(words) or words[position].use is not Use.PLAIN:
            return False
        return self._joins(words[position], words[position + 1], joins_all=joins_all)

    def _joins(self, word: TypedWord, following: TypedWord, *, joins_all: bool) -> bool:
        """Return whether two words are one that was written apart: `hyper tension`, `b-12`, `e/m`."""
        joined = word.text + following.text
        if joined not in self._vocabulary:
            return False
        letters = following.gap == "/" and len(word.text) == len(following.text) == 1
        if letters or (following.gap == "-" and following.text[0].isdigit()):
            return True
        if word.text not in self._vocabulary or following.text not in self._vocabulary:
            return len(joined) > 5
        if not joined.isalpha() or len(joined) < 2 * SHORTEST_JOINED or following.gap != " ":
            return False
        if joins_all:
            return True
        if min(len(word.text), len(following.text)) < SHORTEST_JOINED:
            return False
        # Two words of the index that are mostly written as one: `wheel chair`. Entries with a hyphen between them hold
        # the two as well as the one.
        count = self._vocabulary.count
        return count(joined) > min(count(word.text), count(following.text))


def _limited(query: Query, limits: Query) -> Query:
    """Return a query with the quoted and excluded words, the kind of history and the code sets of another."""
    return query._replace(
        phrases=(*query.phrases, *limits.phrases),
        without=limits.without,
        systems=limits.systems,
        is_history=query.is_history or limits.is_history,
        is_of_family=query.is_of_family or limits.is_of_family,
    )


def _is_decimal(words: Sequence[TypedWord], position: int) -> bool:
    """Return whether a word and the following one are a number with its decimals: `37.2`."""
    if position + 1 >= len(words) or words[position + 1].gap != ".":
        return False
    return words[position].text.isdigit() and words[position + 1].text.isdigit()


def _typed_words(text: str, *, ends_open: bool) -> list[TypedWord]:
    """Return the words of a text; with `ends_open` the last one may still grow."""
    folded = fold(text)
    matches = list(WORD.finditer(folded))
    words: list[TypedWord] = []
    end = 0
    for match in matches:
        gap = folded[end : match.start()].strip() or " "
        word = without_apostrophe(match["word"])
        words.append(TypedWord(word, singular(word), ends_open and match is matches[-1], gap))
        end = match.end()
    return words
