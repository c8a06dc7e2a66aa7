"""The one code of a family that the typed words determine, 7th character or approach, device and qualifier included."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from app.codes.node import Node
from app.library.entries import LITTLE_WORDS, EntryKind
from app.library.tokens import bare, word_list
from app.search.matching.index import FoundEntry
from app.search.matching.tiers import Candidate
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.query import Reading
from app.search.word_match import word_quality

AS_GOOD_AS_SAID = frozenset({"closed", "routine", "healing"})
"""The official guidelines (I.C.19.c): a fracture that is not said to be open is coded as closed; and what is not said
to heal late or badly heals as it should."""


def determined(
    variants: Iterable[Node], candidate: Candidate, lexicon: Lexicon, words_of: Callable[[str], list[str]]
) -> Node | None:
    """The variant whose title was typed, else the only one that holds all of it, or the only one that says no more.

    `resection appendix percutaneous endoscopic` is held by two codes, of which 0DTJ4ZG says `Hand-Assisted` as well:
    the other is meant. None where several remain. An Index line has led to the family already by words that need not
    stand in its titles (`Cholecystectomy`): the variant is told by the others. `words_of` gives the words of a title.
    """
    titled = [(variant, words_of(variant.title)) for variant in variants]
    by_line = candidate.entry.kind is EntryKind.INDEX
    if by_line:
        asked = [left for slot in candidate.query.slots if (left := _not_in_the_line(slot.readings, candidate.entry))]
    else:
        asked = [
            (by,) if by is not None else slot.readings
            for slot, by in zip(candidate.query.slots, candidate.score.readings, strict=True)
        ]
    typed = word_list(candidate.query.text)
    holding = [one for one in titled if one[1] == typed]
    if not holding:
        holding = [one for one in titled if holds_all(one[1], asked)]
    if len(holding) > 1:
        little = LITTLE_WORDS | lexicon.minor_words.keys() | AS_GOOD_AS_SAID
        # What all of them say tells none from the others.
        little |= frozenset[str].intersection(*(frozenset(words) for _, words in titled))
        holding = [one for one in holding if _says_no_more(one[1], asked, little)]
    return holding[0][0] if len(holding) == 1 else None


def _not_in_the_line(readings: tuple[Reading, ...], entry: FoundEntry) -> tuple[Reading, ...]:
    """What readings ask for beside the words of an entry's text; nothing where one of them asks for no more."""
    held = list(map(bare, entry.words))
    left: list[Reading] = []
    for reading in readings:
        words = tuple(word for word in reading.words if not _holds(held, word, reading))
        if not words:
            return ()
        left.append(replace(reading, words=words))
    return tuple(left)


def holds_all(words: list[str], asked: list[tuple[Reading, ...]]) -> bool:
    """Whether the words of a title hold a reading of everything that is asked for."""
    return all(any(all(_holds(words, w, r) for w in r.words) for r in readings) for readings in asked)


def _holds(words: list[str], wanted: str, reading: Reading) -> bool:
    return any(word_quality(word, wanted, reading.begins) for word in words)


def _says_no_more(words: list[str], asked: list[tuple[Reading, ...]], little: frozenset[str]) -> bool:
    """Whether every word that means something was asked for."""
    wanted = [(word, reading.begins) for readings in asked for reading in readings for word in reading.words]
    return all(word in little or any(word_quality(word, w, begins) for w, begins in wanted) for word in words)
