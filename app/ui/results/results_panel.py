"""The middle panel: the results, how the typed text was read, and advice if there are none."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.codes.names import is_named
from app.codes.node import Node
from app.search.answer import Answer
from app.ui.results.answer_text import advice_html, has_words_to_narrow, summaries
from app.ui.results.message_labels import FailureLabel, MessageLabel
from app.ui.results.narrowing_strip import NarrowingStrip
from app.ui.results.results_delegate import ROW_MARGIN, ResultsDelegate
from app.ui.results.results_list import ResultsList
from app.ui.results.results_model import (
    ResultsModel,
    Row,
    RowKind,
    answer_rows,
    branch_rows,
    count_of_codes,
)
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.elided import SummaryLine
from app.ui.widgets.node_menu import add_copies, add_counterparts, node_name
from app.ui.widgets.plain_text import menu_text


class ResultsPanel(QWidget):
    """Shows answers, and reports the current row.

    `codes_in` returns the nodes that an opened row shows, `counterparts` the same code for other sides of the body.
    `row_shown` follows every change of the current row; `row_chosen` is emitted if a row is clicked or entered. Both
    carry the Row. `header_link_clicked`: the text at the right of the header was clicked, such as `search as typed`.
    `search_requested` asks for another text. `failure_shown` carries the sentence that stands in place of all rows, on
    a search that failed; `remedy_chosen` carries the remedy that is followed from it. `nothing_shown` carries an answer
    without a match, or None with the start rows and the rows of one letter, none of which is chosen.
    """

    row_shown = Signal(object)
    row_chosen = Signal(object)
    nothing_shown = Signal(object)
    failure_shown = Signal(str)
    remedy_chosen = Signal(str)
    header_link_clicked = Signal()
    search_requested = Signal(str)
    copy_requested = Signal(str)
    reveal_requested = Signal(object)
    within_requested = Signal(object)
    node_chosen = Signal(int)
    """Another node than that of a row was chosen in a context menu."""

    def __init__(
        self,
        codes_in: Callable[[Node], Sequence[Node]],
        counterparts: Callable[[Node], Sequence[tuple[str, Node]]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._counterparts = counterparts
        self.setObjectName("results_panel")
        self.model = ResultsModel(codes_in, self)
        self.delegate = ResultsDelegate(self)
        self.list = ResultsList(self.delegate)
        self.list.setModel(self.model)
        self._answer: Answer | None = None
        self._scheme = LIGHT
        self.is_selecting = False
        """True while the first row becomes the current one without being chosen by the user."""
        self._is_silent = False
        self._hides_search = False
        self._header = QWidget()
        self._header.setObjectName("results_header")
        self._header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._summary = SummaryLine()
        self._summary.setObjectName("results_summary")
        self._header_link = QPushButton()
        self._header_link.setObjectName("results_offer")
        self._header_link.setFlat(True)
        self._header_link.setCursor(Qt.CursorShape.PointingHandCursor)
        self._header_link.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._footer = MessageLabel("results_footer")
        self._no_results = MessageLabel("no_results")
        self._failure = FailureLabel()
        for label in (self._no_results, self._failure):
            label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._pages = QStackedWidget()
        self.narrowing_strip = NarrowingStrip()
        self._build()
        self._connect()
        self._show_summary([""])
        self.set_zoom(1.0)

    def _build(self) -> None:
        header = QHBoxLayout(self._header)
        header.setContentsMargins(0, 0, 0, 0)
        header.addWidget(self._summary, 1)
        header.addWidget(self._header_link)
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._no_results)
        self._pages.addWidget(self._failure)
        self._footer.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addWidget(self.narrowing_strip)
        column.addWidget(self._pages, 1)
        column.addWidget(self._footer)

    def _connect(self) -> None:
        self._header_link.clicked.connect(self.header_link_clicked)
        self.list.selectionModel().currentChanged.connect(self._current_changed)
        self.list.chosen.connect(self._choose)
        self.list.opener_clicked.connect(self.toggle)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.list.installEventFilter(self)
        for label in (self._no_results, self._footer):
            label.linkActivated.connect(self.search_requested)
        self._failure.linkActivated.connect(self.remedy_chosen)

    def in_tab_order(self) -> tuple[QWidget, ...]:
        """Return the widgets that take the focus, in the order of the Tab key: from the top."""
        pages = self.list, self._no_results, self._failure
        return self._header_link, *self.narrowing_strip.in_tab_order(), *pages, self._footer

    @property
    def answer(self) -> Answer | None:
        """The answer that is shown, None under an empty search box and after a search that failed."""
        return self._answer

    @property
    def has_failed(self) -> bool:
        """True if the sentence on a search that failed stands in place of all rows."""
        return self._pages.currentWidget() is self._failure

    @property
    def is_first_letter(self) -> bool:
        """True while rows are shown to a text of one character: none of them is chosen before the user goes to it.

        A thousand codes have the letter, and the page would jump to the first of them with every text that is begun.
        """
        first = self.model.row(0)
        return (
            self._answer is not None
            and not self._answer.typed_codes
            and len(self._answer.question.text.strip()) == 1
            and first is not None
            and first.can_be_current
        )

    def set_cc_marks(self, marks: Mapping[int, str]) -> None:
        """Say in rows which diagnoses are a CC or an MCC, by their nodes; with an empty mapping, do not."""
        self.model.cc_marks = self.delegate.cc_marks = marks
        # Titles may need more lines, or fewer.
        self.list.scheduleDelayedItemsLayout()
        self.list.viewport().update()

    def show_answer(self, answer: Answer) -> None:
        """Show an answer from its first row."""
        self._answer = answer
        self._hides_search = False
        if has_words_to_narrow(answer):
            self.narrowing_strip.unfold(answer.question.text)
        else:
            self.narrowing_strip.fold()
        self.narrowing_strip.show_text(answer.question.text, finished=False)
        header_link = "search as read" if answer.question.as_typed else "search as typed" if answer.read_as else ""
        self._show_summary(summaries(answer), header_link)
        rows = answer_rows(answer)
        self._set_rows(rows)
        # What is no code is not chosen, and no other in its place.
        if rows and rows[0].can_be_current and not self.is_first_letter:
            self._select_first()
        self._show_advice(answer)
        self._pages.setCurrentWidget(self.list if self.model.rowCount() else self._no_results)
        if self.current_row() is None:
            self.nothing_shown.emit(None if self.is_first_letter else answer)

    def show_start(self, rows: Sequence[Row]) -> None:
        """Show the start rows under an empty search box. None of them is current.

        The caption of the first rows goes into the header, which would be empty otherwise.
        """
        self._answer = None
        self._hides_search = False
        self.narrowing_strip.fold()
        captioned = bool(rows) and rows[0].kind is RowKind.CAPTION
        self._show_summary([escape(rows[0].title) if captioned else ""])
        rows = rows[1:] if captioned else rows
        self._footer.hide()
        self._pages.setCurrentWidget(self.list)
        self._set_rows(rows)
        self.nothing_shown.emit(None)

    def show_branch(self, heading: Node, nodes: Sequence[Node], current: int) -> None:
        """Show the nodes of a branch of the tree, and offer to go back to the search whose results they replace."""
        self._hides_search = self._hides_search or self._answer is not None
        self._answer = None
        self.narrowing_strip.fold()
        # A code set has no node of its own: only its name is given.
        name = f"{escape(heading.code)} <i>{escape(heading.title)}</i>"
        if is_named(heading):
            name = f"<i>{escape(heading.title)}</i>"
        words = f"{name} · {count_of_codes(heading)}" if heading.title else escape(heading.code)
        self._show_summary([words], "back to results" if self._hides_search else "")
        self._footer.hide()
        self._pages.setCurrentWidget(self.list)
        self._set_rows(branch_rows(heading, nodes))
        self.select_node(current)

    def show_failure(self, problem: str, remedies: Sequence[tuple[str, str]]) -> None:
        """Show the sentence on a search that failed in place of all rows; `remedies` are names, with their texts."""
        self._answer = None
        self._hides_search = False
        self.narrowing_strip.fold()
        self._show_summary([""])
        self._footer.hide()
        self._set_rows(())
        self._failure.show_problem(problem, remedies)
        self._pages.setCurrentWidget(self._failure)
        self.failure_shown.emit(problem)

    def current_row(self) -> Row | None:
        """Return the current row."""
        return self.model.row(self.list.currentIndex().row())

    def step(self, rows: int) -> None:
        """Move by a number of rows, skipping captions, and stop at the ends."""
        number, last = self.list.currentIndex().row(), self.model.rowCount() - 1
        direction = 1 if rows > 0 else -1
        target = max(0, min(last, number + rows))
        row = self.model.row(target)
        while row is not None and not row.can_be_current:
            target += direction
            row = self.model.row(target)
        if row is not None:
            self._go_to(target)

    def page(self, direction: int) -> None:
        """Move by as many rows as are in view, whose heights differ."""
        bottom = self.list.viewport().height() - 1
        first, last = (self.list.indexAt(QPoint(0, y)).row() for y in (0, bottom))
        self.step(direction * max(1, (last if last >= 0 else self.model.rowCount() - 1) - first - 1))

    def open_current(self) -> bool:
        """Open the current row; return False if it has nothing to open."""
        number = self.list.currentIndex().row()
        opened = self._open(number)
        if opened:
            self.list.scrollTo(self.model.index(number), QAbstractItemView.ScrollHint.EnsureVisible)
        return opened

    def close_current(self) -> bool:
        """Close the current open row, or the one around the current row; return False if there is none."""
        number = self.model.open_row_above(self.list.currentIndex().row())
        if number < 0:
            return False
        self._go_to(number)
        return self.model.close(number)

    def toggle(self, number: int) -> None:
        """Open a row, or close it."""
        if not self.model.close(number):
            self._open(number)

    def enter(self) -> None:
        """Choose the current row, as a click on it does; below one letter, the first row if none is current."""
        if self.is_first_letter and self.current_row() is None:
            self._go_to(0)
        self._choose(self.list.currentIndex().row())

    def select_node(self, node_id: int) -> None:
        """Make the row of a node current without a signal; if the node has no row, the current row stays."""
        number = self.model.find(node_id)
        if number >= 0 and number != self.list.currentIndex().row():
            self._is_silent = True
            self._go_to(number)
            self._is_silent = False

    def row_menu(self, number: int) -> QMenu | None:
        """Return the context menu of a row; None if it has no node."""
        row = self.model.row(number)
        if row is None or row.node is None:
            return None
        node = row.node
        menu = QMenu(self)
        add_copies(menu, node, self.copy_requested.emit)
        menu.addSeparator()
        if row.can_open:
            text = "Hide its codes" if row.is_open else f"Show its {count_of_codes(node)} here"
            menu.addAction(menu_text(text), lambda: self.toggle(number))
        menu.addAction("Show in code tree", lambda: self.reveal_requested.emit(node))
        if node.has_children:
            menu.addAction(menu_text(f"Search within {node_name(node)}"), lambda: self.within_requested.emit(node))
        add_counterparts(menu, self._counterparts(node), self.node_chosen.emit)
        return menu

    def set_scheme(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self.delegate.set_scheme(scheme)
        self.narrowing_strip.set_scheme(scheme)
        self._failure.set_scheme(scheme)
        if self._answer is not None:
            self._show_advice(self._answer)
        self.list.viewport().update()

    def set_zoom(self, factor: float) -> None:
        self.delegate.set_zoom(factor)
        self.narrowing_strip.set_zoom(factor)
        self._header.setFixedHeight(round(37 * factor))
        margin, vertical_margin = round(ROW_MARGIN * factor), round(14 * factor)
        self._header.setContentsMargins(margin, 0, margin - 5, 0)
        for label in (self._no_results, self._failure, self._footer):
            label.setContentsMargins(margin, vertical_margin, margin, vertical_margin)
        small = style.text_font(12.5 / style.BASE_PIXELS * factor)
        self._summary.setFont(small)
        self._header_link.setFont(small)
        self.list.doItemsLayout()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.list and event.type() is QEvent.Type.KeyPress:
            key = getattr(event, "key", int)()
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.enter()
                return True
            if key == Qt.Key.Key_Right:
                return self.open_current()
            if key == Qt.Key.Key_Left:
                return self.close_current()
        return super().eventFilter(watched, event)

    def _set_rows(self, rows: Sequence[Row]) -> None:
        # A reset reports no current row: of interest is only the one that becomes current afterwards.
        self._is_silent = True
        self.model.set_rows(rows)
        self._is_silent = False
        self.list.verticalScrollBar().setValue(0)

    def _select_first(self) -> None:
        self.is_selecting = True
        self.list.setCurrentIndex(self.model.index(0))
        self.is_selecting = False

    def _open(self, number: int) -> bool:
        """Open a row; return False if it has nothing to open."""
        return self.model.open(number)

    def _go_to(self, number: int) -> None:
        index = self.model.index(number)
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)

    def _current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        row = self.model.row(current.row())
        if row is not None and not self._is_silent:
            self.row_shown.emit(row)

    def _show_advice(self, answer: Answer) -> None:
        """Write the advice below the rows, or in place of them; its links have the color of the scheme."""
        advice = advice_html(answer, self._scheme)
        self._no_results.setText(advice or "No match")
        self._footer.setText(advice)
        self._footer.setVisible(bool(advice and self.model.rowCount()))

    def _choose(self, number: int) -> None:
        row = self.model.row(number)
        if row is None:
            return
        if row.kind is RowKind.EXAMPLE:
            self.search_requested.emit(row.code)
        elif row.node is not None:
            self.row_chosen.emit(row)

    def _show_summary(self, forms: Sequence[str], header_link: str = "") -> None:
        # Before the summary, as it takes width from it.
        self._header_link.setText(menu_text(header_link))
        self._header_link.setVisible(bool(header_link))
        self._summary.set_html(*forms)

    def _open_menu(self, position: QPoint) -> None:
        menu = self.row_menu(self.list.indexAt(position).row())
        if menu is not None:
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.list.viewport().mapToGlobal(position))
