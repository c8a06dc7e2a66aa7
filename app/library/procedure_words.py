"""Words for procedures in the code database: their meanings on the axes of ICD-10-PCS, read only when they are typed.

A line of a table has a word and its cells, with tabs between them. A cell has folded words of titles: alternatives with
`; ` between them, the likeliest first, details with ` + `.
"""

from collections.abc import Iterable
from typing import NamedTuple

PROCEDURE_TABLES = {"operation_suffixes": 3, "combining_forms": 2, "procedure_words": 4}
"""The tables of endings, forms and phrases, with their numbers of columns."""

OR = "; "
AND = " + "
NOTHING = "-"
NO_PROCEDURE = "none"

Words = tuple[str, ...]


class Alternatives(NamedTuple):
    """The meanings that a word may have on one axis of ICD-10-PCS: folded words of titles, the likeliest first.

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


class ProcedureWords:
    """The tables by their lines: operations by ending, body parts by combining form, phrases by their folded words.

    To parse a thousand phrases would cost more than a search, so that a line is parsed when its word is typed.
    """

    def __init__(self, endings: Iterable[str], forms: Iterable[str], phrases: Iterable[str]) -> None:
        self.endings = _by_word(endings)
        self.forms = _by_word(forms)
        self.phrases = _by_word(phrases)

    def operations(self, ending: str) -> Alternatives | None:
        """Return the operations that an ending means, None for any other text."""
        cell = self.endings.get(ending)
        return None if cell is None else alternatives(cell)

    def body_parts(self, form: str) -> Alternatives:
        """Return the body parts that a combining form means. Raises KeyError for any other text."""
        return alternatives(self.forms[form])

    def meaning(self, phrase: str) -> ProcedurePhrase | None:
        """Return the meaning of a phrase, None for any other text."""
        cells = self.phrases.get(phrase)
        if cells is None:
            return None
        operations, body_parts, details = cells.split("\t")
        if operations == NO_PROCEDURE:
            return ProcedurePhrase(denies=True)
        return ProcedurePhrase(
            alternatives(operations),
            alternatives(body_parts),
            () if details == NOTHING else _words(details, AND),
        )


def alternatives(cell: str) -> Alternatives:
    """Return the alternatives of a cell; none for the mark of nothing."""
    if cell == NOTHING:
        return Alternatives()
    return Alternatives(_words(cell.strip("()"), OR), cell.startswith("("))


def _by_word(lines: Iterable[str]) -> dict[str, str]:
    by_word: dict[str, str] = {}
    for line in lines:
        word, _, cells = line.partition("\t")
        by_word[word] = cells
    return by_word


def _words(cell: str, separator: str) -> tuple[Words, ...]:
    return tuple(tuple(text.split(" ")) for text in cell.split(separator))
