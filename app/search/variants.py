"""The one code of a family that the typed words determine, 7th character or approach, device and qualifier included."""

from collections.abc import Iterable
from dataclasses import replace

from app.codes.records import Node
from app.library.entries import LITTLE_WORDS, EntryKind
from app.library.words import OPTIONAL, word_list
from app.search.index import FoundEntry
from app.search.ladder import Candidate
from app.search.lexicon import Lexicon
from app.search.query import Reading
from app.search.scoring import word_quality


def determined(variants: Iterable[Node], candidate: Candidate, lexicon: Lexicon) -> Node | None:
    """The variant whose title was typed, else the only one that holds all of it, or the only one that says no more.

    `resection appendix percutaneous endoscopic` is held by two codes, of which 0DTJ4ZG says `Hand-Assisted` as well:
    the other is meant. None where several remain. An Index line has led to the family already by words that need not
    stand in its titles (`Cholecystectomy`): the variant is told by the others.
    """
    variants = list(variants)
    by_line = candidate.entry.kind is EntryKind.INDEX
    if by_line:
        asked = [left for slot in candidate.query.slots if (left := _not_in_the_line(slot.readings, candidate.entry))]
    else:
        asked = [
            (by,) if by is not None else slot.readings
            for slot, by in zip(candidate.query.slots, candidate.score.readings, strict=True)
        ]
    typed = word_list(candidate.query.text)
    holding = [variant for variant in variants if word_list(variant.title) == typed]
    if not holding:
        holding = [variant for variant in variants if _holds_all(word_list(variant.title), asked)]
    if len(holding) > 1:
        little = LITTLE_WORDS | lexicon.little.keys()
        if by_line:
            titles = [frozenset(word_list(variant.title)) for variant in variants]
            little |= frozenset[str].intersection(*titles)
        holding = [variant for variant in holding if _says_no_more(word_list(variant.title), asked, little)]
    return holding[0] if len(holding) == 1 else None


def _not_in_the_line(readings: tuple[Reading, ...], entry: FoundEntry) -> tuple[Reading, ...]:
    """What readings ask for beside the words of an entry's text; nothing where one of them asks for no more."""
    held = [word.removeprefix(OPTIONAL) for word in entry.words]
    left: list[Reading] = []
    for reading in readings:
        words = tuple(word for word in reading.words if not _holds(held, word, reading))
        if not words:
            return ()
        left.append(replace(reading, words=words))
    return tuple(left)


def _holds_all(words: list[str], asked: list[tuple[Reading, ...]]) -> bool:
    return all(any(all(_holds(words, w, r) for w in r.words) for r in readings) for readings in asked)


def _holds(words: list[str], wanted: str, reading: Reading) -> bool:
    return any(word_quality(word, wanted, reading.begins) for word in words)


def _says_no_more(words: list[str], asked: list[tuple[Reading, ...]], little: frozenset[str]) -> bool:
    """Whether every word that means something was asked for."""
    wanted = [(word, reading.begins) for readings in asked for reading in readings for word in reading.words]
    return all(word in little or any(word_quality(word, w, begins) for w, begins in wanted) for word in words)
