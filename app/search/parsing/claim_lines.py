"""Claim lines: the modifiers, units, charges, places of service and pointers that stand around the codes of a text."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from app.codes.ambulance import ambulance_route
from app.codes.shapes import CodeShape, has_form_of_code, plain, shape_of, without_slip
from app.library.tokens import word_list
from app.search.parsing.code_pieces import TWO_CHARACTERS, UNIT_SIGNS, Piece, PieceKind, Pieces, is_money
from app.search.parsing.query import PartKind
from app.search.parsing.scopes import LABEL


class CodePart(NamedTuple):
    """A code, a modifier, a place of service or words: `typed` as it stands in the text, `code` as it is looked up.

    `units` are the units of a code, 0 where none are given, `charge` its amount, and `modifiers` those that follow it.
    `is_claimed` says that one of them does, so that it is the code of a procedure or a supply.
    """

    typed: str
    code: str
    kind: PartKind = PartKind.CODE
    units: int = 0
    charge: str = ""
    modifiers: tuple[str, ...] = ()
    is_claimed: bool = False


class KnownCodes(NamedTuple):
    """The knowledge of the loaded code sets: whether a text is a code, a modifier or a code of ICD-9-CM, and
    the titles of a code."""

    is_code: Callable[[str], bool]
    is_modifier: Callable[[str], bool]
    is_icd9: Callable[[str], bool]
    titles: Callable[[str], Sequence[str]]


_JOINING = frozenset({"or", "with", "w", "then", "also", ""})
_UNITS = re.compile(r"[x×*]([0-9]{1,4})", re.IGNORECASE)
_UNIT_WORDS = frozenset({"unit", "units", "un", "ea", "each"})
MOST_BARE_UNITS = 999
"""Units without a sign; a larger number may be a year."""

_MEASURES = frozenset(word_list("mg mcg g kg ml cc iu min mins minute minutes hour hours hr hrs day days years yo cm"))
"""Words after a number that say that it is neither a code nor a modifier."""

_PLACE = re.compile(r"pos([0-9]{1,2})", re.IGNORECASE)
_NAMED_MODIFIER = re.compile(r"mod(?:ifier)?([0-9A-Z]{2})", re.IGNORECASE)
_POINTER = re.compile(r"[A-L]{1,4}")
"""The letters of the diagnoses that a claim line points to."""

FORMS_CACHED = 512
"""Pieces: each is asked about a few times, and again at the next keystroke."""

_LENGTHS_OF_JOINED_MODIFIERS = (4, 6, 8)
"""Characters of two to four modifiers without signs between them."""

_PROCEDURE_FORMS = frozenset({"cpt", "hcpcs", "cdt"})
_DIGIT = re.compile(r"[0-9]")


class Words(NamedTuple):
    """Words beside codes. `place` is the number of parts before them, `follows_code` says that a code precedes them in
    their segment."""

    text: str
    segment: int
    place: int
    follows_code: bool


class ClaimReader:
    """Reads what a claim line says besides its codes. It holds the pieces of a text, and the parts read so far."""

    def __init__(self, text: str, known: KnownCodes, *, only_kind: PartKind | None) -> None:
        self._known = known
        self._only_kind = only_kind
        pieces = Pieces(text, known.is_code, known.is_modifier)
        self._pieces, self._chunks = pieces.pieces, pieces.chunks
        self._parts: list[CodePart] = []
        self._segments: list[int] = []
        """The segment of each part."""
        self._run: list[Piece] = []
        """Words since the last part."""
        self._words: list[Words] = []
        self._left_out: list[str] = []
        self._has_number = self._follows_procedure = False
        self._last_code: int | None = None
        """The place among the parts of the last code."""
        self._units_before = 0
        self._sure = [self._is_sure(piece) for piece in self._pieces]
        self._has_words = not all(
            self._sure[number] or self._is_code_or_sign(piece) for number, piece in enumerate(self._pieces)
        )

    def _add(self, part: CodePart, piece: Piece) -> None:
        self._end_run()
        if part.kind is PartKind.CODE:
            shape = has_form(part.code)
            self._last_code = len(self._parts)
            self._follows_procedure = shape is not None and shape.name in _PROCEDURE_FORMS
        self._parts.append(part)
        self._segments.append(piece.segment)

    def _end_run(self) -> None:
        if self._run:
            first = self._run[0]
            follows_code = bool(self._segments) and self._segments[-1] == first.segment
            text = " ".join(piece.text for piece in self._run)
            self._words.append(Words(text, first.segment, len(self._parts), follows_code))
            self._run = []

    def _text(self, number: int) -> str:
        return self._pieces[number].text if 0 <= number < len(self._pieces) else ""

    def _procedure(self) -> int | None:
        """Return the place among the parts of the code to which a modifier would belong; None if none precedes."""
        return self._last_code if self._follows_procedure else None

    def _claim(self, place: int, **fields: object) -> None:
        self._parts[place] = self._parts[place]._replace(is_claimed=True, **fields)

    # Amounts, numbers, places and pointers

    def _is_icd9(self, piece: Piece) -> bool:
        """Return whether a piece that is written like an amount is a code of ICD-9-CM: one of the loaded maps, or any
        where they are not loaded and no code of a procedure precedes it."""
        if piece.kind is not PieceKind.AMOUNT or is_money(piece):
            return False
        if self._procedure() is None:
            return self._known.is_icd9(piece.text) or not piece.text.endswith(".00")
        # After a procedure `45.00` is its charge; the diagnosis 250.00 may stand there as well.
        return piece.text[:3].isdecimal() and self._known.is_icd9(piece.text)

    def _read_amount_or_number(self, piece: Piece) -> None:
        self._end_run()
        place = self._procedure()
        if piece.kind is PieceKind.AMOUNT and place is not None and not self._parts[place].charge:
            self._claim(place, charge=piece.text)
        else:
            self._left_out.append(piece.text)
            self._has_number = True

    def _read_place(self, number: int) -> int:
        """Read a place of service, `pos 11` or the number between the dates and the code of a claim line, and return
        the number of pieces that it takes."""
        piece, after = self._pieces[number], self._text(number + 1)
        glued = _PLACE.fullmatch(piece.text)
        is_named = piece.text.casefold() == "pos" and after.isdigit() and len(after) <= 2
        is_in_line = self._is_place_before_code(number) or (
            self._only_kind is PartKind.PLACE and piece.text.isdecimal() and len(piece.text) <= 2
        )
        if not glued and not is_named and not is_in_line:
            return 0
        digits = glued[1] if glued else after if is_named else piece.text
        self._add(CodePart(digits, digits.zfill(2), PartKind.PLACE), piece)
        return 2 if is_named else 1

    def _is_place_before_code(self, number: int) -> bool:
        """Return whether a number of two digits stands between a date and a code of a procedure."""
        text = self._text(number)
        follows_date = number > 0 and self._pieces[number - 1].kind is PieceKind.NUMBER
        if not (text.isdecimal() and len(text) == 2 and follows_date):
            return False
        shape = has_form(self._text(number + 1))
        return shape is not None and shape.name in _PROCEDURE_FORMS

    def _is_pointer(self, number: int) -> bool:
        """Return whether a piece points to diagnoses: the letters before the charge of a claim line. Letters that are
        a modifier too point only where the line begins with its dates."""
        piece, following = self._pieces[number], self._pieces[number + 1 : number + 2]
        if self._procedure() is None or not _POINTER.fullmatch(piece.text):
            return False
        if not following or (following[0].kind is not PieceKind.AMOUNT and not self._is_pointer(number + 1)):
            return False
        has_date = any(p.line == piece.line and p.kind is PieceKind.NUMBER for p in self._pieces[:number])
        return has_date or not self._known.is_modifier(piece.text)

    # Units and modifiers

    def _read_units(self, number: int) -> int:
        """Read the units after a code, and return the number of pieces that they take: `x2`, `4 units`, `qty 4`."""
        place = self._last_code
        if place is None or self._pieces[number].is_attached or self._run:
            return 0
        text, after = self._text(number), self._text(number + 1).casefold()
        match = _UNITS.fullmatch(text)
        amount, length = 0, 0
        if match:
            amount, length = int(match[1]), 1
        elif text.casefold() in UNIT_SIGNS and after.isdecimal() and len(after) <= 4:
            amount, length = int(after), 2
        elif text.isdecimal() and (after in _UNIT_WORDS or self._are_bare_units(number)):
            amount, length = int(text), 1
        if length:
            self._claim(place, units=amount)
            length += self._text(number + length).casefold() in _UNIT_WORDS
        return length

    def _read_units_before(self, number: int) -> int:
        """Read the units before a code, `2 x J1885`, `3 units of J0585`, and at the beginning `units 2 J1885` and
        `x2 J1885`, and return the number of their pieces."""
        text, sign = self._text(number), self._text(number + 1).casefold()
        length = 3 if self._text(number + 2).casefold() == "of" else 2
        if not number and text.casefold() in UNIT_SIGNS:
            text, sign = sign, text.casefold()
        elif not number and (glued := _UNITS.fullmatch(text)):
            text, sign, length = glued[1], "x", 1
        if not text.isdecimal() or len(text) > 4 or sign not in UNIT_SIGNS:
            return 0
        if number > 0 and self._pieces[number - 1].segment == self._pieces[number].segment:
            return 0
        shape = has_form(self._text(number + length))
        if shape is None or shape.name not in _PROCEDURE_FORMS:
            return 0
        self._units_before = int(text)
        return length

    def _are_bare_units(self, number: int) -> bool:
        """Return whether a number is the units of a claim line: it follows a procedure, its modifiers or its charge,
        and ends the line or stands before what is no word."""
        text, place = self._text(number), self._procedure()
        if place is None or not 0 < int(text) <= MOST_BARE_UNITS or self._parts[place].units:
            return False
        before, after = self._pieces[number - 1], self._pieces[number + 1 : number + 2]
        part = self._parts[place]
        if before.line != self._pieces[number].line:
            return False
        if len(text) == 2 and not part.charge and self._known.is_modifier(text):
            return False
        in_claim = {part.typed, part.charge, *part.modifiers}
        follows = before.text.upper() in {text.upper() for text in in_claim} or self._is_pointer(number - 1)
        follows = follows or before.segment != self._pieces[number].segment
        ends = (
            not after
            or after[0].line != before.line
            or self._is_code_or_sign(after[0])
            or after[0].segment != before.segment
        )
        return follows and ends and (not after or not is_measure(after[0].text))

    def _read_modifier(self, number: int) -> int:
        """Read a modifier, and return the number of pieces that it takes."""
        piece, after = self._pieces[number], self._text(number + 1)
        glued = _NAMED_MODIFIER.fullmatch(piece.text)
        if glued and self._procedure() is not None:
            self._add_modifier(glued[1], piece)
            return 1
        is_named = piece.text.casefold() in ("mod", "modifier", "modifiers") and TWO_CHARACTERS.fullmatch(after)
        if is_named and self._procedure() is not None:
            self._add_modifier(after, piece)
            return 2
        if self._is_modifier(number):
            self._add_modifier(piece.text, piece)
            return 1
        joined = self._joined_modifiers(number)
        for modifier in joined:
            self._add_modifier(modifier, piece)
        return min(len(joined), 1)

    def _joined_modifiers(self, number: int) -> list[str]:
        """Return the modifiers that a piece right after a code of a procedure is made of: `RT25`. Small letters alone
        are a word."""
        text, place = self._text(number), self._procedure()
        is_made_so = len(text) in _LENGTHS_OF_JOINED_MODIFIERS and (text.isupper() or bool(_DIGIT.search(text)))
        if place is None or self._run or not is_made_so or not text.isalnum() or text.isdecimal():
            return []
        part = self._parts[place]
        if self._text(number - 1) not in (part.typed, *part.modifiers) or has_form_of_code(text):
            return []
        modifiers = TWO_CHARACTERS.findall(text)
        return modifiers if all(map(self._known.is_modifier, modifiers)) else []

    def _is_modifier(self, number: int) -> bool:
        """Return whether a piece is a modifier: joined to a code by a hyphen, or one right after it."""
        piece = self._pieces[number]
        if not TWO_CHARACTERS.fullmatch(piece.text) or self._is_pointer(number):
            return False
        if self._only_kind is PartKind.MODIFIER:
            return True
        place = self._procedure()
        if place is None or self._parts[-1].kind is PartKind.PLACE or self._run:
            return False
        if piece.is_attached or self._is_hyphenated(piece):
            return True
        part, previous = self._parts[place], self._text(number - 1)
        follows = previous in (part.typed, part.charge, *part.modifiers, self._parts[-1].typed) or part.units > 0
        follows = follows or previous.casefold() in _JOINING
        if not follows or is_measure(self._text(number + 1)):
            return False
        # Among other words only what is written as modifiers are: `in` and `as` are words.
        if self._has_words and piece.text != piece.text.upper():
            return False
        return self._known.is_modifier(piece.text) or self._is_unknown_modifier(number, part)

    def _is_hyphenated(self, piece: Piece) -> bool:
        """Return whether a hyphen stands by itself before a piece: `99214 - 25`."""
        return piece.chunk > 0 and self._chunks[piece.chunk - 1] in ("-", "–")

    def _is_unknown_modifier(self, number: int, part: CodePart) -> bool:
        """Return whether two characters that are no loaded modifier are meant as one: the route of an ambulance, or
        what stands on a claim line before the units or the charge."""
        text = self._text(number)
        if ambulance_route(part.code, text):
            return True
        following = self._pieces[number + 1 : number + 2]
        is_before_claim = bool(following) and (
            following[0].kind is PieceKind.AMOUNT or _UNITS.fullmatch(following[0].text) is not None
        )
        return is_before_claim and text.isupper() and not is_measure(text) and text.casefold() not in _UNIT_WORDS

    def _add_modifier(self, typed: str, piece: Piece) -> None:
        place = self._procedure()
        if place is not None:
            self._claim(place, modifiers=(*self._parts[place].modifiers, typed.upper()))
        self._add(CodePart(typed, typed.upper(), PartKind.MODIFIER), piece)

    # Pieces

    def _is_sure(self, piece: Piece) -> bool:
        """Return whether a piece is a loaded code, and so written that it can hardly be a word."""
        text = piece.text
        if len(plain(text)) < 3 or not _DIGIT.search(text) or not text[0].isalnum() or piece.kind is not PieceKind.TEXT:
            return False
        return self._known.is_code(without_slip(text))

    def _is_code_or_sign(self, piece: Piece) -> bool:
        text = piece.text
        return (
            piece.kind is not PieceKind.TEXT
            or self._is_sign(text)
            or has_form(text) is not None
            or bool(TWO_CHARACTERS.fullmatch(text))
            or text.isdecimal()
        )

    def _is_sign(self, text: str) -> bool:
        """Return whether a piece only labels or joins codes."""
        return text.casefold() in _JOINING or bool(LABEL.fullmatch(text)) or not any(c.isalnum() for c in text)


def is_measure(text: str) -> bool:
    """Return whether a word after a number says that it is neither a code nor a modifier: `mg`, `minutes`."""
    return text.casefold().rstrip("s") in _MEASURES


@lru_cache(maxsize=FORMS_CACHED)
def has_form(text: str) -> CodeShape | None:
    """Return the form of code that a piece has; None for one without a digit."""
    return shape_of(text) if _DIGIT.search(text) else None
