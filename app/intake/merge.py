"""Records of files merged with the contents of a library: the newest of each part counts, older codes are history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from app.codes.node import Level
from app.codes.parts import Book
from app.codes.systems import System
from app.intake.file_records import FileRecords, UnusableError
from app.intake.merge_addenda import have_same_codes, with_following_years
from app.intake.merge_orders import is_partial, with_orders, without_waiting_orders
from app.intake.merge_payment import merge_payment
from app.intake.merge_tables import merged_maps
from app.intake.read_files import AMA_NOTICE
from app.intake.release_report import ReleaseReporter, Sentences, has_same_sources
from app.intake.whole_release import check_hcpcs_file
from app.library.code_history import Snapshot, with_snapshot
from app.library.compiling.hcpcs import STARTER_AS_OF, snapshot
from app.library.compiling.icd10cm import plan_tabular
from app.library.compiling.icd10pcs import unexplained_codes, with_newer
from app.library.contents import (
    ChangedPart,
    Contents,
    Cpt,
    Hcpcs,
    Icd10cm,
    Icd10pcs,
    IndexBook,
    Maps,
    Modifiers,
    Payment,
    Places,
    PresentPayment,
    is_packaged,
)
from app.releases.errors import ReleaseError
from app.releases.records import OrderCode, Release, TabularNode

LISTED_REMARK = "Taken from the Tabular List."
"""The remark on codes without an order file; one that comes later replaces them."""

MOST_CHANGES_IN_A_YEAR = 300
"""More codes than an April update has ever changed (42 in 2023), and fewer than any October has (395 in 2023)."""


class PresentContents(Protocol):
    """The contents of the library that records are merged with, each read when it is asked for."""

    def icd10cm(self) -> Icd10cm: ...
    def icd10pcs(self) -> Icd10pcs: ...
    def hcpcs(self) -> Hcpcs: ...
    def modifiers(self) -> Modifiers: ...
    def cpt(self) -> Cpt: ...
    def maps(self) -> Mapping[str, Release]:
        """The releases of equivalence maps and of titles of ICD-9-CM, by their names in a library."""
        ...

    def payment(self) -> PresentPayment: ...


@dataclass(frozen=True, slots=True)
class InitialContents:
    """The contents of a library before official files are added: ICD-10 as given, all others in our own words."""

    tabular_list: Icd10cm
    procedures: Icd10pcs
    facts: PresentPayment = field(default_factory=PresentPayment)

    def icd10cm(self) -> Icd10cm:
        return self.tabular_list

    def icd10pcs(self) -> Icd10pcs:
        return self.procedures

    def hcpcs(self) -> Hcpcs:
        return Hcpcs()

    def modifiers(self) -> Modifiers:
        return Modifiers()

    def cpt(self) -> Cpt:
        return Cpt()

    def maps(self) -> Mapping[str, Release]:
        return {}

    def payment(self) -> PresentPayment:
        return self.facts

    def all_contents(self) -> tuple[Contents, ...]:
        """The contents of every code set."""
        return self.tabular_list, self.procedures, Hcpcs(), Modifiers(), Places(), Cpt()


@dataclass(slots=True)
class Merged:
    """The contents that must be compiled, None where nothing changed, and what is reported of every release."""

    icd10cm: Icd10cm | None = None
    icd10pcs: Icd10pcs | None = None
    hcpcs: Hcpcs | None = None
    modifiers: Modifiers | None = None
    cpt: Cpt | None = None
    maps: Maps | None = None
    payment: Payment = field(default_factory=Payment)
    only_parts: set[System] = field(default_factory=set[System])
    """The code sets of which a single part changed that is compiled alone."""
    sentences: Sentences = field(default_factory=Sentences)

    @property
    def changes(self) -> list[Contents | ChangedPart]:
        """The contents of the code sets that changed, or their only part that did."""
        return [
            ChangedPart(content)
            if isinstance(content, Icd10cm | Icd10pcs) and content.system in self.only_parts
            else content
            for content in self.contents
        ]

    @property
    def contents(self) -> list[Contents]:
        """The contents of the code sets that changed."""
        contents = (self.icd10cm, self.icd10pcs, self.hcpcs, self.modifiers, self.cpt)
        return [changed for changed in contents if changed is not None]


def merge(present: PresentContents, records: FileRecords) -> Merged:
    """Merge records with the contents of a library, as far as they belong to the same code sets.

    Raises UnusableError for the records of a file that contradict other ones, or are not all of a release.
    """
    merged = Merged()
    systems = {release.system for release in records.releases()}
    if System.ICD10CM in systems:
        _merge_icd10cm(merged, present.icd10cm(), records)
    if System.ICD10PCS in systems:
        _merge_icd10pcs(merged, present.icd10pcs(), records)
    if System.HCPCS in systems:
        _merge_hcpcs(merged, present.hcpcs(), present.modifiers(), records)
    if records.cpt.release is not None or records.cpt.modifiers_release is not None:
        _merge_cpt(merged, present.cpt(), present.modifiers(), records)
    merged.maps = merged_maps(merged.sentences, present.maps(), records)
    merged.payment = merge_payment(present.payment, records, merged.sentences)
    if merged.payment.cc is not None:
        # Each code says on its row which it is.
        merged.icd10cm = merged.icd10cm or present.icd10cm()
        merged.only_parts.discard(System.ICD10CM)
    return merged


# ICD-10-CM


def _merge_icd10cm(merged: Merged, present: Icd10cm, records: FileRecords) -> None:
    reporter = ReleaseReporter(merged.sentences, "ICD-10-CM", records.unreported)
    contents = replace(present, snapshots=with_orders(reporter, present.snapshots, records, System.ICD10CM))
    # Once more, since an order file may have come for the Tabular List, or for a day shortly before it.
    contents = _with_listed_codes(contents)
    for file in records.tabulars:
        release, tabular = file
        same = tabular.nodes == contents.tabular.nodes
        if reporter.replaces(release, contents.tabular_release, "Tabular List", same_contents=same):
            try:
                contents = _with_listed_codes(replace(contents, tabular_release=release, tabular=tabular))
            except UnusableError as error:
                raise UnusableError(file, str(error)) from error
    addenda = [addenda for addenda in records.addenda if addenda.release.system is System.ICD10CM]
    contents = replace(contents, snapshots=with_following_years(reporter, contents.snapshots, addenda))
    contents = replace(contents, books=_with_books(reporter, contents.books, records, System.ICD10CM))
    for release, rows in records.conversions:
        same = set(rows) == set(contents.conversions)
        if reporter.replaces(release, contents.conversions_release, "conversion table", same_contents=same):
            contents = replace(contents, conversions_release=release, conversions=rows)
    if reporter.changed:
        merged.icd10cm = contents
        before = replace(present, conversions=contents.conversions, conversions_release=contents.conversions_release)
        if contents == before:
            merged.only_parts.add(System.ICD10CM)


def _with_listed_codes(contents: Icd10cm) -> Icd10cm:
    """Add the codes of the Tabular List if there is no order file of its day.

    7th characters come from the release before, as far as that knows the code, since the Tabular List offers some that
    do not exist. Raises UnusableError, for the order file, if the two are of one fiscal year and differ by more than an
    update within a year could explain: one of them is not what its name says.
    """
    release = replace(contents.tabular_release, remark=LISTED_REMARK)
    day = release.effective_from
    snapshots = tuple(
        s for s in contents.snapshots if s.release.effective_from != day or s.release.remark != LISTED_REMARK
    )
    before = [s for s in snapshots if s.release.effective_from < day]
    if not before or any(s.release.effective_from == day for s in snapshots):
        return contents
    newest = before[-1]
    codes = dict(_listed_codes(contents.tabular.nodes, newest.codes))
    differing = codes.keys() ^ newest.codes.keys()
    if release.effective_to == newest.release.effective_to and len(differing) > MOST_CHANGES_IN_A_YEAR:
        raise UnusableError(
            newest,
            f"The Tabular List of {release.name} and the order file of {newest.release.name} differ in "
            f"{len(differing):,} codes, such as {min(differing)}: one of them is of another year than its name says.",
        )
    return replace(contents, snapshots=with_snapshot(snapshots, Snapshot(release, codes)))


def _listed_codes(
    nodes: Iterable[TabularNode], codes_before: Mapping[str, OrderCode]
) -> Iterable[tuple[str, OrderCode]]:
    extended = {code.code[:-1].rstrip("X") for code in codes_before.values() if len(code.code) == 7}
    for node in plan_tabular(nodes, None):
        if node.level in (Level.CHAPTER, Level.SECTION):
            continue
        if node.level is Level.SEVENTH and node.plain not in codes_before and node.parent in extended:
            continue
        yield node.plain, OrderCode(node.plain, node.status.billable, node.title)


# ICD-10-PCS


def _merge_icd10pcs(merged: Merged, present: Icd10pcs, records: FileRecords) -> None:
    reporter = ReleaseReporter(merged.sentences, "ICD-10-PCS", records.unreported)
    contents = present
    for release, labels in records.tables:
        contents = _with_tables(reporter, contents, release, labels)
    records = without_waiting_orders(reporter, contents, records)
    contents = replace(contents, snapshots=with_orders(reporter, contents.snapshots, records, System.ICD10PCS))
    addenda = [addenda for addenda in records.addenda if addenda.release.system is System.ICD10PCS]
    unexplained = partial(unexplained_codes, contents)
    contents = replace(contents, snapshots=with_following_years(reporter, contents.snapshots, addenda, unexplained))
    for release, rows in records.definitions:
        same = set(rows) == set(contents.definitions)
        if reporter.replaces(release, contents.definitions_release, "definitions", same_contents=same):
            contents = replace(contents, definitions_release=release, definitions=rows)
    contents = replace(contents, books=_with_books(reporter, contents.books, records, System.ICD10PCS))
    if not any(is_partial(snapshot) for snapshot in contents.snapshots):
        # Official tables explain official codes; the package's titles are not needed any more.
        contents = replace(contents, titles_release=None, title_labels={})
    if reporter.changed:
        merged.icd10pcs = contents
        before = replace(present, definitions=contents.definitions, definitions_release=contents.definitions_release)
        if contents == before:
            merged.only_parts.add(System.ICD10PCS)


def _with_tables(
    reporter: ReleaseReporter, contents: Icd10pcs, release: Release, labels: dict[tuple[str, int, str], str]
) -> Icd10pcs:
    """Add the labels of tables: newer ones take precedence, older ones explain codes that have ended."""
    present = contents.tables_release
    # The package of a year is older than any file of that year, though it has the changes of its April.
    if release.effective_from < present.effective_from and (
        release.effective_to < present.effective_to or not is_packaged(present)
    ):
        completed = with_newer(labels, contents.labels)
        if completed == contents.labels:
            reporter.unchanged(release, "tables")
            return contents
        reporter.added(release, "tables, for codes that have ended")
        return replace(contents, labels=completed)
    same = with_newer(contents.labels, labels) == contents.labels
    if reporter.replaces(release, contents.tables_release, "tables", same_contents=same):
        return replace(contents, tables_release=release, labels=with_newer(contents.labels, labels))
    return contents


# Indexes


def _with_books(
    reporter: ReleaseReporter, books: Sequence[IndexBook], records: FileRecords, system: System
) -> tuple[IndexBook, ...]:
    """Replace Indexes and tables by the newest of each."""
    newest = {book.book: book for book in books}
    for book in records.books:
        if book.release.system is not system:
            continue
        present = newest.get(book.book)
        release = present.release if present else None
        same = present is not None and present.lines == book.lines
        if reporter.replaces(book.release, release, book.book.value, same_contents=same):
            newest[book.book] = book
    return tuple(newest[book] for book in Book if book in newest)


# HCPCS and modifiers


def _merge_hcpcs(merged: Merged, contents: Hcpcs, modifiers: Modifiers, records: FileRecords) -> None:
    reporter = ReleaseReporter(merged.sentences, "HCPCS", records.unreported)
    present_modifiers = modifiers
    # Files that are older than the starter set become history of one that is not.
    for file in sorted(records.hcpcs, key=lambda file: _is_before_starter_set(file[0], contents)):
        release, rows = file
        if _is_before_starter_set(release, contents):
            reporter.ignored(
                release,
                f"{release.sources[0].file} is kept and waits: the starter set is newer, as of {STARTER_AS_OF:%B %Y}; "
                "add the HCPCS file in force too, and this one becomes history.",
            )
            continue
        codes = tuple(row for row in rows if not row.modifier)
        official = tuple(row for row in rows if row.modifier)
        try:
            check_hcpcs_file(snapshot(release, codes))
        except ReleaseError as error:
            raise UnusableError(file, str(error)) from error
        counts = f"{len(codes):,} codes, {len(official):,} modifiers"
        if contents.release is not None and release.effective_from < contents.release.effective_from:
            older = snapshot(release, codes)
            same_day = [s for s in contents.older if s.release.effective_from == release.effective_from]
            if any(have_same_codes(other, older) for other in same_day):
                reporter.unchanged(release, "codes")
            else:
                contents = replace(contents, older=with_snapshot(contents.older, older))
                reporter.added(release, f"{len(codes):,} codes, as history")
            continue
        if contents.release is None:
            contents = replace(contents, release=release, codes=codes)
        elif release.effective_from > contents.release.effective_from:
            older = (*contents.older, snapshot(contents.release, contents.codes))
            contents = replace(contents, release=release, codes=codes, older=older)
        elif set(codes) == set(contents.codes) and set(official) == set(modifiers.official):
            reporter.unchanged(release, "codes")
            continue
        else:
            contents = replace(contents, release=release, codes=codes)
            counts += ", replacing the same release"
        modifiers = replace(modifiers, release=replace(release, system=System.MODIFIER), official=official)
        reporter.added(release, counts)
    for release, notes in records.notes:
        if _is_before_starter_set(release, contents):
            reporter.ignored(release, "processing notes, which wait for the HCPCS file in force")
            continue
        if reporter.replaces(release, contents.notes_release, "processing notes"):
            contents = replace(contents, notes_release=release, notes=notes)
    if reporter.changed:
        merged.hcpcs = contents
        if modifiers is not present_modifiers:
            # The AMA's wording comes from its files, which are read again with every HCPCS file.
            merged.modifiers = replace(modifiers, cpt_release=None)


def _is_before_starter_set(release: Release, contents: Hcpcs) -> bool:
    """Return whether a release is older than the starter set, if no official file has replaced that."""
    return contents.release is None and release.effective_from < STARTER_AS_OF


# CPT


def _merge_cpt(merged: Merged, contents: Cpt, modifiers: Modifiers, records: FileRecords) -> None:
    """Replace CPT by the contents of its files: what is no longer among them is gone."""
    cpt = records.cpt
    reporter = ReleaseReporter(merged.sentences, "CPT", records.unreported)
    for release in cpt.older:
        newer = cpt.release or cpt.modifiers_release or release
        reporter.ignored(release, f"older than {newer.name}; not added")
    notice = next((text for text in cpt.notices if text), AMA_NOTICE)
    codes = tuple(code for file in cpt.files for code in file.codes)
    if cpt.release is not None and contents.release is not None and has_same_sources(cpt.release, contents.release):
        reporter.unchanged(cpt.release, f"{len(codes):,} codes")
    elif cpt.release is not None:
        merged.cpt = Cpt(cpt.release, codes, notice)
        reporter.added(cpt.release, f"{len(codes):,} codes")
    if cpt.modifiers_release is None:
        return
    present = modifiers.cpt_release
    if merged.modifiers is None and present is not None and has_same_sources(cpt.modifiers_release, present):
        reporter.unchanged(cpt.modifiers_release, "modifiers")
        return
    release = replace(cpt.modifiers_release, system=System.MODIFIER)
    rows = tuple({modifier.code: modifier for modifier in cpt.modifiers}.values())
    merged.modifiers = replace(merged.modifiers or modifiers, cpt_release=release, cpt=rows, notice=notice)
    reporter.added(cpt.modifiers_release, f"{len(rows)} modifiers")
