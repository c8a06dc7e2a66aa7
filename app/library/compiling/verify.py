"""Checks that a code database must pass before it is used; they query the file itself, after it is written."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from app.codes.systems import System
from app.library.ids import BLOCK_BITS, id_range
from app.library.open import read_only_uri
from app.library.reading.node_rows import BILLABLE
from app.releases.errors import ReleaseError


def _outside(table: str, column: str) -> str:
    """Return the query for rows of a table whose id is in no block of a code set."""
    blocks = " OR ".join(f"{column} BETWEEN {low} AND {high}" for low, high in map(id_range, System))
    return f"SELECT '{table} ' || {column} FROM {table} WHERE NOT ({blocks})"


def _places() -> str:
    """Return the query for arrays without one place of four bytes for each entry, and one before them."""
    return " UNION ALL ".join(
        f"""
        SELECT '{system.value} ' || name FROM packed WHERE system = '{system.value}' AND name LIKE '%_of_entry'
            AND length(data) != 4 + 4 * (SELECT count(*) FROM entry WHERE id BETWEEN {id_range(system)[0]}
            AND {id_range(system)[1]})"""
        for system in System
    )


CHECKS = {
    "a node's id lies outside the block of its code set": " UNION ALL ".join(
        f"""
        SELECT code FROM node WHERE system = '{system.value}'
            AND id NOT BETWEEN {id_range(system)[0]} AND {id_range(system)[1]}"""
        for system in System
    ),
    "a node is of a code set that there is not": f"""
        SELECT code FROM node WHERE system NOT IN ({", ".join(f"'{system.value}'" for system in System)})""",
    "an id lies outside all blocks": f"{_outside('entry', 'id')} UNION ALL {_outside('index_entry', 'id')}",
    "an entry leads into another code set": f"""
        SELECT text FROM entry WHERE id >> {BLOCK_BITS} != node >> {BLOCK_BITS}""",
    "an Index line leads into another code set": f"""
        SELECT code FROM index_target WHERE entry >> {BLOCK_BITS} != node >> {BLOCK_BITS}""",
    "a node stands before its parent": """
        SELECT code FROM node WHERE parent >= id""",
    "a node has a parent in another code set": """
        SELECT n.code FROM node n JOIN node p ON p.id = n.parent WHERE p.system != n.system""",
    "a node lies outside the range of its parent": """
        SELECT n.code FROM node n JOIN node p ON p.id = n.parent WHERE n.last > p.last OR n.id <= p.id""",
    "a code is written differently from its plain form": """
        SELECT code FROM node WHERE replace(code, '.', '') != plain""",
    "a code stands twice in its code set": """
        SELECT plain FROM node GROUP BY plain, system HAVING count(*) > 1""",
    "a node has no title": """
        SELECT code FROM node WHERE trim(title) = ''""",
    "a valid code holds other codes": f"""
        SELECT code FROM node WHERE {BILLABLE} AND variants != 1""",
    # A section of ICD-10-PCS, HCPCS or CPT without loaded codes has a node, since it is explained.
    "a heading holds no valid code": """
        SELECT code FROM node WHERE status = 'heading' AND variants = 0 AND level NOT IN ('pcs_section', 'group')""",
    "a count of valid codes below a node is wrong": f"""
        SELECT code FROM node n WHERE parent IS NULL AND variants !=
            (SELECT count(*) FROM node v WHERE v.id BETWEEN n.id AND n.last AND v.{BILLABLE})""",
    "a code set's count of valid codes is wrong": f"""
        SELECT name FROM release r WHERE part = 'codes' AND current AND system != 'modifier' AND valid !=
            (SELECT count(*) FROM node n WHERE n.system = r.system AND n.{BILLABLE}
            AND (r.sections = '' OR instr(r.sections, substr(n.plain, 1, 1))))""",
    "a note's code opens a node of another code set": f"""
        SELECT printed FROM reference r JOIN note n ON n.id = r.note
        WHERE r.target >> {BLOCK_BITS} != n.node >> {BLOCK_BITS}""",
    "a date is none": """
        SELECT coalesce(valid_from, valid_to) FROM node
            WHERE date(valid_from, '+0 days') IS NOT valid_from OR date(valid_to, '+0 days') IS NOT valid_to
        UNION ALL SELECT "on" FROM change WHERE date("on", '+0 days') IS NOT "on"
        UNION ALL SELECT name FROM release
            WHERE date(effective_from, '+0 days') IS NOT effective_from
            OR date(effective_to, '+0 days') IS NOT effective_to""",
    "a code set has two newest releases of its codes": """
        SELECT system FROM release WHERE part = 'codes' AND current GROUP BY system, sections != ''
        HAVING count(*) > 1""",
    "a code set's nodes come from no release": """
        SELECT DISTINCT system FROM node WHERE system NOT IN (SELECT system FROM release)""",
    "a finished code is not seven characters long": """
        SELECT code FROM node WHERE level IN ('seventh', 'pcs_code') AND length(plain) != 7""",
    "a reference lies outside its note": """
        SELECT printed FROM reference r JOIN note n ON n.id = r.note
        WHERE substr(n.text, r.start + 1, r.stop - r.start) != r.printed""",
    # Titles do not tell the meaning of every character; tables do.
    "an axis of an ICD-10-PCS code is not explained": """
        WITH RECURSIVE place (position) AS (SELECT 1 UNION ALL SELECT position + 1 FROM place WHERE position < 7)
        SELECT n.code FROM node n JOIN place p WHERE n.level = 'pcs_code' AND n.status = 'valid' AND NOT EXISTS (
            SELECT 1 FROM pcs_value v
            WHERE v."table" = substr(n.plain, 1, min(p.position - 1, 3)) AND v.position = p.position
            AND v.value = substr(n.plain, p.position, 1))
        AND NOT EXISTS (
            SELECT 1 FROM release r WHERE r.part = 'tables' AND instr(r.sections, substr(n.plain, 1, 1)))""",
    # Results show the finished codes of a family in its row; a family of one code is that code, and a
    # section of one category (B20-B20) is that category.
    "a node cannot be found": """
        SELECT code FROM node WHERE level NOT IN ('seventh', 'pcs_code') AND id NOT IN (SELECT node FROM entry)
        AND NOT (level IN ('code', 'family') AND variants = 1)
        AND NOT (level = 'section' AND substr(plain, 1, 3) = substr(plain, 5))""",
    "an entry is missing from the search index": " UNION ALL ".join(
        f"""
        SELECT '{system.value}' WHERE (SELECT count(*) FROM entry WHERE id BETWEEN {id_range(system)[0]}
            AND {id_range(system)[1]}) != (SELECT count(*) FROM entry_words_{system.value})"""
        for system in System
    ),
    "an array of entries is of another length": _places(),
}
"""The error that a row of each query means; the first column of the row is the place."""


def verify(path: Path) -> None:
    """Raise ReleaseError, naming the error and its place, unless the database passes every check."""
    connection = sqlite3.connect(read_only_uri(path.resolve()), uri=True)
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
    for broken, query in CHECKS.items():
        row = connection.execute(f"{query} LIMIT 1").fetchone()
        if row:
            yield f"{broken} ({row[0]})"
    if connection.execute("SELECT count(*) FROM release").fetchone()[0] == 0:
        yield "it holds no code set"
