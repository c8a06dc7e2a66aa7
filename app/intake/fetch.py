"""Official files fetched from their publishers and added to the user library, only at the user's request."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.codes.systems import System
from app.durable_files import delete_file
from app.intake.add import add_files
from app.intake.apply import Report
from app.intake.consent import check_accepted
from app.intake.download import DownloadPlan, download_file, plan_downloads
from app.intake.download_errors import DownloadCanceledError
from app.intake.download_urls import TABLE_NAME, Download, Terms, downloads_in_force, read_patterns
from app.intake.http_client import Limits
from app.intake.user_library import UserLibrary
from app.library.progress import Canceled, Progress, never_canceled
from app.paths import resource
from app.releases.errors import ReleaseError

DOWNLOADING_SHARE = 0.5
"""The share of all work that downloading takes."""


@dataclass(frozen=True, slots=True)
class FetchedFiles:
    """The files that were downloaded, and a sentence for each that was not."""

    paths: tuple[Path, ...]
    missing: tuple[str, ...]


def select_downloads(user_folder: Path | None, systems: Collection[System], today: date) -> tuple[Download, ...]:
    """The files in force on a day for some code sets, or without any for all that need no terms accepted.

    The table in the user's folder is tried before the bundled one.
    """
    own_table = user_folder / TABLE_NAME if user_folder else None
    patterns = read_patterns(resource("tables", TABLE_NAME), own_table)
    return tuple(
        download
        for download in downloads_in_force(patterns, today)
        if (download.system in systems if systems else download.terms is Terms.NONE)
    )


def plan_fetch(user_folder: Path | None, systems: Collection[System], today: date) -> list[DownloadPlan]:
    """The files that a fetch would download, with their sizes."""
    return plan_downloads(select_downloads(user_folder, systems, today), never_canceled)


def download_all(
    downloads: Iterable[Download],
    folder: Path,
    progress: Progress,
    canceled: Canceled = never_canceled,
    limits: Limits | None = None,
) -> FetchedFiles:
    """Download files one after the other; one that fails does not keep the others from being downloaded.

    Raises ReleaseError with the first reason if all fail, DownloadCanceledError when the user cancels.
    """
    downloads = list(downloads)
    paths: list[Path] = []
    missing: list[str] = []
    for number, download in enumerate(downloads):
        try:
            byte_progress = _byte_progress(progress, download.title, number, len(downloads))
            paths.append(download_file(download, folder, byte_progress, canceled, limits))
        except DownloadCanceledError:
            raise
        except ReleaseError as error:
            missing.append(str(error))
    if not paths:
        raise ReleaseError(missing[0] if missing else "There are no files to be fetched for this code set.")
    return FetchedFiles(tuple(paths), tuple(missing))


def fetch_files(
    systems: Collection[System],
    user_folder: Path,
    bundled: Path,
    today: date,
    *,
    accepted: bool | Collection[str],
    progress: Progress,
) -> Report:
    """Download the files in force and add them. Raises ConsentError for CPT before anything is downloaded."""
    downloads = select_downloads(user_folder, systems, today)
    # Files under the AMA's terms are downloaded by hand.
    check_accepted({download.terms.value for download in downloads} & {Terms.CMS.value}, accepted)
    user_library = UserLibrary(user_folder)
    with user_library.downloads_lock():
        fetched = download_all(
            downloads, user_library.downloads, lambda step, share: progress(step, DOWNLOADING_SHARE * share)
        )
        report = add_files(
            fetched.paths,
            user_folder,
            bundled,
            accepted=accepted,
            progress=lambda step, share: progress(step, DOWNLOADING_SHARE + (1 - DOWNLOADING_SHARE) * share),
        )
        for path in fetched.paths:
            delete_file(path)
    report.unread = [*fetched.missing, *report.unread]
    return report


def _byte_progress(progress: Progress, title: str, number: int, count: int) -> Callable[[int, int | None], None]:
    """The progress of one download out of `count`, by its bytes, as a share of all."""

    def report(received: int, total: int | None) -> None:
        share = received / total if total else 0.0
        progress(f"downloading {title}", (number + share) / count)

    return report
