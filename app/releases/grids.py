"""Rows of cells from what the publishers save one table as: tab-separated, comma-separated or xlsx."""

import csv
from collections.abc import Iterator

from app.releases.containers import Member
from app.releases.records import ReleaseError
from app.releases.spreadsheet import sheet_rows
from app.releases.text_lines import lines

GridRow = tuple[int, list[str]]
"""A row's number, from 1, and its cells, of which there is at least one."""

LONGEST_ROW = 500
"""Lines that one row may take: a notice in quotes takes some ten."""

NARROWEST = 3
"""Cells that a row of a table fills at least; the narrowest table has a code, a number and a text."""

_ZIP = b"PK\x03\x04"


def is_workbook(member: Member) -> bool:
    """Whether the file is an xlsx, by its content."""
    with member.open() as stream:
        return stream.read(4) == _ZIP


def grid_rows(member: Member, delimiter: str, start: int = 1) -> Iterator[GridRow]:
    """Every row, in the order of the file, from line `start` on; `delimiter` is that of the text form.

    A row is numbered by its first line in the file; of an xlsx the rows of the first sheet with a table are given.
    With commas, quotes are those of RFC 4180, over several lines too. With tabs there are none, except a pair around a
    whole cell, which spreadsheet programs add to one that holds a quotation mark. Lines that are no UTF-8 are read as
    cp1252.
    """
    if is_workbook(member):
        return _sheet(member, start)
    if delimiter == "\t":
        return _tabbed(member, start)
    return _quoted(member, delimiter, start)


def _sheet(member: Member, start: int) -> Iterator[GridRow]:
    """The rows of the first sheet that holds a table: a sheet with the notice alone has one column."""
    before: list[GridRow] = []
    taken = ""
    for sheet, number, cells in sheet_rows(member):
        if taken and sheet != taken:
            return
        if not taken:
            if number == 1:
                before.clear()
            before.append((number, cells or [""]))
            if sum(map(bool, cells)) < NARROWEST:
                continue
            taken = sheet
            yield from (row for row in before if row[0] >= start)
        elif number >= start:
            yield number, cells or [""]
    if not taken:
        yield from (row for row in before if row[0] >= start)


def _tabbed(member: Member, start: int) -> Iterator[GridRow]:
    for number, line in lines(member, "utf-8", "cp1252"):
        if number < start:
            continue
        cells = line.split("\t")
        if '"' in line:
            cells = [_bare(cell) for cell in cells]
        yield number, cells


def _bare(cell: str) -> str:
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _quoted(member: Member, delimiter: str, start: int) -> Iterator[GridRow]:
    began = start

    def fed() -> Iterator[str]:
        for number, line in lines(member, "utf-8", "cp1252"):
            if number - began > LONGEST_ROW:
                raise ReleaseError(
                    f"{member.name}, line {began}: expected a row of at most {LONGEST_ROW} lines; "
                    f"a quotation mark is not closed."
                )
            if number >= start:
                yield line + "\n"

    reader = csv.reader(fed(), delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise ReleaseError(f"{member.name}, line {began}: expected a row of cells ({error}).") from error
        yield began, cells or [""]
        began = start + reader.line_num
