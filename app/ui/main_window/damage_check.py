"""The check of the databases for damage while the program has nothing else to do, in a thread of its own."""

from collections.abc import Callable, Sequence
from threading import Event, Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.library.open import LibraryError

if TYPE_CHECKING:
    from app.intake.damage import CheckedDatabase

DELAY_MS = 15_000
"""Time after the start, or after another library is in use, at which the check begins: the first searches, and the
pages of the disk that they need, come before it."""

PAUSE_SECONDS = 0.02
"""Pause after each block of 64 KB, which is read and compared in a tenth of a millisecond: 3 MB a second leave disk and
processor to the typing, and all code sets are done in a minute."""


class DamageCheck(QObject):
    """Compares the databases with their checksums; `damaged` carries one that differs, and the LibraryError."""

    damaged = Signal(object, object)
    _found = Signal(object, object, object)
    """The values of `damaged`, after the event that ends the check."""

    def __init__(
        self,
        databases: "Callable[[], Sequence[CheckedDatabase]]",
        parent: QObject | None = None,
        delay: int = DELAY_MS,
    ) -> None:
        super().__init__(parent)
        self._databases = databases
        self._thread: Thread | None = None
        self._stop = Event()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(delay)
        self._timer.timeout.connect(self.start)
        self._found.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def is_done(self) -> bool:
        """True if no check waits or runs."""
        return not self._timer.isActive() and (self._thread is None or not self._thread.is_alive())

    def start_later(self) -> None:
        """Check from the beginning when the program has been idle for a while; end a check that runs."""
        self.close()
        self._timer.start()

    def start(self) -> None:
        """Check now, unless a check runs."""
        self._timer.stop()
        if self.is_done:
            self._stop = Event()
            self._thread = Thread(target=self._check, args=(self._stop,), name="damage check", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._timer.stop()
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _deliver(self, stop: Event, database: "CheckedDatabase", error: LibraryError) -> None:
        # A check may have been ended since, for a library that is in use no more.
        if stop is self._stop and not stop.is_set():
            self.damaged.emit(database, error)

    def _check(self, stop: Event) -> None:
        # Imported here, since nothing else needs it at the start.
        from app.library.checksums import UncheckedError

        for database in self._databases():
            try:
                for _block in database.blocks():
                    if stop.wait(PAUSE_SECONDS):
                        return
            except UncheckedError:
                # Made without checksums, by another version: nothing is known against it.
                continue
            except LibraryError as error:
                self._found.emit(stop, database, error)
