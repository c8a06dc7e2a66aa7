"""The history of each code over several releases: its first and last day, its former titles, its changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.codes.detail import Change, ChangeKind
from app.library.tokens import fold
from app.releases.records import OrderCode, Release


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The codes of one release by their plain text.

    `others` is the older release of the sections of ICD-10-PCS that it names, where the release itself lacks them.
    """

    release: Release
    codes: Mapping[str, OrderCode]
    others: Release | None = None


@dataclass(frozen=True, slots=True)
class CodeHistory:
    """The history of one code over several releases. `code` is as in the newest release that has it.

    `valid_from` is its first day, if an earlier release without it is loaded; if releases in between are missing, it is
    the latest possible day. `valid_to` is likewise its last day, None while the newest release has it. `changes` are in
    the order of their days, and note days that are only known to be between two others.
    """

    code: OrderCode
    valid_from: date | None = None
    valid_to: date | None = None
    changes: tuple[Change, ...] = ()


def histories(snapshots: Sequence[Snapshot]) -> dict[str, CodeHistory]:
    """Return the history of every code of some releases; `snapshots` is oldest first."""
    histories_begun: dict[str, _UnfinishedHistory] = {}
    before: date | None = None
    for number, snapshot in enumerate(snapshots):
        start = snapshot.release.effective_from
        # Changes between releases that are not neighbors happened on an unknown day in between.
        after = before if before is not None and before + timedelta(days=1) < start else None
        before = snapshot.release.effective_to
        for plain, code in snapshot.codes.items():
            running = histories_begun.get(plain)
            if running is None:
                histories_begun[plain] = running = _UnfinishedHistory(code)
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
            _end(histories_begun, snapshot, start, after)
    return {plain: running.history() for plain, running in histories_begun.items()}


def _end(histories_begun: "dict[str, _UnfinishedHistory]", snapshot: Snapshot, start: date, after: date | None) -> None:
    """End the codes that a release lacks on the day before it."""
    for plain in histories_begun.keys() - snapshot.codes.keys():
        running = histories_begun[plain]
        if running.valid_to is None:
            running.valid_to = start - timedelta(days=1)
            running.changes.append(Change(ChangeKind.ENDED, start, after=after))


@dataclass(slots=True)
class _UnfinishedHistory:
    """The history of a code up to the release that was read last."""

    code: OrderCode
    valid_from: date | None = None
    valid_to: date | None = None
    changes: list[Change] = field(default_factory=list[Change])

    def history(self) -> CodeHistory:
        return CodeHistory(self.code, self.valid_from, self.valid_to, tuple(self.changes))


def same_title(title: str, other: str) -> bool:
    """Return whether two titles are the same except for accents, which order files lack, and doubled blanks."""
    return title == other or " ".join(fold(title).split()) == " ".join(fold(other).split())


def snapshot_before(snapshot: Mapping[str, CodeHistory], day: date) -> dict[str, OrderCode]:
    """Return the codes as they were in force on a day, from their histories."""
    codes: dict[str, OrderCode] = {}
    for plain, history in snapshot.items():
        code = _as_of(history, day)
        if code is not None:
            codes[plain] = code
    return codes


def _as_of(history: CodeHistory, day: date) -> OrderCode | None:
    """Return a code as it was on a day, None if it did not exist then."""
    exists = history.valid_to is None
    title, valid = history.code.title, history.code.valid
    for change in reversed(history.changes):
        if change.on <= day:
            break
        match change.kind:
            case ChangeKind.NEW | ChangeKind.RETURNED:
                exists = False
            case ChangeKind.ENDED:
                exists = True
            case ChangeKind.REVISED:
                title = change.text
            case ChangeKind.NOW_VALID:
                valid = False
            case ChangeKind.NOW_HEADING:
                valid = True
    if not exists:
        return None
    if title == history.code.title and valid == history.code.valid:
        # Nearly always: to copy a code takes longer than all else here, and there are a million of them.
        return history.code
    return replace(history.code, valid=valid, title=title)


def with_snapshot(snapshots: Iterable[Snapshot], new: Snapshot) -> tuple[Snapshot, ...]:
    """Return snapshots with one more, oldest first; it replaces one of the same day."""
    others = [s for s in snapshots if s.release.effective_from != new.release.effective_from]
    return tuple(sorted([*others, new], key=lambda snapshot: snapshot.release.effective_from))
