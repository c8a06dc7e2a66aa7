"""What is kept from one keystroke to the next, within bounds: mostly the same rows are asked for again."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class TwoGenerationCache(Generic[Value]):
    """Values by id, the last used ones: between `most` of them and twice as many.

    Two generations instead of an order of use: a keystroke asks for a hundred, and to move each of them to an end would
    cost as much as is saved. What the young generation is asked for and lacks is taken over from the old one, which
    goes when the young one is full.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._young: dict[int, Value] = {}
        self._old: dict[int, Value] = {}

    def all_of(self, ids: Iterable[int], read: Callable[[list[int]], Iterable[tuple[int, Value]]]) -> dict[int, Value]:
        """The values of ids, in their order; `read` gives those that are not kept, and may leave out some."""
        young, old = self._young, self._old
        wanted = dict.fromkeys(ids)
        lacking = [key for key in wanted if key not in young]
        if lacking:
            young.update([(key, old[key]) for key in lacking if key in old])
            unread = [key for key in lacking if key not in old]
            if unread:
                young.update(read(unread))
        found = {key: young[key] for key in wanted if key in young}
        if len(young) > self._most:
            self._old, self._young = young, {}
        return found


def filled_up(ids: list[int]) -> list[int]:
    """Ids with the last one again and again, to a power of two: few statements then serve all numbers of them.

    A statement that is new is parsed first, which for a hundred ids takes longer than finding them.
    """
    return ids + ids[-1:] * ((1 << (len(ids) - 1).bit_length()) - len(ids)) if ids else ids
