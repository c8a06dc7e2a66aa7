"""Contents read back from a library: compiled again they give the same library, byte for byte."""

import sqlite3
from collections.abc import Container
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import pytest

from app.codes.node import Level
from app.codes.parts import Book
from app.codes.systems import System
from app.intake.add import recognize_all
from app.intake.file_records import FileRecords, ReleaseAddenda
from app.intake.merge import InitialContents, merge
from app.intake.read_files import read_files
from app.library.compiling.compile import compile_library
from app.library.compiling.lexicon_tables import read_lexicon
from app.library.compiling.read_back import LoadedContents
from app.library.contents import Cpt, Icd10cm, Icd10pcs, Maps, Modifiers
from app.library.own_words.tables import OwnTables, read_own_tables
from app.library.progress import ignore_progress
from app.paths import resource
from app.releases.records import IndexEntry, Tabular
from tests.intake.conftest import contents_of, differing
from tests.library.conftest import LEXICON, MAPS, OWN, made_up_contents
from tests.official import official


def compiled_again(path: Path, out: Path, own: OwnTables = OWN, maps: Maps | None = None) -> Path:
    """Compile a library from the contents read back from another."""
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as opened:
        loaded = LoadedContents(opened)
        contents = [loaded.contents(system) for system in System]
    compile_library(out, contents, own, LEXICON if own is OWN else read_lexicon(resource("lexicon")), maps)
    return out


def test_a_small_library_is_read_back_byte_for_byte(tmp_path: Path) -> None:
    # The AMA's texts are read from its files alone.
    contents = [
        Cpt()
        if isinstance(code_set, Cpt)
        else replace(code_set, cpt_release=None, cpt=(), notice="")
        if isinstance(code_set, Modifiers)
        else code_set
        for code_set in made_up_contents()
    ]
    first = tmp_path / "first.db"
    compile_library(first, contents, OWN, LEXICON, MAPS)
    second = compiled_again(first, tmp_path / "second.db", maps=MAPS)
    assert not differing(contents_of(first), contents_of(second))
    assert first.read_bytes() == second.read_bytes()


def test_only_the_releases_of_cpt_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "first.db"
    compile_library(path, made_up_contents(), OWN, LEXICON, MAPS)
    with closing(sqlite3.connect(path)) as opened:
        loaded = LoadedContents(opened)
        cpt, modifiers = loaded.contents(System.CPT), loaded.contents(System.MODIFIER)
        assert loaded.maps().keys() == {"From ICD-9-CM to ICD-10-CM", "ICD-9-CM diagnoses"}
    assert isinstance(cpt, Cpt)
    assert isinstance(modifiers, Modifiers)
    assert cpt.release is not None
    assert modifiers.cpt_release is not None
    assert (cpt.codes, cpt.notice, modifiers.cpt, modifiers.notice) == ((), "", (), "")


def is_chosen(code: str, always: Container[str] = ()) -> bool:
    """Return whether a code is in a category, or table, that is compiled: a tenth of them, and those in `always`."""
    category = code[:3]
    return crc32(category.encode()) % 10 == 0 or category in always


def is_chosen_line(book: Book, line: IndexEntry) -> bool:
    """Return whether a line is of a tenth of the main terms, or sites in the Table of Neoplasms, which has one term."""
    term = line.path[:2][-1] if book is Book.NEOPLASM else line.path[0]
    return crc32(term.encode()) % 10 == 0


def thinned_tabular(tabular: Tabular) -> Tabular:
    """A tenth of the categories of a Tabular List, with their chapters and sections."""
    nodes = tuple(tabular.nodes)
    chosen = {node.code for node in nodes if node.level not in (Level.CHAPTER, Level.SECTION) and is_chosen(node.code)}
    for node in reversed(nodes):
        if node.code in chosen and node.parent is not None:
            chosen.add(node.parent)
    return replace(tabular, nodes=tuple(node for node in nodes if node.code in chosen))


def thinned(records: FileRecords) -> FileRecords:
    """The records of a tenth of all categories, tables and main terms, each complete in every release.

    ICD-10-PCS keeps a table of each section, since a release without some of them does not count.
    """
    # The categories of ICD-10-CM are none of these, although some are spelled alike.
    first_tables = {
        min(plain[:3] for plain in order.codes if plain[0] == section)
        for order in records.orders
        if order.release.system is System.ICD10PCS
        for section in {plain[0] for plain in order.codes}
    }
    return replace(
        records,
        tabulars=[(release, thinned_tabular(tabular)) for release, tabular in records.tabulars],
        orders=[
            replace(
                order,
                codes={
                    plain: code
                    for plain, code in order.codes.items()
                    if is_chosen(plain, first_tables if order.release.system is System.ICD10PCS else ())
                },
            )
            for order in records.orders
        ],
        addenda=[
            # Without its statistics, which count all codes.
            ReleaseAddenda(
                release,
                tuple(
                    change
                    for change in changes
                    if is_chosen(change.code, first_tables if release.system is System.ICD10PCS else ())
                ),
            )
            for release, changes, _ in records.addenda
        ],
        books=[
            replace(book, lines=tuple(line for line in book.lines if is_chosen_line(book.book, line)))
            for book in records.books
        ],
        conversions=[
            (release, tuple(row for row in rows if is_chosen(row.code))) for release, rows in records.conversions
        ],
        tables=[
            (
                release,
                {key: label for key, label in labels.items() if len(key[0]) < 3 or is_chosen(key[0], first_tables)},
            )
            for release, labels in records.tables
        ],
    )


@pytest.mark.slow
def test_real_releases_are_read_back(tmp_path: Path) -> None:
    """A tenth of the categories of several years, which have every kind of change from one year to the next."""
    paths = [
        official("icd10cm", "2025-code-descriptions-tabular-order.zip"),
        official("icd10cm", "2026-code-descriptions-tabular-order.zip"),
        official("icd10cm", "april-1-2026-tables-and-index.zip"),
        official("icd10cm", "2026-conversion-table.zip"),
        official("icd10pcs", "2025-icd-10-pcs-code-tables-and-index.zip"),
        official("icd10pcs", "2026-icd-10-pcs-code-tables-and-definitions.zip"),
        official("icd10pcs", "2025-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"),
        official("icd10pcs", "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"),
        official("hcpcs"),
    ]
    records = thinned(read_files(recognize_all(paths)[0], ignore_progress))
    release, tabular = records.tabulars[0]
    tables_release, labels = records.tables[0]
    orders = {system: [o for o in records.orders if o.release.system is system] for system in System}
    initial = InitialContents(
        Icd10cm(release, tabular, (orders[System.ICD10CM][0],)),
        Icd10pcs((orders[System.ICD10PCS][0],), tables_release, labels),
    )
    merged = merge(initial, records)
    contents = {code_set.system: code_set for code_set in (*initial.all_contents(), *merged.contents)}
    own, first = read_own_tables(resource("tables")), tmp_path / "first.db"
    compile_library(first, contents.values(), own, read_lexicon(resource("lexicon")))
    second = compiled_again(first, tmp_path / "second.db", own)
    assert not differing(contents_of(first), contents_of(second))
    with closing(sqlite3.connect(f"{first.resolve().as_uri()}?mode=ro", uri=True)) as opened:
        assert not merge(LoadedContents(opened), records).sentences.added
