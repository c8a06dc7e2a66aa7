"""ICD-10-CM as nodes: the Tabular List's structure, completed with the 7-character codes that really exist."""

from collections.abc import Collection, Iterable, Iterator

from app.codes.records import Level, Standing
from app.codes.shapes import SEVENTH_PLACE, finished
from app.codes.titles import is_manifestation
from app.library.nodes import PlannedNode
from app.releases.records import ReleaseError, TabularNode


def plan(nodes: Iterable[TabularNode], existing: Collection[str]) -> Iterator[PlannedNode]:
    """Every node of ICD-10-CM in the order of the book: each stem is followed by its finished codes.

    `existing` are the plain codes of the order file or code list, which is the truth for what exists: 7th characters
    are offered by the Tabular List for 76 codes more than there are (S06.1X7D). A code that the list has and the
    Tabular List cannot explain, or the reverse, raises ReleaseError.
    """
    left = set(existing)
    inherited: dict[str, tuple[tuple[str, str], ...]] = {}
    for node in nodes:
        characters = node.seventh or inherited.get(node.parent or "", ())
        inherited[node.code] = characters
        if node.level in (Level.CHAPTER, Level.SECTION):
            yield PlannedNode(node.code, node.title, node.level, Standing.HEADING, node.parent, node)
            continue
        if node.code not in left:
            raise ReleaseError(f"{node.code}: in the Tabular List, but not in the list of codes (or there twice).")
        left.remove(node.code)
        completions: list[PlannedNode] = []
        if node.level is Level.CODE and len(node.code) < SEVENTH_PLACE:
            for char, meaning in characters:
                code = finished(node.code, char)
                if code in left:
                    left.remove(code)
                    title = f"{node.title}, {meaning}"
                    completions.append(PlannedNode(code, title, Level.SEVENTH, Standing.VALID, node.code))
        is_heading = node.level is not Level.CODE or bool(completions)
        yield PlannedNode(node.code, node.title, node.level, _standing(node, is_heading), node.parent, node)
        yield from completions
    if left:
        raise ReleaseError(f"{min(left)} and {len(left) - 1} more: in the list of codes, but not in the Tabular List.")


def _standing(node: TabularNode, is_heading: bool) -> Standing:
    if is_heading:
        return Standing.HEADING
    return Standing.MANIFESTATION if is_manifestation(node.title) else Standing.VALID
