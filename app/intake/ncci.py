"""NCCI edits into their database beside the library: files of one quarter together, replacing those before."""

from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.durable_files import written_beside
from app.intake.release_report import Sentences
from app.library.checksums import add_checksums, refuse_damaged
from app.library.ncci.compile import compile_edits
from app.library.ncci.database import EDITS_DATABASE, Edits, MuePart, PtpPart, open_edits
from app.library.open import LibraryError
from app.library.progress import Progress
from app.releases.medicare.ncci import HOSPITAL, PRACTITIONER


@contextmanager
def changed_edits(
    out: Path, pairs: Sequence[PtpPart], limits: Sequence[MuePart], progress: Progress
) -> Generator[Sentences, None, None]:
    """Compile pairs and limits together with those of the same quarter in `out`, without any that are older.

    The new database replaces `out` at the end, if all that is done meanwhile succeeds. Gives what is reported.
    """
    with ExitStack() as reading:
        present = _open_present(out, reading) if pairs or limits else None
        present_pairs, present_limits = present.parts() if present else ([], [])
        limits = [replace(part, limits=list(part.limits)) for part in limits]
        new_pairs, new_limits = _newest_pairs(pairs, present_pairs), _newest_limits(limits, present_limits)
        before = {part.source.sha256 for part in (*present_pairs, *present_limits)}
        after = {part.source.sha256 for part in (*new_pairs, *new_limits)}
        new_files = dict.fromkeys((part.source.file, part.source.sha256) for part in (*pairs, *limits))
        unchanged = [
            f"NCCI {file}: {'unchanged' if sha256 in after else 'older than the edits in the library; not added'}"
            for file, sha256 in new_files
            if sha256 in before or sha256 not in after
        ]
        if before == after:
            yield Sentences(unchanged=unchanged)
            return
        with written_beside(out) as unfinished:
            compile_edits(unfinished, new_pairs, new_limits, progress)
            # Windows replaces no file that is being read.
            reading.close()
            add_checksums(unfinished)
            with closing(open_edits(unfinished)) as edits:
                new = {sha256 for _, sha256 in new_files} - before
                added = [
                    f"NCCI {'pairs' if source.kind == 'ptp' else 'unit limits'} ({source.setting}"
                    f"{', version ' + source.release if source.release else ''}): {source.rows:,} rows"
                    for source in edits.sources()
                    if source.source.sha256 in new
                ]
            yield Sentences(added, unchanged)


def _open_present(out: Path, reading: ExitStack) -> Edits | None:
    """The present edits, open until `reading` ends."""
    if not out.exists():
        return None
    try:
        refuse_damaged(out, EDITS_DATABASE)
        return reading.enter_context(closing(open_edits(out)))
    except LibraryError:
        # A damaged database of edits is made anew from the files that are added.
        return None


def _newest_pairs(new: Sequence[PtpPart], present: Sequence[PtpPart]) -> list[PtpPart]:
    """For practitioners and for hospitals the files of the newest version; a new file replaces one of its name."""
    replaced = {part.source.file for part in new} | {part.source.sha256 for part in new}
    rest = [part for part in present if replaced.isdisjoint({part.source.file, part.source.sha256})]
    newest_parts: list[PtpPart] = []
    for setting in (PRACTITIONER, HOSPITAL):
        parts = [part for part in (*new, *rest) if part.setting == setting]
        newest = max((part.effective or date.min for part in parts), default=date.min)
        newest_parts += [part for part in parts if (part.effective or date.min) == newest]
    return newest_parts


def _newest_limits(new: Sequence[MuePart], present: Sequence[MuePart]) -> list[MuePart]:
    """For each setting the newest file of limits."""
    by_setting: dict[str, MuePart] = {}
    for part in (*present, *new):
        rows = list(part.limits)
        if not rows:
            continue
        other = by_setting.get(rows[0].setting)
        if other is None or (part.effective or date.min) >= (other.effective or date.min):
            by_setting[rows[0].setting] = replace(part, limits=rows)
    return list(by_setting.values())
