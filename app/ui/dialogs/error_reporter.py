"""What happens when something unexpected does: it is logged, shown once, and the window lives on."""

import sys
import threading
from datetime import datetime
from pathlib import Path
from types import TracebackType

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

LOG_NAME = "codarium.log"
LOG_BYTES = 512 * 1024
"""Then the log begins anew and the old one is kept as `codarium.log.1`."""


class ErrorLog:
    """A plain rotating log in the person's folder. Without one, what is logged goes to standard error alone."""

    def __init__(self, folder: Path | None) -> None:
        self.path = folder / LOG_NAME if folder else None
        self._lock = threading.Lock()

    def write(self, text: str) -> None:
        """Adds an entry; a log that cannot be written must never be a trouble of its own."""
        line = f"{datetime.now().isoformat(timespec='seconds')} {text.rstrip()}\n"
        with self._lock:
            try:
                if self.path is None:
                    # A windowed program of Windows has no standard error.
                    if sys.stderr is not None:
                        sys.stderr.write(line)
                    return
                if self.path.exists() and self.path.stat().st_size > LOG_BYTES:
                    self.path.replace(self.path.with_name(LOG_NAME + ".1"))
                with self.path.open("a", encoding="utf-8") as log:
                    log.write(line)
            except OSError:
                pass


class ErrorReporter(QObject):
    """Takes every unexpected error of the process to the log, and the first one also to a dialog."""

    _happened = Signal(str)

    def __init__(self, log: ErrorLog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.log = log
        self._shown = False
        self._window: QWidget | None = None
        # Queued: an error may come from any thread, and in the middle of painting.
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Hooks into Python's and Qt's own reporting."""
        sys.excepthook = self._of_python
        threading.excepthook = self._of_thread
        qInstallMessageHandler(self._of_qt)

    def uninstall(self) -> None:
        """Gives Python's and Qt's own reporting back, since Qt still speaks while the process ends."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        qInstallMessageHandler(None)

    def set_window(self, window: QWidget) -> None:
        """The window that the dialog stands before."""
        self._window = window

    def report(self, error: BaseException) -> None:
        """Logs an error and, if it is the first, shows it."""
        import traceback

        details = "".join(traceback.format_exception(error))
        self.log.write(details)
        self._happened.emit(details)

    def _of_python(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QCoreApplication.quit()
            return
        self.report(error.with_traceback(trace))

    def _of_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
            self.report(args.exc_value)

    def _of_qt(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        self.log.write(f"Qt {kind.name}: {text}")

    def _show(self, details: str) -> None:
        if self._shown:
            return
        self._shown = True
        # What a start without trouble can do without is imported here: the widgets of a dialog take 10 ms.
        from app.ui.dialogs.error_dialog import error_dialog

        dialog = error_dialog(details, self.log.path, self._window)
        dialog.open()
