"""A bounded cache of rows, since one keystroke asks mostly for the same rows as the one before."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class TwoGenerationCache(Generic[Value]):
    """A cache of the values last used, by id: between `most` of them and twice as many.

    Two generations instead of an order of use: a keystroke asks for a hundred values, and moving each of them to an end
    would cost as much as is saved. A value that the young generation lacks is taken over from the old one, which is
    dropped when the young one is full.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._young: dict[int, Value] = {}
        self._old: dict[int, Value] = {}

    def all_of(self, ids: Iterable[int], read: Callable[[list[int]], Iterable[tuple[int, Value]]]) -> dict[int, Value]:
        """Return the values of ids, in their order; `read` returns those not cached, and may leave out some."""
        young, old = self._young, self._old
        keys = dict.fromkeys(ids)
        lacking = keys.keys() - young.keys()
        if lacking:
            in_old = lacking & old.keys()
            young.update({key: old[key] for key in in_old})
            unread = sorted(lacking - in_old)
            if unread:
                young.update(read(unread))
                # What does not exist is not read.
                keys = {key: None for key in keys if key in young}
        values = dict(zip(keys, map(young.__getitem__, keys), strict=True))
        self._end_generation()
        return values

    def each_of(self, ids: list[int], read: Callable[[list[int]], Iterable[tuple[int, Value]]]) -> list[Value]:
        """Return a value for each id, without those that `read` leaves out. Takes a third of the time of `all_of` where
        all are cached, as nearly all entries of a keystroke are."""
        young = self._young
        if not young.keys() >= set(ids):
            old = self._old
            lacking = sorted(set(ids) - young.keys())
            young.update((key, old[key]) for key in lacking if key in old)
            unread = [key for key in lacking if key not in old]
            if unread:
                young.update(read(unread))
                # What does not exist is not read.
                ids = [key for key in ids if key in young]
        values = list(map(young.__getitem__, ids))
        self._end_generation()
        return values

    def _end_generation(self) -> None:
        if len(self._young) > self._most:
            self._old, self._young = self._young, {}


def pad_to_power_of_two(ids: list[int]) -> list[int]:
    """Repeat the last id until their number is a power of two, so that few statements serve all numbers of ids.

    A new statement is parsed first, which for a hundred ids takes longer than finding them.
    """
    return ids + ids[-1:] * ((1 << (len(ids) - 1).bit_length()) - len(ids)) if ids else ids
