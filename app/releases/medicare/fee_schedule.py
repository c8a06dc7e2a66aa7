"""CMS's physician fee schedule, the relative value file (PPRRVU): Medicare's fields of every CPT and HCPCS code."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.releases.cpt.table_rows import is_cpt_code
from app.releases.errors import QUOTED_LENGTH, ReleaseError, quoted
from app.releases.files.containers import Member
from app.releases.files.grids import GridRow, grid_rows, is_workbook
from app.releases.files.text_lines import lines
from app.releases.records import CptCode

FEE_COLUMNS = (
    "STATUS CODE",
    "NOT USED FOR MEDICARE PAYMENT",
    "WORK RVU",
    "NON-FAC PE RVU",
    "NON-FAC NA IND",
    "FAC PE RVU",
    "FAC NA IND",
    "MP RVU",
    "NON-FAC TOTAL",
    "FAC TOTAL",
    "PCTC IND",
    "GLOB DAYS",
    "PRE OP",
    "INTRA OP",
    "POST OP",
    "MULT PROC",
    "BILAT SURG",
    "ASST SURG",
    "CO-SURG",
    "TEAM SURG",
    "PRIC IND",
    "ENDO BASE",
    "CONV FACTOR",
    "PHYSICIAN SUPERVISION",
    "CALCULATION FLAG",
    "IMAGING FAMILY",
    "NON-FAC PE OPPS",
    "FAC PE OPPS",
    "MP OPPS",
)
"""Names of the columns after code, modifier and description, in the order of 2026; older files lack PRIC IND."""

NUMBER_COLUMNS = frozenset(name for name in FEE_COLUMNS if name.endswith((" RVU", " TOTAL", " OP", " OPPS"))) | {
    "CONV FACTOR"
}
"""The columns that hold decimal numbers."""

CODE_WIDTHS = {"GLOB DAYS": 3, "PHYSICIAN SUPERVISION": 2, "IMAGING FAMILY": 2}
"""Digits of the codes in these columns; spreadsheet programs remove the leading zeros."""

HEADER_ROWS = 60
"""Rows within which the header must end; it takes ten in the official files."""

_TXT_COLUMN_RANGES = (
    (0, 5), (5, 7), (7, 57), (57, 58), (59, 65), (66, 72), (72, 74), (75, 81), (81, 83), (84, 89), (90, 96),
    (96, 102), (102, 103), (103, 106), (106, 109), (109, 112), (112, 115), (115, 116), (116, 117), (117, 118),
    (118, 119), (119, 120), (120, 121), (127, 132), (132, 140), (141, 143), (143, 144), (145, 147), (151, 157),
    (158, 164), (165, 171),
)  # fmt: skip
"""(begin, end) of the columns in the txt, from 0, by CMS's description of the file for 2026: code, modifier,
description, then those of FEE_COLUMNS without NOT USED FOR MEDICARE PAYMENT, which the txt lacks."""
_TXT_COLUMNS = (*FEE_COLUMNS[:1], *FEE_COLUMNS[2:])
# Columns with a number in every line, and characters that are always blank: a shifted line breaks one of these rules.
_FILLED_COLUMNS = ("WORK RVU", "NON-FAC PE RVU", "FAC PE RVU", "MP RVU", "NON-FAC TOTAL", "FAC TOTAL", "CONV FACTOR")
_BLANK_CHARACTERS = (58, 65, 74, 83, 89)

_FIRST_COLUMNS = ("HCPCS", "MOD", "DESCRIPTION")
_PRINTED_NAMES = {
    "PHYSICIAN SUPERVISION OF DIAGNOSTIC PROCEDURES": "PHYSICIAN SUPERVISION",
    "DIAGNOSTIC IMAGING FAMILY INDICATOR": "IMAGING FAMILY",
    "NON-FACILITY PE USED FOR OPPS PAYMENT AMOUNT": "NON-FAC PE OPPS",
    "FACILITY PE USED FOR OPPS PAYMENT AMOUNT": "FAC PE OPPS",
    "PE USED FOR OPPS PAYMENT AMOUNT": "FAC PE OPPS",
    "MP USED FOR OPPS PAYMENT AMOUNT": "MP OPPS",
    "NON-FAC NA INDICATOR": "NON-FAC NA IND",
    "FACILITY NA INDICATOR": "FAC NA IND",
    "FACILITY PE RVU": "FAC PE RVU",
    "NON-FACILITY PE RVU": "NON-FAC PE RVU",
    "NON-FACILITY NA INDICATOR": "NON-FAC NA IND",
    "NON-FACILITY TOTAL": "NON-FAC TOTAL",
    "FACILITY TOTAL": "FAC TOTAL",
    "CO- SURG": "CO-SURG",
}
"""The words that the header stacks over a column, read downward, if they differ from the name in FEE_COLUMNS."""

_NUMBER = re.compile(r"-?(?:[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class PprrvuRow:
    """A row of the fee schedule. `modifier` is empty for the complete service, else `26`, `TC` or `53`.

    `fields` are (name, value) in the order of the file, by the names of FEE_COLUMNS, without empty ones. A column that
    FEE_COLUMNS lacks keeps its printed name.
    """

    code: str
    modifier: str
    description: str
    fields: tuple[tuple[str, str], ...]


def read_pprrvu(member: Member) -> Iterator[PprrvuRow]:
    """Return the rows of a PPRRVU file (csv, xlsx or txt) in its order; dental codes (D) are left out.

    The names of the columns are stacked over several lines; the last line begins with HCPCS, MOD, DESCRIPTION. They are
    read downward from the file, since the columns vary by year. The txt has fixed columns, and lines that begin with
    HDR instead of a header. Raises ReleaseError naming the line.
    """
    grid, has_fixed_columns = _grid(member)
    names = [*_FIRST_COLUMNS, *_TXT_COLUMNS] if has_fixed_columns else _column_names(member, grid)
    is_empty = True
    for number, cells in grid:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < len(names) or any(cell.strip() for cell in cells[len(names) :]):
            raise ReleaseError(f"{member.name}, line {number}: expected {len(names)} columns, found {len(cells)}.")
        row = _row(member, number, names, cells)
        if has_fixed_columns:
            filled = {name for name, _ in row.fields}
            if missing := [name for name in _FILLED_COLUMNS if name not in filled]:
                raise ReleaseError(f"{member.name}, line {number}: expected a number as {missing[0]}, found none.")
        is_empty = False
        if not row.code.startswith("D"):
            yield row
    if is_empty:
        raise ReleaseError(f"{member.name}: expected codes below the header, found none.")


def _row(member: Member, number: int, names: list[str], cells: list[str]) -> PprrvuRow:
    code, modifier = cells[0].strip(), cells[1].strip()
    if not is_cpt_code(code) and not _is_level_two(code):
        raise ReleaseError(f"{member.name}, line {number}: expected a HCPCS code, found {quoted(cells[0])}.")
    if modifier and not (len(modifier) == 2 and modifier.isascii() and modifier.isalnum()):
        raise ReleaseError(f"{member.name}, line {number}: expected a modifier, found {quoted(modifier)}.")
    fields: list[tuple[str, str]] = []
    for name, cell in zip(names[3:], cells[3:], strict=False):
        value = cell.strip()
        if not value or not name:
            continue
        if name in CODE_WIDTHS and value.isdigit():
            value = value.zfill(CODE_WIDTHS[name])
        if name in NUMBER_COLUMNS and not _NUMBER.fullmatch(value):
            raise ReleaseError(f"{member.name}, line {number}: expected a number as {name}, found {quoted(value)}.")
        fields.append((name, value))
    return PprrvuRow(code, modifier, cells[2].strip(), tuple(fields))


def cpt_codes(rows: Iterable[PprrvuRow]) -> Iterator[CptCode]:
    """Return the CPT codes among the rows with their fields; the description is the AMA's `short` descriptor."""
    for code, short, fields in _codes(row for row in rows if is_cpt_code(row.code)):
        yield CptCode(code, short=short, fields=fields)


def _codes(rows: Iterable[PprrvuRow]) -> Iterator[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Return (code, description, fields) with all rows of a code as one; they need not follow each other.

    Of a row with a modifier, only the fields that differ from the row without one are returned, under the modifier's
    name: `26 WORK RVU`.
    """
    base_rows: dict[str, PprrvuRow] = {}
    other_rows: dict[str, list[PprrvuRow]] = {}
    for row in rows:
        if row.modifier or row.code in base_rows:
            other_rows.setdefault(row.code, []).append(row)
        else:
            base_rows[row.code] = row
    for code in sorted(base_rows.keys() | other_rows.keys()):
        others = other_rows.get(code, [])
        base = base_rows.get(code)
        fields = list(base.fields) if base else []
        base_fields = set(fields)
        for row in others:
            if row.modifier:
                fields += [
                    (f"{row.modifier} {name}", value) for name, value in row.fields if (name, value) not in base_fields
                ]
        yield code, (base or others[0]).description, tuple(fields)


def _is_level_two(code: str) -> bool:
    return len(code) == 5 and code.isascii() and "A" <= code[0] <= "V" and code[1:].isdigit()


def _grid(member: Member) -> tuple[Iterator[GridRow], bool]:
    """Return the rows, split by the delimiter of the header, and whether the file has fixed columns."""
    if is_workbook(member):
        return grid_rows(member, ","), False
    for number, line in lines(member, "utf-8", "cp1252"):
        if line.startswith("HDR"):
            return _fixed_column_rows(member), True
        if line.lstrip('"').upper().startswith(_FIRST_COLUMNS[0]):
            return grid_rows(member, "\t" if "\t" in line else ","), False
        if number > HEADER_ROWS:
            break
    raise _no_header(member)


def _fixed_column_rows(member: Member) -> Iterator[GridRow]:
    for number, line in lines(member, "utf-8", "cp1252"):
        if line.startswith("HDR") or not line.strip():
            continue
        if len(line) < _TXT_COLUMN_RANGES[-4][1] or any(line[index] != " " for index in _BLANK_CHARACTERS):
            raise ReleaseError(
                f"{member.name}, line {number}: expected the columns of 2026, found {quoted(line)}; "
                f"add the csv or xlsx of the same zip."
            )
        yield number, [line[begin:end] for begin, end in _TXT_COLUMN_RANGES]


def _column_names(member: Member, grid: Iterator[GridRow]) -> list[str]:
    """Return the names of the columns by the words stacked over them."""
    stacked: list[list[str]] = []
    for number, cells in grid:
        if tuple(cell.strip().upper() for cell in cells[:3]) == _FIRST_COLUMNS:
            printed = [cell.strip().upper() for cell in cells]
            while printed and not printed[-1]:
                printed.pop()
            names: list[str] = [*_FIRST_COLUMNS]
            for column in range(3, len(printed)):
                above = [row[column].strip().upper() for row in stacked if column < len(row)]
                printed_name = " ".join(" ".join([*above, printed[column]]).split())
                names.append(_PRINTED_NAMES.get(printed_name, printed_name))
            _check_names(member, number, names)
            return names
        if number > HEADER_ROWS:
            break
        stacked.append(cells)
    raise _no_header(member)


def _check_names(member: Member, number: int, names: list[str]) -> None:
    if "STATUS CODE" not in names:
        raise ReleaseError(f"{member.name}, line {number}: expected a column STATUS CODE, found none.")
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            raise ReleaseError(f"{member.name}, line {number}: expected one column {name[:QUOTED_LENGTH]}, found two.")
        seen.add(name)


def _no_header(member: Member) -> ReleaseError:
    return ReleaseError(
        f"{member.name}: expected a header that ends with HCPCS, MOD, DESCRIPTION in the first {HEADER_ROWS} rows, "
        "found none."
    )
