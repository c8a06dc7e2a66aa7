"""Lines of an older Index of ICD-10-CM whose condition has a code of its own by now, from `index_corrections.tsv`."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from app.library.own_words.table_rows import parts, table_rows
from app.releases.records import IndexEntry

TERMS_SEPARATOR = " > "


@dataclass(frozen=True, slots=True)
class IndexCorrection:
    """The path of a line, the code that an older Index has for it, and the code that the newer one has."""

    path: tuple[str, ...]
    older: str
    newer: str


def read_index_corrections(path: Path) -> tuple[IndexCorrection, ...]:
    """Read all corrections. Raises ReleaseError with file and line for a wrong row."""
    return tuple(
        IndexCorrection(parts(place, terms, TERMS_SEPARATOR), older, newer)
        for place, (terms, older, newer) in table_rows(path, 3)
    )


def corrected_lines(lines: Iterable[IndexEntry], corrections: Iterable[IndexCorrection]) -> tuple[IndexEntry, ...]:
    """Return lines of an Index with the newer code where they have the older one."""
    newer = {(correction.path, correction.older): correction.newer for correction in corrections}

    def corrected(line: IndexEntry) -> IndexEntry:
        codes = tuple(newer.get((line.path, code), code) for code in line.codes)
        return line if codes == line.codes else replace(line, codes=codes)

    return tuple(map(corrected, lines))
