"""Light, dark and zoom: one place that dresses the application and every panel."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.settings import LARGEST_ZOOM, SMALLEST_ZOOM, Settings
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import DARK, LIGHT, Scheme

ZOOM_STEP = 1.1

FACED_BY_PLATFORM = ("QMenuBar", "QMenu", "QToolTip", "QMessageBox")
"""Kinds of widget for which a platform brings a face of its own, so that the application's does not reach them."""


class SupportsScheme(Protocol):
    """A panel whose painters need the scheme."""

    def set_scheme(self, scheme: Scheme) -> None: ...


class SupportsZoom(Protocol):
    """A panel whose measures follow the zoom."""

    def set_zoom(self, factor: float) -> None: ...


class Appearance(QObject):
    """The scheme and the zoom in force, and their keeping."""

    changed = Signal()

    def __init__(self, application: QApplication, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._application, self._settings, self._window = application, settings, parent
        self._dressed: tuple[SupportsScheme, ...] = ()
        self._zoomed: tuple[SupportsZoom, ...] = ()
        self.scheme = LIGHT
        self.zoom = settings.zoom
        self._applied = self.scheme, self.zoom
        self._apply()
        application.styleHints().colorSchemeChanged.connect(self._system_changed)

    def register(self, dressed: Sequence[SupportsScheme], zoomed: Sequence[SupportsZoom]) -> None:
        """Takes on panels that were made light and at their actual size, and has them follow from now on."""
        self._dressed += tuple(dressed)
        self._zoomed += tuple(zoomed)
        # Not told what they know: a page is written anew for either.
        if self.scheme is not LIGHT:
            for panel in dressed:
                panel.set_scheme(self.scheme)
        if self.zoom != 1.0:
            for panel in zoomed:
                panel.set_zoom(self.zoom)

    def unregister(self, panel: object) -> None:
        """Lets go of a panel that another one takes the place of."""
        self._dressed = tuple(one for one in self._dressed if one is not panel)
        self._zoomed = tuple(one for one in self._zoomed if one is not panel)

    @property
    def choice(self) -> str:
        """What the person chose: `system`, `light` or `dark`."""
        return self._settings.scheme

    def choose(self, choice: str) -> None:
        """Takes the scheme of that name from now on, or the system's."""
        self._settings.scheme = choice
        self._apply()

    def zoom_by(self, steps: int) -> None:
        """Zooms in by so many steps, out by as many negative ones, and back to the actual size by none."""
        factor = self.zoom * ZOOM_STEP**steps if steps else 1.0
        factor = round(min(LARGEST_ZOOM, max(SMALLEST_ZOOM, factor)), 2)
        if factor != self.zoom:
            self.zoom = self._settings.zoom = factor
            self._apply()

    def _system_changed(self) -> None:
        if self.choice == "system":
            self._apply()

    def _apply(self) -> None:
        scheme, zoom = self._applied
        hints = self._application.styleHints()
        # Also tells the platform, which draws the window's frame and its own dialogs.
        wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(self.choice, Qt.ColorScheme.Unknown)
        blocked = hints.blockSignals(True)
        hints.setColorScheme(wanted)
        hints.blockSignals(blocked)
        if self.choice == "system":
            self.scheme = DARK if hints.colorScheme() is Qt.ColorScheme.Dark else LIGHT
        else:
            self.scheme = DARK if self.choice == "dark" else LIGHT
        face = style.text_font(self.zoom)
        self._application.setFont(face)
        for kind in FACED_BY_PLATFORM:
            # The stubs want bytes, PySide takes text alone.
            self._application.setFont(face, kind)  # pyright: ignore[reportArgumentType]
        self._application.setPalette(style.palette(self.scheme))
        self._window.setStyleSheet(style.stylesheet(self.scheme, self.zoom))
        if self.scheme is not scheme:
            for panel in self._dressed:
                panel.set_scheme(self.scheme)
        if self.zoom != zoom:
            for panel in self._zoomed:
                panel.set_zoom(self.zoom)
        self._applied = self.scheme, self.zoom
        self.changed.emit()
