"""The text browser of a code's page: it paints bars and backgrounds around the text and never loads anything."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRect, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QToolTip, QWidget

from app.codes.names import STATUS_WORDS
from app.codes.node import CodeStatus
from app.ui.code_page.link_focus_style import LinkFocusStyle
from app.ui.code_page.page_paint import PAGE_MARK_SIZE, paint_decoration
from app.ui.code_page.page_style import BODY_LINE, PageStyle
from app.ui.code_page.page_writer import BlockMark, Decoration, PageWriter, outer_frame, plain_text
from app.ui.widgets.marked_line import cursor_x
from app.ui.widgets.overlay_scroll_bar import OverlayScrollBar
from app.ui.widgets.plain_text import tooltip
from app.ui.widgets.symbols import FacilityMark, draw_facility_mark, draw_focus_ring, draw_mark

if TYPE_CHECKING:
    from app.ui.code_page.accessible_page import PageInterface

PAGE_MARGIN = 26
"""The smallest margin at either side of the column, as in the design."""

NARROW_COLUMN = 380
"""In a column narrower than this, parts that stand side by side stand one below the other."""


class PageBrowser(QTextBrowser):
    """The page that a `write` function writes. Links are reported by their address and never followed here."""

    link_followed = Signal(str)
    menu_requested = Signal(str, QPoint)
    """The address of the link under the pointer, empty if there is none, and the position for the menu."""
    column_resized = Signal()
    """The column has another width."""
    letter_typed = Signal(str)
    """A letter or digit was typed on the page, where it has no meaning of its own."""
    moved = Signal()
    """The text has another position in the viewport: embedded widgets move with it."""

    def __init__(self, style: PageStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tooltip_for: Callable[[str], str] = lambda _address: ""
        self.embedded_widgets: tuple[QWidget, ...] = ()
        """The widgets embedded in the page, in tab order."""
        self._style = style
        self._write: Callable[[PageWriter], None] | None = None
        self._decorations: list[Decoration] = []
        self.marks: list[BlockMark] = []
        """The marks in front of blocks."""
        self._accessible: PageInterface | None = None
        self._underlined_address: str = ""
        self._link_has_focus = False
        self.code_block = -1
        self.strip_block = -1
        self._is_narrow = False
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Code page")
        self._link_focus_style = LinkFocusStyle()
        self.setStyle(self._link_focus_style)
        self.setMouseTracking(True)
        self.document().setDocumentMargin(0)
        self.anchorClicked.connect(self._anchor_clicked)
        self.overlay_bar = OverlayScrollBar(self)
        self.verticalScrollBar().valueChanged.connect(self.moved)
        self.document().documentLayout().documentSizeChanged.connect(self.moved)

    def show_page(self, write: Callable[[PageWriter], None], style: PageStyle, *, keep_place: bool = False) -> None:
        """Write the page anew, from the top; `keep_place` keeps the scroll position of a slightly changed page."""
        scroll_position = self.verticalScrollBar().value() if keep_place else 0
        self._style, self._write = style, write
        self._is_narrow = self.column_width() < style.px(NARROW_COLUMN)
        if self._accessible is not None:
            self._accessible.forget_parts()
        self.document().clear()
        writer = PageWriter(self.document(), style, is_narrow=self._is_narrow)
        with writer.page():
            outer_frame(self.document()).setFrameFormat(writer.frame(*self._margins()))
            write(writer)
        self._decorations, self.marks = writer.decorations, writer.marks
        self.code_block, self.strip_block = writer.code_block, writer.strip_block
        self._link_has_focus = False
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.verticalScrollBar().setValue(scroll_position)
        self.moved.emit()

    def make_accessible(self) -> QAccessibleInterface:
        """Return the page as screen readers read it."""
        from app.ui.code_page.accessible_page import PageInterface

        self._accessible = PageInterface(self)
        return self._accessible

    def column_width(self) -> float:
        """Return the width of the text: that of the reading column, or less in a narrow panel."""
        widest = self._style.max_column_width()
        return max(1.0, min(widest, self.width() - 2 * self._style.px(PAGE_MARGIN)))

    def block_rect(self, number: int) -> QRectF:
        """Return the rectangle of a block's lines in the viewport."""
        return self._lines(self.document().findBlockByNumber(number)).translated(0, -self.verticalScrollBar().value())

    def block_end(self, number: int) -> QPointF:
        """Return the end of a one-line block's text in the viewport, at half its height."""
        cursor = QTextCursor(self.document().findBlockByNumber(number))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        return QPointF(self.cursorRect(cursor).right(), self.block_rect(number).center().y())

    def set_block_height(self, number: int, height: float) -> None:
        """Set the height in pixels of a block that makes room for a widget."""
        block = self.document().findBlockByNumber(number)
        layout = block.blockFormat()
        if layout.lineHeight() != height:
            layout.setLineHeight(height, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
            QTextCursor(block).setBlockFormat(layout)

    def scroll_to(self, rect: QRect) -> None:
        """Scroll just far enough to show a rectangle of the viewport."""
        scroll_bar = self.verticalScrollBar()
        if rect.top() < 0:
            scroll_bar.setValue(scroll_bar.value() + rect.top())
        elif rect.bottom() > self.viewport().height():
            scroll_bar.setValue(scroll_bar.value() + rect.bottom() - self.viewport().height() + 1)

    def focused_link_position(self) -> int:
        """Return the position where the link with the focus begins, -1 if none has it."""
        return self.textCursor().selectionStart() if self._link_has_focus else -1

    def focus_next_link(self, position: int) -> None:
        """Give the focus to the first link at or after a position in the text, as Tab does."""
        cursor = self.textCursor()
        # Qt looks for the next link after the selection, or from the top if nothing is selected.
        cursor.setPosition(max(0, position - 1))
        cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        super().focusNextPrevChild(True)
        self._link_has_focus = self.textCursor().hasSelection()
        self._tell_focus()

    def selected_text(self) -> str:
        """Return the text that the user has selected; a link with the focus does not count."""
        if self._link_has_focus:
            return ""
        return plain_text(self.textCursor())

    # Overrides of Qt

    def loadResource(self, type: int, name: QUrl | str) -> None:  # noqa: A002
        """Load nothing: no file and no address that a text may name is ever opened."""

    def resizeEvent(self, e: QResizeEvent) -> None:
        super().resizeEvent(e)
        if self._write is None:
            return
        if (self.column_width() < self._style.px(NARROW_COLUMN)) != self._is_narrow:
            self.show_page(self._write, self._style, keep_place=True)
            return
        left, right = self._margins()
        frame = outer_frame(self.document())
        layout = frame.frameFormat()
        if (layout.leftMargin(), layout.rightMargin()) != (left, right):
            layout.setLeftMargin(left)
            layout.setRightMargin(right)
            frame.setFrameFormat(layout)
        self.column_resized.emit()
        self.moved.emit()

    def paintEvent(self, e: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.translate(0, self._style.text_offset() - self.verticalScrollBar().value())
        visible = QRectF(e.rect()).translated(0, self.verticalScrollBar().value()).adjusted(0, -40, 0, 40)
        left, _ = self._margins()
        column = QRectF(left, 0, self.column_width(), 0)
        for decoration in self._decorations:
            text = self._lines_of(decoration)
            if text.intersects(visible):
                paint_decoration(painter, decoration.kind, text, column, self._style)
        for mark in self.marks:
            box = self._mark_box(mark)
            if box.intersects(visible):
                if isinstance(mark.shape, FacilityMark):
                    draw_facility_mark(painter, box, mark.shape, self._style.scheme)
                else:
                    draw_mark(painter, box, mark.shape, self._style.scheme)
        painter.end()
        super().paintEvent(e)
        if self.hasFocus():
            self._paint_focus()

    def _paint_focus(self) -> None:
        """Paint the ring around the link with the focus or, without one, around the page."""
        px = self._style.px
        areas = [QRectF(self.viewport().rect())]
        if self._link_has_focus:
            areas = [area.adjusted(-px(3), -px(1), px(3), px(1)) for area in self._selected_lines()]
        painter = QPainter(self.viewport())
        for area in areas:
            draw_focus_ring(painter, area, self._style.scheme, px(4))
        painter.end()

    def viewportEvent(self, e: QEvent) -> bool:
        # Tooltips are made only when one is shown: a page may have hundreds of links.
        if isinstance(e, QHelpEvent) and e.type() is QEvent.Type.ToolTip:
            text = self.tooltip_for(self.anchorAt(e.pos())) or self._mark_words(e.pos())
            if text:
                QToolTip.showText(e.globalPos(), tooltip(text), self)
                return True
        return super().viewportEvent(e)

    def focusInEvent(self, e: QFocusEvent) -> None:
        super().focusInEvent(e)
        self.viewport().update()

    def focusOutEvent(self, ev: QFocusEvent) -> None:
        super().focusOutEvent(ev)
        self.viewport().update()

    def contextMenuEvent(self, e: QContextMenuEvent) -> None:
        if e.reason() is not QContextMenuEvent.Reason.Keyboard:
            self.menu_requested.emit(self.anchorAt(e.pos()), e.globalPos())
            return
        # Without a pointer, the menu is that of the link with the focus, or of the page.
        cursor, address = self.textCursor(), ""
        if self._link_has_focus:
            cursor.setPosition(cursor.selectionStart() + 1)
            address = cursor.charFormat().anchorHref()
        self.menu_requested.emit(address, self.viewport().mapToGlobal(self.cursorRect(cursor).bottomLeft()))

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002
        # Qt also calls this if an embedded widget has the focus. These widgets come before the links.
        stops = [self, *(widget for widget in self.embedded_widgets if widget.isVisible())]
        current = target = max(number if stop.hasFocus() else 0 for number, stop in enumerate(stops))
        if current or (next and not self.textCursor().hasSelection()):
            target = current + 1 if next else current - 1
        if target != current and target < len(stops):
            stops[target].setFocus(Qt.FocusReason.TabFocusReason if next else Qt.FocusReason.BacktabFocusReason)
            return True
        if current:
            self.setFocus(Qt.FocusReason.TabFocusReason)
        moved = super().focusNextPrevChild(next)
        self._link_has_focus = self.textCursor().hasSelection()
        self._tell_focus()
        return moved

    def _tell_focus(self) -> None:
        """Tell screen readers which link has the focus."""
        if self._link_has_focus and QAccessible.isActive() and self._accessible is not None:
            link = self._accessible.link_at(self.focused_link_position())
            if link is not None:
                link.take_focus()

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        modifiers = ev.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if modifiers == Qt.KeyboardModifier.NoModifier and ev.text().isalnum():
            self.letter_typed.emit(ev.text().upper())
        else:
            super().keyPressEvent(ev)

    def mousePressEvent(self, e: QMouseEvent) -> None:
        self._link_has_focus = False
        super().mousePressEvent(e)

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(plain_text(self.textCursor()))
        return data

    def mouseMoveEvent(self, e: QMouseEvent) -> None:
        super().mouseMoveEvent(e)
        self._underline(e.position().toPoint() if e.buttons() == e.buttons().NoButton else None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._underline(None)

    def _anchor_clicked(self, url: QUrl) -> None:
        self.link_followed.emit(url.toString())

    # Geometry

    def _margins(self) -> tuple[float, float]:
        column = self.column_width()
        left = float(round((self.width() - column) / 2))
        return left, max(0.0, self.viewport().width() - left - column)

    def _mark_box(self, mark: BlockMark) -> QRectF:
        """Return the rectangle of a mark in the document."""
        side, line = self._style.px(PAGE_MARK_SIZE), self._style.px(BODY_LINE)
        text = self._lines(self.document().findBlockByNumber(mark.block))
        return QRectF(self._margins()[0] + mark.left, text.top() + (line - side) / 2, side, side)

    def _mark_words(self, position: QPoint) -> str:
        """Return the meaning of the mark at a position of the viewport, empty without one."""
        point = QPointF(position) + QPointF(0, self.verticalScrollBar().value() - self._style.text_offset())
        for mark in self.marks:
            if isinstance(mark.shape, CodeStatus) and self._mark_box(mark).adjusted(-3, -3, 3, 3).contains(point):
                return STATUS_WORDS[mark.shape].capitalize()
        return ""

    def _lines(self, block: QTextBlock) -> QRectF:
        rect = self.document().documentLayout().blockBoundingRect(block)
        if block.blockFormat().lineHeight() == self._style.px(BODY_LINE):
            # Qt counts the last line by the height of its font, which differs if the line has a code in it.
            rect.setHeight(block.layout().lineCount() * self._style.px(BODY_LINE))
        return rect

    def _selected_lines(self) -> list[QRectF]:
        """Return the rectangle in the viewport of each line of the selected text, which is within one block."""
        cursor = self.textCursor()
        block = self.document().findBlock(cursor.selectionStart())
        first, last = cursor.selectionStart() - block.position(), cursor.selectionEnd() - block.position()
        areas: list[QRectF] = []
        for number in range(block.layout().lineCount()):
            line = block.layout().lineAt(number)
            start, end = max(first, line.textStart()), min(last, line.textStart() + line.textLength())
            if start < end:
                cursor.setPosition(block.position() + start)
                area = QRectF(self.cursorRect(cursor))
                area.setWidth(cursor_x(line, end) - cursor_x(line, start))
                areas.append(area)
        return areas

    def _lines_of(self, decoration: Decoration) -> QRectF:
        document = self.document()
        first = self._lines(document.findBlockByNumber(decoration.first))
        if decoration.last == decoration.first:
            return first
        return first.united(self._lines(document.findBlockByNumber(decoration.last)))

    def _underline(self, position: QPoint | None) -> None:
        """Underline the whole link under the pointer."""
        address = self.anchorAt(position) if position is not None else ""
        if address == self._underlined_address:
            return
        self._underlined_address = address
        if position is None or not address:
            self.setExtraSelections([])
            return
        link = QTextBrowser.ExtraSelection()
        link.cursor = select_link(self.cursorForPosition(position), address)  # type: ignore[assignment]
        link.format.setFontUnderline(True)  # type: ignore[attr-defined]
        self.setExtraSelections([link])


def select_link(inside: QTextCursor, address: str) -> QTextCursor:
    """Return a cursor that selects the whole link to `address` at or beside the position of `inside`.

    A link may consist of several fragments: code, tab and title of a row in a list are one link.
    """
    block = inside.block()
    start = end = -1
    fragments = block.begin()
    while not fragments.atEnd():
        fragment = fragments.fragment()
        if fragment.charFormat().anchorHref() == address:
            start = fragment.position() if start < 0 else start
            end = fragment.position() + fragment.length()
        else:
            if start >= 0 and end >= inside.position():
                break
            start = -1
        fragments += 1
    selection = QTextCursor(block)
    if start >= 0:
        selection.setPosition(start)
        selection.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return selection
