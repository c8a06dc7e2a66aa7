"""CMS's NCCI edits: pairs of codes that are not paid together (PTP), and the most units of a code (MUE)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from app.codes.dates import day_of_digits
from app.releases.errors import ReleaseError, quoted
from app.releases.files.containers import Member
from app.releases.files.grids import GridRow, grid_rows
from app.releases.records import MueLimit, PtpEdit

PRACTITIONER, HOSPITAL = "practitioner", "hospital"
"""The settings of the PTP files; MueLimit has those of the MUE files."""

FIRST_YEAR, LAST_YEAR = 1980, 2100
"""Years that the date of an edit can have; the oldest edits are from 1996."""

_HEADER_LINES = 60
"""Lines within which the rows must begin; the official files have six before them."""

MOST_RATIONALES = 2000
"""Different rationales that one file may have; the official files have a few dozen."""

# Characters of a cell with a code or a date, including blanks around it.
_LONGEST_CELL = 20
_PTP_NAME = re.compile(r"cci(?P<setting>pra|oph)(?:[^0-9a-z]{0,3}v?(?P<year>[0-9]{2})(?P<quarter>[0-9])r[0-9])?", re.I)
_MUE_DATE = re.compile(r"(?<![0-9])([01]?[0-9])-([0-3]?[0-9])-(20[0-9]{2})(?![0-9])")
_MODIFIER_INDICATORS = {"0": 0, "1": 1, "9": 9}
_MUE_SETTINGS = (("practitioner", "practitioner"), ("outpatient", "outpatient"), ("supplier", "supplier"))


@dataclass(frozen=True, slots=True)
class PtpName:
    """The setting, version and first day in the name of a PTP file; the setting is `practitioner` or `hospital`.

    `ccipra-v322r0-f1` is version 32.2, for the third quarter of 2026. `effective` is that quarter's first day, None if
    the name gives no version.
    """

    setting: str
    version: str
    effective: date | None


def ptp_name(member: Member) -> PtpName | None:
    """Return the setting and version in the file's own name, else in the name of its zip; None if neither has them."""
    name = _match_in_names(member, _PTP_NAME)
    if name is None:
        return None
    setting = PRACTITIONER if name["setting"].lower() == "pra" else HOSPITAL
    if not name["year"]:
        return PtpName(setting, "", None)
    # Version 1 is from 1995. A fifth release in a year corrects the fourth: v324 is for the fourth quarter.
    quarter = min(int(name["quarter"]), 3)
    return PtpName(
        setting, f"{int(name['year'])}.{name['quarter']}", date(1994 + int(name["year"]), 3 * quarter + 1, 1)
    )


def ptp_setting(member: Member) -> str:
    """Return `practitioner` or `hospital`. Raises ReleaseError if the name has neither: the content does not tell."""
    named = ptp_name(member)
    if named is None:
        raise ReleaseError(
            f"{member.name}: expected ccipra (practitioners) or ccioph (hospitals) in the name of a file with NCCI "
            f"pairs, since nothing else tells them apart; rename it as CMS had named it."
        )
    return named.setting


def mue_effective(member: Member) -> date | None:
    """Return the first day of an MUE file by its name: `MCR_MUE_PractitionerServices_Eff_07-01-2026.csv`."""
    named_date = _match_in_names(member, _MUE_DATE)
    if named_date is None:
        return None
    month, day, year = map(int, named_date.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_ptp(member: Member) -> Iterator[PtpEdit]:
    """Return the pairs of a PTP file in its order: a tab-separated text or the xlsx with the same rows.

    CMS's layout, columns 1-7: first code, second code, `*` for edits older than 1996, effective, deleted (`*` while in
    force), modifier indicator, rationale; before them six lines with the notice and a wrapped header. Files before 2012
    have no rationale. Pairs with dental codes (CDT) are left out: those codes belong to the American Dental
    Association. Raises ReleaseError naming the line.
    """
    grid = grid_rows(member, "\t")
    codes: dict[str, str] = {}
    dates: dict[str, date | None] = {"*": None}
    rationales: dict[str, str] = {}
    is_empty = True
    for number, cells in _rows_below_header(member, grid):
        # A file has half a million rows with a few thousand different codes, dates and texts, so each one is checked
        # once and looked up afterwards.
        if len(cells) != 7:
            cells = _seven_cells(member, number, cells)
            if not cells:
                continue
        first, second, _, effective, ended, modifier, rationale = cells
        try:
            first_code, second_code = codes[first], codes[second]
        except KeyError:
            first_code = codes[first] = _code(member, number, first)
            second_code = codes[second] = _code(member, number, second)
        try:
            since, until = dates[effective], dates[ended]
        except KeyError:
            since = dates[effective] = _day(member, number, effective)
            if ended not in dates:
                dates[ended] = _day(member, number, ended)
            until = dates[ended]
        if since is None:
            raise ReleaseError(f"{member.name}, line {number}: expected the date that the edit begins, found '*'.")
        if modifier not in _MODIFIER_INDICATORS:
            raise ReleaseError(
                f"{member.name}, line {number}: expected the modifier indicator 0, 1 or 9, found {quoted(modifier)}."
            )
        text = rationales.get(rationale)
        if text is None:
            text = rationales[rationale] = rationale.strip()
            if len(rationales) > MOST_RATIONALES:
                raise ReleaseError(
                    f"{member.name}, line {number}: expected at most {MOST_RATIONALES:,} different rationales, "
                    "found more."
                )
        is_empty = False
        if first_code and second_code:
            yield PtpEdit(first_code, second_code, since, until, _MODIFIER_INDICATORS[modifier], text)
    if is_empty:
        raise ReleaseError(f"{member.name}: expected pairs of codes below the header, found none.")


def read_mue(member: Member) -> Iterator[MueLimit]:
    """Return the limits of an MUE file (csv or xlsx) in its order; the second cell of its header gives the setting.

    CMS's columns: code, value, adjudication indicator (`2 Date of Service Edit: Policy`), rationale. Dental codes (CDT)
    are left out. Raises ReleaseError naming the line.
    """
    grid = grid_rows(member, ",")
    setting = ""
    is_empty = True
    for number, cells in grid:
        if not setting:
            if _is_mue_header(cells):
                setting = _mue_setting(member, number, cells[1])
            elif number > _HEADER_LINES:
                break
            continue
        if not any(cells):
            continue
        if len(cells) < 4 or any(cells[4:]):
            raise ReleaseError(f"{member.name}, line {number}: expected 4 columns, found {len(cells)}.")
        code = _code(member, number, cells[0])
        units = _units(cells[1])
        if units is None:
            raise ReleaseError(f"{member.name}, line {number}: expected a number of units, found {quoted(cells[1])}.")
        indicator = cells[2].strip()[:1]
        if indicator not in ("1", "2", "3"):
            raise ReleaseError(
                f"{member.name}, line {number}: expected the adjudication indicator 1, 2 or 3, "
                f"found {quoted(cells[2])}."
            )
        is_empty = False
        if code:
            yield MueLimit(code, setting, units, int(indicator), cells[3].strip())
    if not setting:
        raise ReleaseError(
            f"{member.name}: expected the header of an MUE table (HCPCS/CPT Code, ... MUE Values), found none."
        )
    if is_empty:
        raise ReleaseError(f"{member.name}: expected codes with their limits below the header, found none.")


def _match_in_names(member: Member, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """Return the match in the name of the file, else of the zip around it, else of the zip around that zip."""
    names = (member.nested, member.inside.rpartition("/")[2], member.path.name)
    return next((match for name in names if (match := pattern.search(name))), None)


def _rows_below_header(member: Member, grid: Iterable[GridRow]) -> Iterator[GridRow]:
    """Return the rows below the wrapped header. Its first line names both columns, its other lines begin empty."""
    in_header = False
    below_header = False
    for number, cells in grid:
        if below_header:
            yield number, cells
        elif in_header and cells[0].strip():
            below_header = True
            yield number, cells
        elif not in_header and number > _HEADER_LINES:
            break
        elif len(cells) >= 6 and cells[0].strip() == "Column 1" and cells[1].strip() == "Column 2":
            in_header = True
    if not in_header:
        raise ReleaseError(
            f"{member.name}: expected the header of an NCCI file with pairs (Column 1, Column 2, ...), found none."
        )


def _seven_cells(member: Member, number: int, cells: list[str]) -> list[str]:
    """Return a row with exactly seven cells; an empty list for a row without text."""
    if not any(cell.strip() for cell in cells):
        return []
    if len(cells) == 6:
        return [*cells, ""]
    if len(cells) > 7 and not any(cells[7:]):
        return cells[:7]
    raise ReleaseError(f"{member.name}, line {number}: expected 7 columns, found {len(cells)}.")


def _code(member: Member, number: int, cell: str) -> str:
    """Return the code in a cell, empty for a dental one."""
    code = cell.strip() if len(cell) <= _LONGEST_CELL else ""
    if len(code) == 5 and code.isascii() and code.isalnum() and code[1:4].isdigit() and code == code.upper():
        return "" if code.startswith("D") else code
    raise ReleaseError(f"{member.name}, line {number}: expected a code of five characters, found {quoted(cell)}.")


def _day(member: Member, number: int, cell: str) -> date:
    """Return a date written YYYYMMDD, which a sheet may hold as a number."""
    day = day_of_digits(cell.strip().removesuffix(".0")) if len(cell) <= _LONGEST_CELL else None
    if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR:
        return day
    raise ReleaseError(f"{member.name}, line {number}: expected a date as YYYYMMDD, found {quoted(cell)}.")


def _units(cell: str) -> int | None:
    """Return the units in a cell, None if it is not a number; CMS's largest limits have five digits."""
    text = cell.strip().removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _is_mue_header(cells: list[str]) -> bool:
    return len(cells) >= 4 and "".join(cells[0].lower().split()) == "hcpcs/cptcode" and "mue" in cells[1].lower()


def _mue_setting(member: Member, number: int, cell: str) -> str:
    for word, setting in _MUE_SETTINGS:
        if word in cell.lower():
            return setting
    raise ReleaseError(
        f"{member.name}, line {number}: expected MUE values of practitioners, outpatient hospitals or suppliers, "
        f"found {quoted(cell)}."
    )
