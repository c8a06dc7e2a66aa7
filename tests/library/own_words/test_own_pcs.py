"""Our own words on the sections of ICD-10-PCS, and the facts among them against the official tables."""

import re
import zipfile
from pathlib import Path
from typing import cast
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree

from app.codes.pcs import PCS_SECTIONS
from app.library.own_words.pcs import PcsSection, read_pcs_sections
from app.releases.errors import ReleaseError
from tests.official import official

TABLE = Path(__file__).parents[3] / "resources" / "tables" / "pcs_sections.tsv"


@pytest.fixture(scope="module")
def sections() -> tuple[PcsSection, ...]:
    return read_pcs_sections(TABLE)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("archive", "name"),
    [
        ("2026-icd-10-pcs-code-tables-and-definitions.zip", "icd10pcs_tables_2026.xml"),
        ("2025-icd-10-pcs-code-tables-and-index.zip", "icd10pcs_tables_2025.xml"),
    ],
)
def test_names_and_axes_are_those_of_the_official_tables(
    sections: tuple[PcsSection, ...], archive: str, name: str
) -> None:
    with zipfile.ZipFile(official("icd10pcs", archive)) as files, files.open(name) as stream:
        root = cast(Element, ElementTree.parse(stream).getroot())
    names: dict[str, str] = {}
    axes: dict[tuple[str, int], set[str | None]] = {}
    for table in root.iterfind("pcsTable"):
        label = table.find("axis/label")
        assert label is not None
        character = label.attrib["code"]
        names[character] = label.text or ""
        for axis in table.iter("axis"):
            axes.setdefault((character, int(axis.attrib["pos"])), set()).add(axis.findtext("title"))
    assert {section.character: section.name for section in sections} == names
    ours = {(section.character, place): {axis} for section in sections for place, axis in enumerate(section.axes, 1)}
    assert ours == axes


def test_every_section_has_two_or_three_sentences(sections: tuple[PcsSection, ...]) -> None:
    assert [section.character for section in sections] == list(PCS_SECTIONS)
    for section in sections:
        assert section.holds.endswith(".")
        assert 2 <= len(re.findall(r"\.(?= |$)", section.holds)) <= 3, section.name
        assert len(section.everyday) >= 5
        assert all(word == word.lower() for word in section.everyday)


@pytest.mark.parametrize(
    ("words", "character"),
    [
        ("chemo infusion", "3"),
        ("mechanical ventilation", "5"),
        ("dialysis", "5"),
        ("x-ray", "B"),
        ("delivery", "1"),
        ("detox", "H"),
        ("pet scan", "C"),
    ],
)
def test_everyday_words_lead_to_one_section(sections: tuple[PcsSection, ...], words: str, character: str) -> None:
    assert [section.character for section in sections if words in section.everyday] == [character]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\nB\tImaging", "\nB\tPictures", r"expected B Imaging, found B Pictures"),
        ("\nB\tImaging", "\nE\tImaging", r"expected B Imaging, found E Imaging"),
        ("; Contrast; ", "; ", r"expected the titles of 7 axes"),
        ("; Contrast; ", "; ; ", r"expected the titles of 7 axes"),
        ("; mri; ", "; x-ray; ", r"found one twice"),
        ("; mri; ", "; mri;", r"expected texts with '; ' between them"),
        ("\tImaging", "\tImaging\t", r"expected 5 columns, found 6"),
    ],
)
def test_an_invalid_row_is_refused_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / TABLE.name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ReleaseError, match=message) as caught:
        read_pcs_sections(path)
    assert re.match(r"pcs_sections\.tsv, line \d+: ", str(caught.value))


def test_a_wrong_number_of_sections_is_refused(tmp_path: Path) -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    path = tmp_path / TABLE.name
    path.write_text("\n".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(ReleaseError, match="expected 17 sections, found only 16"):
        read_pcs_sections(path)
    path.write_text("\n".join([*lines, lines[-1]]), encoding="utf-8")
    with pytest.raises(ReleaseError, match="expected 17 sections, found another one, 'X'"):
        read_pcs_sections(path)
