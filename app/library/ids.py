"""Ids of nodes and of entries: each code set has a block of its own, so that it can be made anew beside the others."""

from app.codes.systems import READING_ORDER, System

BLOCK_BITS = 20
BLOCK = 1 << BLOCK_BITS
"""More than the largest code set has nodes (ICD-10-CM: 98,000) or entries (with Index and tables: 250,000)."""


def first_id(system: System) -> int:
    """The id that comes before all ids of a code set; blocks stand in the order of `System.rank`."""
    return (system.rank + 1) << BLOCK_BITS


def id_range(system: System) -> tuple[int, int]:
    """The lowest and the highest id that a code set may give."""
    first = first_id(system)
    return first, first + BLOCK - 1


def system_of(key: int) -> System:
    """The code set of a node or entry, told from its id alone."""
    return READING_ORDER[(key >> BLOCK_BITS) - 1]
