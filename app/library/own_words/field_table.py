"""Reader of our tables of coded fields: their names, their purposes, and the meanings of their values."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from app.releases.records import ReleaseError

_THE_FIELD = "-"


class FieldTable(NamedTuple):
    """Names and purposes by field, meanings by field and value."""

    names: Mapping[str, str]
    purposes: Mapping[str, str]
    meanings: Mapping[tuple[str, str], str]


def read_field_table(path: Path) -> FieldTable:
    """Read a table. Raises ReleaseError, naming file and line, for a wrong row."""
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
    return FieldTable(names, purposes, meanings)
