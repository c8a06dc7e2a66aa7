"""The meanings of HCPCS's coded fields, from `hcpcs_fields.tsv` under resources/tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.library.own_words.field_table import read_field_table

HCPCS_FIELDS_TABLE = "hcpcs_fields.tsv"


@dataclass(frozen=True, slots=True)
class HcpcsFields:
    """Names of the fields of the HCPCS file, and meanings of their values.

    A field may be looked up with its number: `PRICE1` is `PRICE`.
    """

    names: Mapping[str, str]
    meanings: Mapping[tuple[str, str], str]

    def name(self, field: str) -> str:
        """Return the name of a field for users (`Pricing`); without one in the table, its own name."""
        return self.names.get(self._base(field), field)

    def meaning(self, field: str, value: str) -> str:
        """Return a value in words; empty for a number, a date or a reference, and for a value that the table lacks."""
        return self.meanings.get((self._base(field), value), "")

    def _base(self, field: str) -> str:
        return field if field in self.names else field.rstrip("0123456789")


def read_hcpcs_fields(folder: Path) -> HcpcsFields:
    """Read the table of a folder. Raises ReleaseError, naming file and line, for a wrong row."""
    return HcpcsFields(*read_field_table(folder / HCPCS_FIELDS_TABLE))
