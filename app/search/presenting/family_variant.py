"""The one code of a family that the typed words determine, by 7th character or by approach, device and qualifier."""

from collections.abc import Callable, Iterable

from app.codes.node import Node
from app.library.entries import UNCOUNTED_WORDS, EntryKind
from app.library.tokens import bare, word_list
from app.search.matching.candidates import Candidate
from app.search.matching.index import IndexedEntry
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.query import Reading
from app.search.word_match import word_quality

DEFAULT_WORDS = frozenset({"closed", "routine", "healing"})
"""Words that apply unless the text says otherwise (official guidelines, I.C.19.c): a fracture that is not said to be
open is coded as closed; one that is not said to heal late or badly has routine healing."""


def determined_variant(
    variants: Iterable[Node], candidate: Candidate, lexicon: Lexicon, words_of: Callable[[str], list[str]]
) -> Node | None:
    """Return the variant whose title was typed, else the only one that holds all words, or the only one of these that
    says no more; None if several remain.

    `resection appendix percutaneous endoscopic` is held by two codes, but 0DTJ4ZG says `Hand-Assisted` as well:
    the other is meant. An Index line has led to the family already by words that need not stand in its titles
    (`Cholecystectomy`): the other words determine the variant. `words_of` gives the words of a title.
    """
    titled = [(variant, words_of(variant.title)) for variant in variants]
    slots = candidate.query.slots
    if candidate.entry.kind is EntryKind.INDEX:
        required = [rest for slot in slots if (rest := _not_in_line(slot.readings, candidate.entry))]
    else:
        required = [
            (reading,) if reading is not None else slot.readings
            for slot, reading in zip(slots, candidate.score.readings, strict=True)
        ]
    typed = word_list(candidate.query.text)
    matching = [(variant, words) for variant, words in titled if words == typed]
    if not matching:
        matching = [(variant, words) for variant, words in titled if holds_all(words, required)]
    if len(matching) > 1:
        minor = UNCOUNTED_WORDS | lexicon.minor_words.keys() | DEFAULT_WORDS
        # Words that all variants have do not distinguish them.
        minor |= frozenset[str].intersection(*(frozenset(words) for _, words in titled))
        matching = [(variant, words) for variant, words in matching if _says_no_more(words, required, minor)]
    return matching[0][0] if len(matching) == 1 else None


def _not_in_line(readings: tuple[Reading, ...], entry: IndexedEntry) -> tuple[Reading, ...]:
    """Return readings without the words that an Index line has; none if it has all words of one of them."""
    line = list(map(bare, entry.words))
    reduced: list[Reading] = []
    for reading in readings:
        words = tuple(word for word in reading.words if not _holds(line, word, reading))
        if not words:
            return ()
        reduced.append(reading._replace(words=words))
    return tuple(reduced)


def holds_all(words: list[str], required: list[tuple[Reading, ...]]) -> bool:
    """Return whether the words of a title hold, of each slot, one of its readings."""
    return all(any(all(_holds(words, w, r) for w in r.words) for r in readings) for readings in required)


def _holds(words: list[str], typed: str, reading: Reading) -> bool:
    return any(word_quality(word, typed, reading.begins) for word in words)


def _says_no_more(words: list[str], required: list[tuple[Reading, ...]], minor: frozenset[str]) -> bool:
    """Return whether all words of a title were typed, apart from minor ones."""
    typed = [(word, reading.begins) for readings in required for reading in readings for word in reading.words]
    return all(word in minor or any(word_quality(word, t, begins) for t, begins in typed) for word in words)
