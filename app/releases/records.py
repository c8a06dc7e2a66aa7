"""What the readers of official files yield, before anything is put in a database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.codes.code_sets import Source
from app.codes.detail import NoteKind, VisualRange
from app.codes.node import Level
from app.codes.systems import System


class ReleaseError(Exception):
    """A release file that cannot be read; the text names file, place and what was expected."""


@dataclass(frozen=True, slots=True)
class Release:
    """What was loaded of a code set, and from which files. `remark` is what a person should know about it."""

    system: System
    name: str
    effective_from: date
    effective_to: date
    sources: tuple[Source, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class TabularNode:
    """A chapter, section or code of the ICD-10-CM Tabular List.

    `code` is plain (`E1140`), a section's range (`E08-E13`) or a chapter's number; `parent` is the plain code above.
    `notes` are (kind, text) in file order, `seventh` (character, meaning) where the node itself defines 7th characters.
    """

    code: str
    title: str
    level: Level
    parent: str | None
    notes: tuple[tuple[NoteKind, str], ...] = ()
    seventh: tuple[tuple[str, str], ...] = ()
    visual: tuple[VisualRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Convention:
    """One heading of the Tabular List's introduction with its paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tabular:
    """The ICD-10-CM Tabular List: `nodes` in the order of the book, every parent before its children."""

    version: str
    conventions: tuple[Convention, ...]
    nodes: Iterable[TabularNode]


@dataclass(frozen=True, slots=True)
class PcsCode:
    """An ICD-10-PCS code with its official long title and the labels of its seven values, in order."""

    code: str
    title: str
    labels: tuple[str, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class PcsDefinition:
    """What the official files say of one axis value. `position` counts from 1; `section` is the first character."""

    section: str
    position: int
    label: str
    definition: str
    explanation: str = ""
    examples: str = ""


@dataclass(frozen=True, slots=True)
class PcsTable:
    """One row of an ICD-10-PCS table, a Cartesian product: for each of the seven axes the (value, label) pairs.

    Axes 1 to 3 have one pair each; every combination of the others is a code.
    """

    axes: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A line of an Index or table: its terms, main term first, and where it leads.

    A term keeps its nonessential modifiers in parentheses where they stand: `Abasia (-astasia) (hysterical)`. A cell of
    a table is a line of its own whose last term is the head of its column: (`Neoplasm, neoplastic`, `breast`,
    `Malignant Primary`).

    `kind` is `code` for a line that leads straight to its codes, else the word that `see` follows: `see`, `see also`
    or `use`. `codes` are as printed (`E11.4-`, `T36.0X1`, `0DTJ`); a trailing dash says that more characters follow.
    `manifestation` is the code in brackets that is coded second (`[G63]` -> `G63`), empty where there is none.
    """

    path: tuple[str, ...]
    kind: str
    see: str = ""
    codes: tuple[str, ...] = ()
    manifestation: str = ""


@dataclass(frozen=True, slots=True)
class OrderCode:
    """A code of an ICD order file, or what any release says of one code: plain, valid for submission, long title.

    `added` and `ended` are its first and last day where the release itself gives them, as HCPCS does.
    """

    code: str
    valid: bool
    title: str
    short: str = ""
    added: date | None = None
    ended: date | None = None


class AddendumKind(StrEnum):
    """What an addendum does to a code."""

    ADD = "add"
    DELETE = "delete"
    REVISE = "revise"


@dataclass(frozen=True, slots=True)
class Addendum:
    """One change of an addenda file. `before` is the title that a revision takes the place of.

    `valid` is what the file says of the code after the change (before it, for a deletion), None where it says nothing.
    """

    kind: AddendumKind
    code: str
    title: str
    before: str = ""
    valid: bool | None = None


@dataclass(frozen=True, slots=True)
class Conversion:
    """A row of the ICD-10-CM conversion table: a code, since when it is assigned, and the codes used before it.

    Codes are plain (`A0471`). Of a combination (`E11.9 and Z79.4`) all codes are kept.
    """

    code: str
    since: date
    previous: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HcpcsCode:
    """A code or modifier of the HCPCS Level II file, with every coded field as it stands there, stripped.

    `code` is `J1100`, or `LT` for a modifier. `fields` are (name, value) in the order of the record layout, empty ones
    left out; names are those of the first row of the xlsx file: `PRICE1`, `MULT_PI`, `CIM1`, `MCM1`, `STATUTE`,
    `LABCERT1`, `XREF1`, `COV`, `ASC_GRP`, `ASC_DT`, `OPPS`, `OPPS_PI`, `OPPS_DT`, `PROCNOTE`, `BETOS`, `TOS1`,
    `ANEST_BU`. Dates are None where the file leaves them blank. `action` is the action code (`N`, `A`, `D` ...).
    """

    code: str
    modifier: bool
    title: str
    short: str
    fields: tuple[tuple[str, str], ...]
    added: date | None
    effective: date | None
    ended: date | None
    action: str


@dataclass(frozen=True, slots=True)
class ProcessingNote:
    """A numbered note of the HCPCS file; `text` is joined to one line for each paragraph, in the file's own case."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Equivalence:
    """A row of a General Equivalence Map, from one code to another (plain, `""` where there is none).

    The flags are those of the file: `approximate`, `no_map`, `combination`; `scenario` and `choice` number the lists
    of a combination, 0 where it is none.
    """

    source: str
    target: str
    approximate: bool
    no_map: bool
    combination: bool
    scenario: int
    choice: int


@dataclass(frozen=True, slots=True)
class Icd9Code:
    """An ICD-9-CM code, plain (`25000`, `0066`), with its long title; `procedure` tells the two lists apart."""

    code: str
    procedure: bool
    title: str


@dataclass(frozen=True, slots=True)
class CptCode:
    """A CPT code as the AMA's files or CMS's fee schedule give it; texts that a file lacks are empty.

    `fields` are (name, value) of the fee schedule, in its order (`STATUS`, `WORK RVU`, `GLOB DAYS` ...), or of the
    AMA's PLA and Clinician files (`Test name`, `Lab name`, `Manufacturer`); one name may occur several times.
    """

    code: str
    long: str = ""
    medium: str = ""
    short: str = ""
    consumer: str = ""
    effective: date | None = None
    clinician: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CptModifier:
    """A modifier of the AMA's modifier file."""

    code: str
    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class PtpEdit:
    """A pair of codes that are not paid together: a row of the NCCI procedure-to-procedure file.

    `ended` is None while the edit is in force. `modifier` is 0 (none allowed), 1 (allowed) or 9 (not applicable).
    """

    first: str
    second: str
    effective: date
    ended: date | None
    modifier: int
    rationale: str


@dataclass(frozen=True, slots=True)
class MueLimit:
    """The most units of a code that are paid: a row of an NCCI MUE file.

    `setting` is `practitioner`, `outpatient` or `supplier`; `indicator` 1 (line), 2 (date of service, policy) or 3
    (date of service, clinical).
    """

    code: str
    setting: str
    units: int
    indicator: int
    rationale: str


@dataclass(frozen=True, slots=True)
class PcsRelease:
    """Everything of ICD-10-PCS that one release holds."""

    codes: Iterable[PcsCode]
    definitions: tuple[PcsDefinition, ...] = ()
    index: Iterable[IndexEntry] = field(default=())
