"""The two dialogs that nobody wants to see: an unexpected error, and a start that is refused."""

import platform
from pathlib import Path

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QMessageBox, QVBoxLayout, QWidget


def error_dialog(details: str, log: Path | None, parent: QWidget | None) -> QDialog:
    """The dialog for an unexpected error, with a button that copies what a report of it needs."""
    dialog = QDialog(parent)
    dialog.setObjectName("error_dialog")
    dialog.setWindowTitle("Something went wrong")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    last_line = details.strip().splitlines()[-1] if details.strip() else ""
    kept = f"It is written down in {log}." if log else "It could not be written down: there is no folder for it."
    words = QLabel(
        f"Codarium met an error that it did not expect, and goes on.\n\n{last_line}\n\n{kept}\n"
        "Further errors are logged without asking for your attention."
    )
    words.setWordWrap(True)
    words.setTextFormat(Qt.TextFormat.PlainText)
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    words.setMinimumWidth(420)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    copy = buttons.addButton("Copy details", QDialogButtonBox.ButtonRole.ActionRole)
    copy.setObjectName("copy_details")
    report = f"Codarium on {platform.platform()}, Python {platform.python_version()}, Qt {qVersion()}\n\n{details}"
    copy.clicked.connect(lambda: QApplication.clipboard().setText(report))
    buttons.rejected.connect(dialog.reject)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(20, 20, 20, 16)
    layout.setSpacing(16)
    layout.addWidget(words)
    layout.addWidget(buttons)
    return dialog


def show_refusal(sentence: str) -> None:
    """Says in one dialog why the program cannot start."""
    box = QMessageBox(QMessageBox.Icon.Critical, "Codarium", sentence)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setObjectName("refusal")
    box.exec()
