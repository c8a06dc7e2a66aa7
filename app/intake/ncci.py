"""NCCI edits into their database beside the library: files of one quarter together, in place of those before it."""

from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.intake.install import beside, flush
from app.library.ncci.compile import compile_edits
from app.library.ncci.database import Edits, MuePart, PtpPart, open_edits
from app.library.open import LibraryError
from app.releases.ncci import HOSPITAL, PRACTITIONER


@contextmanager
def edits_beside(
    out: Path, pairs: Sequence[PtpPart], limits: Sequence[MuePart], progress: Callable[[str, float], None]
) -> Generator[tuple[list[str], list[str]], None, None]:
    """Puts pairs and limits beside those that are held of the same quarter, in place of older ones.

    They take their place at the end, when all that is done meanwhile has gone well. Gives what was added and what was
    left as it is, one sentence each; nothing when nothing was given.
    """
    with ExitStack() as reading:
        held = _held(out, reading) if pairs or limits else None
        held_pairs, held_limits = held.parts() if held else ([], [])
        limits = [replace(part, limits=list(part.limits)) for part in limits]
        new_pairs, new_limits = _of_newest(pairs, held_pairs), _one_each(limits, held_limits)
        before = {part.source.sha256 for part in (*held_pairs, *held_limits)}
        after = {part.source.sha256 for part in (*new_pairs, *new_limits)}
        kept_out = [
            f"NCCI {file}: {'unchanged' if sha256 in after else 'older than the edits that are there, and kept out'}"
            for file, sha256 in dict.fromkeys((part.source.file, part.source.sha256) for part in (*pairs, *limits))
            if sha256 in before or sha256 not in after
        ]
        if before == after:
            yield [], kept_out
            return
        with beside(out) as unfinished:
            compile_edits(unfinished, new_pairs, new_limits, progress)
            # Windows replaces no file that is being read.
            reading.close()
            flush(unfinished)
            with closing(open_edits(unfinished)) as made:
                given = {part.source.sha256 for part in (*pairs, *limits)} - before
                added = [
                    f"NCCI {'pairs' if source.kind == 'ptp' else 'unit limits'} ({source.setting}"
                    f"{', version ' + source.release if source.release else ''}): {source.rows:,} rows"
                    for source in made.sources()
                    if source.source.sha256 in given
                ]
            yield added, kept_out


def _held(out: Path, reading: ExitStack) -> Edits | None:
    """The edits that are there, to be read until `reading` ends."""
    if not out.exists():
        return None
    try:
        return reading.enter_context(closing(open_edits(out)))
    except LibraryError:
        # A damaged database of edits is made anew from what is given.
        return None


def _of_newest(new: Sequence[PtpPart], held: Sequence[PtpPart]) -> list[PtpPart]:
    """For practitioners and for hospitals the files of the newest version alone; a file goes for one of its name."""
    known = {part.source.file for part in new} | {part.source.sha256 for part in new}
    rest = [part for part in held if known.isdisjoint({part.source.file, part.source.sha256})]
    found: list[PtpPart] = []
    for setting in (PRACTITIONER, HOSPITAL):
        parts = [part for part in (*new, *rest) if part.setting == setting]
        newest = max((part.effective or date.min for part in parts), default=date.min)
        found += [part for part in parts if (part.effective or date.min) == newest]
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
