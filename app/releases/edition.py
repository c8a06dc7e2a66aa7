"""Which release a file belongs to and from when to when it is in force, by its content, else by its names."""

import re
from calendar import month_name
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.releases.containers import Member
from app.releases.formats import Format
from app.releases.hcpcs_txt import text_rows
from app.releases.hcpcs_xlsx import workbook_rows
from app.releases.ncci import mue_effective, ptp_name
from app.releases.spreadsheet import sheet_rows
from app.releases.text_lines import lines

_MONTHS = {"jan": 1, "apr": 4, "jul": 7, "oct": 10}
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_FISCAL = re.compile(r"FY[\s_-]?(20[0-9]{2}|[0-9]{2})(?![0-9])", re.IGNORECASE)
_MONTH = re.compile(r"(?<![a-z])(jan|apr|jul|oct)(?:uary|il|y|ober)?(?![a-z])", re.IGNORECASE)
# `April-1-2026`, `october_2025`, `Oct 1, 2025`
_DATED = re.compile(
    r"(?<![a-z])(jan|apr|jul|oct)(?:uary|il|y|ober)?[\s._,-]*(?:0?1[\s._,-]+)?(20[0-9]{2})(?![0-9])", re.IGNORECASE
)
_VERSION = re.compile(rb"<version>\s*(20[0-9]{2})\s*</version>")
_ADDENDA_OF = re.compile(r"in icd10(?:cm|pcs)_\w*?(20[0-9]{2})", re.IGNORECASE)
_FEE_TITLE = re.compile(
    r"(20[0-9]{2})\s+National Physician Fee Schedule Relative Value File(?:\s+(January|April|July|October))?",
    re.IGNORECASE,
)
_CPT_EDITION = re.compile(r"CPT\W{0,4}(20[0-9]{2})(?![0-9])|(?<![0-9])(20[0-9]{2})\s+CPT", re.IGNORECASE)
_COPYRIGHT = re.compile(r"(?:copyright|©|\(c\))[^\n]{0,300}?american medical association", re.IGNORECASE)
_ICD9_VERSION = re.compile(r"(?<![a-z])(?:CMS|v|version)[\s_-]?([0-9]{2})(?![0-9])", re.IGNORECASE)
_ICD9_LAST = 32
# Version 32 was of fiscal year 2015.
_ICD9_ZERO = 1983

_HCPCS = (Format.HCPCS_TXT, Format.HCPCS_XLSX, Format.HCPCS_NOTES)
_TOP_ROWS = 12


@dataclass(frozen=True, slots=True)
class Edition:
    """The name of a release, and its first and last day."""

    name: str
    effective_from: date
    effective_to: date


def edition_by_names(format_: Format, member: Member, head: bytes) -> Callable[[Sequence[str]], Edition | str]:
    """Read what the content of a file tells of its release, once; return the edition as a function of its names.

    The names are those of the file and of what it is in, the nearest first. The function returns a sentence that says
    how to rename the file where neither content nor names tell the release. Raises ReleaseError where the content has
    to be read for it and cannot be.
    """
    edition = _edition_by_names(format_, member, head)
    problem = (
        f"Recognized as {format_}, but neither it nor its name tells the year; rename it to "
        f"“{_example(format_, member)}” with the year of its release, and add it again."
    )
    return lambda names: edition(names) or problem


def _edition_by_names(format_: Format, member: Member, head: bytes) -> Callable[[Sequence[str]], Edition | None]:
    if format_ in _HCPCS:
        quarter = _hcpcs_quarter(format_, member)
        return lambda names: quarter or _named_quarter(names, january=True)
    if format_ is Format.PPRRVU:
        schedule = _titled_fee_schedule(member, head)
        return lambda names: schedule or _named_quarter(names, january=True)
    if format_ is Format.MUE:
        effective = mue_effective(member)
        return lambda names: _edits(effective, names)
    if format_ is Format.PTP:
        ptp = ptp_name(member)
        return lambda names: _edits(ptp.effective if ptp else None, names)
    if format_.name.startswith("CPT_"):
        return lambda names: _cpt(head, names)
    if format_ in (Format.ICD9_DIAGNOSES, Format.ICD9_PROCEDURES):
        return _icd9
    if format_.name.startswith("GEM_"):
        return _gem
    fiscal = _told_fiscal(format_, member, head)
    return lambda names: _icd10(fiscal, names)


def _example(format_: Format, member: Member) -> str:
    """The file's own name with a year, as a model."""
    stem, dot, ending = (member.nested or member.inside or member.path.name).rpartition("/")[2].rpartition(".")
    if not dot:
        stem, ending = ending, ""
    quarterly = format_ in _HCPCS or format_ in (Format.PPRRVU, Format.MUE, Format.PTP)
    return f"{stem} {'October 2026' if quarterly else '2026'}{dot}{ending}"


# ICD-10


def _icd10(fiscal: tuple[int, int] | None, names: Sequence[str]) -> Edition | None:
    """The edition by (fiscal year, month) as the content tells them, else by names."""
    named = _named_fiscal(names)
    if fiscal is None:
        return _fiscal(*named) if named else None
    year, month = fiscal
    # The content tells the year, and whether it is the update of April mostly the name alone.
    if month == 10 and named is not None and named[0] == year:
        month = named[1]
    return _fiscal(year, month)


def _told_fiscal(format_: Format, member: Member, head: bytes) -> tuple[int, int] | None:
    """(fiscal year, month) by what stands in the file."""
    if found := _VERSION.search(head):
        return int(found[1]), 10
    if format_ in (Format.CM_ORDER_ADDENDA, Format.CM_CODES_ADDENDA, Format.PCS_ADDENDA):
        years = [int(found[1]) for _, line in lines(member, fallback="cp1252") if (found := _ADDENDA_OF.search(line))]
        return (max(years), 10) if years else None
    if format_ is Format.CM_CONVERSION:
        for _, number, cells in sheet_rows(member):
            if number > _TOP_ROWS:
                break
            for cell in cells:
                if found := re.search(r"FY\s*(20[0-9]{2})", cell):
                    update = re.search(r"\((\w+) 1, (20[0-9]{2}) Update\)", cell)
                    month = _MONTHS.get(update[1][:3].lower(), 10) if update else 10
                    return int(found[1]), month
    return None


def _fiscal(year: int, month: int) -> Edition:
    """A fiscal year of the government begins with October of the year before; updates come within it."""
    last = date(year, 9, 30)
    if month == 10:
        return Edition(f"FY{year}", date(year - 1, 10, 1), last)
    return Edition(f"FY{year} ({month_name[month]} {year})", date(year, month, 1), last)


def _named_fiscal(names: Iterable[str]) -> tuple[int, int] | None:
    """(fiscal year, month): `icd10cm_order_2026`, `FY26`, `april-1-2026-tables`, `October-2025-Guidelines`."""
    for name in names:
        if found := _DATED.search(name):
            month, year = _MONTHS[found[1].lower()], int(found[2])
            return (year + 1, 10) if month == 10 else (year, month)
        year = None
        if found := _FISCAL.search(name):
            year = int(found[1]) % 100 + 2000
        elif found := _YEAR.search(name):
            year = int(found[1])
        if year is not None:
            within = _MONTH.search(name)
            return year, _MONTHS[within[1].lower()] if within else 10
    return None


def _named_year(names: Iterable[str]) -> int | None:
    return next((int(found[1]) for name in names if (found := _YEAR.search(name))), None)


def _gem(names: Iterable[str]) -> Edition | None:
    year = _named_year(names)
    return Edition(str(year), date(year - 1, 10, 1), date(year, 9, 30)) if year else None


def _icd9(names: Iterable[str]) -> Edition:
    """By the version in its name (`CMS32_DESC_LONG_DX`), else the last, the only one that CMS still gives."""
    found = (int(found[1]) for name in names if (found := _ICD9_VERSION.search(name)))
    version = next((number for number in found if 20 <= number <= _ICD9_LAST), _ICD9_LAST)
    year = _ICD9_ZERO + version
    return Edition(f"v{version} (FY{year})", date(year - 1, 10, 1), date(year, 9, 30))


# Quarterly files


def _quarter(day: date) -> tuple[date, date]:
    """The first and last day of the quarter that a day is in."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    following = date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1)
    return first, following - timedelta(days=1)


def _monthly(day: date) -> Edition:
    first, last = _quarter(day)
    return Edition(f"{month_name[first.month]} {first.year}", first, last)


def _hcpcs_quarter(format_: Format, member: Member) -> Edition | None:
    """The quarter in which the latest actions take effect.

    A single date beyond the others is taken for a mistyped one where there are many: a quarter changes dozens.
    """
    if format_ is not Format.HCPCS_NOTES:
        rows = text_rows(member) if format_ is Format.HCPCS_TXT else workbook_rows(member)
        counts = Counter(row.get("ACT EFF DT", "")[:8] for _, row in rows)
        quarters: Counter[date] = Counter()
        for text, count in counts.items():
            if (day := _day(text)) is not None:
                quarters[_quarter(day)[0]] += count
        enough = 2 if quarters.total() > 100 else 1
        if latest := max((first for first, count in quarters.items() if count >= enough), default=None):
            return _monthly(latest)
    return None


def _day(text: str) -> date | None:
    if not (len(text) == 8 and text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _named_quarter(names: Iterable[str], january: bool) -> Edition | None:
    """`october-2025`, `2020_OCT`; with a year alone that of January, where a file comes so by custom."""
    for name in names:
        if found := _YEAR.search(name):
            month = _MONTH.search(re.sub(r"[_0-9]", " ", name))
            if month or january:
                return _monthly(date(int(found[1]), _MONTHS[month[1].lower()] if month else 1, 1))
    return None


def _titled_fee_schedule(member: Member, head: bytes) -> Edition | None:
    """By its title line: `2026 National Physician Fee Schedule Relative Value File July Release`."""
    texts = [head.decode("utf-8", "replace")]
    if head.startswith(b"PK"):
        texts = [" ".join(cells) for _, number, cells in sheet_rows(member) if number <= _TOP_ROWS]
    for text in texts:
        if found := _FEE_TITLE.search(text):
            month = _MONTHS[found[2][:3].lower()] if found[2] else 1
            return _monthly(date(int(found[1]), month, 1))
    return None


def _edits(day: date | None, names: Sequence[str]) -> Edition | None:
    """NCCI's quarters, `2026 Q3`, by the version or date in the file's name."""
    if day is None:
        named = _named_quarter(names, january=False)
        quarter = next(
            (found for name in names if (found := re.search(r"(20[0-9]{2})[\s_-]*q([1-4])", name, re.I))), None
        )
        if quarter is not None:
            day = date(int(quarter[1]), int(quarter[2]) * 3 - 2, 1)
        elif named is not None:
            day = named.effective_from
        else:
            return None
    first, last = _quarter(day)
    return Edition(f"{first.year} Q{first.month // 3 + 1}", first, last)


def _cpt(head: bytes, names: Sequence[str]) -> Edition | None:
    """The edition that the notice names, else the file's name; the AMA's copyright is of the year before."""
    text = "" if head.startswith(b"PK") else head.decode("utf-8", "replace")
    year = None
    if found := _CPT_EDITION.search(text):
        year = int(found[1] or found[2])
    if year is None:
        year = _named_year(names)
    if year is None and (notice := _COPYRIGHT.search(text)):
        year = max((int(found) + 1 for found in _YEAR.findall(notice[0])), default=None)
    return Edition(f"CPT {year}", date(year, 1, 1), date(year, 12, 31)) if year else None
