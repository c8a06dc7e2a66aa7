"""Write the lists of a code's page: codes to choose from, 7th characters, Index entries, visual impairment."""

from collections.abc import Sequence

from PySide6.QtGui import QFontMetricsF

from app.codes.detail import Detail, IndexLine, SeventhCharacter, VisualRange
from app.codes.names import NOT_LOADED, count_words, is_named, is_unloaded, printed_code
from app.codes.node import CodeStatus, Node
from app.codes.short_titles import shortened_rows
from app.ui.code_page.page_writer import DecorationKind, PageWriter, node_link
from app.ui.code_page.write_notes import name_in_text, write_label

SHORT_LIST = 12
"""The number of rows of a long list that are shown until it is expanded."""

LONG_LIST = 60
"""The same for a list of codes: on the page of a heading it is the main thing, so it may be longer."""

PAYMENT_FOLD = "payment"
"""The key by which the panel remembers that the payment facts are unfolded."""

MARK_INDENT = 16
"""From a status mark to the text after it."""


def write_more_link(page: PageWriter, name: str, count: int, what: str) -> None:
    """Write a link that expands a list; `name` is the key by which the panel remembers this."""
    page.link(f"show all {count:,} {what}", f"more:{name}")


def write_children(page: PageWriter, detail: Detail, expanded: frozenset[str]) -> None:
    """Write the codes below a heading: each with its mark and its title, without the words of the heading."""
    rows = detail.children
    write_label(page, f"Below {name_in_text(detail.node)}")
    visible_rows = rows if "children" in expanded else rows[:LONG_LIST]
    above = [detail.node.title, *(node.title for node in reversed(detail.ancestors))]
    titles = shortened_rows([row.title for row in rows], above)
    write_codes(page, visible_rows, titles[: len(visible_rows)])
    if len(visible_rows) < len(rows):
        page.block(above=6, left=MARK_INDENT)
        write_more_link(page, "children", len(rows), "codes")


def write_codes(page: PageWriter, nodes: Sequence[Node | str], titles: Sequence[str]) -> None:
    """Write codes one below the other, each with its mark, its title, and the number of codes below it.

    A text in place of a node is no code: it has neither a mark nor a link.
    """
    codes = [_printed_code(node) for node in nodes]
    hang = MARK_INDENT + width_of(page, codes) + 14
    for number, (node, code, title) in enumerate(zip(nodes, codes, titles, strict=True)):
        page.block(above=9 if number == 0 else 4, left=hang, indent=MARK_INDENT - hang, tabs=(hang - MARK_INDENT,))
        if isinstance(node, str):
            page.write(code, mono=True)
            page.write(f"\t{title}", "muted")
            continue
        page.add_mark(node.status)
        address, has_ended = node_link(node.id), node.status is CodeStatus.ENDED
        if code:
            page.link(code, address, mono=True)
            page.link("\t", address)
        page.link(title, address, "muted" if has_ended else "ink" if code else "accent")
        aside = "ended" if has_ended else count_aside(node)
        if aside:
            page.write(f"  {aside}", "muted")


def _printed_code(node: Node | str) -> str:
    """Return a code as a list of the page shows it; empty for a group with a name but no code."""
    if isinstance(node, str):
        return node
    if is_named(node):
        return ""
    return printed_code(node)


def write_seventh(page: PageWriter, detail: Detail) -> None:
    """Write every 7th character with its meaning and the complete code; those not valid with this stem are muted."""
    write_label(page, "7th character")
    if detail.notes_release:
        page.write(f" · Tabular List of {detail.notes_release}", "muted")
    hang = 24.0
    code_room = width_of(page, [choice.code for choice in detail.seventh]) + 14
    for number, choice in enumerate(detail.seventh):
        start = hang + code_room
        page.block(above=9 if number == 0 else 4, left=start, indent=-start, tabs=(hang, start))
        _write_choice(page, choice, is_current=choice.node == detail.node.id)


def _write_choice(page: PageWriter, choice: SeventhCharacter, *, is_current: bool) -> None:
    if choice.node is None:
        page.write(choice.char, "muted", mono=True)
        page.write("\t—\t", "muted")
        page.write(f"{choice.meaning} (not valid with this code)", "muted")
        return
    if is_current:
        page.decorate(DecorationKind.CHOSEN)
    address = node_link(choice.node)
    page.link(choice.char, address, "ink", mono=True, bold=True)
    page.link("\t", address)
    page.link(choice.code, address, mono=True, bold=is_current)
    page.link("\t", address)
    page.link(choice.meaning, address, "ink", bold=is_current)


def write_index(page: PageWriter, lines: tuple[IndexLine, ...], total: int, expanded: frozenset[str]) -> None:
    """Write the Index entries of the code, main term first. `total` also counts those that are not among them."""
    write_label(page, "Index entries for this code")
    visible_lines = lines if "index" in expanded else lines[:SHORT_LIST]
    with page.note_box(DecorationKind.PLAIN_BAR):
        for line in visible_lines:
            page.block(left=MARK_INDENT, indent=-MARK_INDENT)
            page.write(f"{line.dated_book or 'Index'} ", "muted")
            page.write(", ".join(line.path))
            if line.see:
                page.write(f" {line.see}", "muted")
        if len(visible_lines) < len(lines):
            page.block()
            if total > len(lines):
                page.link(f"show {len(lines):,} of {total:,} entries", "more:index")
            else:
                write_more_link(page, "index", len(lines), "entries")
        elif total > len(lines):
            page.block()
            page.write(f"First {len(lines):,} of {total:,} entries", "muted")


def write_visual(page: PageWriter, ranges: tuple[VisualRange, ...]) -> None:
    """Write the table that defines the categories of visual impairment; its first row has the headings."""
    write_label(page, "Visual impairment")
    table = page.table(len(ranges), (24, 38, 38), above=6)
    for row, line in enumerate(ranges):
        for column, parts in enumerate(((line.category,), line.less_than, line.at_least)):
            page.begin_cell(table, row, column, above=10 if row else 6)
            for number, part in enumerate(parts):
                if number:
                    page.block()
                page.write(part, "ink" if row else "muted", bold=column == 0 and row > 0)
            if column == 0 and row > 0:
                page.decorate(DecorationKind.RULE_ABOVE)
    page.end_table(table)


def write_neighbors(page: PageWriter, detail: Detail) -> None:
    """Write links to the codes before and after, at the two edges of the column."""
    if detail.previous is None and detail.next is None:
        return
    table = page.table(1, (50, 50), above=18)
    page.begin_cell(table, 0, 0)
    if detail.previous is not None:
        page.link("← ", node_link(detail.previous.id), "ink")
        page.link(name_in_text(detail.previous), node_link(detail.previous.id))
    page.begin_cell(table, 0, 1, right=True)
    if detail.next is not None:
        page.link(name_in_text(detail.next), node_link(detail.next.id))
        page.link(" →", node_link(detail.next.id), "ink")
    page.end_table(table)


def count_aside(node: Node) -> str:
    """Return the number of codes below a heading in words; empty for a code, and for a range without loaded codes."""
    if is_unloaded(node):
        return NOT_LOADED
    # The number never stands at the end of a line and its noun on the next.
    return "" if node.billable or not node.variants else count_words(node.variants, "code").replace(" ", "\u00a0")


def width_of(page: PageWriter, codes: list[str]) -> float:
    """Return the width of the widest code, at zoom 1.0."""
    longest = max(codes, key=len, default="")
    return QFontMetricsF(page.style.font(mono=True)).horizontalAdvance(longest) / page.style.zoom
