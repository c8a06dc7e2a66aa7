"""What the person must agree to before CPT is read: whose it is, and on which terms it may be used here."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from app.ui.widgets.chips import CheckBox
from app.ui.widgets.color_scheme import Scheme

LEFT_TO = (
    "The files and the codes read from them stay on this computer, in your own folder. "
    "Remove, in Code sets, takes them away again, with every title of them in your history."
)

TERMS = {
    "ama": (
        "Adding CPT from the AMA's files",
        "CPT is the American Medical Association's work and is protected by copyright. Codarium brings none of it: "
        "these files may be read only by somebody who holds a license for them from the AMA, or who works for somebody "
        "who does.",
        "I hold such a license, or work under one, and keep to it",
    ),
    "cms": (
        "Adding CPT from CMS's fee schedule",
        "The Medicare physician fee schedule file holds CPT codes with short titles. CPT is the American Medical "
        "Association's work and is protected by copyright. CMS gives the file out on terms: the titles are for your "
        "own use with Medicare, Medicaid and other programs that CMS runs, in the United States; they are not to be "
        "sold or passed on, nor made part of another work; and the AMA's notice stays with them. The full terms are "
        "shown by CMS where the file is downloaded.",
        "I accept these terms, for myself and those for whom I work",
    ),
}
"""By kind of file: the heading, whose it is and what is asked, and the sentence that the person ticks."""


class ConsentDialog(QDialog):
    """Asked once for each kind; accepted only with the tick, and by default not."""

    def __init__(self, kind: str, sentence: str, scheme: Scheme, zoom: float, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("consent_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # Terms that this program does not know are asked for in the words in which they were asked for.
        title, asked, agreed = TERMS.get(kind, ("Adding CPT", sentence, "I agree"))
        self.setWindowTitle(title)
        self.tick = CheckBox(agreed)
        self.tick.set_scheme(scheme)
        self.tick.set_zoom(zoom)
        self.tick.setObjectName("consent")
        self.buttons = QDialogButtonBox()
        self.add_button = self.buttons.addButton("Add CPT", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.add_button.setEnabled(False)
        self.tick.toggled.connect(self._ticked)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(14)
        heading = QLabel(title)
        heading.setObjectName("dialog_heading")
        column.addWidget(heading)
        for words in (asked, LEFT_TO):
            column.addWidget(_paragraph(words))
        column.addWidget(self.tick)
        column.addSpacing(4)
        column.addWidget(self.buttons)
        self.tick.setFocus()

    def _ticked(self) -> None:
        self.add_button.setEnabled(self.tick.isChecked())


def _paragraph(words: str) -> QLabel:
    label = QLabel(words)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setMinimumWidth(440)
    return label
