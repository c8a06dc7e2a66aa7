"""Our own texts on HCPCS Level II: sections and their ranges, and the starter set of the codes most used.

D is not a section here: the dental codes (CDT) belong to the American Dental Association.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from app.library.own_words.table_rows import parts, table_rows
from app.releases.errors import ReleaseError

HCPCS_LETTERS = "ABCEGHJKLMPQRSTUV"
"""The letters of Level II that are in use, without D, which is the American Dental Association's."""

_HCPCS_CODE = re.compile(f"[{HCPCS_LETTERS}][0-9]{{4}}")


@dataclass(frozen=True, slots=True)
class HcpcsRange:
    """Codes of one section from `first` to `last`, both included (`E0100`, `E0159`); the ends need not be codes.

    `everyday` are words that users type for it, lower case.
    """

    first: str
    last: str
    title: str
    text: str
    everyday: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HcpcsSection:
    """A letter of Level II with its ranges, in the order of their codes, none overlapping another."""

    letter: str
    title: str
    text: str
    everyday: tuple[str, ...]
    ranges: tuple[HcpcsRange, ...]


@dataclass(frozen=True, slots=True)
class StarterCode:
    """A code with our plain-language name; `everyday` are brands, abbreviations and slang for it, lower case."""

    code: str
    name: str
    everyday: tuple[str, ...]


def read_hcpcs_sections(path: Path) -> tuple[HcpcsSection, ...]:
    """Read the sections of `hcpcs_sections.tsv`, by letter. Raises ReleaseError with file and line for a wrong row."""
    sections: list[HcpcsSection] = []
    for place, (kind, first, last, title, text, everyday) in table_rows(path, 6):
        words = _everyday(place, everyday)
        if kind == "section":
            _check_letter(place, first, last, sections)
            sections.append(HcpcsSection(first, title, text, words, ()))
        elif kind != "range":
            raise ReleaseError(f"{place}: expected section or range, found {kind!r}.")
        elif not sections:
            raise ReleaseError(f"{place}: expected a section before its first range.")
        else:
            above = sections[-1]
            _check_range(place, first, last, above)
            sections[-1] = replace(above, ranges=(*above.ranges, HcpcsRange(first, last, title, text, words)))
    letters = "".join(section.letter for section in sections)
    if letters != HCPCS_LETTERS:
        raise ReleaseError(f"{path.name}: expected the sections {HCPCS_LETTERS}, found {letters or 'none'}.")
    for section in sections:
        if not section.ranges:
            raise ReleaseError(f"{path.name}: expected ranges below section {section.letter}, found none.")
    return tuple(sections)


def read_hcpcs_starter(path: Path) -> tuple[StarterCode, ...]:
    """Read the codes of `hcpcs_starter.tsv`, sorted. Raises ReleaseError, naming file and line, for a wrong row."""
    starters: list[StarterCode] = []
    codes_by_name: dict[str, str] = {}
    for place, (code, name, everyday) in table_rows(path, 3):
        if not _HCPCS_CODE.fullmatch(code):
            raise ReleaseError(f"{place}: expected a code such as J1100, not of section D, found {code!r}.")
        if starters and code <= starters[-1].code:
            raise ReleaseError(f"{place}: expected a code behind {starters[-1].code}, found {code}.")
        if name.lower() in codes_by_name:
            raise ReleaseError(
                f"{place}: expected a name of its own, found that of {codes_by_name[name.lower()]}: {name!r}."
            )
        codes_by_name[name.lower()] = code
        starters.append(StarterCode(code, name, _everyday(place, everyday)))
    if not starters:
        raise ReleaseError(f"{path.name}: expected HCPCS codes, found none.")
    return tuple(starters)


def _check_letter(place: str, first: str, last: str, above: list[HcpcsSection]) -> None:
    if len(first) != 1 or first not in HCPCS_LETTERS or first != last:
        raise ReleaseError(
            f"{place}: expected one letter of {HCPCS_LETTERS} as first and last, found {first!r}, {last!r}."
        )
    if above and first <= above[-1].letter:
        raise ReleaseError(f"{place}: expected a section behind {above[-1].letter}, found {first}.")


def _check_range(place: str, first: str, last: str, section: HcpcsSection) -> None:
    for code in (first, last):
        if not _HCPCS_CODE.fullmatch(code) or code[0] != section.letter:
            raise ReleaseError(f"{place}: expected a code of section {section.letter}, found {code!r}.")
    if last < first:
        raise ReleaseError(f"{place}: expected a range from its lower end to its upper, found {first} to {last}.")
    if section.ranges and first <= section.ranges[-1].last:
        raise ReleaseError(f"{place}: expected a first code behind {section.ranges[-1].last}, found {first}.")


def _everyday(place: str, cell: str) -> tuple[str, ...]:
    words = parts(place, cell, "; ")
    for word in words:
        if word != word.lower():
            raise ReleaseError(f"{place}: expected search words in lower case, found {word!r}.")
    return words
