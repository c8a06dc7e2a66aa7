"""The tables of the lexicon: tab-separated files under resources/lexicon, read for the code database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.library.compiling.drug_table import read_drugs
from app.library.compiling.procedure_tables import read_procedure_tables
from app.library.drugs import Drug
from app.library.lexicon import MeaningKind, SpellingRule
from app.library.tokens import word_list
from app.releases.errors import ReleaseError

_PHRASE_TABLES = {
    "abbreviations.tsv": MeaningKind.ABBREVIATION,
    "everyday.tsv": MeaningKind.EVERYDAY,
    "names.tsv": MeaningKind.EVERYDAY,
}
"""The tables of phrases and their meanings. Names are other names of diseases: eponyms, technical, genetic and historic
ones; a search treats them like everyday words."""

SMALL_TABLES = {
    "drug_contexts": 2,
    "drug_effects": 3,
    "family_histories": 2,
    "histories": 3,
    "measurements": 9,
    "nonspecific_terms": 2,
    "right_words": 2,
    "roles": 2,
    "sensitive": 2,
    "status": 2,
    "supplies": 2,
    "wider": 3,
}
"""The tables of words that say how the rest of a text is meant, of those that no misspelling is silently read as, of
words that are spelled right, and of names of supplies, with their numbers of columns. The engine reads each at once."""

NO_NOTE = "-"
"""The mark for no note in the column for notes."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A phrase and a meaning of it: both as folded, singular words; `text` is the meaning as it is printed, and `typed`
    the phrase. `note` is a remark for users, such as which of several senses it is.
    """

    phrase: tuple[str, ...]
    words: tuple[str, ...]
    text: str
    kind: MeaningKind
    typed: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class LexiconTables:
    """The contents of the tables; `meanings` has the likeliest first for each phrase, and `packed` the
    rows of the tables that the engine reads at once, by their names."""

    meanings: tuple[Meaning, ...]
    ignored: dict[str, float]
    spelling: tuple[SpellingRule, ...]
    packed: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict[str, tuple[tuple[str, ...], ...]])
    drugs: tuple[Drug, ...] = ()


def read_lexicon(folder: Path) -> LexiconTables:
    """Read the tables of a folder. Raises ReleaseError, naming file and line, for a row with an error."""
    return LexiconTables(
        meanings=tuple(_meanings(folder)),
        ignored={
            word_list(word)[-1]: float(weight) for word, weight in _rows(folder / "weak.tsv", 2) if word_list(word)
        },
        spelling=tuple(
            SpellingRule(british, american, place) for british, american, place in _rows(folder / "spelling.tsv", 3)
        ),
        packed={
            **{name: tuple(_rows(folder / f"{name}.tsv", columns)) for name, columns in SMALL_TABLES.items()},
            **read_procedure_tables(folder),
        },
        drugs=read_drugs(folder / "drugs.tsv"),
    )


def _meanings(folder: Path) -> Iterator[Meaning]:
    """Yield every meaning once. A row without effect is an error, so that the tables have no useless rows."""
    seen: dict[tuple[tuple[str, ...], tuple[str, ...]], str] = {}
    for meaning, place in _all_meanings(folder):
        key = (meaning.phrase, meaning.words)
        if not meaning.phrase or not meaning.words:
            raise ReleaseError(f"{place}: a phrase and a meaning with letters or digits are expected.")
        if meaning.phrase == meaning.words:
            raise ReleaseError(f"{place}: {meaning.text!r} is the same as the phrase without plurals.")
        if key in seen:
            raise ReleaseError(f"{place}: {meaning.text!r} is already a meaning of the phrase in {seen[key]}.")
        seen[key] = place
        yield meaning


def _all_meanings(folder: Path) -> Iterator[tuple[Meaning, str]]:
    for name, kind in _PHRASE_TABLES.items():
        for place, (phrase, text, note) in _places(folder / name, 3):
            printed_note = "" if note == NO_NOTE else note
            yield Meaning(tuple(word_list(phrase)), tuple(word_list(text)), text, kind, phrase, printed_note), place
    for place, (word, same, direction) in _places(folder / "families.tsv", 3):
        yield Meaning(tuple(word_list(word)), tuple(word_list(same)), same, MeaningKind.SAME, word), place
        if direction == "both" and " " not in same:
            yield Meaning(tuple(word_list(same)), tuple(word_list(word)), word, MeaningKind.SAME, same), place


def _rows(path: Path, columns: int) -> Iterator[tuple[str, ...]]:
    return (cells for _place, cells in _places(path, columns))


def _places(path: Path, columns: int) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the rows of a table, each with its file and line; lines that begin with # explain its columns."""
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
