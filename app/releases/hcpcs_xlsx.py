"""The HCPCS file as CMS's workbook (`HCPC2025_OCT_ANWEB.xlsx`): its rows, with the cells under the header's names."""

import re
from collections.abc import Iterator

from app.releases.containers import Member
from app.releases.hcpcs_txt import HCPCS_COLUMNS
from app.releases.records import ReleaseError
from app.releases.spreadsheet import sheet_rows

NEEDED = (
    "HCPC",
    "SEQNUM",
    "RECID",
    "LONG DESCRIPTION",
    "SHORT DESCRIPTION",
    "COV",
    "ADD DT",
    "ACT EFF DT",
    "TERM DT",
    "ACTION CD",
)
"""The columns without which a row is no header."""

_NO_LETTER = re.compile(r"[^A-Z0-9]+")
_ORDER = {name: place for place, (name, _begin, _end) in enumerate(HCPCS_COLUMNS)}
_BY_LETTERS = {_NO_LETTER.sub("", name): name for name in _ORDER} | {"HCPCS": "HCPC"}


def header(cells: list[str]) -> dict[str, int]:
    """The columns of a header row by name, in the order of the record layout; empty for any other row.

    Underscores, blanks and capitals of a name may differ from those of October 2025. A column that the layout does not
    have keeps its own name and comes last.
    """
    names = [_BY_LETTERS.get(_NO_LETTER.sub("", cell.upper()), " ".join(cell.split())) for cell in cells]
    if not set(NEEDED) <= set(names):
        return {}
    places = {name: place for place, name in reversed(list(enumerate(names))) if name}
    return dict(sorted(places.items(), key=lambda item: (_ORDER.get(item[0], len(_ORDER)), item[1])))


def workbook_rows(member: Member) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number, stripped cells by column name) of every row below the header, in the one sheet that has it.

    The header is found by its names, since notes may stand above it. A row with a single cell is a note too. Raises
    ReleaseError for a workbook that has no such header, or one in two sheets.
    """
    sheet = ""
    columns: dict[str, int] = {}
    for name, number, cells in sheet_rows(member):
        if not columns or name != sheet:
            found = header(cells)
            if found and columns:
                raise ReleaseError(
                    f"{member.name}, row {number}: expected HCPCS codes in one sheet, found them in {sheet} and {name}."
                )
            if found:
                sheet, columns = name, found
            continue
        row = {name: cells[place].strip() for name, place in columns.items()}
        if sum(map(bool, row.values())) > 1:
            yield number, row
    if not columns:
        raise ReleaseError(f"{member.name}: expected a header row with the columns {', '.join(NEEDED)}, found none.")
