"""The meanings of the physician fee schedule's columns, from `fee_schedule_fields.tsv` under resources/tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.library.own_words.field_table import read_field_table

TABLE = "fee_schedule_fields.tsv"


@dataclass(frozen=True, slots=True)
class FeeScheduleFields:
    """What to call each column of the fee schedule, what it is for, and what its coded values mean.

    A field may be asked for with the modifier that stands before it: `26 WORK RVU` is `WORK RVU` of modifier 26.
    """

    names: Mapping[str, str]
    purposes: Mapping[str, str]
    meanings: Mapping[tuple[str, str], str]

    def name(self, field: str) -> str:
        """What a person calls the field (`Status`, `Status, modifier 26`); one that is not known by its own name."""
        modifier, base = self.split(field)
        name = self.names.get(base, base)
        return f"{name}, modifier {modifier}" if modifier else name

    def purpose(self, field: str) -> str:
        """What the field is for, in one sentence; empty for a field that the table does not know."""
        return self.purposes.get(self.split(field)[1], "")

    def meaning(self, field: str, value: str) -> str:
        """A value in words; empty for a number, and for a value that the table lacks."""
        return self.meanings.get((self.split(field)[1], value), "")

    def split(self, field: str) -> tuple[str, str]:
        """The modifier before a field, empty where there is none, and the field itself."""
        modifier, _, base = field.partition(" ")
        return (modifier, base) if field not in self.names and base in self.names else ("", field)


def read_fee_schedule_fields(folder: Path) -> FeeScheduleFields:
    """The table of a folder. Raises ReleaseError, naming file and line, for a row that is not what it must be."""
    return FeeScheduleFields(*read_field_table(folder / TABLE))
