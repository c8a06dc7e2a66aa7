"""The Neoplasm Table and the Table of Drugs: the real files, and made-up ones for what they may not be."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.icd.table_xml import read_table
from app.releases.recognition.format_kinds import Format
from app.releases.recognition.recognize import recognize
from app.releases.records import IndexEntry
from tests.official import official
from tests.releases.xml_damage import CHANGES, ENTITY_BOMB, beginning, changed, check_damaged, inside, read, written


def april(ending: str) -> Member:
    return inside(official("icd10cm", "april-1-2026-tables-and-index.zip"), ending)


@pytest.fixture(scope="module")
def neoplasms() -> tuple[IndexEntry, ...]:
    return tuple(read_table(april("neoplasm-april-1-2026-xml.xml")))


@pytest.fixture(scope="module")
def drugs() -> tuple[IndexEntry, ...]:
    return tuple(read_table(april("drug-april-1-2026-xml.xml")))


@pytest.fixture(scope="module")
def codes_of_2026() -> frozenset[str]:
    """Every plain code of FY2026: columns 7 to 13 of the order file."""
    order = inside(official("icd10cm", "2026-code-descriptions-tabular-order.zip"), "icd10cm_order_2026.txt")
    return frozenset(row[6:13].strip() for row in read(order).decode("ascii", "replace").splitlines())


# The real files


@pytest.mark.slow
@pytest.mark.parametrize(
    ("zipped", "ending", "without"),
    [
        ("april-1-2026-tables-and-index.zip", "neoplasm-april-1-2026-xml.xml", b">-</cell>"),
        ("april-1-2026-tables-and-index.zip", "drug-april-1-2026-xml.xml", b">--</cell>"),
        ("ICD10CM_FY2017_Full_XML.zip", "neoplasm_2017.xml", b">-</cell>"),
        ("ICD10CM_FY2017_Full_XML.zip", "drug_2017.xml", b">--</cell>"),
    ],
)
def test_every_cell_with_a_code_is_an_entry(zipped: str, ending: str, without: bytes) -> None:
    member = inside(official("icd10cm", zipped), ending)
    content = read(member)
    kinds = Counter(entry.kind for entry in read_table(member))
    assert kinds["code"] == content.count(b"<cell ") - content.count(without)
    assert kinds["see"] == content.count(b"<see>")
    assert kinds["see also"] == content.count(b"<seeAlso>")
    assert b"<version>%d" % (2017 if "2017" in ending else 2026) in content


@pytest.mark.slow
def test_every_neoplasm_of_2026_has_a_code(neoplasms: tuple[IndexEntry, ...], codes_of_2026: frozenset[str]) -> None:
    """A dash means that characters follow, except in seven complete codes that have one too."""
    plain = {code.replace(".", "") for entry in neoplasms for code in entry.codes}
    assert {code for code in plain if not code.endswith("-")} <= codes_of_2026
    heads = {code[:length] for code in codes_of_2026 for length in range(3, len(code))}
    complete = {code for code in plain if code.endswith("-") and code[:-1] not in heads}
    assert complete == {"C792-", "D164-", "D165-", "D166-", "D167-", "D168-", "D169-"}
    assert {code[:-1] for code in complete} <= codes_of_2026


@pytest.mark.slow
def test_every_drug_of_2026_has_a_code(drugs: tuple[IndexEntry, ...], codes_of_2026: frozenset[str]) -> None:
    plain = {code.replace(".", "") for entry in drugs for code in entry.codes}
    assert plain <= codes_of_2026
    assert all(f"{code:X<6}A" in codes_of_2026 for code in plain)


def test_a_table_whose_first_column_has_no_head_is_read(tmp_path: Path) -> None:
    """FY2014 and FY2015 name only the columns with codes."""
    content = (
        b'<?xml version="1.0" encoding="utf-8"?><ICD10CM.index><version>2014</version><indexHeading>'
        b'<head col="2">Malignant Primary</head><head col="3">Malignant Secondary</head></indexHeading><letter>'
        b'<title>N</title><mainTerm><title>Neoplasm, neoplastic</title><cell col="2">C80.1</cell>'
        b'<cell col="3">C79.9</cell></mainTerm></letter></ICD10CM.index>'
    )
    (tmp_path / "Neoplasm.xml").write_bytes(content)
    (file,), _ = recognize(tmp_path / "Neoplasm.xml")
    assert (file.format, file.name) == (Format.CM_NEOPLASM, "FY2014")
    assert [(entry.path[-1], entry.codes) for entry in read_table(file.member)] == [
        ("Malignant Primary", ("C80.1",)),
        ("Malignant Secondary", ("C79.9",)),
    ]


@pytest.mark.slow
def test_known_cells(neoplasms: tuple[IndexEntry, ...], drugs: tuple[IndexEntry, ...]) -> None:
    top = "Neoplasm, neoplastic"
    assert neoplasms[0] == IndexEntry((top, "Malignant Primary"), "code", codes=("C80.1",))
    assert neoplasms[5].path == (top, "Unspecified Behavior")
    wall = [entry for entry in neoplasms if entry.path[1:3] == ("abdomen, abdominal", "wall") and len(entry.path) < 5]
    assert [entry.kind for entry in wall] == ["code"] * 6 + ["see also"]
    assert wall[-1] == IndexEntry((top, "abdomen, abdominal", "wall"), "see also", see="Neoplasm, abdomen, wall, skin")
    remark = "book-leaf (mouth) [ventral surface of tongue and floor of mouth]"
    assert IndexEntry((top, remark, "Malignant Primary"), "code", codes=("C06.89",)) in neoplasms
    assert drugs[0] == IndexEntry(("1-propanol", "Poisoning Accidental (unintentional)"), "code", codes=("T51.3X1",))
    columns = {entry.path[-1] for entry in drugs if entry.kind == "code"}
    assert len(columns) == 6
    assert {"Adverse effect", "Underdosing"} < columns


# Made-up files

HEADING = "<indexHeading><head col='1'>Site</head><head col='2'>Bad</head><head col='3'>Good</head></indexHeading>"


def made_up(folder: Path, content: str, heading: str = HEADING) -> Member:
    table = f"<ICD10CM.index><version>2030</version>{heading}\n<letter><title>S</title>\n<mainTerm><title>Spot</title>"
    return written(folder, f"{table}{content}</mainTerm></letter></ICD10CM.index>".encode())


def refusal(member: Member) -> str:
    with pytest.raises(ReleaseError) as raised:
        tuple(read_table(member))
    sentence = str(raised.value)
    assert sentence.startswith("made-up.xml, line ")
    assert "\n" not in sentence
    assert len(sentence) < 400
    return sentence


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", []),
        ("<cell col='2'>-</cell><cell col='3'>--</cell><cell col='3'/>", []),
        ("<cell col='2'> C44.40 </cell>", [(("Spot", "Bad"), "C44.40")]),
        (
            "<cell col='2'>C44.50*</cell><cell col='3'>D16.9-◊</cell>",
            [(("Spot", "Bad"), "C44.50"), (("Spot", "Good"), "D16.9-")],
        ),
        ("<manif>[left]</manif><cell col='3'>D10</cell>", [(("Spot [left]", "Good"), "D10")]),
        (
            "<see>Stain</see><cell col='2'>C01</cell><term level='1'><title>red</title><cell col='3'>D10</cell></term>",
            [(("Spot", "Bad"), "C01"), (("Spot",), "Stain"), (("Spot", "red", "Good"), "D10")],
        ),
    ],
)
def test_the_content_of_a_row(tmp_path: Path, content: str, expected: list[tuple[tuple[str, ...], str]]) -> None:
    entries = read_table(made_up(tmp_path, content))
    assert [(entry.path, "".join(entry.codes) or entry.see) for entry in entries] == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<cell col='4'>C01</cell>", "line 3: expected one of the columns 2, 3, found '4'"),
        ("<cell col='1'>C01</cell>", "expected one of the columns 2, 3, found '1'"),
        ("<cell>C01</cell>", "found None"),
        ("<cell col='2'>see C01</cell>", "expected a code such as E11.4- in <cell>, found 'see C01'"),
        ("<cell col='2'><diff>C01</diff></cell>", "in <cell>, found <diff>"),
        ("<code>C01</code>", "in <mainTerm>, found <code>"),
        ("<term level='1'><title>a</title></term><cell col='2'>C01</cell>", "expected no <cell> here"),
    ],
)
def test_other_content_is_refused_with_file_and_line(tmp_path: Path, content: str, expected: str) -> None:
    assert expected in refusal(made_up(tmp_path, content))


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("", "expected the columns of a table"),
        ("<title>An Index</title>", "expected the columns of a table"),
        ("<indexHeading/>", "expected the columns of a table"),
        (HEADING * 2, "expected no <indexHeading> here"),
        (HEADING.replace("'3'", "'2'"), "expected a column with a number of its own, found '2'"),
        (HEADING.replace("'3'", "'²'"), "expected a column with a number of its own, found '²'"),
        (HEADING.replace("Bad", " "), "expected a text in <head>"),
        (HEADING.replace("head col='2'", "diff col='2'").replace("Bad</head", "Bad</diff"), "found <diff>"),
        ("<version>2031</version>", "expected no <version> here"),
    ],
)
def test_other_columns_are_refused(tmp_path: Path, heading: str, expected: str) -> None:
    assert expected in refusal(made_up(tmp_path, "<cell col='2'>C01</cell>", heading))


def test_damaged_tables_are_refused(tmp_path: Path) -> None:
    good = read(made_up(tmp_path, "<cell col='2'>C01</cell>"))
    for content in (good[:-20], good.replace(b"Spot", b"S\0ot"), good.replace(b"Spot", b"\xe9"), b"", good * 2):
        assert "well-formed" in refusal(written(tmp_path, content))
    assert "no entities" in refusal(written(tmp_path, ENTITY_BOMB + good.replace(b"Spot", b"&b;")))


@pytest.fixture(scope="module", params=["neoplasm-april-1-2026-xml.xml", "drug-april-1-2026-xml.xml"])
def sound(request: pytest.FixtureRequest) -> bytes:
    return beginning(read(april(request.param)), 200_000, b"</term>")


def test_the_beginning_that_is_damaged_is_sound_itself(sound: bytes, tmp_path: Path) -> None:
    assert len(list(read_table(written(tmp_path, sound)))) > 2_000


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=CHANGES)
def test_a_damaged_table_gives_entries_or_one_clear_sentence(
    tmp_path_factory: pytest.TempPathFactory, sound: bytes, changes: list[tuple[float, int, str, bytes]]
) -> None:
    member = written(tmp_path_factory.getbasetemp(), changed(sound, changes))
    check_damaged(member, lambda damaged: all(entry.path for entry in read_table(damaged)))
