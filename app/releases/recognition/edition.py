"""The release that a file belongs to and its first and last day, by the file's content, else by its names."""

import re
from calendar import month_name
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.codes.dates import day_of_digits
from app.releases.files.containers import Member
from app.releases.files.grids import grid_rows, is_workbook
from app.releases.files.spreadsheet import sheet_rows
from app.releases.files.text_lines import lines
from app.releases.hcpcs.text_form import text_rows
from app.releases.hcpcs.workbook_form import workbook_rows
from app.releases.medicare.ncci import mue_effective, ptp_name
from app.releases.medicare.poa_exempt import poa_columns
from app.releases.recognition.format_kinds import PAYMENT_FORMATS, Format
from app.releases.recognition.payment_tables import is_proposed, stage_of_mapping, year_of_mapping, year_of_weights

_MONTHS = {"jan": 1, "apr": 4, "jul": 7, "oct": 10}
_NAMED_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")
_NAMED_FISCAL_YEAR = re.compile(r"FY[\s_-]?(20[0-9]{2}|[0-9]{2})(?![0-9])", re.IGNORECASE)
_NAMED_MONTH = re.compile(r"(?<![a-z])(jan|apr|jul|oct)(?:uary|il|y|ober)?(?![a-z])", re.IGNORECASE)
# `April-1-2026`, `october_2025`, `Oct 1, 2025`
_NAMED_MONTH_AND_YEAR = re.compile(
    r"(?<![a-z])(jan|apr|jul|oct)(?:uary|il|y|ober)?[\s._,-]*(?:0?1[\s._,-]+)?(20[0-9]{2})(?![0-9])", re.IGNORECASE
)
_XML_VERSION = re.compile(rb"<version>\s*(20[0-9]{2})\s*</version>")
_ADDENDA_STATISTICS = re.compile(r"in icd10(?:cm|pcs)_\w*?(20[0-9]{2})", re.IGNORECASE)
_FEE_TITLE = re.compile(
    r"(20[0-9]{2})\s+National Physician Fee Schedule Relative Value File(?:\s+(January|April|July|October))?",
    re.IGNORECASE,
)
_CPT_EDITION = re.compile(r"CPT\W{0,4}(20[0-9]{2})(?![0-9])|(?<![0-9])(20[0-9]{2})\s+CPT", re.IGNORECASE)
_AMA_NOTICE = re.compile(r"(?:copyright|©|\(c\))[^\n]{0,300}?american medical association", re.IGNORECASE)
_ICD9_VERSION = re.compile(r"(?<![a-z])(?:CMS|v|version)[\s_-]?([0-9]{2})(?![0-9])", re.IGNORECASE)
_LAST_ICD9_VERSION = 32
# Version 32 was the one for fiscal year 2015.
_ICD9_VERSION_0_YEAR = 1983

_HCPCS_FORMATS = (Format.HCPCS_TXT, Format.HCPCS_XLSX, Format.HCPCS_NOTES)
_TOP_ROWS = 12
_TITLE_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class Edition:
    """The name of a release with its first and last day."""

    name: str
    effective_from: date
    effective_to: date


def edition_by_names(format_: Format, member: Member, head: bytes) -> Callable[[Sequence[str]], Edition | str]:
    """Read the release in the content of a file, once, and return the function that gives the edition for its names.

    The names are those of the file and of the folders and zips around it, the nearest first. The function returns a
    sentence that says how to rename the file if neither content nor names give the release. Raises ReleaseError if the
    content has to be read for it and cannot be.
    """
    edition = _edition_by_names(format_, member, head)
    problem = (
        f"Recognized as {format_}, but neither its content nor its name gives the year; rename it to "
        f"“{_example(format_, member)}” with the year of its release, and add it again."
    )
    return lambda names: edition(names) or problem


def _edition_by_names(format_: Format, member: Member, head: bytes) -> Callable[[Sequence[str]], Edition | str | None]:
    if format_ in PAYMENT_FORMATS:
        return _payment_edition(format_, member, head)
    if format_ in _HCPCS_FORMATS:
        quarter = _hcpcs_quarter(format_, member)
        return lambda names: quarter or _named_quarter(names, january=True)
    if format_ is Format.PPRRVU:
        schedule = _titled_fee_schedule(member, head)
        return lambda names: schedule or _named_quarter(names, january=True)
    if format_ is Format.MUE:
        effective = mue_effective(member)
        return lambda names: _ncci_edition(effective, names)
    if format_ is Format.PTP:
        ptp = ptp_name(member)
        return lambda names: _ncci_edition(ptp.effective if ptp else None, names)
    if format_.name.startswith("CPT_"):
        return lambda names: _cpt_edition(head, names)
    if format_ in (Format.ICD9_DIAGNOSES, Format.ICD9_PROCEDURES):
        return _icd9_edition
    if format_.name.startswith("GEM_"):
        return _gem_edition
    stated = _stated_fiscal_year(format_, member, head)
    return lambda names: _icd10_edition(stated, names)


def _example(format_: Format, member: Member) -> str:
    """Return the file's own name with a year, as an example."""
    stem, dot, ending = (member.nested or member.inside or member.path.name).rpartition("/")[2].rpartition(".")
    if not dot:
        stem, ending = ending, ""
    quarterly = format_ in _HCPCS_FORMATS or format_ in (Format.PPRRVU, Format.MUE, Format.PTP)
    return f"{stem} {'October 2026' if quarterly else '2026'}{dot}{ending}"


# ICD-10


def _icd10_edition(stated: tuple[int, int] | None, names: Sequence[str]) -> Edition | None:
    """Return the edition by (fiscal year, month) from the content, None if it has none, else by names."""
    named = _named_fiscal_year(names)
    if stated is None:
        return _fiscal_edition(*named) if named else None
    year, month = stated
    # The content gives the year, but in most formats only the name tells that it is the April update.
    if month == 10 and named is not None and named[0] == year:
        month = named[1]
    return _fiscal_edition(year, month)


def _stated_fiscal_year(format_: Format, member: Member, head: bytes) -> tuple[int, int] | None:
    """Return (fiscal year, month) from the content of the file."""
    if version := _XML_VERSION.search(head):
        return int(version[1]), 10
    if format_ in (Format.CM_ORDER_ADDENDA, Format.PCS_ADDENDA):
        all_lines = (line for _, line in lines(member, fallback="cp1252"))
        years = [int(match[1]) for line in all_lines if (match := _ADDENDA_STATISTICS.search(line))]
        return (max(years), 10) if years else None
    if format_ is Format.CM_POA_EXEMPT:
        columns = next(filter(None, (poa_columns(cells) for _, cells in grid_rows(member, "\t"))), None)
        return (columns.year, 10) if columns is not None and columns.year is not None else None
    if format_ is Format.CM_CONVERSION:
        for cells in _top_rows(member):
            for cell in cells:
                if year := re.search(r"FY\s*(20[0-9]{2})", cell):
                    update = re.search(r"\((\w+) 1, (20[0-9]{2}) Update\)", cell)
                    month = _MONTHS.get(update[1][:3].lower(), 10) if update else 10
                    return int(year[1]), month
    return None


def _top_rows(member: Member) -> Iterator[list[str]]:
    """Return the first rows of a table, where its title stands."""
    rows = sheet_rows(member) if is_workbook(member) else (("", *row) for row in grid_rows(member, ","))
    for _, number, cells in rows:
        if number > _TOP_ROWS:
            return
        yield cells


def _fiscal_edition(year: int, month: int) -> Edition:
    """Return the release of a federal fiscal year, which begins in October of the year before, or of its update."""
    last = date(year, 9, 30)
    if month == 10:
        return Edition(f"FY{year}", date(year - 1, 10, 1), last)
    return Edition(f"FY{year} ({month_name[month]} {year})", date(year, month, 1), last)


def _named_fiscal_year(names: Iterable[str]) -> tuple[int, int] | None:
    """Return (fiscal year, month) from names.

    `icd10cm_order_2026`, `FY26`, `april-1-2026-tables`, `October-2025-Guidelines`.
    """
    for name in names:
        if match := _NAMED_MONTH_AND_YEAR.search(name):
            month, year = _MONTHS[match[1].lower()], int(match[2])
            return (year + 1, 10) if month == 10 else (year, month)
        year = None
        if match := _NAMED_FISCAL_YEAR.search(name):
            year = int(match[1]) % 100 + 2000
        elif match := _NAMED_YEAR.search(name):
            year = int(match[1])
        if year is not None:
            update = _NAMED_MONTH.search(name)
            return year, _MONTHS[update[1].lower()] if update else 10
    return None


def _named_year(names: Iterable[str]) -> int | None:
    return next((int(match[1]) for name in names if (match := _NAMED_YEAR.search(name))), None)


def _gem_edition(names: Iterable[str]) -> Edition | None:
    year = _named_year(names)
    return Edition(str(year), date(year - 1, 10, 1), date(year, 9, 30)) if year else None


def _icd9_edition(names: Iterable[str]) -> Edition:
    """Return the version in the name (`CMS32_DESC_LONG_DX`), else the last, the only one that CMS still publishes."""
    named = (int(match[1]) for name in names if (match := _ICD9_VERSION.search(name)))
    version = next((number for number in named if 20 <= number <= _LAST_ICD9_VERSION), _LAST_ICD9_VERSION)
    year = _ICD9_VERSION_0_YEAR + version
    return Edition(f"v{version} (FY{year})", date(year - 1, 10, 1), date(year, 9, 30))


# How codes are paid


def _payment_edition(format_: Format, member: Member, head: bytes) -> Callable[[Sequence[str]], Edition | str | None]:
    """Return the function that gives the payment year of a mapping, or the fiscal year of a table of the final rule."""
    if format_ is Format.HCC_MAPPING:
        told = year_of_mapping(_top_rows(member))
        return lambda names: _mapping_edition(told, names)
    text = head[:_TITLE_BYTES].decode("cp1252", "replace")
    titles = [" ".join(cells) for cells in _top_rows(member)] if is_workbook(member) else [" ".join(text.split())]
    title_year = year_of_weights(titles) if format_ is Format.DRG_WEIGHTS else None
    proposed = format_ is Format.DRG_WEIGHTS and is_proposed(titles)
    table = "Table 5" if format_ is Format.DRG_WEIGHTS else "Table 6K"

    def edition(names: Sequence[str]) -> Edition | str | None:
        if proposed or is_proposed(names):
            return f"{table} of a proposed rule, which is not in force; add that of the final rule."
        named = _named_fiscal_year(names)
        year = title_year or (named[0] if named else None)
        return Edition(f"{table} of FY{year}", date(year - 1, 10, 1), date(year, 9, 30)) if year else None

    return edition


def _mapping_edition(told: tuple[int, str] | None, names: Sequence[str]) -> Edition | None:
    year, stage = told or (_named_year(names), "")
    if year is None:
        return None
    stage = stage or stage_of_mapping(names)
    name = f"Payment year {year} ({stage})" if stage else f"Payment year {year}"
    return Edition(name, date(year, 1, 1), date(year, 12, 31))


# Quarterly files


def _quarter(day: date) -> tuple[date, date]:
    """Return the first and last day of the quarter that a day is in."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    following = date(first.year + first.month // 10, (first.month + 2) % 12 + 1, 1)
    return first, following - timedelta(days=1)


def _quarterly_edition(day: date) -> Edition:
    """Return the release of the quarter that a day is in, named by its first month."""
    first, last = _quarter(day)
    return Edition(f"{month_name[first.month]} {first.year}", first, last)


def _hcpcs_quarter(format_: Format, member: Member) -> Edition | None:
    """Return the quarter in which the latest actions take effect.

    In a file with many dates, a quarter with a single date is a typing error: a real quarter changes dozens of codes.
    """
    if format_ is not Format.HCPCS_NOTES:
        rows = text_rows(member) if format_ is Format.HCPCS_TXT else workbook_rows(member)
        counts = Counter(row.get("ACT EFF DT", "")[:8] for _, row in rows)
        quarters: Counter[date] = Counter()
        for text, count in counts.items():
            if (day := day_of_digits(text)) is not None:
                quarters[_quarter(day)[0]] += count
        enough = 2 if quarters.total() > 100 else 1
        if latest := max((first for first, count in quarters.items() if count >= enough), default=None):
            return _quarterly_edition(latest)
    return None


def _named_quarter(names: Iterable[str], january: bool) -> Edition | None:
    """Return the quarter in a name: `october-2025`, `2020_OCT`.

    With `january`, a year alone means the January release, as publishers usually name it.
    """
    for name in names:
        if year := _NAMED_YEAR.search(name):
            month = _NAMED_MONTH.search(re.sub(r"[_0-9]", " ", name))
            if month or january:
                return _quarterly_edition(date(int(year[1]), _MONTHS[month[1].lower()] if month else 1, 1))
    return None


def _titled_fee_schedule(member: Member, head: bytes) -> Edition | None:
    """Return the release in the title line: `2026 National Physician Fee Schedule Relative Value File July Release`."""
    texts = [head.decode("utf-8", "replace")]
    if head.startswith(b"PK"):
        texts = [" ".join(cells) for _, number, cells in sheet_rows(member) if number <= _TOP_ROWS]
    for text in texts:
        if title := _FEE_TITLE.search(text):
            month = _MONTHS[title[2][:3].lower()] if title[2] else 1
            return _quarterly_edition(date(int(title[1]), month, 1))
    return None


def _ncci_edition(day: date | None, names: Sequence[str]) -> Edition | None:
    """Return the quarter of NCCI edits, `2026 Q3`, by the version or date in the file's name, else by other names."""
    if day is None:
        named = _named_quarter(names, january=False)
        quarter = next(
            (match for name in names if (match := re.search(r"(20[0-9]{2})[\s_-]*q([1-4])", name, re.I))), None
        )
        if quarter is not None:
            day = date(int(quarter[1]), int(quarter[2]) * 3 - 2, 1)
        elif named is not None:
            day = named.effective_from
        else:
            return None
    first, last = _quarter(day)
    return Edition(f"{first.year} Q{first.month // 3 + 1}", first, last)


def _cpt_edition(head: bytes, names: Sequence[str]) -> Edition | None:
    """Return the edition in the notice, else in the file's name, else the year after the AMA's copyright."""
    text = "" if head.startswith(b"PK") else head.decode("utf-8", "replace")
    year = None
    if named := _CPT_EDITION.search(text):
        year = int(named[1] or named[2])
    if year is None:
        year = _named_year(names)
    if year is None and (notice := _AMA_NOTICE.search(text)):
        year = max((int(copyright_year) + 1 for copyright_year in _NAMED_YEAR.findall(notice[0])), default=None)
    return Edition(f"CPT {year}", date(year, 1, 1), date(year, 12, 31)) if year else None
