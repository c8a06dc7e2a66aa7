"""The pieces of a text with several codes: what stands between its spaces, separators and hyphens, line by line.

Dates, numbers of persons and amounts are told from codes by their form, and service lines of an 837 claim are read as
the claim line that they stand for.
"""

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

from app.codes.ambulance import ambulance_route
from app.codes.shapes import (
    AROUND_CODES,
    has_form_of_code,
    is_amount,
    may_be_amount,
    may_be_procedure,
    range_ends,
    without_slip,
)
from app.search.parsing.scopes import LABEL

LONGEST_LIST = 10_000
"""Characters of a text that are read for codes: two hundred lines of a column with titles."""

AROUND_PIECES = AROUND_CODES + ".~?!'=<>"
"""A code may end a sentence as well."""

UNIT_SIGNS = frozenset({"x", "×", "qty", "quantity", "unit", "units", "un"})
"""Words before a number of units."""

TWO_CHARACTERS = re.compile(r"[0-9A-Z]{2}", re.IGNORECASE)


class PieceKind(Enum):
    """The kinds of pieces that their form tells."""

    TEXT = "text"
    AMOUNT = "amount"
    NUMBER = "number"
    """A date, or the number of a person, a telephone or a drug's package."""


class Piece(NamedTuple):
    """A piece of a text. `chunk` is the number of the text between spaces that holds it, `segment` that of the part
    between commas, bullets or cells of a table; `is_attached` says that a hyphen joins it to the piece before it."""

    text: str
    chunk: int
    segment: int
    line: int
    kind: PieceKind = PieceKind.TEXT
    is_attached: bool = False


_GLUED_CODES = re.compile(r"\b([A-Z][0-9][0-9A-Z]\.[0-9A-Z]{1,4})(?=[A-Z][0-9][0-9A-Z]\.[0-9A-Z])", re.IGNORECASE)
_PROCEDURE = r"(?:(?!0|10|30)[0-9]{5}|[A-CE-V][0-9]{4})"
"""A code of CPT or HCPCS. What begins so in ICD-10-PCS with five digits is that code, which need not be loaded:
`30233N1`."""

_GLUED_MODIFIER = re.compile(
    rf"({_PROCEDURE})[-–]?((?:[A-Z][0-9A-Z]|[0-9][A-Z])(?:[0-9A-Z]{{2}}){{0,3}})(?=$|[-–])", re.IGNORECASE
)
"""A code and its modifiers without signs between them: `99213GT`, `99213LT59`."""

_GLUED_UNITS = re.compile(rf"\b({_PROCEDURE})(?:x|\s*[×*]\s*)([0-9]{{1,3}})\b", re.IGNORECASE)
"""A code and its units as in a calculation: `J1885*2`, `J1885x2`, `J1885 * 2`."""

_GLUED_UNITS_BEFORE = re.compile(rf"(?<![0-9A-Z.])([0-9]{{1,3}})[x×*]({_PROCEDURE})(?![0-9A-Z.])", re.IGNORECASE)
"""Units before their code: `2*J1885`."""

_UNITS_IN_PARENTHESES = re.compile(r"\([0-9]{1,2}\)")
"""At the end of a line this is no number of what follows: `J1885 (2)`."""

_NUMBERING = re.compile(r"\(?(?:#?[0-9]{1,2}|[A-L])[.):]", re.IGNORECASE)
_DASHES = frozenset({"-", "–", "—"})
"""Signs that join a code to its title, and divide nothing: a line begins a part of its own anyway."""
_BULLETS = frozenset({"*", "•", "·", "▪", "‣", "|", "&", "+", "/", "and", "plus"})
_SEPARATORS = re.compile(r"[,;|+&]+|(?<=[)\]}])(?=[(\[{])")
_JOINERS = re.compile(r"[:=#\"(){}\[\]]+")
"""Signs between a label and its code, and around codes: `dx:E11.9`, `97110(2)`."""

_NUMBER = re.compile(
    r"[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{1,4}"  # a date
    r"|[0-9]{1,3}/[0-9]{1,4}|[0-9]{1,2}:[0-9]{2}(?:[ap]m)?"
    r"|[0-9]{3}[-.][0-9]{3}[-.][0-9]{4}|[0-9]{3}-[0-9]{4}|[0-9]{2}-[0-9]{7}"  # a telephone, a taxpayer
    r"|[0-9]{4,5}-[0-9]{3,4}(?:-[0-9]{1,2})?|N4[0-9]{11}"  # a postal code, a drug's package
    r"|[0-9]{6,}",  # a provider, an account
    re.IGNORECASE,
)

_SERVICE = re.compile(
    r"(?:\bSV[1-5]\*(?:[0-9]{4}\*)?)?\b(?:HC|HP|AD|IV)[:>](?P<code>[0-9A-Z]{5})(?P<modifiers>(?:[:>][0-9A-Z]{2}){0,4})"
    r"[^*~\n]*(?:\*(?P<charge>[0-9.]+))?(?:\*(?:UN|MJ|F2|DA)\*(?P<units>[0-9]+))?[^~\n]*~?",
    re.IGNORECASE,
)
_DIAGNOSES = re.compile(r"\bHI((?:\*[A-Z]{2,3}[:>][0-9A-Z.]+[^*~\n]*)+)~?", re.IGNORECASE)


_PRINTED_DATES = re.compile(r"^\s*([01][0-9]) ([0-3][0-9]) ((?:20)?[0-9]{2})(?: \1 \2 \3)?(?= )", re.MULTILINE)
_PRINTED_CHARGE = re.compile(r"(?<= )([A-L]{1,4}) ([0-9]{1,5}) ([0-9]{2})(?= [0-9]{1,3}\b)")


def _with_printed_lines(text: str) -> str:
    """Return a text in which the columns of a printed claim form are written as dates and charges: `03 14 2026` ->
    `03/14/2026`, and `A 125 00 1` -> `A 125.00 1`."""
    dated = _PRINTED_DATES.sub(r"\1/\2/\3", text)
    return text if dated == text else _PRINTED_CHARGE.sub(r"\1 \2.\3", dated)


def _claim_line(match: re.Match[str]) -> str:
    """Return a service of an 837 claim as a claim line: `HC:99213:25*185*UN*1` -> `99213-25 $185 x1`."""
    modifiers = "".join(f"-{modifier}" for modifier in re.split("[:>]", match["modifiers"]) if modifier)
    charge = f" ${match['charge']}" if match["charge"] else ""
    units = f" x{match['units']}" if match["units"] else ""
    return f"\n{match['code']}{modifiers}{charge}{units}\n"


def _diagnosis_line(match: re.Match[str]) -> str:
    """Return the diagnoses of an 837 claim as a list: `HI*ABK:E119*ABF:I10` -> `E119, I10`."""
    return "\n" + ", ".join(re.split("[:>]", part)[1] for part in match[1].split("*") if part) + "\n"


class Pieces:
    """The pieces of a text; `chunks` are what stands between its spaces."""

    def __init__(self, text: str, is_code: Callable[[str], bool], is_modifier: Callable[[str], bool]) -> None:
        self._is_code = is_code
        self._is_modifier = is_modifier
        self.chunks: list[str] = []
        text = text[:LONGEST_LIST]
        if "*" in text:
            text = _DIAGNOSES.sub(_diagnosis_line, _SERVICE.sub(_claim_line, text))
        text = _GLUED_UNITS_BEFORE.sub(r"\1 x \2", _GLUED_UNITS.sub(r"\1 x\2", text))
        text = _GLUED_CODES.sub(r"\1 ", _with_printed_lines(text))
        self._segment = 0
        self.pieces = list(self._split(text))

    def _split(self, text: str) -> Iterator[Piece]:
        for line, row in enumerate(text.splitlines()):
            for cell in row.split("\t"):
                self._segment += 1
                chunks = cell.split()
                for place, chunk in enumerate(chunks, start=1):
                    self.chunks.append(chunk)
                    is_last = place == len(chunks)
                    if is_last and place > 1 and _UNITS_IN_PARENTHESES.fullmatch(chunk):
                        yield Piece(chunk.strip("()"), len(self.chunks) - 1, self._segment, line)
                    else:
                        yield from self._split_chunk(chunk, len(self.chunks) - 1, line)

    def _split_chunk(self, chunk: str, number: int, line: int) -> Iterator[Piece]:
        if chunk in _DASHES:
            return
        before = self.chunks[number - 1].casefold() if number else ""
        if chunk.casefold() in _BULLETS or (_NUMBERING.fullmatch(chunk) and before not in UNIT_SIGNS):
            self._segment += 1
            return
        whole = self._whole(chunk.strip(AROUND_PIECES), number, line)
        if whole is not None:
            yield whole
        else:
            for place, text in enumerate(_SEPARATORS.split(chunk)):
                self._segment += place > 0
                for joined in _JOINERS.split(text):
                    for part in [joined] if _NUMBER.fullmatch(joined.strip(AROUND_PIECES)) else joined.split("/"):
                        yield from self._split_hyphens(part.strip(AROUND_PIECES), number, line)
        if chunk[-1] in ",;":
            self._segment += 1

    def _whole(self, text: str, chunk: int, line: int) -> Piece | None:
        """Return the piece that a chunk is by its form, though it holds separators: `1,250.00`, `01/15/2026`."""
        if may_be_amount(text):
            return Piece(text, chunk, self._segment, line, PieceKind.AMOUNT)
        if _NUMBER.fullmatch(text) and not self._is_code(text):
            return Piece(text, chunk, self._segment, line, PieceKind.NUMBER)
        repaired = without_slip(text)
        if repaired != text and self._is_code(repaired):
            return Piece(text, chunk, self._segment, line)
        return None

    def _split_hyphens(self, text: str, chunk: int, line: int) -> Iterator[Piece]:
        if not text:
            return
        whole = self._whole(text, chunk, line)
        if whole is not None or (self._is_range(text) or LABEL.fullmatch(text)):
            yield whole or Piece(text, chunk, self._segment, line)
            return
        first, *rest = re.split("[-–]", self._with_hyphen(text))
        if all(TWO_CHARACTERS.fullmatch(part) or not part or self._is_written_as_code(part) for part in rest):
            # `99214-25-GT`, `-25` after a space, `E11.-`, and codes that hyphens join.
            if first.strip("."):
                yield Piece(first.rstrip("."), chunk, self._segment, line)
            yield from (Piece(part, chunk, self._segment, line, is_attached=True) for part in rest if part)
        else:
            yield Piece(text, chunk, self._segment, line)

    def _with_hyphen(self, text: str) -> str:
        """Return a code of a procedure and the modifiers that are written right after it with hyphens between them:
        `99213GT` -> `99213-GT`."""
        match = _GLUED_MODIFIER.match(text)
        if match is None or self._is_code(match[0]) or not may_be_procedure(match[1]):
            return text
        modifiers = TWO_CHARACTERS.findall(match[2])
        is_route = len(modifiers) == 1 and ambulance_route(match[1].upper(), match[2].upper())
        if not is_route and not all(map(self._is_modifier, modifiers)):
            return text
        return "-".join([match[1], *modifiers]) + text[match.end() :]

    def _is_written_as_code(self, text: str) -> bool:
        return has_form_of_code(text) or (text[1:2].isdigit() and self._is_code(text))

    def _is_range(self, text: str) -> bool:
        return (
            ("-" in text or "–" in text)
            and (range_ends(text) is not None or text[:1].isalpha())
            and self._is_code(text)
        )


def is_money(piece: Piece) -> bool:
    """Return whether a piece is an amount that can be no code of ICD-9-CM."""
    return piece.kind is PieceKind.AMOUNT and is_amount(piece.text)
