"""The ICD-10-PCS definitions: the real files against the tables of their years, made-up ones for what is damaged."""

import re
from collections import Counter
from pathlib import Path

import pytest

from app.codes.pcs import definition_headings
from app.releases.files.containers import single_file
from app.releases.files.xml_stream import xml_events
from app.releases.icd.pcs_definitions import DEFINITIONS_ROOT, read_definitions
from app.releases.icd.pcs_tables import TABLES_ROOT, read_tables
from app.releases.records import PcsDefinition
from build.icd10pcs_package import icd10pcs_contents
from tests.releases.icd.test_pcs_tables import beginning, real, refusal, refusals

# Substances of Administration whose values the tables gave up or moved to New Technology; their lists stayed behind.
LEFT_BEHIND = {
    "Anti-Infective Envelope",
    "Clofarabine",
    "Glucarpidase",
    "Human B-type Natriuretic Peptide",
    "Other Anti-infective",
    "Other Antineoplastic",
    "Other Substance",
    "Other Thrombolytic",
    "Oxazolidinones",
    "Recombinant Bone Morphogenetic Protein",
}
LEFT_BEHIND_2026 = {"Monoclonal Antibody", "Other Therapeutic Monoclonal Antibody"}

# The real files


@pytest.mark.slow
@pytest.mark.parametrize(
    ("year", "count", "plain", "left_behind"),
    [("2025", 1_066, 837, LEFT_BEHIND), ("2026", 1_090, 844, LEFT_BEHIND | LEFT_BEHIND_2026)],
)
def test_definitions_join_with_the_labels_of_the_tables(
    year: str, count: int, plain: int, left_behind: set[str]
) -> None:
    defined = {(each.section, each.position, each.label) for each in read_definitions(real("definitions", year))}
    assert len(defined) == count
    labels: set[tuple[str, int, str]] = set()
    reached: set[tuple[str, int, str]] = set()
    for row in read_tables(real("tables", year)):
        (section, first), second, third = (pairs[0] for pairs in row.axes[:3])
        for position, pairs in enumerate(row.axes, start=1):
            for _, label in pairs:
                labels.add((section, position, label))
                places = {(section, position, each) for each in definition_headings(label, first, second[1], third[1])}
                assert len(places & defined) <= 1, places & defined
                reached |= places & defined
    assert len(defined & labels) == plain
    assert defined - reached == {("3", 6, label) for label in left_behind}


@pytest.mark.parametrize("year", ["2025", "2026"])
def test_every_section_except_radiation_therapy_is_defined(year: str) -> None:
    counts = Counter((each.section, each.position) for each in read_definitions(real("definitions", year)))
    assert {section for section, _ in counts} == set("0123456789BCFGHX")
    assert {position for _, position in counts} == {3, 4, 5, 6}
    assert (counts["0", 3], counts["0", 5]) == (31, 7)


@pytest.mark.slow
@pytest.mark.parametrize("year", ["2025", "2026"])
def test_operations_are_defined_as_in_the_tables(year: str) -> None:
    defined = {
        (each.section, each.label): each.definition
        for each in read_definitions(real("definitions", year))
        if each.position == 3
    }
    whole = frozenset({"version", "title", "pcsTable"})
    tables = [table for _, table in xml_events(real("tables", year), frozenset({TABLES_ROOT}), whole)]
    operations = {
        (section.get("code"), axis.findtext("label")): axis.findtext("definition")
        for table in tables
        for section in table.iterfind("axis[@pos='1']/label")
        for axis in table.iterfind("axis[@pos='3']")
        if axis.find("definition") is not None
    }
    assert defined == operations


def test_every_text_of_the_real_file_is_read() -> None:
    member = real("definitions", "2025")
    with member.open() as file:
        written = file.read()
    terms = re.findall(rb"<terms>.*?</terms>", written, re.DOTALL)
    read = list(read_definitions(member))
    assert len(read) == sum(term.count(b"<title>") for term in terms)
    for name, tag in (("definition", b"<definition>"), ("explanation", b"<explanation>"), ("examples", b"<includes>")):
        count = sum(term.count(b"<title>") for term in terms if tag in term)
        assert sum(bool(getattr(each, name)) for each in read) == count


@pytest.mark.slow
def test_the_registry_package_has_the_same_definitions() -> None:
    official = set(read_definitions(real("definitions", "2025")))
    package = set(icd10pcs_contents().definitions)
    assert len(package) == 38
    assert package - official == set()


def test_body_parts_of_one_list_all_have_it() -> None:
    definitions = {each.label: each for each in read_definitions(real("definitions", "2025")) if each.position == 4}
    assert definitions["Breast, Left"].examples == "Mammary duct; Mammary gland"
    assert definitions["Breast, Left"].examples == definitions["Breast, Bilateral"].examples
    assert definitions["Breast, Left"].definition == ""


# Made-up files


def definitions_file(folder: Path, axis: str, section: str = '<section code="0">') -> Path:
    path = folder / "made-up.xml"
    path.write_text(
        f"<{DEFINITIONS_ROOT}><version>2030</version>\n<title>D</title>\n{section}<title>S</title>\n{axis}\n</section>"
        f"<deviceAggregation><aggregate><device>x</device></aggregate></deviceAggregation></{DEFINITIONS_ROOT}>",
        encoding="utf-8",
    )
    return path


def axis(terms: str, position: str = "3") -> str:
    return f'<axis pos="{position}"><title>Operation</title>\n{terms}</axis>'


def test_texts_of_one_kind_are_joined_in_order(tmp_path: Path) -> None:
    terms = (
        "<terms><title>First</title><title>Second</title><definition>Made-up\n one</definition>"
        "<explanation>a</explanation><explanation>b</explanation>"
        "<includes>Includes this, that</includes><includes>those</includes></terms>"
    )
    assert list(read_definitions(single_file(definitions_file(tmp_path, axis(terms))))) == [
        PcsDefinition("0", 3, label, "Made-up one", "a; b", "this, that; those") for label in ("First", "Second")
    ]


TERMS = "<terms><title>First</title><definition>x</definition></terms>"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (axis("<terms><title>x</title><excludes>y</excludes></terms>"), "found <excludes>"),
        (axis("<term><title>x</title></term>"), "expected no such element in <axis>, found <term>"),
        (axis("<terms><definition>x</definition></terms>"), "expected a <title> in <terms>"),
        (axis("<terms><title>x</title><definition> </definition></terms>"), "expected a text in <definition>"),
        (axis("<terms>stray<title>x</title></terms>"), "found the text 'stray'"),
        (axis(TERMS, "8"), "as pos of <axis>, found '8'"),
        (axis(TERMS, "³"), "as pos of <axis>, found '³'"),
        (axis(TERMS, ""), "found ''"),
        (axis(TERMS + TERMS), "expected each value once, found 'First' again"),
        (f"<section code='1'>{axis(TERMS)}</section>", "expected no such element in <section>, found <section>"),
        ("", "expected a <terms>"),
    ],
)
def test_damage_is_refused_with_file_and_line(tmp_path: Path, inside: str, expected: str) -> None:
    sentence = refusal(read_definitions, definitions_file(tmp_path, inside))
    assert re.match(r"made-up\.xml, line \d+: ", sentence)
    assert expected in sentence


def test_an_invalid_section_is_refused(tmp_path: Path) -> None:
    sentence = refusal(read_definitions, definitions_file(tmp_path, axis(TERMS), '<section code="Q1">'))
    assert (
        "made-up.xml, line 3: expected one character of an ICD-10-PCS code as code of <section>, found 'Q1'" in sentence
    )


@pytest.mark.slow
def test_mutated_real_definitions_are_read_or_refused(tmp_path: Path) -> None:
    written = beginning(real("definitions", "2025"), "</terms>", 60, f"</axis></section></{DEFINITIONS_ROOT}>")
    assert refusals(read_definitions, written, tmp_path) > 200
