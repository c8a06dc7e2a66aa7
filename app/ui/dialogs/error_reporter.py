"""Reports unexpected errors: each is logged, the first is shown, and the window stays open."""

import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QCoreApplication,
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QWidget

from app.library.open import UNREADABLE, LibraryError

if TYPE_CHECKING:
    from logging import LogRecord
    from logging.handlers import RotatingFileHandler

LOG_NAME = "codarium.log"
LOG_BYTES = 512 * 1024
"""Size at which a new log is begun; the previous one is kept as `codarium.log.1`."""

LIBRARY_ERRORS = (*UNREADABLE, LibraryError)
"""Errors of a library: the window shows them in place of the results, and no dialog does."""


class ErrorLog:
    """A rotating log in the user's folder, or standard error where there is none. Safe to write to from any thread."""

    def __init__(self, folder: Path | None) -> None:
        self.path = folder / LOG_NAME if folder else None
        self._handler: RotatingFileHandler | None = None
        self._lock = threading.Lock()

    def write(self, text: str) -> None:
        """Add an entry. An entry that cannot be written is lost without an error of its own."""
        with self._lock:
            if self.path is not None:
                self._write_to_file(self.path, text.rstrip())
            # A windowed program of Windows has no standard error.
            elif sys.stderr is not None:
                from app.codes.visible_text import visible_text

                with suppress(OSError):
                    sys.stderr.writelines(f"{visible_text(line)}\n" for line in text.rstrip().split("\n"))

    def _write_to_file(self, path: Path, text: str) -> None:
        import logging

        if self._handler is None:
            self._handler = _file_handler(path)
        self._handler.handle(logging.makeLogRecord({"msg": text}))
        # Closed after each entry, since another window may rotate the same file.
        self._handler.close()


def _file_handler(path: Path) -> "RotatingFileHandler":
    # Imported at the first entry: a start without errors does without the 10 ms that it takes.
    from logging import Formatter
    from logging.handlers import RotatingFileHandler

    class SilentHandler(RotatingFileHandler):
        """A handler that drops entries that cannot be written: the folder may be missing or the disk full."""

        def handleError(self, record: "LogRecord") -> None:
            pass

    handler = SilentHandler(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(Formatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%S"))
    return handler


class ErrorReporter(QObject):
    """Writes every unexpected error of the process to the log, and shows the first one in a dialog."""

    database_failed = Signal(object)
    """Carries the error of a library that could not be read where nobody expected it: the window shows it."""
    _error_logged = Signal(str)

    def __init__(self, log: ErrorLog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.log = log
        self._is_shown = False
        self._window: QWidget | None = None
        # Queued: an error may come from any thread, and in the middle of painting.
        self._error_logged.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Receive the errors that Python and Qt report."""
        sys.excepthook = self._report_python_error
        threading.excepthook = self._report_thread_error
        qInstallMessageHandler(self._log_qt_message)

    def uninstall(self) -> None:
        """Restore Python's and Qt's own reporting: Qt still writes messages while the process ends."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    def set_window(self, window: QWidget) -> None:
        """Set the window that is the parent of the dialog."""
        self._window = window

    def report(self, error: BaseException) -> None:
        """Log an error and, if it is the first, show it; the window shows every error of a library itself."""
        import traceback

        details = "".join(traceback.format_exception(error))
        self.log.write(details)
        if not isinstance(error, LIBRARY_ERRORS):
            self._error_logged.emit(details)

    def _report_python_error(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QCoreApplication.quit()
            return
        self.report(error.with_traceback(trace))
        if isinstance(error, LIBRARY_ERRORS):
            self.database_failed.emit(error)

    def _report_thread_error(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            self.report(args.exc_value)

    def _log_qt_message(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        self.log.write(f"Qt {kind.name}: {text}")

    def _show(self, details: str) -> None:
        if self._is_shown:
            return
        self._is_shown = True
        # Imported here, as a start without errors does without it: the widgets of a dialog take 10 ms.
        from app.ui.dialogs.error_dialog import error_dialog

        dialog = error_dialog(details, self.log.path, self._window)
        dialog.open()
