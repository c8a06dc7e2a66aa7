"""Style sheet and fonts."""

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import DARK, LIGHT, Scheme


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize("zoom", [0.7, 1.0, 2.5])
def test_all_marks_of_the_style_sheet_are_replaced(scheme: Scheme, zoom: float) -> None:
    sheet = style.stylesheet(scheme, zoom)
    assert "@" not in sheet
    assert scheme.accent in sheet


def test_lengths_in_the_style_sheet_follow_the_zoom() -> None:
    assert "padding: 0 10px" in style.stylesheet(LIGHT, 1.0)
    assert "padding: 0 20px" in style.stylesheet(LIGHT, 2.0)


def test_all_figures_have_the_same_width_in_the_font_of_codes(qapp: QApplication) -> None:
    metrics = QFontMetricsF(style.mono_font())
    assert len({round(metrics.horizontalAdvance(letter), 2) for letter in "0123456789ABCXYZ."}) == 1
