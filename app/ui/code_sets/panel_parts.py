"""Labels and buttons of the panels in the Code sets view."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.plain_text import RichLabel, menu_text

TEXT_INDENT = 22
"""From the left edge of a panel to the text beside its mark, at zoom 1.0."""


def panel_label(html: str, zoom: float, size: float = 1.0) -> RichLabel:
    """Return a label of rich text that can be selected; `size` is relative to running text."""
    label = RichLabel(html)
    label.setWordWrap(True)
    label.setFont(style.text_font(size * zoom))
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return label


def panel_button(text: str, name: str, zoom: float) -> QPushButton:
    """Return a flat button; `name` is its accessible name, since panels have buttons with the same text."""
    button = QPushButton(menu_text(text))
    button.setObjectName("code_set_button")
    button.setAccessibleName(name)
    button.setFlat(True)
    button.setAutoDefault(False)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setFont(style.text_font(zoom))
    return button
