"""The sentence on the status of a node: whether it may be submitted, and what else to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.codes.dates import day_in_words
from app.codes.detail import Change, ChangeKind, Link
from app.codes.names import count_words
from app.codes.node import CodeStatus, Level, Node
from app.codes.systems import System

REPLACED_BY = "Replaced by"
"""The label of a link to a code that replaced another."""

LEVELS_ABOVE_HEADINGS = (
    Level.CHAPTER,
    Level.SECTION,
    Level.PCS_SECTION,
    Level.BODY_SYSTEM,
    Level.OPERATION,
    Level.GROUP,
)
"""Levels whose codes are not chosen from directly, since there are headings in between."""

LAST_CHECKED = "Valid for submission when last checked"


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """Facts about a node beyond its record. `ours` is True if its code set has only texts of Codarium.

    `indexed` are the Indexes and tables that name the code.
    """

    needs_seventh: bool = False
    valid_to: date | None = None
    changes: Sequence[Change] = ()
    links: Sequence[Link] = ()
    ours: bool = False
    indexed: Sequence[str] = ()


def status_text(node: Node, facts: StatusFacts) -> str:
    """Return the status of a node as a sentence, judged within the loaded release."""
    match node.status:
        case CodeStatus.VALID:
            return _valid(node, facts)
        case CodeStatus.MANIFESTATION:
            return "Valid for submission, but never first-listed: code the underlying disease first"
        case CodeStatus.ENDED:
            return _ended(facts)
        case CodeStatus.HEADING:
            return _heading(node, facts)


def _valid(node: Node, facts: StatusFacts) -> str:
    match node.system:
        case System.POS:
            return "Active"
        case System.MODIFIER:
            return "Active modifier: append to a procedure code"
        case System.HCPCS if facts.ours:
            return f"{LAST_CHECKED}; description by Codarium"
        case System.CPT if facts.ours:
            return f"{LAST_CHECKED}; worked example, description by Codarium"
        case _:
            until = f" until {day_in_words(facts.valid_to)}" if facts.valid_to is not None else ""
            return f"Valid for submission{until}"


def _ended(facts: StatusFacts) -> str:
    sentence = f"Ended on {day_in_words(facts.valid_to)}" if facts.valid_to else "Ended: no longer valid for submission"
    ended = next((change for change in facts.changes if change.kind is ChangeKind.ENDED and change.after), None)
    if ended is not None and facts.valid_to is None:
        sentence = f"Ended {ended.when}"
    codes = [link.code for link in facts.links if link.label == REPLACED_BY]
    if codes:
        # The links name all of them.
        sentence = f"{sentence}, replaced by {codes[0] if len(codes) == 1 else count_words(len(codes), 'code')}"
    if facts.indexed:
        sentence = f"{sentence}; still named in the {' and the '.join(facts.indexed)}"
    return sentence


def _heading(node: Node, facts: StatusFacts) -> str:
    since = max((change.on for change in facts.changes if change.kind is ChangeKind.NOW_HEADING), default=None)
    if facts.needs_seventh:
        changed = f" since {day_in_words(since)}" if since else ""
        return f"Not valid{changed}: needs a 7th character"
    if node.level is Level.FAMILY:
        return f"Not valid: needs seven characters; {_choose(node.variants)}"
    if node.level in LEVELS_ABOVE_HEADINGS:
        return _holding(node, facts)
    if since:
        return f"A heading since {day_in_words(since)}, valid before: {_choose(node.variants)}"
    return f"A heading: {_choose(node.variants)}"


def _holding(node: Node, facts: StatusFacts) -> str:
    """Return the sentence on a chapter, section or range, whose codes may be loaded, or some of them, or none."""
    number = node.variants
    if node.system is System.CPT and facts.ours:
        kind = "A range of CPT codes" if "-" in node.code else "A part of CPT"
        if not number:
            return f"{kind}; its codes come with your licensed file"
        examples = count_words(number, "worked example")
        return f"{kind} with {examples}; all of its codes come with your licensed file"
    if node.system is System.MODIFIER:
        return f"A heading with {count_words(number, 'modifier')}"
    if number:
        return f"A heading with {count_words(number, 'code')}{' of the starter set' if facts.ours else ''}"
    if node.level is Level.PCS_SECTION:
        return "A section whose codes are not loaded"
    kind = "range" if "-" in node.code else "section"
    return f"A {kind} whose codes are not loaded" if facts.ours else f"A {kind} without codes in force"


def _choose(number: int) -> str:
    return "choose the one code below" if number == 1 else f"choose one of {count_words(number, 'code')} below"
