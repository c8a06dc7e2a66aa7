"""The formats and releases of files: all real files under their own and misleading names, and made-up files of other
formats and years."""

import gzip
import io
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.codes.systems import System
from app.releases.files.containers import members
from app.releases.icd.order_file import read_order
from app.releases.recognition.format_kinds import COMPANIONS, SYSTEMS_BY_FORMAT, Format
from app.releases.recognition.recognize import Recognized, Unread, recognize
from tests.official import RELEASES, official
from tests.releases.workbooks import workbook

FY2027 = ("FY2027", date(2026, 10, 1), date(2027, 9, 30))
FY2026 = ("FY2026", date(2025, 10, 1), date(2026, 9, 30))
FY2025 = ("FY2025", date(2024, 10, 1), date(2025, 9, 30))
FY2022 = ("FY2022", date(2021, 10, 1), date(2022, 9, 30))
FY2019 = ("FY2019", date(2018, 10, 1), date(2019, 9, 30))
FY2017 = ("FY2017", date(2016, 10, 1), date(2017, 9, 30))
APRIL = ("FY2026 (April 2026)", date(2026, 4, 1), date(2026, 9, 30))
GEMS = ("2018", date(2017, 10, 1), date(2018, 9, 30))
ICD9 = ("v32 (FY2015)", date(2014, 10, 1), date(2015, 9, 30))
JANUARY_2019 = ("January 2019", date(2019, 1, 1), date(2019, 3, 31))
OCTOBER_2020 = ("October 2020", date(2020, 10, 1), date(2020, 12, 31))
OCTOBER_2025 = ("October 2025", date(2025, 10, 1), date(2025, 12, 31))
QUARTER = ("2026 Q3", date(2026, 7, 1), date(2026, 9, 30))

Expected = tuple[Format, tuple[str, date, date]]

REAL: dict[str, Expected] = {
    "2018_I9gem.txt": (Format.GEM_CM_9_TO_10, GEMS),
    "2018_I10gem.txt": (Format.GEM_CM_10_TO_9, GEMS),
    "gem_i9pcs.txt": (Format.GEM_PCS_9_TO_10, GEMS),
    "gem_pcsi9.txt": (Format.GEM_PCS_10_TO_9, GEMS),
    "CMS32_DESC_LONG_DX.txt": (Format.ICD9_DIAGNOSES, ICD9),
    "CMS32_DESC_LONG_SG.txt": (Format.ICD9_PROCEDURES, ICD9),
    "HCPC2019_CONTR_ANWEB.txt": (Format.HCPCS_TXT, JANUARY_2019),
    "HCPC2019_CONTR_ANWEB.xlsx": (Format.HCPCS_XLSX, JANUARY_2019),
    "proc_notes_2019.txt": (Format.HCPCS_NOTES, JANUARY_2019),
    "HCPC2020_OCT_ANWEB.xlsx": (Format.HCPCS_XLSX, OCTOBER_2020),
    "HCPC2025_OCT_ANWEB.xlsx": (Format.HCPCS_XLSX, OCTOBER_2025),
    "icd10cm_order_2019.txt": (Format.CM_ORDER, FY2019),
    "icd10cm_order_addenda_2019.txt": (Format.CM_ORDER_ADDENDA, FY2019),
    "icd10cm_order_2022.txt": (Format.CM_ORDER, FY2022),
    "icd10cm_order_addenda_2022.txt": (Format.CM_ORDER_ADDENDA, FY2022),
    "icd10cm_order_2025.txt": (Format.CM_ORDER, FY2025),
    "icd10cm_order_addenda_2025.txt": (Format.CM_ORDER_ADDENDA, FY2025),
    "icd10cm_order_2026.txt": (Format.CM_ORDER, FY2026),
    "icd10cm_order_addenda_2026.txt": (Format.CM_ORDER_ADDENDA, FY2026),
    "icd10cm_order_addenda_2027.txt": (Format.CM_ORDER_ADDENDA, FY2027),
    "ICD-10-CM-CONVERSION-TABLE-FY2026.xlsx": (Format.CM_CONVERSION, FY2026),
    "POAexemptCodesFY26.txt": (Format.CM_POA_EXEMPT, FY2026),
    "POAexemptCodesFY26.xlsx": (Format.CM_POA_EXEMPT, FY2026),
    "icd10cm_drug_2017.xml": (Format.CM_DRUGS, FY2017),
    "icd10cm_eindex_2017.xml": (Format.CM_EXTERNAL, FY2017),
    "icd10cm_index_2017.xml": (Format.CM_INDEX, FY2017),
    "icd10cm_neoplasm_2017.xml": (Format.CM_NEOPLASM, FY2017),
    "icd10cm_tabular_2017.xml": (Format.CM_TABULAR, FY2017),
    "icd10c-tabular-April-1-2026.xml": (Format.CM_TABULAR, APRIL),
    "icd10cm-drug-April-1-2026-XML.xml": (Format.CM_DRUGS, APRIL),
    "icd10cm-eindex-April-1-2026-XML.xml": (Format.CM_EXTERNAL, APRIL),
    "icd10cm-neoplasm-April-1-2026-XML.xml": (Format.CM_NEOPLASM, APRIL),
    "icd10pcs_order_2019.txt": (Format.PCS_ORDER, FY2019),
    "order_addenda_2019.txt": (Format.PCS_ADDENDA, FY2019),
    "icd10pcs_order_2022.txt": (Format.PCS_ORDER, FY2022),
    "order_addenda_2022.txt": (Format.PCS_ADDENDA, FY2022),
    "icd10pcs_definitions_2025.xml": (Format.PCS_DEFINITIONS, FY2025),
    "icd10pcs_index_2025.xml": (Format.PCS_INDEX, FY2025),
    "icd10pcs_tables_2025.xml": (Format.PCS_TABLES, FY2025),
    "icd10pcs_order_2025.txt": (Format.PCS_ORDER, FY2025),
    "order_addenda_2025.txt": (Format.PCS_ADDENDA, FY2025),
    "icd10pcs_definitions_2026.xml": (Format.PCS_DEFINITIONS, FY2026),
    "icd10pcs_tables_2026.xml": (Format.PCS_TABLES, FY2026),
    "icd10pcs_order_2026.txt": (Format.PCS_ORDER, FY2026),
    "order_addenda_2026.txt": (Format.PCS_ADDENDA, FY2026),
    "MCR_MUE_PractitionerServices_Eff_07-01-2026.excerpt-6rows.csv": (Format.MUE, QUARTER),
    "ccipra-v322r0-f1.excerpt-10rows.txt": (Format.PTP, QUARTER),
    "PPRRVU2026_Jul_nonQPP.header+3rows.redacted.csv": (Format.PPRRVU, ("July 2026", *QUARTER[1:])),
}

NOT_READ = {
    "README.md": "Not a file that Codarium reads; it holds text that begins with",
    "LAYOUT.md": "Not a file that Codarium reads; it holds text that begins with",
    "cms-pos-2024-05-02.tsv": "Not a file that Codarium reads; it holds text that begins with",
    "ReadMePOAexemptFY26.txt": "Not a file that Codarium reads; it holds text that begins with",
    **{
        f"POAexempt{change}CodesFY26.{ending}": COMPANIONS[Format.CM_POA_CHANGES]
        for change in ("Add", "Delete", "Revise")
        for ending in ("txt", "xlsx")
    },
    "ICD-10-CM-October-2025-Guidelines.pdf": COMPANIONS[Format.PDF],
    **{f"icd10cm_codes_{year}.txt": COMPANIONS[Format.CM_CODES] for year in (2019, 2022, 2025, 2026)},
    **{f"icd10cm_codes_addenda_{year}.txt": COMPANIONS[Format.CM_CODES_ADDENDA] for year in (2019, 2022, 2025, 2026)},
    "icd10cm_index.xsd": COMPANIONS[Format.SCHEMA],
    "CMS32_DESC_SHORT_DX.txt": COMPANIONS[Format.ICD9_SHORT],
    "CMS32_DESC_SHORT_SG.txt": COMPANIONS[Format.ICD9_SHORT],
    "HCPC2019_Corrections_ALPHA_v2.prn": COMPANIONS[Format.HCPCS_CORRECTIONS],
    "HCPC2019_Corrections_ALPHA_v2.xlsx": COMPANIONS[Format.HCPCS_CORRECTIONS],
    "HCPC2019_README.txt": COMPANIONS[Format.HCPCS_README],
    "HCPC2019_Trans_Alpha.xlsx": COMPANIONS[Format.HCPCS_TRANSACTIONS],
    "HCPC2020_OCT_Trans_Alpha.xlsx": COMPANIONS[Format.HCPCS_TRANSACTIONS],
    "HCPCS2019_recordlayout.txt": COMPANIONS[Format.HCPCS_LAYOUT],
    "NOC_Codes_2019.prn": COMPANIONS[Format.HCPCS_NOC],
    "NOC_Codes_2019.xlsx": COMPANIONS[Format.HCPCS_NOC],
}
"""The real files that are not read, with the beginning of the sentence that says why."""

SECONDS_PER_FILE = 0.25
"""Processor time that recognizing one file may take on average: 15 seconds for the 66 files that were first at hand."""

BY_NAME_ALONE = {
    Format.GEM_CM_9_TO_10,
    Format.GEM_CM_10_TO_9,
    Format.GEM_PCS_9_TO_10,
    Format.GEM_PCS_10_TO_9,
    Format.HCPCS_NOTES,
    Format.CM_ORDER,
    Format.PCS_ORDER,
}
"""The formats whose content does not give the year."""


def format_and_release(file: Recognized) -> Expected:
    return file.format, (file.name, file.effective_from, file.effective_to)


def short_name(file: Recognized | Unread) -> str:
    return (file.member.inside or file.member.path.name).rpartition("/")[2]


def only_file(path: Path) -> Recognized:
    read, unread = recognize(path)
    assert not unread, unread
    assert len(read) == 1
    return read[0]


def reason(path: Path) -> str:
    read, unread = recognize(path)
    assert not read
    assert len(unread) == 1
    assert "\n" not in unread[0].reason
    return unread[0].reason


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every real file by itself, in folders named like its zip."""
    top = tmp_path_factory.mktemp("unpacked")
    for archive in official("icd10cm").parent.glob("*/*.zip"):
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(top / archive.stem)
    return top


# The real files


@pytest.mark.slow
def test_every_real_file_is_what_its_publisher_says() -> None:
    start = time.process_time()
    read, unread = recognize(official("icd10cm").parent)
    seconds = time.process_time() - start
    # The folder may get further files at any time: they need an answer, and the known files keep theirs.
    recognized = [(short_name(file), format_and_release(file)) for file in read]
    assert {name: expected for name, expected in REAL.items() if recognized.count((name, expected)) != 1} == {}
    assert all(file.system is SYSTEMS_BY_FORMAT.get(file.format) for file in read)
    reasons = [(short_name(file), file.reason) for file in unread]
    assert all(reason and "\n" not in reason for _, reason in reasons)
    for name, beginning in NOT_READ.items():
        answers = [reason for file_name, reason in reasons if file_name == name]
        assert answers, name
        assert all(reason.startswith(beginning) for reason in answers), name
    assert all(
        file.companion == (file.reason in COMPANIONS.values()) for file in unread if short_name(file) in NOT_READ
    )
    assert seconds < SECONDS_PER_FILE * (len(read) + len(unread))


@pytest.mark.slow
def test_every_zip_alone_and_unpacked_gives_the_same(unpacked: Path) -> None:
    for archive in sorted(RELEASES.glob("*/*.zip")):
        from_zip, other = recognize(archive)
        from_folder, others = recognize(unpacked / archive.stem)
        assert {short_name(file): format_and_release(file) for file in from_zip} == {
            short_name(file): format_and_release(file) for file in from_folder
        }
        assert len(other) == len(others)
        known = [file for file in from_zip if short_name(file) in REAL]
        assert all(format_and_release(file) == REAL[short_name(file)] for file in known)


@pytest.mark.slow
def test_every_file_by_itself_is_recognized(unpacked: Path) -> None:
    for path in sorted(unpacked.rglob("*")):
        if path.is_file() and path.name in REAL:
            assert format_and_release(only_file(path)) == REAL[path.name]


@pytest.mark.slow
def test_misleading_names_do_not_matter(unpacked: Path, tmp_path: Path) -> None:
    for name, (format_, release) in REAL.items():
        for path in unpacked.rglob(name):
            renamed = tmp_path / "icd10pcs_tables_2031.xsd"
            renamed.unlink(missing_ok=True)
            renamed.hardlink_to(path)
            file = only_file(renamed)
            assert file.format is format_, name
            if format_ in BY_NAME_ALONE:
                assert file.effective_to.year == 2031
            elif release is not APRIL:
                assert (file.name, file.effective_from, file.effective_to) == release
            else:
                # That a Tabular List is the one of April is written in its name alone.
                assert file.name == "FY2026"


@pytest.mark.slow
def test_a_file_without_a_year_says_what_to_rename_it_to(unpacked: Path, tmp_path: Path) -> None:
    for name, (format_, _) in REAL.items():
        for path in unpacked.rglob(name):
            if format_ in BY_NAME_ALONE:
                folder = tmp_path / "downloads"
                folder.mkdir(exist_ok=True)
                given = folder / "codes.txt"
                given.write_bytes(path.read_bytes())
                sentence = reason(given)
                assert sentence.startswith(
                    f"Recognized as {format_}, but neither its content nor its name gives the year; rename it"
                )
                given.unlink()


# Made-up files

ORDER = "00001 A00     0 {0:<60} {0}\r\n00002 A000    1 {0:<60} {0}\r\n".format("Made-up disease")
PCS_ORDER = "00001 BX0     0 {0:<60} {0}\r\n00002 BX0ZZZZ 1 {0:<60} {0}\r\n".format("Made-up picture")
INJURIES = "00001 T07     0 {0:<60} {0}\r\n00002 T07XXXA 1 {0:<60} {0}\r\n".format("Made-up injury")
NOTICE = "CPT 2031 made-up notice\r\nCopyright 2030 American Medical Association\r\n\r\n"
XML = '<?xml version="1.0"?>\n<!-- <fake> -->\n<{0}><version>2031</version>{1}</{0}>'
UNCHANGED = """Headers
  23467 headers in icd10cm_order_2031.txt
  23467 headers in icd10cm_order_2031.txt
      0 additions
      0 deletions
      0 revisions
of which
      0 revisions to both long and short titles

Codes
  74719 codes in icd10cm_order_2031.txt
  74719 codes in icd10cm_order_2031.txt
      0 additions
      0 deletions
      0 revisions
"""
"""Order addenda of an April without changes, such as those of 2025 and 2026."""
CONVERSION = """"A note of the publisher, over
two lines",,
Current code assignment,Effective,Previous Code(s) Assignment
A04.71,2017,A04.7
"""
DRUGS = "Substance,Poisoning Accidental (unintentional),Poisoning Assault,Adverse effect,Underdosing"
DRUGS_ON_LINES = (
    'ICD-10-CM TABLE OF DRUGS\nSubstance,"Poisoning\nAccidental\n(unintentional)","Poisoning\nAssault",'
    '"Adverse\neffect",Underdosing\n'
)
CONVERSIONS = (
    "ICD-10-CM conversions\nCurrent code assignment;Effective October 1;Previous Code(s) Assignment\nA00.0;2031;A00\n"
)
HCPCS_HEADS = ("HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION", "COV")
DATE_HEADS = ("ADD DT", "ACT EFF DT", "TERM DT", "ACTION CD")


def made_up(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def stable_id(value: object) -> str:
    """A name for a parameter that is the same in every process: zips and gzip files contain the time."""
    return "bytes" if isinstance(value, bytes) else str(value)


@pytest.mark.parametrize(
    ("content", "format_"),
    [
        (ORDER, Format.CM_ORDER),
        (INJURIES, Format.CM_ORDER),
        (PCS_ORDER, Format.PCS_ORDER),
        ("\ufeff" + ORDER, Format.CM_ORDER),
        ("Add:         1 A000    Short".ljust(85) + "Long\n", Format.CM_ORDER_ADDENDA),
        ("Add:         0016070 Short".ljust(82) + "Long\n", Format.PCS_ADDENDA),
        (XML.format("ICD10CM.tabular", ""), Format.CM_TABULAR),
        (XML.format("ICD10CM.index", "<title>Index to Diseases</title>"), Format.CM_INDEX),
        (XML.format("ICD10CM.index", "<title>EXTERNAL CAUSE INDEX</title>"), Format.CM_EXTERNAL),
        (XML.format("ICD10CM.index", '<head col="1"> NEOPLASM</head>'), Format.CM_NEOPLASM),
        (XML.format("ICD10CM.index", '<head col="1">Substance</head>'), Format.CM_DRUGS),
        (XML.format("ICD10CM.index", '<head col="2">Malignant Primary</head>'), Format.CM_NEOPLASM),
        (
            XML.format("ICD10CM.index", '<head col="6">Adverse effect</head><head col="7">Underdosing</head>'),
            Format.CM_DRUGS,
        ),
        (UNCHANGED, Format.CM_ORDER_ADDENDA),
        (gzip.compress(ORDER.encode()), Format.CM_ORDER),
        (CONVERSION, Format.CM_CONVERSION),
        (workbook([("Current Code(s) Assignment", "Effective October 1", "Previous Code")]), Format.CM_CONVERSION),
        (XML.format("ICD10PCS.tabular", ""), Format.PCS_TABLES),
        (XML.format("ICD10PCS.index", ""), Format.PCS_INDEX),
        (XML.format("ICD10PCS.definitions", ""), Format.PCS_DEFINITIONS),
        ("0010  A000    00000\nV9199 NoDx    11000\n", Format.GEM_CM_9_TO_10),
        ("A000    0010  00000\nZ9989   V469  10000\n", Format.GEM_CM_10_TO_9),
        ("0001  6A750Z4 10000\n9999  NoPCS   11000\n", Format.GEM_PCS_9_TO_10),
        ("0016070 0231  10000\n", Format.GEM_PCS_10_TO_9),
        ("0010  Made-up disease of some kind\n00320 Made-up disease\n", Format.ICD9_DIAGNOSES),
        ("0001 Made-up treatment of a kind\n0002 Made-up\n", Format.ICD9_PROCEDURES),
        (NOTICE + "00001\tMade-up procedure, first\r\n", Format.CPT_LONG),
        (NOTICE + "00001 MADE-UP PROCEDURE OF SOME LENGTH, FIRST\r\n", Format.CPT_MEDIUM),
        (NOTICE + "00001 MADE-UP PROCEDURE\r\n", Format.CPT_SHORT),
        (NOTICE + "22 Made-up one\r\ntext\r\n23 Made-up two\r\n24 Made-up three\r\n", Format.CPT_MODUL),
        (NOTICE + "Concept Id\tCPT Code\tConsumer Friendly Descriptor\r\n1\t00001\tMade-up\r\n", Format.CPT_CONSUMER),
        (
            NOTICE + "Concept Id\tCPT Code\tClinician Descriptor Id\tClinician Descriptor\r\n1\t00001\t1\tMade-up\r\n",
            Format.CPT_CLINICIAN,
        ),
        (NOTICE + "Concept Id\tCPT Code\tLong\tMedium\tShort\r\n1\t00001\tMade-up\tM\tS\r\n", Format.CPT_CONSOLIDATED),
        ("<root><item><cdId>1</cdId><cdCode>0001U</cdCode></item></root>", Format.CPT_PLA),
        ("2031 National Physician Fee Schedule Relative Value File April Release\nHCPCS\tMOD\n", Format.PPRRVU),
        ("1 National Physician Fee Schedule Relative Value File\n", Format.PPRRVU),
    ],
    ids=stable_id,
)
def test_formats_of_other_years(tmp_path: Path, content: str | bytes, format_: Format) -> None:
    file = only_file(made_up(tmp_path, "given 2031.dat", content))
    assert file.format is format_
    if format_ not in (Format.ICD9_DIAGNOSES, Format.ICD9_PROCEDURES):
        assert file.effective_to.year == 2031
    assert file.system is SYSTEMS_BY_FORMAT.get(format_)


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("order_2031.txt", ("FY2031", date(2030, 10, 1), date(2031, 9, 30))),
        ("2031/order.txt", ("FY2031", date(2030, 10, 1), date(2031, 9, 30))),
        ("FY31 order.txt", ("FY2031", date(2030, 10, 1), date(2031, 9, 30))),
        ("October-1-2030.txt", ("FY2031", date(2030, 10, 1), date(2031, 9, 30))),
        ("april-1-2031-order.txt", ("FY2031 (April 2031)", date(2031, 4, 1), date(2031, 9, 30))),
        ("April 2031/x_2031.txt", ("FY2031", date(2030, 10, 1), date(2031, 9, 30))),
        ("2031-apr.txt", ("FY2031 (April 2031)", date(2031, 4, 1), date(2031, 9, 30))),
    ],
)
def test_the_year_of_an_order_file_by_its_names(tmp_path: Path, name: str, release: tuple[str, date, date]) -> None:
    made_up(tmp_path / "given", name, ORDER)
    assert format_and_release(only_file(tmp_path / "given"))[1] == release


def test_the_year_by_the_name_of_the_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "april-1-2031.zip", "w") as archive:
        archive.writestr("order.txt", ORDER)
        archive.writestr("tabular.xml", XML.format("ICD10CM.tabular", ""))
    read, _ = recognize(tmp_path / "april-1-2031.zip")
    assert [file.name for file in read] == ["FY2031 (April 2031)"] * 2


def test_the_content_counts_more_than_the_name(tmp_path: Path) -> None:
    made_up(tmp_path, "april-1-2029.xml", XML.format("ICD10CM.tabular", ""))
    made_up(tmp_path, "long 2029.txt", NOTICE + "00001\tMade-up procedure, first\r\n")
    read, _ = recognize(tmp_path)
    assert [file.name for file in read] == ["FY2031", "CPT 2031"]


def test_two_years_in_one_zip_are_both_returned_and_the_same_file_once(tmp_path: Path) -> None:
    path = tmp_path / "mixed.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("order_2031.txt", ORDER)
        archive.writestr("order_2030.txt", ORDER.replace("Made", "Make"))
        archive.writestr("copy/order_2031.txt", ORDER)
    read, unread = recognize(path)
    assert sorted(file.name for file in read) == ["FY2030", "FY2031"]
    assert [file.reason for file in unread] == ["The same file, byte for byte, as mixed.zip › copy/order_2031.txt."]


def test_hcpcs_quarters_by_their_latest_actions(tmp_path: Path) -> None:
    rows = [
        (f"A{number:04}", "0010", "3", "Made-up", "Made-up", "C", "20310401", "20310401", "", "N")
        for number in range(200)
    ]
    typo = ("A9999", "0010", "3", "Made-up", "Made-up", "C", "20310401", "20910401", "", "N")
    file = only_file(
        made_up(tmp_path, "HCPC2029_OCT.xlsx", workbook([("A note",), (*HCPCS_HEADS, *DATE_HEADS), *rows, typo]))
    )
    assert format_and_release(file) == (Format.HCPCS_XLSX, ("April 2031", date(2031, 4, 1), date(2031, 6, 30)))
    assert file.system is System.HCPCS


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "The file is empty."),
        (b"\n  \n", "it holds nothing but blanks"),
        (b"%PDF-1.7 \n", "A PDF document for reading"),
        (b"<!DOCTYPE html><html><title>Not found</title></html>", "A web page instead of the file"),
        (b"<html>", "A web page instead of the file"),
        (b"<xs:schema/>", "A description of the XML files"),
        (b"<other/>", "it holds XML that begins with <other>"),
        (b"<", "it holds broken XML"),
        (b"\xd0\xcf\x11\xe0 \x01", "An old Excel or Word file"),
        (b"MZ\x90\0\x03", "A program, which Codarium never starts"),
        (b"\x89PNG\r\n\x1a\n\0\0", "it holds bytes that are not text"),
        (ORDER.encode("utf-16"), "Its text is UTF-16; save it as UTF-8"),
        (b"12 Rose Street\n1204 Lily Lane\n", "it holds text that begins with “12 Rose Street”"),
        (b"Dear all,\nthe codes are attached.\n", "it holds text that begins with “Dear all,”"),
        (bytes(range(128, 256)) * 3, "Not a file that Codarium reads; it holds bytes that are not text."),
        ("Sehr geehrte Frau Müller,\n".encode("latin-1"), "text that begins with “Sehr geehrte Frau M ller,”"),
        (b"PK\x03\x04 cut", "The zip is damaged or incomplete"),
        (workbook([("Shopping",), ("Milk", 2)]), "it holds a workbook that begins with “Shopping”"),
        (workbook([("a",)], "<row><c><v>1</v></c></row>"), "have no position; save it again"),
    ],
)
def test_unread_files_have_a_reason(tmp_path: Path, content: bytes, expected: str) -> None:
    assert expected in reason(made_up(tmp_path, "icd10cm_order_2031.txt", content))


def packed(*names: str, **contents: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {**contents, **dict.fromkeys(names, b"<x/>")}.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (packed("[Content_Types].xml", "word/document.xml"), "A Word document for reading; it holds no data"),
        (packed("[Content_Types].xml", "ppt/presentation.xml"), "A PowerPoint presentation for reading"),
        (packed("[Content_Types].xml", "xl/workbook.bin"), "in its binary form (.xlsb), which Codarium does not read"),
        (packed("[Content_Types].xml", "visio/document.xml"), "a document of another program"),
        (packed(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "An OpenDocument spreadsheet, which"),
        (packed(mimetype=b"application/vnd.oasis.opendocument.text"), "An OpenDocument text for reading"),
        (b"7z\xbc\xaf\x27\x1c\x00", "a kind that Codarium does not open (7z); unpack it and add the folder"),
        (b"Rar!\x1a\x07\x00", "a kind that Codarium does not open (RAR)"),
        (gzip.compress(b"order.txt".ljust(257, b"\0") + b"ustar"), "a kind that Codarium does not open (tar)"),
        (gzip.compress(ORDER.encode())[:-20], "packed data is damaged"),
        (gzip.compress(bytes(20 << 20)), "more than 200 times its size"),
        ("A000    Made-up disease\nT07XXXA Made-up injury\n", COMPANIONS[Format.CM_CODES]),
        ("0016070 Made-up bypass\nB00BYZZ Made-up picture\n", COMPANIONS[Format.PCS_CODES]),
        ("Revise from: A000    Old\nRevise to:   A000    New\n", COMPANIONS[Format.CM_CODES_ADDENDA]),
        (DRUGS, "The ICD-10-CM Table of Drugs and Chemicals in rows"),
        (workbook([DRUGS.split(",")]), "add the XML file of that year, such as icd10cm_drug_YYYY.xml"),
        (DRUGS_ON_LINES, "The ICD-10-CM Table of Drugs and Chemicals in rows"),
        (DRUGS_ON_LINES.replace(",", "\t"), "The ICD-10-CM Table of Drugs and Chemicals in rows"),
        (CONVERSIONS, "columns that are not divided by commas; add the Excel file from the zip"),
        (CONVERSIONS.replace(";", "\t"), "columns that are not divided by commas; add the Excel file from the zip"),
        ("Neoplasm,Malignant Primary,Malignant Secondary,Ca in situ,Benign", "icd10cm_neoplasm_YYYY.xml"),
    ],
    ids=stable_id,
)
def test_files_of_another_kind_are_named_with_the_one_to_add(
    tmp_path: Path, content: str | bytes, expected: str
) -> None:
    assert expected in reason(made_up(tmp_path, "given 2031.dat", content))


def test_a_packed_file_is_read_as_if_it_were_unpacked(tmp_path: Path) -> None:
    packed_order = made_up(tmp_path, "order 2031.txt.gz", gzip.compress(ORDER.encode()))
    (tmp_path / "in a zip 2031.zip").write_bytes(packed(order=packed_order.read_bytes()))
    for path in (packed_order, tmp_path / "in a zip 2031.zip"):
        assert [code.code for code in read_order(only_file(path).member)] == ["A00", "A000"]


def test_missing_files_and_damaged_zips_raise_nothing(tmp_path: Path) -> None:
    assert "cannot be read" in reason(tmp_path / "missing.zip")
    made_up(tmp_path, "a.zip", b"PK\x03\x04")
    made_up(tmp_path, "b 2031.txt", ORDER)
    read, unread = recognize(tmp_path)
    assert (len(read), len(unread)) == (1, 1)


SEEDS = (ORDER, PCS_ORDER, NOTICE + "00001\tMade-up\r\n", XML.format("ICD10CM.index", "<title>A</title>"))


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(SEEDS),
    st.integers(0, 300),
    st.integers(0, 60),
    st.binary(max_size=8) | st.text(max_size=4).map(str.encode),
)
def test_a_mutated_file_raises_nothing(tmp_path: Path, seed: str, at: int, cut: int, put: bytes) -> None:
    raw = seed.encode()
    path = made_up(tmp_path, "mutated 2031.dat", raw[:at] + put + raw[at + cut :])
    read, unread = recognize(path)
    assert len(read) + len(unread) == 1


def test_a_damaged_line_does_not_hide_what_a_file_is(tmp_path: Path) -> None:
    rows = "".join(f"{n:05} A{n:03}    1 {'Made-up':<60} Made-up\r\n" for n in range(1, 100))
    damaged = rows.replace("00007 A007    1", "00007 A007    ?")
    file = only_file(made_up(tmp_path, "order 2031.txt", damaged))
    assert file.format is Format.CM_ORDER
    assert list(members(file.member.path)) == [file.member]
