"""Codes that are one condition on different sides of the body."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.checking.records import CheckedCode, Finding, Rule, Severity
from app.codes.node import Level, Node
from app.codes.shapes import CATEGORY_LENGTH
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue

SOURCE = "ICD-10-CM Official Guidelines, I.B.13"

RIGHT, LEFT, BILATERAL, UNSPECIFIED = "right", "left", "bilateral", "unspecified"

_IDLE_WORDS = frozenset({"of", "the", "and", "in", "unilateral", "eye", "ear"})
"""Of these `Age-related nuclear cataract, bilateral` lacks its eye."""

_Key = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Sided:
    """A code of the list: its side, and the words of its title without it."""

    place: int
    node: Node
    side: str
    key: _Key


def side_findings(catalogue: Catalogue, codes: Sequence[CheckedCode]) -> Iterator[Finding]:
    """Yield a finding for each pair of sides that contradict each other, repeat one, or have a code for both."""
    by_category: dict[str, list[_Sided]] = defaultdict(list)
    for place, code in enumerate(codes):
        if code.node is not None and code.node.system is System.ICD10CM:
            sided = _sided(place, code.node)
            if sided is not None:
                by_category[code.node.code[:CATEGORY_LENGTH]].append(sided)
    for group in by_category.values():
        for number, one in enumerate(group):
            for other in group[number + 1 :]:
                if one.key == other.key and one.side != other.side:
                    finding = _compared(catalogue, one, other)
                    if finding is not None:
                        yield finding


def _sided(place: int, node: Node) -> _Sided | None:
    words = Counter(map(_singular, re.findall(r"\w+", node.title.casefold())))
    for word in _IDLE_WORDS:
        words.pop(word, None)
    side = next((side for side in (RIGHT, LEFT, BILATERAL, UNSPECIFIED) if words[side]), None)
    if side is None:
        return None
    # `Unspecified fracture of right femur` keeps its first word.
    words[side] -= 1
    return _Sided(place, node, side, tuple(sorted((+words).items())))


def _singular(word: str) -> str:
    """Return a word without the ending of more than one: codes for both sides have `limbs` and `extremities`."""
    if word.endswith("ies") and len(word) > len("series"):
        return f"{word[:-3]}y"
    return word.removesuffix("s") if len(word) > len("legs") and not word.endswith(("ss", "is", "us")) else word


def _compared(catalogue: Catalogue, one: _Sided, other: _Sided) -> Finding | None:
    sides = {one.side, other.side}
    names = f"{one.node.code} and {other.node.code}"
    choices: tuple[str, ...] = ()
    if sides == {RIGHT, LEFT}:
        both = _for_both_sides(catalogue, one)
        if both is None:
            return None
        text, remedy, choices = f"{names} are one condition on both sides", f"Take {both.code}", (both.code,)
    elif BILATERAL in sides and UNSPECIFIED not in sides:
        text, remedy = f"{names} repeat a side", "Keep the code for both sides alone"
    else:
        text, remedy = f"{names} contradict each other on the side", "Keep the code with the side"
    return Finding(
        Severity.WARNING,
        Rule.LATERALITY,
        (one.node.code, other.node.code),
        (one.place, other.place),
        text,
        remedy,
        SOURCE,
        choices=choices,
    )


def _for_both_sides(catalogue: Catalogue, one: _Sided) -> Node | None:
    """Return the code for both sides: a sibling, or one of the level above, as M17.0 beside M17.11."""
    node = one.node
    for _ in range(2 if node.level is not Level.SEVENTH else 3):
        if node.parent is None:
            return None
        node = catalogue.node(node.parent)
        for sibling in catalogue.variants(node.id):
            sided = _sided(0, sibling)
            if sided is not None and (sided.side, sided.key) == (BILATERAL, one.key) and sibling.billable:
                return sibling
        if node.level is Level.CATEGORY:
            return None
    return None
