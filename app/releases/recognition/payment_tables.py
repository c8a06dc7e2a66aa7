"""The files with facts on how codes are paid: tables of the final rule for inpatient payment, and the HCC mappings."""

import re
from collections.abc import Iterable, Sequence

from app.releases.medicare.drg_weights import COLUMNS, has_weights
from app.releases.medicare.hcc_mapping import hcc_columns
from app.releases.recognition.format_kinds import Format

CC_TABLE_AS_WORKBOOK = (
    "Table 6K as a workbook; add its text file, from the same zip of the final rule, which Codarium reads."
)
WEIGHTS_WITHOUT_COLUMNS = (
    f"Table 5 of the rule for inpatient payment without the columns that Codarium reads ({', '.join(COLUMNS)} and the "
    "weights); download the final rule's table again."
)

_TABLE = re.compile(r"\W*TABLE (?P<table>[0-9]{1,2}[A-Z]?(?:\.[0-9][A-Za-z]?)?)\b", re.IGNORECASE)
_OF_RULE = re.compile(
    r"\bCC\b|\bMCC\b|MS-?DRG|RELATIVE WEIGHTING|DIAGNOSIS CODE|PROCEDURE CODE|WAGE INDEX|FINAL RULE|PROPOSED RULE",
    re.IGNORECASE,
)
_PROPOSED = re.compile(r"\bproposed\b|(?<![a-z])NPRM(?![a-z])|CMS[-_ ]?[0-9]{4}[-_ ]?P(?![a-z])", re.IGNORECASE)
_TABLE_5_YEAR = re.compile(r"FY\s*(20[0-9]{2})\s+(?:Final|Correct)", re.IGNORECASE)
_MAPPING_TITLE = re.compile(
    r"(?P<year>20[0-9]{2})\s+(?P<stage>Initial|Midyear[\s_/-]*Final|Midyear|Final)?\s*ICD-?10(?:-CM)? Mappings",
    re.IGNORECASE,
)

FIRST_STAGE, LAST_STAGE = "initial", "final"
"""The mappings of a payment year are published before it, and again in its course."""


def payment_format(rows: Iterable[Sequence[str]], *, is_text: bool) -> Format | str | None:
    """Return the format of a file by its first rows of cells, or the sentence why it is not read; None for others."""
    table = ""
    for row in rows:
        if hcc_columns(row):
            return Format.HCC_MAPPING
        if has_weights(row):
            return Format.DRG_WEIGHTS
        text = " ".join(row)
        # Any report may begin with a numbered table.
        if not table and (match := _TABLE.match(text)) and _OF_RULE.search(text):
            table = match["table"].upper()
    match table:
        case "":
            return None
        case "6K":
            return Format.CC_EXCLUSIONS if is_text else CC_TABLE_AS_WORKBOOK
        case "6I" | "6J":
            return Format.CC_LIST
        case "5":
            return WEIGHTS_WITHOUT_COLUMNS
        case _:
            return Format.RULE_TABLE


def is_proposed(texts: Iterable[str]) -> bool:
    """Return whether a title or a name is that of a proposed rule, which never comes into force as it is."""
    return any(map(_PROPOSED.search, texts))


def year_of_weights(texts: Iterable[str]) -> int | None:
    """Return the fiscal year that the title of Table 5 names: `FY 2026 Final Rule`."""
    return next((int(match[1]) for text in texts if (match := _TABLE_5_YEAR.search(text))), None)


def year_of_mapping(rows: Iterable[Sequence[str]]) -> tuple[int, str] | None:
    """Return the payment year and the stage, `initial`, `final` or none, that the rows above the codes tell."""
    year, stage = None, ""
    for row in rows:
        for cell in row:
            if match := _MAPPING_TITLE.search(" ".join(cell.split())):
                year, stage = int(match["year"]), stage_of_mapping([match["stage"] or ""])
        if columns := hcc_columns(row):
            year = columns.year or year
            break
    return (year, stage) if year is not None else None


def stage_of_mapping(names: Iterable[str]) -> str:
    """Return the stage that the first of some names tells, empty for none."""
    for name in names:
        if re.search(r"initial", name, re.IGNORECASE):
            return FIRST_STAGE
        if re.search(r"mid-?year|final", name, re.IGNORECASE):
            return LAST_STAGE
    return ""
