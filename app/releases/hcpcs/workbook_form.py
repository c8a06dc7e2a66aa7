"""The rows of CMS's HCPCS workbook (`HCPC2025_OCT_ANWEB.xlsx`), with the cells by the names in its header."""

import re
from collections.abc import Iterator

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.spreadsheet import sheet_rows
from app.releases.hcpcs.text_form import HCPCS_COLUMNS

REQUIRED_COLUMNS = (
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
"""Columns that the header row has at least."""

_OTHER_CHARACTERS = re.compile(r"[^A-Z0-9]+")
_LAYOUT_ORDER = {name: index for index, (name, _begin, _end) in enumerate(HCPCS_COLUMNS)}
_NAMES_BY_CHARACTERS = {_OTHER_CHARACTERS.sub("", name): name for name in _LAYOUT_ORDER} | {"HCPCS": "HCPC"}


def header_columns(cells: list[str]) -> dict[str, int]:
    """Return the index of each column of a header row by its name; empty for any other row.

    The columns are in the order of the record layout. Underscores, blanks and capitals of a name may differ from those
    of October 2025. A column that the layout does not have keeps its own name and comes last.
    """
    names = [
        _NAMES_BY_CHARACTERS.get(_OTHER_CHARACTERS.sub("", cell.upper()), " ".join(cell.split())) for cell in cells
    ]
    if not set(REQUIRED_COLUMNS) <= set(names):
        return {}
    indexes = {name: index for index, name in reversed(list(enumerate(names))) if name}
    return dict(sorted(indexes.items(), key=lambda item: (_LAYOUT_ORDER.get(item[0], len(_LAYOUT_ORDER)), item[1])))


def workbook_rows(member: Member) -> Iterator[tuple[int, dict[str, str]]]:
    """Return (row number, {column name: stripped cell}) of every row below the header, in the one sheet that has it.

    The header is found by its names, since notes may stand above it. A row with a single cell is a note too. Raises
    ReleaseError if no sheet or more than one has such a header.
    """
    sheet = ""
    columns: dict[str, int] = {}
    for name, number, cells in sheet_rows(member):
        if not columns or name != sheet:
            header = header_columns(cells)
            if header and columns:
                raise ReleaseError(
                    f"{member.name}, row {number}: expected HCPCS codes in one sheet, found them in {sheet} and {name}."
                )
            if header:
                sheet, columns = name, header
            continue
        row = {name: cells[index].strip() for name, index in columns.items()}
        if sum(map(bool, row.values())) > 1:
            yield number, row
    if not columns:
        raise ReleaseError(
            f"{member.name}: expected a header row with the columns {', '.join(REQUIRED_COLUMNS)}, found none."
        )
