"""Made-up files in the shape of the AMA's and CMS's, for what may not be kept in the project or is not at hand."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from app.releases.files.containers import Member, single_file

LICENSE = (
    "Made-up license of a file in the shape of CPT 2030",
    "",
    "CPT is copyright 1990 - 2030 American Medical Association. All rights reserved.",
    "Fee schedules and the like are not assigned by the AMA.",
    'Ask for "CPT" terms elsewhere.',
    "",
)
CODES = (
    ("00001", "Made-up procedure, first"),
    ("00002", "Made-up procedure; second, with a naïve part"),
    ("0001F", "Made-up measure"),
    ("0001U", "Made-up test"),
    ("99999", "Made-up procedure, last"),
)


def member(folder: Path, name: str, content: bytes | str) -> Member:
    """A file on the disk, ready to be read; text is written as UTF-8."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return single_file(path)


def text(lines: Iterable[str], encoding: str = "utf-8", mark: bool = False, end: str = "\r\n") -> bytes:
    """Lines as the bytes of a file, optionally with a byte order mark."""
    return (b"\xef\xbb\xbf" if mark else b"") + "".join(line + end for line in lines).encode(encoding)


def xlsx(*sheets: Sequence[Sequence[str]]) -> bytes:
    """A workbook whose cells are texts."""
    names = range(1, len(sheets) + 1)
    office = "http://schemas.openxmlformats.org"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        kinds = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
            f'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for n in names
        )
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{office}/package/2006/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            f"{kinds}</Types>",
        )
        link = f"{office}/officeDocument/2006/relationships"
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r" '
            f'Type="{link}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{office}/package/2006/relationships">'
            + "".join(
                f'<Relationship Id="s{n}" Type="{link}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in names
            )
            + "</Relationships>",
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{office}/spreadsheetml/2006/main" xmlns:r="{link}"><sheets>'
            + "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="s{n}"/>' for n in names)
            + "</sheets></workbook>",
        )
        for n, rows in zip(names, sheets, strict=True):
            archive.writestr(
                f"xl/worksheets/sheet{n}.xml",
                f'<worksheet xmlns="{office}/spreadsheetml/2006/main"><sheetData>'
                + "".join(
                    f'<row r="{line}">'
                    + "".join(
                        f'<c r="{_column(place)}{line}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
                        for place, cell in enumerate(cells)
                        if cell
                    )
                    + "</row>"
                    for line, cells in enumerate(rows, 1)
                )
                + "</sheetData></worksheet>",
            )
    return packed.getvalue()


def _column(place: int) -> str:
    return chr(65 + place) if place < 26 else "A" + chr(65 + place - 26)


# The AMA's files


def longult(codes: Iterable[tuple[str, str]] = CODES) -> list[str]:
    return [*LICENSE, *(f"{code}\t{title}" for code, title in codes)]


def medu(codes: Iterable[tuple[str, str]] = CODES) -> list[str]:
    return [*LICENSE, *(f"{code} {title.upper()[:48]:48}" for code, title in codes)]


def shortu(codes: Iterable[tuple[str, str]] = CODES) -> list[str]:
    return [*LICENSE, *(f"{code} {title.upper()[:28]:28}" for code, title in codes)]


CONSOLIDATED = (
    "Concept Id",
    "CPT Code",
    "Long",
    "Medium",
    "Short",
    "Consumer",
    "Spanish Consumer",
    "Current Descriptor Effective Date",
    "Test Name",
    "Lab Name",
    "Manufacturer Name",
)


def consolidated(codes: Iterable[tuple[str, str]] = CODES) -> list[list[str]]:
    """The table with its header, without the license."""
    rows: list[list[str]] = [[*CONSOLIDATED]]
    for number, (code, title) in enumerate(codes):
        cells = [str(1000 + number), code, title, title.upper()[:48], title.upper()[:28], f"Plainly: {title}", "Claro"]
        pla = ["Madeuptest", "Madeuplab Inc", "Madeupmaker"] if code.endswith("U") else ["", "", ""]
        rows.append([*cells, "20300101", *pla])
    return rows


MODIFIERS = [
    [
        "ConceptID",
        "Modifier Code",
        "Level I/II",
        "Modifier Descriptor Effective",
        "Modifier Name",
        "Modifier Description",
        "Section (Main Section)",
    ],
    ["1", "22", "I", "20300101", "Made-up More Work", "Made-up text of more work.", "Surgery"],
    ["2", "22", "I", "20300101", "Made-up More Work", "Made-up text of more work.", "Medicine"],
    ["3", "LT", "II", "20300101", "Made-up Left", "", "Surgery"],
]
MODUL = [
    *LICENSE,
    "22 Made-up More Work: When the made-up work is much more, it",
    "59 times out of 100, is marked with a",
    "59. It goes on.",
    "",
    "59 Made-up Other Service: Another text.",
    "P1 A Made-up Healthy Patient",
]
CONSUMER = [
    ["Concept Id", "CPT Code", "Consumer Friendly Descriptor"],
    ["1001", "00001", "First made-up thing"],
    ["1002", "00002", 'The "second" made-up thing'],
]
CLINICIAN = [
    ["Concept Id", "CPT Code", "Clinician Descriptor Id", "Clinician Descriptor"],
    ["1001", "00001", "1", "Made-up procedure on the left"],
    ["1001", "00001", "2", "Made-up procedure on the right"],
]
PLA = """<?xml version="1.0" encoding="utf-8"?>
<plaCodes><!-- made up --><pla><cdId>1</cdId><cdCode>0001U</cdCode><cdDesc>Made-up test</cdDesc>
<cdMDesc>MADE-UP</cdMDesc><cdSDesc>MADE</cdSDesc><cdStatus>EXISTING</cdStatus>
<effectiveDate>2030-01-01T00:00:00-06:00</effectiveDate><labName>Madeuplab Inc</labName><manufacturerName/>
<publishDate>2029-10-01</publishDate><testName>Madeup</testName></pla>
<pla><cdId>2</cdId><cdCode>0002U</cdCode><cdDesc>Gone</cdDesc><cdStatus>DELETED</cdStatus></pla></plaCodes>
"""


def separated(rows: Iterable[Sequence[str]], delimiter: str, header: Sequence[str] = LICENSE) -> list[str]:
    """Rows below the license; with commas, every cell in quotation marks."""
    if delimiter == "\t":
        return [*header, *("\t".join(row) for row in rows)]
    return [*header, *(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)]


# CMS's files

_OVER = (
    ("", "NOT USED", "FOR", "MEDICARE", "PAYMENT"),
    ("WORK", "RVU"),
    ("NON-FAC", "PE RVU"),
    ("NON-FAC", "NA", "INDICATOR"),
    ("FACILITY", "PE RVU"),
    ("FACILITY", "NA", "INDICATOR"),
    ("MP", "RVU"),
    ("NON-FACILITY", "TOTAL"),
    ("FACILITY", "TOTAL"),
    ("PCTC", "IND"),
    ("GLOB", "DAYS"),
    ("PRE", "OP"),
    ("INTRA", "OP"),
    ("POST", "OP"),
    ("MULT", "PROC"),
    ("BILAT", "SURG"),
    ("ASST", "SURG"),
    ("CO-", "SURG"),
    ("TEAM", "SURG"),
    ("PRIC", "IND"),
    ("ENDO", "BASE"),
    ("CONV", "FACTOR"),
    ("PHYSICIAN", "SUPERVISION OF", "DIAGNOSTIC", "PROCEDURES"),
    ("CALCULATION", "FLAG"),
    ("DIAGNOSTIC", "IMAGING", "FAMILY", "INDICATOR"),
    ("NON-FACILITY", "PE USED", "FOR OPPS", "PAYMENT", "AMOUNT"),
    ("FACILITY", "PE USED", "FOR OPPS", "PAYMENT", "AMOUNT"),
    ("MP USED", "FOR OPPS", "PAYMENT", "AMOUNT"),
)
# A dash for an empty cell.
_VALUES = "1.00 2.00 {na} 1.50 - 0.10 3.10 2.60 1 090 0.10 0.80 0.10 2 1 2 0 0 9 - 33.0000 09 0 99 0.00 0.00 0.00"


def pprrvu(modifiers: bool = True, without: str = "") -> list[list[str]]:
    """A fee schedule with two CPT codes, one of them in parts, a HCPCS code and a dental one."""
    columns = [over for over in _OVER if " ".join(over) != without]
    places = [place for place, over in enumerate(_OVER) if " ".join(over) != without]
    width = 4 + len(columns)
    rows = [
        ["", "", "2030 National Physician Fee Schedule Relative Value File January Release"],
        ["", "", "CPT codes and descriptions only are copyright 2030 American Medical Association."],
        ["", "", "Dental codes (D codes) are copyright 2030 American Dental Association."],
        ["", "", "RELEASED 12/31/2029"],
    ]
    for back in range(5, 0, -1):
        first = ["HCPCS", "MOD", "DESCRIPTION", "CODE"] if back == 1 else ["", "", "", "STATUS" if back == 2 else ""]
        rows.append([*first, *(over[-back] if len(over) >= back else "" for over in columns)])

    def row(code: str, modifier: str, title: str, status: str, na: str = "NA", **changed: str) -> list[str]:
        values = ["", *(value.replace("{na}", na).replace("-", "") for value in _VALUES.split(" "))]
        for name, value in changed.items():
            values[int(name[1:])] = value
        return [code, modifier, title, status, *(values[place] for place in places)]

    rows.append(row("00001", "", "Made-up one", "A"))
    if modifiers:
        rows.append(row("00001", "26", "Made-up one", "A", v1="0.60"))
        rows.append(row("00001", "TC", "Made-up one", "A", v1="0.00"))
    rows.append(row("0001F", "", "Made-up two", "M", na=""))
    rows.append(row("G0001", "", "Made-up three", "C"))
    rows.append(row("D0001", "", "Made-up tooth", "N"))
    return [cells + [""] * (width - len(cells)) for cells in rows]


def pprrvu_txt() -> list[str]:
    """The same in fixed columns."""
    lines = ["HDR " + "Made-up header; CPT copyright 2030 American Medical Association.".ljust(146)]
    # Widths up to each value, by CMS's description of the record.
    widths = [7, 7, 2, 7, 2, 6, 7, 6, 1, 3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 11, 8, 3, 1, 3, 10, 7, 7]
    for cells in pprrvu()[9:]:
        if cells[2] == "Made-up tooth":
            continue
        values = [value.removeprefix("0") if place in (10, 11, 12) else value for place, value in enumerate(cells[5:])]
        lines.append(
            f"{cells[0]:5}{cells[1]:2}{cells[2]:50}{cells[3]}"
            + "".join(value.rjust(width) for value, width in zip(values, widths, strict=True)).ljust(142)
        )
    return lines


PTP_HEAD = [
    "CPT only copyright 2029 American Medical Association.  All rights reserved.\t\t\t\t\t\t",
    "Column1/Column2 Edits\t\t\t\t\t\t",
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale",
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t",
    "\t\t\t\t*=no data\t1=allowed\t",
    "\t\t\t\t\t9=not applicable\t",
]


def ptp(rows: Iterable[tuple[str, str, str, str, str]], reason: str = "Made-up reason") -> list[str]:
    """Rows of (first, second, effective, ended, modifier)."""
    return [*PTP_HEAD, *(f"{a}\t{b}\t\t{since}\t{until}\t{mod}\t{reason}" for a, b, since, until, mod in rows)]


MUE_NOTICE = "Made-up notice, copyright 2029 American Medical Association.\n\nIt goes on, with a comma."


def mue(rows: Iterable[tuple[str, str]], setting: str = "Practitioner Services") -> list[list[str]]:
    """Rows of (code, units) below the notice and the header."""
    indicator = "2 Date of Service Edit: Policy"
    return [
        [MUE_NOTICE, "", "", ""],
        ["HCPCS/\nCPT Code", f"{setting} MUE Values", "MUE Adjudication Indicator", "MUE Rationale"],
        *([code, units, indicator, "Nature of Made-up"] for code, units in rows),
    ]
