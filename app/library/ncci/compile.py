"""Compiling the NCCI edits into a database of their own."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path

from app.codes.code_sets import Source
from app.library.ncci.database import DAY_ZERO, MuePart, PtpPart, date_of
from app.library.progress import Progress, ignore_progress
from app.releases.errors import ReleaseError
from app.releases.medicare.ncci import HOSPITAL, PRACTITIONER
from app.releases.records import PtpEdit

SCHEMA = Path(__file__).with_name("ncci.sql")


# Few enough to be held in memory, many enough that the calls cost little.
_BATCH = 20_000

_STAGED = (
    "INSERT INTO staging.edit (first, second, effective, practitioner, hospital, ended, modifier, rationale) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)

# An edit for both practitioners and hospitals becomes one row. In the order of the key, so that rows are appended.
_MERGED = """
    INSERT INTO edit (first, second, effective, practitioner, hospital, ended, modifier, rationale)
    SELECT first, second, effective, max(practitioner), max(hospital), ended, modifier, rationale
    FROM staging.edit
    GROUP BY first, second, effective, ended, modifier, rationale
    ORDER BY first, second, effective, ended, modifier, rationale
"""

# Made at the end, in one go. Its columns decide whether an edit is in force: a code of anesthesia is the second of
# ten thousand pairs, most of them ended.
_BY_SECOND = "CREATE INDEX edit_by_second ON edit (second, first, effective, ended, modifier)"


def compile_edits(
    out: Path,
    ptp: Sequence[PtpPart],
    mue: Sequence[MuePart],
    progress: Progress = ignore_progress,
) -> None:
    """Write a database of edits to `out`, a file that must not exist yet; the folder needs as much room again.

    The rows are read as they are written, so a part may hold half a million of them. Raises ReleaseError when a file
    contradicts itself on a pair or code, and sqlite3.Error when the disk is full. `out` cannot be used then, and the
    caller deletes it.
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
            _Compiler(connection, progress).compile(ptp, mue)
    finally:
        staging.unlink(missing_ok=True)


class _Compiler:
    """Writer of the rows of one database, with the values that rows share."""

    def __init__(self, connection: sqlite3.Connection, progress: Progress) -> None:
        self._connection = connection
        self._progress = progress
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
        return 0 if day is None else (day - DAY_ZERO).days

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
            f"{file}: expected one row for the pair {first} and {second} since {date_of(effective)}, "
            f"found two that differ."
        )
