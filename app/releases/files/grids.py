"""Rows of cells from the forms in which publishers save a table: tab-separated, comma-separated or xlsx."""

import csv
from collections.abc import Iterator

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.spreadsheet import sheet_rows
from app.releases.files.text_lines import lines

GridRow = tuple[int, list[str]]
"""A row's number, from 1, and its cells, at least one."""

LONGEST_ROW = 500
"""Lines that one row may take; a quoted copyright notice takes about ten."""

FEWEST_CELLS = 3
"""Filled cells of a table's row at least; the narrowest table has a code, a number and a text."""

_ZIP = b"PK\x03\x04"


def is_workbook(member: Member) -> bool:
    """Return whether the file is an xlsx, by its content."""
    with member.open() as stream:
        return stream.read(4) == _ZIP


def grid_rows(member: Member, delimiter: str, start: int = 1) -> Iterator[GridRow]:
    """Return every row in the order of the file, from line `start` on; `delimiter` is used if the file is text.

    A row is numbered by its first line in the file; of an xlsx, the rows of the first sheet with a table are returned.
    With commas, cells are quoted by RFC 4180, also over several lines. With tabs they are not quoted, except that
    spreadsheet programs put a pair of quotation marks around a cell with a quotation mark in it. Lines that are not
    UTF-8 are read as cp1252.
    """
    if is_workbook(member):
        return _table_sheet_rows(member, start)
    if delimiter == "\t":
        return _tabbed_rows(member, start)
    return _quoted_rows(member, delimiter, start)


def _table_sheet_rows(member: Member, start: int) -> Iterator[GridRow]:
    """Return the rows of the first sheet that holds a table. A sheet with the notice alone has one column."""
    before: list[GridRow] = []
    table_sheet = ""
    for sheet, number, cells in sheet_rows(member):
        if table_sheet and sheet != table_sheet:
            return
        if not table_sheet:
            if number == 1:
                before.clear()
            before.append((number, cells or [""]))
            if sum(map(bool, cells)) < FEWEST_CELLS:
                continue
            table_sheet = sheet
            yield from (row for row in before if row[0] >= start)
        elif number >= start:
            yield number, cells or [""]
    if not table_sheet:
        yield from (row for row in before if row[0] >= start)


def _tabbed_rows(member: Member, start: int) -> Iterator[GridRow]:
    for number, line in lines(member, "utf-8", "cp1252"):
        if number < start:
            continue
        cells = line.split("\t")
        if '"' in line:
            cells = [_unquoted(cell) for cell in cells]
        yield number, cells


def _unquoted(cell: str) -> str:
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _quoted_rows(member: Member, delimiter: str, start: int) -> Iterator[GridRow]:
    first_line = start

    def lines_to_read() -> Iterator[str]:
        for number, line in lines(member, "utf-8", "cp1252"):
            if number - first_line > LONGEST_ROW:
                raise ReleaseError(
                    f"{member.name}, line {first_line}: expected a row of at most {LONGEST_ROW} lines, found more; "
                    f"a quotation mark is not closed."
                )
            if number >= start:
                yield line + "\n"

    reader = csv.reader(lines_to_read(), delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ReleaseError(f"{member.name}, line {first_line}: expected a row of cells ({error}).") from error
        yield first_line, cells or [""]
        first_line = start + reader.line_num
