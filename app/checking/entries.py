"""A list of codes as it is typed or pasted, into entries: `E11.40, 99213-25 x2`, a column, the lines of a claim."""

import re
from collections.abc import Callable

from app.checking.records import Entry

MOST_ENTRIES = 10_000

_SEPARATORS = re.compile(r"[\s,;|]+")
_UNITS = re.compile(r"[x×*]([0-9]{1,5})", re.IGNORECASE)
_CODE_AND_UNITS = re.compile(r"(?P<code>[0-9A-Z-]{5,})[x×*](?P<units>[0-9]{1,5})", re.IGNORECASE)
_MODIFIER = re.compile(r"[0-9A-Z]{2}", re.IGNORECASE)
_CODE_AND_MODIFIERS = re.compile(r"(?P<code>[0-9A-Z]{5})(?P<modifiers>(?:-[0-9A-Z]{2})+)", re.IGNORECASE)
_PROCEDURE = re.compile(r"(?:[0-9]{4}[0-9A-Z]|[A-CEGHJKLMPQRSTV][0-9]{4})", re.IGNORECASE)
_AROUND = "\"'“”‘’()[]{}<>.:-–—•*#"
_LIST_NUMBER = re.compile(r"[0-9]{1,3}[.)]")


def read_entries(text: str, is_modifier: Callable[[str], bool]) -> tuple[Entry, ...]:
    """Return the codes of a text in its order, at most MOST_ENTRIES.

    Blanks, commas, semicolons and ends of lines separate them. `99213-25` and `99213 25` are a code with its modifier,
    `x2` gives the units of the code before it; the number of a line (`1.`, `2)`) is none. `is_modifier` says whether
    two characters are one that is known.
    """
    entries: list[Entry] = []
    for line in text.splitlines():
        tokens = [token for token in _SEPARATORS.split(line) if token]
        if len(tokens) > 1 and _LIST_NUMBER.fullmatch(tokens[0]):
            del tokens[0]
        is_after_code = False
        for token in tokens:
            is_after_code = _read(token, entries, is_modifier, is_after_code=is_after_code)
            if len(entries) > MOST_ENTRIES:
                return tuple(entries[:MOST_ENTRIES])
    return tuple(entries)


def _read(token: str, entries: list[Entry], is_modifier: Callable[[str], bool], *, is_after_code: bool) -> bool:
    """Read one token; return whether modifiers and units may follow it."""
    bare = token.strip(_AROUND)
    # The dash of `C7A.-` and the star of `E11*` are lost, and the beginning is read.
    if not bare:
        return is_after_code
    last = entries[-1] if entries and is_after_code else None
    if last is not None and (units := _UNITS.fullmatch(bare)):
        entries[-1] = Entry(last.typed, last.modifiers, int(units[1]))
        return True
    may_be_modifier = last is not None and _PROCEDURE.fullmatch(last.typed) and _MODIFIER.fullmatch(bare)
    if last is not None and may_be_modifier and (is_modifier(bare.upper()) or not bare.isdigit()):
        entries[-1] = Entry(last.typed, (*last.modifiers, bare.upper()), last.units)
        return True
    units_of_code = 0
    if match := _CODE_AND_UNITS.fullmatch(bare):
        bare, units_of_code = match["code"], int(match["units"])
    if (match := _CODE_AND_MODIFIERS.fullmatch(bare)) and _PROCEDURE.fullmatch(match["code"]):
        modifiers = tuple(part.upper() for part in match["modifiers"].split("-") if part)
        entries.append(Entry(match["code"], modifiers, units_of_code))
    else:
        entries.append(Entry(bare, (), units_of_code))
    return True
