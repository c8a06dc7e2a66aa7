"""Codes of order files and addenda, merged with the snapshots of the releases that a library has."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from app.codes.pcs import PCS_SECTIONS, named_sections
from app.codes.systems import System
from app.intake.file_records import FileRecords, UnusableError
from app.intake.merge_addenda import have_same_codes, with_year_before
from app.intake.release_report import ReleaseReporter
from app.intake.whole_release import check_order_file
from app.library.code_history import Snapshot, with_snapshot
from app.library.compiling.icd10pcs import unexplained_codes
from app.library.contents import Icd10pcs, is_packaged
from app.releases.errors import ReleaseError
from app.releases.records import AddendumKind, Release

FREEZE_ENDED = date(2016, 10, 1)
"""Before this day codes were frozen, and one year could have exactly those of the year before."""


def with_orders(
    reporter: ReleaseReporter, snapshots: Sequence[Snapshot], records: FileRecords, system: System
) -> tuple[Snapshot, ...]:
    """Add the order files of a code set to its snapshots, and what addenda tell of the year before.

    Raises UnusableError for an order file that is cut, and for one with exactly the codes of another year.
    """
    result = tuple(snapshots)
    for order in records.orders:
        if order.release.system is system:
            _refuse_cut(order, result, records)
            try:
                result = _with_order(reporter, result, order)
            except ReleaseError as error:
                raise UnusableError(order, str(error)) from error
    if system is System.ICD10PCS:
        result = _completed(result)
    for addenda in records.addenda:
        if addenda.release.system is system:
            result = with_year_before(reporter, result, addenda)
    return result


def is_partial(snapshot: Snapshot) -> bool:
    """Return whether a release of ICD-10-PCS has codes of some sections only, or some that no official file has given,
    as that of the registry's packages."""
    if snapshot.others is not None and is_packaged(snapshot.others):
        return True
    return len({code[0] for code in snapshot.codes}) < len(PCS_SECTIONS)


def _completed(snapshots: tuple[Snapshot, ...]) -> tuple[Snapshot, ...]:
    """Return the complete releases, and a partial one that is newer with the sections that it lacks.

    These come from an order file of its year, so that no newer code is lost by the older file. Without a complete
    release nothing changes.
    """
    complete = tuple(s for s in snapshots if not is_partial(s))
    newest = snapshots[-1]
    if not complete or not is_partial(newest):
        return complete or snapshots
    before = complete[-1]
    packaged = newest.others.sections if newest.others is not None else ""
    own = {plain: code for plain, code in newest.codes.items() if plain[0] not in packaged}
    own_sections = {plain[0] for plain in own}
    others = {plain: code for plain, code in before.codes.items() if plain[0] not in own_sections}
    named = named_sections("".join(section for section in PCS_SECTIONS if section in own_sections))
    remark = f"Codes of {named}; those of the other sections are as in {before.release.name}."
    sections = "".join(section for section in PCS_SECTIONS if section not in own_sections)
    release = replace(newest.release, remark=remark)
    return (*complete, Snapshot(release, {**own, **others}, replace(before.release, remark="", sections=sections)))


def without_waiting_orders(reporter: ReleaseReporter, contents: Icd10pcs, records: FileRecords) -> FileRecords:
    """Leave out the order files that must wait, with their addenda: for their tables, or for an order file in force.

    CMS publishes the tables as a file of their own. Only codes in force need them: for an order file of a past year the
    tables may not be available. While the newest codes are those of some sections alone, nothing tells which codes of
    an earlier year have ended in the other sections. Raises UnusableError for one that is cut.
    """
    orders = [order for order in records.orders if order.release.system is System.ICD10PCS]
    newest = contents.snapshots[-1]
    older = [o for o in orders if is_partial(newest) and o.release.effective_to < newest.release.effective_to]
    others = [order for order in orders if order not in older]
    waiting: list[Snapshot] = []
    for order in sorted(others, key=lambda order: order.release.effective_from, reverse=True):
        complete = (s for s in contents.snapshots if not is_partial(s))
        if any(s.release.effective_from > order.release.effective_from for s in complete):
            break
        unexplained = unexplained_codes(contents, order.codes)
        if not unexplained:
            break
        waiting.append(order)
        reporter.ignored(
            order.release,
            f"{order.release.sources[0].file} is kept and waits for the tables of {order.release.name}, which explain "
            f"{unexplained[0]} and {len(unexplained) - 1:,} more of its codes; add the zip with the code tables of "
            "that year too.",
        )
    if len(waiting) == len(others):
        waiting += older
        for order in older:
            reporter.ignored(
                order.release,
                f"{order.release.sources[0].file} is kept and waits: the loaded codes are of {newest.release.name}, "
                "which is newer, but not in all sections; add the order file and the code tables of that year or a "
                "later one too, and this one becomes history.",
            )
    for order in waiting:
        # Before it is kept: it would be refused only when its tables are added.
        _refuse_cut(order, contents.snapshots, records)
    days = {order.release.effective_from for order in waiting}
    return replace(
        records,
        orders=[order for order in records.orders if order not in waiting],
        addenda=[
            addenda
            for addenda in records.addenda
            if addenda.release.system is not System.ICD10PCS or addenda.release.effective_from not in days
        ],
    )


def _refuse_cut(order: Snapshot, present: Sequence[Snapshot], records: FileRecords) -> None:
    """Raise UnusableError for an order file that is only a part of a release."""
    deleted = {
        change.code
        for release, changes, _ in records.addenda
        for change in changes
        if release.system is order.release.system
        and release.effective_from == order.release.effective_from
        and change.kind is AddendumKind.DELETE
    }
    try:
        check_order_file(order, present, deleted)
    except ReleaseError as error:
        raise UnusableError(order, str(error)) from error


def _with_order(reporter: ReleaseReporter, snapshots: tuple[Snapshot, ...], order: Snapshot) -> tuple[Snapshot, ...]:
    release = order.release
    present = next((s for s in snapshots if s.release.effective_from == release.effective_from), None)
    if present is not None and not present.release.remark and have_same_codes(present, order):
        reporter.unchanged(release, "codes")
        return snapshots
    twin = next((s for s in snapshots if _must_differ(s.release, release) and have_same_codes(s, order)), None)
    if twin is not None:
        raise ReleaseError(
            f"{release.sources[0].file}: named {release.name}, but its codes are exactly those of "
            f"{twin.release.name}; rename the file to the year of its codes and add it again."
        )
    is_history = bool(snapshots) and release.effective_from < snapshots[-1].release.effective_from
    reporter.added(release, f"{len(order.codes):,} codes" + (", as history" if is_history else ""))
    return with_snapshot(snapshots, order)


def _must_differ(release: Release, other: Release) -> bool:
    """Return whether the codes of two releases cannot be the same; an update within a year may have changed none."""
    different_years = release.effective_to != other.effective_to
    return different_years and min(release.effective_from, other.effective_from) >= FREEZE_ENDED
