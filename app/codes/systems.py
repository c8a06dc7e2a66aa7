"""The code sets that Codarium knows, under the names of the screen and of the command line."""

from enum import StrEnum


class System(StrEnum):
    """A code set; its value is its name on the command line and in the database."""

    ICD10CM = "icd10cm"
    ICD10PCS = "icd10pcs"
    HCPCS = "hcpcs"
    MODIFIER = "modifier"
    POS = "pos"
    CPT = "cpt"

    @property
    def label(self) -> str:
        """The name on the screen: `ICD-10-CM`."""
        return SYSTEM_LABELS[self]

    @property
    def rank(self) -> int:
        """The place of the code set if one text is a code of several: ICD-10-CM first, from 0."""
        return READING_ORDER.index(self)


SYSTEM_LABELS = {
    System.ICD10CM: "ICD-10-CM",
    System.ICD10PCS: "ICD-10-PCS",
    System.HCPCS: "HCPCS",
    System.MODIFIER: "Modifiers",
    System.POS: "POS",
    System.CPT: "CPT",
}

READING_ORDER = (System.ICD10CM, System.ICD10PCS, System.HCPCS, System.CPT, System.MODIFIER, System.POS)

ALIASES = {
    **{system.value: system for system in System},
    "cm": System.ICD10CM,
    "pcs": System.ICD10PCS,
    "mod": System.MODIFIER,
}
"""The names allowed after `--system` and before the colon of a scope prefix (`cm: neuropathy`)."""

AMA_SYSTEMS = (System.CPT, System.MODIFIER)
"""Code sets whose titles may be the AMA's: CPT, and the numeric modifiers."""
