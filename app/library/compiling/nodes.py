"""Nodes before they are written: planned without ids, then placed in the order of the book."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from app.codes.detail import Change
from app.codes.node import CodeStatus, Level
from app.codes.systems import System
from app.library.entries import CC_FILTER, VALID_FILTER, branch_filter
from app.library.ids import first_id
from app.releases.records import TabularNode

FINISHED_LEVELS = frozenset({Level.SEVENTH, Level.PCS_CODE})
"""Levels of codes that results show in the row of their family."""

LEVELS_WITHOUT_FILTER = frozenset({Level.CODE, Level.FAMILY, Level.ITEM}) | FINISHED_LEVELS
"""Levels with no more than a family below them, which no search is limited to."""


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
    """The nodes of one code set with their ids, which count up in its block in the order given, parents first.

    `cc_codes` are the plain codes that are a CC or an MCC.
    """

    def __init__(self, system: System, planned: list[PlannedNode], cc_codes: Collection[str] = ()) -> None:
        self.system = system
        self.planned = planned
        self.ids = {node.plain: first_id(system) + place for place, node in enumerate(planned, start=1)}
        self._by_code = {node.plain: node for node in planned}
        finished = [node for node in planned if node.level in FINISHED_LEVELS and node.status is not CodeStatus.ENDED]
        families = Counter(node.parent for node in finished)
        sole = {node.parent: node.plain for node in finished if families[node.parent] == 1}
        self._families = families
        self._cc_codes = {*cc_codes, *(node.parent for node in finished if node.plain in cc_codes)}
        sole |= {node.plain: category for node in planned if (category := _only_category(node))}
        self.rows = {code: self.ids[_last(sole, code)] for code in self.ids}
        """The id that results show for each code: its own; for a family of one code that of the code, and for a section
        of one category (`B20-B20`) that of the category."""

    def filters(self, code: str) -> tuple[str, ...]:
        """Return the index words by which a code is filtered: its branches, and what it is, as far as a filter asks."""
        words: list[str] = []
        if self._by_code[code].status.billable or code in self._families:
            words.append(VALID_FILTER)
        if code in self._cc_codes:
            words.append(CC_FILTER)
        above: str | None = code
        while above is not None:
            node = self._by_code[above]
            if node.level not in LEVELS_WITHOUT_FILTER:
                words.append(branch_filter(self.ids[above]))
            above = node.parent
        return tuple(words)


def _only_category(node: PlannedNode) -> str | None:
    """Return the category of a section that has no other: B20 of `B20-B20`."""
    first, _, last = node.plain.partition("-")
    return first if node.level is Level.SECTION and first == last else None


def _last(sole: dict[str | None, str], code: str) -> str:
    """Return the last of a chain of nodes that have only one node below them."""
    while code in sole:
        code = sole[code]
    return code
