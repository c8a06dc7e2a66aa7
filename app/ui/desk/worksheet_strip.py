"""The strip below results and page: the worksheet with its header, or the header alone."""

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.checking.records import Finding
from app.codes.names import count_words
from app.ui.desk.finding_counts import FindingCounts
from app.ui.desk.worksheet_table import WorksheetTable
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.plain_text import PlainLabel, menu_text

HEADER_HEIGHT = 36
EMPTY_TEXT = "No codes yet. Ctrl+J adds the code on the page."
SIDE_MARGIN = 16


class WorksheetStrip(QWidget):
    """The worksheet. `list_menu_asked` follows a press on its name, the other signals its buttons."""

    list_menu_asked = Signal()
    findings_asked = Signal()
    copy_all_asked = Signal()
    export_asked = Signal()
    fold_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("worksheet_strip")
        self.table = WorksheetTable()
        self._title = PlainLabel("Worksheet")
        self.name_button = self._button("", "List", self.list_menu_asked)
        self._counts = PlainLabel()
        self._counts.setObjectName("worksheet_counts")
        self.finding_counts = FindingCounts()
        self.findings_button = self._button("Findings", "Show the findings as a page", self.findings_asked)
        self.copy_button = self._button("Copy all", "Copy all codes of the list", self.copy_all_asked)
        self.export_button = self._button("Export", "Export the list", self.export_asked)
        self.fold_button = self._button("Fold", "Fold the worksheet", self.fold_asked)
        self._empty = PlainLabel(EMPTY_TEXT)
        self._empty.setObjectName("worksheet_empty")
        self._header = QWidget()
        self._header.setObjectName("worksheet_header")
        row = QHBoxLayout(self._header)
        row.setContentsMargins(SIDE_MARGIN, 0, SIDE_MARGIN, 0)
        row.setSpacing(12)
        for widget in (self._title, self.name_button, self._counts, self.finding_counts):
            row.addWidget(widget)
        row.addStretch(1)
        for button in (self.findings_button, self.copy_button, self.export_button, self.fold_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self._empty)
        column.addWidget(self.table, 1)
        self.is_folded = False
        self.setFocusProxy(self.table)
        self.set_zoom(1.0)
        self.show_summary("", 0)

    def show_summary(self, name: str, codes: int, findings: Sequence[Finding] = ()) -> None:
        """Show the name of the list, how many codes it has, and how many findings of each severity."""
        self.finding_counts.show_counts(Counter(finding.severity for finding in findings))
        self.name_button.setText(menu_text(f"{name or 'No list'} \N{BLACK DOWN-POINTING SMALL TRIANGLE}"))
        self.name_button.setAccessibleName(f"List: {name}" if name else "List")
        self._counts.setText(count_words(codes, "code"))
        self._empty.setVisible(not codes and not self.is_folded)
        self.table.setVisible(bool(codes) and not self.is_folded)
        for button in (self.findings_button, self.copy_button, self.export_button):
            button.setEnabled(bool(codes))
        self.updateGeometry()

    def fold(self, folded: bool) -> None:
        """Show the header alone, or the table with it."""
        self.is_folded = folded
        codes = self.table.rows.rowCount()
        self.table.setVisible(bool(codes) and not folded)
        self._empty.setVisible(not codes and not folded)
        self.fold_button.setText(menu_text("Unfold" if folded else "Fold"))
        self.fold_button.setAccessibleName("Unfold the worksheet" if folded else "Fold the worksheet")
        self.setMaximumHeight(self.minimumSizeHint().height() if folded else 16_777_215)
        self.updateGeometry()

    def header_height(self) -> int:
        """Return the height of the strip when it is folded."""
        return self._header.height()

    def wished_height(self) -> int:
        """Return the height with all rows, or of the header alone if it is folded."""
        if self.is_folded:
            return self._header.height()
        rows = self.table.content_height() if self.table.rows.rowCount() else self._empty.sizeHint().height()
        return self._header.height() + rows

    def in_tab_order(self) -> tuple[QWidget, ...]:
        """Return the widgets that the Tab key goes through."""
        return (
            self.name_button,
            self.findings_button,
            self.copy_button,
            self.export_button,
            self.fold_button,
            self.table,
        )

    def set_scheme(self, scheme: Scheme) -> None:
        self.table.set_scheme(scheme)
        self.finding_counts.set_scheme(scheme)

    def set_zoom(self, factor: float) -> None:
        self.table.set_zoom(factor)
        self._header.setFixedHeight(round(HEADER_HEIGHT * factor))
        self._title.setFont(style.text_font(factor, bold=True))
        small = style.text_font(12 / style.BASE_PIXELS * factor)
        self.name_button.setFont(style.text_font(factor))
        for button in (self.findings_button, self.copy_button, self.export_button, self.fold_button):
            button.setFont(small)
        self.finding_counts.set_zoom(factor)
        for label in (self._counts, self._empty):
            label.setFont(small)
        margin = round(SIDE_MARGIN * factor)
        self._empty.setContentsMargins(margin, round(4 * factor), margin, round(10 * factor))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._header.height())

    @staticmethod
    def _button(text: str, name: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(menu_text(text))
        button.setObjectName("code_set_button")
        button.setAccessibleName(name)
        button.setFlat(True)
        button.setAutoDefault(False)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: signal.emit())
        return button
