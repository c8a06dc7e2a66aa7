"""Calls that wait for a server, made in a thread that can be left: at a deadline, or as soon as the user cancels."""

import queue
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import suppress
from threading import Thread
from typing import TypeVar, cast

from app.intake.download_errors import BrokenConnectionError, DownloadCanceledError
from app.library.progress import Canceled

T = TypeVar("T")

CHECK_SECONDS = 0.1
"""Time between two looks at whether the user has canceled."""

END_SECONDS = 0.3
"""Time for a thread to end after its connections are shut down; one that looks up a name may take longer."""


class CallThread:
    """One thread that makes one call after the other for its owner, who never waits longer than it wants to.

    The timeouts of a socket are for each piece that is received, so a server that sends a byte now and then keeps a
    call for ever; and neither a look-up of a name nor an encrypted connection that begins can be interrupted.
    """

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: Thread | None = None
        self._sockets: list[socket.socket] = []

    def call(self, function: Callable[[], T], seconds: float, canceled: Canceled, url: str) -> T:
        """Return the result of a call, or raise its error.

        Raises BrokenConnectionError after so many seconds, and DownloadCanceledError; the connections are then shut
        down.
        """
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(function())
            except BaseException as error:
                future.set_exception(error)

        if self._thread is None:
            # A thread that hangs does not keep the program from ending.
            self._thread = Thread(target=_work, args=(self._calls,), daemon=True)
            self._thread.start()
        self._calls.put(run)
        try:
            checks = max(round(seconds / CHECK_SECONDS), 1)
            for _ in range(checks):
                if wait([future], seconds / checks).done:
                    return future.result()
                stop_if_canceled(canceled, url)
            raise BrokenConnectionError("it does not answer in time")
        finally:
            # Also when a signal has ended the waiting.
            if not future.done():
                self.close()

    def blocks(self, stream: Iterator[bytes], seconds: float, canceled: Canceled, url: str) -> Iterator[bytes]:
        """Give the blocks of a stream, each within so many seconds; raises the errors of `call`."""
        while (block := self.call(lambda: next(stream, None), seconds, canceled, url)) is not None:
            yield block

    def trace(self, event: str, info: dict[str, object]) -> None:
        """Remember each connection that is made: httpx calls this if it is the request's extension `trace`."""
        if event == "connection.connect_tcp.complete":
            stream = info["return_value"]
            get_info = cast("Callable[[str], object]", getattr(stream, "get_extra_info"))  # noqa: B009 - untyped there
            connection = get_info("socket")
            if isinstance(connection, socket.socket):
                # A socket of its own for the same connection: encryption takes the other one over.
                self._sockets.append(connection.dup())

    def close(self) -> None:
        """Shut down all connections and end the thread; the next call begins a new one."""
        self._calls.put(None)
        for connection in self._sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._sockets.clear()
        if self._thread is not None:
            self._thread.join(END_SECONDS)
        self._thread, self._calls = None, queue.SimpleQueue()


def _work(calls: "queue.SimpleQueue[Callable[[], None] | None]") -> None:
    while (call := calls.get()) is not None:
        call()


def stop_if_canceled(canceled: Canceled, url: str) -> None:
    """Raise DownloadCanceledError if the user has canceled."""
    if canceled():
        raise DownloadCanceledError(f"{url}: the download was canceled; the next one resumes where it stopped.")
