"""Downloads an official file: resumes what broke off, checks what came, and says in one sentence what went wrong."""

import errno
import html
import json
import re
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar
from urllib.parse import unquote, urlsplit

from app import __version__
from app.intake.download_urls import TABLE, Address, Download, Terms, is_allowed
from app.library.progress import Canceled
from app.releases.containers import HEAD_BYTES, Member
from app.releases.recognize import recognize
from app.releases.records import ReleaseError

if TYPE_CHECKING:
    import httpx

ByteProgress = Callable[[int, int | None], None]
"""Is told how many bytes are there, and how many there will be, if that is known."""

T = TypeVar("T")


class DownloadError(ReleaseError):
    """A file that could not be downloaded; the text names what and where, and says what to do."""


class DownloadCanceledError(DownloadError):
    """The person stopped it; what has come so far is kept for the next time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long is waited and how much is taken. Times are seconds, sizes bytes."""

    connect: float = 15
    stall: float = 30
    """Without `least` new bytes in this time the connection is given up and tried anew."""
    least: int = 4_096
    tries: int = 4
    """For each address, unless there is progress in between."""
    pause: float = 1
    """Before the second try; doubled for each further one."""
    redirects: int = 5
    largest: int = 500 << 20
    """The largest official file is NCCI's with some 80 MB."""
    page: int = 8 << 20
    """Of a page that is searched for a link."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What a download would fetch. `size` is None where the publisher does not say, or could not be reached.

    `trouble` is then a sentence, and `url` the likeliest address, empty where there is none.
    """

    download: Download
    url: str
    size: int | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """What is known of a file that has come in part: where from, and the marks by which the server knows it again."""

    url: str
    etag: str
    modified: str

    @property
    def mark(self) -> str:
        """For If-Range. A weak ETag does not promise the same bytes."""
        mark = self.etag if self.etag and not self.etag.startswith("W/") else self.modified
        # What could not be sent back as it came is no mark.
        return mark if mark.isascii() and mark.isprintable() else ""


class _MissingError(Exception):
    """Nothing is at an address."""


class _RefusedError(Exception):
    """An address that gives no file; the text is why, and trying again will not help."""


class _SpoiltError(_RefusedError):
    """The same, and what has come of the file is worth nothing."""


class _UnreachableError(Exception):
    """A publisher that does not answer as it should, although it was asked several times."""


class _BrokenOffError(Exception):
    """A connection that ended early; trying again may help."""


_PROGRESS = 1 << 20
_LONGEST_NAME = 120
_LONGEST_NOTE = 10_000
_HTML = (b"<!doctype html", b"<html")
_CONTENT_RANGE = re.compile(r"bytes\s+([0-9]{1,15})-[0-9]{1,15}/([0-9]{1,15}|\*)")
_LENGTH = re.compile(r"[0-9]{1,15}")
# Servers that are overworked or being mended; what else they answer they will answer again.
_PASSING = (408, 425, 429, 500, 502, 503, 504)
_GONE = (404, 410)
_RESTART = (412, 416)


def plan(downloads: Iterable[Download], canceled: Canceled, limits: Limits | None = None) -> list[Planned]:
    """What each download would fetch and how large it is, asked of the publisher without downloading it.

    What cannot be asked is said in the answer. Raises DownloadCanceledError, and DownloadError where the settings of
    this computer allow no connection at all.
    """
    limits = limits or Limits()
    wanted = list(downloads)
    with _client(limits, (address for download in wanted for address in download.addresses)) as client:
        return [_planned(client, download, canceled, limits) for download in wanted]


def fetch(
    download: Download, into: Path, progress: ByteProgress, canceled: Canceled, limits: Limits | None = None
) -> Path:
    """The path of the file in the folder, which is made if it is missing: complete, and one that Codarium reads.

    What has come of a file stays beside it as `.part` when the download breaks off, and is gone on with the next time.
    Raises DownloadError; a file of that name which was there before is as it was then. A cancel is noticed with the
    next bytes or, when none come, after `limits.stall`.
    """
    limits = limits or Limits()
    if not download.addresses:
        raise DownloadError(
            f"{download.title}: it is not downloaded by a program, since the terms have to be accepted on the page; "
            f"open {download.page} in a browser and add the file that you get there."
        )
    troubles: list[str] = []
    dead: set[str] = set()
    with _client(limits, download.addresses) as client, _folder(download, into):
        for address in download.addresses:
            host = urlsplit(address.url).netloc
            if host in dead:
                continue
            try:
                url = _found(client, address, canceled, limits)
                part = _Fetching(client, download, into, url, progress, canceled, limits)
                return part.run()
            except _MissingError:
                continue
            except _RefusedError as error:
                troubles.append(str(error))
            except _UnreachableError as error:
                troubles.append(str(error))
                dead.add(host)
    if troubles:
        raise DownloadError(f"{download.title}: {troubles[0]}.")
    raise DownloadError(_nowhere(download))


def _nowhere(download: Download) -> str:
    """The sentence for a file that none of its addresses has."""
    first = download.addresses[0].url
    mend = f"the right address goes into {TABLE} in the folder of your Codarium files, in a row with {download.key}"
    if download.upcoming:
        return (
            f"{download.title}: it is not published yet (nothing is at {first}), or its address has changed; "
            f"look at {download.page} and try again later ({mend})."
        )
    return (
        f"{download.title}: nothing is at {first}, so the address has changed or the release is late; "
        f"open {download.page} in a browser and add the file by hand ({mend})."
    )


@contextmanager
def _folder(download: Download, into: Path) -> Generator[None]:
    """Turns what the disk says into one sentence."""
    try:
        into.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            reason = "the disk is full; make room and try again, it then goes on where it stopped"
        else:
            reason = f"nothing can be written there ({error.strerror or error}); choose another folder"
        raise DownloadError(f"{download.title}: {into}: {reason}.") from error


@contextmanager
def _client(limits: Limits, addresses: Iterable[Address]) -> Generator["httpx.Client"]:
    """Raises DownloadError where the settings of this computer do not let it be made."""
    import httpx

    local = any(address.url.startswith("http:") for address in addresses)

    def check(request: httpx.Request) -> None:
        # Also what an answer leads on to passes here. Nothing from outside leads to a server of this machine.
        if not is_allowed(str(request.url)) or (request.url.scheme == "http" and not local):
            raise _RefusedError(f"it leads to {request.url}, which is no https address and is not called")

    try:
        client = _made(limits, check)
    except (ValueError, ImportError, OSError, httpx.InvalidURL) as error:
        raise DownloadError(
            f"Nothing can be downloaded with the proxy or certificate settings of this computer ({error}); "
            "look at its variables HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE."
        ) from error
    with client:
        yield client


def _made(limits: Limits, check: Callable[["httpx.Request"], None]) -> "httpx.Client":
    import httpx

    return httpx.Client(
        timeout=httpx.Timeout(limits.stall, connect=limits.connect),
        follow_redirects=True,
        max_redirects=limits.redirects,
        # Packed on the way, a file could not be gone on with at a given byte.
        headers={"User-Agent": f"Codarium/{__version__}", "Accept-Encoding": "identity"},
        event_hooks={"request": [check]},
        # A proxy of the environment is for the network, not for this machine.
        mounts={f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")},
    )


@contextmanager
def _answer(client: "httpx.Client", method: str, url: str, headers: dict[str, str]) -> Generator["httpx.Response"]:
    """The answer to one request, its body unread; what breaks while it is read is told apart too."""
    import httpx

    try:
        with client.stream(method, url, headers=headers) as response:
            yield response
    except httpx.TooManyRedirects as error:
        raise _RefusedError(f"{url} leads round in a circle; open the page in a browser") from error
    except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError) as error:
        # The last is what the look-up of a host says to a name of more than 63 letters.
        raise _RefusedError(f"{url} leads to an address that cannot be called ({error})") from error
    except httpx.TimeoutException as error:
        raise _BrokenOffError("it does not answer in time") from error
    except httpx.HTTPError as error:
        raise _BrokenOffError(str(error) or type(error).__name__) from error


def _check_status(response: "httpx.Response") -> None:
    status = response.status_code
    if status in _GONE:
        raise _MissingError
    if status in _PASSING:
        raise _BrokenOffError(f"it answers {status} {response.reason_phrase}".rstrip())
    if status in (401, 403):
        raise _RefusedError(
            f"{response.url} refuses a program ({status}); open the page in a browser and add the file by hand"
        )
    if not 200 <= status < 300:
        raise _RefusedError(f"{response.url} answers {status} {response.reason_phrase}".rstrip())


def _patiently(url: str, attempt: Callable[[], T], canceled: Canceled, limits: Limits) -> T:
    """What an attempt gives, repeated while it breaks off, with pauses that double."""
    for number in range(limits.tries):
        _stop_if(canceled, url)
        try:
            return attempt()
        except _BrokenOffError as error:
            if number + 1 >= limits.tries:
                raise _unreachable(url, error, limits) from error
        _pause(limits.pause * 2**number, canceled, url)
    raise AssertionError("at least one try")


def _unreachable(url: str, error: Exception, limits: Limits) -> _UnreachableError:
    reason = str(error).rstrip(".")
    return _UnreachableError(
        f"{url} was tried {limits.tries} times in vain ({reason}); "
        "look whether this computer is online, and try again later"
    )


def _pause(seconds: float, canceled: Canceled, url: str) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        _stop_if(canceled, url)
        time.sleep(min(left, 0.1))


def _stop_if(canceled: Canceled, url: str) -> None:
    if canceled():
        raise DownloadCanceledError(f"{url}: the download was stopped; started again, it goes on from there.")


def _found(client: "httpx.Client", address: Address, canceled: Canceled, limits: Limits) -> str:
    """The address itself, or for one with a star the first link of its page that fits.

    The page gives only the path: another host than that of the table is never called for it.
    """
    if "*" not in address.url:
        return address.url
    parts = urlsplit(address.url)
    # CMS writes a link as it is, in full, or behind the page with the terms (?file=/files/zip/...).
    pattern = re.compile(r"[^\"'<>\s?&#]{0,80}?".join(map(re.escape, parts.path.split("*"))), re.IGNORECASE)

    def read() -> str:
        with _answer(client, "GET", address.page, {}) as response:
            _check_status(response)
            held = bytearray()
            for block in response.iter_bytes():
                _stop_if(canceled, address.page)
                held += block
                if len(held) > limits.page:
                    break
            return html.unescape(unquote(held.decode("utf-8", "replace")))

    found = pattern.search(_patiently(address.page, read, canceled, limits))
    if found is None:
        raise _MissingError
    return f"{parts.scheme}://{parts.netloc}{found[0]}"


def _planned(client: "httpx.Client", download: Download, canceled: Canceled, limits: Limits) -> Planned:
    if download.terms is Terms.AMA or not download.addresses:
        return Planned(download, "", None, f"It is got by hand, after accepting the terms: open {download.page}.")
    # One try each: the person waits for the list, and sizes are only said.
    once = replace(limits, tries=1, stall=min(limits.stall, limits.connect))
    trouble = ""
    dead: set[str] = set()
    for address in download.addresses:
        host = urlsplit(address.url).netloc
        if host in dead:
            continue
        try:
            url = _found(client, address, canceled, once)
            return Planned(download, url, _asked(client, url, canceled, once))
        except _MissingError:
            continue
        except _RefusedError as error:
            trouble = trouble or f"{error}."
        except _UnreachableError as error:
            trouble = trouble or f"{error}."
            dead.add(host)
    return Planned(download, download.addresses[0].url, None, trouble or _nowhere(download))


def _asked(client: "httpx.Client", url: str, canceled: Canceled, limits: Limits) -> int | None:
    """The size of a file, None where the server does not say."""

    def ask() -> int | None:
        with _answer(client, "HEAD", url, {}) as response:
            if response.status_code in (405, 501):
                return None
            _check_status(response)
            if _is_page(response):
                raise _MissingError
            return _length(response)

    return _patiently(url, ask, canceled, limits)


def _is_page(response: "httpx.Response") -> bool:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower() == "text/html"


def _length(response: "httpx.Response") -> int | None:
    text = response.headers.get("Content-Length", "")
    return int(text) if _LENGTH.fullmatch(text) else None


class _Fetching:
    """One file from one address, tried until it is there or nothing helps."""

    def __init__(
        self,
        client: "httpx.Client",
        download: Download,
        into: Path,
        url: str,
        progress: ByteProgress,
        canceled: Canceled,
        limits: Limits,
    ) -> None:
        self._client = client
        self._download = download
        self._url = url
        self._progress = progress
        self._canceled = canceled
        self._limits = limits
        self._final = into / _name(url, download)
        self._part = into / f"{self._final.name}.part"
        self._note = into / f"{self._final.name}.part.json"

    def run(self) -> Path:
        """Raises _MissingError, _RefusedError, _UnreachableError, DownloadError or OSError."""
        failures = 0
        while True:
            before = self._have()
            _stop_if(self._canceled, self._url)
            try:
                self._attempt()
                return self._checked()
            except _SpoiltError:
                self._forget()
                raise
            except _BrokenOffError as error:
                # A poor line that brings something each time gets there in the end.
                failures = 1 if self._have() >= before + _PROGRESS else failures + 1
                if failures >= self._limits.tries:
                    raise _unreachable(self._url, error, self._limits) from error
            _pause(self._limits.pause * 2 ** (failures - 1), self._canceled, self._url)

    def _attempt(self) -> None:
        """One request; at its end the part is complete."""
        have = self._have()
        known = self._known()
        headers: dict[str, str] = {}
        if have and known is not None and known.mark:
            headers = {"Range": f"bytes={have}-", "If-Range": known.mark}
        with _answer(self._client, "GET", self._url, headers) as response:
            if response.status_code == 416 and response.headers.get("Content-Range", "") == f"bytes */{have}":
                # All of it had come when the program was stopped.
                return
            if headers and response.status_code in _RESTART:
                self._forget()
                raise _BrokenOffError("the file has changed since it was begun")
            _check_status(response)
            if _is_page(response):
                raise _RefusedError(_page_instead(self._url))
            if response.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise _RefusedError(f"{self._url} packs the file on the way, unasked; open the page in a browser")
            told = _Part(self._url, response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))
            length = _length(response)
            if response.status_code == 206:
                start, total = self._continued(response, have, headers, known, told)
            else:
                start, total = 0, length
            if total is not None and total > self._limits.largest:
                raise _RefusedError(self._too_large())
            with self._part.open("ab" if start else "wb") as out:
                if not start:
                    # After the old part is emptied, so that the marks are never those of other bytes.
                    noted = {"url": told.url, "etag": told.etag, "modified": told.modified}
                    self._note.write_text(json.dumps(noted), encoding="utf-8")
                have = self._copy(response, out, start, total)
        if total is not None and have != total:
            raise _BrokenOffError(f"{have:,} of {total:,} bytes came")

    def _continued(
        self, response: "httpx.Response", have: int, headers: dict[str, str], known: _Part | None, told: _Part
    ) -> tuple[int, int | None]:
        """Where an answer in part goes on, and the size of the whole. Raises _BrokenOffError where it does not fit."""
        found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
        fits = known is not None and told.etag in ("", known.etag) and told.modified in ("", known.modified)
        if not headers or found is None or int(found[1]) != have or not fits:
            self._forget()
            raise _BrokenOffError("it does not go on with the same file")
        return have, None if found[2] == "*" else int(found[2])

    def _copy(self, response: "httpx.Response", out: BinaryIO, have: int, total: int | None) -> int:
        """Writes what comes, and returns how much is there then."""
        self._progress(have, total)
        since, mark = time.monotonic(), have
        # Without a size it gives what has come, and does not wait for more.
        for block in response.iter_raw():
            if have == 0 and block[:HEAD_BYTES].lstrip().lower().startswith(_HTML):
                raise _SpoiltError(_page_instead(self._url))
            have += len(block)
            if have > self._limits.largest or (total is not None and have > total):
                raise _SpoiltError(self._too_large())
            out.write(block)
            self._progress(have, total)
            _stop_if(self._canceled, self._url)
            now = time.monotonic()
            if now - since > self._limits.stall:
                if have - mark < self._limits.least:
                    raise _BrokenOffError("next to nothing comes")
                since, mark = now, have
        return have

    def _checked(self) -> Path:
        """The file under its name, when it is one that Codarium reads, to the last byte."""
        try:
            read, unread = recognize(self._part)
            for found in read:
                _read_through(found.member)
        except ReleaseError as error:
            raise _SpoiltError(f"what {self._url} gave is damaged ({_bare(error)})") from error
        wanted = self._download.system
        if not any(wanted is None or found.system in (None, wanted) for found in read):
            reason = next((one.reason for one in unread), "it belongs to another code set")
            if read:
                reason = f"it is {read[0].format}"
            raise _SpoiltError(
                f"{self._url} gave something else than expected ({reason.rstrip('.')}); open {self._download.page} "
                "in a browser and add the file by hand"
            )
        self._part.replace(self._final)
        self._note.unlink(missing_ok=True)
        return self._final

    def _have(self) -> int:
        try:
            return self._part.stat().st_size
        except FileNotFoundError:
            return 0

    def _known(self) -> _Part | None:
        """What was noted of the part, None when it is not of this address or cannot be told."""
        try:
            with self._note.open(encoding="utf-8") as stream:
                noted: object = json.loads(stream.read(_LONGEST_NOTE))
        except (OSError, ValueError, RecursionError):
            return None
        match noted:
            case {"url": str(url), "etag": str(etag), "modified": str(modified)} if url == self._url:
                return _Part(url, etag, modified)
            case _:
                return None

    def _forget(self) -> None:
        self._part.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def _too_large(self) -> str:
        return (
            f"{self._url} gives more than it announced or than {self._limits.largest >> 20} MB, "
            "which no official file has; it is not kept"
        )


def _read_through(member: Member) -> None:
    """Reads a file to its end, which checks the sums that the zip keeps."""
    with member.open() as stream:
        while stream.read(HEAD_BYTES):
            pass


def _page_instead(url: str) -> str:
    return f"{url} gives a web page instead of the file; open it in a browser and add the file by hand"


def _bare(error: Exception) -> str:
    return str(error).rpartition(".part: ")[2].rstrip(".")


def _name(url: str, download: Download) -> str:
    """What a file is called on the disk: as the publisher calls it, since its name may tell the release.

    CMS has slashes in some: `/files/zip/rvu24a-updated-04/01/2024.zip`.
    """
    path = unquote(urlsplit(url).path)
    name = path.partition("/files/zip/")[2] or path.rpartition("/")[2]
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip(".-")[-_LONGEST_NAME:]
    if name.rpartition(".")[2].lower() in ("zip", "xlsx", "xml", "txt", "csv"):
        return name
    return f"{download.key}-{name}.zip" if name else f"{download.key}.zip"
