"""The NCCI edits in a database of their own: compiled once a quarter, asked for the pairs and limits of one code."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from app.codes.records import Source
from app.library.open import LibraryError, read_only_uri
from app.releases.ncci import HOSPITAL, PRACTITIONER
from app.releases.records import MueLimit, PtpEdit, ReleaseError

APPLICATION_ID = 0x434F4445
"""Written into the header of every database of edits: CODE."""

SCHEMA_VERSION = 1
SCHEMA = Path(__file__).with_name("ncci.sql")

REMEDY = "Add the NCCI files again to get it back."

Progress = Callable[[str, float], None]
"""Told the step that runs and the share of the whole that is done, 0 to 1."""

_NO_DAY = date(1979, 12, 31)
# Few enough that a person who cancels does not wait, many enough that the calls do not count.
_BATCH = 20_000
# SQLite's virtual instructions between two looks at whether the person has cancelled: some milliseconds.
_INSTRUCTIONS = 200_000

_STAGED = (
    "INSERT INTO staging.edit (first, second, effective, practitioner, hospital, ended, modifier, rationale) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
# What holds for practitioners and hospitals alike becomes one row. In the order of the key, so that rows are appended.
_MERGED = """
    INSERT INTO edit (first, second, effective, practitioner, hospital, ended, modifier, rationale)
    SELECT first, second, effective, max(practitioner), max(hospital), ended, modifier, rationale
    FROM staging.edit
    GROUP BY first, second, effective, ended, modifier, rationale
    ORDER BY first, second, effective, ended, modifier, rationale
"""
# Made at the end, in one go. It holds all that tells whether an edit is in force: a code of anaesthesia is the second
# of ten thousand pairs, most of them ended.
_BY_SECOND = "CREATE INDEX edit_by_second ON edit (second, first, effective, ended, modifier)"

_COLUMNS = "first, second, effective, ended, modifier, rationale, practitioner, hospital"
# An edit that was deleted on its first day with the indicator 9 was never in force.
_IN_FORCE = (
    "effective <= :today AND (ended = 0 OR ended >= :today) AND NOT (ended = effective AND modifier = 9) "
    "AND ((:practitioner AND practitioner) OR (:hospital AND hospital))"
)


class CancelledError(Exception):
    """The person has cancelled what was running."""


@dataclass(frozen=True, slots=True)
class PtpPart:
    """A file of pairs: whom it holds for (`practitioner` or `hospital`), version (`32.2`), first day, and its rows."""

    source: Source
    setting: str
    release: str
    effective: date | None
    edits: Iterable[PtpEdit]


@dataclass(frozen=True, slots=True)
class MuePart:
    """A file of limits; each of them says whom it holds for."""

    source: Source
    effective: date | None
    limits: Iterable[MueLimit]


@dataclass(frozen=True, slots=True)
class Pair:
    """An edit and for whom it holds: `practitioner`, `hospital` or both."""

    edit: PtpEdit
    settings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditsSource:
    """A file that the database was compiled from; `kind` is `ptp` or `mue`, `rows` how many of its rows were taken."""

    kind: str
    setting: str
    release: str
    effective: date | None
    rows: int
    source: Source


def compile_edits(
    out: Path,
    ptp: Sequence[PtpPart],
    mue: Sequence[MuePart],
    progress: Progress = lambda _step, _share: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> None:
    """Write a database of edits to `out`, a file that must not exist yet; the folder needs as much room again.

    The rows are read as they are written, so a part may hold half a million of them. Raises ReleaseError when a file
    says two things of one pair or code, CancelledError, and sqlite3.Error when the disk is full. `out` is then nothing
    that can be used, and the caller takes it away.
    """
    staging = out.with_name(f"{out.name}.staging")
    try:
        with closing(sqlite3.connect(out, isolation_level=None)) as connection:
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")
            connection.executescript(SCHEMA.read_text(encoding="utf-8"))
            connection.execute("ATTACH ? AS staging", (str(staging),))
            connection.executescript(
                "PRAGMA staging.journal_mode = OFF; PRAGMA staging.synchronous = OFF;"
                # Without types and constraints: what goes in comes out into `edit`, which has them.
                "CREATE TABLE staging.edit"
                " (first, second, effective, practitioner, hospital, ended, modifier, rationale);"
            )
            connection.set_progress_handler(cancelled, _INSTRUCTIONS)
            try:
                _Compiler(connection, progress, cancelled).compile(ptp, mue)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                    raise CancelledError from error
                raise
    finally:
        staging.unlink(missing_ok=True)


class _Compiler:
    """Writes the rows of one database; what it keeps is what the rows share."""

    def __init__(self, connection: sqlite3.Connection, progress: Progress, cancelled: Callable[[], bool]) -> None:
        self._connection = connection
        self._progress = progress
        self._cancelled = cancelled
        self._rationales: dict[str, int] = {}
        self._days: dict[date | None, int] = {None: 0}

    def compile(self, ptp: Sequence[PtpPart], mue: Sequence[MuePart]) -> None:
        run = self._connection.execute
        run("BEGIN")
        for done, part in enumerate(ptp):
            self._progress(f"pairs of codes, file {done + 1} of {len(ptp)}", 0.6 * done / len(ptp))
            self._add_pairs(part)
        self._progress("pairs of codes in order", 0.6)
        try:
            run(_MERGED)
        except sqlite3.IntegrityError as error:
            raise self._contradiction() from error
        self._progress("limits of units", 0.85)
        for part in mue:
            self._add_limits(part)
        self._progress("index", 0.87)
        run(_BY_SECOND)
        self._connection.executemany(
            "INSERT INTO rationale (id, text) VALUES (?, ?)", ((key, text) for text, key in self._rationales.items())
        )
        run("COMMIT")
        self._progress("done", 1.0)

    def _add_pairs(self, part: PtpPart) -> None:
        if part.setting not in (PRACTITIONER, HOSPITAL):
            raise ReleaseError(f"{part.source.file}: expected {PRACTITIONER} or {HOSPITAL}, found {part.setting!r}.")
        key = self._add_source("ptp", part.setting, part.release, part.source)
        by_setting = (key, 0) if part.setting == PRACTITIONER else (0, key)
        latest = count = 0
        edits = iter(part.edits)
        while batch := [self._row(edit, by_setting) for edit in islice(edits, _BATCH)]:
            if self._cancelled():
                raise CancelledError
            self._connection.executemany(_STAGED, batch)
            count += len(batch)
            latest = max(latest, *(row[2] for row in batch))
        self._finish_source(key, count, self._day(part.effective) or latest)

    def _row(self, edit: PtpEdit, by_setting: tuple[int, int]) -> tuple[str, str, int, int, int, int, int, int]:
        days = self._days
        since, until, rationale = edit.effective, edit.ended, edit.rationale
        if since not in days:
            days[since] = self._day(since)
        if until not in days:
            days[until] = self._day(until)
        if rationale not in self._rationales:
            self._rationales[rationale] = len(self._rationales) + 1
        return (
            edit.first,
            edit.second,
            days[since],
            *by_setting,
            days[until],
            edit.modifier,
            self._rationales[rationale],
        )

    def _day(self, day: date | None) -> int:
        return 0 if day is None else (day - _NO_DAY).days

    def _add_limits(self, part: MuePart) -> None:
        limits = list(part.limits)
        if not limits:
            return
        key = self._add_source("mue", limits[0].setting, "", part.source)
        for limit in limits:
            try:
                self._connection.execute(
                    "INSERT INTO mue (code, setting, units, indicator, rationale, source) VALUES (?, ?, ?, ?, ?, ?)",
                    (limit.code, limit.setting, limit.units, limit.indicator, limit.rationale, key),
                )
            except sqlite3.IntegrityError as error:
                raise ReleaseError(
                    f"{part.source.file}: expected one limit of {limit.code} for the setting {limit.setting}, "
                    f"found a second one; add the file of one quarter only."
                ) from error
        self._finish_source(key, len(limits), self._day(part.effective))

    def _add_source(self, kind: str, setting: str, release: str, source: Source) -> int:
        cursor = self._connection.execute(
            "INSERT INTO source (kind, setting, release, effective, rows, file, sha256) VALUES (?, ?, ?, 0, 0, ?, ?)",
            (kind, setting, release, source.file, source.sha256),
        )
        return cursor.lastrowid or 0

    def _finish_source(self, key: int, rows: int, effective: int) -> None:
        self._connection.execute("UPDATE source SET rows = ?, effective = ? WHERE id = ?", (rows, effective, key))

    def _contradiction(self) -> ReleaseError:
        first, second, effective, practitioner, hospital = self._connection.execute(
            "SELECT first, second, effective, max(practitioner), max(hospital) FROM ("
            " SELECT first, second, effective, ended, modifier, rationale,"
            " max(practitioner) AS practitioner, max(hospital) AS hospital"
            " FROM staging.edit GROUP BY first, second, effective, ended, modifier, rationale)"
            " GROUP BY first, second, effective, practitioner, hospital HAVING count(*) > 1 LIMIT 1"
        ).fetchone()
        (file,) = self._connection.execute(
            "SELECT file FROM source WHERE id = ?", (practitioner or hospital,)
        ).fetchone()
        return ReleaseError(
            f"{file}: expected one row for the pair {first} and {second} since {_date(effective)}, "
            f"found two that differ."
        )


def _date(day: int) -> date | None:
    return _NO_DAY + timedelta(days=day) if day else None


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
            EditsSource(kind, setting, release, _date(effective), count, Source(file, sha256))
            for kind, setting, release, effective, count, file, sha256 in rows
        )

    def limits(self, code: str) -> tuple[MueLimit, ...]:
        """The most units of a code, at most one limit for each setting, in the order of their names."""
        rows = self._connection.execute(
            "SELECT code, setting, units, indicator, rationale FROM mue WHERE code = ? ORDER BY setting", (code,)
        )
        return tuple(MueLimit(*row) for row in rows)

    def partners(
        self, code: str, today: date, limit: int = 50, setting: str | None = None
    ) -> tuple[tuple[Pair, ...], int]:
        """The first `limit` edits in force today that have the code in either column, and how many there are in all.

        In the order of the other code. `setting` (`practitioner` or `hospital`) leaves out those of the other one.
        An edit whose terms differ between the two settings stands once for each.
        """
        asked = {
            "code": code,
            "today": (today - _NO_DAY).days,
            "limit": limit,
            "practitioner": setting != HOSPITAL,
            "hospital": setting != PRACTITIONER,
        }
        (total,) = self._connection.execute(
            f"SELECT (SELECT count(*) FROM edit WHERE first = :code AND {_IN_FORCE})"
            f" + (SELECT count(*) FROM edit WHERE second = :code AND first <> :code AND {_IN_FORCE})",
            asked,
        ).fetchone()
        rows = self._connection.execute(
            f"SELECT {_COLUMNS}, second AS other FROM edit WHERE first = :code AND {_IN_FORCE}"
            f" UNION ALL SELECT {_COLUMNS}, first FROM edit WHERE second = :code AND first <> :code AND {_IN_FORCE}"
            " ORDER BY other, first, effective, hospital LIMIT :limit",
            asked,
        )
        return tuple(self._pair(row[:-1]) for row in rows), total

    def between(self, first: str, second: str) -> tuple[Pair, ...]:
        """Every edit that ever held for two codes, whichever stands first, the newest first."""
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM edit WHERE first = ? AND second = ?"
            f" UNION SELECT {_COLUMNS} FROM edit WHERE first = ? AND second = ?"
            " ORDER BY effective DESC, first, hospital",
            (first, second, second, first),
        )
        return tuple(self._pair(row) for row in rows)

    def parts(self) -> tuple[list[PtpPart], list[MuePart]]:
        """What was compiled, file by file, to be compiled again together with a new file.

        The rows of a part are read when they are asked for, which takes a second for each file.
        """
        ptp: list[PtpPart] = []
        mue: list[MuePart] = []
        for key, found in enumerate(self.sources(), start=1):
            if found.kind == "ptp":
                ptp.append(PtpPart(found.source, found.setting, found.release, found.effective, self._edits(key)))
            else:
                mue.append(MuePart(found.source, found.effective, self._all_limits(key)))
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
        since = _NO_DAY + timedelta(days=effective)
        return Pair(
            PtpEdit(first, second, since, _date(ended), modifier, self._rationales[rationale]),
            tuple(name for name, source in settings if source),
        )


def open_edits(path: Path) -> Edits:
    """The database of edits at `path`, checked and read-only. Raises LibraryError, which says what is wrong with it.

    The check reads the header and the names of the tables, not the whole file.
    """
    _check_file(path)
    connection = None
    try:
        connection = sqlite3.connect(
            read_only_uri(path.resolve()), uri=True, check_same_thread=False, isolation_level=None
        )
        connection.execute("PRAGMA query_only = 1")
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if missing := {"source", "rationale", "edit", "edit_by_second", "mue"} - names:
            raise LibraryError(f"The database of NCCI edits {path} lacks {min(missing)}. {REMEDY}")
        return Edits(connection)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if connection is not None:
            connection.close()
        raise LibraryError(f"The database of NCCI edits {path} is damaged ({error}). {REMEDY}") from error
    except LibraryError:
        if connection is not None:
            connection.close()
        raise


def _check_file(path: Path) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(100)
        size = path.stat().st_size
    except OSError as error:
        raise LibraryError(f"The database of NCCI edits {path} cannot be read ({error.strerror}). {REMEDY}") from error
    if not header.startswith(b"SQLite format 3\0") or len(header) < 100:
        raise LibraryError(f"{path} is not a database. {REMEDY}")
    # SQLite file format, header: page size at 16, pages at 28, user version at 60, application id at 68; big-endian.
    page_size = int.from_bytes(header[16:18], "big")
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise LibraryError(f"{path} is a database, but not one of NCCI edits. {REMEDY}")
    version = int.from_bytes(header[60:64], "big")
    if version != SCHEMA_VERSION:
        raise LibraryError(
            f"The database of NCCI edits {path} has version {version}, this program reads {SCHEMA_VERSION}. {REMEDY}"
        )
    if size < (65536 if page_size == 1 else page_size) * int.from_bytes(header[28:32], "big"):
        raise LibraryError(f"The database of NCCI edits {path} is cut short. {REMEDY}")
