"""Text shown as it is written, where Qt would guess markup in it: labels, tooltips, message boxes and menu items.

Titles come from files and names of files from anywhere. Qt takes a text with a tag in it for HTML, and opens the local
files and network folders that it names; it takes a single `&` for the mark of a shortcut. Everything in the window
that shows such a text goes through this module; `tests/ui/test_plain_text.py` forbids other ways.
"""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget


class PlainLabel(QLabel):
    """A label that shows its text as it is written."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Before the text, which would be read as HTML otherwise.
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


class RichLabel(QLabel):
    """A label for HTML, in which every text from elsewhere is escaped."""

    def __init__(self, html: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText(html)


def tooltip(text: str) -> str:
    """Return a text as a tooltip shows it, with its line breaks; empty for an empty text.

    It is HTML in any case: Qt offers no tooltip of plain text. Long lines are broken.
    """
    return f"<p style='white-space:pre-wrap;margin:0'>{escape(text)}</p>" if text else ""


def set_tooltip(widget: QWidget, text: str) -> None:
    """Give a widget a tooltip that shows a text as it is written."""
    widget.setToolTip(tooltip(text))
    # Qt would give screen readers the HTML of the tooltip in place of a description.
    widget.setAccessibleDescription(text)


def menu_text(text: str) -> str:
    """Return a text as menu items, buttons and tabs show it: a single `&` would underline a letter."""
    return text.replace("&", "&&")


def message_box(
    title: str, sentence: str, parent: QWidget | None = None, icon: QMessageBox.Icon = QMessageBox.Icon.NoIcon
) -> QMessageBox:
    """Return a dialog that shows a sentence as it is written; Qt adds the name of the program to its title."""
    box = QMessageBox(parent)
    box.setIcon(icon)
    box.setWindowTitle(title)
    # It holds for the informative text too.
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(sentence)
    return box
