"""Text that is read as a code: the code itself, those that begin with it, or its longest real beginning."""

import re
from dataclasses import dataclass
from enum import Enum

from app.codes.records import Level, Node
from app.codes.shapes import AROUND_CODES, code_spellings, pasted_code, plain
from app.codes.systems import System
from app.library.catalogue import Catalogue
from app.library.ids import system_of
from app.search.index import SearchIndex
from app.search.records import Filters

_LABEL = re.compile(r"^(?:dx|px|icd|icd-?10(?:-?(?:cm|pcs))?|code)\s*[:#]\s*", re.IGNORECASE)
_RANGE = re.compile(r"\s*[A-Z][0-9A][0-9A-Z]\s*[-–]\s*[A-Z][0-9A][0-9A-Z]\s*", re.IGNORECASE)

SHORTEST_STEM = 3
"""Finished codes are looked for once more than a category, or a table, was typed."""

MOST_ROWS = 1001
"""One more than is counted exactly."""

SHORTEST_BEGINNING = 3
"""A code that is cut back further than to its category is another code, not a mistyped one."""


class CodeReading(Enum):
    """What a text is as a code."""

    NONE = "none"
    CODE = "code"
    """A code, or the beginning of codes."""
    ALONE = "alone"
    """A code whose surroundings say nothing more: a range, or a line pasted from a list (`E11.9 - Type 2 ...`)."""
    BELOW = "below"
    """A code that words follow, which are looked for below it: `e11 neuropathy`."""
    CUT = "cut"
    """No code, but a beginning of it is one: `E11.4X`."""


@dataclass(frozen=True, slots=True)
class CodeRows:
    """Ids of rows, best first, and how the text was read; `typed` is the code in plain form.

    `node` is the code that was cut back to, or that `words` follow.
    """

    reading: CodeReading = CodeReading.NONE
    rows: tuple[int, ...] = ()
    typed: str = ""
    node: Node | None = None
    words: str = ""


class CodeSearch:
    """Finds rows by code. Whatever is typed is read as a code when it has the characters for it, dot or no dot."""

    def __init__(self, catalogue: Catalogue, index: SearchIndex) -> None:
        self._catalogue = catalogue
        self._index = index

    def rows(self, text: str, systems: frozenset[System], filters: Filters) -> CodeRows:
        """Rows for a text; none when it cannot be a code, or its code does not pass scope and filters."""
        allowed = _Allowed(self._index, systems, filters)
        typed, text = text, _LABEL.sub("", text.strip(AROUND_CODES)).strip(AROUND_CODES)
        if _RANGE.fullmatch(text):
            return self._range(text, allowed)
        spellings = _spellings(text)
        # `E11 .40` and `0DTJ 4ZZ` are codes with a stray space, and not a code that a word follows.
        is_code = any(plain(node.code) == s for s in spellings for node in self._catalogue.readings(s))
        below = None if is_code else self._below(text)
        if below is not None:
            node, words = below
            return CodeRows(CodeReading.BELOW, (node.id,) if allowed(node) else (), plain(node.code), node, words)
        pasted = pasted_code(text)
        surrounded = bool(pasted) or (is_code and (" " in text or text != typed.strip()))
        reading = CodeReading.ALONE if surrounded else CodeReading.CODE
        spellings = _spellings(pasted) if pasted else spellings
        for spelling in spellings:
            rows = self._beginning(spelling, allowed)
            if rows:
                return CodeRows(reading, rows, spelling)
        return self._cut_back(spellings[0], allowed) if spellings else CodeRows()

    def _range(self, text: str, allowed: "_Allowed") -> CodeRows:
        """`E08-E13`: the section or chapter, else what begins like its first code."""
        node = self._catalogue.find_range(text.replace("–", "-"))
        if node is None:
            first = plain(re.split("[-–]", text)[0])
            return CodeRows(CodeReading.ALONE, self._beginning(first, allowed), first)
        return CodeRows(CodeReading.ALONE, (node.id,) if allowed(node) else (), node.code, node)

    def _below(self, text: str) -> tuple[Node, str] | None:
        """A code that words follow: `e11 neuropathy` looks below E11, `E11.40 Type 2 diabetes` was copied."""
        code, _, words = text.partition(" ")
        if not words.strip() or len(plain(code)) < SHORTEST_BEGINNING or pasted_code(text):
            return None
        if not any(c.isdigit() for c in code) or not any(c.isalpha() for c in code):
            return None
        exact = [node for node in self._catalogue.readings(code) if plain(node.code) == plain(code) and _is_code(node)]
        return (exact[0], words.strip()) if exact else None

    def _beginning(self, code: str, allowed: "_Allowed") -> tuple[int, ...]:
        """The codes that a text is, then those that begin with it; finished codes are followed by their family."""
        exact = [node for node in self._catalogue.readings(code) if plain(node.code) == code and allowed(node)]
        rows = [node.id for node in exact]
        unfinished = self._index.nodes_beginning(code, finished=False, limit=MOST_ROWS, valid_only=allowed.valid_only)
        unfinished = [key for key in unfinished if allowed.within(key)]
        if len(code) > SHORTEST_STEM:
            finished = self._index.nodes_beginning(code, finished=True, limit=MOST_ROWS, valid_only=False)
            finished = [key for key in finished if allowed.within(key)]
            families = self._index.parents(finished)
            above = {families[key] for key in finished}
            # Codes of a family that is itself among the rows are inside its row already.
            if above.isdisjoint(unfinished):
                rows += finished
                rows += sorted(above)
        return tuple(dict.fromkeys([*rows, *unfinished]))

    def _cut_back(self, code: str, allowed: "_Allowed") -> CodeRows:
        """`E11.4X` shows E11.4, the longest beginning of it that is a code."""
        if not any(c.isdigit() for c in code[:SHORTEST_BEGINNING]):
            return CodeRows()
        for length in range(len(code) - 1, SHORTEST_BEGINNING - 1, -1):
            found = [node for node in self._catalogue.readings(code[:length]) if allowed(node) and _is_code(node)]
            if found:
                return CodeRows(CodeReading.CUT, (found[0].id,), code, found[0])
        return CodeRows()


class _Allowed:
    """Whether a row passes scope and filters."""

    def __init__(self, index: SearchIndex, systems: frozenset[System], filters: Filters) -> None:
        self._index = index
        self._systems = systems
        self.valid_only = filters.valid_only
        self._branch = (filters.within, index.last_below(filters.within)) if filters.within is not None else None

    def within(self, key: int) -> bool:
        """Whether a node is of a code set and branch that is wanted, told from its id."""
        if self._systems and system_of(key) not in self._systems:
            return False
        return self._branch is None or self._branch[0] <= key <= self._branch[1]

    def __call__(self, node: Node) -> bool:
        return self.within(node.id) and (not self.valid_only or node.billable or node.is_family)


def _spellings(text: str) -> list[str]:
    """The codes that a text may mean; one without any digit is a word."""
    return [spelling for spelling in code_spellings(text) if any(c.isdigit() for c in spelling)]


def _is_code(node: Node) -> bool:
    return node.level not in (Level.CHAPTER, Level.SECTION, Level.PCS_SECTION)
