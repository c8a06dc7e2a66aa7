"""The text that the functions of a page write, without a window."""

from collections.abc import Callable

from PySide6.QtGui import QTextBlock, QTextDocument

from app.ui.code_page.page_style import PageStyle
from app.ui.code_page.page_writer import JOINER, DecorationKind, PageWriter
from app.ui.widgets.color_scheme import LIGHT


class Written:
    """A written page as lines of text, links in order and decorations by kind."""

    def __init__(self, document: QTextDocument, writer: PageWriter) -> None:
        self.lines: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.writer = writer
        self._document = document
        block = document.begin()
        while block.isValid():
            self.lines.append(block.text().replace(JOINER, ""))
            self._read_links(block)
            block = block.next()

    def _read_links(self, block: QTextBlock) -> None:
        fragments = block.begin()
        while not fragments.atEnd():
            fragment = fragments.fragment()
            if fragment.charFormat().isAnchor():
                link = (fragment.text().replace(JOINER, ""), fragment.charFormat().anchorHref())
                self.links.append(link)
            fragments += 1

    def decorated(self, kind: DecorationKind) -> list[list[str]]:
        """Return the lines inside each decoration of a kind."""
        return [self.lines[d.first : d.last + 1] for d in self.writer.decorations if d.kind is kind]

    def size_of(self, number: int) -> int:
        """Return the size in pixels of the text of a line, by its number."""
        fragment = self._document.findBlockByNumber(number).begin().fragment()
        return fragment.charFormat().font().pixelSize()

    def place(self, line: str) -> int:
        return self.lines.index(line)


def written(write: Callable[[PageWriter], None], *, is_narrow: bool = False) -> Written:
    """Return the page that a function writes."""
    document = QTextDocument()
    writer = PageWriter(document, PageStyle(LIGHT), is_narrow=is_narrow)
    with writer.page():
        write(writer)
    return Written(document, writer)
