"""Codes printed inside a note: their offsets in the text and the ranges that they cover."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CODE_IN_TEXT = r"[A-Z](?:[0-9][0-9A-Z]|A[0-9])(?:\.[0-9A-Z]{1,4})?"
_DASH = r"\.?-(?![A-Z0-9])"
_PRINTED = re.compile(
    rf"(?<![A-Za-z0-9.])(?P<low>{_CODE_IN_TEXT})(?![A-Za-z0-9])(?:{_DASH})?"
    rf"(?:\.?(?:-|–)(?P<high>{_CODE_IN_TEXT})(?![A-Za-z0-9])(?:{_DASH})?)?"
)
_NOT_A_CODE_AFTER = re.compile(r"(?:vitamins? [A-Z0-9, ]*|LGMD )$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """A code or range as printed, with its character offsets; `low` and `high` are equal for a single code.

    `E08-E13` covers E08 to E13; `C7A.-` and `O24.4-` are printed with a dash because more characters follow,
    and so may be the ends of a range: `K85-K86.-`, `F10.-F19.-`.
    """

    start: int
    end: int
    printed: str
    low: str
    high: str


def printed_codes(text: str) -> Iterator[PrintedCode]:
    """Yield the codes printed in the text of a note, in order: `certain infections (A00-B99)`, `insulin (Z79.4)`.

    A vitamin (`vitamin B12`) and a type of dystrophy (`LGMD R22`) are not codes, although they are spelled like one.
    """
    for match in _PRINTED.finditer(text):
        if _NOT_A_CODE_AFTER.search(text, 0, match.start()):
            continue
        low, high = match["low"], match["high"] or match["low"]
        yield PrintedCode(match.start(), match.end(), match.group(), low, high)
