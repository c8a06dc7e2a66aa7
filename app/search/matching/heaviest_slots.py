"""Entries in groups by the slots that they hold, heaviest group first, for when no entry holds all slots."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping


def heaviest_slots(
    entries_of_slot: Mapping[int, frozenset[int]], weights: list[float]
) -> Iterator[tuple[int, Iterable[int]]]:
    """Yield slots and the entries that hold just these, heaviest first; slots are a number with a bit for each.

    Of thousands of entries nearly all hold one slot, and most of these are never needed: only the others are looked at
    one by one.
    """
    seen: set[int] = set()
    in_several: set[int] = set()
    for entries in entries_of_slot.values():
        in_several |= entries & seen
        seen |= entries
    slots_of = dict.fromkeys(in_several, 0)
    for number, entries in entries_of_slot.items():
        bit = 1 << number
        for entry in entries & in_several:
            slots_of[entry] |= bit
    by_slots: defaultdict[int, set[int]] = defaultdict(set)
    for entry, slots in slots_of.items():
        by_slots[slots].add(entry)
    by_one_slot = {1 << number: entries for number, entries in entries_of_slot.items()}

    def weight(slots: int) -> float:
        return sum(weight for number, weight in enumerate(weights) if slots >> number & 1)

    for slots in sorted([*by_slots, *by_one_slot], key=weight, reverse=True):
        yield slots, by_slots[slots] if slots in by_slots else by_one_slot[slots] - in_several
