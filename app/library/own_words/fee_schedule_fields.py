"""The meanings of the physician fee schedule's columns, from `fee_schedule_fields.tsv` under resources/tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.library.own_words.field_table import read_field_table

FEE_SCHEDULE_TABLE = "fee_schedule_fields.tsv"


@dataclass(frozen=True, slots=True)
class FeeScheduleFields:
    """Names of the columns of the fee schedule, and meanings of their values.

    A field may be looked up with a modifier before it: `26 WORK RVU` is `WORK RVU` of modifier 26.
    """

    names: Mapping[str, str]
    meanings: Mapping[tuple[str, str], str]

    def name(self, field: str) -> str:
        """Return the name of a field for users (`Status`, `Status, modifier 26`); by default its own."""
        modifier, base = self.split(field)
        name = self.names.get(base, base)
        return f"{name}, modifier {modifier}" if modifier else name

    def meaning(self, field: str, value: str) -> str:
        """Return a value in words; empty for a number, and for a value that the table lacks."""
        return self.meanings.get((self.split(field)[1], value), "")

    def split(self, field: str) -> tuple[str, str]:
        """Return the modifier before a field, empty if there is none, and the field itself."""
        modifier, _, base = field.partition(" ")
        return (modifier, base) if field not in self.names and base in self.names else ("", field)


def read_fee_schedule_fields(folder: Path) -> FeeScheduleFields:
    """Read the table of a folder. Raises ReleaseError, naming file and line, for a wrong row."""
    return FeeScheduleFields(*read_field_table(folder / FEE_SCHEDULE_TABLE))
