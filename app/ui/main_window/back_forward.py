"""Back and forward through the codes that were opened, as in a browser."""

from app.codes.node import Node
from app.codes.systems import System

CodeKey = tuple[System, str]
"""A node as every release knows it: its code set and its code. Ids are of one library alone."""


class BackForward:
    """Places in the order of their visits, and which of them is shown."""

    def __init__(self) -> None:
        self._places: list[CodeKey] = []
        self._position = -1

    def visit(self, place: CodeKey) -> None:
        """Goes on to a place; what lay ahead is dropped. A second visit in a row is none."""
        if self.current == place:
            return
        del self._places[self._position + 1 :]
        self._places.append(place)
        self._position += 1

    @property
    def current(self) -> CodeKey | None:
        """The place visited last, or gone back to."""
        return self._places[self._position] if self._position >= 0 else None

    def back(self, shown: CodeKey | None) -> CodeKey | None:
        """The place to go back to, None if there is none.

        A place that is `shown` but was only passed over, with Down or while typing, was never visited: from it, back
        leads to the last visit; and so it does where no place is shown.
        """
        if self.current is not None and shown != self.current:
            return self.current
        if self._position <= 0:
            return None
        self._position -= 1
        return self.current

    def forward(self) -> CodeKey | None:
        """The place to go forward to, None if there is none."""
        if self._position + 1 >= len(self._places):
            return None
        self._position += 1
        return self.current

    def can_go_back(self, shown: CodeKey | None) -> bool:
        """Whether there is anything to go back to."""
        return self._position > 0 or (self.current is not None and shown != self.current)

    def can_go_forward(self) -> bool:
        """Whether there is anything to go forward to."""
        return self._position + 1 < len(self._places)


def code_key(node: Node | None) -> CodeKey | None:
    """A node as every library knows it."""
    return (node.system, node.code) if node is not None else None
