"""Releases of one code set side by side: since when each code is valid, what it was called before, when it ended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.codes.detail import Change, ChangeKind
from app.library.tokens import fold
from app.releases.records import OrderCode, Release


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The codes of one release, plain -> what it says of the code."""

    release: Release
    codes: Mapping[str, OrderCode]


@dataclass(frozen=True, slots=True)
class CodeHistory:
    """What several releases say of one code. `code` is as the newest one has it that has it at all.

    `valid_from` is the day on which it came, where a release without it is loaded too, or at the latest so where that
    is not its neighbor; `valid_to` likewise its last day, None while the newest release has it. `changes` are in the
    order of their days, and say when that is only known to lie between two days.
    """

    code: OrderCode
    valid_from: date | None = None
    valid_to: date | None = None
    changes: tuple[Change, ...] = ()


def histories(snapshots: Sequence[Snapshot]) -> dict[str, CodeHistory]:
    """The history of every code of some releases, which are given oldest first."""
    found: dict[str, _Running] = {}
    before: date | None = None
    for number, snapshot in enumerate(snapshots):
        start = snapshot.release.effective_from
        # What happened between releases that are not neighbors happened on a day that nobody knows.
        after = before if before is not None and before + timedelta(days=1) < start else None
        before = snapshot.release.effective_to
        for plain, code in snapshot.codes.items():
            running = found.get(plain)
            if running is None:
                found[plain] = running = _Running(code)
                if number:
                    running.valid_from = start
                    running.changes.append(Change(ChangeKind.NEW, start, after=after))
                continue
            if running.valid_to is not None:
                running.valid_to = None
                running.changes.append(Change(ChangeKind.RETURNED, start, after=after))
            if not same_title(running.code.title, code.title):
                running.changes.append(Change(ChangeKind.REVISED, start, running.code.title, after))
            if running.code.valid != code.valid:
                kind = ChangeKind.NOW_VALID if code.valid else ChangeKind.NOW_HEADING
                running.changes.append(Change(kind, start, after=after))
            running.code = code
        if number:
            _end(found, snapshot, start, after)
    return {plain: running.history() for plain, running in found.items()}


def _end(found: "dict[str, _Running]", snapshot: Snapshot, start: date, after: date | None) -> None:
    """Codes that a release does not have any more ended on the day before it."""
    for plain in found.keys() - snapshot.codes.keys():
        running = found[plain]
        if running.valid_to is None:
            running.valid_to = start - timedelta(days=1)
            running.changes.append(Change(ChangeKind.ENDED, start, after=after))


@dataclass(slots=True)
class _Running:
    code: OrderCode
    valid_from: date | None = None
    valid_to: date | None = None
    changes: list[Change] = field(default_factory=list[Change])

    def history(self) -> CodeHistory:
        return CodeHistory(self.code, self.valid_from, self.valid_to, tuple(self.changes))


def same_title(one: str, other: str) -> bool:
    """Whether two titles say the same: the XML has accents that the order files lack, and blanks may be doubled."""
    return one == other or " ".join(fold(one).split()) == " ".join(fold(other).split())


def snapshot_before(snapshot: Mapping[str, CodeHistory], day: date) -> dict[str, OrderCode]:
    """The codes that were in force on a day, taken back from what is known of them now."""
    codes: dict[str, OrderCode] = {}
    for plain, history in snapshot.items():
        code = _as_of(history, day)
        if code is not None:
            codes[plain] = code
    return codes


def _as_of(history: CodeHistory, day: date) -> OrderCode | None:
    """What a code was on a day, None where it was not there."""
    there = history.valid_to is None
    title, valid = history.code.title, history.code.valid
    for change in reversed(history.changes):
        if change.on <= day:
            break
        match change.kind:
            case ChangeKind.NEW | ChangeKind.RETURNED:
                there = False
            case ChangeKind.ENDED:
                there = True
            case ChangeKind.REVISED:
                title = change.text
            case ChangeKind.NOW_VALID:
                valid = False
            case ChangeKind.NOW_HEADING:
                valid = True
    return replace(history.code, valid=valid, title=title) if there else None


def with_snapshot(snapshots: Iterable[Snapshot], new: Snapshot) -> tuple[Snapshot, ...]:
    """Snapshots with one more, oldest first; one of the same day takes the place of that which was there."""
    kept = [s for s in snapshots if s.release.effective_from != new.release.effective_from]
    return tuple(sorted([*kept, new], key=lambda snapshot: snapshot.release.effective_from))
