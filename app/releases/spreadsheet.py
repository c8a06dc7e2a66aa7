"""The rows of an Excel workbook (xlsx) as text, within bounds."""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from app.releases.containers import Member
from app.releases.records import ReleaseError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

LARGEST_WORKBOOK = 64 << 20
"""Bytes of the xlsx file."""

LARGEST_UNPACKED = 128 << 20
"""Bytes of its parts. The fee schedule, the largest that is read, has some 25 MB of them."""

MOST_CELLS = 4_000_000
"""Cells of the rectangle that a sheet spans, which is held in memory whole: 48 columns of 83,000 codes."""

MOST_KEPT_CELLS = 1_000_000
"""Cells of workbooks that are kept after they were read: twice the 48 columns of the 8,900 rows of HCPCS."""

_MOST_PARTS = 500
_MOST_TEXT = 256 << 20
_COLUMN = re.compile(rb"""\sr\s*=\s*["']\$?([A-Za-z]{1,9})""")
_ROW = re.compile(rb"""\sr\s*=\s*["'][A-Za-z$]*([0-9]{1,9})""")
_PLACELESS = re.compile(rb"<(?:\w+:)?c(?=[\s/>])(?![^<>]*?\sr\s*=)")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>\s*\+?0*([0-9]{1,7})\s*<")
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")

_T = TypeVar("_T")
Cell: TypeAlias = int | float | str | bool | time | date | datetime | timedelta


def sheet_rows(member: Member) -> Iterator[tuple[str, int, list[str]]]:
    """(sheet name, row number from 1, cells) of every row of every sheet, blank rows too.

    Cells are stripped of nothing: `   A1` keeps its spaces. Whole numbers are written `2017`, dates `2023-04-01`,
    blanks "". The rows of a workbook of moderate size are read at once and kept in `member.sheet_rows`. Raises
    ReleaseError for what is no workbook, is damaged or reaches beyond the bounds.
    """
    if member.sheet_rows:
        yield from member.sheet_rows
        return
    unread = _rows_of_sheets(member)
    rows: list[tuple[str, int, list[str]]] = []
    cells = 0
    damage: ReleaseError | None = None
    try:
        for row in unread:
            rows.append(row)
            cells += len(row[2])
            if cells > MOST_KEPT_CELLS:
                break
        else:
            member.sheet_rows.extend(rows)
    except ReleaseError as error:
        # The rows before the damage may be all that is asked for, as when a file is only recognized.
        damage = error
    yield from rows
    if damage is not None:
        raise damage
    yield from unread


def _rows_of_sheets(member: Member) -> Iterator[tuple[str, int, list[str]]]:
    workbook = _workbook(member)
    for name in _guarded(member, lambda: list(workbook.sheet_names)):
        table = _guarded(member, lambda name=name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))
        for number, cells in enumerate(table, 1):
            yield name, number, [_text(cell) for cell in cells]


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _workbook(member: Member) -> "CalamineWorkbook":
    # Slow to load, and needed only here.
    import python_calamine

    checked = _checked(member)
    return _guarded(member, lambda: python_calamine.CalamineWorkbook.from_filelike(checked))


def _guarded(member: Member, read: Callable[[], _T]) -> _T:
    """What `read` gives. A panic of the Rust library derives from BaseException, hence the wide net."""
    try:
        return read()
    except (KeyboardInterrupt, SystemExit, GeneratorExit, ReleaseError):
        raise
    except BaseException as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise ReleaseError(f"{member.name}: not a workbook that can be read ({reason[0][:200]}).") from error


def _checked(member: Member) -> io.BytesIO:
    """The workbook packed anew from parts whose true size was counted, so that nothing unseen is left in it.

    The library that reads it takes a sheet's rectangle and every use of a text as memory; both are measured first.
    """
    with member.open() as stream:
        packed = stream.read(LARGEST_WORKBOOK + 1)
    if len(packed) > LARGEST_WORKBOOK:
        raise ReleaseError(f"{member.name}: a workbook of more than {LARGEST_WORKBOOK >> 20} MB; it is not read.")
    parts: dict[str, bytes] = {}
    left = LARGEST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            infos = archive.infolist()
            if len(infos) > _MOST_PARTS:
                raise ReleaseError(f"{member.name}: a workbook of more than {_MOST_PARTS} parts; it is not read.")
            for info in infos:
                if info.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(info) as part:
                        parts[info.filename] = part.read(left + 1)
                    left -= len(parts[info.filename])
                    if left < 0:
                        raise ReleaseError(
                            f"{member.name}: unpacked it is larger than {LARGEST_UNPACKED >> 20} MB; it is not read."
                        )
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise ReleaseError(f"{member.name}: the workbook is damaged ({error}); download it again.") from error
    if "xl/workbook.xml" not in parts:
        raise ReleaseError(f"{member.name}: expected an Excel workbook (xlsx), found another kind of file.")
    _measure(member, parts)
    checked = io.BytesIO()
    with zipfile.ZipFile(checked, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    checked.seek(0)
    return checked


def _measure(member: Member, parts: dict[str, bytes]) -> None:
    """Raises ReleaseError for a sheet whose cells would fill the memory, by their places or by their texts."""
    # By what stands in them, since the names of parts are free.
    texts: list[int] = []
    for part in parts.values():
        starts = [match.start() for match in _STRING.finditer(part)]
        if len(starts) > len(texts):
            texts = [end - start for start, end in zip(starts, [*starts[1:], len(part)], strict=True)]
    for name, part in parts.items():
        if _PLACELESS.search(part):
            raise ReleaseError(f"{member.name}: cells of {name} have no place; save it anew with Excel.")
        width = max((_column(letters) for letters in set(_COLUMN.findall(part))), default=0)
        height = max((int(digits) for digits in set(_ROW.findall(part))), default=0)
        if width * height > MOST_CELLS:
            raise ReleaseError(
                f"{member.name}: the sheet {name} spans {width:,} columns and {height:,} rows, which is too large."
            )
        uses = Counter(_VALUE.findall(part))
        if sum(texts[int(number)] * count for number, count in uses.items() if int(number) < len(texts)) > _MOST_TEXT:
            raise ReleaseError(f"{member.name}: the texts of {name} are larger than {_MOST_TEXT >> 20} MB; not read.")


def _column(letters: bytes) -> int:
    """The number of a column by its letters: `A` 1, `AV` 48."""
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - 64
    return number
