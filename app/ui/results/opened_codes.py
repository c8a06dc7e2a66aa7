"""The nodes that a row of the results shows when it is opened."""

from collections import Counter
from collections.abc import Sequence

from app.codes.node import Node
from app.library.reading.catalogue import Catalogue

MAX_CODES_IN_PLACE = 150
"""A heading with more codes than this opens to its direct children instead: thousands of rows are of no use."""


def codes_in(node: Node, catalogue: Catalogue) -> Sequence[Node]:
    """Return a row's codes, each after the heading between it and the row; if those are too many, the row's direct
    children."""
    if not node.is_family and node.variants > MAX_CODES_IN_PLACE:
        return catalogue.children(node.id)
    codes = [code for code in catalogue.variants(node.id) if code.id != node.id]
    counts = Counter(code.parent for code in codes if code.parent not in (None, node.id))
    # A heading with one code would only say the same twice.
    headings = catalogue.nodes({heading for heading, count in counts.items() if heading and count > 1})
    # In the order of the book, which is that of the ids, a heading stands before its codes.
    return sorted((*codes, *headings.values()), key=lambda listed: listed.id)
