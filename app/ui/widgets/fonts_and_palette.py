"""Fonts, palette and style sheet of the window, from a scheme and a zoom factor."""

import re
from functools import cache

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

from app.paths import resource
from app.ui.widgets.color_scheme import Scheme

BASE_PIXELS = 13
"""The size of running text at zoom 1.0 on a 96 dpi screen; Qt multiplies it by the screen's own scale."""

DIALOG_MARGIN = 24
"""Pixels from the edge of a dialog to its contents, at any zoom."""

MONO_FAMILIES = (
    "JetBrains Mono",
    "Cascadia Mono",
    "SF Mono",
    "Menlo",
    "Consolas",
    "DejaVu Sans Mono",
    "Noto Sans Mono",
)
"""Fonts in which 0 and O, and 1, l and I, look different, as codes need."""

TEXT_FAMILIES = ("Inter", "Cantarell", "Noto Sans", "DejaVu Sans")
"""Fonts for a desktop without a font of its own."""

GENERIC_FAMILIES = ("", "Sans", "Sans Serif", "sans-serif", "Helvetica")
"""Names that Qt returns if no desktop theme chooses a font; fontconfig maps them to any font."""

_ROLE_MARK = re.compile(r"@(\w+)@")
_PIXELS_MARK = re.compile(r"@([\d.]+)px@")


def mono_font(size_factor: float = 1.0, bold: bool = False) -> QFont:
    """Return the monospaced font for codes. `size_factor` is relative to running text."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    family = _first_installed(MONO_FAMILIES)
    if family:
        font = QFont(family)
    font.setStyleHint(QFont.StyleHint.Monospace)
    # A programmer's ligatures would draw the two plus signs of Ctrl++ as one.
    for feature in ("calt", "liga"):
        font.setFeature(QFont.Tag(feature), 0)
    font.setPixelSize(max(8, round(BASE_PIXELS * size_factor)))
    font.setBold(bold)
    return font


def text_font(size_factor: float = 1.0, bold: bool = False) -> QFont:
    """Return the system's font for text. `size_factor` is relative to running text."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if font.family() in GENERIC_FAMILIES:
        family = _first_installed(TEXT_FAMILIES)
        if family:
            font = QFont(family)
    font.setPixelSize(max(8, round(BASE_PIXELS * size_factor)))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def _first_installed(families: tuple[str, ...]) -> str:
    """Return the first family that is installed, empty if none is."""
    return next((family for family in families if family in _installed()), "")


@cache
def _installed() -> frozenset[str]:
    """Return all installed families. Cached, since listing them takes milliseconds."""
    return frozenset(QFontDatabase.families())


def palette(scheme: Scheme) -> QPalette:
    """Return a palette with every role that Qt's own widgets paint with."""
    result = QPalette()
    role = QPalette.ColorRole
    for kind, color in (
        (role.Window, scheme.ground),
        (role.WindowText, scheme.ink),
        (role.Base, scheme.panel),
        (role.AlternateBase, scheme.ground),
        (role.Text, scheme.ink),
        (role.PlaceholderText, scheme.muted),
        (role.Button, scheme.chip),
        (role.ButtonText, scheme.ink),
        (role.BrightText, scheme.excludes1),
        (role.Highlight, scheme.accent),
        (role.HighlightedText, scheme.panel),
        (role.Accent, scheme.accent),
        (role.Link, scheme.accent),
        (role.LinkVisited, scheme.accent),
        (role.ToolTipBase, scheme.panel),
        (role.ToolTipText, scheme.ink),
        (role.Light, scheme.panel),
        (role.Midlight, scheme.hairline),
        (role.Mid, scheme.hairline),
        (role.Dark, scheme.hairline),
        (role.Shadow, scheme.hairline),
    ):
        result.setColor(kind, QColor(color))
    for kind in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, kind, QColor(scheme.muted))
    return result


def stylesheet(scheme: Scheme, zoom: float) -> str:
    """Return the style sheet, with its `@role@` marks filled from the scheme and its `@13px@` marks scaled by the zoom.

    Raises KeyError for an unknown role, so that a misspelled mark never reaches a screen.
    """
    roles: dict[str, str] = scheme._asdict()
    source = resource("style", "codarium.qss").read_text(encoding="utf-8")
    source = _PIXELS_MARK.sub(lambda match: f"{max(1, round(float(match[1]) * zoom))}px", source)
    return _ROLE_MARK.sub(lambda match: roles[match[1]], source)
