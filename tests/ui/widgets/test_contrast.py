"""The contrast of every pair of colors that must be distinguishable, in both schemes."""

import pytest

from app.ui.widgets.color_scheme import DARK, LIGHT, Scheme

TEXT_ON = {
    "ink": ("ground", "panel", "chip", "selected", "matched", "accent_ground", "excludes1_ground", "warning_ground"),
    "muted": ("ground", "panel", "selected", "chip"),
    "accent": ("ground", "panel", "selected", "accent_ground", "excludes1_ground", "warning_ground"),
    "excludes1": ("panel", "excludes1_ground"),
    "warning": ("ground", "panel", "warning_ground"),
    "valid": ("panel",),
}
"""Text colors with the backgrounds on which they are used; links have the accent color on every background."""

MARKS_ON = {
    "valid": ("ground", "panel", "selected"),
    "muted": ("ground", "panel", "selected"),
    "warning": ("ground", "panel", "selected", "warning_ground"),
    "accent": ("ground", "panel"),
    "excludes1": ("panel", "excludes1_ground"),
}
"""Marks of validity, bars, signs and rings of focus."""


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG 2.1 defines it, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def pairs(table: dict[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    return [(ink, ground) for ink, grounds in table.items() for ground in grounds]


def test_contrast_is_measured_as_wcag_measures_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    # The lightest gray that WCAG's own examples pass on white at 4.5 to 1.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=lambda scheme: scheme.name)
@pytest.mark.parametrize(("ink", "ground"), pairs(TEXT_ON))
def test_text_can_be_read(scheme: Scheme, ink: str, ground: str) -> None:
    assert contrast(getattr(scheme, ink), getattr(scheme, ground)) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=lambda scheme: scheme.name)
@pytest.mark.parametrize(("mark", "ground"), pairs(MARKS_ON))
def test_marks_can_be_seen(scheme: Scheme, mark: str, ground: str) -> None:
    assert contrast(getattr(scheme, mark), getattr(scheme, ground)) >= 3


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=lambda scheme: scheme.name)
def test_selected_text_can_be_read(scheme: Scheme) -> None:
    """Selected text is the panel's color on the accent."""
    assert contrast(scheme.panel, scheme.accent) >= 4.5
