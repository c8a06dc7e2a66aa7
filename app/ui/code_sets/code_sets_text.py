"""The texts of the Code sets view: the status of a release, its parts, and what would add more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.codes.code_sets import CodeSet, LoadedPart, State, release_due
from app.codes.dates import day_in_words
from app.codes.names import count_words
from app.codes.parts import Part
from app.codes.systems import READING_ORDER, System

OFFICIAL = {
    System.MODIFIER: (
        "Add CMS's HCPCS file for the official wording of letter modifiers, and the AMA's modifier file for that of "
        "numeric ones."
    ),
    System.POS: "Nothing to add: CMS's list changes rarely, and comes with Codarium.",
}
"""What to add where only our own words are there, and their remark does not say it."""

FREE = (System.ICD10CM, System.ICD10PCS, System.HCPCS)
"""The code sets whose files CMS and CDC give to everyone."""

FETCHED = (*FREE, System.CPT)
"""The code sets that can be downloaded: CPT is in CMS's fee schedule file, for those who accept its terms."""


@dataclass(frozen=True, slots=True)
class ReleaseStatus:
    """The state of a code set's release, in words too; `is_warning` where the user should act."""

    state: State
    text: str
    is_warning: bool


def in_order(code_sets: Sequence[CodeSet]) -> list[tuple[System, CodeSet | None]]:
    """Return all six code sets in reading order, None for those that are not loaded."""
    loaded = {code_set.system: code_set for code_set in code_sets}
    return [(system, loaded.get(system)) for system in READING_ORDER]


def release_status(code_set: CodeSet | None, today: date) -> ReleaseStatus:
    """Return the status of a code set's release on a day."""
    if code_set is None:
        return ReleaseStatus(State.MISSING, "not loaded", True)
    state = code_set.state(today)
    last = day_in_words(code_set.effective_to) if code_set.effective_to else ""
    match state:
        case State.CURRENT:
            return ReleaseStatus(state, f"in force until {last}" if last else "in force", False)
        case State.ENDING:
            return ReleaseStatus(state, f"ends soon, on {last}", True)
        case State.ENDED:
            return ReleaseStatus(state, f"ended on {last}: add the {release_due(code_set.system, today)} release", True)
        case _:
            return ReleaseStatus(state, "in Codarium's words", False)


def code_counts(code_set: CodeSet) -> str:
    """Return the number of codes, and the day since which they are in force."""
    text = count_words(code_set.codes, "code")
    if code_set.valid != code_set.codes:
        text += f", {code_set.valid:,} of them valid for submission"
    first = code_set.effective_from
    return f"{text} · since {day_in_words(first)}" if first else text


def what_to_add(system: System, code_set: CodeSet | None) -> str:
    """Return a sentence on the files that bring more than our own words, empty where these are loaded."""
    if code_set is None:
        return OFFICIAL.get(system, "Add the official files.")
    return OFFICIAL.get(system, "") if code_set.ours else ""


def current_first(parts: Sequence[LoadedPart]) -> list[LoadedPart]:
    """Return the parts in use before those that a newer release replaces, each in the order of the library."""
    return sorted(parts, key=lambda part: not part.current)


def part_text(part: LoadedPart) -> str:
    """Return a part with its release and size: `Tabular List · FY2026 (April 2026) · 47,178 entries`."""
    unit = "codes" if part.part in (Part.CODES, Part.OURS) else "entries"
    older = "" if part.current else " · replaced by the newer release"
    return f"{part.title} · {part.release} · {part.codes:,} {unit}{older}"


def size_in_words(size: int | None, is_estimate: bool = False) -> str:
    """Return a size in bytes as text: `12.4 MB`, `about 310 KB`, `size not known`."""
    if size is None:
        return "size not known"
    text = f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3)):,} KB"
    return f"about {text}" if is_estimate else text
