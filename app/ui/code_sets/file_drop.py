"""Files dropped anywhere onto a window, and the overlay that says what will happen to them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import Scheme

REFUSAL = "This window shows a single code database (--db), so nothing can be added to it"

MOST_NAMES = 3
"""File names that are listed before the number of the others."""


def dropped_files(data: QMimeData) -> tuple[Path, ...]:
    """Return the files and folders of this computer that are dragged; none for text or a web address."""
    if not data.hasUrls():
        return ()
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and url.toLocalFile())


def list_names(paths: Sequence[Path]) -> str:
    """Return the names of files: `a.zip`, `a.zip and b.txt`, `a.zip, b.txt, c.xml and 4 more`."""
    names = [path.name or str(path) for path in paths]
    if len(names) > MOST_NAMES:
        names[MOST_NAMES:] = [f"{len(names) - MOST_NAMES} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


DRAG_EVENTS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class DropOverlay(QWidget):
    """Covers the window while files are dragged, so that no widget below takes them for text.

    `left`: the files are dragged away. `dropped` carries their paths, as a tuple.
    """

    left = Signal()
    dropped = Signal(object)

    def __init__(self, heading: str, explanation: str, scheme: Scheme, zoom: float, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("drop_overlay")
        self.setAcceptDrops(True)
        self._heading, self._explanation, self._scheme, self._zoom = heading, explanation, scheme, zoom
        self.is_entered = False
        self.setAccessibleName(f"{heading}. {explanation}")
        self.setGeometry(parent.rect())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.is_entered = True
        accept_copy(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        accept_copy(event)

    def dragLeaveEvent(self, event: QEvent) -> None:
        self.left.emit()

    def dropEvent(self, event: QDropEvent) -> None:
        accept_copy(event)
        self.dropped.emit(dropped_files(event.mimeData()))

    def paintEvent(self, event: QPaintEvent) -> None:
        scheme, zoom = self._scheme, self._zoom
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(scheme.ground)
        ground.setAlphaF(0.94)
        painter.fillRect(self.rect(), ground)
        inset = 14 * zoom
        painter.setPen(QPen(QColor(scheme.accent), 1.5, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 8 * zoom, 8 * zoom)
        middle = QRectF(self.rect()).adjusted(3 * inset, 0, -3 * inset, 0)
        half = middle.height() / 2
        wrap = Qt.TextFlag.TextWordWrap.value | Qt.AlignmentFlag.AlignHCenter.value
        painter.setPen(QColor(scheme.ink))
        painter.setFont(style.text_font(1.35 * zoom, bold=True))
        above = QRectF(middle.left(), 0, middle.width(), half - 6 * zoom)
        painter.drawText(above, wrap | Qt.AlignmentFlag.AlignBottom.value, self._heading)
        painter.setPen(QColor(scheme.muted))
        painter.setFont(style.text_font(zoom))
        below = QRectF(middle.left(), half + 6 * zoom, middle.width(), half)
        painter.drawText(below, wrap | Qt.AlignmentFlag.AlignTop.value, self._explanation)


class FileDrop(QObject):
    """Lets files be dropped onto a window, whatever is under the mouse. `dropped` carries their paths, as a tuple.

    `refusal` returns the reason why nothing can be added now, empty where it can. `scheme_and_zoom` returns both for
    the overlay.
    """

    dropped = Signal(object)

    def __init__(
        self, window: QWidget, refusal: Callable[[], str], scheme_and_zoom: Callable[[], tuple[Scheme, float]]
    ) -> None:
        super().__init__(window)
        self._window, self._refusal, self._scheme_and_zoom = window, refusal, scheme_and_zoom
        self.overlay: DropOverlay | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def watch(self, *widgets: QWidget) -> None:
        """Keep files from widgets that take dropped text."""
        for widget in widgets:
            for target in (widget, *widget.findChildren(QWidget)):
                if target.acceptDrops():
                    target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.DragLeave:
            # Usually the mouse has only moved onto the overlay.
            QTimer.singleShot(0, self._uncover_unless_entered)
            return False
        if kind not in DRAG_EVENTS or not isinstance(event, QDropEvent):
            return False
        paths = dropped_files(event.mimeData())
        if not paths:
            return False
        if watched is not self._window:
            # Qt then offers the event to the widget's parents, up to the window.
            event.ignore()
            return True
        accept_copy(event)
        if kind is QEvent.Type.DragEnter:
            self._cover(paths)
        elif kind is QEvent.Type.Drop:
            self._drop(paths)
        return True

    def _cover(self, paths: Sequence[Path]) -> None:
        if self.overlay is not None:
            return
        refusal = self._refusal()
        heading = refusal or f"Add {list_names(paths)}"
        explanation = "" if refusal else "Codarium recognizes the files, reads them, and lists what it added."
        overlay = self.overlay = DropOverlay(heading, explanation, *self._scheme_and_zoom(), self._window)
        overlay.left.connect(self._uncover)
        overlay.dropped.connect(self._drop)
        overlay.show()
        overlay.raise_()

    def _uncover(self) -> None:
        overlay, self.overlay = self.overlay, None
        if overlay is not None:
            overlay.hide()
            overlay.deleteLater()

    def _uncover_unless_entered(self) -> None:
        if self.overlay is not None and not self.overlay.is_entered:
            self._uncover()

    def _drop(self, paths: tuple[Path, ...]) -> None:
        self._uncover()
        if paths and not self._refusal():
            self.dropped.emit(paths)


def accept_copy(event: QDropEvent) -> None:
    """Accept dragged files as a copy: the user's own stay where they are."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
