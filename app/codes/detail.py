"""Facts about a code: notes, 7th characters, PCS axes, Index lines, changes, links and fields."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from app.codes.dates import day_in_words
from app.codes.node import Node
from app.codes.systems import System

if TYPE_CHECKING:
    # Not at the start of the window, whose first picture has no code.
    from app.codes.payment import Payment


class NoteKind(StrEnum):
    """The kinds of note, as `show --json` names them."""

    INCLUDES = "includes"
    INCLUSION = "inclusion"
    EXCLUDES1 = "excludes1"
    EXCLUDES2 = "excludes2"
    CODE_FIRST = "code_first"
    USE_ADDITIONAL = "use_additional"
    CODE_ALSO = "code_also"
    NOTE = "note"
    SEVENTH_CHARACTER = "seventh_character"


class Reference(NamedTuple):
    """A code, range or stem printed inside a text: `E08-E13`, `C7A.-`.

    `start` and `end` are character offsets into that text. `target` is the id of the node that it opens, None if that
    is not loaded.
    """

    start: int
    end: int
    printed: str
    target: int | None


class Note(NamedTuple):
    """One `<note>` of the Tabular List, with the code (`E11`, `E08-E13`, `4`) that it belongs to."""

    source: str
    kind: NoteKind
    text: str
    references: tuple[Reference, ...]


class SeventhCharacter(NamedTuple):
    """One choice of the 7th-character strip. `node` is the finished code, None if there is no such code."""

    char: str
    meaning: str
    code: str
    node: int | None


class Axis(NamedTuple):
    """One character of a PCS code: its position (1 to 7), its axis (`Root operation`), its value and meaning.

    `value` is the character, `label` its name, empty if the loaded files do not tell it; `definition`, `explanation`
    and `examples` are those of the official files, `terms` the Index entries that say to use this value.
    """

    position: int
    axis: str
    value: str
    label: str
    definition: str = ""
    explanation: str = ""
    examples: str = ""
    terms: tuple[str, ...] = ()

    @property
    def other_examples(self) -> str:
        """The official examples, empty where the Index entries name all of them."""
        named = bool(self.terms) and all(example in self.terms for example in self.examples.split("; "))
        return "" if named else self.examples

    @property
    def without_name(self) -> str:
        """The sentence in place of a name that is not known."""
        return f"value {self.value}, no name in this release"


class IndexLine(NamedTuple):
    """An Index entry that leads to a code: its path of terms, main term first, and its reference (`see ...`).

    `book` is the Index or table that it is in (`Neoplasm Table`), `release` its release if it is of another year than
    the codes (`FY2017`).
    """

    path: tuple[str, ...]
    see: str = ""
    book: str = ""
    release: str = ""

    @property
    def dated_book(self) -> str:
        """The book with its release if that is of another year than the codes: `Index of FY2017`."""
        return f"{self.book} of {self.release}" if self.release else self.book


class ChangeKind(StrEnum):
    """The kinds of change that a release makes to a code."""

    NEW = "new"
    REVISED = "revised"
    ENDED = "ended"
    RETURNED = "returned"
    NOW_HEADING = "now_heading"
    """Valid for submission before; since then more characters are needed."""
    NOW_VALID = "now_valid"
    """A heading before; valid for submission since then."""


class Change(NamedTuple):
    """A change of a code, and the first day on which it was in effect. `text` is the old title of a revision.

    `after` is the last day on which it is known not to have been in effect, if releases between the two that are loaded
    are missing: the change happened on some day between the two.
    """

    kind: ChangeKind
    on: date
    text: str = ""
    after: date | None = None

    @property
    def when(self) -> str:
        """The day in words: `on 1 Oct 2025`, `between 31 Dec 2020 and 1 Oct 2025`."""
        if self.after is None:
            return f"on {day_in_words(self.on)}"
        return f"between {day_in_words(self.after)} and {day_in_words(self.on)}"

    @property
    def sentence(self) -> str:
        """The change with its day: `Title revised on 1 Oct 2025, before: Old title`, `Valid again since 1 Oct 2025`."""
        since = self.when if self.after is not None else f"since {day_in_words(self.on)}"
        match self.kind:
            case ChangeKind.NEW:
                return f"New {self.when}"
            case ChangeKind.REVISED:
                return f"Title revised {self.when}, before: {self.text}"
            case ChangeKind.ENDED:
                return f"Ended {self.when}"
            case ChangeKind.RETURNED:
                return f"Valid again {since}"
            case ChangeKind.NOW_HEADING:
                return f"A heading {since}; before, it was valid for submission itself"
            case ChangeKind.NOW_VALID:
                return f"Valid for submission {since}; before, it was a heading"


class Field(NamedTuple):
    """A coded field of a code: its official name (`COV`) and value (`C`), and both in words.

    `label` is the name of the field (`Coverage`), `meaning` that of the value; empty if it is not known.
    """

    name: str
    value: str
    label: str
    meaning: str


OWN_WORDS_HEADING = "In Codarium's words"
"""The heading of a text of Codarium beside the official ones."""


class Passage(NamedTuple):
    """A text about a code under a heading: `In Codarium's words`, `The usual mistake`, `Processing note 0013`.

    `ours` is True for a text of Codarium, False for one of the official files. Paragraphs are separated by line feeds.
    """

    heading: str
    text: str
    ours: bool


class Link(NamedTuple):
    """Another code that a code is connected with: `label` is the connection (`Replaced by`, `Cross-reference`).

    `code` is in its written form; `title` and `target` (a node's id) are empty and None if it is not loaded.
    `is_set_loaded`: official codes of its code set are, so that a code without a target is in no loaded release.
    """

    label: str
    system: System
    code: str
    title: str
    target: int | None
    is_set_loaded: bool = False


class Equivalent(NamedTuple):
    """A code that a General Equivalence Map gives for another one.

    `system_label` is `ICD-9-CM`, `ICD-9-CM Volume 3`, `ICD-10-CM` or `ICD-10-PCS`; `remark` is the meaning of
    the flags: `exact`, `approximate; needs 2 codes together: list 1 of 2`, `no equivalent`. `target` is a node's id,
    None if that code set has no nodes (ICD-9) or no such code. `code` is empty if there is no equivalent.
    """

    system_label: str
    code: str
    title: str
    remark: str
    target: int | None


class Icd9Reading(NamedTuple):
    """A code of ICD-9-CM that a text is exactly, with its equivalents by the General Equivalence Map.

    `code` has its dot (`250.00`, `E800.0`, procedure `00.66`); `system_label` is `ICD-9-CM` or `ICD-9-CM Volume 3`.
    `equivalents` are the first rows of the map, `total` counts the distinct codes that it leads to. A heading has no
    rows of its own, but those of the `codes` below it, and as its title what their titles have in common.
    """

    code: str
    title: str
    system_label: str
    equivalents: tuple[Equivalent, ...]
    total: int
    codes: int = 0


class VisualRange(NamedTuple):
    """A row of the visual impairment table under H54: the category and its limits of visual acuity.

    Limits are in meters, decimals and feet: less than the first, at least the second.
    """

    category: str
    less_than: tuple[str, ...]
    at_least: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything that is known about one node, in the order of the code's page.

    `ancestors` root first. `notes` nearest level first, in file order within a level. `seventh` is filled for the stem
    and for its finished codes. `previous` and `next` are the neighboring codes of the same kind in the order of the
    book; `counterparts` are the same code for another side of the body (`left`, `right`, ...).
    """

    node: Node
    status_text: str
    ancestors: tuple[Node, ...]
    notes: tuple[Note, ...]
    seventh: tuple[SeventhCharacter, ...]
    children: tuple[Node, ...]
    axes: tuple[Axis, ...]
    index: tuple[IndexLine, ...]
    visual: tuple[VisualRange, ...]
    previous: Node | None
    next: Node | None
    counterparts: tuple[tuple[str, Node], ...]
    release: str
    valid_from: date | None = None
    """First day on which the code is valid, if a file has it."""
    valid_to: date | None = None
    """Last day on which it is valid, None while it is in force."""
    changes: tuple[Change, ...] = ()
    fields: tuple[Field, ...] = ()
    passages: tuple[Passage, ...] = ()
    links: tuple[Link, ...] = ()
    equivalents: tuple[Equivalent, ...] = ()
    modifiers: tuple[Node, ...] = ()
    """Modifiers that fit the code."""
    notice: str = ""
    """The copyright line that must be shown with the code (CPT)."""
    notes_release: str = ""
    """The release of the notes and 7th characters (`FY2026`), if it is of another year than the codes."""
    tables_release: str = ""
    definitions_release: str = ""
    """The releases of the tables and definitions of ICD-10-PCS, each if it is of another year than the codes."""
    index_total: int = 0
    """Number of lines in Indexes and tables that lead to the node; `index` has the first of them."""
    payment: "Payment | None" = None
    """How the code is paid; None for a heading, and where no loaded release says it."""


def axes_releases(detail: Detail) -> str:
    """Return what the characters of a code of ICD-10-PCS are told by, if it is of another year: `Tables of FY2025`."""
    named = (("Tables", detail.tables_release), ("Definitions", detail.definitions_release))
    return " · ".join(f"{part} of {release}" for part, release in named if release)
