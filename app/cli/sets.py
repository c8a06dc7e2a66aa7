"""`codarium sets`: the code sets that are loaded, with their parts and source files, as text or as JSON."""

import argparse
from datetime import date
from typing import Any

from app.cli.output import FOUND, json_line, print_json, print_line
from app.codes.code_sets import CodeSet, LoadedPart, is_in_force
from app.codes.dates import days_in_words
from app.codes.names import count_words
from app.codes.parts import Part
from app.codes.systems import System
from app.intake.due_files import due_on
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from app.paths import user_folder

FETCHED = (System.ICD10CM, System.ICD10PCS, System.HCPCS, System.CPT)
"""Code sets that `codarium fetch` takes."""

NEVER_SUBMITTED = (System.MODIFIER, System.POS)
"""Code sets whose codes stand beside a code on a claim and are not submitted for themselves."""


def sets(library: Library, arguments: argparse.Namespace) -> int:
    """Print the code sets of a library; return the exit status."""
    code_sets = Catalogue(library.connect()).code_sets()
    today = date.today()
    if arguments.json:
        print_json(json_line({"sets": [_set_json(code_set, today) for code_set in code_sets]}))
        return FOUND
    for code_set in code_sets:
        _print_set(code_set, today)
    return FOUND


def _print_set(code_set: CodeSet, today: date) -> None:
    in_force = f"  {_dates(code_set)}" if _dates(code_set) else ""
    print_line(f"{code_set.system.label}  {code_set.release}{in_force}")
    valid = "" if code_set.system in NEVER_SUBMITTED else f", {code_set.valid:,} valid for submission"
    print_line(f"  {count_words(code_set.codes, 'code')}{valid}")
    for note in (code_set.remark, code_set.warning(today)):
        if note:
            print_line(f"  {note}")
    due = due_on(code_set, user_folder(), today)
    for file in due:
        print_line(f"  To get: {file.line}")
    if due and code_set.system in FETCHED:
        print_line(f"  `codarium fetch {code_set.system.value}` downloads what can be downloaded.")
    for part in code_set.parts:
        if part.part != (Part.OURS if code_set.ours else Part.CODES) or not part.current or part.sections:
            print_line(f"  {part.title}: {part.release}{f', {_dates(part)}' if part.effective_to else ''}")
    sources = dict.fromkeys([*code_set.sources, *(source for part in code_set.parts for source in part.sources)])
    for source in sources:
        print_line(f"  {source.file}  SHA-256 {source.sha256}")


def _dates(loaded: CodeSet | LoadedPart) -> str:
    """Return the dates between which a release is in force, `1 Oct 2025 to 30 Sep 2026`; empty for our own words."""
    if loaded.effective_from is None or loaded.effective_to is None:
        return ""
    return days_in_words(loaded.effective_from, loaded.effective_to)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _set_json(code_set: CodeSet, today: date) -> dict[str, Any]:
    return {
        "system": code_set.system.value,
        "release": code_set.release,
        "effective_from": _iso(code_set.effective_from),
        "effective_to": _iso(code_set.effective_to),
        "codes": code_set.codes,
        "valid": code_set.valid,
        "sources": _sources_json(code_set),
        "remark": code_set.remark,
        "state": code_set.state(today).value,
        "to_get": [{"file": due.file, "page": due.page} for due in due_on(code_set, user_folder(), today) if due.file],
        "parts": [
            {
                "part": part.part,
                "title": part.title,
                "release": part.release,
                "effective_from": _iso(part.effective_from),
                "effective_to": _iso(part.effective_to),
                "codes": part.codes,
                "current": part.current,
                "in_force": is_in_force(part, today),
                **({"sections": part.sections} if part.sections else {}),
                "sources": _sources_json(part),
            }
            for part in code_set.parts
        ],
    }


def _sources_json(loaded: CodeSet | LoadedPart) -> list[dict[str, str]]:
    return [{"file": source.file, "sha256": source.sha256} for source in loaded.sources]
