"""A node of a code set: its code, title, level and status."""

from dataclasses import dataclass
from enum import StrEnum

from app.codes.systems import System

_ELSEWHERE = "classified elsewhere"
_AS_CAUSE = "as the cause of"


class CodeStatus(StrEnum):
    """The status of a node on a claim; the window draws a mark of its own shape for each."""

    VALID = "valid"
    """Valid for submission: a filled mark."""
    MANIFESTATION = "manifestation"
    """Valid, but never first-listed (`in diseases classified elsewhere`): a half mark."""
    HEADING = "heading"
    """A chapter, category, table or family, from which a code is chosen: a hollow mark."""
    ENDED = "ended"
    """No longer valid in the release that is loaded: a crossed mark."""

    @property
    def billable(self) -> bool:
        """Return whether a code of this status may be submitted."""
        return self in (CodeStatus.VALID, CodeStatus.MANIFESTATION)


class Level(StrEnum):
    """The level of a node in the hierarchy of its code set."""

    CHAPTER = "chapter"
    SECTION = "section"
    CATEGORY = "category"
    """A three-character ICD-10-CM category that holds codes (`E11`)."""
    SUBCATEGORY = "subcategory"
    CODE = "code"
    """The lowest level that the Tabular List prints; if 7th characters apply, their stem (`S72.301`)."""
    SEVENTH = "seventh"
    """A stem completed by its 7th character (`S72.301A`)."""
    PCS_SECTION = "pcs_section"
    BODY_SYSTEM = "body_system"
    OPERATION = "operation"
    FAMILY = "family"
    """PCS codes alike in their first four characters (`0DTJ`)."""
    PCS_CODE = "pcs_code"
    GROUP = "group"
    """A section or range of HCPCS, CPT and the modifiers (`A`, `A0021-A0999`)."""
    ITEM = "item"
    """A code of HCPCS, CPT, the modifiers and the places of service."""


@dataclass(frozen=True, slots=True)
class Node:
    """One place in a code set: a chapter, a heading, a family or a code.

    `code` is in its written form: `E11.40`, `0DTJ4ZZ`; a chapter is its number (`4`), a section its range
    (`E08-E13`, also for one of a single category, `B20-B20`), a PCS table or family its first characters (`0DT`,
    `0DTJ`). `variants` is the number of valid codes at and below the node: 1 for a valid code.
    """

    id: int
    system: System
    code: str
    title: str
    level: Level
    status: CodeStatus
    parent: int | None
    variants: int
    has_children: bool

    @property
    def billable(self) -> bool:
        """Return whether the code itself may be submitted."""
        return self.status.billable

    @property
    def is_family(self) -> bool:
        """Return whether results show the node in place of codes that differ only in 7th character or PCS variant."""
        return self.has_children and self.level in (Level.CODE, Level.FAMILY)


def is_manifestation(title: str) -> bool:
    """Return whether a code is never first-listed, by the conventions of ICD-10-CM for its official title.

    The title contains `in diseases classified elsewhere`, or for short `in conditions classified elsewhere`, `disorder
    classified elsewhere`. It is not enough to say `not elsewhere classified`, which means that there is no better code,
    nor `as the cause of diseases classified elsewhere`: an agent (B95 to B97) is added to the disease that it causes.
    """
    lower = title.lower()
    return _ELSEWHERE in lower and _AS_CAUSE not in lower
