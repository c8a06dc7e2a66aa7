"""The page of a code as a document with headings, paragraphs and links, for screen readers."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QTextBlock, QTextCursor
from PySide6.QtWidgets import QWidget

from app.codes.names import STATUS_WORDS
from app.codes.node import CodeStatus
from app.ui.code_page.page_writer import JOINER, BlockMark
from app.ui.widgets.accessible import PartInterface, PartsInterface

if TYPE_CHECKING:
    from app.ui.code_page.page_browser import PageBrowser


class PageInterface(PartsInterface):
    """The document: a part for each line of text that is not empty, with its links inside, and the page's widgets."""

    def __init__(self, page: "PageBrowser") -> None:
        super().__init__(page, QAccessible.Role.Document, self._parts_of_page)
        self._page = page
        self._links: dict[int, PartInterface] = {}

    def link_at(self, position: int) -> PartInterface | None:
        """Return the link that begins at a position of the text."""
        return self._links.get(position) if self.parts else None

    def forget_parts(self) -> None:
        super().forget_parts()
        self._links.clear()

    def state(self) -> QAccessible.State:
        state = super().state()
        state.readOnly = 1
        return state

    def _parts_of_page(self) -> list[QAccessibleInterface]:
        page = self._page
        marks = {mark.block: mark for mark in page.marks}
        widgets = dict(zip((page.code_block, page.strip_block), page.embedded_widgets, strict=False))
        parts: list[QAccessibleInterface] = []
        block = page.document().firstBlock()
        while block.isValid():
            number = block.blockNumber()
            if clean(block.text()):
                parts.append(self._part_of_block(block, marks.get(number)))
            if number in widgets:
                parts.append(_interface_of(widgets[number]))
            block = block.next()
        return parts

    def _part_of_block(self, block: QTextBlock, mark: BlockMark | None) -> PartInterface:
        page, number = self._page, block.blockNumber()
        roles = QAccessible.Role
        links = links_of(block)
        name = clean(block.text())
        if links and mark is not None and isinstance(mark.shape, CodeStatus):
            name = f"{name}, {STATUS_WORDS[mark.shape]}"
        part = PartInterface(page, roles.Heading if block.blockFormat().headingLevel() else roles.Paragraph, name)
        part.area = lambda: page.block_rect(number).toRect()
        for start, end, words, address in links:
            link = part.add(roles.Link, words)
            link.area = lambda start=start, end=end: self._area_between(start, end)
            link.mark = lambda state, start=start: self._mark_link(state, start)
            link.set_press(lambda address=address: page.link_followed.emit(address))
            self._links[start] = link
        return part

    def _area_between(self, start: int, end: int) -> QRect:
        cursor = QTextCursor(self._page.document())
        cursor.setPosition(start)
        first = self._page.cursorRect(cursor)
        cursor.setPosition(end)
        return first.united(self._page.cursorRect(cursor))

    def _mark_link(self, state: QAccessible.State, start: int) -> None:
        state.linked = state.focusable = 1
        state.focused = int(self._page.hasFocus() and self._page.focused_link_position() == start)


def links_of(block: QTextBlock) -> list[tuple[int, int, str, str]]:
    """Return start, end, text and address of each link of a block; neighboring fragments of one address are one."""
    links: list[tuple[int, int, str, str]] = []
    address_before = ""
    fragments = block.begin()
    while not fragments.atEnd():
        fragment = fragments.fragment()
        address = fragment.charFormat().anchorHref()
        start, end = fragment.position(), fragment.position() + fragment.length()
        if address and address == address_before:
            first, _, words, _ = links.pop()
            links.append((first, end, words + fragment.text(), address))
        elif address:
            links.append((start, end, fragment.text(), address))
        address_before = address
        fragments += 1
    return [(start, end, clean(words), address) for start, end, words, address in links]


def clean(text: str) -> str:
    """Return the text of the page as it is read: without joiners, with single spaces."""
    return " ".join(text.replace(JOINER, "").split())


def _interface_of(widget: QWidget) -> QAccessibleInterface:
    return QAccessible.queryAccessibleInterface(widget)
