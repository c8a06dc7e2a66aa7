"""The table of HCPCS's coded fields against CMS's record layout and against every value that occurs in real files."""

import re
from pathlib import Path

import pytest

from app.library.own_words.hcpcs_fields import HcpcsFields, read_hcpcs_fields
from app.releases.errors import ReleaseError
from app.releases.files.containers import Member, members
from app.releases.hcpcs.code_file import read_hcpcs
from app.releases.hcpcs.text_form import HCPCS_COLUMNS
from tests.official import official

TABLES = Path(__file__).parents[3] / "resources" / "tables"
FILES = (
    ("2019-alpha-numeric-hcpcs-file.zip", "ANWEB.txt"),
    ("2020-october-alpha-numeric-hcpcs-file.zip", "ANWEB.xlsx"),
    ("october-2025-alpha-numeric-hcpcs-file.zip", "ANWEB.xlsx"),
)
# Where the values of a field begin in the layout.
LAYOUT = {
    "PRICE": "HCPCS Pricing Indicator Code",
    "MULT_PI": "HCPCS Multiple Pricing Indicator Code",
    "LABCERT": "HCPCS Lab Certification Code",
    "COV": "HCPCS Coverage Code",
    "OPPS": "HCPCS MOG Payment Group Code",
    "OPPS_PI": "HCPCS MOG Payment Policy Indicator",
    "ACTION CD": "HCPCS Action Code",
    "BETOS": "BETOS_TB                                                   BETOS Table",
    "TOS": "CMS_TYPE_SRVC_TB                                    CMS Type of Service Table",
}
# Values newer than the layout of 2019. Both apply to the same 83 codes of October 2025.
NEWER_THAN_LAYOUT = {"PRICE": {"40"}, "BETOS": {"O1L"}}
# The layout gives ASC_GRP in a sentence, and 0000 as a note's number occurs though there is no such note.
IN_PROSE = {"ASC_GRP": {"YY"}, "PROCNOTE": {"0000"}}
# Numbers of sections and notes, other codes, dates and quantities: values without a meaning to spell out.
WITHOUT_MEANINGS = {"CIM", "MCM", "STATUTE", "XREF", "ASC_DT", "OPPS_DT", "PROCNOTE", "ANEST_BU"}


@pytest.fixture(scope="module")
def fields() -> HcpcsFields:
    return read_hcpcs_fields(TABLES)


def member(archive: str, ending: str) -> Member:
    (archive_member,) = (
        archive_member
        for archive_member in members(official("hcpcs", archive))
        if archive_member.inside.endswith(ending)
    )
    return archive_member


def values(fields: HcpcsFields, field: str) -> set[str]:
    return {value for name, value in fields.meanings if name == field}


def test_the_table_has_exactly_the_values_of_the_record_layout(fields: HcpcsFields) -> None:
    with member("2019-alpha-numeric-hcpcs-file.zip", "recordlayout.txt").open() as stream:
        layout = stream.read().decode("cp1252").replace("\r\n", "\n")
    for field, heading in LAYOUT.items():
        begin = layout.index(heading) + len(heading)
        end = re.search(r"^ {1,2}[0-9]+\.  |^ [A-Z_]+_TB ", layout[begin:], re.MULTILINE)
        listed = re.findall(
            r"^\s*([0-9A-Z]{1,3}) += ", layout[begin : begin + end.start() if end else None], re.MULTILINE
        )
        assert len(listed) >= 5, field
        assert values(fields, field) == set(listed) | NEWER_THAN_LAYOUT.get(field, set()), field
    assert {field for field, _value in fields.meanings} == {*LAYOUT, *IN_PROSE}
    for field, prose in IN_PROSE.items():
        assert values(fields, field) == prose


@pytest.mark.slow
@pytest.mark.parametrize(("archive", "ending"), FILES, ids=["2019", "2020", "2025"])
def test_every_value_that_occurs_has_a_meaning(fields: HcpcsFields, archive: str, ending: str) -> None:
    missing: set[tuple[str, str]] = set()
    for code in read_hcpcs(member(archive, ending)):
        for field, value in (*code.fields, ("ACTION CD", code.action)):
            if field.rstrip("0123456789") not in WITHOUT_MEANINGS and not fields.meaning(field, value):
                missing.add((field, value))
    assert missing == set()


def test_every_column_has_a_name(fields: HcpcsFields) -> None:
    own_parts = {"HCPC", "SEQNUM", "RECID", "LONG DESCRIPTION", "SHORT DESCRIPTION"}
    for column, _begin, _end in HCPCS_COLUMNS:
        if column not in own_parts:
            assert fields.name(column) != column


def test_a_repeated_field_has_the_name_of_its_base(fields: HcpcsFields) -> None:
    assert fields.name("PRICE3") == fields.name("PRICE") == "Pricing"
    assert fields.meaning("TOS5", "R") == "Rental of durable medical equipment"


def test_an_unknown_field_or_value_has_no_meaning(fields: HcpcsFields) -> None:
    assert fields.name("MADE UP 2") == "MADE UP 2"
    assert fields.meaning("MADE UP 2", "A") == fields.meaning("PRICE1", "98") == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("PRICE\t-\n", "line 1: expected 3 columns, found 2"),
        ("# x\nPRICE\t-\tPricing\n", "line 2: expected the name of PRICE once, a colon"),
        ("COV\tC\tThe contractor decides\n", "line 1: expected C of COV once and below the row"),
        ("COV\t-\tCoverage: x.\nCOV\tC\ta\nCOV\tC\tb\n", "line 3: expected C of COV once"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "hcpcs_fields.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(ReleaseError) as raised:
        read_hcpcs_fields(tmp_path)
    assert f"hcpcs_fields.tsv, {message}" in str(raised.value)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"hcpcs_fields\.tsv cannot be read"):
        read_hcpcs_fields(tmp_path)
