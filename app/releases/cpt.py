"""The AMA's CPT files of both generations: which of them a file is, its notice, and one record out of all of them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from app.releases.containers import Member
from app.releases.cpt_current import (
    is_clinician,
    is_consolidated,
    is_consumer,
    read_clinician,
    read_consolidated,
    read_consumer,
)
from app.releases.cpt_modifiers import is_modifiers
from app.releases.cpt_rows import PREAMBLE_LINES, is_cpt_code
from app.releases.cpt_standard import MEDIUM, PLACED, SHORT, read_long, read_medium, read_pla, read_short
from app.releases.grids import is_workbook
from app.releases.records import CptCode, ReleaseError
from app.releases.spreadsheet import sheet_rows
from app.releases.text_lines import lines

LONGEST_NOTICE = 2000
"""Characters of a notice that are kept; the AMA's have some two hundred."""

_LOOKED_AT = 20
"""Lines that must all look like those of MEDU: lists of ICD-9-CM have a shorter code among so many."""

_COPYRIGHT = re.compile(r"copyright|©|\(c\)", re.I)
_HOLDER = re.compile(r"American Medical Association|\bAMA\b|\bCPT\b")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_EDITION = re.compile(r"CPT\W{0,4}(20[0-9]{2})(?![0-9])|(?<![0-9])(20[0-9]{2}) CPT", re.I)


class CptKind(StrEnum):
    """The AMA's files, by the names that it gives them."""

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
"""The files of the older generation that say of the same codes three texts."""

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
    """What one file says: its name for messages, which of the AMA's files it is (None for CMS's), and its codes."""

    name: str
    kind: CptKind | None
    codes: Iterable[CptCode]


def cpt_kind(member: Member) -> CptKind | None:
    """Which of the AMA's files with codes or modifiers a file is, by its content; None for another file.

    MEDU and SHORTU differ by the length of their texts alone, MODUL is known by its name: its blocks have no mark.
    """
    head = _head(member)
    for cells in head:
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
        if len(cells) == 1 and PLACED.match(cells[0]) and is_cpt_code(cells[0][:5]):
            return _placed_kind(member)
        if len(cells) == 1 and "<cdCode>" in cells[0]:
            return CptKind.PLA
    return CptKind.MODUL if "MODUL" in member.name.rpartition(" › ")[2].upper() and copyright_notice(member) else None


def read_cpt(member: Member, kind: CptKind) -> Iterator[CptCode]:
    """The codes of a file. Raises ReleaseError, naming the line, also for a file of modifiers."""
    reader = _READERS.get(kind)
    if reader is None:
        raise ReleaseError(f"{member.name}: expected a file of CPT codes, found one of modifiers.")
    return reader(member)


def copyright_notice(member: Member) -> str:
    """The AMA's copyright lines before the first row, on one line, as they are to be shown with every code.

    Empty where the file has none, as the XML files do.
    """
    said: dict[str, None] = {}
    for cells in _head(member):
        text = " ".join(" ".join(cells).split()).strip(" ,")
        if is_cpt_code(text[:5]):
            break
        if _COPYRIGHT.search(text) and _HOLDER.search(text):
            said[text[:LONGEST_NOTICE]] = None
    return " ".join(said)[:LONGEST_NOTICE]


def year(member: Member) -> int | None:
    """The edition that the preamble names (`CPT 2026`, `2026 CPT`), else the latest year in the copyright lines."""
    for cells in _head(member):
        text = " ".join(cells)
        if is_cpt_code(text[:5]):
            break
        if found := _EDITION.search(text):
            return int(found[1] or found[2])
    years = [int(found) for found in _YEAR.findall(copyright_notice(member))]
    return max(years) if years else None


def merge_cpt(files: Sequence[CptFile]) -> tuple[CptCode, ...]:
    """What several files say of one code, as one record; in the order of the codes.

    Of a text that two files have, the first file's counts: give the AMA's files before CMS's. Lists are put one after
    the other without what they repeat. Raises ReleaseError, with the first code that differs, where LONGULT, MEDU and
    SHORTU do not have the same codes: one of them is cut short or of another year.
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
            raise ReleaseError(f"{lacks}: expected the same codes as in {has}, but {code} is missing.")
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


def _head(member: Member) -> Iterator[list[str]]:
    """The cells of the first lines, without quotation marks around them; those of a csv are told by its commas."""
    if is_workbook(member):
        for _, _, cells in islice(sheet_rows(member), PREAMBLE_LINES):
            yield [cell for cell in cells if cell]
        return
    for _, line in islice(lines(member, "utf-8", "cp1252"), PREAMBLE_LINES):
        cells = line.split("\t")
        if len(cells) == 1 and line.count(",") >= 2 and line.lower().lstrip('"').startswith("concept"):
            cells = line.split(",")
        yield [cell.strip().strip('"') for cell in cells]


def _placed_kind(member: Member) -> CptKind | None:
    """MEDU or SHORTU; None for other lists whose lines begin with five digits, such as the order file of ICD-10-CM.

    Without the AMA's notice the name must say it too: addenda of ICD-10-PCS and notes of HCPCS look the same. The
    longest text of a whole file of short descriptors is as long as they can be.
    """
    own = member.name.rpartition(" › ")[2].rpartition("/")[2].upper()
    if not copyright_notice(member) and not own.startswith(("MEDU", "SHORTU")):
        return None
    longest = count = 0
    for _, line in lines(member, "utf-8", "cp1252"):
        begins = is_cpt_code(line[:5]) and PLACED.match(line) is not None
        if not line.strip() or not (begins or count):
            continue
        count += 1
        if count <= _LOOKED_AT and not (begins and line == line.upper()):
            return None
        longest = max(longest, len(line.rstrip()))
    if longest > MEDIUM:
        return None
    return CptKind.SHORT if longest <= SHORT else CptKind.MEDIUM
