"""Facts that `codarium show` prints both as text and as JSON."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.codes.detail import Icd9Reading
from app.codes.node import Node
from app.codes.shapes import ICD9_ENDED
from app.codes.systems import System
from app.library.ncci.edits_of_code import CodeEdits, edits_of
from app.library.reading.catalogue import Catalogue

ICD9 = "icd9cm"
"""The name of ICD-9-CM in JSON; it is not a code set here, but leads to the codes of those that are."""

ICD9_STATUS = f"Ended on {ICD9_ENDED}, when ICD-10 replaced ICD-9-CM"


@dataclass(frozen=True, slots=True)
class OtherReading:
    """Another code that the same text may mean. `system` is the name in JSON, `label` the one in text."""

    system: str
    label: str
    code: str
    title: str


def other_reading(node: Node) -> OtherReading:
    """Return a node as another reading of the text."""
    return OtherReading(node.system.value, node.system.label, node.code, node.title)


def other_icd9(reading: Icd9Reading) -> OtherReading:
    """Return a code of ICD-9-CM as another reading of the text."""
    return OtherReading(ICD9, "ICD-9-CM", reading.code, reading.title)


def edits_in_force(edits: Path | None, code: str, today: date, most: int) -> CodeEdits | None:
    """Return the NCCI edits of a code, with at most so many pairs; None where no edits were added.

    `edits` is their database. Raises LibraryError where it is damaged.
    """
    return edits_of(edits, code, today, most) if edits else None


def title_of(catalogue: Catalogue, code: str) -> str:
    """Return the title of a code of CPT or HCPCS, empty where it is not loaded."""
    node = catalogue.find(System.CPT, code) or catalogue.find(System.HCPCS, code)
    return node.title if node else ""
