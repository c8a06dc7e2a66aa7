"""Write the notes of the Tabular List, level by level, each kind with its own heading, bar and background."""

from itertools import groupby

from app.codes.detail import Detail, Note, NoteKind, SeventhCharacter
from app.codes.names import is_lettered, is_range, printed_range
from app.codes.node import Level, Node
from app.ui.code_page.page_writer import DecorationKind, PageWriter, node_link

HANGING_INDENT = 12
"""The indent of a note's further lines, which shows where the next note begins."""

SIGN_INDENT = 16
"""From the sign of an Excludes heading to its text."""

NOTE_DECORATIONS = {
    NoteKind.EXCLUDES1: DecorationKind.EXCLUDES1,
    NoteKind.EXCLUDES2: DecorationKind.EXCLUDES2,
    NoteKind.CODE_FIRST: DecorationKind.ACCENT_BAR,
    NoteKind.USE_ADDITIONAL: DecorationKind.ACCENT_BAR,
    NoteKind.CODE_ALSO: DecorationKind.ACCENT_BAR,
}

NOTE_INSTRUCTIONS = {
    NoteKind.CODE_FIRST: "Code first",
    NoteKind.USE_ADDITIONAL: "Use additional",
    NoteKind.CODE_ALSO: "Code also",
}
"""Words printed before the first note of the kind in the book; the note's text continues from them."""

NOTE_HEADINGS = {
    NoteKind.INCLUDES: "Includes",
    NoteKind.INCLUSION: "Inclusion terms",
    NoteKind.NOTE: "Note",
    NoteKind.SEVENTH_CHARACTER: "7th character",
}

SEVENTH_INSTRUCTION = "7th character"
"""Words in every note with the instruction to add a 7th character; the other notes of the kind are terms."""


def write_label(page: PageWriter, text: str, above: float = 14) -> None:
    """Write a small muted heading on a hairline."""
    page.block(above=above, heading=2)
    page.write(text, "muted")
    page.decorate(DecorationKind.RULE)


def name_in_text(node: Node) -> str:
    """Return the name of a node in running text."""
    match node.level:
        case Level.CHAPTER:
            return f"chapter {node.code}"
        case Level.SECTION:
            return printed_range(node.code)
        case Level.GROUP:
            if is_lettered(node):
                return f"section {node.code}"
            return printed_range(node.code) if is_range(node) else node.title
        case _:
            return node.code


def own_notes(detail: Detail) -> tuple[Note, ...]:
    """Return the notes of the node itself."""
    return tuple(note for note in detail.notes if note.source == detail.node.code)


def inherited_notes(detail: Detail) -> tuple[Note, ...]:
    """Return the notes that the node inherits from the levels above, nearest level first."""
    return tuple(note for note in detail.notes if note.source != detail.node.code)


def write_notes(page: PageWriter, detail: Detail, notes: tuple[Note, ...]) -> None:
    """Write the notes level by level, each level under its name."""
    levels = {node.code: node for node in (*detail.ancestors, detail.node)}
    for source, of_level in groupby(notes, key=lambda note: note.source):
        _write_level(page, levels[source], detail.notes_release, is_own=source == detail.node.code)
        # Notes stay in the order of the file; neighbors of one kind share a bar.
        for number, (kind, of_kind) in enumerate(groupby(of_level, key=lambda note: note.kind)):
            if kind is NoteKind.SEVENTH_CHARACTER:
                _write_seventh_notes(page, detail.seventh, tuple(of_kind), is_first=number == 0)
            else:
                write_block(page, kind, tuple(of_kind), is_first=number == 0)


def _write_level(page: PageWriter, level: Node, release: str, *, is_own: bool) -> None:
    """Write the name of a level; `release` is that of the notes if it is of another year than the codes."""
    write_label(page, "Notes at " if is_own else "Notes from ")
    name = name_in_text(level)
    if is_own:
        page.write(name, "muted")
    else:
        page.link(name, node_link(level.id))
        page.write(f" {level.title}", "muted")
    if release:
        page.write(f" · Tabular List of {release}", "muted")


def write_block(page: PageWriter, kind: NoteKind, notes: tuple[Note, ...], *, is_first: bool) -> None:
    """Write the notes of one kind at one level, beside one bar."""
    with page.note_box(NOTE_DECORATIONS.get(kind, DecorationKind.PLAIN_BAR), above=8 if is_first else 7):
        if kind is NoteKind.EXCLUDES1:
            _write_sign_heading(page, "Excludes1", "not coded here", "excludes1")
        elif kind is NoteKind.EXCLUDES2:
            _write_sign_heading(page, "Excludes2", "not included here, may be coded too", "warning")
        elif kind in NOTE_INSTRUCTIONS:
            notes = _write_instruction(page, NOTE_INSTRUCTIONS[kind], notes)
        else:
            page.block(heading=3)
            page.write(NOTE_HEADINGS[kind], bold=True)
        # Notes of the other kinds are lines of a list; these are paragraphs.
        hang = 0 if kind in (NoteKind.NOTE, NoteKind.SEVENTH_CHARACTER) else HANGING_INDENT
        for number, note in enumerate(notes):
            page.block(above=4 if not hang and number else 0, left=hang, indent=-hang)
            if kind is NoteKind.NOTE and is_note_heading(note, notes[number + 1 :]):
                page.write(note.text, bold=True)
            else:
                page.write_linked(note.text, note.references)


def is_note_heading(note: Note, following: tuple[Note, ...]) -> bool:
    """Return whether a note only announces the next: `Functional activity`, `Morphology [Histology]` in Neoplasms.

    The file does not mark them. They are a few words without a full stop before a paragraph that has one.
    """
    longest_heading, shortest_paragraph = 60, 100
    return (
        len(note.text) < longest_heading
        and not note.references
        and not note.text.endswith((".", ":"))
        and bool(following)
        and len(following[0].text) > shortest_paragraph
        and following[0].text.endswith(".")
    )


def _write_seventh_notes(
    page: PageWriter, choices: tuple[SeventhCharacter, ...], notes: tuple[Note, ...], *, is_first: bool
) -> None:
    """Write the instruction to add a 7th character, and apart from it the terms printed among the meanings.

    `initial encounter for open fracture NOS`, printed below `B initial encounter for open fracture type I or II`,
    would read like the meaning of no character if it followed the instruction directly.
    """
    instructions = tuple(note for note in notes if SEVENTH_INSTRUCTION in note.text)
    terms = tuple(note for note in notes if SEVENTH_INSTRUCTION not in note.text)
    if instructions:
        write_block(page, NoteKind.SEVENTH_CHARACTER, instructions, is_first=is_first)
    if not terms:
        return
    with page.note_box(DecorationKind.PLAIN_BAR, above=8 if is_first and not instructions else 7):
        page.block(heading=3)
        page.write("Terms printed with the 7th characters", bold=True)
        for note in terms:
            page.block(left=HANGING_INDENT, indent=-HANGING_INDENT)
            character = _seventh_character_of(note.text, choices)
            if character:
                page.write(character, mono=True, bold=True)
                page.write("  ")
            page.write_linked(note.text, note.references)


def _seventh_character_of(term: str, choices: tuple[SeventhCharacter, ...]) -> str:
    """Return the 7th character whose meaning is a more precise form of the term; empty if the words do not tell."""
    stem, _, unspecified = term.rpartition(" ")
    if unspecified != "NOS":
        return ""
    return next((choice.char for choice in choices if choice.meaning.startswith(f"{stem} ")), "")


def _write_sign_heading(page: PageWriter, name: str, meaning: str, role: str) -> None:
    page.block(indent=SIGN_INDENT, heading=3)
    page.write(name, role, bold=True)
    page.write(f": {meaning}", role)


def _write_instruction(page: PageWriter, words: str, notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """Write the heading of an instruction with the first note run on, as in the book; return the remaining notes.

    `code to identify control using:` becomes the heading `Use additional code to identify control using`; if the
    first note is complete (`code to identify stage of ulcer (L97.-)`), only the words before it are bold.
    """
    first = notes[0]
    is_heading = first.text.endswith(":") and not first.references
    # Further lines of a heading are not indented, since the notes below it are not.
    hang = 0 if is_heading else HANGING_INDENT
    page.block(left=hang, indent=-hang, heading=3 if is_heading else 0)
    page.write("+ ", bold=True)
    lead_in = words if first.text.startswith((",", ".")) else f"{words} "
    if is_heading:
        page.write(lead_in + first.text.removesuffix(":"), bold=True)
        return notes[1:]
    page.write(lead_in, bold=True)
    # The XML tag is "use additional" and the note begins "code to identify": together they are the instruction.
    word = first.text.split(" ")[0].rstrip(",")
    if word.startswith("code") and words.endswith("additional"):
        page.write(word, bold=True)
        page.write_linked(first.text, first.references, after=len(word))
    else:
        page.write_linked(first.text, first.references)
    return notes[1:]
