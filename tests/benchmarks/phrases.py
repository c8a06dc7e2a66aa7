"""Phrases with the ICD-10-CM codes that are right for them, and how often a way of searching finds those."""

import json
import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from expected import rows

from app.codes.shapes import plain, shape_of
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue

GOLD = Path(os.environ.get("CODARIUM_GOLD") or Path(__file__).parents[2].parent / "shared" / "gold" / "dev.jsonl")
"""Phrases that others gave codes to. A line is {"set", "query", "codes"}, or {"set", "query", "corrected"} for a
misspelling and what was meant."""

NO_GOLD = "There are no phrases here that others gave codes to: no file at CODARIUM_GOLD, none in ../shared/gold."

FIRST_PAGE = 10


@dataclass(frozen=True, slots=True)
class Phrase:
    """A typed phrase with its plain codes, each of which is right; or a misspelling with the word that was meant."""

    typed: str
    codes: frozenset[str] = frozenset()
    meant: str = ""


@dataclass(frozen=True, slots=True)
class PhraseSet:
    """Phrases of one origin. They are in random order, so that any first part of them is a fair sample."""

    name: str
    phrases: tuple[Phrase, ...] = field(repr=False)


Search = Callable[[str], Sequence[str]]
"""Gives codes as people write them, best first."""


def own_phrases(catalogue: Catalogue) -> PhraseSet:
    """Our own table, as far as words are typed in it and all that is right are codes of ICD-10-CM."""
    return PhraseSet("own", _shuffled(_own(catalogue)))


def _own(catalogue: Catalogue) -> Iterator[Phrase]:
    for typed, codes, *_ in rows():
        right = codes.split("|")
        # The others know no scopes or quotes, and are not given codes to find.
        asks_otherwise = any(map(shape_of, (typed, *typed.split()))) or set(typed) & set(':"')
        if not asks_otherwise and all(catalogue.find(System.ICD10CM, code) is not None for code in right):
            yield Phrase(typed, frozenset(map(plain, right)))


def gold_phrases() -> list[PhraseSet]:
    """Return the phrases that others coded, set by set; none if the file is missing."""
    if not GOLD.exists():
        return []
    sets: dict[str, list[Phrase]] = {}
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        phrase = Phrase(row["query"], frozenset(map(plain, row.get("codes", ()))), row.get("corrected", ""))
        sets.setdefault(row["set"], []).append(phrase)
    return [PhraseSet(name, _shuffled(phrases)) for name, phrases in sets.items()]


def _shuffled(phrases: Iterator[Phrase] | Sequence[Phrase]) -> tuple[Phrase, ...]:
    listed = list(phrases)
    return tuple(random.Random(7).sample(listed, len(listed)))


def measures(phrases: PhraseSet) -> tuple[str, ...]:
    """Return the names of the shares of a set of phrases: `first`, `ten`; of misspellings `alike`."""
    return ("alike",) if phrases.phrases[0].meant else ("first", "ten")


def relevance(search: Search, phrases: Sequence[Phrase]) -> dict[str, float]:
    """Shares of the phrases, 0 to 1.

    `first`: the first code is right. `ten`: one of the first ten is. `alike`: of the first ten that the correct
    spelling finds, how many the misspelling finds too.
    """

    def page(typed: str) -> list[str]:
        return [plain(code) for code in search(typed)[:FIRST_PAGE]]

    first = ten = alike = 0.0
    for phrase in phrases:
        found = page(phrase.typed)
        if phrase.meant:
            meant = set(page(phrase.meant))
            alike += len(meant & set(found)) / len(meant) if meant else 0.0
        else:
            first += bool(found) and found[0] in phrase.codes
            ten += not phrase.codes.isdisjoint(found)
    return {"first": first / len(phrases), "ten": ten / len(phrases), "alike": alike / len(phrases)}
