"""A dialog that shows a page of rich text."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget


def page_dialog(title: str, html: str, name: str, parent: QWidget) -> QDialog:
    """Return a dialog with a page of text that can be selected and copied; `name` is its object name."""
    dialog = QDialog(parent)
    dialog.setObjectName(name)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    page = QTextBrowser()
    page.setAccessibleName(title)
    page.setOpenLinks(False)
    page.document().setDocumentMargin(20)
    page.setHtml(html)
    buttons = QDialogButtonBox()
    # Added by its text: a standard button has an icon.
    buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
    buttons.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(0, 0, 0, 12)
    column.addWidget(page)
    column.addWidget(buttons)
    buttons.setContentsMargins(0, 0, 14, 0)
    dialog.resize(680, 620)
    return dialog
