"""ICD-10-CM as the registry package `simple-icd-10-cm` carries it: the official Tabular List and a list of codes."""

import re
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from app.codes.systems import System
from app.intake.read_files import Digests
from app.library.compiling.icd10cm import listed
from app.library.contents import Icd10cm
from app.releases.errors import ReleaseError
from app.releases.files.containers import single_file
from app.releases.icd.tabular_xml import read_tabular
from app.releases.records import Release

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


def icd10cm_contents() -> Icd10cm:
    """Return the Tabular List of April 2026, which is in force until the end of September 2026."""
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
    return listed(release, replace(tabular, nodes=nodes), read_codes(code_list, sections))
