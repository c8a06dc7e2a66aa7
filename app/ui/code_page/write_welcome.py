"""Write the pages without a code: the welcome, a search without results, and the conventions of the Tabular List."""

from collections.abc import Sequence

from app.codes.names import NEAR_CAPTION, full_name
from app.codes.node import CodeStatus, Node
from app.codes.systems import System
from app.search.answer import Answer, TypedCode
from app.search.parsing.query import PartKind
from app.ui.code_page.page_style import TextSize
from app.ui.code_page.page_writer import DecorationKind, PageWriter
from app.ui.code_page.write_lists import MARK_INDENT, write_codes
from app.ui.code_page.write_notes import SIGN_INDENT, write_label
from app.ui.code_page.write_passages import write_view_link

CONVENTIONS_ADDRESS = "conventions:"
"""The address of the link to the conventions."""

MARK_MEANINGS = (
    (CodeStatus.VALID, "Valid for submission"),
    (CodeStatus.MANIFESTATION, "Manifestation: never first-listed, the underlying disease goes first"),
    (CodeStatus.HEADING, "Heading: choose one of the codes below it"),
    (CodeStatus.ENDED, "Ended: no longer valid"),
)

NOTE_MEANINGS = (
    (DecorationKind.PLAIN_BAR, "Includes", "defines what is coded here, with examples"),
    (DecorationKind.ACCENT_BAR, "+ Use additional, Code first", "another code after this one, or before it"),
    (DecorationKind.EXCLUDES1, "Excludes1", "not coded here, unless the conditions are unrelated"),
    (DecorationKind.EXCLUDES2, "Excludes2", "not included here, may be coded too"),
)

WELCOME_EXAMPLES = (
    ("S72.301A", "a 7th character and the other choices"),
    ("0DTJ4ZZ", "the seven characters of a procedure, one by one"),
    ("H54", "a category with a table"),
)
"""Codes whose pages show how the code sets are built, and what to look at there."""

FIRST_KEYS = (
    ("Up  Down", "move through the results; this page follows"),
    ("Enter", "go to this page; Esc goes back, then clears"),
    ("Right  Left", "show and hide the codes of a row"),
    ("Ctrl+C", "copy the selected text, or the code"),
    ("Ctrl+K", "all actions with their keys"),
)
"""The most useful keys; F1 lists them all."""

SECOND_COLUMN = 150.0
"""The left edge of the second column, at zoom 1.0."""


def write_welcome(page: PageWriter) -> None:
    """Write how to read the window, and the first keys; the examples of what to type stand in the list beside it."""
    page.block(above=14, line=25, heading=1)
    page.write("Type what the chart says", bold=True, size=TextSize.TITLE)
    page.block(above=6)
    page.write("Results update as you type. Nothing leaves this computer.", "muted")
    write_label(page, "Marks", above=16)
    for number, (status, meaning) in enumerate(MARK_MEANINGS):
        page.block(above=9 if number == 0 else 4, left=MARK_INDENT)
        page.add_mark(status)
        page.write(meaning)
    write_label(page, "Notes", above=16)
    for number, (kind, name, meaning) in enumerate(NOTE_MEANINGS):
        _write_note(page, kind, name, meaning, is_first=number == 0)
    write_label(page, "Examples", above=16)
    for number, (code, meaning) in enumerate(WELCOME_EXAMPLES):
        _begin_pair(page, number)
        page.link(code, f"search:{number}", mono=True)
        page.write(f"\t{meaning}", "muted")
    page.block(above=4)
    page.link("Conventions of the Tabular List", CONVENTIONS_ADDRESS)
    write_label(page, "Keys", above=16)
    for number, (key, meaning) in enumerate(FIRST_KEYS):
        _begin_pair(page, number)
        page.write(key, mono=True)
        page.write(f"\t{meaning}", "muted")


def write_not_found(page: PageWriter, answer: Answer, systems: Sequence[System], within: Node | None) -> None:
    """Write the text and the scope of a search without results; the advice stands in the list."""
    # Imported here, since the first picture needs neither.
    from app.search.parsing.scopes import split_scope
    from app.search.texts import no_match

    question = answer.question
    if answer.near or answer.typed_codes:
        _write_statements(page, answer)
        return
    scope, words = split_scope(question.text)
    page.block(above=14, line=25, heading=1)
    if not words.strip() and answer.advice:
        # A prefix alone: nothing has been searched for yet.
        page.write(answer.advice[0], bold=True, size=TextSize.TITLE)
        return
    page.write(f"No match for “{question.text.strip()}”", bold=True, size=TextSize.TITLE)
    typed, separator, meaning = answer.read_as.partition(" read as ")
    page.block(above=6)
    if answer.advice and answer.advice[0] != no_match(words.strip()):
        # Not words that could be spelled otherwise, but a code that is none, or nothing to search for.
        page.write(answer.advice[0])
    elif question.as_typed:
        page.write("Searched exactly as typed.", "muted")
    elif separator:
        page.write(f"{typed} was read as {meaning}.", "muted")
    else:
        page.write("Abbreviations, everyday words and other spellings were tried too.", "muted")
    write_label(page, "Searched in", above=16)
    page.block(above=9)
    searched = [wanted for wanted in (scope, question.filters.systems) if wanted]
    names = [system.label for system in systems if all(system in wanted for wanted in searched)]
    page.write(", ".join(names))
    if within is not None:
        page.block(above=4)
        page.write(f"Only within {full_name(within)}")
    if question.filters.valid_only:
        page.block(above=4)
        page.write("Only codes valid for submission")
    if question.filters.cc_only:
        page.block(above=4)
        page.write("Only diagnoses that are a CC or an MCC")
    page.block(above=9)
    page.write("To see what is loaded, or to add more: ", "muted")
    write_view_link(page)


def _write_statements(page: PageWriter, answer: Answer) -> None:
    """Write what the text is not, and the codes near it; of several codes what each is."""
    page.block(above=14, line=25, heading=1)
    page.write(answer.advice[0] if answer.typed_codes else answer.question.text.strip(), bold=True, size=TextSize.TITLE)
    if answer.typed_codes:
        write_codes(
            page,
            [typed.hit.node if typed.hit else _written(typed) for typed in answer.typed_codes],
            [typed.hit.node.title if typed.hit else typed.statement for typed in answer.typed_codes],
        )
    for sentence in answer.advice[bool(answer.typed_codes) :]:
        page.block(above=6)
        page.write(sentence)
    if answer.near:
        write_label(page, NEAR_CAPTION, above=16)
        write_codes(page, [hit.node for hit in answer.near], [hit.node.title for hit in answer.near])


def _written(typed: TypedCode) -> str:
    return typed.typed if typed.kind is PartKind.WORDS else typed.typed.upper()


def _write_note(page: PageWriter, kind: DecorationKind, name: str, meaning: str, *, is_first: bool) -> None:
    role = {DecorationKind.EXCLUDES1: "excludes1", DecorationKind.EXCLUDES2: "warning"}.get(kind, "ink")
    with page.note_box(kind, above=8 if is_first else 6):
        page.block(indent=0 if role == "ink" else SIGN_INDENT)
        page.write(name, role, bold=True)
        page.write(f"  {meaning}", "muted" if role == "ink" else role)


def _begin_pair(page: PageWriter, number: int) -> None:
    column_left = 0 if page.is_narrow else SECOND_COLUMN
    if page.is_narrow:
        page.block(above=9 if number == 0 else 4, tabs=(8,))
    else:
        page.block(above=9 if number == 0 else 4, left=column_left, indent=-column_left, tabs=(column_left,))


def write_conventions(page: PageWriter, conventions: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    """Write the conventions from the introduction of the Tabular List, in its own words."""
    page.block()
    page.write("ICD-10-CM", "muted")
    page.block(above=10, line=25, heading=1)
    page.write("Conventions of the Tabular List", bold=True, size=TextSize.TITLE)
    for title, paragraphs in conventions:
        write_label(page, title.removesuffix(":"), above=18)
        kind = {"Excludes1": DecorationKind.EXCLUDES1, "Excludes2": DecorationKind.EXCLUDES2}.get(
            title, DecorationKind.PLAIN_BAR
        )
        with page.note_box(kind):
            for number, paragraph in enumerate(paragraphs):
                if kind is not DecorationKind.PLAIN_BAR and number == 0:
                    page.block(indent=16)
                else:
                    page.block(above=8 if number else 0)
                page.write(paragraph)
