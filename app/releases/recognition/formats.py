"""The formats of official files, recognized by the first bytes of a file, whatever its name."""

import csv
import re
from collections.abc import Iterator, Sequence

from app.codes.pcs import PCS_SECTIONS
from app.releases.cpt.code_files import CptKind, cpt_kind
from app.releases.errors import QUOTED_LENGTH
from app.releases.files.containers import HEAD_BYTES, Member, is_document
from app.releases.files.spreadsheet import NotWorkbookError, sheet_rows
from app.releases.files.unread_kinds import WORD_DOCUMENT, archive_sentence, table_sentence
from app.releases.icd.conversion import LAST_HEADER_ROW, conversion_columns
from app.releases.medicare.poa_exempt import is_whole_list, poa_columns
from app.releases.recognition.format_kinds import Format
from app.releases.recognition.payment_tables import payment_format

_CPT_FORMATS = {
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

# Lines that are examined, and the share of them that must have the shape: the reader reports single damaged lines.
_SAMPLE_LINES = 300
_REQUIRED_SHARE = 0.8
_SAMPLE_ROWS = 60
_SAMPLE_CHARACTERS = 512

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
"""The character that decoding puts in place of bytes that are not UTF-8."""

_NOT_TEXT = "bytes that are not text"

_ORDER_LINE = re.compile(r"[0-9]{5} (?P<code>[A-Z0-9]{3,7}) {1,5}(?P<flag>[01]) .{60} \S")
_ADDENDA_LINE = re.compile(
    r"(?:Add|Delete|Revise from|Revise to): {1,9}(?P<flag>[01] )?(?P<code>[A-Z0-9]{3,7}) +(?P<text>\S.*)"
)
_STATISTICS_FILE = re.compile(r"[0-9] (?:headers|codes) in (icd10(?:cm|pcs)_(?:order|codes))_")
_ADDENDA_BY_FILE = {
    "icd10cm_order": Format.CM_ORDER_ADDENDA,
    "icd10cm_codes": Format.CM_CODES_ADDENDA,
    "icd10pcs_order": Format.PCS_ADDENDA,
}
_CODES_LINE = re.compile(r"(?P<code>[A-Z0-9]{3,7}) {1,5}(?P<text>\S.*)")
_CM_CODE = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}")
_PCS_CODE = re.compile(r"[0-9A-HJ-NP-Z]{7}")
_GEM_LINE = re.compile(r"(?P<source>[A-Z0-9]{3,7}) {1,5}(?P<target>[A-Za-z0-9]{2,7}) {1,6}[01]{3}[0-9]{2}\s*")
_ICD9_LINE = re.compile(r"(?P<code>(?:[0-9]{3,5}|V[0-9]{2,4}|E[0-9]{3,4})) {1,3}(?P<text>[A-Za-z(\[].*)")
_LONGEST_ICD9_SHORT = 24
_HCPCS_LINE = re.compile(r"(?: {3}[A-Z0-9]{2}|[A-Z][0-9]{4})[0-9]{5}[37]\S.{281,}")
_PTP_LINE = re.compile(r"[0-9A-Z]{5}\t[0-9A-Z]{5}\t[* ]*\t[0-9]{8}\t(?:[0-9]{8}|\*)\t[019]\t")
_MUE_HEADER = re.compile(r'MUE Values"?[,\t;]"?MUE Adjudication', re.IGNORECASE)
_PROCESSING_NOTE = re.compile(r"\s*[0-9]{4}\s*--")
_MODUL_BLOCK = re.compile(r"(?:[0-9]{2}|P[1-6])(?:\t| +)[A-Z]")
_ROOT_ELEMENT = re.compile(r"<(?![?!])([A-Za-z_][\w.:-]*)")
_TABLE_COLUMN = re.compile(r"<head\b[^<>]*>([^<]*)")
_TABLES_BY_COLUMN = {
    "neoplasm": Format.CM_NEOPLASM,
    "malignant primary": Format.CM_NEOPLASM,
    "substance": Format.CM_DRUGS,
    "underdosing": Format.CM_DRUGS,
}
_CPT_WORDS = re.compile(r"\bcpt\b|american medical association|concept ?id|<cdcode>", re.IGNORECASE)
_FEE_SCHEDULE_TITLE = re.compile(r"Physician Fee Schedule Relative Value File", re.IGNORECASE)


def format_of(member: Member, head: bytes) -> Format | str:
    """Return the format of a file by its first bytes, or the sentence that says why it is not read.

    Raises ReleaseError for a workbook that cannot be read.
    """
    if head.startswith(b"%PDF"):
        return Format.PDF
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return (
            "An old Excel or Word file, or one with a password; save it as .xlsx without a password and add it again."
        )
    if head.startswith(b"MZ"):
        return "A program, which Codarium never starts; unpack it and add the folder."
    if head.startswith(b"PK"):
        if not is_document(head) and b"[Content_Types].xml" not in head:
            return _not_read("a zip")
        try:
            return _workbook_format(member)
        except NotWorkbookError as error:
            return Format.WORD if error.sentence == WORD_DOCUMENT else error.sentence
    if archive := archive_sentence(head):
        return archive
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "Its text is UTF-16; save it as UTF-8 and add it again."
    if b"\0" in head[:512]:
        return _not_read(_NOT_TEXT)
    text = head.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    if text.lstrip().startswith("<"):
        return _xml_format(text)
    return _text_format(member, text, len(head) == HEAD_BYTES)


def _not_read(content: str) -> str:
    return f"Not a file that Codarium reads; it holds {content}."


def _xml_format(text: str) -> Format | str:
    bare = re.sub(r"<!--.*?(?:-->|$)", "", text, flags=re.DOTALL)
    # A document type declaration begins with <! and is not the root; the reader refuses files that have one.
    element = _ROOT_ELEMENT.search(bare)
    root = element[1] if element else ""
    if root.lower() == "html" or "<!doctype html" in text[:1000].lower():
        return "A web page instead of the file; the download failed, download it again."
    if root.rpartition(":")[2] == "schema":
        return Format.SCHEMA
    if "<cdCode" in bare:
        return Format.CPT_PLA
    format_ = {
        "ICD10CM.tabular": Format.CM_TABULAR,
        "ICD10PCS.tabular": Format.PCS_TABLES,
        "ICD10PCS.index": Format.PCS_INDEX,
        "ICD10PCS.definitions": Format.PCS_DEFINITIONS,
    }.get(root)
    if format_ is not None:
        return format_
    if root != "ICD10CM.index":
        return _not_read(f"XML that begins with <{root[:QUOTED_LENGTH]}>" if root else "broken XML")
    # The tables of FY2014 and FY2015 name only the columns with codes, from the second on.
    for column in _TABLE_COLUMN.findall(bare):
        if table := _TABLES_BY_COLUMN.get(" ".join(column.lower().split())):
            return table
    title = re.search(r"<title>\s*([^<]*)", bare)
    return Format.CM_EXTERNAL if title and "external" in title[1].lower() else Format.CM_INDEX


def _text_format(member: Member, text: str, cut: bool) -> Format | str:
    lines = text.split("\n")
    if cut and len(lines) > 1:
        # The rest of the last line was not read.
        lines.pop()
    filled = [line.rstrip() for line in lines if line.strip()][:_SAMPLE_LINES]
    if not filled:
        return _not_read("nothing but blanks")
    if of_payment := payment_format(_cells(filled), is_text=True):
        return of_payment
    for recognize_lines in (_icd10_format, _gem_format, _conversion_format, _hcpcs_format, _edits_format):
        format_ = recognize_lines(filled)
        if format_ is not None:
            return format_
    if _CPT_WORDS.search(text):
        format_ = _cpt_format(member, filled)
        if format_ is not None:
            return format_
    format_ = _code_list_format(filled)
    if format_ is not None:
        return format_
    if poa_columns(filled[0].split("\t")):
        return _poa_format(member)
    if table := table_sentence(_quoted_rows(filled)):
        return table
    if not _is_legible(text[:_SAMPLE_CHARACTERS]):
        return _not_read(_NOT_TEXT)
    beginning = "".join(c if _is_printable(c) else " " for c in filled[0].strip()[:QUOTED_LENGTH])
    return _not_read(f"text that begins with “{beginning}”")


def _quoted_rows(lines: Sequence[str]) -> list[str]:
    """Return the rows of a table that was saved as text, on one line each: names of columns may take several."""
    return [" ".join(" ".join(cells).split()) for cells in _cells(lines)]


def _cells(lines: Sequence[str]) -> list[list[str]]:
    """Return the rows of a table that was saved as text as cells; each line is one where they cannot be told."""
    delimiter = max("\t;,", key="".join(lines).count)
    try:
        return list(csv.reader((f"{line}\n" for line in lines), delimiter=delimiter))
    except csv.Error:
        return [[line] for line in lines]


def _is_legible(text: str) -> bool:
    """Return whether most of the characters can be printed; a text in another encoding has some that cannot."""
    return sum(_is_printable(c) or c.isspace() for c in text) >= _REQUIRED_SHARE * len(text)


def _is_printable(character: str) -> bool:
    return character.isprintable() and character != _REPLACEMENT


def _matches(lines: Sequence[str], shape: re.Pattern[str]) -> list[re.Match[str]]:
    """Return the matches if the required share of the lines has the shape, else an empty list."""
    matches = [match for match in map(shape.match, lines) if match]
    return matches if lines and len(matches) >= _REQUIRED_SHARE * len(lines) else []


def _icd10_format(lines: Sequence[str]) -> Format | None:
    """Return the format of an order file or addenda.

    ICD-10-PCS has headers of three characters and codes of seven, and no other lengths; every line of its addenda has a
    short title in 60 columns.
    """
    if matches := _matches(lines, _ORDER_LINE):
        lengths = {len(match["code"]) for match in matches}
        pcs = lengths <= {3, 7} and all((len(match["code"]) == 7) == (match["flag"] == "1") for match in matches)
        return Format.PCS_ORDER if pcs and _in_sections(matches) else Format.CM_ORDER
    entries = [line for line in lines if line[:3] in ("Add", "Del", "Rev")]
    if not entries and lines and lines[0].strip() in ("Headers", "Codes"):
        # The addenda of an April in which no code changes are statistics alone.
        files = {match[1] for match in map(_STATISTICS_FILE.search, lines) if match}
        return next((format_ for file, format_ in _ADDENDA_BY_FILE.items() if files == {file}), None)
    if lines and lines[0] in entries and (matches := _matches(entries, _ADDENDA_LINE)):
        if any(match["flag"] for match in matches):
            return Format.CM_ORDER_ADDENDA
        two_titles = [line for line in entries if line[81:82] == " " and line[82:83].strip()]
        lengths = {len(match["code"]) for match in matches}
        pcs = lengths <= {3, 7} and _in_sections(matches) and len(two_titles) >= _REQUIRED_SHARE * len(entries)
        return Format.PCS_ADDENDA if pcs else Format.CM_CODES_ADDENDA
    return None


def _in_sections(matches: Sequence[re.Match[str]]) -> bool:
    """Return whether all codes begin with a section of ICD-10-PCS. ICD-10-CM's injury codes also have 7 characters."""
    return all(match["code"][0] in PCS_SECTIONS for match in matches)


def _gem_format(lines: Sequence[str]) -> Format | None:
    """Return the map's format. The target is in column 9 after an ICD-10 code, in column 7 after an ICD-9-CM code."""
    matches = _matches(lines, _GEM_LINE)
    if not matches:
        return None
    to_icd9 = sum(match.start("target") >= 8 for match in matches) > len(matches) / 2
    icd10_codes = [match["source" if to_icd9 else "target"] for match in matches]
    icd9_codes = [match["target" if to_icd9 else "source"] for match in matches]
    icd10_codes = [code for code in icd10_codes if not code.upper().startswith("NO")]
    pcs = bool(icd10_codes) and all(_PCS_CODE.fullmatch(code.upper()) for code in icd10_codes)
    # An ICD-9-CM procedure has four digits at most; long stretches of ICD-10-CM's injuries have seven characters too.
    pcs = pcs and all(code.isdigit() and len(code) <= 4 for code in icd9_codes if not code.upper().startswith("NO"))
    if pcs:
        return Format.GEM_PCS_10_TO_9 if to_icd9 else Format.GEM_PCS_9_TO_10
    return Format.GEM_CM_10_TO_9 if to_icd9 else Format.GEM_CM_9_TO_10


def _conversion_format(lines: Sequence[str]) -> Format | None:
    """Return the format of a conversion table that was saved as text, by the row with the names of its columns."""
    tables = (conversion_columns(next(csv.reader([line]))) for line in lines[:LAST_HEADER_ROW] if "," in line)
    try:
        return Format.CM_CONVERSION if any(tables) else None
    except csv.Error:
        # A line with half an end of line in it, or a hundred thousand characters, is no row of names.
        return None


def _hcpcs_format(lines: Sequence[str]) -> Format | None:
    """Return the format of the HCPCS file or one that comes with it. Notes may stand above its rows."""
    if sum(bool(_HCPCS_LINE.match(line)) for line in lines) >= min(2, len(lines)):
        return Format.HCPCS_TXT
    top = "\n".join(lines[:30]).upper()
    if "PROCESSING NOTES" in top and any(map(_PROCESSING_NOTE.match, lines)):
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


def _edits_format(lines: Sequence[str]) -> Format | None:
    """Return the format of NCCI's tables or the fee schedule by their headers; the pairs also by their rows."""
    top = "\n".join(lines[:40])
    if _FEE_SCHEDULE_TITLE.search(top):
        return Format.PPRRVU
    if _MUE_HEADER.search(top):
        return Format.MUE
    if re.search(r"Column ?1 ?/ ?Column ?2 Edits", top, re.IGNORECASE) or _matches(lines[6:] or lines, _PTP_LINE):
        return Format.PTP
    return None


def _cpt_format(member: Member, lines: Sequence[str]) -> Format | None:
    kind = cpt_kind(member)
    if kind is not None:
        return _CPT_FORMATS[kind]
    if sum(bool(_MODUL_BLOCK.match(line)) for line in lines) >= 3:
        return Format.CPT_MODUL
    tabbed = [line.lower() for line in lines if line.count("\t") >= 2]
    return Format.CPT_HISTORY if any("delet" in line or "history" in line for line in tabbed) else None


def _code_list_format(lines: Sequence[str]) -> Format | None:
    """Return the format of a list of codes with one title.

    ICD-9-CM pads a diagnosis code to five columns, ICD-10-CM pads a code to seven.
    """
    if (matches := _matches(lines, _ICD9_LINE)) and len(matches) > 1:
        # A list of addresses has the same shape, but its texts do not all begin in the same column.
        starts = {match.start("text") for match in matches}
        if len(starts) == 1 and starts <= {5, 6}:
            if all(len(match["text"]) <= _LONGEST_ICD9_SHORT for match in matches):
                return Format.ICD9_SHORT
            return Format.ICD9_DIAGNOSES if starts == {6} else Format.ICD9_PROCEDURES
    matches = _matches(lines, _CODES_LINE)
    if not matches or any(match.start("text") != 8 for match in matches):
        return None
    if _in_sections(matches) and all(_PCS_CODE.fullmatch(match["code"]) for match in matches):
        return Format.PCS_CODES
    cm_codes = sum(bool(_CM_CODE.fullmatch(match["code"])) for match in matches)
    return Format.CM_CODES if cm_codes >= _REQUIRED_SHARE * len(matches) else None


def _poa_format(member: Member) -> Format:
    return Format.CM_POA_EXEMPT if is_whole_list(member) else Format.CM_POA_CHANGES


def _workbook_format(member: Member) -> Format | str:
    """Return the format of a workbook by the headers of its columns and the titles above them."""
    formats_by_columns = (
        ({"hcpc", "recid", "long description"}, Format.HCPCS_XLSX),
        ({"hcpcs", "recid", "long description"}, Format.HCPCS_XLSX),
        ({"hcpcs/mod", "type of change"}, Format.HCPCS_TRANSACTIONS),
        ({"hcpc", "action cd", "short description"}, Format.HCPCS_TRANSACTIONS),
        ({"code", "action", "eff date"}, Format.HCPCS_CORRECTIONS),
        ({"hcpcs", "long description", "term date"}, Format.HCPCS_NOC),
    )
    if of_payment := payment_format(_first_rows(member), is_text=False):
        return of_payment
    mentions_cpt = False
    beginning = ""
    rows: list[str] = []
    for cells in _first_rows(member):
        rows.append(" ".join(cells))
        if conversion_columns(cells):
            return Format.CM_CONVERSION
        if poa_columns(cells):
            return _poa_format(member)
        headers = {" ".join(cell.lower().split()) for cell in cells if cell.strip()}
        for columns, format_ in formats_by_columns:
            if columns <= headers:
                return format_
        for cell in cells:
            beginning = beginning or cell.strip()[:QUOTED_LENGTH]
            if _FEE_SCHEDULE_TITLE.search(cell):
                return Format.PPRRVU
            if "MUE Values" in cell:
                return Format.MUE
            if "Column1/Column2" in cell:
                return Format.PTP
            mentions_cpt = mentions_cpt or bool(_CPT_WORDS.search(cell))
    if mentions_cpt:
        kind = cpt_kind(member)
        if kind is not None:
            return _CPT_FORMATS[kind]
    if table := table_sentence(rows):
        return table
    is_quotable = beginning.isprintable() and beginning
    return _not_read(f"a workbook that begins with “{beginning}”" if is_quotable else "another workbook")


def _first_rows(member: Member) -> Iterator[list[str]]:
    """Return the first rows of every sheet."""
    return (cells for _, number, cells in sheet_rows(member) if number <= _SAMPLE_ROWS)
