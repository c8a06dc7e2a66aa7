"""Codarium's engine with the interface of its rivals, and the texts of its database, from which they are made."""

import sqlite3

from rivals import Text

from app.codes.systems import System
from app.library.open import Library
from app.search.answer import Filters, Question
from app.search.engine import Engine


class Codarium:
    """The engine on a code database; only codes of ICD-10-CM are returned."""

    def __init__(self, library: Library, systems: frozenset[System] = frozenset()) -> None:
        self._engine = Engine(library.connect())
        self._engine.warm()
        self._filters = Filters(systems)

    def search(self, text: str, limit: int) -> list[str]:
        """Return the codes for a text, best first."""
        hits = self._engine.search(Question(text, self._filters, limit)).hits
        return [hit.node.code for hit in hits if hit.node.system is System.ICD10CM]


def titles(connection: sqlite3.Connection) -> list[Text]:
    """Return the title of every code of ICD-10-CM, headings included, as the order file lists them."""
    rows = connection.execute(
        "SELECT code, title FROM node WHERE system = 'icd10cm' AND level NOT IN ('chapter', 'section') ORDER BY id"
    )
    return [Text(*row) for row in rows]


def entries(connection: sqlite3.Connection) -> list[Text]:
    """Return all texts by which the engine finds codes of ICD-10-CM: titles, inclusion terms, Index lines.

    Codes that differ only in the 7th character are one, as in the engine's rows.
    """
    rows = connection.execute(
        "SELECT n.code, CASE e.text WHEN '' THEN n.title ELSE e.text END"
        " FROM entry e JOIN node n ON n.id = e.node WHERE n.system = 'icd10cm' ORDER BY e.id"
    )
    return [Text(*row) for row in rows]
