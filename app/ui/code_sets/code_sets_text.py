"""What the Code sets view says of a code set: how it stands, what it is made of, and what would bring more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.codes.code_sets import CodeSet, LoadedPart, State, release_due
from app.codes.parts import Part
from app.codes.systems import READING_ORDER, System

EXPECTED = {
    System.ICD10CM: (
        Part.TABULAR,
        Part.INDEX,
        Part.EXTERNAL,
        Part.NEOPLASM,
        Part.DRUGS,
        Part.CONVERSIONS,
        Part.MAPS,
    ),
    System.ICD10PCS: (Part.TABLES, Part.DEFINITIONS, Part.INDEX, Part.MAPS),
    System.HCPCS: (Part.NOTES,),
}
"""The parts that the publishers' files bring beside the codes."""

PUBLISHED = {
    System.ICD10CM: "they come with the files that CDC and CMS publish every year",
    System.ICD10PCS: "they come with the files that CMS publishes every year",
    System.HCPCS: "they come with CMS's quarterly HCPCS file",
}

OFFICIAL = {
    System.MODIFIER: (
        "The official wording of letter modifiers comes with CMS's HCPCS file, that of numeric ones with the AMA's "
        "modifier file."
    ),
    System.POS: "Nothing more is published: CMS's list changes rarely, and comes with Codarium.",
}
"""What brings more where only our own words are there, and the remark that comes with them does not say it."""

FREE = (System.ICD10CM, System.ICD10PCS, System.HCPCS)
"""The code sets whose files CMS and CDC give to everybody."""

FETCHED = (*FREE, System.CPT)
"""Those of which there is something to get: CPT comes in CMS's fee schedule file, for those who accept its terms."""


@dataclass(frozen=True, slots=True)
class ReleaseStatus:
    """How a code set stands: its state, that in words, and whether the words are a warning."""

    state: State
    words: str
    warns: bool


def in_order(code_sets: Sequence[CodeSet]) -> list[tuple[System, CodeSet | None]]:
    """All six code sets in reading order, None for those that are not loaded."""
    loaded = {code_set.system: code_set for code_set in code_sets}
    return [(system, loaded.get(system)) for system in READING_ORDER]


def release_status(code_set: CodeSet | None, today: date) -> ReleaseStatus:
    """How a code set stands on a day."""
    if code_set is None:
        return ReleaseStatus(State.MISSING, "not loaded", True)
    state = code_set.state(today)
    last = written_day(code_set.effective_to)
    match state:
        case State.CURRENT:
            return ReleaseStatus(state, f"in force until {last}" if last else "in force", False)
        case State.ENDING:
            return ReleaseStatus(state, f"ends soon, on {last}", True)
        case State.ENDED:
            return ReleaseStatus(state, f"ended on {last}: add the {release_due(code_set.system, today)} release", True)
        case _:
            return ReleaseStatus(state, "in our own words", False)


def numbers(code_set: CodeSet) -> str:
    """How many codes there are, and since when they are in force."""
    words = f"{code_set.codes:,} codes"
    if code_set.valid != code_set.codes:
        words += f", {code_set.valid:,} of them valid for submission"
    first = written_day(code_set.effective_from)
    return f"{words} · since {first}" if first else words


def more(system: System, code_set: CodeSet | None) -> str:
    """What would bring more, in a sentence; empty where everything is there."""
    if code_set is None:
        return OFFICIAL.get(system, "The official files bring it.")
    if code_set.ours:
        return OFFICIAL.get(system, "")
    here = {part.part for part in code_set.parts}
    missing = [part.label for part in EXPECTED.get(system, ()) if part.value not in here]
    if not missing:
        return ""
    listed = " and ".join([", ".join(missing[:-1]), missing[-1]] if len(missing) > 1 else missing)
    return f"Not here yet: {listed}; {PUBLISHED[system]}."


def current_first(parts: Sequence[LoadedPart]) -> list[LoadedPart]:
    """What is in use before what stands behind it, each in the order of the library."""
    return sorted(parts, key=lambda part: not part.current)


def part_text(part: LoadedPart) -> str:
    """A part with its release and its size: `Tabular List · FY2026 (April 2026) · 47,178 lines`."""
    counted = "codes" if part.part in (Part.CODES, Part.OURS) else "entries"
    behind = "" if part.current else " · stands behind the newer one"
    return f"{part.title} · {part.release} · {part.codes:,} {counted}{behind}"


def written_day(day: date | None) -> str:
    """`30 Sep 2026`; empty for none."""
    return f"{day.day} {day:%b %Y}" if day else ""


def size_words(size: int | None, is_about: bool = False) -> str:
    """`12.4 MB`, `about 310 KB`, `size not known`."""
    if size is None:
        return "size not known"
    words = f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3)):,} KB"
    return f"about {words}" if is_about else words
