"""The records that travel between the library, the search engine, the command line and the window."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.codes.systems import System


class Standing(StrEnum):
    """What a node is worth on a claim; the window draws each as a mark of its own shape."""

    VALID = "valid"
    """Valid for submission: a filled mark."""
    MANIFESTATION = "manifestation"
    """Valid, but never first-listed (`in diseases classified elsewhere`): a half mark."""
    HEADING = "heading"
    """A chapter, category, table or family, which holds the codes to choose from: a hollow mark."""
    ENDED = "ended"
    """No longer valid in the release that is loaded: a crossed mark."""

    @property
    def billable(self) -> bool:
        """Whether a code of this standing may be submitted."""
        return self in (Standing.VALID, Standing.MANIFESTATION)


class Level(StrEnum):
    """Which floor of its code set a node stands on."""

    CHAPTER = "chapter"
    SECTION = "section"
    CATEGORY = "category"
    """A three-character ICD-10-CM category that holds codes (`E11`)."""
    SUBCATEGORY = "subcategory"
    CODE = "code"
    """The last that the Tabular List writes out; where 7th characters apply, their stem (`S72.301`)."""
    SEVENTH = "seventh"
    """A stem completed by its 7th character (`S72.301A`)."""
    PCS_SECTION = "pcs_section"
    BODY_SYSTEM = "body_system"
    OPERATION = "operation"
    FAMILY = "family"
    """PCS codes alike in their first four characters (`0DTJ`)."""
    PCS_CODE = "pcs_code"


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


@dataclass(frozen=True, slots=True)
class Node:
    """One place in a code set: a chapter, a heading, a family or a code.

    `code` is written as people write it: `E11.40`, `0DTJ4ZZ`; a chapter is its number (`4`), a section its range
    (`E08-E13`, also for one of a single category, `B20-B20`), a PCS table or family its first characters (`0DT`,
    `0DTJ`). `variants` is the number of valid codes that the node holds, itself included: 1 for a valid code.
    """

    id: int
    system: System
    code: str
    title: str
    level: Level
    standing: Standing
    parent: int | None
    variants: int
    has_children: bool

    @property
    def billable(self) -> bool:
        """Whether the code itself may be submitted."""
        return self.standing.billable

    @property
    def is_family(self) -> bool:
        """Whether the node stands in results for codes that differ in 7th character or PCS variant only."""
        return self.has_children and self.level in (Level.CODE, Level.FAMILY)


@dataclass(frozen=True, slots=True)
class Reference:
    """A code, range or stem printed inside a text: `E08-E13`, `C7A.-`.

    `start` and `end` are character offsets into that text. `target` is the id of the node it opens, None where what
    it names is not loaded.
    """

    start: int
    end: int
    printed: str
    target: int | None


@dataclass(frozen=True, slots=True)
class Note:
    """One `<note>` of the Tabular List, with the code (`E11`, `E08-E13`, `4`) that it stands at."""

    source: str
    kind: NoteKind
    text: str
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class SeventhCharacter:
    """One choice of the 7th-character strip. `node` is the finished code, None where that code does not exist."""

    char: str
    meaning: str
    code: str
    node: int | None


@dataclass(frozen=True, slots=True)
class Axis:
    """One character of a PCS code: its place (1 to 7), the axis (`Root operation`), its value and what that means.

    `value` is the character, `label` its name, `definition` what the official files say of it, `explanation` and
    `examples` what they add, `terms` the Index entries that say to use this value.
    """

    position: int
    axis: str
    value: str
    label: str
    definition: str = ""
    explanation: str = ""
    examples: str = ""
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexLine:
    """An Index entry that leads to a code: its path of terms, main term first, and how it leads there (`see ...`)."""

    path: tuple[str, ...]
    see: str = ""


@dataclass(frozen=True, slots=True)
class VisualRange:
    """A row of the visual impairment table under H54: the category, what it is less than, and what at least.

    Limits in metre, decimal and foot.
    """

    category: str
    less_than: tuple[str, ...]
    at_least: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything that is known about one node, in the order in which the panel answers.

    `ancestors` root first. `notes` nearest level first, in file order within a level. `seventh` is filled on the stem
    and on a finished code alike. `previous` and `next` are the neighbouring codes of the same kind in the order of the
    book; `counterparts` are the same code for another side (`left`, `right`, ...).
    """

    node: Node
    status: str
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


@dataclass(frozen=True, slots=True)
class Source:
    """A file that a code set was read from, with the SHA-256 of its bytes in hexadecimal."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A code set as it is loaded. `codes` counts every code, headings included; `valid` those valid for submission."""

    system: System
    release: str
    effective_from: date
    effective_to: date
    codes: int
    valid: int
    sources: tuple[Source, ...]
    remark: str = ""

    def warning(self, today: date) -> str:
        """What to say when today is past the release's dates; empty while it is in force."""
        if today <= self.effective_to:
            return ""
        year = self.effective_to.year
        return f"{self.release.split(' ')[0]} ended on {self.effective_to.isoformat()}; add the FY{year + 1} release"
