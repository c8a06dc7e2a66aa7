"""Loaded code sets and their parts: releases, dates, sources."""

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from app.codes.dates import day_in_words
from app.codes.parts import Part
from app.codes.systems import System


class Source(NamedTuple):
    """A file that a code set was read from, with the SHA-256 of its bytes in hexadecimal."""

    file: str
    sha256: str


class State(StrEnum):
    """The state of a code set on a day."""

    CURRENT = "current"
    ENDING = "ending soon"
    ENDED = "ended"
    OURS = "our own words"
    """Only the texts of Codarium itself are there; the official file is not loaded."""
    MISSING = "not loaded"


ENDING_SOON = timedelta(days=31)


class LoadedPart(NamedTuple):
    """A part of a code set as one release has it: its codes, notes, an Index, a table.

    `part` is `codes`, `tabular`, `index` ...; `title` the same in words (`Alphabetic Index`). `codes` counts codes or
    lines. `current` is False for a release older than another one of the same part. `sections` are the sections of
    ICD-10-PCS that a release covers beside a newer one of the others, by their first characters.
    """

    part: str
    title: str
    release: str
    effective_from: date | None
    effective_to: date | None
    codes: int
    current: bool
    sources: tuple[Source, ...]
    sections: str = ""


class CodeSet(NamedTuple):
    """A code set as it is loaded. `codes` counts every code, headings included; `valid` those valid for submission.

    Dates are None for the texts of Codarium itself, which do not end. `ours` is True if there is nothing else.
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

    def release_of(self, code: str) -> str:
        """Return the release of a code of ICD-10-PCS, whose sections may be of two releases."""
        others = (part for part in self.parts if part.part == Part.CODES and code[0] in part.sections)
        return next((part.release for part in others), self.release)

    def release_apart(self, part: Part) -> str:
        """Return the release of a part in use, `FY2026`, if it is of another year than the codes; else an empty text.

        An update within the year of the codes is not apart from them.
        """
        loaded = next((row for row in self.parts if row.part == part and row.current and not row.sections), None)
        if loaded is None or loaded.effective_to == self.effective_to:
            return ""
        return loaded.release.split(" (")[0]

    def state(self, today: date) -> State:
        """Return the state of the code set on a day."""
        if self.ours:
            return State.OURS
        if self.effective_to is None:
            return State.CURRENT
        if today > self.effective_to:
            return State.ENDED
        return State.ENDING if self.effective_to - today <= ENDING_SOON else State.CURRENT

    def warning(self, today: date) -> str:
        """Return a sentence if the release has ended before today; an empty text while it is in force."""
        if self.effective_to is None or today <= self.effective_to:
            return ""
        name = self.release.split(" (")[0]
        return f"{name} ended on {day_in_words(self.effective_to)}; add the {release_due(self.system, today)} release"


def is_in_force(part: LoadedPart, today: date) -> bool:
    """Return whether the release of a part is in force on a day; what has no dates always is."""
    return (part.effective_from is None or part.effective_from <= today) and (
        part.effective_to is None or today <= part.effective_to
    )


def release_due(system: System, today: date) -> str:
    """Return the release of a code set that is in force on a day, by the rhythm in which it is published.

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
