"""Downloads of official files: the first of the addresses of each that has it, and the plan of a number of them."""

import errno
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from app.intake.download_errors import DownloadError, NotFoundError, RefusedError, UnreachableError
from app.intake.download_urls import TABLE_NAME, Address, Download, Terms
from app.intake.http_client import Client, Limits, ask_size, find_url, open_client
from app.intake.transfer import ByteProgress, FileTransfer
from app.library.progress import Canceled

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DownloadPlan:
    """A download as it would be made. `size` is None if the publisher does not tell, or could not be reached.

    `problem` is then a sentence, and `url` the likeliest address, empty if there is none.
    """

    download: Download
    url: str
    size: int | None
    problem: str = ""


def plan_downloads(
    downloads: Iterable[Download], canceled: Canceled, limits: Limits | None = None
) -> list[DownloadPlan]:
    """Ask the publishers for the address and size of each download, without downloading it.

    A publisher that cannot be asked is a problem of its download. Raises DownloadCanceledError, and DownloadError if
    the settings of this computer allow no connection at all.
    """
    limits = limits or Limits()
    downloads = list(downloads)
    with open_client(limits, (address for download in downloads for address in download.addresses)) as client:
        return [_plan(client, download, canceled, limits) for download in downloads]


def download_file(
    download: Download, folder: Path, progress: ByteProgress, canceled: Canceled, limits: Limits | None = None
) -> Path:
    """Return the path of the file in the folder, which is made if missing: complete, and one that Codarium reads.

    After an interruption the bytes received stay beside it as `.part`, and the next call resumes there. Raises
    DownloadError; an older file of that name is then as it was. A cancel is noticed within a second, whatever the
    server does.
    """
    limits = limits or Limits()
    if not download.addresses:
        raise DownloadError(
            f"{download.title}: it cannot be downloaded by a program, since its terms have to be accepted on the page; "
            f"open {download.page} in a browser and add the file that you get there."
        )

    def transfer(address: Address) -> Path:
        url = find_url(client, address, canceled, limits)
        return FileTransfer(client, download, folder, url, progress, canceled, limits).run()

    with open_client(limits, download.addresses) as client, _disk_errors_in_sentences(download, folder):
        path, problems = _first_success(download.addresses, transfer)
    if path is not None:
        return path
    if problems:
        raise DownloadError(f"{download.title}: {problems[0]}.")
    raise DownloadError(_describe_not_found(download))


def _first_success(addresses: Iterable[Address], attempt: Callable[[Address], T]) -> tuple[T | None, list[str]]:
    """The result for the first address with a file, else None and the problems of those that were tried.

    The other addresses of a host that does not answer are passed over.
    """
    problems: list[str] = []
    dead_hosts: set[str] = set()
    for address in addresses:
        host = urlsplit(address.url).netloc
        if host in dead_hosts:
            continue
        try:
            return attempt(address), problems
        except NotFoundError:
            continue
        except RefusedError as error:
            problems.append(str(error))
        except UnreachableError as error:
            problems.append(str(error))
            dead_hosts.add(host)
    return None, problems


def _plan(client: Client, download: Download, canceled: Canceled, limits: Limits) -> DownloadPlan:
    if download.terms is Terms.AMA or not download.addresses:
        problem = f"It is downloaded by hand, after accepting the terms: open {download.page}."
        return DownloadPlan(download, "", None, problem)
    # One try each: the user waits for the list, and sizes are only for information.
    most = limits.connect
    once = replace(
        limits,
        tries=1,
        answer=min(limits.answer, most),
        page_time=min(limits.page_time, most),
        stall=min(limits.stall, most),
    )

    def ask(address: Address) -> DownloadPlan:
        url = find_url(client, address, canceled, once)
        return DownloadPlan(download, url, ask_size(client, url, canceled, once))

    planned, problems = _first_success(download.addresses, ask)
    if planned is not None:
        return planned
    problem = f"{problems[0]}." if problems else _describe_not_found(download)
    return DownloadPlan(download, download.addresses[0].url, None, problem)


def _describe_not_found(download: Download) -> str:
    """The sentence on a file that is at none of its addresses."""
    first = download.addresses[0].url
    remedy = f"to correct the address, put it into {TABLE_NAME} in your Codarium folder, in a row for {download.key}"
    if download.upcoming:
        return (
            f"{download.title}: it is not published yet (there is no file at {first}), or its address has changed; "
            f"look at {download.page} and try again later ({remedy})."
        )
    return (
        f"{download.title}: there is no file at {first}, so the address has changed or the release is late; "
        f"open {download.page} in a browser and add the file by hand ({remedy})."
    )


@contextmanager
def _disk_errors_in_sentences(download: Download, folder: Path) -> Generator[None]:
    """Make the folder; turn an error of the disk into a DownloadError with one sentence."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            reason = "the disk is full; free some space and try again, the download then resumes where it stopped"
        else:
            reason = f"the folder cannot be written to ({error.strerror or error}); choose another folder"
        raise DownloadError(f"{download.title}: {folder}: {reason}.") from error
