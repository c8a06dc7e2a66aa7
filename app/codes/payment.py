"""Facts of a release on how a code is paid: complication levels, groups of inpatient payment, risk adjustment."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.codes.dates import day_in_words

MDC_TITLES = {
    "01": "Diseases and disorders of the nervous system",
    "02": "Diseases and disorders of the eye",
    "03": "Diseases and disorders of the ear, nose, mouth and throat",
    "04": "Diseases and disorders of the respiratory system",
    "05": "Diseases and disorders of the circulatory system",
    "06": "Diseases and disorders of the digestive system",
    "07": "Diseases and disorders of the hepatobiliary system and pancreas",
    "08": "Diseases and disorders of the musculoskeletal system and connective tissue",
    "09": "Diseases and disorders of the skin, subcutaneous tissue and breast",
    "10": "Endocrine, nutritional and metabolic diseases and disorders",
    "11": "Diseases and disorders of the kidney and urinary tract",
    "12": "Diseases and disorders of the male reproductive system",
    "13": "Diseases and disorders of the female reproductive system",
    "14": "Pregnancy, childbirth and the puerperium",
    "15": "Newborns and other neonates with conditions originating in the perinatal period",
    "16": "Diseases and disorders of blood, blood-forming organs and immunologic disorders",
    "17": "Myeloproliferative diseases and disorders, poorly differentiated neoplasms",
    "18": "Infectious and parasitic diseases, systemic or unspecified sites",
    "19": "Mental diseases and disorders",
    "20": "Alcohol or drug use, and alcohol- or drug-induced organic mental disorders",
    "21": "Injuries, poisonings and toxic effects of drugs",
    "22": "Burns",
    "23": "Factors influencing health status and other contacts with health services",
    "24": "Multiple significant trauma",
    "25": "Human immunodeficiency virus infections",
}
"""Major diagnostic categories by number."""

HAC_TITLES = {
    "01": "Foreign object retained after surgery",
    "02": "Air embolism",
    "03": "Blood incompatibility",
    "04": "Pressure ulcer, stage 3 or 4",
    "05": "Falls and trauma",
    "06": "Catheter-associated urinary tract infection",
    "07": "Vascular catheter-associated infection",
    "08": "Mediastinitis after coronary artery bypass graft",
    "09": "Manifestations of poor glycemic control",
    "10": "Deep vein thrombosis or pulmonary embolism after knee or hip replacement",
    "11": "Surgical site infection after bariatric surgery",
    "12": "Surgical site infection after certain orthopedic procedures",
    "13": "Surgical site infection after implantation of a cardiac electronic device",
    "14": "Iatrogenic pneumothorax with venous catheterization",
}
"""Hospital-acquired conditions by number."""


class MsDrg(NamedTuple):
    """A group with its relative weight, and its geometric and arithmetic mean length of stay in days, where known."""

    drg: str
    title: str
    weight: float | None = None
    geometric_stay: float | None = None
    arithmetic_stay: float | None = None


class HccCategory(NamedTuple):
    """A category of a risk adjustment model (`CMS-HCC V28`, `37`); `label` is empty where the files have none."""

    model: str
    category: str
    label: str

    @property
    def name(self) -> str:
        """The category as users write it: `HCC 37`, `RxHCC 30`."""
        return f"{'RxHCC' if self.model.startswith('RxHCC') else 'HCC'} {self.category}"

    @property
    def version(self) -> str:
        """The model without its kind of category: `V28`, `ESRD V24`."""
        return self.model.removeprefix("CMS-HCC ").removeprefix("RxHCC ")


@dataclass(frozen=True, slots=True)
class Payment:
    """How one code is paid, as far as releases say it: `release` names that of the levels CC and MCC, or of the groups
    where there are no levels, `groups_release` that of MDC, MS-DRGs and `hac`, which may be an older one.

    It is empty for a code that is newer than these, of which only `poa_exempt` is known.

    Of a diagnosis: `cc` is `CC`, `MCC` or None; `excluded_by` counts the principal diagnoses with which it is neither,
    and `exclusions` are these as codes and ranges, written. `mdcs` are numbers: two where the patient's sex decides.
    `ms_drgs` are the medical groups that it leads to as principal diagnosis. `poa_exempt` is None unless the list of
    exempt codes is loaded. Of a procedure: `operating_room`, else None; its `ms_drgs` are those whose lists name it.
    """

    release: str
    cc: str | None = None
    excluded_by: int = 0
    exclusions: tuple[str, ...] = ()
    hac: str | None = None
    mdcs: tuple[str, ...] = ()
    ms_drgs: tuple[MsDrg, ...] = ()
    hcc: tuple[HccCategory, ...] = ()
    poa_exempt: bool | None = None
    operating_room: bool | None = None
    groups_release: str = ""
    weights_release: str = ""
    hcc_release: str = ""
    poa_release: str = ""
    effective_to: date | None = None

    @property
    def release_in_words(self) -> str:
        """The release with its last day: `MS-DRG v43.1 (April 2026), until 30 Sep 2026`."""
        if not self.release or self.effective_to is None:
            return self.release
        return f"{self.release}, until {day_in_words(self.effective_to)}"


NEITHER = "Neither CC nor MCC"
MAIN_MODEL = "CMS-HCC V28"
"""The model of which the short line shows the categories: that of Medicare Advantage."""


def summary(payment: Payment) -> tuple[str, ...]:
    """Return the short facts on a code, the most important first: `MCC`, `HCC 2 Septicemia ... (V28)`, `MDC 18`."""
    if payment.operating_room is not None:
        first = "Operating room procedure" if payment.operating_room else "Not an operating room procedure"
        return (first, *_group_summary(payment.ms_drgs))
    if not payment.release:
        return ("POA exempt" if payment.poa_exempt else "Not POA exempt",)
    parts = [payment.cc or NEITHER]
    if payment.hac:
        parts.append(f"HAC {payment.hac}")
    parts += _hcc_summary(payment.hcc)
    if payment.mdcs:
        parts.append(f"MDC {' or '.join(str(int(mdc)) for mdc in payment.mdcs)}")
    return (*parts, *_group_summary(payment.ms_drgs))


def _hcc_summary(categories: tuple[HccCategory, ...]) -> list[str]:
    main = [row for row in categories if row.model == MAIN_MODEL]
    shown = main or [row for row in categories if row.model.startswith("RxHCC")]
    if not shown:
        return []
    label = f" {shown[0].label}" if shown[0].label and len(shown) == 1 else ""
    return [f"{', '.join(row.name for row in shown)}{label} ({shown[0].version})"]


def _group_summary(groups: tuple[MsDrg, ...]) -> list[str]:
    return [f"MS-DRG {', '.join(drg_ranges([group.drg for group in groups]))}"] if groups else []


def drg_ranges(drgs: list[str]) -> list[str]:
    """Return the numbers of groups in order as ranges of neighbors: `637–639`."""
    runs: list[list[str]] = []
    for drg in drgs:
        if runs and int(drg) == int(runs[-1][-1]) + 1:
            runs[-1] = [runs[-1][0], drg]
        else:
            runs.append([drg])
    return ["–".join(run) for run in runs]
