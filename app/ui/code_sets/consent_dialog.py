"""The dialog in which a user accepts the terms of CPT before it is read."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from app.codes.cpt_terms import CPT_TERMS, CptTerms
from app.ui.widgets.chips import CheckBox
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.plain_text import PlainLabel

STORAGE = (
    "The files and the codes read from them stay on this computer, in your own folder. "
    "Remove, in Code sets, deletes them again, with every CPT title in your history."
)


class ConsentDialog(QDialog):
    """Shown once for each kind of terms. It can be accepted only after its box is checked, which it is not at first.

    `sentence` is shown for a kind of terms that this version does not know.
    """

    def __init__(self, kind: str, sentence: str, scheme: Scheme, zoom: float, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName("consent_dialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        terms = CPT_TERMS.get(kind, CptTerms("Adding CPT", sentence, "I agree"))
        self.setWindowTitle(terms.heading)
        self.check_box = CheckBox(terms.agreement)
        self.check_box.set_scheme(scheme)
        self.check_box.set_zoom(zoom)
        self.check_box.setObjectName("consent")
        self.buttons = QDialogButtonBox()
        self.add_button = self.buttons.addButton("Add CPT", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.add_button.setEnabled(False)
        self.check_box.toggled.connect(self._enable_adding)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 18)
        column.setSpacing(14)
        heading = PlainLabel(terms.heading)
        heading.setObjectName("dialog_heading")
        column.addWidget(heading)
        for text in (terms.text, STORAGE):
            column.addWidget(_paragraph(text))
        column.addWidget(self.check_box)
        column.addSpacing(4)
        column.addWidget(self.buttons)
        self.check_box.setFocus()

    def _enable_adding(self) -> None:
        self.add_button.setEnabled(self.check_box.isChecked())


def _paragraph(text: str) -> PlainLabel:
    label = PlainLabel(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setMinimumWidth(440)
    return label
