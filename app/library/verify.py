"""What must be true of a code database before it may be used: asked of the file itself, after it is written."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.releases.records import ReleaseError


@dataclass(frozen=True, slots=True)
class Check:
    """A query that must give no row, and what it means when it gives one."""

    broken: str
    sql: str


CHECKS = (
    Check("a node stands before its parent", "SELECT code FROM node WHERE parent >= id"),
    Check("a node has a parent that does not exist", "SELECT code FROM node n WHERE parent IS NOT NULL AND NOT EXISTS (SELECT 1 FROM node p WHERE p.id = n.parent)"),
    Check("a node has a parent in another code set", "SELECT n.code FROM node n JOIN node p ON p.id = n.parent WHERE p.system != n.system"),
    Check("a node lies outside the range of its parent", "SELECT n.code FROM node n JOIN node p ON p.id = n.parent WHERE n.last > p.last OR n.id <= p.id"),
    Check("a code is written differently from its plain form", "SELECT code FROM node WHERE replace(code, '.', '') != plain"),
    Check("a node has no title", "SELECT code FROM node WHERE trim(title) = ''"),
    Check("a valid code holds other codes", "SELECT code FROM node WHERE standing != 'heading' AND last != id"),
    Check("a heading holds no valid code", "SELECT code FROM node WHERE standing = 'heading' AND variants = 0"),
    Check("a count of variants is wrong", "SELECT code FROM node n WHERE standing = 'heading' AND parent IS NULL AND variants != (SELECT count(*) FROM node v WHERE v.id BETWEEN n.id AND n.last AND v.standing != 'heading')"),
    Check("a 7th-character code is not seven characters long", "SELECT code FROM node WHERE level = 'seventh' AND length(plain) != 7"),
    Check("an ICD-10-PCS code is not seven characters long", "SELECT code FROM node WHERE level = 'pcs_code' AND length(plain) != 7"),
    Check("a reference lies outside its note", 'SELECT printed FROM reference r JOIN note n ON n.id = r.note WHERE substr(n.text, r.start + 1, r."end" - r.start) != r.printed'),
    Check("an axis of an ICD-10-PCS code is not explained", "SELECT code FROM node WHERE level = 'pcs_code' AND NOT EXISTS (SELECT 1 FROM pcs_value v WHERE v.\"table\" = substr(plain, 1, 3) AND v.position = 4 AND v.value = substr(plain, 4, 1))"),
    Check("a node cannot be found", "SELECT code FROM node WHERE level NOT IN ('seventh', 'pcs_code') AND id NOT IN (SELECT node FROM entry)"
          " AND NOT (level IN ('code', 'family') AND variants = 1)"),
    Check("a count of codes is wrong", "SELECT name FROM release r WHERE valid != (SELECT count(*) FROM node n WHERE n.release = r.id AND n.standing != 'heading')"),
    Check("an entry is missing from the search index", "SELECT id FROM entry WHERE (SELECT count(*) FROM entry) != (SELECT count(*) FROM entry_words)"),
)  # fmt: skip


def verify(path: Path) -> None:
    """Raise ReleaseError, naming what is broken and where, unless everything holds that the program relies on."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        problem = next(_problems(connection), None)
    except sqlite3.DatabaseError as error:
        problem = str(error)
    finally:
        connection.close()
    if problem:
        raise ReleaseError(f"The database that was made is not sound: {problem}. It is not used.")


def _problems(connection: sqlite3.Connection) -> Iterator[str]:
    for (message,) in connection.execute("PRAGMA integrity_check"):
        if message != "ok":
            yield message
    for table, *_rest in connection.execute("PRAGMA foreign_key_check"):
        yield f"a row of {table} refers to nothing"
    for check in CHECKS:
        row = connection.execute(f"{check.sql} LIMIT 1").fetchone()  # the queries are constants of this module
        if row:
            yield f"{check.broken} ({row[0]})"
    if connection.execute("SELECT count(*) FROM release").fetchone()[0] == 0:
        yield "it holds no code set"
