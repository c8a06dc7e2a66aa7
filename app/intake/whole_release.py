"""Completeness of a file of codes: compared, chapter by chapter, with a release that the library has."""

from collections import Counter
from collections.abc import Collection, Sequence

from app.codes.systems import System
from app.library.code_history import Snapshot
from app.releases.errors import ReleaseError

FEW_CODES = 10
"""Chapters with fewer codes are not compared: U of ICD-10-CM had none in FY2020 and has five since FY2022."""

LEAST_SHARE = 0.5
"""Share of a chapter's codes in another release that a whole one has at least. From FY2019 to FY2026 it was 0.8 at
least for each chapter of ICD-10-CM, and 0.67 for each section of ICD-10-PCS."""

GROWING_SECTIONS = {System.ICD10PCS: "X"}
"""Sections that older releases may have little of: new technology had 67 codes in FY2019, 476 in FY2026."""

MOST_ADDED_AT_END = 50
"""Codes that later releases have added behind the last one of an older release: one in ICD-10-PCS since FY2019."""

SMALLEST_RELEASE = 100
"""Codes that a release has at least with which others are compared; official ones have 70,000 and more."""

LARGE_FILE = 1_000
"""Codes of HCPCS from which on a file must have the last section; an official one has had 6,000 and more since 2018."""

LAST_HCPCS_SECTION = "V"


def check_order_file(order: Snapshot, present: Sequence[Snapshot], deleted: Collection[str] = ()) -> None:
    """Raise ReleaseError, with what is missing, for an order file that is only a part of a release.

    It is compared with the nearest release before it, else after it: whether each chapter (by the first character)
    has its codes, and whether it goes on to the last code. `deleted` are codes that the addenda of the file delete.
    """
    present = [snapshot for snapshot in present if len(snapshot.codes) >= SMALLEST_RELEASE]
    if not present:
        return
    before = [s for s in present if s.release.effective_from <= order.release.effective_from]
    other = before[-1] if before else present[0]
    counts, other_counts = (Counter(plain[0] for plain in snapshot.codes) for snapshot in (order, other))
    growing = "" if before else GROWING_SECTIONS.get(order.release.system, "")
    missing = sorted(
        chapter
        for chapter, count in other_counts.items()
        if count >= FEW_CODES and chapter not in growing and counts[chapter] < LEAST_SHARE * count
    )
    if missing:
        expected = sum(other_counts[chapter] for chapter in missing)
        found = sum(counts[chapter] for chapter in missing)
        raise _cut(
            order,
            f"has {found:,} codes that begin with {_listed(missing)}, where {other.release.name} has {expected:,}",
        )
    last = list(order.codes)[-1]
    behind = sorted(
        plain for plain in other.codes if plain[0] == last[0] and plain > last and plain not in {*order.codes, *deleted}
    )
    if len(behind) > (0 if before else MOST_ADDED_AT_END):
        raise _cut(
            order,
            f"ends with {last}; {behind[0]}{f' and {len(behind) - 1:,} more codes' if behind[1:] else ''} of "
            f"{other.release.name} should follow",
        )


def check_hcpcs_file(file: Snapshot) -> None:
    """Raise ReleaseError for a large file of HCPCS codes that ends before the last section."""
    if len(file.codes) >= LARGE_FILE and not any(plain[0] == LAST_HCPCS_SECTION for plain in file.codes):
        raise _cut(file, f"ends with {max(file.codes)}, before section {LAST_HCPCS_SECTION}")


def _cut(file: Snapshot, what: str) -> ReleaseError:
    name = file.release.sources[0].file
    return ReleaseError(f"{name}: not a whole release: {file.release.name} {what}; the file is cut, download it again.")


def _listed(chapters: Sequence[str]) -> str:
    return f"{', '.join(chapters[:-1])} or {chapters[-1]}" if chapters[1:] else chapters[0]
