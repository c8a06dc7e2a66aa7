"""The meanings of HCPCS's coded fields, from `hcpcs_fields.tsv` under resources/tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.releases.records import ReleaseError

TABLE = "hcpcs_fields.tsv"
_THE_FIELD = "-"


@dataclass(frozen=True, slots=True)
class HcpcsFields:
    """What to call each field of the HCPCS file and what its values mean.

    A field may be asked for by its own name or with its number: `PRICE1` is `PRICE`.
    """

    names: Mapping[str, str]
    purposes: Mapping[str, str]
    meanings: Mapping[tuple[str, str], str]

    def name(self, field: str) -> str:
        """What a person calls the field (`Pricing`); one that the table does not know goes by its own name."""
        return self.names.get(self._base(field), field)

    def purpose(self, field: str) -> str:
        """What the field is for, in one sentence; empty for a field that the table does not know."""
        return self.purposes.get(self._base(field), "")

    def meaning(self, field: str, value: str) -> str:
        """A value in words; empty for a number, a date or a reference, and for a value that the table lacks."""
        return self.meanings.get((self._base(field), value), "")

    def _base(self, field: str) -> str:
        return field if field in self.names else field.rstrip("0123456789")


def read_hcpcs_fields(folder: Path) -> HcpcsFields:
    """The table of a folder. Raises ReleaseError, naming file and line, for a row that is not what it must be."""
    path = folder / TABLE
    names: dict[str, str] = {}
    purposes: dict[str, str] = {}
    meanings: dict[tuple[str, str], str] = {}
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReleaseError(f"{path}: the table cannot be read ({error}); get it back from the source.") from error
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        place = f"{path.name}, line {number}"
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != 3 or not all(cells):
            raise ReleaseError(f"{place}: expected field, value and meaning, found {line[:80]!r}.")
        field, value, meaning = cells
        if value == _THE_FIELD:
            name, colon, purpose = meaning.partition(": ")
            if not colon or field in names:
                raise ReleaseError(f"{place}: expected the name of {field} once, a colon and what the field is for.")
            names[field], purposes[field] = name, purpose
        elif field not in names or (field, value) in meanings:
            raise ReleaseError(f"{place}: expected {value} of {field} once and below the row that names the field.")
        else:
            meanings[field, value] = meaning
    return HcpcsFields(names, purposes, meanings)
