"""HCPCS Level II codes and modifiers, from CMS's fixed-width text or its xlsx twin."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.grids import is_workbook
from app.releases.files.text_lines import LONGEST_LINE
from app.releases.hcpcs import text_form, workbook_form
from app.releases.records import HcpcsCode

_LEVEL_TWO = re.compile(r"[A-Z][0-9]{4}")
_LEVEL_ONE = re.compile(r"[0-9]{4}[0-9A-Z]|[0-9]{2}")
_MODIFIER = re.compile(r"[A-Z0-9]{2}")
_HCPCS_DATE = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")

# Columns that become attributes of the record. All others are its fields.
_ATTRIBUTES = frozenset(
    (
        "HCPC",
        "SEQNUM",
        "RECID",
        "LONG DESCRIPTION",
        "SHORT DESCRIPTION",
        "ADD DT",
        "ACT EFF DT",
        "TERM DT",
        "ACTION CD",
    )
)
# Digits of these fields in the record layout. A spreadsheet that holds them as numbers has lost the leading zeros.
_FIELD_WIDTHS = {"PRICE": 2, "LABCERT": 3, "OPPS": 3, "PROCNOTE": 4}
_FIRST_RECORD_CODES = ("3", "7")
_CONTINUATION_RECORD_CODES = ("4", "8")


def read_hcpcs(member: Member) -> Iterator[HcpcsCode]:
    """Return the codes and modifiers of a text or xlsx file, in its order.

    Left out: CDT codes (D0000 to D9999), which belong to the American Dental Association, and Level I codes and
    modifiers, which belong to the American Medical Association and come from its own files. Runs of blanks within a
    title become one blank. Raises ReleaseError naming the line or row if it is not a HCPCS record, and if a code
    occurs twice with different contents; an identical second record is left out.
    """
    if is_workbook(member):
        yield from _records(member, "row", workbook_form.workbook_rows(member))
    else:
        yield from _records(member, "line", text_form.text_rows(member))


def _records(member: Member, unit: str, rows: Iterable[tuple[int, dict[str, str]]]) -> Iterator[HcpcsCode]:
    """Return the records of rows that are numbered in `unit`s (`line` or `row`)."""
    records: dict[str, HcpcsCode] = {}
    is_empty = True
    for number, cells, title in _joined(member, unit, rows):
        is_empty = False
        location = f"{member.name}, {unit} {number}"
        if _is_left_out(cells["HCPC"]):
            continue
        record = _record(location, cells, title)
        first_record = records.setdefault(record.code, record)
        if first_record is record:
            yield record
        elif first_record != record:
            raise ReleaseError(f"{location}: expected each code once, found {record.code} again with other contents.")
    if is_empty:
        raise ReleaseError(f"{member.name}: expected HCPCS codes, found none.")


def _joined(
    member: Member, unit: str, rows: Iterable[tuple[int, dict[str, str]]]
) -> Iterator[tuple[int, dict[str, str], str]]:
    """Return (number of the first row, its cells, long title) of each code, with its continuation rows joined to it."""
    first_number = 0
    cells: dict[str, str] = {}
    pieces: list[str] = []
    sequence = 0
    length = 0
    for number, row in rows:
        location = f"{member.name}, {unit} {number}"
        piece = row["LONG DESCRIPTION"]
        recid = row["RECID"]
        sequence_text = row["SEQNUM"]
        if not (sequence_text.isascii() and sequence_text.isdigit() and len(sequence_text) <= 5):
            raise ReleaseError(
                f"{location}: expected a sequence number of at most five digits, found {sequence_text[:20]!r}."
            )
        if recid in _CONTINUATION_RECORD_CODES:
            if row["HCPC"] != cells.get("HCPC") or int(sequence_text) <= sequence:
                raise ReleaseError(
                    f"{location}: expected the continuation of {cells.get('HCPC', 'a code')} after sequence number "
                    f"{sequence}, found {row['HCPC'][:20]!r} with {sequence_text}."
                )
        elif recid in _FIRST_RECORD_CODES:
            if cells:
                yield first_number, cells, " ".join(pieces)
            first_number, cells, pieces, length = number, row, [], 0
        else:
            raise ReleaseError(f"{location}: expected a record code of 3, 4, 7 or 8, found {recid[:20]!r}.")
        sequence = int(sequence_text)
        length += len(piece)
        if length > LONGEST_LINE:
            raise ReleaseError(
                f"{location}: expected a description of at most {LONGEST_LINE:,} characters, found more."
            )
        pieces.append(piece)
    if cells:
        yield first_number, cells, " ".join(pieces)


def _is_left_out(code: str) -> bool:
    return bool(_LEVEL_ONE.fullmatch(code)) or (code.startswith("D") and bool(_LEVEL_TWO.fullmatch(code)))


def _record(location: str, cells: dict[str, str], title: str) -> HcpcsCode:
    code = cells["HCPC"]
    modifier = cells["RECID"] == "7"
    if not (_MODIFIER if modifier else _LEVEL_TWO).fullmatch(code):
        kind = "a modifier of two characters" if modifier else "a code of a letter and four digits"
        raise ReleaseError(f"{location}: expected {kind}, found {code[:20]!r}.")
    action = cells.get("ACTION CD", "")
    if len(action) > 1 or action.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        raise ReleaseError(f"{location}: expected one capital letter as the action code, found {action[:20]!r}.")
    long = _text(location, "long description", title)
    if not long:
        raise ReleaseError(f"{location}: expected a long description of {code}, found none.")
    return HcpcsCode(
        code,
        modifier,
        long,
        _text(location, "short description", cells.get("SHORT DESCRIPTION", "")),
        tuple(
            (name, _zero_filled(name, _text(location, name, value)))
            for name, value in cells.items()
            if value and name not in _ATTRIBUTES
        ),
        _date(location, cells, "ADD DT"),
        _date(location, cells, "ACT EFF DT"),
        _date(location, cells, "TERM DT"),
        action,
    )


def _text(location: str, field_name: str, value: str) -> str:
    """Return the value with one blank for a run of blanks. A control character is a sign of a damaged file."""
    text = " ".join(value.split())
    if not text.isprintable():
        raise ReleaseError(f"{location}: expected plain text as the {field_name}, found {text[:60]!r}.")
    return text


def _zero_filled(name: str, value: str) -> str:
    width = _FIELD_WIDTHS.get(name.rstrip("0123456789"), 0)
    return value.zfill(width) if width and value.isascii() and value.isdigit() else value


def _date(location: str, cells: dict[str, str], name: str) -> date | None:
    text = cells.get(name, "")
    if not text.strip("0"):
        return None
    match = _HCPCS_DATE.fullmatch(text)
    try:
        if match:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise ReleaseError(f"{location}: expected a date as YYYYMMDD in {name}, found {text[:20]!r}.")
