"""What the readers of official files yield, before anything is put in a database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from app.codes.records import Level, NoteKind, Source, VisualRange
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
class PcsIndexEntry:
    """A line of the ICD-10-PCS Index: its terms, main term first, and where it leads.

    `codes` are the beginnings of codes it names (`0DTJ`, `0DTJ4ZZ`); `see` is the text after `see`, `see also` or
    `use`, and `kind` is that word, or `code` for a line that leads straight to its codes.
    """

    path: tuple[str, ...]
    kind: str
    see: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PcsRelease:
    """Everything of ICD-10-PCS that one release holds."""

    codes: Iterable[PcsCode]
    definitions: tuple[PcsDefinition, ...] = ()
    index: Iterable[PcsIndexEntry] = field(default=())
