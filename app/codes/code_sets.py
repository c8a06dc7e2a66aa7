"""Loaded code sets and their parts: releases, dates, sources."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.codes.systems import System


@dataclass(frozen=True, slots=True)
class Source:
    """A file that a code set was read from, with the SHA-256 of its bytes in hexadecimal."""

    file: str
    sha256: str


class State(StrEnum):
    """How a code set stands today."""

    CURRENT = "current"
    ENDING = "ending soon"
    ENDED = "ended"
    OURS = "our own words"
    """Only what Codarium says itself is there; the official file is not loaded."""
    MISSING = "not loaded"


ENDING_SOON = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class LoadedPart:
    """What one release brought to a code set: its codes, notes, an Index, a table.

    `part` is `codes`, `tabular`, `index` ...; `title` the same in words (`Alphabetic Index`). `codes` counts codes or
    lines. `current` is False for a release that stands behind a newer one of the same part.
    """

    part: str
    title: str
    release: str
    effective_from: date | None
    effective_to: date | None
    codes: int
    current: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A code set as it is loaded. `codes` counts every code, headings included; `valid` those valid for submission.

    Dates are None for what Codarium says in its own words, which does not end. `ours` says that there is nothing else.
    """

    system: System
    release: str
    effective_from: date | None
    effective_to: date | None
    codes: int
    valid: int
    sources: tuple[Source, ...]
    remark: str = ""
    parts: tuple[LoadedPart, ...] = ()
    ours: bool = False

    def state(self, today: date) -> State:
        """How the code set stands on a day."""
        if self.ours:
            return State.OURS
        if self.effective_to is None:
            return State.CURRENT
        if today > self.effective_to:
            return State.ENDED
        return State.ENDING if self.effective_to - today <= ENDING_SOON else State.CURRENT

    def warning(self, today: date) -> str:
        """What to say when today is past the release's dates; empty while it is in force."""
        if self.effective_to is None or today <= self.effective_to:
            return ""
        named = self.release.split(" (")[0]
        return f"{named} ended on {self.effective_to.isoformat()}; add the {due(self.system, today)} release"


def due(system: System, today: date) -> str:
    """The release of a code set that is in force on a day, by the rhythm in which it is published.

    ICD-10 changes on October 1 (its fiscal year is named for the year in which it ends), CPT on January 1, HCPCS every
    quarter.
    """
    match system:
        case System.ICD10CM | System.ICD10PCS:
            return f"FY{today.year + (today.month >= 10)}"
        case System.CPT:
            return f"CPT {today.year}"
        case _:
            return f"{QUARTERS[(today.month - 1) // 3]} {today.year}"


QUARTERS = ("January", "April", "July", "October")
