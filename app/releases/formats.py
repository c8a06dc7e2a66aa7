"""The official files that Codarium knows, and how each is told by its first bytes, whatever its name."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from app.codes.pcs import PCS_SECTIONS
from app.codes.systems import System
from app.releases.containers import HEAD_BYTES, Member, is_document
from app.releases.cpt import CptKind, cpt_kind
from app.releases.spreadsheet import sheet_rows


class Format(StrEnum):
    """A kind of official file; the value is what people call it."""

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
    PDF = "PDF"
    SCHEMA = "XML schema"


COMPANIONS = {
    Format.HCPCS_LAYOUT: "A companion of the HCPCS file, which says what its columns are; Codarium knows them.",
    Format.HCPCS_CORRECTIONS: "A companion of the HCPCS file; its corrections come with the next quarter's file.",
    Format.HCPCS_TRANSACTIONS: "A companion of the HCPCS file, which says the same of what has changed.",
    Format.HCPCS_NOC: "A companion of the HCPCS file, which has the same codes.",
    Format.HCPCS_README: "A companion of the HCPCS file, to be read by people.",
    Format.ICD9_SHORT: "A companion of the long ICD-9-CM titles, which Codarium shows instead.",
    Format.CPT_HISTORY: "A companion of the CPT files; Codarium keeps no history of codes that were deleted before.",
    Format.PDF: "A PDF, to be read by people; it holds no data that Codarium reads.",
    Format.SCHEMA: "A companion of the XML files, which says how they are built.",
}
"""What stands beside the data, with the sentence that says why it is not read."""

SYSTEMS = {
    **{format_: System.ICD10CM for format_ in Format if format_.name.startswith(("CM_", "GEM_CM_"))},
    **{format_: System.ICD10PCS for format_ in Format if format_.name.startswith(("PCS_", "GEM_PCS_"))},
    **{format_: System.HCPCS for format_ in Format if format_.name.startswith("HCPCS_")},
    **{format_: System.CPT for format_ in Format if format_.name.startswith("CPT_")},
    Format.CPT_MODUL: System.MODIFIER,
    Format.CPT_MODIFIERS: System.MODIFIER,
    Format.PPRRVU: System.CPT,
}

_CPT_KINDS = {
    CptKind.LONG: Format.CPT_LONG,
    CptKind.MEDIUM: Format.CPT_MEDIUM,
    CptKind.SHORT: Format.CPT_SHORT,
    CptKind.CONSUMER: Format.CPT_CONSUMER,
    CptKind.CLINICIAN: Format.CPT_CLINICIAN,
    CptKind.PLA: Format.CPT_PLA,
    CptKind.CONSOLIDATED: Format.CPT_CONSOLIDATED,
    CptKind.MODIFIERS: Format.CPT_MODIFIERS,
    CptKind.MODUL: Format.CPT_MODUL,
}

# How many lines are looked at, and how many of them must have the shape: one that is damaged is for the reader to name.
_LOOKED_AT = 300
_MOST = 0.8
_SHEET_ROWS = 60
_SHOWN = 40

_ORDER = re.compile(r"[0-9]{5} (?P<code>[A-Z0-9]{3,7}) {1,5}(?P<flag>[01]) .{60} \S")
_ADDENDA = re.compile(
    r"(?:Add|Delete|Revise from|Revise to): {1,9}(?P<flag>[01] )?(?P<code>[A-Z0-9]{3,7}) +(?P<text>\S.*)"
)
_CODES = re.compile(r"(?P<code>[A-Z0-9]{3,7}) {1,5}(?P<text>\S.*)")
_CM = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}")
_PCS = re.compile(r"[0-9A-HJ-NP-Z]{7}")
_GEM = re.compile(r"(?P<source>[A-Z0-9]{3,7}) {1,5}(?P<target>[A-Za-z0-9]{2,7}) {1,6}[01]{3}[0-9]{2}\s*")
_ICD9 = re.compile(r"(?P<code>(?:[0-9]{3,5}|V[0-9]{2,4}|E[0-9]{3,4})) {1,3}(?P<text>[A-Za-z(\[].*)")
_LONGEST_ICD9_SHORT = 24
_HCPCS = re.compile(r"(?: {3}[A-Z0-9]{2}|[A-Z][0-9]{4})[0-9]{5}[37]\S.{281,}")
_PTP = re.compile(r"[0-9A-Z]{5}\t[0-9A-Z]{5}\t[* ]*\t[0-9]{8}\t(?:[0-9]{8}|\*)\t[019]\t")
_MUE = re.compile(r'MUE Values"?[,\t;]"?MUE Adjudication', re.IGNORECASE)
_NOTE = re.compile(r"\s*[0-9]{4}\s*--")
_MODIFIER_BLOCK = re.compile(r"(?:[0-9]{2}|P[1-6])(?:\t| +)[A-Z]")
_ROOT = re.compile(r"<(?![?!])([A-Za-z_][\w.:-]*)")
_CPT_WORDS = re.compile(r"\bcpt\b|american medical association|concept ?id|<cdcode>", re.IGNORECASE)
_POA_EXEMPT = re.compile(r"\bPOA ?exempt ?code\b", re.IGNORECASE)
_POA_EXEMPT_REASON = (
    "A list of the codes exempt from present-on-admission (POA) reporting, which Codarium does not read."
)
_FEE_SCHEDULE = re.compile(r"Physician Fee Schedule Relative Value File", re.IGNORECASE)


def format_of(member: Member, head: bytes) -> Format | str:
    """What a file is by its beginning, or the sentence that says why it is none.

    Raises ReleaseError for a workbook that cannot be read.
    """
    if head.startswith(b"%PDF"):
        return Format.PDF
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "An old Excel or Word file, or one with a password; save it as .xlsx without one and add it again."
    if head.startswith(b"MZ"):
        return "A program, which is never started; unpack it and add the folder."
    if head.startswith(b"PK"):
        if not is_document(head) and b"[Content_Types].xml" not in head:
            return _none("a zip")
        return _workbook(member)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "Its text is UTF-16; save it as UTF-8 and add it again."
    if b"\0" in head[:512]:
        return _none("bytes that are no text")
    text = head.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    if text.lstrip().startswith("<"):
        return _xml(text)
    return _text(member, text, len(head) == HEAD_BYTES)


def _none(found: str) -> str:
    return f"None of the files that Codarium reads: it holds {found}."


def _xml(text: str) -> Format | str:
    bare = re.sub(r"<!--.*?(?:-->|$)", "", text, flags=re.DOTALL)
    # Declarations of a document type begin with <!, which is no root; that it has any, its reader refuses.
    found = _ROOT.search(bare)
    root = found[1] if found else ""
    if root.lower() == "html" or "<!doctype html" in text[:1000].lower():
        return "A web page instead of the file; the download went wrong, get it again."
    if root.rpartition(":")[2] == "schema":
        return Format.SCHEMA
    if "<cdCode" in bare:
        return Format.CPT_PLA
    whole = {
        "ICD10CM.tabular": Format.CM_TABULAR,
        "ICD10PCS.tabular": Format.PCS_TABLES,
        "ICD10PCS.index": Format.PCS_INDEX,
        "ICD10PCS.definitions": Format.PCS_DEFINITIONS,
    }.get(root)
    if whole is not None:
        return whole
    if root != "ICD10CM.index":
        return _none(f"XML that begins with <{root[:_SHOWN]}>" if root else "broken XML")
    first = re.search(r"<head\b[^<>]*>\s*([^<]*)", bare)
    if first and first[1].strip().lower() in ("neoplasm", "substance"):
        return Format.CM_NEOPLASM if first[1].strip().lower() == "neoplasm" else Format.CM_DRUGS
    title = re.search(r"<title>\s*([^<]*)", bare)
    return Format.CM_EXTERNAL if title and "external" in title[1].lower() else Format.CM_INDEX


def _text(member: Member, text: str, cut: bool) -> Format | str:
    found = text.split("\n")
    if cut and len(found) > 1:
        # The last line goes on beyond what was read.
        found.pop()
    filled = [line.rstrip() for line in found if line.strip()][:_LOOKED_AT]
    if not filled:
        return _none("nothing but blanks")
    for told in (_icd10, _gem, _hcpcs, _edits):
        format_ = told(filled)
        if format_ is not None:
            return format_
    if _CPT_WORDS.search(text):
        format_ = _cpt(member, filled)
        if format_ is not None:
            return format_
    format_ = _plain_codes(filled)
    if format_ is not None:
        return format_
    if _POA_EXEMPT.search(filled[0]):
        return _POA_EXEMPT_REASON
    shown = "".join(c if c.isprintable() else " " for c in filled[0].strip()[:_SHOWN])
    return _none(f"text that begins with “{shown}”")


def _matches(lines: Sequence[str], shape: re.Pattern[str]) -> list[re.Match[str]]:
    """The matches, if most of the lines have the shape; else none."""
    found = [match for match in map(shape.match, lines) if match]
    return found if lines and len(found) >= _MOST * len(lines) else []


def _icd10(lines: Sequence[str]) -> Format | None:
    """Order files and addenda. ICD-10-PCS has headers of three characters and codes of seven, nothing between, and of
    its addenda every line has a short title in 60 columns."""
    if found := _matches(lines, _ORDER):
        lengths = {len(match["code"]) for match in found}
        seven = lengths <= {3, 7} and all((len(match["code"]) == 7) == (match["flag"] == "1") for match in found)
        return Format.PCS_ORDER if seven and _in_sections(found) else Format.CM_ORDER
    entries = [line for line in lines if line[:3] in ("Add", "Del", "Rev")]
    if lines and lines[0] in entries and (found := _matches(entries, _ADDENDA)):
        if any(match["flag"] for match in found):
            return Format.CM_ORDER_ADDENDA
        paired = [line for line in entries if line[81:82] == " " and line[82:83].strip()]
        lengths = {len(match["code"]) for match in found}
        pcs = lengths <= {3, 7} and _in_sections(found) and len(paired) >= _MOST * len(entries)
        return Format.PCS_ADDENDA if pcs else Format.CM_CODES_ADDENDA
    return None


def _in_sections(found: Sequence[re.Match[str]]) -> bool:
    """Whether all codes begin with a section of ICD-10-PCS; seven characters alone are also ICD-10-CM's injuries."""
    return all(match["code"][0] in PCS_SECTIONS for match in found)


def _gem(lines: Sequence[str]) -> Format | None:
    """The target stands at column 9 after an ICD-10 code, at 7 after one of ICD-9-CM."""
    found = _matches(lines, _GEM)
    if not found:
        return None
    to_nine = sum(match.start("target") >= 8 for match in found) > len(found) / 2
    tens = [match["source" if to_nine else "target"] for match in found]
    nines = [match["target" if to_nine else "source"] for match in found]
    tens = [code for code in tens if not code.upper().startswith("NO")]
    pcs = bool(tens) and all(_PCS.fullmatch(code.upper()) for code in tens)
    # An ICD-9-CM procedure has four digits at most; injuries fill whole pages of ICD-10-CM with seven characters.
    pcs = pcs and all(code.isdigit() and len(code) <= 4 for code in nines if not code.upper().startswith("NO"))
    if pcs:
        return Format.GEM_PCS_10_TO_9 if to_nine else Format.GEM_PCS_9_TO_10
    return Format.GEM_CM_10_TO_9 if to_nine else Format.GEM_CM_9_TO_10


def _hcpcs(lines: Sequence[str]) -> Format | None:
    """The HCPCS file and what comes with it. Notes may stand above its rows."""
    if sum(bool(_HCPCS.match(line)) for line in lines) >= min(2, len(lines)):
        return Format.HCPCS_TXT
    top = "\n".join(lines[:30]).upper()
    if "PROCESSING NOTES" in top and any(map(_NOTE.match, lines)):
        return Format.HCPCS_NOTES
    if "LENGTH" in top and "BEG" in top and ("HCPCS" in top or "RIF REPORT" in top):
        return Format.HCPCS_LAYOUT
    if "HCPCS CORRECTIONS" in top:
        return Format.HCPCS_CORRECTIONS
    if "NOC CODES" in top:
        return Format.HCPCS_NOC
    if "PROCEDURE CODING SYSTEM (HCPCS)" in top or "ALPHA-NUMERIC HCPCS FILE" in top:
        return Format.HCPCS_README
    return None


def _edits(lines: Sequence[str]) -> Format | None:
    """NCCI's tables and the fee schedule, by their heads; the pairs also by their rows."""
    top = "\n".join(lines[:40])
    if _FEE_SCHEDULE.search(top):
        return Format.PPRRVU
    if _MUE.search(top):
        return Format.MUE
    if re.search(r"Column ?1 ?/ ?Column ?2 Edits", top, re.IGNORECASE) or _matches(lines[6:] or lines, _PTP):
        return Format.PTP
    return None


def _cpt(member: Member, lines: Sequence[str]) -> Format | None:
    kind = cpt_kind(member)
    if kind is not None:
        return _CPT_KINDS[kind]
    if sum(bool(_MODIFIER_BLOCK.match(line)) for line in lines) >= 3:
        return Format.CPT_MODUL
    tabbed = [line.lower() for line in lines if line.count("\t") >= 2]
    return Format.CPT_HISTORY if any("delet" in line or "history" in line for line in tabbed) else None


def _plain_codes(lines: Sequence[str]) -> Format | None:
    """Lists of codes with one title. ICD-9-CM pads a diagnosis to five columns, ICD-10-CM a code to seven."""
    if (found := _matches(lines, _ICD9)) and len(found) > 1:
        # A house number before its street has the shape too, but no list has one column for all its texts.
        starts = {match.start("text") for match in found}
        if len(starts) == 1 and starts <= {5, 6}:
            if all(len(match["text"]) <= _LONGEST_ICD9_SHORT for match in found):
                return Format.ICD9_SHORT
            return Format.ICD9_DIAGNOSES if starts == {6} else Format.ICD9_PROCEDURES
    found = _matches(lines, _CODES)
    if not found or any(match.start("text") != 8 for match in found):
        return None
    if _in_sections(found) and all(_PCS.fullmatch(match["code"]) for match in found):
        return Format.PCS_CODES
    likely = sum(bool(_CM.fullmatch(match["code"])) for match in found) >= _MOST * len(found)
    return Format.CM_CODES if likely else None


def _workbook(member: Member) -> Format | str:
    """What a workbook is, by the heads of its columns and the titles above them."""
    kinds = (
        ({"current code assignment", "effective"}, Format.CM_CONVERSION),
        ({"hcpc", "recid", "long description"}, Format.HCPCS_XLSX),
        ({"hcpcs", "recid", "long description"}, Format.HCPCS_XLSX),
        ({"hcpcs/mod", "type of change"}, Format.HCPCS_TRANSACTIONS),
        ({"hcpc", "action cd", "short description"}, Format.HCPCS_TRANSACTIONS),
        ({"code", "action", "eff date"}, Format.HCPCS_CORRECTIONS),
        ({"hcpcs", "long description", "term date"}, Format.HCPCS_NOC),
    )
    mentions_cpt = False
    first = ""
    for cells in _top(member):
        heads = {" ".join(cell.lower().split()) for cell in cells if cell.strip()}
        for needed, format_ in kinds:
            if needed <= heads:
                return format_
        for cell in cells:
            if _POA_EXEMPT.fullmatch(cell.strip()):
                return _POA_EXEMPT_REASON
            first = first or cell.strip()[:_SHOWN]
            if _FEE_SCHEDULE.search(cell):
                return Format.PPRRVU
            if "MUE Values" in cell:
                return Format.MUE
            if "Column1/Column2" in cell:
                return Format.PTP
            mentions_cpt = mentions_cpt or bool(_CPT_WORDS.search(cell))
    if mentions_cpt:
        kind = cpt_kind(member)
        if kind is not None:
            return _CPT_KINDS[kind]
    return _none(f"a workbook that begins with “{first}”" if first.isprintable() and first else "another workbook")


def _top(member: Member) -> Iterator[list[str]]:
    """The first rows of every sheet."""
    return (cells for _, number, cells in sheet_rows(member) if number <= _SHEET_ROWS)
