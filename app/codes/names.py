"""Names of nodes and code sets in lists, and numbers with their nouns."""

from app.codes.node import CodeStatus, Level, Node
from app.codes.systems import System

SET_NAMES = {System.HCPCS: "HCPCS Level II", System.POS: "Place of Service"}
"""Longer names of code sets, for places with room for them."""

NOT_LOADED = "not loaded"

NEAR_CAPTION = "Near, but not what was typed"
"""The heading of offers that do not answer what was typed."""


def set_name(system: System) -> str:
    """Return the long name of a code set: `Place of Service`."""
    return SET_NAMES.get(system, system.label)


def count_words(number: int, noun: str) -> str:
    """Return a number with its noun, which takes an `s` for all but one: `1 code`, `1,515 codes`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def is_range(node: Node) -> bool:
    """Return whether a group is named by the range of its codes: `A0021-A0999`."""
    return node.level is Level.GROUP and "-" in node.code


def is_lettered(node: Node) -> bool:
    """Return whether a group is named by the first letter of its codes: a section of HCPCS."""
    return node.level is Level.GROUP and len(node.code) == 1 and node.system is System.HCPCS


def is_named(node: Node) -> bool:
    """Return whether a group has a name but no code: Category I of CPT."""
    return node.level is Level.GROUP and not is_range(node) and not is_lettered(node)


def is_unloaded(node: Node) -> bool:
    """Return whether a node is a section of ICD-10-PCS without loaded codes."""
    return node.level is Level.PCS_SECTION and not node.has_children


def full_name(node: Node, gap: str = "  ") -> str:
    """Return the code and title of a node, or the title alone if it has no code."""
    return node.title if is_named(node) else f"{node.code}{gap}{node.title}"


def printed_range(code: str) -> str:
    """Return the range of a section as it is printed: with an en dash, and `B20` for `B20-B20`."""
    first, _, last = code.partition("-")
    return first if last in ("", first) else f"{first}–{last}"


def printed_code(node: Node) -> str:
    """Return the code of a node as it is shown: a section's, and that of a group named by a range, with an en dash."""
    return printed_range(node.code) if node.level is Level.SECTION or is_range(node) else node.code


NOUNS_OF_LIKE_CODES = {System.MODIFIER: "modifier", System.POS: "place"}
"""Nouns put after codes that two code sets share: 25 is a modifier and a place of service."""

STATUS_WORDS = {
    CodeStatus.VALID: "valid for submission",
    CodeStatus.MANIFESTATION: "manifestation, never first-listed",
    CodeStatus.HEADING: "heading",
    CodeStatus.ENDED: "ended",
}

IN_USE = "active"
"""Said of a modifier or a place of service: it is submitted with a code, not for one."""


def status_words(node: Node) -> str:
    """Return the meaning of a node's mark: filled, half, hollow, crossed."""
    if node.system in NOUNS_OF_LIKE_CODES and node.status is CodeStatus.VALID:
        return IN_USE
    return NOT_LOADED if is_unloaded(node) else STATUS_WORDS[node.status]


def with_status(node: Node, text: str) -> str:
    """Return a text about a node with the meaning of its mark on a line of its own, as a tooltip has it."""
    return f"{text}\n{status_words(node).capitalize()}"
