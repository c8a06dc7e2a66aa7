"""Records into a code database: what each code set adds, and what the search engine needs, in one file."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from app.library import icd10cm, icd10cm_rows, icd10pcs, icd10pcs_rows
from app.library.entries import Entry
from app.library.lexicon_tables import LexiconTables
from app.library.search_rows import write_entries, write_lexicon, write_vocabulary
from app.library.writer import Writer
from app.releases.records import PcsRelease, Release, Tabular

Progress = Callable[[str, float], None]
"""Told the step that runs and the share of the whole that is done, 0 to 1."""

SCHEMA = Path(__file__).with_name("schema.sql")


@dataclass(frozen=True, slots=True)
class Icd10cmPart:
    """ICD-10-CM: the Tabular List, and the plain codes that exist according to the order file or code list."""

    release: Release
    tabular: Tabular
    existing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Icd10pcsPart:
    """ICD-10-PCS: codes in ascending order, definitions and Index."""

    release: Release
    pcs: PcsRelease


Part = Icd10cmPart | Icd10pcsPart


def compile_library(
    out: Path, parts: Iterable[Part], lexicon: LexiconTables, progress: Progress = lambda _step, _share: None
) -> None:
    """Write a code database to `out`, a file that must not exist yet. The same parts give the same bytes.

    Nothing is verified here, see app.library.verify. Raises ReleaseError when parts contradict each other.
    """
    # Imported here because a start of the program cannot spare the tenth of a second that it takes.
    from sqlite_utils import Database

    connection = sqlite3.connect(out)
    try:
        connection.executescript("PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        connection.executescript(SCHEMA.read_text(encoding="utf-8"))
        writer = Writer(Database(connection))
        for part in parts:
            match part:
                case Icd10cmPart():
                    entries = _add_icd10cm(writer, part, progress)
                case Icd10pcsPart():
                    entries = _add_icd10pcs(writer, part, progress)
            write_entries(writer, part.release.system, entries)
            name = f"entry_words_{part.release.system.value}"
            connection.execute(f"INSERT INTO {name} ({name}) VALUES ('optimize')")
        write_vocabulary(writer)
        write_lexicon(writer, lexicon)
        progress("tidying up", 0.92)
        connection.execute("ANALYZE")
        connection.commit()
        connection.execute("VACUUM")
    finally:
        connection.close()


def _add_icd10cm(writer: Writer, part: Icd10cmPart, progress: Progress) -> list[Entry]:
    progress("ICD-10-CM codes", 0.02)
    placed = writer.add_code_set(part.release, list(icd10cm.plan(part.tabular.nodes, part.existing)))
    progress("ICD-10-CM notes", 0.20)
    icd10cm_rows.write_notes(writer, placed)
    icd10cm_rows.write_conventions(writer, part.tabular.conventions)
    return list(icd10cm_rows.entries(placed))


def _add_icd10pcs(writer: Writer, part: Icd10pcsPart, progress: Progress) -> list[Entry]:
    progress("ICD-10-PCS codes", 0.30)
    codes, index = list(part.pcs.codes), list(part.pcs.index)
    placed = writer.add_code_set(part.release, list(icd10pcs.plan(codes)))
    progress("ICD-10-PCS axes and Index", 0.60)
    icd10pcs_rows.write_axes(writer, codes, part.pcs.definitions)
    icd10pcs_rows.write_index(writer, index, placed)
    return [*icd10pcs_rows.title_entries(codes, placed), *icd10pcs_rows.index_entries(index, placed)]
