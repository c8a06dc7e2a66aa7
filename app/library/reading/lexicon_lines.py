"""The lexicon of a code database as a list for users: the typed text, and the words that it stands for."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.library.drugs import Drugs
from app.library.lexicon import MeaningKind


class LineKind(StrEnum):
    """The table that a line comes from."""

    ABBREVIATION = "abbreviation"
    EVERYDAY = "everyday"
    SAME = "same"
    DRUG = "drug"
    SPELLING = "spelling"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class LexiconLine:
    """A line of the lexicon. `search` is a text that shows its effect when searched; `remark` may be empty."""

    kind: LineKind
    typed: str
    read_as: str
    remark: str
    search: str


PART_PATTERNS = {"start": "{}…", "end": "…{}", "anywhere": "…{}…", "whole": "{}"}
"""The printed forms of a part of a word, by its place in the word."""

PLACE_WORDS = {
    "start": "at the start of a word",
    "end": "at the end of a word",
    "anywhere": "anywhere in a word",
    "whole": "the whole word",
}


def lexicon_lines(db: sqlite3.Connection) -> tuple[LexiconLine, ...]:
    """Return every line: meanings by their typed text, likeliest first, then drugs, spellings and ignored words."""
    return (*_meanings(db), *_drugs(db), *_spellings(db), *_ignored_words(db))


def _meanings(db: sqlite3.Connection) -> Iterator[LexiconLine]:
    rows = db.execute(
        "SELECT phrase, position, text, kind, typed, note FROM meaning ORDER BY phrase, position"
    ).fetchall()
    several = {phrase for phrase, position, *_ in rows if position > 1}
    for phrase, position, text, kind, typed, note in rows:
        place = f"{_ordinal(position)} sense" if phrase in several else ""
        remark = " · ".join(part for part in (place, note) if part)
        # In capitals, as the reasons of search results print abbreviations.
        printed = typed.upper() if kind == MeaningKind.ABBREVIATION else typed
        yield LexiconLine(LineKind(kind), printed, text, remark, typed)


def _drugs(db: sqlite3.Connection) -> Iterator[LexiconLine]:
    for drug in Drugs(db).all():
        codes = ", ".join(code for code in (*drug.supplies[:1], f"{drug.stem}-", drug.long_term) if code)
        yield LexiconLine(LineKind.DRUG, drug.name, drug.meaning, codes, drug.name)


def _spellings(db: sqlite3.Connection) -> Iterator[LexiconLine]:
    for british, american, place in db.execute(
        "SELECT british, american, place FROM spelling_rule ORDER BY british, position"
    ):
        around = PART_PATTERNS[place]
        yield LexiconLine(
            LineKind.SPELLING, around.format(british), around.format(american), PLACE_WORDS[place], british
        )


def _ignored_words(db: sqlite3.Connection) -> Iterator[LexiconLine]:
    for word, weight in db.execute("SELECT word, weight FROM ignored_word ORDER BY word"):
        effect = f"counts {weight:.0%} of another word" if weight else "may be left out"
        yield LexiconLine(LineKind.IGNORED, word, effect, "", word)


def _ordinal(number: int) -> str:
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(number, f"{number}th")
