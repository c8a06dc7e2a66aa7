"""Write the NCCI edits of a code: the most units that are paid, and the codes that it is not paid with."""

from collections.abc import Callable
from itertools import groupby

from PySide6.QtGui import QFontMetricsF

from app.codes.node import Node
from app.library.ncci.edits_of_code import SETTINGS, CodeEdits, limit_words, other_code, pair_words
from app.ui.code_page.page_writer import PageWriter, node_link
from app.ui.code_page.write_lists import MARK_INDENT, SHORT_LIST, width_of
from app.ui.code_page.write_notes import write_label

PAIRS_LIST = "pairs"
"""The key of the list of pairs among the expanded lists."""

MAX_PAIRS = 2000
"""The most pairs of an expanded list; a code of anesthesia has thousands, too many to read one by one."""


def max_pairs(expanded: frozenset[str]) -> int:
    """Return the number of pairs that the page shows at most."""
    return MAX_PAIRS if PAIRS_LIST in expanded else SHORT_LIST


def write_edits(
    page: PageWriter, code: str, edits: CodeEdits, find: Callable[[str], Node | None], expanded: frozenset[str]
) -> None:
    """Write the unit limits and the pairs, each only if there are any. `find` returns the node of a loaded code."""
    if edits.limits:
        _write_limits(page, edits)
    if edits.pairs_total:
        write_label(page, "Not paid together with (NCCI pairs)")
        _write_pairs(page, code, edits, find)
        hidden = edits.pairs_total - len(edits.pairs)
        if hidden > 0:
            page.block(above=6)
        if hidden > 0 and PAIRS_LIST in expanded:
            page.write(f"and {hidden:,} more", "muted")
        elif hidden > 0:
            first = f"the first {MAX_PAIRS:,} of" if edits.pairs_total > MAX_PAIRS else "all"
            page.link(f"show {first} {edits.pairs_total:,} pairs", f"more:{PAIRS_LIST}")


def _write_limits(page: PageWriter, edits: CodeEdits) -> None:
    write_label(page, "Unit limits (NCCI MUE)")
    face = QFontMetricsF(page.style.font())
    names = [SETTINGS[limit.setting] for limit in edits.limits]
    left = 0.0 if page.is_narrow else max(face.horizontalAdvance(name) for name in names) / page.style.zoom + 16
    for number, (name, limit) in enumerate(zip(names, edits.limits, strict=True)):
        above = 9 if number == 0 else 4
        if left:
            page.block(above=above, left=left, indent=-left, tabs=(left,))
            page.write(f"{name}\t", "muted")
        else:
            page.block(above=above)
            page.write(name, "muted")
            page.block(left=MARK_INDENT)
        page.write(limit_words(limit))
        page.write(f" · {limit.rationale}" if limit.rationale else "", "muted")


def _write_pairs(page: PageWriter, code: str, edits: CodeEdits, find: Callable[[str], Node | None]) -> None:
    hang = width_of(page, [other_code(pair, code) for pair in edits.pairs]) + 14
    for number, (other, pairs) in enumerate(groupby(edits.pairs, key=lambda pair: other_code(pair, code))):
        page.block(above=9 if number == 0 else 6, left=hang, indent=-hang, tabs=(hang,))
        node = find(other)
        if node is not None:
            page.link(other, node_link(node.id), mono=True)
            page.link(f"\t{node.title}", node_link(node.id), "ink")
        else:
            page.write(f"{other}\t", mono=True)
        for place, pair in enumerate(pairs):
            # A code that is not loaded has no title; the text of its pair takes that place.
            if place or node is not None:
                page.block(left=hang)
            page.write(pair_words(pair, code))
            page.write(f" · {pair.edit.rationale}" if pair.edit.rationale else "", "muted")
