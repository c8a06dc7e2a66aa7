"""Table 5 of Medicare's final rule for inpatient payment: the weight and the length of stay of each MS-DRG."""

import csv
import re
from collections.abc import Iterator, Sequence
from math import isfinite

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.grids import is_workbook
from app.releases.files.spreadsheet import sheet_rows
from app.releases.files.text_lines import lines
from app.releases.records import DrgWeight

COLUMNS = ("MS-DRG", "MS-DRG Title", "Geometric mean LOS", "Arithmetic mean LOS")
"""Columns of every year; the weight is in `Weights` or, since FY2023, in one before the cap and one with it applied."""

NO_VALUE = "."
"""Printed for the groups of cases that cannot be paid (998, 999)."""

_DRG = re.compile(r"[0-9]{3}")
_WEIGHT_COLUMN = re.compile(r"weights?\b", re.IGNORECASE)


def has_weights(cells: Sequence[str]) -> bool:
    """Return whether a row has the names of the columns of Table 5."""
    return _places(cells) is not None


def read_drg_weights(member: Member) -> Iterator[DrgWeight]:
    """Yield the rows of Table 5 as CMS publishes it, as an xlsx or as text with tabs, after a title of some lines.

    `003\\tYes\\tNo\\tPRE\\tSURG\\t"ECMO OR TRACHEOSTOMY ..."\\t21.2252\\t21.2252\\t22.9\\t33.0`: of two weights the one
    with the cap counts, as payment does. Groups without a weight are left out. Raises ReleaseError naming the line for
    a row of another shape, and for a file without rows.
    """
    places: list[int] | None = None
    listed: set[str] = set()
    in_workbook = is_workbook(member)
    for number, row in _rows(member, in_workbook):
        cells = [cell.strip() for cell in row]
        if places is None:
            places = _places(cells)
            continue
        # The number of a group may be a number in a workbook.
        drg = cells[places[0]].zfill(3 if in_workbook else 0) if places[0] < len(cells) else ""
        filled = list(filter(None, cells))
        if not filled or (len(filled) == 1 and not _DRG.fullmatch(drg)):
            # Notes below the table have rows of one cell.
            continue
        if len(cells) <= max(places) or not _DRG.fullmatch(drg):
            raise ReleaseError(
                f"{member.name}, line {number}: expected a row of an MS-DRG, found {' '.join(filled)[:60]!r}."
            )
        if drg in listed:
            raise ReleaseError(f"{member.name}, line {number}: expected each MS-DRG once, found {drg} again.")
        values = [cells[place] for place in places[1:]]
        if values[0] in ("", NO_VALUE):
            continue
        listed.add(drg)
        yield DrgWeight(drg, *(_number(member, number, value) for value in values))
    if not listed:
        raise ReleaseError(f"{member.name}: expected the rows of Table 5, found none.")


def _rows(member: Member, in_workbook: bool) -> Iterator[tuple[int, list[str]]]:
    if in_workbook:
        return ((number, cells) for _, number, cells in sheet_rows(member))
    return (
        (number, next(csv.reader([text], delimiter="\t"), list[str]()))
        for number, text in lines(member, "utf-8", "cp1252")
    )


def _places(cells: Sequence[str]) -> list[int] | None:
    """Return the places of the group, its weight and its two lengths of stay; None for a line that is no header."""
    names = [" ".join(cell.split()).casefold() for cell in cells]
    drg, _, geometric, arithmetic = (name.casefold() for name in COLUMNS)
    weights = [place for place, name in enumerate(names) if _WEIGHT_COLUMN.match(name)]
    if not weights or any(name not in names for name in (drg, geometric, arithmetic)):
        return None
    return [names.index(drg), weights[-1], names.index(geometric), names.index(arithmetic)]


def _number(member: Member, number: int, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if value < 0 or not isfinite(value):
        raise ReleaseError(f"{member.name}, line {number}: expected a number, found {text[:20]!r}.")
    return value
