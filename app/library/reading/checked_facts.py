"""Facts that a check of many codes asks for, each in a few questions for all of them."""

import sqlite3
from collections.abc import Iterable, Mapping

from app.codes.detail import NoteKind
from app.codes.node import Node
from app.library.reading.catalogue import Catalogue
from app.library.reading.dated_codes import DatedCode, dated_codes
from app.library.reading.notes_of_codes import CodeNote, notes_of_codes


class CheckedFacts:
    """Reads for many codes what `Catalogue` reads for one. `catalogue` reads through the same connection."""

    def __init__(self, connection: sqlite3.Connection, catalogue: Catalogue) -> None:
        self._db, self.catalogue = connection, catalogue

    def dated(self, nodes: Iterable[Node]) -> Mapping[int, DatedCode]:
        """Return what is known of the days of codes, by node."""
        return dated_codes(self._db, (node.id for node in nodes))

    def levels(self, nodes: Iterable[Node]) -> Mapping[int, tuple[Node, ...]]:
        """Return each node with those above it, nearest first, by node."""
        known = {node.id: node for node in nodes}
        wanted = {node.parent for node in known.values()} - {None}
        while missing := {key for key in wanted if key is not None and key not in known}:
            above = self.catalogue.nodes(missing)
            known.update(above)
            wanted = {node.parent for node in above.values()}
        levels: dict[int, tuple[Node, ...]] = {}
        for node in tuple(known.values()):
            line = [node]
            while (parent := line[-1].parent) is not None:
                line.append(known[parent])
            levels[node.id] = tuple(line)
        return levels

    def notes(self, nodes: Iterable[int], kinds: Iterable[NoteKind]) -> Mapping[int, tuple[CodeNote, ...]]:
        """Return the notes of some kinds at nodes, by node."""
        return notes_of_codes(self._db, nodes, kinds)
