"""The NCCI edits of one code as a coder asks for them: the most units, the pairs in force, and both in words."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.codes.names import count_words
from app.codes.node import Level, Node
from app.codes.systems import System
from app.library.open import LibraryError

if TYPE_CHECKING:
    from app.library.ncci.database import EditsSource, Pair
    from app.releases.records import MueLimit

SETTINGS = {
    "practitioner": "Practitioners",
    "outpatient": "Outpatient hospitals",
    "hospital": "Outpatient hospitals",
    "supplier": "Suppliers of equipment",
}
"""Whom an edit holds for, in the order in which they are named; `outpatient` of limits is `hospital` of pairs."""

INDICATORS = {
    1: "for each line of a claim; another line with a modifier that fits may carry more",
    2: "for the whole day, by a rule of CMS's: no more are paid, with whatever modifier",
    3: "for the whole day, by clinical experience: more may be paid where the record shows that they were needed",
}
"""The adjudication indicator of a limit (CMS, MUE file), in our words."""

MODIFIERS = {0: "no modifier allowed", 1: "modifier allowed", 9: "modifier does not apply"}
"""The modifier indicator of a pair (CMS, PTP file)."""

WRONG_ROWS = (sqlite3.Error, UnicodeDecodeError, KeyError, TypeError, ValueError, OverflowError)
"""What reading a damaged database may end in."""


@dataclass(frozen=True, slots=True)
class CodeEdits:
    """The limits of a code in the order of SETTINGS, the first pairs in force, and how many pairs there are in all."""

    limits: "tuple[MueLimit, ...]" = ()
    pairs: "tuple[Pair, ...]" = ()
    pairs_total: int = 0


@dataclass(frozen=True, slots=True)
class LoadedEdits:
    """The files that the edits were made from, none where there are none; `trouble` says why they cannot be read."""

    sources: "tuple[EditsSource, ...]" = ()
    trouble: str = ""


def has_edits(node: Node) -> bool:
    """Whether a node is of the kind that edits are made for: a code of CPT or HCPCS."""
    return node.level is Level.ITEM and node.system in (System.CPT, System.HCPCS)


def edits_of(path: Path, code: str, today: date, most: int) -> CodeEdits | None:
    """The edits of a code on a day, with at most so many pairs; None where there is no database at `path`.

    It is opened for the question and closed again, which takes less than a millisecond: Windows replaces no file that
    is open, and the next quarter's edits may come at any time. Raises LibraryError where it is damaged.
    """
    if not path.exists():
        return None
    # What opens it knows the publishers' files, and takes as long to import as a look-up to answer.
    from app.library.ncci.database import EDITS_DATABASE, open_edits

    try:
        with closing(open_edits(path)) as edits:
            limits = sorted(edits.limits(code), key=lambda limit: list(SETTINGS).index(limit.setting))
            pairs, total = edits.partners(code, today, most)
            return CodeEdits(tuple(limits), pairs, total)
    except WRONG_ROWS as error:
        raise EDITS_DATABASE.damage(path, error) from error


def loaded_edits(path: Path) -> LoadedEdits:
    """What the database at `path` was made from."""
    if not path.exists():
        return LoadedEdits()
    from app.library.ncci.database import EDITS_DATABASE, open_edits

    try:
        with closing(open_edits(path)) as edits:
            return LoadedEdits(edits.sources())
    except LibraryError as error:
        return LoadedEdits(trouble=str(error))
    except WRONG_ROWS as error:
        return LoadedEdits(trouble=str(EDITS_DATABASE.damage(path, error)))


def limit_words(limit: "MueLimit") -> str:
    """`2 units for each line of a claim; ...`."""
    units = count_words(limit.units, "unit")
    indicator = INDICATORS.get(limit.indicator)
    return f"{units} {indicator}" if indicator else units


def other_code(pair: "Pair", code: str) -> str:
    """The code that a pair sets beside `code`."""
    return pair.edit.second if pair.edit.first == code else pair.edit.first


def column_of_other(pair: "Pair", code: str) -> int:
    """The column in which that other code stands: 1 is paid, 2 is not paid beside it."""
    return 2 if pair.edit.first == code else 1


def pair_words(pair: "Pair", code: str) -> str:
    """`column 2, not paid beside 99213 · modifier allowed · practitioners and outpatient hospitals`."""
    if column_of_other(pair, code) == 2:
        column = f"column 2, not paid beside {code}"
    else:
        column = f"column 1, {code} is not paid beside it"
    whom = " and ".join(SETTINGS[setting].lower() for setting in pair.settings)
    return " · ".join((column, MODIFIERS.get(pair.edit.modifier, "modifier not stated"), whom))
