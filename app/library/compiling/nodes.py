"""Nodes on their way into the code database: planned without ids, then placed in the order of the book."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from app.codes.detail import Change
from app.codes.node import CodeStatus, Level
from app.codes.systems import System
from app.library.entries import VALID_FILTER, branch_filter
from app.library.ids import first_id
from app.releases.records import TabularNode

FINISHED = frozenset({Level.SEVENTH, Level.PCS_CODE})
"""Codes that stand in the row of their family."""

UNFILTERED = frozenset({Level.CODE, Level.FAMILY, Level.ITEM}) | FINISHED
"""Levels that hold a family at most: nobody searches within one."""


@dataclass(frozen=True, slots=True)
class PlannedNode:
    """A node before it has an id: plain code, title, level, status and the plain code of its parent."""

    plain: str
    title: str
    level: Level
    status: CodeStatus
    parent: str | None
    tabular: TabularNode | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    changes: tuple[Change, ...] = ()


class PlacedNodes:
    """The nodes of one code set with their ids, which count up in its block in the order given, parents first."""

    def __init__(self, system: System, planned: list[PlannedNode]) -> None:
        self.system = system
        self.planned = planned
        self.ids = {node.plain: first_id(system) + place for place, node in enumerate(planned, start=1)}
        self._by_code = {node.plain: node for node in planned}
        finished = [node for node in planned if node.level in FINISHED and node.status is not CodeStatus.ENDED]
        families = Counter(node.parent for node in finished)
        sole = {node.parent: node.plain for node in finished if families[node.parent] == 1}
        self._families = families
        sole |= {node.plain: category for node in planned if (category := _only_category(node))}
        self.rows = {code: self.ids[_last(sole, code)] for code in self.ids}
        """The id that stands in results for each code: its own, but for a family of one that of its only code, and for
        a section of one category (`B20-B20`) that of the category."""

    def filters(self, code: str) -> tuple[str, ...]:
        """The index words by which a code is filtered: its branches, and whether it is kept as valid."""
        found: list[str] = []
        if self._by_code[code].status.billable or code in self._families:
            found.append(VALID_FILTER)
        above: str | None = code
        while above is not None:
            node = self._by_code[above]
            if node.level not in UNFILTERED:
                found.append(branch_filter(self.ids[above]))
            above = node.parent
        return tuple(found)


def _only_category(node: PlannedNode) -> str | None:
    """The category of a section that holds no other: B20 of `B20-B20`."""
    first, _, last = node.plain.partition("-")
    return first if node.level is Level.SECTION and first == last else None


def _last(sole: dict[str | None, str], code: str) -> str:
    """Where a chain of nodes that each hold but one other ends."""
    while code in sole:
        code = sole[code]
    return code
