"""The ICD-10-CM conversion table (xlsx or csv): each newer code with the codes that were used before it existed."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from app.codes.shapes import plain
from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.grids import grid_rows, is_workbook
from app.releases.files.spreadsheet import sheet_rows
from app.releases.icd.order_file import is_icd10_code
from app.releases.records import Conversion

FISCAL_YEAR_START = (10, 1)
"""First day of a code for which the table gives only a year, according to the note in its first row."""

LAST_HEADER_ROW = 30
"""The header row follows a few rows of prose."""

_COLUMN_BEGINNINGS = ("current code", "effective", "previous")
_CODE_PATTERN = r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?"
_PREVIOUS_TOKEN = re.compile(
    rf"(?P<first>{_CODE_PATTERN})(?:\s*[-–]\s*(?P<last>{_CODE_PATTERN})|(?P<open>\.?[-–]))?|[A-Za-z]+|[\s,;:&+/()]+"
)
_DATE_FORMATS = ("%Y-%m-%d", "%B %d, %Y", "%b %d, %Y", "%m/%d/%Y", "%B %d %Y", "%m/%d/%y", "%d-%b-%y")
# Excel stores a day as a number; a cell without a date's format, or its csv, shows that: 45017 is 2023-04-01.
_EXCEL_DAY_0 = date(1899, 12, 30)


def read_conversion(member: Member) -> Iterator[Conversion]:
    """Return the rows of the table in its order; a code may have several rows.

    `since` is October 1 of the year in the table, as the table's note says, or the date in its place (`4/1/2023`).
    `previous` are plain codes: all that `E11.69 and R40.20` or `S20.211A; S20.212A` name, none for `None`. A range
    stays a range: `H35.20-H35.23` is `H3520-H3523`, `Categories T15-T19` is `T15-T19`, and `I63.-` is `I63-`, any code
    below it.

    Raises ReleaseError naming sheet and row if a code, date or list has another form.
    """
    columns: dict[str, tuple[int, int, int]] = {}
    count = 0
    for sheet, number, cells in _rows(member):
        if sheet not in columns:
            header = conversion_columns(cells) if number <= LAST_HEADER_ROW else None
            if header:
                columns[sheet] = header
            continue
        current, effective, previous = (cells[at].strip() if at < len(cells) else "" for at in columns[sheet])
        if not effective and not previous and not is_icd10_code(plain(current)):
            # Blank, or a note below the table.
            continue
        location = f"{member.name}, {f'sheet {sheet}, ' if sheet else ''}row {number}"
        code = plain(current)
        if not is_icd10_code(code):
            raise ReleaseError(f"{location}: expected an ICD-10-CM code, found {current[:40]!r}.")
        count += 1
        yield Conversion(code, _since(location, effective), _previous(location, previous))
    if not columns:
        raise ReleaseError(
            f"{member.name}: expected a header row with Current code assignment, Effective and Previous Code(s) "
            "Assignment, found none."
        )
    if not count:
        raise ReleaseError(f"{member.name}: expected the codes of a conversion table, found none.")


def _rows(member: Member) -> Iterator[tuple[str, int, list[str]]]:
    """Return the rows of every sheet, or of a text, whose sheet is empty."""
    if is_workbook(member):
        return sheet_rows(member)
    return (("", number, cells) for number, cells in grid_rows(member, ","))


def conversion_columns(cells: Sequence[str]) -> tuple[int, int, int] | None:
    """Return the indexes of the columns of the code, its first day and the codes before, if this is the header row."""
    names = [" ".join(cell.lower().split()) for cell in cells]
    current, effective, previous = (
        next((index for index, name in enumerate(names) if name.startswith(beginning)), -1)
        for beginning in _COLUMN_BEGINNINGS
    )
    return (current, effective, previous) if min(current, effective, previous) >= 0 else None


def _since(location: str, text: str) -> date:
    if re.fullmatch(r"20[0-9]{2}", text):
        return date(int(text), *FISCAL_YEAR_START)
    if re.fullmatch(r"4[0-9]{4}", text):
        return _EXCEL_DAY_0 + timedelta(days=int(text))
    for date_format in _DATE_FORMATS:
        try:
            day = datetime.strptime(text, date_format).date()
        except ValueError:
            continue
        if 2010 <= day.year < 2100:
            return day
    raise ReleaseError(f"{location}: expected a year or date from which the code is valid, found {text[:40]!r}.")


def _previous(location: str, text: str) -> tuple[str, ...]:
    """Return the codes and ranges in a cell. Words such as `and`, `Codes in Categories` or `None` are skipped."""
    codes: list[str] = []
    at = 0
    while at < len(text):
        token = _PREVIOUS_TOKEN.match(text, at)
        if token is None:
            raise ReleaseError(f"{location}: expected the codes used before, found {text[at : at + 40]!r}.")
        at = token.end()
        first, last, open_ = token["first"], token["last"], token["open"]
        if first:
            codes.append(plain(first) + (f"-{plain(last)}" if last else "-" if open_ else ""))
    return tuple(dict.fromkeys(codes))
