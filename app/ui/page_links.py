"""Finds a link's whole extent in the text of the reading page."""

from PySide6.QtGui import QTextCursor


def whole_link(inside: QTextCursor, address: str) -> QTextCursor:
    """A cursor that has selected all of the link to `address` in or beside which `inside` stands.

    A link may be of several fragments: code, tab and title of a row in a list are one.
    """
    block = inside.block()
    begin = end = -1
    fragments = block.begin()
    while not fragments.atEnd():
        fragment = fragments.fragment()
        if fragment.charFormat().anchorHref() == address:
            begin = fragment.position() if begin < 0 else begin
            end = fragment.position() + fragment.length()
        else:
            if begin >= 0 and end >= inside.position():
                break
            begin = -1
        fragments += 1
    found = QTextCursor(block)
    if begin >= 0:
        found.setPosition(begin)
        found.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
    return found
