"""The Lexicon page: what Codarium reads texts as, in a table that a box narrows."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
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
from app.ui.widgets.chips import Chip, FilterLayout
from app.ui.widgets.color_scheme import Scheme

LEAD = (
    "The code sets seldom print what a chart says: these tables tell by which of their words a search also looks for "
    "an abbreviation, an everyday word or a British spelling. Words that mean little may be missing from a title that "
    "still answers."
)

NAMES = {
    LineKind.ABBREVIATION: ("Abbreviations", "Abbr."),
    LineKind.EVERYDAY: ("Everyday words", "Everyday"),
    LineKind.SAME: ("Word families", "Families"),
    LineKind.SPELLING: ("Spelling", "Spelling"),
    LineKind.LITTLE: ("Mean little", "Little"),
}
"""What the tables are called, and in little room."""

FIRST_SIZE = QSize(860, 680)
SMALLEST_SIZE = QSize(560, 420)
"""Both at zoom 1.0."""
SIDE, GAP = 24, 6
CELL = 11
"""From a cell's edge to its words: the style sheet's 8 pixels, and Qt's own 3."""
ROW_HEIGHT = 27
TYPED_SHARE, REMARK_SHARE, KIND_PIXELS = 0.22, 0.27, 112
"""What the first and the last column take of the width, and the third one at zoom 1.0; meanings have what is left."""

STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
PAGES = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}


class LexiconView(QDialog):
    """A window of its own beside the main one. `search_requested` carries the text of the line that was chosen.

    `lines` gives the lexicon of the library in use. The box keeps the focus while Up and Down move through the table.
    """

    search_requested = Signal(str)

    def __init__(self, lines: Callable[[], Sequence[LexiconLine]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("lexicon_view")
        self.setWindowTitle("Lexicon · Codarium")
        self._lines = lines
        self._stale = True
        self._kind: LineKind | None = None
        self._zoom = 1.0
        self._heading = QLabel("Lexicon")
        self._heading.setObjectName("dialog_heading")
        self._lead = QLabel(LEAD)
        self._lead.setObjectName("dialog_lead")
        self._lead.setWordWrap(True)
        self.box = QLineEdit()
        self.box.setPlaceholderText("Abbreviation, word, meaning")
        self.box.setAccessibleName("Narrow the lexicon")
        self.box.setClearButtonEnabled(False)
        self.all_chip = Chip("All")
        self.chips = {kind: Chip(*NAMES[kind]) for kind in LineKind}
        self.model = LexiconModel(self)
        self.table = QTableView()
        self._dress_table()
        self._nothing = QLabel("No line of the lexicon holds that. It is searched for as it stands.")
        self._nothing.setObjectName("dialog_lead")
        self._nothing.setWordWrap(True)
        self._nothing.hide()
        self._foot = QLabel("Enter or a double click searches for what is typed there.")
        self._foot.setObjectName("dialog_lead")
        self._foot.setWordWrap(True)
        self.search_button = self._button("Search for it", self.choose)
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
        """The library has changed: what is shown is read again, at once or when it is next looked at."""
        self._stale = True
        if self.isVisible():
            self._read()

    def set_kind(self, kind: LineKind | None) -> None:
        """Shows one table alone; the same again, or None, shows all."""
        self._kind = None if kind is self._kind else kind
        self._filter()

    def choose(self) -> None:
        """Searches for the line that is current, and makes way for what is found."""
        line = self.model.line(self.table.currentIndex().row())
        if line is not None:
            self.close()
            self.search_requested.emit(line.search)

    def set_scheme(self, scheme: Scheme) -> None:
        for chip in (self.all_chip, *self.chips.values()):
            chip.set_scheme(scheme)

    def set_zoom(self, factor: float) -> None:
        self._zoom = factor
        face = style.text_font(factor)
        self._heading.setFont(style.text_font(1.5 * factor, bold=True))
        for part in (self._lead, self._nothing, self._foot, self.box, self.table, self.table.horizontalHeader()):
            part.setFont(face)
        for chip in (self.all_chip, *self.chips.values()):
            chip.set_zoom(factor)
        self.table.verticalHeader().setDefaultSectionSize(round(ROW_HEIGHT * factor))
        self.setMinimumSize((SMALLEST_SIZE * factor).boundedTo(self.screen().availableSize()))
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
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.choose()
                return True
            if watched is self.box and (key in STEPS or key in PAGES):
                page = max(1, self.table.viewport().height() // self.table.verticalHeader().defaultSectionSize() - 1)
                self._go_to(self.table.currentIndex().row() + STEPS.get(key, PAGES.get(key, 0) * page))
                return True
        return super().eventFilter(watched, event)

    def _dress_table(self) -> None:
        table = self.table
        table.setObjectName("lexicon_table")
        table.setAccessibleName("Lexicon")
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Columns stay where they are, however few rows are left.
        table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setCornerButtonEnabled(False)
        table.verticalHeader().hide()
        # Rows of one height each: thousands are never measured.
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads = table.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setSectionsClickable(False)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        heads.setSectionResizeMode(Column.READ_AS, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(SIDE, 20, SIDE, 12)
        head.setSpacing(10)
        for part in (self._heading, self._lead, self.box):
            head.addWidget(part)
        chips = QHBoxLayout()
        chips.setSpacing(GAP)
        for chip in (self.all_chip, *self.chips.values()):
            chips.addWidget(chip)
        chips.addStretch(1)
        head.addLayout(chips)
        column.addLayout(head)
        rows = QVBoxLayout()
        rows.setContentsMargins(SIDE - CELL, 0, 0, 0)
        rows.addWidget(self.table)
        # In the table's own room: the table stays where it is.
        empty = QVBoxLayout(self.table.viewport())
        empty.setContentsMargins(CELL, 10, CELL, 0)
        empty.addWidget(self._nothing)
        empty.addStretch(1)
        column.addLayout(rows, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(SIDE, 10, SIDE, 12)
        foot.setSpacing(8)
        foot.addWidget(self._foot, 1)
        foot.addWidget(self.search_button)
        foot.addWidget(self.close_button)
        column.addLayout(foot)
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize()))

    def _fit(self) -> None:
        """Lets the chips say as much as there is room for, and shares the table's width out."""
        chips = (self.all_chip, *self.chips.values())
        wide = sum(chip.width_in(FilterLayout.BESIDE) + GAP for chip in chips) + 2 * SIDE <= self.width()
        for chip in chips:
            chip.set_filter_layout(FilterLayout.BESIDE if wide else FilterLayout.BELOW_BARE)
        heads = self.table.horizontalHeader()
        heads.resizeSection(Column.TYPED, round(self.width() * TYPED_SHARE))
        heads.resizeSection(Column.REMARK, round(self.width() * REMARK_SHARE))
        heads.resizeSection(Column.KIND, round(KIND_PIXELS * self._zoom))

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
        found = self.model.rowCount() > 0
        self._nothing.setVisible(not found)
        self.search_button.setEnabled(found)
        self._go_to(0)
        self.table.scrollToTop()

    def _go_to(self, number: int) -> None:
        index = self.model.index(max(0, min(self.model.rowCount() - 1, number)), Column.TYPED)
        if index.isValid():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(index, flags)
            self.table.scrollTo(index)

    def _toggles(self, kind: LineKind) -> Callable[[], None]:
        return lambda: self.set_kind(kind)

    def _open_menu(self, position: QPoint) -> None:
        index = self.table.indexAt(position)
        line = self.model.line(index.row())
        if line is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"Search for “{line.search}”").triggered.connect(self.choose)
        menu.addAction("Copy the line").triggered.connect(lambda: self._copy(line))
        menu.popup(self.table.viewport().mapToGlobal(position))

    def _copy(self, line: LexiconLine) -> None:
        QApplication.clipboard().setText("\t".join(cells(line)[column] for column in Column))

    def _button(self, said: str, does: Callable[[], object]) -> QPushButton:
        button = QPushButton(said)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: does())
        return button
