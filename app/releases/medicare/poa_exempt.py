"""CMS's yearly list of the diagnosis codes that are exempt from present-on-admission (POA) reporting."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.codes.shapes import plain
from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.grids import grid_rows

FEWEST_CODES = 5_000
"""Codes that a whole list has at least: it had 38,349 in FY2026, and the largest list of changes has some hundreds."""

LAST_CATEGORY = "Z99"
"""The last category with exempt codes in the order of the Tabular List, at the end of every list; U, which would follow
it, has none so far."""

_CODE = re.compile(r"[A-Z][0-9A-Z]{2}(?:\.?[0-9A-Z]{1,4})?")
_CODE_COLUMN = re.compile(r"POA ?exempt ?codes?", re.IGNORECASE)
_ORDER_COLUMN = re.compile(r"order ?(?P<year>[0-9]{2})?", re.IGNORECASE)
_ACTION_COLUMN = re.compile(r"action", re.IGNORECASE)


class PoaColumns(NamedTuple):
    """The places of the columns in the header row; `order` is -1 where there is none.

    `year` is the fiscal year by whose order the codes are numbered, None if the header does not name it.
    """

    code: int
    order: int
    year: int | None
    has_action: bool


def poa_columns(cells: Sequence[str]) -> PoaColumns | None:
    """Return the columns of a header row: `Order26`, `POAexemptCode`, `Description`; None if it is no such row."""
    names = [cell.strip() for cell in cells]
    code = next((place for place, name in enumerate(names) if _CODE_COLUMN.fullmatch(name)), -1)
    if code < 0:
        return None
    order, year = -1, None
    for place, name in enumerate(names):
        if match := _ORDER_COLUMN.fullmatch(name):
            order, year = place, 2000 + int(match["year"]) if match["year"] else None
    return PoaColumns(code, order, year, any(map(_ACTION_COLUMN.fullmatch, names)))


def is_whole_list(member: Member) -> bool:
    """Return whether a file is the list and not one of its changes, which have the same columns and few rows."""
    rows = grid_rows(member, "\t")
    header = poa_columns(next(rows, (0, [""]))[1])
    if header is None or header.has_action:
        return False
    return any(count >= FEWEST_CODES for count, _ in enumerate(rows, 1))


def read_poa_exempt(member: Member) -> Iterator[str]:
    """Yield the exempt codes, plain, of the list as text (separated by tabs) or as workbook.

    `01238\\tB90.0\\tSequelae of central nervous system tuberculosis`: number in the order file, code, long title.
    Raises ReleaseError naming the row for one without a code of ICD-10-CM, or out of order, and for a list that ends
    too soon.
    """
    columns: PoaColumns | None = None
    last_order, last = 0, ""
    for number, cells in grid_rows(member, "\t"):
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = poa_columns(cells)
            if columns is None or columns.has_action:
                raise ReleaseError(
                    f"{member.name}, row {number}: expected the columns POAexemptCode and Description, found "
                    f"{' '.join(cells)[:60]!r}."
                )
            continue
        code, order = (cells[at].strip() if 0 <= at < len(cells) else "" for at in (columns.code, columns.order))
        if len(cells) <= max(columns.code, columns.order) + 1 or not _CODE.fullmatch(code):
            raise ReleaseError(
                f"{member.name}, row {number}: expected a number, a code and its title, found {' '.join(cells)[:60]!r}."
            )
        if columns.order >= 0:
            if not order.isdecimal() or int(order) <= last_order:
                raise ReleaseError(
                    f"{member.name}, row {number}: expected a number above {last_order:05}, found {order[:20]!r}."
                )
            last_order = int(order)
        last = plain(code)
        yield last
    if not last.startswith((LAST_CATEGORY, "U")):
        raise ReleaseError(
            f"{member.name}: expected codes up to {LAST_CATEGORY}, found {last or 'none'} as the last one; the file is "
            "cut, download it again."
        )
