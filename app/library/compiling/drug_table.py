"""The table of drugs: names of generics, brands and classes with their codes, read for the code database."""

import re
from collections.abc import Iterator
from pathlib import Path

from app.library.drugs import Drug, DrugKind
from app.library.own_words.cpt import table_rows
from app.releases.errors import ReleaseError

COLUMNS = 8

OTHER_NAMES = (DrugKind.BRAND, DrugKind.SHORT)
"""The kinds of names that stand for generics."""

EMPTY = "-"
"""The mark for an empty cell."""

NO_SUPPLY = "none"
"""The mark of a brand whose form none of its generic's codes is for: a tablet of a drug that is also injected."""

_STEM = re.compile(r"T[0-9]{2}\.[0-9A-Z]{1,2}")
_LONG_TERM = re.compile(r"Z79\.[0-9]{1,3}")
_SUPPLY = re.compile(r"[ACJPQS][0-9]{4}")


def read_drugs(path: Path) -> tuple[Drug, ...]:
    """Read every name with its substances, those of a name one behind the other.

    Raises ReleaseError, naming file and line, for a row with an error.
    """
    rows = list(table_rows(path, COLUMNS))
    generics = {cells[0]: _generic(place, cells) for place, cells in rows if cells[1] not in OTHER_NAMES}
    return tuple(drug for place, cells in rows for drug in _drugs(place, cells, generics))


def _drugs(place: str, cells: tuple[str, ...], generics: dict[str, Drug]) -> Iterator[Drug]:
    name, kind, substances, *_, supplies = cells
    if kind not in OTHER_NAMES:
        yield generics[name]
        return
    drugs = [generics.get(substance) for substance in substances.split("; ")]
    for number, drug in enumerate(drugs):
        if drug is None or drug.kind is not DrugKind.GENERIC:
            raise ReleaseError(f"{place}: expected generics of the table, found {substances!r}.")
        if supplies == EMPTY:
            # The codes of one substance are not for a combination.
            codes = drug.supplies if len(drugs) == 1 else ()
        else:
            codes = () if supplies == NO_SUPPLY or number else _codes(place, supplies, _SUPPLY)
        yield drug._replace(name=name, kind=DrugKind(kind), supplies=codes)


def _generic(place: str, cells: tuple[str, ...]) -> Drug:
    name, kind, _, group, _, stem, long_term, supplies = cells
    if kind not in tuple(DrugKind):
        raise ReleaseError(f"{place}: expected {', '.join(DrugKind)}, found {kind!r}.")
    stems = _codes(place, stem, _STEM)
    long_terms = _codes(place, long_term, _LONG_TERM)
    if len(stems) != 1 or len(long_terms) > 1:
        raise ReleaseError(f"{place}: expected one code of the Table of Drugs, and at most one for long-term use.")
    return Drug(name, DrugKind(kind), name, group, stems[0], "".join(long_terms), _codes(place, supplies, _SUPPLY))


def _codes(place: str, cell: str, pattern: re.Pattern[str]) -> tuple[str, ...]:
    codes = () if cell == EMPTY else tuple(cell.split())
    for code in codes:
        if not pattern.fullmatch(code):
            raise ReleaseError(f"{place}: expected codes like {pattern.pattern}, found {code!r}.")
    return codes
