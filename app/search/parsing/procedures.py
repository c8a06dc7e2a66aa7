"""Read typed text as a procedure: operation, body part and details, in the words of ICD-10-PCS.

| typed                     | operation                      | body part          | details             |
|---------------------------|--------------------------------|--------------------|---------------------|
| `septoplasty`             | repair, replacement, ...       | nasal septum       |                     |
| `coronary stent placement`| dilation                       | coronary artery    | intraluminal device |
| `egd with gastric biopsy` | excision, extraction, drainage | stomach            | diagnostic          |
"""

import sqlite3
from collections.abc import Callable, Container, Iterable, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from app.codes.pcs import PCS_SECTIONS
from app.library.entries import UNCOUNTED_WORDS
from app.library.procedure_words import PROCEDURE_TABLES, Alternatives, ProcedurePhrase, ProcedureWords, Words
from app.library.tokens import word_list
from app.search.parsing.packed import packed_lines
from app.search.parsing.parser import Parser
from app.search.parsing.query import MatchKind, Query, Reading, Slot, TypedWord, Use

LONGEST_PHRASE = 5
"""Words; no phrase of the table has more."""

SHORTEST_FORM = 2
"""Letters of a combining form; with the ending they are a word of six letters or more."""

JOINING_VOWELS = "oi"
"""Vowels that join a combining form to what follows: gastr-o-scopy, append-i-citis."""

GENERAL_OPERATIONS: dict[Words, int] = {("repair",): 1, ("insertion",): 2, ("introduction",): 2, ("inspection",): 3}
"""Operations that give way to less general ones of the text, the least general first: `stent insertion` is a dilation,
and a colonoscopy with a biopsy an excision, since an inspection on the way is not coded (guideline B3.11a)."""

BYPASS = ("bypass",)

_WORDS_OF_SECTIONS = {
    "1": "delivery abortion product",
    "2": "immobilization packing compression traction dressing",
    "3": "introduction irrigation transfusion",
    "4": "measurement monitoring",
    "5": "assistance performance restoration extracorporeal ventilation",
    "6": "hypothermia hyperthermia pheresis phototherapy",
    "B": "fluoroscopy plain computerized magnetic ultrasonography",
    "C": "planar positron tomographic",
    "D": "beam brachytherapy stereotactic radiosurgery",
    "G": "electroconvulsive hypnosis biofeedback",
}
SECTION_OF_WORD = {word: section for section, words in _WORDS_OF_SECTIONS.items() for word in words.split()}
"""The section of ICD-10-PCS in which an operation or a body part stands, by its first word, if that is not Medical and
Surgical: products of conception are of Obstetrics."""

SIDES = frozenset(
    {"left", "right", "bilateral", "upper", "lower", "anterior", "posterior", "medial", "lateral", "distal"}
)
"""Words that choose among body parts but name none."""

READING_QUALITY = 0.95
FURTHER_READING = 0.03
"""The quality of the likeliest meaning, and the loss of each further one."""

DETAIL_SHARE = 0.5
"""The share of the weight that words of the approach, the device or the qualifier have: the operation and the body part
decide on the table."""

READ_CACHED = 64


class Procedure(NamedTuple):
    """A query for a procedure in words of ICD-10-PCS, whose first slot is the operation; `body_slots` are the numbers
    of those that name a body part.

    `section` is the query for its section, if that is not Medical and Surgical. Without `is_asked_for` the text names a
    device on a body part, but no operation: a renal artery stent may be put in, or there already.
    """

    query: Query
    body_slots: tuple[int, ...]
    is_asked_for: bool
    section: Query | None = None

    def is_named_by(self, readings: Sequence[Reading | None], missing: Container[int]) -> bool:
        """Return whether a text is the operation, on a body part that was typed, by the readings that match the slots
        in it and the slots that it lacks altogether.

        The device of a drainage is no drainage, but a body part may be the qualifier: the hemorrhoidal plexus.
        """
        return readings[0] is not None and (not self.body_slots or any(slot not in missing for slot in self.body_slots))


class _Part(NamedTuple):
    """A part of the text with its meaning, or ordinary words."""

    words: tuple[TypedWord, ...]
    meaning: ProcedurePhrase | None

    @property
    def typed(self) -> str:
        return " ".join(word.raw for word in self.words)


class ProcedureReader:
    """Reads texts as procedures, with the tables of the code database; `is_held` tells whether an entry of ICD-10-PCS
    holds a slot."""

    def __init__(self, connection: sqlite3.Connection, parser: Parser, is_held: Callable[[Slot], bool]) -> None:
        self._connection = connection
        self._parser = parser
        self._is_held = is_held
        self._read_words = lru_cache(maxsize=READ_CACHED)(self._read)
        self._made = lru_cache(maxsize=READ_CACHED)(self._read_made_word)

    @cached_property
    def _tables(self) -> ProcedureWords:
        # Not read at the start, which no search is part of.
        return ProcedureWords(*(packed_lines(self._connection, name) for name in PROCEDURE_TABLES))

    def read(self, query: Query) -> Procedure | None:
        """Return the procedure that a text asks for; None if it asks for none: it has no word for an operation, or
        another one that says it is in the past, or has complications."""
        if any(word.use is Use.PAST for word in query.words):
            return None
        read = self._read_words(query.words)
        return None if read is None else read._replace(query=query._replace(slots=read.query.slots))

    def _read(self, words: tuple[TypedWord, ...]) -> Procedure | None:
        parts = list(self._parts(words))
        meanings = [part.meaning for part in parts if part.meaning is not None]
        if any(meaning.denies for meaning in meanings):
            return None
        operations = [part for part in parts if _operates(part.meaning)]
        devices = [part for part in parts if part.meaning and part.meaning.operations.words and part.meaning.details]
        if not operations and not devices:
            return None
        main = min(operations or devices, key=_generality)
        ordinary = self._ordinary_slots(parts)
        naming = [slot for slot in ordinary if _names_body_part(slot)]
        body_parts = self._body_slots(main, parts, named=bool(naming))
        details = dict.fromkeys(words for meaning in meanings for words in meaning.details)
        operation = self._operation_slot(main, parts)
        slots = tuple(dict.fromkeys((operation, *body_parts, *ordinary, *map(self._detail, details))))
        named = {*naming, *(slot for slot in body_parts if not slot.free)}
        # A device alone leads to all operations with it: the text as it was typed does as much.
        if not (operations or named):
            return None
        body_slots = tuple(number for number, slot in enumerate(slots) if slot in named)
        return Procedure(Query("", slots), body_slots, bool(operations), self._section_query(operation, *body_parts))

    # Parts of the text

    def _parts(self, words: Sequence[TypedWord]) -> Iterable[_Part]:
        """Yield the phrases of the tables and the words made of forms and endings, with ordinary words between them."""
        ordinary: list[TypedWord] = []
        position = 0
        while position < len(words):
            length, meaning = self._meaning_at(words, position)
            if meaning is None:
                ordinary.append(words[position])
            else:
                if ordinary:
                    yield _Part(tuple(ordinary), None)
                    ordinary = []
                yield _Part(tuple(words[position : position + length]), meaning)
            position += length
        if ordinary:
            yield _Part(tuple(ordinary), None)

    def _meaning_at(self, words: Sequence[TypedWord], position: int) -> tuple[int, ProcedurePhrase | None]:
        """Return the number of words of the longest phrase at a position and its meaning; 1 and None without one."""
        for length in range(min(LONGEST_PHRASE, len(words) - position), 0, -1):
            phrase = " ".join([word.text for word in words[position : position + length]])
            meaning = self._tables.meaning(phrase)
            if meaning is not None:
                return length, meaning
        word = words[position].text
        meaning = self._made(word)
        if meaning is None and position + 1 < len(words) and words[position + 1].gap == "-":
            # `salpingo-oophorectomy`
            return 2, self._made(word + words[position + 1].text)
        return 1, meaning

    def _read_made_word(self, word: str) -> ProcedurePhrase | None:
        """Return the meaning of a word made of combining forms and an ending; None for any other word."""
        endings = (word[start:] for start in range(SHORTEST_FORM, len(word)))
        for ending in endings:
            operations = self._tables.operations(ending)
            if operations is None:
                continue
            forms = self._forms_of(word.removesuffix(ending))
            if forms is None:
                return None
            body_parts = [self._tables.body_parts(form) for form in forms]
            in_parentheses = all(part.in_parentheses for part in body_parts)
            if operations.words[0] == BYPASS and len(body_parts) > 1:
                # From the first to the second: gastrojejunostomy.
                return ProcedurePhrase(operations, body_parts[0], (body_parts[1].words[0],))
            words = tuple(dict.fromkeys(words for part in body_parts for words in part.words))
            return ProcedurePhrase(operations, Alternatives(words, in_parentheses))
        return None

    def _forms_of(self, stem: str) -> tuple[str, ...] | None:
        """Return the combining forms that a text is made of, with vowels between them; None if it is not made so."""
        for end in range(len(stem), SHORTEST_FORM - 1, -1):
            if stem[:end] not in self._tables.forms:
                continue
            rest = stem[end:]
            if rest in ("", *JOINING_VOWELS):
                return (stem[:end],)
            following = self._forms_of(rest)
            if following is None and rest[0] in JOINING_VOWELS:
                following = self._forms_of(rest[1:])
            if following is not None:
                return (stem[:end], *following)
        return None

    # Slots

    def _section_query(self, *slots: Slot) -> Query | None:
        """Return the query for the section of the first slot that tells it."""
        for slot in slots:
            section = SECTION_OF_WORD.get(slot.readings[0].words[0])
            if section is not None:
                return Query("", (self._slot(slot.typed, (tuple(word_list(PCS_SECTIONS[section])),)),))
        return None

    def _operation_slot(self, main: _Part, parts: Iterable[_Part]) -> Slot:
        assert main.meaning is not None
        operations = main.meaning.operations.words
        for part in parts:
            if part.meaning is None or not part.meaning.operations.in_parentheses:
                continue
            allowed = part.meaning.operations.words
            both = tuple(operation for operation in allowed if operation in operations)
            if both or operations[0] in GENERAL_OPERATIONS:
                operations = both or allowed
        return self._slot(main.typed, operations)

    def _body_slots(self, main: _Part, parts: Sequence[_Part], *, named: bool) -> list[Slot]:
        """Return the slots of body parts; with `named` an ordinary word names one."""
        explicit: list[tuple[str, tuple[Words, ...]]] = []
        implied: list[tuple[str, tuple[Words, ...]]] = []
        for part in (main, *(part for part in parts if part is not main)):
            if part.meaning is None or not part.meaning.body_parts.words:
                continue
            body_parts = part.meaning.body_parts
            on_the_way = part is not main and _operates(part.meaning)
            if on_the_way and (named or explicit):
                continue
            if body_parts.in_parentheses or on_the_way:
                implied.append((part.typed, body_parts.words))
                continue
            for number, (typed, words) in enumerate(explicit):
                # `pleural effusion, chest tube`: one body part, said twice.
                both = _common_words(words, body_parts.words)
                if both:
                    explicit[number] = (typed, both)
                    break
            else:
                explicit.append((part.typed, body_parts.words))
        slots = [self._slot(typed, words) for typed, words in explicit]
        if implied and (explicit or named):
            # An arthrodesis of the ankle is one of its joint, but a fasciotomy of the leg may be said of other tissues.
            preferred = self._slot(*implied[0])
            return [*slots, preferred._replace(weight=preferred.weight * DETAIL_SHARE, free=True)]
        return slots or [self._slot(typed, words) for typed, words in implied[:1]]

    def _ordinary_slots(self, parts: Iterable[_Part]) -> list[Slot]:
        """Return the slots of words that the tables do not have, without those that ICD-10-PCS does not have either."""
        slots = [slot for part in parts if part.meaning is None for slot in self._parser.slots_of(part.words)]
        return [slot for slot in slots if not _joins(slot) and self._is_held(slot)]

    def _detail(self, words: Words) -> Slot:
        slot = self._slot(" ".join(words), (words,))
        return slot._replace(weight=slot.weight * DETAIL_SHARE)

    def _slot(self, typed: str, alternatives: Sequence[Words]) -> Slot:
        readings = tuple(
            Reading(
                words,
                MatchKind.TITLE if " ".join(words) == typed else MatchKind.EVERYDAY,
                begins=False,
                quality=READING_QUALITY - FURTHER_READING * rank,
                text=" ".join(words),
            )
            for rank, words in enumerate(alternatives)
        )
        return Slot(typed, readings, self._parser.weight(alternatives[0]))


def _joins(slot: Slot) -> bool:
    """Return whether a slot is a word such as `with`, or stands for one: `w/`."""
    return slot.typed in UNCOUNTED_WORDS or any(UNCOUNTED_WORDS.issuperset(reading.words) for reading in slot.readings)


def _operates(meaning: ProcedurePhrase | None) -> bool:
    """Return whether a part is a word for an operation by itself."""
    return meaning is not None and bool(meaning.operations.words) and not meaning.operations.in_parentheses


def _generality(part: _Part) -> int:
    """Return the sort key of words for operations; of two that are alike the first one in the text counts."""
    return GENERAL_OPERATIONS.get(part.meaning.operations.words[0], 0) if part.meaning else 0


def _common_words(first: Iterable[Words], second: Sequence[Words]) -> tuple[Words, ...]:
    """Return the body parts that are one of the first and one of the second, or a part of that: shoulder tendon of
    shoulder and shoulder tendon."""
    pairs = ((one, other) for one in first for other in second)
    return tuple(dict.fromkeys(max(pair, key=len) for pair in pairs if _is_part(*pair) or _is_part(*pair[::-1])))


def _is_part(one: Words, other: Words) -> bool:
    return set(one) <= set(other)


def _names_body_part(slot: Slot) -> bool:
    """Return whether an ordinary word that ICD-10-PCS has may name a body part: it is no side and no number."""
    return slot.typed.isalpha() and len(slot.typed) > 2 and SIDES.isdisjoint(slot.readings[0].words)
