"""The one sentence that says what a node is worth on a claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.codes.detail import Change, ChangeKind, Link
from app.codes.names import count_words
from app.codes.node import CodeStatus, Level, Node
from app.codes.systems import System

REPLACED_BY = "Replaced by"
"""The label of a link to a code that took the place of another."""

HOLDS_CODES = (
    Level.CHAPTER,
    Level.SECTION,
    Level.PCS_SECTION,
    Level.BODY_SYSTEM,
    Level.OPERATION,
    Level.GROUP,
)
"""Levels below which one does not choose at once: there are headings between."""

LAST_CHECKED = "Valid for submission when last checked"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a node beside what it says itself. `ours`: its code set holds nothing but our own words.

    `indexed` are the Indexes and tables that name the code.
    """

    needs_seventh: bool = False
    valid_to: date | None = None
    changes: Sequence[Change] = ()
    links: Sequence[Link] = ()
    ours: bool = False
    indexed: Sequence[str] = ()


def status_text(node: Node, known: Known) -> str:
    """What a node is worth on a claim, judged within the release that is loaded."""
    match node.status:
        case CodeStatus.VALID:
            return _valid(node, known)
        case CodeStatus.MANIFESTATION:
            return "Valid for submission, but never first-listed: code the underlying disease first"
        case CodeStatus.ENDED:
            return _ended(known)
        case CodeStatus.HEADING:
            return _heading(node, known)


def _valid(node: Node, known: Known) -> str:
    match node.system:
        case System.POS:
            return "In use"
        case System.MODIFIER:
            return "In use: it goes behind a code"
        case System.HCPCS if known.ours:
            return f"{LAST_CHECKED}; the name is Codarium's own"
        case System.CPT if known.ours:
            return f"{LAST_CHECKED}; a worked example under a name of our own"
        case _:
            until = f" until {known.valid_to.isoformat()}" if known.valid_to is not None else ""
            return f"Valid for submission{until}"


def _ended(known: Known) -> str:
    said = f"Ended on {known.valid_to.isoformat()}" if known.valid_to else "Ended: no longer valid for submission"
    gone = next((change for change in known.changes if change.kind is ChangeKind.ENDED and change.after), None)
    if gone is not None and known.valid_to is None:
        said = f"Ended {gone.when}"
    codes = [link.code for link in known.links if link.label == REPLACED_BY]
    if codes:
        # All of them stand among the links.
        said = f"{said}, replaced by {codes[0] if len(codes) == 1 else count_words(len(codes), 'code')}"
    if known.indexed:
        said = f"{said}; still named in the {' and the '.join(known.indexed)}"
    return said


def _heading(node: Node, known: Known) -> str:
    since = max((change.on for change in known.changes if change.kind is ChangeKind.NOW_HEADING), default=None)
    if known.needs_seventh:
        changed = f" since {since.isoformat()}" if since else ""
        return f"Not valid{changed}: needs a 7th character"
    if node.level is Level.FAMILY:
        return f"Not valid: needs seven characters; {_choose(node.variants)}"
    if node.level in HOLDS_CODES:
        return _holding(node, known)
    if since:
        return f"A heading since {since.isoformat()}, valid before: {_choose(node.variants)}"
    return f"A heading: {_choose(node.variants)}"


def _holding(node: Node, known: Known) -> str:
    """A chapter, section or range, of which the codes may be loaded, or none, or some as examples."""
    number = node.variants
    if node.system is System.CPT and known.ours:
        kind = "A range of CPT numbers" if "-" in node.code else "A part of CPT"
        if not number:
            return f"{kind}; its codes come with your licensed file"
        examples = count_words(number, "worked example")
        return f"{kind} with {examples}; all of its codes come with your licensed file"
    if node.system is System.MODIFIER:
        return f"A heading: it holds {count_words(number, 'modifier')}"
    if number:
        return f"A heading: it holds {count_words(number, 'code')}{' of the starter set' if known.ours else ''}"
    if node.level is Level.PCS_SECTION:
        return "A section whose codes are not loaded"
    kind = "range" if "-" in node.code else "section"
    return f"A {kind} whose codes are not loaded" if known.ours else f"A {kind} that holds no code in force"


def _choose(number: int) -> str:
    return "choose the one code below" if number == 1 else f"choose one of {count_words(number, 'code')} below"
