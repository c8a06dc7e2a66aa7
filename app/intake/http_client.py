"""Requests to publishers: which addresses are called, how long is waited, and what answers and failures mean."""

import html
import re
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlsplit

from app import __version__
from app.codes.names import count_words
from app.intake.call_thread import CallThread, stop_if_canceled
from app.intake.download_errors import (
    BrokenConnectionError,
    DownloadError,
    NotFoundError,
    RefusedError,
    UnreachableError,
)
from app.intake.download_urls import Address, is_allowed
from app.library.progress import Canceled

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """The longest wait and the most that is received. Times are seconds, sizes bytes."""

    connect: float = 15
    answer: float = 60
    """For an answer to begin, redirects included: a server may send its headers one byte at a time."""
    page_time: float = 60
    """For all of a page that is searched for a link."""
    stall: float = 30
    """With fewer bytes in this time than `rate` asks for, the connection is given up and tried anew."""
    rate: int = 4_096
    """Bytes in a second, over each time of `stall` and so over the whole; the slowest modem was as fast."""
    tries: int = 4
    """For each address, unless there is progress in between."""
    pause: float = 1
    """Before the second try; doubled for each further one."""
    redirects: int = 5
    largest: int = 500 << 20
    """The largest official file is one of NCCI with some 80 MB."""
    page: int = 8 << 20
    """Of a page that is searched for a link."""


_LENGTH = re.compile(r"[0-9]{1,15}")
# Servers that are overloaded or under maintenance; any other error they will answer again.
_TEMPORARY = (408, 425, 429, 500, 502, 503, 504)
_GONE = (404, 410)
_ERROR_NUMBER = re.compile(r"\[Errno -?[0-9]+\] ")


@dataclass(frozen=True, slots=True)
class Client:
    """The connections to publishers, and the thread that waits for their answers."""

    http: "httpx.Client"
    thread: CallThread


@contextmanager
def open_client(limits: Limits, addresses: Iterable[Address]) -> Generator[Client]:
    """Give a client for some addresses.

    Raises DownloadError if the settings of this computer do not allow one.
    """
    import httpx

    local = any(address.url.startswith("http:") for address in addresses)

    def check(request: httpx.Request) -> None:
        # Redirects pass here too. No outside address may lead to a server of this machine.
        if not is_allowed(str(request.url)) or (request.url.scheme == "http" and not local):
            raise RefusedError(f"it leads to {request.url}, which is no https address and is not called")

    try:
        http = _make_client(limits, check)
    except (ValueError, ImportError, OSError, httpx.InvalidURL) as error:
        raise DownloadError(
            f"Nothing can be downloaded with the proxy or certificate settings of this computer ({error_text(error)}); "
            "check its variables HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE."
        ) from error
    with http, closing(CallThread()) as thread:
        yield Client(http, thread)


def _make_client(limits: Limits, check: Callable[["httpx.Request"], None]) -> "httpx.Client":
    import ssl

    import httpx
    import truststore

    return httpx.Client(
        # Where a hospital's network inspects connections, only the system's store knows its certificates.
        verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        timeout=httpx.Timeout(limits.stall, connect=limits.connect),
        # A file that is compressed on the way could not be resumed at a given byte.
        headers={"User-Agent": f"Codarium/{__version__}", "Accept-Encoding": "identity"},
        event_hooks={"request": [check]},
        # A proxy of the environment is for the network, not for this machine.
        mounts={f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")},
    )


@contextmanager
def send_request(
    client: Client, method: str, url: str, headers: dict[str, str], canceled: Canceled, limits: Limits
) -> Generator["httpx.Response"]:
    """Give the answer to one request, its body unread; that is read by `client.thread`.

    Raises RefusedError, UnreachableError, BrokenConnectionError or DownloadCanceledError, also for what fails while the
    body is read.
    """
    import httpx

    def send() -> httpx.Response:
        request = client.http.build_request(method, url, headers=headers, extensions={"trace": client.thread.trace})
        for _ in range(limits.redirects + 1):
            response = client.http.send(request, stream=True)
            if response.next_request is None:
                return response
            # The body of a redirect is not read: it may have no end.
            response.close()
            if request.url.scheme == "https" != response.next_request.url.scheme:
                raise RefusedError(f"{request.url} leads to {response.next_request.url}, which is not encrypted")
            request = response.next_request
        raise RefusedError(f"{url} redirects in a circle; open the page in a browser")

    try:
        with closing(client.thread.call(send, limits.answer, canceled, url)) as response:
            yield response
    except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError) as error:
        # The look-up of a host raises UnicodeError for a name of more than 63 letters.
        raise RefusedError(f"{url} leads to an address that cannot be called ({error})") from error
    except httpx.TimeoutException as error:
        raise BrokenConnectionError("it does not answer in time") from error
    except httpx.HTTPError as error:
        if problem := _certificate_problem(error):
            raise UnreachableError(
                f"the certificate that {urlsplit(url).hostname} shows is not trusted by this computer ({problem}), so "
                "nothing is downloaded from there; check the date of this computer, and if your organization inspects "
                "connections, ask for its root certificate to be added to the system's certificates"
            ) from error
        raise BrokenConnectionError(error_text(error)) from error


def _certificate_problem(error: BaseException) -> str:
    """The reason why a certificate was refused, in the words of the system; empty if that is not what went wrong."""
    import ssl

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return (cause.verify_message or str(cause)).rstrip(".")
        cause = cause.__cause__ or cause.__context__
    return ""


def error_text(error: Exception) -> str:
    """Return the text of an error without the number that Python puts before it: `[Errno -2] Name not known`."""
    return _ERROR_NUMBER.sub("", str(error)) or type(error).__name__


def check_status(response: "httpx.Response") -> None:
    """Raise NotFoundError, BrokenConnectionError or RefusedError if an answer has no file, by its status."""
    status = response.status_code
    if status in _GONE:
        raise NotFoundError
    if status in _TEMPORARY:
        raise BrokenConnectionError(f"it answers {status} {response.reason_phrase}".rstrip())
    if status in (401, 403):
        raise RefusedError(
            f"{response.url} refuses to answer a program ({status}); "
            "open the page in a browser and add the file by hand"
        )
    if not 200 <= status < 300:
        raise RefusedError(f"{response.url} answers {status} {response.reason_phrase}".rstrip())


def find_url(client: Client, address: Address, canceled: Canceled, limits: Limits) -> str:
    """The URL of an address: its own, or if that has a star the first link on its page that matches.

    Only the path comes from the page: no host but that of the address is ever called for it. Raises NotFoundError,
    RefusedError, UnreachableError or DownloadCanceledError.
    """
    if "*" not in address.url:
        return address.url
    parts = urlsplit(address.url)
    # CMS writes a link as it is, in full, or behind the page with the terms (?file=/files/zip/...).
    pattern = re.compile(r"[^\"'<>\s?&#]{0,80}?".join(map(re.escape, parts.path.split("*"))), re.IGNORECASE)

    def read_page() -> str:
        with send_request(client, "GET", address.page, {}, canceled, limits) as response:
            check_status(response)
            content = client.thread.call(
                lambda: _first_bytes(response, limits.page), limits.page_time, canceled, address.page
            )
            return html.unescape(unquote(content.decode("utf-8", "replace")))

    match = pattern.search(retry(address.page, read_page, canceled, limits))
    if match is None:
        raise NotFoundError
    return f"{parts.scheme}://{parts.netloc}{match[0]}"


def ask_size(client: Client, url: str, canceled: Canceled, limits: Limits) -> int | None:
    """The size of a file in bytes, None if the server does not tell; raises the errors of `find_url`."""

    def ask() -> int | None:
        with send_request(client, "HEAD", url, {}, canceled, limits) as response:
            if response.status_code in (405, 501):
                return None
            check_status(response)
            if is_web_page(response):
                raise NotFoundError
            return content_length(response)

    return retry(url, ask, canceled, limits)


def _first_bytes(response: "httpx.Response", most: int) -> bytes:
    """The beginning of an answer's body, of so many bytes and a block more at the most."""
    content = bytearray()
    for block in response.iter_bytes():
        content += block
        if len(content) > most:
            break
    return bytes(content)


def is_web_page(response: "httpx.Response") -> bool:
    """Return whether an answer is a web page, where a file was expected."""
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower() == "text/html"


def content_length(response: "httpx.Response") -> int | None:
    """The size in bytes that an answer announces, if it does."""
    text = response.headers.get("Content-Length", "")
    return int(text) if _LENGTH.fullmatch(text) else None


def retry(url: str, attempt: Callable[[], T], canceled: Canceled, limits: Limits) -> T:
    """Return the result of an attempt, which is repeated while it is interrupted, with pauses that double.

    Raises UnreachableError after the last one.
    """
    for number in range(limits.tries):
        stop_if_canceled(canceled, url)
        try:
            return attempt()
        except BrokenConnectionError as error:
            if number + 1 >= limits.tries:
                raise unreachable(url, error, limits) from error
        pause(limits.pause * 2**number, canceled, url)
    raise AssertionError("at least one try")


def unreachable(url: str, error: Exception, limits: Limits) -> UnreachableError:
    """The error for an address that was interrupted too often, by the last interruption."""
    reason = str(error).rstrip(".")
    return UnreachableError(
        f"{url} failed after {count_words(limits.tries, 'attempt')} ({reason}); "
        "check whether this computer is online, and try again later"
    )


def pause(seconds: float, canceled: Canceled, url: str) -> None:
    """Wait. Raises DownloadCanceledError as soon as the user cancels."""
    end = time.monotonic() + seconds
    while (remaining := end - time.monotonic()) > 0:
        stop_if_canceled(canceled, url)
        time.sleep(min(remaining, 0.1))
