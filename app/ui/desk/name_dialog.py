"""The dialog that asks for the name of a list or a folder."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from app.notebook.store import LONGEST_NAME, NotebookError
from app.ui.widgets.fonts_and_palette import DIALOG_MARGIN
from app.ui.widgets.plain_text import PlainLabel


class NameDialog(QDialog):
    """Asks for a name until `take` accepts one; a sentence below the field says why it does not."""

    def __init__(self, title: str, name: str, take: Callable[[str], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._take = take
        self.field = QLineEdit(name)
        self.field.setMaxLength(LONGEST_NAME)
        self.field.setAccessibleName(title)
        self.field.selectAll()
        self.problem = PlainLabel()
        self.problem.setObjectName("dialog_problem")
        self.problem.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._try)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(DIALOG_MARGIN, DIALOG_MARGIN, DIALOG_MARGIN, DIALOG_MARGIN)
        column.addWidget(self.field)
        column.addWidget(self.problem)
        column.addWidget(buttons)
        self.setMinimumWidth(360)

    def _try(self) -> None:
        try:
            self._take(self.field.text())
        except NotebookError as error:
            self.problem.setText(str(error))
            return
        self.accept()
