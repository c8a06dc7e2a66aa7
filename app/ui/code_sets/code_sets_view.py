"""The Code sets view: each code set as it is loaded, its source files, and buttons that change it."""

from collections.abc import Callable, Sequence
from datetime import date
from html import escape

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.codes.code_sets import CodeSet, State
from app.codes.names import count_words, set_name
from app.codes.node import CodeStatus
from app.codes.systems import System
from app.intake.due_files import due_on
from app.library.ncci.edits_of_code import LoadedEdits
from app.paths import user_folder
from app.ui.code_sets.code_sets_text import (
    FETCHED,
    code_counts,
    current_first,
    in_order,
    part_text,
    release_status,
    what_to_add,
)
from app.ui.code_sets.job_bar import JobBar
from app.ui.code_sets.library_jobs import JobQueue
from app.ui.code_sets.ncci_panel import NcciPanel
from app.ui.code_sets.panel_parts import TEXT_INDENT, panel_button, panel_label
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.plain_text import PlainLabel, menu_text
from app.ui.widgets.symbols import draw_mark

MARKS = {
    State.CURRENT: CodeStatus.VALID,
    State.ENDING: CodeStatus.MANIFESTATION,
    State.ENDED: CodeStatus.ENDED,
    State.OURS: CodeStatus.HEADING,
}
"""The marks of codes: filled, half, crossed, hollow; a code set that is not loaded has a broken ring."""

CODE_SETS_SIZE = QSize(720, 680)


class StateMark(QWidget):
    """A code set's state as a shape; the text beside it says the same."""

    def __init__(self, state: State, scheme: Scheme, zoom: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._scheme, self._zoom = state, scheme, zoom
        self.setFixedSize(round((TEXT_INDENT - 8) * zoom), round(20 * zoom))

    def paintEvent(self, event: QPaintEvent) -> None:
        side = 11 * self._zoom
        box = QRectF(1, (self.height() - side) / 2, side, side)
        painter = QPainter(self)
        mark = MARKS.get(self._state)
        if mark is not None:
            draw_mark(painter, box, mark, self._scheme)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(self._scheme.warning), 1.5 * self._zoom)
        pen.setDashPattern([1.6, 1.4])
        painter.setPen(pen)
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))


class CodeSetPanel(QWidget):
    """One code set. `fetch_requested` and `remove_requested` carry its System.

    `can_change`: the library may be changed; `is_added`: the user has added files to the code set.
    """

    fetch_requested = Signal(object)
    remove_requested = Signal(object)

    def __init__(
        self,
        system: System,
        code_set: CodeSet | None,
        today: date,
        scheme: Scheme,
        zoom: float,
        *,
        can_change: bool,
        is_added: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.system = system
        self.setObjectName("code_set")
        self._scheme, self._zoom = scheme, zoom
        status = release_status(code_set, today)
        name = set_name(system)
        release = code_set.release if code_set else ""
        self.setAccessibleName(f"{name} {release}: {status.text}")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, round(14 * zoom), 0, round(10 * zoom))
        column.setSpacing(round(4 * zoom))
        head = QHBoxLayout()
        head.setSpacing(round(8 * zoom))
        head.addWidget(StateMark(status.state, scheme, zoom), 0, Qt.AlignmentFlag.AlignTop)
        title = f"<b>{escape(name)}</b>"
        if release:
            title += f"&nbsp;&nbsp;<span style='color:{scheme.muted}'>{escape(release)}</span>"
        head.addWidget(panel_label(title, zoom, 1.12), 1)
        column.addLayout(head)
        self._below = QVBoxLayout()
        self._below.setContentsMargins(round(TEXT_INDENT * zoom), 0, 0, 0)
        self._below.setSpacing(round(4 * zoom))
        column.addLayout(self._below)
        color = scheme.warning if status.is_warning else scheme.ink
        line = f"<span style='color:{color}'>{escape(status.text[0].upper() + status.text[1:])}</span>"
        if code_set is not None:
            line += f"<span style='color:{scheme.muted}'> · {escape(code_counts(code_set))}</span>"
        self._below.addWidget(panel_label(line, zoom))
        self._due = due_on(code_set, user_folder(), today) if code_set else ()
        for sentence in (code_set.remark if code_set else "", what_to_add(system, code_set)):
            if sentence:
                self._below.addWidget(
                    panel_label(f"<span style='color:{scheme.muted}'>{escape(sentence)}</span>", zoom)
                )
        self._add_buttons(code_set, can_change=can_change, is_added=is_added)
        self._parts = self._parts_list(code_set) if code_set is not None else QWidget()
        self._due_list = self._list([escape(f"{file.line}.") for file in self._due])
        for fold in (self._due_list, self._parts):
            fold.hide()
            self._below.addWidget(fold)

    def in_tab_order(self) -> tuple[QPushButton, ...]:
        """Return the buttons, in the order in which Tab reaches them."""
        return self.fetch_button, self.remove_button, self.due_button, self.parts_button

    @property
    def is_open(self) -> bool:
        """True if the parts and their files are listed."""
        return self._parts.isVisibleTo(self)

    def set_open(self, is_open: bool) -> None:
        """List the parts with their files, or hide them."""
        self._parts.setVisible(is_open)
        self.parts_button.setText(menu_text(f"Source files  {'▾' if is_open else '▸'}"))

    def show_due(self, is_open: bool) -> None:
        """List the files that bring what is not loaded or not in force, or hide them."""
        self._due_list.setVisible(is_open)
        self.due_button.setText(menu_text(self._due_text(is_open=is_open)))

    def _due_text(self, *, is_open: bool) -> str:
        return f"{count_words(len(self._due), 'file')} to get  {'▾' if is_open else '▸'}"

    def _add_buttons(self, code_set: CodeSet | None, *, can_change: bool, is_added: bool) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(round(14 * self._zoom))
        name = set_name(self.system)
        self.fetch_button = panel_button("Download from CMS…", f"Download {name} from CMS", self._zoom)
        self.remove_button = panel_button("Remove…", f"Remove the files that were added to {name}", self._zoom)
        self.parts_button = panel_button("Source files  ▸", f"Source files of {name}", self._zoom)
        self.due_button = panel_button(self._due_text(is_open=False), f"Files to get for {name}", self._zoom)
        self.due_button.setVisible(bool(self._due))
        self.due_button.clicked.connect(lambda: self.show_due(not self._due_list.isVisibleTo(self)))
        self.fetch_button.setVisible(can_change and self.system in FETCHED)
        self.remove_button.setVisible(can_change and is_added)
        self.parts_button.setVisible(code_set is not None)
        self.fetch_button.clicked.connect(lambda: self.fetch_requested.emit(self.system))
        self.remove_button.clicked.connect(lambda: self.remove_requested.emit(self.system))
        self.parts_button.clicked.connect(lambda: self.set_open(not self.is_open))
        for button in (self.fetch_button, self.remove_button, self.due_button, self.parts_button):
            row.addWidget(button)
        row.addStretch(1)
        self._below.addLayout(row)

    def _parts_list(self, code_set: CodeSet) -> QWidget:
        rows: list[str] = []
        for part in current_first(code_set.parts):
            color = self._scheme.ink if part.current else self._scheme.muted
            files = "<br>".join(escape(source.file) for source in part.sources)
            row_html = f"<span style='color:{color}'>{escape(part_text(part))}</span>"
            if files:
                row_html += f"<br><span style='color:{self._scheme.muted}'>{files}</span>"
            rows.append(row_html)
        return self._list(rows)

    def _list(self, rows_html: Sequence[str]) -> QWidget:
        """Return rows of HTML below each other, for one of the lists that unfold."""
        listed = QWidget()
        listed.setObjectName("code_set_parts")
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, round(6 * self._zoom))
        column.setSpacing(round(5 * self._zoom))
        for row_html in rows_html:
            column.addWidget(panel_label(row_html, self._zoom, 0.96))
        return listed


class CodeSetsView(QDialog):
    """A window beside the main one, which can still be searched. It changes nothing itself: its signals ask for that.

    `fetch_requested` carries a System, or None for all free ones; `remove_requested` a System.
    """

    files_requested = Signal()
    folder_requested = Signal()
    fetch_requested = Signal(object)
    remove_requested = Signal(object)
    remove_edits_requested = Signal()

    def __init__(self, jobs: JobQueue, today: date, refusal: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("code_sets_view")
        # As in every dialog, Qt adds the name of the program where the desktop shows it in titles.
        self.setWindowTitle("Code sets")
        self._today, self._refusal = today, refusal
        self._code_set_panels: list[CodeSetPanel] = []
        self._heading = PlainLabel("Code sets")
        self._heading.setObjectName("dialog_heading")
        self._lead = PlainLabel(
            refusal
            or "Drop files of CMS, CDC or the AMA onto any window of Codarium, or add them here. "
            "Nothing goes over the network unless you ask for it."
        )
        self._lead.setObjectName("code_sets_lead")
        self._lead.setWordWrap(True)
        self.files_button = self._button("Add files…", self.files_requested.emit)
        self.folder_button = self._button("Add folder…", self.folder_requested.emit)
        self.fetch_button = self._button("Download from CMS…", lambda: self.fetch_requested.emit(None))
        self.close_button = self._button("Close", self.close)
        self.area = QScrollArea()
        self.area.setObjectName("code_sets_scroll")
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.job_bar = JobBar(jobs, self)
        self._lay_out()

    def show_code_sets(
        self, code_sets: Sequence[CodeSet], added: frozenset[System], edits: LoadedEdits, scheme: Scheme, zoom: float
    ) -> None:
        """Show the code sets that are loaded now. Open panels stay open, and the scroll position is kept.

        `added` are the code sets to which the user has added files, which can be removed.
        """
        opened = {panel.system for panel in self._code_set_panels if panel.is_open}
        focus = self.focusWidget() or self
        focused = next((panel.system for panel in self._code_set_panels if panel.isAncestorOf(focus)), None)
        position = self.area.verticalScrollBar().value()
        self._heading.setFont(style.text_font(1.5 * zoom, bold=True))
        self._lead.setFont(style.text_font(zoom))
        self.job_bar.set_scheme(scheme)
        self.job_bar.set_zoom(zoom)
        page = QWidget()
        page.setObjectName("code_sets_page")
        column = QVBoxLayout(page)
        column.setContentsMargins(style.DIALOG_MARGIN, 0, style.DIALOG_MARGIN, 12)
        column.setSpacing(0)
        self._code_set_panels = []
        for system, code_set in in_order(code_sets):
            if self._code_set_panels:
                column.addWidget(_hairline())
            panel = CodeSetPanel(
                system,
                code_set,
                self._today,
                scheme,
                zoom,
                can_change=not self._refusal,
                is_added=system in added,
            )
            panel.fetch_requested.connect(self.fetch_requested)
            panel.remove_requested.connect(self.remove_requested)
            panel.set_open(system in opened)
            self._code_set_panels.append(panel)
            column.addWidget(panel)
        column.addWidget(_hairline())
        self.ncci_panel = NcciPanel(edits, scheme, zoom, can_change=not self._refusal)
        self.ncci_panel.remove_requested.connect(self.remove_edits_requested)
        column.addWidget(self.ncci_panel)
        column.addStretch(1)
        self.area.setWidget(page)
        previous: QWidget = self.fetch_button
        for panel in self._code_set_panels:
            for button in panel.in_tab_order():
                QWidget.setTabOrder(previous, button)
                previous = button
        QWidget.setTabOrder(previous, self.ncci_panel.remove_button)
        QWidget.setTabOrder(self.ncci_panel.remove_button, self.close_button)
        self.area.verticalScrollBar().setValue(position)
        if focused is not None:
            self.panel(focused).parts_button.setFocus()

    def panel(self, system: System) -> CodeSetPanel:
        """Return the panel of a code set."""
        return next(panel for panel in self._code_set_panels if panel.system is system)

    def accessible_text(self) -> str:
        """Return a line for each code set, as screen readers say it."""
        return "\n".join(panel.accessibleName() for panel in self._code_set_panels)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(style.DIALOG_MARGIN, 20, style.DIALOG_MARGIN, 14)
        head.setSpacing(10)
        head.addWidget(self._heading)
        head.addWidget(self._lead)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.files_button, self.folder_button, self.fetch_button):
            button.setVisible(not self._refusal)
            buttons.addWidget(button)
        buttons.addStretch(1)
        head.addLayout(buttons)
        column.addLayout(head)
        column.addWidget(_hairline())
        column.addWidget(self.area, 1)
        column.addWidget(self.job_bar)
        column.addWidget(_hairline())
        foot = QHBoxLayout()
        foot.setContentsMargins(style.DIALOG_MARGIN, 10, style.DIALOG_MARGIN, 12)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column.addLayout(foot)
        self.setMinimumSize(420, 320)
        screen = self.screen().availableSize()
        self.resize(CODE_SETS_SIZE.boundedTo(screen))

    def _button(self, text: str, action: Callable[[], object]) -> QPushButton:
        button = QPushButton(menu_text(text))
        button.setAutoDefault(False)
        button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: action())
        return button


def _hairline() -> QFrame:
    line = QFrame()
    line.setObjectName("hairline")
    line.setFixedHeight(1)
    return line
