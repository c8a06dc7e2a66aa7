"""Facts on how a code is paid, read by its plain code from their own tables."""

import sqlite3
import sys
from array import array
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from app.codes.code_sets import CodeSet, LoadedPart
from app.codes.node import Node
from app.codes.parts import Part
from app.codes.payment import HccCategory, MsDrg, Payment
from app.codes.shapes import plain, written
from app.codes.systems import System

CC_MARKS = {"cc": "CC", "mcc": "MCC", "some_cc": "some CC", "some_mcc": "some MCC"}
"""The marks of rows by the groups of nodes, see app.library.compiling.node_groups."""


def payment(db: sqlite3.Connection, node: Node, code_set: CodeSet | None, valid_from: date | None) -> Payment | None:
    """Return how a code of ICD-10 is paid; None for a heading or family, and where no release says it.

    A code that is newer than the release is not in it: that it is no CC there says nothing.
    """
    if not node.billable or code_set is None:
        return None
    parts = {part.part: part for part in code_set.parts if part.current}
    if node.system is System.ICD10PCS:
        return _of_procedure(db, node, parts, valid_from)
    return _of_diagnosis(db, node, code_set, parts, valid_from) if node.system is System.ICD10CM else None


def _of_diagnosis(
    db: sqlite3.Connection,
    node: Node,
    code_set: CodeSet,
    parts: Mapping[str, LoadedPart],
    valid_from: date | None,
) -> Payment | None:
    levels, groups, mapping = (parts.get(part) for part in (Part.CC, Part.MS_DRG, Part.HCC))
    release = levels or groups
    code = plain(node.code)
    exempt = _poa_exempt(db, code, code_set, valid_from)
    poa_release = _name(parts.get(Part.POA))
    if release is None or _is_newer(valid_from, release):
        return None if exempt is None else Payment(release="", poa_exempt=exempt, poa_release=poa_release)
    if groups is not None and _is_newer(valid_from, groups):
        groups = None
    level = db.execute(
        "SELECT c.level, c.hac, e.codes, e.ranges FROM cc c LEFT JOIN cc_exclusion e USING (collection)"
        " WHERE c.code = ?",
        (code,),
    ).fetchone()
    cc, hac, excluded_by, ranges = level or (None, "", 0, "")
    mdcs, drgs, _ = _drg_set(db, code, procedure=False) if groups else ((), (), False)
    return Payment(
        release=release.release,
        cc=cc,
        excluded_by=excluded_by or 0,
        exclusions=tuple(map(_written_range, (ranges or "").split())),
        hac=hac or None,
        mdcs=mdcs,
        ms_drgs=_groups(db, drgs),
        hcc=_categories(db, code),
        groups_release=_name(groups),
        weights_release=_name(parts.get(Part.DRG_WEIGHTS)),
        hcc_release=_name(mapping),
        poa_exempt=exempt,
        poa_release=poa_release,
        effective_to=release.effective_to,
    )


def _poa_exempt(db: sqlite3.Connection, code: str, code_set: CodeSet, valid_from: date | None) -> bool | None:
    """Return whether a code needs no present-on-admission indicator; None without a list, and if it may be newer.

    A code without a first day is as old as the first release that is loaded, or older.
    """
    listed = next((part for part in code_set.parts if part.part == Part.POA and part.current), None)
    if listed is None or listed.effective_to is None:
        return None
    if db.execute("SELECT 1 FROM poa_exempt WHERE code = ?", (code,)).fetchone():
        return True
    first_days = [part.effective_from for part in code_set.parts if part.part == Part.CODES and part.effective_from]
    known_since = valid_from or min(first_days, default=None)
    return False if known_since is not None and known_since <= listed.effective_to else None


def _of_procedure(
    db: sqlite3.Connection, node: Node, parts: Mapping[str, LoadedPart], valid_from: date | None
) -> Payment | None:
    release = parts.get(Part.MS_DRG)
    if release is None or _is_newer(valid_from, release):
        return None
    _, drgs, operating_room = _drg_set(db, plain(node.code), procedure=True)
    weights = db.execute("SELECT name FROM release WHERE part = ? AND current", (Part.DRG_WEIGHTS.value,)).fetchone()
    return Payment(
        release=release.release,
        ms_drgs=_groups(db, drgs),
        operating_room=operating_room,
        groups_release=release.release,
        weights_release=weights[0] if weights else "",
        effective_to=release.effective_to,
    )


def _is_newer(valid_from: date | None, release: LoadedPart) -> bool:
    return valid_from is not None and release.effective_to is not None and valid_from > release.effective_to


def _name(part: LoadedPart | None) -> str:
    return part.release if part is not None else ""


def _drg_set(db: sqlite3.Connection, code: str, *, procedure: bool) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Return MDCs, groups, and whether it is a procedure of the operating room."""
    row = db.execute(
        "SELECT s.mdcs, s.drgs, c.operating_room FROM drg_code c JOIN drg_set s ON s.id = c.drg_set"
        " WHERE c.code = ? AND c.procedure = ?",
        (code, int(procedure)),
    ).fetchone()
    mdcs, drgs, operating_room = row or ("", "", 0)
    return tuple(mdcs.split()), tuple(drgs.split()), bool(operating_room)


def _groups(db: sqlite3.Connection, drgs: tuple[str, ...]) -> tuple[MsDrg, ...]:
    if not drgs:
        return ()
    rows = db.execute(
        "SELECT g.drg, g.title, w.weight, w.geometric_stay, w.arithmetic_stay FROM ms_drg g"
        f" LEFT JOIN drg_weight w ON w.drg = g.drg WHERE g.drg IN ({','.join('?' * len(drgs))}) ORDER BY g.drg",
        drgs,
    )
    return tuple(MsDrg(*row) for row in rows)


def _categories(db: sqlite3.Connection, code: str) -> tuple[HccCategory, ...]:
    """Return the categories, those of the model of Medicare Advantage first."""
    rows = db.execute(
        "SELECT h.model, h.category, coalesce(l.label, '') FROM hcc h LEFT JOIN hcc_label l"
        " ON l.model = h.model AND l.category = h.category WHERE h.code = ?",
        (code,),
    )
    return tuple(sorted((HccCategory(*row) for row in rows), key=_place_of_category))


def _place_of_category(row: HccCategory) -> tuple[bool, bool, str, int, str]:
    number = int(row.category) if row.category.isdigit() else 0
    return "ESRD" in row.model, row.model.startswith("RxHCC"), row.model, number, row.category


def _written_range(text: str) -> str:
    return "–".join(written(System.ICD10CM, code) for code in text.split("-"))


def cc_marks(db: sqlite3.Connection) -> Mapping[int, str]:
    """Return the mark of each row of ICD-10-CM that has one: `CC`, `MCC`, or `some MCC` for a code that lacks its 7th
    character where not all finished codes are alike. It takes a few milliseconds."""
    marks: dict[int, str] = {}
    for name, mark in CC_MARKS.items():
        row = db.execute(
            "SELECT data FROM packed WHERE system = ? AND name = ?", (System.ICD10CM.value, name)
        ).fetchone()
        marks.update(dict.fromkeys(_unpacked(row[0]) if row else (), mark))
    return MappingProxyType(marks)


def _unpacked(data: bytes) -> Iterable[int]:
    """Return packed ids: little-endian unsigned 32-bit numbers, see the schema."""
    ids = array("I")
    ids.frombytes(data)
    if sys.byteorder == "big":
        ids.byteswap()
    return ids
