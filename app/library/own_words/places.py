"""Our own texts on the Place of Service codes; only their names are from CMS."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.library.own_words.table_rows import parts, table_rows
from app.releases.errors import ReleaseError

_PLACE_CODE = re.compile(r"0[1-9]|[1-9][0-9]")


class Setting(StrEnum):
    """The payment of Medicare's physician fee schedule at a place."""

    FACILITY = "facility"
    """The lower rate, since the facility is paid for its own costs."""
    NONFACILITY = "nonfacility"
    UNSTATED = "unstated"
    """The place is in neither of CMS's lists of the two."""


@dataclass(frozen=True, slots=True)
class PlaceOfService:
    """A Place of Service code. `name` is the official one; `everyday` are words that users type for it."""

    code: str
    name: str
    explanation: str
    setting: Setting
    note: str
    everyday: tuple[str, ...]


def read_places(path: Path) -> tuple[PlaceOfService, ...]:
    """Read all places from `places_of_service.tsv`, by code.

    Raises ReleaseError, naming file and line, for a wrong row.
    """
    places: list[PlaceOfService] = []
    for place, (code, name, explanation, setting, note, everyday) in table_rows(path, 6):
        if not _PLACE_CODE.fullmatch(code):
            raise ReleaseError(f"{place}: expected a code from 01 to 99, found {code!r}.")
        if places and code <= places[-1].code:
            raise ReleaseError(f"{place}: expected a code behind {places[-1].code}, found {code}.")
        if setting not in tuple(Setting):
            raise ReleaseError(f"{place}: expected {', '.join(Setting)} as the setting, found {setting!r}.")
        places.append(PlaceOfService(code, name, explanation, Setting(setting), note, parts(place, everyday, "; ")))
    if not places:
        raise ReleaseError(f"{path.name}: expected Place of Service codes, found none.")
    return tuple(places)
