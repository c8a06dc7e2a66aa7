"""The list of recent codes, in the left column."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QVBoxLayout, QWidget

from app.ui.results.results_model import ROW_ROLE, Row, row_accessible_text
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.line_delegate import Index, LineDelegate, draw_line
from app.ui.widgets.plain_text import tooltip

RECENT_CODE_HEIGHT = 25
"""The height of a row, at zoom 1.0."""


class RecentModel(QAbstractListModel):
    """Rows of recent codes, newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{row.code} {row.title}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row_accessible_text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip("\n".join(words for words in (f"{row.code} {row.title}", row.place, row.reason) if words))
        return None


class RecentDelegate(LineDelegate):
    """One line for each code, as in the tree; a code that is no longer loaded is muted and struck through."""

    def paint_line(self, painter: QPainter, area: QRectF, state: QStyle.StateFlag, index: Index) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        scheme, zoom = self.scheme, self.zoom
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(scheme.selected))
            painter.drawRoundedRect(area.adjusted(6, 0, -6, 0), 4 * zoom, 4 * zoom)
        is_unloaded = row.node is None
        painter.setPen(QColor(scheme.muted if is_unloaded else scheme.ink))
        code_font, title_font = style.mono_font(zoom), style.text_font(zoom)
        code_font.setStrikeOut(is_unloaded)
        left = area.left() + 14 * zoom
        width = QFontMetricsF(code_font).horizontalAdvance(row.code)
        draw_line(painter, code_font, QRectF(left, area.top(), width + 1, area.height()), row.code)
        left += width + 7 * zoom
        title = QFontMetricsF(title_font).elidedText(row.title, Qt.TextElideMode.ElideRight, area.right() - 12 - left)
        draw_line(painter, title_font, QRectF(left, area.top(), area.right() - left, area.height()), title)


class RecentPanel(QWidget):
    """Recent codes; `node_chosen` carries the id of the clicked or entered one."""

    node_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = RecentModel(self)
        self.delegate = RecentDelegate(RECENT_CODE_HEIGHT, self)
        self.list = QListView()
        self.list.setObjectName("recent_list")
        self.list.setAccessibleName("Recent codes")
        self.list.setModel(self.model)
        self.list.setItemDelegate(self.delegate)
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setTabKeyNavigation(False)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self.list.clicked.connect(self._choose)
        self.list.activated.connect(self._choose)
        self.setFocusProxy(self.list)

    def set_rows(self, rows: Sequence[Row]) -> None:
        self.model.set_rows(rows)

    def set_scheme(self, scheme: Scheme) -> None:
        self.delegate.set_scheme(scheme)
        self.list.viewport().update()

    def set_zoom(self, factor: float) -> None:
        self.delegate.set_zoom(factor)
        self.list.doItemsLayout()

    def _choose(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, Row) and row.node is not None:
            self.node_chosen.emit(row.node.id)
