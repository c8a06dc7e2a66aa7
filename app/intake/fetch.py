"""Getting the current official files from their publishers, and adding them: only when the person has asked for it."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.codes.systems import System
from app.intake.add import add_files
from app.intake.apply import Report
from app.intake.consent import check_accepted
from app.intake.download import DownloadCanceledError, Limits, Planned, fetch, plan
from app.intake.download_urls import Download, Terms, addresses, read_patterns
from app.intake.user_library import UserLibrary
from app.library.progress import Progress
from app.paths import resource
from app.releases.records import ReleaseError

DOWNLOADS = "downloads"
"""Within the folder of the person's library: what has come, in part perhaps, until it is added."""

OWN_TABLE = "downloads.tsv"
"""The person's own addresses, in their folder; they are tried before the bundled ones."""

LOADING = 0.5
"""The share of the whole that downloading takes."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The files that have come, and a sentence for each that has not."""

    paths: tuple[Path, ...]
    missing: tuple[str, ...]


def wanted(person: Path | None, systems: Collection[System], today: date) -> tuple[Download, ...]:
    """What is in force on a day for some code sets, or for all that may be had without accepting terms."""
    patterns = read_patterns(resource("tables", "downloads.tsv"), person / OWN_TABLE if person else None)
    return tuple(
        download
        for download in addresses(patterns, today)
        if (download.system in systems if systems else download.terms is Terms.NONE)
    )


def planned(person: Path | None, systems: Collection[System], today: date) -> list[Planned]:
    """What would be fetched, and how large it is."""
    return plan(wanted(person, systems, today), _never)


def load(
    downloads: Iterable[Download],
    into: Path,
    progress: Progress,
    canceled: Callable[[], bool] | None = None,
    limits: Limits | None = None,
) -> Loaded:
    """Fetches files one after the other; one that cannot be had does not keep the others from coming.

    Raises ReleaseError with the first reason where none came, DownloadCanceledError when the person stopped it.
    """
    every = list(downloads)
    paths: list[Path] = []
    missing: list[str] = []
    for number, download in enumerate(every):
        at, share, title = number / len(every), 1 / len(every), download.title

        def report(done: int, total: int | None, at: float = at, share: float = share, of: str = title) -> None:
            progress(f"getting {of}", at + share * (done / total if total else 0.0))

        try:
            paths.append(fetch(download, into, report, canceled or _never, limits))
        except DownloadCanceledError:
            raise
        except ReleaseError as error:
            missing.append(str(error))
    if not paths:
        raise ReleaseError(missing[0] if missing else "There is nothing to be fetched for this code set.")
    return Loaded(tuple(paths), tuple(missing))


def get_files(
    systems: Collection[System],
    person: Path,
    bundled: Path,
    today: date,
    *,
    accepted: bool | Collection[str],
    progress: Progress,
) -> Report:
    """Fetches what is in force and adds it. Raises ConsentError for CPT before anything is fetched."""
    downloads = wanted(person, systems, today)
    # Files under the AMA's terms are got by hand.
    check_accepted({download.terms.value for download in downloads} & {Terms.CMS.value}, accepted)
    into = UserLibrary(person).folder / DOWNLOADS
    loaded = load(downloads, into, lambda step, share: progress(step, LOADING * share))
    report = add_files(
        loaded.paths,
        person,
        bundled,
        accepted=accepted,
        progress=lambda step, share: progress(step, LOADING + (1 - LOADING) * share),
    )
    for path in loaded.paths:
        path.unlink(missing_ok=True)
    report.unread = [*loaded.missing, *report.unread]
    return report


def _never() -> bool:
    """Whoever asks for a process of its own ends it to cancel."""
    return False
