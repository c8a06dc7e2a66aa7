"""The search box and what confines it: code sets, a branch, codes valid for submission."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QWidget,
)

from app.codes.node import Node
from app.codes.systems import System
from app.search.answer import Answer, Filters
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.chips import SHORT_NAMES, CheckBox, Chip, FilterLayout, count_text
from app.ui.widgets.color_scheme import Scheme

PLACEHOLDER = "Code, words, abbreviation"


LEAST_BOX = 340
"""The box is given a row of its own before it is narrower than this."""

SIDE, GAP = 14, 6
"""Beside the chips, and between them."""


class SearchBox(QLineEdit):
    """The box; a hint at its right end says what Esc does while there is text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search_box")
        self.setAccessibleName("Search")
        self.setAccessibleDescription("Type a code, words or an abbreviation; results follow every keystroke")
        self.setPlaceholderText(PLACEHOLDER)
        self.setAttribute(Qt.WidgetAttribute.WA_MacShowFocusRect, False)
        self._hint = QLabel("esc clears", self)
        self._hint.setObjectName("search_hint")
        self._hint.hide()
        self.textChanged.connect(lambda: self._hint.setVisible(bool(self.text())))

    def set_zoom(self, factor: float) -> None:
        """Gives the box its height, and keeps typed text clear of the hint."""
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


class SearchBar(QWidget):
    """The box with its filters.

    `branches` gives what the branch menu offers: the chapters and body systems, under their code set's name.
    """

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
        self._room = FilterLayout.BESIDE
        self.box = SearchBox(self)
        self.all_chip = Chip("All")
        self.chips = {system: Chip(system.label, SHORT_NAMES.get(system, "")) for system in systems}
        self.branch_chip = Chip("", counts=False)
        self.branch_chip.setObjectName("branch_filter")
        self.valid_only = CheckBox("valid only")
        self.valid_only.setObjectName("valid_only")
        self.valid_only.setAccessibleName("Only codes valid for submission")
        self._chip_row = QWidget()
        self._chip_row.setObjectName("filter_chips")
        self._others = QWidget()
        self._build()
        self._show_filters()
        self.set_zoom(1.0)
        self.all_chip.clicked.connect(lambda: self.set_system(None))
        for system, chip in self.chips.items():
            chip.clicked.connect(self._toggles(system))
        self.branch_chip.clicked.connect(self._open_branches)
        self.valid_only.toggled.connect(self._filters_moved)

    def _build(self) -> None:
        chips = QHBoxLayout(self._chip_row)
        chips.setContentsMargins(0, 0, 0, 0)
        chips.setSpacing(GAP)
        for chip in (self.all_chip, *self.chips.values()):
            chips.addWidget(chip)
        chips.addStretch(1)
        others = QHBoxLayout(self._others)
        others.setContentsMargins(0, 0, 0, 0)
        others.setSpacing(GAP)
        others.addWidget(self.branch_chip)
        others.addSpacing(8)
        others.addWidget(self.valid_only)
        others.addStretch(1)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(SIDE, 7, SIDE, 10)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._arrange()

    def _arrange(self) -> None:
        room = self._room
        for chip in (self.all_chip, self.branch_chip, *self.chips.values()):
            chip.set_filter_layout(room)
        for part in (self.box, self._chip_row, self._others):
            self._grid.removeWidget(part)
        if room.beside:
            self._grid.addWidget(self.box, 0, 0)
            self._grid.addWidget(self._chip_row, 0, 1)
            self._grid.addWidget(self._others, 0, 2)
        else:
            self._grid.addWidget(self.box, 0, 0, 1, 2)
            self._grid.addWidget(self._chip_row, 1, 0)
            self._grid.addWidget(self._others, *((2, 0) if room is FilterLayout.TWO_ROWS else (1, 1)))
        # Beside the chips, the box ends where the results below it nearly do.
        for column, stretch in enumerate((560, 836, 0) if room.beside else (1, 0, 0)):
            self._grid.setColumnStretch(column, stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        # The filters must not keep the window from being made narrow: they say less.
        return QSize(self._width_in(FilterLayout.TWO_ROWS), super().minimumSizeHint().height())

    def _fit(self) -> None:
        """Lets the filters say as much as there is room for."""
        room = next((room for room in FilterLayout if self._width_in(room) <= self.width()), FilterLayout.TWO_ROWS)
        if room is not self._room:
            self._room = room
            self._arrange()

    def _width_in(self, room: FilterLayout) -> int:
        """How wide the whole bar must be."""
        chips = (self.all_chip, *self.chips.values())
        width = sum(chip.width_in(room) for chip in chips) + GAP * len(chips) + 2 * SIDE
        if room is not FilterLayout.TWO_ROWS:
            width += self.branch_chip.width_in(room) + self.valid_only.sizeHint().width() + 2 * GAP + 8 + 16
        return width + LEAST_BOX + 16 if room.beside else width

    def in_tab_order(self) -> tuple[QWidget, ...]:
        """What takes the focus, in the order in which Tab leads through it."""
        return self.box, self.all_chip, *self.chips.values(), self.branch_chip, self.valid_only

    def text(self) -> str:
        return self.box.text()

    def filters(self) -> Filters:
        systems = frozenset({self._system}) if self._system else frozenset[System]()
        within = self._within.id if self._within else None
        return Filters(systems=systems, within=within, valid_only=self.valid_only.isChecked())

    @property
    def system(self) -> System | None:
        return self._system

    @property
    def within(self) -> Node | None:
        return self._within

    def set_system(self, system: System | None) -> None:
        """Confines searches to a code set, None for all. A branch of another code set is let go."""
        if system is not None and self._within is not None and self._within.system is not system:
            self._within = None
        self._system = system
        self._filters_moved()

    def toggle_system(self, system: System) -> None:
        """Confines searches to a code set, or lets it go if it was confined to that."""
        self.set_system(None if self._system is system else system)

    def set_within(self, node: Node | None) -> None:
        """Confines searches to a branch, None for everywhere."""
        if node is not None and self._system is not None and node.system is not self._system:
            self._system = None
        self._within = node
        self._filters_moved()

    def set_filters(self, system: System | None, within: Node | None, valid_only: bool) -> None:
        """Takes over remembered filters without asking anything."""
        self._system, self._within = system, within
        blocked = self.valid_only.blockSignals(True)
        self.valid_only.setChecked(valid_only)
        self.valid_only.blockSignals(blocked)
        self._show_filters()

    def show_counts(self, answer: Answer | None) -> None:
        """Puts an answer's counts beside the code sets; without an answer they stand alone."""
        if answer is None or not answer.question.text.strip():
            self.all_chip.set_count("")
            for chip in self.chips.values():
                chip.set_count("")
            return
        chosen = answer.question.filters.systems
        # A code set that was not asked for is counted up to there, or is not counted at all.
        counts, total = answer.by_system, sum(answer.by_system.values())
        if not chosen:
            words = count_text(answer.total, not answer.at_least)
        elif len(counts) < 2:
            words = ""
        else:
            bounded = len(counts) < len(self.chips) or any(map(answer.is_lower_bound, counts))
            words = count_text(total, not bounded)
        self.all_chip.set_count(words)
        for system, chip in self.chips.items():
            known = not chosen or system in chosen or system in counts
            chip.set_count(count_text(counts.get(system, 0), not answer.is_lower_bound(system)) if known else "")

    def set_scheme(self, scheme: Scheme) -> None:
        for chip in (self.all_chip, self.branch_chip, self.valid_only, *self.chips.values()):
            chip.set_scheme(scheme)

    def set_zoom(self, factor: float) -> None:
        self.box.set_zoom(factor)
        for chip in (self.all_chip, self.branch_chip, self.valid_only, *self.chips.values()):
            chip.set_zoom(factor)
        self._fit()

    def _toggles(self, system: System) -> Callable[[], None]:
        return lambda: self.toggle_system(system)

    def _confines(self, node: Node) -> Callable[[], None]:
        return lambda: self.set_within(node)

    def _filters_moved(self) -> None:
        self._show_filters()
        self.filters_changed.emit()

    def _show_filters(self) -> None:
        self.all_chip.setChecked(self._system is None)
        for system, chip in self.chips.items():
            chip.setChecked(system is self._system)
        within = self._within
        self.branch_chip.setChecked(within is not None)
        words = f"in {branch_words(within)}  ×" if within else "Chapter: all ▾"
        self.branch_chip.set_words(words, "" if within else "Chapter ▾")
        self.branch_chip.setToolTip(
            f"Only codes of {within.code} {within.title}. Click to search everywhere."
            if within
            else "Search one chapter, section or body system only"
        )
        self._fit()

    def _open_branches(self) -> None:
        if self._within is not None:
            self.set_within(None)
            return
        self.branch_chip.setChecked(False)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown = (self._system,) if self._system else self._systems
        for system in shown:
            for heading in self._branches(system):
                words = f"{branch_words(heading)}  {heading.title}".replace("&", "&&")
                line = menu.addAction(words if len(words) <= 64 else words[:63].rstrip() + "…")
                line.triggered.connect(self._confines(heading))
            if system is not shown[-1]:
                menu.addSeparator()
        menu.popup(self.branch_chip.mapToGlobal(self.branch_chip.rect().bottomLeft()))


def branch_words(node: Node) -> str:
    """How a branch is called in little room: `chapter 4`, `E08-E13`, `0DT`."""
    return f"chapter {node.code}" if node.code.isdigit() and len(node.code) < 3 else node.code
