"""What files say, merged with what a library holds: the newest of each part counts, older codes stand behind it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.codes.node import Level
from app.codes.parts import Book
from app.codes.systems import System
from app.intake.read_files import AMA_NOTICE, Found
from app.library.code_history import CodeHistory, Snapshot, same_title, with_snapshot
from app.library.compiling.hcpcs import snapshot
from app.library.compiling.icd10cm import plan_tabular
from app.library.compiling.icd10pcs import labelled, with_newer
from app.library.compiling.maps_rows import MAP_WORDS, TITLE_WORDS
from app.library.contents import (
    Contents,
    Cpt,
    EquivalenceMap,
    Hcpcs,
    Icd9Titles,
    Icd10cm,
    Icd10pcs,
    IndexBook,
    Maps,
    Modifiers,
    is_packaged,
)
from app.releases.records import Addendum, AddendumKind, OrderCode, Release, ReleaseError, TabularNode

SECTIONS_OF_PCS = 17
"""A release of ICD-10-PCS that holds codes of fewer sections is a part of one."""

LISTED = "Taken from the Tabular List."
"""The remark on codes for which there is no order file; one that comes later takes their place."""

FREEZE_ENDED = date(2016, 10, 1)
"""Before, codes were frozen, and one year may have had exactly those of the year before."""

MOST_IN_A_YEAR = 300
"""More codes than an April update has ever changed (42 in 2023), and fewer than any October has (395 in 2023)."""


@dataclass(slots=True)
class Merged:
    """Contents to be compiled anew, and what to say about every release that was given."""

    contents: dict[System, Contents] = field(default_factory=dict[System, Contents])
    maps: Maps | None = None
    added: list[str] = field(default_factory=list[str])
    unchanged: list[str] = field(default_factory=list[str])


def merge(held: Callable[[System], Contents], held_maps: Mapping[str, Release], found: Found) -> Merged:
    """What a library becomes of which `held` gives the contents, as far as `found` says anything of them.

    `held_maps` are the releases of maps and titles that it has, by what they are called in a library.
    """
    merged = Merged()
    said = {release.system for release in found.releases()}
    if System.ICD10CM in said:
        _merge_icd10cm(merged, held(System.ICD10CM), found)
    if System.ICD10PCS in said:
        _merge_icd10pcs(merged, held(System.ICD10PCS), found)
    if System.HCPCS in said:
        _merge_hcpcs(merged, held(System.HCPCS), held(System.MODIFIER), found)
    if found.cpt.release is not None or found.cpt.modifiers_release is not None:
        _merge_cpt(merged, held(System.CPT), held(System.MODIFIER), found)
    _merge_maps(merged, held_maps, found)
    return merged


# Equivalence maps


def _merge_maps(merged: Merged, held: Mapping[str, Release], found: Found) -> None:
    """Each map and list of titles takes the place of the one that is held, where that is not of a later year."""
    known = dict(held)
    said = _Said(merged, "Equivalence map", found)
    maps: dict[str, EquivalenceMap] = {}
    for one in found.maps:
        called = MAP_WORDS[one.name]
        if said.news(one.release, known.get(called), f"{called}, {len(one.rows):,} rows", older="kept out"):
            maps[one.name], known[called] = one, one.release
    said = _Said(merged, "Titles of", found)
    titles: dict[bool, Icd9Titles] = {}
    for one in found.titles:
        called = TITLE_WORDS[one.procedure]
        if said.news(one.release, known.get(called), f"{called}, {len(one.codes):,} codes", older="kept out"):
            titles[one.procedure], known[called] = one, one.release
    if maps or titles:
        merged.maps = Maps(tuple(maps.values()), tuple(titles.values()))


# ICD-10-CM


def _merge_icd10cm(merged: Merged, held: Contents, found: Found) -> None:
    assert isinstance(held, Icd10cm)
    new = held
    said = _Said(merged, "ICD-10-CM", found)
    new = replace(new, snapshots=_with_orders(said, new.snapshots, found, System.ICD10CM))
    # Again, since an order file may have come for it, or between it and the codes that it was completed with.
    new = _completed(new)
    for release, tabular in found.tabulars:
        same = tabular.nodes == new.tabular.nodes
        if said.news(release, new.tabular_release, "Tabular List", older="kept out", same=same):
            new = _completed(replace(new, tabular_release=release, tabular=tabular))
    new = replace(new, books=_with_books(said, new.books, found, System.ICD10CM))
    for release, rows in found.conversions:
        same = set(rows) == set(new.conversions)
        if said.news(release, new.conversions_release, "conversion table", older="kept out", same=same):
            new = replace(new, conversions_release=release, conversions=rows)
    if said.changed:
        merged.contents[System.ICD10CM] = new


def _completed(contents: Icd10cm) -> Icd10cm:
    """With the codes of the Tabular List, where there is no order file of its day.

    7th characters come from the list of the release before, as far as it knows the code, since the Tabular List offers
    some that there are not. Raises ReleaseError where the two are of one fiscal year and differ in more than an update
    within a year could explain: one of them is not what its name says.
    """
    release = replace(contents.tabular_release, remark=LISTED)
    day = release.effective_from
    snapshots = tuple(s for s in contents.snapshots if s.release.effective_from != day or s.release.remark != LISTED)
    before = [s for s in snapshots if s.release.effective_from < day]
    if not before or any(s.release.effective_from == day for s in snapshots):
        return contents
    newest = before[-1]
    codes = dict(_codes_of(contents.tabular.nodes, newest.codes))
    differing = codes.keys() ^ newest.codes.keys()
    if release.effective_to == newest.release.effective_to and len(differing) > MOST_IN_A_YEAR:
        raise ReleaseError(
            f"The Tabular List of {release.name} and the order file of {newest.release.name} differ in "
            f"{len(differing):,} codes, such as {min(differing)}: one of them is of another year than its name says."
        )
    return replace(contents, snapshots=with_snapshot(snapshots, Snapshot(release, codes)))


def _codes_of(nodes: Iterable[TabularNode], known: Mapping[str, OrderCode]) -> Iterable[tuple[str, OrderCode]]:
    finished = {code.code[:-1].rstrip("X") for code in known.values() if len(code.code) == 7}
    for node in plan_tabular(nodes, None):
        if node.level in (Level.CHAPTER, Level.SECTION):
            continue
        if node.level is Level.SEVENTH and node.plain not in known and node.parent in finished:
            continue
        yield node.plain, OrderCode(node.plain, node.status.billable, node.title)


# ICD-10-PCS


def _merge_icd10pcs(merged: Merged, held: Contents, found: Found) -> None:
    assert isinstance(held, Icd10pcs)
    new = held
    said = _Said(merged, "ICD-10-PCS", found)
    for release, labels in found.tables:
        if release.effective_from < new.tables_release.effective_from and not is_packaged(new.tables_release):
            completed = with_newer(labels, new.labels)
            if completed == new.labels:
                said.unchanged(release, "tables")
            else:
                new = replace(new, labels=completed)
                said.added(release, "tables, for what has ended")
            continue
        same = with_newer(new.labels, labels) == new.labels
        if said.news(release, new.tables_release, "tables", older="kept out", same=same):
            new = replace(new, tables_release=release, labels=with_newer(new.labels, labels))
    found = _explained(merged, new, found)
    new = replace(new, snapshots=_with_orders(said, new.snapshots, found, System.ICD10PCS))
    for release, rows in found.definitions:
        same = set(rows) == set(new.definitions)
        if said.news(release, new.definitions_release, "definitions", older="kept out", same=same):
            new = replace(new, definitions_release=release, definitions=rows)
    new = replace(new, books=_with_books(said, new.books, found, System.ICD10PCS))
    if said.changed:
        merged.contents[System.ICD10PCS] = new


def _explained(merged: Merged, contents: Icd10pcs, found: Found) -> Found:
    """Without the order files that have to wait for their tables, which CMS gives out as a file of its own.

    Only codes in force need them: an order file that is history may have codes whose tables are not to be had.
    """
    orders = [order for order in found.orders if order.release.system is System.ICD10PCS]
    waiting: list[Snapshot] = []
    for order in sorted(orders, key=lambda order: order.release.effective_from, reverse=True):
        if any(s.release.effective_from > order.release.effective_from for s in contents.snapshots):
            break
        known = {plain: CodeHistory(code) for plain, code in order.codes.items()}
        unexplained = [code.code for code in labelled(contents, known) if "" in code.labels]
        if not unexplained:
            break
        waiting.append(order)
        release, file = order.release, order.release.sources[0].file
        merged.unchanged.append(
            f"ICD-10-PCS {release.name}: {file} is kept and waits for the tables of {release.name}, which explain "
            f"{unexplained[0]} and {len(unexplained) - 1:,} more of its codes; add the zip with the code tables of "
            "that year too."
        )
    return replace(found, orders=[order for order in found.orders if order not in waiting])


def _with_orders(said: "_Said", snapshots: Sequence[Snapshot], found: Found, system: System) -> tuple[Snapshot, ...]:
    """Snapshots with the order files, and with what addenda tell of the year before."""
    result = tuple(snapshots)
    for order in found.orders:
        if order.release.system is not system:
            continue
        known = next((s for s in result if s.release.effective_from == order.release.effective_from), None)
        if known is not None and not known.release.remark and _alike(known, order):
            said.unchanged(order.release, "codes")
            continue
        twin = next((s for s in result if _of_another_year(s.release, order.release) and _alike(s, order)), None)
        if twin is not None:
            raise ReleaseError(
                f"{order.release.sources[0].file}: named {order.release.name}, but its codes are exactly those of "
                f"{twin.release.name}; give the file its right name."
            )
        older = bool(result) and order.release.effective_from < result[-1].release.effective_from
        said.added(order.release, f"{len(order.codes):,} codes" + (", as history" if older else ""))
        result = with_snapshot(result, order)
    if system is System.ICD10PCS:
        whole = tuple(s for s in result if len({code[0] for code in s.codes}) == SECTIONS_OF_PCS)
        result = whole or result
    for release, addenda in found.addenda:
        result = _with_addenda(said, result, release, addenda) if release.system is system else result
    return result


def _of_another_year(one: Release, other: Release) -> bool:
    """Whether the codes of two releases cannot be the same: an update within a year may have changed none."""
    return one.effective_to != other.effective_to and min(one.effective_from, other.effective_from) >= FREEZE_ENDED


def _alike(one: Snapshot, other: Snapshot) -> bool:
    """Whether two releases have the same codes, whose titles may differ by accents only."""
    return one.codes.keys() == other.codes.keys() and all(
        code.valid == other.codes[plain].valid and same_title(code.title, other.codes[plain].title)
        for plain, code in one.codes.items()
    )


def _with_addenda(
    said: "_Said", snapshots: tuple[Snapshot, ...], release: Release, addenda: Sequence[Addendum]
) -> tuple[Snapshot, ...]:
    """With the codes of the release before, taken back by the addenda, where they are not loaded themselves."""
    after = next((s for s in snapshots if s.release.effective_from == release.effective_from), None)
    if after is None:
        said.unchanged(release, "addenda, whose order file is not loaded")
        return snapshots
    first, last = year_before(release.effective_from), release.effective_from - timedelta(days=1)
    if any(first <= s.release.effective_from <= last for s in snapshots):
        said.unchanged(release, "addenda, whose year before is loaded itself")
        return snapshots
    codes = dict(after.codes)
    for change in addenda:
        if change.kind is AddendumKind.ADD:
            codes.pop(change.code, None)
    for change in addenda:
        valid = len(change.code) == 7 if change.valid is None else change.valid
        if change.kind is AddendumKind.DELETE:
            codes[change.code] = OrderCode(change.code, valid, change.title)
        elif change.kind is AddendumKind.REVISE and change.code in codes:
            codes[change.code] = replace(codes[change.code], title=change.before)
    name = f"FY{first.year + 1}"
    before = Release(
        release.system, name, first, last, release.sources, f"Taken back by the addenda of {release.name}."
    )
    said.added(release, f"addenda: {len(addenda):,} changes")
    return with_snapshot(snapshots, Snapshot(before, codes))


def year_before(day: date) -> date:
    """The first day of the fiscal year before the one that begins on a day."""
    return date(day.year - 1, 10, 1) if (day.month, day.day) == (10, 1) else date(day.year - (day.month < 10), 10, 1)


# Indexes


def _with_books(said: "_Said", books: Sequence[IndexBook], found: Found, system: System) -> tuple[IndexBook, ...]:
    """Indexes and tables, the newest of each."""
    result = {book.book: book for book in books}
    for book in found.books:
        if book.release.system is not system:
            continue
        known = result.get(book.book)
        held = known.release if known else None
        same = known is not None and known.lines == book.lines
        if said.news(book.release, held, book.book.value, older="kept out", same=same):
            result[book.book] = book
    return tuple(result[book] for book in Book if book in result)


# HCPCS and modifiers


def _merge_hcpcs(merged: Merged, held: Contents, modifiers: Contents, found: Found) -> None:
    assert isinstance(held, Hcpcs)
    assert isinstance(modifiers, Modifiers)
    new: Hcpcs = held
    mods: Modifiers = modifiers
    said = _Said(merged, "HCPCS", found)
    for release, rows in found.hcpcs:
        codes = tuple(row for row in rows if not row.modifier)
        letters = tuple(row for row in rows if row.modifier)
        if new.release is None or release.effective_from > new.release.effective_from:
            older = new.older if new.release is None else (*new.older, snapshot(new.release, new.codes))
            new = replace(new, release=release, codes=codes, older=older)
            of_modifiers = replace(release, system=System.MODIFIER)
            mods = replace(mods, release=of_modifiers, official=letters)
            said.added(release, f"{len(codes):,} codes, {len(letters):,} modifiers")
        elif release.effective_from == new.release.effective_from:
            if set(codes) == set(new.codes) and set(letters) == set(mods.official):
                said.unchanged(release, "codes")
                continue
            new = replace(new, release=release, codes=codes)
            mods = replace(mods, release=replace(release, system=System.MODIFIER), official=letters)
            said.added(release, f"{len(codes):,} codes, {len(letters):,} modifiers, in place of the same release")
        else:
            told = snapshot(release, codes)
            if any(one.release.effective_from == release.effective_from and _alike(one, told) for one in new.older):
                said.unchanged(release, "codes")
                continue
            new = replace(new, older=with_snapshot(new.older, told))
            said.added(release, f"{len(codes):,} codes, as history")
    for release, notes in found.notes:
        if said.news(release, new.notes_release, "processing notes", older="kept out"):
            new = replace(new, notes_release=release, notes=notes)
    if said.changed:
        merged.contents[System.HCPCS] = new
        if mods is not modifiers:
            # The AMA's wording comes from its files, which are read again with every HCPCS file.
            merged.contents[System.MODIFIER] = replace(mods, cpt_release=None)


# CPT


def _merge_cpt(merged: Merged, held: Contents, modifiers: Contents, found: Found) -> None:
    """CPT is made of its files alone: what is not among them any more is gone."""
    assert isinstance(held, Cpt)
    assert isinstance(modifiers, Modifiers)
    cpt = found.cpt
    said = _Said(merged, "CPT", found)
    for release in cpt.older:
        newer = cpt.release or cpt.modifiers_release or release
        said.kept_out(release, f"older than {newer.name} and kept out")
    notice = next((text for text in cpt.notices if text), AMA_NOTICE)
    codes = tuple(code for file in cpt.files for code in file.codes)
    if cpt.release is not None and held.release is not None and _same_sources(cpt.release, held.release):
        said.unchanged(cpt.release, f"{len(codes):,} codes")
    elif cpt.release is not None:
        merged.contents[System.CPT] = Cpt(cpt.release, codes, notice)
        said.added(cpt.release, f"{len(codes):,} codes")
    if cpt.modifiers_release is not None:
        new = merged.contents.get(System.MODIFIER)
        held_release = modifiers.cpt_release
        if new is None and held_release is not None and _same_sources(cpt.modifiers_release, held_release):
            said.unchanged(cpt.modifiers_release, "modifiers")
            return
        base = new or modifiers
        assert isinstance(base, Modifiers)
        release = replace(cpt.modifiers_release, system=System.MODIFIER)
        rows = tuple({modifier.code: modifier for modifier in cpt.modifiers}.values())
        merged.contents[System.MODIFIER] = replace(base, cpt_release=release, cpt=rows, notice=notice)
        said.added(cpt.modifiers_release, f"{len(rows)} modifiers")


class _Said:
    """Collects what is said of the releases of one code set, but for those that were only read again."""

    def __init__(self, merged: Merged, code_set: str, found: Found) -> None:
        self._merged = merged
        self._code_set = code_set
        self._quiet = found.quiet
        self.changed = False

    def added(self, release: Release, what: str) -> None:
        self.changed = True
        self._say(self._merged.added, release, what)

    def unchanged(self, release: Release, what: str) -> None:
        self.kept_out(release, f"{what}, unchanged")

    def kept_out(self, release: Release, why: str) -> None:
        """Says of a release that it changes nothing."""
        self._say(self._merged.unchanged, release, why)

    def _say(self, sentences: list[str], release: Release, what: str) -> None:
        if not release.sources or any(source.sha256 not in self._quiet for source in release.sources):
            name = release.name.removeprefix(f"{self._code_set} ")
            sentences.append(f"{self._code_set} {name}: {what}")

    def news(self, release: Release, held: Release | None, what: str, *, older: str, same: bool = False) -> bool:
        """Whether a release takes the place of the one that is held; says so, or why not.

        `same`: its contents are those that are held, in whatever file they came.
        """
        if held is not None and not is_packaged(held):
            if release.effective_from == held.effective_from and (same or _same_sources(release, held)):
                self.unchanged(release, what)
                return False
            if release.effective_from < held.effective_from:
                self.kept_out(release, f"{what}, older than {held.name} and {older}")
                return False
        self.added(release, what)
        return True


def _same_sources(one: Release, other: Release) -> bool:
    """Whether two releases come from the same files, whatever these are called."""
    return {source.sha256 for source in one.sources} == {source.sha256 for source in other.sources}
