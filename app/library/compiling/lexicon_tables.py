"""The lexicon's tables, tab-separated files under resources/lexicon, as they go into the code database."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.library.lexicon import MeaningKind, SpellingRule
from app.library.tokens import word_list
from app.releases.records import ReleaseError

_PHRASE_TABLES = {
    "abbreviations.tsv": MeaningKind.ABBREVIATION,
    "everyday.tsv": MeaningKind.EVERYDAY,
    "names.tsv": MeaningKind.EVERYDAY,
}
"""The tables of phrases and their meanings. Names are other names of diseases: eponyms, learned, genetic and historic
ones; a person who types one is helped as one who types an everyday word is."""

NO_NOTE = "-"
"""What stands in the column for notes where there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A phrase and what it may stand for: both as folded, singular words; `text` as a person writes the meaning, and
    `typed` the phrase. `note` is what a row says to people, such as which of several senses it is.
    """

    phrase: tuple[str, ...]
    words: tuple[str, ...]
    text: str
    kind: MeaningKind
    typed: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LexiconTables:
    """Everything that the tables say; `meanings` likeliest first for each phrase."""

    meanings: tuple[Meaning, ...]
    little: dict[str, float]
    spelling: tuple[SpellingRule, ...]


def read_lexicon(folder: Path) -> LexiconTables:
    """The tables of a folder. Raises ReleaseError, naming file and line, for a row that is not what it must be."""
    return LexiconTables(
        meanings=tuple(_meanings(folder)),
        little={
            word_list(word)[-1]: float(weight) for word, weight in _rows(folder / "weak.tsv", 2) if word_list(word)
        },
        spelling=tuple(
            SpellingRule(british, american, place) for british, american, place in _rows(folder / "spelling.tsv", 3)
        ),
    )


def _meanings(folder: Path) -> Iterator[Meaning]:
    """Every meaning, once. A row that does nothing is an error, lest somebody keeps it in order for nothing."""
    seen: dict[tuple[tuple[str, ...], tuple[str, ...]], str] = {}
    for meaning, place in _all_meanings(folder):
        key = (meaning.phrase, meaning.words)
        if not meaning.phrase or not meaning.words:
            raise ReleaseError(f"{place}: a phrase and a meaning with letters or digits are expected.")
        if meaning.phrase == meaning.words:
            raise ReleaseError(f"{place}: {meaning.text!r} is the same as the phrase once plurals are taken back.")
        if key in seen:
            raise ReleaseError(f"{place}: {meaning.text!r} as a meaning is said already in {seen[key]}.")
        seen[key] = place
        yield meaning


def _all_meanings(folder: Path) -> Iterator[tuple[Meaning, str]]:
    for name, kind in _PHRASE_TABLES.items():
        for place, (phrase, text, note) in _places(folder / name, 3):
            said = "" if note == NO_NOTE else note
            yield Meaning(tuple(word_list(phrase)), tuple(word_list(text)), text, kind, phrase, said), place
    for place, (word, same, direction) in _places(folder / "families.tsv", 3):
        yield Meaning(tuple(word_list(word)), tuple(word_list(same)), same, MeaningKind.SAME, word), place
        if direction == "both" and " " not in same:
            yield Meaning(tuple(word_list(same)), tuple(word_list(word)), word, MeaningKind.SAME, same), place


def _rows(path: Path, columns: int) -> Iterator[tuple[str, ...]]:
    return (cells for _place, cells in _places(path, columns))


def _places(path: Path, columns: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The rows of a table, each with its file and line; lines that begin with # explain its columns."""
    if not path.is_file():
        raise ReleaseError(f"The lexicon's table {path} is missing; get it back from the source.")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        place = f"{path.name}, line {number}"
        cells = tuple(cell.strip() for cell in line.split("\t"))
        if len(cells) != columns:
            raise ReleaseError(f"{place}: expected {columns} columns, found {len(cells)}.")
        yield place, cells
