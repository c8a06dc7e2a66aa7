"""Reader of our tables of coded fields: their names, and the meanings of their values.

The purpose of a field, after its name, is for those who read the table.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from app.library.own_words.table_rows import NONE, table_rows
from app.releases.errors import ReleaseError


class FieldTable(NamedTuple):
    """Names by field, meanings by field and value."""

    names: Mapping[str, str]
    meanings: Mapping[tuple[str, str], str]


def read_field_table(path: Path) -> FieldTable:
    """Read a table, in which a row without a value names its field.

    Raises ReleaseError, naming file and line, for a wrong row.
    """
    names: dict[str, str] = {}
    meanings: dict[tuple[str, str], str] = {}
    for place, (field, value, meaning) in table_rows(path, 3):
        if value == NONE:
            name, colon, purpose = meaning.partition(": ")
            if not colon or not purpose or field in names:
                raise ReleaseError(f"{place}: expected the name of {field} once, a colon and what the field is for.")
            names[field] = name
        elif field not in names or (field, value) in meanings:
            raise ReleaseError(f"{place}: expected {value} of {field} once and below the row that names the field.")
        else:
            meanings[field, value] = meaning
    return FieldTable(names, meanings)
