"""Packed data of the code database: arrays of numbers, texts, and small tables that the engine reads at once."""

import sqlite3
import sys
from array import array


def packed_numbers(connection: sqlite3.Connection, name: str, system: str = "") -> "array[int]":
    """Read a packed array of unsigned 32-bit numbers, of one code set or of all together."""
    numbers = array("I")
    numbers.frombytes(_data(connection, name, system))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def packed_ids(connection: sqlite3.Connection, name: str) -> frozenset[int]:
    """Read packed ids of nodes or entries, of all code sets that have some."""
    ids: set[int] = set()
    for (system,) in connection.execute("SELECT system FROM packed WHERE name = ?", (name,)).fetchall():
        ids.update(packed_numbers(connection, name, system))
    return frozenset(ids)


def packed_text(connection: sqlite3.Connection, name: str, system: str = "") -> str:
    """Read a packed text, of one code set or of all together."""
    return _data(connection, name, system).decode()


def packed_rows(connection: sqlite3.Connection, name: str) -> list[list[str]]:
    """Read a packed table of the lexicon. A library that was compiled before there was such a table has no rows."""
    data = _packed(connection, name, "")
    return [line.split("\t") for line in data.decode().split("\n")] if data else []


def packed_lines(connection: sqlite3.Connection, name: str, system: str = "") -> list[str]:
    """Read packed lines, of one code set or of all together."""
    text = packed_text(connection, name, system)
    return text.split("\n") if text else []


def packed_lines_if_any(connection: sqlite3.Connection, name: str, system: str) -> list[str]:
    """Read packed lines of a code set; none of a library that was compiled before there were such lines."""
    data = _packed(connection, name, system)
    return data.decode().split("\n") if data else []


def _data(connection: sqlite3.Connection, name: str, system: str) -> bytes:
    data = _packed(connection, name, system)
    if data is None:
        raise sqlite3.DatabaseError(f"{name} is missing")
    return data


def _packed(connection: sqlite3.Connection, name: str, system: str) -> bytes | None:
    row = connection.execute("SELECT data FROM packed WHERE system = ? AND name = ?", (system, name)).fetchone()
    return row[0] if row is not None else None
