"""Indexes and tables: the targets of their lines, the references that are followed, and lines without a node."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.parts import Book
from app.codes.shapes import plain
from app.codes.systems import System
from app.library.compiling.compile import compile_library
from app.library.compiling.index_rows import References, entry_text, term_key
from app.library.compiling.lexicon_tables import LexiconTables
from app.library.contents import IndexBook
from app.library.own_words.tables import OwnTables
from app.releases.files.containers import members
from app.releases.icd.index_xml import read_index
from app.releases.icd.table_xml import read_table
from app.releases.records import IndexEntry, Release
from tests.library.conftest import made_up_icd10cm
from tests.official import official


def code(*path: str, leads: str) -> IndexEntry:
    return IndexEntry(path, "code", codes=(leads,))


def see(*path: str, other: str) -> IndexEntry:
    return IndexEntry(path, "see", other)


INDEX = (
    code("Infarct, infarction", leads="I00"),
    code("Infarct, infarction", "myocardium, myocardial (acute) (with stated duration)", leads="I21.3"),
    code("Complication(s) (from) (of)", "graft", "skin NEC", leads="T86.8"),
    code("Ulcer, ulcerated", "duodenum", "with", "hemorrhage", leads="K26.4"),
    code("Ulcer, ulcerated", "duodenum", "acute or subacute", leads="K26.3"),
    code("Fever", "sylvatic, yellow", leads="A95.0"),
    code("Fever", "yellow", leads="A95.9"),
    code("Arnold-Chiari disease, obstruction or syndrome", leads="Q07.0"),
    code("Legg (-Calvé)-Perthes disease", leads="M91.1"),
    code("Piriform fossa or sinus", leads="C12"),
    see("Heart", "attack", other="Infarct, myocardium"),
    see("Attack, heart", other="Heart, attack"),
    see("Ring", other="Round"),
    see("Round", other="Ring"),
    see("Abdomen", other="condition"),
    see("Condition", other="Fever, yellow"),
    IndexEntry(("Sprain",), "see also", "Fever, yellow"),
)


@pytest.mark.parametrize(
    ("reference", "leads"),
    [
        ("Infarct, myocardium", "I21.3"),
        ("Infarction, myocardial", "I21.3"),
        ("infarct (old), myocardium", "I21.3"),
        ("Infarct", "I00"),
        ("Complications, graft, skin", "T86.8"),
        ("Ulcer, duodenum, with hemorrhage", "K26.4"),
        ("Ulcer, duodenum, with, hemorrhage", "K26.4"),
        ("Ulcer, duodenum, subacute", "K26.3"),
        ("Fever, yellow", "A95.9"),
        ("Fever, sylvatic", "A95.0"),
        ("Legg-Perthes disease", "M91.1"),
        ("Heart, attack", "I21.3"),
        ("Attack, heart", "I21.3"),
    ],
)
def test_a_reference_leads_to_the_line_that_it_spells_out(reference: str, leads: str) -> None:
    assert [line.codes for line in References(INDEX).follow(reference)] == [(leads,)]


@pytest.mark.parametrize(
    "reference",
    [
        "Ring",
        "Infarct, brain",
        "Infarct, by site",
        "Obstruction",
        "Sinus",
        "Ulcer, duodenum",
        "Sprain",
        "condition",
        "",
        ", ,",
        "(",
    ],
)
def test_a_reference_that_names_no_line_leads_nowhere(reference: str) -> None:
    assert References(INDEX).follow(reference) == []


def test_of_main_terms_that_are_spelled_alike_a_reference_means_the_one_that_it_stands_below() -> None:
    book = References(
        [
            code("Burn, inner", "rib", leads="A00.1"),
            code("Burn, outer", leads="A00.0"),
            code("Burn, outer", "rib", leads="A00.2"),
            code("Burn, inner", "spine", leads="A00.8"),
            code("Burn, outer", "spine", "upper", leads="A00.9"),
            see("Burn, outer", "costal", other="Burn, rib"),
            see("Scald", other="Burn, outer, costal"),
        ]
    )
    assert [line.codes for line in book.follow("Burn, rib", "Burn, outer")] == [("A00.2",)]
    assert [line.codes for line in book.follow("Burn, rib", "Burn, inner")] == [("A00.1",)]
    assert [line.codes for line in book.follow("Burn, outer, costal", "Scald")] == [("A00.2",)]
    assert [line.codes for line in book.follow("Burn, rib", "Scald")] == [("A00.2",)], "the one with most terms"
    assert book.follow("Burn, spine", "Burn, outer") == [], "its own spine has no code, and another one's is wrong"


def test_a_chain_of_at_most_three_references_is_followed() -> None:
    lines = [see(str(number), other=str(number + 1)) for number in range(5)]
    book = References([*lines, code("5", leads="A00")])
    assert [bool(book.follow(str(number))) for number in range(6)] == [False, False, False, True, True, True]


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), max_size=12), st.sampled_from("abcd"))
def test_circular_references_end(pairs: list[tuple[str, str]], start: str) -> None:
    book = References(see(first, other=second) for first, second in pairs)
    assert book.follow(start) == []


@given(st.text(max_size=60))
def test_any_text_can_be_followed_as_a_reference(text: str) -> None:
    References([*INDEX, see(text or "x", other=text)]).follow(text)


@pytest.mark.parametrize(
    ("term", "key"),
    [
        ("Abasia (-astasia) (hysterical)", "abasia"),
        ("Fever (of (unknown) origin), blue", "fever, blue"),
        ("Ménière's (disease)", "meniere's"),
        (") broken (", "broken"),
    ],
)
def test_term_keys_leave_out_modifiers_in_parentheses(term: str, key: str) -> None:
    assert term_key(term) == key


NEOPLASMS = (
    code("Neoplasm, neoplastic", "arm NEC", "Malignant Primary", leads="A00.0"),
    code("Neoplasm, neoplastic", "arm NEC", "Benign", leads="A00.1"),
    see("Neoplasm, neoplastic", "wing", other="Neoplasm, arm"),
)
DRUGS = (
    code("Naproxen", "Poisoning Accidental (unintentional)", leads="A01.0"),
    code("Naproxen", "Adverse effect", leads="A01.8"),
    see("Aleve", other="Naproxen"),
)


def test_a_reference_to_a_row_of_a_table_leads_to_its_cells() -> None:
    table = References(NEOPLASMS, table=True)
    assert [line.codes for line in table.cells("Neoplasm, arm")] == [("A00.0",), ("A00.1",)]
    assert [line.codes for line in table.follow("Neoplasm, arm, malignant")] == [("A00.0",)]
    assert References(INDEX).cells("Fever") == [], "what stands below a term of an Index is no row"


def test_the_neoplasm_table_is_searched_by_its_short_name() -> None:
    assert entry_text(Book.NEOPLASM, NEOPLASMS[0].path) == "Neoplasm, arm NEC, Malignant Primary"
    assert entry_text(Book.INDEX, ("Infarct, infarction", "brain")) == "Infarct, infarction, brain"


def library_of(
    books: Iterable[tuple[Book, tuple[IndexEntry, ...]]], out: Path, own: OwnTables, lexicon: LexiconTables
) -> sqlite3.Connection:
    release = Release(System.ICD10CM, "FY2031", date(2030, 10, 1), date(2031, 9, 30), ())
    contents = replace(made_up_icd10cm(), books=tuple(IndexBook(release, book, lines) for book, lines in books))
    compile_library(out, [contents], own, lexicon)
    return sqlite3.connect(out)


def test_entries_lead_to_nodes_by_every_line_and_reference(
    own: OwnTables, lexicon: LexiconTables, tmp_path: Path
) -> None:
    index = (
        code("Fever (high)", "blue", leads="A00.-"),
        see("Heat", other="Fever, blue"),
        IndexEntry(("Warmth",), "see also", "Fever, blue"),
        see("Lump", other="Neoplasm, arm, benign"),
        see("Category", other="category A01"),
        replace(code("Old", leads="A01.9"), manifestation="A01.0"),
        code("Gone", leads="Z99.9"),
        code("Fever (high)", "blue", leads="A00.-"),
    )
    books = ((Book.INDEX, index), (Book.NEOPLASM, NEOPLASMS), (Book.DRUGS, DRUGS))
    connection = library_of(books, tmp_path / "codes.db", own, lexicon)
    rows = connection.execute(
        "SELECT e.text, n.code FROM entry e JOIN node n ON n.id = e.node WHERE e.kind = 'index' ORDER BY e.text, n.id"
    ).fetchall()
    entries = [(text, node) for text, node in rows]
    assert entries == sorted(
        [
            ("Aleve, Adverse effect → Naproxen", "A01.8"),
            ("Aleve, Poisoning Accidental (unintentional) → Naproxen", "A01.0"),
            ("Fever (high), blue", "A00"),
            ("Heat → Fever, blue", "A00"),
            ("Lump → Neoplasm, arm, benign", "A00.1XXA"),
            ("Naproxen, Adverse effect", "A01.8"),
            ("Naproxen, Poisoning Accidental (unintentional)", "A01.0"),
            ("Neoplasm, arm NEC, Benign", "A00.1XXA"),
            ("Neoplasm, arm NEC, Malignant Primary", "A00.0"),
            ("Neoplasm, wing, Benign → Neoplasm, arm", "A00.1XXA"),
            ("Neoplasm, wing, Malignant Primary → Neoplasm, arm", "A00.0"),
            ("Old", "A01.9"),
        ]
    )

    # An ended code keeps its node, a code that is not loaded is stored as printed.
    targets = connection.execute(
        "SELECT i.path, t.code, n.code, n.status FROM index_target t JOIN index_entry i ON i.id = t.entry"
        " LEFT JOIN node n ON n.id = t.node WHERE i.path IN ('Old', 'Gone') ORDER BY i.id"
    ).fetchall()
    assert targets == [("Old", "A01.9", "A01.9", "ended"), ("Gone", "Z99.9", None, None)]
    assert connection.execute("SELECT manifestation FROM index_entry WHERE path = 'Old'").fetchone() == ("A01.0",)
    assert connection.execute("SELECT count(*) FROM index_entry").fetchone() == (len(index) + 6,)
    connection.close()


def test_an_index_is_counted_under_its_own_release(own: OwnTables, lexicon: LexiconTables, tmp_path: Path) -> None:
    connection = library_of(((Book.DRUGS, DRUGS),), tmp_path / "codes.db", own, lexicon)
    assert connection.execute("SELECT name, codes FROM release WHERE part = 'drugs'").fetchall() == [("FY2031", 3)]
    connection.close()


# The real books


def lines_of(archive: str, part: str, book: Book) -> tuple[IndexEntry, ...]:
    (member,) = (m for m in members(official("icd10cm", archive)) if part in m.inside and m.inside.endswith(".xml"))
    return tuple((read_table if book in (Book.NEOPLASM, Book.DRUGS) else read_index)(member))


@pytest.fixture(scope="module")
def real_index() -> tuple[IndexEntry, ...]:
    return lines_of("ICD10CM_FY2017_Full_XML.zip", "icd10cm_index_2017", Book.INDEX)


@pytest.fixture(scope="module")
def real_neoplasms() -> tuple[IndexEntry, ...]:
    return lines_of("april-1-2026-tables-and-index.zip", "neoplasm", Book.NEOPLASM)


@pytest.mark.slow
def test_most_references_of_the_real_index_are_followed(
    real_index: tuple[IndexEntry, ...], real_neoplasms: tuple[IndexEntry, ...]
) -> None:
    """Not followed: `see condition` (476 lines), `by site` and its like (887), tables by name, and main terms or
    subterms that have no code of their own, only terms below (`Injury, nerve`)."""
    book, table = References(real_index), References(real_neoplasms, table=True)
    references = [line.see for line in real_index if line.kind == "see" and not line.codes]
    assert len(references) > 11_900
    answerable = [text for text in references if text != "condition" and ", by " not in text]
    followed = sum(bool(book.follow(text) or table.follow(text)) for text in answerable)
    assert followed / len(answerable) > 0.84


@pytest.mark.slow
def test_real_references_lead_to_lines_of_the_main_term_that_they_name(real_index: tuple[IndexEntry, ...]) -> None:
    """Straight, without a further reference in between, they begin with the same letters."""
    book = References(real_index)
    direct = {line.see for line in real_index if line.kind == "see" and not line.codes and "condition" not in line.see}
    odd: list[tuple[str, str]] = []
    for text in sorted(direct):
        for line in book.follow(text)[:1]:
            if term_key(line.path[0])[:3] != term_key(text)[:3]:
                odd.append((text, line.path[0]))
    # Through further references, such as `Curvature, spine` to `Dorsopathy`.
    assert len(odd) < 0.01 * len(direct)


@pytest.mark.slow
def test_almost_all_lines_of_the_real_index_of_2017_still_name_a_code(
    real_index: tuple[IndexEntry, ...], library_path: Path
) -> None:
    connection = sqlite3.connect(library_path)
    loaded_codes = {code for (code,) in connection.execute("SELECT plain FROM node WHERE system = 'icd10cm'")}
    connection.close()
    missing = {code for line in real_index for code in line.codes if plain(code) not in loaded_codes}
    assert len(missing) <= 15
