"""Back and forward through the codes that were opened, as in a browser."""


class Visits:
    """Node ids in the order of their visits, and which of them is shown."""

    def __init__(self) -> None:
        self._ids: list[int] = []
        self._position = -1

    def visit(self, node_id: int) -> None:
        """Goes on to a node; what lay ahead is dropped. A second visit in a row is none."""
        if self.current == node_id:
            return
        del self._ids[self._position + 1 :]
        self._ids.append(node_id)
        self._position += 1

    @property
    def current(self) -> int | None:
        """The node visited last, or gone back to."""
        return self._ids[self._position] if self._position >= 0 else None

    def back(self, shown: int | None) -> int | None:
        """The node to go back to, None if there is none.

        A node that is `shown` but was only passed over, with Down or while typing, was never visited: from it, back
        leads to the last visit.
        """
        if shown is not None and self.current is not None and shown != self.current:
            return self.current
        if self._position <= 0:
            return None
        self._position -= 1
        return self.current

    def forward(self) -> int | None:
        """The node to go forward to, None if there is none."""
        if self._position + 1 >= len(self._ids):
            return None
        self._position += 1
        return self.current

    def can_go_back(self, shown: int | None) -> bool:
        """Whether there is anything to go back to."""
        return self._position > 0 or (self.current is not None and shown is not None and shown != self.current)

    def can_go_forward(self) -> bool:
        """Whether there is anything to go forward to."""
        return self._position + 1 < len(self._ids)
