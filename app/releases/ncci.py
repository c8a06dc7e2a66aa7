"""The NCCI edits of CMS: pairs of codes that are not paid together (PTP), and the most units of a code (MUE)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from app.releases.containers import Member
from app.releases.grids import GridRow, grid_rows
from app.releases.records import MueLimit, PtpEdit, ReleaseError

PRACTITIONER, HOSPITAL = "practitioner", "hospital"
"""The settings of the PTP files; those of the MUE files are in MueLimit."""

EARLIEST, LATEST = 1980, 2100
"""The years that a date of an edit can have; the oldest edits are of 1996."""

_HEADER_LINES = 60
"""Lines within which the rows must begin; the official files have six before them."""

MOST_TEXTS = 2000
"""Rationales that one file may have; the official ones have some dozens."""

_SHOWN = 40
# Characters of a cell with a code or a date, blanks around it included.
_WIDEST = 20
_PTP_NAME = re.compile(r"cci(?P<setting>pra|oph)(?:[^0-9a-z]{0,3}v?(?P<year>[0-9]{2})(?P<quarter>[0-9])r[0-9])?", re.I)
_MUE_DATE = re.compile(r"(?<![0-9])([01]?[0-9])-([0-3]?[0-9])-(20[0-9]{2})(?![0-9])")
_MODIFIERS = {"0": 0, "1": 1, "9": 9}
_SETTINGS = (("practitioner", "practitioner"), ("outpatient", "outpatient"), ("supplier", "supplier"))


@dataclass(frozen=True, slots=True)
class PtpName:
    """What the name of a PTP file says: for whom it holds, `practitioner` or `hospital`, and of which quarter it is.

    `ccipra-v322r0-f1` is version 32.2, of the third quarter of 2026. `effective` is that quarter's first day, None
    where the name gives no version.
    """

    setting: str
    version: str
    effective: date | None


def ptp_name(member: Member) -> PtpName | None:
    """What the file's own name or, where that is silent, the name of its zip says; None where both are."""
    found = _named(member, _PTP_NAME)
    if found is None:
        return None
    setting = PRACTITIONER if found["setting"].lower() == "pra" else HOSPITAL
    if not found["year"]:
        return PtpName(setting, "", None)
    # Version 1 is of 1995. A fifth release in a year mends the fourth: v324 is of the fourth quarter.
    quarter = min(int(found["quarter"]), 3)
    return PtpName(
        setting, f"{int(found['year'])}.{found['quarter']}", date(1994 + int(found["year"]), 3 * quarter + 1, 1)
    )


def ptp_setting(member: Member) -> str:
    """`practitioner` or `hospital`. Raises ReleaseError where the name does not say: nothing inside the file does."""
    named = ptp_name(member)
    if named is None:
        raise ReleaseError(
            f"{member.name}: expected ccipra (practitioners) or ccioph (hospitals) in the name of a file with NCCI "
            f"pairs, since nothing else tells them apart; give it the name back that CMS gave it."
        )
    return named.setting


def mue_effective(member: Member) -> date | None:
    """The first day of an MUE file, by its name: `MCR_MUE_PractitionerServices_Eff_07-01-2026.csv`."""
    found = _named(member, _MUE_DATE)
    if found is None:
        return None
    month, day, year = map(int, found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_ptp(member: Member) -> Iterator[PtpEdit]:
    """The pairs of a PTP file, in its order: a tab-separated text or the xlsx beside it.

    Layout of CMS, columns 1-7: first code, second code, `*` for edits older than 1996, effective, deleted (`*` while in
    force), modifier indicator, rationale; six lines of notice and wrapped header before them. Files before 2012 have
    no rationale. Pairs with dental codes (CDT) are left out: those codes belong to the American Dental Association.

    Raises ReleaseError, naming the line.
    """
    grid = grid_rows(member, "\t")
    codes: dict[str, str] = {}
    dates: dict[str, date | None] = {"*": None}
    texts: dict[str, str] = {}
    empty = True
    for number, cells in _after_head(member, grid):
        # Half a million rows a file, with some thousand different codes, dates and texts: what was checked once is
        # looked up from then on.
        if len(cells) != 7:
            cells = _seven(member, number, cells)
            if not cells:
                continue
        first, second, _, effective, ended, modifier, rationale = cells
        try:
            one, two = codes[first], codes[second]
        except KeyError:
            one = codes[first] = _code(member, number, first)
            two = codes[second] = _code(member, number, second)
        try:
            since, until = dates[effective], dates[ended]
        except KeyError:
            since = dates[effective] = _day(member, number, effective)
            if ended not in dates:
                dates[ended] = _day(member, number, ended)
            until = dates[ended]
        if since is None:
            raise ReleaseError(f"{member.name}, line {number}: expected the date that the edit begins, found '*'.")
        if modifier not in _MODIFIERS:
            raise ReleaseError(
                f"{member.name}, line {number}: expected the modifier indicator 0, 1 or 9, found {modifier[:_SHOWN]!r}."
            )
        text = texts.get(rationale)
        if text is None:
            text = texts[rationale] = rationale.strip()
            if len(texts) > MOST_TEXTS:
                raise ReleaseError(
                    f"{member.name}, line {number}: expected at most {MOST_TEXTS:,} different rationales, found more."
                )
        empty = False
        if one and two:
            yield PtpEdit(one, two, since, until, _MODIFIERS[modifier], text)
    if empty:
        raise ReleaseError(f"{member.name}: expected pairs of codes below the header, found none.")


def read_mue(member: Member) -> Iterator[MueLimit]:
    """The limits of an MUE file, csv or xlsx, in its order; the second cell of its header says for whom they hold.

    Columns of CMS: code, value, adjudication indicator (`2 Date of Service Edit: Policy`), rationale. Dental codes
    (CDT) are left out. Raises ReleaseError, naming the line.
    """
    grid = grid_rows(member, ",")
    setting = ""
    empty = True
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
        units = _whole(cells[1])
        if units is None:
            raise ReleaseError(
                f"{member.name}, line {number}: expected a number of units, found {cells[1][:_SHOWN]!r}."
            )
        indicator = cells[2].strip()[:1]
        if indicator not in ("1", "2", "3"):
            raise ReleaseError(
                f"{member.name}, line {number}: expected the adjudication indicator 1, 2 or 3, "
                f"found {cells[2][:_SHOWN]!r}."
            )
        empty = False
        if code:
            yield MueLimit(code, setting, units, int(indicator), cells[3].strip())
    if not setting:
        raise ReleaseError(f"{member.name}: expected the header of an MUE table (HCPCS/CPT Code, ... MUE Values).")
    if empty:
        raise ReleaseError(f"{member.name}: expected codes with their limits below the header, found none.")


def _named(member: Member, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """The first match in the name of the file, else of the zip around it, else of the zip around that."""
    names = (member.nested, member.inside.rpartition("/")[2], member.path.name)
    return next((found for name in names if (found := pattern.search(name))), None)


def _after_head(member: Member, grid: Iterable[GridRow]) -> Iterator[GridRow]:
    """The rows below the wrapped header, whose first line names both columns and whose other lines begin empty."""
    found = False
    inside = False
    for number, cells in grid:
        if inside:
            yield number, cells
        elif found and cells[0].strip():
            inside = True
            yield number, cells
        elif not found and number > _HEADER_LINES:
            break
        elif len(cells) >= 6 and cells[0].strip() == "Column 1" and cells[1].strip() == "Column 2":
            found = True
    if not found:
        raise ReleaseError(f"{member.name}: expected the header of an NCCI file with pairs (Column 1, Column 2, ...).")


def _seven(member: Member, number: int, cells: list[str]) -> list[str]:
    """A row brought to seven cells; empty for one without any text."""
    if not any(cell.strip() for cell in cells):
        return []
    if len(cells) == 6:
        return [*cells, ""]
    if len(cells) > 7 and not any(cells[7:]):
        return cells[:7]
    raise ReleaseError(f"{member.name}, line {number}: expected 7 columns, found {len(cells)}.")


def _code(member: Member, number: int, cell: str) -> str:
    """The code of a cell, empty for a dental one."""
    code = cell.strip() if len(cell) <= _WIDEST else ""
    if len(code) == 5 and code.isascii() and code.isalnum() and code[1:4].isdigit() and code == code.upper():
        return "" if code.startswith("D") else code
    raise ReleaseError(f"{member.name}, line {number}: expected a code of five characters, found {cell[:_SHOWN]!r}.")


def _day(member: Member, number: int, cell: str) -> date:
    """YYYYMMDD, which a sheet may hold as a number."""
    text = cell.strip().removesuffix(".0") if len(cell) <= _WIDEST else ""
    if len(text) == 8 and text.isascii() and text.isdigit() and EARLIEST <= int(text[:4]) <= LATEST:
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        except ValueError:
            pass
    raise ReleaseError(f"{member.name}, line {number}: expected a date as YYYYMMDD, found {cell[:_SHOWN]!r}.")


def _whole(cell: str) -> int | None:
    """Units; the largest limits of CMS have five digits."""
    text = cell.strip().removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _is_mue_header(cells: list[str]) -> bool:
    return len(cells) >= 4 and "".join(cells[0].lower().split()) == "hcpcs/cptcode" and "mue" in cells[1].lower()


def _mue_setting(member: Member, number: int, cell: str) -> str:
    for word, setting in _SETTINGS:
        if word in cell.lower():
            return setting
    raise ReleaseError(
        f"{member.name}, line {number}: expected MUE values of practitioners, outpatient hospitals or suppliers, "
        f"found {cell[:_SHOWN]!r}."
    )
