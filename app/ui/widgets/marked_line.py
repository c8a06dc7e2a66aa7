"""Lays out single lines of text with marked words, cut with an ellipsis where they are too long."""

from dataclasses import dataclass
from functools import cache

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QTextCharFormat, QTextLayout, QTextLine, QTextOption

Marks = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text laid out once: what to draw, and the extents of its marked words, from its left end."""

    layout: QTextLayout
    text: str
    marks: Marks
    extents: tuple[tuple[float, float], ...]
    width: float
    height: float


def lay_out(text: str, marks: Marks, width: float, font: QFont, slanted: int = 0, marked_ink: str = "") -> Line:
    """Lays a line out in a width, cut with an ellipsis where it is too long.

    Marked words are bold on a ground of their own, or with `marked_ink` only of that color. A mark that is cut
    covers the ellipsis too, so that it is seen to go on; marks beyond the cut are dropped. The first `slanted`
    characters after their label (`Index: `) are italic.
    """
    layout, line = _layout(text, marks, font, slanted, marked_ink)
    line_width = line.naturalTextWidth()
    if line_width > width:
        # A line is a view of its layout, which must stay as long as it.
        whole, whole_text, whole_marks = (layout, line), text, marks
        room = width - QFontMetricsF(_bold(font)).horizontalAdvance("…")
        while line_width > width and text != "…":
            text, marks = cut(whole[1], whole_text, whole_marks, room)
            layout, line = _layout(text, marks, font, slanted, marked_ink)
            line_width = line.naturalTextWidth()
            # The last letter and the ellipsis may together be wider than the two apart.
            room -= 1
    extents: tuple[tuple[float, float], ...] = ()
    if marks and not marked_ink:
        extents = tuple((_cursor(line, start), _cursor(line, end)) for start, end in marks)
    return Line(layout, text, marks, extents, line_width, line.height())


def cut(line: QTextLine, text: str, marks: Marks, width: float) -> tuple[str, Marks]:
    """The text that fits into a width, with its ellipsis, and the marks that are left of it."""
    end = max(0, line.xToCursor(max(0.0, width)))
    # xToCursor goes to the nearest gap between characters, which may lie just beyond the width.
    while end > 0 and _cursor(line, end) > width:
        end -= 1
    kept = text[:end].rstrip()
    if not kept:
        return "…", ()
    shown = f"{kept}…"
    left: list[tuple[int, int]] = []
    for start, stop in marks:
        if start >= len(kept):
            continue
        left.append((start, stop if stop <= len(kept) else len(shown)))
    return shown, tuple(left)


def _layout(text: str, marks: Marks, font: QFont, slanted: int, marked_ink: str) -> tuple[QTextLayout, QTextLine]:
    layout = QTextLayout(text, font)
    layout.setTextOption(_one_line())
    formats: list[QTextLayout.FormatRange] = []
    slant_from = 0
    if slanted:
        label, colon, _ = text[:slanted].partition(": ")
        if colon:
            slant_from = len(label) + 2
            formats.append(_range(slant_from, min(slanted, len(text)), _marked("", italic=True)))
    for start, end in marks:
        italic = bool(marked_ink) and 0 < slant_from <= start
        formats.append(_range(start, end, _marked(marked_ink, italic=italic)))
    if formats:
        layout.setFormats(formats)
    layout.setCacheEnabled(True)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(1e6)
    layout.endLayout()
    return layout, line


# Options and formats are the same for every line of a scheme, and a third of the work beside Qt's own.


@cache
def _one_line() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    return option


@cache
def _marked(ink: str, *, italic: bool) -> QTextCharFormat:
    """The format of marked words: in an ink, or without one italic as asked, else bold. An ink is of two schemes."""
    made = QTextCharFormat()
    if ink:
        made.setForeground(QColor(ink))
    elif not italic:
        made.setFontWeight(QFont.Weight.DemiBold)
    if italic:
        made.setFontItalic(True)
    return made


def _range(start: int, end: int, style_of: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start = start  # pyright: ignore[reportAttributeAccessIssue]
    made.length = end - start  # pyright: ignore[reportAttributeAccessIssue]
    made.format = style_of  # pyright: ignore[reportAttributeAccessIssue]
    return made


def _cursor(line: QTextLine, position: int) -> float:
    """The x of a gap between characters; the stubs have it that Qt answers a pair, the x first."""
    found: tuple[float, int] = line.cursorToX(position)  # pyright: ignore[reportAssignmentType]
    return found[0]


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold
