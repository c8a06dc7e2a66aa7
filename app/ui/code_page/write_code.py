"""Write everything about one code onto its page, in the order in which a coder asks."""

from collections.abc import Callable
from textwrap import shorten

from app.codes.detail import Detail, axes_releases
from app.codes.names import is_lettered, is_named, is_unloaded, set_name
from app.codes.node import CodeStatus, Level, Node
from app.codes.short_titles import shortened
from app.codes.systems import System
from app.ui.code_page.page_style import TextSize
from app.ui.code_page.page_writer import PageWriter, node_link
from app.ui.code_page.write_axes import write_axes
from app.ui.code_page.write_facts import (
    write_dates,
    write_equivalents,
    write_fields,
    write_links,
    write_modifiers,
    write_notice,
    write_replacements,
    write_setting,
)
from app.ui.code_page.write_lists import (
    MARK_INDENT,
    write_children,
    write_index,
    write_neighbors,
    write_seventh,
    write_visual,
)
from app.ui.code_page.write_notes import inherited_notes, name_in_text, own_notes, write_notes
from app.ui.code_page.write_passages import write_lessons, write_passages
from app.ui.widgets.line_breaks import keep_numbers

MAX_STEP_LENGTH = 42
"""Characters of a step in the breadcrumb; its tooltip and the page that it leads to have the whole title."""

STATUS_ROLES = {
    CodeStatus.VALID: "valid",
    CodeStatus.MANIFESTATION: "valid",
    CodeStatus.HEADING: "muted",
    CodeStatus.ENDED: "warning",
}
"""The status sentence has the color of its mark."""


MAX_LARGE_NAME = 16
"""A group name of more characters than this is not set as large as a code."""

MAX_LARGE_TITLE = 180
"""A title of more characters is set as large as running text: some of HCPCS are paragraphs that fill the page."""


def write_code_page(
    page: PageWriter,
    detail: Detail,
    expanded: frozenset[str],
    strip_height: float,
    write_edits: Callable[[PageWriter], None] | None = None,
    *,
    own_words: bool = False,
) -> None:
    """Write the whole page.

    `expanded` names the lists that are shown in full; `strip_height` is in pixels; `own_words` is True for a code set
    with descriptions by Codarium alone, which have no release; `write_edits` writes the NCCI edits of the code.

    The codes below a heading come before the notes that it inherits: its reader wants to choose one. On a complete code
    the meanings of the other 7th characters come after its notes, since the strip at the top has them already.
    """
    is_finished = detail.node.level is Level.SEVENTH
    # A group has its explanation first, then the list of its codes, then its lessons.
    split = 1 if detail.node.level is Level.GROUP else len(detail.passages)
    passages, lessons = detail.passages[:split], detail.passages[split:]
    _write_heading(page, detail, expanded, own_words=own_words)
    if detail.seventh:
        # Room for the strip, which is an embedded widget.
        page.block(above=12, line=strip_height / page.style.zoom)
        page.strip_block = page.block_number
    if detail.axes and not is_unloaded(detail.node):
        write_axes(page, detail.axes, expanded, axes_releases(detail))
    if passages:
        write_passages(page, passages)
    write_notes(page, detail, own_notes(detail))
    if detail.visual:
        write_visual(page, detail.visual)
    if detail.seventh and not is_finished:
        write_seventh(page, detail)
    elif detail.children:
        write_children(page, detail, expanded)
    if lessons:
        write_lessons(page, lessons)
    write_fields(page, detail)
    write_links(page, detail.links, expanded)
    if detail.modifiers:
        write_modifiers(page, detail.modifiers, expanded)
    if write_edits is not None:
        write_edits(page)
    write_notes(page, detail, inherited_notes(detail))
    if detail.seventh and is_finished:
        write_seventh(page, detail)
    if detail.index:
        write_index(page, detail.index, detail.index_total, expanded)
    write_equivalents(page, detail.equivalents, expanded)
    write_neighbors(page, detail)
    if detail.notice:
        write_notice(page, detail.notice)


def heading_text(node: Node) -> str:
    """Return the text in large letters at the top of the page."""
    text = name_in_text(node)
    return text[0].upper() + text[1:]


def breadcrumb_text(node: Node, above: tuple[Node, ...]) -> str:
    """Return the name of a node in a breadcrumb: chapters by number and first words, sections by title, others by code.

    `above` are the nodes above it, nearest first.
    """
    match node.level:
        case Level.CHAPTER:
            return shorten_step(f"{node.code} {node.title.split(',')[0]}")
        case Level.SECTION:
            return shorten_step(node.title)
        case Level.GROUP:
            return shorten_step(f"{node.code} {node.title}" if is_lettered(node) else node.title)
        case Level.PCS_SECTION | Level.BODY_SYSTEM | Level.OPERATION:
            return shorten_step(f"{node.code} {shortened(node.title, [step.title for step in above])}")
        case _:
            return node.code


def shorten_step(title: str) -> str:
    """Return a title that is short enough for a step of a breadcrumb, cut between words."""
    return shorten(title, width=MAX_STEP_LENGTH, placeholder="…")


def has_code(node: Node) -> bool:
    """Return whether the text at the top is a code or a range, which can be copied."""
    return node.level is not Level.CHAPTER and not is_lettered(node) and not is_named(node)


def _write_heading(page: PageWriter, detail: Detail, expanded: frozenset[str], *, own_words: bool) -> None:
    node = detail.node
    page.block()
    _write_breadcrumb(page, detail)
    head = heading_text(node)
    if head != node.title or len(head) <= MAX_LARGE_NAME:
        page.block(above=8, line=40, heading=1)
        page.write(head, mono=has_code(node), bold=True, size=TextSize.CODE)
        if has_code(node):
            page.code_block = page.block_number
    if head != node.title or len(head) > MAX_LARGE_NAME:
        if len(node.title) <= MAX_LARGE_TITLE:
            page.block(above=3, line=25, heading=1)
            page.write(node.title, bold=True, size=TextSize.TITLE)
        else:
            page.block(above=3, heading=1)
            page.write(node.title, bold=True)
    page.block(above=4, left=MARK_INDENT)
    page.add_mark(node.status)
    needs_more = node.status is CodeStatus.HEADING and (bool(detail.seventh) or node.level is Level.FAMILY)
    role = "warning" if needs_more else STATUS_ROLES[node.status]
    # The part after a semicolon is a remark on the code, not its status.
    answer, semicolon, remark = detail.status_text.partition("; ") if node.billable else (detail.status_text, "", "")
    page.write(keep_numbers(answer), role, bold=node.billable or needs_more)
    page.write(semicolon + remark, "muted")
    if detail.release and not own_words:
        # After the day on which a code ended, the month of the release could be read as another date.
        release = f"in the {detail.release} release" if node.status is CodeStatus.ENDED else detail.release
        page.write(f"\N{NO-BREAK SPACE}· {release}", "muted")
    write_dates(page, detail)
    write_replacements(page, detail.links, expanded)
    write_setting(page, detail.fields)
    if detail.payment is not None:
        # Imported here: a window opens without a code on its page.
        from app.ui.code_page.write_payment import write_payment

        write_payment(page, detail.payment, expanded)
    if detail.counterparts:
        page.block(above=2, left=MARK_INDENT)
        for number, (side, other) in enumerate(detail.counterparts):
            page.write(f"{' · ' if number else ''}{side.capitalize()} ", "muted")
            page.link(other.code, node_link(other.id))
        page.write("   Ctrl+R", "muted")


def _write_breadcrumb(page: PageWriter, detail: Detail) -> None:
    # Chapters and sections of ICD-10 tell their code set; `Surgery` and 25 do not.
    system = detail.node.system
    says_set = not detail.ancestors or system not in (System.ICD10CM, System.ICD10PCS)
    if says_set:
        page.write(set_name(system), "muted")
    for number, step in enumerate(detail.ancestors):
        if number or says_set:
            page.write(" › ", "muted")
        above = detail.ancestors[:number][::-1]
        page.link(breadcrumb_text(step, above), node_link(step.id), tip=step.title)
