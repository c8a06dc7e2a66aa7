"""The code sets of a code database: their releases, parts and sources."""

import sqlite3
from datetime import date
from typing import NamedTuple

from app.codes.code_sets import CodeSet, LoadedPart, Source
from app.codes.parts import Part
from app.codes.pcs import named_sections
from app.codes.systems import READING_ORDER, System


class _PartRow(NamedTuple):
    """A row of the table of releases."""

    part: LoadedPart
    remark: str
    valid: int


def read_code_sets(db: sqlite3.Connection) -> tuple[CodeSet, ...]:
    """Return the loaded code sets in the order of `System.rank`."""
    rows = {system: _parts(db, system) for system in READING_ORDER}
    return tuple(_code_set(system, parts) for system, parts in rows.items() if _has_codes(parts))


def _has_codes(parts: list[_PartRow]) -> bool:
    """Return whether more of a code set is loaded than the maps that lead to it."""
    return any(row.part.part in (Part.CODES, Part.OURS) for row in parts)


def _code_set(system: System, parts: list[_PartRow]) -> CodeSet:
    """Return a code set with its newest parts, under the release of its codes."""
    codes = next(
        (row for row in parts if row.part.part == Part.CODES and row.part.current and not row.part.sections), None
    )
    if codes is None:
        ours = next((row for row in parts if row.part.part == Part.OURS), None)
        if ours is None:
            raise sqlite3.DatabaseError(f"{system.label} has no release")
        return CodeSet(
            system=system,
            release=ours.part.release,
            effective_from=None,
            effective_to=None,
            codes=ours.part.codes,
            valid=ours.valid,
            sources=(),
            remark=ours.remark,
            parts=tuple(row.part for row in parts),
            ours=True,
        )
    sources = dict.fromkeys(source for row in parts if row.part.current for source in row.part.sources)
    return CodeSet(
        system=system,
        release=codes.part.release,
        effective_from=codes.part.effective_from,
        effective_to=codes.part.effective_to,
        codes=codes.part.codes,
        valid=codes.valid,
        sources=tuple(sources),
        remark=codes.remark,
        parts=tuple(row.part for row in parts),
    )


def _parts(db: sqlite3.Connection, system: System) -> list[_PartRow]:
    rows = db.execute(
        "SELECT id, part, name, effective_from, effective_to, remark, codes, valid, current, sections FROM release"
        " WHERE system = ? ORDER BY id",
        (system.value,),
    ).fetchall()
    parts: list[_PartRow] = []
    for release, part, name, start, end, remark, codes, valid, current, sections in rows:
        sources = db.execute("SELECT file, sha256 FROM source WHERE release = ? ORDER BY id", (release,))
        loaded = LoadedPart(
            part=part,
            title=_title(Part(part), remark, sections),
            release=name,
            effective_from=date.fromisoformat(start) if start else None,
            effective_to=date.fromisoformat(end) if end else None,
            codes=codes,
            current=bool(current),
            sources=tuple(Source(*source) for source in sources),
            sections=sections,
        )
        parts.append(_PartRow(loaded, remark, valid))
    return parts


def _title(part: Part, remark: str, sections: str) -> str:
    """Return the title of a part; there are several maps and titles of ICD-9-CM, which differ by their remark."""
    if sections:
        return f"{part.label}, {named_sections(sections)}{', from titles' if part is Part.TABLES else ''}"
    match part:
        case Part.MAPS:
            return f"Equivalence map {remark[:1].lower()}{remark[1:]}"
        case Part.ICD9:
            return f"Titles of {remark}"
        case _:
            return part.label
