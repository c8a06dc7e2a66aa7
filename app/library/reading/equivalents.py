"""Equivalent codes of ICD-9-CM and ICD-10 by the General Equivalence Maps, with their flags in words."""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from app.codes.detail import Equivalent, Icd9Reading
from app.codes.node import Level, Node
from app.codes.shapes import AROUND_CODES, plain, written
from app.codes.systems import System
from app.library.tokens import word_list

MAP_PREFIXES = {System.ICD10CM: "cm", System.ICD10PCS: "pcs"}
"""The beginnings of the names of the maps, by code set."""

ICD9_LABELS = {"cm": "ICD-9-CM", "pcs": "ICD-9-CM Volume 3"}

MOST_EQUIVALENTS = 100
"""Equivalents that are read for a code of ICD-9-CM: 39.29 has 1,287, and the first are as good as the others."""

_ICD9 = re.compile(r"[0-9]{2,5}|V[0-9]{2,4}|E[0-9]{3,4}", re.ASCII)

NO_EQUIVALENT = "no equivalent"

PREFIX_END = "\x7f"
"""Behind every text that begins with the text before it."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a map: the flags of the file, and the target code with its title and node."""

    flags: str
    code: str
    title: str
    target: int | None

    @property
    def is_unmapped(self) -> bool:
        return self.flags[1] == "1" or not self.code

    @property
    def is_combination(self) -> bool:
        return self.flags[2] == "1"


def icd9_dotted(code: str, procedure: bool) -> str:
    """Return a plain ICD-9-CM code with dot: `25000` -> `250.00`, `E8000` -> `E800.0`; procedure `0066` -> `00.66`."""
    length = 2 if procedure else 4 if code.startswith("E") else 3
    return code if len(code) <= length else f"{code[:length]}.{code[length:]}"


def icd9_equivalents(db: sqlite3.Connection, node: Node) -> tuple[Equivalent, ...]:
    """Return the equivalents of an ICD-10 code, each code and remark once: those of its own map in the order of their
    lists, then those that only the map of ICD-9-CM leads from."""
    kind = MAP_PREFIXES.get(node.system)
    if kind is None or node.level in (Level.CHAPTER, Level.SECTION):
        return ()
    procedure, code = kind == "pcs", plain(node.code)
    own = db.execute(
        "SELECT m.flags, m.target, t.title FROM equivalence m LEFT JOIN icd9 t ON t.plain = m.target"
        " AND t.procedure = ? WHERE m.map = ? AND m.source = ? ORDER BY m.flags, m.target",
        (procedure, f"{kind}10to9", code),
    ).fetchall()
    # The condition as the index has it; which of the two maps the code belongs to follows from the code.
    back = db.execute(
        "SELECT m.flags, m.source, t.title FROM equivalence m LEFT JOIN icd9 t ON t.plain = m.source"
        " AND t.procedure = ? WHERE m.map IN ('cm9to10', 'pcs9to10') AND m.map = ? AND m.target = ?"
        " ORDER BY m.source, m.flags",
        (procedure, f"{kind}9to10", code),
    ).fetchall()
    label = ICD9_LABELS[kind]
    rows = [_Row(flags, icd9_dotted(target, procedure), title or "", None) for flags, target, title in own]
    equivalents = _in_words(label, rows)
    own_codes = {row.code for row in rows}
    for flags, source, title in back:
        row = _Row(flags, icd9_dotted(source, procedure), title or "", None)
        if row.code not in own_codes:
            together = ", with other codes" if row.is_combination else ""
            remark = f"{_closeness(row)}, only when mapped from {label}{together}"
            equivalents.append(Equivalent(label, row.code, row.title, remark, None))
    return tuple(dict.fromkeys(equivalents))


def icd9_readings(db: sqlite3.Connection, text: str) -> tuple[Icd9Reading, ...]:
    """Return the codes of ICD-9-CM that a text is exactly, diagnoses first; without a dot there may be two. Where there
    is none, the heading that the text is: `296.2`, `250`."""
    typed = text.strip(AROUND_CODES).upper()
    code = typed.replace(".", "")
    if not _ICD9.fullmatch(code):
        return ()
    rows = db.execute("SELECT procedure, title FROM icd9 WHERE plain = ? ORDER BY procedure", (code,)).fetchall()
    readings = tuple(
        _reading(db, code, bool(procedure), title)
        for procedure, title in rows
        if typed in (code, icd9_dotted(code, bool(procedure)))
    )
    return readings or tuple(
        heading
        for procedure in (False, True)
        if "." in typed or (not procedure and icd9_dotted(f"{code}0", procedure) == f"{code}.0")
        for heading in _heading(db, typed, code, procedure)
    )


def _heading(db: sqlite3.Connection, typed: str, code: str, procedure: bool) -> tuple[Icd9Reading, ...]:
    """Return the heading of ICD-9-CM that a code is, with the equivalents of its codes; none if it has no codes.

    The file of titles has no headings: the title is what those of the codes have in common.
    """
    if icd9_dotted(code, procedure) != typed.removesuffix("."):
        return ()
    titles = [
        title
        for (title,) in db.execute(
            "SELECT title FROM icd9 WHERE plain > ? AND plain < ? AND procedure = ? ORDER BY plain",
            (code, code + PREFIX_END, procedure),
        )
    ]
    if not titles:
        return ()
    kind, system = ("pcs", System.ICD10PCS) if procedure else ("cm", System.ICD10CM)
    rows = db.execute(
        "SELECT m.source, m.flags, m.target, n.title, n.id FROM equivalence m LEFT JOIN node n ON n.plain = m.target"
        " AND n.system = ? WHERE m.map = ? AND m.source > ? AND m.source < ? AND m.target != ''"
        " ORDER BY m.source, m.flags, m.target",
        (system.value, f"{kind}9to10", code, code + PREFIX_END),
    )
    equivalents: dict[str, Equivalent] = {}
    for source, flags, target, title, key in rows:
        row = _Row(flags, written(system, target), title or "", key)
        if row.is_unmapped or row.code in equivalents:
            continue
        remark = f"{_closeness(row)}, of its code {icd9_dotted(source, procedure)}"
        equivalents[row.code] = Equivalent(system.label, row.code, row.title, remark, row.target)
    return (
        Icd9Reading(
            code=icd9_dotted(code, procedure),
            title=_common_words(titles),
            system_label=ICD9_LABELS[kind],
            equivalents=tuple(equivalents.values())[:MOST_EQUIVALENTS],
            total=len(equivalents),
            codes=len(titles),
        ),
    )


def _common_words(titles: list[str]) -> str:
    """Return the words with which all titles begin."""
    in_columns = zip(*map(str.split, titles), strict=False)
    words = takewhile(lambda column: len(set(column)) == 1, in_columns)
    return " ".join(column[0] for column in words).rstrip(" ,;:")


def _sameness(words: set[str], title: list[str]) -> int:
    """Return the number of words that two titles share; `other` outweighs the rest."""
    shared = words.intersection(title)
    return len(shared) + (len(words) if "other" in shared else 0)


def _reading(db: sqlite3.Connection, code: str, procedure: bool, title: str) -> Icd9Reading:
    kind, system = ("pcs", System.ICD10PCS) if procedure else ("cm", System.ICD10CM)
    name = f"{kind}9to10"
    (total,) = db.execute(
        "SELECT count(DISTINCT target) FROM equivalence WHERE map = ? AND source = ? AND target != ''", (name, code)
    ).fetchone()
    rows = db.execute(
        "SELECT m.flags, m.target, n.title, n.id FROM equivalence m LEFT JOIN node n ON n.plain = m.target"
        " AND n.system = ? WHERE m.map = ? AND m.source = ? ORDER BY m.flags, m.target LIMIT ?",
        (system.value, name, code, MOST_EQUIVALENTS),
    )
    mapped = [_Row(flags, written(system, target), name or "", key) for flags, target, name, key in rows]
    words = set(word_list(title))
    # Of codes that are alike to the map, the one that says the same comes first: 428.0 is an unspecified heart failure,
    # V58.69 the use of other medications than those with codes of their own.
    mapped.sort(key=lambda row: (row.flags, -_sameness(words, word_list(row.title))))
    return Icd9Reading(
        code=icd9_dotted(code, procedure),
        title=title,
        system_label=ICD9_LABELS[kind],
        equivalents=tuple(_in_words(system.label, mapped)),
        total=total,
    )


def _in_words(label: str, rows: list[_Row]) -> list[Equivalent]:
    lists = _Lists(row.flags for row in rows if row.is_combination)
    return [
        Equivalent(label, "", "", NO_EQUIVALENT, None)
        if row.is_unmapped
        else Equivalent(label, row.code, row.title, f"{_closeness(row)}{lists.place(row)}", row.target)
        for row in rows
    ]


def _closeness(row: _Row) -> str:
    return "approximate" if row.flags[0] == "1" else "exact"


class _Lists:
    """The lists of combinations: of each list of a combination one code is needed."""

    def __init__(self, flags: Iterable[str]) -> None:
        self._lists: dict[str, set[str]] = {}
        for row in flags:
            self._lists.setdefault(row[3], set()).add(row[4])

    def place(self, row: _Row) -> str:
        """Return the place of a row in its combination: `; needs 2 codes together: list 1 of 2`; empty without one."""
        if not row.is_combination:
            return ""
        needed = len(self._lists[row.flags[3]])
        which = f", combination {row.flags[3]} of {len(self._lists)}" if len(self._lists) > 1 else ""
        return f"; needs {needed} codes together: list {row.flags[4]} of {needed}{which}"
