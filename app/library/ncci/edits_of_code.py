"""The NCCI edits of one code: its limits of units, the pairs in force, and the words for both."""

from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.codes.names import count_words
from app.codes.node import Level, Node
from app.codes.systems import System
from app.library.open import UNREADABLE, LibraryError

if TYPE_CHECKING:
    from app.library.ncci.database import EditsSource, Pair
    from app.releases.records import MueLimit

SETTINGS = {
    "practitioner": "Practitioners",
    "outpatient": "Outpatient hospitals",
    "hospital": "Outpatient hospitals",
    "supplier": "Suppliers of equipment",
}
"""Names of settings, in the order in which they are shown; `outpatient` of limits is `hospital` of pairs."""

INDICATORS = {
    1: "for each line of a claim; another line with an appropriate modifier may have more",
    2: "for the whole day, by CMS policy: no more are paid, with any modifier",
    3: "for the whole day, by clinical benchmarks: more may be paid if the record shows medical necessity",
}
"""The adjudication indicator of a limit (CMS, MUE file), in our words."""

MODIFIERS = {0: "no modifier allowed", 1: "modifier allowed", 9: "modifier does not apply"}
"""The modifier indicator of a pair (CMS, PTP file)."""

DAMAGE_ERRORS = (*UNREADABLE, KeyError, TypeError, ValueError, OverflowError)
"""Errors that reading a damaged database may raise."""


@dataclass(frozen=True, slots=True)
class CodeEdits:
    """The limits of a code in the order of SETTINGS, the first pairs in force, and the number of all pairs."""

    limits: "tuple[MueLimit, ...]" = ()
    pairs: "tuple[Pair, ...]" = ()
    pairs_total: int = 0


@dataclass(frozen=True, slots=True)
class LoadedEdits:
    """The files that the edits were compiled from, if there are any; `problem` is the reason if they cannot be read."""

    sources: "tuple[EditsSource, ...]" = ()
    problem: str = ""


def has_edits(node: Node) -> bool:
    """Return whether a node is a code that edits may exist for: one of CPT or HCPCS."""
    return node.level is Level.ITEM and node.system in (System.CPT, System.HCPCS)


def edits_of(path: Path, code: str, today: date, most: int) -> CodeEdits | None:
    """Return the edits of a code on a day, with at most `most` pairs; None if there is no database at `path`.

    The database is opened for the question and closed again, which takes less than a millisecond: Windows cannot
    replace an open file, and the next quarter's edits may come at any time. Raises LibraryError if it is damaged.
    """
    if not path.exists():
        return None
    # Imported here: it imports the readers of the publishers' files, which takes as long as a look-up.
    from app.library.ncci.database import EDITS_DATABASE, open_edits

    try:
        with closing(open_edits(path)) as edits:
            limits = sorted(edits.limits(code), key=lambda limit: list(SETTINGS).index(limit.setting))
            pairs, total = edits.partners(code, today, most)
            return CodeEdits(tuple(limits), pairs, total)
    except DAMAGE_ERRORS as error:
        raise EDITS_DATABASE.damage(path, error) from error


def loaded_edits(path: Path) -> LoadedEdits:
    """Return the files that the database at `path` was compiled from."""
    if not path.exists():
        return LoadedEdits()
    from app.library.ncci.database import EDITS_DATABASE, open_edits

    try:
        with closing(open_edits(path)) as edits:
            return LoadedEdits(edits.sources())
    except LibraryError as error:
        return LoadedEdits(problem=str(error))
    except DAMAGE_ERRORS as error:
        return LoadedEdits(problem=str(EDITS_DATABASE.damage(path, error)))


def limit_words(limit: "MueLimit") -> str:
    """Return a limit in words: `2 units for each line of a claim; ...`."""
    units = count_words(limit.units, "unit")
    indicator = INDICATORS.get(limit.indicator)
    return f"{units} {indicator}" if indicator else units


def other_code(pair: "Pair", code: str) -> str:
    """Return the other code of a pair."""
    return pair.edit.second if pair.edit.first == code else pair.edit.first


def column_of_other(pair: "Pair", code: str) -> int:
    """Return the column of the other code of a pair: 1 is paid, 2 is not paid together with it."""
    return 2 if pair.edit.first == code else 1


def pair_words(pair: "Pair", code: str) -> str:
    """Return a pair in words: `column 2, not paid with 99213 · modifier allowed · practitioners ...`."""
    if column_of_other(pair, code) == 2:
        column = f"column 2, not paid with {code}"
    else:
        column = f"column 1, {code} is not paid with it"
    whom = " and ".join(SETTINGS[setting].lower() for setting in pair.settings)
    return " · ".join((column, MODIFIERS.get(pair.edit.modifier, "modifier not stated"), whom))
