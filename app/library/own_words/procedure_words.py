"""Reader of the lexicon's tables on procedures: endings of operations, combining forms, and words for procedures."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from app.library.own_words.table_rows import table_rows
from app.library.tokens import word_list
from app.releases.errors import ReleaseError

NOTHING = "-"
NO_PROCEDURE = "none"

Words = tuple[str, ...]


class Alternatives(NamedTuple):
    """What a word may mean on one axis of ICD-10-PCS: folded words of titles, the likeliest first.

    `in_parentheses`, operations apply only beside another word for an operation, and body parts only without another
    body part.
    """

    words: tuple[Words, ...] = ()
    in_parentheses: bool = False


class ProcedurePhrase(NamedTuple):
    """The meaning of a phrase on the axes of ICD-10-PCS; one without any is left out of a text for a procedure.

    `details` are words of the approach, the device or the qualifier. With `denies` a text does not ask for a procedure.
    """

    operations: Alternatives = Alternatives()
    body_parts: Alternatives = Alternatives()
    details: tuple[Words, ...] = ()
    denies: bool = False


class ProcedureWords(NamedTuple):
    """The tables: operations by ending, body parts by combining form, and phrases by their folded words."""

    endings: Mapping[str, Alternatives]
    forms: Mapping[str, Alternatives]
    phrases: Mapping[str, ProcedurePhrase]


def read_procedure_words(folder: Path) -> ProcedureWords:
    """Read the three tables of a folder. Raises ReleaseError, naming file and line, for a row with an error."""
    endings = {
        ending: _alternatives(operations, place)
        for place, (ending, operations, _note) in table_rows(folder / "operation_suffixes.tsv", 3)
    }
    forms = {
        form: _alternatives(body_parts, place)
        for place, (form, body_parts) in table_rows(folder / "combining_forms.tsv", 2)
    }
    phrases = {
        phrase: _phrase(cells, place) for place, (phrase, *cells) in table_rows(folder / "procedure_words.tsv", 4)
    }
    return ProcedureWords(endings, forms, phrases)


def _phrase(cells: list[str], place: str) -> ProcedurePhrase:
    operations, body_parts, details = cells
    if operations == NO_PROCEDURE:
        return ProcedurePhrase(denies=True)
    return ProcedurePhrase(
        Alternatives() if operations == NOTHING else _alternatives(operations, place),
        Alternatives() if body_parts == NOTHING else _alternatives(body_parts, place),
        () if details == NOTHING else tuple(tuple(word_list(detail)) for detail in details.split(" + ")),
    )


def _alternatives(cell: str, place: str) -> Alternatives:
    in_parentheses = cell.startswith("(") and cell.endswith(")")
    words = tuple(tuple(word_list(text)) for text in cell.strip("()").split("; "))
    if not all(words) or len(set(words)) < len(words):
        raise ReleaseError(f"{place}: expected different words with '; ' between them, found {cell!r}.")
    return Alternatives(words, in_parentheses)
