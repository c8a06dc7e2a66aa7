"""The color scheme and the zoom, applied to the application and to every panel."""

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.settings import LARGEST_ZOOM, SMALLEST_ZOOM, Settings
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import DARK, LIGHT, Scheme

ZOOM_STEP = 1.1

PLATFORM_FONT_CLASSES = ("QMenuBar", "QMenu", "QToolTip", "QMessageBox")
"""Widget classes for which platforms set a font, which would take precedence over the application's."""

QT_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


class SupportsScheme(Protocol):
    """A panel that paints in the colors of the scheme."""

    def set_scheme(self, scheme: Scheme) -> None: ...


class SupportsZoom(Protocol):
    """A panel whose fonts and sizes follow the zoom."""

    def set_zoom(self, factor: float) -> None: ...


class Appearance(QObject):
    """The current scheme and zoom, which are saved in the settings. `changed` is sent after either has changed."""

    changed = Signal()

    def __init__(self, application: QApplication, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._application, self._settings, self._window = application, settings, parent
        self._schemed: tuple[SupportsScheme, ...] = ()
        self._zoomed: tuple[SupportsZoom, ...] = ()
        self.scheme = LIGHT
        self.zoom = settings.zoom
        self._applied = self.scheme, self.zoom
        self._apply()
        application.styleHints().colorSchemeChanged.connect(self._system_changed)

    def register(self, schemed: Sequence[SupportsScheme], zoomed: Sequence[SupportsZoom]) -> None:
        """Add panels that were made in the light scheme at zoom 1.0; they follow every change from now on."""
        self._schemed += tuple(schemed)
        self._zoomed += tuple(zoomed)
        # Only if needed: a page is written again for either.
        if self.scheme is not LIGHT:
            for panel in schemed:
                panel.set_scheme(self.scheme)
        if self.zoom != 1.0:
            for panel in zoomed:
                panel.set_zoom(self.zoom)

    def unregister(self, panel: object) -> None:
        """Remove a panel, which another one replaces."""
        self._schemed = tuple(other for other in self._schemed if other is not panel)
        self._zoomed = tuple(other for other in self._zoomed if other is not panel)

    @property
    def scheme_choice(self) -> str:
        """The user's choice: `system`, `light` or `dark`."""
        return self._settings.scheme

    def choose_scheme(self, choice: str) -> None:
        """Use the light or the dark scheme from now on, or the one of the system."""
        self._settings.scheme = choice
        self._apply()

    def zoom_by(self, steps: int) -> None:
        """Zoom in by a number of steps, out by a negative number; zero goes back to the actual size."""
        factor = self.zoom * ZOOM_STEP**steps if steps else 1.0
        factor = round(min(LARGEST_ZOOM, max(SMALLEST_ZOOM, factor)), 2)
        if factor != self.zoom:
            self.zoom = self._settings.zoom = factor
            self._apply()

    def _system_changed(self) -> None:
        if self.scheme_choice == "system":
            self._apply()

    def _apply(self) -> None:
        scheme, zoom = self._applied
        hints = self._application.styleHints()
        # The platform draws the window's frame and its own dialogs in this scheme.
        qt_scheme = QT_SCHEMES.get(self.scheme_choice, Qt.ColorScheme.Unknown)
        blocked = hints.blockSignals(True)
        hints.setColorScheme(qt_scheme)
        hints.blockSignals(blocked)
        if self.scheme_choice == "system":
            self.scheme = DARK if hints.colorScheme() is Qt.ColorScheme.Dark else LIGHT
        else:
            self.scheme = DARK if self.scheme_choice == "dark" else LIGHT
        font = style.text_font(self.zoom)
        self._application.setFont(font)
        for class_name in PLATFORM_FONT_CLASSES:
            # The stubs want bytes, PySide takes text alone.
            self._application.setFont(font, class_name)  # pyright: ignore[reportArgumentType]
        self._application.setPalette(style.palette(self.scheme))
        self._window.setStyleSheet(style.stylesheet(self.scheme, self.zoom))
        if self.scheme is not scheme:
            for panel in self._schemed:
                panel.set_scheme(self.scheme)
        if self.zoom != zoom:
            for panel in self._zoomed:
                panel.set_zoom(self.zoom)
        self._applied = self.scheme, self.zoom
        self.changed.emit()
