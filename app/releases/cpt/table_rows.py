"""Common parts of the CPT readers: the shape of a code, the end of the preamble, dates, and tables with a header."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from app.releases.errors import ReleaseError, quoted
from app.releases.files.containers import Member
from app.releases.files.grids import grid_rows, is_workbook
from app.releases.files.text_lines import lines

PREAMBLE_LINES = 400
"""Lines within which the rows of an AMA file must begin; its license takes about thirty."""

FIRST_COLUMN = "conceptid"
"""The first column of the AMA's tables with a header, in the form that `words` gives."""

_CPT_DATE = re.compile(
    r"(?P<y>[0-9]{4})-?(?P<m>[0-9]{2})-?(?P<d>[0-9]{2})|(?P<um>[0-9]{1,2})/(?P<ud>[0-9]{1,2})/(?P<uy>[0-9]{4})"
)


def is_cpt_code(text: str) -> bool:
    """Return whether a text has the shape of a CPT code: `99999`, `0001F`. Any suffix letter is accepted."""
    return len(text) == 5 and text.isascii() and text[:4].isdigit() and (text[4].isdigit() or "A" <= text[4] <= "Z")


def checked_cpt_code(member: Member, number: int, cell: str) -> str:
    """Return the code in a cell. Raises ReleaseError if it is not a CPT code."""
    code = cell.strip()
    if is_cpt_code(code):
        return code
    hint = ""
    if code.isascii() and code.isdigit() and len(code) < 5:
        hint = "; a spreadsheet program has removed its leading zeros, so add the file as it was delivered"
    raise ReleaseError(f"{member.name}, line {number}: expected a CPT code, found {quoted(cell)}{hint}.")


def checked_date(member: Member, number: int, cell: str) -> date | None:
    """Return the date in a cell, None for an empty one. Raises ReleaseError if it is not a date.

    Besides YYYYMMDD, the forms of spreadsheet programs are read: `2026-01-31`, `1/31/2026`.
    """
    text = cell.strip()
    if not text:
        return None
    if len(text) <= 10 and (match := _CPT_DATE.fullmatch(text)):
        try:
            return date(int(match["y"] or match["uy"]), int(match["m"] or match["um"]), int(match["d"] or match["ud"]))
        except ValueError:
            pass
    raise ReleaseError(f"{member.name}, line {number}: expected a date as YYYYMMDD, found {quoted(cell)}.")


def words(cell: str) -> str:
    """Return the letters and digits of a header cell in lower case: `Level I/II` -> `leveliii`."""
    return "".join(c for c in cell.lower() if c.isalnum())


def headed_rows(
    member: Member, first: str, columns: Mapping[str, str], needed: str
) -> Iterator[tuple[int, dict[str, str]]]:
    """Return (line number, {column name: cell}) of the rows below the header whose first cell is `first`.

    `columns` maps the beginning of a header cell, its letters and digits only, to the name used here; `needed` is a
    name that must be present. The file may use tabs or commas, by the character after the header's first cell, or be
    an xlsx. Raises ReleaseError naming the line.
    """
    start, delimiter = _header(member, first)
    header: list[str] | None = None
    for number, cells in grid_rows(member, delimiter, start):
        if header is None:
            if words(cells[0]) == first:
                header = _names(member, number, cells, columns, needed)
            elif number > PREAMBLE_LINES:
                break
            continue
        if not any(cell.strip() for cell in cells):
            continue
        # Spreadsheet programs leave out empty cells at the end of a row.
        if len(cells) > len(header) and any(cells[len(header) :]):
            raise ReleaseError(f"{member.name}, line {number}: expected {len(header)} columns, found {len(cells)}.")
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
        if not row.get(needed):
            raise ReleaseError(f"{member.name}, line {number}: expected {len(header)} columns, found {len(cells)}.")
        yield number, row
    if header is None:
        raise _no_header(member, first)


def _header(member: Member, first: str) -> tuple[int, str]:
    """Return the line number of the header and the delimiter of its cells.

    The license before it may have unpaired quotation marks, so it must not be read as csv.
    """
    if is_workbook(member):
        return 1, "\t"
    for number, line in lines(member, "utf-8", "cp1252"):
        for delimiter in "\t,":
            cell, separator, _ = line.partition(delimiter)
            if separator and words(cell) == first:
                return number, delimiter
        if number > PREAMBLE_LINES:
            break
    raise _no_header(member, first)


def _no_header(member: Member, first: str) -> ReleaseError:
    return ReleaseError(
        f"{member.name}: expected a header that begins with {first!r} in the first {PREAMBLE_LINES} lines."
    )


def _names(member: Member, number: int, cells: list[str], columns: Mapping[str, str], needed: str) -> list[str]:
    names: list[str] = []
    for cell in cells:
        bare = words(cell)
        name = next((name for beginning, name in columns.items() if bare.startswith(beginning)), "")
        names.append("" if name in names else name)
    if needed not in names:
        raise ReleaseError(
            f"{member.name}, line {number}: expected a column for the {needed} in the header, found none."
        )
    return names


def plain_rows(member: Member) -> Iterator[tuple[int, str]]:
    """Return (line number, line) of a file without a header, from the first line that begins with a code.

    Blank lines are skipped. Raises ReleaseError if none of the first PREAMBLE_LINES begins with a code.
    """
    has_begun = False
    for number, line in lines(member, "utf-8", "cp1252"):
        if not has_begun:
            has_begun = is_cpt_code(line[:5]) and line[5:6] in ("\t", " ") and bool(line[6:].strip())
            if not has_begun and number > PREAMBLE_LINES:
                break
        if has_begun and line.strip():
            yield number, line
    if not has_begun:
        raise ReleaseError(
            f"{member.name}: expected lines with a CPT code in the first {PREAMBLE_LINES} lines, found none."
        )
