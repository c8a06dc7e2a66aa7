"""Compiling records into a code database: each code set as a whole, and the search data of all of them."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from app.codes.node import CodeStatus, Level
from app.codes.parts import PART_OF_BOOK, Part
from app.codes.shapes import PCS_LENGTH, plain
from app.codes.systems import System
from app.library.code_history import Snapshot
from app.library.compiling import conversion_rows, icd10cm, icd10cm_rows, icd10pcs, icd10pcs_rows
from app.library.compiling.cpt import write_cpt
from app.library.compiling.hcpcs import write_hcpcs
from app.library.compiling.index_rows import book_entries, write_books
from app.library.compiling.lexicon_tables import LexiconTables
from app.library.compiling.maps_rows import write_maps
from app.library.compiling.modifiers import write_modifiers
from app.library.compiling.node_groups import write_cc_groups, write_node_groups
from app.library.compiling.nodes import PlacedNodes
from app.library.compiling.payment_rows import cc_levels, write_exclusions, write_payment, write_payment_releases
from app.library.compiling.places import write_places
from app.library.compiling.search_rows import write_entries, write_lexicon, write_vocabulary
from app.library.compiling.writer import Writer, counts
from app.library.contents import (
    ChangedPart,
    Contents,
    Cpt,
    Hcpcs,
    Icd10cm,
    Icd10pcs,
    Maps,
    Modifiers,
    Payment,
    Places,
    is_packaged,
)
from app.library.entries import Entry
from app.library.own_words.index_corrections import corrected_lines
from app.library.own_words.tables import OwnTables
from app.library.progress import Progress, ignore_progress

SCHEMA = Path(__file__).with_name("schema.sql")

COMPILE_WEIGHTS = {System.ICD10CM: 5.0, System.ICD10PCS: 4.0, System.HCPCS: 1.0, System.CPT: 1.0}
"""Rough shares of time that the code sets take, for the progress; the others take hardly any."""


def compile_library(
    out: Path,
    contents: Iterable[Contents],
    own: OwnTables,
    lexicon: LexiconTables,
    maps: Maps | None = None,
    progress: Progress = ignore_progress,
    payment: Payment | None = None,
) -> None:
    """Write a code database to `out`, a file that must not exist yet. The same contents give the same bytes.

    Nothing is verified here, see app.library.compiling.verify. Raises ReleaseError when contents contradict each other.
    """
    connection = sqlite3.connect(out)
    try:
        connection.executescript("PRAGMA page_size = 4096;")
        _unsafe_but_fast(connection)
        connection.executescript(SCHEMA.read_text(encoding="utf-8"))
        write_lexicon(_writer(connection), lexicon)
        _replace(connection, contents, own, maps, progress, payment or Payment())
    finally:
        connection.close()


def replace_in_library(
    path: Path,
    contents: Iterable[Contents | ChangedPart],
    own: OwnTables,
    maps: Maps | None = None,
    progress: Progress = ignore_progress,
    payment: Payment | None = None,
) -> None:
    """Replace code sets, or a part of one, in a copy of a code database, which no other program reads.

    With a new list of CC and MCC, ICD-10-CM must be among the code sets: its entries say which codes are on it.

    Raises ReleaseError when contents contradict each other; the file cannot be used then.
    """
    connection = sqlite3.connect(path)
    try:
        _unsafe_but_fast(connection)
        _replace(connection, contents, own, maps, progress, payment or Payment())
    finally:
        connection.close()


def _unsafe_but_fast(connection: sqlite3.Connection) -> None:
    """Turn off what protects a file that is half written: such a file is deleted anyway."""
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")


def _writer(connection: sqlite3.Connection) -> Writer:
    # Imported here because a start of the program cannot spare the tenth of a second that it takes.
    from sqlite_utils import Database

    return Writer(Database(connection))


def _replace(
    connection: sqlite3.Connection,
    contents: Iterable[Contents | ChangedPart],
    own: OwnTables,
    maps: Maps | None,
    progress: Progress,
    payment: Payment,
) -> None:
    writer = _writer(connection)
    write_payment(writer, payment)
    code_sets = list(contents)
    total = sum(COMPILE_WEIGHTS.get(content.system, 0.1) for content in code_sets) or 1.0
    done = 0.0
    for content in code_sets:
        progress(content.system.label, 0.85 * done / total)
        if isinstance(content, ChangedPart):
            _replace_part(writer, content)
            continue
        writer.clear(content.system)
        entries = _write(writer, content, own)
        write_entries(writer, content.system, entries)
        write_node_groups(writer, content.system)
        if content.system is System.ICD10CM:
            write_cc_groups(writer)
        name = f"entry_words_{content.system.value}"
        connection.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")
        done += COMPILE_WEIGHTS.get(content.system, 0.1)
    if maps is not None:
        progress("equivalence maps", 0.86)
        write_maps(writer, maps)
    if payment.cc is not None:
        write_exclusions(writer, payment.cc)
    write_payment_releases(writer, payment)
    if done:
        writer.execute(
            "DELETE FROM packed WHERE system = '' AND (name IN ('words', 'word_counts') OR name LIKE 'spelled_%')"
        )
        write_vocabulary(writer)
    progress("tidying up", 0.9)
    connection.execute("ANALYZE")
    connection.commit()
    # Also removes deleted texts, which stay on free pages otherwise.
    connection.execute("VACUUM")


def _write(writer: Writer, contents: Contents, own: OwnTables) -> list[Entry]:
    match contents:
        case Icd10cm():
            return _write_icd10cm(writer, contents, own)
        case Icd10pcs():
            return _write_icd10pcs(writer, contents, own)
        case Hcpcs():
            return write_hcpcs(writer, contents, own)
        case Modifiers():
            return write_modifiers(writer, contents, own)
        case Cpt():
            return write_cpt(writer, contents, own)
        case Places():
            return write_places(writer, own)


def _write_icd10cm(writer: Writer, contents: Icd10cm, own: OwnTables) -> list[Entry]:
    placed = PlacedNodes(
        System.ICD10CM, conversion_rows.with_first_days(icd10cm.plan(contents), contents), cc_levels(writer)
    )
    _write_snapshots(writer, System.ICD10CM, contents.snapshots, counts(placed))
    nodes = sum(node.tabular is not None and node.level is not Level.CHAPTER for node in placed.planned)
    writer.add_release(System.ICD10CM, Part.TABULAR, contents.tabular_release, codes=nodes)
    _write_book_releases(writer, contents)
    writer.add_nodes(placed)
    icd10cm_rows.write_tabular_nodes(writer, placed)
    icd10cm_rows.write_notes(writer, placed)
    icd10cm_rows.write_conventions(writer, contents.tabular.conventions)
    conversion_rows.write_conversion_table(writer, contents, placed)

    def resolve(code: str) -> str | None:
        return plain(code) if plain(code) in placed.ids else None

    write_books(writer, contents.books, placed, resolve)
    searched = [replace(book, lines=corrected_lines(book.lines, own.index_corrections)) for book in contents.books]
    return [*icd10cm_rows.entries(placed), *book_entries(searched, placed, resolve)]


def _write_icd10pcs(writer: Writer, contents: Icd10pcs, own: OwnTables) -> list[Entry]:
    codes, planned = icd10pcs.plan(contents, own.pcs_sections)
    placed = PlacedNodes(System.ICD10PCS, planned)
    valid = sum(n.level is Level.PCS_CODE and n.status is CodeStatus.VALID for n in planned)
    rows = _count_codes(contents.snapshots[-1])
    _write_snapshots(writer, System.ICD10PCS, contents.snapshots, {"codes": rows, "valid": valid})
    others = contents.snapshots[-1].others
    if others is not None:
        number = sum(plain[0] in others.sections for plain in contents.snapshots[-1].codes if len(plain) == PCS_LENGTH)
        writer.add_release(System.ICD10PCS, Part.CODES, others, codes=number, valid=number)
    writer.add_release(System.ICD10PCS, Part.TABLES, contents.tables_release, codes=len(contents.labels))
    if contents.titles_release is not None:
        number = len(contents.title_labels)
        writer.add_release(System.ICD10PCS, Part.TABLES, contents.titles_release, codes=number)
    _write_definitions_release(writer, contents)
    _write_book_releases(writer, contents)
    writer.add_nodes(placed)
    icd10pcs_rows.write_axes(writer, contents, own.pcs_sections)
    writer.add_passages((placed.ids[key], texts) for key, texts in icd10pcs_rows.passages(placed, own.pcs_sections))

    def resolve(code: str) -> str | None:
        return icd10pcs_rows.resolve_code(code, placed)

    write_books(writer, contents.books, placed, resolve)
    more = icd10pcs_rows.variant_words(codes, placed)
    return [
        *icd10pcs_rows.title_entries(placed, more),
        *icd10pcs_rows.section_entries(placed, own.pcs_sections),
        *book_entries(contents.books, placed, resolve, more),
    ]


def _write_definitions_release(writer: Writer, contents: Icd10pcs) -> None:
    if contents.definitions_release is not None:
        number = len(contents.definitions)
        writer.add_release(System.ICD10PCS, Part.DEFINITIONS, contents.definitions_release, codes=number)


def _replace_part(writer: Writer, changed: ChangedPart) -> None:
    """Write a part of a code set anew, and leave its nodes and entries as they are."""
    writer.clear_release(changed.system, changed.part)
    match changed.contents:
        case Icd10cm():
            conversion_rows.replace_conversion_table(writer, changed.contents)
        case Icd10pcs():
            writer.execute("DELETE FROM pcs_definition")
            _write_definitions_release(writer, changed.contents)
            icd10pcs_rows.write_definitions(writer, changed.contents.definitions)


def _write_snapshots(writer: Writer, system: System, snapshots: Iterable[Snapshot], newest: dict[str, int]) -> None:
    """Write the releases of a code set's codes; older ones are counted as they were."""
    *older, last = snapshots
    for snapshot in older:
        valid = sum(code.valid for code in snapshot.codes.values())
        rows = _count_codes(snapshot) if system is System.ICD10PCS else len(snapshot.codes)
        writer.add_release(system, Part.CODES, snapshot.release, codes=rows, valid=valid, current=False)
    writer.add_release(system, Part.CODES, last.release, codes=newest["codes"], valid=newest["valid"])


def _count_codes(snapshot: Snapshot) -> int:
    """Return the number of codes as the order file of ICD-10-PCS counts: with the three characters of tables."""
    codes = [plain for plain in snapshot.codes if len(plain) == PCS_LENGTH]
    # The registry's package lists no headings.
    return len(codes) + (0 if is_packaged(snapshot.release) else len({plain[:3] for plain in codes}))


def _write_book_releases(writer: Writer, contents: Icd10cm | Icd10pcs) -> None:
    for book in contents.books:
        writer.add_release(contents.system, PART_OF_BOOK[book.book], book.release, codes=len(book.lines))
