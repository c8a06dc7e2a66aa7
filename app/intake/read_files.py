"""Recognized files into records: what each official file adds to a code set, ready to be merged."""

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import inf
from pathlib import Path

from app.codes.code_sets import Source
from app.codes.parts import Book
from app.codes.systems import System
from app.library.code_history import Snapshot
from app.library.compiling.icd10pcs import CODE_LENGTH, labels_of
from app.library.contents import EquivalenceMap, Icd9Titles, IndexBook
from app.library.ncci.database import MuePart, PtpPart
from app.releases.addenda import read_addenda
from app.releases.containers import Member
from app.releases.conversion import read_conversion
from app.releases.cpt import STANDARD_FILES, CptFile, CptKind, copyright_notice, merge_cpt, read_cpt
from app.releases.cpt_modifiers import read_modifiers, read_modul
from app.releases.formats import Format
from app.releases.gem import read_gem
from app.releases.hcpcs import read_hcpcs
from app.releases.hcpcs_notes import read_processing_notes
from app.releases.icd9 import read_icd9
from app.releases.index_xml import read_index
from app.releases.ncci import ptp_name, ptp_setting, read_mue, read_ptp
from app.releases.order_file import read_order
from app.releases.pcs_definitions import read_definitions
from app.releases.pcs_index import read_pcs_index
from app.releases.pcs_tables import expand, read_tables
from app.releases.pprrvu import cpt_codes, read_pprrvu
from app.releases.recognize import Recognized
from app.releases.records import (
    Addendum,
    Conversion,
    CptCode,
    CptModifier,
    HcpcsCode,
    OrderCode,
    PcsDefinition,
    ProcessingNote,
    Release,
    ReleaseError,
    Tabular,
)
from app.releases.table_xml import read_table
from app.releases.tabular_xml import read_tabular

BOOKS = {
    Format.CM_INDEX: (Book.INDEX, read_index),
    Format.CM_EXTERNAL: (Book.EXTERNAL, read_index),
    Format.CM_NEOPLASM: (Book.NEOPLASM, read_table),
    Format.CM_DRUGS: (Book.DRUGS, read_table),
    Format.PCS_INDEX: (Book.PCS, read_pcs_index),
}

MAPS = {
    Format.GEM_CM_9_TO_10: "cm9to10",
    Format.GEM_CM_10_TO_9: "cm10to9",
    Format.GEM_PCS_9_TO_10: "pcs9to10",
    Format.GEM_PCS_10_TO_9: "pcs10to9",
}

AMA_FILES = {
    Format.CPT_LONG: CptKind.LONG,
    Format.CPT_MEDIUM: CptKind.MEDIUM,
    Format.CPT_SHORT: CptKind.SHORT,
    Format.CPT_CONSOLIDATED: CptKind.CONSOLIDATED,
    Format.CPT_CONSUMER: CptKind.CONSUMER,
    Format.CPT_CLINICIAN: CptKind.CLINICIAN,
    Format.CPT_PLA: CptKind.PLA,
}
"""In the order in which their texts are preferred."""

AMA_MODIFIERS = {Format.CPT_MODUL: read_modul, Format.CPT_MODIFIERS: read_modifiers}

AMA = frozenset({*AMA_FILES, *AMA_MODIFIERS})
CPT_FORMATS = AMA | {Format.PPRRVU}
"""Everything with texts of the AMA's, its modifiers included."""

AMA_NOTICE = (
    "CPT: copyright American Medical Association, all rights reserved. CPT is a registered trademark of the AMA."
)
"""What is shown where an imported file carries no notice of its own."""


class DamagedError(ReleaseError):
    """A file that cannot be read to its end; the text says what is wrong where, `path` is the file on the disk."""

    def __init__(self, path: Path, text: str) -> None:
        super().__init__(text)
        self.path = path


@dataclass(slots=True)
class CptFound:
    """What the files of one edition say of CPT; they are merged once all are read.

    `release` is that of the codes: the AMA's edition, or else the fee schedule, with the sources of both.
    """

    files: list[CptFile] = field(default_factory=list[CptFile])
    older: list[Release] = field(default_factory=list[Release])
    modifiers: list[CptModifier] = field(default_factory=list[CptModifier])
    notices: list[str] = field(default_factory=list[str])
    release: Release | None = None
    modifiers_release: Release | None = None


@dataclass(slots=True)
class Found:
    """The records of some files, by what they are; releases of one kind stand in the order in which they were read."""

    tabulars: list[tuple[Release, Tabular]] = field(default_factory=list[tuple[Release, Tabular]])
    orders: list[Snapshot] = field(default_factory=list[Snapshot])
    addenda: list[tuple[Release, tuple[Addendum, ...]]] = field(
        default_factory=list[tuple[Release, tuple[Addendum, ...]]]
    )
    books: list[IndexBook] = field(default_factory=list[IndexBook])
    conversions: list[tuple[Release, tuple[Conversion, ...]]] = field(
        default_factory=list[tuple[Release, tuple[Conversion, ...]]]
    )
    tables: list[tuple[Release, dict[tuple[str, int, str], str]]] = field(
        default_factory=list[tuple[Release, dict[tuple[str, int, str], str]]]
    )
    definitions: list[tuple[Release, tuple[PcsDefinition, ...]]] = field(
        default_factory=list[tuple[Release, tuple[PcsDefinition, ...]]]
    )
    hcpcs: list[tuple[Release, tuple[HcpcsCode, ...]]] = field(
        default_factory=list[tuple[Release, tuple[HcpcsCode, ...]]]
    )
    notes: list[tuple[Release, tuple[ProcessingNote, ...]]] = field(
        default_factory=list[tuple[Release, tuple[ProcessingNote, ...]]]
    )
    cpt: CptFound = field(default_factory=CptFound)
    maps: list[EquivalenceMap] = field(default_factory=list[EquivalenceMap])
    titles: list[Icd9Titles] = field(default_factory=list[Icd9Titles])
    pairs: list[PtpPart] = field(default_factory=list[PtpPart])
    stems: set[str] = field(default_factory=set[str])
    """Names of the files of pairs, without their endings."""
    limits: list[MuePart] = field(default_factory=list[MuePart])
    quiet: set[str] = field(default_factory=set[str])
    """The SHA-256 of files that are read again because others need them: there is no news in them."""

    def releases(self) -> list[Release]:
        """The releases of everything but CPT, maps and NCCI, each as often as there are parts of it."""
        parts = (self.tabulars, self.addenda, self.conversions, self.tables, self.definitions, self.hcpcs, self.notes)
        found = [release for part in parts for release, *_ in part]
        return [*found, *(order.release for order in self.orders), *(book.release for book in self.books)]


def read_files(
    recognized: Iterable[Recognized],
    progress: Callable[[str, float], None],
    added: Mapping[Path, int] | None = None,
    quiet: Collection[Path] = (),
) -> Found:
    """The records of files. Raises DamagedError, naming file and place, for one that is damaged.

    `added` says when files were added, those without are the newest: of one day and kind the one that was added last
    comes last, and counts. Of the HCPCS twins (text and Excel) that were added together the first is read, and so it
    is with the fee schedule's. `quiet` are files of which nothing is to be said.
    """
    found = Found()
    times = added or {}

    def when(one: Recognized) -> float:
        return times.get(one.member.path, inf)

    every = sorted(recognized, key=lambda one: (one.effective_from, when(one), one.format.name, one.member.name))
    older = set(map(id, _older_cpt(every)))
    passed_over = set(map(id, [*_twins(every, when), *_corrected_cpt(every, when)])) - older
    digests = Digests()
    for number, one in enumerate(every):
        progress(f"reading {one.member.path.name}", number / len(every))
        if one.member.path in quiet:
            found.quiet.add(digests.source(one.member.path).sha256)
        if id(one) in older:
            found.cpt.older.append(_release(one, digests))
        elif id(one) not in passed_over:
            try:
                _read(found, one, digests)
            except ReleaseError as error:
                raise DamagedError(one.member.path, str(error)) from error
            finally:
                # The records take their place in memory.
                one.member.sheet_rows.clear()
    _merge_cpt(found)
    return found


def _twins(every: Sequence[Recognized], when: Callable[[Recognized], float]) -> Iterator[Recognized]:
    """Files of HCPCS that say again what another one says that was added with them."""
    known: set[tuple[str, float]] = set()
    for one in every:
        if one.format in (Format.HCPCS_TXT, Format.HCPCS_XLSX):
            if (one.name, when(one)) in known:
                yield one
            known.add((one.name, when(one)))


def _corrected_cpt(every: Sequence[Recognized], when: Callable[[Recognized], float]) -> Iterator[Recognized]:
    """Files of all codes of CPT of which the same edition was added again later."""
    for format_ in (*(of for of, kind in AMA_FILES.items() if kind in STANDARD_FILES), Format.PPRRVU):
        alike = [one for one in every if one.format is format_]
        newest = max(((one.effective_from, when(one)) for one in alike), default=None)
        yield from (one for one in alike if (one.effective_from, when(one)) != newest)


def _older_cpt(every: Sequence[Recognized]) -> Iterator[Recognized]:
    """Files with CPT whose place a newer one takes: those of editions before the newest, fee schedules before the last.

    Codes that an edition has no more must not come back from the files of the one before it. A fee schedule of a later
    year takes nothing away: the edition has the texts, and the person has licensed it.
    """

    def newest_year(formats: Collection[Format]) -> int:
        return max((one.effective_from.year for one in every if one.format in formats), default=0)

    edition, modifiers = newest_year(AMA_FILES), newest_year(AMA_MODIFIERS)
    last = max((one.effective_from for one in every if one.format is Format.PPRRVU), default=date.min)
    for one in every:
        year = one.effective_from.year
        if one.format in AMA_MODIFIERS:
            is_older = year < modifiers
        elif one.format is Format.PPRRVU:
            is_older = year < edition or one.effective_from < last
        else:
            is_older = one.format in AMA_FILES and year < edition
        if is_older:
            yield one


def _release(one: Recognized, digests: "Digests") -> Release:
    source = digests.source(one.member.path)
    return Release(one.system or System.ICD10CM, one.name, one.effective_from, one.effective_to, (source,))


class Digests:
    """The SHA-256 of files on the disk, each worked out once."""

    def __init__(self) -> None:
        self._known: dict[Path, str] = {}

    def source(self, path: Path) -> Source:
        """The file as a source."""
        if path not in self._known:
            with path.open("rb") as file:
                self._known[path] = hashlib.file_digest(file, "sha256").hexdigest()
        # A name on Linux need not be text, which is all that a database takes.
        return Source(os.fsencode(path.name).decode("utf-8", "replace"), self._known[path])


def _read(found: Found, one: Recognized, digests: Digests) -> None:
    member, format_ = one.member, one.format
    release = _release(one, digests)
    (source,) = release.sources
    match format_:
        case Format.CM_TABULAR:
            tabular = read_tabular(member)
            found.tabulars.append((release, replace(tabular, nodes=tuple(tabular.nodes))))
        case Format.CM_ORDER | Format.PCS_ORDER:
            found.orders.append(Snapshot(release, _codes(member, format_)))
        case Format.CM_ORDER_ADDENDA | Format.PCS_ADDENDA:
            changes = read_addenda(member)
            found.addenda.append((release, tuple(one for one in changes if _counts(one.code, format_))))
        case Format.CM_CONVERSION:
            found.conversions.append((release, tuple(read_conversion(member))))
        case Format.PCS_TABLES:
            found.tables.append((release, _labels(member)))
        case Format.PCS_DEFINITIONS:
            found.definitions.append((release, tuple(read_definitions(member))))
        case Format.HCPCS_TXT | Format.HCPCS_XLSX:
            found.hcpcs.append((release, tuple(read_hcpcs(member))))
        case Format.HCPCS_NOTES:
            found.notes.append((release, tuple(read_processing_notes(member))))
        case Format.ICD9_DIAGNOSES | Format.ICD9_PROCEDURES:
            procedure = format_ is Format.ICD9_PROCEDURES
            found.titles.append(Icd9Titles(release, procedure, tuple(read_icd9(member, procedure))))
        case Format.PTP:
            named = ptp_name(member)
            version = named.version if named else ""
            # The text and its twin, the Excel file, have one name.
            stem = f"{member.path}/{member.inside}/{member.nested}".rstrip("/").rpartition(".")[0]
            if stem not in found.stems:
                found.stems.add(stem)
                setting, day = ptp_setting(member), one.effective_from
                found.pairs.append(PtpPart(source, setting, version, day, read_ptp(member)))
        case Format.MUE:
            found.limits.append(MuePart(source, one.effective_from, read_mue(member)))
        case _ if format_ in BOOKS:
            book, reader = BOOKS[format_]
            found.books.append(IndexBook(release, book, tuple(reader(member))))
        case _ if format_ in MAPS:
            found.maps.append(EquivalenceMap(release, MAPS[format_], tuple(read_gem(member))))
        case _:
            _read_cpt(found.cpt, one, replace(release, system=System.CPT))


def _codes(member: Member, format_: Format) -> dict[str, OrderCode]:
    return {code.code: code for code in read_order(member) if _counts(code.code, format_)}


def _counts(code: str, format_: Format) -> bool:
    """Whether what an order file lists is a code: of ICD-10-PCS its headings are not, which the tables bring."""
    return format_ not in (Format.PCS_ORDER, Format.PCS_ADDENDA) or len(code) == CODE_LENGTH


def _labels(member: Member) -> dict[tuple[str, int, str], str]:
    """What the values of the tables mean, see `PcsLabels`."""
    return labels_of(expanded for row in read_tables(member) for expanded in expand(row))


def _read_cpt(cpt: CptFound, one: Recognized, release: Release) -> None:
    member, format_ = one.member, one.format
    if format_ in AMA_MODIFIERS:
        cpt.modifiers += AMA_MODIFIERS[format_](member)
        cpt.notices.append(copyright_notice(member))
        cpt.modifiers_release = _with_sources(release, cpt.modifiers_release)
    elif format_ in AMA_FILES:
        kind = AMA_FILES[format_]
        cpt.files.append(CptFile(member.name, kind, tuple(read_cpt(member, kind))))
        cpt.notices.append(copyright_notice(member))
        only_fees = all(file.kind is None for file in cpt.files[:-1])
        cpt.release = _with_sources(release, cpt.release, keep_name=not only_fees)
    elif format_ is Format.PPRRVU:
        if any(file.kind is None for file in cpt.files):
            return
        codes: tuple[CptCode, ...] = tuple(cpt_codes(read_pprrvu(member)))
        cpt.files.append(CptFile(member.name, None, codes))
        cpt.notices.append(AMA_NOTICE)
        cpt.release = _with_sources(release, cpt.release, keep_name=True)


def _with_sources(release: Release, known: Release | None, *, keep_name: bool = True) -> Release:
    """A release with the sources of both, under the name and with the days of the one that was known, or of its own."""
    sources = tuple(dict.fromkeys((*(known.sources if known else ()), *release.sources)))
    return replace(known if known is not None and keep_name else release, sources=sources)


def _merge_cpt(found: Found) -> None:
    cpt = found.cpt
    order: Sequence[CptKind | None] = [*AMA_FILES.values(), None]
    cpt.files.sort(key=lambda file: order.index(file.kind))
    codes = merge_cpt(cpt.files)
    cpt.files = [CptFile("", None, codes)] if codes else []
