"""The whole lexicon of a code database, as a person reads it: what is typed, and what it is read as."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.library.lexicon import MeaningKind


class LineKind(StrEnum):
    """Which table a line is of."""

    ABBREVIATION = "abbreviation"
    EVERYDAY = "everyday"
    SAME = "same"
    SPELLING = "spelling"
    LITTLE = "little"


@dataclass(frozen=True, slots=True)
class LexiconLine:
    """One line. `search` is what to type to see what it does; `remark` may be empty."""

    kind: LineKind
    typed: str
    read_as: str
    remark: str
    search: str


PLACES = {"start": "{}…", "end": "…{}", "anywhere": "…{}…", "whole": "{}"}
"""Where in a word a part of it stands."""

PLACE_WORDS = {
    "start": "at the start of a word",
    "end": "at the end of a word",
    "anywhere": "anywhere in a word",
    "whole": "the whole word",
}


def lexicon_lines(db: sqlite3.Connection) -> tuple[LexiconLine, ...]:
    """Every line, those that say what something is read as by what is typed, likeliest first for each of these."""
    return (*_meanings(db), *_spellings(db), *_little(db))


def _meanings(db: sqlite3.Connection) -> Iterator[LexiconLine]:
    rows = db.execute(
        "SELECT phrase, position, text, kind, typed, note FROM meaning ORDER BY phrase, position"
    ).fetchall()
    several = {phrase for phrase, position, *_ in rows if position > 1}
    for phrase, position, text, kind, typed, note in rows:
        place = f"{_ordinal(position)} sense" if phrase in several else ""
        remark = " · ".join(part for part in (place, note) if part)
        # Letters that stand for words are written large, as the line says it that tells why a row was found.
        shown = typed.upper() if kind == MeaningKind.ABBREVIATION else typed
        yield LexiconLine(LineKind(kind), shown, text, remark, typed)


def _spellings(db: sqlite3.Connection) -> Iterator[LexiconLine]:
    for british, american, place in db.execute(
        "SELECT british, american, place FROM spelling_rule ORDER BY british, position"
    ):
        around = PLACES[place]
        yield LexiconLine(
            LineKind.SPELLING, around.format(british), around.format(american), PLACE_WORDS[place], british
        )


def _little(db: sqlite3.Connection) -> Iterator[LexiconLine]:
    for word, weight in db.execute("SELECT word, weight FROM little_word ORDER BY word"):
        said = f"counts {weight:.0%} of another word" if weight else "may be left out"
        yield LexiconLine(LineKind.LITTLE, word, said, "", word)


def _ordinal(number: int) -> str:
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(number, f"{number}th")
