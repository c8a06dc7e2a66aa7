"""Layout of lines of text with marked words, cut with an ellipsis or broken where they are too long."""

from functools import cache
from typing import NamedTuple

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QTextCharFormat, QTextLayout, QTextLine, QTextOption

Marks = tuple[tuple[int, int], ...]


class Line(NamedTuple):
    """A line of text laid out once: its layout, and the extents of its marked words from its left end, in pixels."""

    layout: QTextLayout
    text: str
    marks: Marks
    extents: tuple[tuple[float, float], ...]
    width: float
    height: float


def lay_out(text: str, marks: Marks, width: float, font: QFont, slanted: int = 0, marked_ink: str = "") -> Line:
    """Return a line laid out in a width in pixels, cut with an ellipsis where it is too long.

    Marked words are bold on a background of their own, or with `marked_ink` only in that color. A mark that is cut
    covers the ellipsis too, to show that it continues; marks beyond the cut are dropped. The first `slanted`
    characters after their label (`Index: `) are italic.
    """
    layout, line = _layout(text, marks, font, slanted, marked_ink)
    line_width = line.naturalTextWidth()
    if line_width > width:
        # A line is a view of its layout, which must live as long as the line.
        full, full_text, full_marks = (layout, line), text, marks
        space = width - QFontMetricsF(bold_font(font)).horizontalAdvance("…")
        while line_width > width and text != "…":
            text, marks = cut(full[1], full_text, full_marks, space)
            layout, line = _layout(text, marks, font, slanted, marked_ink)
            line_width = line.naturalTextWidth()
            # The last letter and the ellipsis may be wider together than apart.
            space -= 1
    extents: tuple[tuple[float, float], ...] = ()
    if marks and not marked_ink:
        extents = tuple((cursor_x(line, start), cursor_x(line, end)) for start, end in marks)
    return Line(layout, text, marks, extents, line_width, line.height())


def break_lines(text: str, width: float, further_width: float, font: QFont, most: int) -> tuple[int, ...]:
    """Return where the lines after the first begin in a text that is broken between words, at most so many lines.

    The first line has a width of its own. The last line may be longer than it has room.
    """
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    starts: list[int] = []
    layout.beginLayout()
    line = layout.createLine()
    while line.isValid() and len(starts) < most:
        starts.append(line.textStart())
        line.setLineWidth(max(1.0, width if len(starts) == 1 else further_width))
        line = layout.createLine()
    layout.endLayout()
    return tuple(starts[1:])


def cut(line: QTextLine, text: str, marks: Marks, width: float) -> tuple[str, Marks]:
    """Return the text that fits into a width, with an ellipsis, and the marks within it."""
    end = max(0, line.xToCursor(max(0.0, width)))
    # xToCursor goes to the nearest gap between characters, which may lie just beyond the width.
    while end > 0 and cursor_x(line, end) > width:
        end -= 1
    beginning = text[:end].rstrip()
    if not beginning:
        return "…", ()
    cut_text = f"{beginning}…"
    cut_marks: list[tuple[int, int]] = []
    for start, stop in marks:
        if start >= len(beginning):
            continue
        cut_marks.append((start, stop if stop <= len(beginning) else len(cut_text)))
    return cut_text, tuple(cut_marks)


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


# Cached, since options and formats are the same for every line of a scheme, and making them is a third of our work.


@cache
def _one_line() -> QTextOption:
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    return option


@cache
def _marked(ink: str, *, italic: bool) -> QTextCharFormat:
    """Return the format of marked words: in a color or, without one, italic or bold.

    The cache stays small: there is one `ink` for each of two schemes.
    """
    char_format = QTextCharFormat()
    if ink:
        char_format.setForeground(QColor(ink))
    elif not italic:
        char_format.setFontWeight(QFont.Weight.DemiBold)
    if italic:
        char_format.setFontItalic(True)
    return char_format


def _range(start: int, end: int, char_format: QTextCharFormat) -> QTextLayout.FormatRange:
    format_range = QTextLayout.FormatRange()
    format_range.start = start  # pyright: ignore[reportAttributeAccessIssue]
    format_range.length = end - start  # pyright: ignore[reportAttributeAccessIssue]
    format_range.format = char_format  # pyright: ignore[reportAttributeAccessIssue]
    return format_range


def cursor_x(line: QTextLine, position: int) -> float:
    """Return the x of a gap between characters. PySide returns a pair with the x first; its stubs differ."""
    x_and_position: tuple[float, int] = line.cursorToX(position)  # pyright: ignore[reportAssignmentType]
    return x_and_position[0]


def bold_font(font: QFont) -> QFont:
    """Return a font as marked words are set in it."""
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold
