"""The notes of the Tabular List for many codes at once, with the codes that they print."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.codes.detail import NoteKind
from app.codes.references import printed_codes
from app.codes.shapes import plain

_MOST_ASKED = 500


@dataclass(frozen=True, slots=True)
class PrintedRange:
    """A code or range that a note prints, plain (`E08`, `E13`): equal ends for one code, and where it stands."""

    printed: str
    low: str
    high: str
    start: int

    def covers(self, code: str) -> bool:
        """Return whether a plain code is one of the range: `E1140` of E08-E13."""
        return self.low <= code[: len(self.low)] and code[: len(self.high)] <= self.high


@dataclass(frozen=True, slots=True)
class CodeNote:
    """A note with the id of its node, its place among all notes, and the ranges that it prints."""

    id: int
    node: int
    kind: NoteKind
    text: str
    ranges: tuple[PrintedRange, ...]


def notes_of_codes(
    db: sqlite3.Connection, nodes: Iterable[int], kinds: Iterable[NoteKind]
) -> Mapping[int, tuple[CodeNote, ...]]:
    """Return the notes of some kinds at some nodes, in the order of the book, by node."""
    asked, wanted = list(dict.fromkeys(nodes)), [kind.value for kind in kinds]
    notes: dict[int, list[CodeNote]] = defaultdict(list)
    kind_marks = ",".join("?" * len(wanted))
    for start in range(0, len(asked), _MOST_ASKED):
        some = asked[start : start + _MOST_ASKED]
        marks = ",".join("?" * len(some))
        for key, node, kind, text in db.execute(
            f"SELECT id, node, kind, text FROM note WHERE node IN ({marks}) AND kind IN ({kind_marks}) ORDER BY id",
            (*some, *wanted),
        ):
            notes[node].append(CodeNote(key, node, NoteKind(kind), text, _ranges(text)))
    return {node: tuple(of_node) for node, of_node in notes.items()}


def _ranges(text: str) -> tuple[PrintedRange, ...]:
    return tuple(
        PrintedRange(code.printed, plain(code.low), plain(code.high), code.start) for code in printed_codes(text)
    )
