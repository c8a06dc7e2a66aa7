"""The ICD-10-CM conversion table (xlsx): what each newer code was coded as before it existed."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from app.codes.shapes import plain
from app.releases.containers import Member
from app.releases.order_file import is_icd10_code
from app.releases.records import Conversion, ReleaseError
from app.releases.spreadsheet import sheet_rows

FISCAL_YEAR_START = (10, 1)
"""Month and day from which a code counts where the table gives only its year, as the note in its first row says."""

_HEADS = ("current code", "effective", "previous code")
# Prose before the header row is one cell, or a few.
_LATEST_HEADER = 30
_CODE = r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?"
_PART = re.compile(rf"(?P<first>{_CODE})(?:\s*[-–]\s*(?P<last>{_CODE})|(?P<open>\.?[-–]))?|[A-Za-z]+|[\s,;:&+/()]+")
_DATES = ("%Y-%m-%d", "%B %d, %Y", "%b %d, %Y", "%m/%d/%Y", "%B %d %Y")


def read_conversion(member: Member) -> Iterator[Conversion]:
    """The rows of the table, in its order; a code may have several.

    `since` is October 1 of the year given, as the table's note says, or the date that stands in its place (`4/1/2023`).
    `previous` are plain codes; `E11.69 and R40.20`, `S20.211A; S20.212A` and the like give all that are named, `None`
    gives none. A range stays one, `H35.20-H35.23` as `H3520-H3523`, `Categories T15-T19` as `T15-T19`, and `I63.-` is
    `I63-`: any code below it.

    Raises ReleaseError naming sheet and row for a code, date or list of another form.
    """
    columns: dict[str, tuple[int, int, int]] = {}
    count = 0
    for sheet, number, cells in sheet_rows(member):
        if sheet not in columns:
            found = _columns(cells) if number <= _LATEST_HEADER else None
            if found:
                columns[sheet] = found
            continue
        current, effective, previous = (cells[column].strip() for column in columns[sheet])
        if not effective and not previous and not is_icd10_code(plain(current)):
            # Blank, or a note below the table.
            continue
        place = f"{member.name}, sheet {sheet}, row {number}"
        code = plain(current)
        if not is_icd10_code(code):
            raise ReleaseError(f"{place}: expected an ICD-10-CM code, found {current[:40]!r}.")
        count += 1
        yield Conversion(code, _since(place, effective), _previous(place, previous))
    if not columns:
        raise ReleaseError(
            f"{member.name}: expected a row with the heads Current code assignment, Effective and Previous Code(s) "
            "Assignment, found none."
        )
    if not count:
        raise ReleaseError(f"{member.name}: expected the codes of a conversion table, found none.")


def _columns(cells: list[str]) -> tuple[int, int, int] | None:
    """Where the three columns stand if this is the header row."""
    heads = [" ".join(cell.lower().split()) for cell in cells]
    places = [next((at for at, head in enumerate(heads) if head.startswith(start)), -1) for start in _HEADS]
    return (places[0], places[1], places[2]) if min(places) >= 0 else None


def _since(place: str, text: str) -> date:
    if re.fullmatch(r"20[0-9]{2}", text):
        return date(int(text), *FISCAL_YEAR_START)
    for form in _DATES:
        try:
            found = datetime.strptime(text, form).date()
        except ValueError:
            continue
        if 2010 <= found.year < 2100:
            return found
    raise ReleaseError(f"{place}: expected a year or date since when the code counts, found {text[:40]!r}.")


def _previous(place: str, text: str) -> tuple[str, ...]:
    """Words such as `and`, `Codes in Categories` or `None` name no code and are passed over."""
    found: list[str] = []
    at = 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            raise ReleaseError(f"{place}: expected the codes used before, found {text[at : at + 40]!r}.")
        at = part.end()
        first, last, open_ = part["first"], part["last"], part["open"]
        if first:
            found.append(plain(first) + (f"-{plain(last)}" if last else "-" if open_ else ""))
    return tuple(dict.fromkeys(found))
