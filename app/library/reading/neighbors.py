"""Neighbors of a code: the ones before and after it in the order of the book, and the same for another side."""

from app.codes.node import CodeStatus, Level, Node
from app.library.ids import id_range
from app.library.reading.node_rows import BILLABLE, NodeRows
from app.library.reading.sides import counterpart_titles

LEVELS_BY_PARENT = (Level.CHAPTER, Level.PCS_SECTION, Level.GROUP)
"""Levels with few nodes below one parent, some of them empty; their neighbors have the same parent."""

BRANCH_LEVELS = (Level.CATEGORY, Level.OPERATION, Level.GROUP)
"""Levels within which the same code for another side is looked for, in the narrowest one."""


def neighbor(nodes: NodeRows, node: Node, step: int) -> Node | None:
    """Return the next (1) or previous (-1) node of the same kind: a valid code's neighbors are valid codes.

    If there is none, it is one that has ended.
    """
    # Bounded by the code set's own ids, so that the query does not read all the others.
    first, last = id_range(node.system)
    low, high, order = (node.id + 1, last, "ASC") if step > 0 else (first, node.id - 1, "DESC")
    level = f"n.level = '{node.level.value}'"
    if node.level in LEVELS_BY_PARENT:
        level += f" AND n.parent IS {node.parent if node.parent is not None else 'NULL'}"
    elif node.status is CodeStatus.HEADING and node.level in (Level.CODE, Level.SUBCATEGORY):
        level = "n.level IN ('subcategory', 'code') AND n.status = 'heading'"
    elif node.has_children:
        # As the index by level has it, which leaves out the hundred thousand codes.
        level += " AND n.last > n.id"
    in_force = f"n.{BILLABLE}" if node.billable else f"{level} AND n.status != 'ended'"
    ended = f"{level} AND n.status = 'ended'"
    for same in (level,) if node.status is CodeStatus.ENDED else (in_force, ended):
        neighbors = nodes.select(f"WHERE n.id BETWEEN ? AND ? AND {same} ORDER BY n.id {order} LIMIT 1", low, high)
        if neighbors:
            return neighbors[0]
    return None


def counterparts(nodes: NodeRows, node: Node, ancestors: tuple[Node, ...]) -> tuple[tuple[str, Node], ...]:
    """Return the same code for other sides, found by its title within the same category, operation or range."""
    titles = counterpart_titles(node.title)
    branch = next((above for above in reversed(ancestors) if above.level in BRANCH_LEVELS), None)
    if not titles or branch is None:
        return ()
    marks = ",".join("?" * len(titles))
    candidates = nodes.select(
        f"WHERE n.id BETWEEN ? AND (SELECT last FROM node WHERE id = ?) AND n.level = ? AND n.title IN ({marks})",
        branch.id,
        branch.id,
        node.level.value,
        *titles,
    )
    ended = node.status is CodeStatus.ENDED
    by_title = {
        other.title: other
        for other in candidates
        if other.id != node.id and (ended or other.status is not CodeStatus.ENDED)
    }
    return tuple((side, by_title[title]) for title, side in titles.items() if title in by_title)
