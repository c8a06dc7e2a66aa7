"""Text that is read as a code: the code itself, those that begin with it, or its longest real beginning."""

import re
from dataclasses import dataclass, replace

from app.codes.records import Level, Node
from app.codes.shapes import code_spellings, pasted_code, plain
from app.codes.systems import System
from app.library.catalogue import Catalogue
from app.search.index import SearchIndex
from app.search.records import Filters

_RANGE = re.compile(r"\s*[A-Z][0-9A][0-9A-Z]\s*[-–]\s*[A-Z][0-9A][0-9A-Z]\s*", re.IGNORECASE)

SHORTEST_STEM = 3
"""Finished codes are looked for once more than a category, or a table, was typed."""

MOST_ROWS = 1001
"""One more than is counted exactly."""

SHORTEST_BEGINNING = 3
"""A code that is cut back further than to its category is another code, not a mistyped one."""


@dataclass(frozen=True, slots=True)
class CodeRows:
    """Ids of rows, best first; `cut_to` is the code that is left when the typed one was cut back.

    `pasted` says that the code opened a longer text (`E11.9 - Type 2 diabetes ...`), whose words then say nothing more.
    `within` is a code that was followed by `words`, which are then looked for below it.
    """

    rows: tuple[int, ...] = ()
    cut_to: str = ""
    typed: str = ""
    pasted: bool = False
    within: Node | None = None
    words: str = ""


class CodeSearch:
    """Finds rows by code. Whatever is typed is read as a code when it has the characters for it, dot or no dot."""

    def __init__(self, catalogue: Catalogue, index: SearchIndex) -> None:
        self._catalogue = catalogue
        self._index = index

    def rows(self, text: str, systems: frozenset[System], filters: Filters) -> CodeRows:
        """Rows for a text; none when it cannot be a code."""
        if _RANGE.fullmatch(text):
            return self._range(text, systems, filters)
        branch = self._branch(text)
        if branch is not None:
            node, words = branch
            rows = (node.id,) if _Allowed(self._index, systems, filters)(node) else ()
            return CodeRows(rows, typed=plain(node.code), within=node, words=words)
        typed = pasted_code(text) or text
        spellings = [s for s in code_spellings(typed) if any(c.isdigit() for c in s)]
        allowed = _Allowed(self._index, systems, filters)
        for spelling in spellings:
            found = self._beginning(spelling, allowed)
            if found.rows:
                return replace(found, pasted=typed != text)
        return self._cut_back(spellings[0], allowed) if spellings else CodeRows()

    def _range(self, text: str, systems: frozenset[System], filters: Filters) -> CodeRows:
        """`E08-E13`: the section or chapter, else what begins like its first code."""
        node = self._catalogue.find_range(text.replace("–", "-"))
        if node is None:
            return self._beginning(plain(re.split("[-–]", text)[0]), _Allowed(self._index, systems, filters))
        return CodeRows((node.id,), typed=node.code, pasted=True)

    def _branch(self, text: str) -> tuple[Node, str] | None:
        """A code that words follow: `e11 neuropathy` looks below E11, `E11.40 Type 2 diabetes` was copied."""
        code, _, words = text.strip().partition(" ")
        if not words.strip() or len(plain(code)) < SHORTEST_BEGINNING or pasted_code(text):
            return None
        if not any(c.isdigit() for c in code) or not any(c.isalpha() for c in code):
            return None
        exact = [node for node in self._catalogue.readings(code) if plain(node.code) == plain(code) and _is_code(node)]
        return (exact[0], words.strip()) if exact else None

    def _beginning(self, code: str, allowed: "_Allowed") -> CodeRows:
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
        return CodeRows(tuple(dict.fromkeys([*rows, *unfinished])), typed=code)

    def _cut_back(self, code: str, allowed: "_Allowed") -> CodeRows:
        """`E11.4X` shows E11.4, the longest beginning of it that is a code."""
        if not any(c.isdigit() for c in code[:SHORTEST_BEGINNING]):
            return CodeRows()
        for length in range(len(code) - 1, SHORTEST_BEGINNING - 1, -1):
            found = [node for node in self._catalogue.readings(code[:length]) if allowed(node) and _is_code(node)]
            if found:
                return CodeRows((found[0].id,), cut_to=found[0].code, typed=code)
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
        if self._systems and self._index.system_of(key) not in self._systems:
            return False
        return self._branch is None or self._branch[0] <= key <= self._branch[1]

    def __call__(self, node: Node) -> bool:
        return self.within(node.id) and (not self.valid_only or node.billable or node.is_family)


def _is_code(node: Node) -> bool:
    return node.level not in (Level.CHAPTER, Level.SECTION, Level.PCS_SECTION)
