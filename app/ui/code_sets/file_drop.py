"""Files dropped anywhere onto a window, and the quiet sheet over it that says what will happen to them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import Scheme

REFUSAL = "This window shows one code database alone (--db), so nothing can be added to it"

NAMED = 3
"""So many names are said; of the rest only how many they are."""


def dropped_files(data: QMimeData) -> tuple[Path, ...]:
    """The files and folders of this computer that are dragged; none for text, or for an address on the web."""
    if not data.hasUrls():
        return ()
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and url.toLocalFile())


def named(paths: Sequence[Path]) -> str:
    """`a.zip`, `a.zip and b.txt`, `a.zip, b.txt, c.xml and 4 more`."""
    names = [path.name or str(path) for path in paths]
    if len(names) > NAMED:
        names[NAMED:] = [f"{len(names) - NAMED} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


DRAGGED = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class DropOverlay(QWidget):
    """Lies over everything while files are dragged, so that nothing below takes them for text."""

    left = Signal()
    dropped = Signal(object)

    def __init__(self, words: str, more: str, scheme: Scheme, zoom: float, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("drop_overlay")
        self.setAcceptDrops(True)
        self._words, self._more, self._scheme, self._zoom = words, more, scheme, zoom
        self.is_entered = False
        self.setAccessibleName(f"{words}. {more}")
        self.setGeometry(parent.rect())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.is_entered = True
        take(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        take(event)

    def dragLeaveEvent(self, event: QEvent) -> None:
        self.left.emit()

    def dropEvent(self, event: QDropEvent) -> None:
        take(event)
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
        painter.drawText(above, wrap | Qt.AlignmentFlag.AlignBottom.value, self._words)
        painter.setPen(QColor(scheme.muted))
        painter.setFont(style.text_font(zoom))
        below = QRectF(middle.left(), half + 6 * zoom, middle.width(), half)
        painter.drawText(below, wrap | Qt.AlignmentFlag.AlignTop.value, self._more)


class FileDrop(QObject):
    """Lets files be dropped onto a window, whatever lies under the mouse. `dropped` carries their paths, as a tuple.

    `refusal` gives the sentence for which nothing can be added now; empty where it can. `sheet_look` gives scheme and
    zoom for the sheet.
    """

    dropped = Signal(object)

    def __init__(
        self, window: QWidget, refusal: Callable[[], str], sheet_look: Callable[[], tuple[Scheme, float]]
    ) -> None:
        super().__init__(window)
        self._window, self._refusal, self._look = window, refusal, sheet_look
        self.overlay: DropOverlay | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def watch(self, *widgets: QWidget) -> None:
        """Widgets that take dropped text: files are not for them."""
        for widget in widgets:
            for one in (widget, *widget.findChildren(QWidget)):
                if one.acceptDrops():
                    one.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.DragLeave:
            # Mostly it has only gone over to the sheet.
            QTimer.singleShot(0, self._uncover_unless_entered)
            return False
        if kind not in DRAGGED or not isinstance(event, QDropEvent):
            return False
        paths = dropped_files(event.mimeData())
        if not paths:
            return False
        if watched is not self._window:
            # Qt then asks what the widget stands in, up to the window.
            event.ignore()
            return True
        take(event)
        if kind is QEvent.Type.DragEnter:
            self._cover(paths)
        elif kind is QEvent.Type.Drop:
            self._drop(paths)
        return True

    def _cover(self, paths: Sequence[Path]) -> None:
        if self.overlay is not None:
            return
        refusal = self._refusal()
        words = refusal or f"Add {named(paths)}"
        more = "" if refusal else "Codarium finds out what they are, reads them, and says what it added."
        overlay = self.overlay = DropOverlay(words, more, *self._look(), self._window)
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


def take(event: QDropEvent) -> None:
    """Accepts files to be copied: the person's own stay where they are."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()
