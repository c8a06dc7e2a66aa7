"""Files of kinds that Codarium does not read, such as documents, archives and tables saved in another form.

The sentences say what the file is, and which one to add instead.
"""

import re
import zipfile
from collections.abc import Sequence

_ARCHIVES = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"\xfd7zXZ\x00": "xz",
    b"BZh": "bzip2",
    b"MSCF": "CAB",
}
# A tar archive has no mark at its beginning, only in the header of its first file.
_TAR_MARK, _TAR_MARK_AT = b"ustar", 257

_DOCUMENT = "for reading; it holds no data that Codarium uses"

WORD_DOCUMENT = f"A Word document {_DOCUMENT}."

_DOCUMENT_MEDIA = {
    b"application/vnd.oasis.opendocument.spreadsheet": "",
    b"application/vnd.oasis.opendocument.text": f"An OpenDocument text {_DOCUMENT}.",
    b"application/vnd.oasis.opendocument.presentation": f"An OpenDocument presentation {_DOCUMENT}.",
    b"application/epub+zip": f"A book (EPUB) {_DOCUMENT}.",
}
_SAVE_AS_XLSX = "which Codarium does not read; save it as .xlsx and add it again."

_DRUG_COLUMNS = re.compile(r"\bpoisoning\b.*\badverse effect\b.*\bunderdosing\b", re.IGNORECASE)
_NEOPLASM_COLUMNS = re.compile(r"\bmalignant\W+primary\b.*\bmalignant\W+secondary\b.*\bbenign\b", re.IGNORECASE)
_CONVERSION_COLUMNS = re.compile(r"\bcurrent code\b.*\beffective\b.*\bprevious code", re.IGNORECASE)
# Notes stand above the names of the columns.
_MOST_ROWS = 60
_TABLES = {
    _DRUG_COLUMNS: ("Table of Drugs and Chemicals", "icd10cm_drug_YYYY.xml"),
    _NEOPLASM_COLUMNS: ("Neoplasm Table", "icd10cm_neoplasm_YYYY.xml"),
}


def archive_sentence(head: bytes) -> str:
    """Return the sentence on an archive of a kind that is not opened, by its first bytes; empty for other files."""
    kinds = (kind for mark, kind in _ARCHIVES.items() if head.startswith(mark))
    kind = "tar" if head[_TAR_MARK_AT:].startswith(_TAR_MARK) else next(kinds, "")
    return f"An archive of a kind that Codarium does not open ({kind}); unpack it and add the folder." if kind else ""


def document_sentence(archive: zipfile.ZipFile) -> str:
    """Return the sentence on a document that is packed like a workbook and is none; empty for an xlsx.

    Word, PowerPoint and OpenDocument files are zips too, as are workbooks in Excel's binary form.
    """
    names = archive.namelist()
    media = archive.open("mimetype").read(100).strip() if "mimetype" in names else b""
    if media in _DOCUMENT_MEDIA:
        return _DOCUMENT_MEDIA[media] or f"An OpenDocument spreadsheet, {_SAVE_AS_XLSX}"
    if "xl/workbook.bin" in names:
        return f"An Excel workbook in its binary form (.xlsb), {_SAVE_AS_XLSX}"
    if any(name.startswith("word/") for name in names):
        return WORD_DOCUMENT
    if any(name.startswith("ppt/") for name in names):
        return f"A PowerPoint presentation {_DOCUMENT}."
    if "xl/workbook.xml" not in names:
        return "Not a file that Codarium reads; it holds a document of another program."
    return ""


def table_sentence(rows: Sequence[str]) -> str:
    """Return the sentence on a table of ICD-10-CM saved as text or as a workbook; empty for other texts.

    CDC publishes these tables as XML, which tells which term stands below which one; rows of cells do not.
    """
    for row in rows[:_MOST_ROWS]:
        if _CONVERSION_COLUMNS.search(row):
            return (
                "The ICD-10-CM conversion table with columns that are not divided by commas; add the Excel file from "
                "the zip with the conversion table of that year, or save this one as .csv with commas."
            )
        for columns, (table, file) in _TABLES.items():
            if columns.search(row):
                return (
                    f"The ICD-10-CM {table} in rows, which do not tell the terms' levels; add the XML file of that "
                    f"year, such as {file}, from the zip with the code tables and index."
                )
    return ""
