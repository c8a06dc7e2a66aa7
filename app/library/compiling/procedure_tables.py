"""The lexicon's tables on procedures: endings of operations, combining forms, and phrases, with their cells folded."""

from collections.abc import Iterator
from pathlib import Path

from app.library.own_words.table_rows import table_rows
from app.library.procedure_words import AND, NO_PROCEDURE, NOTHING, OR, PROCEDURE_TABLES
from app.library.tokens import word_list
from app.releases.errors import ReleaseError

NOTES = frozenset({"operation_suffixes"})
"""The tables whose last column is a note, which no search reads."""


def read_procedure_tables(folder: Path) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Read the three tables of a folder. Raises ReleaseError, naming file and line, for a row with an error."""
    return {name: tuple(_rows(folder, name, columns)) for name, columns in PROCEDURE_TABLES.items()}


def _rows(folder: Path, name: str, columns: int) -> Iterator[tuple[str, ...]]:
    for place, (word, *cells) in table_rows(folder / f"{name}.tsv", columns):
        read = cells[:-1] if name in NOTES else cells
        yield (word, *(_folded(cell, place) for cell in read))


def _folded(cell: str, place: str) -> str:
    """Return a cell with the folded words of its texts."""
    if cell in (NOTHING, NO_PROCEDURE):
        return cell
    in_parentheses = cell.startswith("(") and cell.endswith(")")
    separator = AND if AND in cell else OR
    texts = [" ".join(word_list(text)) for text in cell.strip("()").split(separator)]
    if not all(texts) or len(set(texts)) < len(texts):
        raise ReleaseError(f"{place}: expected different words with '; ' between them, found {cell!r}.")
    folded = separator.join(texts)
    return f"({folded})" if in_parentheses else folded
