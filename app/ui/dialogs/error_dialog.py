"""The dialogs for an unexpected error, and for a program that cannot start."""

import platform
from pathlib import Path

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QMessageBox, QVBoxLayout, QWidget

from app.ui.widgets.plain_text import PlainLabel, message_box


def error_dialog(details: str, log: Path | None, parent: QWidget | None) -> QDialog:
    """Return the dialog for an unexpected error, with a button that copies the details for a report.

    `details` are the traceback; `log` is the file that they were written to, None where there is none.
    """
    dialog = QDialog(parent)
    dialog.setObjectName("error_dialog")
    dialog.setWindowTitle("Something went wrong")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    last_line = details.strip().splitlines()[-1] if details.strip() else ""
    place = f"Details are in {log}." if log else "It could not be logged: there is no folder for the log."
    text = PlainLabel(
        f"An unexpected error occurred. Codarium goes on.\n\n{last_line}\n\n{place}\n"
        "Further errors are logged without a message."
    )
    text.setWordWrap(True)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    text.setMinimumWidth(420)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    copy = buttons.addButton("Copy details", QDialogButtonBox.ButtonRole.ActionRole)
    copy.setObjectName("copy_details")
    report = f"Codarium on {platform.platform()}, Python {platform.python_version()}, Qt {qVersion()}\n\n{details}"
    copy.clicked.connect(lambda: QApplication.clipboard().setText(report))
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(20, 20, 20, 16)
    layout.setSpacing(16)
    layout.addWidget(text)
    layout.addWidget(buttons)
    return dialog


def show_refusal(sentence: str) -> None:
    """Show the reason why the program cannot start, until the dialog is closed."""
    box = message_box("Codarium cannot start", sentence, icon=QMessageBox.Icon.Critical)
    box.setObjectName("refusal")
    box.exec()
