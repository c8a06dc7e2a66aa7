"""The lexicon's tables, tab-separated files under resources/lexicon, as they go into the code database."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.library.lexicon import MeaningKind, SpellingRule
from app.library.words import word_list
from app.releases.records import ReleaseError


@dataclass(frozen=True, slots=True)
class Meaning:
    """A phrase and what it may stand for: both as folded, singular words; `text` as a person writes the meaning."""

    phrase: tuple[str, ...]
    words: tuple[str, ...]
    text: str
    kind: MeaningKind


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
    seen: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    for meaning in _all_meanings(folder):
        key = (meaning.phrase, meaning.words)
        if meaning.phrase and meaning.words and meaning.phrase != meaning.words and key not in seen:
            seen.add(key)
            yield meaning


def _all_meanings(folder: Path) -> Iterator[Meaning]:
    for kind, name in ((MeaningKind.ABBREVIATION, "abbreviations.tsv"), (MeaningKind.EVERYDAY, "everyday.tsv")):
        for phrase, text, _note in _rows(folder / name, 3):
            yield Meaning(tuple(word_list(phrase)), tuple(word_list(text)), text, kind)
    for word, same, direction in _rows(folder / "families.tsv", 3):
        yield Meaning(tuple(word_list(word)), tuple(word_list(same)), same, MeaningKind.SAME)
        if direction == "both" and " " not in same:
            yield Meaning(tuple(word_list(same)), tuple(word_list(word)), word, MeaningKind.SAME)


def _rows(path: Path, columns: int) -> Iterator[tuple[str, ...]]:
    """The rows of a table; lines that begin with # explain its columns."""
    if not path.is_file():
        raise ReleaseError(f"The lexicon's table {path} is missing; get it back from the source.")
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = tuple(cell.strip() for cell in line.split("\t"))
        if len(cells) != columns:
            raise ReleaseError(f"{path.name}, line {number}: expected {columns} columns, found {len(cells)}.")
        yield cells
