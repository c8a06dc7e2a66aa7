"""Phrases with their correct ICD-10-CM codes, and the share of them that a way of searching finds."""

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
"""Phrases that others have coded. A line is {"set", "query", "codes"}, or {"set", "query", "corrected"} for a
misspelling and its correct spelling."""

NO_GOLD = "There are no phrases here that others have coded: no file at CODARIUM_GOLD, none in ../shared/gold."

FIRST_PAGE = 10


@dataclass(frozen=True, slots=True)
class Phrase:
    """A typed phrase with its plain codes, each of them correct; or a misspelling with the intended word."""

    typed: str
    codes: frozenset[str] = frozenset()
    intended: str = ""


@dataclass(frozen=True, slots=True)
class PhraseSet:
    """Phrases of one origin. They are in random order, so that any first part of them is a fair sample."""

    name: str
    phrases: tuple[Phrase, ...] = field(repr=False)


Search = Callable[[str], Sequence[str]]
"""Returns dotted codes, best first."""


def own_phrases(catalogue: Catalogue) -> PhraseSet:
    """Return the rows of our own table that are typed words and expect only codes of ICD-10-CM."""
    return PhraseSet("own", _shuffled(_own(catalogue)))


def _own(catalogue: Catalogue) -> Iterator[Phrase]:
    for typed, codes, *_ in rows():
        correct = codes.split("|")
        # The rivals know no scopes or quotes, and are not asked for codes.
        has_syntax = any(map(shape_of, (typed, *typed.split()))) or set(typed) & set(':"')
        if not has_syntax and all(catalogue.find(System.ICD10CM, code) is not None for code in correct):
            yield Phrase(typed, frozenset(map(plain, correct)))


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
    return ("alike",) if phrases.phrases[0].intended else ("first", "ten")


def relevance(search: Search, phrases: Sequence[Phrase]) -> dict[str, float]:
    """Return shares of the phrases, 0 to 1.

    `first`: the first code is right. `ten`: one of the first ten is. `alike`: of the first ten that the correct
    spelling finds, how many the misspelling finds too.
    """

    def page(typed: str) -> list[str]:
        return [plain(code) for code in search(typed)[:FIRST_PAGE]]

    first = ten = alike = 0.0
    for phrase in phrases:
        codes = page(phrase.typed)
        if phrase.intended:
            intended = set(page(phrase.intended))
            alike += len(intended & set(codes)) / len(intended) if intended else 0.0
        else:
            first += bool(codes) and codes[0] in phrase.codes
            ten += not phrase.codes.isdisjoint(codes)
    return {"first": first / len(phrases), "ten": ten / len(phrases), "alike": alike / len(phrases)}
