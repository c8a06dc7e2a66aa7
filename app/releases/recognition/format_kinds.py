"""The kinds of official files: their names on the screen, their code sets, and those that accompany the data."""

from enum import StrEnum

from app.codes.systems import System
from app.releases.files.unread_kinds import WORD_DOCUMENT


class Format(StrEnum):
    """A kind of official file; the value is its name on the screen."""

    CM_ORDER = "ICD-10-CM order file"
    CM_CODES = "ICD-10-CM list of codes"
    CM_ORDER_ADDENDA = "ICD-10-CM order addenda"
    CM_CODES_ADDENDA = "ICD-10-CM codes addenda"
    CM_TABULAR = "ICD-10-CM Tabular List"
    CM_INDEX = "ICD-10-CM Index"
    CM_EXTERNAL = "ICD-10-CM External Cause Index"
    CM_NEOPLASM = "ICD-10-CM Neoplasm Table"
    CM_DRUGS = "ICD-10-CM Table of Drugs"
    CM_CONVERSION = "ICD-10-CM conversion table"
    CM_POA_EXEMPT = "POA exempt list"
    CM_POA_CHANGES = "changes of the POA exempt list"
    PCS_ORDER = "ICD-10-PCS order file"
    PCS_CODES = "ICD-10-PCS list of codes"
    PCS_ADDENDA = "ICD-10-PCS order addenda"
    PCS_TABLES = "ICD-10-PCS tables"
    PCS_INDEX = "ICD-10-PCS Index"
    PCS_DEFINITIONS = "ICD-10-PCS definitions"
    HCPCS_TXT = "HCPCS file (text)"
    HCPCS_XLSX = "HCPCS file (Excel)"
    HCPCS_NOTES = "HCPCS processing notes"
    HCPCS_LAYOUT = "HCPCS record layout"
    HCPCS_CORRECTIONS = "HCPCS corrections"
    HCPCS_TRANSACTIONS = "HCPCS transaction report"
    HCPCS_NOC = "HCPCS list of NOC codes"
    HCPCS_README = "HCPCS read-me"
    GEM_CM_9_TO_10 = "GEM from ICD-9-CM to ICD-10-CM"
    GEM_CM_10_TO_9 = "GEM from ICD-10-CM to ICD-9-CM"
    GEM_PCS_9_TO_10 = "GEM from ICD-9-CM to ICD-10-PCS"
    GEM_PCS_10_TO_9 = "GEM from ICD-10-PCS to ICD-9-CM"
    ICD9_DIAGNOSES = "ICD-9-CM diagnoses"
    ICD9_PROCEDURES = "ICD-9-CM procedures"
    ICD9_SHORT = "ICD-9-CM short titles"
    CPT_LONG = "CPT long descriptors"
    CPT_MEDIUM = "CPT medium descriptors"
    CPT_SHORT = "CPT short descriptors"
    CPT_MODUL = "CPT modifiers (MODUL)"
    CPT_MODIFIERS = "CPT modifiers"
    CPT_CONSUMER = "CPT consumer descriptors"
    CPT_CLINICIAN = "CPT clinician descriptors"
    CPT_PLA = "CPT proprietary laboratory analyses"
    CPT_CONSOLIDATED = "CPT consolidated code list"
    CPT_HISTORY = "CPT history"
    PPRRVU = "Medicare fee schedule (PPRRVU)"
    PTP = "NCCI pairs (PTP)"
    MUE = "NCCI unit limits (MUE)"
    CC_EXCLUSIONS = "CC and MCC list (Table 6K)"
    CC_LIST = "CC or MCC list without exclusions (Table 6I, 6J)"
    DRG_WEIGHTS = "MS-DRG weights (Table 5)"
    HCC_MAPPING = "HCC mapping"
    RULE_TABLE = "table of the rule for inpatient payment"
    PDF = "PDF"
    WORD = "Word document"
    SCHEMA = "XML schema"


_IN_ORDER_FILE = (
    "A list of {} alone; Codarium reads the order file instead (such as {}, in the same zip), which has them and the "
    "headings: add that one."
)

COMPANIONS = {
    Format.CM_CODES: _IN_ORDER_FILE.format("the valid ICD-10-CM codes", "icd10cm_order_2026.txt"),
    Format.CM_CODES_ADDENDA: _IN_ORDER_FILE.format(
        "the changes in valid ICD-10-CM codes", "icd10cm_order_2026.txt and icd10cm_order_addenda_2026.txt"
    ),
    Format.CM_POA_CHANGES: (
        "A short list of codes exempt from present-on-admission (POA) reporting, such as those added, deleted or "
        "revised in a year; Codarium reads the whole list, POAexemptCodes, in the same zip."
    ),
    Format.PCS_CODES: _IN_ORDER_FILE.format("the valid ICD-10-PCS codes", "icd10pcs_order_2026.txt"),
    Format.HCPCS_LAYOUT: "A description of the columns of the HCPCS file; Codarium does not need it.",
    Format.HCPCS_CORRECTIONS: "Corrections to the HCPCS file; the next quarter's file includes them.",
    Format.HCPCS_TRANSACTIONS: "A report of the changes in the HCPCS file, which includes them itself.",
    Format.HCPCS_NOC: "A list of codes that are all in the HCPCS file.",
    Format.HCPCS_README: "Notes on the HCPCS file for reading; it holds no data that Codarium uses.",
    Format.ICD9_SHORT: "The short ICD-9-CM titles; Codarium shows the long ones instead.",
    Format.CPT_HISTORY: "The history of CPT codes; Codarium does not show codes deleted in earlier years.",
    Format.CC_LIST: (
        "A list of CC or MCC codes alone; Codarium reads Table 6K instead (in the same zip), which has them and the "
        "principal diagnoses that exclude them."
    ),
    Format.RULE_TABLE: (
        "A table of the rule for inpatient payment that Codarium does not use; it reads Table 6K (CC and MCC) and "
        "Table 5 (weights of MS-DRGs)."
    ),
    Format.PDF: "A PDF document for reading; it holds no data that Codarium uses.",
    Format.WORD: WORD_DOCUMENT,
    Format.SCHEMA: "A description of the XML files; Codarium does not need it.",
}
"""The formats that accompany the data, with the sentence that says why they are not read."""

PAYMENT_FORMATS = (Format.CC_EXCLUSIONS, Format.DRG_WEIGHTS, Format.HCC_MAPPING)
"""Files with facts on how codes are paid."""

SYSTEMS_BY_FORMAT = {
    **{format_: System.ICD10CM for format_ in Format if format_.name.startswith(("CM_", "GEM_CM_"))},
    **{format_: System.ICD10PCS for format_ in Format if format_.name.startswith(("PCS_", "GEM_PCS_"))},
    **{format_: System.HCPCS for format_ in Format if format_.name.startswith("HCPCS_")},
    **{format_: System.CPT for format_ in Format if format_.name.startswith("CPT_")},
    Format.CPT_MODUL: System.MODIFIER,
    Format.CPT_MODIFIERS: System.MODIFIER,
    Format.PPRRVU: System.CPT,
    **dict.fromkeys(PAYMENT_FORMATS, System.ICD10CM),
}
