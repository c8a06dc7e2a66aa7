"""HCPCS Level II codes and modifiers, from CMS's fixed-width text or its xlsx twin."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from app.releases import hcpcs_txt, hcpcs_xlsx
from app.releases.containers import Member
from app.releases.records import HcpcsCode, ReleaseError
from app.releases.text_lines import LONGEST_LINE

_LEVEL_TWO = re.compile(r"[A-Z][0-9]{4}")
_LEVEL_ONE = re.compile(r"[0-9]{4}[0-9A-Z]|[0-9]{2}")
_MODIFIER = re.compile(r"[A-Z0-9]{2}")
_DATE = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")
_ZIP = b"PK\x03\x04"

# What becomes an attribute of the record. All other columns are its fields.
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
# Digits that the record layout gives these fields. A spreadsheet that holds them as numbers has lost the zeros.
_WIDTHS = {"PRICE": 2, "LABCERT": 3, "OPPS": 3, "PROCNOTE": 4}
_BEGINNINGS = ("3", "7")
_CONTINUATIONS = ("4", "8")


def read_hcpcs(member: Member) -> Iterator[HcpcsCode]:
    """The codes and modifiers of a file, in its order, whichever of the two forms it has.

    Left out: CDT codes (D0000 to D9999), which belong to the American Dental Association, and Level I codes and
    modifiers, which belong to the American Medical Association and come from its own files. Runs of blanks within a
    title become one. Raises ReleaseError, naming the line or row, for what is no HCPCS record, and for a code that
    stands twice with different contents; the same record again is left out.
    """
    if _is_workbook(member):
        yield from _records(member, "row", hcpcs_xlsx.workbook_rows(member))
    else:
        yield from _records(member, "line", hcpcs_txt.text_rows(member))


def _is_workbook(member: Member) -> bool:
    with member.open() as stream:
        return stream.read(len(_ZIP)) == _ZIP


def _records(member: Member, unit: str, rows: Iterable[tuple[int, dict[str, str]]]) -> Iterator[HcpcsCode]:
    seen: dict[str, HcpcsCode] = {}
    found = False
    for number, cells, title in _joined(member, unit, rows):
        found = True
        place = f"{member.name}, {unit} {number}"
        if _is_left_out(cells["HCPC"]):
            continue
        record = _record(place, cells, title)
        known = seen.setdefault(record.code, record)
        if known is record:
            yield record
        elif known != record:
            raise ReleaseError(f"{place}: {record.code} stands a second time with other contents.")
    if not found:
        raise ReleaseError(f"{member.name}: expected HCPCS codes, found none.")


def _joined(
    member: Member, unit: str, rows: Iterable[tuple[int, dict[str, str]]]
) -> Iterator[tuple[int, dict[str, str], str]]:
    """(number of the first row, its cells, long title) of each code, its continuation rows joined to it."""
    first = 0
    cells: dict[str, str] = {}
    pieces: list[str] = []
    sequence = 0
    length = 0
    for number, row in rows:
        place = f"{member.name}, {unit} {number}"
        piece = row["LONG DESCRIPTION"]
        recid = row["RECID"]
        after = row["SEQNUM"]
        if not (after.isascii() and after.isdigit() and len(after) <= 5):
            raise ReleaseError(f"{place}: expected a sequence number of at most five digits, found {after[:20]!r}.")
        if recid in _CONTINUATIONS:
            if row["HCPC"] != cells.get("HCPC") or int(after) <= sequence:
                raise ReleaseError(
                    f"{place}: expected the continuation of {cells.get('HCPC', 'a code')} after sequence number "
                    f"{sequence}, found {row['HCPC'][:20]!r} with {after}."
                )
        elif recid in _BEGINNINGS:
            if cells:
                yield first, cells, " ".join(pieces)
            first, cells, pieces, length = number, row, [], 0
        else:
            raise ReleaseError(f"{place}: expected a record code of 3, 4, 7 or 8, found {recid[:20]!r}.")
        sequence = int(after)
        length += len(piece)
        if length > LONGEST_LINE:
            raise ReleaseError(f"{place}: expected a description of at most {LONGEST_LINE:,} characters.")
        pieces.append(piece)
    if cells:
        yield first, cells, " ".join(pieces)


def _is_left_out(code: str) -> bool:
    return bool(_LEVEL_ONE.fullmatch(code)) or (code.startswith("D") and bool(_LEVEL_TWO.fullmatch(code)))


def _record(place: str, cells: dict[str, str], title: str) -> HcpcsCode:
    code = cells["HCPC"]
    modifier = cells["RECID"] == "7"
    if not (_MODIFIER if modifier else _LEVEL_TWO).fullmatch(code):
        kind = "a modifier of two characters" if modifier else "a code of a letter and four digits"
        raise ReleaseError(f"{place}: expected {kind}, found {code[:20]!r}.")
    action = cells.get("ACTION CD", "")
    if len(action) > 1 or action.strip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        raise ReleaseError(f"{place}: expected one capital letter as the action code, found {action[:20]!r}.")
    long = _text(place, "long description", title)
    if not long:
        raise ReleaseError(f"{place}: expected a long description of {code}, found none.")
    return HcpcsCode(
        code,
        modifier,
        long,
        _text(place, "short description", cells.get("SHORT DESCRIPTION", "")),
        tuple(
            (name, _widened(name, _text(place, name, value)))
            for name, value in cells.items()
            if value and name not in _ATTRIBUTES
        ),
        _date(place, cells, "ADD DT"),
        _date(place, cells, "ACT EFF DT"),
        _date(place, cells, "TERM DT"),
        action,
    )


def _text(place: str, what: str, value: str) -> str:
    """With runs of blanks made one. A control character tells of a damaged file."""
    text = " ".join(value.split())
    if not text.isprintable():
        raise ReleaseError(f"{place}: expected plain text as the {what}, found {text[:60]!r}.")
    return text


def _widened(name: str, value: str) -> str:
    width = _WIDTHS.get(name.rstrip("0123456789"), 0)
    return value.zfill(width) if width and value.isascii() and value.isdigit() else value


def _date(place: str, cells: dict[str, str], name: str) -> date | None:
    text = cells.get(name, "")
    if not text.strip("0"):
        return None
    found = _DATE.fullmatch(text)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise ReleaseError(f"{place}: expected a date as YYYYMMDD in {name}, found {text[:20]!r}.")
