"""Write a code's page block by block into a text document, and remember the decorations around the blocks.

Text is inserted as text, never as markup: nothing in a title or a note can be mistaken for a tag.
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrame,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTable,
    QTextTableFormat,
)

from app.codes.detail import Reference
from app.codes.node import CodeStatus
from app.ui.code_page.page_style import BAR_INSET, BODY_LINE, PageStyle, TextSize
from app.ui.widgets.plain_text import tooltip
from app.ui.widgets.symbols import FacilityMark

JOINER = "\u2060"
"""Unicode's word joiner keeps a line from breaking; it is removed from copied text."""

PADDING = 7
"""Above the first and below the last line on a note's background."""


class DecorationKind(Enum):
    """The decoration around a run of blocks."""

    RULE = auto()
    FAINT_RULE = auto()
    """A hairline further below, between the rows of a table."""
    RULE_ABOVE = auto()
    """A hairline above a table row, whose cells may differ in height."""
    PLAIN_BAR = auto()
    ACCENT_BAR = auto()
    EXCLUDES1 = auto()
    EXCLUDES2 = auto()
    CHOSEN = auto()


@dataclass(frozen=True, slots=True)
class Decoration:
    """A decoration around the blocks `first` to `last` (block numbers of the document)."""

    first: int
    last: int
    kind: DecorationKind


@dataclass(frozen=True, slots=True)
class BlockMark:
    """A mark in front of the first line of a block, `left` pixels into the column."""

    block: int
    left: float
    shape: CodeStatus | FacilityMark


def node_link(node_id: int) -> str:
    """Return the address of a node in the links of the page."""
    return f"node:{node_id}"


def plain_text(cursor: QTextCursor) -> str:
    """Return the selected text as it was in the notes. Qt separates blocks by U+2029, cells by U+FDD0 and U+FDD1."""
    return cursor.selectedText().translate({0x2029: "\n", 0xFDD0: "\n", 0xFDD1: "\n", ord(JOINER): None})


def outer_frame(document: QTextDocument) -> QTextFrame:
    """Return the frame around the whole document, which every clearing of the document replaces.

    Never `rootFrame`: PySide makes the document the owner of each frame that this returns, and keeps all of them, long
    after they were replaced, as long as the document lives: a third of a kilobyte for every page that is written.
    """
    return QTextCursor(document).currentFrame()


class PageWriter:
    """A text cursor with the fonts of the page. All text between two calls of `block` is one paragraph."""

    def __init__(self, document: QTextDocument, style: PageStyle, *, is_narrow: bool) -> None:
        self.style = style
        self.is_narrow = is_narrow
        self.decorations: list[Decoration] = []
        self.marks: list[BlockMark] = []
        self.code_block = -1
        self.strip_block = -1
        self._cursor = QTextCursor(document)
        self._is_first_block = True
        self._inset = 0.0
        self._padding_above = 0.0
        self._padding_below = 0.0

    @contextmanager
    def page(self) -> Generator[None]:
        """Lay out everything written inside once, at the end."""
        self._cursor.beginEditBlock()
        try:
            yield
        finally:
            self._cursor.endEditBlock()

    @property
    def block_number(self) -> int:
        """The number of the block that is being written."""
        return self._cursor.blockNumber()

    def block(
        self,
        *,
        above: float = 0,
        line: float = BODY_LINE,
        left: float = 0,
        indent: float = 0,
        tabs: tuple[float, ...] = (),
        heading: int = 0,
    ) -> None:
        """Begin a paragraph: space above it, line height, left edge, first line's indent and tab stops, at zoom 1.0.

        A negative `indent` lets the first line hang out to the left; tab stops count from where it begins. `heading` is
        the level of a heading, 1 for that of the page, which screen readers tell and layout ignores.
        """
        px = self.style.px
        layout = QTextBlockFormat()
        # Qt collapses the margins of neighboring blocks; their sum is needed here, so all of it is set as top margin.
        layout.setTopMargin(px(above) + self._padding_above + self._padding_below)
        layout.setLeftMargin(px(left) + self._inset)
        layout.setRightMargin(self._inset)
        layout.setTextIndent(px(indent))
        layout.setLineHeight(px(line), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        if heading:
            layout.setHeadingLevel(heading)
        if tabs:
            layout.setTabPositions([QTextOption.Tab(px(tab), QTextOption.TabType.LeftTab) for tab in tabs])
        self._padding_above = self._padding_below = 0.0
        if self._is_first_block:
            self._cursor.setBlockFormat(layout)
            self._is_first_block = False
        else:
            self._cursor.insertBlock(layout, QTextCharFormat())

    def write(
        self, text: str, role: str = "ink", *, mono: bool = False, bold: bool = False, size: TextSize = TextSize.BODY
    ) -> None:
        """Write text in a color role of the scheme."""
        self._cursor.insertText(text, self.style.text_format(role, mono=mono, bold=bold, size=size))

    def write_value(self, text: str) -> None:
        """Write the bare value of a coded field, small and muted, after its meaning."""
        self._cursor.insertText(text, self.style.value_format())

    def write_capitals(self, text: str) -> None:
        """Write official text that is printed in capitals throughout: the letters are the file's, the spacing ours."""
        self._cursor.insertText(text, self.style.capitals_format())

    def link(
        self,
        text: str,
        address: str,
        role: str = "accent",
        *,
        mono: bool = False,
        bold: bool = False,
        tip: str = "",
        size: TextSize = TextSize.BODY,
    ) -> None:
        """Write text that opens `address`. Neighboring links of one address are one link for keyboard and mouse."""
        link_format = QTextCharFormat(self.style.text_format(role, mono=mono, bold=bold, size=size))
        link_format.setAnchor(True)
        link_format.setAnchorHref(address)
        if tip:
            link_format.setToolTip(tooltip(tip))
        self._cursor.insertText(text, link_format)

    def write_linked(self, text: str, references: tuple[Reference, ...], *, after: int = 0) -> None:
        """Write a note's text from `after` on, with each loaded code in it as a link."""
        position = after
        for reference in references:
            if reference.start < position:
                continue
            self.write(text[position : reference.start])
            # A range must not break at its hyphen: half of it reads like a code.
            printed = text[reference.start : reference.end].replace("-", f"{JOINER}-{JOINER}")
            if reference.target is not None:
                self.link(printed, node_link(reference.target))
            else:
                unlinked = QTextCharFormat(self.style.text_format())
                unlinked.setToolTip(tooltip(f"{reference.printed} is not among the codes loaded"))
                self._cursor.insertText(printed, unlinked)
            position = reference.end
        self.write(text[position:])

    def add_mark(self, shape: CodeStatus | FacilityMark, left: float = 0) -> None:
        """Add a mark in front of the current block, which leaves room for it."""
        self.marks.append(BlockMark(self.block_number, self.style.px(left) + self._inset, shape))

    def decorate(self, kind: DecorationKind) -> None:
        """Paint a decoration around the current block."""
        self.decorations.append(Decoration(self.block_number, self.block_number, kind))

    @contextmanager
    def note_box(self, kind: DecorationKind, *, above: float = 8) -> Generator[None]:
        """Decorate the blocks written inside with a bar, with or without a background."""
        px = self.style.px
        first = self.block_number + 1
        self._inset += px(BAR_INSET)
        self._padding_above = px(PADDING) + px(above)
        yield
        self._inset -= px(BAR_INSET)
        self._padding_below = px(PADDING)
        self.decorations.append(Decoration(first, self.block_number, kind))

    def table(self, rows: int, widths: tuple[float, ...], *, above: float = 0) -> QTextTable:
        """Insert an empty table over the whole column; `widths` in percent. Go on with `begin_cell` and `end_table`."""
        layout = QTextTableFormat()
        layout.setBorder(0)
        layout.setCellSpacing(0)
        layout.setCellPadding(0)
        layout.setTopMargin(self.style.px(above) + self._padding_below)
        self._padding_below = 0.0
        layout.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        layout.setColumnWidthConstraints([QTextLength(QTextLength.Type.PercentageLength, width) for width in widths])
        return self._cursor.insertTable(rows, len(widths), layout)

    def begin_cell(self, table: QTextTable, row: int, column: int, *, right: bool = False, above: float = 0) -> None:
        """Move into a cell of a table; the next text is written there."""
        table_cell = table.cellAt(row, column)
        # Qt ignores the top margin of the first block of a cell, but not the padding of the cell.
        cell_format = table_cell.format().toTableCellFormat()
        cell_format.setTopPadding(self.style.px(above))
        table_cell.setFormat(cell_format)
        self._cursor = table_cell.firstCursorPosition()
        self._is_first_block = True
        self.block()
        if right:
            layout = self._cursor.blockFormat()
            layout.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._cursor.setBlockFormat(layout)

    def end_table(self, table: QTextTable) -> None:
        """Continue below a table, in the block that a document always has there, which gets almost no height."""
        self._cursor = table.lastCursorPosition()
        self._cursor.movePosition(QTextCursor.MoveOperation.NextBlock)
        self._is_first_block = True
        self.block(line=1)

    def frame(self, left: float, right: float) -> QTextFrameFormat:
        """Return the format of the page's outer frame, with its margins in pixels."""
        layout = QTextFrameFormat()
        layout.setLeftMargin(left)
        layout.setRightMargin(right)
        layout.setTopMargin(self.style.px(15))
        layout.setBottomMargin(self.style.px(28))
        return layout
