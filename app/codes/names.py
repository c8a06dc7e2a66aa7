"""How nodes and code sets are named where they are listed. No Qt: the first picture needs it too."""

from app.codes.node import Level, Node
from app.codes.systems import System

SET_NAMES = {System.HCPCS: "HCPCS Level II", System.POS: "Place of Service"}
"""Code sets that have a longer name where there is room for it."""

NOT_LOADED = "not loaded"


def set_name(system: System) -> str:
    """The name of a code set where there is room for it: `Place of Service`."""
    return SET_NAMES.get(system, system.label)


def count_words(number: int, noun: str) -> str:
    """Return a number with its noun, which takes an `s` for all but one: `1 code`, `1,515 codes`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def is_range(node: Node) -> bool:
    """Whether a group goes by the range of its codes: `A0021-A0999`."""
    return node.level is Level.GROUP and "-" in node.code


def is_lettered(node: Node) -> bool:
    """Whether a group goes by the letter that its codes begin with: the sections of HCPCS."""
    return node.level is Level.GROUP and len(node.code) == 1 and node.system is System.HCPCS


def is_named(node: Node) -> bool:
    """Whether a group has only a name, its code being none: Category I of CPT."""
    return node.level is Level.GROUP and not is_range(node) and not is_lettered(node)


def is_unloaded(node: Node) -> bool:
    """Whether it is a section of ICD-10-PCS of which no code is loaded."""
    return node.level is Level.PCS_SECTION and not node.has_children


def full_name(node: Node, gap: str = "  ") -> str:
    """A node's code and title, or the title alone where that says all."""
    return node.title if is_named(node) else f"{node.code}{gap}{node.title}"


def printed_range(code: str) -> str:
    """A section's range as it is printed: with an en dash, and `B20-B20` as the one category it is."""
    first, _, last = code.partition("-")
    return first if last in ("", first) else f"{first}–{last}"


def shortened(title: str, above: list[str]) -> str:
    """`title` without the longest title above it (nearest first) that it begins with, or ends with after a comma.

    >>> shortened("Type 2 diabetes mellitus with coma", ["Type 2 diabetes mellitus"])
    'with coma'
    >>> shortened("Resection, Gastrointestinal System", ["Gastrointestinal System"])
    'Resection'
    >>> shortened("Resection of Appendix", ["Resection, Gastrointestinal System", "Gastrointestinal System"])
    'Appendix'
    """
    plain = [shortened(said, above[place:]) for place, said in enumerate(above, start=1)]
    for said in sorted({*above, *plain}, key=len, reverse=True):
        rest = title[len(said) :]
        # Only at the end of a word, and only where something is left to say.
        if title.startswith(said) and rest[:1] in (" ", ",") and rest.strip(" ,"):
            return rest.lstrip(" ,").removeprefix("of ")
        if title.endswith(f", {said}"):
            return title.removesuffix(f", {said}")
    return title


KINDS = {System.MODIFIER: "modifier", System.POS: "place"}
"""What stands behind codes that are spelled alike: 25 is a modifier and a place of service."""
