"""Back and forward through the codes that were visited, as in a browser."""

from app.codes.node import Node
from app.codes.systems import System

CodeKey = tuple[System, str]
"""A node by its code set and its code, which every release knows. Ids of nodes are valid in one library only."""

MOST_VISITS = 500
"""Visits that can be gone back to: more than anyone opens in a day, or goes back by."""


class BackForward:
    """The visited codes in the order of their visits, the oldest dropped, and the current position among them."""

    def __init__(self) -> None:
        self._visits: list[CodeKey] = []
        self._position = -1

    def visit(self, key: CodeKey) -> None:
        """Add a visit and drop those ahead of the current one. A second visit to the same code in a row is ignored."""
        if self.current == key:
            return
        del self._visits[self._position + 1 :]
        self._visits.append(key)
        del self._visits[:-MOST_VISITS]
        self._position = len(self._visits) - 1

    @property
    def current(self) -> CodeKey | None:
        """The code visited last, or the one that was gone back to."""
        return self._visits[self._position] if self._position >= 0 else None

    def back(self, on_page: CodeKey | None) -> CodeKey | None:
        """Return the code to go back to, None if there is none.

        `on_page` is the code on the page. A code that was only passed over, with Down or while typing, is not a visit:
        from it, as from a page without a code, back leads to the last visit.
        """
        if self.current is not None and on_page != self.current:
            return self.current
        if self._position <= 0:
            return None
        self._position -= 1
        return self.current

    def forward(self) -> CodeKey | None:
        """Return the code to go forward to, None if there is none."""
        if self._position + 1 >= len(self._visits):
            return None
        self._position += 1
        return self.current

    def can_go_back(self, on_page: CodeKey | None) -> bool:
        """Return whether there is a code to go back to."""
        return self._position > 0 or (self.current is not None and on_page != self.current)

    def can_go_forward(self) -> bool:
        """Return whether there is a code to go forward to."""
        return self._position + 1 < len(self._visits)


def code_key(node: Node | None) -> CodeKey | None:
    """Return a node's code set and code, None for no node."""
    return (node.system, node.code) if node is not None else None
