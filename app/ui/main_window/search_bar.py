"""The search box and its filters: code set, branch, codes valid for submission."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from app.codes.names import is_lettered, is_named, printed_code, set_name
from app.codes.node import Level, Node
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.search.answer import Answer, Filters
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.chips import SHORT_NAMES, WIDEST_COUNT, CheckBox, Chip, ChipRow, FilterLayout, MenuChip, count_text
from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.plain_text import PlainLabel, set_tooltip

if TYPE_CHECKING:
    from app.ui.main_window.branch_picker import Branch

BOX_PLACEHOLDER = "Code, words or abbreviation"

MIN_BOX_WIDTH = 340
"""The box gets its own row before it is narrower than this."""

MIN_BOX_BESIDE_FILTERS = 240
"""In a window that is too narrow for all filters in one row, the box stands beside those that are not code sets."""

BAR_MARGIN, CHIP_SPACING = 14, 6

WIDEST_COUNTS = {System.MODIFIER: "400", System.POS: "50"}
"""Of small code sets, whose chips need less room."""

BRANCH_DEPTHS = {System.ICD10CM: 1, System.ICD10PCS: 2}
"""Levels of a code set that the branch filter lists: the chapters; the sections of PCS with their body systems."""


CC_TEXT, SHORT_CC_TEXT = "CC or MCC", "CC"
"""The filter of diagnoses that are a CC or an MCC, and its name where there is little room."""


class SearchBox(QLineEdit):
    """The search box; while it has text, a hint at its right end tells what Esc does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search_box")
        self.setAccessibleName("Search")
        self.setAccessibleDescription("Type a code, words or an abbreviation; results update with every keystroke")
        self.setPlaceholderText(BOX_PLACEHOLDER)
        self.setAttribute(Qt.WidgetAttribute.WA_MacShowFocusRect, False)
        self._hint = PlainLabel("esc clears", self)
        self._hint.setObjectName("search_hint")
        self._hint.hide()
        self.textChanged.connect(lambda: self._hint.setVisible(bool(self.text())))

    def set_zoom(self, factor: float) -> None:
        """Set the height of the box, and keep typed text clear of the hint."""
        self.setFont(style.text_font(16 / style.BASE_PIXELS * factor))
        self._hint.setFont(style.text_font(12 / style.BASE_PIXELS * factor))
        self.setFixedHeight(round(38 * factor))
        self.setTextMargins(0, 0, self._hint.sizeHint().width() + round(8 * factor), 0)
        self._place_hint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_hint()

    def _place_hint(self) -> None:
        size = self._hint.sizeHint()
        self._hint.setGeometry(
            self.width() - size.width() - 12, (self.height() - size.height()) // 2, size.width(), size.height()
        )


def _cc_text(layout: FilterLayout) -> str:
    return SHORT_CC_TEXT if layout.compact else CC_TEXT


class SearchBar(QWidget):
    """The search box with its filters. `branches` returns the headings of a code set for the branch menu."""

    filters_changed = Signal()

    def __init__(
        self,
        systems: tuple[System, ...],
        branches: Callable[[System], tuple[Node, ...]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("search_bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._systems = systems
        self._branches = branches
        self._system: System | None = None
        self._within: Node | None = None
        self._first_system: System | None = None
        self._scheme, self._zoom = LIGHT, 1.0
        self._filter_layout = FilterLayout.BESIDE
        self.box = SearchBox(self)
        self.all_chip = Chip("All")
        self.chips = {
            system: Chip(system.label, SHORT_NAMES.get(system, ""), WIDEST_COUNTS.get(system, WIDEST_COUNT))
            for system in systems
        }
        self.branch_chip = MenuChip("")
        self.branch_chip.setObjectName("branch_filter")
        self.valid_only = CheckBox("Valid only")
        self.valid_only.setObjectName("valid_only")
        self.valid_only.setAccessibleName("Only codes valid for submission")
        self.cc_only = CheckBox(CC_TEXT)
        self.cc_only.setObjectName("cc_only")
        self.cc_only.setAccessibleName("Only diagnoses that are a CC or an MCC")
        self._chip_row = ChipRow("Code set")
        self._chip_row.setObjectName("filter_chips")
        self._other_filters = QWidget()
        self._build()
        self._show_filters()
        self.set_zoom(1.0)
        self.all_chip.clicked.connect(lambda: self.set_system(None))
        for system, chip in self.chips.items():
            chip.clicked.connect(self._toggle_of(system))
        self.branch_chip.clicked.connect(self._open_branches)
        self.valid_only.toggled.connect(self._filters_changed)
        self.cc_only.toggled.connect(self._filters_changed)

    def _build(self) -> None:
        chips = QHBoxLayout(self._chip_row)
        chips.setContentsMargins(0, 0, 0, 0)
        chips.setSpacing(CHIP_SPACING)
        for chip in (self.all_chip, *self.chips.values()):
            chips.addWidget(chip)
        chips.addStretch(1)
        other_filters = QHBoxLayout(self._other_filters)
        other_filters.setContentsMargins(0, 0, 0, 0)
        other_filters.setSpacing(CHIP_SPACING)
        other_filters.addWidget(self.branch_chip)
        other_filters.addSpacing(8)
        other_filters.addWidget(self.valid_only)
        other_filters.addSpacing(8)
        other_filters.addWidget(self.cc_only)
        other_filters.addStretch(1)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(BAR_MARGIN, 7, BAR_MARGIN, 10)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._arrange()

    def _arrange(self) -> None:
        layout = self._filter_layout
        for chip in (self.all_chip, self.branch_chip, *self.chips.values()):
            chip.set_filter_layout(layout)
        self.cc_only.set_words(_cc_text(layout))
        for part in (self.box, self._chip_row, self._other_filters):
            self._grid.removeWidget(part)
        if layout.beside:
            self._grid.addWidget(self.box, 0, 0)
            self._grid.addWidget(self._chip_row, 0, 1)
            self._grid.addWidget(self._other_filters, 0, 2)
        elif layout.in_two_rows:
            self._grid.addWidget(self.box, 0, 0)
            self._grid.addWidget(self._other_filters, 0, 1)
            self._grid.addWidget(self._chip_row, 1, 0, 1, 2)
        else:
            self._grid.addWidget(self.box, 0, 0, 1, 2)
            self._grid.addWidget(self._chip_row, 1, 0)
            self._grid.addWidget(self._other_filters, 1, 1)
        # Beside the chips, the box ends where the results below it nearly do.
        for column, stretch in enumerate((560, 836, 0) if layout.beside else (1, 0, 0)):
            self._grid.setColumnStretch(column, stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        # The filters must not keep the window from being made narrow: they shorten their texts.
        return QSize(self._width_in(FilterLayout.TWO_ROWS_BARE), super().minimumSizeHint().height())

    def _fit(self) -> None:
        """Choose the most detailed layout of the filters that fits."""
        layout = next(
            (layout for layout in FilterLayout if self._width_in(layout) <= self.width()), FilterLayout.TWO_ROWS_BARE
        )
        if layout is not self._filter_layout:
            self._filter_layout = layout
            self._arrange()

    def _width_in(self, layout: FilterLayout) -> int:
        """Return the width of the whole bar in a layout."""
        chips = (self.all_chip, *self.chips.values())
        width = sum(chip.width_in(layout) for chip in chips) + CHIP_SPACING * len(chips) + 2 * BAR_MARGIN
        boxes = self.valid_only.sizeHint().width() + self.cc_only.width_of(_cc_text(layout))
        others = self.branch_chip.width_in(layout) + boxes + 3 * CHIP_SPACING + 2 * 8 + 16
        if layout.in_two_rows:
            return max(width, MIN_BOX_BESIDE_FILTERS + others + 2 * BAR_MARGIN)
        return width + others + (MIN_BOX_WIDTH + 16 if layout.beside else 0)

    def in_tab_order(self) -> tuple[QWidget, ...]:
        """Return the widgets that take the focus, in the order of the Tab key."""
        return self.box, self.all_chip, *self.chips.values(), self.branch_chip, self.valid_only, self.cc_only

    def text(self) -> str:
        return self.box.text()

    def filters(self) -> Filters:
        systems = frozenset({self._system}) if self._system else frozenset[System]()
        within = self._within.id if self._within else None
        return Filters(systems, within, self.valid_only.isChecked(), self.cc_only.isChecked())

    @property
    def system(self) -> System | None:
        return self._system

    @property
    def within(self) -> Node | None:
        return self._within

    def set_system(self, system: System | None) -> None:
        """Limit searches to a code set, None for all. A branch filter of another code set is removed."""
        if system is not None and self._within is not None and self._within.system is not system:
            self._within = None
        self._system = system
        self._filters_changed()

    def toggle_system(self, system: System) -> None:
        """Limit searches to a code set, or remove that limit if it is the current one."""
        self.set_system(None if self._system is system else system)

    def set_within(self, node: Node | None) -> None:
        """Limit searches to a branch, None for everywhere. A filter on another code set is removed."""
        if node is not None and self._system is not None and node.system is not self._system:
            self._system = None
        self._within = node
        self._filters_changed()

    def set_filters(self, system: System | None, within: Node | None, valid_only: bool, cc_only: bool) -> None:
        """Set all filters without starting a search."""
        self._system, self._within = system, within
        for box, checked in ((self.valid_only, valid_only), (self.cc_only, cc_only)):
            blocked = box.blockSignals(True)
            box.setChecked(checked)
            box.blockSignals(blocked)
        self._show_filters()

    def show_counts(self, answer: Answer | None) -> None:
        """Show the counts of an answer beside the code sets; without an answer, no counts."""
        self._first_system = answer.hits[0].node.system if answer is not None and answer.hits else None
        if answer is None or not answer.question.text.strip():
            self.all_chip.set_count("")
            for chip in self.chips.values():
                chip.set_count("")
            return
        chosen = answer.question.filters.systems
        # A code set outside the filter is counted up to a limit, or not counted at all.
        counts, total = answer.by_system, sum(answer.by_system.values())
        if not chosen:
            text = count_text(answer.total, not answer.at_least)
        elif len(counts) < 2:
            text = ""
        else:
            is_lower_bound = len(counts) < len(self.chips) or any(map(answer.is_lower_bound, counts))
            text = count_text(total, not is_lower_bound)
        self.all_chip.set_count(text)
        for system, chip in self.chips.items():
            is_counted = system in chosen or system in counts
            count = count_text(counts.get(system, 0), not answer.is_lower_bound(system))
            chip.set_count(count if is_counted else "")

    def set_scheme(self, scheme: Scheme) -> None:
        self._scheme = scheme
        for chip in (self.all_chip, self.branch_chip, self.valid_only, self.cc_only, *self.chips.values()):
            chip.set_scheme(scheme)

    def set_zoom(self, factor: float) -> None:
        self._zoom = factor
        self.box.set_zoom(factor)
        for chip in (self.all_chip, self.branch_chip, self.valid_only, self.cc_only, *self.chips.values()):
            chip.set_zoom(factor)
        self._fit()

    def _toggle_of(self, system: System) -> Callable[[], None]:
        return lambda: self.toggle_system(system)

    def _filters_changed(self) -> None:
        self._show_filters()
        self.filters_changed.emit()

    def _show_filters(self) -> None:
        self.all_chip.setChecked(self._system is None)
        for system, chip in self.chips.items():
            chip.setChecked(system is self._system)
        within = self._within
        self.branch_chip.setChecked(within is not None)
        text = f"In {branch_name(within)}  ×" if within else "Chapter: all ▾"
        self.branch_chip.set_label(text, "" if within else "Chapter ▾")
        name = f"In {branch_name(within)} only" if within else "Chapter: all"
        self.branch_chip.setAccessibleName(name)
        set_tooltip(
            self.branch_chip,
            f"Only codes in {within.code} {within.title}. Click to search everywhere."
            if within
            else "Search only one chapter, section or body system",
        )
        self._fit()

    def _open_branches(self) -> None:
        if self._within is not None:
            self.set_within(None)
            return
        self.branch_chip.setChecked(False)
        from app.ui.main_window.branch_picker import BranchPicker

        picker = BranchPicker(self._branch_rows(), self._scheme, self._zoom, self.branch_chip)
        picker.branch_taken.connect(self.set_within)
        picker.show()

    def _branch_rows(self) -> "list[Branch]":
        """Return the rows from which a branch is chosen: those of the code set that is chosen or, if none is, of the
        one at hand and then of the others, each under its name."""
        from app.ui.main_window.branch_picker import Branch

        systems = [self._system] if self._system else list(self._systems)
        systems.sort(key=lambda system: system is not self._first_system)
        rows: list[Branch] = []
        for system in systems:
            headings = self._branches(system)
            caption = Branch(set_name(system)) if headings else None
            rows += [caption] if caption is not None else []
            section = caption
            for heading in headings:
                is_below = heading.level is Level.BODY_SYSTEM
                rows.append(Branch(branch_name(heading), heading.title, heading, section if is_below else caption))
                section = section if is_below else rows[-1]
        return rows


def filter_branches(catalogue: Catalogue, system: System) -> tuple[Node, ...]:
    """Return the headings of a code set that the branch filter lists, in the order of the book."""
    roots = catalogue.roots(system)
    if BRANCH_DEPTHS.get(system, 1) == 1:
        return roots
    branches: list[Node] = []
    for root in roots:
        branches.append(root)
        branches += (node for node in catalogue.children(root.id) if node.level is Level.BODY_SYSTEM)
    return tuple(branches)


def branch_name(node: Node) -> str:
    """Return the short name of a branch: `chapter 4`, `section 0`, `0D`, `E08–E13`, `Category I`."""
    if node.level is Level.CHAPTER:
        return f"chapter {node.code}"
    if node.level is Level.PCS_SECTION or is_lettered(node):
        return f"section {node.code}"
    return node.title if is_named(node) else printed_code(node)
