"""NCCI edits into their database beside the library: files of one quarter together, in place of those before it."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.intake.make import beside, flush
from app.library.edits import MuePart, PtpPart, compile_edits, open_edits
from app.library.open import LibraryError

EDITS = "edits.db"
"""Within the folder of the person's library."""


def add_edits(
    out: Path, pairs: Sequence[PtpPart], limits: Sequence[MuePart], progress: Callable[[str, float], None]
) -> list[str]:
    """Puts pairs and limits beside those that are held of the same quarter, in place of older ones.

    Says what was added, one sentence each; nothing when nothing was given.
    """
    if not pairs and not limits:
        return []
    limits = [replace(part, limits=list(part.limits)) for part in limits]
    held_pairs, held_limits = _held(out)
    with beside(out) as unfinished:
        compile_edits(unfinished, _of_newest(pairs, held_pairs), _one_each(limits, held_limits), progress)
        flush(unfinished)
    with closing(open_edits(out)) as made:
        given = {part.source.sha256 for part in (*pairs, *limits)}
        return [
            f"NCCI {'pairs' if source.kind == 'ptp' else 'unit limits'} ({source.setting}"
            f"{', version ' + source.release if source.release else ''}): {source.rows:,} rows"
            for source in made.sources()
            if source.source.sha256 in given
        ]


def _held(out: Path) -> tuple[list[PtpPart], list[MuePart]]:
    if not out.exists():
        return [], []
    try:
        return open_edits(out).parts()
    except LibraryError:
        # A damaged database of edits is made anew from what is given.
        return [], []


def _of_newest(new: Sequence[PtpPart], held: Sequence[PtpPart]) -> list[PtpPart]:
    """For practitioners and for hospitals the files of the newest version alone, each once."""
    found: list[PtpPart] = []
    for setting in ("practitioner", "hospital"):
        parts = [part for part in (*new, *held) if part.setting == setting]
        newest = max((part.effective or date.min for part in parts), default=date.min)
        seen: set[str] = set()
        for part in parts:
            if (part.effective or date.min) == newest and part.source.file not in seen:
                seen.add(part.source.file)
                found.append(part)
    return found


def _one_each(new: Sequence[MuePart], held: Sequence[MuePart]) -> list[MuePart]:
    """For each setting the newest file of limits."""
    by_setting: dict[str, MuePart] = {}
    for part in (*held, *new):
        rows = list(part.limits)
        if not rows:
            continue
        known = by_setting.get(rows[0].setting)
        if known is None or (part.effective or date.min) >= (known.effective or date.min):
            by_setting[rows[0].setting] = replace(part, limits=rows)
    return list(by_setting.values())
