"""Replacing one code set: the others stay as they are, and nothing of the old one remains."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from app.codes.systems import System
from app.library.compiling.compile import compile_library, replace_in_library
from app.library.compiling.lexicon_tables import LexiconTables
from app.library.compiling.verify import verify
from app.library.contents import CcList, Contents, Cpt, EquivalenceMap, Hcpcs, Icd10cm, Maps, Modifiers, Payment
from app.library.entries import CC_FILTER
from app.library.ids import id_range, system_of
from app.library.own_words.tables import OwnTables
from app.library.reading.catalogue import Catalogue
from app.releases.errors import ReleaseError
from app.releases.records import CcCode, Equivalence
from tests.library.conftest import made_up_cpt, made_up_icd10cm, made_up_payment, release

ID_COLUMNS = {"node": "id", "entry": "id", "index_entry": "id", "index_target": "entry"}
"""The columns whose ids lie in the block of a code set, for tables where it is not `node`."""

TABLES_BY_NODE = (
    *("change", "link", "field", "passage", "modifier_use", "note", "seventh", "visual_range"),
    *("hcpcs_code", "tabular_node"),
)

TABLES_BY_SYSTEM = ("packed", "notice")

TABLES_OF_ONE_SYSTEM = {
    System.ICD10CM: ("convention", "conversion"),
    System.ICD10PCS: ("pcs_value", "pcs_definition", "pcs_axis"),
    System.HCPCS: ("processing_note",),
}

SHARED_TABLES = (
    *("meaning", "drug", "ignored_word", "spelling_rule", "equivalence", "icd9"),
    *("cc", "cc_exclusion", "ms_drg", "drg_set", "drg_code", "drg_weight", "hcc", "hcc_label", "poa_exempt"),
)

INDIRECT_TABLES = {"reference", "source", "release"}
"""Tables whose rows belong to a code set through rows of other tables."""

Dump = dict[str, list[tuple[object, ...]]]


def tables(connection: sqlite3.Connection) -> Iterator[str]:
    """The tables of the schema, without those that SQLite keeps for itself."""
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
        if not name.startswith(("sqlite_", "entry_words_")):
            yield name


def dump(path: Path, system: System) -> Dump:
    """Everything in a library that belongs to one code set."""
    connection = sqlite3.connect(path)
    block = id_range(system)
    rows_by_table: Dump = {}
    for table in (*ID_COLUMNS, *TABLES_BY_NODE):
        column = ID_COLUMNS.get(table, "node")
        rows_by_table[table] = connection.execute(
            f"SELECT * FROM {table} WHERE {column} BETWEEN ? AND ?", block
        ).fetchall()
    for table in TABLES_BY_SYSTEM:
        rows_by_table[table] = connection.execute(f"SELECT * FROM {table} WHERE system = ?", (system,)).fetchall()
    for table in TABLES_OF_ONE_SYSTEM.get(system, ()):
        rows_by_table[table] = connection.execute(f"SELECT * FROM {table}").fetchall()
    rows_by_table["reference"] = connection.execute(
        "SELECT r.* FROM reference r JOIN note n ON n.id = r.note WHERE n.node BETWEEN ? AND ?", block
    ).fetchall()
    # The ids of releases count up with every one that is added.
    rows_by_table["release"] = connection.execute(
        "SELECT part, name, effective_from, effective_to, remark, codes, valid, current, file, sha256"
        " FROM release r LEFT JOIN source s ON s.release = r.id WHERE system = ? ORDER BY part, effective_from, file",
        (system,),
    ).fetchall()
    words = f"entry_words_{system}"
    rows_by_table[words] = connection.execute(f"SELECT id, block FROM {words}_data ORDER BY id").fetchall()
    rows_by_table[f"{words}_docsize"] = connection.execute(f"SELECT * FROM {words}_docsize").fetchall()
    connection.close()
    return rows_by_table


def copy_of(library: Path, folder: Path) -> Path:
    path = folder / "copy.db"
    shutil.copy(library, path)
    return path


def test_every_table_is_listed_in_this_file(small_library: Path) -> None:
    connection = sqlite3.connect(small_library)
    listed = {
        *ID_COLUMNS,
        *TABLES_BY_NODE,
        *TABLES_BY_SYSTEM,
        *SHARED_TABLES,
        *INDIRECT_TABLES,
        *(t for names in TABLES_OF_ONE_SYSTEM.values() for t in names),
    }
    assert set(tables(connection)) == listed, "a new table: which code set do its rows belong to?"
    connection.close()


def test_the_small_library_has_something_in_every_table(small_library: Path) -> None:
    connection = sqlite3.connect(small_library)
    empty = [t for t in tables(connection) if not connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0]]
    connection.close()
    assert empty == []


@pytest.mark.parametrize("system", System)
def test_the_other_code_sets_stay_as_they_are(
    small_library: Path, contents: list[Contents], own: OwnTables, tmp_path: Path, system: System
) -> None:
    path = copy_of(small_library, tmp_path)
    (code_set,) = (part for part in contents if part.system is system)
    before = {other: dump(path, other) for other in System}
    replace_in_library(path, [code_set], own)
    verify(path)
    for other in System:
        assert dump(path, other) == before[other], "the same contents make the same rows too"


def test_a_code_set_that_changes_leaves_the_others_alone(small_library: Path, own: OwnTables, tmp_path: Path) -> None:
    path = copy_of(small_library, tmp_path)
    before = {other: dump(path, other) for other in System}
    new = made_up_icd10cm()
    replace_in_library(path, [replace(new, books=(), snapshots=new.snapshots[1:])], own)
    verify(path)
    for other in System:
        assert (dump(path, other) == before[other]) == (other is not System.ICD10CM)


def test_replacing_all_code_sets_gives_a_newly_compiled_library(
    small_library: Path, contents: list[Contents], own: OwnTables, lexicon: LexiconTables, maps: Maps, tmp_path: Path
) -> None:
    """Nothing of the old contents remains: rows and words are those of a library that was compiled at once."""
    path = tmp_path / "codes.db"
    compile_library(path, [Hcpcs(), Modifiers(), Cpt()], own, lexicon)
    replace_in_library(path, contents, own, maps, payment=made_up_payment())
    verify(path)
    for system in System:
        assert dump(path, system) == dump(small_library, system)
    replaced, compiled = sqlite3.connect(path), sqlite3.connect(small_library)
    for table in SHARED_TABLES:
        assert (
            replaced.execute(f"SELECT * FROM {table}").fetchall()
            == compiled.execute(f"SELECT * FROM {table}").fetchall()
        )
    everywhere = "SELECT name, data FROM packed WHERE system = ''"
    assert replaced.execute(everywhere).fetchall() == compiled.execute(everywhere).fetchall()
    replaced.close()
    compiled.close()


def test_replacing_twice_gives_the_same_bytes(small_library: Path, own: OwnTables, tmp_path: Path) -> None:
    databases: list[bytes] = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        path = copy_of(small_library, folder)
        replace_in_library(path, [Cpt(), made_up_icd10cm()], own)
        databases.append(path.read_bytes())
    assert databases[0] == databases[1]


LICENSED_TEXTS = (
    *(
        "Made-up procedure",
        "MADE UP ONE",
        "MADE UP TWO",
        "Made-up, medium",
        "Made-up in plain words",
        "Made-up quaffing",
    ),
    *("WORK RVU", "1.50", "CPT is somebody's.", "Made-up modifier", "Made-up text"),
)
"""All texts of an import, including the words by which it is found."""


def test_no_text_of_an_import_remains_in_the_bytes(small_library: Path, own: OwnTables, tmp_path: Path) -> None:
    path = copy_of(small_library, tmp_path)
    content = path.read_bytes().lower()
    assert all(text.lower().encode() in content for text in LICENSED_TEXTS)
    replace_in_library(path, [Cpt(), Modifiers()], own)
    verify(path)
    content = path.read_bytes().lower()
    assert [text for text in LICENSED_TEXTS if text.lower().encode() in content] == []
    # Nor single words, in the vocabulary or the full-text index.
    assert b"quaff" not in content
    assert b"00002" not in content
    assert b"0001t" not in content


def test_words_of_a_removed_code_set_leave_the_vocabulary(small_library: Path, own: OwnTables, tmp_path: Path) -> None:
    path = copy_of(small_library, tmp_path)
    replace_in_library(path, [Cpt()], own)
    connection = sqlite3.connect(path)
    (words,) = connection.execute("SELECT data FROM packed WHERE system = '' AND name = 'words'").fetchone()
    connection.close()
    assert "quaffing" not in words.decode().split("\n")
    assert "fever" in words.decode().split("\n")


def test_an_import_can_be_repeated_after_its_removal(small_library: Path, own: OwnTables, tmp_path: Path) -> None:
    path = copy_of(small_library, tmp_path)
    before = dump(path, System.CPT)
    for contents in (Cpt(), made_up_cpt()):
        replace_in_library(path, [contents], own)
        verify(path)
    assert dump(path, System.CPT) == before


def test_contents_that_contradict_each_other_are_refused(small_library: Path, own: OwnTables, tmp_path: Path) -> None:
    path = copy_of(small_library, tmp_path)
    good = made_up_icd10cm()
    *older, newest = good.snapshots
    codes = {plain: code for plain, code in newest.codes.items() if plain != "A018"}
    bad: Icd10cm = replace(good, snapshots=(*older, replace(newest, codes=codes)))
    with pytest.raises(ReleaseError, match="A018"):
        replace_in_library(path, [bad], own)


def test_a_map_replaces_the_one_of_its_kind_and_leaves_the_others(
    small_library: Path, own: OwnTables, tmp_path: Path
) -> None:
    path = copy_of(small_library, tmp_path)
    row = Equivalence("A000XXA", "0011", False, False, False, 0, 0)
    other = EquivalenceMap(release(System.ICD10CM), "cm10to9", (row, row))
    new = EquivalenceMap(release(System.ICD10CM, 2032), "cm9to10", (replace(row, source="0012", target=""),))
    for maps in (Maps((other,)), Maps((new,)), Maps((new,))):
        replace_in_library(path, [], own, maps)
        verify(path)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT map, source, target FROM equivalence").fetchall() == [
        ("cm10to9", "A000XXA", "0011"),
        ("cm9to10", "0012", ""),
    ]
    assert connection.execute("SELECT plain FROM icd9").fetchall() == [("0010",)]
    assert connection.execute("SELECT name FROM release WHERE part = 'equivalence maps' ORDER BY name").fetchall() == [
        ("FY2031",),
        ("FY2032",),
    ]
    connection.close()


def test_payment_facts_outlive_their_code_set(small_library: Path, own: OwnTables, tmp_path: Path) -> None:
    path = copy_of(small_library, tmp_path)
    replace_in_library(path, [made_up_icd10cm()], own)
    connection = sqlite3.connect(path)
    facts = Catalogue(connection)
    before = Catalogue(sqlite3.connect(small_library))
    (node,) = (node for node in facts.readings("A010") if node.system is System.ICD10CM)
    assert facts.detail(node.id).payment == before.detail(node.id).payment
    assert facts.detail(node.id).payment is not None
    assert facts.cc_marks() == before.cc_marks() == {node.id: "MCC"}
    connection.close()


def test_newer_cc_list_replaces_the_older(small_library: Path, own: OwnTables, tmp_path: Path) -> None:
    path = copy_of(small_library, tmp_path)
    newer = CcList(release(System.ICD10CM, 2032), (CcCode("A018", "CC", "0001"),), {"0001": ("A018",)})
    replace_in_library(path, [made_up_icd10cm()], own, payment=Payment(cc=newer))
    verify(path)
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT code, level FROM cc").fetchall() == [("A018", "CC")]
    assert connection.execute("SELECT * FROM cc_exclusion").fetchall() == [(1, 1, "A018")]
    assert connection.execute("SELECT name FROM release WHERE part = 'CC list'").fetchall() == [("FY2032",)]
    assert connection.execute("SELECT name FROM release WHERE part = 'HCC mapping'").fetchall() == [("FY2031",)]
    marked = connection.execute(
        "SELECT DISTINCT n.code FROM entry_words_icd10cm w JOIN entry e ON e.id = w.rowid JOIN node n ON n.id = e.node"
        f" WHERE entry_words_icd10cm MATCH '\"{CC_FILTER}\"'"
    )
    assert marked.fetchall() == [("A01.8",)]
    connection.close()


def test_maps_outlive_their_code_set(small_library: Path, own: OwnTables, tmp_path: Path) -> None:
    path = copy_of(small_library, tmp_path)
    replace_in_library(path, [made_up_icd10cm()], own)
    connection = sqlite3.connect(path)
    parts = connection.execute("SELECT part FROM release WHERE part IN ('equivalence maps', 'ICD-9-CM')").fetchall()
    sources = connection.execute(
        "SELECT count(*) FROM source s JOIN release r ON r.id = s.release WHERE r.part = 'equivalence maps'"
    ).fetchone()
    connection.close()
    assert len(parts) == 2
    assert sources == (1,)


def test_the_code_set_follows_from_an_id() -> None:
    for system in System:
        low, high = id_range(system)
        assert system_of(low) is system_of(high) is system
    ranges = sorted(id_range(system) for system in System)
    assert all(first[1] < second[0] for first, second in pairwise(ranges))
