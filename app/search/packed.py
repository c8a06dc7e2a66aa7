"""Arrays and texts that the engine reads whole from the code database, in a fraction of the time that rows take."""

import sqlite3
import sys
from array import array


def packed_numbers(connection: sqlite3.Connection, name: str, system: str = "") -> "array[int]":
    """An array of unsigned 32-bit numbers, of one code set or of all together."""
    numbers = array("I")
    numbers.frombytes(_data(connection, name, system))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def packed_text(connection: sqlite3.Connection, name: str, system: str = "") -> str:
    """A text."""
    return _data(connection, name, system).decode()


def _data(connection: sqlite3.Connection, name: str, system: str) -> bytes:
    row = connection.execute("SELECT data FROM packed WHERE system = ? AND name = ?", (system, name)).fetchone()
    if row is None:
        raise sqlite3.DatabaseError(f"{name} is missing")
    return row[0]
