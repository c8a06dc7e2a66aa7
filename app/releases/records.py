"""The records that the readers of official files yield, before anything is written to a database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.codes.code_sets import Source
from app.codes.detail import NoteKind, VisualRange
from app.codes.node import Level
from app.codes.systems import System


@dataclass(frozen=True, slots=True)
class Release:
    """A loaded release of a code set with its source files. `remark` is a sentence about it for the user.

    `sections` are the sections of ICD-10-PCS that it covers beside a newer release of the others; empty for a release
    of its own.
    """

    system: System
    name: str
    effective_from: date
    effective_to: date
    sources: tuple[Source, ...]
    remark: str = ""
    sections: str = ""


@dataclass(frozen=True, slots=True)
class TabularNode:
    """A chapter, section or code of the ICD-10-CM Tabular List.

    `code` is plain (`E1140`), a section's range (`E08-E13`) or a chapter's number; `parent` is the plain code above.
    `notes` are (kind, text) in file order; `seventh` has (character, meaning) if the node itself defines 7th
    characters.
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
    """The official definition of one axis value. `position` counts from 1; `section` is the first character."""

    section: str
    position: int
    label: str
    definition: str
    explanation: str = ""
    examples: str = ""


@dataclass(frozen=True, slots=True)
class PcsTable:
    """A row of an ICD-10-PCS table, a Cartesian product: for each of the seven axes the (value, label) pairs.

    Axes 1 to 3 have one pair each; every combination of the others is a code.
    """

    axes: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A line of an Index or table: its terms, main term first, and the codes or terms that it refers to.

    A term keeps its nonessential modifiers in parentheses in their place: `Abasia (-astasia) (hysterical)`. A cell of a
    table is a line of its own whose last term is the header of its column: (`Neoplasm, neoplastic`, `breast`,
    `Malignant Primary`).

    `kind` is `code` for a line that gives codes, else the word before the reference in `see`: `see`, `see also` or
    `use`. `codes` are as printed (`E11.4-`, `T36.0X1`, `0DTJ`); a trailing dash means that more characters follow.
    `manifestation` is the code in brackets that is coded second (`[G63]` -> `G63`), empty if there is none.
    """

    path: tuple[str, ...]
    kind: str
    see: str = ""
    codes: tuple[str, ...] = ()
    manifestation: str = ""


@dataclass(frozen=True, slots=True)
class OrderCode:
    """A plain code with its validity for submission and its long title, from an ICD order file or another release.

    `added` and `ended` are its first and last day if the release gives them, as HCPCS does.
    """

    code: str
    valid: bool
    title: str
    short: str = ""
    added: date | None = None
    ended: date | None = None


class AddendumKind(StrEnum):
    """The change that an addendum makes to a code."""

    ADD = "add"
    DELETE = "delete"
    REVISE = "revise"


@dataclass(frozen=True, slots=True)
class Addendum:
    """A change in an addenda file. `before` is the title that a revision replaces.

    `valid` is the code's validity for submission after the change (before it, for a deletion), None if the file does
    not give it.
    """

    kind: AddendumKind
    code: str
    title: str
    before: str = ""
    valid: bool | None = None


@dataclass(frozen=True, slots=True)
class AddendaCounts:
    """The statistics of an addenda file: valid codes and headings of the order file before its changes and after them.

    The years are those in the names of the two order files: the same for an update within the year.
    """

    year_before: int
    codes_before: int
    headings_before: int
    year_after: int
    codes_after: int
    headings_after: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """A row of the ICD-10-CM conversion table: a code, its first day, and the codes used before it.

    Codes are plain (`A0471`). `previous` has all codes of a combination (`E11.9 and Z79.4`).
    """

    code: str
    since: date
    previous: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HcpcsCode:
    """A code or modifier of the HCPCS Level II file with all its coded fields, stripped.

    `code` is `J1100`, or `LT` for a modifier. `fields` are (name, value) in the order of the record layout, without
    empty ones; names are those of the first row of the xlsx file: `PRICE1`, `MULT_PI`, `CIM1`, `MCM1`, `STATUTE`,
    `LABCERT1`, `XREF1`, `COV`, `ASC_GRP`, `ASC_DT`, `OPPS`, `OPPS_PI`, `OPPS_DT`, `PROCNOTE`, `BETOS`, `TOS1`,
    `ANEST_BU`. Dates are None if they are blank in the file. `action` is the action code (`N`, `A`, `D` ...).
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
    """A numbered note of the HCPCS file; `text` has one line for each paragraph, in the capitals of the file."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class Equivalence:
    """A row of a General Equivalence Map, from one plain code to another (`""` if there is none).

    The flags are those of the file: `approximate`, `no_map`, `combination`; `scenario` and `choice` number the lists
    of a combination and are 0 otherwise.
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
    """A CPT code from the AMA's files or CMS's fee schedule; texts that a file lacks are empty.

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
    """The codes, definitions and Index of one release of ICD-10-PCS."""

    codes: Iterable[PcsCode]
    definitions: tuple[PcsDefinition, ...] = ()
    index: Iterable[IndexEntry] = field(default=())


@dataclass(frozen=True, slots=True)
class CcCode:
    """A plain diagnosis code that is a CC or an MCC as a secondary diagnosis: `level` is `CC` or `MCC`.

    `collection` is the number of the principal diagnoses with which it counts as neither. `hac` is the number of the
    hospital-acquired condition that it belongs to (`05`), empty for none.
    """

    code: str
    level: str
    collection: str
    hac: str = ""


@dataclass(frozen=True, slots=True)
class CcExclusions:
    """Table 6K: all CC and MCC codes, and the plain principal diagnoses of each collection, by its number."""

    codes: tuple[CcCode, ...]
    collections: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class MsDrg:
    """A Medicare severity diagnosis-related group: `drg` has three digits, `mdc` two or none."""

    drg: str
    title: str
    mdc: str = ""


@dataclass(frozen=True, slots=True)
class DrgAssignment:
    """The MDCs and MS-DRGs of a plain code: a principal diagnosis, or a procedure, which has no MDC.

    `operating_room` tells of a procedure whether the grouper counts it as one of the operating room.
    """

    code: str
    mdcs: tuple[str, ...]
    drgs: tuple[str, ...]
    operating_room: bool = False


@dataclass(frozen=True, slots=True)
class DrgWeight:
    """A row of Table 5: relative weight, and geometric and arithmetic mean length of stay in days."""

    drg: str
    weight: float
    geometric_stay: float
    arithmetic_stay: float


@dataclass(frozen=True, slots=True)
class HccCode:
    """A plain diagnosis code in a category of a risk adjustment model: `CMS-HCC V28`, `37`."""

    code: str
    model: str
    category: str


@dataclass(frozen=True, slots=True)
class HccLabel:
    """The official label of a category of a risk adjustment model."""

    model: str
    category: str
    label: str
