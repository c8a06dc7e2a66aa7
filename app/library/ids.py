"""Ids of nodes and of entries: each code set has a block of its own, so that it can be replaced alone."""

from app.codes.systems import READING_ORDER, System

BLOCK_BITS = 20
BLOCK_SIZE = 1 << BLOCK_BITS
"""More than the largest code set has nodes (ICD-10-CM: 98,000) or entries (with Index and tables: 250,000)."""


def first_id(system: System) -> int:
    """Return the id before all ids of a code set; blocks are in the order of `System.rank`."""
    return (system.rank + 1) << BLOCK_BITS


def id_range(system: System) -> tuple[int, int]:
    """Return the lowest and the highest id of the block of a code set."""
    first = first_id(system)
    return first, first + BLOCK_SIZE - 1


def system_of(key: int) -> System:
    """Return the code set of a node or entry by its id."""
    return READING_ORDER[(key >> BLOCK_BITS) - 1]
