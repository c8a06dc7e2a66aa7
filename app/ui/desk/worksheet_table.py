"""The table of the worksheet: painted in the window's colors, ordered by dragging or by key."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStyle,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.checking.records import Finding
from app.ui.desk.worksheet_model import FIRST_LISTED, WORKSHEET_ROW_ROLE, Column, WorksheetModel, WorksheetRow
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.line_delegate import Index, LineDelegate, draw_line
from app.ui.widgets.symbols import draw_finding, draw_mark, finding_color

ROW_HEIGHT, FINDING_HEIGHT, HEADING_HEIGHT = 32, 24, 24
"""At zoom 1.0, as all sizes here."""

WIDTHS = {
    Column.NUMBER: 40,
    Column.MARK: 20,
    Column.CODE: 84,
    Column.TITLE: 540,
    Column.MODIFIERS: 92,
    Column.UNITS: 56,
    Column.REMARK: 160,
}
NARROWEST_TITLE = 140
NARROW_WIDTHS = {Column.MODIFIERS: 64, Column.UNITS: 44, Column.REMARK: 90}
"""Where the title would be narrower than that."""

BORDER = 1
"""The line above the table, at any zoom."""

MARK_SIZE, CHIP_INSET, CHIP_HEIGHT = 10, 6, 18


def quoted_note(finding: Finding) -> str:
    """Return the note of a finding with the code at which it stands: `R73 says “diabetes mellitus (E08-E13)”`."""
    return f"{finding.note_from} says “{finding.note}”" if finding.note else ""


class WorksheetDelegate(LineDelegate):
    """Paints one cell; the row's ground is that of the list of results."""

    def paint_line(self, painter: QPainter, area: QRectF, state: QStyle.StateFlag, index: Index) -> None:
        row = index.data(WORKSHEET_ROW_ROLE)
        if not isinstance(row, WorksheetRow):
            return
        scheme, zoom = self.scheme, self.zoom
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, QColor(scheme.selected))
        painter.setPen(QColor(scheme.hairline))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        # The findings stand below the cells.
        inside = QRectF(area.left(), area.top(), area.width() - 6 * zoom, round(ROW_HEIGHT * zoom))
        painter.setPen(QColor(scheme.ink if row.node is not None else scheme.muted))
        match Column(index.column()):
            case Column.MARK:
                if row.status is not None:
                    size = MARK_SIZE * zoom
                    top = inside.center().y() - size / 2
                    draw_mark(painter, QRectF(area.left(), top, size, size), row.status, scheme)
            case Column.NUMBER:
                painter.setPen(QColor(scheme.muted))
                draw_line(painter, style.text_font(zoom), inside.adjusted(16 * zoom, 0, 0, 0), str(index.row() + 1))
            case Column.CODE:
                self._draw(painter, inside, row.line.code, style.mono_font(zoom, bold=True))
            case Column.TITLE:
                self._paint_title(painter, inside, row)
            case Column.REMARK:
                painter.setPen(QColor(scheme.muted))
                self._draw(painter, inside, row.line.remark, style.text_font(zoom))
            case Column.MODIFIERS | Column.UNITS:
                self._draw(painter, inside, str(index.data() or ""), style.mono_font(zoom))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setObjectName("worksheet_editor")
        is_text = index.column() == Column.REMARK
        editor.setFont(style.text_font(self.zoom) if is_text else style.mono_font(self.zoom))
        editor.setAccessibleName(str(index.model().headerData(index.column(), Qt.Orientation.Horizontal)))
        return editor

    def _paint_title(self, painter: QPainter, area: QRectF, row: WorksheetRow) -> None:
        font, zoom = style.text_font(self.zoom), self.zoom
        metrics = QFontMetricsF(font)
        chip_font = style.text_font(10.5 / style.BASE_PIXELS * zoom)
        chip_width = 0.0
        if row.is_first_listed:
            chip_width = QFontMetricsF(chip_font).horizontalAdvance(FIRST_LISTED) + 2 * CHIP_INSET * zoom
        gap = 10 * zoom if chip_width else 0
        text = metrics.elidedText(row.title, Qt.TextElideMode.ElideRight, area.width() - chip_width - gap)
        draw_line(painter, font, area, text)
        if chip_width:
            left = area.left() + metrics.horizontalAdvance(text) + gap
            height = CHIP_HEIGHT * zoom
            chip = QRectF(left, area.center().y() - height / 2, chip_width, height)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.scheme.accent_ground))
            painter.drawRoundedRect(chip, 4 * zoom, 4 * zoom)
            painter.setPen(QColor(self.scheme.accent))
            draw_line(painter, chip_font, chip, FIRST_LISTED, Qt.AlignmentFlag.AlignCenter)

    @staticmethod
    def _draw(painter: QPainter, area: QRectF, text: str, font: QFont) -> None:
        elided = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        draw_line(painter, font, area, elided)


class WorksheetTable(QTableView):
    """The rows of the worksheet.

    `opened` carries the row that was entered or clicked twice, `moved` a row's number and the number that it is to
    have, `removed` the numbers of the selected rows. `undo_asked` follows Ctrl+Z.
    """

    opened = Signal(object)
    moved = Signal(int, int)
    removed = Signal(object)
    undo_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("worksheet_table")
        self.setAccessibleName("Worksheet")
        self.rows = WorksheetModel(self)
        self.setModel(self.rows)
        self.delegate = WorksheetDelegate(ROW_HEIGHT, self)
        self.setItemDelegate(self.delegate)
        self.add_to_menu: Callable[[QMenu, WorksheetRow], None] = lambda _menu, _row: None
        """Adds what the window offers for a row to its context menu."""
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.AnyKeyPressed | triggers.DoubleClicked)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setAccessibleName("Columns of the worksheet")
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.doubleClicked.connect(self._open_double_clicked)
        self.set_zoom(1.0)

    def select_line(self, line_id: int) -> None:
        """Make the row of a line current, and scroll to it."""
        for number, row in enumerate(self.rows.rows):
            if row.line.id == line_id:
                column = self.currentIndex().column() if self.currentIndex().isValid() else Column.CODE
                self.setCurrentIndex(self.rows.index(number, column))
                self.selectRow(number)

    def current_row(self) -> WorksheetRow | None:
        """Return the current row, None without one."""
        return self.rows.row(self.currentIndex().row()) if self.currentIndex().isValid() else None

    def selected_numbers(self) -> tuple[int, ...]:
        """Return the numbers of the selected rows in order."""
        return tuple(sorted({index.row() for index in self.selectionModel().selectedRows()}))

    def show_rows(self, rows: Sequence[WorksheetRow]) -> None:
        """Show other rows; each is as high as its findings need."""
        self.rows.set_rows(rows)
        self._fit_rows()

    def go_to_finding(self) -> bool:
        """Make the next row with a finding current, after the last one the first; return False if there is none."""
        numbers = [number for number, row in enumerate(self.rows.rows) if row.findings]
        if not numbers:
            return False
        current = self.currentIndex().row() if self.currentIndex().isValid() else -1
        number = next((number for number in numbers if number > current), numbers[0])
        self.setCurrentIndex(self.rows.index(number, Column.CODE))
        self.selectRow(number)
        self.setFocus()
        return True

    def content_height(self) -> int:
        """Return the height of the table with all its rows."""
        rows = sum(self.rowHeight(number) for number in range(self.rows.rowCount()))
        return self.horizontalHeader().height() + rows + BORDER

    def set_scheme(self, scheme: Scheme) -> None:
        self.delegate.set_scheme(scheme)
        self.viewport().update()

    def set_zoom(self, factor: float) -> None:
        self.delegate.set_zoom(factor)
        self.verticalHeader().setDefaultSectionSize(round(ROW_HEIGHT * factor))
        header = self.horizontalHeader()
        header.setFont(style.text_font(12 / style.BASE_PIXELS * factor))
        header.setFixedHeight(round(HEADING_HEIGHT * factor))
        self._fit_rows()
        self._fit_columns()

    def sizeHint(self) -> QSize:
        return QSize(400, self.content_height())

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # pyright: ignore[reportArgumentType]
        self._fit_columns()

    def paintEvent(self, e: QPaintEvent) -> None:
        super().paintEvent(e)
        painter = QPainter(self.viewport())
        for number, row in enumerate(self.rows.rows):
            for place in range(len(row.findings)):
                area = self._finding_area(number, place)
                if area.intersects(QRectF(e.rect())):
                    self._paint_finding(painter, area, row.findings[place])

    def _finding_area(self, number: int, place: int) -> QRectF:
        """Return the place of a finding in the viewport, by the number of its row and its place below that."""
        zoom = self.delegate.zoom
        top = self.rowViewportPosition(number) + round(ROW_HEIGHT * zoom) + place * round(FINDING_HEIGHT * zoom)
        left = self.columnViewportPosition(Column.MARK)
        return QRectF(left, top - 4 * zoom, self.viewport().width() - left - 16 * zoom, round(FINDING_HEIGHT * zoom))

    def _paint_finding(self, painter: QPainter, area: QRectF, finding: Finding) -> None:
        scheme, zoom = self.delegate.scheme, self.delegate.zoom
        size = 11 * zoom
        draw_finding(painter, QRectF(area.left(), area.center().y() - size / 2, size, size), finding.severity, scheme)
        left = float(self.columnViewportPosition(Column.CODE))
        size_factor = 12 / style.BASE_PIXELS * zoom
        bold, font = style.text_font(size_factor, bold=True), style.text_font(size_factor)
        painter.setPen(QColor(finding_color(finding.severity, scheme)))
        text = QFontMetricsF(bold).elidedText(finding.text, Qt.TextElideMode.ElideRight, area.right() - left)
        draw_line(painter, bold, QRectF(left, area.top(), area.right() - left, area.height()), text)
        left += QFontMetricsF(bold).horizontalAdvance(text) + 6 * zoom
        rest = " · ".join(filter(None, (quoted_note(finding), finding.remedy)))
        if rest and left < area.right() - 30 * zoom:
            painter.setPen(QColor(scheme.muted))
            rest = QFontMetricsF(font).elidedText(f"· {rest}", Qt.TextElideMode.ElideRight, area.right() - left)
            draw_line(painter, font, QRectF(left, area.top(), area.right() - left, area.height()), rest)

    def _fit_rows(self) -> None:
        zoom = self.delegate.zoom
        for number, row in enumerate(self.rows.rows):
            height = round(ROW_HEIGHT * zoom) + len(row.findings) * round(FINDING_HEIGHT * zoom)
            if self.rowHeight(number) != height:
                self.setRowHeight(number, height)

    def _fit_columns(self) -> None:
        """Give the title what the other columns leave, and where that is little, make these narrower."""
        zoom, room = self.delegate.zoom, self.viewport().width()
        widths = {column: round(width * zoom) for column, width in WIDTHS.items()}
        spare = room - sum(widths.values())
        if spare >= 0:
            widths[Column.REMARK] += spare
        else:
            widths[Column.TITLE] = max(round(NARROWEST_TITLE * zoom), widths[Column.TITLE] + spare)
            over = sum(widths.values()) - room
            for column in (Column.REMARK, Column.MODIFIERS, Column.UNITS):
                less = max(0, min(over, widths[column] - round(NARROW_WIDTHS[column] * zoom)))
                widths[column] -= less
                over -= less
            widths[Column.TITLE] = max(round(60 * zoom), widths[Column.TITLE] - max(0, over))
        for column, width in widths.items():
            self.setColumnWidth(column, width)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        alt_shift = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier
        number = self.currentIndex().row()
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and modifiers == alt_shift:
            target = number + (-1 if event.key() == Qt.Key.Key_Up else 1)
            if number >= 0 and 0 <= target < self.rows.rowCount():
                self.moved.emit(number, target)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not modifiers:
            if self.selected_numbers():
                self.removed.emit(self.selected_numbers())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not modifiers:
            self._open(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undo_asked.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, arg__1: QContextMenuEvent) -> None:
        index = self.indexAt(arg__1.pos())
        row = self.rows.row(index.row()) if index.isValid() else None
        if row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.add_to_menu(menu, row)
        menu.addAction("Remove from list", lambda: self.removed.emit((index.row(),)))
        menu.popup(arg__1.globalPos())

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        super().dragMoveEvent(event)
        if event.source() is self:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        number = self.currentIndex().row()
        if event.source() is not self or number < 0:
            return
        position = event.position().toPoint()
        target = self.indexAt(position)
        place = self.rows.rowCount()
        if target.isValid():
            is_below = position.y() > self.visualRect(target).center().y()
            place = target.row() + int(is_below)
        # The row itself is gone from where it was.
        place -= int(place > number)
        # Qt would remove the row that it believes to have moved.
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if place != number:
            self.moved.emit(number, place)

    def _open_double_clicked(self, index: QModelIndex) -> None:
        if not self.rows.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self._open(index)

    def _open(self, index: QModelIndex) -> None:
        row = self.rows.row(index.row()) if index.isValid() else None
        if row is not None:
            self.opened.emit(row)
