"""Text that is read as a code: the code itself, those that begin with it, or its longest real beginning."""

from dataclasses import dataclass, replace

from app.codes.records import Level, Node
from app.codes.shapes import code_spellings, pasted_code, plain
from app.codes.systems import System
from app.library.catalogue import Catalogue
from app.search.index import SearchIndex
from app.search.records import Filters

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
    """

    rows: tuple[int, ...] = ()
    cut_to: str = ""
    typed: str = ""
    pasted: bool = False


class CodeSearch:
    """Finds rows by code. Whatever is typed is read as a code when it has the characters for it, dot or no dot."""

    def __init__(self, catalogue: Catalogue, index: SearchIndex) -> None:
        self._catalogue = catalogue
        self._index = index

    def rows(self, text: str, systems: frozenset[System], filters: Filters) -> CodeRows:
        """Rows for a text; none when it cannot be a code."""
        typed = pasted_code(text) or text
        spellings = [s for s in code_spellings(typed) if any(c.isdigit() for c in s)]
        allowed = _Allowed(self._index, systems, filters)
        for spelling in spellings:
            found = self._beginning(spelling, allowed)
            if found.rows:
                return replace(found, pasted=typed != text)
        return self._cut_back(spellings[0], allowed) if spellings else CodeRows()

    def _beginning(self, code: str, allowed: "_Allowed") -> CodeRows:
        """The codes that a text is, then those that begin with it; finished codes are followed by their family."""
        exact = [node for node in self._catalogue.readings(code) if plain(node.code) == code and allowed(node)]
        rows = [self._sole(node).id for node in exact]
        unfinished = self._nodes(self._index.nodes_beginning(code, finished=False, limit=MOST_ROWS), allowed)
        if len(code) > SHORTEST_STEM:
            finished = self._nodes(self._index.nodes_beginning(code, finished=True, limit=MOST_ROWS), allowed)
            families = {node.parent for node in finished}
            # Codes of a family that is itself among the rows are inside its row already.
            if not families & {node.id for node in unfinished}:
                rows += [node.id for node in finished]
                rows += [node.id for node in self._nodes([i for i in families if i is not None], allowed)]
        rows += [self._sole(node).id for node in unfinished]
        return CodeRows(tuple(dict.fromkeys(rows)), typed=code)

    def _nodes(self, ids: list[int], allowed: "_Allowed") -> list[Node]:
        nodes = self._index.nodes(ids)
        return [nodes[key] for key in ids if allowed(nodes[key])]

    def _sole(self, node: Node) -> Node:
        """A family of one is that code."""
        return self._index.variants(node)[0] if node.is_family and node.variants == 1 else node

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
        self._systems = systems
        self._valid_only = filters.valid_only
        self._branch = (filters.within, index.last_below(filters.within)) if filters.within is not None else None

    def __call__(self, node: Node) -> bool:
        if self._systems and node.system not in self._systems:
            return False
        if self._branch is not None and not self._branch[0] <= node.id <= self._branch[1]:
            return False
        return not self._valid_only or node.billable or node.is_family


def _is_code(node: Node) -> bool:
    return node.level not in (Level.CHAPTER, Level.SECTION, Level.PCS_SECTION)
