"""The parts in which a code set is published and replaced: its codes, notes, Indexes and tables."""

from enum import StrEnum


class Book(StrEnum):
    """The Indexes and tables in which terms lead to codes."""

    INDEX = "Index"
    EXTERNAL = "External Cause Index"
    NEOPLASM = "Neoplasm Table"
    DRUGS = "Table of Drugs"
    PCS = "PCS Index"


class Part(StrEnum):
    """A part of a code set that is published, and replaced, by itself."""

    CODES = "codes"
    TABULAR = "tabular"
    INDEX = "index"
    EXTERNAL = "external causes"
    NEOPLASM = "neoplasms"
    DRUGS = "drugs"
    CONVERSIONS = "conversions"
    TABLES = "tables"
    DEFINITIONS = "definitions"
    NOTES = "processing notes"
    MODIFIERS = "modifiers"
    MAPS = "equivalence maps"
    ICD9 = "ICD-9-CM"
    CC = "CC list"
    MS_DRG = "MS-DRG assignments"
    DRG_WEIGHTS = "MS-DRG weights"
    HCC = "HCC mapping"
    POA = "POA exempt list"
    OURS = "our own words"

    @property
    def label(self) -> str:
        """The name of the part on the screen."""
        return PART_LABELS[self]


PART_LABELS = {
    Part.CODES: "Codes",
    Part.TABULAR: "Tabular List",
    Part.INDEX: "Index",
    Part.EXTERNAL: "External Cause Index",
    Part.NEOPLASM: "Neoplasm Table",
    Part.DRUGS: "Table of Drugs",
    Part.CONVERSIONS: "Conversion table",
    Part.TABLES: "Tables",
    Part.DEFINITIONS: "Definitions",
    Part.NOTES: "Processing notes",
    Part.MODIFIERS: "Official wording of modifiers",
    Part.MAPS: "Equivalence maps to and from ICD-9-CM",
    Part.ICD9: "Titles of ICD-9-CM",
    Part.CC: "CC and MCC, and what excludes them",
    Part.MS_DRG: "MDC and MS-DRG of codes",
    Part.DRG_WEIGHTS: "Weights and lengths of stay of MS-DRGs",
    Part.HCC: "HCC categories of codes",
    Part.POA: "Codes exempt from POA reporting",
    Part.OURS: "In Codarium's words",
}

PAYMENT_PARTS = (Part.CC, Part.MS_DRG, Part.DRG_WEIGHTS, Part.HCC, Part.POA)
"""Facts on how codes are paid, which are published apart from the codes."""

PART_OF_BOOK = {
    Book.INDEX: Part.INDEX,
    Book.EXTERNAL: Part.EXTERNAL,
    Book.NEOPLASM: Part.NEOPLASM,
    Book.DRUGS: Part.DRUGS,
    Book.PCS: Part.INDEX,
}
