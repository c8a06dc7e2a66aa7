"""The one code of a family that the typed words determine, 7th character or approach, device and qualifier included."""

from collections.abc import Iterable

from app.codes.records import Node
from app.library.entries import LITTLE_WORDS
from app.library.words import word_list
from app.search.ladder import Candidate
from app.search.lexicon import Lexicon
from app.search.query import Reading
from app.search.scoring import word_quality


def determined(variants: Iterable[Node], candidate: Candidate, lexicon: Lexicon) -> Node | None:
    """The variant whose title was typed, else the only one that holds all of it, or the only one that says no more.

    `resection appendix percutaneous endoscopic` is held by two codes, of which 0DTJ4ZG says `Hand-Assisted` as well:
    the other is meant. None where several remain.
    """
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
        holding = [variant for variant in holding if _says_no_more(word_list(variant.title), asked, little)]
    return holding[0] if len(holding) == 1 else None


def _holds_all(words: list[str], asked: list[tuple[Reading, ...]]) -> bool:
    return all(any(all(_holds(words, w, r) for w in r.words) for r in readings) for readings in asked)


def _holds(words: list[str], wanted: str, reading: Reading) -> bool:
    return any(word_quality(word, wanted, reading.begins) for word in words)


def _says_no_more(words: list[str], asked: list[tuple[Reading, ...]], little: frozenset[str]) -> bool:
    """Whether every word that means something was asked for."""
    wanted = [(word, reading.begins) for readings in asked for reading in readings for word in reading.words]
    return all(word in little or any(word_quality(word, w, begins) for w, begins in wanted) for word in words)
