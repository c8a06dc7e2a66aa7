"""The AMA's CPT files of both generations: their kinds and copyright notice, and one record for each code."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from app.releases.cpt.current_files import (
    is_clinician,
    is_consolidated,
    is_consumer,
    read_clinician,
    read_consolidated,
    read_consumer,
)
from app.releases.cpt.modifier_files import is_modifiers
from app.releases.cpt.standard_files import (
    FIXED_COLUMNS_LINE,
    MEDIUM_LINE_LENGTH,
    SHORT_LINE_LENGTH,
    read_long,
    read_medium,
    read_pla,
    read_short,
)
from app.releases.cpt.table_rows import PREAMBLE_LINES, is_cpt_code
from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.grids import is_workbook
from app.releases.files.spreadsheet import sheet_rows
from app.releases.files.text_lines import lines
from app.releases.records import CptCode

LONGEST_NOTICE = 2000
"""Characters of a copyright notice that are returned; the AMA's have about two hundred."""

_MEDIUM_SAMPLE_LINES = 20
"""Lines that must all have the shape of MEDU's; a list of ICD-9-CM has a shorter code among as many lines."""

_COPYRIGHT_SIGN = re.compile(r"copyright|©|\(c\)", re.I)
_COPYRIGHT_HOLDER = re.compile(r"American Medical Association|\bAMA\b|\bCPT\b")


class CptKind(StrEnum):
    """A kind of the AMA's files; the value is the AMA's name for it."""

    LONG = "LONGULT"
    MEDIUM = "MEDU"
    SHORT = "SHORTU"
    CONSUMER = "ConsumerDescriptor"
    CLINICIAN = "ClinicianDescriptor"
    PLA = "CPTPLA"
    CONSOLIDATED = "ConsolidatedCodeList"
    MODIFIERS = "Modifiers"
    MODUL = "MODUL"


STANDARD_FILES = (CptKind.LONG, CptKind.MEDIUM, CptKind.SHORT)
"""The files of the older generation with three descriptors of the same codes."""

_READERS = {
    CptKind.LONG: read_long,
    CptKind.MEDIUM: read_medium,
    CptKind.SHORT: read_short,
    CptKind.CONSUMER: read_consumer,
    CptKind.CLINICIAN: read_clinician,
    CptKind.PLA: read_pla,
    CptKind.CONSOLIDATED: read_consolidated,
}


@dataclass(frozen=True, slots=True)
class CptFile:
    """A file's name for messages, its kind (None for CMS's fee schedule), and its codes."""

    name: str
    kind: CptKind | None
    codes: Iterable[CptCode]


def cpt_kind(member: Member) -> CptKind | None:
    """Return the kind of one of the AMA's files with codes or modifiers, by its content; None for another file.

    MEDU and SHORTU differ only by the length of their texts. MODUL is recognized by its name, since nothing marks its
    blocks.
    """
    for cells in _preamble(member):
        if is_consolidated(cells):
            return CptKind.CONSOLIDATED
        if is_clinician(cells):
            return CptKind.CLINICIAN
        if is_consumer(cells):
            return CptKind.CONSUMER
        if is_modifiers(cells):
            return CptKind.MODIFIERS
        if len(cells) == 2 and is_cpt_code(cells[0]):
            return CptKind.LONG
        if len(cells) == 1 and FIXED_COLUMNS_LINE.match(cells[0]) and is_cpt_code(cells[0][:5]):
            return _fixed_columns_kind(member)
        if len(cells) == 1 and "<cdCode>" in cells[0]:
            return CptKind.PLA
    return CptKind.MODUL if "MODUL" in member.name.rpartition(" › ")[2].upper() and copyright_notice(member) else None


def read_cpt(member: Member, kind: CptKind) -> Iterator[CptCode]:
    """Return the codes of a file. Raises ReleaseError naming the line, and for a file of modifiers."""
    reader = _READERS.get(kind)
    if reader is None:
        raise ReleaseError(f"{member.name}: expected a file of CPT codes, found a file of modifiers.")
    return reader(member)


def copyright_notice(member: Member) -> str:
    """Return the AMA's copyright lines before the first row as one line, to be shown with every code.

    Empty if the file has none; the XML files have none.
    """
    notices: dict[str, None] = {}
    for cells in _preamble(member):
        text = " ".join(" ".join(cells).split()).strip(" ,")
        if is_cpt_code(text[:5]):
            break
        if _COPYRIGHT_SIGN.search(text) and _COPYRIGHT_HOLDER.search(text):
            notices[text[:LONGEST_NOTICE]] = None
    return " ".join(notices)[:LONGEST_NOTICE]


def merge_cpt(files: Sequence[CptFile]) -> tuple[CptCode, ...]:
    """Return one record for each code from the records of several files, in the order of the codes.

    If two files have a text, the first file's is used: pass the AMA's files before CMS's. Lists are joined without
    repetitions. Raises ReleaseError with the first code that differs if LONGULT, MEDU and SHORTU do not have the same
    codes: then one of them is cut short or from another year.
    """
    merged: dict[str, CptCode] = {}
    standard: list[tuple[str, frozenset[str]]] = []
    for file in files:
        seen: set[str] = set()
        for code in file.codes:
            seen.add(code.code)
            before = merged.get(code.code)
            merged[code.code] = code if before is None else _joined(before, code)
        if file.kind in STANDARD_FILES:
            standard.append((file.name, frozenset(seen)))
    for name, codes in standard[1:]:
        first_name, first_codes = standard[0]
        if differing := first_codes ^ codes:
            code = min(differing)
            has, lacks = (first_name, name) if code in first_codes else (name, first_name)
            raise ReleaseError(
                f"{lacks}: expected the same codes as in {has}, but {code} is missing; add files of the same edition."
            )
    return tuple(merged[code] for code in sorted(merged))


def _joined(first: CptCode, second: CptCode) -> CptCode:
    return replace(
        first,
        long=first.long or second.long,
        medium=first.medium or second.medium,
        short=first.short or second.short,
        consumer=first.consumer or second.consumer,
        effective=first.effective or second.effective,
        clinician=tuple(dict.fromkeys(first.clinician + second.clinician)),
        fields=tuple(dict.fromkeys(first.fields + second.fields)),
    )


def _preamble(member: Member) -> Iterator[list[str]]:
    """Return the cells of the first lines without enclosing quotation marks; a csv is recognized by its commas."""
    if is_workbook(member):
        for _, _, cells in islice(sheet_rows(member), PREAMBLE_LINES):
            yield [cell for cell in cells if cell]
        return
    for _, line in islice(lines(member, "utf-8", "cp1252"), PREAMBLE_LINES):
        cells = line.split("\t")
        if len(cells) == 1 and line.count(",") >= 2 and line.lower().lstrip('"').startswith("concept"):
            cells = line.split(",")
        yield [cell.strip().strip('"') for cell in cells]


def _fixed_columns_kind(member: Member) -> CptKind | None:
    """Return MEDU or SHORTU; None for other lists whose lines begin with five digits, such as the ICD-10-CM order file.

    Without the AMA's notice, the file name decides: addenda of ICD-10-PCS and HCPCS notes have lines of the same shape.
    Every full file of medium descriptors has a text that is longer than a short descriptor can be.
    """
    file_name = member.name.rpartition(" › ")[2].rpartition("/")[2].upper()
    if not copyright_notice(member) and not file_name.startswith(("MEDU", "SHORTU")):
        return None
    longest = count = 0
    for _, line in lines(member, "utf-8", "cp1252"):
        has_code = is_cpt_code(line[:5]) and FIXED_COLUMNS_LINE.match(line) is not None
        if not line.strip() or not (has_code or count):
            continue
        count += 1
        if count <= _MEDIUM_SAMPLE_LINES and not (has_code and line == line.upper()):
            return None
        longest = max(longest, len(line.rstrip()))
    if longest > MEDIUM_LINE_LENGTH:
        return None
    return CptKind.SHORT if longest <= SHORT_LINE_LENGTH else CptKind.MEDIUM
