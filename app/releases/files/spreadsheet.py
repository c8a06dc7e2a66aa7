"""The rows of an Excel workbook (xlsx) as text, read within limits of size."""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from app.releases.errors import ReleaseError, unexpected_sign
from app.releases.files.containers import Member
from app.releases.files.unread_kinds import document_sentence

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

LARGEST_WORKBOOK = 64 << 20
"""Bytes of the xlsx file."""

LARGEST_UNPACKED = 128 << 20
"""Bytes of its parts. The fee schedule, the largest workbook that is read, has about 25 MB of them."""

MOST_CELLS = 4_000_000
"""Cells of the rectangle that a sheet spans, which is kept in memory: enough for 48 columns of 83,000 codes."""

MOST_KEPT_CELLS = 500_000
"""Cells of workbooks that are kept after they were read: the 48 columns of the 8,900 rows of HCPCS, and some more."""

_MOST_PARTS = 500
_MOST_TEXT = 256 << 20
_CELL_COLUMN = re.compile(rb"""\sr\s*=\s*["']\$?([A-Za-z]{1,9})""")
_CELL_ROW = re.compile(rb"""\sr\s*=\s*["'][A-Za-z$]*([0-9]{1,9})""")
_CELL_WITHOUT_REFERENCE = re.compile(rb"<(?:\w+:)?c(?=[\s/>])(?![^<>]*?\sr\s*=)")
_CELL_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^<>]*)?>\s*\+?0*([0-9]{1,7})\s*<")
_SHARED_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")

_T = TypeVar("_T")
Cell: TypeAlias = int | float | str | bool | time | date | datetime | timedelta


class NotWorkbookError(ReleaseError):
    """A file is packed like a workbook and is none; `sentence` says what it is, without the name of the file."""

    def __init__(self, member: Member, sentence: str) -> None:
        super().__init__(f"{member.name}: {sentence}")
        self.sentence = sentence


def sheet_rows(member: Member) -> Iterator[tuple[str, int, list[str]]]:
    """Return (sheet name, row number from 1, cells) of every row of every sheet, including blank rows.

    Cells are not stripped: `   A1` keeps its blanks. Whole numbers are written `2017`, dates `2023-04-01`, empty cells
    "". The rows of a workbook with at most MOST_KEPT_CELLS are kept in `member.sheet_rows`. Raises ReleaseError for a
    file that is not a workbook, is damaged or exceeds the limits.
    """
    if member.sheet_rows:
        yield from member.sheet_rows
        return
    remaining_rows = _rows_of_sheets(member)
    rows: list[tuple[str, int, list[str]]] = []
    cells = 0
    damage: ReleaseError | None = None
    try:
        for row in remaining_rows:
            rows.append(row)
            cells += len(row[2])
            if cells > MOST_KEPT_CELLS:
                break
        else:
            member.sheet_rows.extend(rows)
    except ReleaseError as error:
        # The caller may need only the rows before the damage, as when a file is only recognized.
        damage = error
    yield from rows
    if damage is not None:
        raise damage
    yield from remaining_rows


def _rows_of_sheets(member: Member) -> Iterator[tuple[str, int, list[str]]]:
    workbook = _workbook(member)
    for name in _guarded(member, lambda: list(workbook.sheet_names)):
        table = _guarded(member, lambda name=name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False))
        for number, cells in enumerate(table, 1):
            # Old tools write Ctrl-Z for a sign that they do not know: official workbooks have some.
            texts = [_text(cell).replace("\x1a", " ") for cell in cells]
            if sign := unexpected_sign("".join(texts)):
                raise ReleaseError(f"{member.name}, row {number}: {sign}.")
            yield name, number, texts


def _text(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def _workbook(member: Member) -> "CalamineWorkbook":
    # It is slow to import and needed only here.
    import python_calamine

    checked = _checked(member)
    return _guarded(member, lambda: python_calamine.CalamineWorkbook.from_filelike(checked))


def _guarded(member: Member, read: Callable[[], _T]) -> _T:
    """Return the result of `read`. BaseException is caught because a panic of the Rust library derives from it."""
    try:
        return read()
    except (KeyboardInterrupt, SystemExit, GeneratorExit, ReleaseError):
        raise
    except BaseException as error:
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise ReleaseError(
            f"{member.name}: not a workbook that can be read ({reason[0][:200]}); save it again with Excel."
        ) from error


def _checked(member: Member) -> io.BytesIO:
    """Return the workbook packed again from its XML parts, whose real sizes were counted.

    The library that reads it allocates memory for a sheet's rectangle and for every use of a text, so both are
    measured first.
    """
    with member.open() as stream:
        packed = stream.read(LARGEST_WORKBOOK + 1)
    if len(packed) > LARGEST_WORKBOOK:
        raise ReleaseError(f"{member.name}: a workbook of more than {LARGEST_WORKBOOK >> 20} MB; it is not read.")
    parts: dict[str, bytes] = {}
    bytes_left = LARGEST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            infos = archive.infolist()
            if sentence := document_sentence(archive):
                raise NotWorkbookError(member, sentence)
            if len(infos) > _MOST_PARTS:
                raise ReleaseError(f"{member.name}: a workbook of more than {_MOST_PARTS} parts; it is not read.")
            for info in infos:
                if info.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(info) as part:
                        parts[info.filename] = part.read(bytes_left + 1)
                    bytes_left -= len(parts[info.filename])
                    if bytes_left < 0:
                        raise ReleaseError(
                            f"{member.name}: unpacked it is larger than {LARGEST_UNPACKED >> 20} MB; it is not read."
                        )
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise ReleaseError(f"{member.name}: the workbook is damaged ({error}); download it again.") from error
    _measure(member, parts)
    checked = io.BytesIO()
    with zipfile.ZipFile(checked, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    checked.seek(0)
    return checked


def _measure(member: Member, parts: dict[str, bytes]) -> None:
    """Raise ReleaseError for a sheet whose cells would fill the memory, by their positions or by their texts."""
    # Parts are recognized by their content, since their names are not fixed.
    text_lengths: list[int] = []
    for part in parts.values():
        starts = [match.start() for match in _SHARED_STRING.finditer(part)]
        if len(starts) > len(text_lengths):
            text_lengths = [end - start for start, end in zip(starts, [*starts[1:], len(part)], strict=True)]
    for name, part in parts.items():
        if _CELL_WITHOUT_REFERENCE.search(part):
            raise ReleaseError(f"{member.name}: cells of {name} have no position; save it again with Excel.")
        width = max((_column_number(letters) for letters in set(_CELL_COLUMN.findall(part))), default=0)
        height = max((int(digits) for digits in set(_CELL_ROW.findall(part))), default=0)
        if width * height > MOST_CELLS:
            raise ReleaseError(
                f"{member.name}: the sheet {name} spans {width:,} columns and {height:,} rows, which is too large."
            )
        uses = ((int(number), count) for number, count in Counter(_CELL_VALUE.findall(part)).items())
        if sum(text_lengths[number] * count for number, count in uses if number < len(text_lengths)) > _MOST_TEXT:
            raise ReleaseError(
                f"{member.name}: the texts of {name} are larger than {_MOST_TEXT >> 20} MB; it is not read."
            )


def _column_number(letters: bytes) -> int:
    """Return the number of a column from its letters: `A` 1, `AV` 48."""
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - 64
    return number
