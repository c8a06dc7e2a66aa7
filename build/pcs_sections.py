"""Sections 1 to X of ICD-10-PCS as the registry package `drg` carries them: codes and titles, without tables."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.codes.pcs import PCS_SECTIONS
from app.codes.systems import System
from app.intake.read_files import Digests
from app.paths import resource
from app.releases.errors import ReleaseError
from app.releases.records import Release
from build.pcs_titles import names_of_values, read_title_forms

OTHER_SECTIONS = "".join(PCS_SECTIONS)[1:]
"""All sections but Medical and Surgical, of which another package has a newer release with its tables."""

_CODE = re.compile(r"[0-9B-HX][0-9A-HJ-NP-Z]{6}")


@dataclass(frozen=True, slots=True)
class TitledSections:
    """The codes of sections with their titles, and the seven names of each code's characters, empty where unknown."""

    release: Release
    titles: Mapping[str, str]
    names: Mapping[str, tuple[str, ...]]


def read_sections(path: Path) -> TitledSections:
    """Read `icd_10_pcs.csv`, rows of a plain code and its long title in quotes, without a header.

    The package names no release. Its codes are those of FY2024 with the update of April 2024. Raises ReleaseError,
    naming the line, for a row of another form and for a code that is there twice.
    """
    if not path.is_file():
        raise ReleaseError(f"drg lacks {path.name}; install the version that is pinned.")
    titles: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file), start=1):
            if len(row) != 2 or not _CODE.fullmatch(row[0]) or not row[1]:
                raise ReleaseError(f"{path.name}, line {number}: expected a code and its title, found {row!r:.80}.")
            code, title = row
            if code in titles:
                raise ReleaseError(f"{path.name}, line {number}: {code} is there twice.")
            titles[code] = title
    chosen = {code: titles[code] for code in sorted(titles) if code[0] in OTHER_SECTIONS}
    tables = resource("tables")
    names = names_of_values(chosen, read_title_forms(tables / "pcs_titles.tsv", tables / "pcs_values.tsv"))
    release = Release(
        system=System.ICD10PCS,
        name="FY2024 (April 2024)",
        effective_from=date(2024, 4, 1),
        effective_to=date(2024, 9, 30),
        sources=(Digests().source(path),),
        sections=OTHER_SECTIONS,
    )
    return TitledSections(release, chosen, names)
