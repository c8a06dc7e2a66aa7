"""Codes on a date: whether they could be submitted then, by their days and by the changes that releases made."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.codes.detail import Change, ChangeKind
from app.codes.node import CodeStatus, Node
from app.library.reading.statuses import REPLACED_BY

_MOST_ASKED = 500
"""Ids in one question."""


@dataclass(frozen=True, slots=True)
class DatedCode:
    """A code's first and last day, its changes oldest first, and the plain codes that replaced it."""

    valid_from: date | None = None
    valid_to: date | None = None
    changes: tuple[Change, ...] = ()
    replaced_by: tuple[str, ...] = ()

    def status_on(self, node: Node, day: date) -> CodeStatus | None:
        """Return the status of a code on a day; None on a day before it was new.

        What a change was before is known from the releases that are loaded; before the first of these it is taken to
        have been as in that one.
        """
        status = node.status
        for change in reversed(self.changes):
            if change.on <= day:
                break
            match change.kind:
                case ChangeKind.NEW:
                    return None
                case ChangeKind.ENDED | ChangeKind.NOW_HEADING:
                    status = CodeStatus.VALID
                case ChangeKind.RETURNED:
                    status = CodeStatus.ENDED
                case ChangeKind.NOW_VALID:
                    status = CodeStatus.HEADING
                case ChangeKind.REVISED:
                    pass
        if self.valid_from is not None and day < self.valid_from and status is not CodeStatus.HEADING:
            return None
        if self.valid_to is not None and status is CodeStatus.ENDED and day <= self.valid_to:
            return CodeStatus.VALID
        if self.valid_to is not None and status.billable and day > self.valid_to:
            return CodeStatus.ENDED
        return status


def dated_codes(db: sqlite3.Connection, ids: Iterable[int]) -> Mapping[int, DatedCode]:
    """Return what the loaded releases tell of the days of some nodes, by node; nodes without a day are left out."""
    asked = list(dict.fromkeys(ids))
    days: dict[int, tuple[str | None, str | None]] = {}
    changes: dict[int, list[Change]] = defaultdict(list)
    replacements: dict[int, list[str]] = defaultdict(list)
    for start in range(0, len(asked), _MOST_ASKED):
        some = asked[start : start + _MOST_ASKED]
        marks = ",".join("?" * len(some))
        for node, first, last in db.execute(
            f"SELECT id, valid_from, valid_to FROM node WHERE id IN ({marks})"
            " AND (valid_from IS NOT NULL OR valid_to IS NOT NULL)",
            some,
        ):
            days[node] = first, last
        for node, kind, on, text, after in db.execute(
            f'SELECT node, kind, "on", text, after FROM change WHERE node IN ({marks}) ORDER BY node, position', some
        ):
            since = date.fromisoformat(after) if after else None
            changes[node].append(Change(ChangeKind(kind), date.fromisoformat(on), text, since))
        for node, code in db.execute(
            f"SELECT node, plain FROM link WHERE node IN ({marks}) AND label = ? ORDER BY node, position",
            (*some, REPLACED_BY),
        ):
            replacements[node].append(code)
    known = {*days, *changes, *replacements}
    return {node: _dated(days.get(node, (None, None)), changes[node], replacements[node]) for node in known}


def _dated(days: tuple[str | None, str | None], changes: Sequence[Change], replaced_by: Sequence[str]) -> DatedCode:
    first, last = (date.fromisoformat(day) if day else None for day in days)
    return DatedCode(first, last, tuple(changes), tuple(replaced_by))
