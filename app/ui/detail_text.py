"""Writes everything that is known about one code onto the reading page, in the order in which a coder asks."""

from textwrap import shorten

from app.codes.records import Detail, Level, Node, Standing
from app.ui.browse_model import shortened
from app.ui.code_lists import (
    MARK_ROOM,
    write_children,
    write_index,
    write_neighbours,
    write_seventh,
    write_visual,
)
from app.ui.note_text import inherited_notes, named, own_notes, write_notes
from app.ui.page_style import Size
from app.ui.page_writer import PageWriter, node_link
from app.ui.pcs_axes import write_axes

LONGEST_STEP = 42
"""Of a breadcrumb, in characters: the tooltip has the whole title, and so has the page that it leads to."""

STATUS_ROLES = {
    Standing.VALID: "valid",
    Standing.MANIFESTATION: "valid",
    Standing.HEADING: "muted",
    Standing.ENDED: "warning",
}
"""The status sentence has the colour of its mark."""


def write_detail(page: PageWriter, detail: Detail, opened: frozenset[str], strip_height: float) -> None:
    """The whole page. `opened` names the lists that are shown in full; `strip_height` is in pixels.

    What a heading holds stands before what it inherits: its reader comes to choose. On a finished code the meanings of
    the other 7th characters come after its notes, since the strip at the top has them already.
    """
    is_finished = detail.node.level is Level.SEVENTH
    _write_head(page, detail)
    if detail.seventh:
        # Room for the strip, which is a widget of its own.
        page.block(above=12, line=strip_height / page.style.zoom)
        page.strip_block = page.block_number
    if detail.axes:
        write_axes(page, detail.axes, opened)
    write_notes(page, detail, own_notes(detail))
    if detail.visual:
        write_visual(page, detail.visual)
    if detail.seventh and not is_finished:
        write_seventh(page, detail)
    elif detail.children:
        write_children(page, detail, opened)
    write_notes(page, detail, inherited_notes(detail))
    if detail.seventh and is_finished:
        write_seventh(page, detail)
    if detail.index:
        write_index(page, detail.index, opened)
    write_neighbours(page, detail)


def head_text(node: Node) -> str:
    """What stands large at the top."""
    text = named(node)
    return text[0].upper() + text[1:]


def step_text(node: Node, above: tuple[Node, ...]) -> str:
    """How a node is named in a breadcrumb: a chapter by number and first words, a section by title, others by code.

    `above` are the nodes over it, nearest first.
    """
    match node.level:
        case Level.CHAPTER:
            return cut(f"{node.code} {node.title.split(',')[0]}")
        case Level.SECTION:
            return cut(node.title)
        case Level.PCS_SECTION | Level.BODY_SYSTEM | Level.OPERATION:
            return cut(f"{node.code} {shortened(node.title, [step.title for step in above])}")
        case _:
            return node.code


def cut(title: str) -> str:
    """A title that is short enough for a step of a breadcrumb, cut between words."""
    return shorten(title, width=LONGEST_STEP, placeholder="…")


def _write_head(page: PageWriter, detail: Detail) -> None:
    node = detail.node
    page.block()
    _write_breadcrumb(page, detail)
    page.block(above=8, line=40)
    page.code_block = page.block_number
    page.write(head_text(node), mono=node.level is not Level.CHAPTER, bold=True, size=Size.CODE)
    page.block(above=3, line=25)
    page.write(node.title, bold=True, size=Size.TITLE)
    page.block(above=4, left=MARK_ROOM)
    page.mark(node.standing)
    needs_more = node.standing is Standing.HEADING and (bool(detail.seventh) or node.level is Level.FAMILY)
    role = "warning" if needs_more else STATUS_ROLES[node.standing]
    page.write(detail.status, role, bold=node.billable or needs_more)
    page.write(f" · {detail.release}", "muted")
    if detail.counterparts:
        page.block(above=2, left=MARK_ROOM)
        for number, (side, other) in enumerate(detail.counterparts):
            page.write(f"{' · ' if number else ''}{side.capitalize()} ", "muted")
            page.link(other.code, node_link(other.id))
        page.write("   Ctrl+R", "muted")


def _write_breadcrumb(page: PageWriter, detail: Detail) -> None:
    if not detail.ancestors:
        page.write(detail.node.system.label, "muted")
    for number, step in enumerate(detail.ancestors):
        if number:
            page.write(" › ", "muted")
        is_code = step.level not in (Level.CHAPTER, Level.SECTION)
        above = detail.ancestors[:number][::-1]
        page.link(step_text(step, above), node_link(step.id), "accent" if is_code else "muted", tip=step.title)
