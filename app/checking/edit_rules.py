"""Rules on procedures and supplies: pairs and units of NCCI, modifiers."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from app.checking.records import PROCEDURE_SYSTEMS, CheckedCode, Finding, Rule, Severity
from app.codes.ambulance import ambulance_route
from app.codes.systems import System
from app.library.ncci.database import EDITS_DATABASE, MueLimit, Pair, open_edits
from app.library.ncci.edits_of_code import DAMAGE_ERRORS, SETTINGS, limit_words
from app.library.reading.catalogue import Catalogue

NO_EDITS = (
    "NCCI edits are not loaded, so pairs of procedures and their units were not checked; add CMS's PTP and MUE files."
)

NCCI_MODIFIERS = frozenset(
    (
        *("E1", "E2", "E3", "E4", "FA", "TA", "LT", "RT", "LC", "LD", "RC", "LM", "RI"),
        *(f"{letter}{number}" for letter in "FT" for number in range(1, 10)),
        *("24", "25", "57", "58", "78", "79", "27", "59", "91", "XE", "XS", "XP", "XU"),
    )
)
"""Modifiers with which a pair may be paid where its indicator allows one (NCCI Policy Manual, chapter I)."""

POLICY, PER_LINE = 2, 1
"""Adjudication indicators of a limit of units."""


def edit_findings(path: Path | None, codes: Sequence[CheckedCode], day: date) -> tuple[list[Finding], tuple[str, ...]]:
    """Return the findings by the NCCI edits in force on a day, and a remark where they are not loaded.

    `path` is their database, None for none. Raises LibraryError if it is damaged.
    """
    procedures = [
        (place, code)
        for place, code in enumerate(codes)
        if code.node is not None and code.node.system in PROCEDURE_SYSTEMS
    ]
    if not procedures:
        return [], ()
    if path is None or not path.exists():
        return [], (NO_EDITS,)
    try:
        with closing(open_edits(path)) as edits:
            places: dict[str, list[int]] = {}
            for place, code in procedures:
                places.setdefault(code.code, []).append(place)
            pairs = edits.among(tuple(places), day)
            by_pairs = [_pair(pair, codes, places) for pair in pairs if pair.edit.first != pair.edit.second]
            units = [
                finding
                for code in places
                for limit in edits.limits(code)
                if (finding := _units(limit, codes, places[code])) is not None
            ]
    except DAMAGE_ERRORS as error:
        raise EDITS_DATABASE.damage(path, error) from error
    return [*filter(None, by_pairs), *_of_one_setting(units)], ()


def _pair(pair: Pair, codes: Sequence[CheckedCode], places: dict[str, list[int]]) -> Finding | None:
    first, second = pair.edit.first, pair.edit.second
    place, other = places[first][0], places[second][0]
    given = {modifier for code in (first, second) for at in places[code] for modifier in codes[at].entry.modifiers}
    whom = " and ".join(SETTINGS[setting].lower() for setting in pair.settings)
    text = f"{second} is not paid with {first} ({whom})"
    if pair.edit.modifier == 9:
        return None
    if pair.edit.modifier == 0:
        remedy, severity = f"Remove {second}; no modifier allows both", Severity.ERROR
    elif given & NCCI_MODIFIERS:
        return None
    else:
        remedy = f"Remove {second}, or add the modifier that the record supports (59, XE, XP, XS, XU, 25 ...) to it"
        severity = Severity.WARNING
    return Finding(severity, Rule.PTP, (first, second), (place, other), text, remedy, "NCCI PTP edits")


def _units(limit: MueLimit, codes: Sequence[CheckedCode], places: Sequence[int]) -> Finding | None:
    lines = [max(1, codes[place].entry.units) for place in places]
    given = max(lines) if limit.indicator == PER_LINE else sum(lines)
    if given <= limit.units:
        return None
    code = codes[places[0]].code
    severity = Severity.ERROR if limit.indicator == POLICY else Severity.WARNING
    text = f"{code} has {given:,} units; the limit is {limit_words(limit)} ({SETTINGS[limit.setting].lower()})"
    remedy = "Check the units"
    return Finding(severity, Rule.MUE, (code,), tuple(places), text, remedy, "NCCI MUE values")


def _of_one_setting(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield one finding for each code: limits differ by setting, and the strictest says it."""
    seen: set[str] = set()
    for finding in sorted(findings, key=lambda one: one.severity is not Severity.ERROR):
        if finding.codes[0] not in seen:
            seen.add(finding.codes[0])
            yield finding


def modifier_findings(catalogue: Catalogue, codes: Sequence[CheckedCode]) -> list[Finding]:
    """Return the modifiers that are none, and those at codes that take none."""
    sets = {code_set.system: code_set for code_set in catalogue.code_sets()}
    modifiers = sets.get(System.MODIFIER)
    findings: list[Finding] = []
    for place, code in enumerate(codes):
        for modifier in code.entry.modifiers:
            node = catalogue.find(System.MODIFIER, modifier)
            if code.node is not None and code.node.system not in PROCEDURE_SYSTEMS:
                text = f"{code.code} is no procedure, and takes no modifier {modifier}"
                remedy = "Put the modifier on the line of the procedure"
                severity = Severity.WARNING
            elif node is None and not ambulance_route(code.code, modifier):
                text = f"{modifier} is not a modifier that is loaded"
                remedy = "Check it for a typing error"
                severity = Severity.ERROR if modifiers is not None and not modifiers.ours else Severity.WARNING
            else:
                continue
            findings.append(Finding(severity, Rule.MODIFIER_UNKNOWN, (code.code,), (place,), text, remedy, ""))
    return findings
