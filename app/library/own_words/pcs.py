"""Our own texts on the seventeen sections of ICD-10-PCS, loaded or not."""

from dataclasses import dataclass
from pathlib import Path

from app.codes.pcs import PCS_SECTIONS
from app.library.own_words.table_rows import parts, table_rows
from app.releases.errors import ReleaseError

AXES = 7

HOW_TO_LOAD = (
    "The codes of this section are not loaded. The official files are free: choose Code sets > Get from CMS, or "
    "download the ICD-10-PCS order file and tables and add them with Code sets > Add file."
)
"""The text on every section whose codes are not loaded."""


@dataclass(frozen=True, slots=True)
class PcsSection:
    """A section of ICD-10-PCS by the first character of its codes.

    `name` and `axes`, the titles of the seven positions in order, are as in the official tables; `holds` is our
    text on its contents. `everyday` are everyday words for procedures of the section, lower case.
    """

    character: str
    name: str
    holds: str
    axes: tuple[str, ...]
    everyday: tuple[str, ...]


def read_pcs_sections(path: Path) -> tuple[PcsSection, ...]:
    """Read all sections from `pcs_sections.tsv`, in the order of the official tables.

    Raises ReleaseError, naming file and line, for a wrong row, and for a missing section.
    """
    sections: list[PcsSection] = []
    for place, (character, name, holds, axes, everyday) in table_rows(path, 5):
        if len(sections) == len(PCS_SECTIONS):
            raise ReleaseError(f"{place}: expected {len(PCS_SECTIONS)} sections, found another one, {character!r}.")
        expected = tuple(PCS_SECTIONS.items())[len(sections)]
        if (character, name) != expected:
            raise ReleaseError(f"{place}: expected {' '.join(expected)}, found {character} {name}.")
        titles = tuple(axes.split("; "))
        if len(titles) != AXES or not all(titles):
            raise ReleaseError(f"{place}: expected the titles of {AXES} axes, found {axes!r}.")
        sections.append(PcsSection(character, name, holds, titles, parts(place, everyday, "; ")))
    if len(sections) < len(PCS_SECTIONS):
        raise ReleaseError(f"{path.name}: expected {len(PCS_SECTIONS)} sections, found only {len(sections)}.")
    return tuple(sections)
