"""Write the texts about a code: Codarium's explanations, and the official texts."""

import re
from collections.abc import Sequence

from app.codes.detail import OWN_WORDS_HEADING, Passage
from app.ui.code_page.page_writer import PageWriter
from app.ui.code_page.write_notes import HANGING_INDENT, write_label

CODE_SETS_ADDRESS = "action:code_sets"
"""The address of a link to the view in which files are added."""

CODE_SETS_NAME = "Code sets"
"""The name of that view in our own texts; it is a link wherever it stands."""

OFFICIAL_WORDS = "Official text"

OPENING_HEADINGS = frozenset({OWN_WORDS_HEADING, "What it holds", "What it is", "What they are"})
"""Headings that only open a text: the first text of the page goes without them."""

NAME_HEADING = "This name"
"""The heading of the remark that a name is Codarium's; a link to add the official one follows it."""

STEPS_HEADING = "How it is chosen"
"""The heading of steps that are taken one after another."""

STEP_INDENT = 22

LISTED_CODES = re.compile(r"[0-9A-Z]{2,5}(?:(?:,| to| and| or|, and) [0-9A-Z]{2,5})*:(?= )")
"""The codes at the start of a list's line: `99212:`, `95 or 93:`, `98004 to 98007 and 98012 to 98015:`."""


def write_passages(page: PageWriter, passages: Sequence[Passage]) -> None:
    """Write official texts and ours, each under its own heading; the kind that comes first stays first."""
    for ours in dict.fromkeys(passage.ours for passage in passages):
        write_label(page, OWN_WORDS_HEADING if ours else OFFICIAL_WORDS)
        of_kind = [passage for passage in passages if passage.ours is ours]
        for number, passage in enumerate(of_kind):
            is_bare = number == 0 and passage.heading in OPENING_HEADINGS
            _write_passage(page, passage, above=8 if number == 0 else 12, is_bare=is_bare)


def write_lessons(page: PageWriter, lessons: Sequence[Passage]) -> None:
    """Write the lessons about a group, set like the pages of a book."""
    write_label(page, "Worth knowing", above=18)
    for number, lesson in enumerate(lessons):
        _write_passage(page, lesson, above=8 if number == 0 else 16, is_lesson=True)


def _write_passage(
    page: PageWriter, passage: Passage, above: float, *, is_bare: bool = False, is_lesson: bool = False
) -> None:
    if not is_bare:
        page.block(above=above, heading=3)
        page.write(passage.heading, bold=True)
    paragraphs = passage.text.split("\n")
    for number, paragraph in enumerate(paragraphs):
        first_above = above if is_bare else 2
        space_above = (6 if is_lesson else 4) if number else first_above
        if passage.heading == STEPS_HEADING and len(paragraphs) > 1:
            page.block(above=space_above, left=STEP_INDENT, indent=-STEP_INDENT, tabs=(STEP_INDENT,))
            page.write(f"{number + 1}.\t", "muted")
        else:
            # Passages that are not lessons are lists of separate points: further lines are indented, as in notes.
            hang = HANGING_INDENT if len(paragraphs) > 1 and not is_lesson else 0
            page.block(above=space_above, left=hang, indent=-hang)
        _write_paragraph(page, paragraph, ours=passage.ours)
    if passage.heading == NAME_HEADING:
        page.write(" ")
        write_view_link(page)


def _write_paragraph(page: PageWriter, text: str, *, ours: bool) -> None:
    if not ours:
        (page.write_capitals if text.isupper() else page.write)(text)
        return
    lead_in = LISTED_CODES.match(text)
    if lead_in is not None:
        page.write(lead_in[0], bold=True)
        text = text[lead_in.end() :]
    write_with_view_links(page, text)


def write_view_link(page: PageWriter) -> None:
    """Write the link to the Code sets view, which no line end breaks in two."""
    page.link(CODE_SETS_NAME.replace(" ", "\N{NO-BREAK SPACE}"), CODE_SETS_ADDRESS)


def write_with_view_links(page: PageWriter, text: str, role: str = "ink") -> None:
    """Write text of ours, with the name of the Code sets view as a link to it."""
    for number, part in enumerate(text.split(CODE_SETS_NAME)):
        if number:
            write_view_link(page)
        if part:
            page.write(part, role)
