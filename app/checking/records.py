"""The records of a check: what was listed, what each code is on the date, and what was found."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.codes.node import CodeStatus, Node
from app.codes.systems import System

PROCEDURE_SYSTEMS = (System.CPT, System.HCPCS)
"""Code sets whose codes take modifiers and units."""


class Severity(StrEnum):
    """The certainty of a finding. Only where the classification or an edit leaves no doubt it is an error."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class Rule(StrEnum):
    """The rules, by their names in JSON."""

    INVALID = "invalid"
    NOT_SPECIFIC = "not_specific"
    ENDED = "ended"
    NOT_YET = "not_yet"
    UNKNOWN = "unknown"
    EXCLUDES1 = "excludes1"
    CODE_FIRST = "code_first"
    USE_ADDITIONAL = "use_additional"
    MANIFESTATION_FIRST = "manifestation_first"
    EXTERNAL_CAUSE_FIRST = "external_cause_first"
    LATERALITY = "laterality"
    DUPLICATE = "duplicate"
    ENCOUNTER_MIX = "encounter_mix"
    UNSPECIFIED = "unspecified"
    PTP = "ptp"
    MUE = "mue"
    MODIFIER_UNKNOWN = "modifier_unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list: a code as typed, with its modifiers (`25`) and units, 0 where none are given.

    `system` is the code set that is meant, None where the text alone tells.
    """

    typed: str
    modifiers: tuple[str, ...] = ()
    units: int = 0
    system: System | None = None


@dataclass(frozen=True, slots=True)
class CheckedCode:
    """An entry on the date. `node` is None for a text that is no code that is loaded.

    `status` is a sentence, `is_valid` says whether the code may be submitted on the date; `advice` says what to do
    where it may not, empty where nothing is.
    """

    entry: Entry
    node: Node | None
    status: str
    is_valid: bool
    advice: str = ""

    @property
    def code(self) -> str:
        """The code in its written form, the text as typed where it is none."""
        return self.node.code if self.node is not None else self.entry.typed

    @property
    def is_manifestation(self) -> bool:
        return self.node is not None and self.node.status is CodeStatus.MANIFESTATION


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or worth a look, in a list.

    `codes` are those that it is about, in the order of the list, `places` their numbers there from 0. `text` says what
    is wrong, `remedy` what to do. `note` is the note of the Tabular List that says so, `note_from` the code at which it
    stands (`R73`); both are empty where no note does. `source` is the release that the rule comes from. `choices` are
    codes to take instead, or to add.
    """

    severity: Severity
    rule: Rule
    codes: tuple[str, ...]
    places: tuple[int, ...]
    text: str
    remedy: str
    source: str
    note: str = ""
    note_from: str = ""
    choices: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The whole finding as one text: `R73.9 is not coded with E11.40: R73 says “...”. Remove one ...`."""
        quoted = f": {self.note_from} says “{self.note}”" if self.note else ""
        return f"{self.text}{quoted}. {self.remedy}".rstrip(". ") + "."


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a check. `remarks` say what could not be checked, and which release is of another time."""

    day: date
    codes: tuple[CheckedCode, ...]
    findings: tuple[Finding, ...]
    remarks: tuple[str, ...] = ()

    @property
    def has_errors(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.findings)
