"""Writes the pages that show no code: the welcome and the conventions of the Tabular List."""

from app.ui.note_text import label
from app.ui.page_style import Size
from app.ui.page_writer import Around, PageWriter

EXAMPLES = (
    ("e1140", "a code, with or without its dot, or its beginning"),
    ("dm2 neurop", "words in any order, abbreviations, beginnings of words"),
    ("heart attack", "everyday words"),
    ("nuemonia", "misspellings"),
    ("pcs: append", "one code set only: cm:  pcs:"),
    ('"closed fracture" -open', "words together; a word left out"),
)
"""What may be typed, and what it shows."""

KEYS = (
    ("Up  Down", "move through the results; this page follows"),
    ("Enter", "into this page; Esc goes back and then clears"),
    ("Right  Left", "open and close a row that holds several codes"),
    ("Ctrl+C", "copy the selected text, else the code"),
    ("Ctrl+Shift+C", "copy code and title"),
    ("Alt+Left  Alt+Right", "back and forward"),
    ("Alt+Up  Alt+Down", "previous and next code"),
    ("Ctrl+R", "the other side: right, left, unspecified"),
    ("Ctrl+K", "every action with its key"),
)
"""The keys worth knowing first; F1 lists them all."""


def write_welcome(page: PageWriter) -> None:
    """What to type and which keys help."""
    page.block(above=22, line=25)
    page.write("Type what the chart says", bold=True, size=Size.TITLE)
    page.block(above=6)
    page.write("Results follow every letter. Nothing leaves this computer.", "muted")
    label(page, "For example", above=20)
    for number, (typed, meaning) in enumerate(EXAMPLES):
        _pair(page, number)
        page.link(typed, f"search:{number}", mono=True)
        page.write(f"\t{meaning}", "muted")
    label(page, "Keys", above=20)
    for number, (key, meaning) in enumerate(KEYS):
        _pair(page, number)
        page.write(key, mono=True)
        page.write(f"\t{meaning}", "muted")


def _pair(page: PageWriter, number: int) -> None:
    at = 0 if page.narrow else 200
    if page.narrow:
        page.block(above=9 if number == 0 else 4, tabs=(8,))
    else:
        page.block(above=9 if number == 0 else 4, left=at, indent=-at, tabs=(at,))


def write_conventions(page: PageWriter, conventions: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    """What the introduction of the Tabular List says of its own notation, in its words."""
    page.block()
    page.write("ICD-10-CM", "muted")
    page.block(above=10, line=25)
    page.write("Conventions of the Tabular List", bold=True, size=Size.TITLE)
    for title, paragraphs in conventions:
        label(page, title.removesuffix(":"), above=18)
        around = {"Excludes1": Around.EXCLUDES1, "Excludes2": Around.EXCLUDES2}.get(title, Around.PLAIN_BAR)
        with page.boxed(around):
            for number, paragraph in enumerate(paragraphs):
                if around is not Around.PLAIN_BAR and number == 0:
                    page.block(indent=16)
                else:
                    page.block(above=8 if number else 0)
                page.write(paragraph)
