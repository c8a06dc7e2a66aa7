"""Several codes in one text: a pasted column, a claim line with modifiers and units, a sentence with codes.

| typed                               | read                                                            |
|-------------------------------------|-----------------------------------------------------------------|
| `E11.22 N18.31 Z79.4`               | three codes; on lines or with commas and semicolons as well     |
| `99214-25-GT`, `J1100 JW`           | a code and the modifiers after it                               |
| `J1885 x 4`, `J1885 4 units`        | a code with its units                                           |
| `99213 pos 11`                      | a code and a place of service                                   |
| `E11.22 with N18.31, on insulin`    | two codes; the words are left out                               |
| `E11,9`                             | one code with a slip, so not several: nothing is returned       |
| `type 2 diabetes`, `c1 c2 fracture` | nothing: numbers and levels of the spine are words              |
"""

import re
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from app.codes.shapes import AROUND_CODES, CodeShape, has_form_of_code, plain, shape_of, without_slip

LONGEST_LIST = 10_000
"""Characters of a text that are read for codes: two hundred lines of a column with titles."""

MOST_CODES = 200

FEWEST_CODES = 2
"""Codes that make a text with other words a list of codes; with a single one it is a code and words."""

LONGEST_SPACED_CODE = 9
"""Characters; a text of several pieces that together are one code is that code: `0DTJ 4ZZ`."""


class PartKind(Enum):
    """The kinds of parts that a text with several codes has."""

    CODE = "code"
    MODIFIER = "modifier"
    PLACE = "place"


class CodePart(NamedTuple):
    """A code, a modifier or a place of service: `typed` as it stands in the text, `code` as it is looked up.

    `units` are the units of a code, 0 where none are given. `is_claimed` says that a modifier or units follow, so that
    it is the code of a procedure or a supply.
    """

    typed: str
    code: str
    kind: PartKind = PartKind.CODE
    units: int = 0
    is_claimed: bool = False


class KnownCodes(NamedTuple):
    """The knowledge of the loaded code sets: whether a text is a code or a modifier, and the titles of a code."""

    is_code: Callable[[str], bool]
    is_modifier: Callable[[str], bool]
    titles: Callable[[str], Sequence[str]]


_LABEL = re.compile(
    r"(?:[ps]?dx|px|icd|icd-?(?:10|9)?(?:-?(?:cm|pcs))?|hcpcs|cpt-?4?|codes?|diagnos[ie]s|procedures?|primary|secondary"
    r"|principal|admitting|line|claim)[0-9]?",
    re.IGNORECASE,
)
_LABEL_SIGN = re.compile(r"(?<![^\s,;(])([A-Za-z][A-Za-z0-9-]{1,10})\s*[:#=]\s*")
"""The sign after a label, which may stand without a space before the code: `dx:E11.9`."""

_JOINING = frozenset(
    {"and", "or", "with", "w", "plus", "then", "also", "&", "+", "/", "-", "–", "—", "*", "•", "·", "|", ""}
)
_NUMBERING = re.compile(r"#?[0-9]{1,2}[.):]")
_UNITS = re.compile(r"[x×*]([0-9]{1,4})", re.IGNORECASE)
_UNIT_SIGNS = frozenset({"x", "×", "qty", "units", "quantity"})
_UNIT_WORDS = frozenset({"unit", "units", "un", "ea"})
_MEASURES = frozenset(
    {
        "mg",
        "mcg",
        "g",
        "kg",
        "ml",
        "cc",
        "iu",
        "min",
        "mins",
        "minutes",
        "hours",
        "hrs",
        "days",
        "years",
        "yo",
        "cm",
        "%",
    }
)
"""Words after a number that say that it is neither a code nor a modifier."""

AROUND_PIECES = AROUND_CODES + "."
"""A code may end a sentence as well."""

_SEPARATORS = re.compile(r"[,;/|+&]+")
_TWO = re.compile(r"[0-9A-Z]{2}", re.IGNORECASE)
_PLACE = re.compile(r"pos([0-9]{1,2})", re.IGNORECASE)
_RANGE = re.compile(r"[0-9A-Z]{2,5}\s*[-–]\s*[0-9A-Z]{2,5}", re.IGNORECASE)
_PROCEDURE_FORMS = frozenset({"cpt", "hcpcs", "cdt"})
_MAY_HOLD_CODE = re.compile(
    r"[A-Z](?:[0-9][0-9A-Z]|[OIL][0-9])|[0-9]{4}|[0-9]{3}\.[0-9]|(?<![0-9A-Z])(?=[A-Z]*[0-9])[0-9A-Z]{7}", re.IGNORECASE
)

_DIGIT = re.compile(r"[0-9]")


class _Token(NamedTuple):
    """A piece of the text between spaces and separators. `chunk` is the number of the text between spaces that holds
    it; `is_attached` says that a hyphen joins it to the piece before it."""

    text: str
    chunk: int
    is_attached: bool = False


def may_hold_code(text: str) -> bool:
    """Return whether a text has anything like a code; most phrases have not, and are read no further."""
    return _DIGIT.search(text) is not None and _MAY_HOLD_CODE.search(text) is not None


def several_codes(text: str, known: KnownCodes, *, only_modifiers: bool = False) -> tuple[CodePart, ...]:
    """Return the codes, modifiers and places of a text in order; none if it is not a text with several codes.

    With `only_modifiers` every text of two characters is a modifier: the scope of the search says so.
    """
    text = _LABEL_SIGN.sub(r" \1 ", text[:LONGEST_LIST])
    chunks = text.split()
    if len(chunks) < FEWEST_CODES and not re.search(r"[-–,;/|+&]", text.strip(AROUND_CODES + "-")):
        return ()
    if _is_one_code(text, chunks, known):
        return ()
    reader = _Reader(chunks, known, only_modifiers=only_modifiers)
    return tuple(reader.parts[:MOST_CODES]) if reader.is_list() else ()


def _is_one_code(text: str, chunks: list[str], known: KnownCodes) -> bool:
    """Return whether a text is a single code or range, with stray spaces or a slip."""
    stripped = text.strip(AROUND_CODES)
    if _RANGE.fullmatch(stripped) and known.is_code(stripped):
        return True
    if without_slip(stripped) != stripped and known.is_code(without_slip(stripped)):
        return True
    joined = "".join(chunks)
    return len(chunks) > 1 and len(joined) <= LONGEST_SPACED_CODE and joined.isalnum() and known.is_code(joined)


class _Reader:
    """Reads the pieces of a text one after the other."""

    def __init__(self, chunks: list[str], known: KnownCodes, *, only_modifiers: bool) -> None:
        self._chunks = chunks
        self._known = known
        self._only_modifiers = only_modifiers
        self.parts: list[CodePart] = []
        self._other_words = 0
        self._loaded = 0
        self._tokens = list(self._split())
        self._sure = [self._is_sure(token.text) for token in self._tokens]
        self._has_words = not all(
            self._sure[number] or self._is_code_or_sign(number) for number in range(len(self._tokens))
        )
        self._read()

    def is_list(self) -> bool:
        """Return whether the parts are several codes, or one with modifiers or units, and not a phrase with a code."""
        codes = [part for part in self.parts if part.kind is PartKind.CODE]
        if self._other_words:
            return len(codes) >= FEWEST_CODES and self._loaded >= 1
        if self._only_modifiers:
            return len(self.parts) >= FEWEST_CODES
        if not codes:
            return False
        return len(self.parts) >= FEWEST_CODES or codes[0].is_claimed

    def _split(self) -> Iterator[_Token]:
        """Yield the pieces of the text; those of a code with its modifiers are separate, `99214-25-GT`."""
        for number, chunk in enumerate(self._chunks):
            stripped = chunk.strip(AROUND_PIECES)
            repaired = without_slip(stripped)
            if repaired != stripped and self._known.is_code(repaired):
                yield _Token(stripped, number)
                continue
            for piece in _SEPARATORS.split(chunk):
                yield from self._split_hyphens(piece.strip(AROUND_PIECES), number)

    def _split_hyphens(self, piece: str, number: int) -> Iterator[_Token]:
        if _RANGE.fullmatch(piece) and self._known.is_code(piece):
            yield _Token(piece, number)
            return
        first, *rest = re.split("[-–]", piece)
        if not rest or _LABEL.fullmatch(piece):
            yield _Token(piece, number)
        elif all(_TWO.fullmatch(part) or not part or has_form_of_code(part) for part in rest):
            # `99214-25-GT`, `-25` after a space, `E11.-`, and codes that hyphens join.
            if first.strip("."):
                yield _Token(first.rstrip("."), number)
            yield from (_Token(part, number, is_attached=True) for part in rest if part)
        else:
            yield _Token(piece, number)

    def _read(self) -> None:
        number = 0
        while number < len(self._tokens) and len(self.parts) < MOST_CODES:
            number = self._read_token(number)

    def _read_token(self, number: int) -> int:
        """Read one piece, or a few that belong together, and return the number of the next one."""
        token = self._tokens[number]
        after = self._text(number + 1)
        word = token.text.casefold()
        place = _PLACE.fullmatch(token.text)
        if place or (word == "pos" and after.isdigit() and len(after) <= 2):
            digits = place[1] if place else after
            self.parts.append(CodePart(digits, digits.zfill(2), PartKind.PLACE))
            return number + (1 if place else 2)
        units = self._units(number)
        if units is not None:
            amount, length = units
            place = max(place for place, part in enumerate(self.parts) if part.kind is PartKind.CODE)
            self.parts[place] = self.parts[place]._replace(units=amount, is_claimed=True)
            return number + length
        if word in ("mod", "modifier", "modifiers") and self._procedure() is not None and _TWO.fullmatch(after):
            self._add_modifier(after)
            return number + 2
        if self._is_modifier(number):
            self._add_modifier(token.text)
            return number + 1
        if self._sure[number] or self._is_entry(number):
            self._loaded += self._sure[number]
            self.parts.append(CodePart(token.text, without_slip(token.text)))
            return self._after_title(number)
        if not self._is_sign(token.text):
            self._other_words += 1
        return number + 1

    def _text(self, number: int) -> str:
        return self._tokens[number].text if number < len(self._tokens) else ""

    def _units(self, number: int) -> tuple[int, int] | None:
        """Return the units after a code, and the pieces that they take: `x2`, `x 4`, `4 units`, `qty 4`."""
        if all(part.kind is not PartKind.CODE for part in self.parts) or self._tokens[number].is_attached:
            return None
        text, after = self._text(number), self._text(number + 1)
        match = _UNITS.fullmatch(text)
        if match:
            return int(match[1]), 1
        if text.casefold() in _UNIT_SIGNS and after.isdecimal() and len(after) <= 4:
            return int(after), 2
        if text.isdecimal() and len(text) <= 4 and after.casefold() in _UNIT_WORDS:
            return int(text), 2
        return None

    def _procedure(self) -> int | None:
        """Return the place among the parts of the code to which a modifier would belong; None if none precedes."""
        for place in range(len(self.parts) - 1, -1, -1):
            if self.parts[place].kind is PartKind.CODE:
                shape = shape_of(self.parts[place].code)
                return place if shape is not None and shape.name in _PROCEDURE_FORMS else None
        return None

    def _is_modifier(self, number: int) -> bool:
        """Return whether a piece is a modifier: joined to a code by a hyphen, or a known one right after it."""
        token = self._tokens[number]
        if not _TWO.fullmatch(token.text):
            return False
        if self._only_modifiers:
            return True
        if self._procedure() is None or self.parts[-1].kind is PartKind.PLACE:
            return False
        previous = self._text(number - 1)
        if token.is_attached or previous in ("-", "–"):
            return True
        follows = previous in (self.parts[-1].typed, "") or previous.casefold() in _JOINING
        follows = follows or any(part.units for part in self.parts)
        if not follows or self._text(number + 1).casefold() in _MEASURES:
            return False
        # Among other words only what is written as modifiers are: `in` and `as` are words.
        return self._known.is_modifier(token.text) and (not self._has_words or token.text == token.text.upper())

    def _add_modifier(self, typed: str) -> None:
        place = self._procedure()
        if place is not None:
            self.parts[place] = self.parts[place]._replace(is_claimed=True)
        self.parts.append(CodePart(typed, typed.upper(), PartKind.MODIFIER))

    def _is_sure(self, text: str) -> bool:
        """Return whether a piece is a loaded code, and so written that it can hardly be a word."""
        if len(plain(text)) < 3 or not _DIGIT.search(text) or not text[0].isalnum():
            return False
        return self._known.is_code(without_slip(text))

    def _is_code_or_sign(self, number: int) -> bool:
        text = self._text(number)
        return self._is_sign(text) or _has_form(text) is not None or bool(_TWO.fullmatch(text)) or text.isdecimal()

    def _is_sign(self, text: str) -> bool:
        """Return whether a piece only labels, numbers or joins codes."""
        return (
            text.casefold() in _JOINING
            or bool(_LABEL.fullmatch(text))
            or bool(_NUMBERING.fullmatch(text))
            or not any(c.isalnum() for c in text)
        )

    def _is_entry(self, number: int) -> bool:
        """Return whether a piece that is not a loaded code is meant as one, beside others that are."""
        text = self._text(number)
        shape = _has_form(text)
        if shape is None or self._text(number + 1).casefold() in _MEASURES:
            return False
        if shape.name == "icd9":
            # `37.2` has the form of a procedure of ICD-9-CM, and is a temperature.
            return not self._has_words and "procedure" not in shape.statement
        if has_form_of_code(text):
            # A number of five digits among words is a code only if a section of CPT has it.
            return not self._has_words or not text.isdigit() or "no section of CPT" not in shape.ending
        # `B12` beside codes may be meant as one, among words it is a vitamin.
        return not self._has_words and (sum(self._sure) >= FEWEST_CODES or (text == text.upper() and any(self._sure)))

    def _after_title(self, number: int) -> int:
        """Return the number of the piece after a code and, if that stands there, its title: titles name codes too."""
        chunk = self._tokens[number].chunk
        for title in self._known.titles(without_slip(self._tokens[number].text)):
            words = title.casefold().split()
            start = chunk + 1
            while start < len(self._chunks) and not any(c.isalnum() for c in self._chunks[start]):
                start += 1
            if len(words) > 1 and [word.casefold() for word in self._chunks[start : start + len(words)]] == words:
                self._other_words += 1
                end = start + len(words)
                return next((n for n, token in enumerate(self._tokens) if token.chunk >= end), len(self._tokens))
        return number + 1


def _has_form(text: str) -> CodeShape | None:
    return shape_of(text) if _DIGIT.search(text) else None
