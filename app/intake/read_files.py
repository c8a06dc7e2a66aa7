"""Recognized files into records: what each official file adds to a code set."""

import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import inf
from pathlib import Path

from app.codes.code_sets import Source
from app.codes.parts import Book
from app.codes.shapes import PCS_LENGTH
from app.codes.systems import System
from app.intake.file_records import CptRecords, DamagedError, FileRecords, ReleaseAddenda
from app.library.code_history import Snapshot
from app.library.compiling.icd10pcs import labels_of
from app.library.contents import (
    CcList,
    DrgWeights,
    EquivalenceMap,
    HccMapping,
    Icd9Titles,
    IndexBook,
    PoaExemptList,
)
from app.library.ncci.database import MuePart, PtpPart
from app.library.progress import Progress
from app.releases.cpt.code_files import STANDARD_FILES, CptFile, CptKind, copyright_notice, merge_cpt, read_cpt
from app.releases.cpt.modifier_files import read_modifiers, read_modul
from app.releases.errors import ReleaseError
from app.releases.files.containers import HEAD_BYTES, Member
from app.releases.hcpcs.code_file import read_hcpcs
from app.releases.hcpcs.processing_notes import read_processing_notes
from app.releases.icd.addenda import read_addenda, read_addenda_counts
from app.releases.icd.conversion import read_conversion
from app.releases.icd.gem import read_gem
from app.releases.icd.icd9 import read_icd9
from app.releases.icd.index_xml import read_index
from app.releases.icd.order_file import read_order
from app.releases.icd.pcs_definitions import read_definitions
from app.releases.icd.pcs_index import read_pcs_index
from app.releases.icd.pcs_tables import expand, read_tables
from app.releases.icd.table_xml import read_table
from app.releases.icd.tabular_xml import read_tabular
from app.releases.medicare.cc_exclusions import read_cc_exclusions
from app.releases.medicare.drg_weights import read_drg_weights
from app.releases.medicare.fee_schedule import cpt_codes, read_pprrvu
from app.releases.medicare.hcc_mapping import read_hcc_mapping
from app.releases.medicare.ncci import ptp_name, ptp_setting, read_mue, read_ptp
from app.releases.medicare.poa_exempt import read_poa_exempt
from app.releases.recognition.format_kinds import Format
from app.releases.recognition.recognize import Recognized
from app.releases.records import OrderCode, Release

BOOK_READERS = {
    Format.CM_INDEX: (Book.INDEX, read_index),
    Format.CM_EXTERNAL: (Book.EXTERNAL, read_index),
    Format.CM_NEOPLASM: (Book.NEOPLASM, read_table),
    Format.CM_DRUGS: (Book.DRUGS, read_table),
    Format.PCS_INDEX: (Book.PCS, read_pcs_index),
}

MAP_NAMES = {
    Format.GEM_CM_9_TO_10: "cm9to10",
    Format.GEM_CM_10_TO_9: "cm10to9",
    Format.GEM_PCS_9_TO_10: "pcs9to10",
    Format.GEM_PCS_10_TO_9: "pcs10to9",
}

AMA_CODE_FILES = {
    Format.CPT_LONG: CptKind.LONG,
    Format.CPT_MEDIUM: CptKind.MEDIUM,
    Format.CPT_SHORT: CptKind.SHORT,
    Format.CPT_CONSOLIDATED: CptKind.CONSOLIDATED,
    Format.CPT_CONSUMER: CptKind.CONSUMER,
    Format.CPT_CLINICIAN: CptKind.CLINICIAN,
    Format.CPT_PLA: CptKind.PLA,
}
"""In the order in which their texts are preferred."""

AMA_MODIFIER_READERS = {Format.CPT_MODUL: read_modul, Format.CPT_MODIFIERS: read_modifiers}

AMA_FORMATS = frozenset({*AMA_CODE_FILES, *AMA_MODIFIER_READERS})
CPT_FORMATS = AMA_FORMATS | {Format.PPRRVU}
"""All formats with texts of the AMA, its modifiers included."""

AMA_NOTICE = (
    "CPT: copyright American Medical Association, all rights reserved. CPT is a registered trademark of the AMA."
)
"""Shown where an added file carries no notice of its own."""


_TWO_FORMS = {
    Format.HCPCS_TXT: "HCPCS",
    Format.HCPCS_XLSX: "HCPCS",
    Format.DRG_WEIGHTS: "weights",
    Format.HCC_MAPPING: "HCC",
    Format.CM_POA_EXEMPT: "POA",
}
"""What the formats hold that publishers pack both as text and as a workbook."""

_AddedAt = Callable[[Recognized], float]


class Digests:
    """The SHA-256 of files on the disk, each computed once."""

    def __init__(self) -> None:
        self._known: dict[Path, str] = {}

    def source(self, path: Path) -> Source:
        """The file as a source."""
        if path not in self._known:
            with path.open("rb") as file:
                self._known[path] = hashlib.file_digest(file, "sha256").hexdigest()
        # A file name on Linux need not be text, but a database takes nothing else.
        return Source(os.fsencode(path.name).decode("utf-8", "replace"), self._known[path])


class FileReader:
    """Reads recognized files into records, each file once within one run: records that were read are kept."""

    def __init__(self) -> None:
        self._digests = Digests()
        self._records: dict[Member, FileRecords] = {}

    def sha256(self, path: Path) -> str:
        """The SHA-256 of a file on the disk."""
        return self._digests.source(path).sha256

    def source(self, member: Member) -> Source:
        """The file on the disk, which may be a zip, as a source."""
        return self._digests.source(member.path)

    def release(self, file: Recognized) -> Release:
        """The release that a file belongs to, with the file as its source."""
        source = self.source(file.member)
        return Release(file.system or System.ICD10CM, file.name, file.effective_from, file.effective_to, (source,))

    def member_of(self, record: object) -> Member | None:
        """Return the file that one of the records was read from, None if it comes from elsewhere."""
        return next((member for member, records in self._records.items() if records.holds(record)), None)

    def records(self, file: Recognized) -> FileRecords:
        """The records of one file. Raises DamagedError, naming file and place, if it cannot be read to its end.

        The pairs and limits of NCCI are read when they are iterated over, which can be done once.
        """
        records = self._records.get(file.member)
        if records is None:
            try:
                records = _read_file(file, self.release(file))
            except ReleaseError as error:
                raise DamagedError(file.member, str(error), is_part=_is_intact_part(file.member)) from error
            finally:
                # The records take the place of the rows in memory.
                file.member.sheet_rows.clear()
            self._records[file.member] = records
        return records


def _is_intact_part(member: Member) -> bool:
    """Return whether a file is one in a zip, and has the bytes that were packed there, by their checksum."""
    if not member.inside:
        return False
    try:
        with member.open() as stream:
            while stream.read(HEAD_BYTES):
                pass
    except ReleaseError:
        return False
    return True


def read_files(
    recognized: Iterable[Recognized],
    progress: Progress,
    added: Mapping[Path, int] | None = None,
    unreported: Collection[Path] = (),
    reader: FileReader | None = None,
) -> FileRecords:
    """The records of files. Raises DamagedError, naming file and place, for one that is damaged.

    `added` is the time at which each file was added; a file without one is the newest. Of two files of one day and
    kind the one that was added last comes last, and counts. Of the two forms (text and Excel) of an HCPCS file, a POA
    exempt list, a table of weights or an HCC mapping that were added together the first is read; so it is with the fee
    schedule and with pairs of NCCI. `unreported` are files that nothing is to be reported of. With `reader`, files that
    it has read before are not read again.
    """
    reader = reader or FileReader()
    records = FileRecords()
    times = added or {}

    def added_at(file: Recognized) -> float:
        return times.get(file.member.path, inf)

    files = sorted(
        recognized, key=lambda file: (file.effective_from, added_at(file), file.format.name, file.member.name)
    )
    superseded = set(map(id, _superseded_cpt(files)))
    repeated = {*map(id, _second_forms(files, added_at)), *map(id, _reissued_cpt(files, added_at))}
    pair_files: set[str] = set()
    for number, file in enumerate(files):
        progress(f"reading {file.member.path.name}", number / len(files))
        if file.member.path in unreported:
            records.unreported.add(reader.sha256(file.member.path))
        if id(file) in superseded:
            records.cpt.older.append(reader.release(file))
        elif id(file) in repeated or (file.format is Format.PPRRVU and records.cpt.has_fee_schedule):
            continue
        elif file.format is not Format.PTP:
            records.extend(reader.records(file))
        elif (stem := _stem(file.member)) not in pair_files:
            pair_files.add(stem)
            records.extend(reader.records(file))
    _merge_cpt(records.cpt)
    return records


def _second_forms(files: Sequence[Recognized], added_at: _AddedAt) -> Iterator[Recognized]:
    """Files that repeat, as text or as a workbook, the content of one that was added with them."""
    first_forms: set[tuple[str, str, float]] = set()
    for file in files:
        if kind := _TWO_FORMS.get(file.format):
            if (kind, file.name, added_at(file)) in first_forms:
                yield file
            first_forms.add((kind, file.name, added_at(file)))


def _reissued_cpt(files: Sequence[Recognized], added_at: _AddedAt) -> Iterator[Recognized]:
    """Files of all codes of CPT whose edition was added again later."""
    for format_ in (*(of for of, kind in AMA_CODE_FILES.items() if kind in STANDARD_FILES), Format.PPRRVU):
        alike = [file for file in files if file.format is format_]
        newest = max(((file.effective_from, added_at(file)) for file in alike), default=None)
        yield from (file for file in alike if (file.effective_from, added_at(file)) != newest)


def _superseded_cpt(files: Sequence[Recognized]) -> Iterator[Recognized]:
    """Files with CPT that a newer one replaces: those of editions before the newest, fee schedules before the last.

    Codes that an edition no longer has must not come back from the files of the edition before. A fee schedule of a
    later year replaces no edition: the edition has the texts, and the user has licensed it.
    """

    def newest_year(formats: Collection[Format]) -> int:
        return max((file.effective_from.year for file in files if file.format in formats), default=0)

    edition, modifiers = newest_year(AMA_CODE_FILES), newest_year(AMA_MODIFIER_READERS)
    last = max((file.effective_from for file in files if file.format is Format.PPRRVU), default=date.min)
    for file in files:
        year = file.effective_from.year
        if file.format in AMA_MODIFIER_READERS:
            is_older = year < modifiers
        elif file.format is Format.PPRRVU:
            is_older = year < edition or file.effective_from < last
        else:
            is_older = file.format in AMA_CODE_FILES and year < edition
        if is_older:
            yield file


def _stem(member: Member) -> str:
    """The name of a file, and of what it is in, without its ending: the same for a text and its Excel form."""
    return f"{member.path}/{member.inside}/{member.nested}".rstrip("/").rpartition(".")[0]


def _read_file(file: Recognized, release: Release) -> FileRecords:
    member, format_ = file.member, file.format
    (source,) = release.sources
    match format_:
        case Format.CM_TABULAR:
            tabular = read_tabular(member)
            return FileRecords(tabulars=[(release, replace(tabular, nodes=tuple(tabular.nodes)))])
        case Format.CM_ORDER | Format.PCS_ORDER:
            return FileRecords(orders=[Snapshot(release, _order_codes(member, format_))])
        case Format.CM_ORDER_ADDENDA | Format.PCS_ADDENDA:
            changes = tuple(change for change in read_addenda(member) if _is_code(change.code, format_))
            return FileRecords(addenda=[ReleaseAddenda(release, changes, read_addenda_counts(member))])
        case Format.CM_CONVERSION:
            return FileRecords(conversions=[(release, tuple(read_conversion(member)))])
        case Format.CM_POA_EXEMPT:
            return FileRecords(poa=[PoaExemptList(release, tuple(read_poa_exempt(member)))])
        case Format.PCS_TABLES:
            labels = labels_of(code for row in read_tables(member) for code in expand(row))
            return FileRecords(tables=[(release, labels)])
        case Format.PCS_DEFINITIONS:
            return FileRecords(definitions=[(release, tuple(read_definitions(member)))])
        case Format.HCPCS_TXT | Format.HCPCS_XLSX:
            return FileRecords(hcpcs=[(release, tuple(read_hcpcs(member)))])
        case Format.HCPCS_NOTES:
            return FileRecords(notes=[(release, tuple(read_processing_notes(member)))])
        case Format.ICD9_DIAGNOSES | Format.ICD9_PROCEDURES:
            procedure = format_ is Format.ICD9_PROCEDURES
            return FileRecords(titles=[Icd9Titles(release, procedure, tuple(read_icd9(member, procedure)))])
        case Format.CC_EXCLUSIONS:
            table = read_cc_exclusions(member)
            return FileRecords(cc=[CcList(release, table.codes, table.collections)])
        case Format.DRG_WEIGHTS:
            return FileRecords(weights=[DrgWeights(release, tuple(read_drg_weights(member)))])
        case Format.HCC_MAPPING:
            return FileRecords(hcc=[HccMapping(release, tuple(read_hcc_mapping(member)))])
        case Format.PTP:
            name = ptp_name(member)
            version = name.version if name else ""
            return FileRecords(
                pairs=[PtpPart(source, ptp_setting(member), version, file.effective_from, read_ptp(member))]
            )
        case Format.MUE:
            return FileRecords(limits=[MuePart(source, file.effective_from, read_mue(member))])
        case _ if format_ in BOOK_READERS:
            book, read_book = BOOK_READERS[format_]
            return FileRecords(books=[IndexBook(release, book, tuple(read_book(member)))])
        case _ if format_ in MAP_NAMES:
            return FileRecords(maps=[EquivalenceMap(release, MAP_NAMES[format_], tuple(read_gem(member)))])
        case _:
            return FileRecords(cpt=_read_cpt_file(member, format_, replace(release, system=System.CPT)))


def _order_codes(member: Member, format_: Format) -> dict[str, OrderCode]:
    return {code.code: code for code in read_order(member) if _is_code(code.code, format_)}


def _is_code(code: str, format_: Format) -> bool:
    """Return whether a line of an order file is a code: the headings of ICD-10-PCS are not, which the tables bring."""
    return format_ not in (Format.PCS_ORDER, Format.PCS_ADDENDA) or len(code) == PCS_LENGTH


def _read_cpt_file(member: Member, format_: Format, release: Release) -> CptRecords:
    if format_ in AMA_MODIFIER_READERS:
        modifiers = [*AMA_MODIFIER_READERS[format_](member)]
        return CptRecords(modifiers=modifiers, notices=[copyright_notice(member)], modifiers_release=release)
    if format_ in AMA_CODE_FILES:
        kind = AMA_CODE_FILES[format_]
        file = CptFile(member.name, kind, tuple(read_cpt(member, kind)))
        return CptRecords(files=[file], notices=[copyright_notice(member)], release=release)
    if format_ is Format.PPRRVU:
        file = CptFile(member.name, None, tuple(cpt_codes(read_pprrvu(member))))
        return CptRecords(files=[file], notices=[AMA_NOTICE], release=release)
    return CptRecords()


def _merge_cpt(cpt: CptRecords) -> None:
    """Merge the codes of all files into one, in the order in which their texts are preferred."""
    order: Sequence[CptKind | None] = [*AMA_CODE_FILES.values(), None]
    cpt.files.sort(key=lambda file: order.index(file.kind))
    codes = merge_cpt(cpt.files)
    cpt.files = [CptFile("", None, codes)] if codes else []
