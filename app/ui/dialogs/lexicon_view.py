"""The window of abbreviations and synonyms: a table that a search box narrows."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QContextMenuEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.library.reading.lexicon_lines import LexiconLine, LineKind
from app.ui.dialogs.lexicon_model import Column, LexiconModel, cells
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.accessible import say
from app.ui.widgets.chips import Chip, FilterLayout
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.plain_text import PlainLabel, menu_text

LEXICON_TITLE = "Abbreviations and synonyms"

EXPLANATION = (
    "Charts use other words than the code sets. These tables list the terms that a search also looks for when you type "
    "an abbreviation, an everyday word, a drug or a British spelling. A title may match without the ignored words."
)

CHIP_LABELS = {
    LineKind.ABBREVIATION: ("Abbreviations", "Abbr."),
    LineKind.EVERYDAY: ("Everyday words", "Everyday"),
    LineKind.SAME: ("Word forms", "Forms"),
    LineKind.DRUG: ("Drugs", "Drugs"),
    LineKind.SPELLING: ("Spelling", "Spelling"),
    LineKind.IGNORED: ("Ignored words", "Ignored"),
}
"""The name of each table, and a short one for a narrow window."""

LEXICON_SIZE = QSize(860, 680)
SMALLEST_LEXICON_SIZE = QSize(560, 420)
"""Both at zoom 1.0."""
CHIP_GAP = 6
CELL_PADDING = 11
"""Pixels from a cell's edge to its text: the style sheet's 8, and Qt's own 3."""
LEXICON_LINE_HEIGHT = 27
TYPED_SHARE, REMARK_SHARE, KIND_PIXELS = 0.22, 0.27, 112
"""Shares of the width for the first and last column, and pixels for the third at zoom 1.0; meanings have the rest."""

ROW_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
PAGE_STEPS = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}


class LexiconView(QDialog):
    """A window beside the main one. `search_requested` carries the text of the chosen line.

    `lines` returns the lines of the library in use. The box keeps the focus while Up and Down move through the table.
    """

    search_requested = Signal(str)

    def __init__(self, lines: Callable[[], Sequence[LexiconLine]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("lexicon_view")
        self.setWindowTitle(LEXICON_TITLE)
        self._lines = lines
        self._stale = True
        self._kind: LineKind | None = None
        self._zoom = 1.0
        self._heading = PlainLabel(LEXICON_TITLE)
        self._heading.setObjectName("dialog_heading")
        self._explanation = PlainLabel(EXPLANATION)
        self._explanation.setObjectName("dialog_lead")
        self._explanation.setWordWrap(True)
        self.box = QLineEdit()
        self.box.setPlaceholderText("Abbreviation, word, meaning")
        self.box.setAccessibleName("Narrow the table")
        self.box.setClearButtonEnabled(False)
        self.all_chip = Chip("All")
        self.chips = {kind: Chip(*CHIP_LABELS[kind]) for kind in LineKind}
        self.model = LexiconModel(self)
        self.table = QTableView()
        self._set_up_table()
        self._no_match = PlainLabel("No abbreviation or synonym contains this. It is searched for as typed.")
        self._no_match.setObjectName("dialog_lead")
        self._no_match.setWordWrap(True)
        self._no_match.hide()
        self._hint = PlainLabel("Enter or a double click searches for the text in the first column.")
        self._hint.setObjectName("dialog_lead")
        self._hint.setWordWrap(True)
        self.search_button = self._button("Search", self.choose)
        self.close_button = self._button("Close", self.close)
        self._lay_out()
        self.box.textChanged.connect(self._filter)
        self.box.installEventFilter(self)
        self.table.installEventFilter(self)
        self.table.doubleClicked.connect(self.choose)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.all_chip.clicked.connect(lambda: self.set_kind(None))
        for kind, chip in self.chips.items():
            chip.clicked.connect(self._toggles(kind))
        self.set_zoom(1.0)

    def refresh(self) -> None:
        """Read the lines again after a change of library: at once, or when the window is next shown."""
        self._stale = True
        if self.isVisible():
            self._read()

    def set_kind(self, kind: LineKind | None) -> None:
        """Show only one table; the same again, or None, shows all."""
        self._kind = None if kind is self._kind else kind
        self._filter()

    def choose(self) -> None:
        """Search for the current line, and close this window."""
        line = self.model.line(self.table.currentIndex().row())
        if line is not None:
            self.close()
            self.search_requested.emit(line.search)

    def set_scheme(self, scheme: Scheme) -> None:
        for chip in (self.all_chip, *self.chips.values()):
            chip.set_scheme(scheme)

    def set_zoom(self, factor: float) -> None:
        self._zoom = factor
        font = style.text_font(factor)
        self._heading.setFont(style.text_font(1.5 * factor, bold=True))
        for part in (
            self._explanation,
            self._no_match,
            self._hint,
            self.box,
            self.table,
            self.table.horizontalHeader(),
        ):
            part.setFont(font)
        for chip in (self.all_chip, *self.chips.values()):
            chip.set_zoom(factor)
        self.table.verticalHeader().setDefaultSectionSize(round(LEXICON_LINE_HEIGHT * factor))
        self.setMinimumSize((SMALLEST_LEXICON_SIZE * factor).boundedTo(self.screen().availableSize()))
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._read()
        self.box.setFocus()
        self.box.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QContextMenuEvent) and event.reason() is QContextMenuEvent.Reason.Keyboard:
            self._open_menu(self.table.visualRect(self.table.currentIndex()).center())
            return True
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.choose()
                return True
            if watched is self.box and (key in ROW_STEPS or key in PAGE_STEPS):
                page = max(1, self.table.viewport().height() // self.table.verticalHeader().defaultSectionSize() - 1)
                self._go_to(self.table.currentIndex().row() + ROW_STEPS.get(key, PAGE_STEPS.get(key, 0) * page))
                return True
        return super().eventFilter(watched, event)

    def _set_up_table(self) -> None:
        table = self.table
        table.setObjectName("lexicon_table")
        table.setAccessibleName(LEXICON_TITLE)
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Always on, so that the columns do not move when few rows are left.
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setCornerButtonEnabled(False)
        table.verticalHeader().hide()
        # All rows have one height, so that thousands are not measured.
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.READ_AS, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(style.DIALOG_MARGIN, 20, style.DIALOG_MARGIN, 12)
        head.setSpacing(10)
        for part in (self._heading, self._explanation, self.box):
            head.addWidget(part)
        chips = QHBoxLayout()
        chips.setSpacing(CHIP_GAP)
        for chip in (self.all_chip, *self.chips.values()):
            chips.addWidget(chip)
        chips.addStretch(1)
        head.addLayout(chips)
        column.addLayout(head)
        rows = QVBoxLayout()
        rows.setContentsMargins(style.DIALOG_MARGIN - CELL_PADDING, 0, 0, 0)
        rows.addWidget(self.table)
        # Inside the table, which keeps its place.
        empty = QVBoxLayout(self.table.viewport())
        empty.setContentsMargins(CELL_PADDING, 10, CELL_PADDING, 0)
        empty.addWidget(self._no_match)
        empty.addStretch(1)
        column.addLayout(rows, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(style.DIALOG_MARGIN, 10, style.DIALOG_MARGIN, 12)
        foot.setSpacing(8)
        foot.addWidget(self._hint, 1)
        foot.addWidget(self.search_button)
        foot.addWidget(self.close_button)
        column.addLayout(foot)
        self.resize(LEXICON_SIZE.boundedTo(self.screen().availableSize()))

    def _fit(self) -> None:
        """Shorten the chips where the window is narrow, and set the widths of the columns."""
        chips = (self.all_chip, *self.chips.values())
        wide = (
            sum(chip.width_in(FilterLayout.BESIDE) + CHIP_GAP for chip in chips) + 2 * style.DIALOG_MARGIN
            <= self.width()
        )
        for chip in chips:
            chip.set_filter_layout(FilterLayout.BESIDE if wide else FilterLayout.TWO_ROWS_BARE)
        header = self.table.horizontalHeader()
        header.resizeSection(Column.TYPED, round(self.width() * TYPED_SHARE))
        header.resizeSection(Column.REMARK, round(self.width() * REMARK_SHARE))
        header.resizeSection(Column.KIND, round(KIND_PIXELS * self._zoom))

    def _read(self) -> None:
        self._stale = False
        self.model.set_lines(self._lines())
        self._filter()

    def _filter(self) -> None:
        self.model.filter(self.box.text(), self._kind)
        counts = self.model.counts()
        self.all_chip.set_count(f"{sum(counts.values()):,}")
        self.all_chip.setChecked(self._kind is None)
        for kind, chip in self.chips.items():
            chip.set_count(f"{counts[kind]:,}")
            chip.setChecked(kind is self._kind)
        has_rows = self.model.rowCount() > 0
        self._no_match.setVisible(not has_rows)
        self.search_button.setEnabled(has_rows)
        self._go_to(0)
        self.table.scrollToTop()

    def _go_to(self, number: int) -> None:
        index = self.model.index(max(0, min(self.model.rowCount() - 1, number)), Column.TYPED)
        if index.isValid():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(index, flags)
            self.table.scrollTo(index)
            if QAccessible.isActive() and not self.table.hasFocus():
                # The box keeps the focus, so that Qt says nothing of the table.
                say(self, str(index.data(Qt.ItemDataRole.AccessibleTextRole)), now=True)

    def _toggles(self, kind: LineKind) -> Callable[[], None]:
        return lambda: self.set_kind(kind)

    def _open_menu(self, position: QPoint) -> None:
        index = self.table.indexAt(position)
        line = self.model.line(index.row())
        if line is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(menu_text(f"Search for “{line.search}”")).triggered.connect(self.choose)
        menu.addAction("Copy line").triggered.connect(lambda: self._copy(line))
        menu.popup(self.table.viewport().mapToGlobal(position))

    def _copy(self, line: LexiconLine) -> None:
        QApplication.clipboard().setText("\t".join(cells(line)[column] for column in Column))
        say(self, f"Copied {line.typed}")

    def _button(self, text: str, action: Callable[[], object]) -> QPushButton:
        button = QPushButton(menu_text(text))
        button.setAutoDefault(False)
        button.clicked.connect(lambda: action())
        return button
