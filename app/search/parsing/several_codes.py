"""Several codes in one text: a pasted column, a claim line with modifiers and units, a sentence with codes.

| typed                               | read                                                            |
|-------------------------------------|-----------------------------------------------------------------|
| `E11.22 N18.31 Z79.4`               | three codes; on lines or with commas and semicolons as well     |
| `99214-25-GT`, `J1100 JW`           | a code and the modifiers after it                               |
| `J1885 x 4`, `A0425 QN 12`          | a code with its units                                           |
| `99213-25 $185.00 1`                | a code with its charge and its units                            |
| `99213 pos 11`                      | a code and a place of service                                   |
| `E11.22, N18.31, gout`              | two codes, and words to look up                                 |
| `E11.22 with N18.31, seen today`    | two codes; the words are left out, and said to be               |
| `E11,9`                             | one code with a slip, so not several: nothing is returned       |
| `type 2 diabetes`, `c1 c2 fracture` | nothing: numbers and levels of the spine are words              |
"""

import re
from typing import NamedTuple

from app.codes.shapes import AROUND_CODES, has_form_of_code, without_slip
from app.library.tokens import word_list
from app.search.parsing.claim_lines import (
    MOST_BARE_UNITS,
    ClaimReader,
    CodePart,
    KnownCodes,
    Words,
    has_form,
    is_measure,
)
from app.search.parsing.code_pieces import LONGEST_LIST, PieceKind
from app.search.parsing.query import PartKind

MOST_CODES = 200

FEWEST_CODES = 2
"""Codes that make a text with other words a list of codes; with a single one it is a code and words."""

LONGEST_SPACED_CODE = 9
"""Characters; a text of several pieces that together are one code is that code: `0DTJ 4ZZ`."""

LENGTHS_WITH_MODIFIERS = (7, 9, 11, 13)
"""Characters of a code of a procedure and one to four modifiers without a sign between them."""

_INNER_SIGNS = re.compile(r"[-–,;/|+&*.()\[\]]")


class CodeList(NamedTuple):
    """The parts of a text with several codes in order, and the words and numbers that are none of them. `is_cut` says
    that there are more than are read."""

    parts: tuple[CodePart, ...] = ()
    left_out: tuple[str, ...] = ()
    is_cut: bool = False


_PROSE = frozenset(
    word_list(
        "a an the is was are were has had have in on for he she his her him they pt patient seen here today please bill"
        " billed code coded codes add added use used hi hello dear thanks thank regards per see note we you i my our"
        " but yes no not vs versus it its if can what which does do mean billable valid correct active"
    )
)
"""Words that are not part of a diagnosis or procedure, but of a sentence about it."""
_SHORTEST_WORDS = 3
"""Letters of words that are looked up: `Hi` is no abbreviation there."""


def several_codes(text: str, known: KnownCodes, *, only_kind: PartKind | None = None) -> CodeList:
    """Return the codes, modifiers, places and words of a text in order; nothing if it is not a text with several codes.

    With `only_kind` every text of two characters is a modifier or a place of service: the scope of the search says so.
    """
    chunks = text.split()
    has_signs = _INNER_SIGNS.search(text.strip(AROUND_CODES + "-.")) is not None
    if len(chunks) < FEWEST_CODES and not has_signs and len(text.strip()) not in LENGTHS_WITH_MODIFIERS:
        return CodeList()
    if _is_one_code(text, chunks, known):
        return CodeList()
    reader = _Reader(text, known, only_kind=only_kind)
    return reader.code_list() if reader.is_list() else CodeList()


def _is_one_code(text: str, chunks: list[str], known: KnownCodes) -> bool:
    """Return whether a text is a single code or range, with stray spaces or a slip."""
    stripped = text.strip(AROUND_CODES)
    if ("-" in stripped or "–" in stripped) and len(stripped) < LONGEST_SPACED_CODE * 2 and known.is_code(stripped):
        return True
    if without_slip(stripped) != stripped and known.is_code(without_slip(stripped)):
        return True
    joined = "".join(chunks)
    return len(chunks) > 1 and len(joined) <= LONGEST_SPACED_CODE and joined.isalnum() and known.is_code(joined)


class _Reader(ClaimReader):
    """Reads the pieces of a text one after the other."""

    def __init__(self, text: str, known: KnownCodes, *, only_kind: PartKind | None) -> None:
        super().__init__(text, known, only_kind=only_kind)
        self._loaded = 0
        self._has_title = False
        self._line_numbers: list[str] = []
        number = 0
        while number < len(self._pieces) and len(self._parts) < MOST_CODES:
            if self._run and self._run[-1].segment != self._pieces[number].segment:
                self._end_run()
            number = self._read(number)
        self._end_run()
        self._is_cut = number < len(self._pieces) or len(text) > LONGEST_LIST

    def is_list(self) -> bool:
        """Return whether the parts are several codes, or one with modifiers or units, and not a phrase with a code."""
        codes = [part for part in self._parts if part.kind is PartKind.CODE]
        if self._words or self._has_title:
            if len(codes) == 1 and not self._has_title:
                return codes[0].is_claimed or self._is_apart(codes[0]) or self._is_in_sentence(codes[0])
            return len(codes) >= FEWEST_CODES and self._loaded >= 1
        if self._only_kind is not None:
            return len(self._parts) >= FEWEST_CODES
        if not codes:
            return False
        is_several = len(self._parts) >= FEWEST_CODES or codes[0].is_claimed or self._has_number
        return is_several or self._is_in_sentence(codes[0])

    def _is_apart(self, code: CodePart) -> bool:
        """Return whether the only code stands apart from the words, as they do from each other: `gout, E11.9`."""
        segment = self._segments[self._parts.index(code)]
        is_meant = code.typed == code.typed.upper() or "." in code.typed
        return bool(self._loaded) and is_meant and all(words.segment != segment for words in self._words)

    def _is_in_sentence(self, code: CodePart) -> bool:
        """Return whether the only code stands amid the words of a sentence, or after the number of its line:
        `patient with E11.9 on insulin`, `01 E11.9 Y`. Without a dot nothing else may be said: P53 is a protein too."""
        if not self._loaded or self._pieces[0].text == code.typed:
            return False
        is_written_out = "." in code.typed
        are_idle = [self._is_idle(words, whole=not is_written_out) for words in self._words]
        if self._pieces[0].text in self._line_numbers:
            return all(are_idle)
        is_amid = self._pieces[-1].text != code.typed
        return is_amid and (any(are_idle) if is_written_out else all(are_idle))

    def _is_idle(self, words: Words, *, whole: bool) -> bool:
        """Return whether words are those of a sentence: one of them, or the whole."""
        listed = set(word_list(words.text))
        return len(words.text) < _SHORTEST_WORDS or (listed <= _PROSE if whole else not listed.isdisjoint(_PROSE))

    def code_list(self) -> CodeList:
        """Return the parts with the words that are to be looked up among them, and what is left out."""
        parts: list[CodePart] = []
        left_out = list(self._left_out)
        words = list(self._words)
        for number in range(len(self._parts) + 1):
            while words and words[0].place <= number:
                found = words.pop(0)
                if self._is_to_look_up(found):
                    parts.append(CodePart(found.text, found.text, PartKind.WORDS))
                else:
                    left_out.append(found.text)
            parts += self._parts[number : number + 1]
        if len(parts) == 1:
            left_out += self._line_numbers
        return CodeList(tuple(parts[:MOST_CODES]), tuple(left_out), self._is_cut)

    def _is_to_look_up(self, words: Words) -> bool:
        """Return whether words may name something to code: those of a sentence, or before a code, do not."""
        if not _PROSE.isdisjoint(word_list(words.text)) or len(words.text) < _SHORTEST_WORDS:
            return False
        return words.follows_code or words.segment not in self._segments

    def _read(self, number: int) -> int:
        """Read one piece, or a few that belong together, and return the number of the next one."""
        piece = self._pieces[number]
        if piece.kind is not PieceKind.TEXT and not self._is_icd9(piece):
            self._read_amount_or_number(piece)
            return number + 1
        length = (
            self._read_place(number)
            or self._read_units_before(number)
            or self._read_units(number)
            or self._read_modifier(number)
        )
        if length:
            return number + length
        if self._sure[number] or self._is_entry(number):
            self._end_run()
            self._loaded += self._sure[number]
            units, self._units_before = self._units_before, 0
            self._add(CodePart(piece.text, without_slip(piece.text), units=units, is_claimed=units > 0), piece)
            return self._after_title(number)
        if self._is_pointer(number):
            return number + 1
        if piece.text.isdecimal() and not self._is_in_words(number):
            # Small ones count the lines of a table.
            (self._left_out if int(piece.text) > MOST_BARE_UNITS else self._line_numbers).append(piece.text)
        elif not self._is_sign(piece.text):
            self._run.append(piece)
        return number + 1

    def _is_in_words(self, number: int) -> bool:
        """Return whether a number stands among words of its segment: `type 2 diabetes`."""
        segment = self._pieces[number].segment
        after = self._pieces[number + 1 : number + 2]
        is_before_words = bool(after) and after[0].segment == segment and not self._is_code_or_sign(after[0])
        return bool(self._run) or is_before_words

    def _is_entry(self, number: int) -> bool:
        """Return whether a piece that is not a loaded code is meant as one, beside others that are."""
        text = self._text(number)
        shape = has_form(text)
        if shape is None or is_measure(self._text(number + 1)):
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
        chunk = self._pieces[number].chunk
        for title in self._known.titles(without_slip(self._pieces[number].text)):
            words = title.casefold().split()
            start = chunk + 1
            while start < len(self._chunks) and not any(c.isalnum() for c in self._chunks[start]):
                start += 1
            if (
                len(words) > 1
                and [word.casefold().strip('"') for word in self._chunks[start : start + len(words)]] == words
            ):
                self._has_title = True
                end = start + len(words)
                return next((n for n, piece in enumerate(self._pieces) if piece.chunk >= end), len(self._pieces))
        return number + 1
