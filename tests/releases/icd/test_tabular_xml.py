"""The Tabular List: the real file, and small made-up ones for what the real file must never have."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from app.codes.detail import NoteKind
from app.codes.node import Level
from app.releases.errors import ReleaseError
from app.releases.files.containers import single_file
from app.releases.icd.tabular_xml import read_tabular
from app.releases.records import Tabular, TabularNode
from build.icd10cm_package import data_folder
from tests.official import official
from tests.releases.xml_damage import (
    CHANGES,
    ENTITY_BOMB,
    OUTSIDE_ENTITY,
    beginning,
    changed,
    check_damaged,
    inside,
    written,
)


@pytest.fixture(scope="module")
def real_file() -> Path:
    (xml,) = data_folder("simple_icd_10_cm").glob("*.xml")
    return xml


@pytest.fixture(scope="module")
def real(real_file: Path) -> Tabular:
    tabular = read_tabular(single_file(real_file))
    return Tabular(tabular.version, tabular.conventions, tuple(tabular.nodes))


@pytest.fixture(scope="module")
def sound(real_file: Path) -> bytes:
    return beginning(real_file.read_bytes(), 200_000, b"</diag>")


@pytest.fixture(scope="module")
def by_code(real: Tabular) -> dict[str, TabularNode]:
    return {node.code: node for node in real.nodes}


# The real file


@pytest.mark.slow
def test_version_and_conventions(real: Tabular) -> None:
    assert real.version == "2026"
    titles = [convention.title for convention in real.conventions]
    assert titles[0] == "Includes"
    assert {"Excludes1", "Excludes2", "Code Also", "7th characters and placeholder X"} <= set(titles)
    assert any("NOT CODED HERE!" in convention.paragraphs[0] for convention in real.conventions)


@pytest.mark.slow
def test_levels_are_counted(real: Tabular) -> None:
    counts = Counter(node.level for node in real.nodes)
    assert counts[Level.CHAPTER] == 22
    assert counts[Level.SECTION] == 297


def test_codes_occur_once(real: Tabular, by_code: dict[str, TabularNode]) -> None:
    assert len(by_code) == len(tuple(real.nodes))


def test_parents_come_before_children(real: Tabular) -> None:
    seen: set[str | None] = {None}
    for node in real.nodes:
        assert node.parent in seen, node.code
        seen.add(node.code)


def test_order_of_the_book_within_a_category(real: Tabular) -> None:
    codes = [node.code for node in real.nodes if node.code.startswith("E11")]
    assert codes == sorted(codes)


def test_every_note_of_the_file_is_read(real: Tabular, real_file: Path) -> None:
    written = real_file.read_text(encoding="utf-8").count("<note>")
    introduction = sum(len(convention.paragraphs) for convention in real.conventions)
    assert sum(len(node.notes) for node in real.nodes) == written - introduction


def test_notes_in_file_order(by_code: dict[str, TabularNode]) -> None:
    notes = by_code["E11"].notes
    assert notes[0] == (NoteKind.INCLUDES, "diabetes (mellitus) due to insulin secretory defect")
    kinds = [kind for kind, _ in notes]
    assert [kind for kind, following in pairwise([*kinds, None]) if kind != following] == [
        NoteKind.INCLUDES,
        NoteKind.USE_ADDITIONAL,
        NoteKind.EXCLUDES1,
    ]


def test_titles_of_chapters_and_sections_leave_their_range_out(by_code: dict[str, TabularNode]) -> None:
    assert by_code["4"].title == "Endocrine, nutritional and metabolic diseases"
    assert by_code["E08-E13"].title == "Diabetes mellitus"
    assert not any(node.title.endswith(")") and node.code in node.title for node in by_code.values())


def test_a_section_of_one_category_goes_by_its_range(by_code: dict[str, TabularNode]) -> None:
    assert by_code["B20-B20"].level is Level.SECTION
    assert by_code["B20"].parent == "B20-B20"


def test_sections_without_categories_contain_the_sections_in_their_range(by_code: dict[str, TabularNode]) -> None:
    assert by_code["C00-C96"].parent == "2"
    assert by_code["C00-C14"].parent == "C00-C75"
    assert by_code["C00-C75"].parent == "C00-C96"
    assert by_code["C7A-C7A"].parent == "C00-C96"
    assert by_code["D00-D09"].parent == "2"


def test_accents_are_preserved(by_code: dict[str, TabularNode]) -> None:
    assert by_code["H810"].title == "Ménière's disease"


def test_seventh_characters_belong_to_the_node_that_defines_them(by_code: dict[str, TabularNode]) -> None:
    assert [char for char, _ in by_code["T07"].seventh] == ["A", "D", "S"]
    assert [char for char, _ in by_code["S72"].seventh] == list("ABCDEFGHJKMNPQRS")
    assert by_code["S72301"].seventh == ()
    assert dict(by_code["H4011"].seventh)["2"] == "moderate stage"


def test_table_of_visual_impairment(real: Tabular) -> None:
    (rows,) = (node.visual for node in real.nodes if node.visual)
    assert rows[0].category == "Category of visual impairment"
    assert [row.category for row in rows[1:]] == ["1", "2", "3", "4", "5", "9"]
    assert rows[1].less_than == ("6/18", "3/10(0.3)", "20/70")
    assert rows[1].at_least == ("6/60", "1/10(0.1)", "20/200")


# Made-up files


def tabular_file(folder: Path, chapter: str) -> Path:
    path = folder / "made-up.xml"
    path.write_text(
        "<?xml version='1.0' encoding='utf-8'?><ICD10CM.tabular><version>2030</version>"
        f"<chapter><name>1</name><desc>One (A00-B99)</desc>{chapter}</chapter></ICD10CM.tabular>",
        encoding="utf-8",
    )
    return path


def section(content: str, range_: str = "A00-A09") -> str:
    return f'<section id="{range_}"><desc>Section ({range_})</desc>{content}</section>'


def refusal(path: Path) -> str:
    with pytest.raises(ReleaseError) as raised:
        list(read_tabular(single_file(path)).nodes)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_small_file(tmp_path: Path) -> None:
    content = (
        "<diag><name>A00</name><desc>Cholera</desc><excludes1><note>x (B99)</note></excludes1>"
        "<includes><note> spread \n over  lines </note></includes>"
        '<sevenChrNote><note>to be added</note></sevenChrNote><sevenChrDef><extension char="A">initial</extension>'
        '<extension char="S">sequela</extension></sevenChrDef>'
        "<diag><name>A00.1</name><desc>Cholera eltor</desc></diag></diag>"
    )
    nodes = {node.code: node for node in read_tabular(single_file(tabular_file(tmp_path, section(content)))).nodes}
    assert list(nodes) == ["1", "A00-A09", "A00", "A001"]
    assert nodes["A00"].level is Level.CATEGORY
    assert nodes["A00"].notes == (
        (NoteKind.EXCLUDES1, "x (B99)"),
        (NoteKind.INCLUDES, "spread over lines"),
        (NoteKind.SEVENTH_CHARACTER, "to be added"),
    )
    assert nodes["A00"].seventh == (("A", "initial"), ("S", "sequela"))
    assert (nodes["A001"].level, nodes["A001"].parent) == (Level.CODE, "A00")


def test_sections_nest_by_their_ranges_alone(tmp_path: Path) -> None:
    diag = "<diag><name>{0}</name><desc>x</desc></diag>"
    chapter = (
        section("", "A00-A50")
        + section("", "A00-A20")
        + section(diag.format("A01"), "A01-A09")
        + section(diag.format("A30"), "A30-A31")
        + section(diag.format("A60"), "A60")
    )
    parents = {node.code: node.parent for node in read_tabular(single_file(tabular_file(tmp_path, chapter))).nodes}
    assert parents["A00-A20"] == "A00-A50"
    assert parents["A01-A09"] == "A00-A20"
    assert parents["A30-A31"] == "A00-A50"
    assert parents["A60-A60"] == "1"


def test_unknown_element_is_refused_with_file_and_code(tmp_path: Path) -> None:
    sentence = refusal(
        tabular_file(
            tmp_path, section("<diag><name>A00</name><desc>x</desc><excludes3><note>y</note></excludes3></diag>")
        )
    )
    assert "made-up.xml" in sentence
    assert "A00" in sentence
    assert "<excludes3>" in sentence


@pytest.mark.parametrize(
    ("chapter", "named"),
    [
        (section("<diag><name>A00</name></diag>"), "A00"),
        (section("<diag><name>A00</name><desc>  </desc></diag>"), "A00"),
        (section("<diag><desc>without a code</desc></diag>"), "<name>"),
        ('<section id="A00-A09"></section>', "A00-A09"),
    ],
    ids=["no title", "empty title", "no code", "section without title"],
)
def test_missing_element_is_refused_with_file_and_line(tmp_path: Path, chapter: str, named: str) -> None:
    sentence = refusal(tabular_file(tmp_path, chapter))
    assert "made-up.xml" in sentence
    assert named in sentence


GOOD = (
    "<ICD10CM.tabular><version>2030</version><chapter><name>1</name><desc>One (A00-B99)</desc>"
    '<section id="A00"><desc>Section (A00)</desc><diag><name>A00</name><desc>Cholera</desc></diag></section>'
    "</chapter></ICD10CM.tabular>"
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (GOOD[:-40].encode(), "line 1: expected well-formed XML"),
        (b"", "line 1: expected well-formed XML"),
        (GOOD.replace("Cholera", "\0").encode(), "expected well-formed XML"),
        (GOOD.replace("Cholera", "Ménière").encode("latin-1"), "expected well-formed XML"),
        (b"<html><body>Service unavailable</body></html>", "expected <ICD10CM.tabular> at the top, found <html>"),
        (b"<ICD10CM.tabular></ICD10CM.tabular>", "expected a <version>"),
        (GOOD.replace("<version>2030</version>", "").encode(), "expected a <version>"),
        (b"<ICD10CM.tabular><version>2030</version></ICD10CM.tabular>", "expected a <chapter>"),
        (GOOD.replace("<chapter>", "<version>2031</version><chapter>").encode(), "found <version>"),
        (
            GOOD.replace("</chapter>", "</chapter><version>2031</version>").encode(),
            "<ICD10CM.tabular>, found <version>",
        ),
        (GOOD.replace("</chapter>", "<notes><note>late</note></notes></chapter>").encode(), "<chapter>, found <notes>"),
        (GOOD.replace("<section", "<excludes3><note>x</note></excludes3><section").encode(), "found <excludes3>"),
        (GOOD.replace("</chapter>", "</chapter><chapter/>").encode(), "expected a <name> in <chapter>"),
        (GOOD.replace("<name>A00<", "<name>A00.12345<").encode(), "expected a code such as A00.1"),
        (GOOD.replace("<name>A00<", "<name>٣00<").encode(), "expected a code such as A00.1"),
        (ENTITY_BOMB + GOOD.replace("Cholera", "&b;").encode(), "line 2: expected no DTD and no entities"),
        (OUTSIDE_ENTITY + GOOD.replace("Cholera", "&a;").encode(), "line 2: expected no DTD and no entities"),
        (GOOD.encode().replace(b"<diag>", b"<diag>" * 100_000), "levels of elements"),
    ],
    ids=lambda value: repr(value[:20]) if isinstance(value, bytes) else value,
)
def test_damaged_lists_are_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    refused = refusal(written(tmp_path, content).path)
    assert refused.startswith("made-up.xml, line ")
    assert expected in refused


@pytest.mark.slow
def test_the_list_of_2017_is_read_too() -> None:
    tabular = read_tabular(inside(official("icd10cm", "ICD10CM_FY2017_Full_XML.zip"), "tabular_2017.xml"))
    assert tabular.version == "2017"
    levels = Counter(node.level for node in tabular.nodes)
    assert (levels[Level.CHAPTER], levels[Level.SECTION]) == (21, 295)
    assert sum(levels.values()) - 21 - 295 == 43_910


def test_lines_are_counted(tmp_path: Path) -> None:
    content = GOOD.replace("<name>A00<", "<name>A0<").replace("<", "\n<").encode()
    assert refusal(written(tmp_path, content).path).startswith("made-up.xml, line 13: expected a code")


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=CHANGES)
def test_a_damaged_list_gives_nodes_or_one_clear_sentence(
    tmp_path_factory: pytest.TempPathFactory, sound: bytes, changes: list[tuple[float, int, str, bytes]]
) -> None:
    member = written(tmp_path_factory.getbasetemp(), changed(sound, changes))
    check_damaged(member, lambda damaged: all(node.code for node in read_tabular(damaged).nodes))


def test_the_beginning_that_is_damaged_is_sound_itself(sound: bytes, tmp_path: Path) -> None:
    assert sum(1 for _ in read_tabular(written(tmp_path, sound)).nodes) > 500


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("<section><desc>Fevers</desc></section>", "expected an id such as A00-A09 of the <section> Fevers, found ''"),
        (
            '<section id="A00-A09-B99"><desc>Fevers</desc></section>',
            "expected an id such as A00-A09 of the <section> Fevers, found 'A00-A09-B99'",
        ),
        (
            '<section id="A00"><desc>Fevers</desc><diag><name>A00</name><desc>Cholera</desc><sevenChrDef>'
            "<extension>initial</extension></sevenChrDef></diag></section>",
            "expected an <extension> of A00 with one character, found ''",
        ),
    ],
)
def test_missing_attribute_is_refused_with_file_and_line(tmp_path: Path, section: str, expected: str) -> None:
    path = tmp_path / "tabular.xml"
    path.write_text(
        "<ICD10CM.tabular><version>2027</version><chapter><name>1</name><desc>Infections (A00-B99)</desc>"
        f"{section}</chapter></ICD10CM.tabular>"
    )
    with pytest.raises(ReleaseError) as raised:
        tuple(read_tabular(single_file(path)).nodes)
    assert str(raised.value).startswith(f"tabular.xml, line 1: {expected}")
