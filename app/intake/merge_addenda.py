"""Addenda merged with the codes of a library: the codes of the year that they lead to, or of the year before."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from app.codes.shapes import CATEGORY_LENGTH
from app.codes.systems import System
from app.intake.file_records import ReleaseAddenda
from app.intake.release_report import ReleaseReporter
from app.library.code_history import Snapshot, same_title, with_snapshot
from app.library.contents import ADDENDA_REMARK, VALID_CODES_REMARK, is_by_addenda, is_packaged
from app.releases.records import AddendaCounts, Addendum, AddendumKind, OrderCode, Release

Unexplained = Callable[[Mapping[str, OrderCode]], Sequence[str]]
"""Returns the codes that the loaded tables of ICD-10-PCS do not explain."""


def have_same_codes(snapshot: Snapshot, other: Snapshot) -> bool:
    """Return whether two releases have the same codes; their titles may differ by accents only."""
    return snapshot.codes.keys() == other.codes.keys() and all(
        code.valid == other.codes[plain].valid and same_title(code.title, other.codes[plain].title)
        for plain, code in snapshot.codes.items()
    )


# The year after


def with_following_years(
    reporter: ReleaseReporter,
    snapshots: Sequence[Snapshot],
    all_addenda: Iterable[ReleaseAddenda],
    unexplained: Unexplained = lambda _codes: (),
) -> tuple[Snapshot, ...]:
    """Add the releases that have no order file, from the codes before them and their addenda; the oldest comes first.

    Addenda that do not fit the loaded codes exactly, by their own statistics and change by change, wait for the order
    file of either year: codes that are nearly those of a release are not its codes.
    """
    result = tuple(snapshots)
    for addenda in all_addenda:
        release = addenda.release
        present = next((s for s in result if s.release.effective_from == release.effective_from), None)
        if not addenda.changes or (present is not None and not is_by_addenda(present.release)):
            continue
        base = _base(result, release.effective_from)
        obstacle = _obstacle(addenda, base)
        if base is None or obstacle:
            reporter.ignored(release, f"{release.sources[0].file} is kept and waits: {obstacle}")
            continue
        new = _applied(addenda, base)
        if unknown := unexplained(new.codes):
            reporter.ignored(
                release,
                f"{release.sources[0].file} is kept and waits for the tables of {release.name}, which explain "
                f"{unknown[0]} and {len(unknown) - 1:,} more of its codes; add the zip with the code tables of that "
                "year too.",
            )
        elif present is not None and have_same_codes(present, new):
            reporter.unchanged(release, "order addenda")
        else:
            result = with_snapshot(result, new)
            reporter.added(release, f"{len(new.codes):,} codes, {_described(addenda.changes, base)}")
    return result


def _base(snapshots: Iterable[Snapshot], day: date) -> Snapshot | None:
    """Return the newest release that is in force until a day."""
    before = [s for s in snapshots if s.release.effective_from < day <= s.release.effective_to + timedelta(days=1)]
    return before[-1] if before else None


def _obstacle(addenda: ReleaseAddenda, base: Snapshot | None) -> str:
    """Return why addenda cannot be applied, and what to add; empty if they can."""
    release, changes, counts = addenda
    year = f"FY{_first_day_before(release.effective_from).year + 1}"
    if base is None:
        return (
            f"it changes the codes of {year}, which are not loaded; add the order file of {year}, or of "
            f"{release.name}, too."
        )
    add_it = f"add the order file of {release.name}, which has all of its codes."
    if is_packaged(base.release) or base.others is not None:
        return f"the loaded codes are not all of {base.release.name}; {add_it}"
    if counts is not None:
        valid = sum(code.valid for code in base.codes.values())
        headings = len(base.codes) - valid
        # The order file of ICD-10-PCS also counts its tables as headings, which are no codes here.
        if valid != counts.codes_before or (release.system is System.ICD10CM and headings != counts.headings_before):
            return (
                f"by its statistics it changes {counts.codes_before:,} valid codes and {counts.headings_before:,} "
                f"headings, but {base.release.name} has {valid:,} and {headings:,}; {add_it}"
            )
    wrong = next((change for change in _misfits(changes, base.codes)), None)
    if wrong is not None:
        return f"it does not fit {base.release.name} at {wrong.code}; {add_it}"
    return _wrong_total(release, counts, _applied(addenda, base).codes, add_it)


def _wrong_total(release: Release, counts: AddendaCounts | None, codes: Mapping[str, OrderCode], add_it: str) -> str:
    valid = sum(code.valid for code in codes.values())
    if counts is None or valid == counts.codes_after:
        return ""
    return (
        f"by its statistics {release.name} has {counts.codes_after:,} valid codes, but its changes give {valid:,}; "
        f"{add_it}"
    )


def _misfits(changes: Iterable[Addendum], codes: Mapping[str, OrderCode]) -> Iterator[Addendum]:
    """Yield the changes that contradict the codes before them."""
    present = dict(codes)
    for change in sorted(changes, key=lambda change: change.kind is not AddendumKind.DELETE):
        code = present.get(change.code)
        match change.kind:
            case AddendumKind.ADD:
                if code is not None:
                    yield change
                present[change.code] = OrderCode(change.code, _valid(change), change.title)
            case AddendumKind.DELETE:
                if code is None or code.valid != _valid(change):
                    yield change
                present.pop(change.code, None)
            case AddendumKind.REVISE:
                # Not of a code that the same addenda add or revise: nothing says which of its titles is the last.
                if code is None or code is not codes.get(change.code) or not same_title(code.title, change.before):
                    yield change
                present[change.code] = OrderCode(change.code, _valid(change), change.title)


def _valid(change: Addendum) -> bool:
    """Return whether a code is valid; the addenda of ICD-10-PCS do not say so, and have only valid ones as codes."""
    return True if change.valid is None else change.valid


def _applied(addenda: ReleaseAddenda, base: Snapshot) -> Snapshot:
    """Return the release that addenda lead to, its codes in the order of the book."""
    release, changes, _ = addenda
    codes = dict(base.codes)
    deleted = {change.code for change in changes if change.kind is AddendumKind.DELETE}
    for change in changes:
        if change.kind is AddendumKind.REVISE:
            codes[change.code] = replace(codes[change.code], title=change.title, valid=_valid(change), short="")
    added = {c.code: OrderCode(c.code, _valid(c), c.title) for c in changes if c.kind is AddendumKind.ADD}
    # A heading that becomes a code, or the other way round, is deleted and added, and keeps its place.
    kept = {plain: added.get(plain, code) for plain, code in codes.items() if plain in added or plain not in deleted}
    new = {plain: code for plain, code in added.items() if plain not in kept}
    remark = f"{ADDENDA_REMARK} {release.name}, from those of {base.release.name}."
    return Snapshot(replace(release, remark=remark), _in_book_order(kept, new))


def _in_book_order(codes: Mapping[str, OrderCode], new: Mapping[str, OrderCode]) -> dict[str, OrderCode]:
    """Return codes with new ones at their places: each before the first of its siblings that is greater.

    The siblings need not be sorted: L98.A comes before L98.5.
    """
    all_codes = {**codes, **new}
    children: dict[str, list[str]] = {}
    for plain in codes:
        children.setdefault(_parent(plain, all_codes), []).append(plain)
    for plain in sorted(new):
        siblings = children.setdefault(_parent(plain, all_codes), [])
        greater = (place for place, sibling in enumerate(siblings) if sibling > plain)
        siblings.insert(next(greater, len(siblings)), plain)
    # As the codes before have them: chapter U comes after Z.
    first_letters = dict.fromkeys([*(plain[0] for plain in codes), *sorted(plain[0] for plain in new)])
    return {plain: all_codes[plain] for letter in first_letters for plain in _subtree(letter, children)}


def _parent(plain: str, codes: Mapping[str, OrderCode]) -> str:
    """Return the longest beginning of a code that is a code, else its first letter."""
    for length in range(len(plain) - 1, CATEGORY_LENGTH - 1, -1):
        if plain[:length] in codes:
            return plain[:length]
    return plain[0]


def _subtree(parent: str, children: Mapping[str, list[str]]) -> Iterator[str]:
    for plain in children.get(parent, ()):
        yield plain
        yield from _subtree(plain, children)


def _described(changes: Sequence[Addendum], base: Snapshot) -> str:
    """Return what changes make of the codes before them: `177 new, 6 ended, 30 now headings, 4 revised`."""
    deleted = {change.code: change for change in changes if change.kind is AddendumKind.DELETE}
    added = {change.code: change for change in changes if change.kind is AddendumKind.ADD}
    divided = [code for code in added if code in deleted and not _valid(added[code])]
    now_valid = [code for code in added if code in deleted and _valid(added[code])]
    numbers = {
        "new": len(added.keys() - deleted.keys()),
        "ended": len(deleted.keys() - added.keys()),
        "now headings": len(divided),
        "now valid": len(now_valid),
        "revised": sum(change.kind is AddendumKind.REVISE for change in changes),
    }
    text = ", ".join(f"{number:,} {what}" for what, number in numbers.items() if number)
    return f"those of {base.release.name} with its addenda ({text})"


# The year before


def with_year_before(
    reporter: ReleaseReporter, snapshots: tuple[Snapshot, ...], addenda: ReleaseAddenda
) -> tuple[Snapshot, ...]:
    """Add the codes of the year before, computed back by the addenda, if they are not loaded themselves.

    Nothing changes while the order file of the addenda is not loaded.
    """
    release, changes, counts = addenda
    if not changes:
        reporter.ignored(release, "addenda, by which no code is added, deleted or revised")
        return snapshots
    after = next((s for s in snapshots if s.release.effective_from == release.effective_from), None)
    if after is None or is_by_addenda(after.release):
        return snapshots
    first, last = _first_day_before(release.effective_from), release.effective_from - timedelta(days=1)
    loaded = (s.release for s in snapshots if first <= s.release.effective_from <= last)
    if any(loaded_release.remark != VALID_CODES_REMARK for loaded_release in loaded):
        reporter.unchanged(release, "addenda, whose year before is loaded itself")
        return snapshots
    if counts is not None and counts.year_before == counts.year_after:
        reporter.ignored(release, "addenda of an update within the year, whose codes the order file has")
        return snapshots
    remark = f"Taken back by the addenda of {release.name}."
    before = Release(release.system, f"FY{first.year + 1}", first, last, release.sources, remark)
    reporter.added(release, f"addenda: {len(changes):,} changes")
    return with_snapshot(snapshots, Snapshot(before, _undone(changes, after)))


def _undone(changes: Sequence[Addendum], after: Snapshot) -> dict[str, OrderCode]:
    """Return the codes as they were before the changes of addenda."""
    codes = dict(after.codes)
    for change in changes:
        if change.kind is AddendumKind.ADD:
            codes.pop(change.code, None)
    for change in changes:
        if change.kind is AddendumKind.DELETE:
            codes[change.code] = OrderCode(change.code, _valid(change), change.title)
        elif change.kind is AddendumKind.REVISE and change.code in codes:
            codes[change.code] = replace(codes[change.code], title=change.before)
    return codes


def _first_day_before(day: date) -> date:
    """Return the first day of the fiscal year before the one that begins on a day, or of the year that it is within."""
    return date(day.year - 1, 10, 1) if (day.month, day.day) == (10, 1) else date(day.year - (day.month < 10), 10, 1)
