"""What the readers of CPT files share: the shape of a code, the end of the preamble, dates, and headed tables."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from app.releases.containers import Member
from app.releases.grids import grid_rows, is_workbook
from app.releases.records import ReleaseError
from app.releases.text_lines import lines

PREAMBLE_LINES = 400
"""Lines within which the rows of an AMA file must begin; its license takes some thirty."""

SHOWN = 40
"""Characters of a wrong text that a message shows."""

_DATE = re.compile(
    r"(?P<y>[0-9]{4})-?(?P<m>[0-9]{2})-?(?P<d>[0-9]{2})|(?P<um>[0-9]{1,2})/(?P<ud>[0-9]{1,2})/(?P<uy>[0-9]{4})"
)


def is_cpt_code(text: str) -> bool:
    """Whether a text has the shape of a CPT code: `99999`, `0001F`. A suffix letter that is new is taken too."""
    return len(text) == 5 and text.isascii() and text[:4].isdigit() and (text[4].isdigit() or "A" <= text[4] <= "Z")


def checked_code(member: Member, number: int, cell: str) -> str:
    """The code of a cell. Raises ReleaseError for what is none."""
    code = cell.strip()
    if is_cpt_code(code):
        return code
    hint = ""
    if code.isascii() and code.isdigit() and len(code) < 5:
        hint = "; a spreadsheet program has taken its zeros away, so use the file as it was delivered"
    raise ReleaseError(f"{member.name}, line {number}: expected a CPT code, found {cell[:SHOWN]!r}{hint}.")


def checked_date(member: Member, number: int, cell: str) -> date | None:
    """YYYYMMDD, as spreadsheet programs write it too; None for an empty cell. Raises ReleaseError."""
    text = cell.strip()
    if not text:
        return None
    if len(text) <= 10 and (found := _DATE.fullmatch(text)):
        try:
            return date(int(found["y"] or found["uy"]), int(found["m"] or found["um"]), int(found["d"] or found["ud"]))
        except ValueError:
            pass
    raise ReleaseError(f"{member.name}, line {number}: expected a date as YYYYMMDD, found {cell[:SHOWN]!r}.")


def words(cell: str) -> str:
    """A header's cell by its letters and digits alone, lower case: `Level I/II` -> `leveliii`."""
    return "".join(c for c in cell.lower() if c.isalnum())


def headed_rows(
    member: Member, first: str, columns: Mapping[str, str], needed: str
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below the header, whose first cell is `first`, as (line, cell by our name of the column).

    `columns` maps how a header's cell begins, by its letters and digits, to our name; `needed` is a name that must be
    there. Tab, comma or xlsx; what follows the header's first cell tells. Raises ReleaseError.
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
        # Programs leave out empty cells at the end of a row.
        if len(cells) > len(header) and any(cells[len(header) :]):
            raise ReleaseError(f"{member.name}, line {number}: expected {len(header)} columns, found {len(cells)}.")
        found = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
        if not found.get(needed):
            raise ReleaseError(f"{member.name}, line {number}: expected {len(header)} columns, found {len(cells)}.")
        yield number, found
    if header is None:
        raise _headless(member, first)


def _header(member: Member, first: str) -> tuple[int, str]:
    """The line of the header and what separates its cells. The license before it may hold stray quotation marks."""
    if is_workbook(member):
        return 1, "\t"
    for number, line in lines(member, "utf-8", "cp1252"):
        for delimiter in "\t,":
            cell, found, _ = line.partition(delimiter)
            if found and words(cell) == first:
                return number, delimiter
        if number > PREAMBLE_LINES:
            break
    raise _headless(member, first)


def _headless(member: Member, first: str) -> ReleaseError:
    return ReleaseError(
        f"{member.name}: expected a header that begins with {first!r} in the first {PREAMBLE_LINES} lines."
    )


def _names(member: Member, number: int, cells: list[str], columns: Mapping[str, str], needed: str) -> list[str]:
    names: list[str] = []
    for cell in cells:
        bare = words(cell)
        name = next((name for begin, name in columns.items() if bare.startswith(begin)), "")
        names.append("" if name in names else name)
    if needed not in names:
        raise ReleaseError(
            f"{member.name}, line {number}: expected a column for the {needed} in the header, found none."
        )
    return names


def plain_rows(member: Member) -> Iterator[tuple[int, str]]:
    """The lines of a file without a header, numbered, from the first that begins with a code on; no blank ones.

    Raises ReleaseError where none does.
    """
    begun = False
    for number, line in lines(member, "utf-8", "cp1252"):
        if not begun:
            begun = is_cpt_code(line[:5]) and line[5:6] in ("\t", " ") and bool(line[6:].strip())
            if not begun and number > PREAMBLE_LINES:
                break
        if begun and line.strip():
            yield number, line
    if not begun:
        raise ReleaseError(
            f"{member.name}: expected lines with a CPT code in the first {PREAMBLE_LINES} lines, found none."
        )
