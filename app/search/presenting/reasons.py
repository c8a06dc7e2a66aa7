"""Why a row is there, in a line that a person reads: what the text was read as, and which entry led to the node."""

import re

from app.codes.node import Node
from app.codes.systems import System
from app.library.entries import LITTLE_WORDS, EntryKind
from app.library.tokens import words
from app.search.matching.tiers import Candidate, Tier
from app.search.parsing.query import MatchKind, Reading

ENTRY_KINDS = {
    EntryKind.PLAIN: MatchKind.EVERYDAY,
    EntryKind.INDEX: MatchKind.INDEX,
    EntryKind.INCLUSION: MatchKind.INCLUSION,
}
ENTRY_WORDS = {EntryKind.PLAIN: "also called", EntryKind.INDEX: "Index", EntryKind.INCLUSION: "includes"}


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
"""What the lines of the tables end in: the heads of their columns."""

_BEHIND_QUOTE = re.compile(" → | · ")

EXTERNAL_CAUSES = "VWXY"
"""The first characters of the codes that the External Cause Index leads to."""


def kind_and_reason(candidate: Candidate, node: Node) -> tuple[MatchKind, str]:
    """The kind of match and the line that says why; the line is empty where the title itself says it."""
    score = candidate.score
    told_by_title = candidate.entry.kind is EntryKind.TITLE and not score.by_lexicon
    if told_by_title and not score.missing and candidate.tier is not Tier.NEARLY:
        return MatchKind.TITLE, ""
    parts: list[str] = []
    read = [(slot.typed, by) for slot, by in zip(candidate.query.slots, candidate.score.readings, strict=True) if by]
    kinds = {by.kind for _, by in read}
    if candidate.entry.kind in ENTRY_WORDS:
        source = book(candidate.entry.text, node) if candidate.entry.kind is EntryKind.INDEX else ""
        parts.append(f"{source or ENTRY_WORDS[candidate.entry.kind]}: {candidate.entry.text}")
    parts += [_reading(typed, by, candidate.entry.text) for typed, by in read if by.kind is not MatchKind.TITLE]
    lacking = [candidate.query.slots[number] for number in candidate.score.missing]
    # A little word (`with`) that is not there is nothing lost.
    missing = [slot.typed for slot in lacking if slot.typed not in LITTLE_WORDS]
    if missing:
        parts.append(f"nearly all words: without {', '.join(missing)}")
    return _kind(candidate, kinds, bool(lacking)), " · ".join(parts)


def book(line: str, node: Node) -> str:
    """The book that an Index line stands in, told from how its lines end and where they lead."""
    if node.system is not System.ICD10CM:
        return "Index"
    path = line.partition(" → ")[0]
    if path.startswith("Neoplasm, ") and path.endswith(NEOPLASM_COLUMNS):
        return "Neoplasm Table"
    if path.endswith(DRUG_COLUMNS):
        return "Table of Drugs"
    return "External Cause Index" if node.code.startswith(tuple(EXTERNAL_CAUSES)) else "Index"


def said(reason: str) -> str:
    """What a line quotes of the entry that was found; what that refers on to, and how the text was read, follow."""
    return _BEHIND_QUOTE.split(reason, maxsplit=1)[0]


def _kind(candidate: Candidate, kinds: set[MatchKind], partial: bool) -> MatchKind:
    if MatchKind.SPELLING in kinds:
        return MatchKind.SPELLING
    if partial or candidate.tier is Tier.NEARLY:
        return MatchKind.PARTIAL
    if candidate.entry.kind in ENTRY_KINDS:
        return ENTRY_KINDS[candidate.entry.kind]
    for kind in (MatchKind.ABBREVIATION, MatchKind.EVERYDAY):
        if kind in kinds:
            return kind
    return MatchKind.TITLE


def _reading(typed: str, by: Reading, text: str) -> str:
    match by.kind:
        case MatchKind.ABBREVIATION:
            return f"abbreviation: {typed.upper()}"
        case MatchKind.SPELLING:
            return f"spelling: {typed} → {_as_written(by, text)}"
        case _:
            return f"everyday: {typed} → {by.text}"


def read_as(row: Candidate) -> str:
    """What the text was read as where that is not what was typed: `“dm2” read as type 2 diabetes mellitus`."""
    said = [
        f"“{slot.typed}” read as {_as_written(by, row.entry.text)}"
        for slot, by in zip(row.query.slots, row.score.readings, strict=True)
        if by is not None and by.kind is not MatchKind.TITLE
    ]
    return ", ".join(said)


def _as_written(by: Reading, text: str) -> str:
    """A corrected word as the text has it, plural ending included; other readings as the lexicon writes them."""
    if by.kind is not MatchKind.SPELLING or len(by.words) != 1:
        return by.text
    return next((text[word.start : word.end].lower() for word in words(text) if word.text == by.words[0]), by.text)
