"""What the program says of the Place of Service codes in its own words; only the names are CMS's."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.library.own_words.cpt import parts, table_rows
from app.releases.records import ReleaseError

_CODE = re.compile(r"0[1-9]|[1-9][0-9]")


class Setting(StrEnum):
    """How Medicare's physician fee schedule pays at a place."""

    FACILITY = "facility"
    """The lower rate, since the facility is paid for its own costs."""
    NONFACILITY = "nonfacility"
    UNSTATED = "unstated"
    """CMS's lists of the two name the place in neither."""


@dataclass(frozen=True, slots=True)
class Place:
    """A Place of Service code. `name` is the official one; `everyday` are what a person types for it, lower case."""

    code: str
    name: str
    explanation: str
    setting: Setting
    note: str
    everyday: tuple[str, ...]


def read_places(path: Path) -> tuple[Place, ...]:
    """All places from `places_of_service.tsv`, by code.

    Raises ReleaseError, naming file and line, for a row that is not what it must be.
    """
    found: list[Place] = []
    for place, (code, name, explanation, setting, note, everyday) in table_rows(path, 6):
        if not _CODE.fullmatch(code):
            raise ReleaseError(f"{place}: expected a code from 01 to 99, found {code!r}.")
        if found and code <= found[-1].code:
            raise ReleaseError(f"{place}: expected a code behind {found[-1].code}, found {code}.")
        if setting not in tuple(Setting):
            raise ReleaseError(f"{place}: expected {', '.join(Setting)} as the setting, found {setting!r}.")
        found.append(Place(code, name, explanation, Setting(setting), note, parts(place, everyday, "; ")))
    if not found:
        raise ReleaseError(f"{path.name}: expected Place of Service codes, found none.")
    return tuple(found)


def is_unassigned(code: str, places: Iterable[Place]) -> bool:
    """Whether a text is a number from 01 to 99 that none of the places has, so that a claim with it is refused."""
    return _CODE.fullmatch(code) is not None and all(place.code != code for place in places)
