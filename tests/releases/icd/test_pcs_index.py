"""The ICD-10-PCS Index: the real file, the same Index from another source, and made-up files for what is damaged."""

import re
from collections import Counter
from pathlib import Path

import pytest

from app.releases.files.containers import single_file
from app.releases.icd.pcs_index import PCS_INDEX_ROOT, read_pcs_index
from app.releases.icd.pcs_tables import read_tables
from app.releases.records import IndexEntry
from build.icd10pcs_package import icd10pcs_contents
from tests.releases.icd.test_pcs_tables import beginning, order_file, real, refusal, refusals


@pytest.fixture(scope="module")
def lines() -> list[IndexEntry]:
    return list(read_pcs_index(real("index", "2025")))


# The real file


@pytest.mark.slow
def test_every_line_of_the_real_index_is_read_once(lines: list[IndexEntry]) -> None:
    assert Counter(line.kind for line in lines) == {"code": 14_711, "use": 2_342, "see": 1_785}
    assert len(set(lines)) == len(lines)
    assert len({line.path[0] for line in lines}) == 3_215
    assert max(len(line.path) for line in lines) == 6


def test_every_code_and_reference_element_of_the_real_index_is_read(lines: list[IndexEntry]) -> None:
    with real("index", "2025").open() as file:
        written = file.read()
    elements = Counter(re.findall(rb"<(codes|code|tab|see|use)>", written))
    codes, full_codes, tables, see, use = (elements[tag] for tag in (b"codes", b"code", b"tab", b"see", b"use"))
    assert sum(len(line.codes) for line in lines) == codes + full_codes + tables
    assert sum(line.kind in ("see", "use") for line in lines) == see + use


def test_every_code_of_the_real_index_begins_codes_of_its_year(lines: list[IndexEntry]) -> None:
    _, valid = order_file("2025")
    beginnings = {code[:length] for code in valid for length in range(1, 8)}
    # Slips of CMS: the tables have neither.
    assert {code for line in lines for code in line.codes} - beginnings == {"5A0512C", "5A0522C"}


@pytest.mark.slow
def test_words_of_use_are_labels_of_the_tables(lines: list[IndexEntry]) -> None:
    labels: set[str] = set()
    systems: set[str] = set()
    for row in read_tables(real("tables", "2025")):
        labels |= {label for pairs in row.axes for _, label in pairs}
        systems |= {row.axes[0][0][1], row.axes[1][0][1]}
    used = {line.see for line in lines if line.kind == "use"}
    without = {see for see in used if see not in labels}
    told_apart = {see for see in without if any(see.removesuffix(f" in {system}") in labels for system in systems)}
    assert len(used) > 600
    assert without - told_apart == set()


@pytest.mark.slow
def test_the_registry_package_has_the_same_lines(lines: list[IndexEntry]) -> None:
    """Its lines come from the printed Index: it cuts words at line ends and mistakes paths at page ends, and it has
    the codes that April 2025 added."""
    package = set(icd10pcs_contents().books[0].lines)
    official = set(lines)
    assert len(official & package) == 18_756
    ours = official - package
    pages = {line for line in ours if line.path[0] in ("Transfusion", "Fluoroscopy")}
    theirs: dict[tuple[str, ...], list[IndexEntry]] = {}
    for line in package - official:
        theirs.setdefault(line.path, []).append(line)
    cut = {line for line in ours if any(line.see.startswith(other.see) for other in theirs.get(line.path, ()))}
    assert len(ours) == 82
    assert ours - pages - cut == {
        line
        for line in ours
        if line.path[:2] == ("New Technology", "Reposition")  # April put `Vertebra` between the terms.
        or line.path[-1] == "OTL-200"  # April calls it Atidarsagene Autotemcel.
        or line.codes == ("0B110D6",)  # April says `see Bypass, Trachea`.
        or line.path[-1] == "Coccygeal"
        or line.path[0].startswith("Leaflet laceration")  # Cut to `(TAVR) procedure`.
    }


# Made-up files


def index_file(folder: Path, inside: str) -> Path:
    path = folder / "made-up.xml"
    path.write_text(
        f"<{PCS_INDEX_ROOT}><version>2030</version>\n<title>Index</title>\n<letter>\n<title>A</title>\n{inside}\n</letter></{PCS_INDEX_ROOT}>",
        encoding="utf-8",
    )
    return path


def main_term(inside: str) -> str:
    return f"<mainTerm>\n<title>Made-up</title>\n{inside}\n</mainTerm>"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<code>0DTJ4ZZ</code>", [IndexEntry(("Made-up",), "code", "", ("0DTJ4ZZ",))]),
        ("<codes>0DTJ</codes>", [IndexEntry(("Made-up",), "code", "", ("0DTJ",))]),
        ("<tab>0DT</tab>", [IndexEntry(("Made-up",), "code", "", ("0DT",))]),
        ("<see>Control bleeding in</see>", [IndexEntry(("Made-up",), "see", "Control bleeding in")]),
        ("<see>Repair,\n  Wall<codes>0WQF</codes></see>", [IndexEntry(("Made-up",), "see", "Repair, Wall", ("0WQF",))]),
        ("<use>Lead, Cardiac in<tab>02H</tab></use>", [IndexEntry(("Made-up",), "use", "Lead, Cardiac", ("02H",))]),
        ("<seeAlso>Repair</seeAlso>", [IndexEntry(("Made-up",), "see also", "Repair")]),
        (
            "<see>Repair<tab>0WQ</tab>or Revision<tab>0WW</tab></see>",
            [IndexEntry(("Made-up",), "see", "Repair or Revision", ("0WQ", "0WW"))],
        ),
        (
            "<codes>0DTJ</codes><see>Repair</see>",
            [IndexEntry(("Made-up",), "code", "", ("0DTJ",)), IndexEntry(("Made-up",), "see", "Repair")],
        ),
        (
            '<term level="1"><use>Left</use></term><term level="1"><title>Below</title><codes>0DTJ</codes>'
            '<term level="2"><title>Deeper</title><code>0DTJ4ZZ</code></term></term>',
            [
                IndexEntry(("Made-up",), "use", "Left"),
                IndexEntry(("Made-up", "Below"), "code", "", ("0DTJ",)),
                IndexEntry(("Made-up", "Below", "Deeper"), "code", "", ("0DTJ4ZZ",)),
            ],
        ),
        ("", []),
    ],
)
def test_terms_have_their_codes_and_references(tmp_path: Path, inside: str, expected: list[IndexEntry]) -> None:
    assert list(read_pcs_index(single_file(index_file(tmp_path, main_term(inside))))) == expected


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (main_term("<manif>x</manif>"), "line 7: expected no such element in <mainTerm>, found <manif>"),
        (main_term("<see>Repair<b>x</b></see>"), "found <b>"),
        (main_term("<code>0DTJ4Z</code>"), "expected 7 characters of an ICD-10-PCS code in <code>, found '0DTJ4Z'"),
        (main_term("<codes>0DTO</codes>"), "found '0DTO'"),
        (main_term("<codes>0DT٣</codes>"), "found '0DT٣'"),
        (main_term("<tab>0DTJ</tab>"), "expected 1 to 3 characters"),
        (main_term("<code></code>"), "expected a text in <code>"),
        (main_term("<see><codes>0DTJ</codes></see>"), "expected words in <see>"),
        (main_term('<term level="2"><title>x</title></term>'), "expected the level 1 of a <term>, found '2'"),
        (main_term("<term><title>x</title></term>"), "found ''"),
        (main_term("<title>Second</title>"), "expected one <title> in <mainTerm>, found 2"),
        (main_term("stray"), "found the text 'stray'"),
        ("<mainTerm><code>0DTJ4ZZ</code></mainTerm>", "expected one <title> in <mainTerm>, found 0"),
        (f"<letter>{main_term('')}</letter>", "found <letter>"),
        ("<subTerm><title>x</title></subTerm>", "found <subTerm>"),
        ("", "expected a <mainTerm>"),
        (main_term('<term level="1">' * 60 + "</term>" * 60), "levels of elements"),
    ],
)
def test_damage_is_refused_with_file_and_line(tmp_path: Path, inside: str, expected: str) -> None:
    sentence = refusal(read_pcs_index, index_file(tmp_path, inside))
    assert re.match(r"made-up\.xml, line \d+: ", sentence)
    assert expected in sentence


@pytest.mark.slow
def test_a_mutated_real_index_is_read_or_refused(tmp_path: Path) -> None:
    written = beginning(real("index", "2025"), "</mainTerm>", 60, f"</letter></{PCS_INDEX_ROOT}>")
    assert refusals(read_pcs_index, written, tmp_path) > 200
