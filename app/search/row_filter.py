"""The scope and the filters of a search, by which rows found by code or by the name of a drug are chosen."""

from app.codes.node import Node
from app.codes.systems import System
from app.library.ids import system_of
from app.search.answer import Filters
from app.search.matching.index import SearchIndex


class RowFilter:
    """Decides which rows pass scope and filters."""

    def __init__(self, index: SearchIndex, systems: frozenset[System], filters: Filters) -> None:
        self._index = index
        self.systems = systems
        self.valid_only = filters.valid_only
        self._cc_nodes = index.cc_nodes if filters.cc_only else None
        self._branch = (filters.within, index.last_below(filters.within)) if filters.within is not None else None

    def allows_id(self, key: int) -> bool:
        """Return whether a node is in a code set, branch and list of CCs that pass, judged by its id alone."""
        if self.systems and system_of(key) not in self.systems:
            return False
        if self._cc_nodes is not None and key not in self._cc_nodes:
            return False
        return self._branch is None or self._branch[0] <= key <= self._branch[1]

    def allows(self, node: Node) -> bool:
        """Return whether a node passes scope and filters."""
        return self.allows_id(node.id) and (
            not self.valid_only or node.billable or (node.is_family and node.variants > 0)
        )
