"""Faces, palette and style sheet of the window, filled from a scheme and a zoom factor."""

import re
from dataclasses import asdict
from functools import cache

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

from app.paths import resource
from app.ui.widgets.color_scheme import Scheme

BASE_PIXELS = 13
"""The size of running text at zoom 1.0 on a 96 dpi screen; Qt multiplies it by the screen's own scale."""

MONO_FAMILIES = (
    "JetBrains Mono",
    "Cascadia Mono",
    "SF Mono",
    "Menlo",
    "Consolas",
    "DejaVu Sans Mono",
    "Noto Sans Mono",
)
"""Faces whose zero, O, one, l and I cannot be mistaken for each other, which is what a code needs."""

TEXT_FAMILIES = ("Inter", "Cantarell", "Noto Sans", "DejaVu Sans")
"""Faces for a desktop that names none of its own."""

NAMELESS_FACES = ("", "Sans", "Sans Serif", "sans-serif", "Helvetica")
"""What Qt answers where no desktop theme chooses a face: a generic name that fontconfig maps to anything."""

_MARK = re.compile(r"@(\w+)@")
_PIXELS = re.compile(r"@([\d.]+)px@")


def mono_font(size_factor: float = 1.0, bold: bool = False) -> QFont:
    """The face for codes: monospaced, hence with tabular figures. `size_factor` is relative to running text."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    chosen = _first_present(MONO_FAMILIES)
    if chosen:
        font = QFont(chosen)
    font.setStyleHint(QFont.StyleHint.Monospace)
    # A programmer's ligatures would draw the two plus signs of Ctrl++ as one.
    for feature in ("calt", "liga"):
        font.setFeature(QFont.Tag(feature), 0)
    font.setPixelSize(max(8, round(BASE_PIXELS * size_factor)))
    font.setBold(bold)
    return font


def text_font(size_factor: float = 1.0, bold: bool = False) -> QFont:
    """The system's own text face. `size_factor` is relative to running text."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if font.family() in NAMELESS_FACES:
        chosen = _first_present(TEXT_FAMILIES)
        if chosen:
            font = QFont(chosen)
    font.setPixelSize(max(8, round(BASE_PIXELS * size_factor)))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def _first_present(families: tuple[str, ...]) -> str:
    """The first family that the machine has, empty if none."""
    return next((family for family in families if family in _present()), "")


@cache
def _present() -> frozenset[str]:
    """Every family that the machine has. Asked once: listing them takes milliseconds."""
    return frozenset(QFontDatabase.families())


def palette(scheme: Scheme) -> QPalette:
    """Every palette role that a stock widget paints with, from the scheme."""
    filled = QPalette()
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
        filled.setColor(kind, QColor(color))
    for kind in (role.WindowText, role.Text, role.ButtonText):
        filled.setColor(QPalette.ColorGroup.Disabled, kind, QColor(scheme.muted))
    return filled


def stylesheet(scheme: Scheme, zoom: float) -> str:
    """The style sheet with its `@role@` marks filled from the scheme and its `@13px@` marks scaled by the zoom.

    An unknown role raises KeyError: a misspelt mark must not reach a screen.
    """
    roles: dict[str, str] = asdict(scheme)
    source = resource("style", "codarium.qss").read_text(encoding="utf-8")
    source = _PIXELS.sub(lambda found: f"{max(1, round(float(found[1]) * zoom))}px", source)
    return _MARK.sub(lambda found: roles[found[1]], source)
