"""CMS's physician fee schedule, the relative value file (PPRRVU): what Medicare says of every CPT and HCPCS code."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from app.releases.containers import Member
from app.releases.cpt_rows import SHOWN, is_cpt_code
from app.releases.grids import GridRow, grid_rows, is_workbook
from app.releases.records import CptCode, ReleaseError
from app.releases.text_lines import lines

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
"""Our names of the columns behind code, modifier and description, in the order of 2026; older files lack PRIC IND."""

NUMBER_COLUMNS = frozenset(name for name in FEE_COLUMNS if name.endswith((" RVU", " TOTAL", " OP", " OPPS"))) | {
    "CONV FACTOR"
}
"""The columns that hold decimal numbers."""

CODE_WIDTHS = {"GLOB DAYS": 3, "PHYSICIAN SUPERVISION": 2, "IMAGING FAMILY": 2}
"""How many digits a code of these columns has: spreadsheet programs take the zeros in front away."""

HEADER_ROWS = 60
"""Rows within which the header must end; the official files have ten."""

_PLACES = (
    (0, 5), (5, 7), (7, 57), (57, 58), (59, 65), (66, 72), (72, 74), (75, 81), (81, 83), (84, 89), (90, 96),
    (96, 102), (102, 103), (103, 106), (106, 109), (109, 112), (112, 115), (115, 116), (116, 117), (117, 118),
    (118, 119), (119, 120), (120, 121), (127, 132), (132, 140), (141, 143), (143, 144), (145, 147), (151, 157),
    (158, 164), (165, 171),
)  # fmt: skip
"""Where the columns stand in the txt, from 0, by CMS's description of the file for 2026: code, modifier, description,
then those of COLUMNS without NOT USED FOR MEDICARE PAYMENT, which the txt lacks."""
_PLACED = (*FEE_COLUMNS[:1], *FEE_COLUMNS[2:])
# What must be there when the columns stand where they should: a shifted line breaks one of them.
_FILLED = ("WORK RVU", "NON-FAC PE RVU", "FAC PE RVU", "MP RVU", "NON-FAC TOTAL", "FAC TOTAL", "CONV FACTOR")
_BLANK = (58, 65, 74, 83, 89)

_FIRST = ("HCPCS", "MOD", "DESCRIPTION")
_PRINTED = {
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
"""What the header stacks over a column, read downwards, where our name is another."""

_NUMBER = re.compile(r"-?(?:[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})")
_RELEASED = re.compile(r"RELEASED\s+([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", re.I)
_YEAR = re.compile(r"(20[0-9]{2}) National Physician Fee Schedule", re.I)


@dataclass(frozen=True, slots=True)
class PprrvuRow:
    """A row of the fee schedule. `modifier` is empty for the service as a whole, else `26`, `TC` or `53`.

    `fields` are (name, value) in the order of the file, by the names of COLUMNS, empty ones left out. A column that
    the file has and COLUMNS lacks keeps its printed name.
    """

    code: str
    modifier: str
    description: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PprrvuTitle:
    """What the lines above the table say: `2026`, and the day of the release; None where they do not."""

    year: int | None
    released: date | None


def read_pprrvu(member: Member) -> Iterator[PprrvuRow]:
    """The rows of a PPRRVU file, csv, xlsx or txt, in its order; dental codes (D) are left out.

    The names of the columns are stacked over several lines, of which the last begins with HCPCS, MOD, DESCRIPTION;
    read downwards they tell the columns, so that other years may have others. The txt has fixed columns and lines
    that begin with HDR instead of a header. Raises ReleaseError, naming the line.
    """
    grid, fixed = _grid(member)
    names = [*_FIRST, *_PLACED] if fixed else _names(member, grid)
    empty = True
    for number, cells in grid:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < len(names) or any(cell.strip() for cell in cells[len(names) :]):
            raise ReleaseError(f"{member.name}, line {number}: expected {len(names)} columns, found {len(cells)}.")
        row = _row(member, number, names, cells)
        if fixed:
            filled = {name for name, _ in row.fields}
            if lacking := [name for name in _FILLED if name not in filled]:
                raise ReleaseError(f"{member.name}, line {number}: expected a number as {lacking[0]}, found none.")
        empty = False
        if not row.code.startswith("D"):
            yield row
    if empty:
        raise ReleaseError(f"{member.name}: expected codes below the header, found none.")


def _row(member: Member, number: int, names: list[str], cells: list[str]) -> PprrvuRow:
    code, modifier = cells[0].strip(), cells[1].strip()
    if not is_cpt_code(code) and not _is_level_two(code):
        raise ReleaseError(f"{member.name}, line {number}: expected a HCPCS code, found {cells[0][:SHOWN]!r}.")
    if modifier and not (len(modifier) == 2 and modifier.isascii() and modifier.isalnum()):
        raise ReleaseError(f"{member.name}, line {number}: expected a modifier, found {modifier[:SHOWN]!r}.")
    fields: list[tuple[str, str]] = []
    for name, cell in zip(names[3:], cells[3:], strict=False):
        value = cell.strip()
        if not value or not name:
            continue
        if name in CODE_WIDTHS and value.isdigit():
            value = value.zfill(CODE_WIDTHS[name])
        if name in NUMBER_COLUMNS and not _NUMBER.fullmatch(value):
            raise ReleaseError(f"{member.name}, line {number}: expected a number as {name}, found {value[:SHOWN]!r}.")
        fields.append((name, value))
    return PprrvuRow(code, modifier, cells[2].strip(), tuple(fields))


def cpt_codes(rows: Iterable[PprrvuRow]) -> Iterator[CptCode]:
    """The CPT codes among the rows, each with its fields; the description is the `short` text, the AMA's."""
    for code, short, fields in _codes(row for row in rows if is_cpt_code(row.code)):
        yield CptCode(code, short=short, fields=fields)


def hcpcs_fields(rows: Iterable[PprrvuRow]) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
    """The HCPCS Level II codes among the rows with the fields that the fee schedule has of them."""
    for code, _, fields in _codes(row for row in rows if not is_cpt_code(row.code)):
        yield code, fields


def pprrvu_title(member: Member) -> PprrvuTitle:
    """Year and day of release from the lines above the table."""
    said = "\n".join(_lines_above(member))
    released = _RELEASED.search(said)
    year = _YEAR.search(said)
    day = None
    if released:
        try:
            day = date(int(released[3]), int(released[1]), int(released[2]))
        except ValueError:
            day = None
    return PprrvuTitle(int(year[1]) if year else None, day)


def _lines_above(member: Member) -> Iterator[str]:
    if is_workbook(member):
        above = ((number, " ".join(cells).strip()) for number, cells in grid_rows(member, ","))
    else:
        above = lines(member, "utf-8", "cp1252")
    for number, line in above:
        if number > HEADER_ROWS or line.lstrip('"').upper().startswith(_FIRST[0]):
            return
        yield line


def _codes(rows: Iterable[PprrvuRow]) -> Iterator[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Rows of one code as one. Of a row with a modifier only what differs from the code's own row is kept, under the
    modifier's name: `26 WORK RVU`. The rows of a code need not follow each other."""
    own: dict[str, PprrvuRow] = {}
    others: dict[str, list[PprrvuRow]] = {}
    for row in rows:
        if row.modifier or row.code in own:
            others.setdefault(row.code, []).append(row)
        else:
            own[row.code] = row
    for code in sorted(own.keys() | others.keys()):
        below = others.get(code, [])
        base = own.get(code)
        fields = list(base.fields) if base else []
        known = set(fields)
        for row in below:
            if row.modifier:
                fields += [
                    (f"{row.modifier} {name}", value) for name, value in row.fields if (name, value) not in known
                ]
        yield code, (base or below[0]).description, tuple(fields)


def _is_level_two(code: str) -> bool:
    return len(code) == 5 and code.isascii() and "A" <= code[0] <= "V" and code[1:].isdigit()


def _grid(member: Member) -> tuple[Iterator[GridRow], bool]:
    """The rows, by whatever separates the cells of the header, and whether they are those of fixed columns."""
    if is_workbook(member):
        return grid_rows(member, ","), False
    for number, line in lines(member, "utf-8", "cp1252"):
        if line.startswith("HDR"):
            return _placed(member), True
        if line.lstrip('"').upper().startswith(_FIRST[0]):
            return grid_rows(member, "\t" if "\t" in line else ","), False
        if number > HEADER_ROWS:
            break
    raise _headless(member)


def _placed(member: Member) -> Iterator[GridRow]:
    for number, line in lines(member, "utf-8", "cp1252"):
        if line.startswith("HDR") or not line.strip():
            continue
        if len(line) < _PLACES[-4][1] or any(line[place] != " " for place in _BLANK):
            raise ReleaseError(
                f"{member.name}, line {number}: expected the columns of 2026, found {line[:SHOWN]!r} and others; "
                f"add the csv or xlsx of the same zip."
            )
        yield number, [line[start:stop] for start, stop in _PLACES]


def _names(member: Member, grid: Iterator[GridRow]) -> list[str]:
    """The columns by the words that stand over them; code, modifier and description by their own."""
    stacked: list[list[str]] = []
    for number, cells in grid:
        if tuple(cell.strip().upper() for cell in cells[:3]) == _FIRST:
            printed = [cell.strip().upper() for cell in cells]
            while printed and not printed[-1]:
                printed.pop()
            names: list[str] = [*_FIRST]
            for place in range(3, len(printed)):
                above = [row[place].strip().upper() for row in stacked if place < len(row)]
                said = " ".join(" ".join([*above, printed[place]]).split())
                names.append(_PRINTED.get(said, said))
            _check(member, number, names)
            return names
        if number > HEADER_ROWS:
            break
        stacked.append(cells)
    raise _headless(member)


def _check(member: Member, number: int, names: list[str]) -> None:
    if "STATUS CODE" not in names:
        raise ReleaseError(f"{member.name}, line {number}: expected a column STATUS CODE, found none.")
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            raise ReleaseError(f"{member.name}, line {number}: expected one column {name[:SHOWN]}, found two.")
        seen.add(name)


def _headless(member: Member) -> ReleaseError:
    return ReleaseError(f"{member.name}: expected a header that ends with HCPCS, MOD, DESCRIPTION.")
