"""The code sets Codarium knows, under the names that people and the command line use."""

from enum import StrEnum


class System(StrEnum):
    """A code set; its value is the name that the command line and the database use."""

    ICD10CM = "icd10cm"
    ICD10PCS = "icd10pcs"
    HCPCS = "hcpcs"
    MODIFIER = "modifier"
    POS = "pos"
    CPT = "cpt"

    @property
    def label(self) -> str:
        """The name as a person writes it: `ICD-10-CM`."""
        return LABELS[self]

    @property
    def rank(self) -> int:
        """Where the code set stands when one text reads as a code of several: ICD-10-CM first."""
        return READING_ORDER.index(self)


LABELS = {
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
"""What may follow `--system` or stand before the colon of a scope prefix (`cm: neuropathy`)."""
