"""The database of NCCI edits: compiled once a quarter, asked for the pairs and limits of one code."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from app.codes.code_sets import Source
from app.library.open import UNREADABLE, DatabaseKind, LibraryError, check_header, check_required, read_only_uri
from app.releases.medicare.ncci import HOSPITAL, PRACTITIONER
from app.releases.records import MueLimit, PtpEdit

EDITS_DATABASE = DatabaseKind(
    name="NCCI edits database",
    # CODE
    application_id=0x434F4445,
    schema_version=1,
    required=frozenset({"source", "rationale", "edit", "edit_by_second", "mue"}),
    remedy="Add the NCCI files again to get it back.",
)

DAY_ZERO = date(1979, 12, 31)


_MOST_ASKED = 400
"""Codes in one question."""

_COLUMNS = "first, second, effective, ended, modifier, rationale, practitioner, hospital"
# An edit that was deleted on its first day with the indicator 9 was never in force.
_IN_FORCE = (
    "effective <= :today AND (ended = 0 OR ended >= :today) AND NOT (ended = effective AND modifier = 9) "
    "AND ((:practitioner AND practitioner) OR (:hospital AND hospital))"
)


@dataclass(frozen=True, slots=True)
class PtpPart:
    """A file of pairs: its setting (`practitioner` or `hospital`), version (`32.2`), first day, and rows."""

    source: Source
    setting: str
    release: str
    effective: date | None
    edits: Iterable[PtpEdit]


@dataclass(frozen=True, slots=True)
class MuePart:
    """A file of limits; each of them has its own setting."""

    source: Source
    effective: date | None
    limits: Iterable[MueLimit]


@dataclass(frozen=True, slots=True)
class Pair:
    """An edit and its settings: `practitioner`, `hospital` or both."""

    edit: PtpEdit
    settings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditsSource:
    """A file that the database was compiled from; `kind` is `ptp` or `mue`, `rows` the number of its rows taken."""

    kind: str
    setting: str
    release: str
    effective: date | None
    rows: int
    source: Source


def date_of(day: int) -> date | None:
    """Return the date of a day counted from DAY_ZERO; None for 0."""
    return DAY_ZERO + timedelta(days=day) if day else None


class Edits:
    """Questions by key to a database of edits; `connection` may be used in one thread at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rationales: dict[int, str] = dict(connection.execute("SELECT id, text FROM rationale"))

    def close(self) -> None:
        self._connection.close()

    def sources(self) -> tuple[EditsSource, ...]:
        """The files that the database was compiled from, in the order in which they were given."""
        rows = self._connection.execute(
            "SELECT kind, setting, release, effective, rows, file, sha256 FROM source ORDER BY id"
        )
        return tuple(
            EditsSource(kind, setting, release, date_of(effective), count, Source(file, sha256))
            for kind, setting, release, effective, count, file, sha256 in rows
        )

    def limits(self, code: str) -> tuple[MueLimit, ...]:
        """Return the limits of units of a code, at most one for each setting, in the order of the settings' names."""
        rows = self._connection.execute(
            "SELECT code, setting, units, indicator, rationale FROM mue WHERE code = ? ORDER BY setting", (code,)
        )
        return tuple(MueLimit(*row) for row in rows)

    def partners(
        self, code: str, today: date, limit: int = 50, setting: str | None = None
    ) -> tuple[tuple[Pair, ...], int]:
        """Return the first `limit` edits in force today with the code in either column, and the number of all of them.

        They are in the order of the other code. `setting` (`practitioner` or `hospital`) leaves out those of the other
        one. An edit whose terms differ between the two settings is there once for each.
        """
        parameters = {
            "code": code,
            "today": (today - DAY_ZERO).days,
            "limit": limit,
            "practitioner": setting != HOSPITAL,
            "hospital": setting != PRACTITIONER,
        }
        (total,) = self._connection.execute(
            f"SELECT (SELECT count(*) FROM edit WHERE first = :code AND {_IN_FORCE})"
            f" + (SELECT count(*) FROM edit WHERE second = :code AND first <> :code AND {_IN_FORCE})",
            parameters,
        ).fetchone()
        rows = self._connection.execute(
            f"SELECT {_COLUMNS}, second AS other FROM edit WHERE first = :code AND {_IN_FORCE}"
            f" UNION ALL SELECT {_COLUMNS}, first FROM edit WHERE second = :code AND first <> :code AND {_IN_FORCE}"
            " ORDER BY other, first, effective, hospital LIMIT :limit",
            parameters,
        )
        return tuple(self._pair(row[:-1]) for row in rows), total

    def among(self, codes: Sequence[str], day: date) -> tuple[Pair, ...]:
        """Return the edits in force on a day whose two codes are both among some codes, in the order of the first."""
        pairs: list[Pair] = []
        for first in dict.fromkeys(codes):
            for start in range(0, len(codes), _MOST_ASKED):
                others = codes[start : start + _MOST_ASKED]
                named = {f"other{number}": code for number, code in enumerate(others)}
                rows = self._connection.execute(
                    f"SELECT {_COLUMNS} FROM edit WHERE first = :code AND {_IN_FORCE}"
                    f" AND second IN ({', '.join(f':{name}' for name in named)}) ORDER BY second, effective, hospital",
                    {"code": first, "today": (day - DAY_ZERO).days, "practitioner": True, "hospital": True, **named},
                )
                pairs += map(self._pair, rows)
        return tuple(pairs)

    def parts(self) -> tuple[list[PtpPart], list[MuePart]]:
        """Return the compiled files, to be compiled again together with a new file.

        The rows of a part are read when they are iterated, which takes a second for each file.
        """
        ptp: list[PtpPart] = []
        mue: list[MuePart] = []
        for key, loaded in enumerate(self.sources(), start=1):
            if loaded.kind == "ptp":
                ptp.append(PtpPart(loaded.source, loaded.setting, loaded.release, loaded.effective, self._edits(key)))
            else:
                mue.append(MuePart(loaded.source, loaded.effective, self._all_limits(key)))
        return ptp, mue

    def _edits(self, source: int) -> Iterator[PtpEdit]:
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM edit WHERE practitioner = ? OR hospital = ?", (source, source)
        )
        return (self._pair(row).edit for row in rows)

    def _all_limits(self, source: int) -> Iterator[MueLimit]:
        rows = self._connection.execute(
            "SELECT code, setting, units, indicator, rationale FROM mue WHERE source = ?", (source,)
        )
        return (MueLimit(*row) for row in rows)

    def _pair(self, row: tuple[str, str, int, int, int, int, int, int]) -> Pair:
        first, second, effective, ended, modifier, rationale, practitioner, hospital = row
        settings = ((PRACTITIONER, practitioner), (HOSPITAL, hospital))
        since = DAY_ZERO + timedelta(days=effective)
        return Pair(
            PtpEdit(first, second, since, date_of(ended), modifier, self._rationales[rationale]),
            tuple(name for name, source in settings if source),
        )


def open_edits(path: Path) -> Edits:
    """Open and check the database of edits at `path`, read-only. Raises LibraryError, which says what is wrong with it.

    The check reads the header and the names of the tables, not the whole file.
    """
    check_header(path, EDITS_DATABASE)
    connection = None
    try:
        connection = sqlite3.connect(
            read_only_uri(path.resolve()), uri=True, check_same_thread=False, isolation_level=None
        )
        connection.execute("PRAGMA query_only = 1")
        check_required(connection, path, EDITS_DATABASE)
        return Edits(connection)
    except UNREADABLE as error:
        if connection is not None:
            connection.close()
        raise EDITS_DATABASE.damage(path, error) from error
    except LibraryError:
        if connection is not None:
            connection.close()
        raise
