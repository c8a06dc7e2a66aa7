"""The reason for a row in one line: the entry that led to its node, and how the text was read."""

import re
from collections.abc import Collection, Iterable

from app.codes.node import Node
from app.codes.systems import System
from app.library.entries import SHARED_LETTERS, UNCOUNTED_WORDS, EntryKind
from app.library.tokens import words
from app.search import texts
from app.search.matching.candidates import Candidate
from app.search.parsing.query import MatchKind, Reading

KIND_OF_ENTRY = {
    EntryKind.PLAIN: MatchKind.EVERYDAY,
    EntryKind.INDEX: MatchKind.INDEX,
    EntryKind.INCLUSION: MatchKind.INCLUSION,
}
LABEL_OF_ENTRY = {
    EntryKind.PLAIN: texts.ALSO_CALLED,
    EntryKind.INDEX: texts.INDEX,
    EntryKind.INCLUSION: texts.INCLUDES,
}

NEOPLASM_COLUMNS = (
    "Malignant Primary",
    "Malignant Secondary",
    "Ca in situ",
    "Benign",
    "Uncertain Behavior",
    "Unspecified Behavior",
)
DRUG_COLUMNS = (
    "Poisoning Accidental (unintentional)",
    "Poisoning Intentional self-harm",
    "Poisoning Assault",
    "Poisoning Undetermined",
    "Adverse effect",
    "Underdosing",
)
"""The column headings of the tables, in which their lines end."""

LONGEST_PATH = 70
"""Characters of a path that a row shows beside its code."""

_IN_PARENTHESES = re.compile(r" ?\([^()]*\)")

_AFTER_QUOTE = re.compile(f" → |{texts.REASON_SEPARATOR}")

EXTERNAL_CAUSES = "VWXY"
"""The first characters of the codes that the External Cause Index leads to."""


def kind_and_reason(
    candidate: Candidate, node: Node, stated: Collection[tuple[str, str]] = ()
) -> tuple[MatchKind, str]:
    """Return the kind of match and the reason for a row; the reason is empty if the title itself shows it. It does not
    repeat corrections that are `stated` above all rows, given as what was typed and what it is read as."""
    score, entry = candidate.score, candidate.entry
    readings = [(slot.typed, by) for slot, by in zip(candidate.query.slots, score.readings, strict=True) if by]
    is_corrected = any(by.corrected for _, by in readings)
    title_shows_it = entry.kind is EntryKind.TITLE and not score.by_lexicon and not is_corrected
    if title_shows_it and not score.missing and not candidate.tier.is_loose:
        return MatchKind.TITLE, ""
    parts: list[str] = []
    if entry.kind in LABEL_OF_ENTRY:
        source = index_name(entry.text, node) if entry.kind is EntryKind.INDEX else ""
        quote = index_path(entry.text, [by for _, by in readings]) if source else entry.text
        parts.append(f"{source or LABEL_OF_ENTRY[entry.kind]}: {quote}")
    parts += [
        _reading(typed, by, entry.text)
        for typed, by in readings
        if (by.corrected or by.kind is not MatchKind.TITLE) and (typed, by.text) not in stated
    ]
    missing_slots = [candidate.query.slots[number] for number in score.missing]
    # A missing word of little meaning (`with`) does not matter.
    missing = [slot.typed for slot in missing_slots if slot.typed not in UNCOUNTED_WORDS]
    if missing:
        parts.append(texts.lacking(missing))
    kinds = {by.kind for _, by in readings}
    kind = MatchKind.SPELLING if is_corrected else _kind(candidate, kinds, bool(missing_slots))
    return kind, texts.REASON_SEPARATOR.join(parts)


def index_path(line: str, readings: Iterable[Reading]) -> str:
    """Return a line of the Index as a row quotes it: without parentheses that hold none of what was typed, and of a
    long path the main term and the end, which leads to the code."""
    matched = {word for reading in readings for word in reading.words}

    def kept(group: re.Match[str]) -> str:
        return group[0] if any(word in group[0].lower() for word in matched) else ""

    path, arrow, via = (_IN_PARENTHESES.sub(kept, line) if "(" in line else line).partition(" → ")
    main, *middle = path.split(", ")
    # The main term of `Ulcer, ulcerated, ulcerating, pressure` is one word in three forms.
    while middle and middle[0].lower().startswith(main[:SHARED_LETTERS].lower()):
        middle.pop(0)
    path = ", ".join([main, *middle])
    if len(path) > LONGEST_PATH:
        end: list[str] = []
        while middle and len(", ".join([main, middle[-1], *end])) < LONGEST_PATH:
            end.insert(0, middle.pop())
        path = ", ".join([main, "…", *(end or middle[-1:])]) if middle else path
    return f"{path}{arrow}{via}"


def index_name(line: str, node: Node) -> str:
    """Return the name of the Index or table that a line is in, judged by how the line ends and where it leads."""
    if node.system is not System.ICD10CM:
        return texts.INDEX
    path = line.partition(" → ")[0]
    if path.startswith("Neoplasm, ") and path.endswith(NEOPLASM_COLUMNS):
        return texts.NEOPLASM_TABLE
    if path.endswith(DRUG_COLUMNS):
        return texts.TABLE_OF_DRUGS
    return texts.EXTERNAL_CAUSE_INDEX if node.code.startswith(tuple(EXTERNAL_CAUSES)) else texts.INDEX


def quoted_part(reason: str) -> str:
    """Return the part of a reason that quotes the entry; where that refers to, and how the text was read, follow it."""
    return _AFTER_QUOTE.split(reason, maxsplit=1)[0]


def _kind(candidate: Candidate, kinds: set[MatchKind], partial: bool) -> MatchKind:
    if partial or candidate.tier.is_loose:
        return MatchKind.PARTIAL
    if candidate.entry.kind in KIND_OF_ENTRY:
        return KIND_OF_ENTRY[candidate.entry.kind]
    for kind in (MatchKind.ABBREVIATION, MatchKind.EVERYDAY):
        if kind in kinds:
            return kind
    return MatchKind.TITLE


def _reading(typed: str, reading: Reading, text: str) -> str:
    if reading.corrected:
        return texts.corrected_spelling(typed, _as_written(reading, text))
    match reading.kind:
        case MatchKind.ABBREVIATION:
            return texts.abbreviation(typed)
        case _:
            return texts.synonym(typed, reading.text)


def read_as(candidate: Candidate) -> str:
    """Return how the text was read, if not as typed: `“dm2” read as type 2 diabetes mellitus`."""
    return ", ".join(
        texts.read_as(slot.typed, _as_written(reading, candidate.entry.text))
        for slot, reading in zip(candidate.query.slots, candidate.score.readings, strict=True)
        if reading is not None and (reading.corrected or reading.kind is not MatchKind.TITLE)
    )


def stated_corrections(candidates: Iterable[Candidate]) -> frozenset[tuple[str, str]]:
    """Return the corrections that `read_as` states of candidates: what was typed, and what it is read as."""
    return frozenset(
        (slot.typed, reading.text)
        for candidate in candidates
        for slot, reading in zip(candidate.query.slots, candidate.score.readings, strict=True)
        if reading is not None and reading.corrected
    )


def _as_written(reading: Reading, text: str) -> str:
    """Return a corrected word as the text has it, plural ending included; other readings as the lexicon has them."""
    if not reading.corrected or reading.words != (reading.text,):
        return reading.text
    spelled = (text[word.start : word.end].lower() for word in words(text) if word.text == reading.words[0])
    return next(spelled, reading.text)
